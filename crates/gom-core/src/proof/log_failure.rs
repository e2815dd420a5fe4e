//! Failures of the checksum database, and what to run next.

use std::path::Path;

use gom_select::explain::{ErrorKind, Explain, with_causes};
use gom_select::toolchain::ToolchainId;
use gom_sumdb::{HeadOrigin, LogError};

use crate::files;
use crate::hints::Advice;
use crate::shell_quote::shell_quote;

/// The advice after a false answer, whether the database or a proxy gave it.
const DISTRUST: &str = "do not use this proxy or network for Go, and report it at https://go.dev/issue";

/// The checksum database can't be asked, or its answer is not consistent.
#[derive(Debug, thiserror::Error)]
#[error("the checksum database {log} does not prove {id}: {}", with_causes(.source))]
pub struct LogFailure {
    /// The toolchain.
    pub id: ToolchainId,
    /// The database's name.
    pub log: String,
    /// What is wrong.
    pub source: LogError,
}

impl Explain for LogFailure {
    fn kind(&self) -> ErrorKind {
        match &self.source {
            source if source.is_integrity() || matches!(source, LogError::NotFound { .. }) => {
                ErrorKind::Integrity
            }
            LogError::Unreachable { .. } | LogError::TileMissing { .. } => ErrorKind::Network,
            _ => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn hint(&self) -> String {
        self.advice().hint()
    }
}

impl LogFailure {
    pub(crate) fn advice(&self) -> Advice {
        advice(&self.source, &self.log)
    }
}

/// Returns what to run after `error` of a lookup about anything; `log` is the database's name.
pub fn hint_of_log(error: &LogError, log: &str) -> String {
    advice(error, log).text
}

/// Returns what to run after `error`; `log` is the database's name.
fn advice(error: &LogError, log: &str) -> Advice {
    if let Some(hint) = error.hint_of_way() {
        return Advice::plain(hint);
    }
    match error {
        LogError::Memory { path, source } if source.kind() == std::io::ErrorKind::StorageFull => {
            let folder = shell_quote(files::nearest_folder(path).unwrap_or(path));
            Advice::plain(format!("run `df -h {folder}`, make room, then run the command again"))
        }
        LogError::Memory { path, .. } => {
            let folder = shell_quote(path.parent().unwrap_or(path));
            Advice::plain(format!(
                "run `ls -ld {folder}`, make it writable for this user, then run the command again"
            ))
        }
        LogError::NotFound { .. } => Advice::at_end(
            "Go's team has recorded no such toolchain; run `gom list-remote` to see the published versions",
        ),
        LogError::Signature { origin: HeadOrigin::Memory(file), .. }
        | LogError::Malformed { origin: HeadOrigin::Memory(file), .. } => Advice::at_end(format!(
            "that file holds the newest tree head seen and is damaged: run `{}`, then run the command again: \
                 gom starts with the head it gets then",
            move_away(file, "damaged")
        )),
        error => match (error.kept_head(), error.is_integrity()) {
            (Some(file), _) => Advice::at_end(format!(
                "{DISTRUST}. Only if `{}` is what is false (another network gets a head at https://{log}/latest that \
                 contradicts it) run `{}`",
                file.display(),
                move_away(file, "false")
            )),
            (None, true) => Advice::at_end(DISTRUST),
            (None, false) => Advice::plain(
                "run the command again when the checksum database can be reached; `gom config` shows GOPROXY and \
                 GOSUMDB",
            ),
        },
    }
}

/// The command that renames a file by adding an ending.
fn move_away(file: &Path, ending: &str) -> String {
    let mut moved = file.as_os_str().to_owned();
    moved.push(".");
    moved.push(ending);
    format!("mv {} {}", shell_quote(file), shell_quote(moved))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use gom_sumdb::note::NoteError;
    use gom_sumdb::tlog::Hash;

    use super::*;

    fn hint_of(error: &LogError, log: &str) -> String {
        advice(error, log).hint()
    }

    fn fork(older_from: HeadOrigin) -> LogError {
        LogError::Fork {
            older: String::new(),
            older_from,
            newer: String::new(),
            newer_from: HeadOrigin::Lookup("/lookup/x".to_owned()),
            computed: Hash([0; 32]),
            proof: Vec::new(),
        }
    }

    #[test]
    fn a_remembered_head_that_may_be_false_is_moved_away() {
        let error = fork(HeadOrigin::Memory("/s/latest".into()));
        let hint = hint_of(&error, "sum.test");
        assert!(hint.contains("`mv /s/latest /s/latest.false`"), "{hint}");
        assert!(hint.contains("https://sum.test/latest"), "{hint}");
        let hint = hint_of(&fork(HeadOrigin::Receipt), "sum.test");
        assert!(!hint.contains("mv ") && hint.contains("https://go.dev/issue"), "{hint}");
    }

    #[test]
    fn a_full_disk_is_not_a_matter_of_permissions() {
        let source = io::Error::from(io::ErrorKind::StorageFull);
        let hint = hint_of(&LogError::Memory { path: "/gone/sumdb/x/latest".into(), source }, "sum.test");
        assert_eq!(hint, "run `df -h /`, make room, then run the command again");
    }

    #[test]
    fn a_damaged_or_locked_memory_has_hints_of_its_own() {
        let origin = HeadOrigin::Memory("/a b/latest".into());
        let damaged = LogError::Signature { origin, source: NoteError::TooManySignatures };
        let hint = hint_of(&damaged, "sum.test");
        assert!(hint.contains("`mv '/a b/latest' '/a b/latest.damaged'`"), "{hint}");
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        let locked = LogError::Memory { path: PathBuf::from("/a b/latest"), source };
        let hint = hint_of(&locked, "sum.test");
        assert!(hint.starts_with("run `ls -ld '/a b'`"), "{hint}");
    }
}
