use std::os::unix::fs::symlink;

use super::guard;
use super::walk::{Found, WhyLeft, collect};
use gom_core::store::names;

/// Writes files and links below a folder; a name that ends with `/` is a folder.
fn fill(root: &std::path::Path, entries: &[(&str, &str)]) {
    for (name, content) in entries {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if name.ends_with('/') {
            std::fs::create_dir_all(&path).unwrap();
        } else if let Some(target) = content.strip_prefix("-> ") {
            symlink(target, &path).unwrap();
        } else {
            std::fs::write(&path, content).unwrap();
        }
    }
}

const STORE: &[(&str, &str)] = &[
    ("bin/gom", ""),
    ("bin/gom-shim", ""),
    ("bin/go", "-> gom-shim"),
    ("bin/go1.22.6", "-> gom-shim"),
    ("bin/.gom-x2Fs", ""),
    ("bin/gom.new.123", ""),
    ("toolchains/go1.22.6.linux-amd64/bin/go", ""),
    ("toolchains/.next/go1.22.7.linux-amd64/bin/go", ""),
    ("toolchains/.staging/go1.22.8.linux-amd64.aBc/x", ""),
    ("receipts/go1.22.6.linux-amd64.json", ""),
    ("receipts/go1.22.6.linux-amd64.files.gz", ""),
    ("evidence/go1.22.6.linux-amd64.2026.1/report.json", ""),
    ("evidence/gom-0.2.0.2026.1/older-head", ""),
    ("lines/1.22", "-> ../toolchains/go1.22.6.linux-amd64"),
    ("locks/go1.22.6.linux-amd64.lock", ""),
    ("staging/go1.22.6.linux-amd64.x9Zz/tree/bin/go", ""),
    ("sumdb/sum.golang.org/latest", ""),
    ("sumdb/sum.golang.org/latest.lock", ""),
    ("sumdb/sum.golang.org/.tmpx2Fs", ""),
    ("sumdb/host/path/latest", ""),
    ("notices/policy", ""),
    ("default", ""),
    ("config.toml", ""),
    ("env", ""),
    ("env.fish", ""),
    ("share/man/man1/gom.1", ""),
    ("share/man/man1/gom-ci-setup.1", ""),
    ("share/man/man1/.gom-x2Fs", ""),
    ("layout-version", "1\n"),
];

#[test]
fn a_store_that_holds_only_what_gom_made_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    fill(&store, STORE);
    let mut found = Found::default();
    collect(&store, names::of_store, &mut found);
    assert_eq!(found.left, []);
    assert_eq!(found.remove(|path| names::is_last(&store, path)), []);
    assert!(!store.exists());
}

#[test]
fn what_gom_did_not_make_stays_with_its_folders() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    fill(&store, STORE);
    fill(dir.path(), &[("elsewhere/go1.23.1.linux-amd64/bin/go", ""), ("elsewhere/keep", "")]);
    let others = [
        ("notes.txt", ""),
        ("bin/go1.99", ""),
        ("bin/gofmt", "-> /usr/bin/gofmt"),
        ("bin/mytool", ""),
        ("toolchains/go1.23.1.linux-amd64", "-> ../../elsewhere/go1.23.1.linux-amd64"),
        ("toolchains/mine/x", ""),
        ("receipts/mine.json", ""),
        ("lines/mine", "-> /somewhere"),
        ("evidence/go1.22.6.linux-amd64.2026.1/mine", ""),
        ("default.d/", ""),
        ("share/man/man1/gofmt.1", ""),
        ("share/man/man7/", ""),
        ("share/doc/", ""),
    ];
    fill(&store, &others);
    let mut found = Found::default();
    collect(&store, names::of_store, &mut found);
    let mut left: Vec<String> =
        found.left.iter().map(|left| left.path.strip_prefix(&store).unwrap().display().to_string()).collect();
    left.sort();
    let mut expected: Vec<String> =
        others.iter().map(|(name, _)| name.trim_end_matches('/').replace("mine/x", "mine")).collect();
    expected.sort();
    assert_eq!(left, expected);
    assert_eq!(found.remove(|path| names::is_last(&store, path)), []);
    for (name, _) in others {
        assert!(store.join(name).symlink_metadata().is_ok(), "{name}");
    }
    assert!(dir.path().join("elsewhere/go1.23.1.linux-amd64/bin/go").exists(), "a link was followed");
    for gone in ["bin/gom", "toolchains/go1.22.6.linux-amd64", "layout-version", "locks"] {
        assert!(!store.join(gone).exists(), "{gone}");
    }
}

