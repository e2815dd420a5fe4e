//! Proves what a `gom.lock` says about a toolchain.

use std::path::Path;

use gom_sumdb::{Agreement, LogError};

use super::asked::asked;
use crate::context::Context;
use crate::digest::Sha256Digest;
use crate::error::Result;
use crate::fetch::log;
use crate::go::settings::ChecksumDatabase;
use crate::index::PublishedToolchain;
use crate::lockfile::{LockedToolchain, Lockfile, LockfileError};
use crate::report::Event;

/// Proves a toolchain's record with the key of its database, and compares its head with those that were seen here.
pub async fn prove(ctx: &Context, lock: &Lockfile, toolchain: &LockedToolchain) -> Result<()> {
    match log::check(ctx, &lock.database(ctx)?, &toolchain.id, &toolchain.record).await? {
        Err(source) => Err(lock.is_false(toolchain, source).into()),
        Ok(agreement) => {
            if let Agreement::Alone(error) = agreement {
                ctx.reporter.event(Event::Detail(format!(
                    "the tree head in gom.lock is signed, but was not compared with the one seen before: {error}"
                )));
            }
            Ok(())
        }
    }
}

impl Lockfile {
    /// The checksum database that it names, with its key.
    pub(super) fn database(&self, ctx: &Context) -> std::result::Result<ChecksumDatabase, LockfileError> {
        let unknown = || LockfileError::UnknownLog { file: self.file.clone(), log: self.log.clone() };
        log::known_database(ctx, &self.log).ok_or_else(unknown)
    }

    /// The error for a proof that does not hold.
    pub(super) fn is_false(&self, toolchain: &LockedToolchain, source: LogError) -> LockfileError {
        let (file, id, log) = (self.file.clone(), toolchain.id.clone(), self.log.clone());
        LockfileError::False { file, id, log, source }
    }

    /// Returns the file and line of the project that ask for the locked version. Fails if they ask for another one.
    pub fn fits(&self, ctx: &Context, root: &Path, is_check: bool) -> Result<String> {
        let asked = asked(ctx, root)?;
        let moved = |(asked, place)| LockfileError::Moved {
            file: self.file.clone(),
            locked: self.go.clone(),
            asked,
            place,
            is_check,
        };
        asked.accepts(&self.go).map_err(moved)?;
        Ok(asked.place)
    }

    /// Fails if another sum is published for the archive of a toolchain.
    pub fn agrees(
        &self,
        toolchain: &LockedToolchain,
        published: Option<&PublishedToolchain>,
    ) -> std::result::Result<(), LockfileError> {
        let Some(archive) = published.and_then(|published| published.archive.as_ref()) else { return Ok(()) };
        let (Some(other), Some(locked)) = (archive.sha256, toolchain.sha256) else { return Ok(()) };
        let is_same = other == locked && toolchain.archive.as_ref() == Some(&archive.filename);
        if is_same {
            return Ok(());
        }
        Err(self.other_sum(&archive.filename, locked, other.to_string(), archive.sum_origin.to_string()))
    }

    /// Fails if an archive that was fetched has not the locked sum. An archive of another name, such as a module zip, has
    /// none.
    pub fn has_archive(
        &self,
        toolchain: &LockedToolchain,
        filename: &str,
        found: Option<Sha256Digest>,
    ) -> std::result::Result<(), LockfileError> {
        match (toolchain.sha256, found) {
            (Some(locked), Some(found))
                if toolchain.archive.as_deref() == Some(filename) && locked != found =>
            {
                Err(self.other_sum(filename, locked, found.to_string(), "the archive".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Fails if the installed tree of a toolchain has another hash.
    pub fn has_tree(&self, toolchain: &LockedToolchain, h1: &str) -> std::result::Result<(), LockfileError> {
        let locked = &toolchain.record.h1;
        if h1 == locked {
            return Ok(());
        }
        let (what, other_from) = (toolchain.id.to_string(), "the receipt of the installed one".to_owned());
        let (locked, other) = (locked.clone(), h1.to_owned());
        Err(LockfileError::OtherSum { file: self.file.clone(), what, locked, other, other_from })
    }

    fn other_sum(
        &self,
        what: &str,
        locked: Sha256Digest,
        other: String,
        other_from: String,
    ) -> LockfileError {
        let (file, locked) = (self.file.clone(), locked.to_string());
        LockfileError::OtherSum { file, what: format!("`{what}`"), locked, other, other_from }
    }
}
