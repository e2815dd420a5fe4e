//! Tests of every spelling that a person may use, every refused one with its reason, and the laws of
//! choosing.

use proptest::prelude::*;

use super::*;

fn version(text: &str) -> GoVersion {
    GoVersion::parse(text).unwrap()
}

fn spec(text: &str) -> Spec {
    Spec::parse(text).unwrap()
}

fn line(text: &str) -> Spec {
    Spec::Line(ReleaseLine::parse(text).unwrap())
}

#[test]
fn every_spelling_has_one_meaning() {
    let exact = |text| Spec::Exact(version(text));
    let major = Spec::Major("1".to_owned());
    let rows = [
        (&["1.22.6", "go1.22.6", "v1.22.6", "go-1.22.6"][..], exact("1.22.6"), "1.22.6"),
        (&["1.22", "1.22.x", "1.22.*", "go1.22", "v1.22.x", "go-1.22"], line("1.22"), "1.22"),
        (&["1.20", "go1.20", "1.20.x"], line("1.20"), "1.20"),
        (&["1.20.0", "go1.20.0"], exact("1.20"), "1.20.0"),
        (&["1.0.0"], exact("1"), "1.0.0"),
        (&["1.0", "1.0.x"], line("1.0"), "1.0"),
        (&["1.20.1"], exact("1.20.1"), "1.20.1"),
        (&["1.21.0"], exact("1.21.0"), "1.21.0"),
        (&["1", "1.x", "1.*", "go1", "v1"], major, "1"),
        (
            &["1.24rc1", "1.24-rc1", "1.24-rc.1", "1.24.0-rc1", "1.24.0-rc.1", "go1.24rc1", "v1.24.0-rc.1"],
            exact("1.24rc1"),
            "1.24rc1",
        ),
        (&["1.18beta2", "1.18-beta2", "1.18.0-beta.2"], exact("1.18beta2"), "1.18beta2"),
        (&["1.9.0-rc.2"], exact("1.9rc2"), "1.9rc2"),
        (&["latest", "stable"], Spec::Latest, "latest"),
        (&["oldstable"], Spec::OldStable, "oldstable"),
        (&["system"], Spec::System, "system"),
    ];
    for (spellings, want, shown) in rows {
        for text in spellings {
            assert_eq!(spec(text), want, "{text}");
        }
        assert_eq!(want.to_string(), shown);
    }
    let Spec::Exact(first) = spec("1.20.0") else { panic!("not exact") };
    assert_eq!(first.to_string(), "1.20");
}

#[test]
fn what_is_no_spec_is_refused_with_the_reason() {
    let range = "a range belongs to a command, not to a file";
    let repository = "gom installs releases, not a state of Go's repository";
    let path = "it holds `/`, `\\` or `..`, which no version has";
    let base = "only the first release of a line has prereleases";
    let long = "1".repeat(65);
    let rows: [(&str, &[&str]); 10] = [
        ("it is empty", &[""]),
        ("it is longer than 64 bytes", &[&long]),
        ("it holds a control character", &["1.22\0", "\n", "1.22\t", "\u{1b}[m", "../\0"]),
        ("it holds a space", &["1.22 1.21", " ", "1.22\u{a0}"]),
        (path, &["../../x", "a/b", "1.22\\x", "1..2", "..", "/etc/passwd"]),
        ("a folder is not a version", &["path:x", "path:/opt/go"]),
        (repository, &["tip", "gotip", "ref:master", "ref:v1/x"]),
        (range, &[">=1.21", "^1.22", "~1.22.3", "1.21,1.22", "<1.22", "=1.22.6", "1||2", ">=1.21,<1.23"]),
        (base, &["1.24.1-rc1", "1.9.2-rc.2", "x-rc1", "1-rc1"]),
        (
            SHAPE,
            &[
                "x",
                "*",
                "1.22.6.1",
                "1.22.",
                "1.022",
                "1.9.2rc2",
                "1.22.0-bigcorp",
                "1.22-",
                "1.24-rc",
                "1.24-rc.",
                "1.24rc.1",
                "1.24.0rc1",
                "1.x.x",
                "1.22.6.x",
                "gogo1.22",
                "vgo1.22",
                "go",
                "v",
                "go-",
                "Latest",
                "golatest",
                "1.22X",
                "lts",
                "sub-1:1.22",
                "prefix:1.22",
                "1.24.0-rc.01",
                "\u{661}.\u{662}",
            ][..],
        ),
    ];
    for (reason, texts) in rows {
        for text in texts {
            let want = InvalidSpec { text: (*text).to_owned(), reason: reason.to_owned() };
            assert_eq!(Spec::parse(text), Err(want.clone()));
            assert_eq!(PlatformSpec::parse(text), Err(want));
        }
    }
    let message = Spec::parse("^1.22\u{202e}").unwrap_err().to_string();
    assert_eq!(message, format!("invalid version `^1.22\\u{{202e}}`: {range}"));
}

