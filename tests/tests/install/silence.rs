//! Servers that stop answering, at every point where that can happen, for everything that gom fetches. With another
//! source the install succeeds; without one it fails, and names the silent server. `GOM_TIMEOUT` makes the
//! limits short; no test measures time.

use crate::world::{Installing, VERSION, noise};
use gom_tests::{FakeToolchain, Fault, Mirror, Output, Site, TestLog, World};
use std::time::Duration;

/// Where a place falls silent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Silence {
    Accepting,
    InHandshake,
    BeforeHeaders,
    InHeaders,
    AfterHeaders,
    InBody,
    /// Not silent, but as good as: a byte a second.
    Trickling,
}

const SILENCES: [Silence; 7] = [
    Silence::Accepting,
    Silence::InHandshake,
    Silence::BeforeHeaders,
    Silence::InHeaders,
    Silence::AfterHeaders,
    Silence::InBody,
    Silence::Trickling,
];

/// What is fetched.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    List,
    Archive,
    Lookup,
    Tile,
}

impl What {
    /// The two hosts that have it.
    fn hosts(self) -> [&'static str; 2] {
        match self {
            What::List => ["go.dev", "golang.google.cn"],
            What::Archive => ["one.test", "two.test"],
            What::Lookup | What::Tile => ["sum.golang.org", "sum.golang.google.cn"],
        }
    }

    fn path(self) -> &'static str {
        match self {
            What::List => "/dl/?mode=json*",
            What::Archive => "/go1.*",
            What::Lookup => "/lookup/*",
            What::Tile => "/tile/*",
        }
    }
}

/// A world where each thing has two places, all well.
fn world() -> World {
    let mut world = World::of_one(FakeToolchain::here(VERSION).file("lib/noise", noise(100_000)));
    let log = TestLog::new("sum.golang.org", 3);
    log.publish(&world.toolchain);
    world.sandbox.set("GOSUMDB", log.key());
    world.sandbox.set("GOM_REQUIRE", "log");
    world.sandbox.set("GOM_SOURCES", "mirror");
    world.sandbox.set("GOM_MIRROR", "https://one.test/,https://two.test/");
    world.log = log;
    for what in [What::List, What::Archive, What::Lookup] {
        for host in what.hosts() {
            world.internet.host(host, &site(&world, what));
        }
    }
    world
}

/// A site of its own for each host, so that one can be silent alone.
fn site(world: &World, what: What) -> Site {
    match what {
        What::List => {
            let godev = gom_tests::GoDev::new();
            godev.publish(&world.toolchain);
            godev.pages().clone()
        }
        What::Archive => {
            let mirror = Mirror::new();
            mirror.publish(&world.toolchain);
            mirror.site().clone()
        }
        What::Lookup | What::Tile => world.log.site(),
    }
}

fn silence(world: &World, host: &str, what: What, silence: Silence) {
    let site = site(world, what);
    world.internet.host(host, &site);
    let fault = match silence {
        Silence::Accepting => return world.internet.blackhole(host),
        Silence::InHandshake => return world.internet.mute(host),
        Silence::BeforeHeaders => Fault::HangBeforeHeaders,
        Silence::InHeaders => Fault::HangInHeaders,
        Silence::AfterHeaders => Fault::HangAfter(0),
        Silence::InBody => Fault::HangAfter(20),
        Silence::Trickling => Fault::Throttle { bytes_per_chunk: 1, pause: Duration::from_secs(1) },
    };
    site.fault(what.path(), fault);
}

/// Runs a test for every way to be silent, all at the same time: they mostly wait.
fn for_each_silence(test: impl Fn(Silence) + Sync) {
    let test = &test;
    std::thread::scope(|scope| {
        let running = SILENCES.map(|silence| (silence, scope.spawn(move || test(silence))));
        for (silence, thread) in running {
            assert!(thread.join().is_ok(), "{silence:?}");
        }
    });
}

/// The first place is silent and the second has it.
fn loses_to_the_next(what: What) {
    for_each_silence(|kind| {
        let mut world = world();
        world.sandbox.set("GOM_TIMEOUT", "8");
        silence(&world, what.hosts()[0], what, kind);
        let output = world.install().run();
        assert_eq!(output.code, Some(0), "{what:?} {kind:?}: {output}");
        world.assert_installed(&world.toolchain);
    });
}

/// Both places are silent: it ends, by itself, and says who was.
fn ends_without_another(what: What, check: impl Fn(&Output) + Sync) {
    for_each_silence(|kind| {
        let mut world = world();
        world.sandbox.set("GOM_TIMEOUT", "1");
        for host in what.hosts() {
            silence(&world, host, what, kind);
        }
        let output = match what {
            // An exact version is tried without a list.
            What::List => world.sandbox.gom(["list-remote", "latest"]).run(),
            _ => world.install().run(),
        };
        for host in what.hosts() {
            assert!(output.stderr.contains(&format!("https://{host}/")), "{what:?} {kind:?}: {output}");
        }
        check(&output);
        world.sandbox.assert_clean();
    });
}

