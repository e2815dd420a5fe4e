//! How gom talks: quiet, verbose, without colour, into a pipe that closes.

use std::fs;

use gom_tests::{Output, World};

/// Every verb with a success and a failure.
const TALK: [&[&str]; 10] = [
    &["install", "1.98.1"],
    &["install", "1.97.5"],
    &["use", "1.98.1"],
    &["local", "1.98.1"],
    &["list"],
    &["list-remote", "1.98"],
    &["current"],
    &["which", "1.97"],
    &["config"],
    &["instal"],
];

#[test]
fn a_pipe_gets_no_escape_codes() {
    let world = World::publishing(&["1.98.1"]);
    for arguments in TALK {
        let output = world.gom(arguments).env("TERM", "xterm-256color").run();
        assert!(!output.to_string().contains('\u{1b}'), "{arguments:?}: {output:?}");
    }
}

#[test]
fn no_color_is_honoured_even_where_colour_is_forced() {
    let world = World::publishing(&["1.98.1"]);
    for arguments in TALK {
        let output = world.gom(arguments).env("NO_COLOR", "1").env("TERM", "xterm-256color").run();
        assert!(!output.to_string().contains('\u{1b}'), "{arguments:?}: {output:?}");
    }
}

/// What a command writes at a terminal.
fn typed(world: &World, command: &str) -> Output {
    // `script` gives the program a terminal; its options differ between systems.
    let arguments = if cfg!(target_os = "macos") {
        ["-q", "/dev/null", "sh", "-c", command].map(str::to_owned).to_vec()
    } else {
        ["-qec", command, "/dev/null"].map(str::to_owned).to_vec()
    };
    world.command("/usr/bin/script", arguments).env("TERM", "xterm-256color").env("SHELL", "/bin/sh").run()
}

#[test]
fn what_runs_here_is_coloured_at_a_terminal() {
    let world = World::with(&["1.97.3"]);
    let gom = world.store().join("bin/gom");
    for (arguments, shown) in [
        ("use 1.97.3", "the default is now \u{1b}[32m1.97.3\u{1b}[0m, "),
        ("current", "\u{1b}[32m1.97.3\u{1b}[0m (set by "),
        ("doctor arch", "gom        \u{1b}[32m"),
    ] {
        let output = typed(&world, &format!("{} {arguments}", gom.display()));
        assert!(output.stdout.contains(shown), "{output:?}");
    }
    let outranked = typed(&world, &format!("GOTOOLCHAIN=go1.97 {} current", gom.display()));
    assert!(outranked.stdout.contains("\u{1b}[33m1.97.3\u{1b}[0m (set by "), "{outranked:?}");
}

/// Two that fail for one reason are one line of text, and two errors for programs.
#[test]
fn the_same_failure_is_said_once() {
    let world = World::publishing(&["1.97.3", "1.98.1"]);
    let staging = world.store().join("staging");
    fs::remove_dir(&staging).unwrap();
    fs::write(&staging, "").unwrap();
    let output = world.gom(["install", "1.97.3", "1.98.1"]).run();
    assert_eq!(output.stderr.matches("error: ").count(), 1, "{output}");
    assert_eq!(output.stderr.matches("hint: ").count(), 1, "{output}");
    let json = world.gom(["install", "1.97.3", "1.98.1", "--json"]).run().json();
    assert_eq!(json["more_errors"].as_array().map(Vec::len), Some(1), "{json}");
}

#[test]
fn no_color_beats_a_terminal() {
    let world = World::publishing(&[]);
    let gom = world.store().join("bin/gom");
    let typed = |env: &str| typed(&world, &format!("{env} {} install abc", gom.display()));
    let coloured = typed("");
    assert!(coloured.stdout.contains("\u{1b}[1m\u{1b}[31merror:"), "{coloured:?}");
    let plain = typed("NO_COLOR=1");
    assert!(!plain.stdout.contains('\u{1b}') && plain.stdout.contains("error: "), "{plain:?}");
}

