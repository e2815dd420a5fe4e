//! Writes the version for a folder or a user: `.go-version`, the Go line of a `.tool-versions`, or the
//! store's default. The rest of a file stays byte for byte, and a reader sees the old content or the new one. A
//! version file that is a link is written only if it leads to a version file of the same project.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use gom_select::regular_file::{self, GO_FILE_LIMIT};
use gom_select::toolchain::ToolchainId;
use gom_select::version_files::{go_version, tool_versions};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::files::{self, replace_file};
use crate::project::{Project, ProjectError};

/// The result of writing or removing a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinChange {
    /// The file.
    pub path: PathBuf,
    /// Whether its content changed.
    pub changed: bool,
}

/// The change of a folder's pin, before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinEdit {
    /// The file.
    path: PathBuf,
    before: Vec<u8>,
    /// `None` if the file is removed.
    after: Option<Vec<u8>>,
}

/// Pins a folder. Writes its `.go-version`; if it has none but a `.tool-versions` with a Go line, that line;
/// else a new `.go-version`.
pub fn pin(dir: &Path, version: &str) -> Result<PinChange> {
    plan(dir, version)?.make(dir)
}

/// Finds what [`pin`] would write.
pub fn plan(dir: &Path, version: &str) -> Result<PinEdit> {
    let (go_file, tool_file) = (dir.join(".go-version"), dir.join(".tool-versions"));
    if let Some(before) = read(&go_file)? {
        let after =
            in_go_version(&before, version).unwrap_or_else(|| go_version::render(version).into_bytes());
        return Ok(PinEdit { path: go_file, before, after: Some(after) });
    }
    if let Some(before) = read(&tool_file)?
        && let Some(after) = tool_versions::with_go_version(&before, version)
    {
        return Ok(PinEdit { path: tool_file, before, after: Some(after) });
    }
    let after = go_version::render(version).into_bytes();
    Ok(PinEdit { path: go_file, before: Vec::new(), after: Some(after) })
}

/// Removes a folder's own pin: its `.go-version`, else the Go line of its `.tool-versions`. `None` if it has
/// neither.
pub fn unpin(dir: &Path) -> Result<Option<PinChange>> {
    plan_removal(dir)?.map(|edit| edit.make(dir)).transpose()
}

/// Finds what [`unpin`] would change.
pub fn plan_removal(dir: &Path) -> Result<Option<PinEdit>> {
    let (go_file, tool_file) = (dir.join(".go-version"), dir.join(".tool-versions"));
    if let Some(before) = read(&go_file)? {
        return Ok(Some(PinEdit { path: go_file, before, after: None }));
    }
    let Some(before) = read(&tool_file)? else { return Ok(None) };
    let Some(after) = tool_versions::without_go_line(&before) else { return Ok(None) };
    Ok(Some(PinEdit { path: tool_file, before, after: Some(after) }))
}

impl PinEdit {
    /// Makes the change in the folder that it was planned for.
    pub fn make(&self, dir: &Path) -> Result<PinChange> {
        let change = self.as_change();
        let project = Project::around(dir)?;
        match &self.after {
            Some(after) if change.changed => {
                project.replace(&self.path, after, |target, content| self.may_follow(target, content))?;
            }
            Some(_) => {}
            None => project.remove(&self.path)?,
        }
        Ok(change)
    }

    /// Returns what [`make`](PinEdit::make) would do, without doing it. Fails if the file is a link that must not be
    /// written through.
    pub fn check(&self, dir: &Path) -> Result<PinChange> {
        let change = self.as_change();
        if change.changed && self.after.is_some() {
            let project = Project::around(dir)?;
            project.check(&self.path, |target, content| self.may_follow(target, content))?;
        }
        Ok(change)
    }

    fn as_change(&self) -> PinChange {
        PinChange { path: self.path.clone(), changed: self.after.as_ref() != Some(&self.before) }
    }

    fn may_follow(&self, target: &Path, content: &[u8]) -> bool {
        is_same_kind(&self.path, target, content)
    }
}

/// Sets the default: the version that runs if nothing else decides.
pub fn set_default(ctx: &Context, version: &str) -> Result<()> {
    ctx.store.create()?;
    let file = ctx.store.layout().default_file();
    Ok(replace_file(&file, go_version::render(version).as_bytes()).map_err(crate::store::StoreError::from)?)
}

/// Makes the newest of these toolchains the default, if there is none yet and one of them is for this
/// machine. A prerelease is chosen only if there is nothing else.
pub fn first_default(ctx: &Context, installed: &[ToolchainId]) -> Result<Option<ToolchainId>> {
    if files::is_there(&ctx.store.layout().default_file()).map_err(crate::store::StoreError::from)? {
        return Ok(None);
    }
    let mine = installed.iter().filter(|id| id.is_for(&ctx.platform));
    let Some(id) = mine.max_by_key(|id| (!id.version.is_prerelease(), *id)) else { return Ok(None) };
    set_default(ctx, &id.version.as_spec())?;
    Ok(Some(id.clone()))
}

