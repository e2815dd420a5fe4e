//! Travis CI: `go` is a version, or the list of versions that a job is run with.

use super::ci::read_with;
use super::file::ProjectFile;
use super::scalar;
use crate::document::{Format, Node, ParseFault};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|path, node, _| {
        if let (["go"], Node::List(nodes)) = (path, node)
            && let [Node::Scalar(version)] = nodes.as_slice()
        {
            // A list of one is what every job runs with.
            return scalar::version(file.bytes, version, Role::Ci, "go").into_iter().collect();
        }
        let role = match path {
            ["go"] => Role::Ci,
            ["go", "[]"] | ["jobs" | "matrix", .., "go"] => Role::Matrix,
            _ => return Vec::new(),
        };
        let value = node.as_scalar();
        value.and_then(|value| scalar::version(file.bytes, value, role, "go")).into_iter().collect::<Vec<_>>()
    })
}
