//! The files of a project that name a Go version, read once.

use std::path::{Path, PathBuf};

use crate::document::ParseFault;
use crate::error::SyncError;
use crate::policy::Policy;
use crate::read_file::{FILE_LIMIT, ReadFile, read};
use crate::walk;

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableFile {
    /// The file, below the root, with `/`.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// Why, as a clause.
    pub reason: String,
}

/// The files of a project that name a Go version, and what its `gom.toml` says.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The project's root.
    pub(crate) root: PathBuf,
    /// What the project says about agreement.
    pub(crate) policy: Policy,
    pub(super) files: Vec<ReadFile>,
    pub(super) unreadable: Vec<UnreadableFile>,
    pub(super) is_cut: bool,
}

impl Survey {
    /// Reads the files of the project at a root.
    pub(crate) fn of(root: &Path) -> Result<Survey, SyncError> {
        let policy = Policy::read(root)?;
        let found = walk::find(root);
        let (mut files, mut unreadable) = (Vec::new(), Vec::new());
        for file in found.files.into_iter().filter(|file| !policy.excludes(&file.path)) {
            match read(&root.join(&file.path), &file.path, file.kind, FILE_LIMIT) {
                Ok(Some(read)) => files.push(read),
                Ok(None) => {}
                Err(ParseFault { line, reason }) => {
                    unreadable.push(UnreadableFile { file: file.path, line, reason });
                }
            }
        }
        unreadable.extend(found.unreadable.into_iter().map(|folder| UnreadableFile {
            file: if folder.is_empty() { ".".to_owned() } else { folder },
            line: None,
            reason: "this folder can't be listed".to_owned(),
        }));
        Ok(Survey { root: root.to_path_buf(), policy, files, unreadable, is_cut: found.is_cut })
    }

    /// The folders of the modules, below the root, with `/`; empty for the root itself.
    pub(crate) fn modules(&self) -> Vec<String> {
        let files = self.files.iter().filter(|file| file.kind.name == "go-mod");
        let mut folders: Vec<String> = files
            .map(|file| file.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned())
            .collect();
        folders.sort();
        folders
    }
}
