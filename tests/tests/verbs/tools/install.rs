//! What is installed, and what is refused.

use super::world::Tools;
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::symlink;

const HELLO: &str = "example.test/tools/cmd/hello";

#[test]
fn a_tool_is_built_proven_listed_and_removed() {
    let tools = Tools::new();
    assert_snapshot!(tools.say(["tools", "install", HELLO]), @r"
    exit: 0
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    installed hello v1.2.3 for Go 1.98
    ");
    assert_eq!(tools.files(), ["1.98.[PLATFORM]/hello/hello", "1.98.[PLATFORM]/hello/receipt.json"]);
    assert_eq!(tools.commands(), ["hello"]);
    assert_snapshot!(tools.say(["tools", "list"]), @r"
    exit: 0
    --- stdout
       TOOL   VERSION  FOR GO  BUILT BY  PACKAGE
    *  hello  v1.2.3   1.98    1.98.1    example.test/tools/cmd/hello
    --- stderr
    ");
    // The same by the same Go is not built again.
    tools.asked();
    assert_snapshot!(tools.say(["tools", "install", HELLO]), @r"
    exit: 0
    --- stdout
    --- stderr
    hello v1.2.3 is installed for Go 1.98
    ");
    assert_eq!(tools.asked(), [format!("get {HELLO}@latest with 1.98.1")]);
    tools.done(["tools", "install", "hello", "--rebuild"]);
    assert!(tools.asked().contains(&format!("install {HELLO}@v1.2.3 with 1.98.1")));
    assert_snapshot!(tools.say(["tools", "uninstall", "hello", "--dry-run"]), @r"
    exit: 0
    --- stdout
    would remove hello for Go 1.98
    --- stderr
    ");
    assert_eq!(tools.commands(), ["hello"]);
    assert_snapshot!(tools.say(["tools", "uninstall", "hello"]), @r"
    exit: 0
    --- stdout
    --- stderr
    removed hello for Go 1.98
    ");
    assert!(tools.files().is_empty() && tools.commands().is_empty());
    assert_snapshot!(tools.say(["tools", "uninstall", "hello"]), @r"
    exit: 3
    --- stdout
    --- stderr
    error: no tool `hello` is installed
    hint: run `gom tools list` to see those that are
    ");
    assert_snapshot!(tools.say(["tools", "list"]), @r"
    exit: 0
    --- stdout
    --- stderr
    no tools are installed
    hint: run `gom tools install gopls`
    ");
    assert_snapshot!(tools.say(["repair", "--dry-run"]), @r"
    exit: 0
    --- stdout
    --- stderr
    nothing to mend in `[HOME]/.gom`
    ");
}

#[test]
fn the_receipt_has_every_module_with_its_sum() {
    let tools = Tools::new();
    let installed = tools.done(["tools", "install", HELLO, "--json"]).json();
    assert_eq!(installed["tools"][0]["outcome"], "installed");
    let platform = gom_tests::toolchain::host_platform();
    let receipt = tools.store().join(format!("tools/1.98.{platform}/hello/receipt.json"));
    let receipt: serde_json::Value = serde_json::from_slice(&fs::read(receipt).unwrap()).unwrap();
    assert_eq!(receipt["module"]["path"], "example.test/tools");
    assert_eq!(receipt["modules"][0]["path"], "example.test/dep");
    assert!(receipt["modules"][0]["h1"].as_str().unwrap().starts_with("h1:"));
    assert_eq!(receipt["log"], "sum.example.test");
    assert_eq!(receipt["reads_go"], false);
    let program = fs::read(installed["tools"][0]["program"].as_str().unwrap()).unwrap();
    assert_eq!(receipt["sha256"], gom_tests::sha256(program));
    let listed = tools.done(["tools", "list", "--json"]).json();
    assert_eq!(listed["tools"][0]["sha256"], receipt["sha256"]);
    assert_eq!(listed["tools"][0]["runs_here"], true);
}

#[test]
fn the_go_command_gets_the_users_settings_without_what_would_change_the_program() {
    let tools = Tools::new();
    tools.write("go.work", "go 1.98\n");
    let run = tools.gom(["tools", "install", HELLO]);
    let run = run.env("GOFLAGS", "-mod=vendor -trimpath -overlay=/x").env("GOWORK", "/x/go.work");
    run.env("GOTOOLCHAIN", "auto")
        .env("GOOS", "plan9")
        .env("GOCACHE", "/my/cache")
        .env("GO111MODULE", "off")
        .done();
    let env = fs::read_to_string(tools.state("env")).unwrap();
    for line in
        ["GOFLAGS=-trimpath", "GOWORK=off", "GOTOOLCHAIN=local", "GOCACHE=/my/cache", "GO111MODULE=on"]
    {
        assert!(env.lines().any(|other| other == line), "{line}\n{env}");
    }
    assert!(!env.contains("GOOS=plan9"), "{env}");
    let goroot = tools.goroot(&gom_tests::FakeToolchain::here("1.98.1").name());
    assert!(env.contains(&format!("\nPATH={}/bin:", goroot.display())), "{env}");
    assert_eq!(fs::read_to_string(tools.state("go.mod")).unwrap(), "module gom.invalid/tools\n");
}

#[test]
fn what_is_not_as_recorded_is_refused() {
    let tools = Tools::new();
    let edited = tools.module("example.test/dep", "v0.1.0").join("go.mod");
    fs::write(&edited, "module edited\n").unwrap();
    assert_snapshot!(tools.say(["tools", "install", HELLO, "--allow-unproven"]), @r"
    exit: 5
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: example.test/dep@v0.1.0 has the sum h1:wik5epqXvVXwo4l2Dm9haFHOTjyZNSzpsF5+dveLH78=, but the checksum database sum.example.test records h1:kSRbxpxse0jnjApsoPXgzE3v85hXu3weJ+keyX+cQPI=: this is not what was published
    hint: run `go clean -modcache` in case a file there was changed, then the command again; if it stays, do not use this proxy for example.test/dep@v0.1.0, and report it at https://go.dev/issue
    ");
    tools.be_version("v1.2.3");
    tools.set(
        "modules",
        "\tmod\texample.test/tools\tv1.2.3\th1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    );
    assert_snapshot!(tools.say(["tools", "install", HELLO, "--allow-unproven"]), @r"
    exit: 5
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: example.test/tools@v1.2.3 has the sum h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, but the checksum database sum.example.test records h1:EPii7IueIRcUfBKJfQ35PShR9WNL+zwfgobRWqPhanY=: this is not what was published
    hint: run `go clean -modcache` in case a file there was changed, then the command again; if it stays, do not use this proxy for example.test/tools@v1.2.3, and report it at https://go.dev/issue
    ");
    tools.set("modules", "\tmod\texample.test/other\tv1.2.3\th1:x\n");
    assert_snapshot!(tools.say(["tools", "install", HELLO]), @r"
    exit: 1
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: Go 1.98.1 built `example.test/tools/cmd/hello`, but the program is example.test/tools/cmd/hello of example.test/other@v1.2.3
    hint: run `gom config` and `gom env GOFLAGS` for settings that change a build, then install `example.test/tools/cmd/hello` again
    ");
    tools.be_version("v1.2.3");
    tools.set(
        "modules",
        "\tmod\texample.test/tools\tv1.2.3\th1:x=\n\tdep\texample.test/unknown\tv1.0.0\th1:x=\n",
    );
    let unknown = tools.gom(["tools", "install", HELLO]).run();
    assert_eq!(unknown.code, Some(5), "{unknown}");
    assert!(tools.files().is_empty() && tools.commands().is_empty());
}

#[test]
fn what_nothing_proves_needs_an_option() {
    let tools = Tools::new();
    let private = |arguments: &[&str]| tools.gom(arguments).env("GOPRIVATE", "example.test/dep");
    let asked = |module: &str| tools.internet.requests().iter().any(|request| request.path.contains(module));
    assert_snapshot!(tools.shown(private(&["tools", "install", HELLO])), @r"
    exit: 7
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: example.test/dep@v0.1.0 of `example.test/tools/cmd/hello` can't be proven: GOPRIVATE or GONOSUMDB exempts it from the checksum database, or the program has no sum of it
    hint: run `gom tools install example.test/tools/cmd/hello --allow-unproven` if you trust the places that they come from
    ");
    assert!(tools.files().is_empty());
    assert!(asked("lookup/example.test/tools@") && !asked("lookup/example.test/dep@"));
    assert_snapshot!(tools.shown(private(&["tools", "install", HELLO, "--allow-unproven"])), @r"
    exit: 0
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    installed hello v1.2.3 for Go 1.98
    warning: nothing proves example.test/dep@v0.1.0
    ");
    assert!(tools.done(["tools", "list"]).stdout.contains("v1.2.3 (unproven)"));
    let off = tools.gom(["tools", "install", HELLO]).env("GOSUMDB", "off");
    assert_snapshot!(tools.shown(off), @r"
    exit: 7
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: example.test/tools@v1.2.3, example.test/dep@v0.1.0 of `example.test/tools/cmd/hello` can't be proven: checksum database disabled by GOSUMDB=off (environment)
    hint: run `gom tools install example.test/tools/cmd/hello --allow-unproven` if you trust the places that they come from
    ");
    assert_snapshot!(tools.shown(tools.without_log(["tools", "install", HELLO])), @r"
    exit: 4
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: example.test/tools@v1.2.3 is not proven: can't reach the checksum database for `/lookup/example.test/tools@v1.2.3`: can't reach `http://127.0.0.1:1/lookup/example.test/tools@v1.2.3`: Connection refused (os error [N])
    hint: run the command again when the checksum database can be reached; `gom config` shows GOPROXY and GOSUMDB
    ");
}

#[test]
fn a_newer_go_builds_what_needs_one_and_is_installed_if_it_is_missing() {
    let tools = Tools::new();
    tools.set("needs", "1.99.2");
    assert_snapshot!(tools.say(["tools", "install", HELLO, "--dry-run"]), @r"
    exit: 0
    --- stdout
    would install hello v1.2.3 for Go 1.98, built by Go 1.99.2
    --- stderr
    ");
    assert_snapshot!(tools.say(["tools", "install", HELLO]), @r"
    exit: 0
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.99.2
    installed hello v1.2.3 for Go 1.98
    ");
    assert_eq!(tools.files()[0], "1.98.[PLATFORM]/hello/hello");
    let tools = Tools::with_published(&["1.98.1", "1.99.2"]);
    tools.done(["install", "1.98.1"]);
    tools.done(["use", "1.98.1"]);
    tools.set("needs", "1.99.2");
    assert_snapshot!(tools.say(["tools", "install", HELLO, "--dry-run"]), @r"
    exit: 0
    --- stdout
    would install hello for Go 1.98, built by Go 1.99.2, and that Go first
    --- stderr
    ");
    assert_eq!(tools.installed(), ["go1.98.1.[PLATFORM]"]);
    tools.done(["tools", "install", HELLO]);
    assert_eq!(tools.installed(), ["go1.98.1.[PLATFORM]", "go1.99.2.[PLATFORM]"]);
    assert_eq!(tools.default(), "1.98.1\n");
    tools.set("needs", "1.97.0");
    assert_snapshot!(tools.say(["tools", "install", HELLO]), @r"
    exit: 3
    --- stdout
    --- stderr
    error: Go 1.98.1 can't find example.test/tools/cmd/hello@latest:
    go: example.test/tools/cmd/hello@latest: example.test/tools@v1.2.3 requires go >= 1.97.0 (running go 1.98.1; GOTOOLCHAIN=local)
    hint: run `gom tools install example.test/tools/cmd/hello@VERSION` with the name and a version that https://pkg.go.dev/example.test/tools/cmd/hello shows
    ");
}

#[test]
fn names_that_hide_something_are_refused() {
    let tools = Tools::new();
    for name in ["go", "gofmt", "gom", "gomplate", "go1.22.6"] {
        let refused = tools.gom(["tools", "install", &format!("example.test/tools/{name}")]).run();
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains("gom or Go has commands of this name"), "{refused}");
    }
    let other = tools.other_program("other", "hello");
    let run = |arguments: &[&str]| {
        tools.gom(arguments).env("PATH", format!("{}:{}", tools.path(), other.display()))
    };
    assert_snapshot!(tools.shown(run(&["tools", "install", HELLO])), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `hello` is on PATH already: `[HOME]/other/hello`
    hint: run `gom tools install example.test/tools/cmd/hello --shadow` if gom's is to run instead where gom's folder is first on PATH
    ");
    assert!(tools.files().is_empty());
    run(&["tools", "install", HELLO, "--shadow"]).done();
    // It was allowed once.
    run(&["tools", "install", HELLO, "--rebuild"]).done();
    tools.done(["tools", "uninstall", "hello"]);
    let own = tools.store().join("bin/hello");
    fs::write(&own, "mine").unwrap();
    assert_snapshot!(tools.say(["tools", "install", HELLO, "--shadow"]), @r"
    exit: 1
    --- stdout
    --- stderr
    error: `[HOME]/.gom/bin/hello` is not gom's, and stays
    hint: run `mv [HOME]/.gom/bin/hello [HOME]/.gom/bin/hello.old`, then the command again
    ");
    fs::remove_file(&own).unwrap();
    symlink("/bin/sh", &own).unwrap();
    assert_eq!(tools.gom(["tools", "install", HELLO, "--shadow"]).run().code, Some(1));
    assert_eq!(fs::read_link(&own).unwrap().to_str(), Some("/bin/sh"));
}

#[test]
fn what_is_no_package_of_a_program_is_refused() {
    let tools = Tools::new();
    assert_snapshot!(tools.say(["tools", "install", "example.test/../x"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `example.test/../x` can't be installed: no package has such a path
    hint: name the package of a program, such as golang.org/x/tools/gopls, or run `gom tools install --help`
    ");
    assert_snapshot!(tools.say(["tools", "install", "fmt"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `fmt` can't be installed: the path of a package begins with a host, such as golang.org
    hint: name the package of a program, such as golang.org/x/tools/gopls, or run `gom tools install --help`
    ");
    assert_snapshot!(tools.say(["tools", "install", "example.test/other/cmd/x"]), @r"
    exit: 3
    --- stdout
    --- stderr
    error: Go 1.98.1 can't find example.test/other/cmd/x@latest:
    go: module example.test/other/cmd/x@latest: not found
    hint: run `gom tools install example.test/other/cmd/x@VERSION` with the name and a version that https://pkg.go.dev/example.test/other/cmd/x shows
    ");
    assert_eq!(tools.gom(["tools", "install", "--", "-x"]).run().code, Some(2));
    tools.asked();
    // All are checked before the first is built.
    assert_eq!(tools.gom(["tools", "install", HELLO, "./x"]).run().code, Some(2));
    assert!(tools.asked().is_empty());
    tools.set("clause", "hello\n");
    assert_snapshot!(tools.say(["tools", "install", HELLO]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `example.test/tools/cmd/hello` is not a program: it is package hello
    hint: name the package of a program, which is often below cmd in its module
    ");
    tools.set("clause", "main\n");
    tools.set("fails", "");
    assert_snapshot!(tools.say(["tools", "install", HELLO]), @r"
    exit: 1
    --- stdout
    --- stderr
    building example.test/tools/cmd/hello@v1.2.3 with Go 1.98.1
    error: Go 1.98.1 can't build example.test/tools/cmd/hello@v1.2.3:
    # example.test/tools
    main.go:1:1: broken
    hint: run `gom tools install example.test/tools/cmd/hello@VERSION` with another version, or `gom doctor`
    ");
    assert!(tools.files().is_empty());
}

#[test]
fn only_a_go_of_gom_builds_tools() {
    let tools = Tools::new();
    let other = tools.other_program("other", "go");
    let path = format!("{}:{}", tools.path(), other.display());
    let system = |arguments: &[&str]| tools.gom(arguments).env("PATH", &path).env("GOM_TOOLCHAIN", "system");
    assert_snapshot!(tools.shown(system(&["tools", "install", HELLO])), @r"
    exit: 127
    --- stdout
    --- stderr
    error: the Go that is selected here, `[HOME]/other/go`, is not one of gom's, and only such a Go builds tools
    hint: run `gom tools install example.test/tools/cmd/hello --go latest`
    ");
    system(&["tools", "install", HELLO, "--go", "1.99"]).done();
    assert_eq!(tools.files()[0], "1.99.[PLATFORM]/hello/hello");
}

#[test]
fn an_interrupted_or_killed_install_leaves_nothing() {
    let tools = Tools::new();
    let pipe = tools.state("waits");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for kills in [false, true] {
        let running = tools.gom(["tools", "install", HELLO]).spawn();
        // The go command is at work once it can be written to.
        let writer = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        if kills {
            running.kill();
        } else {
            running.wait_for_stderr("still runs; Ctrl-C ends it");
            running.interrupt();
        }
        let ended = running.wait();
        drop(writer);
        assert_ne!(ended.code, Some(0), "{ended}");
        assert!(tools.files().iter().all(|file| file.starts_with(".staging/")), "{:?}", tools.files());
        assert_eq!(tools.files().is_empty(), !kills, "{:?}", tools.files());
        assert!(tools.commands().is_empty());
    }
    assert_eq!(tools.gom(["repair", "--dry-run"]).run().code, Some(10));
    fs::remove_file(&pipe).unwrap();
    tools.done(["tools", "install", HELLO]);
    assert_eq!(tools.files().len(), 2);
    assert_eq!(tools.gom(["repair", "--dry-run"]).run().code, Some(0));
}

#[test]
fn two_at_once_build_one_after_the_other() {
    let tools = Tools::new();
    let first = tools.gom(["tools", "install", HELLO]).spawn();
    let second = tools.gom(["tools", "install", HELLO]).spawn();
    assert_eq!((first.wait().code, second.wait().code), (Some(0), Some(0)));
    assert_eq!(tools.files().len(), 2);
    assert_eq!(tools.asked().iter().filter(|asked| asked.starts_with("install ")).count(), 1);
}
