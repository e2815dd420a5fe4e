//! Every place of a project that names a Go version: whether it agrees with the target, and the edits that make it.

mod edit;
mod judge;
mod read_file;
mod target;

use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::go::work;
use gom_select::version::GoVersion;

use crate::document::ParseFault;
use crate::error::SyncError;
use crate::image_tags::Tags;
use crate::mention::{Mention, Role};
use crate::places;
use crate::policy::Policy;
use crate::walk;
use crate::written::Written;

use judge::{Floor, Judgement, Surroundings};
use read_file::{ReadFile, read};
use target::Releases;

pub use edit::FileEdit;
pub use judge::Agreement;
pub use target::{Strength, Target};

/// A place, and whether it agrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, below the root, with `/`.
    pub file: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// The version and its bytes.
    pub mention: Mention,
    /// Whether it agrees.
    pub agreement: Agreement,
    /// Why, as a clause; may be empty if it agrees.
    pub reason: String,
    /// The bytes that an edit writes there.
    pub new: Option<String>,
    /// What to do by hand.
    pub hint: Option<String>,
}

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

/// The places of a project.
#[derive(Debug)]
pub struct SyncReport {
    /// The project's root.
    pub root: PathBuf,
    /// What the places are compared with.
    pub target: Target,
    /// The places, those first that decide which Go runs.
    pub places: Vec<Place>,
    /// Files that are not valid. Nothing is known about the versions in them.
    pub unreadable: Vec<UnreadableFile>,
    /// Whether a part of the tree was not searched.
    pub is_cut: bool,
    /// The edits that make the places agree.
    pub edits: Vec<FileEdit>,
}

impl SyncReport {
    /// Whether every place agrees.
    pub fn is_in_step(&self) -> bool {
        self.places.iter().all(|place| place.agreement != Agreement::OutOfStep)
    }

    /// The places that no edit makes agree.
    pub fn by_hand(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.agreement == Agreement::OutOfStep && place.new.is_none())
    }
}

/// Compares every place of the project at a root with the target: the version that `to` asks for, else what gom selects
/// there.
pub fn compare(ctx: &Context, root: &Path, to: Option<&str>) -> Result<SyncReport, SyncError> {
    let policy = Policy::read(root)?;
    let found = walk::find(root);
    let (mut files, mut unreadable) = (Vec::new(), Vec::new());
    for file in found.files.into_iter().filter(|file| !policy.excludes(&file.path)) {
        match read(root, &file.path, file.kind) {
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
    let releases = Releases::load(ctx)?;
    let target = target::find(&releases, root, to, &files)?;
    let tags = Tags::default();
    let newest_patch = |version: &GoVersion| releases.newest_patch(version);
    let (mut places, mut edits) = (Vec::new(), Vec::new());
    for file in &files {
        let judged = file.mentions.iter().map(|mention| {
            let around = Surroundings {
                target: &target,
                rule: policy.rule(mention.role),
                may_lower: to.is_some(),
                floor: floor_of(&files, file, mention),
                tags: &tags,
                newest_patch: &newest_patch,
            };
            (mention, judge::judge(mention, &around))
        });
        let mut judged: Vec<(&Mention, Judgement)> = judged.collect();
        edits.extend(edit_of(file, &mut judged));
        places.extend(judged.into_iter().map(|(mention, judgement)| Place {
            file: file.path.clone(),
            kind: file.kind.name,
            mention: mention.clone(),
            agreement: judgement.agreement,
            reason: judgement.reason,
            new: judgement.new,
            hint: judgement.hint,
        }));
    }
    let rank = |name: &str| places::KINDS.iter().position(|kind| kind.name == name);
    places.sort_by_cached_key(|place| {
        let depth = place.file.matches('/').count();
        (rank(place.kind), depth, place.file.clone(), place.mention.range.start)
    });
    Ok(SyncReport { root: root.to_path_buf(), target, places, unreadable, is_cut: found.is_cut, edits })
}

/// Makes the edit of a file. Where that does not read as meant, the places are left to the user.
fn edit_of(file: &ReadFile, judged: &mut [(&Mention, Judgement)]) -> Option<FileEdit> {
    let replaced: Vec<_> = judged
        .iter()
        .filter_map(|(mention, judgement)| Some((mention.range.clone(), judgement.new.clone()?)))
        .collect();
    if replaced.is_empty() {
        return None;
    }
    let edit = FileEdit::plan(file, &replaced);
    if edit.is_none() {
        for (_, judgement) in judged.iter_mut() {
            if let Some(new) = judgement.new.take() {
                judgement.hint = Some(format!("write {new} there by hand"));
            }
        }
    }
    edit
}

/// What a place must not be older than, besides the target.
fn floor_of(files: &[ReadFile], file: &ReadFile, mention: &Mention) -> Option<Floor> {
    match mention.role {
        Role::ToolchainLine => line_in(file, Role::GoLine),
        Role::GoLine if file.kind.name == "go-work" => newest_module(files, file),
        // Docker's own image stays with its Go. Which folder it builds is not known: the nearest module above its file.
        // An image that gets no go.mod may build what needs none.
        Role::Image
            if mention.what == "image golang"
                && mention.image.as_ref().is_some_and(|image| image.builds_modules)
                && Written::parse(&mention.written).is_some() =>
        {
            nearest_module(files, &file.path)
        }
        _ => None,
    }
}

fn line_in(file: &ReadFile, role: Role) -> Option<Floor> {
    let mention = file.mentions.iter().find(|mention| mention.role == role)?;
    let version = GoVersion::parse(&mention.written).ok()?;
    Some(Floor { version, place: format!("{}:{}", file.path, mention.line) })
}

/// The newest go line among the modules of a workspace, as far as Go enforces it.
fn newest_module(files: &[ReadFile], file: &ReadFile) -> Option<Floor> {
    let text = String::from_utf8_lossy(&file.bytes);
    let workspace = line_in(file, Role::GoLine)?.version;
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let used = work::used(text.lines());
    let modules = used.iter().filter_map(|used| {
        let module = joined(folder, used)?;
        let floor = line_in(files.iter().find(|file| file.path == module)?, Role::GoLine)?;
        work::is_too_old(Some(&workspace), &floor.version).then_some(floor)
    });
    modules.reduce(|best, next| if next.version > best.version { next } else { best })
}

/// The go.mod of a folder that a go.work names, below the root. `None` if it is outside.
fn joined(folder: &str, used: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if used.starts_with('/') {
        return None;
    }
    for part in used.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    parts.push("go.mod");
    Some(parts.join("/"))
}

/// The go line of the nearest go.mod in a file's folder or above it.
fn nearest_module(files: &[ReadFile], path: &str) -> Option<Floor> {
    let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let module = if folder.is_empty() { "go.mod".to_owned() } else { format!("{folder}/go.mod") };
        if let Some(file) = files.iter().find(|file| file.path == module) {
            return line_in(file, Role::GoLine);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
}

#[cfg(test)]
mod tests;
