//! `tool` lines of a go.mod: shown, and neither built nor run.

use super::world::Tools;
use insta::assert_snapshot;

#[test]
fn a_project_s_tools_are_listed_and_change_no_command() {
    let tools = Tools::new();
    tools.write(
        "go.mod",
        "module m\n\ngo 1.98\n\ntool example.test/evil/cmd/hello\n\nrequire example.test/evil v9.9.9\n",
    );
    assert_snapshot!(tools.say(["tools", "list"]), @r"
    exit: 0
    --- stdout
    [WORK]/go.mod:5: example.test/evil/cmd/hello v9.9.9: `go tool example.test/evil/cmd/hello`
    --- stderr
    ");
    tools.done(["tools", "install", "example.test/tools/cmd/hello"]);
    tools.asked();
    let output = tools.linked("hello", ["x"]).run();
    assert!(output.stdout.starts_with("hello, built by 1.98.1: x\n"), "{output}");
    assert!(tools.asked().is_empty());
    assert_eq!(tools.done(["tools", "list", "--json"]).json()["project"][0]["version"], "v9.9.9");
    assert_eq!(tools.commands(), ["hello"]);
}
