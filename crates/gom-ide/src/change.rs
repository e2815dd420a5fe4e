//! The change of one settings file: what is there, what will be there, and the write.
//!
//! Owns: reading and writing these files. Invariant: nothing is written unless the file is still as it was read. A file of a
//! project is never written through a link, and nothing outside of the project is ([`gom_core::project`]). A file of the
//! user's may be a link to another file of the user's: that one is replaced, and the link stays.

use std::io;
use std::path::{Path, PathBuf};

use gom_core::digest::Sha256Digest;
use gom_core::files;
use gom_core::project::Project;
use gom_select::layout::Layout;
use gom_select::regular_file;

use crate::editor::Editor;
use crate::error::IdeError;
use crate::format::Format;
use crate::jsonc;
use crate::record::{Edit, Record, Write};
use crate::reverse;
use crate::setting::{Action, Reason, SettingChange};
use crate::workspace_xml;

/// The largest settings file that gom reads, in bytes.
const LARGEST: usize = 8 << 20;

/// Whose file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Of everybody who works on this project.
    Project(Project),
    /// Of the user.
    User,
}

/// The change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The file.
    pub path: PathBuf,
    /// The file that is written: another one than `path` if that is a link.
    pub target: PathBuf,
    /// The settings that change.
    pub settings: Vec<SettingChange>,
    owner: Owner,
    /// Its content; `None` if it does not exist.
    old: Option<Vec<u8>>,
    /// The new content; `None` if it is removed.
    new: Option<Vec<u8>>,
    /// Whether the folder goes with the file, because gom made it and nothing else is in it.
    removes_folder: bool,
    /// What gom wrote, after this change and before.
    record: Record,
    old_record: Record,
}

/// A settings file that is being edited.
pub(crate) struct Draft {
    path: PathBuf,
    target: PathBuf,
    owner: Owner,
    editor: Editor,
    old: Option<Vec<u8>>,
    /// The text, with the edits so far.
    pub(crate) text: String,
    edits: Vec<Edit>,
    settings: Vec<SettingChange>,
}

