//! Files of CI services in YAML: images of Go in any value, variables and inputs that name a Go version, and lists of
//! versions that a job is run with.
//!
//! What all services share is here; a service with forms of its own has a module that adds them.

use super::file::ProjectFile;
use super::{env_entry, scalar};
use crate::document::{self, Format, Node, ParseFault, Style};
use crate::mention::{Mention, Role};

/// A service without forms of its own.
pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|_, _| Vec::new())
}

/// Azure Pipelines: the input of the task that installs Go.
pub(super) fn read_azure(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|_, node| {
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
pub(super) type Extra<'a> = &'a dyn Fn(&[&str], &Node) -> Vec<Mention>;

/// Reads a file with the rules that all services share, and those of one.
pub(super) fn read_with(
    file: &ProjectFile<'_>,
    format: Format,
    extra: Extra<'_>,
) -> Result<Vec<Mention>, ParseFault> {
    let documents = document::parse(format, file.bytes)?;
    let mut found: Vec<Mention> = Vec::new();
    for root in &documents {
        root.visit(&mut |path, node| {
            found.extend(extra(path, node));
            found.extend(shared(file.bytes, path, node));
        });
    }
    found.sort_by_key(|mention| (mention.range.start, mention.range.end));
    // A rule of the service and a shared one may find the same version; that of the service came first.
    found.dedup_by(|later, first| later.range == first.range);
    Ok(found)
}

fn shared(bytes: &[u8], path: &[&str], node: &Node) -> Vec<Mention> {
    let Node::Scalar(value) = node else { return Vec::new() };
    let key = path.iter().rev().find(|key| **key != "[]").copied().unwrap_or_default();
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
    env_entry::of_value(bytes, key, value, role).into_iter().collect()
}

/// Whether a path is below a matrix of jobs.
pub(super) fn is_in_matrix(path: &[&str]) -> bool {
    path.iter().any(|key| matches!(*key, "matrix" | "matrices"))
}
