//! golangci-lint: `run.go`, the oldest Go that the code must work with.

use super::file::ProjectFile;
use super::scalar;
use crate::document::{self, Format, Node, ParseFault};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let documents = document::parse(Format::of_name(file.name()), file.bytes)?;
    let values = documents.iter().filter_map(|root| root.at(&["run", "go"])).filter_map(Node::as_scalar);
    Ok(values.filter_map(|value| scalar::version(file.bytes, value, Role::GoLine, "run.go")).collect())
}
