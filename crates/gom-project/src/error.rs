//! Why the places of a project can't be compared or written, and what to run next.

use std::io;
use std::path::{Path, PathBuf};

use gom_core::files;
use gom_core::project::ProjectError;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};

/// Why `gom sync` fails.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Nothing says which version the project is to have.
    #[error("nothing in `{}` selects a Go: it has no version file, go.work or go.mod", root.display())]
    NoTarget {
        /// The project's root.
        root: PathBuf,
    },
    /// The version file at the root names no release, such as `latest`, and nothing else does.
    #[error("nothing in `{}` names a release: {place} asks for `{text}`, which means {meaning}", root.display())]
    FloatingPin {
        /// The project's root.
        root: PathBuf,
        /// The file and line.
        place: String,
        /// What it asks for.
        text: String,
        /// What that is.
        meaning: &'static str,
    },
    /// The file that decides which version the project has is not valid, so nothing can be compared with it.
    #[error("{}:{line}: {reason}", file.display())]
    BadDecider {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// No known release is what the user asked for.
    #[error("no known release matches `{request}`")]
    NoRelease {
        /// The request.
        request: String,
    },
    /// A version that is not one of a release, such as `system`.
    #[error("`{request}` names no release that a file could have")]
    NotARelease {
        /// The request.
        request: String,
    },
    /// An error of gom-core, such as an invalid SPEC.
    #[error(transparent)]
    Core(#[from] Box<gom_core::Error>),
    /// The project's `gom.toml` is invalid.
    #[error("{}:{line}: {reason}", file.display())]
    Policy {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
        /// The verb that explains that section.
        verb: &'static str,
    },
    /// The project's `gom.toml` is not a file.
    #[error("`{}` {what}, and not a file", file.display())]
    PolicyNotAFile {
        /// Its path.
        file: PathBuf,
        /// What it is, with a verb.
        what: &'static str,
    },
    /// A file changed after it was read.
    #[error("`{}` changed meanwhile", file.display())]
    ChangedMeanwhile {
        /// The file.
        file: PathBuf,
    },
    /// A file that an edit changes is a link.
    #[error("`{}` is a link to `{}`, and gom edits no file of a project through a link", file.display(), target.display())]
    Linked {
        /// The link.
        file: PathBuf,
        /// Where it leads, as it says.
        target: PathBuf,
    },
    /// A file can't be written. The message names it.
    #[error("{error}")]
    NotWritten {
        /// The file.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file can't be looked at or written.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Docker Hub, or what was named instead of it, does not answer.
    #[error("it is not known whether there is an image golang:{tag}: {reason}")]
    NoAnswer {
        /// The tag.
        tag: String,
        /// Why.
        reason: String,
    },
    /// What was named instead of Docker Hub is no address.
    #[error("`{hub}` is no address of Docker Hub or a mirror of it: {reason}")]
    BadHub {
        /// The address, without credentials.
        hub: String,
        /// Why.
        reason: String,
    },
    /// The working directory does not exist.
    #[error("the working directory no longer exists")]
    NoFolder,
}

impl Explain for SyncError {
    fn kind(&self) -> ErrorKind {
        match self {
            SyncError::NoTarget { .. } | SyncError::FloatingPin { .. } | SyncError::NoRelease { .. } => {
                ErrorKind::NotFound
            }
            SyncError::NotARelease { .. }
            | SyncError::BadDecider { .. }
            | SyncError::Policy { .. }
            | SyncError::PolicyNotAFile { .. }
            | SyncError::BadHub { .. } => ErrorKind::Usage,
            SyncError::NoAnswer { .. } => ErrorKind::Network,
            SyncError::Core(error) => error.kind(),
            SyncError::Project(error) => error.kind(),
            SyncError::ChangedMeanwhile { .. }
            | SyncError::Linked { .. }
            | SyncError::NotWritten { .. }
            | SyncError::NoFolder => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            SyncError::NoRelease { request } | SyncError::NotARelease { request } => Some(request.clone()),
            SyncError::Policy { file, .. }
            | SyncError::PolicyNotAFile { file, .. }
            | SyncError::BadDecider { file, .. }
            | SyncError::Linked { file, .. }
            | SyncError::NotWritten { file, .. }
            | SyncError::ChangedMeanwhile { file } => Some(file.display().to_string()),
            SyncError::FloatingPin { text, .. } => Some(text.clone()),
            SyncError::NoAnswer { tag, .. } => Some(tag.clone()),
            SyncError::BadHub { hub, .. } => Some(hub.clone()),
            SyncError::Core(error) => error.value(),
            SyncError::Project(error) => error.value(),
            SyncError::NoTarget { .. } | SyncError::NoFolder => None,
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            SyncError::Core(error) => error.guess(),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            SyncError::NoTarget { .. } => {
                "run `gom sync --to latest`, or pin it with `gom local latest`".to_owned()
            }
            SyncError::FloatingPin { .. } => {
                "write a release such as 1.22.6 there; `gom list-remote` lists them".to_owned()
            }
            SyncError::BadDecider { file, .. } => bad_decider_hint(file),
            SyncError::NoRelease { .. } => "run `gom list-remote` to see the releases".to_owned(),
            SyncError::NotARelease { .. } => "name a release, such as `gom sync --to latest`".to_owned(),
            SyncError::NoAnswer { .. } => {
                "run the command without `--online`, which uses the tags that gom knows".to_owned()
            }
            SyncError::BadHub { .. } => {
                "run `gom sync --online` without `--hub`, or name a mirror by https".to_owned()
            }
            SyncError::Core(error) => error.hint(),
            SyncError::Policy { file, verb, .. } => {
                format!("edit that line of {}; `gom help {verb}` lists the keys", shell_quote(file))
            }
            SyncError::PolicyNotAFile { file, .. } => {
                let file = shell_quote(file);
                format!("look at it with `ls -ld {file}`, and put a file there or remove it")
            }
            SyncError::ChangedMeanwhile { .. } => "run the same command again".to_owned(),
            SyncError::Linked { file, .. } => {
                let file = shell_quote(file);
                format!("put a file in its place with `cp {file} {file}.new && mv {file}.new {file}`")
            }
            SyncError::NotWritten { file, error } => {
                let folder = shell_quote(file.parent().unwrap_or(Path::new(".")));
                if files::is_full(error) {
                    format!("make room on the disk that `df {folder}` shows")
                } else {
                    format!("run `ls -ld {folder}` and make the folder writable")
                }
            }
            SyncError::Project(error) => error.hint(),
            SyncError::NoFolder => "run `cd ~` and try again".to_owned(),
        }
    }
}

impl SyncError {
    /// What to run next after this command, which goes on where it stopped.
    pub fn hint_after(&self, command: &str) -> String {
        match self {
            SyncError::ChangedMeanwhile { .. } => format!("run `{command}` again"),
            SyncError::Linked { .. } | SyncError::NotWritten { .. } => {
                format!("{}, then run `{command}` again", self.hint())
            }
            _ => self.hint(),
        }
    }
}

fn bad_decider_hint(file: &Path) -> String {
    let folder = shell_quote(file.parent().unwrap_or(Path::new(".")));
    match file.file_name().and_then(|name| name.to_str()) {
        Some("go.mod") => {
            format!("correct that file; `cd {folder} && go mod edit -json` shows what Go says of it")
        }
        Some("go.work") => {
            format!("correct that file; `cd {folder} && go work edit -json` shows what Go says of it")
        }
        _ => "write a version such as 1.22.6 there, or run `gom local latest` in that folder".to_owned(),
    }
}

impl From<gom_core::Error> for SyncError {
    fn from(error: gom_core::Error) -> SyncError {
        SyncError::Core(Box::new(error))
    }
}
