//! Reads one file that names Go versions, by the readers of `gom sync`. Never: records more of it than the versions, the
//! settings that name a Go, and lines that hold nothing else.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use gom_core::files::read_head;
use gom_project::document::{self, Format, Node, ParseFault};
use gom_project::mention::{Mention, Role};
use gom_project::places::vscode::{self, GoPath};
use gom_project::places::{Kind, ProjectFile};

use super::lines::{Filter, MAX_TEXT, lines};
use crate::facts::{EditorSettingFacts, FileFacts, InvalidFacts, VersionFacts};
use crate::redact;

/// Adds to the facts what the file says. The lines that `filter` accepts are recorded too.
pub(super) fn read(path: &Path, kind: &Kind, filter: Filter, facts: &mut FileFacts) -> io::Result<()> {
    let bytes = read_head(path, MAX_TEXT + 1)?;
    if bytes.len() as u64 > MAX_TEXT {
        facts.invalid = Some(InvalidFacts { line: None, reason: format!("larger than {MAX_TEXT} bytes") });
        return Ok(());
    }
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    let mut recorded = BTreeSet::new();
    match (kind.read)(&ProjectFile { path: &path.to_string_lossy(), bytes: &bytes }) {
        Ok(mentions) => {
            let line_of = |mention: &Mention| all.get(mention.line - 1).copied().unwrap_or_default();
            let with_line = mentions.iter().filter(|mention| has_own_line(kind, mention, line_of(mention)));
            recorded.extend(with_line.map(|mention| mention.line));
            facts.versions = mentions.into_iter().map(version).collect();
        }
        Err(fault) => facts.invalid = Some(invalid(&fault)),
    }
    if kind.name == "vscode" {
        for setting in vscode::go_paths(&bytes).unwrap_or_default() {
            if is_removable(&text, &setting) {
                recorded.insert(setting.line);
            }
            let name = setting.keys.first().copied().unwrap_or_default().to_owned();
            let value = redact::text(&setting.path);
            facts.settings.push(EditorSettingFacts { name, value, line: setting.line });
        }
    }
    facts.lines = lines(&text, |number, line| recorded.contains(&number) || filter(line));
    Ok(())
}

fn version(mention: Mention) -> VersionFacts {
    let (is_number, role) = (mention.is_another_number(), mention.role.name().to_owned());
    VersionFacts { line: mention.line, version: mention.written, role, what: mention.what, is_number }
}

fn invalid(fault: &ParseFault) -> InvalidFacts {
    InvalidFacts { line: fault.line, reason: redact::text(&fault.reason) }
}

/// Whether the line of a version holds nothing else, so that it may be recorded. Other lines may have a secret: an
/// argument of a command, or a value beside it in braces.
fn has_own_line(kind: &Kind, mention: &Mention, line: &str) -> bool {
    match kind.name {
        "dockerfile" => line.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("from ")),
        "devcontainer" | "devbox" | "renovate" | "vscode" | "jenkins" => false,
        _ => {
            let is_named = matches!(mention.role, Role::Ci | Role::Matrix | Role::Image | Role::Pin);
            is_named && !line.contains('{') && line.matches('=').count() <= 1
        }
    }
}

/// Whether the line of a setting can be commented out: then every other value stays as it is.
fn is_removable(text: &str, setting: &GoPath) -> bool {
    let without: String = text
        .split_inclusive('\n')
        .enumerate()
        .flat_map(|(index, line)| [if index + 1 == setting.line { "// " } else { "" }, line])
        .collect();
    let (Some(before), Some(after)) = (values(text), values(&without)) else { return false };
    let others = before.iter().filter(|(keys, _)| keys != setting.keys);
    others.eq(after.iter())
}

