//! Development containers: the image, the Go feature, the arguments of a build, and variables.

use super::ci::read_with;
use super::file::ProjectFile;
use super::scalar;
use crate::document::{Format, ParseFault};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Json, &|path, node, _| {
        let ["features", feature] = path else { return Vec::new() };
        let name = feature.split([':', '@']).next().unwrap_or_default();
        if name.rsplit('/').next() != Some("go") {
            return Vec::new();
        }
        // The short form is the version itself.
        let value = node.get("version").unwrap_or(node).as_scalar();
        let mention = value.and_then(|value| scalar::version(file.bytes, value, Role::Ci, "feature go"));
        mention.into_iter().collect()
    })
}
