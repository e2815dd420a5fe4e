//! The TOML files of other managers: mise, proto and vfox.

use super::file::ProjectFile;
use super::{env_entry, scalar};
use crate::document::{self, Format, Node, ParseFault, Scalar};
use crate::mention::{Mention, Role};

/// The names of Go among the tools of these managers.
pub const GO: [&str; 3] = ["go", "golang", "core:go"];

pub(super) fn read_mise(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read(file, Some("tools"))
}

pub(super) fn read_proto(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read(file, None)
}

pub(super) fn read_vfox(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read(file, Some("tools"))
}

fn read(file: &ProjectFile<'_>, table: Option<&str>) -> Result<Vec<Mention>, ParseFault> {
    let mut found = Vec::new();
    for root in &document::parse(Format::Toml, file.bytes)? {
        let Some(tools) = table.map_or(Some(root), |table| root.get(table)) else { continue };
        for key in GO {
            let version = tools.get(key).and_then(version_of);
            found.extend(version.and_then(|version| scalar::version(file.bytes, version, Role::Pin, key)));
        }
        if let Some(Node::Map(variables)) = root.get("env") {
            found.extend(variables.iter().filter_map(|(key, value)| {
                env_entry::of_value(file.bytes, &key.text, value.as_scalar()?, Role::Pin)
            }));
        }
    }
    found.sort_by_key(|mention| mention.range.start);
    Ok(found)
}

/// The version in the value of a tool: a text, a table with a `version`, or a list of those, of which the first counts.
pub fn version_of(value: &Node) -> Option<&Scalar> {
    let value = match value {
        Node::List(values) => values.first()?,
        value => value,
    };
    value.get("version").unwrap_or(value).as_scalar()
}
