//! Broken transfers: gom keeps what arrived and resumes, reports an answer that is not an archive, and never waits for
//! a server without a limit.

use crate::world::{Installing, VERSION, noise};
use gom_tests::{FakeToolchain, Fault, Mirror, Route, Site, World};
use std::fs;
use std::path::PathBuf;

/// A world with a mirror, and an archive of some hundred kilobytes.
fn large() -> World {
    let mut world = World::of_one(FakeToolchain::here(VERSION).file("lib/noise", noise(300_000)));
    world.ask_mirror();
    world
}

/// The archive as the mirror is asked for it.
fn asked(world: &World, from: &str) -> String {
    format!("127.0.0.1/mirror{}{from}", world.sandbox.redact(&world.on_mirror()))
}

fn part(world: &World) -> PathBuf {
    world.sandbox.home().join(format!(".cache/gom/downloads/{}.part", world.toolchain.archive_name()))
}

/// Leaves a part as a killed gom leaves it.
fn leave_part(world: &World, bytes: &[u8]) {
    let part = part(world);
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(part, bytes).unwrap();
}

#[test]
fn a_transfer_that_breaks_goes_on_from_the_last_byte() {
    let world = large();
    let path = world.on_mirror();
    for cut in [1, 100_000, 150_000] {
        world.mirror_site().fault_first(1, &path, Fault::CutAfter(cut));
    }
    world.installs(world.install());
    let expected = ["", " from 1", " from 100001", " from 250001"].map(|from| asked(&world, from));
    assert_eq!(world.archives_asked(), expected);
    assert!(!part(&world).exists());
}

#[test]
fn every_answer_may_break_as_long_as_each_brings_something() {
    let world = large();
    world.mirror_site().fault("/*", Fault::CutAfter(60_000));
    world.installs(world.install());
    assert_eq!(world.archives_asked().len(), 6);
}

#[test]
fn another_mirror_goes_on_where_the_first_broke_off() {
    let mut world = large();
    let second = Mirror::new();
    second.publish(&world.toolchain);
    world.internet.at("/second", second.site());
    let urls = ["/mirror", "/second"].map(|path| world.internet.url(path));
    world.sandbox.set("GOM_MIRROR", urls.join(","));
    world.mirror_site().fault("/*", Fault::CutAfter(1000));
    world.installs(world.install());
    let name = world.sandbox.redact(&world.on_mirror());
    let expected = [asked(&world, ""), format!("127.0.0.1/second{name} from 1000")];
    assert_eq!(world.archives_asked(), expected);
}

#[test]
fn a_part_with_wrong_bytes_costs_a_second_transfer_and_not_the_install() {
    let world = large();
    let mut wrong = world.toolchain.archive()[..5000].to_vec();
    wrong[100] ^= 1;
    leave_part(&world, &wrong);
    world.installs(world.install());
    assert_eq!(world.archives_asked(), [asked(&world, " from 4999"), asked(&world, "")]);
}

#[test]
fn a_part_that_a_killed_gom_left_is_used() {
    let world = large();
    leave_part(&world, &world.toolchain.archive()[..200_000]);
    let output = world.installs(world.install());
    assert_eq!(world.archives_asked(), [asked(&world, " from 199999")]);
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    resuming go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    installed go1.99.0.[PLATFORM] from mirror 127.0.0.1, proven by sum.test
    the default is now 1.99.0, for all folders; this one alone: `gom local 1.99.0`
    ");
    assert!(!part(&world).exists());
}

#[test]
fn a_part_that_is_whole_is_not_fetched_again() {
    let world = large();
    let archive = world.toolchain.archive();
    leave_part(&world, &archive);
    world.installs(world.install());
    let last_byte = asked(&world, &format!(" from {}", archive.len() - 1));
    assert_eq!(world.archives_asked(), [last_byte]);
    assert!(!part(&world).exists());
}

#[test]
fn a_part_that_is_longer_than_the_archive_is_no_trouble() {
    let world = large();
    leave_part(&world, &noise(400_000));
    world.installs(world.install());
}

#[test]
fn a_part_goes_on_in_a_folder_too() {
    let mut world = large();
    let folder = world.sandbox.work().join("folder");
    world.mirror.write_to(&folder);
    world.sandbox.set("GOM_MIRROR", format!("file://{}", folder.display()));
    leave_part(&world, &world.toolchain.archive()[..200_000]);
    let output = world.installs(world.install());
    assert!(output.stderr.contains("resuming"), "{output}");
}

