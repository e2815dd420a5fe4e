//! CircleCI: what all services share, and the version of its Go orb.

use super::ci::read_with;
use super::file::ProjectFile;
use super::scalar;
use crate::document::{Format, Node, ParseFault};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|path, node, _| {
        // `- go/install: {version: 1.22.6}`, and `executor: {name: go/default, tag: "1.22"}`.
        let is_install = path.last() == Some(&"go/install");
        let is_executor = node.text_of("name") == Some("go/default");
        let value = match (is_install, is_executor) {
            (true, _) => node.get("version"),
            (_, true) => node.get("tag"),
            _ => None,
        };
        let mention = value
            .and_then(Node::as_scalar)
            .and_then(|value| scalar::version(file.bytes, value, Role::Ci, "orb go"));
        mention.into_iter().collect()
    })
}
