//! HTTP and SOCKS proxies: what works through them, and a proxy that does not. The message names the proxy, the
//! variable and what is wrong, and no other source is recommended, because none would help.

use crate::world::{Installing, VERSION};
use gom_tests::{Output, SocksProxy, World};

/// In the index of every gom, so that no list is needed to know it.
const KNOWN: &str = "1.22.6";

/// Sets the proxy variables to this one alone.
fn through(world: &mut World, variable: &str, proxy: &str) {
    for name in ["HTTPS_PROXY", "HTTP_PROXY"] {
        world.sandbox.set(name, "");
    }
    world.sandbox.set(variable, proxy);
}

/// A `gom install` that fails at the proxy.
fn fails(world: &World) -> Output {
    let output = world.sandbox.gom(["install", KNOWN]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(!output.stderr.contains("GOM_MIRROR"), "{output}");
    assert!(!output.stderr.contains("s3cret"), "{output}");
    output
}

fn hint(output: &Output) -> String {
    let hint = output.stderr.lines().find_map(|line| line.strip_prefix("hint: "));
    hint.unwrap_or_else(|| panic!("no hint in {output}")).to_owned()
}

/// The command in the first backquotes.
fn command(hint: &str) -> &str {
    hint.split('`').nth(1).unwrap()
}

#[test]
fn socks_proxies_bring_everything_and_look_names_up() {
    // K7.1
    for (variable, scheme) in [
        ("ALL_PROXY", "socks5h"),
        ("HTTPS_PROXY", "socks5h"),
        ("ALL_PROXY", "socks5"),
        ("https_proxy", "socks5"),
    ] {
        let mut world = World::published();
        let socks = SocksProxy::before(&world.internet);
        through(&mut world, variable, &format!("{scheme}://{}", socks.address()));
        world.installs(world.install());
        let asked = socks.asked();
        for host in ["go.dev:443", "storage.test:443", "sum.test:443"] {
            assert!(asked.iter().any(|one| one == host), "{variable} {scheme}: {asked:?}");
        }
    }
}

#[test]
fn a_socks_proxy_may_want_a_login() {
    // K7.1
    let mut world = World::published();
    let socks = SocksProxy::with_login(&world.internet, "me", "s3cret@home");
    let address = socks.address();
    for wrong in ["", "me:s3cret-no@"] {
        through(&mut world, "ALL_PROXY", &format!("socks5h://{wrong}{address}"));
        let output = fails(&world);
        let shown = if wrong.is_empty() { String::new() } else { "xxxxx@".to_owned() };
        let named = format!("the proxy `socks5h://{shown}{address}` (environment variable ALL_PROXY)");
        assert!(output.stderr.contains(&named), "{output}");
        let hinted = format!("run `export ALL_PROXY=socks5h://USER:PASSWORD@{address}`");
        assert!(hint(&output).starts_with(&hinted), "{output}");
    }
    through(&mut world, "ALL_PROXY", &format!("socks5h://me:s3cret%40home@{address}"));
    let output = world.installs(world.install());
    assert!(!output.to_string().contains("s3cret"), "{output}");
}

#[test]
fn a_proxy_that_wants_a_login_is_named() {
    // K7.2
    let mut world = World::published();
    world.internet.require_proxy_login("me", "s3cret@home");
    let address = format!("127.0.0.1:{}", world.internet.port());
    through(&mut world, "HTTPS_PROXY", &format!("http://{address}"));
    let output = fails(&world);
    let named = format!(
        "the proxy `http://{address}` (environment variable HTTPS_PROXY) asks for a user and password (HTTP 407)"
    );
    assert!(output.stderr.contains(&named), "{output}");
    let hint = hint(&output);
    let (_, value) = command(&hint).split_once('=').unwrap();
    assert!(command(&hint).starts_with("export HTTPS_PROXY="), "{hint}");
    through(&mut world, "HTTPS_PROXY", &format!("http://me:s3cret-no@{address}"));
    assert!(fails(&world).stderr.contains("does not accept the user and password"));
    through(&mut world, "HTTPS_PROXY", &value.replace("USER:PASSWORD", "me:s3cret%40home"));
    world.installs(world.install());
}

#[test]
fn a_plain_request_to_a_proxy_that_wants_a_login_is_told_so_too() {
    // K7.2
    let mut world = World::published();
    world.internet.require_proxy_login("me", "s3cret");
    let address = world.internet.url("");
    through(&mut world, "http_proxy", &address);
    world.sandbox.set("GOM_MIRROR", "http://mirror.test/go");
    world.sandbox.set("GOM_SOURCES", "mirror");
    let output = fails(&world);
    assert!(output.stderr.contains("(environment variable http_proxy) asks for a user"), "{output}");
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    // K7.2
    for (variable, proxy, reason) in [
        ("HTTPS_PROXY", "http://proxy.invalid:3128", "failed to lookup address"),
        ("HTTPS_PROXY", "http://me:s3cret@127.0.0.1:1", "Connection refused"),
        ("https_proxy", "https://127.0.0.1:1", "Connection refused"),
        ("ALL_PROXY", "127.0.0.1:1", "Connection refused"),
        ("ALL_PROXY", "socks5h://127.0.0.1:1", "Connection refused"),
        ("ALL_PROXY", "socks5://proxy.invalid:1080", "failed to lookup address"),
    ] {
        let mut world = World::published();
        through(&mut world, variable, proxy);
        let output = fails(&world);
        let shown = proxy.replace("me:s3cret@", "xxxxx@");
        let named = format!("the proxy `{shown}` (environment variable {variable}) can't be reached: ");
        assert!(output.stderr.contains(&named) && output.stderr.contains(reason), "{output}");
        assert_eq!(command(&hint(&output)), format!("unset {variable}"), "{output}");
    }
}

#[test]
fn the_hint_unsets_every_variable_that_names_the_proxy() {
    // K7.2
    let mut world = World::published();
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        world.sandbox.set(variable, "http://127.0.0.1:1");
    }
    assert_eq!(command(&hint(&fails(&world))), "unset HTTPS_PROXY https_proxy ALL_PROXY");
}

