//! `gom tools outdated` and `gom tools upgrade`.

use super::world::Tools;
use insta::assert_snapshot;
use std::fs;

const HELLO: &str = "example.test/tools/cmd/hello";
const READER: &str = "example.test/tools/cmd/reader";

/// Makes this the newest version of the module.
fn newest(tools: &Tools, version: &str) {
    tools.set("listed", &format!("{{\"Path\": \"example.test/tools\", \"Version\": \"{version}\"}}\n"));
}

#[test]
fn a_newer_version_is_found_and_installed_but_not_over_a_chosen_one() {
    let tools = Tools::new();
    newest(&tools, "v1.2.3");
    tools.done(["tools", "install", HELLO]);
    tools.done(["tools", "install", &format!("{READER}@v1.2.3")]);
    assert_snapshot!(tools.say(["tools", "outdated"]), @r"
    exit: 0
    --- stdout
    TOOL    VERSION  FOR GO
    hello   v1.2.3   1.98
    reader  v1.2.3   1.98
    --- stderr
    no tool is outdated
    ");
    newest(&tools, "v1.10.0");
    tools.asked();
    assert_snapshot!(tools.say(["tools", "outdated"]), @r"
    exit: 10
    --- stdout
    TOOL    VERSION  NEWEST   FOR GO  STATE
    hello   v1.2.3   v1.10.0  1.98    outdated
    reader  v1.2.3   v1.10.0  1.98    held at its version
    --- stderr
    hint: run `gom tools upgrade`
    ");
    assert_eq!(tools.asked(), ["list list -m -e -json -- example.test/tools@latest"]);
    let report = tools.gom(["tools", "outdated", "--json"]).run();
    assert_eq!(report.code, Some(10));
    assert_eq!(report.json()["tools"][1]["held"], true);
    tools.be_version("v1.10.0");
    assert_snapshot!(tools.say(["tools", "upgrade", "--dry-run"]), @r"
    exit: 0
    --- stdout
    would install hello v1.10.0 for Go 1.98, built by Go 1.98.1
    --- stderr
    ");
    assert_snapshot!(tools.say(["tools", "upgrade"]), @r"
    exit: 0
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.10.0 with Go 1.98.1
    installed hello v1.10.0 for Go 1.98
    ");
    assert_eq!(tools.gom(["tools", "outdated"]).run().code, Some(0));
    assert_snapshot!(tools.say(["tools", "upgrade"]), @r"
    exit: 0
    --- stdout
    --- stderr
    no tool to upgrade
    ");
    tools.done(["tools", "upgrade", "reader"]);
    let list = tools.done(["tools", "list", "--json"]).json();
    assert_eq!(list["tools"][1]["version"], "v1.10.0");
    assert_eq!(tools.gom(["tools", "upgrade", "nothing"]).run().code, Some(3));
}

#[test]
fn what_reads_go_code_is_too_old_for_a_newer_go() {
    let tools = Tools::new();
    newest(&tools, "v1.2.3");
    tools.done(["tools", "install", HELLO]);
    tools.read_go_code();
    tools.done(["tools", "install", READER]);
    assert_eq!(tools.gom(["tools", "outdated"]).run().code, Some(0));
    tools.done(["use", "1.99.2"]);
    assert_snapshot!(tools.say(["tools", "outdated"]), @r"
    exit: 10
    --- stdout
    TOOL    VERSION  FOR GO  STATE
    hello   v1.2.3   1.98
    reader  v1.2.3   1.98
    reader  v1.2.3   1.99    only for Go 1.98, and reads Go code
    --- stderr
    hint: run `gom tools upgrade`
    ");
    let said = tools.done(["upgrade"]).stderr;
    assert!(said.contains("warning: too old for the Go that is selected now: reader\n"), "{said}");
    assert!(said.contains("hint: run `gom tools upgrade`\n"), "{said}");
    assert_snapshot!(tools.say(["tools", "upgrade"]), @r"
    exit: 0
    --- stdout
    --- stderr
    building example.test/tools/cmd/reader@v1.2.3 with Go 1.99.2
    installed reader v1.2.3 for Go 1.99
    ");
    assert_eq!(tools.gom(["tools", "outdated"]).run().code, Some(0));
    assert!(!tools.done(["upgrade"]).stderr.contains("too old"));
}

#[test]
fn what_a_newer_go_had_to_build_is_not_too_old_for_it() {
    let tools = Tools::new();
    newest(&tools, "v1.2.3");
    tools.read_go_code();
    tools.set("needs", "1.99.2");
    tools.done(["tools", "install", READER]);
    tools.done(["use", "1.99.2"]);
    assert_snapshot!(tools.say(["tools", "outdated"]), @r"
    exit: 0
    --- stdout
    TOOL    VERSION  FOR GO
    reader  v1.2.3   1.98
    --- stderr
    no tool is outdated
    ");
    let output = tools.linked("reader", ["x"]).run();
    assert!(output.stdout.starts_with("reader, built by 1.99.2: x\n"), "{output}");
    assert_eq!(tools.done(["tools", "list", "--json"]).json()["tools"][0]["runs_here"], true);
}

#[test]
fn a_line_without_a_go_is_not_upgraded() {
    let tools = Tools::new();
    tools.done(["tools", "install", HELLO]);
    newest(&tools, "v1.10.0");
    tools.done(["uninstall", "1.98.1", "--yes"]);
    tools.done(["use", "1.99.2"]);
    let output = tools.done(["tools", "outdated"]);
    assert!(output.stdout.contains("its Go is not installed"), "{output}");
    assert!(tools.done(["tools", "upgrade"]).stderr.contains("no tool to upgrade"));
    assert_eq!(tools.installed(), ["go1.99.2.[PLATFORM]"]);
}

#[test]
fn without_an_answer_the_newest_version_is_unknown() {
    let tools = Tools::new();
    tools.done(["tools", "install", HELLO]);
    let _ = fs::remove_file(tools.state("listed"));
    let output = tools.gom(["tools", "outdated"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("unknown") && output.stderr.contains("warning: "), "{output}");
    assert_eq!(tools.gom(["tools", "upgrade"]).run().code, Some(0));
}
