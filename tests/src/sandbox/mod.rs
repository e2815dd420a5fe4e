//! A home for one test, in which the shipped binaries run as a user runs them.
//!
//! It passes no variable of the test's own environment on (except [`Sandbox::live`]), and without an
//! [`Internet`] every request goes to a closed port. Invariant: the kit writes nothing outside the sandbox's
//! folder.

mod copy;
mod programs;
mod redact;
mod run;
mod signals;
mod terminal;
mod tree;
mod user;

pub use copy::copy_program;
pub use run::{Output, Run, Running};
pub use terminal::Terminal;
pub use tree::contents;

use crate::internet::Internet;
use crate::toolchain::host_platform;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tree::{names, walk};

/// Variables that tests against the real network keep.
const LIVE: [&str; 9] = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "GOPROXY",
    "GOSUMDB",
];

/// Port 1 of this machine, where nothing listens.
const CLOSED: &str = "http://127.0.0.1:1";

/// A home, a working folder and an environment; see the module's documentation.
pub struct Sandbox {
    root: PathBuf,
    env: BTreeMap<OsString, OsString>,
    ports: Vec<u16>,
    _dir: TempDir,
}

impl Sandbox {
    /// Installs gom in an empty home, without a network.
    #[expect(clippy::new_without_default, reason = "installing programs is no default value")]
    pub fn new() -> Self {
        let mut sandbox = Self::bare();
        sandbox.install_gom();
        sandbox
    }

    /// Installs gom in an empty home that is connected to this internet.
    pub fn on(internet: &Internet) -> Self {
        let mut sandbox = Self::bare();
        sandbox.attach(internet);
        sandbox.install_gom();
        sandbox
    }

    /// Installs gom in an empty home with the real network: it uses the proxy settings of the tests' own
    /// environment.
    pub fn live() -> Self {
        let mut sandbox = Self::bare();
        for key in LIVE {
            sandbox.env.remove(OsStr::new(key));
            if let Some(value) = std::env::var_os(key) {
                sandbox.set(key, value);
            }
        }
        sandbox.install_gom();
        sandbox
    }

    /// Makes an empty home without gom.
    pub fn bare() -> Self {
        signals::pass_on_defaults();
        let dir = TempDir::with_prefix("gom-sandbox-").expect("a temporary directory");
        // The real path, so that it can be recognized in the output of programs.
        let root = dir.path().canonicalize().expect("the temporary directory");
        for folder in ["home", "work", "tmp"] {
            fs::create_dir(root.join(folder)).expect("making the sandbox's folders");
        }
        let mut sandbox = Self { root, env: BTreeMap::new(), ports: Vec::new(), _dir: dir };
        sandbox.set("HOME", sandbox.home());
        sandbox.set("TMPDIR", sandbox.root.join("tmp"));
        for (key, value) in [("PATH", "/usr/bin:/bin"), ("COLUMNS", "100"), ("LC_ALL", "C.UTF-8")] {
            sandbox.set(key, value);
        }
        for key in ["HTTPS_PROXY", "HTTP_PROXY"] {
            sandbox.set(key, CLOSED);
        }
        sandbox
    }

    /// Connects this sandbox to an internet.
    pub fn attach(&mut self, internet: &Internet) {
        self.ports.push(internet.port());
        for (key, value) in internet.env() {
            self.set(key, value);
        }
    }

    /// Sets a variable for every later run.
    pub fn set(&mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        self.env.insert(key.as_ref().to_owned(), value.as_ref().to_owned());
    }

    /// The variables of every run.
    pub fn variables(&self) -> &BTreeMap<OsString, OsString> {
        &self.env
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// The working folder of every run.
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// The store, `~/.gom`.
    pub fn store(&self) -> PathBuf {
        self.home().join(".gom")
    }

    /// The GOROOT of a toolchain by its name, such as `go1.22.6.linux-amd64`.
    pub fn goroot(&self, name: &str) -> PathBuf {
        self.store().join("toolchains").join(name)
    }

    /// Writes a file below the working folder, and creates the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.work().join(path);
        fs::create_dir_all(file.parent().expect("a file below a folder")).expect("making folders");
        fs::write(file, content).expect("writing a file");
    }

    /// Writes a file below the home folder, and creates the folders above it.
    pub fn write_home(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.home().join(path);
        fs::create_dir_all(file.parent().expect("a file below a folder")).expect("making folders");
        fs::write(&file, content).expect("writing a file");
        file
    }

