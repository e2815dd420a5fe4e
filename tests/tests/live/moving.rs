//! Moving in: a home in which five managers have real toolchains, three of them edited.
//!
//! It never installs one of them by its manager (`managers` does). The trees are copies of what the steps before it
//! fetched, and every place of an archive is closed, so nothing can be downloaded. Trees of the same version share
//! their files by hard links: eleven whole copies would be the most that the tests ask of a disk.

use crate::common::{Live, Step, goroot};
use gom_tests::{Run, say};
use std::fs;
use std::path::{Path, PathBuf};

/// In the store that the steps of `install` left.
pub(crate) const MOVING: [Step; 1] =
    [("five managers, eleven toolchains, three edited", a_whole_home_moves_in_without_a_download)];

/// Where each tree is, its version, and whether its owner has edited it.
const TREES: [(&str, &str, bool); 11] = [
    (".goenv/versions/1.21.13", "1.21.13", false),
    (".goenv/versions/1.22.10", "1.22.10", true),
    (".asdf/installs/golang/1.22.10/go", "1.22.10", false),
    (".asdf/installs/golang/1.23.4/go", "1.23.4", false),
    (".local/share/mise/installs/go/1.23.4", "1.23.4", false),
    (".local/share/mise/installs/go/1.21.13", "1.21.13", true),
    (".g/versions/1.21.13", "1.21.13", false),
    (".g/versions/1.22.10", "1.22.10", false),
    ("sdk/go1.23.4", "1.23.4", false),
    ("sdk/go1.22.10", "1.22.10", false),
    ("sdk/go1.21.13", "1.21.13", true),
];

/// What an owner has edited.
const EDITED: &str = "src/fmt/print.go";

fn a_whole_home_moves_in_without_a_download(live: &Live) {
    let home = live.sandbox.home().join("moving");
    for (index, (folder, version, is_edited)) in TREES.into_iter().enumerate() {
        let tree = home.join(folder);
        match TREES[..index].iter().find(|(_, earlier, edited)| *earlier == version && !edited) {
            Some((earlier, ..)) => copy(live, "-Rl", &home.join(earlier), &tree),
            None => copy(live, "-R", &goroot(live, version), &tree),
        }
        if is_edited {
            let file = tree.join(EDITED);
            let text = fs::read_to_string(goroot(live, version).join(EDITED)).unwrap();
            // A new file, as most editors write it: the old one may be in other trees too.
            fs::remove_file(&file).unwrap();
            fs::write(file, format!("{text}\n// patched\n")).unwrap();
        }
    }
    fs::write(home.join(".goenv/version"), "1.21.13\n").unwrap();
    let arguments = ["goenv", "asdf", "mise", "g", "sdk"];
    let imported = moved(live, &home, ["import", "--yes"].iter().chain(&arguments)).done();
    for line in imported.stderr.lines().filter(|line| line.contains(" MB")) {
        say(&format!("live: {line}"));
    }
    let verdicts = |text: &str| imported.stdout.lines().filter(|line| line.ends_with(text)).count();
    assert_eq!(verdicts("  taken over"), 3, "{imported}");
    assert_eq!(verdicts("  gom has it already"), 5, "{imported}");
    assert_eq!(verdicts("  not as published: left"), 3, "{imported}");
    assert!(imported.stderr.contains("is gom's default now"), "{imported}");
    moved(live, &home, &["verify"]).done();
    let removed =
        moved(live, &home, ["import", "--remove", "--yes", "--json"].iter().chain(&arguments)).done().json();
    for (folder, _, is_edited) in TREES {
        assert_eq!(home.join(folder).join("bin/go").exists(), is_edited, "{folder}: {removed}");
    }
    let megabytes = removed["bytes_removed"].as_u64().unwrap() / 1_000_000;
    say(&format!("live: {megabytes} MB removed"));
    let go = home.join(".gom/bin/go");
    let answer =
        live.sandbox.command(go, ["version"]).env("HOME", &home).env("GOM_HOME", home.join(".gom")).done();
    assert!(answer.stdout.contains("go1.21.13 "), "{answer}");
    fs::remove_dir_all(&home).unwrap();
}

/// A run of gom in another home, which can reach the checksum database and no archive.
fn moved<'a>(live: &Live, home: &Path, arguments: impl IntoIterator<Item = &'a &'static str>) -> Run {
    let store: PathBuf = home.join(".gom");
    live.gom(arguments).env("HOME", home).env("GOM_HOME", store).env("GOM_SOURCES", "http://127.0.0.1:1/")
}

/// Copies a tree.
fn copy(live: &Live, how: &str, from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
    live.sandbox.command("cp", [how, from, to]).done();
}
