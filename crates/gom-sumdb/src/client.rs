//! Lookups in the checksum database, and the proof of each response.
//!
//! It owns the steps of a lookup and the record that a caller stores. It never trusts a response: it takes the sum
//! from the record's text only after that text was proven to be in the tree.
//!
//! Invariant: all known heads (the response's, the stored one, those of other programs) are on one timeline, or the
//! lookup fails. The record is proven against the newest of them.

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::error::{HeadOrigin, LogError};
use crate::excerpt::excerpt;
use crate::head::SignedHead;
use crate::note::VerifierKey;
use crate::state::{HeadUpdate, LogState};
use crate::tile::{self, AuthenticTiles, Tile, TileError};
use crate::tlog::{self, Hash, Node, ServedRecord, TreeHead, TreeProofError};
use crate::transport::{LogTransport, TransportError};

/// The size limit of a lookup response, which has a few hundred bytes. Go has the same limit for the tree text.
const LOOKUP_LIMIT: u64 = 1_000_000;

/// The log's record of one module version, with everything that is needed to prove it again without the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// The record's number in the log, counted from zero.
    pub id: u64,
    /// The text of the record, as it is in the tree.
    pub text: String,
    /// The sum of the module's content, `h1:...`, from that text.
    pub h1: String,
    /// The signed tree head that `proof` leads to.
    pub head_note: String,
    /// The number of records in the tree of that head.
    pub tree_size: u64,
    /// The inclusion proof: the sibling hashes from the record to the root.
    pub proof: Vec<Hash>,
}

/// A client of one log, with one transport and one memory.
#[derive(Debug)]
pub struct LogClient<T> {
    key: VerifierKey,
    transport: T,
    state: LogState,
}

/// Whether the head of a record that somebody else kept was compared with those that this client has seen.
#[derive(Debug)]
pub enum Agreement {
    /// It was, or this is the first one; it is remembered if it is the newest.
    Compared,
    /// They could not be compared: the log was not reached. The log's key has signed the head nevertheless.
    Alone(LogError),
}

/// A proven part of the log: the newest head, and tiles of its tree.
struct Timeline {
    newest: SignedHead,
    tiles: AuthenticTiles,
}

impl<T: LogTransport> LogClient<T> {
    /// Makes a client of the log that signs with `key`.
    pub fn new(key: VerifierKey, transport: T, state: LogState) -> Self {
        Self { key, transport, state }
    }

    /// Returns the proven record of a module version, and updates the stored head.
    pub async fn lookup(&self, module: &str, version: &str) -> Result<LogRecord, LogError> {
        let path = lookup_path(module, version)?;
        let answer = self
            .get(&path, LOOKUP_LIMIT)
            .await?
            .ok_or_else(|| LogError::NotFound { module: module.to_owned(), version: version.to_owned() })?;
        let origin = HeadOrigin::Lookup(path);
        let served = ServedRecord::parse(&answer)
            .map_err(|source| LogError::Malformed { origin: origin.clone(), source })?;
        let head = SignedHead::open(served.rest, &self.key, &origin)?;
        let timeline = self.join(head, served.id).await?;
        let proof = prove(&timeline, &served)?;
        Ok(LogRecord {
            id: served.id,
            h1: sum_line(served.id, served.text, module, version)?,
            text: served.text.to_owned(),
            tree_size: timeline.newest.head.size,
            head_note: timeline.newest.note,
            proof,
        })
    }

    /// Proves a record that somebody else kept, with the key alone. Then compares its head with the heads that this client
    /// has seen, for which it may need tiles of the log: a log that shows different trees to different people is found so.
    pub async fn check(
        &self,
        module: &str,
        version: &str,
        record: &LogRecord,
    ) -> Result<Agreement, LogError> {
        let head = verified(&self.key, module, version, record, &HeadOrigin::Proof)?;
        match self.compare(head).await {
            Ok(()) => Ok(Agreement::Compared),
            Err(error) if error.is_no_answer() => Ok(Agreement::Alone(error)),
            Err(error) => Err(error),
        }
    }

    /// Proves that `given` and all known heads are on one timeline, and stores the newest. Tiles are only needed if their
    /// sizes differ.
    async fn compare(&self, given: SignedHead) -> Result<(), LogError> {
        loop {
            let known = self.state.newest_head(&self.key)?;
            let mut heads = self.state.heads_of_others(&self.key);
            heads.extend(known.clone());
            heads.push(given.clone());
            let newest = newest_of(&heads, &given);
            check_prefixes(&heads, &newest, newest.head.size, |_| Ok((newest.head.hash, Vec::new())))?;
            if heads.iter().any(|signed| signed.head.size != newest.head.size) {
                self.connect(heads, given.clone(), None).await?;
            }
            if self.state.advance(known.as_ref(), &newest)? == HeadUpdate::Done {
                return Ok(());
            }
        }
    }