#[test]
fn a_server_without_ranges_starts_again() {
    let world = large();
    let path = world.on_mirror();
    world.mirror_site().fault("/*", Fault::NoRange);
    world.mirror_site().fault_first(1, &path, Fault::CutAfter(100_000));
    world.installs(world.install());
    assert_eq!(world.archives_asked(), [asked(&world, ""), asked(&world, " from 100000")]);
}

#[test]
fn a_server_without_ranges_that_always_breaks_off_is_given_up() {
    let world = large();
    world.mirror_site().fault("/*", Fault::NoRange);
    world.mirror_site().fault("/*", Fault::CutAfter(1000));
    let said = world.refuses(world.install(), 4);
    assert!(
        said.contains("error: no source has") && said.contains("end of file before message length reached"),
        "{said}"
    );
    assert!(world.archives_asked().len() <= 12, "{said}");
    world.mirror_site().heal();
    world.installs_now();
}

#[test]
fn a_server_that_announces_more_than_there_is_is_given_up() {
    let world = large();
    world.mirror_site().fault("/*", Fault::WrongLength(999_999));
    let said = world.refuses(world.install(), 4);
    assert!(
        said.contains("error: no source has") && said.contains("end of file before message length reached"),
        "{said}"
    );
    assert!(world.archives_asked().len() <= 12, "{said}");
    world.mirror_site().heal();
    world.installs_now();
}

#[test]
fn a_server_that_announces_less_than_there_is_brings_a_wrong_archive() {
    let world = large();
    world.mirror_site().fault("/*", Fault::WrongLength(1000));
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive can't be read: incomplete deflate stream
    hint: run the command again; if it fails again, use another `--source`
    ");
    world.mirror_site().heal();
    world.installs_now();
}

#[test]
fn a_server_that_finds_no_range_good_is_given_up() {
    let world = large();
    world.mirror_site().fault("/*", Fault::Status(416));
    let said = world.refuses(world.install(), 4);
    assert!(said.contains("error: no source has") && said.contains("answered HTTP 416"), "{said}");
    assert!(world.archives_asked().len() <= 12, "{said}");
    world.mirror_site().heal();
    world.installs_now();
}

#[test]
fn a_server_that_sends_nothing_of_what_it_announces_is_given_up() {
    let world = large();
    world.mirror_site().fault("/*", Fault::CutAfter(0));
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: no source has go1.99.0.[PLATFORM]
      mirror 127.0.0.1: can't reach `http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz`: end of file before message length reached
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
    assert_eq!(world.archives_asked().len(), 4);
    world.mirror_site().heal();
    world.installs_now();
}

#[test]
fn a_server_that_stumbles_is_asked_again() {
    for status in [500, 502, 503, 429] {
        let world = large();
        world.mirror_site().fault_first(2, &world.on_mirror(), Fault::Status(status));
        world.installs(world.install());
        assert_eq!(world.archives_asked().len(), 3, "{status}");
    }
}

#[test]
fn a_server_that_says_no_is_not_asked_again() {
    for status in [401, 403, 404, 410] {
        let world = large();
        world.mirror_site().fault("/*", Fault::Status(status));
        let said = world.refuses(world.install(), 4);
        assert!(said.contains(&format!("HTTP {status}")), "{said}");
        assert_eq!(world.archives_asked().len(), 1, "{status}");
        world.mirror_site().heal();
        world.installs_now();
    }
}

#[test]
fn a_server_that_stays_broken_is_given_up() {
    let world = large();
    world.mirror_site().fault("/*", Fault::Status(500));
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      mirror 127.0.0.1: `http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz` answered HTTP 500
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
    assert_eq!(world.archives_asked().len(), 4);
    world.mirror_site().heal();
    world.installs_now();
}

#[test]
fn a_place_that_hangs_before_its_headers_is_passed_by() {
    let mut world = large();
    let silent = Site::new();
    silent.fault("*", Fault::HangBeforeHeaders);
    world.internet.at("/silent", &silent);
    let urls = ["/silent", "/mirror"].map(|path| world.internet.url(path));
    world.sandbox.set("GOM_MIRROR", urls.join(","));
    world.installs(world.install());
}

