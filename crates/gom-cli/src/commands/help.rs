//! `gom help`: prints the page of a verb, and with `--json` every verb with its options, for programs that
//! call gom.
//!
//! Owns: the form of that object, and what each verb may do to the machine. Everything else is read from the
//! command line's own definition. Invariant: it contains every visible verb.

use std::process::ExitCode;

use clap::{Arg, ArgAction, Args, Command};
use serde::Serialize;

use crate::cli;
use crate::failure::Failure;
use crate::output::Output;
use crate::usage;
use Effect::{Destructive, Network, Reads, Runs, Writes};

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

/// What a verb or an option may do, besides printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Effect {
    /// Reads files of this machine.
    Reads,
    /// Writes to the store, the cache or the project.
    Writes,
    /// Uses the network.
    Network,
    /// Starts other programs.
    Runs,
    /// Removes something that only a download brings back.
    Destructive,
}

/// The effects of each verb without options.
const EFFECTS: &[(&str, &[Effect])] = &[
    ("install", &[Reads, Writes, Network]),
    ("uninstall", &[Reads, Writes, Destructive]),
    ("prune", &[Reads, Writes, Destructive]),
    ("use", &[Reads, Writes, Network]),
    ("local", &[Reads, Writes, Network]),
    ("lock", &[Reads, Writes, Network]),
    ("takeover", &[Reads, Writes, Network]),
    ("import", &[Reads, Writes, Network]),
    ("link", &[Reads, Writes]),
    ("unlink", &[Reads, Writes]),
    ("list", &[Reads]),
    ("list-remote", &[Reads, Network]),
    ("info", &[Reads, Network]),
    ("compare", &[Reads, Network]),
    ("outdated", &[Reads, Network]),
    ("upgrade", &[Reads, Writes, Network]),
    ("audit", &[Reads, Network]),
    ("verify", &[Reads, Writes, Network]),
    ("receipt", &[Reads]),
    ("current", &[Reads]),
    ("which", &[Reads]),
    ("find", &[Reads]),
    ("why", &[Reads]),
    ("sync", &[Reads, Writes]),
    ("bump", &[Reads, Writes, Network]),
    ("ide", &[Reads, Writes]),
    ("ide check", &[Reads, Runs]),
    ("docker", &[Reads]),
    ("doctor", &[Reads]),
    ("doctor arch", &[Reads]),
    ("doctor cgo", &[Reads, Runs]),
    ("repair", &[Reads, Writes]),
    ("env", &[Reads]),
    ("check", &[Reads, Writes, Network, Runs]),
    ("cache stats", &[Reads, Writes, Network, Runs]),
    ("exec", &[Reads, Runs]),
    ("each", &[Reads, Writes, Network, Runs]),
    ("bisect", &[Reads, Writes, Network, Runs]),
    ("shell", &[Reads, Writes, Network]),
    ("setup", &[Reads, Writes]),
    ("init", &[Reads]),
    ("config", &[Reads]),
    ("ci setup", &[Reads, Writes, Network]),
    ("agents", &[Reads, Writes, Network]),
    ("ci cache key", &[Reads, Network]),
    ("ci cache paths", &[Reads]),
    ("ci cache trim", &[Reads, Writes, Destructive]),
    ("ci cache stats", &[Reads]),
    ("tools install", &[Reads, Writes, Network, Runs]),
    ("tools list", &[Reads]),
    ("tools outdated", &[Reads, Writes, Network, Runs]),
    ("tools upgrade", &[Reads, Writes, Network, Runs]),
    ("x", &[Reads, Writes, Network, Runs]),
    ("tools uninstall", &[Reads, Writes, Destructive]),
    ("self update", &[Reads, Writes, Network, Runs]),
    ("self uninstall", &[Reads, Writes, Destructive]),
    ("completions", &[]),
    ("help", &[]),
];

/// The effects that an option adds.
const EFFECTS_OF_OPTIONS: &[(&str, &str, &[Effect])] = &[
    ("doctor", "--fix", &[Writes]),
    ("doctor", "--probe", &[Runs]),
    ("doctor", "--save-facts", &[Writes]),
    ("takeover", "--remove", &[Destructive]),
    ("import", "--remove", &[Destructive]),
    ("upgrade", "--remove-old", &[Destructive]),
    ("bump", "--tidy", &[Runs]),
    ("docker", "--write", &[Writes]),
    ("ci cache paths", "--prepare", &[Writes]),
    ("ci cache stats", "--summary", &[Writes]),
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    gom: &'static str,
    global_options: Vec<OptionJson>,
    verbs: Vec<VerbJson>,
}

/// One verb. Verbs below it have their full names.
#[derive(Serialize)]
struct VerbJson {
    name: String,
    /// The heading of `gom --help` that it is listed under; only of verbs that are not below another.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'static str>,
    aliases: Vec<String>,
    summary: String,
    text: String,
    usage: String,
    /// Null for a verb that only has other verbs below it.
    effects: Option<&'static [Effect]>,
    arguments: Vec<ArgumentJson>,
    options: Vec<OptionJson>,
    notes: String,
    verbs: Vec<VerbJson>,
}

/// A positional argument.
#[derive(Serialize)]
struct ArgumentJson {
    name: String,
    text: String,
    required: bool,
    repeated: bool,
    values: Vec<String>,
}

