//! GOPROXY as a source: the meaning of its separators and words, and where it is read.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Fault, ModProxy, World};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// A world with a second proxy at /second that has nothing wrong with it.
fn two_proxies() -> World {
    let mut world = World::with_proxy();
    let second = ModProxy::new();
    second.publish(&world.toolchain);
    second.pass_through(&world.log);
    world.internet.at("/second", second.site());
    // The first one's log still answers: the tests are about the archive.
    world.sandbox.set("GOSUMDB", world.log.gosumdb(&world.internet.url("/second/sumdb/sum.test")));
    world
}

fn zip(world: &World) -> String {
    ModProxy::zip_path(&world.toolchain)
}

fn second_was_asked(world: &World) -> bool {
    world.archives_asked().iter().any(|one| one.starts_with("127.0.0.1/second/"))
}

#[test]
fn after_a_comma_the_next_proxy_is_asked_only_if_the_file_is_not_there() {
    for status in [404, 410] {
        let mut world = two_proxies();
        let (first, second) = (world.internet.url("/proxy"), world.internet.url("/second"));
        world.proxy.site().fault(&zip(&world), Fault::Status(status));
        world.sandbox.set("GOPROXY", format!("{first},{second}"));
        world.installs(world.install());
        assert!(second_was_asked(&world));
    }
    for status in [403, 500] {
        let mut world = two_proxies();
        let (first, second) = (world.internet.url("/proxy"), world.internet.url("/second"));
        world.proxy.site().fault(&zip(&world), Fault::Status(status));
        world.sandbox.set("GOPROXY", format!("{first},{second}"));
        let said = world.refuses(world.install(), 4);
        assert!(said.contains(&format!("HTTP {status}")), "{said}");
        assert!(!second_was_asked(&world));
    }
}

#[test]
fn after_a_bar_the_next_proxy_is_asked_whatever_happened() {
    for fault in [Fault::Status(404), Fault::Status(403), Fault::Status(500), Fault::Html] {
        let mut world = two_proxies();
        let (first, second) = (world.internet.url("/proxy"), world.internet.url("/second"));
        world.proxy.site().fault(&zip(&world), fault);
        world.sandbox.set("GOPROXY", format!("{first}|{second}"));
        world.installs(world.install());
        assert!(second_was_asked(&world));
    }
    let mut world = two_proxies();
    let second = world.internet.url("/second");
    world.sandbox.set("GOPROXY", format!("https://no-such-proxy.test|{second}"));
    world.installs(world.install());
}

#[test]
fn a_refusing_proxy_ends_the_list_with_its_reason() {
    let world = World::with_proxy();
    world.proxy.site().fault(&zip(&world), Fault::Status(403));
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      proxy: `http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.99.0.[PLATFORM].zip` answered HTTP 403
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
    world.proxy.site().heal();
    world.installs_now();
}

#[test]
fn off_means_no_proxy() {
    let mut world = World::with_proxy();
    world.sandbox.set("GOPROXY", "off");
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      proxy: not asked: GOPROXY is `off` (environment)
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");

    let mut world = two_proxies();
    world.proxy.site().fault(&zip(&world), Fault::Status(404));
    let (first, second) = (world.internet.url("/proxy"), world.internet.url("/second"));
    world.sandbox.set("GOPROXY", format!("{first},off,{second}"));
    world.refuses(world.install(), 4);
    assert!(!second_was_asked(&world));
}

#[test]
fn an_unset_goproxy_is_a_reason_not_to_ask() {
    let mut world = World::published();
    world.sandbox.set("GOM_SOURCES", "proxy");
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      proxy: not asked: GOPROXY is not set
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
}

#[test]
fn direct_leads_to_go_devs_own_modules() {
    let mut world = two_proxies();
    let path = format!("/dl/mod{}", zip(&world));
    let module = world.toolchain.module_zip(world.toolchain.zip_modes());
    world.godev.pages().route(&path, gom_tests::Route::bytes(module));
    let first = world.internet.url("/proxy");
    world.proxy.site().fault(&zip(&world), Fault::Status(404));
    for value in [format!("{first},direct"), "direct".to_owned()] {
        world.sandbox.set("GOPROXY", &value);
        world.installs(world.sandbox.gom(["install", "--force", VERSION]));
        assert_eq!(world.receipt()["source"]["url"], format!("https://go.dev{path}"), "GOPROXY={value}");
    }
}

