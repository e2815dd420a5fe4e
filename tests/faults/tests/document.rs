//! docs/reliability.md names every scenario and every promise of the campaign.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::process::Command;

fn document() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reliability.md");
    std::fs::read_to_string(file).unwrap()
}

fn faults(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_faults")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_scenario_is_in_the_document() {
    let document = document();
    let scenarios = faults(&["--list"]);
    assert!(scenarios.lines().count() > 20, "{scenarios}");
    for scenario in scenarios.lines().filter_map(|line| line.split(':').next()) {
        let is_named =
            |text: &str| text.split(['|', ',', ' ']).any(|word| word.trim().trim_matches('`') == scenario);
        assert!(document.lines().any(is_named), "{scenario}");
    }
}
