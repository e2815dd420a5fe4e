//! The `.go-version` file, on any bytes.
//!
//! Owns: the check that every word is read or refused at its own line, against a naive reader, and that a
//! file rendered from what was read reads back.
#![no_main]

use gom_select::spec::PlatformSpec;
use gom_select::version_files::{PinError, go_version};
use libfuzzer_sys::fuzz_target;

const BOM: &[u8] = b"\xef\xbb\xbf";

fuzz_target!(|data: &[u8]| {
    match go_version::parse(data) {
        Ok(pin) => {
            let read: Vec<_> = pin.specs.iter().map(|spec| (spec.line, spec.text.clone())).collect();
            assert!(!read.is_empty() && data.len() <= go_version::MAX_BYTES);
            assert_eq!(read, words(data));
            for pinned in pin.specs {
                assert_eq!(PlatformSpec::parse(&pinned.text).as_ref(), Ok(&pinned.spec));
                rendered_reads_back(&pinned.spec);
            }
        }
        Err(error) => error_has_its_place(data, &error),
    }
});

fn rendered_reads_back(request: &PlatformSpec) {
    let pin = go_version::parse(go_version::render(request).as_bytes());
    let specs = pin.map(|pin| pin.specs).unwrap_or_default();
    assert!(specs.len() == 1 && specs[0].spec == *request, "{request} reads back as {specs:?}");
}

fn error_has_its_place(data: &[u8], error: &PinError) {
    let message = error.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
    match error.line {
        None => assert!(data.len() > go_version::MAX_BYTES || words(data).is_empty(), "{message}"),
        Some(number) if error.value.is_empty() => {
            let line = data.split(|byte| *byte == b'\n').nth(number - 1);
            assert!(line.is_some_and(|line| str::from_utf8(line).is_err()), "{message}");
        }
        Some(number) => {
            assert!(words(data).contains(&(number, error.value.clone())), "{number}: {message}");
            assert!(PlatformSpec::parse(&error.value).is_err(), "{message}");
        }
    }
}

/// All words that are in no comment, each with its line.
fn words(data: &[u8]) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    for (line, number) in data.strip_prefix(BOM).unwrap_or(data).split(|byte| *byte == b'\n').zip(1..) {
        for word in String::from_utf8_lossy(line).split_ascii_whitespace() {
            if word.starts_with('#') {
                break;
            }
            words.push((number, word.to_owned()));
        }
    }
    words
}
