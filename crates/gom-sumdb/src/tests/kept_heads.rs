//! Lookups with a stored head: K11, with the attacks that golang.org/x/mod has tests for.

use std::sync::{Arc, LazyLock};

use super::log::{
    Memory, RECORD, SIZE, Server, Signer, TOOLCHAIN, TestLog, VERSION, main_log, record, signer,
};
use crate::tlog::{check_tree_proof, node_hash};
use crate::{HeadOrigin, LogClient, LogError, LogState};

/// Sizes with one tile, with a first full one, and with a partial one beside it.
const SIZES: [u64; 15] = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 255, 256, 257, 513];

/// A log whose first record is the toolchain's, and whose records differ from `first_difference` on.
fn small_log(first_difference: u64) -> Arc<TestLog> {
    let text = |number| match number {
        0 => record(VERSION),
        number if number < first_difference => format!("example.org/filler v0.{number}.0 h1:\n"),
        number => format!("example.org/fork v0.{number}.0 h1:\n"),
    };
    TestLog::new((0..*SIZES.last().unwrap()).map(text).collect())
}

/// Without a cache of tiles, which would be most of the time.
async fn ask(memory: &Memory, server: Server) -> Result<u64, LogError> {
    let state = LogState { tile_dir: None, ..memory.state() };
    let client = LogClient::new(signer().key().clone(), Arc::new(server), state);
    client.lookup(TOOLCHAIN, VERSION).await.map(|found| found.tree_size)
}

// K11: all pairs of small sizes, of the head that is remembered and the one that is served.
#[tokio::test]
async fn all_pairs_of_small_sizes_are_one_timeline_or_a_fork_with_its_proof() {
    let honest = small_log(u64::MAX);
    let forks: Vec<_> = [1, 2, 3, 8, 16, 255, 256].map(|at| (at, small_log(at))).into();
    for ours in SIZES {
        for theirs in SIZES {
            let memory = Memory::holding(&honest.note(ours));
            let newest = ours.max(theirs);
            let server = Server::new(Arc::clone(&honest), newest).answering(honest.answer(0, theirs));
            assert_eq!(ask(&memory, server).await.unwrap(), newest, "{ours} {theirs}");
            assert_eq!(memory.head(), Some(honest.note(newest)), "{ours} {theirs}");
            for (at, fork) in forks.iter().filter(|(at, _)| *at < ours.min(theirs)) {
                let memory = Memory::holding(&honest.note(ours));
                // The tiles are those of the newer tree, so that only the heads are false.
                let answer = fork.answer(0, theirs);
                let tiles = if ours >= theirs { &honest } else { fork };
                let server = Server::new(Arc::clone(tiles), newest).answering(answer);
                let error = ask(&memory, server).await.unwrap_err();
                let LogError::Fork { proof, computed, .. } = &error else {
                    panic!("{ours} {theirs} {at}: {error}")
                };
                let (older, root) = (ours.min(theirs), tiles.root(newest));
                // The two notes and this proof show the contradiction without the log.
                if ours == theirs {
                    assert_eq!(*computed, fork.root(older));
                } else {
                    assert_eq!(*computed, tiles.root(older), "{ours} {theirs} {at}");
                    check_tree_proof(proof, newest, root, older, *computed).unwrap();
                }
                assert_eq!(memory.head(), Some(honest.note(ours)), "the stored head stays");
            }
        }
    }
}

/// A log with the same first 2000 records as the main one, and others after them.
fn forked_log() -> Arc<TestLog> {
    static LOG: LazyLock<Arc<TestLog>> = LazyLock::new(|| TestLog::with_history("fork", 2000));
    Arc::clone(&LOG)
}

// K11: the hashes that Go prints as "proof of misbehavior".
#[tokio::test]
async fn a_fork_of_heads_of_different_sizes_comes_with_its_proof() {
    for (remembered, served) in [(3000, SIZE), (SIZE, 3000), (2001, 2002), (65_536, SIZE), (4096, 65_537)] {
        let memory = Memory::holding(&main_log().note(remembered));
        let newer_log = if remembered >= served { main_log() } else { forked_log() };
        let answer = forked_log().answer(RECORD, served);
        let server = Arc::new(Server::new(Arc::clone(&newer_log), SIZE).answering(answer));
        let error = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
        let LogError::Fork { older_from, newer_from, computed, proof, .. } = &error else {
            panic!("{error}")
        };
        let (older, newer) = (remembered.min(served), remembered.max(served));
        assert!(!proof.is_empty());
        check_tree_proof(proof, newer, newer_log.root(newer), older, *computed).unwrap();
        // The false head may be the stored one: the error names its file.
        let kept = HeadOrigin::Memory(memory.head_file());
        assert_eq!(if remembered < served { older_from } else { newer_from }, &kept);
        let file = memory.head_file().display().to_string();
        assert!(error.to_string().contains(&format!("from `{file}`:")), "{error}");
        assert_eq!(error.kept_head(), Some(memory.head_file().as_path()));
    }
}

