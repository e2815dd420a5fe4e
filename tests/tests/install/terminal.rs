//! K8: what a person at a terminal sees, at 80 and 44 columns, after a resize, and with several toolchains at
//! once. Whoever has to be in the middle of a download is held there by the server.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Fault, Terminal, World};
use std::fs;

const WIDE: (u16, u16) = (80, 24);
const NARROW: (u16, u16) = (44, 24);
/// Where the server holds a download, in bytes.
const HELD: usize = 150_000;

/// A toolchain whose archive has some hundred kilobytes.
fn big(version: &str) -> FakeToolchain {
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    FakeToolchain::here(version).file("src/noise", noise.take(300_000).collect::<Vec<u8>>())
}

fn world() -> World {
    let mut world = World::of_one(big(VERSION));
    world.ask_mirror();
    world
}

/// The mirror sends this much of each archive, until the internet is released.
fn hold(world: &World, bytes: usize) {
    for toolchain in [&world.toolchain, &big("1.98.1")] {
        world.mirror_site().fault(&format!("/{}", toolchain.archive_name()), Fault::HoldAfter(bytes));
    }
}

/// `None`, said visibly, where no terminal can be made.
#[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
fn start(world: &World, size: (u16, u16), arguments: &[&str]) -> Option<Terminal> {
    let gom = world.sandbox.store().join("bin/gom");
    let terminal = world.sandbox.terminal(size, gom, arguments);
    if terminal.is_none() {
        eprintln!("skipped: no `setsid` of util-linux to make a terminal");
    }
    terminal
}

/// Without what differs from run to run: sizes of archives, the speed, and how long bars are.
fn steady(world: &World, screen: &str) -> String {
    let digits = |c: char| if c.is_ascii_digit() { 'N' } else { c };
    let line = |line: &str| match line.find(['\u{2588}', '\u{2591}']) {
        Some(at) => {
            let after = line[at..].trim_start_matches(['\u{2588}', '\u{2591}']);
            let after = after.chars().map(digits).collect::<String>();
            // The speed and the time that is left have as many digits, and the unit, that the machine gives them.
            let moving = after.match_indices("KiB").nth(1).map(|(at, unit)| at + unit.len());
            let (still, moving) = after.split_at(moving.unwrap_or(after.len()));
            format!("{}[BAR]{still}{}", &line[..at], if moving.is_empty() { "" } else { " [SPEED]" })
        }
        None => line.to_owned(),
    };
    let lines: Vec<String> = screen.trim_end().lines().map(line).collect();
    world.sandbox.redact(&lines.join("\n"))
}

#[track_caller]
fn assert_fits(screen: &str, columns: u16) {
    for line in screen.lines() {
        assert!(line.chars().count() <= usize::from(columns) - 3, "too wide for {columns}:\n{screen}");
    }
}

/// Something of it came, and the speed is known.
fn is_held(screen: &str) -> bool {
    screen.contains("146.48 KiB/")
}

#[test]
fn a_bar_fits_80_and_44_columns_and_survives_a_resize() {
    let world = world();
    hold(&world, HELD);
    let Some(terminal) = start(&world, WIDE, &["install", VERSION]) else { return };
    let wide = terminal.wait_for("the bar", is_held);
    assert_fits(&wide, 80);
    insta::assert_snapshot!(steady(&world, &wide), @"go1.99.0.[PLATFORM]   [BAR] NNN.NN KiB/NNN.NN KiB [SPEED]");
    terminal.resize(NARROW.0, NARROW.1);
    let narrow = terminal.wait_for("a narrow bar", |screen| screen.contains('%'));
    assert_fits(&narrow, 44);
    insta::assert_snapshot!(steady(&world, &narrow), @"go1.99.0.[PLATFORM]   [BAR]  NN%");
    terminal.resize(WIDE.0, WIDE.1);
    let again = terminal.wait_for("a wide bar", is_held);
    assert_eq!(again.trim_end().lines().count(), 1, "{again}");
    world.internet.release();
    let (code, screen, _) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    insta::assert_snapshot!(steady(&world, &screen), @"
    installed go1.99.0.[PLATFORM] from mirror 127.0.0.1, proven by sum.test
    the default is now 1.99.0, for all folders; this one alone: `gom local 1.99.0`
    ");
}

#[test]
fn several_bars_leave_nothing_behind_and_swallow_no_note() {
    for size in [WIDE, NARROW] {
        let mut world = world();
        world.publish(&big("1.98.1"));
        // A warning at the start of each, said once.
        world.sandbox.set("GOM_OPENPGP_KEY", "keys");
        hold(&world, HELD);
        let arguments = ["install", VERSION, "1.98.1", "1.97.5"];
        let Some(terminal) = start(&world, size, &arguments) else { return };
        let bars = |screen: &str| screen.lines().filter(|line| line.contains('\u{2591}')).count();
        let held = terminal.wait_for("two bars", |screen| bars(screen) == 2);
        let from_bar = held.lines().skip_while(|line| !line.contains('\u{2591}')).collect::<Vec<_>>();
        assert_fits(&from_bar.join("\n"), size.0);
        world.internet.release();
        let (code, screen, _) = terminal.end();
        assert_eq!(code, Some(3), "{screen}");
        assert_eq!(bars(&screen), 0, "{screen}");
        let text = screen.replace('\n', " ");
        for said in ["warning: setting `openpgp_key`", "installed go1.99.0", "installed go1.98.1", "error: "]
        {
            assert_eq!(text.matches(said).count(), 1, "{said}:\n{screen}");
        }
    }
}

#[test]
fn ctrl_c_and_the_error_have_lines_of_their_own() {
    for (arguments, expected) in
        [(&["install", VERSION] as &[&str], 0), (&["install", VERSION, "--no-progress"], 1)]
    {
        let world = world();
        hold(&world, HELD);
        let Some(mut terminal) = start(&world, WIDE, arguments) else { return };
        terminal.wait_for("a download", |screen| is_held(screen) || screen.contains("downloading"));
        terminal.press("\x03");
        let (_, screen, _) = terminal.end();
        assert_eq!(screen.matches("^C").count(), expected, "{screen}");
        assert!(screen.lines().any(|line| line.starts_with("error: ")), "{screen}");
        assert!(!screen.contains('\u{2591}'), "{screen}");
    }
}

#[test]
fn what_is_waited_for_after_the_last_byte_is_said() {
    let mut world = world();
    world.ask_proxy();
    world.proxy.site().fault("/sumdb/sum.test/lookup/*", Fault::HoldAfter(10));
    let Some(terminal) = start(&world, NARROW, &["install", VERSION]) else { return };
    let waiting = terminal.wait_for("the step", |screen| screen.contains("waiting for proof"));
    assert_fits(&waiting, 44);
    world.internet.release();
    let (code, screen, _) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("waiting"), "{screen}");
}

