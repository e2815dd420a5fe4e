//! The verdict: the shim needs gom once for each policy, and again when anything of it has changed.

use crate::world::{MINIMUM, Machine, NEW, OLD, OTHER};
use gom_tests::{FakeToolchain, World};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// A machine with a verdict that allows the default.
fn machine() -> Option<World> {
    let world = World::machine_with(MINIMUM, &[NEW])?;
    world.go_there(["version"]).done();
    assert!(world.verdict().is_file());
    Some(world)
}

/// Whether the shim alone runs the default.
fn is_known(world: &World) -> bool {
    let output = world.without_gom(|| world.go_there(["version"]).run());
    if output.code == Some(0) {
        return true;
    }
    assert_eq!((output.code, output.stdout.as_str()), (Some(7), ""), "{output}");
    assert!(
        output.stderr.starts_with("error: this machine has a policy, /etc/gom/policy.toml, and `"),
        "{output}"
    );
    assert!(output.stderr.contains("hint: run gom's installer again"), "{output}");
    false
}

#[test]
fn without_a_policy_nothing_is_kept_and_gom_is_not_asked() {
    let Some(world) = World::machine(&[NEW]) else { return };
    world.without_gom(|| world.go_there(["version"]).done());
    fs::remove_dir(world.etc().join("gom")).unwrap();
    world.without_gom(|| world.go_there(["version"]).done());
    assert!(!world.verdict().exists());
}

#[test]
fn with_a_verdict_gom_is_not_needed() {
    let Some(world) = machine() else { return };
    assert!(is_known(&world));
    // What the program is given and gives is untouched.
    let output = world.without_gom(|| world.go_there(["exit", "42"]).run());
    assert_eq!((output.code, output.stderr.as_str()), (Some(42), ""), "{output}");
    assert_eq!(world.without_gom(|| world.go_there(["cat"]).stdin("x").done().stdout), "ready\nx");
}

#[test]
fn each_change_of_the_file_ends_a_verdict() {
    let Some(world) = machine() else { return };
    let file = world.policy_file();
    let touch = || {
        let file = fs::File::options().append(true).open(&file).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    };
    let grow = || fs::write(&file, format!("{MINIMUM}# more\n")).unwrap();
    let replace = || {
        let other = file.with_extension("new");
        fs::copy(&file, &other).unwrap();
        fs::rename(&other, &file).unwrap();
    };
    let same_size = || fs::write(&file, fs::read_to_string(&file).unwrap().replace("more", "less")).unwrap();
    let mode = || fs::set_permissions(&file, PermissionsExt::from_mode(0o444)).unwrap();
    let changes: [(&str, &dyn Fn()); 5] = [
        ("its time", &touch),
        ("its size", &grow),
        ("its inode", &replace),
        ("its content", &same_size),
        ("its mode", &mode),
    ];
    for (what, change) in changes {
        assert!(is_known(&world), "before {what}");
        change();
        assert!(!is_known(&world), "{what}");
        world.go_there(["version"]).done();
    }
}

#[test]
fn a_policy_that_refuses_more_counts_at_once() {
    let Some(world) = machine() else { return };
    world.policy("[minimum]\n\"1.98\" = \"1.98.9\"\n");
    // No list has such a release, and maybe nobody will publish it: then the command does not help.
    let (_, hint) = world.refused(world.go_there(["version"]));
    let ask = "no list known here has 1.98.9: if nobody publishes it, ask whoever wrote the policy";
    assert_eq!(hint, format!("run `gom use 1.98.9`; {ask}"));
    let (_, hint) = world.refused(world.gom_there(["install", "1.98.3"]));
    assert!(hint.ends_with(ask), "{hint}");
    // And one that was removed does not count any more.
    fs::remove_file(world.policy_file()).unwrap();
    world.without_gom(|| world.go_there(["version"]).done());
}

