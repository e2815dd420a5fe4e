//! A person at the terminal: Tab completes gom's verbs after `gom setup`, and nothing else is in the way.

use crate::world::{Home, program};
use gom_tests::{Terminal, World, skip};

/// Types a word in pieces, as a shell redraws the line while a person types. Returns the screen with the answer.
fn complete(terminal: &mut Terminal, typed: &str, expected: &str) -> String {
    terminal.press(typed);
    terminal.wait_for("the typed words", |screen| screen.contains(typed.trim_end_matches('\t')));
    terminal.press("\t");
    terminal.wait_for(expected, |screen| screen.contains(expected))
}

/// The start-up files of each shell, with a prompt to wait for.
const PROMPTS: [(&str, &str, &str); 3] = [
    ("bash", ".bashrc", "PS1='ready> '\n"),
    ("zsh", ".zshrc", "PS1='ready> '\nautoload -Uz compinit && compinit -u -D\n"),
    (
        "fish",
        ".config/fish/config.fish",
        "function fish_prompt; echo -n 'ready> '; end\nset -g fish_greeting\n",
    ),
];

/// A shell after `gom setup`, in a world with two toolchains, with these lines before gom's.
fn shell_with_toolchains(name: &str, lines: &str) -> Option<(World, Terminal)> {
    let shell = program(name)?;
    let mut world = World::with(&["1.98.1", "1.99.2"]);
    let (_, file, prompt) = PROMPTS.into_iter().find(|(shell, ..)| *shell == name).unwrap();
    world.write_home(file, format!("{prompt}{lines}"));
    world.set("SHELL", &shell);
    world.set("NO_COLOR", "1");
    world.set("PATH", "/usr/bin:/bin");
    world.done(["setup", "--yes"]);
    let terminal = world.sandbox.terminal((200, 40), &shell, ["-i"])?;
    terminal.wait_for("the prompt", |screen| screen.contains("ready>"));
    Some((world, terminal))
}

#[test]
fn tab_completes_the_version_of_go_plus() {
    for (name, ..) in PROMPTS {
        let Some((_world, mut terminal)) = shell_with_toolchains(name, "") else { continue };
        complete(&mut terminal, "go +1.99.", "go +1.99.2");
        // Later words of `go` are completed as before: files.
        terminal.press("\x15touch 1.98-file\r");
        terminal.wait_for(name, |screen| screen.matches("ready>").count() > 1);
        let screen = complete(&mut terminal, "go vet 1.98-", "go vet 1.98-file");
        assert!(!screen.contains("rror"), "{name}: {screen}");
        terminal.press("\x15go +\t\t");
        let screen = terminal.wait_for(name, |screen| screen.contains("+system"));
        assert!(screen.contains("+1.98") && screen.contains("+latest"), "{name}: {screen}");
    }
}

/// A completion of `go` that the user has stays: for the other words in every shell, in bash for all of them.
#[test]
fn the_users_own_completion_of_go_stays() {
    for (name, own) in [
        ("bash", "_own() { COMPREPLY=(own-word); }\ncomplete -F _own go\n"),
        ("zsh", "_own() { compadd own-word; }\ncompdef _own go\n"),
        ("fish", "complete -c go -f -a own-word\n"),
    ] {
        let Some((_world, mut terminal)) = shell_with_toolchains(name, own) else { continue };
        complete(&mut terminal, "go own-w", "go own-word");
        terminal.press("\x15");
        if name != "bash" {
            complete(&mut terminal, "go +1.99.", "go +1.99.2");
        }
    }
}

/// fish has completions of its own for `go`, and bash-completion loads one from a folder at the first Tab.
#[test]
fn a_completion_of_go_that_is_loaded_at_the_first_tab_is_loaded() {
    if let Some((_world, mut terminal)) = shell_with_toolchains("fish", "") {
        complete(&mut terminal, "go insta", "go install");
    }
    let library = "/usr/share/bash-completion/bash_completion";
    if !std::path::Path::new(library).exists() {
        return skip("no bash-completion here");
    }
    let file = ".local/share/bash-completion/completions/go";
    let lines = format!(
        "mkdir -p ~/{}\necho '_own() {{ COMPREPLY=(own-word); }}; complete -F _own go' >~/{file}\n. {library}\n",
        file.trim_end_matches("/go")
    );
    if let Some((_world, mut terminal)) = shell_with_toolchains("bash", &lines) {
        complete(&mut terminal, "go own-w", "go own-word");
    }
    // Without such a file, gom's is there.
    if let Some((_world, mut terminal)) = shell_with_toolchains("bash", &format!(". {library}\n")) {
        complete(&mut terminal, "go +1.99.", "go +1.99.2");
    }
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
