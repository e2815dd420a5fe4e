//! What proves a toolchain when the checksum database can't be asked, is switched off, or is wanted at any
//! price; and that no setting of Go's own waives more here than it does for the go command.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Fault, Output, World};
use std::fs;
use std::path::{Path, PathBuf};

/// A version that only the proxy's list has: no sum is published for its archive, which the mirror serves.
fn without_a_published_sum() -> (World, FakeToolchain) {
    let mut world = World::with_mirror();
    world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
    let toolchain = FakeToolchain::here("1.97.0");
    world.mirror.publish(&toolchain);
    world.proxy.publish(&toolchain);
    world.log.publish(&toolchain);
    (world, toolchain)
}

/// What `gom list` says of the one toolchain.
fn mark(world: &World) -> String {
    let report = world.sandbox.gom(["list", "--json"]).run().json();
    report["toolchains"][0]["proof"].as_str().unwrap().to_owned()
}

#[test]
fn a_published_sum_is_enough_while_the_log_is_out_of_reach() {
    let world = World::with_mirror();
    world.internet.refuse("sum.test");
    let output = world.installs(world.install());
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    the checksum database can't be asked now, so go1.99.0.[PLATFORM] is proven by its published sha256 alone; run `gom verify 1.99.0` later
    installed go1.99.0.[PLATFORM] from mirror 127.0.0.1, sha256 as published by go.dev, the checksum database's proof pending
    the default is now 1.99.0, for all folders; this one alone: `gom local 1.99.0`
    ");
    let receipt = world.receipt();
    assert_eq!((&receipt["proof"]["kind"], &receipt["proof"]["log"]), (&"sha256".into(), &"pending".into()));
    assert_eq!(receipt["notes"].as_array().unwrap().len(), 1, "{receipt}");
    assert_eq!(mark(&world), "pending");
    // Once it can be asked, nothing has to be fetched again.
    world.internet.host("sum.test", &world.log.site());
    assert_eq!(world.sandbox.gom(["verify"]).run().code, Some(0));
    assert_eq!(mark(&world), "proven");
}

/// None of these says anything about the toolchain, and anybody on the network path could cause each.
#[test]
fn every_silence_of_the_log_is_the_same() {
    for fault in
        [Fault::Status(404), Fault::Status(410), Fault::Status(500), Fault::Html, Fault::CutAfter(40)]
    {
        let mut world = World::with_mirror();
        world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
        for file in ["lookup", "tile"] {
            world.proxy.site().heal();
            world.proxy.site().fault(&format!("/sumdb/sum.test/{file}/*"), fault.clone());
            world.installs(world.sandbox.gom(["install", "--force", VERSION]));
            assert_eq!(mark(&world), "pending", "{fault:?} for {file}");
        }
    }
}

#[test]
fn without_a_published_sum_a_log_out_of_reach_stops_the_install() {
    let (world, toolchain) = without_a_published_sum();
    world.proxy.site().fault("/sumdb/sum.test/lookup/*", Fault::Status(500));
    let install = || world.sandbox.gom(["install", toolchain.version()]);
    let said = world.refuses(install(), 4);
    assert!(said.contains("error: the checksum database sum.test does not prove go1.97.0."), "{said}");
    world.proxy.site().heal();
    let output = install().run();
    assert_eq!(output.code, Some(0), "{output}");
    world.assert_installed(&toolchain);
}

