//! A disk without room for a toolchain: that is said before the archive is asked for, with what is needed and what is
//! free. The disks are small ones, in a mount namespace that ends with the test.

use crate::world::{Installing, VERSION, noise};
use gom_tests::{FakeToolchain, Fault, Output, World, skip};
use std::fs;

/// Bytes that do not compress, so that the size of the archive decides.
const NOISE: usize = 3_000_000;

/// A world with a toolchain that has a file more.
fn world_with(file: &[u8]) -> World {
    World::of_one(FakeToolchain::here(VERSION).file("lib/large", file))
}

/// Runs a script with a new store on a disk that has room for gom's programs and this much more; `None` where nothing
/// can be mounted. `grow` makes the disk large.
fn on_a_disk(world: &World, kilobytes: u64, script: &str) -> Option<Output> {
    let disk = world.sandbox.work().join("disk");
    fs::create_dir_all(&disk).unwrap();
    let bin = world.sandbox.store().join("bin");
    let programs = fs::metadata(bin.join("gom-shim")).unwrap().len().div_ceil(1024);
    let whole = format!(
        "mount -t tmpfs -o size={}k none \"$GOM_HOME\" || exit 99\n\
         grow() {{ mount -o remount,size=64m \"$GOM_HOME\"; }}\n\
         gom self init || exit 98\n\
         {script}",
        programs + kilobytes
    );
    let run = world.sandbox.command("unshare", ["--mount", "/bin/sh", "-c", &whole]);
    let output = run.env("GOM_HOME", &disk).env("PATH", format!("{}:/usr/bin:/bin", bin.display())).run();
    let cannot = output.code == Some(99) || output.stderr.contains("unshare");
    if cannot {
        skip("no file system can be mounted here");
    }
    (!cannot).then_some(output)
}

#[test]
fn an_archive_that_can_not_fit_is_never_asked_for() {
    let mut world = world_with(&noise(NOISE));
    world.ask_mirror();
    let script = format!("gom install {VERSION}; echo \"code $?\"; ls -A \"$GOM_HOME/staging\"");
    let Some(output) = on_a_disk(&world, 4000, &script) else { return };
    assert_eq!(output.stdout, "code 1\n", "{output}");
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    code 1
    --- stderr
    error: go1.99.0.[PLATFORM] needs at least [SIZE] in `[WORK]/disk/toolchains`, and [SIZE] is free there
    hint: make room on that disk (`df -h [WORK]/disk/toolchains` shows it), then run the command again
    ");
    assert_eq!(world.archives_asked(), Vec::<String>::new());
    let script = format!("grow; gom install {VERSION} && ls \"$GOM_HOME/toolchains\"");
    let Some(output) = on_a_disk(&world, 4000, &script) else { return };
    assert_eq!(output.stdout, format!("{}\n", world.toolchain.name()), "{output}");
}

/// Where no list says how large the archive is, the server does.
#[test]
fn an_archive_of_unknown_size_is_left_at_its_first_byte() {
    let mut world = world_with(&noise(NOISE));
    world.ask_mirror();
    world.internet.refuse("go.dev");
    let script = format!("gom install {VERSION}; echo \"code $?\"; ls -A \"$GOM_HOME/staging\"");
    let Some(output) = on_a_disk(&world, 4000, &script) else { return };
    assert_eq!(output.stdout, "code 1\n", "{output}");
    assert!(output.stderr.contains(" needs at least 7"), "{output}");
    assert_eq!(world.archives_asked().len(), 1);
}

/// The directory of a zip has the size of every file.
#[test]
fn a_zip_tells_exactly_what_it_needs() {
    let mut world = world_with(&vec![0; NOISE]);
    world.ask_proxy();
    let script = format!("gom install {VERSION}; echo \"code $?\"; ls -A \"$GOM_HOME/staging\"");
    let Some(output) = on_a_disk(&world, 2000, &script) else { return };
    assert_eq!(output.stdout, "code 1\n", "{output}");
    assert!(output.stderr.contains(" needs at least 29"), "{output}");
    // With room for exactly that and a few folders it is installed.
    let script = format!("gom install {VERSION}; echo \"code $?\"");
    let Some(output) = on_a_disk(&world, 3400, &script) else { return };
    assert_eq!(output.stdout, "code 0\n", "{output}");
}

#[test]
fn the_hint_names_an_installed_toolchain_whose_removal_is_enough() {
    const OLD: &str = "1.98.0";
    let mut world = world_with(&noise(NOISE));
    let old = FakeToolchain::here(OLD).file("lib/large", noise(NOISE));
    world.publish(&old);
    world.ask_mirror();
    // The old one needs 7.5 MB for a moment, as an estimate, and takes 3.
    let script = format!(
        "gom install {OLD} || exit\n\
         gom install {VERSION}; echo \"code $?\"\n\
         # The default is not offered.\n\
         rm \"$GOM_HOME/default\"\n\
         gom install {VERSION} 2>said; cat said >&2\n\
         hint=$(sed -n 's/^hint: run `\\(gom uninstall [0-9.]*\\)`, which frees .*/\\1/p' said)\n\
         echo \"$hint\"; $hint && gom install {VERSION}; echo \"code $?\"\n"
    );
    let Some(output) = on_a_disk(&world, 8500, &script) else { return };
    assert_eq!(output.stdout, format!("code 1\ngom uninstall {OLD}\ncode 0\n"), "{output}");
    let hint = output.stderr.lines().skip_while(|line| !line.starts_with("error: ")).nth(1).unwrap();
    assert!(hint.contains("`df -h "), "{output}");
}

/// What is kept for another try must not fill a disk.
#[test]
fn an_archive_is_kept_only_where_the_cache_has_room_for_it() {
    let mut world = world_with(&noise(NOISE));
    world.ask_mirror();
    let cache = world.sandbox.work().join("cache");
    fs::create_dir_all(&cache).unwrap();
    for (kilobytes, is_kept) in [(2000, false), (8000, true)] {
        world.mirror_site().heal();
        world.mirror_site().fault_first(1, &world.on_mirror(), Fault::CutAfter(500_000));
        world.mirror_site().fault_first(20, &world.on_mirror(), Fault::Status(404));
        let script = format!(
            "mount -t tmpfs -o size={kilobytes}k none \"$GOM_CACHE_DIR\" || exit 99\n\
             grow; gom install {VERSION}; echo \"code $?\"\n\
             find \"$GOM_CACHE_DIR/downloads\" -type f -size +100k | wc -l"
        );
        world.sandbox.set("GOM_CACHE_DIR", cache.clone());
        let Some(output) = on_a_disk(&world, 1000, &script) else { return };
        assert_eq!(output.stdout, format!("code 4\n{}\n", usize::from(is_kept)), "{output}");
    }
}
