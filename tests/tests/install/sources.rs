//! Where archives come from: go.dev, its other host, the storage behind both, mirrors, and what `--source` and
//! `GOM_SOURCES` leave of them. Module proxies are in [`super::proxies`].

use crate::world::{Installing, STORAGE, VERSION};
use gom_tests::{FakeToolchain, Fault, Mirror, Route, Site, TarEntry, TarStyle, World, gzip};

#[test]
fn go_dev_is_asked_first_and_no_other_place_besides() {
    let mut world = World::published();
    world.sandbox.set("GOM_MIRROR", world.internet.url("/mirror"));
    let output = world.installs(world.install());
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from https://go.dev/dl/go1.99.0.[PLATFORM].tar.gz
    installed go1.99.0.[PLATFORM] from go.dev, proven by sum.test
    the default is now 1.99.0, for all folders; this one alone: `gom local 1.99.0`
    ");
    assert!(world.archives_asked()[0].starts_with("go.dev/dl/"));
    assert_eq!(world.receipt()["source"]["place"], "go.dev");
    assert_eq!(world.internet.requests_to("127.0.0.1"), []);
}

#[test]
fn the_other_host_of_go_dev_serves_when_the_first_does_not() {
    let broken = || {
        let site = Site::new();
        site.fault("*", Fault::Status(500));
        site
    };
    for (what, site) in [("refuses", None), ("404", Some(Site::new())), ("500", Some(broken()))] {
        let world = World::published();
        world.internet.host("golang.google.cn", world.godev.pages());
        match site {
            Some(site) => world.internet.host("go.dev", &site),
            None => world.internet.refuse("go.dev"),
        }
        world.installs(world.install());
        assert_eq!(world.receipt()["source"]["place"], "golang.google.cn", "go.dev {what}");
        let asked = world.archives_asked();
        assert!(asked.iter().any(|one| one.starts_with("golang.google.cn/dl/")), "go.dev {what}: {asked:?}");
    }
}

/// A world in which dl.google.com answers and go.dev, after its list was fetched, does not.
fn storage_alone() -> World {
    let world = World::published();
    assert_eq!(world.sandbox.gom(["list-remote"]).run().code, Some(0));
    world.internet.refuse("go.dev");
    world.internet.host("dl.google.com", world.godev.storage());
    world.internet.forget_requests();
    world
}

#[test]
fn the_storage_serves_when_go_dev_and_its_other_host_do_not() {
    let world = storage_alone();
    world.installs(world.install());
    let receipt = world.receipt();
    assert_eq!(receipt["source"]["place"], "dl.google.com");
    let url = format!("https://dl.google.com/go/{}", world.toolchain.archive_name());
    assert_eq!(receipt["source"]["url"], url);
    // It has no list, so none is requested there.
    let asked = world.internet.requests_to("dl.google.com");
    assert!(asked.iter().all(|request| request.path.ends_with(".tar.gz")), "{asked:?}");
}

#[test]
fn go_devs_sum_decides_about_what_the_storage_serves() {
    let mut world = storage_alone();
    world.sandbox.set("GOSUMDB", "off");
    let output = world.installs(world.install());
    assert!(output.stderr.contains("from dl.google.com"), "{output}");
    world.uninstall();
    let path = format!("/go/{}", world.toolchain.archive_name());
    let changed = gom_tests::FakeToolchain::here(VERSION).file("src/fmt/print.go", "package changed\n");
    world.godev.storage().route(&path, Route::bytes(changed.archive()));
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("go.dev's release list has [SHA256]"), "{said}");
}

#[test]
fn a_host_that_swallows_packets_is_remembered_and_asked_last() {
    let world = World::published();
    world.internet.host("golang.google.cn", world.godev.pages());
    world.internet.blackhole("go.dev");
    world.installs(world.install());
    assert_eq!(first_host(&world), "go.dev");

    world.internet.forget_requests();
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    assert_eq!(first_host(&world), "golang.google.cn");

    // It is last, not out: when the others fail it is asked all the same, and forgiven if it answers.
    world.internet.refuse("golang.google.cn");
    world.internet.host("go.dev", world.godev.pages());
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    world.internet.forget_requests();
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    assert_eq!(first_host(&world), "go.dev");
}

