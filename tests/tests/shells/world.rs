//! A home in which `gom setup` has run, and shells that are started in it.

use gom_tests::{Sandbox, Terminal, skip};
use std::env;
use std::path::{Path, PathBuf};

/// What marks the value in the output of a shell.
const MARKS: [&str; 2] = ["<<", ">>"];

/// See the module's words.
pub(crate) struct Home {
    pub(crate) sandbox: Sandbox,
}

/// A program of this machine. Said visibly if there is none.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        skip(&format!("no {name} here"));
    }
    if !["/usr/bin/setsid", "/bin/setsid"].iter().any(|setsid| Path::new(setsid).exists()) {
        skip("no setsid here for a terminal");
        return None;
    }
    // A shell may start another one by its name, and PATH is another one there.
    found.and_then(|file| file.canonicalize().ok())
}

impl Home {
    /// Makes a home with these start-up files, whose user has this login shell.
    pub(crate) fn new(shell: &str, files: &[(&str, &str)]) -> Home {
        let mut sandbox = Sandbox::new();
        sandbox.set("SHELL", format!("/bin/{shell}"));
        sandbox.set("NO_COLOR", "1");
        for (name, content) in files {
            sandbox.write_home(name, content);
        }
        Home { sandbox }
    }

    /// The files that Debian puts into a new home.
    pub(crate) fn of_debian(shell: &str) -> Home {
        const BASHRC: &str = "case $- in\n    *i*) ;;\n      *) return;;\nesac\nHISTSIZE=1000";
        const PROFILE: &str = "if [ -n \"$BASH_VERSION\" ]; then\n    if [ -f \"$HOME/.bashrc\" ]; then\n\t. \
                               \"$HOME/.bashrc\"\n    fi\nfi\nPATH=\"$HOME/bin:$PATH\"\n";
        Home::new(shell, &[(".bashrc", BASHRC), (".profile", PROFILE)])
    }

    /// Runs `gom setup` with these arguments and without a question.
    pub(crate) fn set_up(&self, arguments: &[&str]) {
        let output = self.sandbox.gom(["setup", "--yes"].iter().chain(arguments)).run();
        assert_eq!(output.code, Some(0), "{output}");
    }

    /// gom's folder for PATH.
    pub(crate) fn bin(&self) -> String {
        self.sandbox.store().join("bin").display().to_string()
    }

    /// Starts a shell at a terminal.
    pub(crate) fn terminal(&self, program: &Path, arguments: &[&str]) -> Option<Terminal> {
        let terminal = self.sandbox.terminal((200, 40), program, arguments);
        if terminal.is_none() {
            skip("no setsid here");
        }
        terminal
    }

    /// What a shell at a terminal prints between the marks, and everything else that it prints.
    pub(crate) fn said(&self, program: &Path, arguments: &[&str]) -> (String, String) {
        let Some(terminal) = self.terminal(program, arguments) else { return Default::default() };
        let (code, _, said) = terminal.end();
        let between = said.split_once(MARKS[0]).and_then(|(before, rest)| {
            let (value, after) = rest.split_once(MARKS[1])?;
            Some((value.to_owned(), format!("{before}{after}")))
        });
        let (value, rest) =
            between.unwrap_or_else(|| panic!("{} {arguments:?}: no value\n{said}", program.display()));
        assert_eq!(code, Some(0), "{said}");
        (value.replace(['\r', '\n'], ""), rest)
    }

    /// PATH in a shell that is started with these options, with its own command that prints it.
    pub(crate) fn path(&self, program: &Path, options: &[&str], print: &str) -> Vec<String> {
        let arguments: Vec<&str> = options.iter().copied().chain([print]).collect();
        let (path, rest) = self.said(program, &arguments);
        for complaint in ["rror", "not found", "nknown"] {
            assert!(!rest.contains(complaint), "{} {options:?}: {rest}", program.display());
        }
        path.split(':').map(str::to_owned).collect()
    }

    /// Panics unless gom's folder is on this PATH once, and first.
    #[track_caller]
    pub(crate) fn assert_first(&self, path: &[String], how: &str) {
        let bin = self.bin();
        let places: Vec<usize> =
            path.iter().enumerate().filter(|(_, folder)| **folder == bin).map(|(place, _)| place).collect();
        assert_eq!(places, [0], "{how}: {path:?}");
    }

    /// Panics unless gom's folder is not on this PATH.
    #[track_caller]
    pub(crate) fn assert_absent(&self, path: &[String], how: &str) {
        assert!(!path.contains(&self.bin()), "{how}: {path:?}");
    }
}

/// A command of bash, zsh and every POSIX shell.
pub(crate) const POSIX: &str = "printf '<<%s>>' \"$PATH\"";
pub(crate) const FISH: &str = "printf '<<%s>>' (string join : $PATH)";
