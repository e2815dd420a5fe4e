//! Tiles: files with up to 256 hashes of the log, and the proof that they belong to a tree head.
//!
//! It owns coordinates, paths, and the check of every tile against its parent up to the signed head (layout:
//! `golang.org/x/mod/sumdb/tlog`, height 8). It never fetches or stores a tile.
//!
//! Invariant: the root hash covers every byte in [`AuthenticTiles`]. [`AuthenticTiles::check`] is the only
//! constructor: there each tile is either part of the fold that gives the root hash, or is compared with an entry of a
//! tile that is already proven.

use std::collections::HashMap;
use std::fmt;

use crate::tlog::{
    HASH_BYTES, Hash, Node, TreeHead, TreeProofError, complete_subtrees, node_hash, tree_hash,
};

#[cfg(test)]
mod tests;

/// The number of tree levels in one tile.
const HEIGHT: u32 = 8;
/// The number of hashes in a full tile.
const FULL_WIDTH: u16 = 1 << HEIGHT;
/// Path elements of a tile's number have three digits, so that no directory grows large.
const PATH_BASE: u64 = 1000;

/// The place and width of a tile: the hashes `index * 256 ..` of the tree's level `level * 8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    level: u32,
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile that contains `node`, as wide as in a tree of `size` records; `None` if that tree does not contain the
    /// whole node.
    pub fn containing(node: Node, size: u64) -> Option<Self> {
        if node.index >= complete_nodes(size, node.level) {
            return None;
        }
        let level = node.level / HEIGHT;
        let index = (node.index << (node.level % HEIGHT)) >> HEIGHT;
        let available = complete_nodes(size, level * HEIGHT) - (index << HEIGHT);
        let width = u16::try_from(available).unwrap_or(FULL_WIDTH).min(FULL_WIDTH);
        Some(Self { level, index, width })
    }

    /// The node whose hash covers this whole tile, one level of tiles up. Only a full tile has one.
    pub fn root(self) -> Option<Node> {
        self.is_full().then_some(Node { level: (self.level + 1) * HEIGHT, index: self.index })
    }

    /// Whether it has all 256 hashes. A full tile never changes again.
    pub fn is_full(self) -> bool {
        self.width == FULL_WIDTH
    }

    /// The tile at the same place with all its 256 hashes, as in a larger tree.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: FULL_WIDTH, ..self }
    }

    /// The exact length of the tile in bytes.
    pub fn byte_length(self) -> usize {
        usize::from(self.width) * HASH_BYTES
    }

    /// The path of the tile, relative to the base of a log or the root of a cache: `tile/8/0/x001/x234/067.p/5` is
    /// tile 1234067 of level 0 with five hashes.
    pub fn path(self) -> String {
        let mut number = format!("{:03}", self.index % PATH_BASE);
        let mut rest = self.index / PATH_BASE;
        while rest > 0 {
            number = format!("x{:03}/{number}", rest % PATH_BASE);
            rest /= PATH_BASE;
        }
        let partial = if self.is_full() { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{HEIGHT}/{}/{number}{partial}", self.level)
    }

    /// The hash of a node inside this tile. `None` if the data ends before it.
    fn hash_of(self, node: Node, data: &[u8]) -> Option<Hash> {
        let within = node.level % HEIGHT;
        let first = usize::try_from((node.index << within) - (self.index << HEIGHT)).ok()?;
        let count = 1_usize << within;
        data.get(first * HASH_BYTES..(first + count) * HASH_BYTES).and_then(subtree_hash)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// The number of complete nodes at a level in a tree of `size` records.
fn complete_nodes(size: u64, level: u32) -> u64 {
    size.checked_shr(level).unwrap_or(0)
}

/// The hash of a subtree, from its concatenated hashes. Their number is a power of two.
fn subtree_hash(hashes: &[u8]) -> Option<Hash> {
    if let Ok(single) = hashes.try_into() {
        return Some(Hash(single));
    }
    if hashes.len() < 2 * HASH_BYTES {
        return None;
    }
    let (left, right) = hashes.split_at(hashes.len() / 2);
    Some(node_hash(subtree_hash(left)?, subtree_hash(right)?))
}

/// The tiles whose entries make up the root hash of a tree: its unfinished right edge, one tile per level.
///
/// All of them are partial, and the complete subtrees of the tree cover each of them completely: the width of the tile
/// at level L is exactly the bits 8L..8L+8 of the size. So folding them proves every byte.
fn edge_tiles(size: u64) -> Result<Vec<Tile>, TileError> {
    let mut tiles = Vec::new();
    for node in complete_subtrees(0, size) {
        let tile = Tile::containing(node, size).ok_or(TileError::outside(node, size))?;
        if !tiles.contains(&tile) {
            tiles.push(tile);
        }
    }
    Ok(tiles)
}

/// The tiles that are needed to read and prove `nodes` in a tree of `size` records: the edge of the tree, and for each
/// node its tile with all parents up to the edge. Parents come before their children.
pub fn plan(size: u64, nodes: &[Node]) -> Result<Vec<Tile>, TileError> {
    let mut tiles = edge_tiles(size)?;
    for &node in nodes {
        let mut chain = Vec::new();
        let mut tile = Tile::containing(node, size).ok_or(TileError::outside(node, size))?;
        while !tiles.contains(&tile) {
            chain.push(tile);
            // A partial tile is part of the edge, so only full ones get here.
            tile = tile
                .root()
                .and_then(|root| Tile::containing(root, size))
                .ok_or(TileError::Unproven { tile })?;
        }
        tiles.extend(chain.into_iter().rev());
    }
    Ok(tiles)
}

/// Tiles that were proven to belong to one tree.
#[derive(Debug)]
pub struct AuthenticTiles {
    size: u64,
    tiles: HashMap<Tile, Vec<u8>>,
}

impl AuthenticTiles {
    /// Proves tiles, in the order of [`plan`], against a tree head. Fails if a single byte is not covered.
    pub fn check(head: TreeHead, loaded: Vec<(Tile, Vec<u8>)>) -> Result<Self, TileError> {
        let edge = edge_tiles(head.size)?;
        if let Some((tile, data)) = loaded.iter().find(|(tile, data)| data.len() != tile.byte_length()) {
            return Err(TileError::WrongLength { tile: *tile, found: data.len() });
        }
        let (edge, inner): (Vec<_>, Vec<_>) = loaded.into_iter().partition(|(tile, _)| edge.contains(tile));
        let edge = Self { size: head.size, tiles: edge.into_iter().collect() };
        let computed = tree_hash(head.size, |node| edge.hash(node))?;
        if computed != head.hash {
            return Err(TileError::WrongRoot { size: head.size, computed, signed: head.hash });
        }
        inner.into_iter().try_fold(edge, Self::admit)
    }

    /// The proven hash of a node, if its tile is here.
    pub fn hash(&self, node: Node) -> Option<Hash> {
        let tile = Tile::containing(node, self.size)?;
        tile.hash_of(node, self.tiles.get(&tile)?)
    }

    /// The tiles and their bytes, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (Tile, &[u8])> {
        self.tiles.iter().map(|(tile, data)| (*tile, data.as_slice()))
    }

    /// Adds one more tile if its hash is the entry in its parent, which must be here.
    fn admit(mut self, (tile, data): (Tile, Vec<u8>)) -> Result<Self, TileError> {
        let expected = tile.root().and_then(|root| self.hash(root)).ok_or(TileError::Unproven { tile })?;
        match subtree_hash(&data) {
            Some(computed) if computed == expected => {
                self.tiles.insert(tile, data);
                Ok(self)
            }
            _ => Err(TileError::Forged { tile }),
        }
    }
}

/// Why tiles are not proven.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TileError {
    /// The tile is longer or shorter than its path says.
    #[error("tile has {found} bytes instead of {}: `{tile}`", tile.byte_length())]
    WrongLength {
        /// The tile.
        tile: Tile,
        /// Its length in bytes.
        found: usize,
    },
    /// The tiles at the edge of the tree do not give the signed root hash. At least one of them is wrong.
    #[error("tiles give root {computed} for a tree of {size} records instead of the signed {signed}")]
    WrongRoot {
        /// The size of the tree.
        size: u64,
        /// The root of the tiles.
        computed: Hash,
        /// The root in the signed head.
        signed: Hash,
    },
    /// The hash of the tile differs from the entry in its parent.
    #[error("tile does not match its parent: `{tile}`")]
    Forged {
        /// The tile.
        tile: Tile,
    },
    /// The parent that could prove the tile is missing.
    #[error("tile has no parent to check it against: `{tile}`")]
    Unproven {
        /// The tile.
        tile: Tile,
    },
    /// A hash can't be computed from these tiles.
    #[error(transparent)]
    Proof(#[from] TreeProofError),
}

impl TileError {
    fn outside(node: Node, size: u64) -> Self {
        Self::Proof(TreeProofError::OutsideTree {
            index: node.index.checked_shl(node.level).unwrap_or(u64::MAX),
            size,
        })
    }
}
