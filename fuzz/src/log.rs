//! An honest log in memory, of 67,343 records: enough for every kind of tile.

use std::collections::HashMap;

use gom_sumdb::tlog;

use crate::proof::{Hash, leaf, node};

/// What most inputs ask about.
pub const MODULE: &str = "golang.org/toolchain";
/// Its version.
pub const VERSION: &str = "v0.0.1-go1.22.6.linux-amd64";
/// A size with an edge tile on each of three levels.
pub const SIZE: u64 = 65_536 + 7 * 256 + 15;

/// The first records; all others are fillers.
const RECORDS: [&str; 6] = [
    "golang.org/toolchain v0.0.1-go1.22.6.linux-amd64 h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\
     golang.org/toolchain v0.0.1-go1.22.6.linux-amd64/go.mod h1:IB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgE=\n",
    "golang.org/toolchain v0.0.1-go1.22.6.linux-arm64 h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    "golang.org/toolchain v0.0.1-go1.22.6.linux-amd64 h1:AA==\n",
    "golang.org/toolchain v0.0.1-go1.22.6.linux-amd64 h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\
     golang.org/toolchain v0.0.1-go1.22.6.linux-amd64 h1:IB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgE=\n",
    "golang.org/toolchain v0.0.1-go1.22.6.linux-amd64/go.mod h1:IB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgE=\n",
    "golang.org/toolchain v0.0.1-go1.22.6.linux-amd64 h2:new\n\
     golang.org/toolchain v0.0.1-go1.22.6.linux-amd64 h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
];

/// All hashes, level by level.
#[derive(Debug)]
pub struct Log {
    levels: Vec<Vec<Hash>>,
}

impl Log {
    /// The one log there is.
    pub fn new() -> Log {
        let mut level: Vec<Hash> = (0..SIZE).map(|id| leaf(record(id).as_bytes())).collect();
        let mut levels = Vec::new();
        while !level.is_empty() {
            let next = level.chunks_exact(2).map(|pair| node(pair[0], pair[1])).collect();
            levels.push(std::mem::replace(&mut level, next));
        }
        Log { levels }
    }

    /// The hash of a complete subtree.
    pub fn hash(&self, level: u32, index: u64) -> Option<Hash> {
        self.levels.get(level as usize)?.get(usize::try_from(index).ok()?).copied()
    }

    /// The same, as gom's own functions ask for it.
    pub fn read(&self, node: tlog::Node) -> Option<tlog::Hash> {
        self.hash(node.level, node.index).map(tlog::Hash)
    }

    /// The root of the first `size` records; `None` where there are not so many.
    pub fn root(&self, size: u64) -> Option<Hash> {
        if size == 0 || size > SIZE {
            return (size == 0).then(|| <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest([])));
        }
        self.range(0, size)
    }

    fn range(&self, start: u64, end: u64) -> Option<Hash> {
        let size = end - start;
        if size.is_power_of_two() {
            return self.hash(size.ilog2(), start / size);
        }
        let left = crate::proof::largest_power_below(size);
        Some(node(self.range(start, start + left)?, self.range(start + left, end)?))
    }

    /// The tile at `tile/8/LEVEL/NUMBER[.p/WIDTH]`, as far as the log has it.
    pub fn tile(&self, path: &str) -> Option<Vec<u8>> {
        let Place { level, index, width } = Place::parse(path)?;
        let hashes = self.levels.get(8 * usize::try_from(level).ok()?)?;
        let first = usize::try_from(index).ok()?.checked_mul(256)?;
        Some(hashes.get(first..first + width)?.concat())
    }
}

impl Default for Log {
    fn default() -> Log {
        Log::new()
    }
}

/// The text of a record.
pub fn record(id: u64) -> String {
    let special = usize::try_from(id).ok().and_then(|id| RECORDS.get(id));
    special.map_or_else(|| format!("example.org/filler v0.{id}.0 h1:\n"), |text| (*text).to_owned())
}

/// Where a tile lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// In tiles, from the records up.
    pub level: u64,
    /// From the left.
    pub index: u64,
    /// How many hashes it has: 1 to 256.
    pub width: usize,
}

impl Place {
    /// Reads the path of a tile (x/mod/sumdb/tlog, `ParseTilePath`).
    pub fn parse(path: &str) -> Option<Place> {
        let (path, width) = match path.split_once(".p/") {
            Some((path, width)) => (path, width.parse().ok().filter(|width| (1..256).contains(width))?),
            None => (path, 256),
        };
        let (level, number) = path.strip_prefix("tile/8/")?.split_once('/')?;
        let mut parts: Vec<&str> = number.split('/').collect();
        let last = parts.pop()?;
        let mut index: u64 = 0;
        for part in parts {
            index = index.checked_mul(1000)?.checked_add(three_digits(part.strip_prefix('x')?)?)?;
        }
        index = index.checked_mul(1000)?.checked_add(three_digits(last)?)?;
        Some(Place { level: level.parse().ok()?, index, width })
    }
}

fn three_digits(text: &str) -> Option<u64> {
    (text.len() == 3 && text.bytes().all(|digit| digit.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Counts how often each tile is there.
pub fn counted(paths: impl Iterator<Item = String>) -> HashMap<String, usize> {
    paths.fold(HashMap::new(), |mut counts, path| {
        *counts.entry(path).or_default() += 1;
        counts
    })
}
