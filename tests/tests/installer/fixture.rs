//! A checkout with `install.sh` in it, a home, and make-believe build tools, all below a folder with spaces.
//!
//! It never writes a program that is run later: the stubs are links to files of this repository, since a
//! freshly written program may be "text file busy" while another test forks.

use gom_tests::{Output, Run, Sandbox, Terminal, say};
use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::{env, fs};

/// The shells that `install.sh` has to run in.
const SHELLS: [&[&str]; 3] = [&["dash"], &["bash"], &["busybox", "sh"]];

/// What `install.sh` and the stubs may use of the system.
const TOOLS: [&str; 15] = [
    "cat", "chmod", "cp", "dirname", "head", "ln", "mkdir", "mv", "rm", "rmdir", "sed", "sh", "tail", "tr",
    "uname",
];

/// The build tools on PATH, unless a test takes one away.
const BUILD_TOOLS: [&str; 3] = ["cargo", "rustc", "cc"];

/// Runs a test with a fresh fixture in every shell that is here.
#[expect(clippy::print_stdout, reason = "the harness shows it with a failure: which shell it was")]
pub(crate) fn in_every_shell(test: impl Fn(&Fixture)) {
    static SAY_ONCE: Once = Once::new();
    let (here, missing): (Vec<&[&str]>, Vec<&[&str]>) =
        SHELLS.into_iter().partition(|shell| program(shell[0]).is_some());
    assert!(!here.is_empty(), "none of {SHELLS:?} is on PATH");
    SAY_ONCE.call_once(|| {
        for shell in missing {
            say(&format!("skipped: install.sh in `{}`, which is not on PATH", shell.join(" ")));
        }
    });
    for shell in here {
        println!("in {}:", shell.join(" "));
        test(&Fixture::new(shell));
    }
}

/// A program of this machine.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The stubs' own folder.
pub(crate) fn stubs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/installer/stubs")
}

/// See the module's words.
pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    shell: Vec<PathBuf>,
}

impl Fixture {
    fn new(shell: &[&str]) -> Self {
        let mut shell: Vec<PathBuf> = shell.iter().map(PathBuf::from).collect();
        shell[0] = program(shell[0].to_str().unwrap()).unwrap();
        let mut fixture = Self { sandbox: Sandbox::bare(), shell };
        fixture.check_out();
        fixture.link_tools();
        let path = format!("{}:{}", fixture.path("stubs").display(), fixture.path("tools").display());
        for (key, value) in [
            ("HOME", fixture.home().as_os_str()),
            ("PATH", OsStr::new(&path)),
            ("SHELL", OsStr::new("/bin/bash")),
            ("STUB_BUILT", stubs().as_os_str()),
        ] {
            fixture.sandbox.set(key, value);
        }
        fixture
    }

    fn check_out(&self) {
        fs::create_dir_all(self.checkout().join("crates/gom-cli")).unwrap();
        fs::create_dir_all(self.home()).unwrap();
        for file in ["install.sh", "Cargo.toml"] {
            // A link would make install.sh find its checkout here all the same: it does not follow links.
            symlink(repository().join(file), self.checkout().join(file)).unwrap();
        }
    }

    fn link_tools(&self) {
        for folder in ["stubs", "tools"] {
            fs::create_dir(self.path(folder)).unwrap();
        }
        for tool in TOOLS {
            let real = program(tool).unwrap_or_else(|| panic!("{tool} is not on PATH"));
            symlink(real, self.path("tools").join(tool)).unwrap();
        }
        for tool in BUILD_TOOLS {
            self.link_stub(tool, &format!("stubs/{tool}"));
        }
    }

    /// Puts a stub at a path below the working folder.
    pub(crate) fn link_stub(&self, stub: &str, path: &str) {
        let link = self.path(path);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(stubs().join(stub), link).unwrap();
    }

    /// Puts a program of this machine on PATH, under this name; `false` if it is not here.
    pub(crate) fn link_program(&self, program_name: &str, name: &str) -> bool {
        program(program_name).is_some_and(|real| symlink(real, self.path("stubs").join(name)).is_ok())
    }

    /// Takes build tools away from PATH.
    pub(crate) fn lose(&self, tools: &[&str]) {
        for tool in tools {
            fs::remove_file(self.path("stubs").join(tool)).unwrap();
        }
    }

    /// A path below the folder that `install.sh` is started in.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.sandbox.work().join(below)
    }

    /// The user's home.
    pub(crate) fn home(&self) -> PathBuf {
        self.path("home of a user")
    }

    /// The checkout that is installed.
    pub(crate) fn checkout(&self) -> PathBuf {
        self.path("check out")
    }

    /// The default store.
    pub(crate) fn store(&self) -> PathBuf {
        self.home().join(".gom")
    }

    /// PATH with these entries before the tools.
    pub(crate) fn path_variable(&self, first: &[&Path]) -> String {
        let mut entries: Vec<String> = first.iter().map(|entry| entry.display().to_string()).collect();
        entries.extend(["stubs", "tools"].map(|folder| self.path(folder).display().to_string()));
        entries.join(":")
    }

    /// `install.sh` of the checkout with these arguments, about to be run.
    pub(crate) fn install(&self, arguments: &[&str]) -> Run {
        self.script("check out/install.sh", arguments)
    }

    /// A script with these arguments, about to be run by the shell.
    pub(crate) fn script(&self, script: &str, arguments: &[&str]) -> Run {
        self.shell(std::iter::once(&script).chain(arguments))
    }

    /// The shell itself with these arguments, about to be run.
    pub(crate) fn shell<'a>(&self, arguments: impl IntoIterator<Item = &'a &'a str>) -> Run {
        let mut words: Vec<PathBuf> = self.shell[1..].to_vec();
        words.extend(arguments.into_iter().map(PathBuf::from));
        self.sandbox.command(&self.shell[0], words)
    }

    /// `install.sh` of the checkout with these arguments, in a terminal; `None` if there is no `setsid` for one. Its
    /// standard input is the terminal, or nothing, as where the script itself comes from a pipe.
    pub(crate) fn install_in_terminal(&self, arguments: &[&str], has_input: bool) -> Option<Terminal> {
        let from_nothing = [Path::new("-c"), Path::new("exec \"$@\" </dev/null"), Path::new("sh")];
        let mut words: Vec<&Path> = self.shell.iter().map(PathBuf::as_path).collect();
        if !has_input {
            words = self.shell.iter().map(PathBuf::as_path).chain(from_nothing).chain(words).collect();
        }
        words.extend(std::iter::once(&"check out/install.sh").chain(arguments).map(Path::new));
        self.sandbox.terminal((200, 50), words[0], words[1..].iter())
    }

    /// Everything in the working folder but the tools, as [`Sandbox::tree`] lists it.
    pub(crate) fn tree(&self) -> Vec<String> {
        let mut tree = self.sandbox.tree("work");
        tree.retain(|path| !path.starts_with("tools/") && !path.starts_with("stubs/"));
        tree
    }
}

/// Panics unless the run ended well.
#[track_caller]
pub(crate) fn assert_done(output: &Output) {
    assert_eq!(output.code, Some(0), "{output}");
}

/// Panics unless the run failed with this code and said each of these lines' beginnings, standard output
/// being empty.
#[track_caller]
pub(crate) fn assert_failed(output: &Output, code: i32, said: &[&str]) {
    assert_eq!((output.code, output.stdout.as_str()), (Some(code), ""), "{output}");
    for start in said {
        let found = output.stderr.lines().any(|line| line.starts_with(start));
        assert!(found, "no line starts with {start:?}\n{output}");
    }
}
