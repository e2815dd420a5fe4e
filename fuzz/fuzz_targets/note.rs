//! A signed note, with words in place of the signatures (`gom_fuzz::note`).
//!
//! Owns: the check that gom opens exactly the notes that a naive reader by Go's rules does, and that a tree
//! head it reads prints the lines it was read from.
#![no_main]

use std::sync::LazyLock;

use gom_fuzz::note::{Signer, open, sign, tree_head};
use gom_sumdb::tlog::TreeHead;
use gom_sumdb::{GO_DATABASE_KEY, VerifierKey, note};
use libfuzzer_sys::fuzz_target;

static OURS: LazyLock<Signer> = LazyLock::new(Signer::ours);

fuzz_target!(|data: &[u8]| {
    for line in data.split(|byte| *byte == b'\n').filter_map(|line| str::from_utf8(line).ok()) {
        key_reads_back(line);
    }
    opens_as_naively(data);
    if let Ok(text) = str::from_utf8(data) {
        opens_as_naively(sign(&OURS, text).as_bytes());
        head_prints_its_lines(text);
    }
});

fn opens_as_naively(bytes: &[u8]) {
    let go = VerifierKey::parse(GO_DATABASE_KEY).expect("the key in the binary");
    assert!(note::open(bytes, &go).is_err() || bytes.starts_with(b"go.sum database tree\n"));
    match note::open(bytes, &OURS.key()) {
        Ok(opened) => assert_eq!(Some(opened.text.as_str()), open(&OURS, bytes)),
        Err(error) => {
            assert_eq!(open(&OURS, bytes), None, "{error}");
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
        }
    }
}

fn head_prints_its_lines(text: &str) {
    let head = TreeHead::parse(text).ok();
    assert_eq!(head.map(|head| (head.size, head.hash.0)), tree_head(text));
    if let Some(TreeHead { size, hash }) = head {
        assert!(text.starts_with(&format!("go.sum database tree\n{size}\n{hash}\n")), "{text:?}");
    }
}

fn key_reads_back(line: &str) {
    if let Ok(key) = VerifierKey::parse(line) {
        assert!(key.to_string().eq_ignore_ascii_case(line), "{line:?}");
        assert_eq!(VerifierKey::parse(&key.to_string()).as_ref(), Ok(&key));
    }
}
