//! What can go wrong when the checksum database is asked, told apart by what a caller must do about it.
//!
//! It owns [`LogError`] and the rule which failures mean that somebody lies or a file is damaged. It never
//! retries and never softens an error.
//!
//! Invariant: an error that [`LogError::is_integrity`] does not name leaves open that all is well, and still
//! nothing was proven.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::note::NoteError;
use crate::tile::{Tile, TileError};
use crate::tlog::{Hash, ParseError, TreeProofError};
use crate::transport::TransportError;

/// Where a signed tree head was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadOrigin {
    /// At the end of the log's answer for this path.
    Lookup(String),
    /// In the memory of the newest head.
    Memory(PathBuf),
    /// In a record that was kept.
    Receipt,
}

impl HeadOrigin {
    /// The file, if the head was kept in one: by gom, or by the go command.
    fn file(&self) -> Option<&Path> {
        match self {
            Self::Memory(path) => Some(path),
            Self::Lookup(_) | Self::Receipt => None,
        }
    }

    /// Names the file, for an error that a false head in it may have caused.
    fn blame(&self) -> String {
        self.file().map_or_else(String::new, |path| {
            format!(" (the head of its tree is kept in `{}`)", path.display())
        })
    }
}

impl fmt::Display for HeadOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(path) => write!(f, "the answer to `{path}`"),
            Self::Memory(path) => write!(f, "`{}`", path.display()),
            Self::Receipt => f.write_str("the receipt"),
        }
    }
}

