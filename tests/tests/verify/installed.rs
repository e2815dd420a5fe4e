//! An installed toolchain that is as published, and each way in which it may not be.

use crate::world::{OTHER, VERSION, Verifying};
use gom_tests::World;
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::symlink;

/// Changes the installed tree by `change`, and gives what verifying finds.
#[track_caller]
fn found(change: impl FnOnce(&World, &std::path::Path)) -> (String, Vec<String>) {
    let world = World::with_installed();
    change(&world, &world.goroot());
    world.verify()
}

#[test]
fn what_is_as_published_is_proven_without_a_network() {
    let world = World::with_installed();
    world.internet.forget_requests();
    let output = world.gom(["verify", "--offline"]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  proven by sum.test
    --- stderr
    ");
    assert!(world.internet.requests().is_empty());
    assert_eq!(world.mark(), "proven");
}

#[test]
fn one_changed_byte_is_found() {
    let (outcome, differences) = found(|_, goroot| {
        let mut compiler = fs::read(goroot.join("bin/go")).unwrap();
        *compiler.last_mut().unwrap() ^= 1;
        fs::write(goroot.join("bin/go"), compiler).unwrap();
    });
    assert_eq!((outcome.as_str(), differences), ("changed", vec!["changed bin/go".to_owned()]));
}

#[test]
fn an_added_file_is_found() {
    let (outcome, differences) = found(|_, goroot| fs::write(goroot.join("src/fmt/zz.go"), "").unwrap());
    assert_eq!((outcome.as_str(), differences), ("changed", vec!["added src/fmt/zz.go".to_owned()]));
}

#[test]
fn a_removed_file_is_found() {
    let (outcome, differences) = found(|_, goroot| fs::remove_file(goroot.join("LICENSE")).unwrap());
    assert_eq!((outcome.as_str(), differences), ("changed", vec!["missing LICENSE".to_owned()]));
}

#[test]
fn a_renamed_file_is_found_also_where_the_hash_alone_is_the_same() {
    let (outcome, differences) = found(|_, goroot| {
        fs::rename(goroot.join("src/fmt/print.go"), goroot.join("src/fmt/Print.go")).unwrap();
        fs::rename(goroot.join("src/go.mod"), goroot.join("src/_go.mod")).unwrap();
    });
    let expected =
        ["added src/_go.mod", "added src/fmt/Print.go", "missing src/fmt/print.go", "missing src/go.mod"];
    assert_eq!((outcome.as_str(), differences), ("changed", expected.map(str::to_owned).to_vec()));
    // Without the list, the hash is all there is.
    let (outcome, differences) = found(|world, goroot| {
        fs::rename(goroot.join("src/go.mod"), goroot.join("src/_go.mod")).unwrap();
        fs::remove_file(world.list_file()).unwrap();
    });
    assert_eq!((outcome.as_str(), differences), ("changed-somewhere", Vec::new()));
}

#[test]
fn a_link_in_place_of_a_file_or_folder_is_found_and_not_followed() {
    let (outcome, differences) = found(|world, goroot| {
        // What the links lead to is what was published.
        let elsewhere = world.work();
        fs::rename(goroot.join("VERSION"), elsewhere.join("VERSION")).unwrap();
        symlink(elsewhere.join("VERSION"), goroot.join("VERSION")).unwrap();
        fs::rename(goroot.join("lib/time"), elsewhere.join("time")).unwrap();
        symlink(elsewhere.join("time"), goroot.join("lib/time")).unwrap();
    });
    let expected = ["not-a-file VERSION", "not-a-file lib/time", "missing lib/time/zoneinfo.zip"];
    assert_eq!((outcome.as_str(), differences), ("changed", expected.map(str::to_owned).to_vec()));
}

#[test]
fn a_name_with_a_line_break_does_not_stand_for_two_files() {
    let (outcome, differences) = found(|_, goroot| fs::write(goroot.join("a\nb"), "").unwrap());
    assert_eq!((outcome.as_str(), differences), ("changed", vec!["not-a-file a\nb".to_owned()]));
}

#[test]
fn an_edited_go_env_is_called_edited() {
    let world = World::with_installed();
    let go_env = world.goroot().join("go.env");
    let published = fs::read_to_string(&go_env).unwrap();
    fs::write(&go_env, published.replace("auto", "local")).unwrap();
    assert_eq!(world.mark(), "edited");
    assert_snapshot!(world.gom(["verify", VERSION, "--offline"]).run().snapshot(&world), @"
    exit: 5
    --- stdout
    go1.98.1.[PLATFORM]  edited: go.env is not as published, every other file is
      edited     go.env
    --- stderr
    error: `[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]` is not the published go1.98.1.[PLATFORM]
    hint: run `gom install 1.98.1 --force` to get what was published
    ");
    fs::write(world.goroot().join("VERSION"), "go1.98.9\n").unwrap();
    let both = ["changed VERSION".to_owned(), "edited go.env".to_owned()];
    assert_eq!(world.verify(), ("changed".to_owned(), both.to_vec()));
    // A missing one is not an edited one.
    fs::remove_file(&go_env).unwrap();
    assert_eq!(world.verify().1[1], "missing go.env");
    world.done(["install", VERSION, "--force"]);
    assert_eq!(world.verify(), ("proven".to_owned(), vec![]));
    assert_eq!(world.mark(), "proven");
}

#[test]
fn every_difference_is_named_with_the_command_that_mends_it() {
    let world = World::with_installed();
    let goroot = world.goroot();
    fs::write(goroot.join("VERSION"), "go1.98.9\n").unwrap();
    fs::write(goroot.join("src/evil.go"), "package evil\n").unwrap();
    fs::remove_file(goroot.join("LICENSE")).unwrap();
    world.done(["install", OTHER]);
    let output = world.gom(["verify", "--offline"]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 5
    --- stdout
    go1.98.2.[PLATFORM]  proven by sum.test
    go1.98.1.[PLATFORM]  changed: 3 files are not as published
      missing    LICENSE
      changed    VERSION
      added      src/evil.go
    --- stderr
    error: `[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]` is not the published go1.98.1.[PLATFORM]
    hint: run `gom install 1.98.1 --force` to get what was published
    ");
    let only = world.gom(["verify", OTHER, "--offline", "--quiet"]).run();
    assert_snapshot!(only.snapshot(&world), @"
    exit: 0
    --- stdout
    go1.98.2.[PLATFORM]  proven by sum.test
    --- stderr
    ");
    world.done(["install", VERSION, "--force"]);
    world.done(["verify", "--offline"]);
}

#[test]
fn text_names_fifty_files_and_json_all() {
    let world = World::with_installed();
    for number in 10..70 {
        fs::write(world.goroot().join(format!("src/{number}.go")), "").unwrap();
    }
    let text = world.gom(["verify", "--offline"]).run().stdout;
    assert_eq!(text.lines().filter(|line| line.starts_with("  added ")).count(), 50);
    assert_eq!(text.lines().last(), Some("  and 10 more, see --json"));
    assert_eq!(world.verify().1.len(), 60);
}

/// K13.6: files that macOS's Finder leaves in a folder are named, and do not count as a change.
#[test]
fn what_the_finder_left_is_a_note() {
    let world = World::with_installed();
    fs::write(world.goroot().join(".DS_Store"), b"\0\0\0\x01Bud1\0\0").unwrap();
    fs::write(world.goroot().join("src/fmt/._print.go"), b"\0\x05\x16\x07\0\x02\0\0Mac OS X").unwrap();
    let output = world.gom(["verify", "--offline"]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  proven by sum.test
    --- stderr
    go1.98.1.[PLATFORM]: left by macOS and not compared: .DS_Store, src/fmt/._print.go
    ");
    assert_eq!(world.mark(), "proven");
    // Code under such a name is code.
    fs::write(world.goroot().join("src/fmt/._evil.go"), "package fmt\n").unwrap();
    assert_eq!(world.verify(), ("changed".to_owned(), vec!["added src/fmt/._evil.go".to_owned()]));
}

#[test]
fn what_the_hash_does_not_cover_is_compared_and_said_to_be_uncovered() {
    let world = World::published();
    world.install_from_godev();
    assert_eq!(world.verify(), ("proven".to_owned(), vec![]));
    fs::write(world.goroot().join("test/helloworld.go"), "package evil\n").unwrap();
    let output = world.gom(["verify", "--offline"]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 5
    --- stdout
    go1.98.1.[PLATFORM]  changed: 1 file is not as published
      changed    test/helloworld.go  (not covered by the checksum database)
    --- stderr
    go1.98.1.[PLATFORM]: api, doc, misc and test are not covered by the checksum database: their files are compared with the list of the install, which nobody signed
    error: `[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]` is not the published go1.98.1.[PLATFORM]
    hint: run `gom install 1.98.1 --force` to get what was published
    ");
    assert_eq!(world.verify().1, ["changed test/helloworld.go (not covered)"]);
}

#[test]
fn specs_name_what_is_verified() {
    let world = World::with_installed();
    world.done(["install", OTHER]);
    let verified = |arguments: &[&str]| {
        let report = world.done([&["verify", "--json"], arguments].concat()).json();
        let all = report["toolchains"].as_array().unwrap().clone();
        all.iter().map(|one| one["version"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verified(&[]), [OTHER, VERSION]);
    assert_eq!(verified(&["1.98"]), [OTHER, VERSION]);
    assert_eq!(verified(&[VERSION, "1.98"]), [VERSION, OTHER]);
    assert_eq!(verified(&["latest"]), [OTHER]);
    let none = world.gom(["verify", "1.97"]).run();
    assert_eq!(none.code, Some(3), "{none}");
    let system = world.gom(["verify", "system"]).run();
    assert!(system.code == Some(2) && system.stderr.contains("gom verify --path"), "{system}");
    assert_eq!(World::published().gom(["verify"]).run().code, Some(0));
}

#[test]
fn a_file_that_can_not_be_read_is_named() {
    let world = World::with_installed();
    let file = world.goroot().join("LICENSE");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        // Root reads everything.
        return;
    }
    let output = world.gom(["verify"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("LICENSE") && output.stderr.contains("\nhint: "), "{output}");
}
