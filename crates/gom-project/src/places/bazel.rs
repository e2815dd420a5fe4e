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

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let found = literals(utf8(file.bytes)?, Comments::Hash).into_iter().filter_map(|literal| {
        let Literal { range, text, call, word } = literal;
        CALLS.contains(&(call.as_str(), word.as_str())).then_some(())?;
        Written::parse(text)?;
        Some(Mention {
            line: line_of(file.bytes, range.start),
            range,
            written: text.to_owned(),
            role: Role::Tool,
            what: call,
            spelling: Spelling::Plain,
            digest: None,
        })
    });
    Ok(found.collect())
}
