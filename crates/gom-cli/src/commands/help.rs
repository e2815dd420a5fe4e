//! `gom help`: the page of a verb, and with `--json` every verb with its options, for programs that call gom.
//!
//! Owns: the form of that object, and what each verb may do to the machine. All else is read from the command
//! line's own definition. Invariant: every verb that a person may call is in it.

use std::process::ExitCode;

use clap::{Arg, ArgAction, Args, Command, CommandFactory};
use serde_json::{Value, json};

use crate::cli::Cli;
use crate::failure::Failure;
use crate::output::Output;
use crate::usage;

/// Print the help of gom or of a verb
///
/// With --json, one object with every verb: its arguments, its options and what it may do to this machine.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom help install
  gom help ci setup
  gom help --json                  every verb and option, for programs")]
pub(crate) struct Arguments {
    /// A verb, and one of its own verbs
    #[arg(value_name = "VERB")]
    verbs: Vec<String>,
}

/// Reads files of this machine.
const READS: &str = "reads";
/// Writes to the store, the cache or the project.
const WRITES: &str = "writes";
/// Uses the network.
const NETWORK: &str = "network";
/// Starts programs that are not gom's.
const RUNS: &str = "runs";
/// Removes what only a download brings back.
const DESTRUCTIVE: &str = "destructive";

/// What each verb may do without further options.
const EFFECTS: &[(&str, &[&str])] = &[
    ("install", &[READS, WRITES, NETWORK]),
    ("uninstall", &[READS, WRITES, DESTRUCTIVE]),
    ("use", &[READS, WRITES, NETWORK]),
    ("local", &[READS, WRITES, NETWORK]),
    ("list", &[READS]),
    ("list-remote", &[READS, NETWORK]),
    ("verify", &[READS, WRITES, NETWORK]),
    ("receipt", &[READS]),
    ("current", &[READS]),
    ("which", &[READS]),
    ("why", &[READS]),
    ("doctor", &[READS]),
    ("doctor arch", &[READS]),
    ("doctor cgo", &[READS, RUNS]),
    ("env", &[READS]),
    ("check", &[READS, WRITES, NETWORK, RUNS]),
    ("cache stats", &[READS, WRITES, NETWORK, RUNS]),
    ("exec", &[READS, RUNS]),
    ("shell", &[READS, WRITES, NETWORK]),
    ("init", &[READS]),
    ("config", &[READS]),
    ("ci setup", &[READS, WRITES, NETWORK]),
    ("ci cache key", &[READS, NETWORK]),
    ("ci cache paths", &[READS]),
    ("ci cache trim", &[READS, WRITES, DESTRUCTIVE]),
    ("ci cache stats", &[READS]),
    ("completions", &[]),
    ("help", &[]),
];

/// What an option adds to that.
const EFFECTS_OF_OPTIONS: &[(&str, &str, &[&str])] = &[
    ("doctor", "--fix", &[WRITES]),
    ("doctor", "--probe", &[RUNS]),
    ("doctor", "--save-facts", &[WRITES]),
    ("ci cache paths", "--prepare", &[WRITES]),
    ("ci cache stats", "--summary", &[WRITES]),
];

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<ExitCode, Failure> {
    let mut root = Cli::command();
    root.build();
    let mut path = Vec::new();
    let mut command = &root;
    for word in &arguments.verbs {
        command = command.find_subcommand(word).ok_or_else(|| usage::no_such_verb(&path.join(" "), word))?;
        path.push(command.get_name());
    }
    if !output.is_json() {
        output.page(&command.clone().render_long_help());
        return Ok(ExitCode::SUCCESS);
    }
    let verbs = if path.is_empty() { verbs_of(&root, "") } else { vec![verb(command, &path.join(" "))] };
    output.json(json!({
        "gom": env!("CARGO_PKG_VERSION"),
        "global_options": root.get_arguments().filter(|one| is_global(one)).map(option).collect::<Vec<_>>(),
        "verbs": verbs,
    }));
    Ok(ExitCode::SUCCESS)
}

/// The verbs directly below one, `path` being its own name.
fn verbs_of(command: &Command, path: &str) -> Vec<Value> {
    let visible = command.get_subcommands().filter(|one| !one.is_hide_set());
    // Below the first level `help` is clap's own.
    let ours = visible.filter(|one| path.is_empty() || one.get_name() != "help");
    ours.map(|one| verb(one, format!("{path} {}", one.get_name()).trim_start())).collect()
}

