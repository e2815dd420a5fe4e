//! Workflows and composite actions of GitHub: setup-go and gom's own action, matrices, containers and variables.

use super::ci::{Names, is_in_matrix, read_with};
use super::file::ProjectFile;
use super::scalar;
use crate::document::{Format, Node, ParseFault, Scalar, Style};
use crate::mention::{Mention, Role, Spelling, line_of, prefix_len};
use crate::written::Written;

/// Actions that set up Go, by the last part of their name.
const SETUP: [&str; 3] = ["setup-go", "gom", "setup-gom"];

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|path, node, names| {
        let mut found = Vec::new();
        if path.last() == Some(&"matrix") {
            found.extend(only_versions(file.bytes, node, names));
        }
        if let Some(action) = node.text_of("uses").and_then(setup_action)
            && let Some(Node::Scalar(version)) = node.at(&["with", "go-version"])
        {
            found.extend(of_input(file.bytes, version, action));
        }
        // `matrix: {go: [...]}`, and `matrix: {include: [{go: ...}]}`.
        let key = path.iter().rev().find(|key| **key != "[]").copied().unwrap_or_default();
        if let Node::Scalar(value) = node
            && is_in_matrix(path)
            && is_matrix_key(key, names)
        {
            found.extend(scalar::version(file.bytes, value, Role::Matrix, "matrix"));
        }
        found
    })
}

/// Whether a list of a matrix has versions of Go.
fn is_matrix_key(key: &str, names: &Names) -> bool {
    matches!(key, "go" | "golang" | "gos" | "go-versions" | "go_versions") || names.have(key)
}

/// The version in a list of a matrix that has no other, so that the job runs with this one alone.
fn only_versions(bytes: &[u8], matrix: &Node, names: &Names) -> Vec<Mention> {
    let Node::Map(pairs) = matrix else { return Vec::new() };
    let included: Vec<&Node> = match matrix.get("include") {
        Some(Node::List(nodes)) => nodes.iter().collect(),
        // It may come from an expression.
        Some(_) => return Vec::new(),
        None => Vec::new(),
    };
    let only = pairs.iter().filter(|(key, _)| is_matrix_key(&key.text, names)).filter_map(|(key, list)| {
        let Node::List(nodes) = list else { return None };
        let [Node::Scalar(version)] = nodes.as_slice() else { return None };
        let is_only = included.iter().all(|node| node.get(&key.text).is_none());
        is_only.then(|| scalar::version(bytes, version, Role::Ci, "matrix")).flatten()
    });
    only.collect()
}

/// `actions/setup-go` of `actions/setup-go@v5`, if it sets up Go.
fn setup_action(uses: &str) -> Option<&str> {
    let name = uses.split('@').next()?;
    SETUP.contains(&name.rsplit('/').next()?).then_some(name)
}

/// The version, or several of them on lines of their own, which gom's action takes.
fn of_input(bytes: &[u8], value: &Scalar, action: &str) -> Vec<Mention> {
    if value.style != Style::Block {
        return scalar::version(bytes, value, Role::Ci, action).into_iter().collect();
    }
    let text =
        bytes.get(value.range.clone()).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default();
    let mut start = value.range.start;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let word = line.trim();
        let at = start + line.len() - line.trim_start().len();
        start += line.len();
        let prefix = prefix_len(word);
        if Written::parse(&word[prefix..]).is_some() {
            found.push(Mention {
                range: at + prefix..at + word.len(),
                written: word[prefix..].to_owned(),
                line: line_of(bytes, at),
                role: Role::Matrix,
                what: action.to_owned(),
                spelling: Spelling::Plain,
                image: None,
            });
        }
    }
    // The first one is the `go` of the job.
    if let Some(first) = found.first_mut() {
        first.role = Role::Ci;
    }
    found
}