#[test]
fn a_spec_matches_what_it_names() {
    let rows: [(&str, &[&str], &[&str]); 8] = [
        ("1.22.6", &["1.22.6"], &["1.22.5", "1.22", "1.22rc1"]),
        ("1.20.0", &["1.20", "1.20.0"], &["1.20.1", "1.20rc1"]),
        ("1.22", &["1.22.0", "1.22.6", "1.22rc1"], &["1.2.2", "1.23.0", "2.22.0"]),
        ("1.20", &["1.20", "1.20.14"], &["1.2", "1.200.0"]),
        ("1", &["1", "1.22.6", "1.24rc1"], &["2", "10.1", "2.1.1"]),
        ("latest", &["1.22.6", "1.20"], &["1.24rc1", "1.21"]),
        ("oldstable", &["1.22.6"], &["1.24beta1", "1.21"]),
        ("system", &[], &["1.22.6", "1"]),
    ];
    for (text, inside, outside) in rows {
        for (versions, want) in [(inside, true), (outside, false)] {
            for other in versions {
                assert_eq!(spec(text).matches(&version(other)), want, "{text} and {other}");
            }
        }
    }
}

#[test]
fn the_newest_match_is_chosen() {
    let published =
        ["1.20", "1.20.14", "1.22.9", "1.22rc2", "1.22.10", "1.22.0", "1.23.4", "1.24rc1", "2.0beta1"]
            .map(version);
    let rows = [
        ("1.22", Some("1.22.10")),
        ("1.20", Some("1.20.14")),
        ("1.20.0", Some("1.20")),
        ("1.22rc2", Some("1.22rc2")),
        ("1.24", None),
        ("1.24-rc.1", Some("1.24rc1")),
        ("1.22.1", None),
        ("1", Some("1.23.4")),
        ("2", None),
        ("latest", Some("1.23.4")),
        ("oldstable", Some("1.22.10")),
        ("system", None),
    ];
    for (text, want) in rows {
        let newest = spec(text).newest(&published, |candidate| candidate).map(ToString::to_string);
        assert_eq!(newest.as_deref(), want, "{text}");
    }
    assert_eq!(Spec::OldStable.newest(&published[..2], |candidate| candidate), None);
    assert_eq!(
        Spec::OldStable.newest([&published[0], &published[8], &published[4]], |c| c),
        Some(&published[0])
    );
}

#[test]
fn of_equal_candidates_the_first_is_chosen() {
    let candidates = [(version("1.20.0"), 'a'), (version("1.20"), 'b')];
    for text in ["1.20.0", "1.20", "latest"] {
        assert_eq!(spec(text).newest(&candidates, |(version, _)| version).unwrap().1, 'a', "{text}");
    }
}

#[test]
fn a_request_may_name_a_platform() {
    let rows = [
        ("go1.26.0.darwin-arm64", "1.26.0", Some("darwin-arm64")),
        ("1.26.linux-arm64", "1.26", Some("linux-arm64")),
        ("latest.macos-aarch64", "latest", Some("darwin-arm64")),
        ("1.22.x.Linux-x86_64", "1.22", Some("linux-amd64")),
        ("1.24.0-rc.1.windows-386", "1.24rc1", Some("windows-386")),
        ("1.linux-armv6l", "1", Some("linux-arm")),
        ("1.24.0-rc.1", "1.24rc1", None),
        ("1.24.0-rc1", "1.24rc1", None),
        ("1.20.0", "1.20.0", None),
        ("system", "system", None),
    ];
    for (text, spec, platform) in rows {
        let request = PlatformSpec::parse(text).unwrap();
        assert_eq!(request.spec.to_string(), spec, "{text}");
        assert_eq!(request.platform.as_ref().map(ToString::to_string).as_deref(), platform, "{text}");
    }
    assert_eq!(PlatformSpec::parse("go1.26.0.macos-arm64").unwrap().to_string(), "1.26.0.darwin-arm64");
}

