//! Go's own tables for versions, as data.
//!
//! The rows are those of Go's `internal/gover`, `cmd/go/internal/gover` and `go/version` tests.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use super::*;

mod laws;

fn version(text: &str) -> GoVersion {
    GoVersion::parse(text).unwrap()
}

/// Go's `Compare`, in which an invalid text is below every version and equal to every invalid one.
fn compare(left: &str, right: &str) -> Ordering {
    GoVersion::parse(left).ok().cmp(&GoVersion::parse(right).ok())
}

/// Returns what `go/version` reads: the text after `go`, without a custom suffix.
fn strip_go(name: &str) -> &str {
    name.split('-').next().and_then(|name| name.strip_prefix("go")).unwrap_or("")
}

/// Checks each row in both directions.
fn assert_compares(rows: &[(&str, &str, Ordering)], read: fn(&str) -> &str) {
    for (left, right, want) in rows {
        assert_eq!(compare(read(left), read(right)), *want, "{left} and {right}");
        assert_eq!(compare(read(right), read(left)), want.reverse(), "{right} and {left}");
    }
}

#[test]
fn versions_compare_as_in_gover() {
    let rows = [
        ("", "", Equal),
        ("x", "x", Equal),
        ("", "x", Equal),
        ("1", "1.1", Less),
        ("1.5", "1.6", Less),
        ("1.5", "1.10", Less),
        ("1.6", "1.6.1", Less),
        ("1.19", "1.19.0", Equal),
        ("1.19rc1", "1.19", Less),
        ("1.20", "1.20.0", Equal),
        ("1.20rc1", "1.20", Less),
        ("1.21", "1.21.0", Less),
        ("1.21", "1.21rc1", Less),
        ("1.21rc1", "1.21.0", Less),
        ("1.6", "1.19", Less),
        ("1.19", "1.19.1", Less),
        ("1.19rc1", "1.19.1", Less),
        ("1.19rc1", "1.19rc2", Less),
        ("1.19.0", "1.19.1", Less),
        ("1.19rc1", "1.19.0", Less),
        ("1.19alpha3", "1.19beta2", Less),
        ("1.19beta2", "1.19rc1", Less),
        ("1.1", "1.99999999999999998", Less),
        ("1.99999999999999998", "1.99999999999999999", Less),
    ];
    assert_compares(&rows, |text| text);
}

#[test]
fn toolchain_names_compare_as_in_go_version() {
    let rows = [
        ("", "", Equal),
        ("x", "x", Equal),
        ("", "x", Equal),
        ("1", "1.1", Equal),
        ("go1", "go1.1", Less),
        ("go1.5", "go1.6", Less),
        ("go1.5", "go1.10", Less),
        ("go1.6", "go1.6.1", Less),
        ("go1.19", "go1.19.0", Equal),
        ("go1.19rc1", "go1.19", Less),
        ("go1.20", "go1.20.0", Equal),
        ("go1.20", "go1.20.0-bigcorp", Equal),
        ("go1.20rc1", "go1.20", Less),
        ("go1.21", "go1.21.0", Less),
        ("go1.21", "go1.21.0-bigcorp", Less),
        ("go1.21", "go1.21rc1", Less),
        ("go1.21rc1", "go1.21.0", Less),
        ("go1.6", "go1.19", Less),
        ("go1.19", "go1.19.1", Less),
        ("go1.19rc1", "go1.19.1", Less),
        ("go1.19rc1", "go1.19rc2", Less),
        ("go1.19.0", "go1.19.1", Less),
        ("go1.19rc1", "go1.19.0", Less),
        ("go1.19alpha3", "go1.19beta2", Less),
        ("go1.19beta2", "go1.19rc1", Less),
        ("go1.1", "go1.99999999999999998", Less),
        ("go1.99999999999999998", "go1.99999999999999999", Less),
        ("go1.22.3-x", "go1.22.3", Equal),
        ("go1.22-x", "go1.22", Equal),
        ("go1.21-", "go1.21", Equal),
    ];
    assert_compares(&rows, strip_go);
}

#[test]
fn tricky_versions_compare_as_in_go() {
    let rows = [
        ("1.21rc2", "1.21.0", Less),
        ("1.9rc2", "1.9", Less),
        ("1.9.2rc2", "1.9.2", Less),
        ("1.9.2rc2", "bad", Equal),
        ("1", "1.0.0", Equal),
        ("1", "1.0", Equal),
        ("1.10", "1.9", Greater),
        ("1.21foo", "1.21rc1", Less),
        ("1.21zeta", "1.21rc9", Greater),
        ("1.21rc", "1.21rc1", Less),
        ("1.21rc", "1.21rc0", Less),
        ("1.21rc10", "1.21rc9", Greater),
        ("1.022", "1.22", Less),
        ("1.22.", "1.22", Less),
        ("1.22.0.1", "1.22", Less),
        ("2", "1.99", Greater),
        ("2", "2.0", Equal),
        ("1.999testmod", "1.999.0", Less),
        ("1.21RC1", "1.21", Less),
        ("1.21.3+auto", "1.21.3", Less),
        ("1.0rc1", "1", Less),
        ("1.22.10", "1.22.9", Greater),
        ("1.21", "1.20.14", Greater),
    ];
    assert_compares(&rows, |text| text);
}

