//! The versions in the TOML files of mise, proto and vfox, with their lines. A file that is not valid names none.

use gom_project::document::{self, Format, Node, Scalar};
use gom_project::mention::line_of;
use gom_project::places::manager;

/// A version in such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedVersion {
    /// The number of its line, from 1.
    pub(crate) line: usize,
    /// The name that it has there.
    pub(crate) name: String,
    /// The version as written.
    pub(crate) value: String,
}

/// A file that was read.
pub(crate) struct TomlFile<'a> {
    text: &'a str,
    root: Option<Node>,
}

impl<'a> TomlFile<'a> {
    pub(crate) fn parse(text: &'a str) -> TomlFile<'a> {
        let documents = document::parse(Format::Toml, text.as_bytes()).unwrap_or_default();
        TomlFile { text, root: documents.into_iter().next() }
    }

    /// Returns the Go in a table, which is named by its keys from the top.
    pub(crate) fn go(&self, table: &[&str]) -> Option<NamedVersion> {
        let tools = self.root.as_ref()?.at(table)?;
        manager::GO.iter().find_map(|name| Some(self.named(name, manager::version_of(tools.get(name)?)?)))
    }

    /// Lists every version in a table, in the order of the file.
    pub(crate) fn versions(&self, table: &[&str]) -> Vec<NamedVersion> {
        let Some(Node::Map(pairs)) = self.root.as_ref().and_then(|root| root.at(table)) else {
            return Vec::new();
        };
        let version =
            |(key, value): &(Scalar, Node)| Some(self.named(&key.text, manager::version_of(value)?));
        pairs.iter().filter_map(version).collect()
    }

    fn named(&self, name: &str, version: &Scalar) -> NamedVersion {
        let line = line_of(self.text.as_bytes(), version.range.start);
        NamedVersion { line, name: name.to_owned(), value: version.text.clone() }
    }
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
            ("[tools]\nnode = \"20\"\ngo = \"1.21\"\n", &["tools"][..], 3, "go", "1.21"),
            ("golang = { version = \"1.20\" }\n", &[], 1, "golang", "1.20"),
            ("[tools]\n\"go\" = [\"1.22\", \"1.21\"]\n", &["tools"], 2, "go", "1.22"),
            ("[tools]\ngo = [\n  # old\n  \"1.22\",\n]\n", &["tools"], 4, "go", "1.22"),
            ("go = 1\n[tools.go]\nos = 'go = 1'\nversion = \"1.22\"\n", &["tools"], 4, "go", "1.22"),
            // As it is written: the number would be 1.2.
            ("[tools]\ngo = 1.20\n", &["tools"], 2, "go", "1.20"),
        ] {
            assert_eq!(TomlFile::parse(text).go(table), Some(one(line, name, value)), "{text}");
        }
        for (text, table) in
            [("not toml", &[][..]), ("[tools]\nnode = \"20\"\n", &["tools"]), ("go = []\n", &[])]
        {
            assert_eq!(TomlFile::parse(text).go(table), None, "{text}");
        }
    }

    #[test]
    fn a_table_is_found_by_its_keys() {
        let text = "[tools]\ngo = \"1.22\"\n[alias.go.versions]\nwork = \"1.22.6\"\n'my old' = \"1.20.1\"\n";
        let file = TomlFile::parse(text);
        let found = file.versions(&["alias", "go", "versions"]);
        assert_eq!(found, [one(4, "work", "1.22.6"), one(5, "my old", "1.20.1")]);
        assert_eq!(file.versions(&["alias", "node"]), []);
        assert_eq!(TomlFile::parse("not toml").versions(&["alias"]), []);
    }
}
