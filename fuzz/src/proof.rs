//! RFC 6962's hashes and inclusion proofs, recursive as the standard writes them.

use sha2::{Digest as _, Sha256};

/// A hash.
pub type Hash = [u8; 32];

/// The hash of a record.
pub fn leaf(text: &[u8]) -> Hash {
    Sha256::digest([b"\0", text].concat()).into()
}

/// The hash over two.
pub fn node(left: Hash, right: Hash) -> Hash {
    Sha256::digest([&b"\x01"[..], &left, &right].concat()).into()
}

/// The root that a proof for the record `index` of `size` leads to (x/mod/sumdb/tlog, `runRecordProof`).
pub fn root(proof: &[Hash], size: u64, index: u64, leaf: Hash) -> Option<Hash> {
    if index >= size {
        return None;
    }
    if size == 1 {
        return proof.is_empty().then_some(leaf);
    }
    let (last, rest) = proof.split_last()?;
    let left = largest_power_below(size);
    if index < left {
        Some(node(root(rest, left, index, leaf)?, *last))
    } else {
        Some(node(*last, root(rest, size - left, index - left, leaf)?))
    }
}

/// The largest power of two below `size`, which is two or more.
pub fn largest_power_below(size: u64) -> u64 {
    let mut power = 1;
    while power < size - power {
        power *= 2;
    }
    power
}
