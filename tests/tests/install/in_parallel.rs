//! Several installs at once: of one toolchain by several gom, of several toolchains by one, and of stores that
//! share a cache.

use crate::world::{Installing, VERSION, noise};
use gom_tests::sandbox::Running;
use gom_tests::{FakeToolchain, Fault, World};

/// A gom that is held in the middle of its download.
fn busy(world: &World) -> Running {
    world.mirror_site().fault_first(1, &world.on_mirror(), Fault::HoldAfter(100));
    let running = world.install().spawn();
    world.internet.wait_for_held(1);
    running
}

#[test]
fn two_gom_install_one_toolchain_once() {
    let world = World::with_mirror();
    let first = busy(&world);
    let second = world.install().spawn();
    second.wait_for_stderr("waiting for another gom");
    world.internet.release();
    let (first, second) = (first.wait(), second.wait());
    assert_eq!(first.code, Some(0), "{first}");
    assert_eq!(second.code, Some(0), "{second}");
    let said = world.show(&second);
    let waited = "waiting for another gom that works on go1.99.0.[PLATFORM]\n\
                  go1.99.0.[PLATFORM] is already installed\n";
    assert!(said.contains(waited), "{said}");
    // Whichever of them comes first chooses it.
    let defaults = [&first, &second].map(|one| one.stderr.matches("the default is now 1.99.0").count());
    assert!(defaults.iter().sum::<usize>() >= 1, "{first}\n{second}");
    assert_eq!(world.archives_asked().len(), 1);
    world.assert_installed(&world.toolchain);
}

#[test]
fn many_gom_at_once_do_not_get_in_each_others_way() {
    let world = World::with_mirror();
    let others: Vec<FakeToolchain> =
        (1..4).map(|patch| FakeToolchain::here(&format!("1.99.{patch}"))).collect();
    for other in &others {
        world.publish(other);
    }
    let versions = [VERSION, VERSION, "1.99.1", "1.99.2", "1.99.3", "1.99.3"];
    let running: Vec<Running> =
        versions.iter().map(|version| world.sandbox.gom(["install", version]).spawn()).collect();
    for one in running {
        let output = one.wait();
        assert_eq!(output.code, Some(0), "{output}");
    }
    for toolchain in others.iter().chain([&world.toolchain]) {
        world.assert_installed(toolchain);
    }
    let links = world.sandbox.tree(world.sandbox.store().join("lines"));
    assert_eq!(links, [format!("1.99 -> ../toolchains/{}", others[2].name())]);
}

#[test]
fn a_forced_install_waits_for_the_other_one_and_then_replaces_it() {
    let world = World::with_mirror();
    let first = busy(&world);
    let second = world.sandbox.gom(["install", "--force", VERSION]).spawn();
    second.wait_for_stderr("waiting for another gom");
    world.internet.release();
    assert_eq!(first.wait().code, Some(0));
    let second = second.wait();
    assert!(second.stderr.contains("installed"), "{second}");
    assert_eq!(world.archives_asked().len(), 2);
    world.assert_installed(&world.toolchain);
}

#[test]
fn when_the_first_gom_dies_the_waiting_one_goes_on() {
    let world = World::with_mirror();
    let first = busy(&world);
    let second = world.install().spawn();
    second.wait_for_stderr("waiting for another gom");
    first.kill();
    assert_eq!(first.wait().signal, Some(9));
    let second = second.wait();
    assert_eq!(second.code, Some(0), "{second}");
    world.assert_installed(&world.toolchain);
}

#[test]
fn waiting_has_an_end() {
    let world = World::with_mirror();
    let first = busy(&world);
    let output = world.install().env("GOM_LOCK_TIMEOUT", "1").run();
    assert_eq!(output.code, Some(6), "{output}");
    insta::assert_snapshot!(world.show(&output), @"
    exit: 6
    --- stdout
    --- stderr
    waiting for another gom that works on go1.99.0.[PLATFORM]
    error: another gom has been working on `go1.99.0.[PLATFORM]` for more than [TIME] (lock file `[HOME]/.gom/locks/go1.99.0.[PLATFORM].lock`)
    hint: run the command again when the other gom has finished, or set GOM_LOCK_TIMEOUT to more seconds
    ");
    world.internet.release();
    let first = first.wait();
    assert_eq!(first.code, Some(0), "{first}");
    world.assert_installed(&world.toolchain);
}

#[test]
fn ctrl_c_ends_the_waiting() {
    let world = World::with_mirror();
    let first = busy(&world);
    let second = world.install().spawn();
    second.wait_for_stderr("waiting for another gom");
    second.interrupt();
    assert_eq!(second.wait().signal, Some(2));
    world.internet.release();
    assert_eq!(first.wait().code, Some(0));
}

#[test]
fn several_specs_install_at_the_same_time() {
    let world = World::with_mirror();
    let other = FakeToolchain::here("1.98.0");
    world.publish(&other);
    world.mirror_site().fault("/*", Fault::HoldAfter(100));
    let running = world.sandbox.gom(["install", VERSION, "1.98", "1.98.0", VERSION]).spawn();
    // Both are in the middle of their download.
    world.internet.wait_for_held(2);
    world.internet.release();
    let output = running.wait();
    assert_eq!(output.code, Some(0), "{output}");
    for toolchain in [&world.toolchain, &other] {
        world.assert_installed(toolchain);
    }
    assert_eq!(world.archives_asked().len(), 2, "{:?}", world.archives_asked());
}

#[test]
fn one_spec_that_fails_does_not_stop_the_others() {
    let world = World::with_mirror();
    let (good, evil) = (FakeToolchain::here("1.98.0"), FakeToolchain::here("1.97.0"));
    world.publish(&good);
    world.publish(&evil);
    world.mirror.publish(&evil.clone().file("VERSION", "go1.97.0\nevil\n"));
    let output = world.sandbox.gom(["install", "1.97.0", "1.98.0", "1.96.0"]).run();
    assert_eq!(output.code, Some(5), "{output}");
    let said = world.show(&output);
    let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    insta::assert_snapshot!(errors.join("\n"), @"
    error: checksum mismatch for go1.97.0.[PLATFORM]: the tree has [H1], the checksum database sum.test has [H1]; the archive has sha256 [SHA256], go.dev's release list has [SHA256]
    error: no Go release matches `1.96.0`
    ");
    world.assert_installed(&good);
    assert!(!world.sandbox.goroot(&evil.name()).exists());
}

#[test]
fn two_stores_that_share_a_cache_install_at_the_same_time() {
    let mut world = World::of_one(FakeToolchain::here(VERSION).file("lib/noise", noise(300_000)));
    world.ask_mirror();
    world.mirror_site().fault_first(1, &world.on_mirror(), Fault::CutAfter(100_000));
    world.mirror_site().fault_first(1, &world.on_mirror(), Fault::HoldAfter(1));
    let first = world.install().spawn();
    world.internet.wait_for_held(1);
    first.wait_for_stderr("resuming");
    let other = world.sandbox.work().join("other-store");
    let second = world.install().env("GOM_HOME", &other).run();
    assert_eq!(second.code, Some(0), "{second}");
    assert!(other.join("toolchains").join(world.toolchain.name()).join("bin/go").is_file());
    world.internet.release();
    let first = first.wait();
    assert_eq!(first.code, Some(0), "{first}");
    world.assert_installed(&world.toolchain);
}
