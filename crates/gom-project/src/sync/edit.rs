//! The edit of one file: the bytes of some versions, and no others.

use std::ops::Range;
use std::path::Path;

use gom_core::project::{Project, ProjectError};
use gom_select::regular_file;

use crate::error::SyncError;
use crate::places::ProjectFile;
use crate::read_file::{FILE_LIMIT, ReadFile};

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// The path below the root, with `/`.
    pub path: String,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl FileEdit {
    /// Makes the edit that replaces these bytes. `None` if the result does not read as it must: then nothing is written.
    pub(super) fn plan(file: &ReadFile, replaced: &[(Range<usize>, String)]) -> Option<FileEdit> {
        let mut replaced = replaced.to_vec();
        replaced.sort_by_key(|(range, _)| range.start);
        let (mut after, mut end) = (Vec::with_capacity(file.bytes.len() + 16), 0);
        for (range, new) in &replaced {
            after.extend_from_slice(file.bytes.get(end..range.start)?);
            after.extend_from_slice(new.as_bytes());
            end = range.end;
        }
        after.extend_from_slice(file.bytes.get(end..)?);
        let edit = FileEdit { path: file.path.clone(), before: file.bytes.clone(), after };
        edit.is_read_as_meant(file, &replaced).then_some(edit)
    }

    /// Whether a reader finds the new versions in the places of the old ones, and every other version as it was.
    fn is_read_as_meant(&self, file: &ReadFile, replaced: &[(Range<usize>, String)]) -> bool {
        let read = (file.kind.read)(&ProjectFile { path: &file.path, bytes: &self.after });
        let Ok(read) = read else { return false };
        let text_of = |mention: &crate::mention::Mention| {
            let new = replaced.iter().find(|(range, _)| *range == mention.range);
            new.map(|(_, new)| new.as_str())
        };
        read.len() == file.mentions.len()
            && file.mentions.iter().zip(&read).all(|(old, new)| match text_of(old) {
                Some(text) => {
                    let spelled = old.spelling.of(&new.written);
                    new.line == old.line
                        && (text.trim_matches('"') == new.written || spelled.as_deref() == Some(text))
                }
                None => (&old.written, old.line, old.role) == (&new.written, new.line, new.role),
            })
    }

    /// The change as a unified diff.
    pub fn diff(&self) -> String {
        let (old, new) = (String::from_utf8_lossy(&self.before), String::from_utf8_lossy(&self.after));
        let diff = similar::TextDiff::from_lines(old.as_ref(), new.as_ref());
        let (from, to) = (format!("a/{}", self.path), format!("b/{}", self.path));
        diff.unified_diff().context_radius(1).header(&from, &to).to_string()
    }

    /// Fails where [`make`](FileEdit::make) would refuse the file because it is a link or outside the project.
    pub fn check(&self, root: &Path) -> Result<(), SyncError> {
        let file = root.join(&self.path);
        Project::around(root)?.check(&file, |_, _| false).map_err(|error| refused(&file, error))
    }

    /// Fails where [`make`](FileEdit::make) would fail now, as far as that can be known without writing.
    pub fn check_ready(&self, root: &Path) -> Result<(), SyncError> {
        let file = root.join(&self.path);
        self.check_unchanged(&file)?;
        Project::around(root)?.check_writable(&file, |_, _| false).map_err(|error| refused(&file, error))
    }

    /// Writes the file, unless somebody else has changed it since it was read.
    pub fn make(&self, root: &Path) -> Result<(), SyncError> {
        let file = root.join(&self.path);
        self.check_unchanged(&file)?;
        let project = Project::around(root)?;
        project.replace(&file, &self.after, |_, _| false).map_err(|error| refused(&file, error))
    }

    fn check_unchanged(&self, file: &Path) -> Result<(), SyncError> {
        let now = regular_file::read(file, FILE_LIMIT).ok().flatten();
        if now.as_ref() == Some(&self.before) {
            return Ok(());
        }
        Err(SyncError::ChangedMeanwhile { file: file.to_path_buf() })
    }
}

fn refused(file: &Path, error: ProjectError) -> SyncError {
    let file = file.to_path_buf();
    match error {
        ProjectError::Link { target, .. } => SyncError::Linked { file, target },
        ProjectError::Io(error) => SyncError::NotWritten { file, error },
        error => error.into(),
    }
}
