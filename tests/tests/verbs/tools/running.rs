//! What runs under a tool's name.

use super::world::Tools;
use insta::assert_snapshot;
use std::fs;

const HELLO: &str = "example.test/tools/cmd/hello";

#[test]
fn the_tool_of_the_selected_line_runs_with_its_arguments() {
    let tools = Tools::new();
    tools.done(["tools", "install", HELLO]);
    tools.done(["tools", "install", HELLO, "--go", "1.99"]);
    tools.write("new/.go-version", "1.99\n");
    tools.write("floor/go.mod", "module m\n\ngo 1.99.2\n");
    tools.asked();
    assert_snapshot!(tools.shown(tools.linked("hello", ["-C", "/nowhere", "+1.99", "env", "GOMOD"])), @r"
    exit: 3
    --- stdout
    hello, built by 1.98.1: -C /nowhere +1.99 env GOMOD
    GOROOT=(unset) PATH=[HOME]/.gom/bin:[HOME]/tools
    --- stderr
    ");
    for (folder, version) in [(".", "1.98.1"), ("new", "1.99.2"), ("floor", "1.99.2")] {
        let output = tools.linked("hello", ["x"]).cwd(tools.work().join(folder)).run();
        assert!(output.stdout.starts_with(&format!("hello, built by {version}: x\n")), "{output}");
        assert_eq!(output.code, Some(3), "{output}");
    }
    // Nothing was built or looked up.
    assert!(tools.asked().is_empty());
}

#[test]
fn the_environment_is_that_of_a_go() {
    let tools = Tools::new();
    tools.done(["tools", "install", HELLO]);
    let said = |run: gom_tests::Run| tools.redact(run.run().stdout.lines().nth(1).unwrap());
    let other = tools.goroot(&gom_tests::FakeToolchain::here("1.99.2").name());
    let usual = said(tools.linked("hello", ["x"]).env("GOROOT", other));
    assert_eq!(usual, "GOROOT=(unset) PATH=[HOME]/.gom/bin:[HOME]/tools");
    // By its whole path, from an editor that knows nothing of gom: its own `go` is gom's too.
    let alone = said(tools.linked("hello", ["x"]).env("PATH", "/nowhere"));
    assert_eq!(alone, "GOROOT=(unset) PATH=[HOME]/.gom/bin:/nowhere");
}

#[test]
fn a_newer_line_stands_in_and_an_older_one_only_for_what_reads_no_code() {
    let tools = Tools::new();
    tools.write("new/.go-version", "1.99\n");
    let new = tools.work().join("new");
    let by = |run: gom_tests::Run| run.run().stdout.lines().next().unwrap_or_default().to_owned();
    tools.done(["tools", "install", HELLO]);
    assert_eq!(by(tools.linked("hello", ["x"]).cwd(&new)), "hello, built by 1.98.1: x");
    tools.read_go_code();
    tools.done(["tools", "install", "example.test/tools/cmd/reader"]);
    assert_eq!(by(tools.linked("reader", ["x"])), "reader, built by 1.98.1: x");
    assert_snapshot!(tools.shown(tools.linked("reader", ["x"]).cwd(&new)), @r"
    exit: 127
    --- stdout
    --- stderr
    error: `reader` is installed for Go 1.98, and reads Go code, so it can't be used for Go 1.99, which is selected here
    hint: run `gom tools install reader`
    ");
    let list = tools.gom(["tools", "list"]).cwd(&new).done().stdout;
    assert_snapshot!(list, @r"
       TOOL    VERSION  FOR GO  BUILT BY  PACKAGE
    *  hello   v1.2.3   1.98    1.98.1    example.test/tools/cmd/hello
       reader  v1.2.3   1.98    1.98.1    example.test/tools/cmd/reader
    ");
    // The hint's command ends it.
    tools.gom(["tools", "install", "reader"]).cwd(&new).done();
    assert_eq!(by(tools.linked("reader", ["x"]).cwd(&new)), "reader, built by 1.99.2: x");
    tools.done(["tools", "uninstall", "reader", "--line", "1.98"]);
    assert_eq!(by(tools.linked("reader", ["x"])), "reader, built by 1.99.2: x");
    assert_eq!(tools.commands(), ["hello", "reader"]);
}

#[test]
fn a_tool_that_is_gone_or_broken_says_what_to_do() {
    let tools = Tools::new();
    tools.done(["tools", "install", HELLO]);
    let platform = gom_tests::toolchain::host_platform();
    let program = tools.store().join(format!("tools/1.98.{platform}/hello/hello"));
    fs::remove_file(&program).unwrap();
    assert_snapshot!(tools.shown(tools.linked("hello", ["x"])), @r"
    exit: 127
    --- stdout
    --- stderr
    error: `hello` is not installed for Go 1.98
    hint: run `gom tools install hello`
    ");
    fs::create_dir(&program).unwrap();
    assert_snapshot!(tools.shown(tools.linked("hello", ["x"])), @r"
    exit: 126
    --- stdout
    --- stderr
    error: can't run `[HOME]/.gom/tools/1.98.[PLATFORM]/hello/hello`: Permission denied (os error [N])
    hint: run `gom tools install hello` to build it again
    ");
}

#[test]
fn toolchains_and_gom_itself_are_removed_with_tools_in_the_store() {
    let tools = Tools::new();
    tools.done(["tools", "install", HELLO]);
    tools.done(["uninstall", "1.98.1", "--yes"]);
    // It reads no code, so it still runs.
    let output = tools.linked("hello", ["x"]).env("GOM_TOOLCHAIN", "1.99").run();
    assert!(output.stdout.starts_with("hello, built by 1.98.1"), "{output}");
    assert_eq!(tools.gom(["doctor", "--json"]).run().json()["schema"], 1);
    tools.done(["self", "uninstall", "--yes"]);
    assert!(!tools.store().exists(), "{:?}", tools.tree(tools.store()));
}
