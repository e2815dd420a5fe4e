//! A person at a real shell who presses Tab, in a terminal.
//!
//! A shell that is not on this machine is said to be skipped. .ci/tools.sh installs all but nushell, which npm has
//! as `@nushell/linux-x64`; PowerShell is not among them.

use gom_tests::{Terminal, World, skip};
use std::path::{Path, PathBuf};

const SIZE: (u16, u16) = (100, 30);

/// A shell, how it is started without the user's files, and what loads the script.
struct Shell {
    name: &'static str,
    arguments: &'static [&'static str],
    file: &'static str,
    load: &'static str,
    /// Whether it shows descriptions.
    describes: bool,
}

const SHELLS: [Shell; 5] = [
    Shell {
        name: "bash",
        arguments: &["--norc", "--noprofile", "-i"],
        file: "gom.bash",
        load: "PS1='ready> '; bind 'set bell-style none'; . ./gom.bash",
        describes: false,
    },
    Shell {
        name: "zsh",
        arguments: &["-f", "-i"],
        file: "_gom",
        load: "PS1='ready> ' PROMPT_EOL_MARK=; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D",
        describes: true,
    },
    Shell {
        name: "fish",
        arguments: &["--no-config", "-i"],
        file: "gom.fish",
        load: "function fish_prompt; echo -n 'ready> '; end; source ./gom.fish",
        describes: true,
    },
    Shell {
        name: "elvish",
        arguments: &["-norc", "-db", "./db"],
        file: "gom.elv",
        load: "use str; set edit:prompt = { put 'ready> ' }; set edit:rprompt = { }; eval (slurp < gom.elv)",
        describes: true,
    },
    Shell {
        name: "nu",
        arguments: &["--no-config-file", "-i"],
        file: "gom.nu",
        load: "$env.PROMPT_COMMAND = { 'ready' }; $env.PROMPT_COMMAND_RIGHT = { '' }; source gom.nu",
        describes: true,
    },
];

fn program(name: &str) -> Option<PathBuf> {
    let places = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];
    places.iter().map(|folder| Path::new(folder).join(name)).find(|program| program.exists())
}

fn world() -> World {
    let mut world = World::with(&["1.98.1", "1.99.2"]);
    let path = format!("{}:/usr/bin:/bin", world.store().join("bin").display());
    world.set("PATH", path);
    world
}

/// Starts a shell that has loaded its script.
fn start(world: &World, shell: &Shell) -> Option<Terminal> {
    let argument = if shell.name == "nu" { "nushell" } else { shell.name };
    world.write(shell.file, world.done(["completions", argument]).stdout);
    let started =
        program(shell.name).and_then(|program| world.sandbox.terminal(SIZE, program, shell.arguments));
    let Some(mut terminal) = started else {
        skip(&format!("no {} here, or no `setsid` to make a terminal", shell.name));
        return None;
    };
    terminal.press(&format!("{}\r", shell.load));
    terminal.wait_for("the prompt", |screen| last_line(screen).starts_with("ready> "));
    Some(terminal)
}

fn last_line(screen: &str) -> String {
    screen.trim_end_matches('\n').lines().last().unwrap_or_default().to_owned()
}

fn has_line(screen: &str, line: &str) -> bool {
    // elvish quotes a word with a sign.
    screen.lines().any(|one| one.replace('\'', "").trim_end().ends_with(line))
}

#[test]
fn a_version_is_completed() {
    let world = world();
    for shell in &SHELLS {
        let Some(mut terminal) = start(&world, shell) else { continue };
        terminal.press("gom uninstall 1.98\t");
        terminal.wait_for(shell.name, |screen| has_line(screen, "gom uninstall 1.98.1"));
    }
}

#[test]
fn several_values_are_listed_with_their_descriptions() {
    let world = world();
    for shell in &SHELLS {
        let Some(mut terminal) = start(&world, shell) else { continue };
        terminal.press("gom use s\t\t");
        let screen =
            terminal.wait_for(shell.name, |screen| screen.contains("stable") && screen.contains("system"));
        if shell.describes {
            terminal.wait_for(shell.name, |screen| screen.contains("as latest"));
        }
        assert!(!screen.contains("latest\n1."), "{}:\n{screen}", shell.name);
    }
}

#[test]
fn an_option_with_a_sign_is_completed() {
    let world = world();
    for shell in &SHELLS {
        let Some(mut terminal) = start(&world, shell) else { continue };
        terminal.press("gom install --os=darw\t");
        terminal.wait_for(shell.name, |screen| has_line(screen, "gom install --os=darwin"));
    }
}

#[test]
fn a_file_is_completed_where_one_is_taken() {
    let world = world();
    world.write("some-facts.json", "{}");
    for shell in &SHELLS {
        let Some(mut terminal) = start(&world, shell) else { continue };
        terminal.press("gom doctor --facts some\t");
        terminal.wait_for(shell.name, |screen| has_line(screen, "gom doctor --facts some-facts.json"));
    }
}

/// bash-completion loads the script by itself, from the folder of the user.
#[test]
fn bash_completion_loads_the_script() {
    let world = world();
    let library = "/usr/share/bash-completion/bash_completion";
    if !Path::new(library).exists() {
        skip("no bash-completion here");
        return;
    }
    world.write_home(
        ".local/share/bash-completion/completions/gom",
        world.done(["completions", "bash"]).stdout,
    );
    let Some(mut terminal) = world.sandbox.terminal(SIZE, "/bin/bash", ["--norc", "--noprofile", "-i"])
    else {
        return;
    };
    terminal.press(&format!("PS1='ready> '; . {library}\r"));
    terminal.wait_for("the prompt", |screen| last_line(screen).starts_with("ready> "));
    terminal.press("gom uninstall 1.99\t");
    terminal.wait_for("bash", |screen| has_line(screen, "gom uninstall 1.99.2"));
}
