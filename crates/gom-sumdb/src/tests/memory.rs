//! The memory between lookups: the newest head, the tiles, and the heads that other programs have seen.

use std::sync::{Arc, LazyLock};

use super::log::{Memory, RECORD, SIZE, Server, TOOLCHAIN, TestLog, VERSION, main_log, record, signer, sum};
use crate::{LogClient, LogError, LogState, verify_offline};

/// A log with the same first 2000 records as the main one, and others after them.
fn forked_log() -> Arc<TestLog> {
    static LOG: LazyLock<Arc<TestLog>> = LazyLock::new(|| TestLog::with_history("fork", 2000));
    Arc::clone(&LOG)
}

fn server(log: Arc<TestLog>, size: u64) -> Arc<Server> {
    Arc::new(Server::new(log, size))
}

#[tokio::test]
async fn the_memory_follows_a_growing_log() {
    let memory = Memory::new();
    for size in [1001, 1002, 5000, SIZE - 1, SIZE] {
        let found = memory.client(&server(main_log(), size)).lookup(TOOLCHAIN, VERSION).await.unwrap();
        assert_eq!((found.tree_size, found.h1), (size, sum(VERSION)));
        assert_eq!(memory.head(), Some(main_log().note(size)), "{size}");
    }
}

#[tokio::test]
async fn an_answer_with_a_stale_head_is_proven_against_the_newest() {
    let newest = main_log().note(SIZE);
    let memory = Memory::holding(&newest);
    // The second head is older than the record itself, but the stored head covers it.
    for stale in [1500, 10] {
        let answer = main_log().answer(RECORD, stale);
        let server = Arc::new(Server::new(main_log(), SIZE).answering(answer));
        let found = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
        assert_eq!((found.tree_size, &found.head_note), (SIZE, &newest));
        verify_offline(signer().key(), TOOLCHAIN, VERSION, &found).unwrap();
        assert_eq!(memory.head().as_ref(), Some(&newest));
    }
}

#[tokio::test]
async fn a_fork_is_shown_with_both_notes() {
    // Newer than the stored head, of the same size, and older.
    for (remembered, served) in [(3000, SIZE), (3000, 3000), (SIZE, 3000)] {
        let (ours, theirs) = (main_log().note(remembered), forked_log().note(served));
        let memory = Memory::holding(&ours);
        // With two trees of one size, tiles of either log contradict a head; the error must be the fork, not a tile.
        let newer_log = if remembered >= served { main_log() } else { forked_log() };
        let answer = forked_log().answer(RECORD, served);
        let server = Arc::new(Server::new(newer_log, SIZE).answering(answer));
        let error = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
        assert!(error.is_integrity());
        let LogError::Fork { older, newer, .. } = &error else { panic!("{error}") };
        let mut notes = [older, newer];
        notes.sort();
        let mut expected = [&ours, &theirs];
        expected.sort();
        assert_eq!(notes, expected);
        assert!(error.to_string().contains(&ours) && error.to_string().contains(&theirs));
        assert_eq!(memory.head(), Some(ours), "the stored head stays");
    }
}

#[tokio::test]
async fn a_log_that_forgot_records_proves_nothing() {
    let ours = main_log().note(SIZE);
    // Cut back to fewer records: it does not have the tiles of a head that it signed before.
    let memory = Memory::holding(&ours);
    let cut_back = memory.client(&server(main_log(), 2000)).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(cut_back, LogError::TileMissing { .. }), "{cut_back}");
    // Rewritten: it has tiles, but not those.
    let rewritten = memory.client(&server(forked_log(), SIZE)).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(rewritten, LogError::Fork { .. }), "{rewritten}");
    let stale = Arc::new(Server::new(forked_log(), SIZE).answering(forked_log().answer(RECORD, 3000)));
    let hidden = memory.client(&stale).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(hidden, LogError::BadTile { .. }), "{hidden}");
    assert_eq!(memory.head(), Some(ours));
}

#[tokio::test]
async fn a_damaged_memory_is_an_error_and_not_overwritten() {
    for damage in ["", "junk", &main_log().note(SIZE).replace("67343", "67342")] {
        let memory = Memory::holding(damage);
        let error = memory.client(&server(main_log(), SIZE)).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
        assert!(matches!(error, LogError::Signature { .. }) && error.is_integrity(), "{error}");
        assert!(error.to_string().contains(memory.head_file().to_str().unwrap()), "{error}");
        assert_eq!(memory.head().as_deref(), Some(damage));
    }
}

#[tokio::test]
async fn a_memory_that_is_not_writable_is_an_error() {
    let memory = Memory::new();
    fs_err::write(memory.path("file"), "in the way").unwrap();
    let state = LogState { head_file: memory.path("file/latest"), ..memory.state() };
    let client = LogClient::new(signer().key().clone(), server(main_log(), SIZE), state);
    let error = client.lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(error, LogError::Memory { .. }) && !error.is_integrity(), "{error}");
}

