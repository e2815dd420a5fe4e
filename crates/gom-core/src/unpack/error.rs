//! The errors of unpacking.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::File;
use gom_select::explain::{ErrorKind, Explain};

use crate::cancel::Cancelled;
use crate::hints::{self, Advice};
use crate::shell_quote::shell_quote;
use crate::threads::NO_THREAD;

/// Why an archive was refused or could not be unpacked. Nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// An entry that a toolchain must not have.
    #[error("the archive holds `{name}`: {reason}")]
    Entry {
        /// The entry's name, with control characters escaped.
        name: String,
        /// Why it is refused.
        reason: &'static str,
    },
    /// The archive is damaged, or has another format.
    #[error("the archive can't be read: {reason}")]
    Damaged {
        /// The decoder's message.
        reason: String,
    },
    /// It unpacks to more than any toolchain has.
    #[error("the archive unpacks to more than {limit} {unit}, with `{name}`")]
    TooLarge {
        /// The entry that exceeds the limit, with control characters escaped.
        name: String,
        /// The limit.
        limit: u64,
        /// The unit of the limit: bytes or entries.
        unit: &'static str,
    },
    /// It holds another version.
    #[error("the archive holds `{found}` instead of {wanted}")]
    WrongVersion {
        /// The content of its VERSION file.
        found: String,
        /// The toolchain that was asked for.
        wanted: String,
    },
    /// Its `bin/go` is not a program for the platform.
    #[error("the archive's {name} is {found}, but {wanted} was requested")]
    WrongProgram {
        /// The program's name in the tree.
        name: &'static str,
        /// The program that its header describes.
        found: String,
        /// The program that was asked for.
        wanted: String,
    },
    /// The tree can't be written.
    #[error("can't unpack: {error}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file of a tree that is taken over can't be read.
    #[error("can't read `{}`: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The system gives no thread.
    #[error("can't start a thread: {0}")]
    NoThread(io::Error),
    /// A thread panicked.
    #[error("this is a bug in gom: {reason}")]
    Panicked {
        /// What is known about the panic.
        reason: String,
    },
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl UnpackError {
    /// Whether the archive is wrong, so that another try must not use its bytes again.
    pub fn is_about_content(&self) -> bool {
        !matches!(
            self,
            UnpackError::Write { .. }
                | UnpackError::Read { .. }
                | UnpackError::NoThread(_)
                | UnpackError::Panicked { .. }
                | UnpackError::Cancelled(_)
        )
    }
}

impl Explain for UnpackError {
    fn kind(&self) -> ErrorKind {
        match self {
            UnpackError::Cancelled(cancelled) => cancelled.kind(),
            UnpackError::Write { .. }
            | UnpackError::Read { .. }
            | UnpackError::NoThread(_)
            | UnpackError::Panicked { .. } => ErrorKind::Failure,
            _ => ErrorKind::Integrity,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            UnpackError::Entry { name, .. } => Some(name.clone()),
            UnpackError::Read { path, .. } => Some(path.display().to_string()),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        self.advice().hint()
    }
}

impl UnpackError {
    pub(crate) fn advice(&self) -> Advice {
        match self {
            UnpackError::Entry { .. }
            | UnpackError::WrongVersion { .. }
            | UnpackError::WrongProgram { .. }
            | UnpackError::TooLarge { .. } => Advice::at_end(hints::CHANGED_ARCHIVE),
            UnpackError::Damaged { .. } => {
                Advice::plain("run the command again; if it fails again, use another `--source`")
            }
            UnpackError::Write { path, .. } => {
                let store = path.ancestors().find(|dir| dir.ends_with("staging")).and_then(Path::parent);
                let store = shell_quote(store.unwrap_or(path));
                Advice::plain(format!(
                    "run `df -h {store}` and `ls -ld {store}`, make room or make it writable, then run the command again"
                ))
            }
            UnpackError::Read { path, .. } => {
                Advice::plain(format!("run `ls -l {}` and make it readable", shell_quote(path)))
            }
            UnpackError::NoThread(_) => Advice::plain(NO_THREAD),
            UnpackError::Panicked { .. } => Advice::plain(hints::BUG),
            UnpackError::Cancelled(cancelled) => Advice::plain(cancelled.hint()),
        }
    }
}

/// The error for a file that can't be written, with its path.
pub(super) fn write_error(file: &File, error: io::Error) -> UnpackError {
    UnpackError::Write { path: file.path().to_path_buf(), error }
}

/// The error for a damaged archive. The decoder's message may quote the archive, so it is escaped.
pub(super) fn damaged(reason: &dyn fmt::Display) -> UnpackError {
    UnpackError::Damaged { reason: shown(&reason.to_string()) }
}

/// Escapes the control characters in a text from an archive, so that a terminal can show it.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_debug());
        } else {
            shown.push(character);
        }
    }
    shown
}
