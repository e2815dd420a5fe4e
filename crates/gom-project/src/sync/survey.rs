//! The files of a project that name a Go version, read once.

use std::path::{Path, PathBuf};

use gom_core::files;
use gom_select::spec::PlatformSpec;

use crate::document::ParseFault;
use crate::error::SyncError;
use crate::policy::Policy;
use crate::printable::printable;
use crate::read_file::{FILE_LIMIT, ReadFile, read};
use crate::walk::{self, FoundFile};

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
        let mut links = Vec::new();
        for file in found.files.into_iter().filter(|file| !policy.excludes(&file.path)) {
            match read(&root.join(&file.path), &file.path, file.kind, FILE_LIMIT) {
                Ok(Some(read)) if file.is_link && !names_only_versions(&read) => {
                    let fault =
                        ParseFault { line: read.mentions.first().map(|one| one.line), reason: String::new() };
                    unreadable.push(unreadable_file(root, &file, fault));
                }
                Ok(Some(read)) => {
                    let link = file.is_link.then(|| link_target(root, &file));
                    links.extend(file.is_link.then(|| file.path.clone()));
                    files.push(ReadFile { link, ..read });
                }
                Ok(None) => {}
                Err(fault) => unreadable.push(unreadable_file(root, &file, fault)),
            }
        }
        mark_links(root, &mut files, &links);
        unreadable.extend(found.unreadable.into_iter().map(|folder| UnreadableFile {
            file: if folder.is_empty() { ".".to_owned() } else { folder },
            line: None,
            reason: "this folder can't be listed".to_owned(),
        }));
        Ok(Survey { root: root.to_path_buf(), policy, files, unreadable, is_cut: found.is_cut })
    }

    /// Fails if the file that decides which version the project has is not valid. That is the first of these at the root which
    /// names one.
    pub(super) fn check_deciding(&self) -> Result<(), SyncError> {
        for name in [".go-version", ".tool-versions", "go.work", "go.mod"] {
            if let Some(file) = self.unreadable.iter().find(|file| file.file == name) {
                return Err(SyncError::BadDecider {
                    file: self.root.join(name),
                    line: file.line.unwrap_or(1),
                    reason: printable(&file.reason),
                });
            }
            if self.files.iter().any(|file| file.path == name && !file.mentions.is_empty()) {
                return Ok(());
            }
        }
        Ok(())
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

/// A file that can't be read. What a link leads to is not quoted: it may be any file of the user's.
fn unreadable_file(root: &Path, file: &FoundFile, fault: ParseFault) -> UnreadableFile {
    let ParseFault { line, reason } = fault;
    let path = file.path.clone();
    if !file.is_link {
        return UnreadableFile { file: path, line, reason };
    }
    let target = link_target(root, file);
    let reason = format!("it is a link to `{target}`, which is not a valid file of this kind");
    UnreadableFile { file: path, line, reason }
}

/// Any word may be the name of a linked Go, so it could be a secret too.
fn names_only_versions(file: &ReadFile) -> bool {
    file.mentions.iter().all(|mention| PlatformSpec::parse(&mention.written).is_ok())
}

fn link_target(root: &Path, file: &FoundFile) -> String {
    files::link_target(&root.join(&file.path)).unwrap_or_default().display().to_string()
}

/// Marks the links to files that are read under their own names too.
fn mark_links(root: &Path, files: &mut [ReadFile], links: &[String]) {
    for link in links {
        let Ok(real) = files::real_path(&root.join(link)) else { continue };
        let others = files.iter().filter(|file| !links.contains(&file.path));
        let is_read = others.filter(|file| root.join(&file.path) == real).map(|file| file.kind.name).next();
        for file in files.iter_mut().filter(|file| file.path == *link) {
            file.leads_to_another = is_read == Some(file.kind.name);
        }
    }
}
