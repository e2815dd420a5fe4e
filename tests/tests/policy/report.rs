//! A policy that only reports: everything works, and what would be refused is said.

use crate::world::{MINIMUM, Machine, NEW, OLD};
use gom_tests::World;
use insta::assert_snapshot;

fn machine() -> Option<World> {
    World::machine_with(&format!("mode = \"report\"\n{MINIMUM}"), &[OLD])
}

#[test]
fn a_go_runs_and_says_once_a_day_what_the_policy_says() {
    let Some(world) = machine() else { return };
    assert_snapshot!(world.shown(world.go_there(["version"])), @r"
    exit: 0
    --- stdout
    go version go1.98.1 [PLATFORM]
    --- stderr
    warning: go1.98.1.[PLATFORM] is refused by this machine's policy: Go 1.98 must be 1.98.2 or newer (/etc/gom/policy.toml:3: minimum); it runs, as the policy only reports
    hint: run `gom local 1.98.3`
    ");
    let again = world.go_there(["version"]).done();
    assert_eq!(again.stderr, "");
    // The shim does so alone, once there is a verdict.
    world.without_gom(|| world.go_there(["version"]).done());
    world.go_there(["exit", "3"]).env("GOTOOLCHAIN", "go1.98.1").run();
}

#[test]
fn verbs_work_and_say_it_too() {
    let Some(world) = machine() else { return };
    for words in [
        &["install", OLD][..],
        &["install", OLD, "--force"],
        &["use", OLD],
        &["exec", OLD, "go", "version"],
        &["local", OLD],
    ] {
        let output = world.gom_there(words).done();
        let told = "is refused by this machine's policy: Go 1.98 must be 1.98.2 or newer (/etc/gom/policy.toml:3: minimum); \
                    it goes on, as the policy only reports";
        assert_eq!(output.stderr.matches(told).count(), 1, "{words:?}: {output}");
    }
    let clean = world.gom_there(["install", NEW]).done();
    assert!(!clean.stderr.contains("policy"), "{clean}");
}

#[test]
fn a_proof_and_a_place_are_not_forced() {
    let Some(world) =
        World::machine_with("mode = \"report\"\nproof = \"log\"\nsources = [\"go.dev\"]\n", &[])
    else {
        return;
    };
    let output = world.gom_there(["install", OLD]).done();
    assert!(
        output
            .stderr
            .contains("it came from proxy, which is not one of go.dev (/etc/gom/policy.toml:3: sources)"),
        "{output}"
    );
}

#[test]
fn a_mistake_in_it_stops_nobody() {
    let Some(world) = World::machine_with("mode = \"report\"\nmaximum = 3\n", &[OLD]) else { return };
    let first = world.go_there(["version"]).done();
    let told = "warning: this machine's policy can't be used: /etc/gom/policy.toml:2: `maximum` is not one of mode, ";
    assert!(first.stderr.starts_with(told), "{first}");
    assert_eq!(world.go_there(["version"]).done().stderr, "");
    world.without_gom(|| world.go_there(["version"]).done());
    let output = world.gom_there(["install", NEW]).done();
    assert!(output.stderr.contains("this machine's policy can't be used"), "{output}");
    let doctor = world.gom_there(["doctor", "--only", "policy-unusable"]).run();
    assert_eq!(doctor.code, Some(0), "{doctor}");
    assert!(doctor.stdout.contains("warning policy-unusable: "), "{doctor}");
}
