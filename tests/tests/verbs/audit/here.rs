//! Without a name: what is installed, the default, the pin, the lines of the module here, and the tools.

use super::world::{said, with_database, world};
use gom_tests::{FakeToolchain, World, go_program};
use insta::assert_snapshot;
use serde_json::json;
use std::fs;

#[test]
fn nothing_in_use_is_clean() {
    let world = World::publishing(&[]);
    let db = with_database(&world);
    assert_snapshot!(said(&world, &db, world.gom(["audit"])), @"
    exit: 0
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    hint: nothing is installed, and no file here names a Go; run `gom install latest`
    ");
}

#[test]
fn a_toolchain_has_what_its_library_and_its_tools_have() {
    let (world, db) = world();
    assert_snapshot!(said(&world, &db, world.gom(["audit"])), @"
    exit: 10
    --- stdout
    WHAT       GO      KNOWN  ELSEWHERE  CLEAN FROM  FILE
    toolchain  1.98.1      2          1  1.98.3      [HOME]/.gom/toolchains/go1.98.1.[PLATFORM]

    VULNERABILITY  LEVEL  ALIASES        FIXED IN       PACKAGES  SUMMARY
    GO-2026-9003   note   CVE-2026-9003  1.98.4         os        A fault in os
    GO-2026-9002   error  CVE-2026-9002  1.98.3         cmd/go    A fault in cmd/go
    GO-2026-9001   error  CVE-2026-9001  1.97.5 1.98.2  net/http  A fault in net/http
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    hint: run `gom upgrade 1.98 --remove-old` for go1.98.1.[PLATFORM]
    ");
}

#[test]
fn a_release_without_a_known_vulnerability_is_clean() {
    let world = World::with(&["1.98.4"]);
    let db = with_database(&world);
    assert_snapshot!(said(&world, &db, world.gom(["audit"])), @"
    exit: 0
    --- stdout
    WHAT       GO      KNOWN  FILE
    toolchain  1.98.4   none  [HOME]/.gom/toolchains/go1.98.4.[PLATFORM]
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    ");
}

#[test]
fn the_default_and_the_pin_each_have_a_cure() {
    let (world, db) = world();
    world.done(["use", "1.98.1"]);
    world.write(".tool-versions", "nodejs 20\ngolang 1.98.2\n");
    assert_snapshot!(said(&world, &db, world.gom(["audit"])), @"
    exit: 10
    --- stdout
    WHAT       GO      KNOWN  ELSEWHERE  CLEAN FROM  FILE
    toolchain  1.98.1      2          1  1.98.3      [HOME]/.gom/toolchains/go1.98.1.[PLATFORM]
    default    1.98.1      2          1  1.98.3      [HOME]/.gom/default:1
    pin        1.98.2      1          1  1.98.3      [WORK]/.tool-versions:2

    VULNERABILITY  LEVEL  ALIASES        FIXED IN       PACKAGES  SUMMARY
    GO-2026-9003   note   CVE-2026-9003  1.98.4         os        A fault in os
    GO-2026-9002   error  CVE-2026-9002  1.98.3         cmd/go    A fault in cmd/go
    GO-2026-9001   error  CVE-2026-9001  1.97.5 1.98.2  net/http  A fault in net/http
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    hint: run `gom upgrade 1.98 --remove-old` for go1.98.1.[PLATFORM]
    hint: run `gom use --secure 1.98`
    hint: run `gom local 1.98.3` for the pin
    ");
}

#[test]
fn a_floor_is_a_note() {
    let world = World::with(&["1.98.4"]);
    let db = with_database(&world);
    world.write("go.mod", "module example.com/x\n\ngo 1.98.0\n\ntoolchain go1.98.1\n");
    assert_snapshot!(said(&world, &db, world.gom(["audit"])), @"
    exit: 0
    --- stdout
    WHAT             GO      KNOWN  ELSEWHERE  CLEAN FROM  FILE
    toolchain        1.98.4   none                         [HOME]/.gom/toolchains/go1.98.4.[PLATFORM]
    floor go         1.98.0      2          1  1.98.3      [WORK]/go.mod:3
    floor toolchain  1.98.1      2          1  1.98.3      [WORK]/go.mod:5

    VULNERABILITY  LEVEL  ALIASES        FIXED IN       PACKAGES  SUMMARY
    GO-2026-9003   note   CVE-2026-9003  1.98.4         os        A fault in os
    GO-2026-9002   note   CVE-2026-9002  1.98.3         cmd/go    A fault in cmd/go
    GO-2026-9001   note   CVE-2026-9001  1.97.5 1.98.2  net/http  A fault in net/http
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    ");
    let strict = world.gom(["audit", "--fail-on", "note"]).run();
    assert_eq!(strict.code, Some(10), "{strict}");
}

#[test]
fn a_workspace_has_the_lines_of_its_modules() {
    let world = World::with(&["1.98.4"]);
    let db = with_database(&world);
    world.write("go.work", "go 1.98.4\n\nuse (\n\t./a\n\t./missing\n)\n");
    world.write("a/go.mod", "module example.com/a\n\ngo 1.98\n");
    let report = world.done(["audit", "--json"]).json();
    let rows: Vec<_> =
        report["audited"].as_array().unwrap().iter().filter(|row| row["kind"] == "floor").collect();
    let shown: Vec<_> =
        rows.iter().map(|row| (&row["name"], &row["go"], &row["line"], &row["level"])).collect();
    assert_eq!(json!(shown), json!([["go", "1.98.4", 1, "none"], ["go", "1.98", 3, "note"]]));
    assert_eq!(rows[1]["file"], world.work().join("a/go.mod").to_str().unwrap());
    drop(db);
}

#[test]
fn a_tool_is_judged_by_the_go_that_built_it() {
    let world = World::with(&["1.98.4"]);
    let db = with_database(&world);
    let folder = world.store().join(format!("tools/1.98.{}/gopls", FakeToolchain::here("1.98.4").platform()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("gopls"), go_program("go1.98.1", &["GOOS=linux", "GOARCH=amd64"])).unwrap();
    let output = world.gom(["audit", "--json"]).run();
    assert_eq!(output.code, Some(10), "{output}");
    let row = &output.json()["audited"][1];
    assert_eq!(
        (&row["kind"], &row["name"], &row["version"]),
        (&"tool".into(), &"gopls".into(), &"1.98.1".into())
    );
    // cmd/go is not in it.
    assert_eq!(row["findings"][1]["id"], "GO-2026-9001");
    assert_eq!(row["clean_from"], "1.98.2");
    let text = said(&world, &db, world.gom(["audit"]));
    assert!(text.contains("hint: run `gom tools install gopls --go 1.98.2`"), "{text}");
}

#[test]
fn a_linked_development_version_is_unknown() {
    let world = World::with(&["1.98.4"]);
    let db = with_database(&world);
    let goroot = world.home().join("go-tip");
    fs::create_dir_all(goroot.join("bin")).unwrap();
    fs::copy(world.goroot(&FakeToolchain::here("1.98.4").name()).join("bin/go"), goroot.join("bin/go"))
        .unwrap();
    fs::write(goroot.join("VERSION"), "devel go1.99-0123abc\n").unwrap();
    world.done(["link", "tip", goroot.to_str().unwrap()]);
    assert_snapshot!(said(&world, &db, world.gom(["audit"])), @"
    exit: 0
    --- stdout
    WHAT        GO                     KNOWN  FILE
    toolchain   1.98.4                  none  [HOME]/.gom/toolchains/go1.98.4.[PLATFORM]
    goroot tip  development version  unknown  [HOME]/go-tip
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    ");
}

#[test]
fn levels_decide_the_exit_code() {
    let (world, db) = world();
    db.publish("GO-2026-9004", "stdlib", "+1.98.4", "os/exec");
    let code = |world: &World, level: &str| world.gom(["audit", "--fail-on", level]).run().code;
    for (level, expected) in [("note", 10), ("warning", 10), ("error", 10), ("none", 0)] {
        assert_eq!(code(&world, level), Some(expected), "1.98.1 {level}");
    }
    let unfixed = World::with(&["1.98.4"]);
    db.online(&unfixed.internet);
    for (level, expected) in [("note", 10), ("warning", 10), ("error", 0), ("none", 0)] {
        assert_eq!(code(&unfixed, level), Some(expected), "1.98.4 {level}");
    }
    assert_snapshot!(said(&unfixed, &db, unfixed.gom(["audit"])), @"
    exit: 10
    --- stdout
    WHAT       GO      KNOWN  FILE
    toolchain  1.98.4      1  [HOME]/.gom/toolchains/go1.98.4.[PLATFORM]

    VULNERABILITY  LEVEL    ALIASES        PACKAGES  SUMMARY
    GO-2026-9004   warning  CVE-2026-9004  os/exec   A fault in os/exec
    --- stderr
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    ");
}

#[test]
fn the_json_has_what_the_table_has() {
    let (world, db) = world();
    world.write(".go-version", "1.98.1\n");
    let output = world.gom(["audit", "--json"]).run();
    assert_eq!(output.code, Some(10), "{output}");
    let report = output.json();
    assert_eq!(
        (&report["schema"], &report["level"], &report["failed"]),
        (&1.into(), &"error".into(), &true.into())
    );
    assert_eq!(
        report["database"],
        json!({"place": "https://vuln.go.dev", "as_of": db.modified(), "from": "network", "refreshed": true})
    );
    let [toolchain, pin] = report["audited"].as_array().unwrap().as_slice() else { panic!("{report:#}") };
    assert_eq!(
        (&toolchain["kind"], &pin["kind"], &pin["line"]),
        (&"toolchain".into(), &"pin".into(), &1.into())
    );
    assert_eq!(toolchain["clean_from"], "1.98.3");
    assert_eq!(
        pin["findings"],
        json!([
            {"id": "GO-2026-9003", "level": "note", "modules": ["stdlib"], "fixed": "1.98.4", "other_platforms_only": true},
            {"id": "GO-2026-9002", "level": "error", "modules": ["toolchain"], "fixed": "1.98.3", "other_platforms_only": false},
            {"id": "GO-2026-9001", "level": "error", "modules": ["stdlib"], "fixed": "1.98.2", "other_platforms_only": false},
        ])
    );
    assert_eq!(
        report["vulnerabilities"][2],
        json!({
            "id": "GO-2026-9001", "level": "error", "aliases": ["CVE-2026-9001"], "summary": "A fault in net/http",
            "packages": ["net/http"], "fixed": ["1.97.5", "1.98.2"], "url": "https://pkg.go.dev/vuln/GO-2026-9001",
        })
    );
}

#[test]
fn sarif_has_a_rule_for_each_vulnerability_and_a_place_for_each_result() {
    let (world, _db) = world();
    world.write(".go-version", "1.98.1\n");
    let output = world.gom(["audit", "--sarif"]).run();
    assert_eq!(output.code, Some(10), "{output}");
    let document = output.json();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules: Vec<_> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    assert_eq!(rules, ["GO-2026-9003", "GO-2026-9002", "GO-2026-9001"]);
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    let pin = results.last().unwrap();
    assert_eq!(
        (&pin["ruleId"], &pin["ruleIndex"], &pin["level"]),
        (&"GO-2026-9001".into(), &2.into(), &"error".into())
    );
    assert_eq!(
        pin["locations"][0]["physicalLocation"],
        json!({"artifactLocation": {"uri": ".go-version"}, "region": {"startLine": 1}})
    );
    let refused = world.gom(["audit", "--sarif", "--json"]).run();
    assert_eq!(refused.code, Some(2), "{refused}");
}

/// A version file that no `go` would run with is an error here too.
#[test]
fn an_invalid_version_file_is_an_error() {
    let (world, _db) = world();
    world.write(".go-version", "one\n");
    assert_eq!(world.gom(["audit"]).run().code, Some(2));
}
