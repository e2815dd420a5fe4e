//! Tests of the help pages of all verbs, read from the command line's own definition.
//!
//! New verbs are tested too. Two pages are compared as a whole in tests/tests/verbs/help.rs.

use std::path::Path;

use clap::{Arg, Command, Parser};

use super::Cli;

/// The width of a new terminal, and half of a wide screen.
const WIDTH: usize = 80;

/// A verb, named from `gom` on, such as `gom ci setup`.
struct Verb {
    name: String,
    command: Command,
}

/// Lists all verbs, gom itself first. They are built, so each has the global options.
fn verbs() -> Vec<Verb> {
    let mut root = super::command().term_width(WIDTH);
    root.build();
    let mut verbs = Vec::new();
    collect("gom", root, &mut verbs);
    assert!(verbs.len() > 30, "only {}", verbs.len());
    verbs
}

fn collect(name: &str, command: Command, verbs: &mut Vec<Verb>) {
    let below: Vec<Command> = command.get_subcommands().cloned().collect();
    verbs.push(Verb { name: name.to_owned(), command });
    // clap's own `help` verb has empty copies of all verbs below it.
    for command in below.into_iter().filter(|command| name == "gom" || command.get_name() != "help") {
        collect(&format!("{name} {}", command.get_name()), command, verbs);
    }
}

impl Verb {
    fn is_hidden(&self) -> bool {
        matches!(
            self.name.as_str(),
            "gom self init" | "gom self judge" | "gom self provide" | "gom self exec"
        )
    }

    /// The help pages as a person sees them on a terminal.
    fn pages(&self) -> [String; 2] {
        let mut command = self.command.clone();
        [command.render_help().to_string(), command.render_long_help().to_string()]
    }

    /// The lines after `Examples:`, up to an empty one.
    fn examples(&self) -> Vec<String> {
        let text = self.command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines = text.lines().skip_while(|line| *line != "Examples:").skip(1);
        lines.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

#[test]
fn every_example_parses() {
    for verb in verbs() {
        let examples = verb.examples();
        assert!(!examples.is_empty() || verb.is_hidden(), "{} has no examples", verb.name);
        for line in examples {
            let words = gom_command(&line);
            assert!(words.len() > 1, "{}: no gom command in {line:?}", verb.name);
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{}: {words:?}: {error}", verb.name);
            }
        }
    }
}

/// The page of `gom ci cache` is the wrong place for an example of `gom list`.
#[test]
fn a_verb_has_an_example_of_its_own() {
    for verb in verbs().into_iter().filter(|verb| !verb.is_hidden()) {
        let is_own = |line: &String| gom_command(line).join(" ").starts_with(&verb.name);
        assert!(verb.examples().iter().any(is_own), "{}: {:?}", verb.name, verb.examples());
    }
}

#[test]
fn every_verb_option_and_argument_is_described() {
    for verb in verbs() {
        assert!(verb.command.get_about().is_some(), "{} says nothing of itself", verb.name);
        for argument in verb.command.get_arguments() {
            assert!(help(argument).len() > 3, "{}: `{argument}` has no description", verb.name);
        }
    }
}

/// A description is one line in the list of verbs and options, without a full stop.
#[test]
fn descriptions_are_in_one_form() {
    for verb in verbs() {
        let about = verb.command.get_about().map(ToString::to_string).unwrap_or_default();
        let of_arguments =
            verb.command.get_arguments().map(|argument| (argument.to_string(), help(argument)));
        for (what, text) in of_arguments.chain([("itself".to_owned(), about)]) {
            let place = format!("{}: {what}: {text:?}", verb.name);
            assert!(text.starts_with("go ") || !text.starts_with(char::is_lowercase), "{place}");
            assert!(!text.ends_with('.') && !text.contains('\n') && !text.contains("cannot"), "{place}");
        }
    }
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    let mut wide = Vec::new();
    for verb in verbs() {
        for page in verb.pages() {
            let lines = page.lines().filter(|line| line.chars().count() > WIDTH);
            wide.extend(lines.map(|line| format!("{}: {line}", verb.name)));
            // A wrapped example can't be copied.
            let examples = verb.examples().into_iter().filter(|example| !page.contains(example.trim_end()));
            wide.extend(examples.map(|example| format!("{} wraps: {example}", verb.name)));
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn the_global_options_are_the_same_everywhere() {
    let global = |command: &Command| -> Vec<(String, String)> {
        let is_global = |argument: &&Arg| argument.get_help_heading() == Some("Global options");
        command.get_arguments().filter(is_global).map(|one| (one.to_string(), help(one))).collect()
    };
    let verbs = verbs();
    let expected = global(&verbs[0].command);
    assert!(expected.len() >= 6, "{expected:?}");
    for verb in &verbs {
        assert_eq!(global(&verb.command), expected, "{}", verb.name);
    }
}

#[test]
fn every_verb_is_in_the_documents() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let files = fs_err::read_dir(docs).unwrap().map(|entry| entry.unwrap().path());
    let texts: Vec<String> =
        files.filter(|path| path.is_file()).map(|path| fs_err::read_to_string(path).unwrap()).collect();
    for verb in verbs().into_iter().filter(|verb| !verb.is_hidden()) {
        assert!(texts.iter().any(|text| text.contains(&verb.name)), "docs/*.md do not name `{}`", verb.name);
    }
}

fn help(argument: &Arg) -> String {
    argument.get_help().map(ToString::to_string).unwrap_or_default()
}

/// Returns the words of the gom command in a line of examples, also inside `$( )`. Text after several blanks
/// explains the command.
fn gom_command(line: &str) -> Vec<String> {
    let (command, ends) = match line.split_once("$(") {
        Some((_, inside)) => (inside, &[")", " > ", " | ", " && "][..]),
        None => (line.trim_start(), &["   ", " > ", " | ", " && "][..]),
    };
    if !command.starts_with("gom ") {
        return Vec::new();
    }
    let end = ends.iter().filter_map(|end| outside_quotes(command, end)).min().unwrap_or(command.len());
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in command[..end].chars() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, letter) => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn outside_quotes(text: &str, end: &str) -> Option<usize> {
    let quotes = |before: &str| before.matches('\'').count() + before.matches('"').count();
    text.match_indices(end).map(|(place, _)| place).find(|place| quotes(&text[..*place]) % 2 == 0)
}

#[test]
fn a_command_is_found_in_its_example() {
    assert_eq!(
        gom_command("  gom install '>=1.21, <1.23'      a range"),
        ["gom", "install", ">=1.21, <1.23"]
    );
    assert_eq!(gom_command("  eval \"$(gom shell 1.22.6)\"     x"), ["gom", "shell", "1.22.6"]);
    assert_eq!(gom_command("  gom init fish | source"), ["gom", "init", "fish"]);
    assert_eq!(gom_command("  docker build --build-arg X=$(gom current) ."), ["gom", "current"]);
    assert!(gom_command("  go version").is_empty());
}
