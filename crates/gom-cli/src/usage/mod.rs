//! Messages for arguments that clap does not accept, in gom's own words: what is wrong, the word, and one
//! command.
//!
//! Owns: the message for each kind of clap's errors, and the command line with one corrected word. Never:
//! interprets an argument of a known form; the verb does. Invariant: at most one guess.

use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use gom_core::query::guess::{KEYWORDS, nearest};
use gom_core::shell_quote::shell_quote;

use crate::cli;
use crate::failure::Failure;

/// Names of verbs and options in other tools, and gom's for each.
const OTHER_NAMES: [(&str, &str); 16] = [
    ("version", "--version"),
    ("version-name", "current --short"),
    ("add", "install"),
    ("download", "install"),
    ("update", "install"),
    ("upgrade", "install"),
    ("set", "use"),
    ("select", "use"),
    ("switch", "use"),
    ("pin", "local"),
    ("run", "exec"),
    ("available", "list-remote"),
    ("search", "list-remote"),
    ("status", "current"),
    ("info", "current"),
    ("settings", "config"),
];

/// The maximum length of a command line in a hint.
const LONGEST: usize = 100;

/// Converts clap's error to a failure; `arguments` are gom's own, without its name.
pub(crate) fn failure(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let verb = Verb::of(arguments);
    let text = |kind| texts(error, kind).into_iter().next().unwrap_or_default();
    let option = bare(&text(ContextKind::InvalidArg));
    match error.kind() {
        ErrorKind::InvalidSubcommand => verb.no_command(&text(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument if option.starts_with('-') => verb.no_option(&option),
        ErrorKind::UnknownArgument if verb.command.has_subcommands() => verb.no_command(&option),
        ErrorKind::UnknownArgument => {
            let message = format!("`{}` takes no argument `{option}`", verb.name);
            Failure::usage(message, verb.see_help()).about(option)
        }
        ErrorKind::InvalidValue => {
            let (value, allowed) = (text(ContextKind::InvalidValue), texts(error, ContextKind::ValidValue));
            bad_value(&verb, &option, &value, &allowed)
        }
        ErrorKind::ValueValidation => {
            let value = text(ContextKind::InvalidValue);
            let reason = std::error::Error::source(error).map(|source| format!(": {source}"));
            let message = format!("invalid value `{value}` for `{option}`{}", reason.unwrap_or_default());
            Failure::usage(message, verb.see_help()).about(value)
        }
        ErrorKind::MissingRequiredArgument => {
            let missing: Vec<String> =
                texts(error, ContextKind::InvalidArg).iter().map(|name| bare(name)).collect();
            verb.missing(&missing.join(" and ")).about(missing.join(" "))
        }
        ErrorKind::ArgumentConflict => {
            let others: Vec<String> =
                texts(error, ContextKind::PriorArg).iter().map(|name| format!("`{}`", bare(name))).collect();
            let message = match others.as_slice() {
                [] => format!("`{option}` can't be used here"),
                [same] if *same == format!("`{option}`") => format!("`{option}` is given twice"),
                others => format!("`{option}` can't be used with {}", others.join(" and ")),
            };
            Failure::usage(message, verb.see_help()).about(option)
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Failure::usage(format!("`{}` needs a command", verb.name), verb.see_help())
        }
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ");
            let failure = Failure::usage(first.replace("cannot", "can't"), verb.see_help());
            if option.is_empty() { failure } else { failure.about(option) }
        }
    }
}

/// Replaces the hint of a failure by the same command with the guess, if there is one.
pub(crate) fn with_guess(failure: Failure, arguments: &[OsString]) -> Failure {
    let (Some(guess), Some(value)) = (&failure.guess, &failure.value) else { return failure };
    if arguments.first().is_some_and(|first| first == "self") {
        // Called by the shim, for `go +SPEC`.
        let hint = format!("did you mean `go +{guess}`?");
        return failure.with_hint(hint);
    }
    let hint = match corrected(arguments, value, guess) {
        Some(command) => format!("did you mean `{command}`?"),
        None => format!("did you mean `{guess}`? run `gom list-remote` to see the published versions"),
    };
    failure.with_hint(hint)
}

/// The failure for an argument that is missing from the verb at `path`.
pub(crate) fn missing(path: &str, argument: &str) -> Failure {
    Verb::of(&words_of(path)).missing(argument)
}

/// The failure for a word that is not a verb below the one at `path`, which may be gom itself.
pub(crate) fn no_such_verb(path: &str, word: &str) -> Failure {
    Verb::of(&words_of(path)).no_command(word)
}

/// The failure for an option that the verb at `path` does not have.
pub(crate) fn no_such_option(path: &str, option: &str) -> Failure {
    Verb::of(&words_of(path)).no_option(option)
}

/// The arguments of this process, without its name.
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().skip(1).collect()
}

fn words_of(path: &str) -> Vec<OsString> {
    path.split(' ').map(OsString::from).collect()
}

/// The verb that was called, as far as its words are valid.
struct Verb {
    /// Its name, such as `gom ci setup`.
    name: String,
    command: Command,
}

