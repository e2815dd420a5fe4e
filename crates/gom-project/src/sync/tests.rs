use std::path::PathBuf;
use std::sync::Arc;

use fs_err as fs;
use fs_err::os::unix::fs::symlink;
use gom_core::cancel::Cancel;
use gom_core::environment::Environment;
use gom_core::report::SilentReporter;
use gom_core::settings::SettingFlags;
use gom_select::layout::Layout;
use gom_select::version::GoVersion;

use super::*;

/// A project, with gom's own store beside it.
struct Tree {
    dir: tempfile::TempDir,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Tree {
        let tree = Tree { dir: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn root(&self) -> PathBuf {
        fs::canonicalize(self.dir.path()).unwrap().join("project")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join("project").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    fn compare(&self, to: Option<&str>) -> Result<SyncReport, SyncError> {
        let layout = Layout::new(self.dir.path().join("store"));
        let (flags, reporter) = (SettingFlags::default(), Arc::new(SilentReporter));
        let ctx = Context::new(Environment::default(), layout, &flags, reporter, Cancel::default()).unwrap();
        compare(&ctx, &self.root(), to)
    }

    /// Makes every edit; another comparison then finds none.
    fn sync(&self, to: Option<&str>) -> SyncReport {
        let report = self.compare(to).unwrap();
        for edit in &report.edits {
            edit.check(&self.root()).unwrap();
            edit.make(&self.root()).unwrap();
        }
        let again = self.compare(to).unwrap();
        assert_eq!(again.edits, [], "{again:#?}");
        report
    }
}

/// `PLACE VERSION STATE`, with what is written there.
fn brief(report: &SyncReport) -> Vec<String> {
    let places = report.places.iter().map(|place| {
        let state = match (&place.agreement, &place.new) {
            (Agreement::InStep, _) => "ok".to_owned(),
            (Agreement::Reported, _) => "note".to_owned(),
            (Agreement::OutOfStep, Some(new)) => format!("-> {new}"),
            (Agreement::OutOfStep, None) => "by hand".to_owned(),
        };
        format!("{}:{} {} {state}", place.file, place.mention.line, place.mention.written)
    });
    places.collect()
}

#[test]
fn a_version_file_at_the_root_decides() {
    let tree = Tree::new(&[
        (".go-version", "1.22.6\n"),
        ("go.mod", "module m\n\ngo 1.21\n\ntoolchain go1.22.1\n"),
        ("Dockerfile", "FROM golang:1.21.3-alpine # x\nFROM golang:1.24\n"),
        (".github/workflows/ci.yml", "env:\n  GO_VERSION: 1.20 # why\n"),
        ("sub/.go-version", "1.21.3\n"),
    ]);
    let report = tree.sync(None);
    assert_eq!(
        (report.target.version.to_string(), report.target.origin.as_str()),
        ("1.22.6".to_owned(), ".go-version:1")
    );
    assert_eq!(
        brief(&report),
        [
            ".go-version:1 1.22.6 ok",
            "sub/.go-version:1 1.21.3 -> 1.22.6",
            "go.mod:3 1.21 ok",
            "go.mod:5 1.22.1 -> 1.22.6",
            "Dockerfile:1 1.21.3 -> 1.22.6",
            "Dockerfile:2 1.24 ok",
            ".github/workflows/ci.yml:2 1.20 -> 1.22",
        ]
    );
    assert_eq!(tree.read("Dockerfile"), "FROM golang:1.22.6-alpine # x\nFROM golang:1.24\n");
    assert_eq!(tree.read(".github/workflows/ci.yml"), "env:\n  GO_VERSION: 1.22 # why\n");
    assert!(tree.compare(None).unwrap().is_in_step());
}

#[test]
fn go_mod_names_the_oldest_go_and_what_is_newer_agrees() {
    let tree = Tree::new(&[
        ("go.mod", "module m\n\ngo 1.22.0\n"),
        ("Dockerfile", "FROM golang:1.21\nFROM golang:1.25.1\nCOPY . .\n"),
        (".github/workflows/ci.yml", "env:\n  GO_VERSION: '1.25'\n"),
        ("tools/go.mod", "module t\n\ngo 1.24.0\n"),
    ]);
    let report = tree.sync(None);
    assert_eq!(report.target.strength, Strength::Minimum);
    assert_eq!(
        brief(&report),
        [
            "go.mod:3 1.22.0 ok",
            "tools/go.mod:3 1.24.0 ok",
            "Dockerfile:1 1.21 -> 1.22",
            "Dockerfile:2 1.25.1 ok",
            ".github/workflows/ci.yml:2 1.25 ok",
        ]
    );
    let reason = &report.places[2].reason;
    assert_eq!(reason, "its Go stays at 1.21 (GOTOOLCHAIN=local in the image), and go.mod:3 needs 1.22.0");
}

#[test]
fn a_version_file_that_is_older_than_go_mod_is_raised() {
    let tree = Tree::new(&[(".go-version", "1.21.3\n"), ("go.mod", "module m\ngo 1.22.7\n")]);
    let report = tree.sync(None);
    assert_eq!(report.target.origin, "go.mod:2");
    let new = GoVersion::parse(report.places[0].new.as_deref().unwrap()).unwrap();
    let least = GoVersion::parse("1.22.7").unwrap();
    assert!(new >= least && new.line() == least.line(), "{new}");
}

#[test]
fn a_workspace_is_at_least_as_new_as_its_modules() {
    let tree = Tree::new(&[
        ("go.work", "go 1.22\n\nuse (\n\t./a\n\t./b\n)\n"),
        ("a/go.mod", "module a\n\ngo 1.22.3\n"),
        ("b/go.mod", "module b\n\ngo 1.21\n"),
        ("c/go.mod", "module c\n\ngo 1.23.0\n\ntoolchain go1.22.9\n"),
    ]);
    let report = tree.sync(None);
    assert_eq!(brief(&report)[0], "go.work:1 1.22 -> 1.22.3");
    assert!(report.places[0].reason.contains("a/go.mod:3 needs 1.22.3"), "{}", report.places[0].reason);
    // Go ignores a toolchain line that is older than the go line.
    assert!(brief(&report)[4].starts_with("c/go.mod:5 1.22.9 -> 1.23."), "{:?}", brief(&report));
    assert_eq!(tree.read("go.work"), "go 1.22.3\n\nuse (\n\t./a\n\t./b\n)\n");
}

#[test]
fn without_a_module_at_the_root_the_newest_below_decides() {
    let tree = Tree::new(&[
        ("a/go.mod", "module a\ngo 1.21\n"),
        ("b/go.mod", "module b\ngo 1.22\n"),
        ("Dockerfile", "FROM golang:1.21.1\n"),
    ]);
    let report = tree.compare(None).unwrap();
    assert_eq!(report.target.origin, "b/go.mod:2");
    assert!(brief(&report)[2].starts_with("Dockerfile:1 1.21.1 -> 1.22."));
    let error = Tree::new(&[("Dockerfile", "FROM golang:1.21\n")]).compare(None).unwrap_err();
    assert!(matches!(error, SyncError::NoTarget { .. }), "{error}");
}

#[test]
fn a_version_by_hand_comes_first_and_may_lower() {
    let tree = Tree::new(&[
        (".go-version", "1.22.6\n"),
        ("go.mod", "module m\ngo 1.22\n"),
        ("Dockerfile", "FROM golang:1.23.1\n"),
    ]);
    let report = tree.sync(Some("1.21.5"));
    assert_eq!(
        brief(&report),
        [".go-version:1 1.22.6 -> 1.21.5", "go.mod:2 1.22 -> 1.21", "Dockerfile:1 1.23.1 -> 1.21.5"]
    );
    assert!(matches!(tree.compare(Some("system")), Err(SyncError::NotARelease { .. })));
    assert!(matches!(tree.compare(Some("1.99")), Err(SyncError::NoRelease { .. })));
    assert!(matches!(tree.compare(Some("x")), Err(SyncError::Core(_))));
}

#[test]
fn a_file_that_is_not_valid_is_named_and_the_others_go_on() {
    let tree = Tree::new(&[
        (".go-version", "1.22.6\n"),
        (".github/workflows/ci.yml", "a: 1\nb: [\n"),
        ("Dockerfile", "FROM golang:1.21\n"),
    ]);
    let report = tree.sync(None);
    assert_eq!((report.unreadable.len(), report.unreadable[0].line), (1, Some(2)));
    assert_eq!(tree.read("Dockerfile"), "FROM golang:1.22\n");
    assert_eq!(tree.read(".github/workflows/ci.yml"), "a: 1\nb: [\n");
}

#[test]
fn gom_toml_changes_a_rule_and_leaves_paths_out() {
    let files = [
        (".go-version", "1.22.6\n"),
        ("Dockerfile", "FROM golang:1.24\n"),
        ("x/Dockerfile", "FROM golang:1.21\n"),
    ];
    let tree = Tree::new(&files);
    tree.write("gom.toml", "[sync]\nexclude = ['x']\n[sync.rules]\nimage = 'line'\n");
    let report = tree.compare(None).unwrap();
    assert_eq!(brief(&report), [".go-version:1 1.22.6 ok", "Dockerfile:1 1.24 by hand"]);
    tree.write("gom.toml", "[sync]\nsource = 'x'\n");
    let error = tree.compare(None).unwrap_err();
    assert!(
        error.to_string().ends_with("gom.toml:2: unknown key `source`; known: exclude, rules"),
        "{error}"
    );
}

#[test]
fn a_file_that_changed_or_became_a_link_is_not_written() {
    let tree = Tree::new(&[
        (".go-version", "1.22.6\n"),
        ("Dockerfile", "FROM golang:1.21\n"),
        ("other", "FROM golang:1.21\n"),
    ]);
    let report = tree.compare(None).unwrap();
    tree.write("Dockerfile", "FROM golang:1.20\n");
    let error = report.edits[0].make(&tree.root()).unwrap_err();
    assert!(matches!(error, SyncError::ChangedMeanwhile { .. }), "{error}");
    assert_eq!(tree.read("Dockerfile"), "FROM golang:1.20\n");
    fs::remove_file(tree.root().join("Dockerfile")).unwrap();
    fs::os::unix::fs::symlink("other", tree.root().join("Dockerfile")).unwrap();
    for result in [report.edits[0].check(&tree.root()), report.edits[0].make(&tree.root())] {
        assert!(matches!(result, Err(SyncError::Linked { .. })), "{result:?}");
    }
    assert_eq!(tree.read("other"), "FROM golang:1.21\n");
}

#[test]
fn a_link_to_a_file_that_is_read_too_needs_no_edit_of_its_own() {
    let tree =
        Tree::new(&[("d/.go-version", "1.22.6\n"), ("sub/x", ""), ("Dockerfile", "FROM golang:1.21.1\n")]);
    symlink("d/.go-version", tree.root().join(".go-version")).unwrap();
    symlink("../d/.go-version", tree.root().join("sub/.go-version")).unwrap();
    let report = tree.sync(Some("1.22.7"));
    let edits: Vec<&str> = report.edits.iter().map(|edit| edit.path.as_str()).collect();
    assert_eq!(edits, ["Dockerfile", "d/.go-version"]);
    assert_eq!(
        (tree.read(".go-version"), tree.read("sub/.go-version")),
        ("1.22.7\n".into(), "1.22.7\n".into())
    );
    assert_eq!(tree.compare(None).unwrap().target.origin, ".go-version:1");
}

#[test]
fn what_a_link_leads_to_outside_is_not_quoted() {
    let tree = Tree::new(&[("go.mod", "module m\n\ngo 1.22.6\n"), ("a/x", "")]);
    fs::write(tree.dir.path().join("secret"), "hunter2\n").unwrap();
    symlink("../../secret", tree.root().join("a/.go-version")).unwrap();
    let report = tree.compare(None).unwrap();
    let reason = "it is a link to `../../secret`, which is not a valid file of this kind";
    assert_eq!(report.unreadable.iter().map(|file| file.reason.as_str()).collect::<Vec<_>>(), [reason]);
    // At the root it would decide.
    symlink("../secret", tree.root().join(".go-version")).unwrap();
    let error = tree.compare(None).unwrap_err();
    assert!(matches!(&error, SyncError::BadDecider { line: 1, .. }), "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert_eq!(tree.compare(Some("1.22.7")).unwrap().unreadable.len(), 2);
}
