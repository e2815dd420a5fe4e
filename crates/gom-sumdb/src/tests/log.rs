//! A checksum database in memory, signed by a test key, and a server of it that can be told to lie.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

use crate::tlog::{Hash, Node, node_hash, record_hash, tree_hash};
use crate::{LogClient, LogState, LogTransport, TransportError, VerifierKey};

pub(super) const TOOLCHAIN: &str = "golang.org/toolchain";
pub(super) const VERSION: &str = "v0.0.1-go1.22.6.linux-amd64";
/// The number of the record of [`VERSION`] in every test log.
pub(super) const RECORD: u64 = 1000;
/// A size with every kind of tile: the edge has one tile on each of three levels, with eight subtrees in total, and a
/// record at the beginning is under full tiles of two levels.
pub(super) const SIZE: u64 = 65_536 + 7 * 256 + 15;

/// A key pair from a seed of one repeated byte.
pub(crate) struct Signer {
    pair: Ed25519KeyPair,
    key: VerifierKey,
}

impl Signer {
    pub(crate) fn new(name: &str, seed: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let encoded = [&[1], pair.public_key().as_ref()].concat();
        let digest = Sha256::digest([name.as_bytes(), b"\n", &encoded].concat());
        let hash = u32::from_be_bytes(digest[..4].try_into().unwrap());
        let key =
            VerifierKey::parse(&format!("{name}+{hash:08x}+{}", BASE64_STANDARD.encode(encoded))).unwrap();
        Self { pair, key }
    }

    pub(crate) fn key(&self) -> &VerifierKey {
        &self.key
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        let hash = self.key.hash().to_be_bytes();
        let signature = [&hash, self.pair.sign(text.as_bytes()).as_ref()].concat();
        format!("{text}\n\u{2014} {} {}\n", self.key.name(), BASE64_STANDARD.encode(signature))
    }
}

pub(super) fn signer() -> Signer {
    Signer::new("sum.test", 42)
}

/// The text of a record as a log writes it. The sums are made from the version.
pub(super) fn record(version: &str) -> String {
    let (zip, module) = (sum(version), sum("the one go.mod of all toolchains"));
    format!("{TOOLCHAIN} {version} {zip}\n{TOOLCHAIN} {version}/go.mod {module}\n")
}

pub(super) fn sum(of: &str) -> String {
    format!("h1:{}", record_hash(of.as_bytes()))
}

/// Records and all hashes over them, level by level.
pub(super) struct TestLog {
    records: Vec<String>,
    levels: Vec<Vec<Hash>>,
}

impl TestLog {
    pub(super) fn new(records: Vec<String>) -> Arc<Self> {
        let mut levels = vec![records.iter().map(|text| record_hash(text.as_bytes())).collect::<Vec<_>>()];
        while let Some(last) = levels.last()
            && last.len() > 1
        {
            let parents = last.chunks_exact(2).map(|pair| node_hash(pair[0], pair[1])).collect();
            levels.push(parents);
        }
        Arc::new(Self { records, levels })
    }

    /// A log of [`SIZE`] records whose records differ from those of its siblings from `first_difference` on.
    pub(super) fn with_history(name: &str, first_difference: u64) -> Arc<Self> {
        let text = |number| match number {
            RECORD => record(VERSION),
            number if number < first_difference => format!("example.org/filler v0.{number}.0 h1:\n"),
            number => format!("example.org/{name} v0.{number}.0 h1:\n"),
        };
        Self::new((0..SIZE).map(text).collect())
    }

    pub(super) fn hash(&self, node: Node) -> Option<Hash> {
        let level = self.levels.get(usize::try_from(node.level).ok()?)?;
        level.get(usize::try_from(node.index).ok()?).copied()
    }

    /// The root of its first `size` records.
    pub(super) fn root(&self, size: u64) -> Hash {
        tree_hash(size, |node| self.hash(node)).unwrap()
    }

    pub(super) fn note(&self, size: u64) -> String {
        self.note_with(size, "")
    }

    /// A signed head whose text has more lines than a head needs.
    pub(super) fn note_with(&self, size: u64, more: &str) -> String {
        let root = self.root(size);
        signer().sign(&format!("go.sum database tree\n{size}\n{root}\n{more}"))
    }

    /// The answer about one record, under the head of `size` records.
    pub(super) fn answer(&self, id: u64, size: u64) -> Vec<u8> {
        let text = &self.records[usize::try_from(id).unwrap()];
        format!("{id}\n{text}\n{}", self.note(size)).into_bytes()
    }

