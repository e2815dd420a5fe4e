//! Moves within and between lines that get no releases any more: 1.21.13, 1.22.12, 1.23.12.

use std::path::PathBuf;
use std::sync::Arc;

use fs_err as fs;
use gom_core::cancel::Cancel;
use gom_core::environment::Environment;
use gom_core::report::SilentReporter;
use gom_core::settings::SettingFlags;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::layout::Layout;

use super::*;

/// A project, with gom's own store beside it, and no network.
struct Tree {
    dir: tempfile::TempDir,
}

/// Knows one vulnerability, which each release before this one has.
struct OneFault(Option<&'static str>);

impl VulnerabilityKnowledge for OneFault {
    fn only_in(&self, release: &GoVersion, other: &GoVersion) -> Option<Vec<NamedVulnerability>> {
        let fix = version(self.0.unwrap_or("1.0.0"));
        let has = |version: &GoVersion| *version < fix;
        let fault = NamedVulnerability {
            id: "GO-2026-9001".to_owned(),
            aliases: vec!["CVE-2026-9001".to_owned()],
            packages: vec!["net/http".to_owned()],
            summary: "A fault\u{1b}[31m".to_owned(),
            page: "https://pkg.go.dev/vuln/GO-2026-9001".to_owned(),
        };
        Some(if has(release) && !has(other) { vec![fault] } else { Vec::new() })
    }

    fn source(&self) -> String {
        "https://vuln.go.dev, as of 2026-11-05".to_owned()
    }

    fn is_current(&self) -> bool {
        true
    }
}

fn version(text: &str) -> GoVersion {
    GoVersion::parse(text).unwrap()
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Tree {
        let tree = Tree { dir: tempfile::tempdir().unwrap() };
        fs::create_dir_all(tree.dir.path().join("project/.git")).unwrap();
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

    fn plan_with(&self, level: &str, min_age: Option<u64>, known: &OneFault) -> Result<BumpPlan, BumpError> {
        let layout = Layout::new(self.dir.path().join("store"));
        let (flags, reporter) =
            (SettingFlags { offline: true, ..SettingFlags::default() }, Arc::new(SilentReporter));
        let ctx = Context::new(Environment::default(), layout, &flags, reporter, Cancel::default()).unwrap();
        let min_age = min_age.map(|days| MinAge { days, origin: "--min-age".to_owned() });
        let request = BumpRequest { level: BumpLevel::parse(level), min_age };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(plan(&ctx, &self.root(), &request, known))
    }

    fn plan(&self, level: &str) -> BumpPlan {
        self.plan_with(level, None, &OneFault(None)).unwrap()
    }

    /// Makes every edit; another move then finds none.
    fn bump(&self, level: &str) -> BumpPlan {
        let plan = self.plan(level);
        for edit in &plan.report.edits {
            edit.make(&self.root()).unwrap();
        }
        let again = self.plan(level);
        assert_eq!(again.report.edits, [], "{again:#?}");
        assert_eq!(BumpMessage::of(&again), None);
        plan
    }
}

/// `PLACE VERSION -> NEW` of each edit.
fn edits(plan: &BumpPlan) -> Vec<String> {
    let edited = plan.report.edited().map(|place| {
        let new = place.new.as_deref().unwrap();
        format!("{}:{} {} -> {new}", place.file, place.mention.line, place.mention.written)
    });
    edited.collect()
}

fn names(plan: &BumpPlan) -> (&str, &str) {
    let names = plan.names.as_ref().unwrap();
    (&names.from, &names.to)
}

#[test]
fn every_place_moves_and_keeps_its_form() {
    let tree = Tree::new(&[
        (".go-version", "1.22.6\n"),
        ("go.mod", "module m\n\ngo 1.22.1 // the oldest\n\ntoolchain go1.22.6\n"),
        ("Dockerfile", "FROM golang:1.22.6-alpine AS a\r\nFROM golang:1.22\nFROM golang:1.25.1\n"),
        (".github/workflows/ci.yml", "env:\n  GO_VERSION: '1.22.x' # why\n"),
        (".golangci.yml", "run:\n  go: '1.22'\n"),
        ("sub/.tool-versions", "nodejs 20\ngolang 1.21.3\n"),
    ]);
    let plan = tree.bump("patch");
    assert_eq!(
        edits(&plan),
        [
            ".go-version:1 1.22.6 -> 1.22.12",
            "sub/.tool-versions:2 1.21.3 -> 1.22.12",
            "go.mod:5 1.22.6 -> 1.22.12",
            "Dockerfile:1 1.22.6 -> 1.22.12",
        ]
    );
    assert_eq!(names(&plan), ("1.22.6", "1.22.12"));
    assert_eq!(tree.read("go.mod"), "module m\n\ngo 1.22.1 // the oldest\n\ntoolchain go1.22.12\n");
    assert_eq!(
        tree.read("Dockerfile"),
        "FROM golang:1.22.12-alpine AS a\r\nFROM golang:1.22\nFROM golang:1.25.1\n"
    );
    let plan = tree.bump("1.23");
    assert_eq!(names(&plan), ("1.22.12", "1.23.12"));
    assert_eq!(tree.read(".github/workflows/ci.yml"), "env:\n  GO_VERSION: '1.23.x' # why\n");
    // A named version lowers too.
    assert_eq!(
        tree.read("Dockerfile"),
        "FROM golang:1.23.12-alpine AS a\r\nFROM golang:1.23\nFROM golang:1.23.12\n"
    );
    assert_eq!(tree.read("go.mod"), "module m\n\ngo 1.22.1 // the oldest\n\ntoolchain go1.23.12\n");
}

#[test]
fn a_go_line_moves_if_it_names_the_version_that_the_project_had() {
    let go = |text: &str| format!("module m\n\n{text}\n");
    for (before, level, after) in [
        // It decides, and keeps its form.
        ("go 1.22.6", "patch", "go 1.22.12"),
        ("go 1.22", "patch", "go 1.22"),
        ("go 1.22", "1.23", "go 1.23"),
        ("go 1.22.0", "1.23", "go 1.23.12"),
        // The toolchain line decides, and the go line is the oldest Go that works.
        ("go 1.22\n\ntoolchain go1.22.6", "patch", "go 1.22\n\ntoolchain go1.22.12"),
        ("go 1.22.0\n\ntoolchain go1.22.6", "1.23", "go 1.22.0\n\ntoolchain go1.23.12"),
        ("go 1.22.6\n\ntoolchain go1.22.6", "patch", "go 1.22.12\n\ntoolchain go1.22.12"),
        // By hand, it is lowered too.
        ("go 1.22.6", "1.21.5", "go 1.21.5"),
    ] {
        let tree = Tree::new(&[("go.mod", &go(before)), ("Dockerfile", "FROM golang:1.21\n")]);
        tree.bump(level);
        assert_eq!(tree.read("go.mod"), go(after), "{before} {level}");
    }
    let tree = Tree::new(&[("go.mod", &go("go 1.22.6")), ("gom.toml", "[sync.rules]\ngo-line = 'report'\n")]);
    assert_eq!(edits(&tree.plan("patch")), [""; 0]);
}

#[test]
fn a_workspace_moves_with_its_modules() {
    let tree = Tree::new(&[
        ("go.work", "go 1.22.6\n\nuse (\n\t./a\n\t./b\n)\n"),
        ("a/go.mod", "module a\n\ngo 1.22.6\n"),
        ("b/go.mod", "module b\n\ngo 1.21\n"),
    ]);
    let plan = tree.bump("patch");
    assert_eq!(edits(&plan), ["go.work:1 1.22.6 -> 1.22.12", "a/go.mod:3 1.22.6 -> 1.22.12"]);
    assert!(plan.moves_a_go_line());
    assert_eq!(plan.modules, ["a", "b"]);
    // The version file decides, and the workspace follows its module.
    let tree = Tree::new(&[
        (".go-version", "1.22.6\n"),
        ("go.work", "go 1.22.1\n\nuse ./a\n"),
        ("a/go.mod", "module a\n\ngo 1.22.6\n"),
        ("a/Dockerfile", "FROM golang:1.22.6\n"),
    ]);
    let plan = tree.bump("patch");
    assert_eq!(
        edits(&plan),
        [
            ".go-version:1 1.22.6 -> 1.22.12",
            "go.work:1 1.22.1 -> 1.22.12",
            "a/go.mod:3 1.22.6 -> 1.22.12",
            "a/Dockerfile:1 1.22.6 -> 1.22.12",
        ]
    );
    let reasons: Vec<&str> = plan.report.edited().map(|place| place.reason.as_str()).collect();
    assert_eq!(reasons[1], "older than a/go.mod:3, which becomes 1.22.12");
}

#[test]
fn a_move_that_stops_between_two_files_is_finished_by_the_same_command() {
    let z = ("z/go.mod", "module z\n\ngo 1.22.6\n");
    let docker = ("Dockerfile", "FROM golang:1.22.6\n");
    for files in [
        vec![(".go-version", "1.22.6\n"), ("go.mod", "module m\n\ngo 1.22.6\n"), docker, z],
        vec![("go.mod", "module m\n\ngo 1.22.6\n"), docker, z],
        vec![("go.work", "go 1.22.6\n\nuse (\n\t.\n\t./z\n)\n"), ("go.mod", "module m\n\ngo 1.22.6\n"), z],
        vec![(".tool-versions", "golang 1.22.6\n"), ("go.mod", "module m\n\ngo 1.22.6\n"), docker, z],
    ] {
        for level in ["patch", "1.23"] {
            let whole = Tree::new(&files);
            let count = whole.bump(level).report.edits.len();
            assert_eq!(count, files.len());
            for made in 0..count {
                let tree = Tree::new(&files);
                for edit in tree.plan(level).report.edits.iter().take(made) {
                    edit.make(&tree.root()).unwrap();
                }
                assert_eq!(tree.plan(level).report.edits.len(), count - made, "{level} {made}");
                tree.bump(level);
                for (path, _) in &files {
                    assert_eq!(tree.read(path), whole.read(path), "{path} {level} {made}");
                }
            }
        }
    }
}

#[test]
fn the_default_of_this_machine_is_not_the_projects() {
    let tree = Tree::new(&[("Dockerfile", "FROM golang:1.22.6\nFROM golang:1.21.1\n")]);
    let plan = tree.bump("patch");
    assert_eq!(plan.present.unwrap().origin, "Dockerfile:1");
    assert_eq!(tree.read("Dockerfile"), "FROM golang:1.22.12\nFROM golang:1.22.12\n");
    let error = Tree::new(&[("x", "")]).plan_with("minor", None, &OneFault(None)).unwrap_err();
    assert!(matches!(error, BumpError::Sync(SyncError::NoTarget { .. })), "{error}");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn what_newer_names_stays_without_a_named_version() {
    let files = [(".go-version", "1.22.6\n"), (".github/workflows/ci.yml", "env:\n  GO_VERSION: 1.25.1\n")];
    assert_eq!(edits(&Tree::new(&files).plan("patch")), [".go-version:1 1.22.6 -> 1.22.12"]);
    let plan = Tree::new(&files).plan("1.22.12");
    assert_eq!(edits(&plan).len(), 2, "{:?}", edits(&plan));
}

#[test]
fn a_line_without_support_moves_within_itself() {
    let tree = Tree::new(&[("go.mod", "module m\n\ngo 1.22.12\n")]);
    let plan = tree.plan("patch");
    assert!(plan.report.edits.is_empty() && plan.change.is_none());
    assert_eq!((plan.support.is_supported, plan.to.to_string()), (false, "1.22.12".to_owned()));
    let plan = tree.plan("minor");
    assert!(plan.support.is_supported && plan.to > version("1.23.12"), "{}", plan.to);
    assert_eq!(edits(&plan), [format!("go.mod:3 1.22.12 -> {}", plan.to)]);
}

#[test]
fn an_age_that_nothing_has_leaves_only_security_fixes() {
    let tree = Tree::new(&[(".go-version", "1.21.5\n")]);
    let plan = tree.plan_with("patch", Some(100_000), &OneFault(None)).unwrap();
    // By Go's release history 1.21.12 is the last one that fixes a vulnerability.
    assert_eq!((plan.to.to_string(), plan.is_waived), ("1.21.12".to_owned(), true));
    let skipped: Vec<String> = plan.skipped.iter().map(|one| one.reason(&plan.min_age)).collect();
    assert_eq!(skipped, ["1.21.13 is not known to be 100000 days old, as --min-age asks"]);
    assert!(BumpMessage::of(&plan).unwrap().body.contains("younger than 100000 days"));
    // By the vulnerability database 1.21.13 fixes one more.
    let plan = tree.plan_with("patch", Some(100_000), &OneFault(Some("1.21.13"))).unwrap();
    assert_eq!((plan.to.to_string(), plan.skipped.len()), ("1.21.13".to_owned(), 0));
    tree.write("gom.toml", "[bump]\nmin-age = '100000d'\n");
    let plan = tree.plan("patch");
    assert_eq!((plan.to.to_string().as_str(), plan.min_age.origin.as_str()), ("1.21.12", "gom.toml:2"));
    // What the user says comes first, and a list that is old enough is as good as a date.
    assert_eq!(tree.plan_with("patch", Some(0), &OneFault(None)).unwrap().to, version("1.21.13"));
    assert_eq!(tree.plan("1.21.13").to, version("1.21.13"));
    let error = tree.plan_with("1.20", None, &OneFault(None)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(error.hint(), "run `gom bump 1.20 --min-age 0d` to take it now");
}

#[test]
fn a_version_that_no_list_has_is_refused() {
    let tree = Tree::new(&[(".go-version", "1.22.6\n")]);
    for (spec, kind) in [
        // Nobody can be asked, so that it may exist.
        ("1.22.99", ErrorKind::Network),
        ("1.99", ErrorKind::Network),
        ("1.22rc9", ErrorKind::NotFound),
        ("minro", ErrorKind::Usage),
        ("system", ErrorKind::Usage),
        ("major", ErrorKind::Usage),
    ] {
        let error = tree.plan_with(spec, None, &OneFault(None)).unwrap_err();
        assert_eq!(error.kind(), kind, "{spec}: {error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn the_text_names_what_is_fixed_and_what_changes() {
    let tree = Tree::new(&[
        (".go-version", "1.22.10\n"),
        ("Dockerfile", "FROM golang:1.22.10@sha256:00ff\n"),
        ("a\u{1b}[31m/Dockerfile", "FROM golang:1.22.10\n"),
    ]);
    let plan = tree.plan_with("patch", None, &OneFault(Some("1.22.11"))).unwrap();
    let message = BumpMessage::of(&plan).unwrap();
    assert_eq!(
        message.text(),
        "\
Update Go from 1.22.10 to 1.22.12

It fixes 1 known vulnerability that Go 1.22.10 has:

- GO-2026-9001 (CVE-2026-9001) in net/http: A fault\\u{1b}[31m
  https://pkg.go.dev/vuln/GO-2026-9001

By https://vuln.go.dev, as of 2026-11-05, for Go's library and its tools
on every platform.

Patches, with the issues that each one fixes:

- 1.22.11 (security fixes)
  https://github.com/golang/go/issues?q=milestone%3AGo1.22.11+label%3ACherryPickApproved
- 1.22.12 (security fixes)
  https://github.com/golang/go/issues?q=milestone%3AGo1.22.12+label%3ACherryPickApproved

Places:

- .go-version:1: 1.22.10 -> 1.22.12
- a\\u{1b}[31m/Dockerfile:1: 1.22.10 -> 1.22.12

Left to do by hand:

- Dockerfile:1: its digest belongs to the old tag; write 1.22.12 and the digest that `docker buildx imagetools inspect golang:1.22.12` prints

Release history: https://go.dev/doc/devel/release#go1.22.12"
    );
}

#[test]
fn the_text_about_another_line_names_lines_where_files_do() {
    let tree = Tree::new(&[("go.mod", "module m\n\ngo 1.22\n")]);
    let plan = tree.plan_with("1.23", None, &OneFault(Some("1.23.0"))).unwrap();
    let message = BumpMessage::of(&plan).unwrap();
    assert_eq!(message.subject, "Update Go from 1.22 to 1.23");
    assert!(message.body.contains("vulnerability that Go 1.22.12 has:"), "{}", message.body);
    assert!(message.body.contains("What is new: https://go.dev/doc/go1.23\n"), "{}", message.body);
    // Downwards, it is the other way around.
    let tree = Tree::new(&[(".go-version", "1.23.1\n")]);
    let plan = tree.plan_with("1.22.12", None, &OneFault(Some("1.23.0"))).unwrap();
    let body = BumpMessage::of(&plan).unwrap().body;
    assert!(body.contains("It fixes no known vulnerability that Go 1.23.1 has."), "{body}");
    assert!(body.contains("It has 1 known vulnerability that Go 1.23.1 does not have:"), "{body}");
}

#[test]
fn only_modules_that_the_new_go_can_read_are_tidied() {
    let tree = Tree::new(&[
        (".go-version", "1.22.6\n"),
        ("go.mod", "module m\n\ngo 1.22.6\n"),
        ("old/go.mod", "module old\n"),
        ("new/go.mod", "module new\n\ngo 1.25.1\n"),
    ]);
    assert_eq!(tree.plan("patch").tidied_modules(), ["", "old"]);
    assert_eq!(tree.plan("1.22.12").tidied_modules(), ["", "new", "old"]);
}