/// Replaces the only version of a `.go-version` and keeps its comments and line ends. `None` if it has none
/// or several: then the whole file is rewritten.
fn in_go_version(bytes: &[u8], version: &str) -> Option<Vec<u8>> {
    let pin = go_version::parse(bytes).ok()?;
    let [only] = pin.specs.as_slice() else { return None };
    let mut after = Vec::with_capacity(bytes.len() + version.len());
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if index + 1 != only.line {
            after.extend_from_slice(line);
            continue;
        }
        let old = only.text.as_bytes();
        let at = line.windows(old.len()).position(|window| window == old)?;
        after.extend_from_slice(&line[..at]);
        after.extend_from_slice(version.as_bytes());
        after.extend_from_slice(&line[at + old.len()..]);
    }
    Some(after)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let in_file = |error: io::Error| {
        let text = format!("can't read `{}`: {error}", path.display());
        Error::Pin(ProjectError::Io(io::Error::new(error.kind(), text)))
    };
    match regular_file::read(path, GO_FILE_LIMIT).map_err(in_file)? {
        Some(bytes) if bytes.len() > GO_FILE_LIMIT => {
            Err(in_file(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large for a version file")))
        }
        read => Ok(read),
    }
}

/// Whether a version file that is a link may lead to that file: it is a version file of the same kind already.
/// In a go.mod, the `go` line looks like one of a `.tool-versions`.
fn is_same_kind(link: &Path, target: &Path, content: &[u8]) -> bool {
    if link.file_name() == Some(OsStr::new(".go-version")) {
        return go_version::parse(content).is_ok();
    }
    let is_of_go = target.extension().is_some_and(|extension| extension == "mod" || extension == "work");
    !is_of_go && matches!(tool_versions::parse(content), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned(file: &str, before: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join(file), before).unwrap();
        let written = pin(dir.path(), "1.22.6").unwrap();
        fs_err::read_to_string(written.path).unwrap()
    }

    #[test]
    fn other_bytes_stay() {
        assert_eq!(pinned(".go-version", "# ours\r\ngo1.21.3 # why\r\n"), "# ours\r\n1.22.6 # why\r\n");
        assert_eq!(
            pinned(".tool-versions", "nodejs 20\ngolang\t1.21.3 # x\n"),
            "nodejs 20\ngolang\t1.22.6 # x\n"
        );
    }

    #[test]
    fn what_cannot_be_edited_is_written_anew() {
        assert_eq!(pinned(".go-version", "1.21.3 1.20.1\n"), "1.22.6\n");
        assert_eq!(pinned(".go-version", "nonsense here\n"), "1.22.6\n");
    }

    #[test]
    fn a_tool_versions_without_go_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join(".tool-versions"), "nodejs 20\n").unwrap();
        assert_eq!(pin(dir.path(), "1.22.6").unwrap().path, dir.path().join(".go-version"));
        assert_eq!(fs_err::read_to_string(dir.path().join(".tool-versions")).unwrap(), "nodejs 20\n");
        assert!(unpin(dir.path()).unwrap().is_some());
        assert_eq!(unpin(dir.path()).unwrap(), None);
    }

    #[test]
    fn a_link_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("shared"), "1.21.3\n").unwrap();
        fs_err::os::unix::fs::symlink("shared", dir.path().join(".go-version")).unwrap();
        pin(dir.path(), "1.22.6").unwrap();
        assert_eq!(fs_err::read_to_string(dir.path().join("shared")).unwrap(), "1.22.6\n");
        assert!(dir.path().join(".go-version").is_symlink());
    }

    #[test]
    fn a_link_leads_only_to_a_version_file_of_the_same_kind() {
        for (link, target, content, is_followed) in [
            (".go-version", "shared", "1.21.3\n", true),
            (".go-version", "go.mod", "module a\n\ngo 1.21.3\n", false),
            (".go-version", ".tool-versions", "golang 1.21.3\n", false),
            (".go-version", "notes", "hello\n", false),
            (".tool-versions", "shared", "golang 1.21.3\n", true),
            (".tool-versions", "go.mod", "module a\n\ngo 1.21.3\n", false),
            (".go-version", "missing", "", false),
        ] {
            let dir = tempfile::tempdir().unwrap();
            if !content.is_empty() {
                fs_err::write(dir.path().join(target), content).unwrap();
            }
            fs_err::os::unix::fs::symlink(target, dir.path().join(link)).unwrap();
            let checked = plan(dir.path(), "1.22.6").unwrap().check(dir.path());
            assert_eq!(checked.is_ok(), is_followed, "{link} {target} {content}");
            assert_eq!(pin(dir.path(), "1.22.6").is_ok(), is_followed, "{link} {target} {content}");
            assert!(dir.path().join(link).is_symlink());
            let after = fs_err::read_to_string(dir.path().join(target)).unwrap_or_default();
            assert_eq!(after != content, is_followed, "{link} {target} {content}");
        }
    }
}