impl Draft {
    /// Reads a settings file. A missing one is empty.
    pub(crate) fn read(path: &Path, owner: Owner, editor: Editor) -> Result<Draft, IdeError> {
        let (target, old) = read(path, &owner)?;
        let invalid = |line: usize, reason: String| IdeError::Invalid { file: path.to_owned(), line, reason };
        let text = String::from_utf8(old.clone().unwrap_or_default()).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let lines = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count();
            invalid(lines + 1, "it is not UTF-8".to_owned())
        })?;
        if old.is_some() {
            let read = Format::of(editor).leaves(&text);
            read.map_err(|fault| invalid(fault.line, fault.reason))?;
        }
        let (path, edits, settings) = (path.to_owned(), Vec::new(), Vec::new());
        Ok(Draft { path, target, owner, editor, old, text, edits, settings })
    }

    /// Whether the file exists.
    pub(crate) fn exists(&self) -> bool {
        self.old.is_some()
    }

    /// Sets a setting to a text, unless it says the same.
    pub(crate) fn set(&mut self, keys: &[String], text: &str, reason: Reason) -> Result<(), IdeError> {
        let value = jsonc::quoted(text);
        let before = jsonc::raw(&self.text, keys);
        if reverse::is_same(before.as_deref(), Some(&value)) {
            return Ok(());
        }
        if let Some((_, above)) = keys.split_last()
            && !above.is_empty()
            && jsonc::raw(&self.text, above).is_none()
        {
            // An edit of its own: other settings may be put into the object, and then it stays.
            let pieces = jsonc::set(&self.text, above, "{}");
            self.apply(above, pieces)?;
        }
        let pieces = jsonc::set(&self.text, keys, &value);
        self.apply(keys, pieces)?;
        let action = if before.is_some() { Action::Change } else { Action::Add };
        self.settings.push(SettingChange { name: keys.join("."), action, reason });
        Ok(())
    }

    /// Sets the GOROOT of GoLand to a URL, unless it is that.
    pub(crate) fn set_goroot(&mut self, url: &str) -> Result<(), IdeError> {
        let keys = [workspace_xml::KEY.to_owned()];
        let before = workspace_xml::raw(&self.text);
        if before.as_deref() == Some(url) {
            return Ok(());
        }
        let pieces = workspace_xml::set(&self.text, url);
        self.apply(&keys, pieces)?;
        let action = if before.is_some() { Action::Change } else { Action::Add };
        let name = workspace_xml::KEY.to_owned();
        self.settings.push(SettingChange { name, action, reason: Reason::SelectedGoroot });
        Ok(())
    }

    /// Sets a value that the rest of the file needs, if the file says nothing yet.
    pub(crate) fn set_frame(&mut self, key: &str, text: &str) -> Result<(), IdeError> {
        let says_nothing = |(keys, value): &jsonc::Leaf| keys.is_empty() && value == "{}";
        if !jsonc::leaves(&self.text).is_ok_and(|leaves| leaves.iter().all(says_nothing)) {
            return Ok(());
        }
        let keys = [key.to_owned()];
        let pieces = jsonc::set(&self.text, &keys, &jsonc::quoted(text));
        self.apply(&keys, pieces)?;
        if let Some(edit) = self.edits.last_mut() {
            edit.is_frame = true;
        }
        Ok(())
    }

    /// Adds an element with a name to a list, which is made if it is missing.
    pub(crate) fn add_element(
        &mut self,
        list: &str,
        name: &str,
        text: &str,
        reason: Reason,
    ) -> Result<(), IdeError> {
        let keys = [list.to_owned(), jsonc::element_key(name)];
        if jsonc::raw(&self.text, &keys[..1]).is_none() {
            let pieces = jsonc::set(&self.text, &keys[..1], "[]");
            self.apply(&keys[..1], pieces)?;
        }
        let pieces = jsonc::set(&self.text, &keys, text);
        self.apply(&keys, pieces)?;
        let name = format!("{list}.{name}");
        self.settings.push(SettingChange { name, action: Action::Add, reason });
        Ok(())
    }

    /// An error about a value of the file.
    pub(crate) fn invalid(&self, keys: &[String], reason: String) -> IdeError {
        let line = jsonc::line(&self.text, keys).unwrap_or(1);
        IdeError::Invalid { file: self.path.clone(), line, reason }
    }

    /// Takes out a setting, which is there. `shown` are its keys as the user knows them.
    pub(crate) fn remove(
        &mut self,
        keys: &[String],
        shown: &[String],
        reason: Reason,
    ) -> Result<(), IdeError> {
        let pieces = jsonc::remove(&self.text, keys);
        self.apply(keys, pieces)?;
        self.settings.push(SettingChange { name: shown.join("."), action: Action::Remove, reason });
        Ok(())
    }

    fn apply(&mut self, keys: &[String], pieces: Option<Vec<jsonc::Piece>>) -> Result<(), IdeError> {
        let stuck = || IdeError::NotEditable { file: self.path.clone(), setting: keys.join(".") };
        let pieces = pieces.ok_or_else(stuck)?;
        let (text, edit) =
            reverse::record(Format::of(self.editor), &self.text, keys, &pieces).ok_or_else(stuck)?;
        // What does not read as meant is not written.
        let format = Format::of(self.editor);
        let (Ok(before), Ok(after)) = (format.leaves(&self.text), format.leaves(&text)) else {
            return Err(stuck());
        };
        if !reverse::others(&before, keys).eq(reverse::others(&after, keys)) {
            return Err(stuck());
        }
        self.text = text;
        self.edits.push(edit);
        Ok(())
    }

    /// The change of the file, with its record. `None` if there is nothing to change.
    pub(crate) fn finish(self, layout: &Layout) -> Result<Option<FileChange>, IdeError> {
        if self.edits.is_empty() {
            return Ok(None);
        }
        let project = match &self.owner {
            Owner::Project(project) => Some(project.root()),
            Owner::User => None,
        };
        let old_record = Record::of(layout, self.editor, &self.target, project)?;
        let mut record = old_record.clone();
        let before = Sha256Digest::of(self.old.as_deref().unwrap_or_default());
        // A gom that was killed before it wrote the file left this.
        let left = record.writes.iter().any(|write| write.before == before && write.is_new_folder);
        record.writes.retain(|write| write.before != before);
        // What somebody has set otherwise since is not gom's any more.
        let text = String::from_utf8_lossy(self.old.as_deref().unwrap_or_default());
        for write in &mut record.writes {
            write.edits.retain(|edit| {
                let now = Format::of(self.editor).raw(&text, &edit.keys);
                reverse::is_same(now.as_deref(), edit.now.as_deref()) || (edit.makes_room() && now.is_some())
            });
        }
        record.writes.retain(|write| !write.edits.is_empty());
        let folder = self.target.parent().unwrap_or(&self.target);
        // A folder that can't be looked at is not taken for a new one, which undoing would remove.
        let has_folder = files::is_there(folder)
            .map_err(|error| IdeError::NotWritable { path: self.path.clone(), reason: reason(&error) })?;
        record.writes.push(Write {
            is_new_file: self.old.is_none(),
            is_new_folder: self.old.is_none() && (left || !has_folder),
            before,
            after: Sha256Digest::of(self.text.as_bytes()),
            edits: self.edits,
        });
        let change = FileChange {
            path: self.path,
            target: self.target,
            settings: self.settings,
            owner: self.owner,
            old: self.old,
            new: Some(self.text.into_bytes()),
            removes_folder: false,
            record,
            old_record,
        };
        change.check_writable()?;
        Ok(Some(change))
    }
}