/// The first host that was asked for a list or an archive.
fn first_host(world: &World) -> String {
    world.internet.requests().into_iter().map(|request| request.host).find(|host| host != "sum.test").unwrap()
}

#[test]
fn mirrors_are_asked_in_their_order() {
    let mut world = World::published();
    let empty = Mirror::new();
    world.internet.at("/empty", empty.site());
    let folder = world.sandbox.work().join("folder");
    world.mirror.write_to(&folder);
    world.sandbox.set("GOM_SOURCES", "mirror");
    let (http, nothing) = (world.internet.url("/mirror"), world.internet.url("/empty/"));
    let file = format!("file://{}", folder.display());
    let no_folder = format!("file://{}/nowhere", world.sandbox.work().display());
    for (value, winner) in [
        (http.clone(), &http),
        (file.clone(), &file),
        (format!("{nothing},{http}"), &http),
        (format!(" {no_folder} , {nothing} ,, {file}/ "), &file),
    ] {
        world.sandbox.set("GOM_MIRROR", &value);
        world.installs(world.sandbox.gom(["install", "--force", VERSION]));
        let expected = format!("{winner}/{}", world.toolchain.archive_name());
        assert_eq!(world.receipt()["source"]["url"], *expected, "GOM_MIRROR={value}");
    }
}

/// Answers of the first mirror that are no archive of this toolchain, though the server calls each one a success.
fn unusable_archives(world: &World) -> Vec<(&'static str, Vec<u8>)> {
    let good = world.toolchain.archive();
    let mut damaged = good.clone();
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    let hostile = TarEntry::file("go/../../outside", "x");
    vec![
        ("empty", Vec::new()),
        ("a page for people", b"<!DOCTYPE html>\n<title>Log in</title>\n".to_vec()),
        ("only the start", good[..good.len() / 2].to_vec()),
        ("a wrong checksum", damaged),
        ("two times compressed", gzip(&good)),
        ("another format", world.toolchain.flat_zip()),
        ("another version", FakeToolchain::here("1.98.0").archive()),
        ("an entry outside the tree", world.toolchain.tar(TarStyle::Ustar).entry(hostile).gz()),
    ]
}

/// K of the campaign: only a tree that contradicts the checksum database ends an install.
#[test]
fn an_archive_that_cannot_be_unpacked_is_taken_from_the_next_source() {
    let mut world = World::published();
    let (bad, name) = (Mirror::new(), world.toolchain.archive_name());
    world.internet.at("/bad", bad.site());
    world.set("GOM_SOURCES", "mirror");
    let both = format!("{},{}", world.internet.url("/bad"), world.internet.url("/mirror"));
    let only_bad = format!("{},{}", world.internet.url("/bad"), world.internet.url("/nothing"));
    for (what, archive) in unusable_archives(&world) {
        bad.site().route(&format!("/{name}"), Route::ok("application/octet-stream", archive));
        world.set("GOM_MIRROR", &both);
        let output = world.installs(world.sandbox.gom(["install", "--force", VERSION]));
        let url = world.receipt()["source"]["url"].as_str().unwrap().to_owned();
        assert!(url.contains("/mirror/"), "{what}: {url}\n{output}");

        world.set("GOM_MIRROR", &only_bad);
        let output = world.sandbox.gom(["install", "--force", VERSION]).run();
        assert!(matches!(output.code, Some(4 | 5)), "{what}: {output}");
        for mirror in ["/bad/", "/nothing/"] {
            assert!(output.stderr.contains(mirror), "{what}: {output}");
        }
        assert!(output.stderr.contains("hint: "), "{what}: {output}");
    }
}

