//! What to run next when the checksum database proved nothing.

use gom_sumdb::{HeadOrigin, LogError};

/// What to run after `error`; `log` is the database's name.
pub(crate) fn hint(error: &LogError, log: &str) -> String {
    if let Some(hint) = error.hint_of_way() {
        return hint.to_owned();
    }
    match error {
        LogError::Memory { path, .. } => {
            let folder = path.parent().unwrap_or(path).display();
            format!("run `ls -ld {folder}`, make it writable for this user, then run the command again")
        }
        LogError::NotFound { .. } => "nothing was installed: Go's team has recorded no such toolchain; run \
                                  `gom list-remote` to see what there is"
            .to_owned(),
        LogError::Signature { origin: HeadOrigin::Memory(file), .. }
        | LogError::Malformed { origin: HeadOrigin::Memory(file), .. } => {
            let file = file.display();
            format!(
                "nothing was installed, since that file holds the newest tree head seen and is damaged; run \
                 `mv {file} {file}.damaged`, then run the command again: gom starts with the head it gets then"
            )
        }
        error => match (error.kept_head(), error.is_integrity()) {
            (Some(file), _) => {
                let file = file.display();
                format!(
                    "nothing was installed; do not use this proxy or network for Go, and report it at \
                     https://go.dev/issue. Only if `{file}` is what is false (another network gets a head at \
                     https://{log}/latest that contradicts it) run `mv {file} {file}.false`"
                )
            }
            (None, true) => {
                "nothing was installed; do not use this proxy or network for Go, and report it at \
                             https://go.dev/issue"
                    .to_owned()
            }
            (None, false) => "run the command again when the checksum database can be reached; `gom config` \
                              shows GOPROXY and GOSUMDB"
                .to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use gom_sumdb::note::NoteError;
    use gom_sumdb::tlog::Hash;

    use super::*;

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
        let hint = hint(&error, "sum.test");
        assert!(hint.contains("`mv /s/latest /s/latest.false`"), "{hint}");
        assert!(hint.contains("https://sum.test/latest"), "{hint}");
        let hint = super::hint(&fork(HeadOrigin::Receipt), "sum.test");
        assert!(!hint.contains("mv ") && hint.contains("https://go.dev/issue"), "{hint}");
    }

    #[test]
    fn a_damaged_or_locked_memory_has_hints_of_its_own() {
        let origin = HeadOrigin::Memory("/s/latest".into());
        let damaged = LogError::Signature { origin, source: NoteError::TooManySignatures };
        let hint = hint(&damaged, "sum.test");
        assert!(hint.contains("`mv /s/latest /s/latest.damaged`"), "{hint}");
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        let locked = LogError::Memory { path: PathBuf::from("/s/latest"), source };
        let hint = super::hint(&locked, "sum.test");
        assert!(hint.starts_with("run `ls -ld /s`"), "{hint}");
    }
}