#[test]
fn a_server_that_hangs_in_the_middle_is_left_and_the_rest_comes_from_elsewhere() {
    let mut world = large();
    let second = Mirror::new();
    second.publish(&world.toolchain);
    world.internet.at("/second", second.site());
    let urls = ["/mirror", "/second"].map(|path| world.internet.url(path));
    world.sandbox.set("GOM_MIRROR", urls.join(","));
    world.mirror_site().fault("/*", Fault::HangAfter(1000));
    world.sandbox.set("GOM_TIMEOUT", "2");
    let output = world.installs(world.sandbox.gom(["install", "--verbose", VERSION]));
    assert!(output.stderr.contains("sent nothing for 2 s; continuing"), "{output}");
    assert!(world.archives_asked().last().unwrap().ends_with(" from 1000"));
}

#[test]
fn a_page_for_people_is_no_archive() {
    let world = large();
    world.mirror_site().fault("/*", Fault::Html);
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      mirror 127.0.0.1: `http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz` returned a web page instead of an archive
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
    world.mirror_site().heal();
    world.installs_now();
}

#[test]
fn a_page_for_people_that_calls_itself_an_archive_is_none() {
    let world = large();
    let page = Route::bytes("<!DOCTYPE html>\n<title>Welcome to the hotel</title>\n");
    world.mirror_site().route(&world.on_mirror(), page);
    let said = world.refuses(world.install(), 4);
    assert!(said.contains("did not return an archive"), "{said}");
    assert!(!part(&world).exists());
    world.mirror.publish(&world.toolchain);
    world.installs_now();
}

#[test]
fn a_page_for_people_is_no_release_list() {
    let world = World::published();
    world.godev.pages().fault("/dl/?mode=json&include=all", Fault::Html);
    // A line, since an exact version is tried without a list too.
    insta::assert_snapshot!(world.refuses(world.sandbox.gom(["install", "1.99"]), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: can't tell whether Go 1.99 exists: the lists here end on 2026-09-01 and can't be refreshed: `https://go.dev/dl/?mode=json&include=all` returned a web page instead of Go's release list; can't reach `https://golang.google.cn/dl/?mode=json&include=all`: the proxy `http://127.0.0.1:[PORT]` (environment variable HTTPS_PROXY) does not connect to golang.google.cn: it closed the connection
    hint: run `gom doctor --network` to see what can't be reached and what to set, then `gom install 1.99` again
    ");
    world.godev.pages().heal();
    world.installs_now();
}

#[test]
fn an_empty_answer_is_no_archive() {
    let world = large();
    world.mirror_site().route(&world.on_mirror(), Route::bytes(""));
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive can't be read: unexpected end of file
    hint: run the command again; if it fails again, use another `--source`
    ");
    world.mirror.publish(&world.toolchain);
    world.installs_now();
}

#[test]
fn a_truncated_archive_with_its_own_length_is_refused() {
    let world = large();
    let half = &world.toolchain.archive()[..150_000];
    world.mirror.file(&world.toolchain.archive_name(), half);
    let said = world.refuses(world.install(), 5);
    assert!(
        said.contains("error: the archive can't be read: `lib/noise`: incomplete deflate stream"),
        "{said}"
    );
    world.mirror.publish(&world.toolchain);
    world.installs_now();
}

#[test]
fn a_truncated_archive_is_refused_even_with_the_right_sum() {
    let world = large();
    world.publish_bytes(&world.toolchain.archive()[..150_000]);
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: the archive can't be read: `lib/noise`: incomplete deflate stream
    hint: run the command again; if it fails again, use another `--source`
    ");
}

#[test]
fn tls_is_never_left() {
    let mut world = large();
    let (entrance, path) = (Site::new(), world.on_mirror());
    entrance.route(&path, Route::redirect(&world.internet.url(&format!("/mirror{path}"))));
    world.internet.host("mirror.test", &entrance);
    world.sandbox.set("GOM_MIRROR", "https://mirror.test");
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      mirror mirror.test: can't reach `https://mirror.test/go1.99.0.[PLATFORM].tar.gz`: refused a redirect from https to http
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
    assert_eq!(world.internet.requests_to("127.0.0.1"), []);
}

#[test]
fn redirects_end_somewhere() {
    let mut world = large();
    let (circle, path) = (Site::new(), world.on_mirror());
    circle.route(&path, Route::redirect(&world.internet.url(&format!("/circle{path}"))));
    world.internet.at("/circle", &circle);
    world.sandbox.set("GOM_MIRROR", world.internet.url("/circle"));
    let said = world.refuses(world.install(), 4);
    assert!(said.contains("more than ten redirects"), "{said}");
}