    /// Proves that `served` and all known heads are on one timeline, and stores the newest.
    async fn join(&self, served: SignedHead, record: u64) -> Result<Timeline, LogError> {
        loop {
            let known = self.state.newest_head(&self.key)?;
            let mut heads = self.state.heads_of_others(&self.key);
            heads.extend(known.clone());
            heads.push(served.clone());
            let timeline = self.connect(heads, served.clone(), Some(record)).await?;
            // Otherwise another process has stored a head that we have not compared with yet.
            if self.state.advance(known.as_ref(), &timeline.newest)? == HeadUpdate::Done {
                return Ok(timeline);
            }
        }
    }

    /// Loads all tiles that are needed to prove the other heads, and the record if one is named, under the newest head, in
    /// one round.
    async fn connect(
        &self,
        heads: Vec<SignedHead>,
        served: SignedHead,
        record: Option<u64>,
    ) -> Result<Timeline, LogError> {
        let newest = newest_of(&heads, &served);
        // Check this first: if two heads of one size differ, the tiles would seem wrong and get the blame.
        check_prefixes(&heads, &newest, newest.head.size, |_| Ok((newest.head.hash, Vec::new())))?;
        let size = newest.head.size;
        let mut nodes = Vec::new();
        if let Some(record) = record {
            nodes.extend(tlog::record_proof_nodes(size, record));
            nodes.extend((record < size).then_some(Node { level: 0, index: record }));
        }
        nodes.extend(heads.iter().flat_map(|signed| tlog::complete_subtrees(0, signed.head.size)));
        let tiles = self.authentic_tiles(&newest, &nodes).await?;
        check_prefixes(&heads, &newest, 0, |older| {
            let read = |node| tiles.hash(node);
            let root = tlog::tree_hash(older, read)?;
            // The tiles of this root include those of the proof.
            let proof = tlog::prove_tree(size, older, read).unwrap_or_default();
            let holds = tlog::check_tree_proof(&proof, size, newest.head.hash, older, root).is_ok();
            Ok((root, if holds { proof } else { Vec::new() }))
        })?;
        Ok(Timeline { newest, tiles })
    }

    /// Loads and proves the tiles for some nodes. Only proven tiles are cached.
    async fn authentic_tiles(&self, under: &SignedHead, nodes: &[Node]) -> Result<AuthenticTiles, LogError> {
        let (head, origin) = (under.head, &under.origin);
        let bad = |source| LogError::BadTile { head: origin.clone(), source };
        let plan = tile::plan(head.size, nodes).map_err(bad)?;
        let cached: Vec<_> = plan.iter().map(|&tile| self.state.cached_tile(tile)).collect();
        let from_cache = cached.iter().any(Option::is_some);
        let tiles = match AuthenticTiles::check(head, self.load(origin, &plan, cached).await?) {
            // A damaged cache is not an error: load all tiles from the log instead.
            Err(_) if from_cache => {
                AuthenticTiles::check(head, self.load(origin, &plan, vec![None; plan.len()]).await?)
            }
            checked => checked,
        };
        let tiles = tiles.map_err(bad)?;
        for (tile, data) in tiles.iter() {
            if self.state.cached_tile(tile).as_deref() != Some(data) {
                self.state.cache_tile(tile, data);
            }
        }
        Ok(tiles)
    }

    /// Fetches the tiles that are not in the cache, all at once.
    async fn load(
        &self,
        head: &HeadOrigin,
        plan: &[Tile],
        cached: Vec<Option<Vec<u8>>>,
    ) -> Result<Vec<(Tile, Vec<u8>)>, LogError> {
        try_join_all(plan.iter().zip(cached).map(async |(&tile, data)| match data {
            Some(data) => Ok((tile, data)),
            None => Ok((tile, self.fetch_tile(head, tile).await?)),
        }))
        .await
    }

    /// Fetches a tile in the needed width, else the full tile: once it is full, a log may serve only that.
    async fn fetch_tile(&self, head: &HeadOrigin, tile: Tile) -> Result<Vec<u8>, LogError> {
        if let Some(data) = self.get_tile(head, tile).await? {
            return Ok(data);
        }
        if !tile.is_full()
            && let Some(mut data) = self.get_tile(head, tile.full()).await?
        {
            data.truncate(tile.byte_length());
            return Ok(data);
        }
        Err(LogError::TileMissing { tile, head: head.clone() })
    }

    async fn get_tile(&self, head: &HeadOrigin, tile: Tile) -> Result<Option<Vec<u8>>, LogError> {
        let length = tile.byte_length();
        let data = self.get(&format!("/{tile}"), length as u64).await?;
        match data {
            Some(data) if data.len() != length => {
                let source = TileError::WrongLength { tile, found: data.len() };
                Err(LogError::BadTile { head: head.clone(), source })
            }
            data => Ok(data),
        }
    }

