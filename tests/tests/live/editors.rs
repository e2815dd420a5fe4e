//! gopls and dlv, built by gom and started as an editor does, by gom's link and without a PATH: they use the pinned Go, and
//! after a new pin and a restart the new one.

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::{Live, NEW, OLD, Step, module};
use crate::debugger::Session;
use crate::protocol::Client;

/// In the store that the steps of `tools` left.
pub(crate) const EDITORS: [Step; 2] = [
    ("gopls serves the pinned Go, and a restarted one the next pin", gopls_follows_the_pin),
    ("dlv debugs and attaches with the pinned Go", dlv_debugs_with_the_pinned_go),
];

/// Both are built by the new Go, and serve the old one too.
const GOPLS: &str = "golang.org/x/tools/gopls@v0.16.2";
pub(crate) const DLV: &str = "github.com/go-delve/delve/cmd/dlv@v1.22.1";

/// The breakpoint is in line 14.
const PROGRAM: &str = "package main\n\nimport (\n\t\"bufio\"\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tlines := bufio.NewScanner(os.Stdin)\n\tfmt.Println(\"ready\")\n\tcount := 0\n\tfor count < 3 {\n\t\tcount++\n\t\tlines.Scan()\n\t}\n}\n";
const BREAKPOINT: u64 = 14;

/// A program of the store as an editor without any PATH starts it.
fn as_editor(live: &Live, name: &str, dir: &Path) -> Command {
    let mut command = Command::new(live.sandbox.store().join("bin").join(name));
    command.env_clear().current_dir(dir).env("HOME", live.sandbox.home());
    command.env("GOPROXY", "off").env("GOFLAGS", "-mod=mod").env("CGO_ENABLED", "0");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

fn project(live: &Live, version: &str) -> PathBuf {
    let dir = fs::canonicalize(module(live, "editors", "go 1.21\n")).unwrap();
    fs::write(dir.join("main.go"), PROGRAM).unwrap();
    live.gom(["local", version]).cwd(&dir).done();
    dir
}

fn go_env_goroot(live: &Live, dir: &Path) -> String {
    let output = live.sandbox.shim("go", ["env", "GOROOT"]).cwd(dir).done();
    output.stdout.trim().to_owned()
}

fn install(live: &Live, package: &str) {
    let dir = project(live, NEW);
    let install = live.gom(["tools", "install", package]).cwd(&dir);
    install.env("CGO_ENABLED", "0").env("GOFLAGS", "-modcacherw").done();
}

fn gopls_follows_the_pin(live: &Live) {
    install(live, GOPLS);
    for version in [OLD, NEW] {
        let dir = project(live, version);
        let expected = go_env_goroot(live, &dir);
        assert!(expected.contains(&format!("go{version}.")), "{expected}");
        let mut gopls = as_editor(live, "gopls", &dir).spawn().unwrap();
        let mut client = Client::new(gopls.stdin.take().unwrap(), gopls.stdout.take().unwrap());
        let uri = format!("file://{}", dir.display());
        let file = json!({"uri": format!("{uri}/main.go")});
        client.request("initialize", &json!({"processId": null, "rootUri": uri, "capabilities": {}}));
        client.notify("initialized", &json!({}));
        let opened = json!({"uri": file["uri"], "languageId": "go", "version": 1, "text": PROGRAM});
        client.notify("textDocument/didOpen", &json!({"textDocument": opened}));
        // `Println` in line 11.
        let place = json!({"textDocument": file, "position": {"line": 10, "character": 6}});
        let hover = client.request("textDocument/hover", &place);
        assert!(hover.to_string().contains("func fmt.Println"), "{hover:#}");
        let definition = client.request("textDocument/definition", &place);
        let source = definition[0]["uri"].as_str().unwrap();
        assert_eq!(source, format!("file://{expected}/src/fmt/print.go"));
        client.request("shutdown", &Value::Null);
        client.notify("exit", &Value::Null);
        assert!(gopls.wait().unwrap().success());
    }
    // What gopls is, gom tells too, without a start of an editor.
    let dir = project(live, NEW);
    let path = live.sandbox.store().join("bin");
    let report =
        live.sandbox.gom(["ide", "check", "helix", "--json"]).cwd(&dir).env("PATH", path).run().json();
    let terminal = &report["environments"][0]["programs"];
    assert_eq!(
        (&terminal[0]["version"], &terminal[1]["version"]),
        (&json!(format!("go{NEW}")), &json!("v0.16.2"))
    );
    assert_eq!((&terminal[1]["state"], &terminal[1]["built_by"]), (&json!("ok"), &json!(format!("go{NEW}"))));
}

/// Sets the breakpoint, lets the program run, and returns the Go that built it, as the debugger reads it at the breakpoint.
fn go_at_breakpoint(session: &mut Session, dir: &Path, start: u64, on_run: impl FnOnce()) -> String {
    let frame = session.stop_in_main(&dir.join("main.go"), BREAKPOINT, start, on_run);
    session.evaluate(&frame, "runtime.buildVersion")
}

fn dlv_debugs_with_the_pinned_go(live: &Live) {
    install(live, DLV);
    let dir = project(live, OLD);
    let mut session = Session::start(as_editor(live, "dlv", &dir));
    let start = session.client.ask("launch", &json!({"mode": "debug", "program": dir}));
    assert_eq!(go_at_breakpoint(&mut session, &dir, start, || ()), format!("go{OLD}"));
    session.end();

    let program = dir.join("program");
    let build = ["build", "-gcflags=all=-N -l", "-o", program.to_str().unwrap(), "."];
    live.sandbox.shim("go", build).cwd(&dir).env("CGO_ENABLED", "0").done();
    let mut running = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(running.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "ready\n");
    let mut input = running.stdin.take().unwrap();
    let mut session = Session::start(as_editor(live, "dlv", &dir));
    let start = session.client.ask("attach", &json!({"mode": "local", "processId": running.id()}));
    let go = go_at_breakpoint(&mut session, &dir, start, || input.write_all(b"a line\n").unwrap());
    assert_eq!(go, format!("go{OLD}"));
    session.end();
    running.wait().unwrap();

    // This delve does not know the new Go.
    let dir = project(live, NEW);
    let path = live.sandbox.store().join("bin");
    let output = live.sandbox.gom(["ide", "check", "helix", "--json"]).cwd(&dir).env("PATH", path).run();
    let dlv = &output.json()["environments"][0]["programs"][2];
    assert_eq!((output.code, &dlv["state"]), (Some(10), &json!("problem")), "{output}");
    assert!(dlv["problem"].as_str().unwrap().contains("delve 1.22 supports Go up to 1.22"), "{dlv:#}");
}