fn verb(command: &Command, path: &str) -> Value {
    let effects = EFFECTS.iter().find(|(name, _)| *name == path).map(|(_, effects)| *effects);
    let options = command.get_arguments().filter(|one| !one.is_positional() && !is_global(one));
    let options = options.filter(|one| !matches!(one.get_action(), ArgAction::Help | ArgAction::HelpLong));
    let options: Vec<Value> = options
        .map(|one| {
            let mut object = option(one);
            let name = object["name"].as_str().unwrap_or_default();
            let added = EFFECTS_OF_OPTIONS.iter().find(|(verb, option, _)| *verb == path && *option == name);
            object["effects"] = json!(added.map_or(&[][..], |(_, _, effects)| effects));
            object
        })
        .collect();
    json!({
        "name": path,
        "aliases": command.get_all_aliases().collect::<Vec<_>>(),
        "summary": text(command.get_about()),
        "text": text(command.get_long_about().or(command.get_about())),
        "usage": command.clone().render_usage().to_string().trim_start_matches("Usage: ").trim(),
        "effects": effects,
        "arguments": command.get_positionals().map(argument).collect::<Vec<_>>(),
        "options": options,
        "notes": text(command.get_after_help()),
        "verbs": verbs_of(command, path),
    })
}

fn argument(argument: &Arg) -> Value {
    json!({
        "name": value_name(argument),
        "text": text(argument.get_help()),
        "required": argument.is_required_set(),
        "repeated": is_repeated(argument),
        "values": values(argument),
    })
}

fn option(option: &Arg) -> Value {
    let takes_value = option.get_action().takes_values();
    let default = option.get_default_values().first().filter(|_| takes_value);
    json!({
        "name": option.get_long().map(|long| format!("--{long}")),
        "short": option.get_short().map(|short| format!("-{short}")),
        "text": text(option.get_help()),
        "value": takes_value.then(|| value_name(option)),
        "values": if takes_value { values(option) } else { Vec::new() },
        "default": default.map(|value| value.to_string_lossy()),
        "repeated": is_repeated(option),
    })
}

fn is_global(argument: &Arg) -> bool {
    argument.is_global_set()
}

fn is_repeated(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
}

fn values(argument: &Arg) -> Vec<String> {
    argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
}

fn value_name(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    names.first().map_or_else(|| argument.get_id().to_string(), ToString::to_string)
}

fn text(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(verbs: &[Value], found: &mut Vec<(String, Value)>) {
        for verb in verbs {
            found.push((verb["name"].as_str().unwrap().to_owned(), verb.clone()));
            names(verb["verbs"].as_array().unwrap(), found);
        }
    }

    fn all() -> Vec<(String, Value)> {
        let mut root = Cli::command();
        root.build();
        let mut found = Vec::new();
        names(&verbs_of(&root, ""), &mut found);
        found
    }

    // K9.3
    #[test]
    fn every_verb_says_what_it_may_do() {
        let all = all();
        for (name, verb) in &all {
            let is_group = !verb["verbs"].as_array().unwrap().is_empty() && name != "doctor";
            assert_eq!(verb["effects"].is_null(), is_group, "{name}: {}", verb["effects"]);
        }
        for (name, _) in EFFECTS {
            assert!(all.iter().any(|(verb, _)| verb == name), "there is no verb `{name}`");
        }
    }

    #[test]
    fn effects_are_of_options_that_are_there() {
        for (verb, option, effects) in EFFECTS_OF_OPTIONS {
            let all = all();
            let (_, verb) = all.iter().find(|(name, _)| name == verb).unwrap();
            let found = verb["options"].as_array().unwrap().iter().find(|one| one["name"] == *option);
            assert_eq!(found.unwrap()["effects"], json!(effects), "{option}");
        }
    }

    #[test]
    fn no_option_is_without_its_name_and_text() {
        for (name, verb) in all() {
            for option in verb["options"].as_array().unwrap() {
                assert!(option["name"].as_str().unwrap().starts_with("--"), "{name}: {option}");
                assert!(!option["text"].as_str().unwrap().is_empty(), "{name}: {option}");
            }
            assert!(verb["usage"].as_str().unwrap().starts_with(&format!("gom {name}")), "{}", verb["usage"]);
        }
    }
}
