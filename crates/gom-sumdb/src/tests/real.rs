//! Records of Go's own checksum database, from Go's module cache, proven with Go's published key.

use std::path::{Path, PathBuf};

use super::log::{Memory, TOOLCHAIN};
use crate::{
    Agreement, GO_DATABASE_KEY, LogClient, LogError, LogRecord, LogState, LogTransport, ProofTextError,
    TransportError, VerifierKey, verify_offline,
};

/// The sums that Go's client printed for these versions, or that an independent program computed from their files.
const TOOLCHAIN_SUMS: [(&str, &str); 10] = [
    ("v0.0.1-go1.9.7.linux-amd64", "h1:RQ4X2SAXLolDi4GsdETm1GKHJo3/kFupWeiWw/Sr7P4="),
    ("v0.0.1-go1.19.13.linux-amd64", "h1:+OmeJh7XWeMq4xTkHYEhIziJY/ifiVi4gcm2BWaUnyk="),
    ("v0.0.1-go1.20.14.linux-amd64", "h1:8qw1ZS9f0CG9ty0SLWhGEERyjMSNgfMIR+e1g5RRYb0="),
    ("v0.0.1-go1.21.13.linux-amd64", "h1:THKeCuuOK6mnQhbTbvvH9CKU3D4lwUERQax+yRXCVJk="),
    ("v0.0.1-go1.22.10.linux-amd64", "h1:RsNdqCv6DX1zuIjq1S4c+sMWuLF4M7Ef4eHoBcz8dMU="),
    ("v0.0.1-go1.25.4.linux-amd64", "h1:5e4fxJf48MqaBmsurT33X8lENq6kLpby4xLNGF0tmEw="),
    ("v0.0.1-go1.25.4.linux-arm64", "h1:+dQ0OTT7ZJts1pLKCvRSGOfw5tcBo7PoAsmTf1k6ttc="),
    ("v0.0.1-go1.25.4.darwin-arm64", "h1:lObOTP+XSdmcfUTEEum0VYTDeB5QBSmyZ1mSaellac8="),
    ("v0.0.1-go1.26.6.darwin-arm64", "h1:bWbVug832DkhCPVPonMoyglnCu5t1R0qMSxflM2MZA8="),
    ("v0.0.1-go1.26.8.linux-amd64", "h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM="),
];

/// Modules that are not toolchains: the same rules apply.
const MODULE_SUMS: [(&str, &str, &str); 3] = [
    ("golang.org/x/mod", "v0.42.0", "h1:ICeL3t2L30ljSPHHxDnR4fqVcBt/zR2zJAb9juavmQg="),
    (
        "golang.org/x/build",
        "v0.0.0-20260918145456-c0ee0fbd16a3",
        "h1:P/ZpSC3ncjmnH7WfyotTStXk3Vm2SKXvR0Re7l1FjTs=",
    ),
    (
        "golang.org/dl",
        "v0.0.0-20260901195035-4393e4265563",
        "h1:5Kr+ROilsPgde1r4Kjw/Kf0UXh2HEod+s6+HvRcOIWA=",
    ),
];

fn data_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/sumdb/sum.golang.org")
}

/// Serves the folder as a log: a path is a file. One answer can replace all lookups.
struct Folder {
    dir: PathBuf,
    answer: Option<Vec<u8>>,
}

impl LogTransport for Folder {
    async fn get(&self, path: &str, _limit: u64) -> Result<Option<Vec<u8>>, TransportError> {
        if path.starts_with("/lookup/") && self.answer.is_some() {
            return Ok(self.answer.clone());
        }
        Ok(fs_err::read(self.dir.join(path.trim_start_matches('/'))).ok())
    }
}

fn client(state: LogState) -> LogClient<Folder> {
    LogClient::new(key(), Folder { dir: data_dir(), answer: None }, state)
}

fn key() -> VerifierKey {
    VerifierKey::parse(GO_DATABASE_KEY).unwrap()
}

fn newest_note() -> String {
    fs_err::read_to_string(data_dir().join("latest")).unwrap()
}

/// Looks up a version, checks its sum, and proves the record again.
async fn lookup(memory: &Memory, (module, version): (&str, &str), sum: &str) -> LogRecord {
    let found = client(memory.state()).lookup(module, version).await.unwrap();
    assert_eq!(found.h1, sum, "{module}@{version}");
    verify_offline(&key(), module, version, &found).unwrap();
    found
}

#[tokio::test]
async fn every_toolchain_is_proven_under_the_head_of_its_answer() {
    for (version, sum) in TOOLCHAIN_SUMS {
        let memory = Memory::new();
        let found = lookup(&memory, (TOOLCHAIN, version), sum).await;
        let answer =
            fs_err::read_to_string(data_dir().join(format!("lookup/{TOOLCHAIN}@{version}"))).unwrap();
        assert!(answer.ends_with(&found.head_note) && !found.proof.is_empty(), "{version}");
        assert_eq!(memory.head(), Some(found.head_note));
    }
}

