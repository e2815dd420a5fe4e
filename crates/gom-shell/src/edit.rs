//! The change of one start-up file: what is there, what will be there, and the write.
//!
//! Owns: reading and writing of start-up files. Invariant: nothing is written unless the file is a regular file of
//! this user, is writable, and still has the content that the change was made for. A link stays a link: the file that
//! it leads to is replaced, by a rename.

#![expect(clippy::disallowed_methods, reason = "owns the start-up files while they are changed")]

use std::io;
use std::path::{Path, PathBuf};

use gom_core::files;
use gom_core::shell::Shell;

use crate::block::{self, Block, Origin};
use crate::error::ShellError;
use crate::start_up::{LARGEST, StartUpFile};

/// What happens to a start-up file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// gom's lines are added, to a new file if there is none.
    Add,
    /// gom's lines are replaced, or moved behind later lines that change PATH.
    Update,
    /// gom's lines are taken out, and the file too if gom created it and nothing else is in it.
    Remove,
    /// Nothing: it is as it should be.
    Keep,
}

/// The change of one start-up file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The shell that reads it.
    pub shell: Shell,
    /// The file.
    pub path: PathBuf,
    /// The file that is written: its target if it is a link.
    pub target: PathBuf,
    /// What happens to it.
    pub action: Action,
    /// Its content; `None` if it does not exist.
    old: Option<Vec<u8>>,
    /// The new content; `None` if it is removed.
    new: Option<Vec<u8>>,
    /// The number of folders above it that go with it.
    folders: usize,
}

/// A start-up file as it was read.
struct ReadFile {
    target: PathBuf,
    /// `None` if it does not exist.
    content: Option<Vec<u8>>,
    block: Option<Block>,
}

impl FileChange {
    /// The change that puts `line` into the block of a file.
    pub(crate) fn set_up(file: &StartUpFile, line: &str) -> Result<FileChange, ShellError> {
        let read = read(&file.path)?;
        let old = read.content.as_deref().unwrap_or_default();
        let newline = if file.shell.reads_crlf() { block::newline_of(old) } else { "\n" };
        let (action, new) = match &read.block {
            None => {
                let missing = read.content.is_none();
                let new_folders = if missing { missing_folders(&read.target) } else { 0 };
                let origin = Origin { is_new_file: missing, new_folders, added_newline: false };
                (Action::Add, block::append(old, line, origin, newline))
            }
            Some(block) if !block.is_intact => return Err(ShellError::changed(&file.path, block)),
            Some(block) if changes_path(block.rest(old)) => {
                let origin = Origin { added_newline: false, ..block.origin };
                (Action::Update, block::append(&block.removed(old), line, origin, newline))
            }
            Some(block) if block.body == line => (Action::Keep, old.to_vec()),
            Some(block) => (Action::Update, block.replaced(old, line, newline)),
        };
        let change = FileChange::new(file, read, action, Some(new));
        change.check_writable()?;
        Ok(change)
    }

    /// The change that takes the block out of a file. `None` if it has none. `is_ours` looks whether its line is of
    /// this store.
    pub(crate) fn undo(
        file: &StartUpFile,
        is_ours: impl Fn(&str) -> bool,
    ) -> Result<Option<FileChange>, ShellError> {
        let read = read(&file.path)?;
        let Some(block) = read.block.clone() else { return Ok(None) };
        if !block.is_intact {
            return Err(ShellError::changed(&file.path, &block));
        }
        if !is_ours(&block.body) {
            let (file, line) = (file.path.clone(), block.first_line);
            return Err(ShellError::OtherStore { file, line, body: block.body });
        }
        let left = block.removed(read.content.as_deref().unwrap_or_default());
        let new = (!left.is_empty() || !block.origin.is_new_file).then_some(left);
        let folders = if new.is_none() { block.origin.new_folders } else { 0 };
        let change = FileChange { folders, ..FileChange::new(file, read, Action::Remove, new) };
        change.check_writable()?;
        Ok(Some(change))
    }

    fn new(file: &StartUpFile, read: ReadFile, action: Action, new: Option<Vec<u8>>) -> FileChange {
        let (old, target) = (read.content, read.target);
        FileChange { shell: file.shell, path: file.path.clone(), target, action, old, new, folders: 0 }
    }

    /// Whether anything is written.
    pub fn is_change(&self) -> bool {
        self.action != Action::Keep
    }

    /// Whether the file is created.
    pub fn creates_file(&self) -> bool {
        self.old.is_none()
    }

    /// Whether the file is removed.
    pub fn removes_file(&self) -> bool {
        self.new.is_none()
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
        diff.unified_diff().context_radius(2).header(&from, &to).to_string()
    }

    /// Makes the change.
    pub(crate) fn make(&self) -> Result<(), ShellError> {
        if !self.is_change() {
            return Ok(());
        }
        if read(&self.path)?.content != self.old {
            return Err(ShellError::ChangedMeanwhile(self.path.clone()));
        }
        self.write(self.new.as_deref())?;
        self.remove_folders();
        Ok(())
    }

