//! `gom exec`: which toolchain runs a command, and how the command's end is passed on.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

#[test]
fn the_command_runs_with_the_toolchain_asked_for() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    let output = world.done(["exec", "1.98.1", "--", "go", "version"]);
    assert!(output.stdout.starts_with("go version go1.98.1 "), "{output}");
    assert_eq!(output.stderr, "");
    assert_eq!(world.done(["exec", "1.98", "gofmt", "-l", "x"]).stdout, "gofmt of go1.98.1: -l x\n");
}

#[test]
fn the_exit_code_is_the_commands() {
    let world = World::with(&["1.98.1"]);
    for code in [0, 1, 2, 42, 127, 255] {
        let text = code.to_string();
        let output = world.gom(["exec", "1.98.1", "--", "go", "exit", &text]).run();
        assert_eq!((output.code, output.stderr.as_str()), (Some(code), ""));
    }
}

#[test]
fn a_signal_reaches_the_command_and_is_what_ends_gom() {
    let world = World::with(&["1.98.1"]);
    for (number, send) in [(15, gom_tests::Running::terminate as fn(&_)), (2, gom_tests::Running::interrupt)]
    {
        let running = world.gom(["exec", "1.98.1", "--", "go", "cat"]).spawn();
        running.wait_for_stdout("ready");
        send(&running);
        assert_eq!(running.wait().signal, Some(number));
    }
}

#[test]
fn standard_input_and_output_are_the_commands() {
    let world = World::with(&["1.98.1"]);
    let output = world.gom(["exec", "1.98.1", "--", "go", "cat"]).stdin(b"one\ntwo").run();
    assert_eq!(output.stdout, "ready\none\ntwo");
}

#[test]
fn arguments_pass_as_they_are() {
    let world = World::with(&["1.98.1"]);
    let arguments =
        ["exec", "1.98.1", "--", "go", "env-dump", "", "a b", "*", "--json", "-q", "--", "--help", "'$x'"];
    let output = world.done(arguments).stdout;
    let passed: Vec<&str> = output.lines().filter_map(|line| line.strip_prefix("arg=")).collect();
    assert_eq!(passed, ["", "a b", "*", "--json", "-q", "--", "--help", "'$x'"]);
}

#[test]
fn without_the_dashes_flags_after_the_command_are_the_commands() {
    let world = World::with(&["1.98.1"]);
    let output = world.done(["exec", "1.98.1", "go", "env-dump", "--json", "--help"]).stdout;
    let passed: Vec<&str> = output.lines().filter_map(|line| line.strip_prefix("arg=")).collect();
    assert_eq!(passed, ["--json", "--help"]);
}

#[test]
fn what_is_not_installed_cannot_run() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::here("1.99.2"));
    world.internet.forget_requests();
    assert_snapshot!(world.say(["exec", "1.99.2", "--", "go", "version"]), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.99.2 is not installed
    hint: run `gom install 1.99.2`, or `gom list` to see what is installed
    ");
    assert!(world.internet.requests().is_empty());
}

#[test]
fn a_foreign_toolchain_cannot_run() {
    let world = World::publishing(&[]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    world.done(["install", "1.98.1.windows-arm64"]);
    assert_snapshot!(world.say(["exec", "1.98.1.windows-arm64", "--", "go", "version"]), @"
    exit: 126
    --- stdout
    --- stderr
    error: go1.98.1.windows-arm64 is built for windows-arm64 and does not run here ([PLATFORM])
    hint: run `gom install 1.98.1` for this machine
    ");
}

/// By its full name, although the same version for this machine is there too.
#[test]
fn a_build_for_another_system_says_why_it_cannot_run() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", "darwin-386"));
    world.done(["install", "1.98.1.darwin-386"]);
    let here = world.gom(["exec", "1.98.1", "--", "go", "version"]).run();
    assert_eq!(here.code, Some(0), "{here}");
    let json = world.gom(["exec", "--json", "1.98.1.darwin-386", "--", "go", "version"]).run().json();
    assert_eq!(json["error"]["code"], 126);
    assert_eq!(json["error"]["value"], "go1.98.1.darwin-386");
    assert!(
        json["error"]["message"].as_str().unwrap().contains("is built for darwin-386 and does not run here")
    );
}

#[test]
fn a_command_that_is_not_there_is_127() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["exec", "1.98.1", "--", "no-such-command", "x"]), @"
    exit: 127
    --- stdout
    --- stderr
    error: can't run `no-such-command`: No such file or directory (os error [N])
    hint: run `command -v no-such-command` to see whether it is there
    ");
}

#[test]
fn a_command_that_cannot_be_run_is_126() {
    let world = World::with(&["1.98.1"]);
    world.write("notes.txt", "no program\n");
    assert_eq!(world.gom(["exec", "1.98.1", "--", "./notes.txt"]).run().code, Some(126));
}

#[test]
fn without_a_command_it_is_wrong_use() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["exec", "1.98.1"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `1.98.1` is a Go version, and a command must follow it
    hint: run `gom exec 1.98.1 go version`
    ");
}