#[tokio::test]
async fn every_record_is_proven_under_the_newest_head() {
    let modules = MODULE_SUMS.map(|(module, version, sum)| ((module, version), sum));
    let toolchains = TOOLCHAIN_SUMS.map(|(version, sum)| ((TOOLCHAIN, version), sum));
    let memory = Memory::holding(&newest_note());
    for (asked, sum) in modules.into_iter().chain(toolchains) {
        let found = lookup(&memory, asked, sum).await;
        assert_eq!(found.tree_size, 71_848_828, "{asked:?}");
    }
    assert_eq!(memory.head(), Some(newest_note()));
}

#[tokio::test]
async fn all_recorded_toolchains_are_in_the_table() {
    let mut recorded: Vec<_> = fs_err::read_dir(data_dir().join("lookup/golang.org"))
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().into_string().unwrap().strip_prefix("toolchain@").map(str::to_owned)
        })
        .collect();
    let mut table = TOOLCHAIN_SUMS.map(|(version, _)| version);
    recorded.sort();
    table.sort_unstable();
    assert_eq!(recorded, table);
}

#[tokio::test]
async fn a_changed_sum_in_a_real_answer_is_found() {
    let (version, sum) = TOOLCHAIN_SUMS[0];
    let answer = fs_err::read_to_string(data_dir().join(format!("lookup/{TOOLCHAIN}@{version}"))).unwrap();
    let forged = answer.replace(sum, "h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=");
    assert_ne!(forged, answer);
    let transport = Folder { dir: data_dir(), answer: Some(forged.into_bytes()) };
    let client = LogClient::new(key(), transport, Memory::new().state());
    let error = client.lookup(TOOLCHAIN, version).await.unwrap_err();
    assert!(matches!(error, LogError::RecordNotInTree { id: 17_581_139, .. }), "{error}");
}

/// A form of C2SP, so that other programs can check it: the parts and their order are fixed.
#[tokio::test]
async fn a_proof_is_a_text_for_other_programs() {
    for (version, sum) in TOOLCHAIN_SUMS {
        let found = lookup(&Memory::new(), (TOOLCHAIN, version), sum).await;
        let text = found.to_proof_text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "c2sp.org/tlog-proof@v1");
        assert_eq!(lines[2], format!("index {}", found.id));
        assert!(text.ends_with(&format!("\n\n{}", found.head_note)), "{text}");
        let read = LogRecord::from_proof_text(&text, TOOLCHAIN, version).unwrap();
        assert_eq!(read, found);
        verify_offline(&key(), TOOLCHAIN, version, &read).unwrap();
    }
}

#[tokio::test]
async fn a_changed_proof_is_refused_or_proves_nothing() {
    let (version, sum) = TOOLCHAIN_SUMS[5];
    let text = lookup(&Memory::new(), (TOOLCHAIN, version), sum).await.to_proof_text();
    let mut tried = 0;
    for (at, byte) in text.bytes().enumerate() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if byte == b'A' { b'B' } else { b'A' };
        let Ok(changed) = String::from_utf8(changed) else { continue };
        let Ok(read) = LogRecord::from_proof_text(&changed, TOOLCHAIN, version) else { continue };
        tried += 1;
        let is_proven = verify_offline(&key(), TOOLCHAIN, version, &read).is_ok();
        // The record and its place must be the true ones, whatever else is written there.
        assert!(!is_proven || read.h1 == sum, "byte {at} of:\n{changed}");
    }
    assert!(tried > 1000, "{tried}");
    let error = LogRecord::from_proof_text(&text, TOOLCHAIN, "v0.0.1-go1.25.4.linux-arm64").unwrap_err();
    assert!(matches!(error, ProofTextError::Record(LogError::WrongRecord { .. })), "{error}");
}

#[tokio::test]
async fn a_record_of_somebody_else_is_compared_with_the_heads_seen() {
    // The head of its answer is older than the newest one.
    let (version, sum) = TOOLCHAIN_SUMS[5];
    let found = lookup(&Memory::new(), (TOOLCHAIN, version), sum).await;
    assert!(found.tree_size < 71_848_828);
    // Nothing was seen before: its head is remembered.
    let memory = Memory::new();
    let client_of = |memory: &Memory| client(memory.state());
    let agreement = client_of(&memory).check(TOOLCHAIN, version, &found).await.unwrap();
    assert!(matches!(agreement, Agreement::Compared));
    assert_eq!(memory.head(), Some(found.head_note.clone()));
    // A newer one was seen, which stays.
    let memory = Memory::holding(&newest_note());
    let agreement = client_of(&memory).check(TOOLCHAIN, version, &found).await.unwrap();
    assert!(matches!(agreement, Agreement::Compared));
    assert_eq!(memory.head(), Some(newest_note()));
    // Without the log they can't be compared, and the record is proven by its signature alone.
    let nowhere = Folder { dir: "/nonexistent".into(), answer: None };
    let memory = Memory::holding(&newest_note());
    let offline = LogClient::new(key(), nowhere, memory.state());
    let agreement = offline.check(TOOLCHAIN, version, &found).await.unwrap();
    assert!(matches!(agreement, Agreement::Alone(LogError::TileMissing { .. })), "{agreement:?}");
    let forged = LogRecord { h1: TOOLCHAIN_SUMS[1].1.to_owned(), ..found };
    assert!(offline.check(TOOLCHAIN, version, &forged).await.unwrap_err().is_integrity());
}
