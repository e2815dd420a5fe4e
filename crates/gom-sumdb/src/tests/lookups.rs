//! Lookups in an honest log, and the record that a caller stores.

use std::sync::Arc;

use super::log::{
    Memory, RECORD, SIZE, Server, Signer, TOOLCHAIN, TestLog, VERSION, main_log, record, signer, sum,
};
use crate::{LogClient, LogError, LogRecord, LogTransport, TransportError, verify_offline};

async fn proven_record() -> LogRecord {
    let server = Arc::new(Server::new(main_log(), SIZE));
    Memory::new().client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap()
}

#[tokio::test]
async fn a_lookup_gives_the_sum_with_its_proof() {
    let memory = Memory::new();
    let server = Arc::new(Server::new(main_log(), SIZE));
    let found = memory.client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    assert_eq!((found.id, found.tree_size), (RECORD, SIZE));
    assert_eq!(found.h1, sum(VERSION));
    assert_eq!(found.text, record(VERSION));
    assert_eq!(found.head_note, main_log().note(SIZE));
    assert_eq!(memory.head(), Some(main_log().note(SIZE)));
    verify_offline(signer().key(), TOOLCHAIN, VERSION, &found).unwrap();
}

#[tokio::test]
async fn records_of_small_trees_are_proven() {
    for size in [1, 2, 3, 255, 256, 257, 300] {
        for id in [0, size / 2, size - 1] {
            let text = |number| if number == id { record(VERSION) } else { format!("filler {number}\n") };
            let log = TestLog::new((0..size).map(text).collect());
            let server = Arc::new(Server::new(Arc::clone(&log), size).answering(log.answer(id, size)));
            let found = Memory::new().client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
            assert_eq!((found.id, found.h1), (id, sum(VERSION)), "{id} of {size}");
        }
    }
}

#[tokio::test]
async fn a_log_may_serve_only_the_full_form_of_a_tile() {
    let log = main_log();
    let answer = log.answer(RECORD, 1020);
    let server = Arc::new(Server::new(log, SIZE).answering(answer).only_full_tiles());
    let found = Memory::new().client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap();
    assert_eq!((found.tree_size, found.h1), (1020, sum(VERSION)));
    let asked = server.take_tile_requests();
    for path in ["/tile/8/1/000.p/3", "/tile/8/1/000", "/tile/8/0/003.p/252", "/tile/8/0/003"] {
        assert!(asked.iter().any(|asked| asked == path), "{path} in {asked:?}");
    }
}

#[tokio::test]
async fn upper_case_is_escaped_in_the_path_only() {
    let (module, version) = ("github.com/BurntSushi/toml", "v1.0.0-RC.1+incompatible");
    let log = TestLog::new(vec![format!("{module} {version} {}\n", sum("toml"))]);
    let path = "/lookup/github.com/!burnt!sushi/toml@v1.0.0-!r!c.1+incompatible";
    let answer = log.answer(0, 1);
    let server = Arc::new(Server::new(log, 1).serving(path, Some(answer)));
    let found = Memory::new().client(&server).lookup(module, version).await.unwrap();
    assert_eq!(found.h1, sum("toml"));
}

#[tokio::test]
async fn names_that_are_not_a_path_are_not_looked_up() {
    let server = Arc::new(Server::new(main_log(), SIZE));
    let client = Memory::new().client(&server);
    for (module, version) in [
        ("", VERSION),
        ("golang.org/", VERSION),
        ("/golang.org", VERSION),
        ("golang.org/../x", VERSION),
        ("golang.org/!x", VERSION),
        ("golang.org/x y", VERSION),
        ("golang.org/x?y", VERSION),
        ("golang.org/x@y", VERSION),
        (TOOLCHAIN, ""),
        (TOOLCHAIN, "v1/../../x"),
        (TOOLCHAIN, "v1 h1:x"),
        (TOOLCHAIN, "v1\n"),
        (TOOLCHAIN, "v\u{e9}"),
    ] {
        let error = client.lookup(module, version).await.unwrap_err();
        assert!(
            matches!(error, LogError::Name { .. }) && !error.is_integrity(),
            "{module}@{version}: {error}"
        );
    }
}