#[test]
fn each_source_is_named_when_no_archive_can_be_unpacked() {
    let mut world = World::published();
    let bad = Mirror::new();
    world.internet.at("/bad", bad.site());
    world.set("GOM_SOURCES", "mirror");
    let mirrors = format!("{},{}", world.internet.url("/bad"), world.internet.url("/nothing"));
    world.set("GOM_MIRROR", mirrors);
    let hostile = TarEntry::file("go/../../outside", "x");
    let archive = world.toolchain.tar(TarStyle::Ustar).entry(hostile).gz();
    bad.site().route(&format!("/{}", world.toolchain.archive_name()), Route::bytes(&archive));
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/bad/go1.99.0.[PLATFORM].tar.gz
    warning: mirror 127.0.0.1/bad: the archive holds `../../outside`: its name leaves its folder; another source is used
    error: no source has go1.99.0.[PLATFORM]
      mirror 127.0.0.1/bad: `http://127.0.0.1:[PORT]/bad/go1.99.0.[PLATFORM].tar.gz`: the archive holds `../../outside`: its name leaves its folder
      mirror 127.0.0.1/nothing: `http://127.0.0.1:[PORT]/nothing/go1.99.0.[PLATFORM].tar.gz` answered HTTP 404
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
}

#[test]
fn mirrors_serve_what_go_dev_and_its_other_host_do_not() {
    let mut world = World::published();
    world.sandbox.set("GOM_MIRROR", world.internet.url("/mirror"));
    world.godev.lose(&world.toolchain.archive_name());
    let output = world.installs(world.install());
    assert!(output.stderr.contains("from mirror 127.0.0.1"), "{output}");
    assert_eq!(world.receipt()["source"]["place"], "mirror 127.0.0.1");
}

#[test]
fn a_source_is_named_by_a_flag_or_by_a_variable_and_no_other_is_asked() {
    for source in ["go.dev", "dl.google.com", "mirror", "proxy", "URL"] {
        let mut world = World::published();
        world.internet.host("dl.google.com", world.godev.storage());
        world.sandbox.set("GOM_MIRROR", world.internet.url("/mirror"));
        world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
        world.sandbox.set("GOSUMDB", world.log.key());
        let flat = Mirror::new();
        flat.publish(&world.toolchain);
        world.internet.at("/flat", flat.site());
        let (value, place) = match source {
            "URL" => (world.internet.url("/flat"), "127.0.0.1/flat/"),
            "mirror" => (source.to_owned(), "127.0.0.1/mirror/"),
            "proxy" => (source.to_owned(), "127.0.0.1/proxy/"),
            "dl.google.com" => (source.to_owned(), "dl.google.com/go/"),
            _ => (source.to_owned(), "go.dev/dl/"),
        };
        let by_flag = world.sandbox.gom(["install", "--force", VERSION, "--source", &value]);
        let by_variable = world.sandbox.gom(["install", "--force", VERSION]).env("GOM_SOURCES", &value);
        for run in [by_flag, by_variable] {
            world.internet.forget_requests();
            world.installs(run);
            let asked = world.archives_asked();
            let known = |one: &String| {
                one.starts_with(place) || (source == "go.dev" && one.starts_with(&format!("{STORAGE}/go/")))
            };
            assert!(asked.iter().any(|one| one.starts_with(place)), "{source}: {asked:?}");
            assert!(asked.iter().all(known), "{source}: {asked:?}");
        }
    }
}

#[test]
fn several_sources_may_be_named_and_the_flag_wins_over_the_variable() {
    let mut world = World::published();
    world.sandbox.set("GOM_MIRROR", world.internet.url("/nothing-here"));
    world.sandbox.set("GOM_SOURCES", "mirror");
    let url = world.internet.url("/mirror");
    world.installs(world.sandbox.gom(["install", VERSION, "--source", "mirror", "--source", &url]));
    assert_eq!(world.receipt()["source"]["url"], format!("{url}/{}", world.toolchain.archive_name()));
}

