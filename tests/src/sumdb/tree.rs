//! The Merkle tree of a log, and its tiles of height 8.
//!
//! It keeps the hash of every complete subtree, so any past head and tile can be served.
//! Source: RFC 6962 section 2 and `golang.org/x/mod/sumdb/tlog`.

use sha2::{Digest, Sha256};

type Hash = [u8; 32];

const TILE_HEIGHT: u32 = 8;
const TILE_WIDTH: usize = 1 << TILE_HEIGHT;

/// An append-only tree.
#[derive(Clone, Default)]
pub(super) struct Tree {
    /// `levels[k][n]` is the hash of the leaves from n*2^k to (n+1)*2^k.
    levels: Vec<Vec<Hash>>,
}

/// The coordinates of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) level: u32,
    number: usize,
    width: usize,
}

impl Tree {
    pub(super) fn append(&mut self, record: &[u8]) {
        let leaf = Sha256::new().chain_update([0]).chain_update(record).finalize().into();
        self.push(0, leaf);
    }

    /// The hash of the tree of the first `size` records.
    pub(super) fn head(&self, size: usize) -> Hash {
        if size == 0 {
            return Sha256::digest(b"").into();
        }
        let mut hash = None;
        // Complete subtrees, the smallest (rightmost) first.
        for level in 0..usize::BITS as usize {
            if size >> level & 1 == 1 {
                let left = self.levels[level][(size >> level) - 1];
                hash = Some(hash.map_or(left, |right| node(left, right)));
            }
        }
        hash.expect("a size above zero has a bit")
    }

    /// The hashes of a tile, if the tree has them all.
    pub(super) fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        let level = self.levels.get((tile.level * TILE_HEIGHT) as usize)?;
        let first = tile.number.checked_mul(TILE_WIDTH)?;
        Some(level.get(first..first + tile.width)?.concat())
    }

    /// Lists all tiles of this tree: the full ones and the partial one at the end of each level.
    pub(super) fn tiles(&self) -> Vec<Tile> {
        let mut tiles = Vec::new();
        for (level, hashes) in (0..).zip(self.levels.iter().step_by(TILE_HEIGHT as usize)) {
            let chunks = hashes.chunks(TILE_WIDTH).enumerate();
            tiles.extend(chunks.map(|(number, chunk)| Tile { level, number, width: chunk.len() }));
        }
        tiles
    }

    fn push(&mut self, level: usize, hash: Hash) {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        self.levels[level].push(hash);
        if let [.., left, right] = self.levels[level][..]
            && self.levels[level].len().is_multiple_of(2)
        {
            self.push(level + 1, node(left, right));
        }
    }
}

impl Tile {
    /// `/tile/8/LEVEL/x001/x234/067[.p/WIDTH]`
    pub(super) fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("/tile/8/")?.split_once('/')?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok()?),
            None => (rest, TILE_WIDTH),
        };
        let number = number.split('/').try_fold(0_usize, |number, digits| {
            let digits: usize = digits.strip_prefix('x').unwrap_or(digits).parse().ok()?;
            number.checked_mul(1000)?.checked_add(digits)
        })?;
        let tile = Self { level: level.parse().ok()?, number, width };
        // Each tile has one address: another spelling is unknown here, as on the real server.
        (tile.path() == path && (1..=TILE_WIDTH).contains(&width)).then_some(tile)
    }

    pub(super) fn path(self) -> String {
        let mut number = format!("{:03}", self.number % 1000);
        let mut rest = self.number / 1000;
        while rest > 0 {
            number = format!("x{:03}/{number}", rest % 1000);
            rest /= 1000;
        }
        let partial = if self.width == TILE_WIDTH { String::new() } else { format!(".p/{}", self.width) };
        format!("/tile/8/{}/{number}{partial}", self.level)
    }
}

fn node(left: Hash, right: Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(size: usize) -> Tree {
        let mut tree = Tree::default();
        (0..size).for_each(|number| tree.append(number.to_string().as_bytes()));
        tree
    }

    #[test]
    fn tile_paths_are_those_of_go() {
        for (path, level, number, width) in [
            ("/tile/8/0/000", 0, 0, 256),
            ("/tile/8/4/001", 4, 1, 256),
            ("/tile/8/1/x001/x234/067", 1, 1_234_067, 256),
            ("/tile/8/1/x001/x234/067.p/1", 1, 1_234_067, 1),
        ] {
            assert_eq!(Tile::parse(path), Some(Tile { level, number, width }), "{path}");
        }
        for path in
            ["/tile/8/0/0", "/tile/8/0/x000/001", "/tile/8/0/000.p/256", "/tile/8/0/000.p/0", "/tile/4/0/000"]
        {
            assert_eq!(Tile::parse(path), None, "{path}");
        }
    }

    #[test]
    fn heads_of_the_past_stay_the_same_while_a_tree_grows() {
        let grown = tree(600);
        for size in [1, 2, 3, 255, 256, 257, 511, 599] {
            assert_eq!(grown.head(size), tree(size).head(size), "{size}");
        }
        assert_ne!(grown.head(600), grown.head(599));
    }

    #[test]
    fn a_head_of_three_is_the_formula_of_the_rfc() {
        let leaf =
            |record: &str| -> Hash { Sha256::new().chain_update([0]).chain_update(record).finalize().into() };
        let expected = node(node(leaf("0"), leaf("1")), leaf("2"));
        assert_eq!(tree(3).head(3), expected);
        assert_eq!(
            crate::encode::sha256(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(tree(0).head(0)[..2], [0xe3, 0xb0]);
    }

    #[test]
    fn a_full_tile_hashes_to_its_entry_one_level_up() {
        let tree = tree(300);
        let leaves = tree.tile(Tile { level: 0, number: 0, width: 256 }).unwrap();
        let mut hashes: Vec<Hash> = leaves.chunks(32).map(|hash| hash.try_into().unwrap()).collect();
        while hashes.len() > 1 {
            hashes = hashes.chunks(2).map(|pair| node(pair[0], pair[1])).collect();
        }
        assert_eq!(tree.tile(Tile { level: 1, number: 0, width: 1 }).unwrap(), hashes[0]);
        assert_eq!(tree.tile(Tile { level: 0, number: 1, width: 45 }), None);
        assert_eq!(tree.tiles().len(), 3);
    }
}
