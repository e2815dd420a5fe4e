//! A complete Go checksum database with a test key: records, tree, tiles, signed heads, and lies.
//!
//! It owns the answers of such a server; the test that mounts it decides its address. A [`TestLog`] is a
//! handle: clones share one log, and a record added later is served at once. Invariant: without a lie,
//! everything served verifies with [`TestLog::key`].
//! Source: `golang.org/x/mod/sumdb` (server.go, note, tlog).

mod note;
mod tree;

use crate::encode::hash1;
use crate::internet::{Route, Site, Source};
use crate::toolchain::FakeToolchain;
use note::Signer;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use tree::{Tile, Tree};

/// The number of unrelated records in a new log: enough for two tiles of leaves and a tile above them.
const PADDING: usize = 300;

/// A checksum database; see the module's documentation.
#[derive(Clone)]
pub struct TestLog {
    name: String,
    state: Arc<Mutex<State>>,
}

#[derive(Clone)]
struct State {
    signer: Signer,
    records: Vec<Record>,
    tree: Tree,
    lies: Lies,
}

#[derive(Clone)]
struct Record {
    /// `MODULE@VERSION`
    key: String,
    text: String,
}

#[derive(Clone, Default)]
struct Lies {
    signature: Signature,
    tile: Option<(u32, usize)>,
    record_of: Option<String>,
    size: Option<usize>,
}

#[derive(Clone, Copy, Default)]
enum Signature {
    #[default]
    True,
    None,
    Forged,
    Stranger,
}

impl TestLog {
    /// Makes a log with some hundred unrelated records; `name` and `seed` determine its key.
    pub fn new(name: &str, seed: u64) -> Self {
        let state = State {
            signer: Signer::new(name, seed),
            records: Vec::new(),
            tree: Tree::default(),
            lies: Lies::default(),
        };
        let log = Self { name: name.to_owned(), state: Arc::new(Mutex::new(state)) };
        for number in 0..PADDING {
            log.add(&format!("example.test/padding{number}"), "v1.0.0", &padding_h1(number));
        }
        log
    }

    /// The log's name, as in its key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `NAME+HASH+KEY`, as in GOSUMDB.
    pub fn key(&self) -> String {
        self.state().signer.key()
    }

    /// A GOSUMDB value that finds this log at `url`.
    pub fn gosumdb(&self, url: &str) -> String {
        format!("{} {url}", self.key())
    }

    /// Records the sums of a module version and returns the record's id. The sum of go.mod is that of a file
    /// with only a module line, as in toolchains.
    pub fn add(&self, module: &str, version: &str, h1: &str) -> usize {
        let gomod = format!("module {module}\n");
        self.add_with_go_mod(module, version, h1, &gomod)
    }

    /// Records the sums of a module version with this go.mod, and returns the record's id.
    pub fn add_with_go_mod(&self, module: &str, version: &str, h1: &str, gomod: &str) -> usize {
        let gomod_h1 = hash1([("go.mod".to_owned(), gomod.as_bytes())]);
        let text = format!("{module} {version} {h1}\n{module} {version}/go.mod {gomod_h1}\n");
        self.state().append(Record { key: format!("{module}@{version}"), text })
    }

    /// Records a toolchain, with its true sum, and returns the record's id.
    pub fn publish(&self, toolchain: &FakeToolchain) -> usize {
        self.add("golang.org/toolchain", &toolchain.module_version(), &toolchain.h1())
    }

    /// Appends `count` unrelated records.
    pub fn grow(&self, count: usize) {
        for _ in 0..count {
            let number = self.len();
            self.add(&format!("example.test/growth{number}"), "v1.0.0", &padding_h1(number));
        }
    }

    /// The number of records.
    #[expect(clippy::len_without_is_empty, reason = "a log is never empty")]
    pub fn len(&self) -> usize {
        self.state().records.len()
    }

    /// The newest signed head, as `/latest` serves it.
    pub fn head(&self) -> String {
        self.state().head()
    }

    /// Returns the answer for a path such as `/lookup/MODULE@VERSION`.
    pub fn answer(&self, path: &str) -> Option<Vec<u8>> {
        self.state().answer(path)
    }

    /// Signs any text as if it were a head.
    pub fn sign(&self, text: &str) -> String {
        self.state().signer.sign(text)
    }

    /// A site with this log at its root.
    pub fn site(&self) -> Site {
        Site::of(self.clone())
    }

