//! docs/doctor.md has the table of checks as gom has it.

use gom_tests::Sandbox;
use serde_json::Value;
use std::path::Path;

#[test]
fn the_document_has_every_check() {
    let list = Sandbox::new().gom(["doctor", "--list", "--json"]).run();
    let list: Value = serde_json::from_str(&list.stdout).unwrap();
    let row = |check: &Value| {
        let text = |field: &str| check[field].as_str().unwrap().to_owned();
        let platforms = match text("platforms").as_str() {
            "darwin" => "macOS",
            "linux" => "Linux",
            _ => "all",
        };
        let (id, severity, title, source) = (text("id"), text("severity"), text("title"), text("source"));
        format!("| `{id}` | {severity} | {platforms} | {title} | {source} |\n")
    };
    let table: String = list["checks"].as_array().unwrap().iter().map(row).collect();
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/doctor.md");
    let document = std::fs::read_to_string(document).unwrap();
    let rows: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(
        rows,
        table.lines().collect::<Vec<_>>(),
        "replace the rows of docs/doctor.md by these:\n{table}"
    );
}

#[test]
fn every_rule_has_its_check() {
    let list = Sandbox::new().gom(["doctor", "--list", "--json"]).run();
    let list: Value = serde_json::from_str(&list.stdout).unwrap();
    let checks = list["checks"].as_array().unwrap();
    let sources: Vec<&str> = checks.iter().map(|check| check["source"].as_str().unwrap()).collect();
    let areas = [
        ("ARCH", 7),
        ("OS", 3),
        ("PATH", 9),
        ("BREW", 4),
        ("MGR", 4),
        ("ENV", 9),
        ("CGO", 5),
        ("INST", 8),
        ("FS", 3),
        ("PERF", 2),
        ("VSC", 5),
        ("GOL", 3),
        ("PROJ", 5),
        ("CI", 2),
    ];
    for (area, count) in areas {
        for number in 1..=count {
            let rule = format!("{area}-{number:02}");
            assert!(
                sources.iter().any(|source| source.split(';').any(|one| one == rule)),
                "{rule} has no check"
            );
        }
    }
    let here = checks.iter().filter(|check| check["platforms"] != "darwin").count();
    assert!(here >= 25, "only {here} checks mean something on Linux");
}

#[test]
fn the_list_is_for_people_too() {
    let list = Sandbox::new().gom(["doctor", "--list"]).run();
    assert_eq!(list.code, Some(0), "{list}");
    let line = list.stdout.lines().find(|line| line.starts_with("goroot-set ")).unwrap();
    assert_eq!(
        line,
        "goroot-set                error    all    GOROOT is set and is not the selected Go (ENV-01)"
    );
}
