//! An answer to a lookup, given to the real client by a log that is honest but for this answer. A line `root`
//! below a size becomes the true root, and words become signatures (`gom_fuzz::note`).
//!
//! Owns: the check that a record that comes out is the one in the log, with a proof that holds offline, that
//! an answer that is right by a naive reader is taken, and that the memory only ever holds a true head.
#![no_main]

use std::fs;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use gom_fuzz::log::{Log, MODULE, SIZE, VERSION, record};
use gom_fuzz::note::{Signer, open, sign, tree_head};
use gom_fuzz::scratch::Scratch;
use gom_sumdb::tlog::ServedRecord;
use gom_sumdb::{LogClient, LogError, LogRecord, LogState, LogTransport, TransportError, verify_offline};
use libfuzzer_sys::fuzz_target;

static OURS: LazyLock<Signer> = LazyLock::new(Signer::ours);
static LOG: LazyLock<Log> = LazyLock::new(Log::new);
static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::new);

/// What the memory holds before each lookup.
const KNOWN_SIZE: u64 = 300;

fuzz_target!(|data: &[u8]| {
    served_record_is_what_was_served(data);
    let answer = match str::from_utf8(data) {
        Ok(text) => sign(&OURS, &with_roots(text)).into_bytes(),
        Err(_) => data.to_vec(),
    };
    let memory = SCRATCH.path("latest");
    fs::write(&memory, sign(&OURS, &head(KNOWN_SIZE))).expect("no memory");
    let found = lookup(&answer);
    memory_is_true(&fs::read(&memory).expect("the memory is gone"));
    match found {
        Ok(found) => is_proven(&found),
        Err(error) => {
            assert_ne!(expected(&answer), Some(()), "{error}");
            let lines = error.to_string();
            assert!(!lines.contains(|c: char| c.is_control() && c != '\n'), "{lines:?}");
        }
    }
});

fn served_record_is_what_was_served(data: &[u8]) {
    if let Ok(ServedRecord { id, text, rest }) = ServedRecord::parse(data) {
        assert_eq!([format!("{id}\n{text}\n").as_bytes(), rest].concat(), data);
        assert!(text.ends_with('\n') && !text.contains("\n\n"), "{text:?}");
    }
}

fn head(size: u64) -> String {
    with_roots(&format!("go.sum database tree\n{size}\nroot\n\n\u{2014} ours\n"))
}

fn with_roots(text: &str) -> String {
    let mut size = None;
    let lines = text.split('\n').map(|line| {
        let root = size.and_then(|size| LOG.root(size)).filter(|_| line == "root");
        size = line.parse().ok();
        root.map_or_else(|| line.to_owned(), |root| gom_sumdb::tlog::Hash(root).to_string())
    });
    lines.collect::<Vec<_>>().join("\n")
}

struct Honest<'a> {
    answer: &'a [u8],
}

impl LogTransport for Honest<'_> {
    async fn get(&self, path: &str, _limit: u64) -> Result<Option<Vec<u8>>, TransportError> {
        if path == format!("/lookup/{MODULE}@{VERSION}") {
            return Ok(Some(self.answer.to_vec()));
        }
        Ok(path.strip_prefix('/').and_then(|path| LOG.tile(path)))
    }
}

fn lookup(answer: &[u8]) -> Result<LogRecord, LogError> {
    let state = LogState { head_file: SCRATCH.path("latest"), tile_dir: None, other_heads: Vec::new() };
    let client = LogClient::new(OURS.key(), Honest { answer }, state);
    let mut lookup = Box::pin(client.lookup(MODULE, VERSION));
    // The transport never waits.
    match lookup.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(found) => found,
        Poll::Pending => unreachable!("the transport waits"),
    }
}

fn is_proven(found: &LogRecord) {
    assert!(found.id < found.tree_size);
    assert_eq!(found.text, record(found.id));
    assert_eq!(sums(&found.text), [found.h1.as_str()]);
    assert_eq!(
        verify_offline(&OURS.key(), MODULE, VERSION, found).map_err(|error| error.to_string()),
        Ok(())
    );
    assert!(verify_offline(&OURS.key(), MODULE, "v0.0.1-go1.22.7.linux-amd64", found).is_err());
    let kept = serde_json::to_string(found).expect("a record is JSON");
    assert_eq!(&serde_json::from_str::<LogRecord>(&kept).expect("a record reads back"), found);
}

/// Our log signs what it is told to, but only one history is served: the memory stays on that.
fn memory_is_true(memory: &[u8]) {
    let (size, root) = open(&OURS, memory).and_then(tree_head).expect("the memory holds no head");
    assert!((KNOWN_SIZE..=SIZE).contains(&size), "{size}");
    assert_eq!(Some(root), LOG.root(size));
}

/// Whether the answer has to be taken.
fn expected(answer: &[u8]) -> Option<()> {
    let text = str::from_utf8(answer).ok()?;
    let (id, rest) = text.split_once('\n')?;
    let (lines, note) = rest.split_once("\n\n")?;
    let number: u64 = id.parse().ok()?;
    let (size, root) = tree_head(open(&OURS, note.as_bytes())?)?;
    let lines = format!("{lines}\n");
    let is_record = number.to_string() == id && lines == record(number);
    let newest = size.max(KNOWN_SIZE);
    let is_head = LOG.root(size) == Some(root) && number < newest;
    (is_record && is_head && sums(&lines).len() == 1 && sums(&lines)[0].len() == 47).then_some(())
}

fn sums(text: &str) -> Vec<&str> {
    let about = format!("{MODULE} {VERSION} ");
    text.lines().filter_map(|line| line.strip_prefix(&about)).filter(|sum| sum.starts_with("h1:")).collect()
}
