//! Renovate: `constraints.go`, and rules that limit the versions of Go.

use super::file::ProjectFile;
use super::scalar;
use crate::document::{self, Format, Node, ParseFault};
use crate::mention::{Mention, Role};

/// The keys of a rule that name packages.
const NAMES: [&str; 3] = ["matchPackageNames", "matchDepNames", "packageNames"];

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let mut found = Vec::new();
    for root in &document::parse(Format::Json, file.bytes)? {
        root.visit(&mut |path, node| {
            let what = match path.last() {
                Some(&"constraints") => "constraints.go",
                _ if is_rule_for_go(node) => "allowedVersions",
                _ => return,
            };
            let key = if what == "constraints.go" { "go" } else { what };
            let value = node.get(key).and_then(Node::as_scalar);
            found.extend(value.and_then(|value| scalar::version(file.bytes, value, Role::Constraint, what)));
        });
    }
    Ok(found)
}

fn is_rule_for_go(node: &Node) -> bool {
    let names = NAMES.iter().filter_map(|key| node.get(key)).flat_map(Node::scalars);
    names.into_iter().any(|name| matches!(name.text.as_str(), "go" | "golang" | "actions/go-versions"))
}