#[test]
fn a_silent_list_loses_to_the_next() {
    // K7.3
    loses_to_the_next(What::List);
}

#[test]
fn a_silent_archive_loses_to_the_next() {
    // K7.3
    loses_to_the_next(What::Archive);
}

#[test]
fn a_silent_lookup_loses_to_the_next() {
    // K7.3
    loses_to_the_next(What::Lookup);
}

#[test]
fn a_silent_tile_loses_to_the_next() {
    // K7.3
    loses_to_the_next(What::Tile);
}

#[test]
fn lists_that_are_silent_everywhere_end() {
    // K7.3
    ends_without_another(What::List, |output| assert!(output.stderr.contains("warning: "), "{output}"));
}

#[test]
fn archives_that_are_silent_everywhere_end() {
    // K7.3
    ends_without_another(What::Archive, |output| {
        assert_eq!(output.code, Some(4), "{output}");
        assert!(output.stderr.contains("error: no source has"), "{output}");
    });
}

/// Each answer comes at once and is cut after a few bytes, which count as progress: as good as silent.
#[test]
fn archives_that_are_cut_every_few_bytes_end() {
    let hosts = ["one.test", "two.test"];
    for count in [1, 2] {
        let mut world = world();
        world.toolchain = FakeToolchain::here(VERSION);
        world.log.publish(&world.toolchain);
        world.sandbox.set("GOM_TIMEOUT", "1");
        let mirrors: Vec<String> = hosts[..count].iter().map(|host| format!("https://{host}/")).collect();
        world.sandbox.set("GOM_MIRROR", mirrors.join(","));
        let few = world.toolchain.archive().len() / 64 + 1;
        for host in hosts {
            let site = site(&world, What::Archive);
            world.internet.host(host, &site);
            site.fault("/*", Fault::CutAfter(few));
        }
        let output = world.install().run();
        assert_eq!(output.code, Some(4), "{output}");
        for mirror in mirrors {
            let name = world.toolchain.archive_name();
            let slow = format!("`{mirror}{name}` sent almost nothing for 1 s");
            assert!(output.stderr.contains(&slow), "{output}");
        }
        world.sandbox.assert_clean();
    }
}

#[test]
fn lookups_that_are_silent_everywhere_end() {
    // K7.3
    ends_without_another(What::Lookup, |output| assert_eq!(output.code, Some(4), "{output}"));
}

#[test]
fn tiles_that_are_silent_everywhere_end() {
    // K7.3
    ends_without_another(What::Tile, |output| assert_eq!(output.code, Some(4), "{output}"));
}

#[test]
fn a_silent_module_proxy_does_not_keep_the_database_away() {
    // K7.3: the question whether the proxy serves the database
    let mut world = World::with_mirror();
    let proxy = Site::new();
    proxy.fault("*", Fault::HangBeforeHeaders);
    world.internet.at("/proxy", &proxy);
    world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
    world.sandbox.set("GOM_TIMEOUT", "2");
    world.sandbox.set("GOM_REQUIRE", "log");
    world.installs(world.install());
}

#[test]
fn every_try_is_told_with_verbose() {
    // K7.3
    let mut world = world();
    world.sandbox.set("GOM_TIMEOUT", "4");
    silence(&world, "one.test", What::Archive, Silence::AfterHeaders);
    let output = world.installs(world.sandbox.gom(["install", "--verbose", VERSION]));
    let name = world.toolchain.archive_name();
    for said in [
        format!("asking https://one.test/{name} through the proxy `"),
        format!("https://one.test/{name} answered HTTP 200 after "),
        "waiting for one.test".to_owned(),
        format!("`https://one.test/{name}` sent nothing for 4 s; continuing"),
        format!("asking https://two.test/{name} through"),
        "asking https://sum.golang.org/lookup/".to_owned(),
    ] {
        assert!(output.stderr.contains(&said), "{said}: {output}");
    }
    // A pipe that did not ask is not told.
    world.uninstall();
    let output = world.installs(world.install());
    assert!(!output.stderr.contains("waiting for"), "{output}");
}

#[test]
fn a_person_sees_what_is_waited_for() {
    // K7.3
    let mut world = world();
    world.sandbox.set("GOM_TIMEOUT", "4");
    silence(&world, "one.test", What::Archive, Silence::AfterHeaders);
    let Some(run) = world.in_terminal(&format!("gom install {VERSION}")) else { return };
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("waiting for one.test"), "{output}");
}
