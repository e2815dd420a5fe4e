//! Finds the GOROOT of a program, and reads its VERSION. Its other files are not read.

use std::io;
use std::path::{Path, PathBuf};

use crate::files;

/// Returns the GOROOT of a go program: the folder above its `bin`, with links resolved. `None` if the program
/// does not exist, or is not two folders deep. Whether the folder really is a GOROOT is not checked.
pub(crate) fn of_program(go: &Path) -> Option<PathBuf> {
    let real = fs_err::canonicalize(go).ok()?;
    Some(real.parent()?.parent()?.to_path_buf())
}

/// Whether a folder has a VERSION file, as the GOROOT of every release does.
pub(crate) fn has_version(root: &Path) -> bool {
    root.join("VERSION").is_file()
}

/// Returns the first line of VERSION, which is the toolchain's own name in every release. A missing file is
/// an error; invalid UTF-8 is replaced.
pub(crate) fn version_line(root: &Path) -> io::Result<String> {
    let text = files::read(&root.join("VERSION"))?;
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(String::from_utf8_lossy(line).trim_end().to_owned())
}

/// Returns the time of the release in VERSION, as the file has it. Releases before Go 1.21 have none.
pub(crate) fn release_time(root: &Path) -> Option<String> {
    let text = files::read_text(&root.join("VERSION")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("time ")).map(|time| time.trim().to_owned())
}