    /// Takes the change back, unless somebody else has changed the file since.
    pub(crate) fn take_back(&self) {
        if self.is_change() && read(&self.path).is_ok_and(|read| read.content == self.new) {
            // The first failure is reported; if this fails too, the file has the new content, which is whole.
            let _ = self.write(self.old.as_deref());
        }
    }

    fn write(&self, content: Option<&[u8]>) -> Result<(), ShellError> {
        let written = match content {
            Some(content) => files::replace_file(&self.target, content),
            None => files::remove(&self.target),
        };
        written.map_err(|error| ShellError::Write { file: self.path.clone(), error })
    }

    /// Removes the folders that gom made for the file. One that is not empty stays, with those above it.
    fn remove_folders(&self) {
        let mut folders = self.target.ancestors().skip(1).take(self.folders);
        while folders.next().is_some_and(remove_empty_folder) {}
    }

    /// Checks what would make the write fail or do what the user does not want, before anything is written.
    fn check_writable(&self) -> Result<(), ShellError> {
        let not_writable = |path: &Path| {
            let path = path.to_owned();
            move |error: io::Error| ShellError::NotWritable { path, reason: reason(&error) }
        };
        if !self.is_change() {
            return Ok(());
        }
        if self.old.is_some() {
            let user = rustix::process::geteuid().as_raw();
            let owner = files::owner(&self.target).map_err(not_writable(&self.path))?;
            if owner != user {
                return Err(ShellError::OtherOwner { file: self.target.clone(), owner, user });
            }
            files::check_writable(&self.target).map_err(not_writable(&self.path))?;
        }
        let folder = self.target.parent().and_then(files::nearest_folder).unwrap_or(Path::new("/"));
        files::check_writable(folder).map_err(not_writable(folder))
    }
}

/// Removes a folder if it is empty, and returns whether it did.
pub(crate) fn remove_empty_folder(folder: &Path) -> bool {
    std::fs::remove_dir(folder).is_ok()
}

/// Reads a start-up file and its block.
fn read(path: &Path) -> Result<ReadFile, ShellError> {
    let not_readable =
        |error: io::Error| ShellError::NotReadable { path: path.to_owned(), reason: reason(&error) };
    if !files::is_there(path).map_err(not_readable)? {
        return Ok(ReadFile { target: path.to_owned(), content: None, block: None });
    }
    if !files::exists(path) {
        let target = files::link_target(path).map_err(not_readable)?;
        return Err(ShellError::DeadLink { file: path.to_owned(), target });
    }
    if !files::is_file(path) {
        return Err(ShellError::NotRegular(path.to_owned()));
    }
    let target = files::real_path(path).map_err(not_readable)?;
    let content = files::read_regular(&target, LARGEST).map_err(not_readable)?;
    // UTF-16 has a zero byte at every ASCII letter.
    if content.contains(&0) {
        return Err(ShellError::NotText(path.to_owned()));
    }
    let block = block::find(&content).map_err(|broken| ShellError::broken(path, broken))?;
    Ok(ReadFile { target, content: Some(content), block })
}

/// The number of folders above a file that do not exist.
fn missing_folders(path: &Path) -> usize {
    path.ancestors().skip(1).take_while(|folder| !files::is_taken(folder)).count()
}

/// Whether lines may change PATH, so that gom's lines have to come after them.
fn changes_path(content: &[u8]) -> bool {
    const CHANGES: &[&str] = &["PATH", "path=", "path+=", "path_add", "source ", "eval "];
    let text = String::from_utf8_lossy(content);
    text.lines().map(str::trim).filter(|line| !line.starts_with('#')).any(|line| {
        line.starts_with(". ") || line.ends_with("| source") || CHANGES.iter().any(|word| line.contains(word))
    })
}

