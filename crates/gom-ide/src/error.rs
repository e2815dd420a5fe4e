//! Why a file of an editor is not written, and what to run next.

use std::io;
use std::path::PathBuf;

use gom_core::path_text::as_text;
use gom_core::project::ProjectError;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};

/// Why a file of an editor is not written.
#[derive(Debug, thiserror::Error)]
pub enum IdeError {
    /// The file is not what the editor accepts.
    #[error("`{}` line {line}: {reason}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// An edit would not read as it must, so nothing is written.
    #[error("gom can't edit `{}`: {setting} is not where it can be set", file.display())]
    NotEditable {
        /// The file.
        file: PathBuf,
        /// The setting.
        setting: String,
    },
    /// What gom wrote was changed since.
    #[error("`{}` was changed where gom wrote:\n{}", file.display(), lines.join("\n"))]
    Changed {
        /// The file.
        file: PathBuf,
        /// For each setting what is there, and what gom wrote.
        lines: Vec<String>,
    },
    /// No editor of this kind has a folder of the user's.
    #[error("there is no settings folder of VS Code or of a fork of it")]
    NoUserSettings,
    /// The editor would find no go of gom's.
    #[error("`{}` does not exist: no toolchain is installed", go.display())]
    NoGo {
        /// The link to the shim.
        go: PathBuf,
    },
    /// No home folder.
    #[error("there is no home folder with settings: HOME is not set to an absolute path")]
    NoHome,
    /// The working directory does not exist.
    #[error("the working directory no longer exists")]
    NoFolder,
    /// A pipe, a device, a folder, or too large.
    #[error("`{}` is not a regular file that gom can read: {reason}", file.display())]
    NotReadable {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file belongs to somebody else, for example because gom runs under sudo.
    #[error("`{}` belongs to user {owner}, and gom runs as user {user}", file.display())]
    OtherOwner {
        /// The file, with links resolved.
        file: PathBuf,
        /// Its owner.
        owner: u32,
        /// The user of this process.
        user: u32,
    },
    /// The file or its folder is read-only.
    #[error("`{}` can't be written: {reason}", path.display())]
    NotWritable {
        /// The file or the folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// GoLand has not opened the project yet.
    #[error("`{}` does not exist: GoLand has not opened this project yet", .0.display())]
    NoWorkspace(PathBuf),
    /// An editor would overwrite what gom writes.
    #[error("{0} runs, and would write its own file over gom's when it ends")]
    Running(String),
    /// A path that the record can't hold.
    #[error("the path `{}` is not UTF-8, so gom could not record what it writes there", .0.display())]
    NotUtf8(PathBuf),
    /// The record of what gom wrote can't be read.
    #[error("the record `{}` can't be read: {reason}", record.display())]
    BadRecord {
        /// The record.
        record: PathBuf,
        /// Why.
        reason: String,
    },
    /// Another program has changed the file since gom read it.
    #[error("`{}` has changed meanwhile", .0.display())]
    ChangedMeanwhile(PathBuf),
    /// A file of the project is a link or outside of it.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Writing failed.
    #[error("can't write `{}`: {error}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The reason.
        error: io::Error,
    },
}

impl Explain for IdeError {
    fn kind(&self) -> ErrorKind {
        match self {
            IdeError::NoUserSettings | IdeError::NoGo { .. } | IdeError::NoWorkspace(_) => {
                ErrorKind::NotFound
            }
            IdeError::NoHome | IdeError::NotUtf8(_) => ErrorKind::Usage,
            IdeError::Project(error) => error.kind(),
            _ => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        let path = match self {
            IdeError::Invalid { file, .. }
            | IdeError::NotEditable { file, .. }
            | IdeError::Changed { file, .. }
            | IdeError::NotReadable { file, .. }
            | IdeError::OtherOwner { file, .. }
            | IdeError::Write { file, .. }
            | IdeError::NotWritable { path: file, .. }
            | IdeError::BadRecord { record: file, .. }
            | IdeError::NoGo { go: file }
            | IdeError::NotUtf8(file)
            | IdeError::NoWorkspace(file)
            | IdeError::ChangedMeanwhile(file) => file,
            IdeError::Project(error) => return error.value(),
            IdeError::Running(program) => return Some(program.clone()),
            IdeError::NoUserSettings | IdeError::NoHome | IdeError::NoFolder => return None,
        };
        Some(as_text(path))
    }

    fn hint(&self) -> String {
        match self {
            IdeError::Invalid { file, line, .. } => {
                format!("correct that line: `code --goto {}:{line}`", shell_quote(file))
            }
            IdeError::NotEditable { file, .. } => {
                format!("edit it by hand: `code {}`", shell_quote(file))
            }
            IdeError::Changed { .. } => {
                "remove these settings by hand, or write them as gom did, and run the command again"
                    .to_owned()
            }
            IdeError::NoUserSettings => {
                "start the editor once, which makes its folder, and run `gom ide vscode --user` again"
                    .to_owned()
            }
            IdeError::NoGo { .. } => "run `gom install latest`".to_owned(),
            IdeError::NoHome => "set HOME to your home folder".to_owned(),
            IdeError::NoFolder => "run `cd ~` and try again".to_owned(),
            IdeError::NotReadable { file, .. } => {
                format!("run `ls -ld {}` to see what it is", shell_quote(file))
            }
            IdeError::OtherOwner { owner, .. } => {
                format!("run gom as user {owner}, without sudo; HOME must be your own")
            }
            IdeError::NotWritable { path, .. } => {
                format!("make it writable with `chmod u+w {}` if it is yours", shell_quote(path))
            }
            IdeError::NoWorkspace(_) => {
                "open it once, or choose the folder there: `gom ide goland` prints it".to_owned()
            }
            IdeError::Running(_) => "close it, and run the command again".to_owned(),
            IdeError::NotUtf8(_) => "give the folder a name in UTF-8".to_owned(),
            IdeError::BadRecord { record, .. } => {
                format!(
                    "remove it with `rm {}`; then `--undo` can't take back what it was about",
                    shell_quote(record)
                )
            }
            IdeError::ChangedMeanwhile(_) => "run the command again".to_owned(),
            IdeError::Project(error) => error.hint(),
            IdeError::Write { .. } => "run `df -h ~` and look whether the disk is full".to_owned(),
        }
    }
}
