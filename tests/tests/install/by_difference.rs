//! A patch release next to an installed one of its line: gom fetches only what differs, and a changed file of the
//! installed tree never gets into the new one.

use crate::world::{Installing, VERSION, noise};
use flate2::Crc;
use gom_tests::{FakeToolchain, Fault, ModProxy, World};
use std::fs;
use std::os::unix::fs::symlink;

const NEXT: &str = "1.99.1";

/// More than what is asked for of a zip's end.
const TAIL: usize = 2 << 20;

/// Random bytes, another for each number.
fn stuff(number: usize, length: usize) -> Vec<u8> {
    noise(number * 1000 + length).split_off(number * 1000)
}

/// Large files that two releases share, with one between them that differs.
fn release(version: &str) -> FakeToolchain {
    FakeToolchain::here(version)
        .file("lib/1", stuff(1, 2_000_000))
        .file("lib/2", stuff(if version == NEXT { 2 } else { 3 }, 300_000))
        .file("lib/3", stuff(4, 2_000_000))
        .file("lib/4", stuff(5, TAIL))
}

/// The first release is installed and the next one published.
fn world() -> (World, FakeToolchain) {
    let next = release(NEXT);
    (world_with(&next), next)
}

fn world_with(next: &FakeToolchain) -> World {
    let mut world = World::of_one(release(VERSION));
    world.ask_proxy();
    world.installs_now();
    world.publish(next);
    world.internet.forget_requests();
    world
}

/// How many bytes of the zip were asked for.
fn fetched(world: &World, next: &FakeToolchain) -> u64 {
    let size = next.module_zip(next.zip_modes()).len() as u64;
    let path = format!("/proxy{}", ModProxy::zip_path(next));
    let bytes = |range: &str| {
        let (from, to) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        match (from, to) {
            ("", last) => last.parse::<u64>().unwrap().min(size),
            (from, "") => size - from.parse::<u64>().unwrap(),
            (from, to) => to.parse::<u64>().unwrap() + 1 - from.parse::<u64>().unwrap(),
        }
    };
    let requests = world.internet.requests();
    let ranges = requests.iter().filter(|request| request.path == path);
    ranges.map(|request| request.range.as_deref().map_or(size, bytes)).sum()
}

fn install(world: &World, next: &FakeToolchain) -> String {
    let output = world.sandbox.gom(["install", NEXT]).run();
    assert_eq!(output.code, Some(0), "{output}");
    world.assert_installed(next);
    output.stderr
}

#[test]
fn only_the_difference_is_fetched_and_the_whole_is_proven() {
    let (world, next) = world();
    let said = install(&world, &next);
    assert!(
        said.contains(&format!("files of {} are reused from {}: ", next.name(), world.toolchain.name())),
        "{said}"
    );
    let fetched = fetched(&world, &next);
    assert!(fetched < TAIL as u64 + 600_000, "{fetched}");
    let receipt = world.sandbox.gom(["receipt", NEXT, "--json"]).run().json();
    assert_eq!(receipt["proof"], "proven");
    let note = receipt["receipt"]["notes"][0].as_str().unwrap();
    assert!(said.contains(note), "{note}");
    assert_eq!(receipt["receipt"]["archive"]["size"], fetched);
}

#[test]
fn what_was_edited_in_the_installed_tree_is_fetched() {
    let (world, next) = world();
    let goroot = world.sandbox.goroot(&world.toolchain.name());
    let mut edited = stuff(1, 2_000_000);
    edited[7] ^= 1;
    fs::write(goroot.join("lib/1"), edited).unwrap();
    fs::remove_file(goroot.join("lib/3")).unwrap();
    symlink("/dev/zero", goroot.join("lib/3")).unwrap();
    install(&world, &next);
    assert!(fetched(&world, &next) > 4_000_000);
}

/// gom does not accept a CRC-32 as proof.
#[test]
fn an_edit_that_has_the_crc_32_of_the_file_costs_one_more_download() {
    let (world, next) = world();
    let goroot = world.sandbox.goroot(&world.toolchain.name());
    let original = stuff(1, 2_000_000);
    let mut edited = original.clone();
    edited[7] ^= 1;
    force_crc32(&mut edited, crc32(&original));
    assert_eq!(crc32(&edited), crc32(&original));
    fs::write(goroot.join("lib/1"), edited).unwrap();
    let said = install(&world, &next);
    assert!(!said.contains("evidence"), "{said}");
    let size = next.module_zip(next.zip_modes()).len() as u64;
    assert!(fetched(&world, &next) > size);
}

#[test]
fn a_stretch_that_breaks_off_goes_on_where_it_broke() {
    // The stretch is longer than the zip's end, so that it alone breaks off.
    let next = release(NEXT).file("lib/2", stuff(2, TAIL + 500_000));
    let world = world_with(&next);
    world.proxy.site().fault_first(2, &ModProxy::zip_path(&next), Fault::CutAfter(TAIL + 100_000));
    install(&world, &next);
    let size = next.module_zip(next.zip_modes()).len() as u64;
    assert!(fetched(&world, &next) < size);
}

#[test]
fn a_proxy_without_ranges_sends_the_whole_file() {
    let (world, next) = world();
    world.proxy.site().fault(&ModProxy::zip_path(&next), Fault::NoRange);
    install(&world, &next);
}

#[test]
fn a_toolchain_of_another_line_is_no_neighbour() {
    let mut world = World::of_one(release("1.98.0"));
    world.ask_proxy();
    world.installs_now();
    let next = release(NEXT);
    world.publish(&next);
    world.internet.forget_requests();
    install(&world, &next);
    assert_eq!(fetched(&world, &next), next.module_zip(next.zip_modes()).len() as u64);
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Changes the last four bytes so that the CRC-32 is this one. It is linear in each bit, so what each of the
/// 32 bits does to it gives 32 equations.
fn force_crc32(bytes: &mut [u8], wanted: u32) {
    let end = bytes.len() - 4;
    let flip = |bytes: &mut [u8], bit: usize| bytes[end + bit / 8] ^= 1 << (bit % 8);
    let now = crc32(bytes);
    // (what flipping these bits does to the sum, these bits)
    let mut effects: Vec<(u32, u32)> = Vec::new();
    for bit in 0..32 {
        flip(bytes, bit);
        effects.push((crc32(bytes) ^ now, 1 << bit));
        flip(bytes, bit);
    }
    let mut flips = (now ^ wanted, 0);
    for column in 0..32 {
        let pivot = effects.iter().position(|effect| effect.0 >> column & 1 == 1).unwrap();
        let pivot = effects.swap_remove(pivot);
        for row in effects.iter_mut().chain([&mut flips]).filter(|row| row.0 >> column & 1 == 1) {
            *row = (row.0 ^ pivot.0, row.1 ^ pivot.1);
        }
    }
    (0..32).filter(|bit| flips.1 >> bit & 1 == 1).for_each(|bit| flip(bytes, bit));
}