// K11: bad tiles with a stored head of any size.
#[tokio::test]
async fn a_bad_tile_does_not_change_the_memory() {
    for remembered in [1, 2000, 65_536, SIZE] {
        let honest = Arc::new(Server::new(main_log(), SIZE));
        let first = Memory::holding(&main_log().note(remembered));
        first.client(&honest).lookup(TOOLCHAIN, VERSION).await.unwrap();
        for path in honest.take_tile_requests() {
            for flip in [|byte: &mut u8| *byte ^= 0x80, |byte: &mut u8| *byte = !*byte] {
                let memory = Memory::holding(&main_log().note(remembered));
                let mut data = main_log().tile(&path, SIZE).unwrap();
                data.iter_mut().for_each(flip);
                let server = Arc::new(Server::new(main_log(), SIZE).serving(&path, Some(data)));
                let error = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
                assert!(matches!(error, LogError::BadTile { .. }), "{remembered} {path}: {error}");
                assert_eq!(memory.head(), Some(main_log().note(remembered)), "{path}");
                assert!(!memory.tile_dir().exists(), "no tile of a forged round is cached: {path}");
                // With the honest server the same memory works.
                memory.client(&honest).lookup(TOOLCHAIN, VERSION).await.unwrap();
            }
        }
    }
}

// K11: a head that the key signed, but that does not belong to a tree of this log, makes every later lookup fail.
#[tokio::test]
async fn a_false_stored_head_is_named_and_moving_it_away_helps() {
    let false_note = |size: u64| {
        let root = node_hash(main_log().root(7), main_log().root(8));
        signer().sign(&format!("go.sum database tree\n{size}\n{root}\n"))
    };
    for size in [1, 3000, SIZE, SIZE + 1] {
        let memory = Memory::holding(&false_note(size));
        let server = Arc::new(Server::new(main_log(), SIZE));
        let error = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
        let file = memory.head_file();
        assert!(error.to_string().contains(file.to_str().unwrap()), "{size}: {error}");
        assert_eq!(error.kept_head(), Some(file.as_path()), "{size}");
        fs_err::rename(&file, file.with_extension("false")).unwrap();
        memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    }
    // The same with the go command's file.
    let memory = Memory::new();
    fs_err::write(memory.path("go-latest"), false_note(3000)).unwrap();
    let state = LogState { other_heads: vec![memory.path("go-latest")], ..memory.state() };
    let server = Arc::new(Server::new(main_log(), SIZE));
    let error = LogClient::new(signer().key().clone(), server, state).lookup(TOOLCHAIN, VERSION).await;
    assert_eq!(error.unwrap_err().kept_head(), Some(memory.path("go-latest").as_path()));
}

#[tokio::test]
async fn a_damaged_and_an_unreadable_memory_are_different_errors() {
    let memory = Memory::holding("junk");
    let server = Arc::new(Server::new(main_log(), SIZE));
    let error = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    let file = memory.head_file();
    assert!(
        matches!(&error, LogError::Signature { origin: HeadOrigin::Memory(named), .. } if *named == file),
        "{error}"
    );
    let state = LogState { head_file: file.join("latest"), ..memory.state() };
    let error = LogClient::new(signer().key().clone(), server, state).lookup(TOOLCHAIN, VERSION).await;
    assert!(matches!(error, Err(LogError::Memory { path, .. }) if path == file.join("latest")));
}

// K11: the log's name is part of its key.
#[tokio::test]
async fn the_same_key_under_another_name_is_another_log() {
    for name in ["sum.test2", "sum.tes", "SUM.TEST", "sum.test/x"] {
        let other = Signer::new(name, 42);
        let root = main_log().root(SIZE);
        let head = other.sign(&format!("go.sum database tree\n{SIZE}\n{root}\n"));
        // Also with the right name in the line, but the hash and signature of the other one.
        for head in [head.clone(), head.replace(&format!("\u{2014} {name} "), "\u{2014} sum.test ")] {
            let answer = format!("{RECORD}\n{}\n{head}", record(VERSION));
            let server = Arc::new(Server::new(main_log(), SIZE).answering(answer));
            let error = Memory::new().client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
            assert!(matches!(error, LogError::Signature { .. }), "{name}: {error}");
        }
    }
}
