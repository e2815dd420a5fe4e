//! What README says of gom is what the program has (K12).
//!
//! It never checks what README says of other managers. Invariant: each row of the comparison is checked here, or is in
//! the list of those that other tests check.

use std::collections::BTreeSet;
use std::fs;

use gom_tests::Sandbox;

use crate::pages::root;

/// Rows of the comparison that the tests named check: what they say is seen in an install or a selection, not asked of
/// the program in one line.
const CHECKED_ELSEWHERE: [(&str, &str); 14] = [
    ("Needs no other program", "tests/tests/installer"),
    ("Archive checked against a sum", "tests/tests/install/hostile.rs"),
    ("The sum comes from another place than the file", "tests/tests/install/hostile.rs"),
    ("Proof by the checksum database", "tests/tests/install/proof.rs"),
    ("Go from the company's module proxy", "tests/tests/install/proxies.rs"),
    ("Several mirrors tried in order", "tests/tests/install/sources.rs"),
    ("Reads `.go-version`", "tests/tests/shim/selection.rs"),
    ("Reads `.tool-versions`", "tests/tests/shim/selection.rs"),
    ("Follows go.mod's `go` line", "tests/tests/shim/project.rs"),
    ("Per folder without a shell hook", "tests/tests/shim/selection.rs"),
    ("Sets GOROOT for the program it runs", "tests/tests/shim/goroot.rs"),
    ("Takes over what other managers installed", "tests/tests/verbs/import/mod.rs"),
    ("Counts the security fixes between two patches", "tests/tests/verbs/outdated.rs"),
    ("Builds and keeps programs such as gopls", "tests/tests/verbs/tools"),
];

fn readme(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The verbs that `gom --help` lists.
fn verbs(sandbox: &Sandbox) -> BTreeSet<String> {
    sandbox.verbs().into_iter().filter(|verb| verb != "help").collect()
}

/// The rows of the first table that follows a heading, without the one with the names.
fn rows_below<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let (_, below) = text.split_once(heading).unwrap();
    let table = below.lines().skip_while(|line| !line.starts_with("| |"));
    table.take_while(|line| line.starts_with('|')).skip(2).collect()
}

/// The value of a name in `release.toml`.
fn released_as(name: &str) -> String {
    let text = readme("release.toml");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('=')).unwrap();
    line.trim().trim_matches('"').to_owned()
}

#[test]
fn the_status_lists_every_verb() {
    let text = readme("README.md");
    let (_, status) = text.split_once("\n## Status\n").unwrap();
    let (_, item) = status.split_once("\n- ").unwrap();
    let (listed, _) = item.split_once(", each with `--json`").unwrap();
    let words = listed.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let listed: BTreeSet<String> = words.filter(|word| *word != "and").map(str::to_owned).collect();
    assert_eq!(listed, verbs(&Sandbox::new()));
}

#[test]
fn what_is_said_to_be_missing_is_missing() {
    let sandbox = Sandbox::new();
    let text = readme("README.md");
    let (_, status) = text.split_once("\nNot yet:\n").unwrap();
    let (missing, _) = status.split_once("\n## ").unwrap();
    let verbs = verbs(&sandbox);
    for (words, is_there) in [
        (
            "no self-update",
            verbs.contains("update") || sandbox.gom(["self", "update", "--help"]).run().code == Some(0),
        ),
        ("no import", verbs.contains("import")),
        ("no tip", verbs.contains("tip")),
        ("no CI action", root().join("action.yml").exists()),
    ] {
        assert!(!missing.contains(words) || !is_there, "README says: {words}");
    }
    assert!(missing.contains("no tip"), "{missing}");
}

#[test]
fn the_first_command_installs_a_go_that_gets_security_fixes() {
    let index = fs::read_to_string(root().join("crates/gom-core/src/index/embedded.txt")).unwrap();
    let releases = index.lines().filter_map(|line| line.strip_prefix("go1.")?.split_once('.'));
    let minors: BTreeSet<u32> = releases.filter_map(|(minor, _)| minor.parse().ok()).collect();
    let supported: Vec<String> = minors.iter().rev().take(2).map(|minor| format!("1.{minor}")).collect();
    for name in [
        "README.md",
        "README.zh-CN.md",
        "docs/install.md",
        "docs/start.md",
        "docs/start.zh-CN.md",
        "install.sh",
    ] {
        let text = readme(name);
        let mut versions =
            text.split("install.sh --go ").skip(1).map(|rest| rest.split(['\n', '"']).next().unwrap());
        let first = versions.next().unwrap();
        assert!(
            supported.iter().any(|line| line == first),
            "{name} installs {first}, supported are {supported:?}"
        );
        assert!(versions.all(|other| other == first || other == "latest"), "{name}");
    }
}