/// Why no sum was proven.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// No log can be asked about this: the module or version has characters a path cannot carry.
    #[error("not a module version the checksum database can know: `{value}`")]
    Name {
        /// `MODULE@VERSION` as asked.
        value: String,
    },
    /// The log did not answer.
    #[error("checksum database cannot be reached for `{path}`")]
    Unreachable {
        /// What was asked, relative to the log's base.
        path: String,
        /// What the transport says.
        source: TransportError,
    },
    /// The log says that it does not have the record (404 or 410).
    #[error("checksum database has no record of `{module}@{version}`")]
    NotFound {
        /// The module path.
        module: String,
        /// The version.
        version: String,
    },
    /// The log does not serve a tile of a tree whose head it signed. Nothing is shown to be wrong, and some
    /// caches hold only part of the tiles; but a log that hides a fork looks the same.
    #[error("checksum database does not have tile `{tile}`{}", head.blame())]
    TileMissing {
        /// The tile, as wide as it was needed.
        tile: Tile,
        /// Where the head of that tree was read.
        head: HeadOrigin,
    },
    /// The body is longer than anything a log serves at this place.
    #[error("answer of the checksum database to `{path}` is longer than {limit} bytes")]
    Oversized {
        /// What was asked.
        path: String,
        /// The most it may have, in bytes.
        limit: u64,
    },
    /// The text is not what a log writes: an error page of a proxy, or damage.
    #[error("cannot read {origin}")]
    Malformed {
        /// Where it came from.
        origin: HeadOrigin,
        /// What is wrong with it.
        source: ParseError,
    },
    /// The head is not signed by the key of the log.
    #[error("tree head in {origin} is not trusted")]
    Signature {
        /// Where it came from.
        origin: HeadOrigin,
        /// What is wrong with it.
        source: NoteError,
    },
    /// A tile does not belong to the tree whose head was signed.
    #[error("checksum database served a tile that does not belong to its tree{}", head.blame())]
    BadTile {
        /// Where the head of that tree was read.
        head: HeadOrigin,
        /// What is wrong with the tile.
        source: TileError,
    },
    /// The record is not the one the tree holds at this number.
    #[error("record {id} of the answer is not in the checksum database")]
    RecordNotInTree {
        /// The number the answer claims.
        id: u64,
        /// What the proof says.
        source: TreeProofError,
    },
    /// Two signed heads exclude each other: the log, or whoever holds its key, tells two stories. The notes
    /// and the proof are the evidence and worth keeping.
    #[error(
        "checksum database contradicts itself: the newer head begins with another tree, {computed}\n\
         older head, from {older_from}:\n{older}\nnewer head, from {newer_from}:\n{newer}"
    )]
    Fork {
        /// The signed note with the smaller tree.
        older: String,
        /// Where it was read.
        older_from: HeadOrigin,
        /// The signed note with the larger tree, or with another tree of the same size.
        newer: String,
        /// Where it was read.
        newer_from: HeadOrigin,
        /// The root of the older size, as the newer tree has it.
        computed: Hash,
        /// The consistency proof (RFC 6962, 2.1.2) that the newer tree begins with `computed`, so that the two
        /// notes convict the log without its help. Empty where both trees have one size: then the notes do.
        proof: Vec<Hash>,
    },
    /// The record is genuine but about something else.
    #[error("record {id} is not about `{module}@{version}`: {found}")]
    WrongRecord {
        /// The record's number.
        id: u64,
        /// The module that was asked for.
        module: String,
        /// The version that was asked for.
        version: String,
        /// The beginning of the record, quoted.
        found: String,
    },
    /// The record is about the right version but does not give exactly one sum of its content.
    #[error("record {id} has {count} `h1:` lines for `{module}@{version}` instead of one")]
    LineCount {
        /// The record's number.
        id: u64,
        /// The module that was asked for.
        module: String,
        /// The version that was asked for.
        version: String,
        /// How many lines there are.
        count: usize,
    },
    /// The sum is not a SHA-256 in base64.
    #[error("record {id} has a malformed sum")]
    MalformedSum {
        /// The record's number.
        id: u64,
        /// What is wrong with it.
        source: ParseError,
    },
    /// A kept record says another tree size than the head it keeps.
    #[error("receipt says {claimed} records where its tree head says {signed}")]
    SizeMismatch {
        /// The size beside the head.
        claimed: u64,
        /// The size in the head.
        signed: u64,
    },
    /// A kept record says another sum than the text it keeps.
    #[error("receipt says `{claimed}` where its record says `{recorded}`")]
    SumMismatch {
        /// The sum beside the text.
        claimed: String,
        /// The sum in the text.
        recorded: String,
    },
    /// The memory of the newest head cannot be read or written.
    #[error("cannot keep the newest tree head at `{}`", path.display())]
    Memory {
        /// The file of the head.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl LogError {
    /// Whether the log did not give what was asked for, so that nothing is known. Whoever stands between could
    /// cause the same by dropping packets.
    pub fn is_no_answer(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::NotFound { .. } | Self::TileMissing { .. })
    }

    /// What to run next, where the way to the log is to blame and not the log.
    pub fn hint_of_way(&self) -> Option<&str> {
        match self {
            Self::Unreachable { source: TransportError::NoAnswer { hint, .. }, .. } => hint.as_deref(),
            _ => None,
        }
    }

    /// Whether something was shown to be wrong, as opposed to merely out of reach: what was served or kept is
    /// forged, damaged or about something else. Asking another way must not paper over it.
    pub fn is_integrity(&self) -> bool {
        match self {
            Self::Name { .. }
            | Self::Unreachable { .. }
            | Self::NotFound { .. }
            | Self::TileMissing { .. }
            | Self::Memory { .. } => false,
            Self::Oversized { .. }
            | Self::Malformed { .. }
            | Self::Signature { .. }
            | Self::BadTile { .. }
            | Self::RecordNotInTree { .. }
            | Self::Fork { .. }
            | Self::WrongRecord { .. }
            | Self::LineCount { .. }
            | Self::MalformedSum { .. }
            | Self::SizeMismatch { .. }
            | Self::SumMismatch { .. } => true,
        }
    }

    /// The file with a head seen earlier that what was served does not fit. One of the two is false.
    pub fn kept_head(&self) -> Option<&Path> {
        match self {
            Self::TileMissing { head, .. } | Self::BadTile { head, .. } => head.file(),
            Self::Fork { older_from, newer_from, .. } => older_from.file().or(newer_from.file()),
            _ => None,
        }
    }
}