#[test]
fn quiet_says_only_what_went_wrong() {
    let world = World::publishing(&["1.98.1"]);
    for arguments in
        [&["install", "1.98.1"][..], &["use", "1.98.1"], &["local", "1.98.1"], &["local", "--unset"]]
    {
        let output = world.done(arguments.iter().chain(&["--quiet"]));
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""), "{arguments:?}");
    }
    assert!(world.done(["list", "-q"]).stdout.contains("1.98.1"), "data is no talk");
    let failed = world.gom(["install", "1.97.5", "-q"]).run();
    assert!(failed.stderr.starts_with("error: no Go release matches `1.97.5`\n"), "{failed}");
    world.done(["use", "system", "-q"]);
    assert_eq!(world.done(["uninstall", "1.98.1", "-q"]).stderr, "");
}

#[test]
fn verbose_says_more() {
    let world = World::publishing(&["1.98.1"]);
    let verbose = world.done(["install", "1.98.1", "--verbose"]).stderr;
    world.done(["uninstall", "1.98.1", "--yes"]);
    let plain = world.done(["install", "1.98.1"]).stderr;
    assert!(verbose.lines().count() > plain.lines().count(), "{verbose}\n{plain}");
}

#[test]
fn talk_is_not_data() {
    let world = World::publishing(&["1.98.1"]);
    for arguments in
        [&["install", "1.98.1"][..], &["use", "1.98.1"], &["local", "1.98.1"], &["uninstall", "1.98.1", "-y"]]
    {
        let output = world.done(arguments);
        assert_eq!(output.stdout, "", "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn nobody_reading_is_no_failure() {
    let world = World::publishing(&["1.98.1"]);
    let gom = world.store().join("bin/gom");
    // `cat` has opened and closed its end of the pipe before gom writes into it.
    let script = format!(
        "mkfifo p; {{ cat /dev/null <p; }} & exec 3>p; wait; {} list-remote --all >&3; echo $?",
        gom.display()
    );
    let output = world.command("/bin/sh", ["-c", &script]).env("PATH", "/usr/bin:/bin").run();
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("0\n", ""), "{output}");
}

/// The result is what a command is run for: without it nothing has succeeded.
#[test]
fn a_result_that_can_not_be_written_is_a_failure() {
    let world = World::with(&["1.98.1"]);
    let gom = world.store().join("bin/gom");
    let run = |arguments: &[&str]| {
        let script = ["-c", "exec \"$0\" \"$@\" >/dev/full", gom.to_str().unwrap()];
        world.command("/bin/sh", script.iter().chain(arguments)).run()
    };
    let verbs: &[&[&str]] = &[
        &["list"],
        &["list-remote"],
        &["current"],
        &["which"],
        &["why"],
        &["env"],
        &["config"],
        &["receipt", "1.98.1"],
        &["local"],
        &["shell", "1.98.1"],
        &["init", "bash"],
        &["completions", "bash"],
        &["cache", "stats"],
        &["self", "init"],
        &["install", "1.98.1"],
        &["use", "1.98.1"],
        &["help"],
    ];
    std::fs::write(world.work().join(".go-version"), "1.98.1\n").unwrap();
    for verb in verbs {
        // Without --json, these talk on standard error alone.
        let has_text = !matches!(verb[0], "install" | "use" | "self");
        let json: &[&str] = &["--json"];
        for options in [&[][..], json] {
            if options.is_empty() && !has_text
                || !options.is_empty() && matches!(verb[0], "init" | "completions")
            {
                continue;
            }
            let arguments: Vec<&str> = verb.iter().chain(options).copied().collect();
            let output = run(&arguments);
            assert_eq!(output.code, Some(1), "{arguments:?}: {output}");
            assert!(output.stderr.contains("error: can't write the result to standard output: "), "{output}");
        }
    }
    for page in [&["--help"][..], &["--version"], &["install", "--help"], &["help", "install"]] {
        let output = run(page);
        assert_eq!(output.code, Some(1), "{page:?}: {output}");
    }
}