    /// Writes everything served into a folder, for `file://`.
    pub fn write_to(&self, dir: &Path) {
        let state = self.state();
        let tiles = state.tree.tiles().into_iter().map(Tile::path);
        let lookups = state.records.iter().map(|record| format!("/lookup/{}", escape(&record.key)));
        let fixed = ["/supported", "/latest"].map(str::to_owned);
        for path in tiles.chain(lookups).chain(fixed) {
            let body = state.answer(&path).expect("a path of our own");
            let file = dir.join(path.trim_start_matches('/'));
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("making folders for the log");
            std::fs::write(file, body).expect("writing the log");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds a log")
    }
}

/// Lies.
impl TestLog {
    /// Makes another log with the same name and key, in which the record `index` has another sum. Later
    /// changes to one log do not affect the other.
    #[must_use]
    pub fn fork(&self, index: usize) -> Self {
        let mut state = self.state().clone();
        let mut records = std::mem::take(&mut state.records);
        state.tree = Tree::default();
        let (module, version) = records[index].key.split_once('@').expect("MODULE@VERSION");
        let (line, rest) = records[index].text.split_once('\n').expect("a line");
        assert!(line.starts_with(&format!("{module} {version} ")));
        records[index].text = format!("{module} {version} {}\n{rest}", padding_h1(usize::MAX));
        for record in records {
            state.append(record);
        }
        Self { name: self.name.clone(), state: Arc::new(Mutex::new(state)) }
    }

    /// Flips one bit (0 to 255 of the first hash) of every tile served for this tile level (0: the leaves).
    pub fn tamper_tile(&self, level: u32, bit: usize) {
        self.state().lies.tile = Some((level, bit));
    }

    /// Answers every lookup with the record of `MODULE@VERSION`.
    pub fn serve_record_of(&self, module_version: &str) {
        self.state().lies.record_of = Some(module_version.to_owned());
    }

    /// Serves heads without a signature.
    pub fn unsigned(&self) {
        self.state().lies.signature = Signature::None;
    }

    /// Serves heads signed by another key that claims to be this one: the signature is wrong.
    pub fn wrong_key(&self) {
        self.state().lies.signature = Signature::Forged;
    }

    /// Serves heads correctly signed by an unknown key.
    pub fn stranger_key(&self) {
        self.state().lies.signature = Signature::Stranger;
    }

    /// Serves the heads from when there were `size` records.
    pub fn shrink(&self, size: usize) {
        self.state().lies.size = Some(size);
    }

    /// Stops all lies.
    pub fn be_honest(&self) {
        self.state().lies = Lies::default();
    }
}

impl Source for TestLog {
    fn route(&self, path: &str) -> Option<Route> {
        let body = self.answer(path)?;
        Some(if path.starts_with("/tile/") {
            Route::bytes(body)
        } else {
            Route::ok("text/plain; charset=UTF-8", body)
        })
    }
}

impl State {
    fn append(&mut self, record: Record) -> usize {
        self.tree.append(record.text.as_bytes());
        self.records.push(record);
        self.records.len() - 1
    }

    fn answer(&self, path: &str) -> Option<Vec<u8>> {
        match path {
            "/supported" => Some(Vec::new()),
            "/latest" => Some(self.head().into_bytes()),
            _ => match path.strip_prefix("/lookup/") {
                Some(wanted) => self.lookup(&unescape(wanted)?).map(String::into_bytes),
                None => self.tile(Tile::parse(path)?),
            },
        }
    }

    /// Record id, record, empty line, signed head.
    fn lookup(&self, wanted: &str) -> Option<String> {
        let wanted = self.lies.record_of.as_deref().unwrap_or(wanted);
        let id = self.records.iter().position(|record| record.key == wanted)?;
        Some(format!("{id}\n{}\n{}", self.records[id].text, self.head()))
    }

    fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        let mut bytes = self.tree.tile(tile)?;
        if let Some((level, bit)) = self.lies.tile
            && level == tile.level
        {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        Some(bytes)
    }

    fn head(&self) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let size = self.lies.size.unwrap_or(self.records.len());
        let text = format!("go.sum database tree\n{size}\n{}\n", STANDARD.encode(self.tree.head(size)));
        match self.lies.signature {
            Signature::True => self.signer.sign(&text),
            Signature::None => format!("{text}\n"),
            Signature::Forged => self.signer.forge(&text),
            Signature::Stranger => self.signer.stranger().sign(&text),
        }
    }
}

fn padding_h1(number: usize) -> String {
    hash1([("made-up".to_owned(), number.to_string().as_bytes())])
}

/// Escapes a path as Go does for file systems that ignore case: `A` is `!a`.
pub(crate) fn escape(path: &str) -> String {
    path.chars().fold(String::new(), |mut escaped, letter| {
        if letter.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(letter.to_ascii_lowercase());
        escaped
    })
}

/// Removes Go's escape; `None` for a text that no escape produces.
fn unescape(path: &str) -> Option<String> {
    let mut letters = path.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '!' => plain.push(letters.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase()),
            'A'..='Z' => return None,
            _ => plain.push(letter),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests;
