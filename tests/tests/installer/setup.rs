//! Whether `install.sh` lets `gom setup` edit the shells' start-up files: by its flags, or by the answer at a terminal.

use crate::fixture::{Fixture, assert_done, in_every_shell};
use gom_tests::{Terminal, say};

/// What the stub prints when it is called, before PATH.
fn called(fixture: &Fixture) -> String {
    format!("gom setup --yes for {} with PATH=", fixture.store().display())
}

const BY_HAND: &str = "Add this line to the end of ~/";
const QUESTION: &str = "Put gom into your shells' start-up files";

#[test]
fn without_a_terminal_no_file_is_edited_and_the_advice_names_gom_setup() {
    in_every_shell(|fixture| {
        for arguments in [&[][..], &["--no-setup"]] {
            let output = fixture.install(arguments).run();
            assert_done(&output);
            assert!(!output.stderr.contains(&called(fixture)) && output.stderr.contains(BY_HAND), "{output}");
            assert!(!output.stderr.contains(QUESTION), "{output}");
            let gom = fixture.store().join("bin/gom");
            let offer = format!(
                "Or let gom do it, for login shells too and with completions: '{}' setup\n",
                gom.display()
            );
            assert!(output.stderr.contains(&offer), "{output}");
        }
        // gom does not know its files.
        let output = fixture.install(&[]).env("SHELL", "/bin/tcsh").run();
        assert!(!output.stderr.contains("Or let gom do it"), "{output}");
    });
}

#[test]
fn with_the_flag_gom_setup_is_called_with_the_users_path() {
    in_every_shell(|fixture| {
        let path = fixture.path_variable(&[]);
        let output = fixture.install(&["--setup", "--go", "1.22.6"]).run();
        assert_done(&output);
        assert_eq!(output.stdout, "go version go1.22.6 stub/stub\n");
        assert!(output.stderr.contains(&format!("{}{path}\n", called(fixture))), "{output}");
        assert!(!output.stderr.contains(BY_HAND) && !output.stderr.contains("hash -r"), "{output}");
    });
}

#[test]
fn where_gom_setup_fails_gom_stays_and_the_advice_is_given() {
    in_every_shell(|fixture| {
        let output = fixture.install(&["--setup"]).env("STUB_SETUP_FAILS", "1").run();
        assert_eq!(output.code, Some(1), "{output}");
        let error = output.stderr.find("error: a file can't be written").unwrap();
        assert!(output.stderr[error..].contains(BY_HAND), "{output}");
        assert!(!output.stderr.contains("Or let gom do it"), "{output}");
        assert!(fixture.store().join("bin/gom").is_file());
    });
}

/// Installs at a terminal. `None`, said visibly, if there can be none here.
fn at_terminal(fixture: &Fixture, arguments: &[&str], has_input: bool) -> Option<Terminal> {
    let terminal = fixture.install_in_terminal(arguments, has_input);
    if terminal.is_none() {
        say("skipped: install.sh at a terminal, since there is no setsid");
    }
    terminal
}

#[test]
fn at_a_terminal_the_user_is_asked_even_if_the_script_comes_from_a_pipe() {
    in_every_shell(|fixture| {
        for has_input in [true, false] {
            for (answer, is_yes) in [
                ("\n", true),
                ("y\n", true),
                ("Yes\n", true),
                ("n\n", false),
                ("what\n", false),
                ("\u{4}", false),
            ] {
                let Some(mut terminal) = at_terminal(fixture, &["--verbose"], has_input) else { return };
                terminal.wait_for("the question", |screen| screen.contains("[Y/n]"));
                terminal.press(answer);
                let (code, _, said) = terminal.end();
                assert_eq!(code, Some(0), "{said}");
                assert_eq!(said.contains(&called(fixture)), is_yes, "{answer:?}\n{said}");
                assert_eq!(said.contains(BY_HAND), !is_yes, "{answer:?}\n{said}");
            }
        }
    });
}

#[test]
fn nobody_is_asked_what_is_decided_already() {
    in_every_shell(|fixture| {
        for (flag, is_yes) in [("--setup", true), ("--no-setup", false)] {
            let Some(terminal) = at_terminal(fixture, &["--verbose", flag], true) else { return };
            let (code, _, said) = terminal.end();
            assert_eq!((code, said.contains(QUESTION)), (Some(0), false), "{said}");
            assert_eq!(said.contains(&called(fixture)), is_yes, "{said}");
        }
    });
    in_every_shell(|fixture| {
        // gom's go is found first: by a line that the user has written, or after a setup before.
        assert_done(&fixture.install(&["--go", "1.22.6"]).run());
        let path = fixture.path_variable(&[&fixture.store().join("bin")]);
        let arguments = ["-c", "PATH=$1 exec \"$2\" --verbose", "sh", &path, "check out/install.sh"];
        let Some(terminal) = fixture.sandbox.terminal((200, 50), "/bin/sh", arguments) else { return };
        let (code, _, said) = terminal.end();
        assert_eq!((code, said.contains(QUESTION)), (Some(0), false), "{said}");
    });
}
