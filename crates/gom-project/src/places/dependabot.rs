//! Dependabot: versions of the Go images that it must not propose.

use super::file::ProjectFile;
use super::scalar;
use crate::document::{self, Format, ParseFault};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let mut found = Vec::new();
    for root in &document::parse(Format::Yaml, file.bytes)? {
        root.visit(&mut |_, node| {
            if matches!(node.text_of("dependency-name"), Some("golang" | "go"))
                && let Some(versions) = node.get("versions")
            {
                found.extend(versions.scalars().filter_map(|value| {
                    scalar::version(file.bytes, value, Role::Constraint, "ignore golang")
                }));
            }
        });
    }
    Ok(found)
}