/// The reason of an error, without the file that `fs_err` adds.
fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code).to_string(),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const LINE: &str = "if [ -r '/x/env' ]; then . '/x/env'; fi";

    fn start_up(path: &Path) -> StartUpFile {
        StartUpFile { shell: Shell::Bash, path: path.to_owned() }
    }

    fn set_up(path: &Path, line: &str) -> Action {
        let change = FileChange::set_up(&start_up(path), line).unwrap();
        change.make().unwrap();
        change.action
    }

    fn undo(path: &Path) -> Result<Option<FileChange>, ShellError> {
        let change = FileChange::undo(&start_up(path), |body| body.contains("'/x/env'"))?;
        if let Some(change) = &change {
            change.make().unwrap();
        }
        Ok(change)
    }

    #[test]
    fn setting_up_twice_changes_nothing_more_and_undoing_brings_every_byte_back() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".bashrc");
        for content in [&b""[..], b"a", b"a\n", b"a\r\nb\r\n", b"\xff\n\n"] {
            fs_err::write(&file, content).unwrap();
            fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert_eq!(set_up(&file, LINE), Action::Add);
            let new = fs_err::read(&file).unwrap();
            assert_eq!(set_up(&file, LINE), Action::Keep);
            assert_eq!(fs_err::read(&file).unwrap(), new);
            // bash takes a carriage return for a part of the line.
            assert!(String::from_utf8_lossy(&new).contains("fi\n"));
            assert_eq!(undo(&file).unwrap().unwrap().action, Action::Remove);
            assert_eq!(fs_err::read(&file).unwrap(), content);
            assert_eq!(fs_err::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(undo(&file).unwrap(), None);
        }
    }

    #[test]
    fn a_file_and_folders_that_gom_made_go_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a/b/config.fish");
        assert_eq!(set_up(&file, LINE), Action::Add);
        assert!(undo(&file).unwrap().unwrap().removes_file());
        assert!(!dir.path().join("a").exists() && dir.path().exists());
        // Not if something else is in them.
        set_up(&file, LINE);
        fs_err::write(dir.path().join("a/other"), "").unwrap();
        undo(&file).unwrap();
        assert_eq!(fs_err::read_dir(dir.path().join("a")).unwrap().count(), 1);
        // Nor a file to which somebody has added a line, or that was there and empty.
        set_up(&file, LINE);
        let mut content = fs_err::read(&file).unwrap();
        content.extend_from_slice(b"alias x=y\n");
        fs_err::write(&file, content).unwrap();
        undo(&file).unwrap();
        assert_eq!(fs_err::read(&file).unwrap(), b"alias x=y\n");
    }

    #[test]
    fn the_block_moves_behind_lines_that_change_path() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".bashrc");
        fs_err::write(&file, "a").unwrap();
        set_up(&file, LINE);
        let add = |line: &str| {
            let content = fs_err::read_to_string(&file).unwrap();
            fs_err::write(&file, content + line + "\n").unwrap();
        };
        add("alias x=y");
        add("# export PATH=/no");
        assert_eq!(set_up(&file, LINE), Action::Keep);
        add("export PATH=/other:$PATH");
        assert_eq!(set_up(&file, LINE), Action::Update);
        assert_eq!(set_up(&file, LINE), Action::Keep);
        undo(&file).unwrap();
        let left = fs_err::read_to_string(&file).unwrap();
        assert_eq!(left, "a\nalias x=y\n# export PATH=/no\nexport PATH=/other:$PATH\n");
    }

    #[test]
    fn lines_that_somebody_changed_or_another_store_wrote_stay() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".bashrc");
        set_up(&file, &LINE.replace("/x", "/y"));
        let before = fs_err::read_to_string(&file).unwrap();
        assert!(matches!(undo(&file), Err(ShellError::OtherStore { line: 1, .. })));
        // But setting up takes the place of it.
        assert_eq!(set_up(&file, LINE), Action::Update);
        fs_err::write(&file, before.replace(". '/y/env'", ". '/z/env'")).unwrap();
        let changed = fs_err::read_to_string(&file).unwrap();
        for error in [undo(&file).unwrap_err(), FileChange::set_up(&start_up(&file), LINE).unwrap_err()] {
            let text = error.to_string();
            assert!(text.contains("lines 1 to 3") && text.contains("/z/env"), "{text}");
        }
        assert_eq!(fs_err::read_to_string(&file).unwrap(), changed);
    }

    #[test]
    fn a_link_stays_a_link_and_other_things_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (link, real) = (dir.path().join(".bashrc"), dir.path().join("dotfiles/bashrc"));
        fs_err::create_dir(dir.path().join("dotfiles")).unwrap();
        fs_err::write(&real, "a\n").unwrap();
        fs_err::os::unix::fs::symlink("dotfiles/bashrc", &link).unwrap();
        set_up(&link, LINE);
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert!(fs_err::read_to_string(&real).unwrap().contains(LINE));
        undo(&link).unwrap();
        assert_eq!(fs_err::read_to_string(&real).unwrap(), "a\n");

        fs_err::remove_file(&real).unwrap();
        let fails = |path: &Path| FileChange::set_up(&start_up(path), LINE).unwrap_err();
        assert!(matches!(fails(&link), ShellError::DeadLink { .. }));
        assert!(matches!(fails(dir.path()), ShellError::NotRegular(_)));
        fs_err::write(&real, b"a\0b\0").unwrap();
        assert!(matches!(fails(&link), ShellError::NotText(_)));
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".bashrc");
        let change = FileChange::set_up(&start_up(&file), LINE).unwrap();
        fs_err::write(&file, "mine\n").unwrap();
        assert!(matches!(change.make(), Err(ShellError::ChangedMeanwhile(_))));
        assert_eq!(fs_err::read_to_string(&file).unwrap(), "mine\n");
    }

    #[test]
    fn the_diff_shows_what_changes() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".bashrc");
        let new = FileChange::set_up(&start_up(&file), LINE).unwrap().diff();
        assert!(new.starts_with("--- /dev/null\n+++ ") && new.contains(&format!("\n+{LINE}\n")), "{new}");
        fs_err::write(&file, "a\nb\nc").unwrap();
        let added = FileChange::set_up(&start_up(&file), LINE).unwrap().diff();
        assert!(added.contains("\n-c\n\\ No newline at end of file\n+c\n+# >>> gom >>>"), "{added}");
    }
}
