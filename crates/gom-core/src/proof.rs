//! Whether what arrived is what Go's team published: decided in one function, [`decide`], for every place
//! it may come from. No setting of gom's skips it.
//!
//! - A module zip must have the `h1:` that the Go checksum database records for it.
//! - go.dev's archives must have the sha256 that the index in the binary or go.dev's own release list
//!   gives; a sum from where the file came from never counts.

use gom_select::toolchain::ToolchainId;
use serde::{Deserialize, Serialize};

use crate::digest::Sha256Digest;
use crate::index::SumOrigin;
use crate::source::Format;
use crate::sumdb::LogRecord;

/// What is known of a toolchain in staging.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// What it should be.
    pub id: &'a ToolchainId,
    /// The kind of archive.
    pub format: Format,
    /// The archive's own sum.
    pub sha256: Sha256Digest,
    /// The sum published for it, and by whom.
    pub published: Option<(Sha256Digest, SumOrigin)>,
    /// The hash of the unpacked tree.
    pub h1: &'a str,
    /// The proven record of the checksum database, and the database's name.
    pub record: Option<(&'a str, &'a LogRecord)>,
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
    },
}

/// Why a toolchain is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The archive is not the one that was published.
    #[error("the archive of {id} has sha256 {found}, published is {published} (by {published_by})")]
    WrongSum {
        /// What was asked for.
        id: ToolchainId,
        /// The archive's sum.
        found: Sha256Digest,
        /// The published sum.
        published: Sha256Digest,
        /// Who published it.
        published_by: SumOrigin,
    },
    /// The tree is not the one in the checksum database.
    #[error("the tree of {id} has {found}, and the checksum database {log} records {recorded}")]
    WrongTree {
        /// What was asked for.
        id: ToolchainId,
        /// The tree's hash.
        found: String,
        /// The recorded hash.
        recorded: String,
        /// The database.
        log: String,
    },
    /// There is nothing to prove it with.
    #[error("nothing proves the archive of {id}: no sha256 is published, and it is no module zip")]
    Nothing {
        /// What was asked for.
        id: ToolchainId,
    },
}

/// Decides whether a toolchain in staging may be published.
pub fn decide(evidence: &Evidence<'_>) -> Result<Proof, ProofError> {
    let id = || evidence.id.clone();
    if let Some(published) = evidence.published {
        check_sum(evidence.id, evidence.sha256, published)?;
    }
    if let Some((log, record)) = evidence.record {
        if record.h1 != evidence.h1 {
            let (found, recorded) = (evidence.h1.to_owned(), record.h1.clone());
            return Err(ProofError::WrongTree { id: id(), found, recorded, log: log.to_owned() });
        }
        return Ok(Proof::Log { log: log.to_owned(), record: record.clone() });
    }
    match (evidence.format, evidence.published) {
        (Format::TarGz | Format::Zip, Some((sum, published_by))) => Ok(Proof::Sha256 { sum, published_by }),
        _ => Err(ProofError::Nothing { id: id() }),
    }
}

/// The early check: an archive with a published sum must have it before it is unpacked.
pub fn check_sum(
    id: &ToolchainId,
    found: Sha256Digest,
    (published, origin): (Sha256Digest, SumOrigin),
) -> Result<(), ProofError> {
    if found == published {
        return Ok(());
    }
    Err(ProofError::WrongSum { id: id.clone(), found, published, published_by: origin })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ToolchainId {
        ToolchainId::parse("go1.22.6.linux-amd64").unwrap()
    }

    fn record(h1: &str) -> LogRecord {
        let (text, head_note) = (String::new(), String::new());
        LogRecord { id: 0, text, h1: h1.to_owned(), head_note, tree_size: 1, proof: Vec::new() }
    }

    fn evidence(id: &ToolchainId, format: Format) -> Evidence<'_> {
        Evidence { id, format, sha256: Sha256Digest::of(b"a"), published: None, h1: "h1:tree", record: None }
    }

    #[test]
    fn a_module_zip_needs_a_record_of_its_tree() {
        let (id, right, wrong) = (id(), record("h1:tree"), record("h1:other"));
        let zip = evidence(&id, Format::ModuleZip);
        assert_eq!(decide(&zip), Err(ProofError::Nothing { id: id.clone() }));
        assert!(decide(&Evidence { record: Some(("sum.test", &right)), ..zip.clone() }).is_ok());
        let refused = decide(&Evidence { record: Some(("sum.test", &wrong)), ..zip });
        assert!(matches!(refused, Err(ProofError::WrongTree { .. })));
    }

    #[test]
    fn a_sum_does_not_prove_a_module_zip() {
        let id = id();
        let published = Some((Sha256Digest::of(b"a"), SumOrigin::GoDev));
        let zip = Evidence { published, ..evidence(&id, Format::ModuleZip) };
        assert!(decide(&zip).is_err());
    }

    #[test]
    fn a_tarball_needs_its_published_sum() {
        let id = id();
        let tarball = evidence(&id, Format::TarGz);
        assert!(decide(&tarball).is_err());
        let right = Some((Sha256Digest::of(b"a"), SumOrigin::Embedded));
        assert!(decide(&Evidence { published: right, ..tarball.clone() }).is_ok());
        let wrong = Some((Sha256Digest::of(b"b"), SumOrigin::Embedded));
        assert!(matches!(
            decide(&Evidence { published: wrong, ..tarball }),
            Err(ProofError::WrongSum { .. })
        ));
    }

    #[test]
    fn a_wrong_sum_is_refused_even_where_the_log_agrees() {
        let (id, right) = (id(), record("h1:tree"));
        let published = Some((Sha256Digest::of(b"b"), SumOrigin::Embedded));
        let tarball =
            Evidence { published, record: Some(("sum.test", &right)), ..evidence(&id, Format::TarGz) };
        assert!(decide(&tarball).is_err());
    }
}