#[test]
fn versions_have_the_parts_go_finds() {
    let absent = "-";
    let rows = [
        ("1", ["1", "0", "0", "", absent]),
        ("1.2", ["1", "2", "0", "", absent]),
        ("1.2.3", ["1", "2", "3", "", absent]),
        ("1.2rc3", ["1", "2", absent, "rc", "3"]),
        ("1.20", ["1", "20", "0", "", absent]),
        ("1.21", ["1", "21", absent, "", absent]),
        ("1.21rc3", ["1", "21", absent, "rc", "3"]),
        ("1.21.0", ["1", "21", "0", "", absent]),
        ("1.24", ["1", "24", absent, "", absent]),
        ("1.24rc3", ["1", "24", absent, "rc", "3"]),
        ("1.24.0", ["1", "24", "0", "", absent]),
        ("1.999testmod", ["1", "999", absent, "testmod", absent]),
        ("1.99999999999999999", ["1", "99999999999999999", absent, "", absent]),
        ("222", ["222", "0", "0", "", absent]),
        ("2.21", ["2", "21", absent, "", absent]),
    ];
    for (text, want) in rows {
        let Parts { major, minor, patch, kind, pre } = version(text).parts;
        let or_absent = |number: Option<Number>| number.map_or(absent.to_owned(), |n| n.0);
        assert_eq!([major.0, minor.0, or_absent(patch), kind, or_absent(pre)], want, "{text}");
    }
}

#[test]
fn language_versions_are_gos() {
    let rows = [
        ("1.2rc3", "1.2"),
        ("1.2.3", "1.2"),
        ("1.2", "1.2"),
        ("1", "1"),
        ("1.0.3", "1"),
        ("1.999testmod", "1.999"),
        ("222", "222.0"),
        ("1.22.6", "1.22"),
    ];
    for (text, want) in rows {
        let language = version(text).language();
        assert_eq!(language.to_string(), want, "{text}");
        assert_eq!(language, version(want), "{text}");
    }
    assert_eq!(version(strip_go("go222")).language().to_string(), "222.0");
    assert!(GoVersion::parse(strip_go("bad")).is_err());
}

#[test]
fn only_since_1_21_is_a_bare_line_a_language_version() {
    let rows = [
        ("1.2rc3", false),
        ("1.2.3", false),
        ("1.999testmod", false),
        ("1.22", true),
        ("1.21", true),
        ("1.20", false),
        ("1.19", false),
        ("1.3", false),
        ("1.2", false),
        ("1", false),
        ("2.21", true),
        ("2", false),
    ];
    for (text, want) in rows {
        assert_eq!(version(text).is_language_version(), want, "{text}");
    }
}

#[test]
fn a_release_is_stable_and_a_prerelease_or_language_version_is_not() {
    let rows =
        [("1.22.6", true, false), ("1.20", true, false), ("1.21", false, false), ("1.21rc1", false, true)];
    for (text, stable, prerelease) in rows {
        assert_eq!(
            (version(text).is_stable(), version(text).is_prerelease()),
            (stable, prerelease),
            "{text}"
        );
    }
}

#[test]
fn the_grammar_is_gos() {
    let valid = [
        "1.2rc3",
        "1.2.3",
        "1.999testmod",
        "1.22",
        "1.21.0",
        "1.21rc2",
        "1.21",
        "1.20.0",
        "1.20",
        "1.19",
        "1.3",
        "1.2",
        "1",
        "0",
        "0.0.0",
        "1.21rc",
        "1.2rc0",
    ];
    for text in valid {
        assert_eq!(version(text).to_string(), text);
    }
    let invalid = [
        "",
        "x",
        "1.600+auto",
        "go1.22",
        "v1.22",
        "1.9.2rc2",
        "01.2",
        "1.02",
        "1.2.03",
        "1.2rc03",
        "1.",
        "1.22.",
        "1.22.0.1",
        ".1",
        "1rc1",
        "1.21RC1",
        "1.21.3+auto",
        "1.21-",
        "1.22-x",
        " 1.22",
        "1.22 ",
        "1.2\u{661}",
        "1.22é",
        "1.22rc1x",
        "1.22rc1.1",
        "1.22\n",
        "-1",
        "1.22.-1",
    ];
    for text in invalid {
        assert_eq!(GoVersion::parse(text), Err(InvalidVersion { text: text.to_owned() }));
    }
}