impl FileChange {
    /// The change that takes out what gom wrote, as a record says. `None` if the file is gone.
    pub(crate) fn undo(record: &Record, owner: Owner) -> Result<Option<FileChange>, IdeError> {
        let draft = Draft::read(Path::new(&record.file), owner, record.editor)?;
        if !draft.exists() {
            return Ok(None);
        }
        let text = undone(&draft, record)?;
        let change = FileChange {
            path: draft.path,
            target: draft.target,
            settings: Vec::new(),
            owner: draft.owner,
            old: draft.old,
            removes_folder: text.is_none() && record.writes.iter().any(|write| write.is_new_folder),
            new: text.map(String::into_bytes),
            record: record.emptied(),
            old_record: record.clone(),
        };
        change.check_writable()?;
        Ok(Some(change))
    }

    /// Whether the file is created.
    pub fn creates_file(&self) -> bool {
        self.old.is_none()
    }

    /// Whether the file is removed.
    pub fn removes_file(&self) -> bool {
        self.new.is_none()
    }

    /// Whether its content changes. Undoing what somebody has undone by hand does not.
    pub fn is_change(&self) -> bool {
        self.old != self.new
    }

    /// The change as a unified diff.
    pub fn diff(&self) -> String {
        let text = |content: Option<&[u8]>| String::from_utf8_lossy(content.unwrap_or_default()).into_owned();
        let name = |is_there: bool| {
            if is_there { self.target.display().to_string() } else { "/dev/null".to_owned() }
        };
        let (old, new) = (text(self.old.as_deref()), text(self.new.as_deref()));
        let (from, to) = (name(self.old.is_some()), name(self.new.is_some()));
        let diff = similar::TextDiff::from_lines(&old, &new);
        diff.unified_diff().context_radius(1).header(&from, &to).to_string()
    }

    /// Makes the change, and keeps or removes its record.
    pub fn make(&self, layout: &Layout) -> Result<(), IdeError> {
        if read(&self.path, &self.owner)?.1 != self.old {
            return Err(IdeError::ChangedMeanwhile(self.path.clone()));
        }
        if self.record.writes.is_empty() {
            self.write()?;
            return self.record.keep(layout);
        }
        self.record.keep(layout)?;
        self.write().inspect_err(|_| {
            // A write can fail after the file has its new content: then the record stays.
            if read(&self.path, &self.owner).is_ok_and(|(_, now)| now == self.old) {
                // The failure of the write is the one to report.
                let _ = self.old_record.keep(layout);
            }
        })
    }

    fn write(&self) -> Result<(), IdeError> {
        if !self.is_change() {
            return Ok(());
        }
        let written = match (&self.owner, &self.new) {
            (Owner::Project(project), Some(new)) => {
                return Ok(project.replace(&self.path, new, |_, _| false)?);
            }
            (Owner::Project(project), None) => {
                project.remove(&self.path)?;
                if self.removes_folder {
                    project.remove_empty_folder_of(&self.path)?;
                }
                return Ok(());
            }
            (Owner::User, Some(new)) => files::replace_file(&self.target, new),
            (Owner::User, None) => files::remove(&self.target),
        };
        written.map_err(|error| IdeError::Write { file: self.path.clone(), error })
    }

