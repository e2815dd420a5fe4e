//! Whether what arrived is what Go's team published: decided in one function, [`decide`], for every place
//! it may come from. No setting of gom's skips it.
//!
//! - The Go checksum database is the authority: the tree's `h1:` must be the one it records.
//! - A published sha256 is the second witness. It comes from the index in the binary or from go.dev's own
//!   release list; a sum from where the file came from never counts. Where the database can't be asked,
//!   or the user switched it off as the go command lets them, an archive with that sum is enough.
//! - What the hash does not cover is kept only where the published sum matched.

mod error;
mod log_failure;

use std::fmt;

use gom_select::toolchain::ToolchainId;
use serde::{Deserialize, Serialize};

use crate::digest::{Sha256Digest, SumOrigin};
use gom_select::explain::with_causes;
use gom_sumdb::{LogError, LogRecord};

pub use error::{ArchiveSum, ProofError};
pub use log_failure::LogFailure;

/// A sum that counts, and who published it.
pub type PublishedSum = (Sha256Digest, SumOrigin);

/// What is known of a toolchain in staging.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// What it should be.
    pub id: &'a ToolchainId,
    /// The archive's own sum; `None` where only parts of it were fetched.
    pub sha256: Option<Sha256Digest>,
    /// The sum published for it.
    pub published: Option<PublishedSum>,
    /// The hash of the unpacked tree.
    pub h1: &'a str,
    /// What the checksum database says.
    pub log: LogAnswer<'a>,
    /// The user wants no toolchain that the database has not proven.
    pub log_required: bool,
}

/// What the checksum database says about a toolchain.
#[derive(Clone, Copy, Debug)]
pub enum LogAnswer<'a> {
    /// A proven record, and the database's name.
    Record(&'a str, &'a LogRecord),
    /// It can't be asked, or knows nothing: its name, and why.
    Unknown(&'a str, &'a LogError),
    /// `GOSUMDB=off`, and where that stands.
    Off(&'a str),
}

/// What proved a toolchain, as its receipt keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Proof {
    /// The checksum database records the tree's hash. The record keeps all it takes to check that again.
    Log {
        /// The database's name.
        log: String,
        /// The record.
        record: LogRecord,
    },
    /// The archive has the published sum.
    Sha256 {
        /// The sum.
        sum: Sha256Digest,
        /// Who published it.
        published_by: SumOrigin,
        /// Why the database did not prove it.
        #[serde(default)]
        log: WithoutLog,
    },
}

/// Why the checksum database did not prove a toolchain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithoutLog {
    /// It could not be asked; `gom verify` asks it again.
    #[default]
    Pending,
    /// `GOSUMDB=off`.
    Off,
}

/// A toolchain that may be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What proved it.
    pub proof: Proof,
    /// Whether the archive has the published sum, so that every byte of it is proven.
    pub whole_archive: bool,
}

/// Decides whether a toolchain in staging may be published.
pub fn decide(evidence: &Candidate<'_>) -> Result<Accepted, ProofError> {
    let archive = evidence.archive_sum();
    let whole_archive = archive == ArchiveSum::Right;
    if let LogAnswer::Record(log, record) = evidence.log {
        if record.h1 != evidence.h1 {
            return Err(ProofError::WrongTree {
                id: evidence.id.clone(),
                found: evidence.h1.to_owned(),
                recorded: record.h1.clone(),
                log: log.to_owned(),
                archive,
            });
        }
        let proof = Proof::Log { log: log.to_owned(), record: record.clone() };
        return Ok(Accepted { proof, whole_archive });
    }
    let (id, no_log) = (evidence.id.clone(), evidence.log.to_string());
    match (evidence.sha256, evidence.published) {
        (Some(found), Some((sum, published_by))) if found == sum => {
            if evidence.log_required {
                let hint = evidence.log.hint();
                return Err(ProofError::LogRequired { id, no_log, hint });
            }
            let log = evidence.log.without();
            Ok(Accepted { proof: Proof::Sha256 { sum, published_by, log }, whole_archive })
        }
        (Some(found), Some((published, published_by))) => {
            Err(ProofError::WrongSum { id, found, published, published_by })
        }
        _ => Err(ProofError::Nothing { id, no_log }),
    }
}

impl Candidate<'_> {
    fn archive_sum(&self) -> ArchiveSum {
        match (self.sha256, self.published) {
            (Some(found), Some((published, _))) if found == published => ArchiveSum::Right,
            (Some(found), Some((published, by))) => ArchiveSum::Wrong { found, published, by },
            _ => ArchiveSum::Unknown,
        }
    }
}

impl LogAnswer<'_> {
    /// What to run next, where the way to the database is to blame.
    fn hint(&self) -> Option<String> {
        match self {
            LogAnswer::Unknown(_, error) => error.hint_of_way().map(str::to_owned),
            LogAnswer::Record(..) | LogAnswer::Off(_) => None,
        }
    }

    fn without(self) -> WithoutLog {
        match self {
            LogAnswer::Off(_) => WithoutLog::Off,
            LogAnswer::Unknown(..) | LogAnswer::Record(..) => WithoutLog::Pending,
        }
    }
}

impl fmt::Display for LogAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogAnswer::Record(log, _) => write!(f, "the checksum database {log} has a record"),
            LogAnswer::Unknown(log, error) => {
                write!(f, "the checksum database {log} does not prove it: {}", with_causes(error))
            }
            // The go command's words, which people search for.
            LogAnswer::Off(origin) => write!(f, "checksum database disabled by GOSUMDB=off ({origin})"),
        }
    }
}

#[cfg(test)]
mod tests;