#[tokio::test]
async fn a_head_that_another_process_stored_meanwhile_is_included() {
    for (theirs, expected) in [(5000, SIZE), (SIZE, SIZE)] {
        let memory = Memory::holding(&main_log().note(2000));
        let (file, note) = (memory.head_file(), main_log().note(theirs));
        let answered = if theirs == SIZE { 3000 } else { SIZE };
        let server = Server::new(main_log(), SIZE)
            .answering(main_log().answer(RECORD, answered))
            .before_first_tile(move || fs_err::write(file, note).unwrap());
        let found = memory.client(&Arc::new(server)).lookup(TOOLCHAIN, VERSION).await.unwrap();
        assert_eq!(found.tree_size, expected);
        assert_eq!(memory.head(), Some(main_log().note(expected)), "the newest of all stays");
    }
}

#[tokio::test]
async fn a_forked_head_that_another_process_stored_meanwhile_is_found() {
    let memory = Memory::new();
    let (file, note) = (memory.head_file(), forked_log().note(5000));
    let server = Server::new(main_log(), SIZE).before_first_tile(move || fs_err::write(file, note).unwrap());
    let error = memory.client(&Arc::new(server)).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(error, LogError::Fork { .. }), "{error}");
    assert_eq!(memory.head(), Some(forked_log().note(5000)));
}

#[tokio::test]
async fn heads_of_other_programs_must_agree() {
    let memory = Memory::new();
    let lookup = async |note: &str, size| {
        let seen_by_go = memory.path("go-latest");
        fs_err::write(&seen_by_go, note).unwrap();
        let other_heads = vec![memory.path("absent"), seen_by_go.clone()];
        let state = LogState { head_file: memory.path("own/latest"), other_heads, ..memory.state() };
        let answer = main_log().answer(RECORD, size);
        let server = Arc::new(Server::new(main_log(), SIZE).answering(answer));
        let found = LogClient::new(signer().key().clone(), server, state).lookup(TOOLCHAIN, VERSION).await;
        assert_eq!(fs_err::read_to_string(&seen_by_go).unwrap(), note, "it is never written");
        found
    };
    let forked = lookup(&forked_log().note(3000), 5000).await.unwrap_err();
    assert!(matches!(forked, LogError::Fork { .. }), "{forked}");
    assert!(!memory.path("own/latest").exists());

    for note in ["", "junk", &main_log().note(3000), &main_log().note(5000)] {
        assert_eq!(lookup(note, 5000).await.unwrap().tree_size, 5000, "{note}");
    }
    assert_eq!(lookup(&main_log().note(SIZE), 5000).await.unwrap().tree_size, SIZE, "a newer head counts");
}

#[tokio::test]
async fn proven_tiles_are_not_fetched_again() {
    let memory = Memory::new();
    let server = server(main_log(), SIZE);
    memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    let asked = server.take_tile_requests();
    assert_eq!(asked.len(), 5);
    for path in &asked {
        let cached = fs_err::read(memory.tile_dir().join(&path[1..])).unwrap();
        assert_eq!(Some(cached), main_log().tile(path, SIZE), "{path}");
    }
    memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    assert_eq!(server.take_tile_requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_tile_in_the_cache_is_replaced() {
    let memory = Memory::new();
    let server = server(main_log(), SIZE);
    memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    for path in ["tile/8/0/003", "tile/8/1/001.p/7"] {
        let file = memory.tile_dir().join(path);
        let good = fs_err::read(&file).unwrap();
        for damaged in [vec![0; good.len()], good[1..].to_vec(), Vec::new()] {
            fs_err::write(&file, damaged).unwrap();
            let found = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
            assert_eq!(found.h1, sum(VERSION));
            assert_eq!(fs_err::read(&file).unwrap(), good, "{path}");
        }
    }
}

#[tokio::test]
async fn a_full_tile_in_the_cache_also_serves_a_partial_one() {
    let memory = Memory::new();
    let leaf = memory.tile_dir().join("tile/8/0/003");
    fs_err::create_dir_all(leaf.parent().unwrap()).unwrap();
    fs_err::write(&leaf, main_log().tile("/tile/8/0/003", SIZE).unwrap()).unwrap();
    let server = server(main_log(), 1020);
    let found = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    assert_eq!(found.h1, sum(VERSION));
    assert_eq!(server.take_tile_requests(), ["/tile/8/1/000.p/3"]);
}

#[tokio::test]
async fn a_cache_is_optional() {
    let memory = Memory::new();
    let state = LogState { tile_dir: None, ..memory.state() };
    let server = server(main_log(), SIZE);
    let client = LogClient::new(signer().key().clone(), Arc::clone(&server), state);
    for _ in 0..2 {
        assert_eq!(client.lookup(TOOLCHAIN, VERSION).await.unwrap().text, record(VERSION));
        assert_eq!(server.take_tile_requests().len(), 5);
    }
    assert!(!memory.tile_dir().exists());
}

#[tokio::test]
async fn only_the_head_its_lock_and_the_tiles_are_written() {
    let memory = Memory::new();
    memory.client(&server(main_log(), SIZE)).lookup(TOOLCHAIN, VERSION).await.unwrap();
    let mut names: Vec<_> = fs_err::read_dir(memory.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["latest", "latest.lock", "tiles"]);
}
