//! pre-commit: a hook of `language: golang` is built by the Go that gom selects, and by no other.

use crate::home::{PRINTS_ITS_GO, VERSION, home_with};
use gom_tests::{Output, Run, Sandbox};
use std::fs;
use std::path::{Path, PathBuf};

const HOOKS: &str = "\
- id: prints-its-go
  name: prints its Go
  entry: printsitsgo
  language: golang
  always_run: true
  pass_filenames: false
  verbose: true
";

/// A home with gom, one toolchain, a repository with a hook, and a project.
struct Home {
    sandbox: Sandbox,
    program: PathBuf,
}

impl Home {
    fn start() -> Option<Home> {
        let (mut sandbox, program) = home_with("pre-commit")?;
        for who in ["AUTHOR", "COMMITTER"] {
            sandbox.set(format!("GIT_{who}_NAME"), "ada");
            sandbox.set(format!("GIT_{who}_EMAIL"), "ada@example.test");
        }
        let home = Home { sandbox, program };
        home.sandbox.write("hook/go.mod", "module example.test/printsitsgo\n\ngo 1.21\n");
        home.sandbox.write("hook/main.go", PRINTS_ITS_GO);
        home.sandbox.write("hook/.pre-commit-hooks.yaml", HOOKS);
        home.commit("hook");
        home.git("hook", &["tag", "v1.0.0"]).done();
        Some(home)
    }

    fn git(&self, folder: &str, words: &[&str]) -> Run {
        self.sandbox.command("git", words).cwd(self.sandbox.work().join(folder))
    }

    fn commit(&self, folder: &str) {
        for words in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", "all"]] {
            self.git(folder, words).done();
        }
    }

    /// A project whose hook has these further lines.
    fn project(&self, name: &str, lines: &str) {
        let repository = self.sandbox.work().join("hook");
        let config = format!(
            "repos:\n- repo: {}\n  rev: v1.0.0\n  hooks:\n  - id: prints-its-go\n{lines}",
            repository.display()
        );
        self.sandbox.write(&format!("{name}/.pre-commit-config.yaml"), config);
        self.commit(name);
    }

    /// Runs all hooks of a project as a user with this home folder; each has caches of its own.
    fn hooks(&self, project: &str, home: &Path) -> Output {
        fs::create_dir_all(home).unwrap();
        let run = self.sandbox.command(&self.program, ["run", "--all-files", "--color", "never"]);
        let run = run.cwd(self.sandbox.work().join(project)).env("HOME", home);
        run.env("GOM_HOME", self.sandbox.store()).env("PRE_COMMIT_HOME", home.join("pre-commit")).run()
    }
}

#[test]
fn a_hook_in_go_is_built_by_the_go_that_gom_selects() {
    let Some(home) = Home::start() else { return };
    home.project("with", "    language_version: system\n");
    home.project("without", "");
    let (users, other) = (home.sandbox.home(), home.sandbox.home().join("other"));
    let built = format!("built by go{VERSION}");

    // What docs/for-tools.md says to write.
    let output = home.hooks("with", &users);
    assert!(output.code == Some(0) && output.stdout.contains(&built), "{output}");

    // A `go` below the home folder does not count as one of the system for pre-commit, which downloads its own.
    let output = home.hooks("without", &users);
    assert!(output.code != Some(0) && !output.stdout.contains(&built), "{output}");
    assert!(output.to_string().contains("urlopen error"), "{output}");

    // A store that is not below it does.
    let output = home.hooks("without", &other);
    assert!(output.code == Some(0) && output.stdout.contains(&built), "{output}");
}