    /// Runs gom.
    pub fn gom<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.command(self.store().join("bin/gom"), args)
    }

    /// The verbs that `gom --help` lists, in its order.
    pub fn verbs(&self) -> Vec<String> {
        let help = self.gom(["--help"]).run().stdout;
        let (list, _) = help.split_once("\nOptions:\n").expect("the page lists verbs, then options");
        // A summary may go on in the next line, further in.
        let rows =
            list.lines().filter_map(|line| line.strip_prefix("  ")).filter(|row| !row.starts_with(' '));
        rows.filter_map(|row| row.split_whitespace().next()).map(str::to_owned).collect()
    }

    /// Runs `go`, `gofmt` or another link of the store, as a user with the store first on PATH does.
    pub fn shim<A: AsRef<OsStr>>(&self, name: &str, args: impl IntoIterator<Item = A>) -> Run {
        let bin = self.store().join("bin");
        self.command(bin.join(name), args).env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
    }

    /// Runs any program in this sandbox.
    pub fn command<A: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        args: impl IntoIterator<Item = A>,
    ) -> Run {
        Run::new(program.as_ref(), args, &self.env, &self.work())
    }

    /// Gives everything in this sandbox to a user, and returns a run of a program as that user; `None` if that is not
    /// possible here. A limit on processes counts all of one user's, so each test takes another number.
    pub fn as_user(&self, user: u32, words: impl IntoIterator<Item = impl Into<OsString>>) -> Option<Run> {
        let home = self.home();
        user::run_as(user, home.parent()?, words, (&self.env, &self.work()))
    }

    /// Starts a program in a terminal of that many columns and rows; `None` if there is no `setsid` for it.
    pub fn terminal<A: AsRef<OsStr>>(
        &self,
        size: (u16, u16),
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Option<Terminal> {
        Terminal::start(&self.env, &self.work(), size, program, arguments)
    }

    /// Lists the files and links below a folder of the sandbox, sorted and relative to it; a link with its
    /// target, an empty folder with a `/` at its end. A missing folder counts as empty.
    pub fn tree(&self, dir: impl AsRef<Path>) -> Vec<String> {
        let dir = self.root.join(dir);
        let mut found = Vec::new();
        if dir.exists() {
            walk(&dir, "", &mut found);
        }
        found.sort();
        found
    }

    /// Panics unless staging is empty and every toolchain has a receipt.
    pub fn assert_clean(&self) {
        let staging = self.tree(self.store().join("staging"));
        assert!(staging.iter().all(|left| left == "/"), "left in staging: {staging:#?}");
        let receipts = names(&self.store().join("receipts"));
        let toolchains = names(&self.store().join("toolchains"));
        for toolchain in toolchains.into_iter().filter(|name| !name.starts_with('.')) {
            let receipt = receipts.iter().any(|receipt| receipt.strip_suffix(".json") == Some(&toolchain));
            assert!(receipt, "no receipt for {toolchain}, but {receipts:?}");
        }
    }

    /// Replaces what differs between runs and machines: `[HOME]`, `[WORK]`, `[TMP]`, `[PORT]`, `[PLATFORM]`,
    /// `[SIZE]`, `[SPEED]`, `[TIME]`.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (folder, name) in [("home", "[HOME]"), ("work", "[WORK]"), ("tmp", "[TMP]")] {
            text = text.replace(&self.root.join(folder).display().to_string(), name);
        }
        for port in &self.ports {
            text = text.replace(&format!("127.0.0.1:{port}"), "127.0.0.1:[PORT]");
        }
        let platform = host_platform();
        for spelling in [platform.clone(), platform.replace('-', "/")] {
            text = text.replace(&spelling, "[PLATFORM]");
        }
        redact::quantities(&redact::error_numbers(&redact::moments(&text)))
    }

    /// Does what an installer does: copies the two programs; then gom makes the rest of its store.
    fn install_gom(&mut self) {
        let bin = self.store().join("bin");
        fs::create_dir_all(&bin).expect("making the store's folder");
        for name in ["gom", "gom-shim"] {
            let built = programs::built(name);
            let installed = bin.join(name);
            // A hard link is quick, and only possible within one file system.
            if fs::hard_link(&built, &installed).is_err() {
                copy_program(&built, &installed);
            }
        }
        let output = self.gom(["self", "init"]).run();
        assert_eq!(output.code, Some(0), "gom self init failed\n{output}");
    }
}

impl Output {
    /// The whole output as one text for a snapshot, redacted with [`Sandbox::redact`].
    pub fn snapshot(&self, sandbox: &Sandbox) -> String {
        sandbox.redact(&self.to_string())
    }
}
