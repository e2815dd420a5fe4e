//! A toolchain whose programs run keeps its files, unless the user wants otherwise. A program that runs is `cat` under
//! the name of a tool: it ends when its input ends.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Output, Running, World, skip};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The path of the tool below the GOROOT.
fn tool() -> String {
    format!("pkg/tool/{}/asm", FakeToolchain::here(VERSION).platform().replace('-', "_"))
}

/// A world in which a toolchain with that tool is installed; `None` where the system does not tell what runs.
fn with_tool() -> Option<World> {
    if !cfg!(target_os = "linux") {
        skip("only Linux tells which programs run from a folder");
        return None;
    }
    let cat = fs::read("/bin/cat").unwrap();
    let mut world = World::of_one(FakeToolchain::here(VERSION).file(&tool(), cat));
    world.ask_mirror();
    world.installs(world.install());
    Some(world)
}

fn path_of_tool(world: &World) -> PathBuf {
    world.sandbox.goroot(&world.toolchain.name()).join(tool())
}

fn start(world: &World) -> Running {
    world.sandbox.command(path_of_tool(world), [] as [&str; 0]).spawn()
}

/// The output with the process id replaced.
fn shown(world: &World, output: &Output, running: &Running) -> String {
    world.show(output).replace(&format!("process {}", running.id()), "process [ID]")
}

#[track_caller]
fn assert_goes_on(running: Running) {
    let output = running.wait();
    assert_eq!(output.code, Some(0), "{output}");
}

/// The error has the command that goes on; `gom uninstall` alone would fail too.
#[test]
fn an_upgrade_keeps_what_runs_and_names_no_command_that_fails() {
    let Some(world) = with_tool() else { return };
    world.publish(&FakeToolchain::here("1.99.1"));
    let running = start(&world);
    let output = world.sandbox.gom(["upgrade", "--remove-old"]).run();
    assert_eq!(output.code, Some(6), "{output}");
    assert!(output.stderr.contains("is in use by `asm`") && !output.stderr.contains(" to free "), "{output}");
    world.assert_installed(&world.toolchain);
    assert_goes_on(running);
    world.sandbox.gom(["upgrade", "--remove-old"]).done();
    assert!(!world.sandbox.goroot(&world.toolchain.name()).exists());
}

#[test]
fn a_toolchain_whose_program_runs_is_not_uninstalled() {
    let Some(world) = with_tool() else { return };
    let running = start(&world);
    let output = world.sandbox.gom(["uninstall", VERSION, "--yes"]).run();
    insta::assert_snapshot!(shown(&world, &output, &running), @"
    exit: 6
    --- stdout
    --- stderr
    error: go1.99.0.[PLATFORM] is in use by `asm` (process [ID])
    hint: run the command again when that has ended; `gom uninstall 1.99.0 --force` removes the toolchain now
    ");
    world.assert_installed(&world.toolchain);
    let failure = world.sandbox.gom(["uninstall", VERSION, "--yes", "--json"]).run().json();
    assert_eq!(failure["error"]["kind"], "locked", "{failure}");
    // Removed as the hint says, also from under the program.
    let output = world.sandbox.gom(["uninstall", VERSION, "--yes", "--force"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(!path_of_tool(&world).exists());
    assert_goes_on(running);
}

#[test]
fn once_the_program_has_ended_the_same_command_works() {
    let Some(world) = with_tool() else { return };
    assert_goes_on(start(&world));
    world.sandbox.gom(["uninstall", VERSION, "--yes"]).done();
}

#[test]
fn of_several_none_is_removed_if_one_runs() {
    let Some(world) = with_tool() else { return };
    let other = FakeToolchain::here("1.99.1");
    world.publish(&other);
    world.sandbox.gom(["install", "1.99.1"]).done();
    let running = start(&world);
    let output = world.sandbox.gom(["uninstall", "1.99", "--all", "--yes"]).run();
    assert_eq!(output.code, Some(6), "{output}");
    assert!(world.sandbox.goroot(&other.name()).exists(), "{output}");
    // A toolchain of which nothing runs is not concerned.
    world.sandbox.gom(["uninstall", "1.99.1", "--yes"]).done();
    assert_goes_on(running);
    world.assert_installed(&world.toolchain);
}

/// The old tree is exchanged with one of the same content, so what runs finds its other programs as before.
#[test]
fn a_program_goes_on_while_its_toolchain_is_installed_again() {
    let Some(world) = with_tool() else { return };
    let running = start(&world);
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    assert!(path_of_tool(&world).exists());
    assert_goes_on(running);
}

/// As an emulator or a loader does, another program runs the file.
#[test]
fn a_program_that_has_mapped_a_file_of_the_toolchain_counts() {
    let Some(world) = with_tool() else { return };
    let Some(loader) = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"]
        .into_iter()
        .find(|path| Path::new(path).exists())
    else {
        skip("no loader to run a program with");
        return;
    };
    let running = world.sandbox.command(loader, [OsString::from(path_of_tool(&world)), "-".into()]).spawn();
    world.internet.forget_requests();
    let wait_until_mapped = || {
        let maps = fs::read_to_string(format!("/proc/{}/maps", running.id())).unwrap();
        maps.contains(path_of_tool(&world).to_str().unwrap())
    };
    while !wait_until_mapped() {
        std::thread::yield_now();
    }
    let output = world.sandbox.gom(["uninstall", VERSION, "--yes"]).run();
    assert_eq!(output.code, Some(6), "{output}");
    assert_goes_on(running);
}

#[test]
fn where_the_system_does_not_tell_the_toolchain_is_uninstalled() {
    let Some(world) = with_tool() else { return };
    let gom = world.sandbox.store().join("bin/gom");
    let running = start(&world);
    let script = format!(
        "mount -t tmpfs none /proc && [ ! -e /proc/self ] || exit 99\n'{}' uninstall {VERSION} --yes",
        gom.display()
    );
    let output = world.sandbox.command("unshare", ["--mount", "/bin/sh", "-c", &script]).run();
    if output.code == Some(99) || output.stderr.contains("unshare") {
        skip("no file system can be mounted here");
        return;
    }
    assert_eq!(output.code, Some(0), "{output}");
    assert!(!path_of_tool(&world).exists());
    assert_goes_on(running);
}
