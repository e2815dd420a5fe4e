//! The README's way to remove gom, tried on a home where gom has been used.

use crate::fixture::repository;
use crate::network::Network;
use gom_tests::Sandbox;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::{fs, io};

/// Where a Mac keeps caches, below the home; the README names it beside the command for Linux.
const CACHE: &str = if cfg!(target_os = "macos") { "Library/Caches/gom" } else { ".cache/gom" };

/// The commands in the fenced blocks below `## Remove`.
fn commands(readme: &str) -> Vec<&str> {
    let (_, section) = readme.split_once("\n## Remove\n").unwrap_or_else(|| panic!("no heading `## Remove`"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("\n```").skip(1).step_by(2);
    // The first line of a block is the rest of the fence.
    let lines = blocks.flat_map(|block| block.lines().skip(1));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// A home in which gom has installed a Go, and other programs have files of their own.
fn used_home() -> Sandbox {
    let network = Network::new();
    let mut sandbox = Sandbox::new();
    for (key, value) in network.variables() {
        sandbox.set(key, value);
    }
    for file in [".bashrc", ".cache/other/file", ".config/go/env", "Library/Caches/other"] {
        sandbox.write(&format!("../home/{file}"), "# mine\n");
    }
    let output = sandbox.gom(["use", "1.22.6"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(sandbox.shim("go", ["version"]).run().code, Some(0));
    sandbox
}

fn folders_without_write_permission(dir: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            if entry.metadata()?.permissions().mode() & 0o200 == 0 {
                found.push(entry.path().display().to_string());
            }
            found.extend(folders_without_write_permission(&entry.path())?);
        }
    }
    Ok(found)
}

#[test]
fn the_two_commands_of_the_readme_leave_nothing_of_gom() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("README.md");
    let commands = commands(&readme);
    assert_eq!(commands.len(), 2, "two commands under `## Remove`: {commands:#?}");
    if cfg!(target_os = "macos") {
        assert!(readme.contains(CACHE), "README.md says where the cache is on a Mac");
    }
    let sandbox = used_home();
    let before = sandbox.tree("home");
    for folder in [".gom/", &format!("{CACHE}/")] {
        assert!(before.iter().any(|path| path.starts_with(folder)), "{folder} is not in {before:#?}");
    }
    // Root may write anywhere, so that `rm` alone would show nothing here.
    let closed = folders_without_write_permission(&sandbox.store()).unwrap();
    assert!(closed.is_empty(), "a plain `rm -rf` fails at {closed:#?}");

    for command in commands {
        let command = command.replace(".cache/gom", CACHE);
        let output = sandbox.command("/bin/sh", ["-c", &command]).run();
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{command}\n{output}");
    }
    let mut expected = before;
    expected.retain(|path| !path.starts_with(".gom/") && !path.starts_with(&format!("{CACHE}/")));
    assert_eq!(sandbox.tree("home"), expected);
    assert_eq!(sandbox.tree("tmp"), ["/"]);
    assert_eq!(sandbox.tree("work"), ["/"]);
}

/// So that a README without the section fails the test above, and does not pass it with no commands.
#[test]
fn commands_are_read_from_their_section_alone() {
    let readme = "# x\n\n```sh\nrm no\n```\n\n## Remove\n\ntext\n\n```sh\n# why\nrm a\n\nrm b\n```\n\ntext\n\n## Next\n\n```sh\nrm c\n```\n";
    assert_eq!(commands(readme), ["rm a", "rm b"]);
}
