//! Credentials of proxies and mirrors: used where they belong, and shown nowhere.

use crate::world::{Installing, VERSION};
use gom_tests::{Fault, ModProxy, Output, Route, Site, World, contents};
use std::fs;

const USER: &str = "gopher";
const SECRET: &str = "s3same";

/// No output and no file that gom writes holds the secret.
fn assert_secret_kept(world: &World, output: &Output) {
    assert!(!output.to_string().contains(SECRET), "{output}");
    for (path, bytes) in contents(&world.sandbox.home()) {
        let is_the_users = path.starts_with(".netrc") || path.starts_with(".config/");
        let holds = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(is_the_users || path.starts_with(".gom/bin/") || !holds, "the secret is in {path}");
    }
}

fn with_login(url: &str) -> String {
    url.replace("://", &format!("://{USER}:{SECRET}@"))
}

#[test]
fn a_proxys_credentials_may_stand_in_its_url() {
    let mut world = World::with_proxy();
    world.proxy.require_basic(USER, SECRET);
    world.sandbox.set("GOPROXY", with_login(&world.internet.url("/proxy")));
    let output = world.installs(world.sandbox.gom(["install", "--verbose", VERSION]));
    assert_secret_kept(&world, &output);
    let url = world.receipt()["source"]["url"].as_str().unwrap().to_owned();
    assert!(!url.contains(USER), "{url}");
    for args in [["config", "--verbose"], ["config", "--json"], ["list", "--json"]] {
        let output = world.sandbox.gom(args).run();
        assert_eq!(output.code, Some(0), "{output}");
        assert_secret_kept(&world, &output);
    }
}

#[test]
fn a_proxys_credentials_may_stand_in_netrc() {
    let world = World::with_proxy();
    world.proxy.require_basic(USER, SECRET);
    let said = world.refuses(world.install(), 4);
    assert!(said.contains("HTTP 401"), "{said}");

    let machine = format!("127.0.0.1:{}", world.internet.port());
    let netrc = format!("machine {machine}\nlogin {USER}\npassword {SECRET}\n");
    fs::write(world.sandbox.home().join(".netrc"), netrc).unwrap();
    let output = world.installs(world.sandbox.gom(["install", "--verbose", VERSION]));
    assert_secret_kept(&world, &output);
    // go.dev has no entry, so it hears nothing of it.
    assert!(world.internet.requests_to("go.dev").iter().all(|request| request.authorization.is_none()));
}

#[test]
fn a_mirrors_credentials_are_used_and_not_shown() {
    let mut world = World::with_mirror();
    world.mirror_site().require_basic(USER, SECRET);
    world.sandbox.set("GOM_MIRROR", with_login(&world.internet.url("/mirror")));
    let output = world.installs(world.sandbox.gom(["install", "--verbose", VERSION]));
    assert_secret_kept(&world, &output);
    world.sandbox.set("GOM_SOURCES", with_login(&world.internet.url("/mirror")));
    let output = world.installs(world.sandbox.gom(["install", "--verbose", "--force", VERSION]));
    assert_secret_kept(&world, &output);
    let output = world.sandbox.gom(["config", "--json"]).run();
    assert_secret_kept(&world, &output);
}

#[test]
fn failures_do_not_show_credentials() {
    for fault in [Fault::Status(403), Fault::Status(500), Fault::Html, Fault::CutAfter(0)] {
        let mut world = World::with_mirror();
        world.mirror_site().fault("/*", fault);
        world.sandbox.set("GOM_MIRROR", with_login(&world.internet.url("/mirror")));
        let output = world.sandbox.gom(["install", "--verbose", VERSION]).run();
        assert_eq!(output.code, Some(4), "{output}");
        assert_secret_kept(&world, &output);

        let mut world = World::with_proxy();
        world.proxy.site().fault(&ModProxy::zip_path(&world.toolchain), Fault::Status(403));
        world.sandbox.set("GOPROXY", with_login(&world.internet.url("/proxy")));
        let output = world.sandbox.gom(["install", "--verbose", VERSION]).run();
        assert_eq!(output.code, Some(4), "{output}");
        assert_secret_kept(&world, &output);
    }
}

#[test]
fn settings_that_can_not_be_used_do_not_show_their_credentials() {
    let mut shown = Vec::new();
    for (name, value) in [
        ("GOM_MIRROR", "ftp://gopher:s3same@mirror.test/go"),
        ("GOM_MIRROR", "https://gopher:s3same@mirror test/go"),
        ("GOM_SOURCES", "ftp://gopher:s3same@mirror.test/go"),
        ("GOM_SOURCES", "https://gopher:s3same@mirror test/go"),
        ("GOPROXY", "ftp://gopher:s3same@proxy.test"),
        ("GOPROXY", "https://gopher:s3same@proxy test"),
        ("GOSUMDB", "sum.test https://gopher:s3same@sum test"),
        ("GOSUMDB", "sum.test https://gopher:s3same@sum.test"),
    ] {
        let mut world = World::with_proxy();
        world.sandbox.set(name, value);
        let output = world.install().run();
        assert_eq!(output.code, Some(2), "{name}={value}\n{output}");
        for args in [["install", VERSION], ["config", "--verbose"], ["config", "--json"]] {
            if world.sandbox.gom(args).run().to_string().contains(SECRET) {
                shown.push(format!("{} shows {name}={value}", args.join(" ")));
            }
        }
    }
    assert!(shown.is_empty(), "{shown:#?}");
}

/// Go takes a host without a scheme for an https URL, credentials and all.
#[test]
fn a_proxy_without_a_scheme_does_not_show_its_credentials() {
    let mut world = World::with_proxy();
    world.sandbox.set("GOPROXY", "gopher:s3same@proxy.test/go");
    for args in [["config", "--verbose"], ["config", "--json"], ["install", VERSION]] {
        let output = world.sandbox.gom(args).run();
        assert!(!output.to_string().contains(SECRET), "{output}");
    }
}

#[test]
fn credentials_do_not_follow_a_redirect_to_another_host() {
    let mut world = World::with_mirror();
    let (entrance, elsewhere) = (Site::new(), Site::new());
    let path = world.on_mirror();
    entrance.require_basic(USER, SECRET);
    entrance.route(&path, Route::redirect(&format!("https://cdn.test{path}")));
    elsewhere.route(&path, Route::bytes(world.toolchain.archive()));
    world.internet.at("/entrance", &entrance);
    world.internet.host("cdn.test", &elsewhere);
    world.sandbox.set("GOM_MIRROR", with_login(&world.internet.url("/entrance")));
    world.installs(world.install());
    assert!(world.internet.requests_to("127.0.0.1").iter().any(|request| request.authorization.is_some()));
    let heard = world.internet.requests_to("cdn.test");
    assert!(!heard.is_empty() && heard.iter().all(|request| request.authorization.is_none()), "{heard:?}");
}

#[test]
fn a_password_does_not_go_over_plain_http() {
    let mut world = World::with_mirror();
    world.internet.host("mirror.test", world.mirror_site());
    world.sandbox.set("GOM_MIRROR", with_login("http://mirror.test"));
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      mirror mirror.test: `http://xxxxx@mirror.test/go1.99.0.[PLATFORM].tar.gz` can't be fetched: a password would go over http without encryption
    hint: set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install 1.99.0` again; `gom config` shows both
    ");
    assert_eq!(world.internet.requests_to("mirror.test"), []);
}
