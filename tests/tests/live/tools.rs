//! Tools from the module proxy: what `gom doctor arch` says of programs that a real go built.

use crate::common::{Live, OLD, Step, module};

/// In the store that the steps of `selection` left.
pub(crate) const TOOLS: [Step; 1] =
    [("tools by an older Go than the project's are found", tools_by_an_older_go_are_found)];

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
