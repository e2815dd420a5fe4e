//! A person at the terminal: Tab completes gom's verbs after `gom setup`, and nothing else is in the way.

use crate::world::{Home, program};
use gom_tests::Terminal;

/// Types a word in pieces, as a shell redraws the line while a person types. Returns the screen with the answer.
fn complete(terminal: &mut Terminal, typed: &str, expected: &str) -> String {
    terminal.press(typed);
    terminal.wait_for("the typed words", |screen| screen.contains(typed.trim_end_matches('\t')));
    terminal.press("\t");
    terminal.wait_for(expected, |screen| screen.contains(expected))
}

#[test]
fn tab_completes_a_verb_after_gom_setup() {
    for (name, options, files) in [
        ("bash", &["-i"][..], &[(".bashrc", "PS1='ready> '\n")][..]),
        ("zsh", &["-i"], &[(".zshrc", "PS1='ready> '\nautoload -Uz compinit && compinit -u -D\n")]),
        (
            "fish",
            &["-i"],
            &[(
                ".config/fish/config.fish",
                "function fish_prompt; echo 'ready> '; end\nset -g fish_greeting\n",
            )],
        ),
    ] {
        let Some(shell) = program(name) else { continue };
        let home = Home::new(name, files);
        home.set_up(&[]);
        let Some(mut terminal) = home.terminal(&shell, options) else { return };
        terminal.wait_for("the prompt", |screen| screen.contains("ready>"));
        // The shell ends with its terminal.
        let screen = complete(&mut terminal, "gom uninst", "gom uninstall");
        assert!(!screen.contains("rror"), "{name}: {screen}");
    }
}
