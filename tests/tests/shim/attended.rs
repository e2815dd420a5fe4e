//! With a user at the terminal: gom installs a missing toolchain or asks first, and remembers a Ctrl-C or a "no" for a
//! minute. The terminal is the one that `script` of util-linux makes.

use crate::answer::version_in;
use gom_tests::{FakeToolchain, Fault, ModProxy, Run, World, skip};
use std::path::Path;

/// Runs `go version` in a terminal; `None`, said visibly, where there is no `script` to make one.
fn in_terminal(world: &World) -> Option<Run> {
    let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|program| Path::new(program).exists());
    let Some(script) = script.filter(|_| cfg!(target_os = "linux")) else {
        skip("no `script` of util-linux to make a terminal");
        return None;
    };
    let run = world.command(script, ["-q", "-e", "-c", "go version", "/dev/null"]);
    Some(run.env("SHELL", "/bin/sh").env("TERM", "dumb"))
}

/// A folder pinned to what is published and not installed.
fn world() -> World {
    let world = World::with(&["1.97.3"]);
    world.done(["use", "1.97.3"]);
    world.publish(&FakeToolchain::here("1.98.1"));
    world.write(".go-version", "1.98.1\n");
    world.internet.forget_requests();
    world
}

const RAN: &str = "go version go1.98.1 ";

#[test]
fn at_a_terminal_the_pin_is_installed_and_runs() {
    let world = world();
    let Some(run) = in_terminal(&world) else { return };
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("asks for Go 1.98.1, which is not installed; installing it"), "{output}");
    assert!(output.stdout.contains(RAN), "{output}");
}

#[test]
fn in_ci_a_terminal_changes_nothing() {
    let world = world();
    let Some(run) = in_terminal(&world) else { return };
    let output = run.env("CI", "true").run();
    assert_eq!(output.code, Some(127), "{output}");
    assert!(world.internet.requests().is_empty());
}

#[test]
fn a_yes_installs_and_a_no_is_remembered_for_a_moment() {
    let world = world();
    let Some(run) = in_terminal(&world) else { return };
    let prompt = |run: Run| run.env("GOM_AUTO_INSTALL", "prompt");
    let question = "asks for Go 1.98.1, which is not installed. Install it? [y/N]";
    let declined = prompt(run).stdin("n\n").run();
    assert_eq!(declined.code, Some(127), "{declined}");
    assert!(declined.stdout.contains(question), "{declined}");
    assert!(declined.stdout.contains("hint: run `gom install 1.98.1`"), "{declined}");
    let soon = prompt(in_terminal(&world).unwrap()).stdin("y\n").run();
    assert_eq!(soon.code, Some(127), "{soon}");
    assert!(!soon.stdout.contains(question), "not asked again at once: {soon}");
    assert!(world.internet.requests().is_empty());

    let other = self::world();
    let accepted = prompt(in_terminal(&other).unwrap()).stdin("y\n").run();
    assert_eq!(accepted.code, Some(0), "{accepted}");
    assert!(accepted.stdout.contains(question) && accepted.stdout.contains(RAN), "{accepted}");
}

/// A prompt of the shell or `make -j` would start what was just stopped once more.
#[test]
fn after_ctrl_c_it_is_not_started_again_at_once() {
    let world = world();
    let zip = format!("/proxy{}", ModProxy::zip_path(&FakeToolchain::here("1.98.1")));
    world.proxy.site().fault(zip.strip_prefix("/proxy").unwrap(), Fault::HangBeforeHeaders);
    let run = || world.go(["version"]).env("GOM_AUTO_INSTALL", "always");
    let running = run().spawn();
    world.internet.wait_for_held(1);
    running.interrupt();
    let output = running.wait();
    assert_eq!((output.signal, output.stdout.as_str()), (Some(2), ""), "{output}");
    world.proxy.site().heal();
    world.internet.forget_requests();
    let soon = run().run();
    assert_eq!((soon.code, soon.stdout.as_str()), (Some(127), ""), "{soon}");
    assert!(soon.stderr.contains("hint: run `gom install 1.98.1`"), "{soon}");
    assert!(world.internet.requests().is_empty());
    world.assert_clean();
    world.done(["install", "1.98.1"]);
    assert_eq!(version_in(&world, ""), "1.98.1");
}
