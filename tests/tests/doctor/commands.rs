//! Every command that a fix names is one that this gom or the system has.

use crate::world::{findings, hosts, judged};
use gom_tests::Sandbox;
use std::collections::BTreeSet;

/// Words of shells, programs of every system, and programs that are there where their finding is.
const ELSEWHERE: &[&str] = &[
    "unset",
    "unalias",
    "export",
    "exec",
    ".",
    "ulimit", // the shell
    "chmod",
    "ls",
    "mv",
    "rm",
    "sed", // every system
    "sudo",
    "softwareupdate",
    "xattr",
    "xcode-select", // macOS, and sudo
    "go",
    "brew",
    "/usr/local/bin/brew",
    "/opt/homebrew/bin/brew",
    "asdf",
    "mise", // found there
];

/// What may follow `sudo`.
const AS_ROOT: &[&str] =
    &["rm", "sed", "chmod", "snap", "apt-get", "apk", "dnf", "pacman", "xcode-select", "spctl"];

#[test]
fn fixes_name_only_commands_that_are_there() {
    let sandbox = Sandbox::new();
    let verbs = verbs(&sandbox);
    let mut seen = BTreeSet::new();
    for host in hosts() {
        let diagnosis = judged(&sandbox, &host);
        for finding in findings(&diagnosis) {
            for command in finding["fix"]["commands"].as_array().unwrap() {
                let command = command.as_str().unwrap();
                let words: Vec<&str> = words_of(command);
                let is_known = match words.as_slice() {
                    [gom, verb, ..] if is_gom(gom) => verbs.contains(*verb),
                    ["sudo", program, ..] => AS_ROOT.contains(program),
                    [program, ..] => ELSEWHERE.contains(program),
                    [] => false,
                };
                assert!(is_known, "{host}: {} says `{command}`", finding["id"]);
                seen.insert(words[0].to_owned());
            }
        }
    }
    // What no fix names any more has no place in the list.
    let idle: Vec<&&str> = ELSEWHERE.iter().filter(|word| !seen.contains(**word)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

/// gom's arguments are understood as well: clap refuses what a verb does not know.
#[test]
fn commands_of_gom_are_understood() {
    let mut sandbox = Sandbox::new();
    // `gom setup` needs to know for which shell.
    sandbox.set("SHELL", "/bin/bash");
    let mut commands = BTreeSet::new();
    for host in hosts() {
        let diagnosis = judged(&sandbox, &host);
        for finding in findings(&diagnosis) {
            let all = finding["fix"]["commands"].as_array().unwrap();
            commands.extend(all.iter().map(|command| command.as_str().unwrap().to_owned()));
        }
    }
    let of_gom: Vec<&String> = commands.iter().filter(|command| is_gom(words_of(command)[0])).collect();
    assert!(of_gom.len() > 5, "{commands:?}");
    for command in of_gom {
        let words = words_of(command).into_iter().skip(1).chain(["--offline"]);
        let output = sandbox.gom(words).run();
        assert_ne!(output.code, Some(2), "{command}\n{output}");
    }
}

/// gom, or, if it is not on PATH, gom by its path.
fn is_gom(program: &str) -> bool {
    program == "gom" || program.ends_with("/.gom/bin/gom")
}

/// The words of a command, without the variables that it sets for itself and the folder that it goes to.
fn words_of(command: &str) -> Vec<&str> {
    let there = command.strip_prefix("(cd ").and_then(|rest| rest.strip_suffix(')')?.split_once(" && "));
    let command = there.map_or(command, |(_, command)| command);
    command.split_whitespace().skip_while(|word| word.starts_with("GOTOOLCHAIN=")).collect()
}

/// The verbs of gom's help, and the one that it hides.
fn verbs(sandbox: &Sandbox) -> BTreeSet<String> {
    sandbox.verbs().into_iter().chain(["self".to_owned()]).collect()
}
