//! A gom that is killed while it replaces a file of the user's leaves a temporary file beside it. The next gom that
//! writes there removes it, and nothing else.

use gom_tests::{Sandbox, World, skip};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

const RENAMES: &str = "rename,renameat,renameat2";

/// Runs gom until its rename of this number, at which it is killed; `None` if it has fewer and did its work.
fn killed_at(sandbox: &Sandbox, number: usize, arguments: &[&str]) -> Option<()> {
    let trace = format!("trace={RENAMES}");
    let inject = format!("inject={RENAMES}:signal=KILL:when={number}");
    let strace = ["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject].map(OsStr::new);
    let gom = sandbox.store().join("bin/gom");
    let words = strace.into_iter().chain([gom.as_os_str()]).chain(arguments.iter().map(OsStr::new));
    let output = sandbox.command("/usr/bin/strace", words).run();
    match (output.code, output.signal) {
        (Some(0), _) => None,
        (Some(137), _) | (_, Some(9)) => Some(()),
        _ => panic!("{output}"),
    }
}

fn has_strace() -> bool {
    let has = Path::new("/usr/bin/strace").exists();
    if !has {
        skip("no strace to kill gom with");
    }
    has
}

/// The temporary files in a folder.
fn left(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_temporary = |name: &String| {
        let rest = name.strip_prefix(".gom-tmp-").unwrap_or_default();
        rest.starts_with(|first: char| first.is_ascii_digit()) && folder.join(name).is_file()
    };
    let mut names: Vec<String> = names.filter(is_temporary).collect();
    names.sort();
    names
}

/// Files of the user's with names that look nearly like gom's.
fn users_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let names = [".gom-mine", ".gom-tmp-notes", ".gom-tmp-1", ".gom-tmp-1-2-3", "gom-tmp-1-2"];
    let mut paths: Vec<_> = names.map(|name| folder.join(name)).into();
    for path in &paths {
        fs::write(path, "mine\n").unwrap();
    }
    // A link, and a file with another name, are never gom's.
    symlink("go.mod", folder.join(".gom-tmp-9-1")).unwrap();
    fs::hard_link(&paths[0], folder.join(".gom-tmp-9-2")).unwrap();
    paths.extend([".gom-tmp-9-1", ".gom-tmp-9-2"].map(|name| folder.join(name)));
    paths
}

#[test]
fn the_next_pin_or_repair_removes_what_a_killed_pin_left() {
    if !has_strace() {
        return;
    }
    let world = World::with(&["1.98.1", "1.97.2"]);
    world.sandbox.write("go.mod", "module example.test\n\ngo 1.21\n");
    let (work, pin) = (world.work(), world.work().join(".go-version"));
    let mine = users_files(&work);
    let not_ours = left(&work);
    for mends in [&["local", "1.98.1"][..], &["repair"]] {
        let mut killed = 0;
        for number in 1.. {
            fs::write(&pin, "1.97.2\n").unwrap();
            let is_killed = killed_at(&world.sandbox, number, &["local", "1.98.1"]).is_some();
            let found: Vec<String> =
                left(&work).into_iter().filter(|name| !not_ours.contains(name)).collect();
            if !is_killed {
                assert_eq!((found, world.read(".go-version")), (Vec::new(), "1.98.1\n".to_owned()));
                break;
            }
            killed += found.len();
            assert_eq!(world.read(".go-version"), "1.97.2\n");
            if !found.is_empty() && mends[0] == "repair" {
                let dry = world.gom(["repair", "--dry-run"]).run();
                assert_eq!(dry.code, Some(10), "{dry}");
                assert!(found.iter().all(|name| dry.stdout.contains(name)), "{dry}");
            }
            world.done(mends);
            assert_eq!(left(&work), not_ours, "{mends:?} after a kill at rename {number}");
        }
        assert!(killed > 0, "no kill left a file");
    }
    for path in mine {
        assert!(path.symlink_metadata().is_ok(), "{} is gone", path.display());
    }
    assert_eq!(fs::read_link(work.join(".gom-tmp-9-1")).unwrap(), Path::new("go.mod"));
    assert!(world.read("go.mod").starts_with("module "));
}

#[test]
fn the_next_setup_removes_what_a_killed_setup_left_in_the_home() {
    if !has_strace() {
        return;
    }
    let mut killed = 0;
    for number in 1.. {
        let mut sandbox = Sandbox::new();
        sandbox.set("SHELL", "/bin/bash");
        sandbox.write_home(".bashrc", "HISTSIZE=1000\n");
        if killed_at(&sandbox, number, &["setup", "--yes"]).is_none() {
            break;
        }
        killed += left(&sandbox.home()).len();
        let output = sandbox.gom(["setup", "--yes"]).run();
        assert_eq!(output.code, Some(0), "{output}");
        assert_eq!(left(&sandbox.home()), Vec::<String>::new(), "after a kill at rename {number}");
        assert_eq!(left(&sandbox.store()), Vec::<String>::new(), "after a kill at rename {number}");
        let text = fs::read_to_string(sandbox.home().join(".bashrc")).unwrap();
        assert!(text.starts_with("HISTSIZE=1000\n") && text.contains(">>> gom >>>"), "{text}");
    }
    assert!(killed > 0, "no kill left a file");
}