/// Every value of a JSON file with its keys.
fn values(text: &str) -> Option<Vec<(Vec<String>, String)>> {
    let documents = document::parse(Format::Json, text.as_bytes()).ok()?;
    let mut found = Vec::new();
    for root in &documents {
        root.visit(&mut |keys, node| {
            if let Node::Scalar(scalar) = node {
                found.push((keys.iter().map(|key| (*key).to_owned()).collect(), scalar.text.clone()));
            }
        });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use gom_project::places::{KINDS, kind_named, kind_of};

    use super::*;

    fn seen(name: &str, text: impl AsRef<[u8]>) -> FileFacts {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs_err::write(&file, text).unwrap();
        let mut facts = FileFacts::default();
        read(&file, kind_of(name).unwrap(), |_| false, &mut facts).unwrap();
        facts
    }

    fn settings(text: &str) -> FileFacts {
        seen(".vscode/settings.json", text)
    }

    /// The settings, and the lines that are recorded.
    fn shown(facts: &FileFacts) -> (Vec<String>, Vec<(usize, &str)>) {
        let settings = facts.settings.iter().map(|one| format!("{} {} {}", one.line, one.name, one.value));
        (settings.collect(), facts.lines.iter().map(|(number, text)| (*number, text.as_str())).collect())
    }

    #[test]
    fn a_setting_has_its_line_only_if_that_holds_nothing_else() {
        let alone = "{\n  \"a.token\": \"secret\",\n  \"go.goroot\": \"/x\", // mine\n  \"b\": 1\n}\n";
        let line = (3, "  \"go.goroot\": \"/x\", // mine");
        assert_eq!(shown(&settings(alone)), (vec!["3 go.goroot /x".to_owned()], vec![line]));
        let last = "{\n  \"a\": 1,\n  \"go.alternateTools\": {\n    \"go\": \"/x/go\"\n  }\n}\n";
        assert_eq!(
            shown(&settings(last)),
            (vec!["4 go.alternateTools /x/go".to_owned()], vec![(4, "    \"go\": \"/x/go\"")])
        );
        for (text, line) in [
            ("{\"go.goroot\": \"/x\", \"a.token\": \"secret\"}", 1),
            ("{\n\"a.token\": \"secret\", \"go.goroot\": \"/x\",\n\"b\": 1}", 2),
            ("{\n\"go.goroot\": \"/x\" }", 2),
            ("{\n\"go.goroot\":\n\"/x\", \"b\": 1}", 3),
            ("{\n\"go.goroot\":\n\"/x\"\n}", 3),
            ("{\n\"go.goroot\": \"/x\" /* secret\n*/ }", 2),
            ("{\n\"go.goroot\": \"/y\",\n\"go.goroot\": \"/x\"\n}", 3),
        ] {
            assert_eq!(shown(&settings(text)), (vec![format!("{line} go.goroot /x")], vec![]), "{text}");
        }
    }

    #[test]
    fn line_ends_marks_and_escapes_are_read() {
        let text = "\u{feff}{\r\n  \"go.goroot\": \"\\/x\\u0020y\",\r\n}\r\n";
        assert_eq!(
            shown(&settings(text)),
            (vec!["2 go.goroot /x y".to_owned()], vec![(2, "  \"go.goroot\": \"\\/x\\u0020y\",")])
        );
        let facts = settings(r#"{"go.goroot": "https://me:secret@x.example/go"}"#);
        assert!(!facts.settings[0].value.contains("secret"), "{facts:?}");
    }

    #[test]
    fn a_broken_file_is_a_fault_and_has_no_settings() {
        let facts = settings("{\n  \"go.goroot\": \"/x\",\n  \"secret\": \"\n}\n");
        assert_eq!((facts.settings.as_slice(), facts.lines.as_slice()), ([].as_slice(), [].as_slice()));
        let invalid = facts.invalid.unwrap();
        assert_eq!(invalid.line, Some(3));
        assert!(!invalid.reason.contains("secret"), "{invalid:?}");
        let facts = seen("Dockerfile", b"FROM golang:1.22\nRUN \xff\n");
        assert_eq!((facts.versions.len(), facts.invalid.unwrap().line), (0, Some(2)));
        let facts = seen("mise.toml", "#".repeat(usize::try_from(MAX_TEXT).unwrap() + 1));
        assert!(facts.invalid.unwrap().reason.contains("larger"));
    }

    #[test]
    fn versions_have_their_lines_where_those_hold_nothing_else() {
        let facts = seen(
            "Dockerfile",
            "ARG TOKEN=secret\nfrom golang:1.22-alpine as a\nENV GO_VERSION=1.21.3 KEY=secret\n\
             RUN curl -u me:secret https://go.dev/dl/go1.20.1.linux-amd64.tar.gz\n",
        );
        let versions: Vec<(usize, &str, &str)> =
            facts.versions.iter().map(|one| (one.line, one.version.as_str(), one.role.as_str())).collect();
        assert_eq!(versions, [(2, "1.22", "image"), (3, "1.21.3", "tool"), (4, "1.20.1", "tool")]);
        assert_eq!(facts.lines, [(2, "from golang:1.22-alpine as a".to_owned())]);
        let facts = seen(
            ".github/workflows/ci.yml",
            "env: {GO_VERSION: 1.20, KEY: secret}\njobs:\n  a:\n    strategy:\n      matrix:\n        go: ['1.21', 1.30]\n    steps:\n      - with:\n          args: |\n            GO_VERSION=1.22.1 KEY=secret\n",
        );
        let versions: Vec<(usize, &str, bool)> =
            facts.versions.iter().map(|one| (one.line, one.version.as_str(), one.is_number)).collect();
        assert_eq!(
            versions,
            [(1, "1.20", true), (6, "1.21", false), (6, "1.30", true), (10, "1.22.1", false)]
        );
        assert_eq!(facts.lines, [(6, "        go: ['1.21', 1.30]".to_owned())]);
    }

    /// A renamed kind would silently record more, or read no settings.
    #[test]
    fn the_kinds_that_are_named_here_exist() {
        for name in ["dockerfile", "devcontainer", "devbox", "renovate", "vscode", "jenkins"] {
            assert!(kind_named(name).is_some(), "{name}");
        }
        // Every kind in JSON is one whose lines are not recorded.
        for kind in KINDS {
            let is_json = kind.patterns.iter().all(|name| Format::of_name(name) == Format::Json);
            let mention = Mention {
                range: 0..0,
                written: String::new(),
                line: 1,
                role: Role::Image,
                what: String::new(),
                spelling: gom_project::mention::Spelling::Plain,
                image: None,
            };
            assert!(!is_json || !has_own_line(kind, &mention, "x"), "{}", kind.name);
        }
    }
}
