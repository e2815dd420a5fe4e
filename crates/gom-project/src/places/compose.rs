//! Compose files: images of Go, and the arguments of builds.

use super::ci::read_with;
use super::file::ProjectFile;
use crate::document::{Format, ParseFault};
use crate::mention::Mention;

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    read_with(file, Format::Yaml, &|_, _, _| Vec::new())
}
