//! Why an archive was refused or could not be unpacked.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use gom_select::explain::{ErrorKind, Explain};

use crate::cancel::Cancelled;
use crate::hints::{self, Advice};
use crate::shell_quote::shell_quote;

/// Why an archive was refused or could not be unpacked. Nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// An entry that no toolchain may hold.
    #[error("the archive holds `{name}`: {reason}")]
    Entry {
        /// The entry's name, with control characters escaped.
        name: String,
        /// Why it is refused.
        reason: &'static str,
    },
    /// The archive is damaged, or is no archive of this kind.
    #[error("the archive can't be read: {reason}")]
    Damaged {
        /// What the decoder said.
        reason: String,
    },
    /// It unpacks to more than any toolchain has.
    #[error("the archive unpacks to more than {limit} {unit}, with `{name}`")]
    TooLarge {
        /// The entry that goes beyond it, with control characters escaped.
        name: String,
        /// The limit.
        limit: u64,
        /// Of what: bytes or entries.
        unit: &'static str,
    },
    /// It is a toolchain of another version.
    #[error("the archive holds `{found}` instead of {wanted}")]
    WrongVersion {
        /// What its VERSION file says.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// Its `bin/go` is no program for the platform.
    #[error("the archive's {name} is {found}, and {wanted} was asked for")]
    WrongProgram {
        /// The program's name in the tree.
        name: &'static str,
        /// What its header says.
        found: String,
        /// What was asked for.
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
    /// A thread panicked.
    #[error("this is a bug in gom: {reason}")]
    Panicked {
        /// What is known of it.
        reason: String,
    },
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl UnpackError {
    /// Whether the archive is at fault, so that its bytes are of no use for another try.
    pub fn is_about_content(&self) -> bool {
        !matches!(self, UnpackError::Write { .. } | UnpackError::Panicked { .. } | UnpackError::Cancelled(_))
    }
}

impl Explain for UnpackError {
    fn kind(&self) -> ErrorKind {
        match self {
            UnpackError::Cancelled(cancelled) => cancelled.kind(),
            UnpackError::Write { .. } | UnpackError::Panicked { .. } => ErrorKind::Failure,
            _ => ErrorKind::Integrity,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            UnpackError::Entry { name, .. } => Some(name.clone()),
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
                Advice::plain("run the command again; if it stays, with another `--source`")
            }
            UnpackError::Write { path, .. } => {
                let store = path.ancestors().find(|dir| dir.ends_with("staging")).and_then(Path::parent);
                let store = shell_quote(store.unwrap_or(path));
                Advice::plain(format!(
                    "run `df -h {store}` and `ls -ld {store}`, make room or make it writable, then run the command again"
                ))
            }
            UnpackError::Panicked { .. } => Advice::plain(hints::BUG),
            UnpackError::Cancelled(cancelled) => Advice::plain(cancelled.hint()),
        }
    }
}

/// What a decoder says may quote the archive.
pub(super) fn damaged(reason: &dyn fmt::Display) -> UnpackError {
    UnpackError::Damaged { reason: shown(&reason.to_string()) }
}

/// A text out of an archive with control characters escaped, fit for a terminal.
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
