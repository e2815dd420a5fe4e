//! Bazel: the SDK that `rules_go` downloads, in MODULE.bazel and WORKSPACE.

use super::file::ProjectFile;
use super::quoted::{Comments, Literal, literals};
use crate::document::{ParseFault, utf8};
use crate::mention::{Mention, Role, Spelling, line_of};
use crate::written::Written;

/// The functions of `rules_go` that take a version, with the name of that argument.
const CALLS: [(&str, &str); 6] = [
    ("go_sdk.download", "version"),
    ("go_sdk.from_dl", "version"),
    ("go_sdk.wrap", "version"),
    ("go_register_toolchains", "version"),
    ("go_register_toolchains", "go_version"),
    ("go_download_sdk", "version"),
];

/// The extension of `rules_go` in a MODULE.bazel, and the name that it usually has there.
const EXTENSION: &str = "go_sdk";

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let text = utf8(file.bytes)?;
    let names = names_of_extension(text);
    let found = literals(text, Comments::Hash).into_iter().filter_map(|literal| {
        let Literal { range, text, call, word } = literal;
        let usual = match call.split_once('.') {
            Some((name, function)) if names.contains(&name) => format!("{EXTENSION}.{function}"),
            _ => call.clone(),
        };
        CALLS.contains(&(usual.as_str(), word.as_str())).then_some(())?;
        Written::parse(text)?;
        Some(Mention {
            line: line_of(file.bytes, range.start),
            range,
            written: text.to_owned(),
            role: Role::Tool,
            what: call,
            spelling: Spelling::Plain,
            image: None,
        })
    });
    Ok(found.collect())
}

/// The names that a file gives to the extension: `go_sdk_dev = use_extension("...", "go_sdk", dev_dependency = True)`.
fn names_of_extension(text: &str) -> Vec<&str> {
    let uses = text.match_indices("use_extension(");
    let names = uses.filter_map(|(at, call)| {
        let arguments = text[at + call.len()..].split(')').next()?;
        let is_ours = ['"', '\''].iter().any(|mark| arguments.contains(&format!("{mark}{EXTENSION}{mark}")));
        let name = text[..at].trim_end().strip_suffix('=')?.trim_end();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begin = name.rfind(|c: char| !is_word(c)).map_or(0, |at| at + 1);
        is_ours.then_some(&name[begin..])
    });
    names.collect()
}