/// A transport that never reaches anything.
struct Unplugged;

impl LogTransport for Unplugged {
    async fn get(&self, _path: &str, _limit: u64) -> Result<Option<Vec<u8>>, TransportError> {
        Err(TransportError::new("no route to host"))
    }
}

#[tokio::test]
async fn an_unreachable_log_is_not_an_integrity_error() {
    let server = Arc::new(Server::new(main_log(), SIZE));
    let error = Memory::new().client(&server).lookup(TOOLCHAIN, "v9.9.9").await.unwrap_err();
    assert!(matches!(error, LogError::NotFound { .. }) && !error.is_integrity(), "{error}");
    assert_eq!(error.to_string(), "checksum database has no record of `golang.org/toolchain@v9.9.9`");

    let server = Arc::new(Server::new(main_log(), SIZE).serving("/tile/8/1/000", None));
    let error = Memory::new().client(&server).lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(matches!(error, LogError::TileMissing { .. }) && !error.is_integrity(), "{error}");
    assert_eq!(error.to_string(), "checksum database does not have tile `tile/8/1/000`");

    let client = LogClient::new(signer().key().clone(), Unplugged, Memory::new().state());
    let error = client.lookup(TOOLCHAIN, VERSION).await.unwrap_err();
    assert!(
        matches!(&error, LogError::Unreachable { source, .. } if source.to_string() == "no route to host")
    );
    assert!(!error.is_integrity());
}

#[tokio::test]
async fn lookups_can_run_in_tasks() {
    let memory = Memory::new();
    let client = Arc::new(memory.client(&Arc::new(Server::new(main_log(), SIZE))));
    let lookup = || {
        let client = Arc::clone(&client);
        tokio::spawn(async move { client.lookup(TOOLCHAIN, VERSION).await })
    };
    for task in [lookup(), lookup(), lookup()] {
        assert_eq!(task.await.unwrap().unwrap().h1, sum(VERSION));
    }
    assert_eq!(memory.head(), Some(main_log().note(SIZE)));
}

#[tokio::test]
async fn a_kept_record_survives_json() {
    let found = proven_record().await;
    let json = serde_json::to_string(&found).unwrap();
    let back: LogRecord = serde_json::from_str(&json).unwrap();
    assert_eq!(back, found);
    verify_offline(signer().key(), TOOLCHAIN, VERSION, &back).unwrap();
}

#[tokio::test]
async fn a_kept_record_proves_nothing_once_changed() {
    type Change = fn(&mut LogRecord);
    let changes: [(&str, Change); 9] = [
        ("id", |record| record.id += 1),
        ("id outside the tree", |record| record.id = SIZE),
        ("text", |record| record.text = record.text.replace("go.mod", "go.sum")),
        ("sum", |record| record.h1 = sum("something else")),
        ("head", |record| record.head_note = record.head_note.replace("\n67343\n", "\n67344\n")),
        ("older head", |record| record.head_note = main_log().note(SIZE - 1)),
        ("size", |record| record.tree_size -= 1),
        ("proof hash", |record| record.proof[3].0[0] ^= 1),
        ("proof length", |record| record.proof.truncate(3)),
    ];
    for (what, change) in changes {
        let mut found = proven_record().await;
        change(&mut found);
        let error = verify_offline(signer().key(), TOOLCHAIN, VERSION, &found).unwrap_err();
        assert!(error.is_integrity(), "{what}: {error}");
    }
}

#[tokio::test]
async fn a_kept_record_is_about_one_version_and_one_key() {
    let found = proven_record().await;
    for (module, version) in [(TOOLCHAIN, "v0.0.1-go1.22.6.linux-amd"), ("olang.org/toolchain", VERSION)] {
        let error = verify_offline(signer().key(), module, version, &found).unwrap_err();
        assert!(matches!(error, LogError::WrongRecord { .. }), "{error}");
    }
    let other = Signer::new("sum.test", 43);
    let error = verify_offline(other.key(), TOOLCHAIN, VERSION, &found).unwrap_err();
    assert!(matches!(error, LogError::Signature { .. }), "{error}");
}
