//! The note about security fixes: once a day, at a terminal, from what gom knows, and never where a program reads.

use gom_tests::{World, skip};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const NOTE: &str = "note: the default, Go 1.21.9, lacks security fixes up to 1.21.12; run `gom upgrade 1.21`";

/// 1.21.9 is the default, and 1.21.13 is out.
fn world() -> World {
    let world = World::with(&["1.21.9"]);
    world.done(["use", "1.21.9"]);
    world.forget_lists();
    world.internet.forget_requests();
    world
}

fn stamp(world: &World) -> PathBuf {
    let cache = if cfg!(target_os = "macos") { "Library/Caches/gom" } else { ".cache/gom" };
    world.home().join(cache).join("notices/security")
}

/// What a person sees of a command in which `gom` is the program. `None`, said visibly, where no terminal can be made.
fn typed(world: &World, command: &str) -> Option<String> {
    let path = format!("PATH={}:/usr/bin:/bin; ", world.store().join("bin").display());
    let terminal = world.sandbox.terminal((200, 24), "/bin/sh", ["-c", &(path + command)]);
    if terminal.is_none() {
        skip("no `setsid` of util-linux to make a terminal");
    }
    Some(terminal?.end().1)
}

#[test]
fn it_comes_once_a_day_and_without_a_request() {
    let world = world();
    let Some(first) = typed(&world, "gom current") else { return };
    assert_eq!(first.matches(NOTE).count(), 1, "{first}");
    let again = typed(&world, "gom current; gom list").unwrap();
    assert!(again.contains("1.21.9") && !again.contains("note:"), "{again}");
    let file = fs::File::options().write(true).open(stamp(&world)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(25 * 3600)).unwrap();
    let next_day = typed(&world, "gom list").unwrap();
    assert_eq!(next_day.matches(NOTE).count(), 1, "{next_day}");
    assert_eq!(world.internet.requests().len(), 0, "gom makes no request for it");
}

#[test]
fn it_is_about_the_pin_here_first() {
    let world = world();
    world.write(".go-version", "1.20.3\n");
    let Some(screen) = typed(&world, "gom config") else { return };
    let note =
        "note: the pin here, Go 1.20.3, lacks security fixes up to 1.20.12; run `gom upgrade 1.20 --pins`";
    assert!(screen.contains(note), "{screen}");
}

/// A command about the line of this machine would leave the pin as it is.
#[test]
fn the_command_names_the_platform_of_the_pin() {
    let world = world();
    world.write(".go-version", "1.20.3.windows-arm64\n");
    let Some(screen) = typed(&world, "gom config") else { return };
    assert!(screen.contains("; run `gom upgrade 1.20.windows-arm64 --pins`"), "{screen}");
}

#[test]
fn a_setting_turns_it_off() {
    let world = world();
    let Some(by_variable) = typed(&world, "GOM_SECURITY_NOTICE=never gom current") else { return };
    assert!(!by_variable.contains("note:"), "{by_variable}");
    fs::write(world.store().join("config.toml"), "security_notice = \"never\"\n").unwrap();
    let by_file = typed(&world, "gom current").unwrap();
    assert!(!by_file.contains("note:"), "{by_file}");
    let back = typed(&world, "GOM_SECURITY_NOTICE=daily gom current").unwrap();
    assert!(back.contains(NOTE), "{back}");
}

#[test]
fn programs_and_other_verbs_do_not_get_it() {
    let world = world();
    for command in [
        "gom current --json",
        "gom current --quiet",
        "gom current | cat",
        "gom current 2>/dev/null",
        "CI=true gom current",
        "gom env GOFLAGS",
        "gom init bash",
        "gom completions bash",
        "gom help list",
        "gom outdated --offline",
        "gom upgrade --dry-run --offline",
        "GOM_INTERNAL_COMPLETE=last gom -- list ''",
        "gom current --nonsense",
        "go version",
        "gom exec 1.21.9 -- go version",
    ] {
        let Some(screen) = typed(&world, command) else { return };
        assert!(!screen.contains("lacks security fixes"), "{command}: {screen}");
        assert!(!stamp(&world).exists(), "{command}");
    }
}

/// Without a place for the time of the last one, it would come with every command.
#[test]
fn where_the_time_can_not_be_kept_there_is_none() {
    let world = world();
    let file = world.home().join("file");
    fs::write(&file, "").unwrap();
    let command = format!("GOM_CACHE_DIR={}/cache gom current", file.display());
    let Some(screen) = typed(&world, &command) else { return };
    assert!(screen.contains("1.21.9") && !screen.contains("note:"), "{screen}");
}

#[test]
fn a_current_go_gets_none() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let Some(screen) = typed(&world, "gom current") else { return };
    assert!(screen.contains("1.98.1") && !screen.contains("note:"), "{screen}");
    assert!(!stamp(&world).exists());
}
