//! Decides whether a toolchain is the one that Go's team published. The one function [`decide`] does so for
//! every place that an archive may come from. No setting of gom skips it.
//!
//! - The Go checksum database is the authority: the tree's `h1:` must be the recorded one.
//! - A published sha256 is the second witness. It comes from the index in the binary or from go.dev's release
//!   list; a sum from the place that the file came from never counts. If the database can't be asked, or the
//!   user switched it off as the go command allows, an archive with that sum is enough.
//! - Files that the hash does not cover are kept only if the published sum matched.

mod error;
mod log_failure;

use std::fmt;

use gom_select::toolchain::ToolchainId;
use serde::{Deserialize, Serialize};

use crate::digest::{Sha256Digest, SumOrigin};
use gom_select::explain::with_causes;
use gom_sumdb::{LogError, LogRecord};

pub use error::{ArchiveSum, ProofError};
pub use log_failure::{LogFailure, hint_of_log};

/// A published sum that counts as proof, and who published it.
pub type PublishedSum = (Sha256Digest, SumOrigin);

/// A toolchain in staging, with everything needed to decide about it.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The toolchain that it should be.
    pub id: &'a ToolchainId,
    /// The archive's own sum; `None` if only parts of it were fetched.
    pub sha256: Option<Sha256Digest>,
    /// The sum published for it.
    pub published: Option<PublishedSum>,
    /// The hash of the unpacked tree.
    pub h1: &'a str,
    /// The checksum database's answer.
    pub log: LogAnswer<'a>,
    /// Whether the user accepts only toolchains that the database has proven.
    pub log_required: bool,
}

/// The checksum database's answer about a toolchain.
#[derive(Clone, Copy, Debug)]
pub enum LogAnswer<'a> {
    /// A proven record, and the database's name.
    Record(&'a str, &'a LogRecord),
    /// The database can't be asked or has no record: its name, and why.
    Unknown(&'a str, &'a LogError),
    /// The database is off (`GOSUMDB=off`); the text says where that is set.
    Off(&'a str),
}

/// What proved a toolchain, as kept in its receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Proof {
    /// The checksum database records the tree's hash. The record keeps all that is needed to check this
    /// again.
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
    /// The database could not be asked; `gom verify` asks it again.
    #[default]
    Pending,
    /// The database is off (`GOSUMDB=off`).
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
    /// Returns what to run next, if the connection to the database is the problem.
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
            // These are the go command's words, which people search for.
            LogAnswer::Off(origin) => write!(f, "checksum database disabled by GOSUMDB=off ({origin})"),
        }
    }
}

#[cfg(test)]
mod tests;
