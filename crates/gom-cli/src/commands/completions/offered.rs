//! The command line as completions see it: without hidden verbs, and with the values that each argument takes.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, ValueCompleter};
use gom_core::candidates::{CandidateKind, KnownToolchains};
use gom_select::platform::KNOWN;

use crate::app;
use crate::cli::Cli;

/// A path that the shell completes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathKind {
    File,
    Folder,
}

/// What the values of arguments are taken from. It is read when an argument needs it.
#[derive(Clone, Default)]
pub(super) struct Values {
    known: Arc<OnceLock<Option<KnownToolchains>>>,
    path: Arc<Mutex<Option<PathKind>>>,
    /// The words before the one at the cursor.
    words: Arc<[OsString]>,
}

/// The values of a SPEC.
struct Specs {
    values: Values,
    kind: CandidateKind,
    /// Words that are offered before the versions.
    before: &'static [&'static str],
}

/// The values of the words of `gom exec`: a SPEC, and the command and its arguments, which are another program's.
struct CommandWords(Specs);

impl Values {
    pub(super) fn after(words: &[OsString]) -> Values {
        Values { words: words.into(), ..Values::default() }
    }

    /// Whether the argument at the cursor takes values of the store, even if there are none.
    pub(super) fn are_wanted(&self) -> bool {
        self.known.get().is_some() || self.wanted_path().is_some()
    }

    /// The path that the argument at the cursor takes.
    pub(super) fn wanted_path(&self) -> Option<PathKind> {
        *self.path.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn want(&self, kind: PathKind) {
        *self.path.lock().unwrap_or_else(PoisonError::into_inner) = Some(kind);
    }

    fn specs(&self, kind: CandidateKind, typed: &str) -> Vec<CompletionCandidate> {
        let known = self.known.get_or_init(|| Some(KnownToolchains::read(&app::context_of_completion()?)));
        let all = known.iter().flat_map(|known| known.candidates(kind, typed));
        all.map(|one| CompletionCandidate::new(one.text).help(Some(one.note.into()))).collect()
    }
}

impl ValueCompleter for Specs {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(typed) = current.to_str() else { return Vec::new() };
        let before = self.before.iter().filter(|word| word.starts_with(typed));
        let mut all: Vec<CompletionCandidate> = before.map(CompletionCandidate::new).collect();
        all.extend(self.values.specs(self.kind, typed));
        all
    }
}

impl ValueCompleter for CommandWords {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let CommandWords(specs) = self;
        specs.values.want(PathKind::File);
        let words = specs.values.words.iter().skip_while(|word| *word != "exec").skip(1);
        if is_begun(words) { Vec::new() } else { specs.complete(current) }
    }
}

/// Whether one of these words is more than an option with its value.
fn is_begun<'a>(mut words: impl Iterator<Item = &'a OsString>) -> bool {
    while let Some(word) = words.next() {
        if word == "--env-file" || word == "--source" {
            words.next();
        } else if word == "--" || !word.as_encoded_bytes().starts_with(b"-") {
            return true;
        }
    }
    false
}

/// Returns the command line for completions.
pub(super) fn command_line(values: &Values) -> Command {
    let all = Cli::command();
    let verbs = all.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned();
    let verbs: Vec<Command> = verbs.map(|verb| offered(verb, values)).collect();
    Command::new("gom")
        .disable_help_subcommand(true)
        .version(env!("CARGO_PKG_VERSION"))
        .args(all.get_arguments().cloned().map(|argument| with_values(argument, "", values)))
        .subcommands(verbs)
}

fn offered(verb: Command, values: &Values) -> Command {
    let verb = without_hidden(verb);
    let name = verb.get_name().to_owned();
    verb.mut_args(|argument| with_values(argument, &name, values))
        .mut_subcommands(|verb| offered(verb, values))
}

/// Makes a verb again without its hidden verbs, which would be offered where nothing else fits.
fn without_hidden(verb: Command) -> Command {
    let (hidden, visible): (Vec<&Command>, Vec<&Command>) =
        verb.get_subcommands().partition(|one| one.is_hide_set());
    if hidden.is_empty() {
        return verb;
    }
    Command::new(verb.get_name().to_owned())
        .about(verb.get_about().cloned().unwrap_or_default())
        .args(verb.get_arguments().cloned())
        .subcommands(visible.into_iter().cloned().collect::<Vec<_>>())
}

/// Makes an argument complete its values or nothing, and files only if it takes one.
fn with_values(argument: Arg, verb: &str, values: &Values) -> Arg {
    if !argument.get_action().takes_values() || !argument.get_possible_values().is_empty() {
        return argument;
    }
    let names = argument.get_value_names().unwrap_or_default();
    let name = names.first().map(ToString::to_string).unwrap_or_default();
    let sorted = |names: fn(&(&'static str, &'static str)) -> &'static str| {
        let names: BTreeSet<&str> = KNOWN.iter().map(names).collect();
        PossibleValuesParser::new(names)
    };
    let specs = |kind, before| Specs { values: values.clone(), kind, before };
    let path = |kind: PathKind| {
        let values = values.clone();
        ArgValueCompleter::new(move |_: &OsStr| {
            values.want(kind);
            Vec::new()
        })
    };
    match name.as_str() {
        "SPEC" => argument.add(ArgValueCompleter::new(specs(kind_of(verb), &[]))),
        "LEVEL" if verb == "bump" => {
            argument.add(ArgValueCompleter::new(specs(CandidateKind::Published, &["patch", "minor"])))
        }
        "VERSION" if verb == "verify" => {
            argument.add(ArgValueCompleter::new(specs(CandidateKind::Published, &[])))
        }
        "PROGRAM] [SPEC" => {
            argument.add(ArgValueCompleter::new(specs(CandidateKind::Runnable, &["go", "gofmt"])))
        }
        "SPEC> <CMD" => {
            argument.add(ArgValueCompleter::new(CommandWords(specs(CandidateKind::Runnable, &[]))))
        }
        "FILE" | "PATH" | "CMD" | "BUILD" => argument.add(path(PathKind::File)),
        "DIR" => argument.add(path(PathKind::Folder)),
        "OS" => argument.value_parser(sorted(|(os, _)| os)),
        "ARCH" => argument.value_parser(sorted(|(_, arch)| arch)),
        "SOURCE" => argument.value_parser(["go.dev", "dl.google.com", "mirror", "proxy"]),
        "VERB" => {
            let verbs = Cli::command();
            let names = verbs.get_subcommands().filter(|verb| !verb.is_hide_set()).map(Command::get_name);
            argument.value_parser(PossibleValuesParser::new(names.map(str::to_owned)))
        }
        _ => argument.value_hint(ValueHint::Other),
    }
}

/// Returns the toolchains that a verb's SPEC can name.
fn kind_of(verb: &str) -> CandidateKind {
    match verb {
        "uninstall" | "upgrade" | "verify" | "receipt" => CandidateKind::Installed,
        "use" | "local" | "shell" | "each" => CandidateKind::Selectable,
        "find" => CandidateKind::Runnable,
        _ => CandidateKind::Published,
    }
}