#[test]
fn the_logs_own_proof_can_be_required() {
    let mut world = World::with_mirror();
    world.internet.refuse("sum.test");
    let said = world.refuses(world.install().env("GOM_REQUIRE", "log"), 4);
    insta::assert_snapshot!(said, @"
    exit: 4
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: go1.99.0.[PLATFORM] has the published sha256, but the checksum database sum.test does not prove it: can't reach the checksum database for `/lookup/golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]`: can't reach `https://sum.test/lookup/golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]`: the proxy `http://127.0.0.1:[PORT]` (environment variable HTTPS_PROXY) does not connect to sum.test: it closed the connection, and its proof is required
    hint: nothing was installed; run the command again when the checksum database can be reached; `gom config` shows what sets `proof`
    ");
    fs::write(world.sandbox.store().join("config.toml"), "proof = \"log\"\n").unwrap();
    assert_eq!(world.refuses(world.install(), 4), said);
    // The variable comes before the file.
    world.installs(world.install().env("GOM_REQUIRE", "any"));
    world.internet.host("sum.test", &world.log.site());
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    assert_eq!(mark(&world), "proven");
    // Without a log nothing can be proven by it.
    world.sandbox.set("GOSUMDB", "off");
    insta::assert_snapshot!(world.refuses(world.sandbox.gom(["install", "--force", VERSION]), 2), @"
    exit: 2
    --- stdout
    --- stderr
    error: setting `proof` is `log` ([HOME]/.gom/config.toml:1): checksum database disabled by GOSUMDB=off (environment)
    hint: run `gom config` once it is corrected, to see every setting and where it comes from
    ");
    let said = world.refuses(world.install().env("GOM_REQUIRE", "yes"), 2);
    assert!(
        said.contains("setting `proof` is `yes` (environment variable GOM_REQUIRE): write any or log"),
        "{said}"
    );
}

/// Switches the log off where the go command reads it.
fn switch_off(world: &mut World, place: &str) {
    world.sandbox.set("GOSUMDB", if place == "environment" { "off" } else { "" });
    if place == "go env -w" {
        let file = world.sandbox.work().join("goenv");
        fs::write(&file, "GOSUMDB=off\n").unwrap();
        world.sandbox.set("GOENV", file);
    }
}

#[test]
fn the_log_can_be_switched_off_by_the_user() {
    for place in ["environment", "go env -w"] {
        let mut world = World::with_mirror();
        switch_off(&mut world, place);
        let output = world.installs(world.install());
        assert!(output.stderr.contains("sha256 as published by go.dev"), "{output}");
        let proof = &world.receipt()["proof"];
        assert_eq!((&proof["kind"], &proof["log"]), (&"sha256".into(), &"off".into()), "{place}");
        assert_eq!(mark(&world), "log-off");
        assert_eq!(world.internet.requests_to("sum.test"), []);
        // What is not the published archive has nothing else to prove it.
        world.mirror.publish(&world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n"));
        let said = world.refuses(world.sandbox.gom(["install", "--force", VERSION]), 5);
        assert!(said.contains("got [SHA256], go.dev's release list has [SHA256]"), "{said}");
    }
}

#[test]
fn without_a_log_and_a_published_sum_nothing_is_fetched() {
    for place in ["environment", "go env -w"] {
        let (mut world, toolchain) = without_a_published_sum();
        switch_off(&mut world, place);
        let said = world.refuses(world.sandbox.gom(["install", toolchain.version()]), 4);
        // The go command's own words.
        assert!(said.contains("checksum database disabled by GOSUMDB=off ("), "{said}");
        assert!(said.contains("hint: run `go env -u GOSUMDB` or unset it where"), "{said}");
        assert_eq!(world.archives_asked(), Vec::<String>::new());
    }
}

/// Of a module zip the same is shown in [`super::proof`].
#[test]
fn a_toolchain_can_not_switch_the_log_off_for_a_tarball() {
    let mut world = World::published();
    world.publish(&FakeToolchain::here("1.98.0").file("go.env", "GOSUMDB=off\n"));
    assert_eq!(world.sandbox.gom(["install", "1.98.0"]).run().code, Some(0));
    world.sandbox.set("GOSUMDB", "");
    // gom then asks Go's own log, which this world does not serve.
    world.installs(world.install());
    assert_eq!(world.receipt()["proof"]["log"], "pending");
    assert!(!world.internet.requests_to("sum.golang.org").is_empty());
}

/// Values by which people leave the checksum database out for modules of their own.
const WAIVERS: [(&str, &str); 7] = [
    ("GONOSUMDB", "golang.org/toolchain"),
    ("GONOSUMDB", "*"),
    ("GONOSUMCHECK", "1"),
    ("GOINSECURE", "*"),
    ("GOPRIVATE", "*.corp.test,golang.org"),
    ("GONOPROXY", "golang.org/toolchain"),
    ("GOFLAGS", "-insecure"),
];

#[test]
fn what_waives_the_log_for_private_modules_waives_it_for_no_toolchain() {
    for (name, value) in WAIVERS {
        let world = World::with_proxy();
        // A waiver leads around the proxy, also to the log itself.
        world.internet.host("sum.test", &world.log.site());
        let evil = world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n");
        world.proxy.publish(&evil);
        // The same evil waits there.
        let path = format!("/dl/mod{}", gom_tests::ModProxy::zip_path(&evil));
        let zip = evil.module_zip(evil.zip_modes());
        world.godev.pages().route(&path, gom_tests::Route::bytes(zip));
        let said = world.refuses(world.install().env(name, value), 5);
        assert!(said.contains("the checksum database sum.test has"), "{name}={value}\n{said}");
        world.proxy.site().fault("/sumdb/sum.test/lookup/*", Fault::Status(500));
        world.internet.refuse("sum.test");
        world.refuses(world.install().env(name, value), 4);
    }
}

/// For a proxy that is a folder the go command skips the check of a toolchain; gom does not.
#[test]
fn a_folder_as_the_proxy_waives_nothing() {
    let mut world = World::with_proxy();
    world.proxy.publish(&world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n"));
    let folder = world.sandbox.work().join("proxy");
    world.proxy.write_to(&folder);
    world.sandbox.set("GOPROXY", format!("file://{}", folder.display()));
    world.refuses(world.install(), 5);
    world.refuses(world.install().env("GONOSUMDB", "*"), 5);
    let said = world.refuses(world.install().env("GOSUMDB", "off"), 4);
    assert!(said.contains("checksum database disabled by GOSUMDB=off (environment)"), "{said}");
}

/// The same world, asked by the real go command: what it refuses, gom must not accept.
#[test]
fn the_go_command_itself_waives_no_more() {
    let path = std::env::var_os("PATH").unwrap();
    let Some(go) = std::env::split_paths(&path).map(|dir| dir.join("go")).find(|go| go.is_file()) else {
        eprintln!("skipped: no go on PATH to compare with");
        return;
    };
    let world = World::with_proxy();
    assert_eq!(download(&world, &go, ("GONOSUMDB", "")).json()["Sum"], world.toolchain.h1());
    world.proxy.publish(&world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n"));
    for waiver in WAIVERS {
        let output = download(&world, &go, waiver);
        assert_ne!(output.code, Some(0), "{waiver:?}\n{output}");
    }
}

fn download(world: &World, go: &PathBuf, (name, value): (&str, &str)) -> Output {
    let module = format!("golang.org/toolchain@{}", world.toolchain.module_version());
    let gopath = world.sandbox.home().join("gopath");
    let _ = fs::remove_dir_all(Path::new(&gopath));
    let run = world.sandbox.command(go, ["mod", "download", "-json", &module]);
    run.env("GOPATH", gopath).env("GOFLAGS", "-modcacherw").env("GOTOOLCHAIN", "local").env(name, value).run()
}
