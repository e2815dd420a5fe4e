//! Whatever is at the place of the policy, it is never taken for a machine without one.

use crate::world::{MINIMUM, Machine, NEW, OTHER};
use gom_tests::{Run, World};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

fn machine() -> Option<World> {
    World::machine_with(MINIMUM, &[NEW])
}

/// Checks that nothing is installed, chosen or run, for this reason.
#[track_caller]
fn assert_refused(world: &World, reason: &str, hint: &str) {
    let runs: [(&str, Run); 5] = [
        ("install", world.gom_there(["install", OTHER])),
        ("use", world.gom_there(["use", NEW])),
        ("exec", world.gom_there(["exec", NEW, "go", "version"])),
        ("go", world.go_there(["version"])),
        ("name", world.linked_there("go1.98.3", ["version"])),
    ];
    for (what, run) in runs {
        let (message, told) = world.refused(run);
        let start = "this machine's policy can't be used: /etc/gom/policy.toml";
        assert!(message.starts_with(start) && message.ends_with(reason), "{what}: {message}");
        assert!(told.starts_with(hint), "{what}: {told}");
    }
    assert_eq!(world.fetched(), 0);
    // The verbs that only show still work, and show it.
    for verb in ["config", "why", "list", "current"] {
        world.gom_there([verb]).done();
    }
    let doctor = world.gom_there(["doctor", "--only", "policy-unusable"]).run();
    assert!(doctor.code == Some(1) && world.redact(&doctor.stdout).contains(reason), "{doctor}");
}

#[test]
fn only_a_regular_file_is_a_policy() {
    let Some(world) = machine() else { return };
    let file = world.policy_file();
    let good = world.etc().join("gom/good.toml");
    fs::rename(&file, &good).unwrap();
    for (target, reason) in [
        ("good.toml", "it is a link"),
        ("/dev/zero", "it is a link"),
        ("/nowhere", "it is a link"),
        ("policy.toml", "it is a link"),
    ] {
        symlink(target, &file).unwrap();
        assert_refused(&world, reason, "run `sudo ls -l /etc/gom/policy.toml`");
        fs::remove_file(&file).unwrap();
    }
    fs::create_dir(&file).unwrap();
    assert_refused(&world, "it is not a regular file", "run `sudo ls -l");
    fs::remove_dir(&file).unwrap();
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    assert_refused(&world, "it is not a regular file", "run `sudo ls -l");
    fs::remove_file(&file).unwrap();
    // An endless device; only root can make one.
    if Command::new("mknod").arg(&file).args(["c", "1", "5"]).status().is_ok_and(|status| status.success()) {
        assert_refused(&world, "it is not a regular file", "run `sudo ls -l");
        fs::remove_file(&file).unwrap();
    }
    fs::rename(&good, &file).unwrap();
    world.go_there(["version"]).done();
}

#[test]
fn only_what_root_alone_can_write_is_a_policy() {
    let Some(world) = machine() else { return };
    let mode = |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    let (file, folder) = (world.policy_file(), world.etc().join("gom"));
    mode(&file, 0o666);
    assert_refused(&world, "it can be written by everybody", "run `sudo chmod go-w /etc/gom/policy.toml`");
    mode(&file, 0o644);
    mode(&folder, 0o777);
    assert_refused(
        &world,
        "the folder `/etc/gom` can be written by everybody",
        "run `sudo chmod go-w /etc/gom`",
    );
    mode(&folder, 0o1777);
    assert_refused(
        &world,
        "the folder `/etc/gom` can be written by everybody",
        "run `sudo chmod go-w /etc/gom`",
    );
    mode(&folder, 0o755);
    mode(&world.etc(), 0o757);
    assert_refused(&world, "the folder `/etc` can be written by everybody", "run `sudo chmod go-w /etc`");
    mode(&world.etc(), 0o755);
    if chown(&file, Some(4242), None).is_ok() {
        assert_refused(
            &world,
            "it belongs to user 4242, not to root",
            "run `sudo chown root /etc/gom/policy.toml`",
        );
        chown(&file, Some(0), Some(4242)).unwrap();
        world.go_there(["version"]).done();
        mode(&file, 0o664);
        assert_refused(
            &world,
            "it can be written by its group",
            "run `sudo chmod go-w /etc/gom/policy.toml`",
        );
        chown(&file, Some(0), Some(0)).unwrap();
    }
    mode(&file, 0o664);
    world.go_there(["version"]).done();
    // A folder that a link leads to is a folder of the policy too.
    let other = world.etc().join("open");
    fs::rename(&folder, &other).unwrap();
    symlink("open", &folder).unwrap();
    mode(&file, 0o644);
    world.go_there(["version"]).done();
    mode(&other, 0o777);
    mode(&file, 0o664);
    assert_refused(
        &world,
        "the folder `/etc/open` can be written by everybody",
        "run `sudo chmod go-w /etc/open`",
    );
}

