//! What `install.sh` says at its end: the line for PATH in the user's shell, and which other `go` would win.

use crate::fixture::{Fixture, assert_done, in_every_shell, program};
use gom_tests::{Output, say};
use std::os::unix::fs::symlink;
use std::path::Path;

const BASH_FILE: &str = if cfg!(target_os = "macos") { ".bash_profile" } else { ".bashrc" };

/// The line to add to a shell's file: the only one that is indented and does something for PATH.
fn path_line(output: &Output) -> &str {
    let lines: Vec<&str> =
        output.stderr.lines().filter(|line| line.starts_with("    ") && line.contains("PATH")).collect();
    assert_eq!(lines.len(), 1, "{output}");
    lines[0].trim_start()
}

#[test]
fn every_shell_gets_its_own_line_and_file() {
    const POSIX: &str = "export PATH=\"$HOME/.gom/bin:$PATH\"";
    const CSH: &str = "setenv PATH \"$HOME/.gom/bin:$PATH\"";
    const FISH: &str = "set -gx PATH \"$HOME/.gom/bin\" $PATH";
    in_every_shell(|fixture| {
        for (shell, file, line, forget) in [
            ("/bin/bash", BASH_FILE, POSIX, Some("hash -r")),
            ("/usr/bin/zsh", ".zshrc", POSIX, Some("hash -r")),
            ("/bin/dash", ".profile", POSIX, Some("hash -r")),
            ("", ".profile", POSIX, Some("hash -r")),
            ("/usr/local/bin/fish", ".config/fish/config.fish", FISH, None),
            ("/bin/tcsh", ".cshrc", CSH, Some("rehash")),
            ("csh", ".cshrc", CSH, Some("rehash")),
        ] {
            let output = fixture.install(&["--go", "1.22.6"]).env("SHELL", shell).run();
            assert_done(&output);
            assert!(output.stderr.contains(&format!("Add this line to the end of ~/{file}, ")), "{output}");
            assert_eq!(path_line(&output), line);
            let commands: Vec<&str> = output.stderr.lines().filter(|line| line.ends_with("hash")).collect();
            let forgets = output.stderr.lines().any(|line| Some(line.trim_start()) == forget);
            assert!(forgets || (forget.is_none() && commands.is_empty()), "{shell}\n{output}");
            assert!(!output.stderr.contains("warning"), "{output}");
        }
    });
}

/// K13.8: `zsh -lc` reads .zprofile and not .zshrc, and on macOS `path_helper` comes between them.
#[test]
fn zsh_on_a_mac_gets_the_line_in_both_of_its_files() {
    in_every_shell(|fixture| {
        fixture.link_stub("uname", "stubs/uname");
        let output = fixture.install(&[]).env("SHELL", "/bin/zsh").env("STUB_SYSTEM", "Darwin").run();
        assert_done(&output);
        let line =
            "Add this line to the end of ~/.zprofile and ~/.zshrc, and run it in shells that are open:";
        assert!(output.stderr.contains(line), "{output}");
    });
}

/// A shell that is called with `-c` and a command line.
struct Evaluator {
    program: &'static str,
    before: &'static [&'static str],
    /// The value of SHELL for it.
    shell: &'static str,
}

const EVALUATORS: [Evaluator; 4] = [
    Evaluator { program: "sh", before: &["-c"], shell: "/bin/sh" },
    Evaluator { program: "zsh", before: &["-f", "-c"], shell: "/bin/zsh" },
    Evaluator { program: "fish", before: &["--no-config", "-c"], shell: "/bin/fish" },
    Evaluator { program: "tcsh", before: &["-f", "-c"], shell: "/bin/tcsh" },
];

/// csh has no way to write these between double quotes.
fn fits(shell: &str, store: &Path) -> bool {
    !shell.ends_with("csh") || !store.display().to_string().contains(['"', '`', '$', '\\'])
}

