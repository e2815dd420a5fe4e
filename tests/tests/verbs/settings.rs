//! Where settings come from: flag, variable, config.toml, default, and never from a project.

use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;

fn configured(text: &str) -> World {
    let world = World::publishing(&[]);
    std::fs::write(world.store().join("config.toml"), text).unwrap();
    world
}

/// The value and origin of a setting, as `gom config` with these arguments and variables shows them.
fn setting(world: &World, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let run = world.gom(["config"].iter().chain(arguments));
    let output = variables.iter().fold(run, |run, (key, value)| run.env(key, value)).run();
    assert_eq!(output.code, Some(0), "{output}");
    let text = world.redact(&output.stdout);
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
    line[name.len()..].trim().to_owned()
}

#[test]
fn a_flag_beats_a_variable_beats_the_file_beats_the_default() {
    let world = configured("sources = [\"proxy\"]\n");
    let variable = [("GOM_SOURCES", "mirror")];
    let shown = |arguments: &[&str], variables| setting(&world, "sources", arguments, variables);
    assert_eq!(shown(&["--source", "go.dev"], &variable), "go.dev  (--source)");
    assert_eq!(shown(&[], &variable), "mirror  (environment variable GOM_SOURCES)");
    assert_eq!(shown(&[], &[]), "proxy  ([HOME]/.gom/config.toml:1)");
    std::fs::remove_file(world.store().join("config.toml")).unwrap();
    assert_eq!(shown(&[], &[]), "-  (default)");
}

#[test]
fn offline_has_the_same_order() {
    let world = configured("\noffline = true\n");
    let shown =
        |arguments: &[&str], variables: &[(&str, &str)]| setting(&world, "offline", arguments, variables);
    assert_eq!(shown(&["--offline"], &[("GOM_OFFLINE", "0")]), "true  (--offline)");
    assert_eq!(shown(&[], &[("GOM_OFFLINE", "0")]), "false  (environment variable GOM_OFFLINE)");
    assert_eq!(shown(&[], &[]), "true  ([HOME]/.gom/config.toml:2)");
}

#[test]
fn an_empty_variable_is_unset() {
    let world = configured("lock_timeout = 7\nmirror = [\"https://m.example/go/\"]\n");
    for (name, variable, expected) in [
        ("lock_timeout", "GOM_LOCK_TIMEOUT", "7  ([HOME]/.gom/config.toml:1)"),
        ("mirror", "GOM_MIRROR", "https://m.example/go/  ([HOME]/.gom/config.toml:2)"),
        ("offline", "GOM_OFFLINE", "false  (default)"),
        ("sources", "GOM_SOURCES", "-  (default)"),
        ("cache_dir", "GOM_CACHE_DIR", "[HOME]/.cache/gom  (default)"),
        ("home", "GOM_HOME", "[HOME]/.gom  (the store this gom lies in)"),
    ] {
        assert_eq!(setting(&world, name, &[], &[(variable, "")]), expected);
    }
}