#[test]
fn names_in_go_versions_test_table_are_valid_or_not() {
    let valid = [
        "go1.2rc3",
        "go1.2.3",
        "go1.999testmod",
        "go1.22",
        "go1.21.0",
        "go1.21rc2",
        "go1.21",
        "go1.20.0",
        "go1.20",
        "go1.19",
        "go1.3",
        "go1.2",
        "go1",
    ];
    for name in valid {
        assert!(GoVersion::from_toolchain_name(name).is_some(), "{name}");
    }
    for name in ["", "1.2.3", "go1.600+auto"] {
        assert_eq!(GoVersion::from_toolchain_name(name), None, "{name}");
    }
}

#[test]
fn toolchain_names_give_the_version_go_takes_from_them() {
    let rows = [
        ("go1.2.3", Some("1.2.3")),
        ("1.2.3", None),
        ("go1.2.3+bigcorp", None),
        ("go1.2.3-bigcorp", Some("1.2.3")),
        ("go1.2.3-bigcorp more text", Some("1.2.3")),
        ("gccgo-go1.23rc4", None),
        ("gccgo-go1.23rc4-bigdwarf", None),
        ("go1.500 (bigcorp)", Some("1.500")),
        ("go1.22.6 X:boringcrypto", Some("1.22.6")),
        ("go1.22.6\tx", Some("1.22.6")),
        ("go1.22-é", Some("1.22")),
        ("go1.22.6-a/b", None),
        ("go1.22.6-a\\b", None),
        ("go1.22.6/../x", None),
        ("go1.9.2rc2", None),
        ("go", None),
        ("go-1.22.6", None),
        ("devel go1.24-abc", None),
        ("default", None),
    ];
    for (name, want) in rows {
        let found = GoVersion::from_toolchain_name(name).map(|version| version.to_string());
        assert_eq!(found.as_deref(), want, "{name}");
    }
}

#[test]
fn a_release_has_one_text_one_name_and_one_semantic_version() {
    let rows = [
        ("1.22.6", "1.22.6", "go1.22.6", "1.22.6"),
        ("1.20.0", "1.20", "go1.20", "1.20.0"),
        ("1.20", "1.20", "go1.20", "1.20.0"),
        ("1.9.0", "1.9", "go1.9", "1.9.0"),
        ("1.20.1", "1.20.1", "go1.20.1", "1.20.1"),
        ("1.21.0", "1.21.0", "go1.21.0", "1.21.0"),
        ("1.21", "1.21", "go1.21", "1.21.0"),
        ("1.24rc1", "1.24rc1", "go1.24rc1", "1.24.0-rc.1"),
        ("1.18beta2", "1.18beta2", "go1.18beta2", "1.18.0-beta.2"),
        ("1.21rc", "1.21rc", "go1.21rc", "1.21.0-rc"),
        ("1.0.0", "1", "go1", "1.0.0"),
        ("2.0.0", "2.0", "go2.0", "2.0.0"),
    ];
    for (text, canonical, name, semver) in rows {
        let version = version(text);
        assert_eq!(version.canonical().to_string(), canonical);
        assert_eq!(version.toolchain_name(), name);
        assert_eq!(version.to_semver_text(), semver);
    }
}

#[test]
fn a_line_is_two_numbers_in_numeric_order() {
    let line = ReleaseLine::parse("1.22").unwrap();
    assert_eq!(line.to_string(), "1.22");
    for (text, inside) in
        [("1.22.6", true), ("1.22rc1", true), ("1.22", true), ("1.2.2", false), ("2.22", false)]
    {
        assert_eq!(line.contains(&version(text)), inside, "{text}");
        assert_eq!(version(text).line() == line, inside, "{text}");
    }
    assert_eq!(version("1").line().to_string(), "1.0");
    assert!(ReleaseLine::parse("1.9").unwrap() < ReleaseLine::parse("1.10").unwrap());
    for text in ["", "1", "1.", ".1", "1.22.6", "1.22rc1", "1.x", "01.2", "1.02"] {
        assert!(ReleaseLine::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_refused_text_cannot_drive_a_terminal() {
    let message = |text: &str| GoVersion::parse(text).unwrap_err().to_string();
    assert_eq!(message("1.22'\"\\"), "`1.22'\"\\` is not a Go version");
    assert_eq!(message("\u{1b}[31m\n\u{202e}"), "`\\u{1b}[31m\\n\\u{202e}` is not a Go version");
    assert_eq!(message(&"y".repeat(65)), format!("`{}...` is not a Go version", "y".repeat(64)));
}
