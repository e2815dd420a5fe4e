//! Annotations: the problem matchers with which GitHub's runner finds errors in the output of the go command.
//!
//! The runner tries the last added matcher first, and the first one that matches gets the line:
//!
//! - Lines under `# example.com/m` come from the compiler and are errors. Lines under `# [example.com/m]` come from
//!   vet and are warnings.
//! - The lines of a failed test come after `--- FAIL:`. With `go test -v` they come before it and look like those of
//!   a test that passes, so they are ignored.
//! - A line without such a heading is an error if it is about go.mod or from the go command itself, else a warning:
//!   since Go 1.26 `go vet` writes no heading.
//!
//! A pattern that loops ends at the first line that it does not match. So it also matches the indented lines of a long
//! message, without a message of their own, and the runner makes no annotation for those.

use std::path::{Path, PathBuf};

use crate::error::CiError;
use gom_core::files;

/// The matchers, in the format of the runner's `add-matcher`.
pub const JSON: &str = include_str!("matchers.json");

/// Writes them into a folder that exists until the end of the job, and returns the file.
pub fn write(folder: &Path) -> Result<PathBuf, CiError> {
    let file = folder.join("gom-problem-matchers.json");
    files::write(&file, JSON.as_bytes())?;
    Ok(file)
}