impl Verb {
    fn of(arguments: &[OsString]) -> Verb {
        let mut command = cli::command();
        command.build();
        let mut verb = Verb { name: "gom".to_owned(), command };
        for word in arguments.iter().filter_map(|word| word.to_str()).filter(|word| !word.starts_with('-')) {
            let found = verb.command.find_subcommand(word).cloned();
            match found {
                Some(command) => {
                    verb = Verb { name: format!("{} {}", verb.name, command.get_name()), command };
                }
                // The value of a global option may come before the verb, but not between a verb and its own
                // verbs.
                None if verb.name == "gom" => {}
                None => break,
            }
        }
        verb
    }

    fn missing(&self, arguments: &str) -> Failure {
        Failure::usage(format!("`{}` needs {arguments}", self.name), self.see_example()).about(arguments)
    }

    fn no_command(&self, word: &str) -> Failure {
        let visible = || self.command.get_subcommands().filter(|command| !command.is_hide_set());
        let names = visible().map(Command::get_name);
        let of_alias = |word: &str| visible().find(|one| one.get_all_aliases().any(|alias| alias == word));
        let is_top = self.name == "gom";
        let other = OTHER_NAMES.iter().find(|(name, _)| is_top && *name == word).map(|(_, name)| *name);
        let guess = other.or_else(|| nearest(word, names)).map(str::to_owned).or_else(|| {
            let alias = nearest(word, visible().flat_map(Command::get_all_aliases))?;
            of_alias(alias).map(|command| command.get_name().to_owned())
        });
        let message = format!("`{}` has no command `{word}`", self.name);
        Failure::usage(message, format!("run `{} --help` to see its commands", self.name))
            .about(word)
            .with_guess(guess)
    }

    fn no_option(&self, option: &str) -> Failure {
        let name = option.split('=').next().unwrap_or(option);
        let long = self.command.get_arguments().filter(|one| !one.is_hide_set()).filter_map(Arg::get_long);
        let takes_spec = self.command.get_positionals().any(|one| value_name(one) == "SPEC");
        let word = name.trim_start_matches('-');
        let guess = if takes_spec && KEYWORDS.contains(&word) {
            Some(word.to_owned())
        } else {
            nearest(word, long).map(|long| format!("--{long}"))
        };
        let message = format!("`{}` has no option `{name}`", self.name);
        Failure::usage(message, self.see_help()).about(name).with_guess(guess)
    }

    fn see_help(&self) -> String {
        format!("run `{} --help`", self.name)
    }

    /// Returns a complete command from the verb's own page.
    fn see_example(&self) -> String {
        let page = self.command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let mut lines = page.lines().map(str::trim_start);
        let example = lines.find(|line| line.starts_with(&self.name)).unwrap_or_default();
        let example = example.split("   ").next().unwrap_or_default();
        let arguments = example.strip_prefix(&self.name).unwrap_or_default();
        if arguments.is_empty() {
            self.see_help()
        } else {
            format!("run `{example}`, or `{} --help`", self.name)
        }
    }
}

fn bad_value(verb: &Verb, option: &str, value: &str, allowed: &[String]) -> Failure {
    let takes = if allowed.is_empty() { String::new() } else { format!(": {}", allowed.join(", ")) };
    if value.is_empty() {
        let message = format!("`{option}` needs a value{takes}");
        return Failure::usage(message, verb.see_help()).about(option);
    }
    let message = format!("invalid value `{value}` for `{option}`{takes}");
    let guess = nearest(value, allowed.iter().map(String::as_str)).map(str::to_owned);
    let hint = match allowed.first() {
        Some(first) => format!("use one of them, such as `{first}`; run `{} --help`", verb.name),
        None => verb.see_help(),
    };
    Failure::usage(message, hint).about(value).with_guess(guess)
}

fn value_name(argument: &Arg) -> String {
    argument.get_value_names().unwrap_or_default().first().map(ToString::to_string).unwrap_or_default()
}

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Returns the name alone: `--only` of `--only <ID>`, `SPEC` of `<SPEC>...`.
fn bare(name: &str) -> String {
    let first = name.split(' ').next().unwrap_or(name);
    if first.starts_with('-') {
        return first.to_owned();
    }
    name.trim_end_matches("...").trim_matches(['<', '>', '[', ']']).to_owned()
}

/// Returns the command line with one word replaced, quoted for a shell.
fn corrected(arguments: &[OsString], wrong: &str, right: &str) -> Option<String> {
    let at = arguments.iter().position(|word| word == wrong || is_option(word, wrong))?;
    let mut words = vec!["gom".to_owned()];
    for (index, word) in arguments.iter().enumerate() {
        let word = word.to_str()?;
        if index == at {
            // A guess may be two words, and an option may have its value after a `=`.
            words.push(format!("{right}{}", word.strip_prefix(wrong)?));
        } else {
            words.push(shell_quote(word));
        }
    }
    let command = words.join(" ");
    (command.chars().count() <= LONGEST).then_some(command)
}

fn is_option(word: &OsStr, option: &str) -> bool {
    let rest = word.to_str().and_then(|word| word.strip_prefix(option));
    option.starts_with("--") && rest.is_some_and(|rest| rest.starts_with('='))
}

#[cfg(test)]
mod tests;
