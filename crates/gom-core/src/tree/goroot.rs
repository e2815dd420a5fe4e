//! Where the GOROOT of a program is, and the first line of its VERSION. Its other files are not looked at.

use std::io;
use std::path::{Path, PathBuf};

/// The GOROOT whose `bin` holds a go program, links followed. `None` if no program is there, or it lies in no
/// folder of a folder; whether that one is a GOROOT is not asked.
pub(crate) fn of_program(go: &Path) -> Option<PathBuf> {
    let real = fs_err::canonicalize(go).ok()?;
    Some(real.parent()?.parent()?.to_path_buf())
}

/// Whether a folder has a VERSION file, as every GOROOT of a release has.
pub(crate) fn has_version(root: &Path) -> bool {
    root.join("VERSION").is_file()
}

/// The first line of VERSION, which is the toolchain's own name in every release. An error if the file is missing;
/// what is not UTF-8 in it is replaced.
pub(crate) fn version_line(root: &Path) -> io::Result<String> {
    let text = fs_err::read(root.join("VERSION"))?;
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(String::from_utf8_lossy(line).trim_end().to_owned())
}
