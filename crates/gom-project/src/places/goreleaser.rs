//! `GoReleaser`: the Go that it builds with, and variables of builds.

use super::ci::read_with;
use super::file::ProjectFile;
use super::scalar;
use crate::document::{Format, ParseFault};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|path, node, _| {
        let is_program = path.last() == Some(&"gobinary") || path.last() == Some(&"tool");
        let value = is_program.then(|| node.as_scalar()).flatten();
        // `go` alone names no version.
        let value = value.filter(|value| value.text.starts_with("go1"));
        value
            .and_then(|value| scalar::version(file.bytes, value, Role::Tool, "gobinary"))
            .into_iter()
            .collect()
    })
}