/// A flag, or an option with a value.
#[derive(Serialize)]
struct OptionJson {
    name: Option<String>,
    short: Option<String>,
    text: String,
    value: Option<String>,
    values: Vec<String>,
    default: Option<String>,
    repeated: bool,
    /// The effects that it adds to those of its verb. A global option has no such field.
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<&'static [Effect]>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<ExitCode, Failure> {
    let mut root = cli::command();
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
    let verbs = if path.is_empty() { all_verbs(&root) } else { vec![verb(command, &path.join(" "))] };
    output.json(Json {
        gom: env!("CARGO_PKG_VERSION"),
        global_options: root.get_arguments().filter(|one| is_global(one)).map(option).collect(),
        verbs,
    });
    Ok(ExitCode::SUCCESS)
}

/// Lists all verbs, in the order of gom's page.
fn all_verbs(root: &Command) -> Vec<VerbJson> {
    let grouped = cli::groups::grouped(root);
    grouped.into_iter().flat_map(|(_, verbs)| verbs).map(|one| verb(one, one.get_name())).collect()
}

/// Lists the verbs directly below one; `path` is its own name.
fn verbs_of(command: &Command, path: &str) -> Vec<VerbJson> {
    let visible = command.get_subcommands().filter(|one| !one.is_hide_set());
    // This `help` comes from clap.
    let ours = visible.filter(|one| one.get_name() != "help");
    ours.map(|one| verb(one, &format!("{path} {}", one.get_name()))).collect()
}

fn verb(command: &Command, path: &str) -> VerbJson {
    let options = command.get_arguments().filter(|one| !one.is_positional() && !is_global(one));
    let options = options.filter(|one| !matches!(one.get_action(), ArgAction::Help | ArgAction::HelpLong));
    let options =
        options.map(|one| OptionJson { effects: Some(effects_of_option(path, one)), ..option(one) });
    VerbJson {
        name: path.to_owned(),
        group: (!path.contains(' ')).then(|| cli::groups::group_of(path)),
        aliases: command.get_all_aliases().map(str::to_owned).collect(),
        summary: text(command.get_about()),
        text: text(command.get_long_about().or(command.get_about())),
        usage: command.clone().render_usage().to_string().trim_start_matches("Usage: ").trim().to_owned(),
        effects: EFFECTS.iter().find(|(name, _)| *name == path).map(|(_, effects)| *effects),
        arguments: command.get_positionals().map(argument).collect(),
        options: options.collect(),
        notes: text(command.get_after_help()),
        verbs: verbs_of(command, path),
    }
}

fn argument(argument: &Arg) -> ArgumentJson {
    ArgumentJson {
        name: value_name(argument),
        text: text(argument.get_help()),
        required: argument.is_required_set(),
        repeated: is_repeated(argument),
        values: values(argument),
    }
}

fn option(option: &Arg) -> OptionJson {
    let takes_value = option.get_action().takes_values();
    let default = option.get_default_values().first().filter(|_| takes_value);
    OptionJson {
        name: name_of_option(option),
        short: option.get_short().map(|short| format!("-{short}")),
        text: text(option.get_help()),
        value: takes_value.then(|| value_name(option)),
        values: if takes_value { values(option) } else { Vec::new() },
        default: default.map(|value| value.to_string_lossy().into_owned()),
        repeated: is_repeated(option),
        effects: None,
    }
}

fn name_of_option(option: &Arg) -> Option<String> {
    option.get_long().map(|long| format!("--{long}"))
}

fn effects_of_option(verb: &str, option: &Arg) -> &'static [Effect] {
    let name = name_of_option(option);
    let mut known = EFFECTS_OF_OPTIONS.iter();
    let found = known.find(|(of, option, _)| *of == verb && name.as_deref() == Some(*option));
    found.map_or(&[], |(_, _, effects)| *effects)
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

    fn collect<'a>(verbs: &'a [VerbJson], found: &mut Vec<&'a VerbJson>) {
        for verb in verbs {
            found.push(verb);
            collect(&verb.verbs, found);
        }
    }

    fn top() -> Vec<VerbJson> {
        let mut root = cli::command();
        root.build();
        all_verbs(&root)
    }

    fn all(top: &[VerbJson]) -> Vec<&VerbJson> {
        let mut found = Vec::new();
        collect(top, &mut found);
        found
    }

    // K9.3
    #[test]
    fn every_verb_says_what_it_may_do() {
        let top = top();
        let all = all(&top);
        for verb in &all {
            let is_group = !verb.verbs.is_empty() && !matches!(verb.name.as_str(), "doctor" | "ide");
            assert_eq!(verb.effects.is_none(), is_group, "{}: {:?}", verb.name, verb.effects);
        }
        for (name, _) in EFFECTS {
            assert!(all.iter().any(|verb| verb.name == *name), "there is no verb `{name}`");
        }
    }

    #[test]
    fn effects_are_of_options_that_are_there() {
        let top = top();
        for (verb, option, effects) in EFFECTS_OF_OPTIONS {
            let all = all(&top);
            let verb = all.iter().find(|one| one.name == *verb).unwrap();
            let found = verb.options.iter().find(|one| one.name.as_deref() == Some(*option));
            assert_eq!(found.unwrap().effects, Some(*effects), "{option}");
        }
    }

    #[test]
    fn no_option_is_without_its_name_and_text() {
        let top = top();
        for VerbJson { name, usage, options, .. } in all(&top) {
            for option in options {
                let option_name = option.name.as_deref().unwrap();
                assert!(option_name.starts_with("--"), "{name}: {option_name}");
                assert!(!option.text.is_empty(), "{name}: {option_name}");
            }
            assert!(usage.starts_with(&format!("gom {name}")), "{usage}");
        }
    }
}
