//! An explicit version is exact; one out of a file leaves the policy to the user.

use crate::world::{BEFORE, CiJob, NEW, OLD};
use gom_tests::World;
use insta::assert_snapshot;
use serde_json::Value;

#[test]
fn each_leg_of_a_matrix_runs_its_own_version_beside_a_version_file() {
    for leg in [BEFORE, OLD, NEW] {
        let world = World::github();
        world.write(".go-version", "1.97.5\n");
        world.write("go.mod", "module m\n\ngo 1.97\n");
        let object = world.setup_json(&[leg]);
        assert_eq!(object["policy"], "local");
        let said = world.step_says("go version; go env-dump | grep GOTOOLCHAIN; command -v go");
        assert!(said.starts_with(&format!("go version go{leg} ")), "{said}");
        assert!(said.contains("GOTOOLCHAIN=local\n"), "{said}");
        // No shim between.
        assert!(said.contains(&format!("/toolchains/go{leg}.")), "{said}");
        assert_eq!(object["toolchains"][0]["runs"], leg);
        assert_eq!(object["warnings"], Value::Array(Vec::new()));
    }
}

#[test]
fn a_leg_below_go_mod_runs_all_the_same_and_that_is_said() {
    let world = World::github();
    world.write("go.mod", "module m\n\ngo 1.98.2\n");
    let output = world.setup(&[OLD]);
    let said = world.redact(&output.stderr);
    assert_snapshot!(said.lines().find(|line| line.starts_with("warning")).unwrap(), @"warning: [WORK]/go.mod:3 asks for Go 1.98.2, but with GOTOOLCHAIN=local only Go 1.98.1 runs");
    let said = world.step_says("go version; go env-dump | grep GOTOOLCHAIN");
    assert!(said.starts_with("go version go1.98.1 ") && said.ends_with("GOTOOLCHAIN=local\n"), "{said}");
    assert!(world.runner_file("STEP_SUMMARY").contains("> [WORK]/go.mod:3 asks for Go 1.98.2"));
}

#[test]
fn with_a_file_the_policy_is_the_users() {
    for (policy, preset, gotoolchain, runs) in [
        (None, None, Some("local"), OLD),
        (Some("local"), Some("auto"), Some("local"), OLD),
        (Some("auto"), Some("local"), Some("auto"), NEW),
        (Some("auto"), None, Some("auto"), NEW),
        (Some("inherit"), None, None, NEW),
        (Some("inherit"), Some("local"), None, OLD),
    ] {
        let mut world = World::github();
        world.write(".go-version", "1.98.1\n");
        world.write("go.mod", "module m\n\ngo 1.98.2\n");
        if let Some(preset) = preset {
            world.set("GOTOOLCHAIN", preset);
        }
        let arguments: Vec<&str> = policy.map(|policy| vec!["--toolchain", policy]).unwrap_or_default();
        let object = world.setup_json(&arguments);
        let row = format!("{policy:?} {preset:?} {object:#}");
        assert_eq!(object["variables"]["GOTOOLCHAIN"].as_str(), gotoolchain, "{row}");
        assert_eq!(object["toolchains"][0]["version"], OLD, "{row}");
        assert_eq!(object["toolchains"][0]["runs"], runs, "{row}");
        assert_eq!(
            object["warnings"].as_array().unwrap().is_empty(),
            policy.is_some_and(|policy| policy != "local"),
            "{row}"
        );
    }
}