#[test]
fn a_proxy_of_an_unknown_kind_is_an_error() {
    // K7.2
    for (proxy, reason) in [
        ("foo://bar", "`foo` is not one of http, https, socks5"),
        ("socks://127.0.0.1:1080", "`socks` is not one of"),
        ("http://", "empty host"),
        ("http://me:s3cret#1@proxy.test:3128", "invalid port number"),
    ] {
        let mut world = World::published();
        through(&mut world, "HTTPS_PROXY", proxy);
        let output = fails(&world);
        assert!(output.stderr.contains("(environment variable HTTPS_PROXY) can't be used: "), "{output}");
        assert!(output.stderr.contains(reason), "{output}");
        assert_eq!(command(&hint(&output)), "unset HTTPS_PROXY");
        assert!(world.internet.requests().is_empty(), "{proxy} was passed by");
    }
}

#[test]
fn a_bad_proxy_is_no_trouble_for_what_does_not_go_through_it() {
    // K7.2
    let mut world = World::with_mirror();
    through(&mut world, "HTTPS_PROXY", "foo://bar");
    // Loopback never goes through a proxy, whatever NO_PROXY says.
    through(&mut world, "HTTP_PROXY", "http://127.0.0.1:1");
    world.sandbox.set("NO_PROXY", "");
    world.sandbox.set("GOSUMDB", world.log.gosumdb(&world.internet.url("/sum")));
    world.internet.at("/sum", &world.log.site());
    world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
    world.installs(world.install());
}

#[test]
fn a_place_that_the_proxy_does_not_reach_may_be_replaced_by_another() {
    // K7.2
    let mut world = World::published();
    world.sandbox.set("GOM_SOURCES", "mirror");
    world.sandbox.set("GOM_MIRROR", "https://nowhere.test/go");
    let output = world.sandbox.gom(["install", KNOWN]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(
        output.stderr.contains("(environment variable HTTPS_PROXY) does not connect to nowhere.test"),
        "{output}"
    );
    assert!(hint(&output).contains("GOM_MIRROR"), "{output}");
}

#[test]
fn where_the_database_must_prove_the_hint_is_about_the_proxy_as_well() {
    // K7.2
    let mut world = World::with_mirror();
    // The list is known, so that only the database is behind the proxy.
    assert_eq!(world.sandbox.gom(["list-remote", "latest"]).run().code, Some(0));
    through(&mut world, "HTTPS_PROXY", "http://127.0.0.1:1");
    world.sandbox.set("GOM_REQUIRE", "log");
    let output = world.sandbox.gom(["install", VERSION]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert_eq!(command(&hint(&output)), "unset HTTPS_PROXY", "{output}");
}

#[test]
fn certificates_that_are_named_and_not_there_are_an_error() {
    // K7.2
    let mut world = World::published();
    world.sandbox.write("empty.pem", "no certificate\n");
    let empty = world.sandbox.work().join("empty.pem");
    let folder = world.sandbox.work().join("certs");
    std::fs::create_dir(&folder).unwrap();
    for (variable, value) in [
        ("SSL_CERT_FILE", "/nonexistent".to_owned()),
        ("SSL_CERT_FILE", empty.display().to_string()),
        ("SSL_CERT_DIR", folder.display().to_string()),
        ("SSL_CERT_DIR", format!("/nonexistent:{}", folder.display())),
    ] {
        world.sandbox.set("SSL_CERT_FILE", "");
        world.sandbox.set("SSL_CERT_DIR", "");
        world.sandbox.set(variable, &value);
        let output = world.sandbox.gom(["install", KNOWN]).run();
        assert_eq!(output.code, Some(4), "{output}");
        let named = format!("no certificate can be read from `{value}` (environment variable {variable}): ");
        assert!(output.stderr.contains(&named), "{output}");
        assert!(!output.stderr.contains("UnknownIssuer"), "{output}");
        assert!(command(&hint(&output)).starts_with(&format!("unset {variable}")), "{output}");
    }
    // A folder beside it is enough.
    std::fs::copy(world.internet.ca_file(), folder.join("ca.pem")).unwrap();
    world.sandbox.set("SSL_CERT_DIR", &folder);
    world.installs(world.install());
}

#[test]
fn a_certificate_of_a_stranger_names_what_to_set() {
    // K7.2
    let mut world = World::published();
    let stranger = gom_tests::Internet::new();
    world.sandbox.set("SSL_CERT_FILE", stranger.ca_file());
    let output = world.sandbox.gom(["install", KNOWN]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(output.stderr.contains("its certificate is not trusted: "), "{output}");
    assert!(hint(&output).contains("SSL_CERT_FILE"), "{output}");
}
