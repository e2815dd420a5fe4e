//! What a place must not be older than, besides the target: lines of go.mod and go.work, as the edits leave them.

use std::collections::BTreeMap;

use gom_core::go::work;
use gom_select::version::GoVersion;

use crate::mention::{Mention, Role};
use crate::read_file::ReadFile;
use crate::written::Written;

use super::judge::Floor;

/// The go lines of a project.
#[derive(Debug)]
pub(super) struct Floors<'a> {
    files: &'a [ReadFile],
    /// The go lines that an edit changes, by the path of their file.
    moved: BTreeMap<&'a str, GoVersion>,
}

impl<'a> Floors<'a> {
    /// The lines as they are written.
    pub(super) fn of(files: &'a [ReadFile]) -> Floors<'a> {
        Floors { files, moved: BTreeMap::new() }
    }

    /// Remembers that an edit changes the go line of a file.
    pub(super) fn move_line(&mut self, file: &'a ReadFile, new: GoVersion) {
        self.moved.insert(&file.path, new);
    }

    /// Returns what a place must not be older than.
    pub(super) fn of_place(&self, file: &ReadFile, mention: &Mention) -> Option<Floor> {
        match mention.role {
            Role::ToolchainLine => self.go_line(file),
            Role::GoLine if file.kind.name == "go-work" => self.newest_module(file),
            // Docker's own image stays with its Go. Which folder it builds is not known: the nearest module above its file.
            // An image that gets no go.mod may build what needs none.
            Role::Image
                if mention.what == "image golang"
                    && mention.image.as_ref().is_some_and(|image| image.builds_modules)
                    && Written::parse(&mention.written).is_some() =>
            {
                self.nearest_module(&file.path)
            }
            _ => None,
        }
    }

    /// The go line of the module below the root that a file belongs to, such as an example with a go.mod of its own.
    pub(super) fn of_own_module(&self, file: &ReadFile) -> Option<Floor> {
        self.nearest_module(&file.path).filter(|floor| floor.place.contains('/'))
    }

    fn go_line(&self, file: &ReadFile) -> Option<Floor> {
        let mention = file.mentions.iter().find(|mention| mention.role == Role::GoLine)?;
        let written = GoVersion::parse(&mention.written).ok()?;
        let moved = self.moved.get(file.path.as_str());
        Some(Floor {
            version: moved.cloned().unwrap_or(written),
            place: format!("{}:{}", file.path, mention.line),
            is_moved: moved.is_some(),
        })
    }

    /// The newest go line among the modules of a workspace, as far as Go enforces it.
    fn newest_module(&self, file: &ReadFile) -> Option<Floor> {
        let text = String::from_utf8_lossy(&file.bytes);
        // As it is written: whether it has to follow its modules is the question.
        let workspace = Floors::of(self.files).go_line(file)?.version;
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let used = work::used(text.lines());
        let modules = used.iter().filter_map(|used| {
            let module = joined(folder, used)?;
            let floor = self.go_line(self.files.iter().find(|file| file.path == module)?)?;
            work::is_too_old(Some(&workspace), &floor.version).then_some(floor)
        });
        modules.reduce(|best, next| if next.version > best.version { next } else { best })
    }

    /// The go line of the nearest go.mod in a file's folder or above it.
    fn nearest_module(&self, path: &str) -> Option<Floor> {
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        loop {
            let module = if folder.is_empty() { "go.mod".to_owned() } else { format!("{folder}/go.mod") };
            if let Some(file) = self.files.iter().find(|file| file.path == module) {
                return self.go_line(file);
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
    }
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