#[test]
fn the_comparison_says_of_gom_what_it_does() {
    let sandbox = Sandbox::new();
    let verbs = verbs(&sandbox);
    let runs = |arguments: &[&str]| sandbox.gom(arguments).run().code != Some(2);
    let cell = |is_so: bool| if is_so { "yes" } else { "no" };
    let text = readme("docs/comparison.md");
    let rows: Vec<Vec<&str>> = rows_below(&text, "# Comparison\n")
        .into_iter()
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() > 15, "{rows:#?}");
    for row in &rows {
        let (name, says) = (row[0], row[1]);
        let expected = match name {
            "Prereleases" => cell(runs(&["--offline", "list-remote", "1.27rc1"])),
            "Two architectures of one version" => cell(
                ["amd64", "arm64"]
                    .iter()
                    .all(|arch| runs(&["--offline", "install", "1.26.0", "--os", "linux", "--arch", arch])),
            ),
            "Tip" => cell(runs(&["--offline", "install", "tip"])),
            "A Go of your own under a name" => cell(verbs.contains("link")),
            "Lists what is outdated, and upgrades it" => {
                cell(verbs.contains("outdated") && verbs.contains("upgrade"))
            }
            "Compares the Go of Dockerfiles and CI with go.mod" => cell(verbs.contains("sync")),
            "Moves all of them to a newer release at once" => cell(verbs.contains("bump")),
            "Takes out of VS Code's settings what pins a Go" => {
                if runs(&["ide", "vscode", "--undo", "--dry-run"]) { "yes, and back" } else { "no" }
            }
            "Sets up the sandboxes of coding agents" => cell(verbs.contains("agents")),
            "Runs a command under several Gos at once" => cell(verbs.contains("each")),
            "Finds the release that changes a result" => cell(verbs.contains("bisect")),
            "Writes a Dockerfile with the project's Go" => cell(verbs.contains("docker")),
            "Tells other programs how a Go was proven" => cell(verbs.contains("find")),
            "Tells known vulnerabilities of Go itself" => cell(verbs.contains("audit")),
            "Tells a release's support" => cell(runs(&["--offline", "info", "1.26.0"])),
            "Compares two releases" => cell(runs(&["--offline", "compare", "1.26.0", "1.26.1"])),
            "Removes the toolchains that no project needs" => cell(verbs.contains("prune")),
            "Removes one toolchain" => cell(verbs.contains("uninstall")),
            "Doctor" => cell(verbs.contains("doctor")),
            "Updates itself" => cell(verbs.contains("update") || runs(&["self", "update", "--help"])),
            "Runs on Windows" => cell(
                !readme("crates/gom-select/src/lib.rs")
                    .contains("compile_error!(\"gom runs on Linux and macOS\")"),
            ),
            other => {
                let elsewhere = CHECKED_ELSEWHERE.iter().find(|(row, _)| *row == other);
                let (_, place) = elsewhere.unwrap_or_else(|| panic!("no test knows the row `{other}`"));
                assert!(root().join(place).exists(), "{place}");
                continue;
            }
        };
        assert_eq!(says, expected, "{name}");
    }
    // Nothing is claimed twice, and no test is for a row that is gone.
    for (row, _) in CHECKED_ELSEWHERE {
        assert_eq!(rows.iter().filter(|other| other[0] == row).count(), 1, "{row}");
    }
}

#[test]
fn the_comparison_in_the_readme_is_ten_rows_of_the_page() {
    let (readme, page) = (readme("README.md"), readme("docs/comparison.md"));
    let (short, long) =
        (rows_below(&readme, "\n## Compared with others\n"), rows_below(&page, "# Comparison\n"));
    assert_eq!(short.len(), 10, "{short:#?}");
    let other: Vec<&&str> = short.iter().filter(|row| !long.contains(row)).collect();
    assert!(other.is_empty(), "not in docs/comparison.md: {other:#?}");
}

/// A name that is not ours would send people to a stranger.
#[test]
fn a_document_names_a_place_to_get_gom_from_only_if_it_is_ours() {
    let names = [("curl -fsSL ", "/install.sh | sh", "base"), ("go run ", "@latest", "module")];
    for document in ["README.md", "README.zh-CN.md", "docs/start.md", "docs/start.zh-CN.md"] {
        let text = readme(document);
        for (before, after, name) in names {
            let shown: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix(before)?.split_once(after))
                .map(|(place, _)| place)
                .collect();
            let ours = released_as(name);
            let expected = if ours.is_empty() { Vec::new() } else { vec![ours.as_str()] };
            assert_eq!(shown, expected, "{document}: run `cargo xtask reference`");
        }
    }
    let repository = released_as("repository");
    let clone = if repository.is_empty() { "OWNER/gom" } else { &repository };
    for document in ["README.md", "README.zh-CN.md"] {
        let text = readme(document);
        assert!(text.contains(&format!("`git clone https://github.com/{clone}`")), "{document}");
    }
}

#[test]
fn the_picture_shows_a_run_that_ends_well() {
    let picture = readme("docs/terminal.svg");
    for text in ["$ gom install", "proven by sum.golang.org", "decided by: /home/ada/app/go.mod"] {
        assert!(picture.contains(text), "{text}: run `just picture`");
    }
    assert!(!picture.contains("error:") && !picture.contains("/tmp/"), "run `just picture`");
    for document in ["README.md", "README.zh-CN.md"] {
        assert!(readme(document).contains("](docs/terminal.svg)"), "{document}");
    }
}

#[test]
fn the_chinese_readme_starts_with_the_same_command_and_knows_the_same_verbs() {
    let first = |text: &str| text.lines().find(|line| line.starts_with("./install.sh")).map(str::to_owned);
    let (english, chinese) = (readme("README.md"), readme("README.zh-CN.md"));
    assert_eq!(first(&english), first(&chinese));
    assert!(first(&english).is_some());
    let verbs = verbs(&Sandbox::new());
    let used = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("gom ")?.split_whitespace().next());
        lines.filter(|verb| verbs.contains(*verb)).map(str::to_owned).collect()
    };
    let missing: Vec<String> = used(&english).difference(&used(&chinese)).cloned().collect();
    assert!(missing.is_empty(), "not in Chinese: {missing:?}");
}
