//! Keys and notes: the test vectors of Go's own package, and every rule that makes a note invalid.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::*;
use crate::GO_DATABASE_KEY;
use crate::tests::log::Signer;

// Keys, text and signatures are test vectors published with Go's package `note`.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_LINE: &str = "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn key(text: &str) -> VerifierKey {
    VerifierKey::parse(text).unwrap()
}

fn open_text(note: &str, verifier: &str) -> Result<OpenedNote, NoteError> {
    open(note.as_bytes(), &key(verifier))
}

#[test]
fn keys_are_read_and_written_back() {
    for (text, name, hash) in [
        (PETER, "PeterNeumann", 0xc74f_20a3),
        (ENOCH, "EnochRoot", 0xaf0c_fe78),
        (GO_DATABASE_KEY, "sum.golang.org", 0x033d_e0ae),
    ] {
        let key = key(text);
        assert_eq!((key.name(), key.hash()), (name, hash));
        assert_eq!(key.to_string(), text);
    }
    assert_eq!(key(&PETER.replace("c74f20a3", "C74F20A3")), key(PETER), "the hash may be in upper case");
}

#[test]
fn every_part_of_a_key_is_needed() {
    for start in 0..PETER.len() {
        for end in start..=PETER.len() {
            let part = &PETER[start..end];
            assert_eq!(VerifierKey::parse(part).is_ok(), part == PETER, "{part}");
        }
    }
}

#[test]
fn no_byte_of_a_key_can_be_changed() {
    for index in 0..PETER.len() {
        let mut bytes = PETER.as_bytes().to_vec();
        bytes[index] += 1;
        let changed = String::from_utf8(bytes).unwrap();
        assert!(VerifierKey::parse(&changed).is_err(), "{changed}");
    }
}

/// A key with the right hash for any name and bytes.
fn key_text(name: &str, encoded: &[u8]) -> String {
    format!("{name}+{:08x}+{}", key_hash(name, encoded), BASE64_STANDARD.encode(encoded))
}

#[test]
fn a_bad_key_with_the_right_hash_is_refused() {
    let valid = [&[1_u8][..], &[7; 32]].concat();
    assert!(VerifierKey::parse(&key_text("log", &valid)).is_ok());

    let unknown = [&[2_u8][..], &[7; 32]].concat();
    let error = VerifierKey::parse(&key_text("log", &unknown)).unwrap_err();
    assert!(matches!(error, KeyError::UnknownAlgorithm { algorithm: 2, .. }), "{error}");

    for (name, encoded) in [
        ("log", &valid[..32]),
        ("log", &[valid.as_slice(), &[0]].concat()[..]),
        ("log", &[]),
        ("", &valid),
        ("two words", &valid),
        ("wide\u{3000}space", &valid),
    ] {
        let error = VerifierKey::parse(&key_text(name, encoded)).unwrap_err();
        assert!(matches!(error, KeyError::Malformed { .. }), "{name}: {error}");
    }
    let error = VerifierKey::parse(&PETER.replace("c74f20a3", "c74f20a4")).unwrap_err();
    assert!(matches!(error, KeyError::HashMismatch { computed: 0xc74f_20a3, .. }), "{error}");
}

#[test]
fn a_note_opens_with_any_key_that_signed_it() {
    let both = format!("{TEXT}\n{PETER_LINE}{ENOCH_LINE}");
    for (note, verifier) in [
        (format!("{TEXT}\n{PETER_LINE}"), PETER),
        (both.clone(), PETER),
        (both, ENOCH),
        (format!("{TEXT}\n{PETER_LINE}{PETER_LINE}"), PETER),
    ] {
        assert_eq!(open_text(&note, verifier).unwrap().text, TEXT, "{note}");
    }
}

#[test]
fn a_note_of_other_keys_is_not_signed() {
    let note = format!("{TEXT}\n{PETER_LINE}");
    let error = open_text(&note, ENOCH).unwrap_err();
    assert!(matches!(error, NoteError::NotSigned { hash: 0xaf0c_fe78, .. }), "{error}");
    // The right hash under another name, and the right name with another hash, are other keys.
    for foreign in [
        format!("{TEXT}\n{}", PETER_LINE.replace("PeterNeumann", "PeterNeuman")),
        format!("{TEXT}\n{}", PETER_LINE.replace("x08go", "x08gp")),
    ] {
        assert!(matches!(open_text(&foreign, PETER), Err(NoteError::NotSigned { .. })), "{foreign}");
    }
}