#[test]
fn a_wrong_platform_or_version_in_a_request_is_named() {
    let rows = [
        ("1.22.6.linux-vax", "Go has no platform `linux-vax`"),
        ("latest.beos-amd64", "Go has no platform `beos-amd64`"),
        ("1.22.js-wasm", "Go has no platform `js-wasm`"),
        ("1.22.lin\u{202e}ux-arm", "Go has no platform `lin\\u{202e}ux-arm`"),
        ("system.linux-amd64", "`system` is the Go of this machine, whatever its platform"),
        ("tip.linux-amd64", "gom installs releases, not a state of Go's repository"),
        (".linux-amd64", "it is empty"),
        ("x.linux-vax", SHAPE),
    ];
    for (text, reason) in rows {
        let want = InvalidSpec { text: text.to_owned(), reason: reason.to_owned() };
        assert_eq!(PlatformSpec::parse(text), Err(want));
    }
}

/// Texts near the grammar, right or wrong.
fn any_text() -> impl Strategy<Value = String> {
    let near = "(go|v|go-|)([0-9]{1,2}|1\\.2[0-3]|1\\.20\\.0|latest|stable|system)\
        ([.-](x|rc|beta|[0-9]){1,2}){0,3}(\\.(linux|macos|beos)-(x64|arm64))?";
    prop_oneof![4 => near, 1 => "\\PC{0,80}", 1 => any::<String>()]
}

proptest! {
    #[test]
    fn whatever_parses_prints_what_parses_the_same(text in any_text()) {
        if let Ok(spec) = Spec::parse(&text) {
            let shown = spec.to_string();
            prop_assert!(shown.len() <= text.len());
            prop_assert!(!shown.contains(['/', '\\', '\0']) && !shown.contains(".."));
            prop_assert_eq!(Spec::parse(&shown), Ok(spec));
        }
        if let Ok(request) = PlatformSpec::parse(&text) {
            prop_assert_eq!(PlatformSpec::parse(&request.to_string()), Ok(request));
        }
    }

    #[test]
    fn every_release_can_be_asked_for(minor in 0u32..40, patch in 0u32..30) {
        let release = version(&format!("1.{minor}.{patch}"));
        prop_assert_eq!(spec(&release.to_string()), Spec::Exact(release.clone()));
        prop_assert!(Spec::Line(release.line()).matches(&release));
        prop_assert_eq!(Spec::parse(&Spec::Exact(release.canonical()).to_string()), Ok(Spec::Exact(release)));
    }

    #[test]
    fn a_line_matches_by_numbers_not_by_text(asked in 0u32..40, minor in 0u32..40, patch in 0u32..30) {
        let release = version(&format!("1.{minor}.{patch}"));
        prop_assert_eq!(line(&format!("1.{asked}")).matches(&release), asked == minor);
    }

    #[test]
    fn the_newest_is_a_match_and_nothing_stable_is_newer(
        text in "1|1\\.2[0-3]|1\\.2[0-3]\\.[0-2]|1\\.2[0-3]rc1|latest|oldstable",
        published in prop::collection::vec("1\\.2[0-3](\\.[0-2]|rc[12])", 0..12),
    ) {
        let spec = spec(&text);
        let published: Vec<_> = published.iter().map(|text| version(text)).collect();
        let stable = || published.iter().filter(|v| v.is_stable() && spec.matches(v));
        match (&spec, spec.newest(&published, |candidate| candidate)) {
            (Spec::Exact(exact), newest) => prop_assert_eq!(newest, published.iter().find(|v| *v == exact)),
            (Spec::OldStable, newest) => {
                let latest = stable().map(GoVersion::line).max();
                prop_assert_eq!(newest, stable().filter(|v| Some(v.line()) < latest).max());
            }
            (_, newest) => prop_assert_eq!(newest, stable().max()),
        }
    }
}