#[test]
fn the_line_puts_the_stores_go_first_in_that_shell() {
    for Evaluator { program: name, before, shell } in EVALUATORS {
        let Some(evaluator) = program(name) else {
            say(&format!("skipped: the line for PATH in `{name}`, which is not on PATH"));
            continue;
        };
        in_every_shell(|fixture| {
            let stores = [
                fixture.store(),
                fixture.path("my store"),
                fixture.home().join("a \"store\" `of` $mine \\"),
                fixture.path("a \"store\" `of` $mine \\"),
            ];
            for store in stores.iter().filter(|store| fits(shell, store)) {
                let run = fixture.install(&[]).env("SHELL", shell).env("GOM_HOME", store);
                let output = run.run();
                assert_done(&output);
                let script = format!("{}\ngo version", path_line(&output));
                let answer =
                    fixture.sandbox.command(&evaluator, before.iter().copied().chain([&*script])).run();
                assert_eq!(answer.stdout, "go version go1.22.6 stub/stub\n", "{script}\n{answer}");
            }
        });
    }
}

/// Installs with this PATH, which has the stubs in it.
fn advice(fixture: &Fixture, path: &str) -> Output {
    let output = fixture.install(&["--go", "1"]).env("PATH", path).run();
    assert_done(&output);
    output
}

#[test]
fn another_go_before_ours_is_named_with_its_place() {
    in_every_shell(|fixture| {
        fixture.link_stub("go", "other go/go");
        let other = fixture.path("other go");
        let (missing, ours) = (fixture.path("missing"), fixture.store().join("bin"));
        let warning = |entry: usize| {
            let go = other.join("go");
            format!("warning: another `go` comes first: {} (entry {entry} of PATH)\n", go.display())
        };
        let check = format!("hint: check with `command -v go`; it has to print {}/go\n", ours.display());

        let output = advice(fixture, &fixture.path_variable(&[&other]));
        let after = format!("hint: the line above has to come after the one that puts {}", other.display());
        assert!(output.stderr.contains(&(warning(1) + &after)), "{output}");
        assert!(output.stderr.ends_with(&check), "{output}");

        let output = advice(fixture, &fixture.path_variable(&[&missing, &other, &missing, &ours]));
        let too_late = "hint: gom's folder is entry 4, too late; the line above, put last, puts it first\n";
        assert!(output.stderr.contains(&(warning(2) + too_late)), "{output}");
    });
}

#[test]
fn another_go_after_ours_is_no_matter() {
    in_every_shell(|fixture| {
        fixture.link_stub("go", "other go/go");
        symlink(fixture.store(), fixture.path("link to the store")).unwrap();
        let other = fixture.path("other go");
        for ours in [fixture.store().join("bin"), fixture.path("link to the store/bin")] {
            let output = advice(fixture, &fixture.path_variable(&[&ours, &other]));
            assert!(output.stderr.contains("gom's `go` is the first on PATH already. "), "{output}");
            assert!(output.stderr.contains("    hash -r\n"), "{output}");
            assert!(!output.stderr.contains("warning") && !output.stderr.contains("export"), "{output}");
        }
    });
}

#[test]
fn only_a_program_counts_as_another_go() {
    in_every_shell(|fixture| {
        fixture.sandbox.write("a file/go", "no program");
        std::fs::create_dir_all(fixture.path("a folder/go")).unwrap();
        let (file, folder) = (fixture.path("a file"), fixture.path("a folder"));
        let output = advice(fixture, &fixture.path_variable(&[&file, &folder]));
        assert!(!output.stderr.contains("warning"), "{output}");
    });
}

#[test]
fn an_empty_entry_of_path_is_the_current_folder() {
    in_every_shell(|fixture| {
        let path = fixture.path_variable(&[]) + ":";
        assert!(!advice(fixture, &path).stderr.contains("warning"));
        fixture.link_stub("go", "go");
        let output = advice(fixture, &path);
        assert!(output.stderr.contains("comes first: ./go (entry 3 of PATH)"), "{output}");
    });
}
