//! The TOML files of other managers: mise, proto and vfox.

use super::file::ProjectFile;
use super::{env_entry, scalar};
use crate::document::{self, Format, Node, ParseFault};
use crate::mention::{Mention, Role};

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
        for key in ["go", "golang", "core:go"] {
            found.extend(tools.get(key).into_iter().filter_map(|value| of_tool(file.bytes, key, value)));
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

/// A version is a text, a table with a `version`, or a list of those, of which the first counts.
fn of_tool(bytes: &[u8], key: &str, value: &Node) -> Option<Mention> {
    let value = match value {
        Node::List(values) => values.first()?,
        value => value,
    };
    let value = value.get("version").unwrap_or(value);
    scalar::version(bytes, value.as_scalar()?, Role::Pin, key)
}
