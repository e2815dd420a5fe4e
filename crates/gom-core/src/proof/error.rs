//! The reasons to refuse a toolchain.

use std::fmt;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::toolchain::ToolchainId;

use crate::digest::{Sha256Digest, SumOrigin};
use crate::hints::{self, Advice};

/// Why a toolchain is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The archive differs from the published one, and nothing else proves it.
    #[error("sha256 mismatch for {id}: got {found}, {published_by} has {published}")]
    WrongSum {
        /// The toolchain that was asked for.
        id: ToolchainId,
        /// The archive's sum.
        found: Sha256Digest,
        /// The published sum.
        published: Sha256Digest,
        /// Who published it.
        published_by: SumOrigin,
    },
    /// The tree differs from the one in the checksum database.
    #[error(
        "checksum mismatch for {id}: the tree has {found}, the checksum database {log} has {recorded}{archive}"
    )]
    WrongTree {
        /// The toolchain that was asked for.
        id: ToolchainId,
        /// The tree's hash.
        found: String,
        /// The recorded hash.
        recorded: String,
        /// The database.
        log: String,
        /// How the archive's own sum compares.
        archive: ArchiveSum,
    },
    /// Neither a published sum nor the checksum database can prove it.
    #[error("nothing proves {id}: its archive has no published sha256, and {no_log}")]
    Nothing {
        /// The toolchain that was asked for.
        id: ToolchainId,
        /// Why the checksum database does not decide.
        no_log: String,
    },
    /// The user requires the checksum database's proof.
    #[error("{id} has the published sha256, but {no_log}, and its proof is required")]
    LogRequired {
        /// The toolchain that was asked for.
        id: ToolchainId,
        /// Why the checksum database does not decide.
        no_log: String,
        /// What to run next, if the connection to the database is the problem.
        hint: Option<String>,
    },
}

/// How an archive's sum compares with the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveSum {
    /// It is the same.
    Right,
    /// It is different.
    Wrong {
        /// The archive's sum.
        found: Sha256Digest,
        /// The published sum.
        published: Sha256Digest,
        /// Who published it.
        by: SumOrigin,
    },
    /// There is no sum to compare with.
    Unknown,
}

impl fmt::Display for ArchiveSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArchiveSum::Right => f.write_str("; the archive has the published sha256"),
            ArchiveSum::Wrong { found, published, by } => {
                write!(f, "; the archive has sha256 {found}, {by} has {published}")
            }
            ArchiveSum::Unknown => Ok(()),
        }
    }
}

impl ProofError {
    /// Whether the received bytes are wrong; otherwise they only can't be proven now.
    pub fn is_about_content(&self) -> bool {
        matches!(self, ProofError::WrongSum { .. } | ProofError::WrongTree { .. })
    }

    pub(crate) fn advice(&self) -> Advice {
        match self {
            ProofError::LogRequired { hint: Some(hint), .. } => Advice::plain(hint),
            ProofError::LogRequired { hint: None, .. } => Advice::at_end(
                "run the command again when the checksum database can be reached; `gom config` shows what sets `proof`",
            ),
            ProofError::Nothing { .. } => Advice::at_end(
                "run `go env -u GOSUMDB` or unset it where the message says it stands, or run the command with \
                 `--source go.dev`",
            ),
            ProofError::WrongSum { .. } | ProofError::WrongTree { .. } => {
                Advice::at_end(hints::CHANGED_ARCHIVE)
            }
        }
    }

    /// What it is about.
    pub fn id(&self) -> &ToolchainId {
        match self {
            ProofError::WrongSum { id, .. }
            | ProofError::WrongTree { id, .. }
            | ProofError::Nothing { id, .. }
            | ProofError::LogRequired { id, .. } => id,
        }
    }
}

impl Explain for ProofError {
    fn kind(&self) -> ErrorKind {
        match self {
            // The user can ask the database later.
            ProofError::LogRequired { .. } => ErrorKind::Network,
            ProofError::WrongSum { .. } | ProofError::WrongTree { .. } | ProofError::Nothing { .. } => {
                ErrorKind::Integrity
            }
        }
    }

    fn value(&self) -> Option<String> {
        Some(self.id().to_string())
    }

    fn hint(&self) -> String {
        self.advice().hint()
    }
}
