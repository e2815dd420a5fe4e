//! Why a start-up file was not changed.

use std::io;
use std::path::{Path, PathBuf};

use gom_core::path_text::as_text;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};

use crate::block::{Block, BrokenBlock};

/// Why gom does not change a start-up file, or a file of its own for shells.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// gom's lines in the file are damaged: one marker is missing, or there are two blocks.
    #[error("`{}` line {line}: {reason}", .file.display())]
    BrokenBlock {
        /// The file.
        file: PathBuf,
        /// The line number, from 1.
        line: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// Somebody has changed the lines between gom's markers.
    #[error("`{}` lines {first} to {last}: gom's lines were changed:\n{}", .file.display(), indented(.lines))]
    ChangedBlock {
        /// The file.
        file: PathBuf,
        /// The first line, from 1.
        first: usize,
        /// The last line.
        last: usize,
        /// The lines as they are now.
        lines: Vec<String>,
    },
    /// The lines are of a gom with another store.
    #[error("`{}` line {line}: these lines are of another gom: {body}", .file.display())]
    OtherStore {
        /// The file.
        file: PathBuf,
        /// The first line of the block, from 1.
        line: usize,
        /// The line that runs the script of the other store.
        body: String,
    },
    /// A pipe, a device or a folder.
    #[error("`{}` is not a regular file", .0.display())]
    NotRegular(PathBuf),
    /// A link that leads nowhere.
    #[error("`{}` is a link to `{}`, which does not exist", .file.display(), .target.display())]
    DeadLink {
        /// The link.
        file: PathBuf,
        /// Its target, as the link has it.
        target: PathBuf,
    },
    /// The file belongs to somebody else, for example because gom runs under sudo.
    #[error("`{}` belongs to user {owner}, and gom runs as user {user}", .file.display())]
    OtherOwner {
        /// The file, with links resolved.
        file: PathBuf,
        /// Its owner.
        owner: u32,
        /// The user of this process.
        user: u32,
    },
    /// The file or its folder is read-only.
    #[error("`{}` can't be written: {reason}", .path.display())]
    NotWritable {
        /// The file or the folder.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// The file can't be read.
    #[error("`{}` can't be read: {reason}", .path.display())]
    NotReadable {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// The file is UTF-16 or binary.
    #[error("`{}` is not a text in UTF-8 or ASCII", .0.display())]
    NotText(PathBuf),
    /// Another program has changed the file since gom read it.
    #[error("`{}` has changed while gom was asking", .0.display())]
    ChangedMeanwhile(PathBuf),
    /// A shell whose code can't contain the path of the store.
    #[error("{shell} can't name the store, because `{}` is not UTF-8", .store.display())]
    StoreNotUtf8 {
        /// The shell.
        shell: &'static str,
        /// The store.
        store: PathBuf,
    },
    /// No home folder.
    #[error("there is no home folder with start-up files: HOME is not set to an absolute path")]
    NoHome,
    /// The user's shell is unknown, and there are no start-up files of a known one.
    #[error("gom does not know which shell you use: SHELL is {}", .0.as_deref().map_or_else(|| "not set".to_owned(), |shell| format!("`{shell}`")))]
    NoShell(Option<String>),
    /// Writing failed. What was written before is undone.
    #[error("can't write `{}`: {error}", .file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The reason.
        error: io::Error,
    },
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

impl ShellError {
    pub(crate) fn broken(file: &Path, BrokenBlock { line, reason }: BrokenBlock) -> ShellError {
        ShellError::BrokenBlock { file: file.to_owned(), line, reason }
    }

    pub(crate) fn changed(file: &Path, block: &Block) -> ShellError {
        let (first, last) = (block.first_line, block.last_line());
        ShellError::ChangedBlock { file: file.to_owned(), first, last, lines: block.lines.clone() }
    }

    /// Whether gom's lines are left because another gom wrote them, and nothing is wrong with them.
    pub fn is_of_other_store(&self) -> bool {
        matches!(self, ShellError::OtherStore { .. })
    }

    /// The file or folder that it is about.
    pub fn path(&self) -> Option<&Path> {
        match self {
            ShellError::BrokenBlock { file, .. }
            | ShellError::ChangedBlock { file, .. }
            | ShellError::OtherStore { file, .. }
            | ShellError::DeadLink { file, .. }
            | ShellError::OtherOwner { file, .. }
            | ShellError::Write { file, .. } => Some(file),
            ShellError::NotRegular(path)
            | ShellError::NotText(path)
            | ShellError::ChangedMeanwhile(path)
            | ShellError::NotWritable { path, .. }
            | ShellError::NotReadable { path, .. } => Some(path),
            ShellError::StoreNotUtf8 { .. } | ShellError::NoHome | ShellError::NoShell(_) => None,
        }
    }
}

impl Explain for ShellError {
    fn kind(&self) -> ErrorKind {
        match self {
            ShellError::NoHome | ShellError::NoShell(_) | ShellError::StoreNotUtf8 { .. } => ErrorKind::Usage,
            _ => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            ShellError::NoShell(shell) => shell.clone(),
            other => other.path().map(as_text),
        }
    }

    fn hint(&self) -> String {
        match self {
            ShellError::BrokenBlock { file, .. } => format!(
                "run `grep -n -e '>>> gom' -e '<<< gom' {}`, remove gom's lines by hand, and run the command again",
                shell_quote(file)
            ),
            ShellError::ChangedBlock { file, first, last, .. } => format!(
                "keep what you need of them elsewhere, remove them with `sed -i.bak {first},{last}d {}`, and run the \
                 command again",
                shell_quote(file)
            ),
            ShellError::OtherStore { .. } => {
                "undo it with that gom: `GOM_HOME=/its/store gom setup --undo`".to_owned()
            }
            ShellError::NotRegular(path) => format!("run `ls -ld {}` to see what it is", shell_quote(path)),
            ShellError::DeadLink { file, .. } => {
                format!("create its target, or remove the link with `rm {}`", shell_quote(file))
            }
            ShellError::OtherOwner { owner, .. } => {
                format!("run gom as user {owner}, without sudo; HOME must be your own")
            }
            ShellError::NotWritable { path, .. } => format!(
                "make it writable with `chmod u+w {0}` if it is yours, or print the code with `gom init` and put it \
                 where you manage your start-up files",
                shell_quote(path)
            ),
            ShellError::NotReadable { path, .. } => {
                format!("run `ls -ld {}` and make it readable", shell_quote(path))
            }
            ShellError::NotText(path) => {
                format!("save `{}` as UTF-8, and run the command again", path.display())
            }
            ShellError::ChangedMeanwhile(_) => "run the command again".to_owned(),
            ShellError::StoreNotUtf8 { .. } => "set GOM_HOME to a folder with a plain name".to_owned(),
            ShellError::NoHome => "set HOME to your home folder".to_owned(),
            ShellError::NoShell(_) => "name it: `gom setup --shell bash`".to_owned(),
            ShellError::Write { .. } => {
                "nothing was changed; run `df -h ~` and look whether the disk is full".to_owned()
            }
        }
    }
}
