//! The arithmetic of an append-only log: hashes, tree heads, records and inclusion proofs of RFC 6962.
//!
//! It owns the text formats (rules: `golang.org/x/mod/sumdb/tlog`) and pure functions over hashes. It never fetches a
//! hash: the caller passes a reader, and the result is as trustworthy as the reader.
//!
//! Invariant: a proof is accepted only if it leads from exactly this leaf, at this index, to exactly this root.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::excerpt::excerpt;

#[cfg(test)]
mod tests;

/// The length of a hash in bytes.
pub const HASH_BYTES: usize = 32;

const HEAD_TITLE: &str = "go.sum database tree";
const MAX_HEAD_BYTES: usize = 1_000_000;

/// The hash of a record, of an inner node or of a whole tree: SHA-256, written in base64.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub [u8; HASH_BYTES]);

impl Hash {
    /// Parses the base64 form.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let malformed = || ParseError::Hash { value: excerpt(text.as_bytes()) };
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| malformed())?;
        bytes.try_into().map(Self).map_err(|_| malformed())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl TryFrom<String> for Hash {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

/// The hash of a record: of a zero byte and its text, so that a record never has the hash of an inner node.
pub fn record_hash(text: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(text).finalize().into())
}

/// The hash of an inner node over its two children.
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The size of a tree, in records, and its root hash: the state of a log at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// The number of records.
    pub size: u64,
    /// The root hash.
    pub hash: Hash,
}

impl TreeHead {
    /// Parses the text of a note: a title, the size and the hash, a line each. Further lines are ignored, as in Go, so
    /// that the format can grow.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let malformed = || ParseError::Head { value: excerpt(text.as_bytes()) };
        let mut lines = text.split('\n');
        let (title, size, hash) = (lines.next(), lines.next(), lines.next());
        // The third newline must exist: without it the head may be truncated.
        let (Some(HEAD_TITLE), Some(size), Some(hash), Some(_)) = (title, size, hash, lines.next()) else {
            return Err(malformed());
        };
        if text.len() > MAX_HEAD_BYTES {
            return Err(malformed());
        }
        let size = parse_count(size).ok_or_else(malformed)?;
        let hash = Hash::parse(hash).map_err(|_| malformed())?;
        Ok(Self { size, hash })
    }
}

/// One record as a log serves it, with the bytes that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedRecord<'a> {
    /// The position in the log, counted from zero.
    pub id: u64,
    /// The text whose hash is in the tree, with its final newline.
    pub text: &'a str,
    /// The bytes after the blank line: a signed note in a lookup response. Not checked yet.
    pub rest: &'a [u8],
}

impl<'a> ServedRecord<'a> {
    /// Parses a record number, the record's lines and the blank line that ends them.
    ///
    /// Stricter than Go in three ways that no log needs: the number must be canonical, the first line must not be
    /// blank, and control characters above ASCII are refused too.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let malformed = || ParseError::Record { value: excerpt(bytes) };
        let line_end = bytes.iter().position(|&byte| byte == b'\n').ok_or_else(malformed)?;
        let (id, body) = (&bytes[..line_end], &bytes[line_end + 1..]);
        let id = std::str::from_utf8(id).ok().and_then(parse_count).ok_or_else(malformed)?;
        let blank = body.windows(2).position(|pair| pair == b"\n\n").ok_or_else(malformed)?;
        let (text, rest) = (&body[..=blank], &body[blank + 2..]);
        let text = std::str::from_utf8(text).map_err(|_| malformed())?;
        if text.starts_with('\n') || text.contains(|c: char| c.is_control() && c != '\n') {
            return Err(malformed());
        }
        Ok(Self { id, text, rest })
    }
}

/// A canonical decimal number that fits Go's `int64`.
pub(crate) fn parse_count(text: &str) -> Option<u64> {
    let number = text.parse::<i64>().ok()?;
    if number.to_string() == text { u64::try_from(number).ok() } else { None }
}

