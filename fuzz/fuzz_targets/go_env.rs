//! Go's environment files, on any bytes.
//!
//! Owns: the check that each key has the value and line of its last assignment, that nothing else is a
//! key, and that the user's file is only ever where `GOENV` says or in a folder `go`.
#![no_main]

use std::ffi::OsString;
use std::path::Path;

use gom_select::go_env;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let file = go_env::parse(data);
    let text = String::from_utf8_lossy(data);
    for line in text.split('\n') {
        let key = line.split('=').next().unwrap_or_default();
        assert_eq!(file.get(key), last_assignment(&text, key), "{key:?}");
        assert_eq!(file.get(line).is_some(), last_assignment(&text, line).is_some(), "{line:?}");
    }

    // The file itself serves as an environment.
    let env = |name: &str| file.get(name).map(|(value, _)| OsString::from(value));
    let goenv = file.get("GOENV").map(|(value, _)| value).filter(|value| !value.is_empty());
    match (goenv, go_env::user_file(&env)) {
        (Some("off"), found) => assert_eq!(found, None),
        // As texts: two paths are equal to Rust when only their slashes differ.
        (Some(named), found) => assert_eq!(found.as_deref().map(Path::as_os_str), Some(named.as_ref())),
        (None, found) => assert!(found.is_none_or(|found| found.ends_with("go/env"))),
    }
});

fn last_assignment<'a>(text: &'a str, key: &str) -> Option<(&'a str, usize)> {
    if !key.starts_with(|first: char| first.is_ascii_uppercase()) || key.contains('=') {
        return None;
    }
    let value = |line: &'a str| line.strip_prefix(key)?.strip_prefix('=');
    text.split('\n').zip(1..).filter_map(|(line, number)| Some((value(line)?, number))).last()
}
