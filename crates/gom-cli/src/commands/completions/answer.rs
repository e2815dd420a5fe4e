//! The answer to a completion script: what can stand where the cursor is.
//!
//! Never: uses the network, writes a file, or prints an error. A shell that asks gets values or nothing.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::ExitCode;

use clap_complete::engine::{CompletionCandidate, complete};

use super::offered::{PathKind, Values, command_line};

/// Answers a script. `mode` is the value of the variable that it sets: whether the last argument is the word at the
/// cursor (`last`), or that word is empty and not among the arguments (`empty`).
pub(crate) fn answer(mode: &OsStr) -> ExitCode {
    let mut words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    if mode == "empty" || words.is_empty() {
        words.push(OsString::new());
    }
    // A closed pipe is not an error.
    let _ = std::io::stdout().write_all(lines(words).as_bytes());
    ExitCode::SUCCESS
}

fn lines(words: Vec<OsString>) -> String {
    let at = words.len();
    let values = Values::after(words.get(..at.saturating_sub(1)).unwrap_or_default());
    let is_empty = words.last().is_none_or(|word| word.is_empty());
    let arguments = std::iter::once(OsString::from("gom")).chain(words).collect();
    let mut candidates = complete(&mut command_line(&values), arguments, at, None).unwrap_or_default();
    let kind = match values.wanted_path() {
        Some(PathKind::File) => "files",
        Some(PathKind::Folder) => "folders",
        None => "values",
    };
    // Options would hide what the verb is about. They are offered behind a dash, and where there is nothing else.
    let is_option = |candidate: &CompletionCandidate| is_option(candidate.get_value());
    if is_empty && (values.are_wanted() || !candidates.iter().all(is_option)) {
        candidates.retain(|candidate| !is_option(candidate));
    }
    let rest: String = candidates.iter().filter_map(line).collect();
    format!("{kind}\n{rest}")
}

fn is_option(value: &OsStr) -> bool {
    value.as_encoded_bytes().starts_with(b"-")
}

/// Returns the line of a value. One that a line can't hold is not offered.
fn line(candidate: &CompletionCandidate) -> Option<String> {
    let value = candidate.get_value().to_str().filter(|value| !value.contains(['\t', '\n']))?;
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    Some(match help.lines().next().filter(|help| !help.is_empty()) {
        Some(help) => format!("{value}\t{}\n", help.replace('\t', " ")),
        None => format!("{value}\n"),
    })
}