/// What root can read, others may not be able to.
#[test]
fn one_that_a_user_cannot_read_stops_that_user() {
    const USER: u32 = 4711;
    let Some(world) = machine() else { return };
    let home = world.home();
    let all = [home.as_os_str().to_owned(), world.work().into_os_string()];
    let given = Command::new("chown").args(["-R", &format!("{USER}:{USER}")]).args(&all).status();
    let root = home.parent().unwrap().to_path_buf();
    if !given.is_ok_and(|status| status.success()) || !Path::new("/usr/bin/setpriv").exists() {
        gom_tests::skip("only root can become another user");
        return;
    }
    fs::set_permissions(&root, PermissionsExt::from_mode(0o755)).unwrap();
    let user = [format!("--reuid={USER}"), format!("--regid={USER}"), "--clear-groups".to_owned()];
    let as_user = |words: &[&str]| {
        let words = user.iter().map(String::as_str).chain(words.iter().copied());
        world.there("/usr/bin/setpriv", words)
    };
    let go = world.store().join("bin/go").display().to_string();
    as_user(&[&go, "version"]).done();
    fs::set_permissions(world.policy_file(), PermissionsExt::from_mode(0o600)).unwrap();
    let (message, hint) = world.refused(as_user(&[&go, "version"]));
    assert_eq!(
        message,
        "this machine's policy can't be used: /etc/gom/policy.toml: Permission denied (os error [N])"
    );
    assert_eq!(hint, "run `sudo chmod a+r /etc/gom/policy.toml`");
    fs::set_permissions(world.policy_file(), PermissionsExt::from_mode(0o644)).unwrap();
    fs::set_permissions(world.etc().join("gom"), PermissionsExt::from_mode(0o700)).unwrap();
    let (message, hint) = world.refused(as_user(&[&go, "version"]));
    assert_eq!(
        message,
        "this machine's policy can't be used: /etc/gom/policy.toml: Permission denied (os error [N])"
    );
    assert_eq!(hint, "run `sudo chmod a+rx /etc/gom`, so that every user can look for it");
}

#[test]
fn a_policy_that_is_not_understood_is_refused_with_its_line() {
    let Some(world) = machine() else { return };
    assert_snapshot!(
        {
            world.policy("mode = \"enforce\"\n[minimum]\n1.98 = \"1.98.2\"\n");
            world.shown(world.go_there(["version"]))
        },
        @r#"
        exit: 7
        --- stdout
        --- stderr
        error: this machine's policy can't be used: /etc/gom/policy.toml:3: write the line in quotes: `"1.N" = ...`
        hint: run `sudo -e /etc/gom/policy.toml` and correct that line
        "#
    );
    for (text, line, reason) in [
        ("x = \n", 1, ""),
        ("\n\n= 1\n", 3, ""),
        (
            "supported = true\nsorces = [\"proxy\"]\n",
            2,
            "`sorces` is not one of mode, minimum, supported, refuse_vulnerable, critical, accepted, proof, sources, other_go",
        ),
        ("proof = \"signature\"\n", 1, "`proof`: write any or log"),
    ] {
        world.policy(text);
        let (message, hint) = world.refused(world.go_there(["version"]));
        let start = format!("this machine's policy can't be used: /etc/gom/policy.toml:{line}: {reason}");
        assert!(message.starts_with(&start), "{message}");
        assert_eq!(hint, "run `sudo -e /etc/gom/policy.toml` and correct that line");
    }
    fs::write(world.policy_file(), b"supported = true\n# caf\xe9\n").unwrap();
    assert_refused(&world, ":2: it is not UTF-8", "run `sudo -e /etc/gom/policy.toml`");
    fs::write(world.policy_file(), format!("# {}\n", "x".repeat(70_000))).unwrap();
    assert_refused(&world, "it is larger than [SIZE]", "run `sudo ls -l /etc/gom/policy.toml`");
    fs::write(world.policy_file(), "[".repeat(60_000)).unwrap();
    world.refused(world.go_there(["version"]));
    // An empty file has no rule.
    world.policy("");
    world.go_there(["version"]).done();
}