    /// Checks what would make the write fail, before anybody is asked.
    fn check_writable(&self) -> Result<(), IdeError> {
        let not_writable = |path: &Path| {
            let path = path.to_owned();
            move |error: io::Error| IdeError::NotWritable { path, reason: reason(&error) }
        };
        if let Owner::Project(project) = &self.owner {
            let folder = self.path.parent().unwrap_or(project.root());
            let has_folder = files::is_there(folder).map_err(not_writable(folder))?;
            return match (&self.old, has_folder) {
                // `read` has asked the project's writer.
                (Some(_), _) => Ok(()),
                (None, true) => Ok(project.check_writable(&self.path, |_, _| false)?),
                // The writer makes the folder, which a look at the change must not.
                (None, false) => files::check_writable(project.root()).map_err(not_writable(project.root())),
            };
        }
        if self.old.is_some() {
            let user = rustix::process::geteuid().as_raw();
            let owner = files::owner(&self.target).map_err(not_writable(&self.path))?;
            if owner != user {
                return Err(IdeError::OtherOwner { file: self.target.clone(), owner, user });
            }
            files::check_writable(&self.target).map_err(not_writable(&self.path))?;
        }
        let folder = self.target.parent().and_then(files::nearest_folder).unwrap_or(Path::new("/"));
        files::check_writable(folder).map_err(not_writable(folder))
    }
}

/// Takes every recorded write out of a text, the newest first. `None` if the file goes too.
fn undone(draft: &Draft, record: &Record) -> Result<Option<String>, IdeError> {
    let mut text = draft.text.clone();
    let mut lines = Vec::new();
    let stuck =
        |edit: &Edit| IdeError::NotEditable { file: draft.path.clone(), setting: edit.keys.join(".") };
    for write in record.writes.iter().rev() {
        let sum = Sha256Digest::of(text.as_bytes());
        if sum == write.before {
            // A killed gom did not write it, or somebody has taken it out.
            continue;
        }
        if sum == write.after
            && let Some(exact) = reverse::exactly(&text, write)
        {
            if write.is_new_file {
                return Ok(None);
            }
            text = exact;
            continue;
        }
        for edit in write.edits.iter().rev() {
            match reverse::edit(Format::of(record.editor), &text, edit) {
                reverse::Undone::Text(without) => text = without,
                reverse::Undone::Changed(line, now) => lines.push(changed_line(edit, line, now)),
                reverse::Undone::Stuck => return Err(stuck(edit)),
            }
        }
        if write.is_new_file && lines.is_empty() && matches!(text.trim(), "" | "{}") {
            return Ok(None);
        }
    }
    if !lines.is_empty() {
        return Err(IdeError::Changed { file: draft.path.clone(), lines });
    }
    Ok(Some(text))
}

fn changed_line(edit: &Edit, line: Option<usize>, now: Option<String>) -> String {
    let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    let is = now.map_or_else(|| "is not there".to_owned(), |now| format!("is `{now}`"));
    let wrote = edit.now.as_ref().map_or_else(|| "removed it".to_owned(), |text| format!("wrote `{text}`"));
    // Control characters of a project's file must not reach the terminal.
    let mut text = format!("    {place}{} {is}, gom {wrote}", edit.keys.join("."));
    if text.contains('\n') {
        text = format!("    {place}{} is not as gom wrote it", edit.keys.join("."));
    }
    text.chars().flat_map(|c| if c.is_control() { c.escape_debug().collect() } else { vec![c] }).collect()
}

/// Reads a file: the file that is written, and its content.
fn read(path: &Path, owner: &Owner) -> Result<(PathBuf, Option<Vec<u8>>), IdeError> {
    let not_readable = |reason: String| IdeError::NotReadable { file: path.to_owned(), reason };
    let of_io = |error: io::Error| not_readable(reason(&error));
    if !files::is_there(path).map_err(of_io)? {
        return Ok((path.to_owned(), None));
    }
    let target = match owner {
        Owner::Project(project) => {
            project.check(path, |_, _| false)?;
            path.to_owned()
        }
        Owner::User => files::real_path(path).map_err(of_io)?,
    };
    let content = regular_file::read(&target, LARGEST).map_err(of_io)?;
    let content = content.ok_or_else(|| not_readable("it is not a regular file".to_owned()))?;
    if content.len() > LARGEST {
        return Err(not_readable(format!("it is larger than {LARGEST} bytes")));
    }
    Ok((target, Some(content)))
}

/// The reason of an error, without the file that `fs_err` adds.
fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code).to_string(),
        None => error.to_string(),
    }
}
