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

const GO_MOD: &str = "module m\n\ngo 1.98\n\ntool (\n\texample.test/evil/cmd/hello\n\tm/cmd/own\n)\n\n\
    require example.test/evil v9.9.9\n";

#[test]
fn a_project_s_tools_are_built_for_go_tool_alone_and_only_if_the_user_says_so() {
    let tools = Tools::new();
    tools.write("go.mod", GO_MOD);
    assert_snapshot!(tools.say(["tools", "install"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: 2 tools of `[WORK]/go.mod` would be built, and nobody can be asked
    hint: run `gom tools list` to see them, then the same command with `--yes`
    ");
    assert_snapshot!(tools.say(["tools", "install", "--dry-run"]), @r"
    exit: 0
    --- stdout
    [WORK]/go.mod:6: example.test/evil/cmd/hello v9.9.9: `go tool example.test/evil/cmd/hello`
    [WORK]/go.mod:7: m/cmd/own of this module: `go tool m/cmd/own`
    --- stderr
    ");
    assert!(tools.asked().is_empty());
    assert_snapshot!(tools.say(["tools", "install", "--yes"]), @r"
    exit: 0
    --- stdout
    --- stderr
    built example.test/evil/cmd/hello, for `go tool` in this project
    built m/cmd/own, for `go tool` in this project
    ");
    assert_eq!(tools.asked(), ["tool tool -n example.test/evil/cmd/hello", "tool tool -n m/cmd/own"]);
    assert!(tools.files().is_empty() && tools.commands().is_empty());
    let report = tools.done(["tools", "install", "--yes", "--json"]).json();
    assert_eq!(report["project"][0]["program"], "/cache/example.test/evil/cmd/hello", "{report}");
    assert_eq!(report["project"][1]["outcome"], "built");
    // Options about a command that is made need its package.
    assert_eq!(tools.gom(["tools", "install", "--shadow"]).run().code, Some(2));
}

#[test]
fn at_a_terminal_the_answer_decides() {
    let tools = Tools::new();
    tools.write("go.mod", GO_MOD);
    for (answer, builds) in [("n\r", 0), ("y\r", 2)] {
        let gom = tools.store().join("bin/gom");
        let Some(mut terminal) = tools.terminal((160, 40), gom, ["tools", "install"]) else { return };
        terminal.wait_for("the question", |screen| {
            screen.contains("Build 2 tools of this project with Go 1.98.1?")
        });
        terminal.press(answer);
        let shown = terminal.end();
        assert_eq!(tools.asked().len(), builds, "{shown:?}");
    }
}

#[test]
fn what_could_be_an_option_of_go_is_not_passed_on() {
    let tools = Tools::new();
    tools.write("go.mod", "module m\n\ngo 1.98\n\ntool -modfile=/x\n");
    let output = tools.gom(["tools", "install", "--yes"]).run();
    assert_eq!(output.code, Some(2), "{output}");
    assert!(tools.asked().is_empty());
}

#[test]
fn without_a_package_and_without_tool_lines_the_answer_names_what_to_pass() {
    let tools = Tools::new();
    for file in ["README", "go.mod"] {
        tools.write(file, "module m\n\ngo 1.98\n");
        let output = tools.gom(["tools", "install"]).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(
            output.stderr.contains("error: no package is named, and no go.mod here has a `tool` line\n"),
            "{output}"
        );
        assert!(
            output.stderr.contains("hint: name a package, such as `gom tools install gopls`"),
            "{output}"
        );
    }
}

#[test]
fn a_go_without_tool_lines_is_named() {
    let tools = Tools::with_published(&["1.23.4"]);
    tools.done(["install", "1.23.4"]);
    tools.write("go.mod", "module m\n\ngo 1.23\n\ntool m/cmd/own\n");
    let output = tools.gom(["tools", "install", "--yes"]).run();
    assert!(output.stderr.contains("error: Go 1.23.4 reads no `tool` lines"), "{output}");
    assert_eq!(output.code, Some(127), "{output}");
    assert!(tools.asked().is_empty());
}
