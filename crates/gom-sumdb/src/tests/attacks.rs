//! Logs and proxies that lie. Each lookup must fail with an integrity error and not change the memory.

use std::sync::Arc;

use super::log::{
    Memory, RECORD, SIZE, Server, Signer, TOOLCHAIN, TestLog, VERSION, lookup_path, main_log, record, signer,
    sum,
};
use crate::tile::TileError;
use crate::tlog::{Hash, TreeProofError, node_hash, record_hash};
use crate::{LogClient, LogError, LogTransport, TransportError};

/// Asks a lying server with an empty memory.
async fn refused(server: Server) -> LogError {
    let memory = Memory::new();
    let error = memory.client(&Arc::new(server)).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(error.is_integrity(), "{error}");
    error
}

fn server() -> Server {
    Server::new(main_log(), SIZE)
}

#[tokio::test]
async fn an_answer_that_is_not_a_record_is_refused() {
    let note = main_log().note(SIZE);
    for body in [
        String::new(),
        "\n".to_owned(),
        note.clone(),
        format!("{RECORD}\n\n{note}"),
        "<!doctype html>\n<p>Please log in\n\n</p>".to_owned(),
    ] {
        let error = refused(server().answering(body.clone())).await;
        assert!(matches!(error, LogError::Malformed { .. }), "{body}: {error}");
    }
    let error = refused(server().answering(format!("{RECORD}\n{}\n", record(VERSION)))).await;
    assert!(matches!(error, LogError::Signature { .. }), "{error}");
}

