//! `gom config`, `gom why`, `gom doctor` and the others say that a policy applies, and from which file.

use crate::world::{MINIMUM, Machine, NEW, OLD};
use gom_tests::World;
use insta::assert_snapshot;
use serde_json::Value;

#[test]
fn config_shows_the_policy_and_each_rule_with_its_line() {
    let policy =
        format!("proof = \"log\"\nsources = [\"proxy\", \"https://me:secret@mirror.example/go\"]\n{MINIMUM}");
    let Some(world) = World::machine_with(&policy, &[]) else { return };
    let said = world.gom_there(["config"]).done().stdout;
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("/etc/gom/policy.toml")).collect();
    assert_snapshot!(lines.join("\n"), @r"
    proof         log  (/etc/gom/policy.toml:1)
    policy        enforce  (/etc/gom/policy.toml)
    policy.minimum 1.98.2  (/etc/gom/policy.toml:4)
    policy.proof  log  (/etc/gom/policy.toml:1)
    policy.sources proxy,https://xxxxx@mirror.example/go/  (/etc/gom/policy.toml:2)
    ");
    assert!(!said.contains("secret"), "{said}");
    let settings = world.gom_there(["config", "--json"]).done().json();
    let rows = settings["settings"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == "policy").unwrap();
    assert_eq!((&row["value"], &row["origin"]), (&"enforce".into(), &"/etc/gom/policy.toml".into()));
    let without = world.gom(["config"]).done().stdout;
    assert!(!without.contains("policy"), "{without}");
}

#[test]
fn why_says_that_a_policy_applies_and_what_it_says() {
    let Some(world) = World::machine_with(MINIMUM, &[OLD, NEW]) else { return };
    world.done(["use", NEW]);
    let said = world.gom_there(["why"]).done().stdout;
    assert!(said.contains("\nthe machine's policy: allowed by /etc/gom/policy.toml (enforce)\n"), "{said}");
    world.done(["use", OLD]);
    let output = world.gom_there(["why"]).done();
    let line = "\nthe machine's policy: go1.98.1.[PLATFORM] is refused by this machine's policy: Go 1.98 must be 1.98.2 or newer \
                (/etc/gom/policy.toml:2: minimum)\n";
    assert!(world.redact(&output.stdout).contains(line), "{output}");
    assert!(output.stderr.contains("hint: run `gom use 1.98.3`"), "{output}");
    let policy: Value = world.gom_there(["why", "--json"]).done().json()["policy"].clone();
    assert_eq!((&policy["file"], &policy["mode"]), (&"/etc/gom/policy.toml".into(), &"enforce".into()));
    assert_eq!((&policy["allowed"], &policy["hint"]), (&false.into(), &"run `gom use 1.98.3`".into()));
    assert!(world.gom(["why", "--json"]).done().json()["policy"].is_null());
}

#[test]
fn verbs_that_show_what_runs_warn() {
    let Some(world) = World::machine_with(MINIMUM, &[OLD]) else { return };
    for words in [&["current"][..], &["which", "go"]] {
        let output = world.gom_there(words).done();
        assert!(output.stderr.contains("warning: go1.98.1."), "{output}");
        assert!(output.stderr.contains("hint: run `gom use 1.98.3`"), "{output}");
        assert_eq!(output.stdout, world.gom(words).done().stdout);
    }
}

#[test]
fn the_doctor_names_what_is_refused_and_the_file() {
    let Some(world) = World::machine_with(MINIMUM, &[OLD, NEW]) else { return };
    world.done(["use", NEW]);
    let doctor = |id: &str| {
        let output = world.gom_there(["doctor", "--only", id]).run();
        (output.code, world.redact(&output.stdout))
    };
    let (code, said) = doctor("policy-refuses");
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("warning policy-refuses: go1.98.1.[PLATFORM] is refused by this machine's policy: "),
        "{said}"
    );
    assert!(said.contains("   run\n     gom install 1.98.3\n"), "{said}");
    let (_, said) = doctor("policy-applies");
    assert!(said.contains("/etc/gom/policy.toml: enforce"), "{said}");
    world.done(["use", OLD]);
    let (code, said) = doctor("policy-refuses");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("error   policy-refuses: go1.98.1.[PLATFORM]"), "{said}");
    assert!(said.contains("     gom use 1.98.3\n"), "{said}");
}