#[test]
fn a_source_that_is_none_is_wrong_usage() {
    let world = World::published();
    let said = world.refuses(world.sandbox.gom(["install", VERSION, "--source", "godev"]), 2);
    insta::assert_snapshot!(said, @"
    exit: 2
    --- stdout
    --- stderr
    error: setting `sources` is `godev` (--source): `godev` is not a URL: relative URL without a base; write go.dev, dl.google.com, mirror, proxy or a URL
    hint: run `gom config` once it is corrected, to see every setting and where it comes from
    ");
    let said = world.refuses(world.install().env("GOM_MIRROR", "ftp://mirror.test/go"), 2);
    insta::assert_snapshot!(said, @"
    exit: 2
    --- stdout
    --- stderr
    error: setting `mirror` is `ftp://mirror.test/go` (environment variable GOM_MIRROR): `ftp` is not one of https, http and file
    hint: run `gom config` once it is corrected, to see every setting and where it comes from
    ");
}

#[test]
fn a_url_gives_archives_and_never_an_index_or_a_sum() {
    let mut world = World::published();
    let flat = Mirror::new();
    let other = gom_tests::FakeToolchain::here("1.98.0");
    flat.publish(&other);
    // Whatever a client of go.dev could ask for is there.
    let index = serde_json::json!([{ "version": "go1.98.0", "stable": true, "files": [{
        "filename": other.archive_name(), "os": other.os(), "arch": other.download_arch(), "version": "go1.98.0",
        "sha256": gom_tests::sha256(other.archive()), "size": other.archive().len(), "kind": "archive",
    }]}]);
    for path in ["/?mode=json&include=all", "/?mode=json", "/index.json"] {
        flat.site().route(path, Route::ok("application/json", index.to_string()));
    }
    let sum = gom_tests::sha256(other.archive());
    flat.site().route(&format!("/{}.sha256", other.archive_name()), Route::ok("text/plain", sum));
    world.internet.at("/flat", flat.site());
    world.sandbox.set("GOM_SOURCES", world.internet.url("/flat"));

    let said = world.refuses(world.sandbox.gom(["install", "1.98.0"]), 3);
    insta::assert_snapshot!(said, @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `1.98.0`
    hint: the nearest is 1.99.0: run `gom install 1.99.0`, or `gom list-remote`
    ");
    assert_eq!(world.internet.requests_to("127.0.0.1"), []);
}

#[test]
fn without_any_source_each_is_named_with_its_reason() {
    let mut world = World::published();
    let (empty, broken) = (Mirror::new(), Mirror::new());
    broken.site().fault("*", Fault::Status(503));
    world.internet.at("/empty", empty.site());
    world.internet.at("/broken", broken.site());
    let mirrors = [world.internet.url("/empty"), world.internet.url("/broken")];
    world.sandbox.set("GOM_MIRROR", mirrors.join(","));
    world.godev.lose(&world.toolchain.archive_name());
    let said = world.refuses(world.install(), 4);
    for (place, reason) in [("/empty/", "HTTP 404"), ("/broken/", "HTTP 503"), ("dl/", "HTTP 404")] {
        let line = said.lines().find(|line| line.contains(place) && line.contains(reason));
        assert!(line.is_some(), "{place} is not named with its reason\n{said}");
    }

    broken.publish(&world.toolchain);
    broken.site().heal();
    world.installs_now();
}

#[test]
fn what_is_installed_needs_no_source() {
    let world = World::published();
    world.installs(world.install());
    world.internet.forget_requests();
    let output = world.installs(world.sandbox.gom(["install", "--offline", VERSION]));
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    go1.99.0.[PLATFORM] is already installed
    ");
    assert_eq!(world.internet.requests(), []);
}

#[test]
fn offline_says_what_it_would_have_needed() {
    let world = World::published();
    let said = world.refuses(world.sandbox.gom(["install", "--offline", "1.22.6"]), 4);
    insta::assert_snapshot!(said, @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.22.6.[PLATFORM]
      dl.google.com: `https://dl.google.com/go/go1.22.6.[PLATFORM].tar.gz` is needed, and gom is offline
      go.dev: `https://go.dev/dl/go1.22.6.[PLATFORM].tar.gz` is needed, and gom is offline
      golang.google.cn: `https://golang.google.cn/dl/go1.22.6.[PLATFORM].tar.gz` is needed, and gom is offline
      proxy: not asked: GOPROXY is not set
    hint: omit `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it
    ");
    assert_eq!(world.internet.requests(), []);
}

#[test]
fn offline_installs_from_a_folder() {
    let mut world = World::published();
    // One run on the network, for the sum.
    assert_eq!(world.sandbox.gom(["list-remote"]).run().code, Some(0));
    let folder = world.sandbox.work().join("folder");
    world.mirror.write_to(&folder);
    world.sandbox.set("GOM_MIRROR", format!("file://{}", folder.display()));
    world.internet.forget_requests();
    world.installs(world.sandbox.gom(["install", "--offline", VERSION]));
    assert_eq!(world.internet.requests(), []);
}