/// Go accepted such answers until 1.26.3 (CVE-2026-42501): each record here is genuine and proven, but about
/// something else.
#[tokio::test]
async fn a_genuine_record_about_something_else_is_refused() {
    for text in [
        record("v0.0.1-go1.22.5.linux-amd64"),
        record("v0.0.1-go1.22.6.linux-arm64"),
        record("v0.0.1-go1.22.6.linux-amd64p32"),
        format!("golang.org/toolchain2 {VERSION} {}\n", sum(VERSION)),
        format!("evil.example/{TOOLCHAIN} {VERSION} {}\n", sum(VERSION)),
        format!(" {TOOLCHAIN} {VERSION} {}\n", sum(VERSION)),
        format!("{TOOLCHAIN} {VERSION}/go.mod {}\n", sum(VERSION)),
        format!("{TOOLCHAIN}\u{a0}{VERSION} {}\n", sum(VERSION)),
        "unrelated\n".to_owned(),
    ] {
        let log = TestLog::new(vec![text.clone()]);
        let answer = log.answer(0, 1);
        let error = refused(Server::new(log, 1).answering(answer)).await;
        assert!(matches!(error, LogError::WrongRecord { id: 0, .. }), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_record_must_have_exactly_one_sum_of_the_content() {
    let line = |sum: &str| format!("{TOOLCHAIN} {VERSION} {sum}\n");
    for (text, expected) in [
        (line(&sum("a")) + &line(&sum("a")), 2),
        (line(&sum("a")) + &line(&sum("b")), 2),
        (line("h2:unknown"), 0),
    ] {
        let log = TestLog::new(vec![text.clone()]);
        let answer = log.answer(0, 1);
        let error = refused(Server::new(log, 1).answering(answer)).await;
        assert!(matches!(error, LogError::LineCount { count, .. } if count == expected), "{text}: {error}");
    }
    for bad in ["h1:", "h1:AAAA", &format!("{} ", sum("a")), &format!("{} evil", sum("a"))] {
        let log = TestLog::new(vec![line(bad)]);
        let answer = log.answer(0, 1);
        let error = refused(Server::new(log, 1).answering(answer)).await;
        assert!(matches!(error, LogError::MalformedSum { .. }), "{bad}: {error}");
    }
}

/// The bypass of CVE-2026-56864: a line that is in the answer but not in the log.
#[tokio::test]
async fn only_the_proven_text_is_read() {
    let evil = format!("{TOOLCHAIN} {VERSION} {}\n", sum("evil"));
    let note = main_log().note(SIZE);
    for text in [evil.clone() + &record(VERSION), record(VERSION) + &evil, evil.clone()] {
        let error = refused(server().answering(format!("{RECORD}\n{text}\n{note}"))).await;
        assert!(matches!(error, LogError::RecordNotInTree { id: RECORD, .. }), "{text}: {error}");
    }
    // Lines in the text of the signed note are ignored, for the right record and for others.
    let crowded = main_log().note_with(SIZE, &format!("{evil}\n{evil}"));
    let server = Server::new(main_log(), SIZE).answering(format!("{RECORD}\n{}\n{crowded}", record(VERSION)));
    let found = Memory::new().client(&Arc::new(server)).lookup(TOOLCHAIN, VERSION).await.unwrap();
    assert_eq!(found.h1, sum(VERSION));
    let other = String::from_utf8(main_log().answer(7, SIZE)).unwrap().replace(&note, &crowded);
    assert!(other.contains(&evil));
    let error = refused(self::server().answering(other)).await;
    assert!(matches!(error, LogError::WrongRecord { id: 7, .. }), "{error}");
}

#[tokio::test]
async fn a_record_elsewhere_or_beyond_the_tree_is_refused() {
    let note = main_log().note(SIZE);
    let error = refused(server().answering(format!("1001\n{}\n{note}", record(VERSION)))).await;
    assert!(matches!(error, LogError::RecordNotInTree { id: 1001, .. }), "{error}");
    for id in [SIZE, SIZE + 1, i64::MAX.unsigned_abs()] {
        let error = refused(server().answering(format!("{id}\n{}\n{note}", record(VERSION)))).await;
        let LogError::RecordNotInTree { source, .. } = error else { panic!("{error}") };
        assert_eq!(source, TreeProofError::OutsideTree { index: id, size: SIZE });
    }
}

#[tokio::test]
async fn a_head_signed_by_another_key_is_refused() {
    let memory = Memory::new();
    let other = Signer::new("sum.test", 43);
    let client = LogClient::new(other.key().clone(), Arc::new(server()), memory.state());
    let error = client.lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(error, LogError::Signature { .. }) && error.is_integrity(), "{error}");
    assert_eq!(memory.head(), None);
}

/// The tiles of an honest lookup, with what the log serves for them.
async fn honest_tiles() -> Vec<(String, Vec<u8>)> {
    let server = Arc::new(server());
    Memory::new().client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    let paths = server.take_tile_requests();
    paths.into_iter().map(|path| (path.clone(), main_log().tile(&path, SIZE).unwrap())).collect()
}

#[tokio::test]
async fn one_bit_in_any_tile_is_found() {
    let tiles = honest_tiles().await;
    assert_eq!(tiles.len(), 5, "three at the edge, two above the record: {tiles:?}");
    for (path, data) in tiles {
        for place in [0, 31, data.len() / 2, data.len() - 1] {
            let mut forged = data.clone();
            forged[place] ^= 0x10;
            let memory = Memory::new();
            let server = Arc::new(server().serving(&path, Some(forged)));
            let error = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
            assert!(matches!(error, LogError::BadTile { .. }), "byte {place} of {path}: {error}");
            assert!(error.is_integrity());
            assert_eq!(memory.head(), None, "{path}");
            assert!(!memory.tile_dir().exists(), "no tile of a forged round is cached: {path}");
        }
    }
}

/// The bypass of CVE-2026-56865: tiles that agree with each other and with a forged record, but not with the
/// head. Go skipped the check of as many tiles as the edge has subtrees more than tiles.
#[tokio::test]
async fn forged_tiles_that_agree_with_each_other_are_found() {
    let log = main_log();
    let evil = format!("{TOOLCHAIN} {VERSION} {}\n", sum("evil"));
    let (leaf_path, parent_path, edge_path) = ("/tile/8/0/003", "/tile/8/1/000", "/tile/8/2/000.p/1");
    let forge = |path: &str, entry: u8, hash: Hash| {
        let mut data = log.tile(path, SIZE).unwrap();
        let start = usize::from(entry) * 32;
        data[start..start + 32].copy_from_slice(&hash.0);
        data
    };
    let leaf_tile = forge(leaf_path, 232, record_hash(evil.as_bytes()));
    let parent_tile = forge(parent_path, 3, whole_tile_hash(&leaf_tile));
    let edge_tile = whole_tile_hash(&parent_tile).0.to_vec();
    let answer = format!("{RECORD}\n{evil}\n{}", log.note(SIZE));

    let one = server().answering(answer.clone()).serving(leaf_path, Some(leaf_tile));
    let leaf_tile_alone = refused(one).await;
    assert!(
        matches!(leaf_tile_alone, LogError::BadTile { source: TileError::Forged { tile }, .. } if tile.path() == "tile/8/0/003")
    );

    let two = || {
        let server = server().answering(answer.clone());
        let leaf_tile = forge(leaf_path, 232, record_hash(evil.as_bytes()));
        server.serving(leaf_path, Some(leaf_tile)).serving(parent_path, Some(parent_tile.clone()))
    };
    let both = refused(two()).await;
    assert!(
        matches!(both, LogError::BadTile { source: TileError::Forged { tile }, .. } if tile.path() == "tile/8/1/000")
    );

    let all_three = refused(two().serving(edge_path, Some(edge_tile))).await;
    assert!(
        matches!(all_three, LogError::BadTile { source: TileError::WrongRoot { size: SIZE, .. }, .. }),
        "{all_three}"
    );
}

fn whole_tile_hash(data: &[u8]) -> Hash {
    let mut hashes: Vec<_> = data.chunks_exact(32).map(|hash| Hash(hash.try_into().unwrap())).collect();
    while hashes.len() > 1 {
        hashes = hashes.chunks_exact(2).map(|pair| node_hash(pair[0], pair[1])).collect();
    }
    hashes[0]
}

#[tokio::test]
async fn bodies_have_limits() {
    let error = refused(server().answering(vec![b'0'; 1_000_001])).await;
    assert!(matches!(error, LogError::Oversized { limit: 1_000_000, .. }), "{error}");
    assert!(error.to_string().contains(&lookup_path()));

    let tile = main_log().tile("/tile/8/1/000", SIZE).unwrap();
    let longer = [tile.as_slice(), &[0]].concat();
    let error = refused(server().serving("/tile/8/1/000", Some(longer))).await;
    assert!(matches!(error, LogError::Oversized { limit: 8192, .. }), "{error}");
    for length in [0, 32, 8191] {
        let error = refused(server().serving("/tile/8/1/000", Some(tile[..length].to_vec()))).await;
        assert!(
            matches!(error, LogError::BadTile { source: TileError::WrongLength { found, .. }, .. } if found == length),
            "{error}"
        );
    }
    // A partial tile must have the requested width: the full one would be another file.
    let edge = "/tile/8/1/001.p/7";
    let full = main_log().tile("/tile/8/1/000", SIZE);
    assert!(matches!(refused(server().serving(edge, full)).await, LogError::Oversized { limit: 224, .. }));
}

/// A transport that stops reading at the limit.
struct Overflowing;

impl LogTransport for Overflowing {
    async fn get(&self, _path: &str, _limit: u64) -> Result<Option<Vec<u8>>, TransportError> {
        Err(TransportError::TooLong)
    }
}

/// The log answered. If that counted as unreachable, a published sum would be accepted instead.
#[tokio::test]
async fn an_answer_that_is_too_long_to_be_read_is_an_answer() {
    let client = LogClient::new(signer().key().clone(), Overflowing, Memory::new().state());
    let error = client.lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(error, LogError::Oversized { limit: 1_000_000, .. }), "{error}");
    assert!(error.is_integrity() && !error.is_no_answer());
}

#[tokio::test]
async fn a_head_of_an_empty_tree_proves_no_record() {
    let empty = signer().sign("go.sum database tree\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    let error = refused(server().answering(format!("0\n{}\n{empty}", record(VERSION)))).await;
    assert!(matches!(error, LogError::RecordNotInTree { .. }), "{error}");
    let forged = signer().sign(&format!("go.sum database tree\n0\n{}\n", record_hash(b"x")));
    let error = refused(server().answering(format!("0\n{}\n{forged}", record(VERSION)))).await;
    assert!(
        matches!(error, LogError::BadTile { source: TileError::WrongRoot { size: 0, .. }, .. }),
        "{error}"
    );
}
