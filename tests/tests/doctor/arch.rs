//! `gom doctor arch`: what each program is for, on described hosts and on this one.

use crate::world::{Doctored, host_file};
use gom_tests::{Output, Sandbox, World};
use serde_json::Value;

fn judged(host: &str, json: bool) -> Output {
    let file = host_file(host);
    let mut arguments = vec!["doctor", "arch", "--facts", file.to_str().unwrap()];
    arguments.extend(json.then_some("--json"));
    Sandbox::new().gom(arguments).run()
}

/// Role and architectures of each program.
fn programs(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = report["programs"].as_array().unwrap().iter();
    all.map(|one| {
        let archs: Vec<String> = one["archs"].as_array().unwrap().iter().map(text).collect();
        (text(&one["role"]), archs.join(","))
    })
    .collect()
}

#[test]
fn a_clean_mac_is_arm64_all_over() {
    let output = judged("mac-clean-m3", true);
    assert_eq!(output.code, Some(0), "{output}");
    let report = output.json();
    assert_eq!((report["machine"].as_str(), report["goarch"].as_str()), (Some("arm64"), Some("arm64")));
    // Of the shim only the link is recorded.
    assert!(programs(&report).iter().all(|(_, archs)| matches!(archs.as_str(), "arm64" | "")), "{output}");
}

#[test]
fn a_translated_terminal_and_programs_for_intel_are_found() {
    let output = judged("mac-translated-terminal", false);
    assert_eq!(output.code, Some(1), "{output}");
    let shell = output.stdout.lines().find(|line| line.starts_with("shell ")).unwrap();
    assert!(shell.contains(" amd64 "), "{output}");
    assert!(output.stdout.contains("built for Intel: runs under Rosetta"), "{output}");
    let intel = judged("mac-m1-intel-homebrew", true).json();
    assert!(programs(&intel).contains(&("on PATH".to_owned(), "amd64".to_owned())), "{intel:#}");
}

#[test]
fn tools_have_their_go_and_the_command_that_builds_them_again() {
    let output = judged("mac-26-old-tools", true);
    let report = output.json();
    let tools = report["tools"].as_array().unwrap();
    let wrong: Vec<&Value> = tools.iter().filter(|tool| !tool["problem"].is_null()).collect();
    assert!(!wrong.is_empty(), "{output}");
    for tool in wrong {
        let command = tool["rebuild"].as_str().unwrap();
        assert!(command.starts_with("go install ") && command.ends_with("@latest"), "{tool}");
    }
}

#[test]
fn this_machine_is_judged_too() {
    let home = World::healthy(&["1.30.1"]);
    let report = home.done(["doctor", "arch", "--json"]).json();
    let roles: Vec<String> = programs(&report).into_iter().map(|(role, _)| role).collect();
    assert_eq!(roles[..4], ["shell", "gom", "selected", "on PATH"], "{report:#}");
    let shim = &report["programs"][3];
    assert_eq!(shim["is_shim"], true, "{report:#}");
    assert_eq!(report["goarch"], report["machine"]);
}

/// A program that the real go command builds says its Go, its module and its architecture.
#[test]
fn what_a_real_go_built_is_read() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Some(go) = std::env::split_paths(&path).map(|folder| folder.join("go")).find(|go| go.is_file())
    else {
        eprintln!("skipped: no go on PATH");
        return;
    };
    let home = World::healthy(&["1.30.1"]);
    home.write_home("src/gopls/go.mod", "module example.test/gopls\n\ngo 1.21\n");
    home.write_home("src/gopls/main.go", "package main\n\nfunc main() {}\n");
    let folder = home.home().join("src/gopls");
    for (arch, name) in [("arm64", "tool-a"), ("amd64", "gopls")] {
        let program = home.home().join("go/bin").join(name);
        let build = ["build", "-o", program.to_str().unwrap(), "."];
        let run = home.command(&go, build).cwd(&folder).env("GOARCH", arch).env("CGO_ENABLED", "0");
        let output = run.env("GOTOOLCHAIN", "local").env("GOFLAGS", "-buildvcs=false").run();
        assert_eq!(output.code, Some(0), "{output}");
    }
    let output = home.gom(["doctor", "arch", "--json"]).run();
    let report = output.json();
    assert_eq!(output.code, Some(1), "{output}");
    let of = |name: &str| {
        let tools = report["tools"].as_array().unwrap();
        tools.iter().find(|tool| tool["path"].as_str().unwrap().ends_with(name)).unwrap().clone()
    };
    for (name, arch) in [("/tool-a", "arm64"), ("/gopls", "amd64")] {
        assert_eq!(of(name)["archs"][0], arch, "{output}");
        assert!(of(name)["module"].as_str().unwrap().starts_with("example.test/gopls@"), "{output}");
        assert!(of(name)["go"].as_str().unwrap().starts_with("1."), "{output}");
    }
    let gopls = of("/gopls");
    assert!(
        gopls["problem"].as_str().unwrap().ends_with("can't read code for Go 1.30, which is selected"),
        "{gopls}"
    );
    assert_eq!(gopls["rebuild"], "go install example.test/gopls@latest");
}
