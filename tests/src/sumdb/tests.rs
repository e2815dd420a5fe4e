//! Tests of the log's answers, and that every lie changes what it should. The self-tests of the kit show with
//! the real go command that honest answers verify.

use super::*;
use ring::signature::{ED25519, UnparsedPublicKey};

const MODULE: &str = "golang.org/toolchain";
const VERSION: &str = "v0.0.1-go1.22.6.linux-amd64";

fn log() -> TestLog {
    let log = TestLog::new("sum.test", 1);
    log.add(MODULE, VERSION, "h1:made-up=");
    log
}

fn get(log: &TestLog, path: &str) -> Option<String> {
    log.state().answer(path).map(|body| String::from_utf8_lossy(&body).into_owned())
}

/// Whether the note's one signature verifies with the log's key.
fn is_signed(log: &TestLog, note: &str) -> bool {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let (text, signatures) = note.rsplit_once("\n\n").unwrap();
    let Some(signature) = signatures.trim_end().strip_prefix("\u{2014} sum.test ") else { return false };
    let signature = STANDARD.decode(signature).unwrap();
    let key = log.key();
    let (hash, key) = key.strip_prefix("sum.test+").unwrap().split_once('+').unwrap();
    let key = STANDARD.decode(key).unwrap();
    let known = signature[..4] == u32::from_str_radix(hash, 16).unwrap().to_be_bytes();
    let public = UnparsedPublicKey::new(&ED25519, &key[1..]);
    known && public.verify(format!("{text}\n").as_bytes(), &signature[4..]).is_ok()
}

#[test]
fn the_sum_of_a_toolchains_go_mod_is_the_one_in_the_real_log() {
    let record = get(&log(), &format!("/lookup/{MODULE}@{VERSION}")).unwrap();
    let expected = format!(
        "300\n{MODULE} {VERSION} h1:made-up=\n\
         {MODULE} {VERSION}/go.mod h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=\n\n\
         go.sum database tree\n301\n"
    );
    assert!(record.starts_with(&expected), "{record}");
}

#[test]
fn lookups_are_escaped_and_unknown_ones_are_not_found() {
    let log = log();
    log.add("example.test/Big", "v1.0.0-RC1", "h1:x=");
    assert!(get(&log, "/lookup/example.test/!big@v1.0.0-!r!c1").is_some());
    assert!(get(&log, "/lookup/example.test/Big@v1.0.0-RC1").is_none());
    assert!(get(&log, "/lookup/example.test/small@v1.0.0").is_none());
    assert_eq!(get(&log, "/supported").as_deref(), Some(""));
}

#[test]
fn signatures_are_good_missing_wrong_or_unknown() {
    let log = log();
    assert!(is_signed(&log, &log.head()));
    log.unsigned();
    assert!(log.head().ends_with("=\n\n"));
    log.wrong_key();
    assert!(!is_signed(&log, &log.head()));
    let key_hash = |head: &str| head.rsplit_once(' ').unwrap().1[..5].to_owned();
    let forged = log.head();
    log.be_honest();
    assert_eq!(key_hash(&forged), key_hash(&log.head()), "a forged signature names the real key");
    log.stranger_key();
    assert!(!is_signed(&log, &log.head()));
    assert_ne!(key_hash(&forged), key_hash(&log.head()));
}

#[test]
fn a_fork_is_signed_by_the_same_key_and_differs_from_one_record_on() {
    let log = log();
    let fork = log.fork(5);
    assert_eq!(log.key(), fork.key());
    assert!(is_signed(&log, &fork.head()));
    assert_ne!(log.head(), fork.head());
    let size = |log: &TestLog, size| {
        log.shrink(size);
        log.head()
    };
    assert_eq!(size(&log, 5), size(&fork, 5));
    assert_ne!(size(&log, 6), size(&fork, 6));
    assert!(log.head().starts_with("go.sum database tree\n6\n"));
}

#[test]
fn a_tampered_tile_differs_in_one_bit_on_one_level() {
    let log = log();
    let before = [get_bytes(&log, "/tile/8/0/000"), get_bytes(&log, "/tile/8/1/000.p/1")];
    log.tamper_tile(1, 9);
    assert_eq!(get_bytes(&log, "/tile/8/0/000"), before[0]);
    let mut expected = before[1].clone();
    expected[1] ^= 2;
    assert_eq!(get_bytes(&log, "/tile/8/1/000.p/1"), expected);
}

#[test]
fn a_lookup_can_be_answered_with_the_record_of_another() {
    let log = log();
    log.serve_record_of("example.test/padding7@v1.0.0");
    let record = get(&log, &format!("/lookup/{MODULE}@{VERSION}")).unwrap();
    assert!(record.starts_with("7\nexample.test/padding7 v1.0.0 h1:"), "{record}");
}

#[test]
fn later_records_are_served_at_once() {
    let log = log();
    let same = log.clone();
    log.grow(300);
    assert_eq!(same.len(), 601);
    assert!(get(&same, "/tile/8/0/001").is_some());
    assert!(get(&same, "/tile/8/0/002.p/89").is_some());
    assert!(get(&same, "/tile/8/0/002.p/90").is_none());
}

fn get_bytes(log: &TestLog, path: &str) -> Vec<u8> {
    log.state().answer(path).unwrap()
}