#[test]
fn the_first_signature_of_the_key_must_hold() {
    let bad = PETER_LINE.replace("x08go/ZJ", "x08go/ZK");
    for note in [
        format!("{TEXT}\n{bad}"),
        format!("{TEXT}\n{bad}{PETER_LINE}"),
        format!("{}\n{PETER_LINE}", TEXT.replace("answer", "Answer")),
        format!("{TEXT}\n\n{PETER_LINE}"),
        format!("{TEXT}\n\u{2014} PeterNeumann x08gowA=\n"),
    ] {
        let error = open_text(&note, PETER).unwrap_err();
        assert!(matches!(error, NoteError::InvalidSignature { hash: 0xc74f_20a3, .. }), "{note}: {error}");
    }
    let bad_twin_later = format!("{TEXT}\n{PETER_LINE}{bad}");
    assert_eq!(open_text(&bad_twin_later, PETER).unwrap().text, TEXT);
    let bad_of_others = format!("{TEXT}\n{}{PETER_LINE}", ENOCH_LINE.replace("rwz+eBzm", "rwz+eBzn"));
    assert_eq!(open_text(&bad_of_others, PETER).unwrap().text, TEXT);
}

#[test]
fn malformed_notes_are_refused_even_when_signed() {
    let signer = Signer::new("log", 3);
    for text in ["a\tb\n", "a\0b\n", "a\r\n", "a\u{7f}b\n", "a\u{9b}31mb\n"] {
        let error = open(signer.sign(text).as_bytes(), signer.key()).unwrap_err();
        assert!(matches!(error, NoteError::Malformed { .. }), "{text:?}: {error}");
    }
    for (what, note) in [
        ("empty", String::new()),
        ("text alone", TEXT.to_owned()),
        ("no signature", format!("{TEXT}\n")),
        ("no blank line", format!("{TEXT}{PETER_LINE}")),
        ("no last newline", format!("{TEXT}\n{}", PETER_LINE.trim_end())),
        ("a hyphen", format!("{TEXT}\n{}", PETER_LINE.replace('\u{2014}', "-"))),
        ("no space", format!("{TEXT}\n{}", PETER_LINE.replace("\u{2014} ", "\u{2014}"))),
        ("no name", format!("{TEXT}\n{}", PETER_LINE.replace("PeterNeumann", ""))),
        ("a plus in the name", format!("{TEXT}\n{}", PETER_LINE.replace("PeterN", "Peter+N"))),
        ("no signature bytes", format!("{TEXT}\n\u{2014} PeterNeumann x08gow==\n")),
        ("no base64", format!("{TEXT}\n\u{2014} PeterNeumann\n")),
        ("bad base64", format!("{TEXT}\n{}", PETER_LINE.replace("x08go", "x08!o"))),
        ("another line among them", format!("{TEXT}\n{PETER_LINE}evil h1:sum\n")),
    ] {
        let error = open_text(&note, PETER).unwrap_err();
        assert!(matches!(error, NoteError::Malformed { .. }), "{what}: {error}");
    }
    let not_utf8 = [b"\xff".as_slice(), TEXT.as_bytes(), b"\n", PETER_LINE.as_bytes()].concat();
    assert!(matches!(open(&not_utf8, &key(PETER)), Err(NoteError::Malformed { .. })));
}

#[test]
fn a_text_may_contain_blank_lines() {
    let signer = Signer::new("log", 3);
    let text = "one\n\n\u{2014} log not-a-signature\n\ntwo\n";
    assert_eq!(open(signer.sign(text).as_bytes(), signer.key()).unwrap().text, text);
}

#[test]
fn size_and_signatures_are_limited() {
    let fits = format!("{TEXT}\n{}{PETER_LINE}", ENOCH_LINE.repeat(MAX_SIGNATURES - 1));
    assert_eq!(open_text(&fits, PETER).unwrap().text, TEXT);
    let crowded = format!("{TEXT}\n{PETER_LINE}{}", ENOCH_LINE.repeat(MAX_SIGNATURES));
    assert_eq!(open_text(&crowded, PETER).unwrap_err(), NoteError::TooManySignatures);

    let signer = Signer::new("log", 3);
    let long = signer.sign(&format!("{}\n", "x".repeat(MAX_NOTE_BYTES)));
    assert_eq!(open(long.as_bytes(), signer.key()).unwrap_err(), NoteError::TooLong { bytes: long.len() });
}
