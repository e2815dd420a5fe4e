//! `gom doctor --network`: every place is asked, and what is wrong is said once, with what to set.

use gom_tests::{FakeToolchain, Output, TestLog, World};
use serde_json::Value;

/// Where every place has the newest toolchain that gom knows.
fn world() -> World {
    let mut world = World::of(FakeToolchain::here("1.99.0"), TestLog::new("sum.golang.org", 5));
    let offline = world.gom(["doctor", "--network", "--offline", "--json"]).run().json();
    let name = offline["network"]["toolchain"].as_str().unwrap().to_owned();
    let version = name.strip_prefix("go").unwrap().rsplit_once('.').unwrap().0;
    world.publish(&FakeToolchain::here(version));
    world.proxy.pass_through(&world.log);
    world.open_go_dev();
    for host in ["sum.golang.org", "sum.golang.google.cn"] {
        world.internet.host(host, &world.log.site());
    }
    let (mirror, proxy, key) = (world.internet.url("/mirror"), world.internet.url("/proxy"), world.log.key());
    world.set("GOM_MIRROR", mirror);
    world.set("GOPROXY", proxy);
    world.set("GOSUMDB", key);
    world
}

fn doctor(world: &World) -> (Output, Value) {
    let output = world.gom(["doctor", "--network", "--json"]).run();
    let report = output.json();
    (output, report)
}

/// `KIND NAME: STATE` of every probe.
fn states(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let probes = report["network"]["probes"].as_array().unwrap().iter();
    probes
        .map(|one| format!("{} {}: {}", text(&one["kind"]), text(&one["name"]), text(&one["state"])))
        .collect()
}

fn hints(report: &Value) -> Vec<String> {
    let problems = report["problems"].as_array().unwrap().iter();
    problems.map(|one| one["hint"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_place_is_asked_and_all_is_well() {
    let world = world();
    world.internet.forget_requests();
    let (output, report) = doctor(&world);
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(
        states(&report),
        [
            "proxy environment variable HTTPS_PROXY: ok",
            "roots TLS: ok",
            "list go.dev: ok",
            "list golang.google.cn: ok",
            "list proxy 127.0.0.1: ok",
            "archive go.dev: ok",
            "archive golang.google.cn: ok",
            "archive dl.google.com: ok",
            "archive mirror 127.0.0.1: ok",
            "archive proxy 127.0.0.1: ok",
            "log proxy 127.0.0.1: ok",
            "log sum.golang.org: ok",
            "log sum.golang.org: ok",
        ]
    );
    assert_eq!(report["errors"], 0);
    // A few bytes of each archive, never one.
    for request in world.internet.requests() {
        let is_archive = request.path.ends_with(".tar.gz");
        assert_eq!(is_archive.then_some("bytes=0-1"), request.range.as_deref(), "{request:?}");
    }
    let text = world.gom(["doctor", "--network"]).run();
    assert_eq!(text.code, Some(0), "{text}");
    assert!(text.stdout.ends_with("all is well: every place answers\n"), "{text}");
}

#[test]
fn folders_are_looked_into() {
    let mut world = world();
    let folder = world.work().join("folder");
    std::fs::create_dir(&folder).unwrap();
    world.set("GOM_MIRROR", format!("file://{}", folder.display()));
    world.set("GOM_SOURCES", "mirror");
    let (output, report) = doctor(&world);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(states(&report).iter().any(|one| one.starts_with("archive mirror ") && one.ends_with(": lacks")));
    assert!(hints(&report)[0].contains("GOM_MIRROR"), "{output}");
}

#[test]
fn a_dead_proxy_is_one_error_with_the_command_that_ends_it() {
    let mut world = world();
    world.set("HTTPS_PROXY", "http://me:s3cret@127.0.0.1:1");
    let (output, report) = doctor(&world);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(hints(&report)[0].starts_with("run `unset HTTPS_PROXY`"), "{output}");
    assert_eq!(report["errors"], 1, "{output}");
    assert!(!output.to_string().contains("s3cret"), "{output}");
}

#[test]
fn a_proxy_that_wants_a_login_is_found() {
    let world = world();
    world.internet.require_proxy_login("me", "s3cret");
    let (output, report) = doctor(&world);
    assert_eq!((output.code, &report["errors"]), (Some(1), &1.into()), "{output}");
    assert!(hints(&report)[0].starts_with("run `export HTTPS_PROXY=http://USER:PASSWORD@"), "{output}");
}

#[test]
fn roots_that_are_not_there_are_one_error() {
    let mut world = world();
    world.set("SSL_CERT_FILE", "/nonexistent");
    let (output, report) = doctor(&world);
    assert_eq!((output.code, &report["errors"]), (Some(1), &1.into()), "{output}");
    assert!(hints(&report)[0].starts_with("run `unset SSL_CERT_FILE`"), "{output}");
}

#[test]
fn silent_places_are_named_in_bounded_time() {
    let mut world = world();
    world.set("GOM_TIMEOUT", "1");
    for host in ["go.dev", "golang.google.cn"] {
        world.internet.blackhole(host);
    }
    let (output, report) = doctor(&world);
    // Mirror and proxy have it all: a warning is enough.
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(report["warnings"], 1, "{output}");
    assert!(hints(&report)[0].contains("GOM_SOURCES=dl.google.com,mirror,proxy"), "{output}");
    assert!(
        output.stdout.contains("no connection to `https://go.dev/") || output.stdout.contains("sent nothing")
    );
}

#[test]
fn a_database_with_another_key_is_not_well() {
    let world = world();
    world.log.stranger_key();
    let (output, report) = doctor(&world);
    assert_eq!(output.code, Some(1), "{output}");
    let log: Vec<String> = states(&report).into_iter().filter(|one| one.starts_with("log ")).collect();
    assert!(log.iter().all(|one| one.ends_with(": failed")), "{output}");
}

#[test]
fn offline_is_an_error_that_says_where_it_is_set() {
    let mut world = world();
    world.internet.forget_requests();
    world.set("GOM_OFFLINE", "1");
    let (output, report) = doctor(&world);
    assert_eq!((output.code, &report["errors"]), (Some(1), &1.into()), "{output}");
    assert!(output.stdout.contains("environment variable GOM_OFFLINE"), "{output}");
    assert_eq!(world.internet.requests(), []);
}
