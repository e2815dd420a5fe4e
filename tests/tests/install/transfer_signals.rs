//! Ctrl-C and worse in the middle: gom dies by the signal, nothing half-made is left, and the same command
//! resumes the download.

use crate::world::{Installing, VERSION, noise};
use gom_tests::{FakeToolchain, Fault, ModProxy, Running, World};
use std::fs;

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;

/// A world whose server breaks off after 100 000 bytes and holds the rest when it is asked for: by then gom
/// has the first part on disk.
fn held() -> World {
    let mut world = World::of_one(FakeToolchain::here(VERSION).file("lib/noise", noise(300_000)));
    world.ask_mirror();
    world.mirror_site().fault_first(1, &world.on_mirror(), Fault::CutAfter(100_000));
    world.mirror_site().fault_first(1, &world.on_mirror(), Fault::HoldAfter(1));
    world
}

/// A gom that has unpacked everything, in a world whose checksum database does not answer: it says what it waits for.
fn unpacked(world: &World) -> Running {
    let running = world.gom(["install", "--verbose", VERSION]).spawn();
    running.wait_for_stderr("waiting for proof");
    world.internet.wait_for_held(1);
    running
}

fn nothing_is_installed(world: &World) {
    assert_eq!(world.sandbox.tree(world.sandbox.store().join("toolchains")), ["/"]);
    assert_eq!(world.sandbox.tree(world.sandbox.store().join("receipts")), ["/"]);
}

#[test]
fn ctrl_c_in_a_download_ends_it_and_the_next_gom_goes_on() {
    let world = held();
    let running = world.install().spawn();
    world.internet.wait_for_held(1);
    running.wait_for_stderr("resuming");
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.signal, Some(SIGINT), "{output}");
    insta::assert_snapshot!(world.show(&output), @"
    signal: 2
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    resuming go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: interrupted
    hint: run the same command again to go on
    ");
    nothing_is_installed(&world);
    world.sandbox.assert_clean();

    world.internet.forget_requests();
    world.installs_now();
    // The byte that was on its way when gom was killed may have been kept or not.
    let asked = &world.archives_asked()[0];
    assert!([" from 99999", " from 100000"].iter().any(|from| asked.ends_with(from)), "{asked}");
}

/// Whoever started gom must see which signal ended it.
fn ends_a_download(send: impl Fn(&Running), signal: i32) {
    let world = held();
    let running = world.install().spawn();
    world.internet.wait_for_held(1);
    send(&running);
    let output = running.wait();
    nothing_is_installed(&world);
    world.sandbox.assert_clean();
    assert_eq!(output.signal, Some(signal), "{output}");
    world.installs_now();
}

#[test]
fn sigterm_in_a_download_ends_it_too() {
    ends_a_download(Running::terminate, SIGTERM);
}

/// A closed terminal ends it as cleanly.
#[test]
fn sighup_in_a_download_ends_it_and_the_next_gom_goes_on() {
    ends_a_download(Running::hang_up, SIGHUP);
}

/// `nohup` asks for that.
#[test]
fn an_ignored_sighup_does_not_end_a_download() {
    let world = held();
    let gom = world.sandbox.store().join("bin/gom");
    let script = "trap '' HUP; exec \"$0\" install \"$1\"";
    let running = world.sandbox.command("/bin/sh", ["-c", script, gom.to_str().unwrap(), VERSION]).spawn();
    world.internet.wait_for_held(1);
    running.hang_up();
    world.internet.release();
    let output = running.wait();
    assert_eq!(output.code, Some(0), "{output}");
    world.assert_installed(&world.toolchain);
}

#[test]
fn ctrl_c_before_any_answer_ends_it() {
    let world = World::with_mirror();
    world.mirror_site().fault_first(1, &world.on_mirror(), Fault::HangBeforeHeaders);
    let running = world.install().spawn();
    world.internet.wait_for_held(1);
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.signal, Some(SIGINT), "{output}");
    nothing_is_installed(&world);
    world.sandbox.assert_clean();
    world.installs_now();
}

#[test]
fn ctrl_c_while_the_index_is_asked_for_ends_it() {
    let world = World::published();
    world.godev.pages().fault_first(1, "/dl/?mode=json&include=all", Fault::HangBeforeHeaders);
    let running = world.install().spawn();
    world.internet.wait_for_held(1);
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.signal, Some(SIGINT), "{output}");
    nothing_is_installed(&world);
}

/// The tree is unpacked while the log has not answered yet.
#[test]
fn ctrl_c_while_the_log_is_asked_leaves_nothing_of_the_tree() {
    let mut toolchain = FakeToolchain::here(VERSION);
    for number in 0..2000 {
        toolchain = toolchain.file(&format!("src/d{}/f{number}.go", number / 40), "package many\n");
    }
    let mut world = World::of_one(toolchain);
    world.ask_proxy();
    world.proxy.site().fault("/sumdb/sum.test/lookup/*", Fault::HangBeforeHeaders);
    let running = unpacked(&world);
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.signal, Some(SIGINT), "{output}");
    nothing_is_installed(&world);
    world.sandbox.assert_clean();
    world.proxy.site().heal();
    world.installs_now();
}

#[test]
fn ctrl_c_in_a_forced_install_keeps_the_old_tree() {
    let world = World::with_mirror();
    world.installs(world.install());
    world.mirror_site().fault_first(1, &world.on_mirror(), Fault::HoldAfter(1000));
    let running = world.sandbox.gom(["install", "--force", VERSION]).spawn();
    world.internet.wait_for_held(1);
    running.interrupt();
    assert_eq!(running.wait().signal, Some(SIGINT));
    world.assert_installed(&world.toolchain);
}

#[test]
fn with_json_an_interrupted_gom_says_so_in_its_object() {
    let world = held();
    let running = world.sandbox.gom(["install", "--json", VERSION]).spawn();
    world.internet.wait_for_held(1);
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.signal, Some(SIGINT), "{output}");
    assert_eq!(output.json()["error"]["kind"], "interrupted");
}

#[test]
fn a_killed_gom_leaves_nothing_that_the_next_one_does_not_use_or_remove() {
    let world = held();
    let running = world.install().spawn();
    world.internet.wait_for_held(1);
    running.kill();
    assert_eq!(running.wait().signal, Some(SIGKILL));
    nothing_is_installed(&world);
    // No lock outlives it, so the next one does not wait.
    world.internet.forget_requests();
    world.installs(world.install().env("GOM_LOCK_TIMEOUT", "0"));
    // The byte that was on its way when gom was killed may have been kept or not.
    let asked = &world.archives_asked()[0];
    assert!([" from 99999", " from 100000"].iter().any(|from| asked.ends_with(from)), "{asked}");
}

#[test]
fn a_gom_killed_while_it_unpacked_is_cleaned_up_after() {
    let world = World::with_proxy();
    world.proxy.site().fault_first(1, "/sumdb/sum.test/lookup/*", Fault::HangBeforeHeaders);
    let running = unpacked(&world);
    running.kill();
    assert_eq!(running.wait().signal, Some(SIGKILL));
    nothing_is_installed(&world);
    let staging = || fs::read_dir(world.sandbox.store().join("staging")).unwrap().count();
    assert_eq!(staging(), 1, "it had unpacked");

    world.installs_now();
    assert_eq!(staging(), 0);
    assert_eq!(fs::read_dir(world.sandbox.home().join(".cache/gom/downloads")).unwrap().count(), 0);
    assert!(
        world
            .archives_asked()
            .iter()
            .all(|one| one.contains(&world.sandbox.redact(&ModProxy::zip_path(&world.toolchain))))
    );
}
