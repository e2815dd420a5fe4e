//! Tests of every answer of the checksum database with every kind of sum.

use super::*;

const OFF: LogAnswer<'static> = LogAnswer::Off("environment");

fn no_record() -> LogError {
    LogError::NotFound { module: "m".to_owned(), version: "v".to_owned() }
}

fn id() -> ToolchainId {
    ToolchainId::parse("go1.22.6.linux-amd64").unwrap()
}

fn record(h1: &str) -> LogRecord {
    let (text, head_note) = (String::new(), String::new());
    LogRecord { id: 0, text, h1: h1.to_owned(), head_note, tree_size: 1, proof: Vec::new() }
}

/// Decides about a tree with the hash `h1:tree` in an archive with the sum of "a".
fn decide_on(
    log: LogAnswer<'_>,
    published: Option<&[u8]>,
    log_required: bool,
) -> Result<Accepted, ProofError> {
    decide(&Candidate {
        id: &id(),
        sha256: Some(Sha256Digest::of(b"a")),
        published: published.map(|archive| (Sha256Digest::of(archive), SumOrigin::Embedded)),
        h1: "h1:tree",
        log,
        log_required,
    })
}

#[test]
fn the_record_decides_whatever_the_sum_says() {
    let (right, wrong) = (record("h1:tree"), record("h1:other"));
    for (published, whole_archive) in [(Some(&b"a"[..]), true), (Some(b"b"), false), (None, false)] {
        let accepted = decide_on(LogAnswer::Record("sum.test", &right), published, true).unwrap();
        assert!(matches!(accepted.proof, Proof::Log { .. }));
        assert_eq!(accepted.whole_archive, whole_archive);
        let refused = decide_on(LogAnswer::Record("sum.test", &wrong), published, false);
        assert!(matches!(refused, Err(ProofError::WrongTree { .. })), "{published:?}");
    }
}

#[test]
fn without_the_log_only_the_published_sum_is_enough() {
    let error = no_record();
    for (log, kept) in [(LogAnswer::Unknown("sum.test", &error), WithoutLog::Pending), (OFF, WithoutLog::Off)]
    {
        let accepted = decide_on(log, Some(b"a"), false).unwrap();
        assert!(matches!(accepted.proof, Proof::Sha256 { log, .. } if log == kept));
        assert!(accepted.whole_archive);
        assert!(matches!(decide_on(log, Some(b"b"), false), Err(ProofError::WrongSum { .. })));
        assert!(matches!(decide_on(log, None, false), Err(ProofError::Nothing { .. })));
    }
}

#[test]
fn a_sum_is_not_enough_where_the_log_is_required() {
    let error = no_record();
    for log in [LogAnswer::Unknown("sum.test", &error), OFF] {
        assert!(matches!(decide_on(log, Some(b"a"), true), Err(ProofError::LogRequired { .. })));
    }
}

#[test]
fn a_receipt_of_before_is_pending() {
    let sum = Sha256Digest::of(b"a");
    let text = format!(r#"{{"kind": "sha256", "sum": "{sum}", "published_by": "embedded"}}"#);
    let proof: Proof = serde_json::from_str(&text).unwrap();
    assert!(matches!(proof, Proof::Sha256 { log: WithoutLog::Pending, .. }), "{proof:?}");
}