/// A complete subtree: it covers the records `index << level` up to, not including, `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// The height above the records; a record's own hash has level 0.
    pub level: u32,
    /// The position within the level.
    pub index: u64,
}

/// The largest complete subtrees that make up the records `start..end`, from left to right.
///
/// `start` must be a multiple of the largest power of two below `end - start`, as it is for every range RFC
/// 6962 splits a tree into.
pub fn complete_subtrees(start: u64, end: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut start = start;
    while start < end {
        let level = (end - start).ilog2();
        nodes.push(Node { level, index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The nodes that [`prove_record`] reads.
pub fn record_proof_nodes(size: u64, index: u64) -> Vec<Node> {
    sibling_ranges(size, index)
        .into_iter()
        .flat_map(|range| complete_subtrees(range.start, range.end))
        .collect()
}

/// The root hash of the first `size` records, computed from the hashes of complete subtrees.
pub fn tree_hash(size: u64, read: impl Fn(Node) -> Option<Hash>) -> Result<Hash, TreeProofError> {
    range_hash(0, size, &read)
}

/// The inclusion proof of a record: the hashes of the siblings on the path from the record to the root of a tree of
/// `size` records, its own sibling first (RFC 6962, 2.1.1).
pub fn prove_record(
    size: u64,
    index: u64,
    read: impl Fn(Node) -> Option<Hash>,
) -> Result<Vec<Hash>, TreeProofError> {
    if index >= size {
        return Err(TreeProofError::OutsideTree { index, size });
    }
    sibling_ranges(size, index).iter().map(|range| range_hash(range.start, range.end, &read)).collect()
}

/// Checks that the record with hash `leaf` is number `index` in the tree with this size and root.
pub fn check_record_proof(
    proof: &[Hash],
    tree_size: u64,
    root: Hash,
    index: u64,
    leaf: Hash,
) -> Result<(), TreeProofError> {
    if index >= tree_size {
        return Err(TreeProofError::OutsideTree { index, size: tree_size });
    }
    let siblings = sibling_ranges(tree_size, index);
    if proof.len() != siblings.len() {
        return Err(TreeProofError::WrongLength { found: proof.len(), expected: siblings.len() });
    }
    let computed = siblings.iter().zip(proof).fold(leaf, |hash, (range, &sibling)| {
        if range.start > index { node_hash(hash, sibling) } else { node_hash(sibling, hash) }
    });
    if computed != root {
        return Err(TreeProofError::WrongRoot { computed, expected: root });
    }
    Ok(())
}

/// The consistency proof that a tree of `size` records extends the tree of its first `older` records (RFC 6962,
/// 2.1.2). Empty if both are the same tree.
pub fn prove_tree(
    size: u64,
    older: u64,
    read: impl Fn(Node) -> Option<Hash>,
) -> Result<Vec<Hash>, TreeProofError> {
    consistency_ranges(size, older)?
        .iter()
        .map(|(range, _)| range_hash(range.start, range.end, &read))
        .collect()
}

/// Checks that the tree with this size and root extends the tree of `older` records with the root `older_root`.
pub fn check_tree_proof(
    proof: &[Hash],
    size: u64,
    root: Hash,
    older: u64,
    older_root: Hash,
) -> Result<(), TreeProofError> {
    let ranges = consistency_ranges(size, older)?;
    if proof.len() != ranges.len() {
        return Err(TreeProofError::WrongLength { found: proof.len(), expected: ranges.len() });
    }
    let mut roots: Option<(Hash, Hash)> = None;
    for ((_, side), &hash) in ranges.iter().zip(proof) {
        roots = Some(match (side, roots.unwrap_or((older_root, older_root))) {
            (Side::Both, _) => (hash, hash),
            (Side::Left, (old, new)) => (node_hash(hash, old), node_hash(hash, new)),
            (Side::Right, (old, new)) => (old, node_hash(new, hash)),
        });
    }
    let (old, new) = roots.unwrap_or((older_root, older_root));
    for (computed, expected) in [(old, older_root), (new, root)] {
        if computed != expected {
            return Err(TreeProofError::WrongRoot { computed, expected });
        }
    }
    Ok(())
}

/// The position of a hash in a consistency proof.
#[derive(Clone, Copy)]
enum Side {
    /// The common part of both trees, to which the others are joined.
    Both,
    /// Left of the part that is joined so far, in both trees.
    Left,
    /// Right of it, only in the newer tree.
    Right,
}

/// The ranges whose hashes make up a consistency proof, in its order. An empty older tree has no such proof.
fn consistency_ranges(size: u64, older: u64) -> Result<Vec<(std::ops::Range<u64>, Side)>, TreeProofError> {
    if older == 0 || older > size {
        return Err(TreeProofError::OutsideTree { index: older, size });
    }
    let (mut start, mut end, mut ranges) = (0, size, Vec::new());
    while older < end {
        let middle = start + (1 << (end - start - 1).ilog2());
        if older <= middle {
            ranges.push((middle..end, Side::Right));
            end = middle;
        } else {
            ranges.push((start..middle, Side::Left));
            start = middle;
        }
    }
    if start > 0 {
        ranges.push((start..end, Side::Both));
    }
    ranges.reverse();
    Ok(ranges)
}

/// The sibling ranges on the path from a record to the root, the closest first. Empty outside the tree.
fn sibling_ranges(size: u64, index: u64) -> Vec<std::ops::Range<u64>> {
    let mut ranges = Vec::new();
    if index >= size {
        return ranges;
    }
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        // The left part is the largest power of two that leaves a right part.
        let middle = start + (1 << (end - start - 1).ilog2());
        if index < middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    ranges.reverse();
    ranges
}

fn range_hash(start: u64, end: u64, read: &impl Fn(Node) -> Option<Hash>) -> Result<Hash, TreeProofError> {
    let mut whole: Option<Hash> = None;
    for node in complete_subtrees(start, end).into_iter().rev() {
        let hash = read(node).ok_or(TreeProofError::MissingHash { level: node.level, index: node.index })?;
        whole = Some(whole.map_or(hash, |right| node_hash(hash, right)));
    }
    // The empty tree is the hash of nothing, without a prefix byte.
    Ok(whole.unwrap_or_else(|| Hash(Sha256::digest([]).into())))
}

/// Why a text of the log is malformed. The values are quoted excerpts.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ParseError {
    /// Not 32 bytes in base64.
    #[error("malformed hash: {value}")]
    Hash {
        /// What was found.
        value: String,
    },
    /// Not a title, a size and a hash.
    #[error("malformed tree head: {value}")]
    Head {
        /// What was found.
        value: String,
    },
    /// Not a number, lines of text and a blank line.
    #[error("malformed log record: {value}")]
    Record {
        /// What was found.
        value: String,
    },
}

/// Why a proof can't be made or does not hold.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TreeProofError {
    /// The tree does not have this record.
    #[error("record {index} is not in a tree of {size} records")]
    OutsideTree {
        /// The record's number.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The reader had no hash for a node that the proof needs.
    #[error("hash {index} of level {level} is missing")]
    MissingHash {
        /// The node's level.
        level: u32,
        /// Its position within the level.
        index: u64,
    },
    /// The path from the record to the root has another length.
    #[error("inclusion proof has {found} hashes instead of {expected}")]
    WrongLength {
        /// The number of hashes in the proof.
        found: usize,
        /// The number of hashes that it needs.
        expected: usize,
    },
    /// The proof leads to another root.
    #[error("inclusion proof leads to root {computed} instead of {expected}")]
    WrongRoot {
        /// The root that the proof leads to.
        computed: Hash,
        /// The root of the tree.
        expected: Hash,
    },
}