#[test]
fn an_unknown_name_in_the_file_stops_every_command_with_its_line() {
    let world = configured("offline = true\nmirrors = [\"https://m.example\"]\n");
    assert_snapshot!(world.say(["list"]), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: setting `config.toml` is `mirrors = ["https://m.example"]` ([HOME]/.gom/config.toml:2): unknown field `mirrors`, expected one of `cache_dir`, `mirror`, `sources`, `offline`, `lock_timeout`, `timeout`, `auto_install`, `proof`, `security_notice`, `record_use`, `store_path`, `trusted_folders`, `sync`
    hint: run `gom config` once it is corrected, to see every setting and where it comes from
    "#);
}

#[test]
fn a_broken_file_is_said_with_its_line() {
    let world = configured("offline = true\n\nlock_timeout = \"soon\"\n");
    let output = world.gom(["list"]).run();
    assert_eq!(output.code, Some(2), "{output}");
    assert!(
        output.stderr.contains(&format!("{}:3", world.store().join("config.toml").display())),
        "{output}"
    );
}

#[test]
fn values_that_cannot_be_used_name_the_variable() {
    let world = World::publishing(&[]);
    for (variable, value) in [
        ("GOM_OFFLINE", "maybe"),
        ("GOM_LOCK_TIMEOUT", "soon"),
        ("GOM_SOURCES", "godev"),
        ("GOM_MIRROR", "m.example"),
        ("GOM_CACHE_DIR", "cache"),
    ] {
        let output = world.gom(["list"]).env(variable, value).run();
        assert_eq!(output.code, Some(2), "{output}");
        let said = format!("is `{value}` (environment variable {variable}): ");
        assert!(output.stderr.contains(&said), "{output}");
    }
}

#[test]
fn a_project_never_sets_where_toolchains_come_from() {
    let world = World::publishing(&["1.98.1"]);
    let evil = "mirror = [\"https://evil.example\"]\nsources = [\"mirror\"]\n";
    for file in ["config.toml", ".gom/config.toml", "gom.toml", ".gom.toml", ".config/gom/config.toml"] {
        world.write(file, evil);
    }
    world.write("go.env", "GOPROXY=https://evil.example\nGOSUMDB=off\n");
    world.write(".go-version", "1.98.1\n");
    world.write(".env", "GOPROXY=https://evil.example\nGOM_MIRROR=https://evil.example\n");
    assert_eq!(setting(&world, "mirror", &[], &[]), "-  (default)");
    assert_eq!(setting(&world, "sources", &[], &[]), "-  (default)");
    world.done(["install"]);
    assert!(world.internet.requests_to("evil.example").is_empty());
}

#[test]
fn a_version_file_cannot_name_a_place() {
    let world = World::publishing(&["1.98.1"]);
    for text in
        ["https://evil.example/go1.98.1", "path:/opt/go", "ref:master", "file:///opt/go", "/opt/go", "../go"]
    {
        world.write(".go-version", format!("{text}\n"));
        let output = world.gom(["install"]).run();
        assert_eq!(output.code, Some(2), "{output}");
    }
    assert!(world.installed().is_empty());
}

/// Nobody is stopped by a setting that had a use once: `/etc/gom/config.toml` is not everybody's to edit.
#[test]
fn a_setting_that_is_gone_stops_nothing_and_is_named_with_its_place() {
    let world = configured("sync = \"never\"\nopenpgp_key = \"/keys/go.asc\"\n");
    world.publish(&FakeToolchain::here("1.98.1"));
    world.publish(&FakeToolchain::here("1.98.2"));
    let run = world.gom(["config"]).env("GOM_OPENPGP_KEY", "keys").run();
    assert_eq!(run.code, Some(0), "{run}");
    assert!(!run.stdout.contains("openpgp"), "{run}");
    assert_snapshot!(world.redact(&run.stderr), @"
    warning: setting `openpgp_key` (environment variable GOM_OPENPGP_KEY) has no effect: gom no longer checks OpenPGP signatures, since the checksum database proves every archive; unset GOM_OPENPGP_KEY
    warning: setting `openpgp_key` ([HOME]/.gom/config.toml:2) has no effect: gom no longer checks OpenPGP signatures, since the checksum database proves every archive; remove `openpgp_key` there
    ");
    // Two toolchains, one warning.
    let run = world.gom(["install", "1.98.1", "1.98.2"]).run();
    assert_eq!(run.code, Some(0), "{run}");
    let said: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_snapshot!(world.redact(&said.join("\n")), @"warning: setting `openpgp_key` ([HOME]/.gom/config.toml:2) has no effect: gom no longer checks OpenPGP signatures, since the checksum database proves every archive; remove `openpgp_key` there");
    // Who fetches nothing is left alone.
    for arguments in [&["list"] as &[&str], &["install", "1.98.1"], &["which", "go", "--json"]] {
        let run = world.gom(arguments).run();
        assert!(!run.stderr.contains("openpgp"), "{run}");
    }
}

#[test]
fn a_mistake_beside_a_setting_that_is_gone_keeps_its_line() {
    let world = configured("openpgp_key = 7\n[openpgp_key.more]\n");
    assert_eq!(world.gom(["list"]).run().code, Some(2));
    let world = configured("openpgp_key = [\"a\", \"b\"]\n\nmirrors = []\n");
    let said = world.say(["list"]);
    assert!(said.contains("config.toml:3): unknown field `mirrors`"), "{said}");
    assert!(!said.contains("openpgp"), "{said}");
}