    /// The bytes of a tile by its path, if a tree of `size` records has it.
    pub(super) fn tile(&self, path: &str, size: u64) -> Option<Vec<u8>> {
        let (path, width) =
            path.split_once(".p/").map_or((path, 256), |(path, width)| (path, width.parse().unwrap()));
        let (level, number) = path.strip_prefix("/tile/8/")?.split_once('/')?;
        let level: u32 = level.parse().unwrap();
        let index: u64 = number.replace(['x', '/'], "").parse().unwrap();
        let start = index * 256;
        if start + width > size >> (8 * level) {
            return None;
        }
        let node = |index| self.hash(Node { level: 8 * level, index });
        Some((start..start + width).filter_map(node).flat_map(|hash| hash.0).collect())
    }
}

/// The log that most tests use; made once, because it has 67,343 records.
pub(super) fn main_log() -> Arc<TestLog> {
    static LOG: LazyLock<Arc<TestLog>> = LazyLock::new(|| TestLog::with_history("filler", SIZE));
    Arc::clone(&LOG)
}

type Hook = Box<dyn FnOnce() + Send>;

/// Serves a log up to a size, except where it was told to serve something else.
pub(super) struct Server {
    log: Arc<TestLog>,
    size: u64,
    overrides: Mutex<HashMap<String, Option<Vec<u8>>>>,
    requests: Mutex<Vec<String>>,
    before_first_tile: Mutex<Option<Hook>>,
    only_full_tiles: bool,
}

impl Server {
    pub(super) fn new(log: Arc<TestLog>, size: u64) -> Self {
        let answer = (RECORD < size).then(|| log.answer(RECORD, size));
        Self {
            log,
            size,
            overrides: Mutex::new(HashMap::from([(lookup_path(), answer)])),
            requests: Mutex::default(),
            before_first_tile: Mutex::default(),
            only_full_tiles: false,
        }
    }

    /// Serves only the full version of a tile that is full.
    pub(super) fn only_full_tiles(mut self) -> Self {
        self.only_full_tiles = true;
        self
    }

    pub(super) fn answering(self, body: impl Into<Vec<u8>>) -> Self {
        self.serving(&lookup_path(), Some(body.into()))
    }

    pub(super) fn serving(self, path: &str, body: Option<Vec<u8>>) -> Self {
        self.overrides.lock().unwrap().insert(path.to_owned(), body);
        self
    }

    pub(super) fn before_first_tile(self, hook: impl FnOnce() + Send + 'static) -> Self {
        *self.before_first_tile.lock().unwrap() = Some(Box::new(hook));
        self
    }

    /// The paths of the tiles that were requested since the last call.
    pub(super) fn take_tile_requests(&self) -> Vec<String> {
        let mut requests = std::mem::take(&mut *self.requests.lock().unwrap());
        requests.retain(|path| path.starts_with("/tile/"));
        requests
    }

    fn body(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(body) = self.overrides.lock().unwrap().get(path) {
            return body.clone();
        }
        let full = path.split_once(".p/").map(|(full, _)| full);
        if self.only_full_tiles && full.is_some_and(|full| self.log.tile(full, self.size).is_some()) {
            return None;
        }
        self.log.tile(path, self.size)
    }
}

pub(super) fn lookup_path() -> String {
    format!("/lookup/{TOOLCHAIN}@{VERSION}")
}

impl LogTransport for Arc<Server> {
    async fn get(&self, path: &str, _limit: u64) -> Result<Option<Vec<u8>>, TransportError> {
        self.requests.lock().unwrap().push(path.to_owned());
        let hook =
            path.starts_with("/tile/").then(|| self.before_first_tile.lock().unwrap().take()).flatten();
        if let Some(hook) = hook {
            hook();
        }
        // Lets the other requests of a round run, as a network would.
        tokio::task::yield_now().await;
        Ok(self.body(path))
    }
}

/// A temporary folder for the memory of a client.
pub(super) struct Memory {
    dir: tempfile::TempDir,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A memory with this stored head.
    pub(super) fn holding(note: &str) -> Self {
        let memory = Self::new();
        fs_err::write(memory.head_file(), note).unwrap();
        memory
    }

    pub(super) fn head_file(&self) -> PathBuf {
        self.dir.path().join("latest")
    }

    pub(super) fn tile_dir(&self) -> PathBuf {
        self.dir.path().join("tiles")
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(super) fn head(&self) -> Option<String> {
        fs_err::read_to_string(self.head_file()).ok()
    }

    pub(super) fn state(&self) -> LogState {
        LogState { head_file: self.head_file(), tile_dir: Some(self.tile_dir()), other_heads: Vec::new() }
    }

    pub(super) fn client(&self, server: &Arc<Server>) -> LogClient<Arc<Server>> {
        LogClient::new(signer().key().clone(), Arc::clone(server), self.state())
    }
}
