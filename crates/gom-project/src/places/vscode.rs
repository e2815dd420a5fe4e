//! The settings of VS Code: the Go whose path they name, and GOTOOLCHAIN for its tools.

use super::env_entry;
use super::file::ProjectFile;
use crate::document::{self, Format, Node, ParseFault, Scalar, Style};
use crate::mention::{Mention, Role, Spelling, line_of, prefix_len};
use crate::written::Written;

/// Settings that hold variables.
const VARIABLES: [&str; 3] = ["go.toolsEnvVars", "go.testEnvVars", "terminal.integrated.env.linux"];

/// Settings that name the path of a Go, by their keys.
const PATHS: [&[&str]; 2] = [&["go.goroot"], &["go.alternateTools", "go"]];

/// A setting that names the path of a Go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoPath {
    /// Its keys from the top, of which the first is the setting's name.
    pub keys: &'static [&'static str],
    /// The path, with escapes resolved: a GOROOT for `go.goroot`, else a program.
    pub path: String,
    /// The line of the path, from 1.
    pub line: usize,
}

/// Reads the settings that name the path of a Go, from any settings.json of VS Code: a project's or a user's.
pub fn go_paths(bytes: &[u8]) -> Result<Vec<GoPath>, ParseFault> {
    let documents = document::parse(Format::Json, bytes)?;
    let found = documents.iter().flat_map(named_paths).map(|(keys, path)| GoPath {
        keys,
        path: path.text.clone(),
        line: line_of(bytes, path.range.start),
    });
    Ok(found.collect())
}

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let mut found = Vec::new();
    for root in &document::parse(Format::Json, file.bytes)? {
        for setting in VARIABLES {
            let value = value_at(root, &[setting, "GOTOOLCHAIN"]).and_then(Node::as_scalar);
            found.extend(
                value.and_then(|value| env_entry::of_value(file.bytes, "GOTOOLCHAIN", value, Role::Editor)),
            );
        }
        found.extend(named_paths(root).filter_map(|(keys, path)| in_path(file.bytes, path, keys[0])));
    }
    Ok(found)
}

/// The settings that name the path of a Go, each with the path.
fn named_paths(root: &Node) -> impl Iterator<Item = (&'static [&'static str], &Scalar)> {
    PATHS.into_iter().filter_map(|keys| {
        let path = value_at(root, keys)?.as_scalar()?;
        // `null` and numbers name none.
        (path.style == Style::Quoted).then_some((keys, path))
    })
}

/// The value at a path of keys. VS Code takes the last one of several with the same key.
fn value_at<'a>(root: &'a Node, keys: &[&str]) -> Option<&'a Node> {
    keys.iter().try_fold(root, |node, key| {
        let Node::Map(pairs) = node else { return None };
        pairs.iter().rev().find(|(name, _)| name.text == *key).map(|(_, value)| value)
    })
}

/// The version in the path of a GOROOT: a part such as `go1.22.6`, `1.22.6` or `go1.22.6.linux-amd64`.
fn in_path(bytes: &[u8], value: &Scalar, what: &str) -> Option<Mention> {
    if !value.is_verbatim {
        return None;
    }
    let mut start = value.range.start;
    for part in value.text.split(['/', '\\']) {
        let prefix = prefix_len(part);
        let rest = &part[prefix..];
        let len = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let version = rest[..len].trim_end_matches('.');
        if version.matches('.').count() >= 1 && matches!(Written::parse(version), Some(Written::Release(_))) {
            return Some(Mention {
                range: start + prefix..start + prefix + version.len(),
                written: version.to_owned(),
                line: line_of(bytes, start),
                role: Role::Editor,
                what: what.to_owned(),
                // Only a person knows whether the other folder exists.
                spelling: Spelling::Fixed,
                image: None,
            });
        }
        start += part.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, String, usize)> {
        let paths = go_paths(text.as_bytes()).unwrap_or_else(|fault| panic!("{text:?}: {fault:?}"));
        paths.into_iter().map(|one| (one.keys[0], one.path, one.line)).collect()
    }

    fn goroot(path: &str, line: usize) -> (&'static str, String, usize) {
        ("go.goroot", path.to_owned(), line)
    }

    fn program(path: &str, line: usize) -> (&'static str, String, usize) {
        ("go.alternateTools", path.to_owned(), line)
    }

    #[test]
    fn comments_are_no_settings() {
        let text = "// \"go.goroot\": \"/a\"\n{\n  /* \"go.goroot\": \"/b\", */\n  \"go.goroot\": \"/c // d\", // \"/e\"\n}\n";
        assert_eq!(found(text), [goroot("/c // d", 4)]);
        assert_eq!(found("{\n/*\n\"go.goroot\": \"/a\"\n*/\n}"), []);
        assert_eq!(found("// nothing\n"), []);
    }

    #[test]
    fn a_comma_may_follow_the_last_value() {
        let text =
            "{\n  \"go.alternateTools\": {\n    \"go\": \"/x/go\",\n  },\n  \"go.goroot\": \"/x\",\n}\n";
        assert_eq!(found(text), [goroot("/x", 5), program("/x/go", 3)]);
    }

    #[test]
    fn several_settings_in_one_line_are_all_read() {
        let text = r#"{"editor.x": 1, "go.goroot": "/x", "go.alternateTools": {"gopls": "/x/gopls", "go": "/x/go"}}"#;
        assert_eq!(found(text), [goroot("/x", 1), program("/x/go", 1)]);
        // The key and the value may also stand on lines of their own.
        assert_eq!(found("{\n\"go.goroot\"\n:\n\"/x\"}"), [goroot("/x", 4)]);
    }

    #[test]
    fn only_the_settings_themselves_count() {
        for text in [
            r#"{"files.associations": {"go": "/x/go"}, "[go]": {"go.goroot": "/x"}}"#,
            r#"{"go": "/x/go", "gopls": {"go.goroot": "/x"}}"#,
            r#"{"go.alternateTools": ["go", "/x/go"]}"#,
            r#"{"go.goroot": null, "go.alternateTools": {"go": 1}}"#,
            r#"["go.goroot", "/x"]"#,
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found(r#"{"go.goroot": "/a", "go.goroot": "/b"}"#), [goroot("/b", 1)]);
    }

    #[test]
    fn escapes_are_resolved() {
        let text = r#"{"go.goroot": "\/opt\u002fgo \"x\"\u00e9", "go.alternate\u0054ools": {"\u0067o": "C:\\go.exe"}}"#;
        assert_eq!(found(text), [goroot("/opt/go \"x\"é", 1), program("C:\\go.exe", 1)]);
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_change_nothing() {
        let text = "\u{feff}{\r\n  // é\r\n  \"go.goroot\": \"/x\"\r\n}\r\n";
        assert_eq!(found(text), [goroot("/x", 3)]);
    }

    #[test]
    fn a_broken_file_has_a_fault_with_its_line() {
        for (text, line) in [
            ("{\n  \"go.goroot\": \"/x\",\n  \"a\": [\n}\n", 4),
            ("{\n  \"go.goroot\": \"/x\n}\n", 2),
            ("{\n\"go.goroot\": \"/x\"\n", 1),
        ] {
            let fault = go_paths(text.as_bytes()).unwrap_err();
            assert_eq!(fault.line, Some(line), "{text:?} {fault}");
        }
        assert_eq!(go_paths(b"{\n\"go.goroot\": \"/\xff\"}").unwrap_err().line, Some(2));
    }
}
