//! Each rule: what it refuses, where, and that the command of the hint ends it.

use crate::world::{MINIMUM, Machine, NEW, OLD, OTHER};
use gom_tests::{FakeToolchain, NOBODY, TestLog, VulnDb, World};
use insta::assert_snapshot;
use serde_json::Value;
use std::fs;

#[test]
fn a_patch_below_the_minimum_of_its_line_is_refused() {
    let Some(world) = World::machine_with(MINIMUM, &[]) else { return };
    assert_snapshot!(world.shown(world.gom_there(["install", OLD])), @r"
    exit: 7
    --- stdout
    --- stderr
    error: go1.98.1.[PLATFORM] is refused by this machine's policy: Go 1.98 must be 1.98.2 or newer (/etc/gom/policy.toml:2: minimum)
    hint: run `gom install 1.98.3`
    ");
    assert_eq!(world.fetched(), 0);
    assert_eq!(world.installed(), Vec::<String>::new());
    let (_, hint) = world.refused(world.gom_there(["install", OLD]));
    assert_eq!(hint, "run `gom install 1.98.3`");
    world.follow(&hint);
    // Another line has no minimum, and a line means its newest patch.
    world.gom_there(["install", OTHER, "1.98"]).done();
    assert_eq!(world.installed().len(), 2);
    world.go_there(["+1.98", "version"]).done();
}

/// The list of the module proxy, which gom keeps, is as good as go.dev's.
#[test]
fn a_line_without_support_is_refused() {
    let Some(world) = World::machine_with("\nsupported = true\n", &[]) else { return };
    world.publish(&FakeToolchain::here("1.97.5"));
    let (message, hint) = world.refused(world.gom_there(["install", "1.97.5"]));
    assert!(
        message.starts_with("go1.97.5.[PLATFORM] is refused by this machine's policy: Go 1.97 gets no security fixes any more, 1.99 and 1.98 do, as of "),
        "{message}"
    );
    assert!(message.ends_with(" (/etc/gom/policy.toml:2: supported)"), "{message}");
    assert_eq!(hint, "run `gom install 1.99.2`");
    world.follow(&hint);
    world.gom_there(["install", OLD]).done();
}

/// A world whose database of vulnerabilities gom has asked.
fn with_vulnerabilities(policy: &str) -> Option<World> {
    let world = World::machine_with(policy, &[OLD])?;
    let db = VulnDb::new();
    db.publish("GO-2026-9001", "stdlib", "+0 -1.97.5 +1.98.0-0 -1.98.2", "net/http");
    db.publish("GO-2026-9002", "toolchain", "+1.99.0-0", "cmd/go");
    db.publish_on("GO-2026-9003", "stdlib", "+0 -1.98.4", "os", &["plan9"]);
    db.online(&world.internet);
    world.gom(["audit"]).run();
    Some(world)
}

#[test]
fn a_release_with_a_vulnerability_that_is_fixed_is_refused() {
    let Some(world) = with_vulnerabilities("refuse_vulnerable = true\n") else { return };
    let (message, hint) = world.refused(world.go_there(["version"]));
    assert!(message.contains(": it has GO-2026-9001, which 1.98.2 fixes, as of 20"), "{message}");
    assert!(message.ends_with(" (/etc/gom/policy.toml:1: refuse_vulnerable)"), "{message}");
    assert_eq!(hint, "run `gom use 1.98.3`");
    world.refused_at(1, "refuse_vulnerable", world.gom_there(["install", OLD]));
    world.follow(&hint);
    world.go_there(["version"]).done();
    // One without a fix so far, and one of another system, refuse nothing.
    world.gom_there(["install", OTHER]).done();
}

#[test]
fn an_accepted_vulnerability_does_not_count() {
    for name in ["GO-2026-9001", "CVE-2026-9001"] {
        let policy = format!("refuse_vulnerable = true\naccepted = [\"{name}\"]\n");
        let Some(world) = with_vulnerabilities(&policy) else { return };
        world.go_there(["version"]).done();
    }
}

#[test]
fn a_critical_vulnerability_is_refused_even_without_a_fix() {
    for name in ["GO-2026-9002", "CVE-2026-9002"] {
        let Some(world) = with_vulnerabilities(&format!("critical = [\"{name}\", \"GO-2030-1\"]\n")) else {
            return;
        };
        world.go_there(["version"]).done();
        let (message, hint) = world.refused(world.gom_there(["install", OTHER]));
        assert!(
            message.contains(": it has GO-2026-9002, which the policy calls critical, as of "),
            "{message}"
        );
        assert_eq!(hint, "run `gom install 1.98.3`");
        world.follow(&hint);
    }
}

/// Without a database from the network, what gom was made with counts.
#[test]
fn the_vulnerabilities_in_gom_count_too() {
    let Some(world) = World::machine_with("refuse_vulnerable = true\n", &[]) else { return };
    world.publish(&FakeToolchain::here("1.21.5"));
    world.refused_at(
        1,
        "refuse_vulnerable",
        world.gom_there(["install", "1.21.5"]).env("GOVULNDB", "file:///nowhere"),
    );
}

/// A world in which go.dev serves archives, and one was installed while the checksum database could not be reached.
fn with_pending(policy: &str) -> Option<World> {
    World::machine(&[])?;
    let world = World::by_proxy(FakeToolchain::here(OLD), TestLog::new("sum.test", 1));
    world.publish(&world.toolchain);
    let pending = world.gom(["install", OLD]).env("GOM_SOURCES", "go.dev");
    pending.env("GOSUMDB", world.log.gosumdb(NOBODY)).done();
    assert_eq!(world.receipt()["proof"]["log"], "pending");
    fs::create_dir_all(world.etc().join("gom")).unwrap();
    world.policy(policy);
    Some(world)
}

#[test]
fn a_toolchain_that_the_database_has_not_proven_is_refused() {
    let Some(world) = with_pending("proof = \"log\"\n") else { return };
    let (message, hint) = world.refused(world.go_there(["version"]));
    assert!(
        message.contains(": the checksum database has not proven it yet (/etc/gom/policy.toml:1: proof)"),
        "{message}"
    );
    assert_eq!(hint, "run `gom verify 1.98.1`");
    for verb in ["install", "use"] {
        world.refused_at(1, "proof", world.gom_there([verb, OLD]));
    }
    world.follow(&hint);
    world.go_there(["version"]).done();
    world.gom_there(["use", OLD]).done();
}

#[test]
fn a_published_sum_is_a_proof_too_where_any_will_do() {
    let Some(world) = with_pending("proof = \"any\"\n") else { return };
    world.go_there(["version"]).done();
    fs::remove_file(world.receipt_file()).unwrap();
    fs::remove_file(world.verdict()).unwrap();
    let (message, hint) = world.refused(world.go_there(["version"]));
    assert!(message.contains(": its receipt does not prove it (/etc/gom/policy.toml:1: proof)"), "{message}");
    assert_eq!(hint, "run `gom install 1.98.1 --force`");
    world.follow(&hint);
    world.go_there(["version"]).done();
}

#[test]
fn an_install_without_the_database_is_refused_whatever_the_user_sets() {
    let Some(world) = with_pending("proof = \"log\"\n") else { return };
    fs::write(world.store().join("config.toml"), "proof = \"any\"\n").unwrap();
    let install = || world.gom_there(["install", OLD, "--force"]).env("GOM_REQUIRE", "any");
    let (message, hint) = world.refused(install().env("GOSUMDB", "off"));
    assert!(message.contains("checksum database disabled by GOSUMDB=off (environment)"), "{message}");
    assert_eq!(hint, "run `unset GOSUMDB`");
    let from_godev = install().env("GOM_SOURCES", "go.dev").env("GOSUMDB", world.log.gosumdb(NOBODY)).run();
    assert_eq!(from_godev.code, Some(4), "{from_godev}");
    install().done();
}

#[test]
fn only_allowed_places_are_asked() {
    let Some(world) = World::machine_with("\nsources = [\"proxy\"]\n", &[]) else { return };
    world.open_go_dev();
    let mirror = world.internet.url("/mirror");
    for (name, value) in
        [("GOM_SOURCES", "go.dev"), ("GOM_SOURCES", "mirror"), ("GOM_SOURCES", mirror.as_str())]
    {
        let run = world.gom_there(["install", OLD]).env(name, value).env("GOM_MIRROR", &mirror);
        let output = run.run();
        assert_eq!(output.code, Some(7), "{value}: {output}");
        assert!(output.stderr.contains("not asked: /etc/gom/policy.toml:2 allows proxy alone"), "{output}");
        assert!(
            output.stderr.contains("hint: run `gom install 1.98.1` without --source and GOM_SOURCES"),
            "{output}"
        );
    }
    assert_eq!(world.fetched(), 0);
    world.gom_there(["install", OLD]).env("GOM_MIRROR", &mirror).done();
    let asked = world.internet.requests();
    assert!(
        asked.iter().all(|one| !one.path.contains("/mirror/") && !one.path.ends_with(".tar.gz")),
        "{asked:?}"
    );
}

#[test]
fn a_place_that_is_left_out_is_named_where_the_others_fail() {
    let Some(world) = World::machine_with("\nsources = [\"go.dev\"]\n", &[]) else { return };
    let output = world.gom_there(["install", OLD]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(
        output.stderr.contains("proxy: not asked: /etc/gom/policy.toml:2 allows go.dev alone"),
        "{output}"
    );
    assert!(!output.stderr.contains("GOM_MIRROR"), "{output}");
    assert!(output.stderr.contains("hint: run `gom doctor --network`"), "{output}");
}

#[test]
fn an_address_allows_what_is_below_it() {
    let Some(world) = World::machine(&[]) else { return };
    world.open_go_dev();
    let mirror = world.internet.url("/mirror");
    world.policy(&format!("sources = [\"{mirror}\"]\n"));
    world.gom_there(["install", OLD]).done();
    world.go_there(["version"]).done();
    // A proxy elsewhere is not below it.
    world.policy("sources = [\"https://elsewhere.example/\"]\n");
    world.refused_at(1, "sources", world.go_there(["version"]));
    let refused = world.gom_there(["install", NEW]).env("GOM_SOURCES", "proxy").run();
    assert_eq!(refused.code, Some(7), "{refused}");
}

#[test]
fn a_toolchain_from_elsewhere_is_refused_until_it_is_installed_again() {
    let Some(world) = World::machine_with("sources = [\"proxy\"]\n", &[OLD]) else { return };
    let receipt = world.store().join(format!("receipts/{}.json", FakeToolchain::here(OLD).name()));
    let mut text: Value = serde_json::from_slice(&fs::read(&receipt).unwrap()).unwrap();
    text["source"]["place"] = "mirror old.example".into();
    fs::write(&receipt, text.to_string()).unwrap();
    let (message, hint) = world.refused(world.go_there(["version"]));
    assert!(message.contains(": it came from mirror old.example, which is not one of proxy ("), "{message}");
    assert_eq!(hint, "run `gom install 1.98.1 --force`");
    world.follow(&hint);
    world.go_there(["version"]).done();
}

/// Links a tree of this version, which gom did not install.
fn link(world: &World, version: &str) {
    FakeToolchain::here(version).lay_out(&world.home().join("sdk"));
    world.done(["link", "mine", &world.home().join("sdk").display().to_string()]);
}

#[test]
fn a_linked_go_is_judged_by_its_version_and_has_no_proof() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    link(&world, OLD);
    world.refused_at(2, "minimum", world.go_there(["+mine", "version"]));
    world.refused_at(2, "minimum", world.gom_there(["exec", "mine", "go", "version"]));
    world.refused_at(2, "minimum", world.gom_there(["use", "mine"]));
    // Another version under the same name is another toolchain.
    fs::remove_dir_all(world.home().join("sdk")).unwrap();
    FakeToolchain::here(NEW).lay_out(&world.home().join("sdk"));
    world.go_there(["+mine", "version"]).done();
    fs::remove_file(world.home().join("sdk/VERSION")).unwrap();
    let (message, _) = world.refused(world.go_there(["+mine", "version"]));
    assert!(message.contains("it is a linked Go, and its version is not known"), "{message}");
    world.policy("proof = \"any\"\n");
    let (message, hint) = world.refused(world.gom_there(["use", "mine"]));
    assert!(message.contains("it is a linked Go, so nothing has proven it"), "{message}");
    world.follow(&hint);
    world.policy("proof = \"any\"\nother_go = \"allow\"\n");
    world.go_there(["+mine", "version"]).done();
    world.policy("other_go = \"refuse\"\n");
    world.refused_at(1, "other_go", world.go_there(["+mine", "version"]));
}

#[test]
fn another_go_on_path_is_judged_too() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    fs::remove_file(world.store().join("default")).unwrap();
    let folder = world.other_program("other", "go");
    let path = format!("{}:{}", world.path(), folder.display());
    let go = || world.go_there(["version"]).env("PATH", &path);
    let (message, hint) = world.refused(go());
    assert_eq!(
        message,
        "`[HOME]/other/go`, a Go that is not gom's, is refused by this machine's policy: it is not one of gom's, and its \
         version is not known (/etc/gom/policy.toml:2: minimum)"
    );
    assert_eq!(hint, "run `gom use 1.99.2`");
    world.refused_at(2, "minimum", world.gom_there(["use", "system"]).env("PATH", &path));
    world.refused_at(2, "minimum", world.gom_there(["exec", "system", "go", "version"]).env("PATH", &path));
    world.policy(&format!("other_go = \"allow\"\n{MINIMUM}"));
    let allowed = go().done();
    assert!(allowed.stdout.contains("/other/go: version"), "{allowed}");
    world.gom_there(["use", "system"]).env("PATH", &path).done();
}