#[test]
fn a_verdict_of_another_day_or_form_does_not_count() {
    let Some(world) = machine() else { return };
    let text = fs::read_to_string(world.verdict()).unwrap();
    let day = text.lines().find(|line| line.starts_with("day ")).unwrap();
    let number: u32 = day["day ".len()..].parse().unwrap();
    let yesterday = text.replace(day, &format!("day {}", number - 1));
    let tomorrow = text.replace(day, &format!("day {}", number + 1));
    let cut = text[..text.len() - 5].to_owned();
    let other = text.replace("verdict 1", "verdict 2");
    for content in [yesterday, tomorrow, cut, other, String::new(), "x".repeat(100_000)] {
        fs::write(world.verdict(), &content).unwrap();
        assert!(!is_known(&world), "{content:.60}");
        world.go_there(["version"]).done();
        assert!(is_known(&world), "made anew after {content:.60}");
    }
    // A folder, a FIFO or a device there stops nothing for long.
    fs::remove_file(world.verdict()).unwrap();
    std::os::unix::fs::symlink("/dev/zero", world.verdict()).unwrap();
    assert!(!is_known(&world));
    world.go_there(["version"]).done();
    fs::remove_file(world.verdict()).unwrap();
    fs::create_dir(world.verdict()).unwrap();
    world.go_there(["version"]).done();
}

#[test]
fn a_toolchain_that_is_new_is_looked_at() {
    let Some(world) = machine() else { return };
    world.gom_there(["install", OTHER]).done();
    let refused = world.without_gom(|| world.go_there(["+1.99.2", "version"]).run());
    assert_eq!(refused.code, Some(7), "{refused}");
    world.go_there(["+1.99.2", "version"]).done();
    world.without_gom(|| world.go_there(["+1.99.2", "version"]).done());
    // Whatever installed it.
    world.done(["install", OLD]);
    world.refused_at(2, "minimum", world.linked_there("go1.98.1", ["version"]));
}

/// A store that can't be written keeps no verdict: then gom runs the program itself, as the shim would.
#[test]
fn in_a_store_that_cannot_be_written_gom_is_asked_each_time() {
    let Some(world) = World::machine_with(MINIMUM, &[OLD, NEW]) else { return };
    world.done(["use", NEW]);
    let script = r#"
/usr/bin/mount --bind "$HOME/.gom" "$HOME/.gom" && /usr/bin/mount -o remount,bind,ro "$HOME/.gom" || exit 99
bin=$HOME/.gom/bin
"$bin/go" version && "$bin/go" env-dump one "two three" && "$bin/gofmt" -l .
echo text | "$bin/go" cat
"$bin/go" exit 42; echo "code $?"
"$bin/go1.98.1" version; echo "code $?"
"#;
    let output = world.there("/bin/sh", ["-c", script]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(!world.verdict().exists());
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert!(lines[0].starts_with("go version go1.98.3 "), "{output}");
    for line in ["GOTOOLCHAIN=path", "arg=one", "arg=two three", "code 42", "code 7", "text"] {
        assert!(lines.contains(&line), "{line}: {output}");
    }
    assert!(output.stderr.contains("go1.98.1.") && output.stderr.contains("minimum)"), "{output}");
}

/// Tools of `gom tools` are judged by the toolchain that they are for.
#[test]
fn a_tool_runs_only_for_an_allowed_toolchain() {
    let Some(world) = machine() else { return };
    let platform = FakeToolchain::here(NEW).platform().clone();
    let tool = world.store().join(format!("tools/1.98.{platform}/gopls/gopls"));
    fs::create_dir_all(tool.parent().unwrap()).unwrap();
    fs::write(&tool, "#!/bin/sh\necho \"gopls $* $GOTOOLCHAIN\"\n").unwrap();
    fs::set_permissions(&tool, PermissionsExt::from_mode(0o755)).unwrap();
    world.done(["self", "init"]);
    assert_eq!(world.linked_there("gopls", ["version"]).done().stdout, "gopls version path\n");
    world.done(["install", OLD]);
    world.write(".go-version", "1.98.1\n");
    world.refused_at(2, "minimum", world.linked_there("gopls", ["version"]));
}