#[test]
fn a_folder_that_is_a_link_is_not_entered() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    fill(dir.path(), &[("other disk/go1.22.6.linux-amd64/bin/go", "")]);
    fill(&store, &[("layout-version", "1\n"), ("toolchains", "-> ../other disk")]);
    let mut found = Found::default();
    collect(&store, names::of_store, &mut found);
    assert!(matches!(found.left.as_slice(), [left] if left.why == WhyLeft::Link), "{:?}", found.left);
    found.remove(|_| false);
    assert!(dir.path().join("other disk/go1.22.6.linux-amd64/bin/go").exists());
}

#[test]
fn the_root_a_home_and_what_is_no_store_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fill(
        dir.path(),
        &[
            ("home/.gom/layout-version", "1\n"),
            ("home/layout-version", "1\n"),
            ("layout-version", "1\n"),
            ("home/empty/", ""),
            ("home/link", "-> .gom"),
        ],
    );
    let home = path("home");
    assert!(guard::check_store(&path("home/.gom"), Some(&home)).is_ok());
    for (store, reason) in [
        ("/".into(), "it is the root"),
        (home.clone(), "it is the root"),
        (dir.path().to_path_buf(), "it is the root"),
        (path("home/empty"), "it is not a store"),
        (path("home/link"), "it is a link"),
        (path("home/missing"), "there is no store"),
    ] {
        let error = guard::check_store(&store, Some(&home)).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    assert_eq!(guard::check_cache(&home, Some(&home)), Err(Some(WhyLeft::Shared)));
    assert_eq!(guard::check_cache(&path("none"), Some(&home)), Err(None));
}

#[test]
fn a_cache_that_is_shared_loses_only_goms_files() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    fill(
        &cache,
        &[
            ("downloads/go1.22.6.linux-amd64.tar.gz.part", ""),
            ("downloads/holiday.zip", ""),
            ("index/go.dev.json", ""),
            ("sumdb/sum.golang.org/tile/8/0/001", ""),
            ("silent-hosts.json", ""),
            ("each/0123456789abcdef/go1.22.6.linux-amd64.log", ""),
            ("bisect/0123456789abcdef/search.json", ""),
            ("bisect/notes", ""),
            ("firefox/x", ""),
        ],
    );
    let mut found = Found::default();
    collect(&cache, names::of_cache, &mut found);
    found.remove(|_| false);
    let mut names = gom_core::files::names_in(&cache).unwrap();
    names.sort();
    assert_eq!(names, ["bisect", "downloads", "firefox"]);
    assert_eq!(gom_core::files::names_in(&cache.join("bisect")).unwrap(), ["notes"]);
    assert_eq!(gom_core::files::names_in(&cache.join("downloads")).unwrap(), ["holiday.zip"]);
}

/// root may remove anything but what is a folder now, and was a file when gom looked.
#[test]
fn gom_and_the_mark_stay_where_something_else_can_not_be_removed() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    fill(&store, STORE);
    let mut found = Found::default();
    collect(&store, names::of_store, &mut found);
    std::fs::remove_file(store.join("default")).unwrap();
    std::fs::create_dir(store.join("default")).unwrap();
    let failed = found.remove(|path| names::is_last(&store, path));
    assert!(matches!(failed.as_slice(), [left] if left.path == store.join("default")), "{failed:?}");
    assert!(store.join("layout-version").exists() && store.join("bin/gom").exists());
    assert!(!store.join("toolchains").exists());

    std::fs::remove_dir(store.join("default")).unwrap();
    let mut found = Found::default();
    collect(&store, names::of_store, &mut found);
    assert_eq!(found.remove(|path| names::is_last(&store, path)), []);
    assert!(!store.exists());
}