#[test]
fn a_resumed_download_counts_from_what_is_there() {
    let world = world();
    hold(&world, HELD);
    let Some(terminal) = start(&world, WIDE, &["install", VERSION]) else { return };
    terminal.wait_for("the bar", is_held);
    drop(terminal);
    let parts = world.sandbox.tree(world.sandbox.home().join(".cache/gom"));
    world.mirror_site().heal();
    hold(&world, 10);
    let terminal = start(&world, WIDE, &["install", VERSION]).unwrap();
    let screen = terminal.wait_for("the bar", |screen| screen.contains(" KiB/"));
    assert!(is_held(&screen) || screen.contains("146.49 KiB/"), "{screen}\n{parts:?}");
    drop(terminal);
}

#[test]
fn verify_and_uninstall_have_a_bar_that_goes() {
    let world = world();
    world.installs_now();
    for (arguments, bar) in [
        (&["verify", "--offline"] as &[&str], "checking go1.99.0"),
        (&["uninstall", VERSION, "--yes"], "deleting go1.99.0"),
    ] {
        let Some(terminal) = start(&world, WIDE, arguments) else { return };
        let (code, screen, said) = terminal.end();
        assert_eq!(code, Some(0), "{screen}");
        assert!(said.contains(bar), "{said:?}");
        assert!(!screen.contains(bar), "{screen}");
    }
}

#[test]
fn states_have_colours_unless_the_user_wants_none() {
    let mut world = world();
    world.installs_now();
    let Some(terminal) = start(&world, WIDE, &["list"]) else { return };
    let (_, screen, said) = terminal.end();
    assert!(said.contains("\x1b[32mproven") && screen.contains("proven"), "{said:?}");
    world.sandbox.set("NO_COLOR", "1");
    let (_, plain, said) = start(&world, WIDE, &["list"]).unwrap().end();
    assert!(!said.contains("\x1b[3"), "{said:?}");
    assert_eq!(plain, screen, "the colour says nothing that the words do not");
    fs::write(world.sandbox.goroot(&world.toolchain.name()).join("VERSION"), "go1.1\n").unwrap();
    world.sandbox.set("NO_COLOR", "");
    let (_, screen, said) = start(&world, WIDE, &["verify"]).unwrap().end();
    assert!(said.contains("\x1b[31m"), "{said:?}\n{screen}");
}

/// Its bars would overwrite the prompt and what other programs say.
#[test]
fn a_job_in_the_background_draws_no_bars() {
    let world = world();
    let gom = world.sandbox.store().join("bin/gom");
    let script = format!("set -m; {} install {VERSION} & wait $!; echo \"ended with $?\"", gom.display());
    let Some(terminal) = world.sandbox.terminal(WIDE, "/bin/sh", ["-c", &script]) else { return };
    let (_, screen, said) = terminal.end();
    assert!(screen.contains("ended with 0") && screen.contains("installed go"), "{screen}");
    assert!(!said.contains(['\u{2588}', '\u{2591}']), "{said:?}");
}
