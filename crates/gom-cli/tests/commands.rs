//! Tests that every gom command in a hint or a document exists: each is run through gom's own parser, with
//! `--help`, which parses the whole line and does nothing. src/cli/tests.rs tests the examples of help pages.
//!
//! It never judges what a command would do, only whether its verb and its flags exist. Invariant: a text that
//! names a command is found without being listed here, so a new one is tested too.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failing step fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The minimum number of commands. Fewer would mean that the search is broken, not that there are fewer
/// hints.
const AT_LEAST: usize = 30;

/// A command and the place that names it.
type Commands = BTreeMap<String, String>;

#[test]
fn every_command_that_a_text_names_is_one_that_gom_understands() {
    let mut commands = Commands::new();
    in_sources(&mut commands);
    in_documents(&mut commands);
    assert!(commands.len() >= AT_LEAST, "only {} commands found: {commands:#?}", commands.len());
    let wrong: Vec<String> = commands
        .iter()
        .filter_map(|(command, place)| {
            let output = gom(&with_help(&words(command)));
            let said = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned();
            (output.status.code() != Some(0)).then(|| format!("{place}: `{command}`: {said}"))
        })
        .collect();
    assert!(wrong.is_empty(), "commands that gom does not understand:\n{}", wrong.join("\n"));
}

#[test]
fn a_verb_or_flag_that_does_not_exist_is_found_out() {
    for command in ["gom instal 1.22.6", "gom install --forse", "gom list extra", "gom which a b c"] {
        assert_ne!(gom(&with_help(&words(command))).status.code(), Some(0), "{command}");
    }
    assert_eq!(gom(&with_help(&words("gom exec 1.22.6 -- go test"))).status.code(), Some(0));
}

#[test]
fn words_are_split_as_a_shell_does() {
    assert_eq!(words("gom install '>=1.21, <1.23'  # newest"), ["install", ">=1.21, <1.23"]);
    assert_eq!(words("gom completions bash > ~/gom && true"), ["completions", "bash"]);
    assert_eq!(words("gom install {id.version} --os {0}"), ["install", "1.22.6", "--os", "1.22.6"]);
    assert_eq!(words("gom which [go|gofmt] [--goroot] [SPEC...]"), ["which", "go", "--goroot", "1.22.6"]);
    assert_eq!(words("gom uninstall \"$version\" --all"), ["uninstall", "1.22.6", "--all"]);
}

/// The texts between backticks in Rust sources and in install.sh. Tests are left out: they hold wrong
/// commands on purpose.
fn in_sources(commands: &mut Commands) {
    let mut files = files_below(&root().join("crates"), "rs");
    files.extend(files_below(&root().join("shims"), "rs"));
    files.push(root().join("install.sh"));
    for file in files.iter().filter(|file| !file.components().any(|part| part.as_os_str() == "tests")) {
        for (number, line) in read(file).lines().enumerate() {
            for command in in_backticks(line) {
                note(commands, command, file, number);
            }
        }
    }
}

/// The texts between backticks, and the starts of lines in blocks of code.
fn in_documents(commands: &mut Commands) {
    let mut files = files_below(&root().join("docs"), "md");
    let top = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    files.extend(top.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    for file in files {
        let mut in_block = false;
        for (number, line) in read(&file).lines().enumerate() {
            if line.trim_start().starts_with("```") {
                in_block = !in_block;
            } else if in_block {
                let line = line.trim_start().trim_start_matches("$ ");
                if is_command(line) {
                    note(commands, line, &file, number);
                }
            } else {
                for command in in_backticks(line) {
                    note(commands, command, &file, number);
                }
            }
        }
    }
}

fn note(commands: &mut Commands, command: &str, file: &Path, line: usize) {
    let file = file.strip_prefix(root()).unwrap_or(file);
    commands.insert(command.to_owned(), format!("{}:{}", file.display(), line + 1));
}

/// The texts of a line between backticks that are gom commands.
fn in_backticks(line: &str) -> impl Iterator<Item = &str> {
    // A shell script escapes backticks inside double quotes.
    line.split('`').skip(1).step_by(2).map(|text| text.trim_end_matches('\\')).filter(|text| is_command(text))
}

/// Whether this names a verb or a flag of gom. `gom VERB` stands for any verb, so it is not a command.
fn is_command(text: &str) -> bool {
    text.strip_prefix("gom ")
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase() || first == '-'))
}

/// Splits a command line into its arguments, with a value for every placeholder. It ends at a redirection, a
/// comment or the next command.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = command.trim_start_matches("gom").trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '#' | '>' | '|' | '&' | ';' => break,
            '\'' | '"' => rest[1..].split_once(first).expect("a closed quote"),
            _ => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(value_for(word));
        rest = after.trim_start();
    }
    words
}

/// Replaces `{...}` and `$x` by a version, and a synopsis such as `[go|gofmt]` or `[SPEC...]` by a value that
/// it allows.
fn value_for(word: &str) -> String {
    let is_synopsis = word.starts_with(['[', '<']) && word.ends_with([']', '>', '.']);
    let bare = if is_synopsis { word.trim_matches(['[', ']', '<', '>', '.']) } else { word };
    let bare = if is_synopsis { bare.split('|').next().unwrap_or(bare) } else { bare };
    match bare.trim_end_matches("...") {
        "SHELL" => "bash".to_owned(),
        "VERB" => "install".to_owned(),
        name if name.contains(['{', '$']) || is_placeholder(name) => "1.22.6".to_owned(),
        _ => bare.to_owned(),
    }
}

fn is_placeholder(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_uppercase())
}

/// Adds `--help` at the end, but before the command of another program.
fn with_help(arguments: &[String]) -> Vec<String> {
    let mut arguments = arguments.to_vec();
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    // After the first word that is not an option, everything belongs to the command.
    let end = if arguments.first().is_some_and(|verb| verb == "exec" || verb == "x") { 1 } else { end };
    arguments.insert(end, "--help".to_owned());
    arguments
}

/// Runs gom without any variable of this process.
fn gom(arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gom")).args(arguments).env_clear().output().unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Lists the files below `dir` with this extension.
fn files_below(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display())) {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_below(&entry.path(), extension));
        } else if entry.path().extension().is_some_and(|found| found == extension) {
            files.push(entry.path());
        }
    }
    files
}
