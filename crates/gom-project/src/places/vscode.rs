//! The settings of VS Code in a project: the Go whose path they name, and GOTOOLCHAIN for its tools.

use super::env_entry;
use super::file::ProjectFile;
use crate::document::{self, Format, Node, ParseFault, Scalar};
use crate::mention::{Mention, Role, Spelling, line_of, prefix_len};
use crate::written::Written;

/// Settings that hold variables.
const VARIABLES: [&str; 3] = ["go.toolsEnvVars", "go.testEnvVars", "terminal.integrated.env.linux"];

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let mut found = Vec::new();
    for root in &document::parse(Format::Json, file.bytes)? {
        for setting in VARIABLES {
            let value = root.at(&[setting, "GOTOOLCHAIN"]).and_then(Node::as_scalar);
            found.extend(
                value.and_then(|value| env_entry::of_value(file.bytes, "GOTOOLCHAIN", value, Role::Editor)),
            );
        }
        for (path, what) in
            [(&["go.goroot"][..], "go.goroot"), (&["go.alternateTools", "go"], "go.alternateTools")]
        {
            let value = root.at(path).and_then(Node::as_scalar);
            found.extend(value.and_then(|value| in_path(file.bytes, value, what)));
        }
    }
    Ok(found)
}

/// The version in the path of a GOROOT: a part such as `go1.22.6`, `1.22.6` or `go1.22.6.linux-amd64`.
fn in_path(bytes: &[u8], value: &Scalar, what: &str) -> Option<Mention> {
    if !value.is_verbatim {
        return None;
    }
    let mut start = value.range.start;
    for part in value.text.split(['/', '\\']) {
        let prefix = prefix_len(part);
        let rest = &part[prefix..];
        let len = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let version = rest[..len].trim_end_matches('.');
        if version.matches('.').count() >= 1 && matches!(Written::parse(version), Some(Written::Release(_))) {
            return Some(Mention {
                range: start + prefix..start + prefix + version.len(),
                written: version.to_owned(),
                line: line_of(bytes, start),
                role: Role::Editor,
                what: what.to_owned(),
                // Only a person knows whether the other folder exists.
                spelling: Spelling::Fixed,
                image: None,
            });
        }
        start += part.len() + 1;
    }
    None
}
