//! Files of CI services in YAML: images of Go in any value, variables and inputs that name a Go version, and lists of
//! versions that a job is run with.
//!
//! What all services share is here; a service with forms of its own has a module that adds them.

use std::collections::HashSet;

use super::file::ProjectFile;
use super::{env_entry, scalar};
use crate::document::{self, Format, Node, ParseFault, Style};
use crate::mention::{Mention, Role};

/// A service without forms of its own.
pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|_, _, _| Vec::new())
}

/// Azure Pipelines: the input of the task that installs Go.
pub(super) fn read_azure(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|_, node, _| {
        if !node.text_of("task").is_some_and(|task| task.to_ascii_lowercase().starts_with("gotool@")) {
            return Vec::new();
        }
        let version = node.at(&["inputs", "version"]).and_then(Node::as_scalar);
        version
            .and_then(|version| scalar::version(file.bytes, version, Role::Ci, "GoTool"))
            .into_iter()
            .collect()
    })
}

/// Keys whose value is always an image.
const IMAGE_KEYS: [&str; 3] = ["image", "container", "base_image"];

/// What a service adds: the mentions at a value with this path.
pub(super) type Extra<'a> = &'a dyn Fn(&[&str], &Node, &Names) -> Vec<Mention>;

/// The variables that a file uses as a version of Go, whatever they are called: `X` of `go-version: ${{ env.X }}`.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    fn in_documents(documents: &[Node]) -> Names {
        let mut names = HashSet::new();
        for root in documents {
            root.visit(&mut |path, node| {
                let Node::Scalar(value) = node else { return };
                let key = last_key(path);
                // `version` is the input of Azure's task.
                if env_entry::is_version_key(key) || path.ends_with(&["inputs", "version"]) {
                    names.extend(variable_in(&value.text).map(str::to_owned));
                }
            });
        }
        Names(names)
    }

    /// Whether a key is such a variable, or has one of the usual names.
    pub(super) fn have(&self, key: &str) -> bool {
        self.0.contains(key) || env_entry::is_version_key(key)
    }
}

/// The variable that a value is: `X` of `${{ env.X }}`, `${{ matrix.X }}`, `$(X)`, `$X` and `${X}`.
fn variable_in(value: &str) -> Option<&str> {
    let inner = |open: &str, close: &str| value.trim().strip_prefix(open)?.strip_suffix(close);
    let name = if let Some(expression) = inner("${{", "}}") {
        let (context, name) = expression.trim().split_once('.')?;
        ["env", "matrix", "variables", "inputs", "vars"].contains(&context).then_some(name)?
    } else {
        inner("$(", ")").or_else(|| inner("${", "}")).or_else(|| inner("$", ""))?
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (!name.is_empty() && name.chars().all(is_word)).then_some(name)
}

/// The last key of a path.
fn last_key<'a>(path: &[&'a str]) -> &'a str {
    path.iter().rev().find(|key| **key != "[]").copied().unwrap_or_default()
}

/// Reads a file with the rules that all services share, and those of one.
pub(super) fn read_with(
    file: &ProjectFile<'_>,
    format: Format,
    extra: Extra<'_>,
) -> Result<Vec<Mention>, ParseFault> {
    let documents = document::parse(format, file.bytes)?;
    let names = Names::in_documents(&documents);
    let mut found: Vec<Mention> = Vec::new();
    for root in &documents {
        root.visit(&mut |path, node| {
            found.extend(extra(path, node, &names));
            found.extend(shared(file.bytes, path, node, &names));
        });
    }
    found.sort_by_key(|mention| (mention.range.start, mention.range.end));
    // A rule of the service and a shared one may find the same version; that of the service came first.
    found.dedup_by(|later, first| later.range == first.range);
    Ok(found)
}

fn shared(bytes: &[u8], path: &[&str], node: &Node, names: &Names) -> Vec<Mention> {
    if let (Some(name), Some(value)) = (node.text_of("name"), node.get("value").and_then(Node::as_scalar))
        && names.have(name)
    {
        // `- name: GO_VERSION` with its `value` beside it.
        return scalar::version(bytes, value, Role::Ci, name).into_iter().collect();
    }
    let Node::Scalar(value) = node else { return Vec::new() };
    let key = last_key(path);
    let in_matrix = is_in_matrix(path);
    let role = |role: Role| if in_matrix { Role::Matrix } else { role };
    let reference = value.text.strip_prefix("docker://");
    if reference.is_none()
        && let Some(image) = scalar::image(bytes, value, role(Role::Image), IMAGE_KEYS.contains(&key))
    {
        return vec![image];
    }
    if let Some(reference) = reference {
        let inner = document::Scalar {
            text: reference.to_owned(),
            range: value.range.end.saturating_sub(reference.len())..value.range.end,
            ..value.clone()
        };
        return scalar::image(bytes, &inner, role(Role::Image), true).into_iter().collect();
    }
    let is_list = path.last() == Some(&"[]");
    if value.style == Style::Block || (is_list && value.text.contains('=')) {
        return env_entry::of_assignments(bytes, value, role(Role::Ci));
    }
    // A list of versions is what a job is run with, one after the other.
    let role = if is_list { Role::Matrix } else { role(Role::Ci) };
    // `go-version: {default: "1.22"}` of an input.
    let key = match (key, path.len()) {
        ("default" | "value", len) if len >= 2 => path[len - 2],
        _ => key,
    };
    if names.have(key) {
        return scalar::version(bytes, value, role, key).into_iter().collect();
    }
    env_entry::of_value(bytes, key, value, role).into_iter().collect()
}

/// Whether a path is below a matrix of jobs.
pub(super) fn is_in_matrix(path: &[&str]) -> bool {
    path.iter().any(|key| matches!(*key, "matrix" | "matrices"))
}
