//! Copies programs that a test then runs.

use std::path::Path;
use std::process::Command;

/// Copies a program. Another process writes the copy: what this one has written is "text file busy" while another test
/// forks.
pub fn copy_program(program: &Path, to: &Path) {
    let status = Command::new("cp").arg(program).arg(to).status().expect("running cp");
    assert!(status.success(), "can't copy {} to {}", program.display(), to.display());
}
