//! Annotations: the problem matchers by which GitHub's runner finds errors in the output of the go command.
//!
//! The runner tries the matcher that came last first, and a line belongs to the first that takes it:
//!
//! - What stands under `# example.com/m` comes from the compiler: errors. What stands under
//!   `# [example.com/m]` comes from vet: warnings.
//! - A failed test has its lines under `--- FAIL:`. With `go test -v` they stand before it, where nothing tells
//!   them from the lines of a test that passes, so there they are left alone.
//! - A line without such a head is an error if it is about go.mod, or of the go command's own words, else a
//!   warning: since Go 1.26 `go vet` writes no head.
//!
//! A pattern that loops ends with the first line it does not take. So it takes the indented lines of a long
//! message too, without a message of their own, and the runner makes no annotation of those.

use std::path::{Path, PathBuf};

use crate::error::CiError;
use gom_core::files;

/// The matchers, in the form of the runner's `add-matcher`.
pub const JSON: &str = include_str!("matchers.json");

/// Writes them into a folder that lasts as long as the job, and returns the file.
pub fn write(folder: &Path) -> Result<PathBuf, CiError> {
    let file = folder.join("gom-problem-matchers.json");
    files::write(&file, JSON.as_bytes())?;
    Ok(file)
}
