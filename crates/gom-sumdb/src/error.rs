//! The errors of a lookup, distinguished by what a caller must do about them.
//!
//! It owns [`LogError`] and the rule which errors mean forgery or damage. It never retries and never softens an error.
//!
//! Invariant: after any error nothing is proven. If [`LogError::is_integrity`] is false, nothing was shown to be wrong
//! either.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::note::NoteError;
use crate::tile::{Tile, TileError};
use crate::tlog::{Hash, ParseError, TreeProofError};
use crate::transport::TransportError;

/// The place that a signed tree head was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadOrigin {
    /// The end of the log's answer for this path.
    Lookup(String),
    /// The file of a stored head.
    Memory(PathBuf),
    /// A stored record.
    Receipt,
    /// A record that somebody else kept.
    Proof,
}

impl HeadOrigin {
    /// The file, if the head is stored in one: by this client, or by the go command.
    fn file(&self) -> Option<&Path> {
        match self {
            Self::Memory(path) => Some(path),
            Self::Lookup(_) | Self::Receipt | Self::Proof => None,
        }
    }

    /// Names the file in an error that a false head in it may have caused.
    fn blame(&self) -> String {
        self.file()
            .map_or_else(String::new, |path| format!(" (its tree head is stored in `{}`)", path.display()))
    }
}

impl fmt::Display for HeadOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(path) => write!(f, "the answer to `{path}`"),
            Self::Memory(path) => write!(f, "`{}`", path.display()),
            Self::Receipt => f.write_str("the receipt"),
            Self::Proof => f.write_str("the proof"),
        }
    }
}

/// Why a lookup failed.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The module or version contains characters that are not allowed in a path.
    #[error("not a valid module version: `{value}`")]
    Name {
        /// `MODULE@VERSION` as passed.
        value: String,
    },
    /// The log did not answer.
    #[error("can't reach the checksum database for `{path}`")]
    Unreachable {
        /// The requested path, relative to the log's base.
        path: String,
        /// The error of the transport.
        source: TransportError,
    },
    /// The log does not have the record (404 or 410).
    #[error("checksum database has no record of `{module}@{version}`")]
    NotFound {
        /// The module path.
        module: String,
        /// The version.
        version: String,
    },
    /// The log does not serve a tile of a tree whose head it signed. That may be harmless, because some caches have
    /// only some of the tiles; but a log that hides a fork looks the same.
    #[error("checksum database does not have tile `{tile}`{}", head.blame())]
    TileMissing {
        /// The tile, in the needed width.
        tile: Tile,
        /// Where the head of that tree was read from.
        head: HeadOrigin,
    },
    /// The body is longer than anything that a log serves at this path.
    #[error("the checksum database's answer to `{path}` is longer than {limit} bytes")]
    Oversized {
        /// The requested path.
        path: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The text is not in a log's format, such as an error page of a proxy.
    #[error("can't parse {origin}")]
    Malformed {
        /// Where it came from.
        origin: HeadOrigin,
        /// What is wrong with it.
        source: ParseError,
    },
    /// The head is not signed by the key of the log.
    #[error("the tree head in {origin} is not trusted")]
    Signature {
        /// Where it came from.
        origin: HeadOrigin,
        /// What is wrong with it.
        source: NoteError,
    },
    /// A tile does not belong to the tree whose head was signed.
    #[error("the checksum database served a tile that does not belong to its tree{}", head.blame())]
    BadTile {
        /// Where the head of that tree was read from.
        head: HeadOrigin,
        /// What is wrong with the tile.
        source: TileError,
    },
    /// The tree has another record at this number.
    #[error("record {id} of the answer is not in the checksum database")]
    RecordNotInTree {
        /// The number in the answer.
        id: u64,
        /// Why the proof fails.
        source: TreeProofError,
    },
    /// Two signed heads contradict each other: the log, or someone with its key, has shown two histories. The notes and
    /// the proof are evidence and worth keeping.
    #[error(
        "the checksum database contradicts itself: the newer head extends another tree, {computed}\n\
         older head, from {older_from}:\n{older}\nnewer head, from {newer_from}:\n{newer}"
    )]
    Fork {
        /// The signed note with the smaller tree.
        older: String,
        /// Where it was read from.
        older_from: HeadOrigin,
        /// The signed note with the larger tree, or with another tree of the same size.
        newer: String,
        /// Where it was read from.
        newer_from: HeadOrigin,
        /// The root of the newer tree at the older size.
        computed: Hash,
        /// The consistency proof (RFC 6962, 2.1.2) that the newer tree extends `computed`. With it the two notes convict
        /// the log without its help. Empty if both trees have the same size, because then the notes are enough.
        proof: Vec<Hash>,
    },
    /// The record is genuine but about something else.
    #[error("record {id} is not about `{module}@{version}`: {found}")]
    WrongRecord {
        /// The record's number.
        id: u64,
        /// The requested module.
        module: String,
        /// The requested version.
        version: String,
        /// A quoted excerpt of the record.
        found: String,
    },
    /// The record is about the right version but does not have exactly one sum of its content.
    #[error("record {id} has {count} `h1:` lines for `{module}@{version}` instead of one")]
    LineCount {
        /// The record's number.
        id: u64,
        /// The requested module.
        module: String,
        /// The requested version.
        version: String,
        /// The number of lines.
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
    /// A stored record has another tree size than its head.
    #[error("the receipt says {claimed} records, but its tree head says {signed}")]
    SizeMismatch {
        /// The size in the record.
        claimed: u64,
        /// The size in the head.
        signed: u64,
    },
    /// A stored record has another sum than its text.
    #[error("the receipt says `{claimed}`, but its record says `{recorded}`")]
    SumMismatch {
        /// The sum in the record.
        claimed: String,
        /// The sum in the text.
        recorded: String,
    },
    /// The file of the newest head can't be read or written.
    #[error("can't read or write the newest tree head in `{}`", path.display())]
    Memory {
        /// The file of the head.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl LogError {
    /// Whether the log did not return what was requested, so that nothing is known. Anyone on the network path could
    /// cause the same by dropping packets.
    pub fn is_no_answer(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::NotFound { .. } | Self::TileMissing { .. })
    }

    /// What to run next, if the connection is to blame and not the log.
    pub fn hint_of_way(&self) -> Option<&str> {
        match self {
            Self::Unreachable { source: TransportError::NoAnswer { hint, .. }, .. } => hint.as_deref(),
            _ => None,
        }
    }

    /// Whether the response or the memory was shown to be forged, damaged or about something else, not merely
    /// unreachable. A caller must not hide such an error by trying another source.
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

    /// The file of an earlier head that the response contradicts. One of the two is false.
    pub fn kept_head(&self) -> Option<&Path> {
        match self {
            Self::TileMissing { head, .. } | Self::BadTile { head, .. } => head.file(),
            Self::Fork { older_from, newer_from, .. } => older_from.file().or(newer_from.file()),
            _ => None,
        }
    }
}
