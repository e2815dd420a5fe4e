//! Volumes on which locks fail, or are given to everybody, as on some network volumes. strace answers gom's `flock`.

use crate::world::{Installing, VERSION};
use gom_tests::{Fault, ModProxy, Run, World, skip};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// What `flock` answers. With the last, nothing is locked and everybody is told that it is.
const ANSWERS: [&str; 4] = ["error=ENOLCK", "error=ENOSYS", "error=EOPNOTSUPP", "retval=0"];

/// A run of gom whose every `flock` gets this answer.
fn answered(world: &World, answer: &str, arguments: &[&str]) -> Run {
    let inject = format!("inject=flock:{answer}");
    let strace = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=flock", "-e", &inject].map(OsStr::new);
    let gom = world.sandbox.store().join("bin/gom");
    let words = strace.into_iter().chain([gom.as_os_str()]).chain(arguments.iter().map(OsStr::new));
    world.sandbox.command("/usr/bin/strace", words)
}

fn has_strace() -> bool {
    let has = Path::new("/usr/bin/strace").exists();
    if !has {
        skip("no strace to answer `flock`");
    }
    has
}

/// What is in the folder of the locks besides the locks themselves.
fn stand_ins(world: &World) -> Vec<String> {
    let names = fs::read_dir(world.sandbox.store().join("locks")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| Path::new(name).extension() != Some(OsStr::new("lock"))).collect()
}

#[test]
fn every_verb_works_without_locks_and_says_once_that_there_are_none() {
    if !has_strace() {
        return;
    }
    for answer in ANSWERS {
        let world = World::with_proxy();
        let verbs = [
            &["install", VERSION][..],
            &["use", VERSION],
            &["install", "--force", VERSION],
            &["repair"],
            &["uninstall", VERSION, "--yes"],
        ];
        let outputs = verbs.map(|arguments| answered(&world, answer, arguments).done());
        let said = outputs.iter().filter(|output| output.stderr.contains("has no locks that work")).count();
        assert!(said == 1 && outputs[0].stderr.contains("no locks"), "{answer}: {}", outputs[0]);
        assert_eq!(stand_ins(&world), Vec::<String>::new(), "{answer}");
        assert_eq!(world.sandbox.tree(world.sandbox.store().join("toolchains")), ["/"], "{answer}");
    }
}

#[test]
fn another_error_of_a_lock_is_an_error() {
    if !has_strace() {
        return;
    }
    let world = World::with_proxy();
    let output = answered(&world, "error=EIO", &["install", VERSION]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("can't lock `"), "{output}");
    world.installs_now();
}

#[test]
fn two_goms_without_locks_wait_for_each_other() {
    if !has_strace() {
        return;
    }
    for answer in ANSWERS {
        let world = World::with_proxy();
        world.proxy.site().fault_first(1, &ModProxy::zip_path(&world.toolchain), Fault::HoldAfter(100));
        let first = answered(&world, answer, &["install", VERSION]).spawn();
        world.internet.wait_for_held(1);
        let held = world.sandbox.store().join(format!("locks/{}.held", world.toolchain.name()));
        let maker = fs::read_to_string(&held).unwrap().lines().next().unwrap().to_owned();
        let second = answered(&world, answer, &["install", VERSION]).env("GOM_LOCK_TIMEOUT", "1").run();
        assert_eq!(second.code, Some(6), "{answer}: {second}");
        let message = format!("is locked by gom ({maker}) for more than 1 s, as `{}` says", held.display());
        assert!(second.stderr.contains(&message), "{answer}: {second}");
        world.internet.release();
        let first = first.wait();
        assert_eq!(first.code, Some(0), "{answer}: {first}");
        assert_eq!(stand_ins(&world), Vec::<String>::new(), "{answer}");
        world.assert_installed(&world.toolchain);
    }
}

/// The kernel does not remove the file that stands for the lock of a killed gom.
#[test]
fn a_killed_gom_without_locks_is_waited_for_by_nobody() {
    if !has_strace() {
        return;
    }
    for answer in ["error=ENOLCK", "retval=0"] {
        let world = World::with_proxy();
        world.proxy.site().fault_first(1, &ModProxy::zip_path(&world.toolchain), Fault::HoldAfter(100));
        let first = answered(&world, answer, &["install", VERSION]).spawn();
        world.internet.wait_for_held(1);
        let held = world.sandbox.store().join(format!("locks/{}.held", world.toolchain.name()));
        let content = fs::read_to_string(&held).unwrap();
        let id = content.split_whitespace().nth(1).unwrap();
        // strace, which is its parent, sees its end.
        assert_eq!(world.sandbox.command("/bin/kill", ["-KILL", id]).run().code, Some(0));
        world.internet.release();
        first.wait();
        assert!(held.exists());
        let next = answered(&world, answer, &["install", VERSION]).run();
        assert_eq!(next.code, Some(0), "{answer}: {next}");
        assert!(!next.stderr.contains("waiting"), "{answer}: {next}");
        assert_eq!(stand_ins(&world), Vec::<String>::new(), "{answer}");
        world.assert_installed(&world.toolchain);
    }
}
