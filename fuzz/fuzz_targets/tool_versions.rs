//! The Go line of `.tool-versions`: the first line of the input is the version to write, the rest the file.
//!
//! Owns: the check that an edit is what is read afterwards and changes no other byte, and that a removal
//! leaves every line of other tools, both against a naive idea of what a Go line is.
#![no_main]

use gom_select::spec::PlatformSpec;
use gom_select::version_files::tool_versions;
use libfuzzer_sys::fuzz_target;

const BOM: &[u8] = b"\xef\xbb\xbf";

fuzz_target!(|data: &[u8]| {
    let (first, file) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (&b""[..], data),
    };
    // Half is left to grow into: an edit must not push the file over the limit.
    if file.len() > tool_versions::MAX_BYTES / 2 {
        return;
    }
    let version = str::from_utf8(first).ok().and_then(|text| PlatformSpec::parse(text).ok());
    let version = version.map_or_else(|| "1.22.6".to_owned(), |request| request.to_string());
    reading_agrees(file);
    edit_is_read_and_touches_nothing_else(file, &version);
    removal_leaves_the_other_lines(file);
});

fn reading_agrees(file: &[u8]) {
    let go_line = lines(file).position(is_go_line);
    match tool_versions::parse(file) {
        Ok(None) => assert_eq!(go_line, None),
        Ok(Some(pin)) => {
            assert!(!pin.specs.is_empty());
            assert!(pin.specs.iter().all(|spec| Some(spec.line - 1) == go_line));
        }
        Err(error) => {
            assert_eq!(error.line, go_line.map(|index| index + 1), "{error}");
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
        }
    }
}

fn edit_is_read_and_touches_nothing_else(before: &[u8], version: &str) {
    let Some(after) = tool_versions::with_go_version(before, version) else {
        return assert!(!lines(before).any(is_go_line));
    };
    let specs = tool_versions::parse(&after).ok().flatten().map(|pin| pin.specs).unwrap_or_default();
    assert!(specs.len() == 1 && specs[0].text == version, "{version} reads back as {specs:?}");
    let edited = specs[0].line - 1;
    assert_eq!(before.starts_with(BOM), after.starts_with(BOM));
    assert_eq!(lines(before).count(), lines(&after).count());
    for (index, (old, new)) in lines(before).zip(lines(&after)).enumerate() {
        if index == edited {
            only_the_versions_differ(old, new, version.as_bytes());
        } else {
            assert_eq!(old, new);
        }
    }
    assert_eq!(tool_versions::with_go_version(&after, version), Some(after));
}

fn only_the_versions_differ(old: &[u8], new: &[u8], version: &[u8]) {
    let at = new.windows(version.len()).position(|window| window == version).unwrap_or(new.len());
    let (head, tail) = (&new[..at], &new[at + version.len()..]);
    // A bare key gets a blank before its first version; elsewhere head and tail are all there was.
    let is_bare = head.len() + tail.len() > old.len();
    let head = if is_bare { head.trim_ascii_end() } else { head };
    assert!(old.starts_with(head) && old.ends_with(tail), "{old:?} became {new:?}");
    let replaced = &old[head.len()..old.len() - tail.len()];
    assert!(replaced == replaced.trim_ascii() && !replaced.contains(&b'#'), "{old:?} became {new:?}");
}

fn removal_leaves_the_other_lines(before: &[u8]) {
    let Some(after) = tool_versions::without_go_line(before) else {
        return assert!(!lines(before).any(is_go_line));
    };
    assert!(lines(before).any(is_go_line));
    let mark: &[u8] = if before.starts_with(BOM) { BOM } else { b"" };
    let others: Vec<u8> = lines(before).filter(|line| !is_go_line(line)).flatten().copied().collect();
    // A mark further down belongs to its line, until that line moves to the front.
    if !mark.is_empty() || !others.starts_with(BOM) {
        assert_eq!(after, [mark, &others[..]].concat());
        assert_eq!(tool_versions::parse(&after), Ok(None));
    }
}

/// The lines with their endings, without a byte order mark.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    file.strip_prefix(BOM).unwrap_or(file).split_inclusive(|byte| *byte == b'\n')
}

fn is_go_line(line: &[u8]) -> bool {
    let code = String::from_utf8_lossy(line);
    let code = code.split('#').next().unwrap_or_default();
    matches!(code.split_ascii_whitespace().next(), Some("go" | "go:" | "golang" | "golang:"))
}