#[test]
fn system_is_the_next_go_on_path() {
    let mut world = World::with(&["1.98.1"]);
    let other = world.other_program("other", "go");
    let path = format!("{}:{}", world.path(), other.display());
    world.set("PATH", path);
    let output = world.done(["exec", "system", "--", "go", "version"]);
    assert_eq!(world.redact(&output.stdout), "[HOME]/other/go: version, GOROOT=(unset)\n");
}

#[test]
fn without_another_go_there_is_no_system() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["exec", "system", "--", "go", "version"]), @"
    exit: 127
    --- stdout
    --- stderr
    error: PATH has no `go` other than gom's
    hint: run `gom use latest`
    ");
}

// K9.1
#[test]
fn without_a_spec_it_is_the_toolchain_that_runs_here() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    let version = |arguments: &[&str]| {
        let stdout = world.done(["exec"].iter().chain(arguments)).stdout;
        stdout.split(' ').nth(2).unwrap_or_default().to_owned()
    };
    for words in [&["go", "version"][..], &["--", "go", "version"], &["env", "go", "version"]] {
        assert_eq!(version(words), "go1.99.2", "{words:?}");
    }
    world.write(".go-version", "1.98.1\n");
    assert_eq!(version(&["go", "version"]), "go1.98.1");
    assert_eq!(version(&["1.99", "go", "version"]), "go1.99.2");
    assert_eq!(version(&["latest", "--", "go", "version"]), "go1.99.2");
}

// K9.1
#[test]
fn without_a_spec_the_environment_is_the_shims() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let run = world.gom(["exec", "go", "env-dump"]).env("GOROOT", "/usr/lib/go").env("GOTOOLCHAIN", "auto");
    let output = world.redact(&run.run().stdout);
    let path = "PATH=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin:[HOME]/.gom/bin:";
    assert!(output.lines().any(|line| line.starts_with(path)), "{output}");
    assert!(output.contains("GOROOT=(unset)\nPATH"), "{output}");
    let of_shim = world.go(["env-dump"]).env("GOROOT", "/usr/lib/go").env("GOTOOLCHAIN", "auto").run().stdout;
    let variable = |text: &str| text.lines().find(|line| line.starts_with("GOTOOLCHAIN=")).map(str::to_owned);
    assert_eq!(variable(&output), variable(&of_shim));
}

// K9.1
#[test]
fn what_is_not_installed_here_is_said_without_a_spec_too() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "1.99.2\n");
    assert_snapshot!(world.say(["exec", "go", "version"]), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.99.2 is not installed (set by [WORK]/.go-version:1)
    hint: run `gom install 1.99.2`
    ");
}

/// Wherever options and SPEC are, a command gets its own arguments unchanged.
// K9.1
#[test]
fn a_spec_and_a_command_are_told_apart() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    let tools = world.other_program("own", "go1.98.1");
    for name in ["1.98", "make", "latest"] {
        world.other_program("own", name);
    }
    let said = |arguments: &[&str]| {
        let run = world.gom(["exec"].iter().chain(arguments)).env("PATH", world.path_after(&tools));
        let output = run.run();
        let text = world.redact(&format!("{}{}", output.stdout, output.stderr));
        let text = text.split(", GOROOT").next().unwrap_or_default().replace("[HOME]/own/", "");
        text.lines().next().unwrap_or_default().to_owned()
    };
    for (arguments, expected) in [
        (&["make", "--", "-k"][..], "make: -- -k"),
        (&["make", "-k", "--", "x"], "make: -k -- x"),
        (&["--", "make", "--", "-k"], "make: -- -k"),
        (&["1.98", "make", "-k"], "make: -k"),
        (&["1.98", "--", "make", "--", "x"], "make: -- x"),
        // The names of programs, and of nothing else.
        (&["--", "1.98", "x"], "1.98: x"),
        (&["--", "go1.98.1", "version"], "go1.98.1: version"),
        (&["latest"], "latest: "),
        (&["1.98"], "1.98: "),
        // A SPEC, since a command follows.
        (&["1.98", "go1.98.1", "version"], "go1.98.1: version"),
        (&["go1.98.1", "go", "exit", "0"], ""),
    ] {
        assert_eq!(said(arguments), expected, "{arguments:?}");
    }
}

// K9.1
#[test]
fn what_was_meant_otherwise_is_said() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let hint = |arguments: &[&str]| {
        let output = world.gom(["exec"].iter().chain(arguments)).run();
        let hint = output.stderr.split("hint: ").nth(1).unwrap_or_default().trim_end().to_owned();
        (output.code, hint)
    };
    let text = |text: &str| text.to_owned();
    assert_eq!(hint(&["latest"]), (Some(2), text("run `gom exec latest go version`")));
    let taken = "`go1.98.1` was taken for a SPEC; to run a program of that name, run `gom exec -- go1.98.1`";
    assert_eq!(hint(&["go1.98.1", "version"]), (Some(127), text(taken)));
    assert_eq!(
        hint(&["lastest", "--", "go", "version"]),
        (Some(2), text("did you mean `gom exec latest -- go version`?"))
    );
    assert_eq!(hint(&["--env-fiel", "x", "go"]), (Some(2), text("did you mean `gom exec --env-file x go`?")));
    assert_eq!(hint(&[]).0, Some(2));
    assert_eq!(hint(&["no-such-command"]).0, Some(127));
}