    async fn get(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, LogError> {
        match self.transport.get(path, limit).await {
            Err(TransportError::TooLong) => Err(LogError::Oversized { path: path.to_owned(), limit }),
            Err(source) => Err(LogError::Unreachable { path: path.to_owned(), source }),
            // The transport should stop at the limit, but don't rely on it.
            Ok(Some(body)) if body.len() as u64 > limit => {
                Err(LogError::Oversized { path: path.to_owned(), limit })
            }
            Ok(body) => Ok(body),
        }
    }
}

/// Proves a stored record again with the key alone: the signature of its head, its place in the tree, and its sum for
/// this module version.
pub fn verify_offline(
    key: &VerifierKey,
    module: &str,
    version: &str,
    record: &LogRecord,
) -> Result<(), LogError> {
    verified(key, module, version, record, &HeadOrigin::Receipt).map(drop)
}

/// The head of a record, after the record was proven by it.
fn verified(
    key: &VerifierKey,
    module: &str,
    version: &str,
    record: &LogRecord,
    origin: &HeadOrigin,
) -> Result<SignedHead, LogError> {
    let signed = SignedHead::open(record.head_note.as_bytes(), key, origin)?;
    let TreeHead { size, hash } = signed.head;
    if size != record.tree_size {
        return Err(LogError::SizeMismatch { claimed: record.tree_size, signed: size });
    }
    let leaf = tlog::record_hash(record.text.as_bytes());
    tlog::check_record_proof(&record.proof, size, hash, record.id, leaf)
        .map_err(|source| LogError::RecordNotInTree { id: record.id, source })?;
    let recorded = sum_line(record.id, &record.text, module, version)?;
    if recorded != record.h1 {
        return Err(LogError::SumMismatch { claimed: record.h1.clone(), recorded });
    }
    Ok(signed)
}

/// The head of the largest tree.
fn newest_of(heads: &[SignedHead], otherwise: &SignedHead) -> SignedHead {
    heads.iter().max_by_key(|signed| signed.head.size).unwrap_or(otherwise).clone()
}

/// Compares the heads of at least `smallest` records with the newest tree: `root_at` returns its root at an older
/// size, and the consistency proof.
fn check_prefixes(
    heads: &[SignedHead],
    newest: &SignedHead,
    smallest: u64,
    root_at: impl Fn(u64) -> Result<(Hash, Vec<Hash>), TreeProofError>,
) -> Result<(), LogError> {
    for older in heads.iter().filter(|signed| signed.head.size >= smallest) {
        let bad =
            |error: TreeProofError| LogError::BadTile { head: newest.origin.clone(), source: error.into() };
        let (computed, proof) = root_at(older.head.size).map_err(bad)?;
        if computed != older.head.hash {
            return Err(LogError::Fork {
                older: older.note.clone(),
                older_from: older.origin.clone(),
                newer: newest.note.clone(),
                newer_from: newest.origin.clone(),
                computed,
                proof,
            });
        }
    }
    Ok(())
}

/// Makes the inclusion proof from proven tiles, and checks it as any reader of the record would.
fn prove(timeline: &Timeline, served: &ServedRecord<'_>) -> Result<Vec<Hash>, LogError> {
    let TreeHead { size, hash } = timeline.newest.head;
    let leaf = tlog::record_hash(served.text.as_bytes());
    tlog::prove_record(size, served.id, |node| timeline.tiles.hash(node))
        .and_then(|proof| tlog::check_record_proof(&proof, size, hash, served.id, leaf).map(|()| proof))
        .map_err(|source| LogError::RecordNotInTree { id: served.id, source })
}

/// The sum on the single line `MODULE VERSION h1:...` of a proven record. The line of the version's `go.mod` has
/// another second word. Other kinds of sums, which may be added later, are ignored, as in Go.
pub(crate) fn sum_line(id: u64, text: &str, module: &str, version: &str) -> Result<String, LogError> {
    let about = format!("{module} {version} ");
    let lines: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(&about)).collect();
    if lines.is_empty() {
        let (module, version) = (module.to_owned(), version.to_owned());
        return Err(LogError::WrongRecord { id, module, version, found: excerpt(text.as_bytes()) });
    }
    let sums: Vec<_> = lines.iter().filter_map(|sum| sum.strip_prefix("h1:")).collect();
    let [sum] = sums[..] else {
        let (module, version) = (module.to_owned(), version.to_owned());
        return Err(LogError::LineCount { id, module, version, count: sums.len() });
    };
    let sum = Hash::parse(sum).map_err(|source| LogError::MalformedSum { id, source })?;
    Ok(format!("h1:{sum}"))
}

/// The path of a lookup. Upper-case letters are escaped as `!x`, as in Go, for file systems that ignore case.
fn lookup_path(module: &str, version: &str) -> Result<String, LogError> {
    let valid_module = module.split('/').all(|element| is_valid_element(element, b"-._~"));
    if !valid_module || !is_valid_element(version, b"-._+") {
        return Err(LogError::Name { value: format!("{module}@{version}") });
    }
    Ok(format!("/lookup/{}@{}", escape(module), escape(version)))
}

/// Stricter than Go's rule for names that would need URL escapes; no such version exists.
fn is_valid_element(element: &str, marks: &[u8]) -> bool {
    let only_dots = element.bytes().all(|byte| byte == b'.');
    !only_dots && element.bytes().all(|byte| byte.is_ascii_alphanumeric() || marks.contains(&byte))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    escaped
}
