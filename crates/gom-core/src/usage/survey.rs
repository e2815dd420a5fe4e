//! Lists which project uses which toolchain: the projects that are known by the record of use, and those below some
//! folders.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use gom_select::used::{Day, UsedToolchain};

use super::project::{ProjectGo, look_at};
use super::recorded::Usage;
use crate::context::Context;
use crate::files::{self, NotVisited, WalkLimits};
use crate::go::paths::GoPaths;
use crate::store::StoreError;

/// The files that a project is known by. Of several in one folder the first is taken; each leads to the others.
const FILES: [&str; 4] = [".go-version", ".tool-versions", "go.work", "go.mod"];

/// Folders that hold other people's projects, or no files of a person.
const SKIPPED: [&str; 6] = [".git", ".hg", ".svn", "node_modules", "vendor", "testdata"];

/// How deep a folder is searched.
const DEPTH: usize = 12;

/// How many entries of a folder are looked at.
const ENTRIES: usize = 1_000_000;

/// Which project uses which toolchain.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The projects, by their folders.
    pub projects: Vec<SurveyedProject>,
    /// What is known of use.
    pub usage: Usage,
    /// The folders that were searched, with what was not visited.
    pub searched: Vec<(PathBuf, NotVisited)>,
}

/// A project, with its recorded use.
#[derive(Clone, Debug)]
pub struct SurveyedProject {
    /// What its files say now.
    pub go: ProjectGo,
    /// The toolchains that it was recorded to use, each with the last day.
    pub used: Vec<(UsedToolchain, Day)>,
}

impl SurveyedProject {
    /// The last day of use; `None` if none was recorded.
    pub fn last_used(&self) -> Option<Day> {
        self.used.iter().map(|(_, day)| *day).max()
    }
}

/// Lists the known projects, and those in and below these folders.
pub fn survey(ctx: &Context, folders: &[PathBuf]) -> Result<Survey, StoreError> {
    let usage = Usage::read(ctx);
    let mut files: BTreeMap<PathBuf, Vec<(UsedToolchain, Day)>> = BTreeMap::new();
    let mut searched = Vec::new();
    for folder in folders {
        let real = files::real_path(folder)?;
        let left = search(ctx, &real, &mut |file| {
            files.entry(file).or_default();
        });
        searched.push((folder.clone(), left));
    }
    for one in &usage.uses {
        if let Some(file) = &one.used.file {
            files.entry(file.clone()).or_default().push((one.used.toolchain.clone(), one.last));
        }
    }
    let of = |(file, used): (PathBuf, Vec<(UsedToolchain, Day)>)| SurveyedProject {
        go: look_at(ctx, &file),
        used,
    };
    Ok(Survey { projects: files.into_iter().map(of).collect(), usage, searched })
}

/// Searches a folder for projects.
fn search(ctx: &Context, folder: &Path, found: &mut dyn FnMut(PathBuf)) -> NotVisited {
    let store = files::real_path(ctx.store.layout().root()).ok();
    let cache = GoPaths::read(&ctx.environment).module_cache.and_then(|cache| files::real_path(&cache).ok());
    let is_skipped = |folder: &Path| {
        let is_named = folder.file_name().is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped));
        is_named || [&store, &cache].into_iter().flatten().any(|skipped| folder == skipped)
    };
    let limits = WalkLimits { depth: DEPTH, entries: ENTRIES, is_skipped: &is_skipped };
    files::visit_folders(folder, limits, &mut |folder: &Path, names: &[OsString]| {
        let first = FILES.iter().find(|file| names.iter().any(|name| name == **file));
        if let Some(file) = first {
            found(folder.join(file));
        }
    })
}
