//! Tools from the module proxy: built, proven and started by gom, and what `gom doctor arch` says of others.

use crate::common::{Live, NEW, OLD, Step, module, offline};

/// In the store that the steps of `selection` left.
pub(crate) const TOOLS: [Step; 2] = [
    ("tools by an older Go than the project's are found", tools_by_an_older_go_are_found),
    ("dlv and staticcheck as gom's tools", tools_are_built_proven_and_started),
];

/// Old enough for the old Go.
const DLV: &str = "github.com/go-delve/delve/cmd/dlv@v1.22.1";
const STATICCHECK: &str = "honnef.co/go/tools/cmd/staticcheck@v0.4.7";

fn tools_by_an_older_go_are_found(live: &Live) {
    let bin = live.sandbox.home().join("go/bin");
    for tool in [DLV, STATICCHECK] {
        let install = live.gom(["exec", OLD, "--", "go", "install", tool]);
        install.env("GOBIN", &bin).env("CGO_ENABLED", "0").env("GOFLAGS", "-modcacherw").done();
    }
    let dir = module(live, "tools", "go 1.23\n");
    let output = live.gom(["doctor", "arch", "--json"]).cwd(&dir).run();
    assert_eq!(output.code, Some(1), "{output}");
    let report = output.json();
    let tools = report["tools"].as_array().unwrap();
    for (name, module) in
        [("/dlv", "github.com/go-delve/delve@v1.22.1"), ("/staticcheck", "honnef.co/go/tools@v0.4.7")]
    {
        let tool = tools.iter().find(|tool| tool["path"].as_str().unwrap().ends_with(name)).unwrap();
        assert_eq!((tool["go"].as_str(), tool["module"].as_str()), (Some(OLD), Some(module)), "{output}");
        assert_eq!(tool["archs"][0], report["machine"], "{output}");
        assert!(
            tool["problem"]
                .as_str()
                .unwrap()
                .contains("can't read code for Go 1.23, which this project needs"),
            "{output}"
        );
        let package = if name == "/dlv" { DLV } else { STATICCHECK };
        let path = package.split('@').next().unwrap();
        assert_eq!(tool["rebuild"], format!("go install {path}@latest"));
    }
}

fn tools_are_built_proven_and_started(live: &Live) {
    let dir = module(live, "tools", "go 1.23\n");
    for tool in [DLV, STATICCHECK] {
        let install = live.gom(["tools", "install", tool]).cwd(&dir);
        install.env("CGO_ENABLED", "0").env("GOFLAGS", "-modcacherw").done();
    }
    let listed = offline(live.sandbox.gom(["tools", "list", "--json"]).cwd(&dir)).done().json();
    let known = [
        ("dlv", "v1.22.1", "Version: 1.22.1", "version"),
        ("staticcheck", "v0.4.7", "staticcheck 2023.1.7 (v0.4.7)", "-version"),
    ];
    for (name, version, answer, argument) in known {
        let tools = listed["tools"].as_array().unwrap();
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        assert_eq!((tool["version"].as_str(), tool["go"].as_str()), (Some(version), Some(NEW)), "{tool:#}");
        assert_eq!(tool["log"], "sum.golang.org", "{tool:#}");
        assert_eq!(tool["unproven"].as_array().map(Vec::len), Some(0), "{tool:#}");
        assert_eq!(tool["reads_go"], true, "{tool:#}");
        let run = offline(live.sandbox.shim(name, [argument]).cwd(&dir)).done();
        assert!(run.stdout.contains(answer), "{run}");
    }
    offline(live.sandbox.gom(["tools", "uninstall", "dlv", "staticcheck"]).cwd(&dir)).done();
    assert!(!live.sandbox.store().join("bin/dlv").exists());
}