#[test]
fn modules_that_are_to_be_fetched_directly_are() {
    let world = two_proxies();
    let path = format!("/dl/mod{}", zip(&world));
    let module = world.toolchain.module_zip(world.toolchain.zip_modes());
    world.godev.pages().route(&path, gom_tests::Route::bytes(module));
    for name in ["GONOPROXY", "GOPRIVATE"] {
        world.internet.forget_requests();
        let run = world.sandbox.gom(["install", "--force", VERSION]);
        world.installs(run.env(name, "example.test,golang.org/*"));
        assert!(world.archives_asked().iter().all(|one| one.starts_with("go.dev/dl/mod/")));
    }
}

#[test]
fn a_list_that_go_refuses_is_refused() {
    let mut world = World::with_proxy();
    world.sandbox.set("GOPROXY", ",");
    insta::assert_snapshot!(world.refuses(world.install(), 2), @"
    exit: 2
    --- stdout
    --- stderr
    error: GOPROXY is `,` (environment): the list is not the empty string but has no entries
    hint: run `go env -u GOPROXY`, or unset or correct GOPROXY where it stands
    ");
    world.sandbox.set("GOPROXY", "ftp://proxy.test");
    insta::assert_snapshot!(world.refuses(world.install(), 2), @"
    exit: 2
    --- stdout
    --- stderr
    error: GOPROXY is `ftp://proxy.test` (environment): `ftp` is not one of https, http and file
    hint: run `go env -u GOPROXY`, or unset or correct GOPROXY where it stands
    ");
}

#[test]
fn a_proxy_may_be_a_folder() {
    let mut world = World::with_proxy();
    let folder = world.sandbox.work().join("proxy");
    world.proxy.write_to(&folder);
    world.sandbox.set("GOPROXY", format!("file://{}", folder.display()));
    world.installs(world.install());
    assert_eq!(world.archives_asked(), Vec::<String>::new());
}

#[test]
fn the_users_go_env_names_the_proxy() {
    let mut world = World::published();
    world.sandbox.set("GOM_SOURCES", "proxy");
    let settings = format!("GOPROXY={}\nGOSUMDB={}\n", world.internet.url("/proxy"), world.log.key());
    fs::write(world.sandbox.home().join(".config/go/env"), &settings).unwrap();
    world.installs(world.install());

    // GOENV names another file, and `off` means none.
    let said = world.sandbox.gom(["install", "--force", VERSION]).env("GOENV", "off").run();
    assert_eq!(said.code, Some(4), "{said}");
    world.sandbox.write("goenv", &settings);
    let elsewhere = world.sandbox.work().join("goenv");
    world.installs(world.sandbox.gom(["install", "--force", VERSION]).env("GOENV", elsewhere));
    // The environment wins.
    let said = world.sandbox.gom(["install", "--force", VERSION]).env("GOPROXY", "off").run();
    assert_eq!(said.code, Some(4), "{said}");
}

#[test]
fn the_go_env_of_our_newest_toolchain_names_the_proxy() {
    let mut world = World::published();
    let go_env = |proxy: &str| format!("GOPROXY={proxy}\nGOSUMDB={}\n", world.log.key());
    let (right, wrong) = (go_env(&world.internet.url("/proxy")), go_env(&world.internet.url("/nothing")));
    for (version, go_env) in [("1.98.9", &wrong), ("1.98.10", &right)] {
        world.publish(&FakeToolchain::here(version).file("go.env", go_env));
        let output = world.sandbox.gom(["install", version]).run();
        assert_eq!(output.code, Some(0), "{output}");
    }
    world.sandbox.set("GOM_SOURCES", "proxy");
    world.installs(world.install());
    assert_eq!(world.receipt()["source"]["place"], "proxy");
}

#[test]
fn the_go_env_of_a_go_on_path_names_the_proxy_and_that_go_is_not_run() {
    let mut world = World::published();
    let go_env = format!("GOPROXY={}\nGOSUMDB={}\n", world.internet.url("/proxy"), world.log.key());
    world.sandbox.write("other/go.env", go_env);
    world.sandbox.write("other/bin/go", "#!/bin/sh\ntouch \"$HOME/was-run\"\n");
    let go = world.sandbox.work().join("other/bin/go");
    fs::set_permissions(&go, fs::Permissions::from_mode(0o755)).unwrap();
    world.sandbox.set("PATH", format!("{}:/usr/bin:/bin", go.parent().unwrap().display()));
    world.sandbox.set("GOM_SOURCES", "proxy");
    world.installs(world.install());
    assert!(!world.sandbox.home().join("was-run").exists());
}
