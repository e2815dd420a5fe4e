//! Reads the Go that a TOML file of another manager names, such as mise.toml, with its line. gom does not follow these
//! files; the doctor shows them, and `gom import` reads the managers' defaults from them.

use toml::{Table, Value};

/// A version in such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedVersion {
    /// The number of its line, from 1.
    pub line: usize,
    /// The name that it has there.
    pub name: String,
    /// The version as written.
    pub value: String,
}

/// Returns the Go of a file: the key `go` or `golang` of this table; "" is the top level.
pub fn go_version(text: &str, table: &str) -> Option<NamedVersion> {
    let file: Table = toml::from_str(text).ok()?;
    let tools = if table.is_empty() { &file } else { file.get(table)?.as_table()? };
    ["go", "golang"].into_iter().find_map(|key| named(text, key, tools.get(key)?))
}

/// Lists every version in a table of a file, which is named by its keys from the top.
pub fn versions(text: &str, path: &[&str]) -> Vec<NamedVersion> {
    let Ok(file) = toml::from_str::<Table>(text) else { return Vec::new() };
    let table = path.iter().try_fold(&file, |table, key| table.get(*key)?.as_table());
    table.into_iter().flatten().filter_map(|(key, value)| named(text, key, value)).collect()
}

/// A version is a text, a table with a `version`, or the first of a list of those.
fn named(text: &str, key: &str, value: &Value) -> Option<NamedVersion> {
    let value = match value {
        Value::Array(values) => values.first()?,
        value => value,
    };
    let value = match value {
        Value::String(text) => text.clone(),
        Value::Table(table) => table.get("version")?.as_str()?.to_owned(),
        other => other.to_string(),
    };
    let has_key = |line: &str| {
        let line = line.trim_start().trim_start_matches(['"', '\'']);
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with('='))
    };
    let line = text.lines().position(has_key).map_or(1, |index| index + 1);
    Some(NamedVersion { line, name: key.to_owned(), value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: usize, name: &str, value: &str) -> NamedVersion {
        NamedVersion { line, name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_version_is_a_text_a_table_or_the_first_of_a_list() {
        for (text, table, line, name, value) in [
            ("[tools]\nnode = \"20\"\ngo = \"1.21\"\n", "tools", 3, "go", "1.21"),
            ("golang = { version = \"1.20\" }\n", "", 1, "golang", "1.20"),
            ("[tools]\n\"go\" = [\"1.22\", \"1.21\"]\n", "tools", 2, "go", "1.22"),
            ("[tools]\ngo = 1.22\n", "tools", 2, "go", "1.22"),
        ] {
            assert_eq!(go_version(text, table), Some(one(line, name, value)), "{text}");
        }
        for (text, table) in [("not toml", ""), ("[tools]\nnode = \"20\"\n", "tools"), ("go = []\n", "")] {
            assert_eq!(go_version(text, table), None, "{text}");
        }
    }

    #[test]
    fn a_table_is_found_by_its_keys() {
        let text = "[tools]\ngo = \"1.22\"\n[alias.go.versions]\nwork = \"1.22.6\"\n'my old' = \"1.20.1\"\n";
        let found = versions(text, &["alias", "go", "versions"]);
        assert_eq!(found, [one(5, "my old", "1.20.1"), one(4, "work", "1.22.6")]);
        assert_eq!(versions(text, &["alias", "node"]), []);
        assert_eq!(versions("not toml", &["alias"]), []);
    }
}
