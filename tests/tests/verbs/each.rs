//! `gom each`: which Gos the command runs under, what it is given, what is said of its end, and that nothing of it goes on
//! after Ctrl-C.
//!
//! A command that has to be in the middle waits for a FIFO that nobody writes into, and holds another one open, so that a
//! test sees when it runs and when it has ended.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use gom_tests::{FakeToolchain, Output, Terminal, World, skip};
use insta::assert_snapshot;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

/// The limit of a wait for a program.
const PATIENCE: Duration = Duration::from_secs(180);

/// Runs until something ends it, and tells by the FIFO `alive-go1.98.1` that it runs.
const WAITS: &str = "set -- $(go version); echo $3 waits; exec 3>alive-$3; cat hold";

/// The rows of the table, without its head, as words.
fn rows(world: &World, output: &Output) -> Vec<String> {
    let lines = output.stdout.lines().skip(1).map(|line| world.redact(line));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Makes a FIFO in the working folder.
pub(crate) fn fifo(world: &World, name: &str) -> PathBuf {
    let path = world.work().join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// A program that holds a FIFO open.
pub(crate) struct Alive(File);

impl Alive {
    /// Waits until it does: the open ends when somebody opens the other end.
    #[track_caller]
    pub(crate) fn wait(path: &Path) -> Alive {
        let (sender, opened) = mpsc::channel();
        let path = path.to_path_buf();
        std::thread::spawn(move || sender.send(File::open(path).unwrap()));
        Alive(opened.recv_timeout(PATIENCE).unwrap())
    }

    /// Whether it has ended by now.
    pub(crate) fn has_ended(&mut self) -> bool {
        fcntl_setfl(&self.0, fcntl_getfl(&self.0).unwrap() | OFlags::NONBLOCK).unwrap();
        match self.0.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                false
            }
        }
    }

    /// Waits for its end.
    pub(crate) fn wait_for_end(mut self) {
        assert_eq!(self.0.read(&mut [0]).unwrap(), 0);
    }
}

/// The log of a Go in the folder `logs`; `None` if there is none with that ending.
fn log(world: &World, version: &str, ending: &str) -> Option<String> {
    let name = format!("{}.{ending}", FakeToolchain::here(version).name());
    fs::read_to_string(world.work().join("logs").join(name)).ok()
}

#[test]
fn the_command_runs_under_each_go_and_missing_ones_are_installed() {
    let world = World::publishing(&["1.97.7", "1.98.1", "1.99.2"]);
    world.done(["install", "1.98.1"]);
    let output = world.done(["each", "1.98", "1.99.2", "--logs", "logs", "--", "go", "version"]);
    assert_eq!(
        rows(&world, &output),
        ["go1.98.1.[PLATFORM] passed [TIME]", "go1.99.2.[PLATFORM] passed [TIME]"]
    );
    assert!(output.stderr.contains("installed go1.99.2."), "{output}");
    for version in ["1.98.1", "1.99.2"] {
        let said = log(&world, version, "log").unwrap();
        assert!(said.starts_with(&format!("go version go{version} ")), "{said}");
    }
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]", "go1.99.2.[PLATFORM]"]);
}

#[test]
fn the_lines_that_get_fixes_and_the_installed_ones_are_words_for_several() {
    let world = World::publishing(&["1.97.7", "1.98.1", "1.98.3", "1.99.2"]);
    world.done(["install", "1.97.7", "1.98.1"]);
    let names = |output: &Output| -> Vec<String> {
        rows(&world, output).iter().map(|row| row.split(' ').next().unwrap().to_owned()).collect()
    };
    let supported = world.done(["each", "--supported", "--", "go", "version"]);
    assert_eq!(names(&supported), ["go1.99.2.[PLATFORM]", "go1.98.3.[PLATFORM]"]);
    // Each once, in the order of asking.
    let all = world.done(["each", "1.98.1", "--installed", "--supported", "--", "go", "version"]);
    assert_eq!(
        names(&all),
        ["go1.98.1.[PLATFORM]", "go1.99.2.[PLATFORM]", "go1.98.3.[PLATFORM]", "go1.97.7.[PLATFORM]"]
    );
}

#[test]
fn the_environment_is_that_of_gom_exec_and_there_is_no_input() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    let dump =
        |run: gom_tests::Run| run.env("GOROOT", "/usr/lib/go").env("GOTOOLCHAIN", "go1.99.2+auto").done();
    let each = ["each", "1.98.1", "--logs", "logs", "--", "go", "env-dump", "a b", "--json"];
    dump(world.gom(each));
    let exec = dump(world.gom(["exec", "1.98.1", "--", "go", "env-dump", "a b", "--json"]));
    assert_eq!(log(&world, "1.98.1", "log").unwrap(), exec.stdout);
    world.gom(["each", "1.98.1", "--logs", "logs", "--", "go", "cat"]).stdin("a question").done();
    assert_eq!(log(&world, "1.98.1", "log").unwrap(), "ready\n");
}

#[test]
fn one_that_fails_makes_the_exit_code_1_and_shows_its_last_lines() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    let script = "echo to both; go version >&2; case $(go version) in *go1.98.1*) exit 3;; esac";
    let output = world.gom(["each", "1.98.1", "1.99.2", "--logs", "logs", "--", "sh", "-c", script]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert_eq!(
        rows(&world, &output),
        ["go1.98.1.[PLATFORM] failed [TIME] exit code 3", "go1.99.2.[PLATFORM] passed [TIME]"]
    );
    let said = world.redact(&output.stderr);
    let end = "--- go1.98.1.[PLATFORM]: the end of [WORK]/logs/go1.98.1.[PLATFORM].log\nto both\ngo version go1.98.1 ";
    assert!(said.contains(end) && !said.contains("--- go1.99.2"), "{said}");
}

#[test]
fn a_go_that_is_too_old_for_go_mod_is_skipped_with_file_and_line() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.write("go.mod", "module example.test/app\n\ngo 1.99\n");
    let output = world.done(["each", "1.98.1", "1.99.2", "--", "go", "version"]);
    assert_eq!(
        rows(&world, &output),
        ["go1.98.1.[PLATFORM] skipped [WORK]/go.mod:3 asks for Go 1.99", "go1.99.2.[PLATFORM] passed [TIME]"]
    );
    let json = world.done(["each", "1.98.1", "1.99.2", "--json", "--", "go", "version"]).json();
    let leg = &json["legs"][0];
    assert_eq!((&leg["state"], &leg["line"]), (&"skipped".into(), &3.into()));
    assert_eq!(leg["file"], world.work().join("go.mod").to_str().unwrap());
    // A toolchain line asks for nothing of a Go that was named.
    world.write("go.mod", "module example.test/app\n\ngo 1.98\n\ntoolchain go1.99.2\n");
    let output = world.done(["each", "1.98.1", "--", "go", "version"]);
    assert_eq!(rows(&world, &output), ["go1.98.1.[PLATFORM] passed [TIME]"]);
}

#[test]
fn a_run_without_any_go_that_is_new_enough_is_no_success() {
    let world = World::with(&["1.98.1"]);
    world.write("go.mod", "module example.test/app\n\ngo 1.99\n");
    let output = world.gom(["each", "1.98.1", "--quiet", "--", "go", "version"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert_snapshot!(world.redact(&output.stderr), @"
    error: [WORK]/go.mod:3 asks for Go 1.99, and no Go here is as new, so nothing was run
    hint: name a Go that is new enough: run `gom list-remote '>=1.99'`
    ");
}

#[test]
fn the_others_run_where_one_can_not_be_had() {
    let world = World::with(&["1.98.1"]);
    let output = world.gom(["each", "1.97.5", "1.98.1", "--", "go", "version"]).run();
    assert_eq!(output.code, Some(3), "{output}");
    let rows = rows(&world, &output);
    assert!(rows[0].starts_with("1.97.5 unavailable no Go release matches `1.97.5`"), "{rows:?}");
    assert_eq!(rows[1], "go1.98.1.[PLATFORM] passed [TIME]");
    assert!(output.stderr.contains("error: no Go release matches `1.97.5`\nhint: "), "{output}");
    let output = world.gom(["each", "1.97.5", "1.98.1", "--json", "--", "go", "exit", "2"]).run();
    let json = output.json();
    // A command that failed outranks it.
    assert_eq!((output.code, &json["failed"]), (Some(1), &true.into()), "{output}");
    assert_eq!((&json["legs"][1]["exit_code"], &json["error"]["value"]), (&2.into(), &"1.97.5".into()));
}

#[test]
fn a_build_for_another_machine_is_named_and_not_run() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", gom_tests::FOREIGN));
    let output = world.gom(["each", "1.98.1.windows-arm64", "1.98.1", "--", "go", "version"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    let rows = rows(&world, &output);
    assert!(rows[0].contains("unavailable") && rows[0].contains("does not run here"), "{rows:?}");
    assert_eq!(rows[1], "go1.98.1.[PLATFORM] passed [TIME]");
}

#[test]
fn a_linked_go_and_the_one_on_path_count_too() {
    let mut world = World::with(&["1.98.1"]);
    FakeToolchain::here("1.97.7").lay_out(&world.home().join("sdk"));
    world.done(["link", "mine", world.home().join("sdk").to_str().unwrap()]);
    let other = world.other_program("other", "go");
    let path = format!("{}:{}", world.path(), other.display());
    world.set("PATH", path);
    let arguments = ["each", "mine", "system", "1.98.1", "--json", "--", "go", "version"];
    let json = world.done(arguments).json();
    let legs = json["legs"].as_array().unwrap();
    let told: Vec<_> =
        legs.iter().map(|leg| (leg["name"].as_str().unwrap(), leg["state"].as_str().unwrap())).collect();
    let name = FakeToolchain::here("1.98.1").name();
    assert_eq!(told, [("mine", "passed"), ("system", "passed"), (name.as_str(), "passed")]);
    assert_eq!((&legs[0]["version"], &legs[0]["toolchain"]), (&"1.97.7".into(), &serde_json::Value::Null));
    let said = |at: usize| fs::read_to_string(legs[at]["log"].as_str().unwrap()).unwrap();
    assert!(said(0).starts_with("go version go1.97.7 "), "{}", said(0));
    assert!(world.redact(&said(1)).starts_with("[HOME]/other/go: version"), "{}", said(1));
}

#[test]
fn a_program_that_is_not_there_has_the_code_that_shells_give() {
    let world = World::with(&["1.98.1"]);
    world.write("notes.txt", "no program\n");
    for (program, code) in [("no-such-command", 127), ("./notes.txt", 126)] {
        let output = world.gom(["each", "1.98.1", "--json", "--", program]).run();
        assert_eq!(output.code, Some(1), "{output}");
        let leg = &output.json()["legs"][0];
        assert_eq!((&leg["state"], &leg["exit_code"]), (&"failed".into(), &code.into()), "{output}");
        assert!(leg["reason"].as_str().unwrap().starts_with(&format!("can't run `{program}`")), "{output}");
    }
}

#[test]
fn what_is_missing_in_the_arguments_is_said() {
    let world = World::with(&["1.98.1"]);
    for arguments in [
        &["each", "--", "go", "version"][..],
        &["each", "1.98.1"],
        &["each", "1.98.1", "-j", "0", "--", "go"],
    ] {
        let output = world.gom(arguments).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stderr.contains("hint: "), "{output}");
    }
    let nothing = World::publishing(&[]);
    let output = nothing.gom(["each", "--installed", "--", "go", "version"]).run();
    assert_eq!(output.code, Some(3), "{output}");
    assert!(output.stderr.contains("hint: run `gom install latest`"), "{output}");
}

#[test]
fn after_a_failure_nothing_more_begins_with_fail_fast() {
    let world = World::with(&["1.97.7", "1.98.1", "1.99.2"]);
    let script = "case $(go version) in *go1.98.1*) exit 1;; esac";
    let arguments =
        ["each", "1.97.7", "1.98.1", "1.99.2", "-j", "1", "--fail-fast", "--json", "--", "sh", "-c", script];
    let output = world.gom(arguments).run();
    let json = output.json();
    let states: Vec<_> = json["legs"].as_array().unwrap().iter().map(|leg| leg["state"].clone()).collect();
    assert_eq!((output.code, states), (Some(1), vec!["passed".into(), "failed".into(), "not-run".into()]));
}

#[test]
fn what_runs_beside_a_failure_is_stopped_with_fail_fast() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    fifo(&world, "hold");
    fifo(&world, "begun");
    let script = "case $(go version) in *go1.98.1*) echo said >begun; echo here; cat hold;; *) cat begun; exit 1;; esac";
    let arguments =
        ["each", "1.98.1", "1.99.2", "-j", "2", "--fail-fast", "--logs", "logs", "--", "sh", "-c", script];
    let output = world.gom(arguments).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert_eq!(
        rows(&world, &output),
        ["go1.98.1.[PLATFORM] stopped [TIME]", "go1.99.2.[PLATFORM] failed [TIME] exit code 1"]
    );
    assert_eq!(log(&world, "1.98.1", "log"), None);
    assert_eq!(log(&world, "1.99.2", "log").as_deref(), Some("said\n"));
}

#[test]
fn as_many_run_at_once_as_are_allowed() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    // Each waits for the other: alone it would never end.
    for name in ["one", "two"] {
        fifo(&world, name);
    }
    let script = "case $(go version) in *go1.98.1*) echo x >one; cat two;; *) cat one; echo x >two;; esac";
    world.done(["each", "1.98.1", "1.99.2", "-j", "2", "--", "sh", "-c", script]);
    // With one at a time the second begins after the end of the first.
    let script = "set -- $(go version); echo $3 begins >>order; go version; echo $3 ends >>order";
    world.done(["each", "1.98.1", "1.99.2", "-j", "1", "--", "sh", "-c", script]);
    assert_eq!(world.read("order"), "go1.98.1 begins\ngo1.98.1 ends\ngo1.99.2 begins\ngo1.99.2 ends\n");
}

#[test]
fn junit_has_a_test_case_for_each_go_and_is_not_written_through_a_link() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    let script = "case $(go version) in *go1.98.1*) echo '<bad> & worse'; exit 1;; esac";
    let arguments = ["each", "1.98.1", "1.99.2", "--junit", "go.xml", "--", "sh", "-c", script];
    assert_eq!(world.gom(arguments).run().code, Some(1));
    let text = world.redact(&world.read("go.xml"));
    for part in [
        "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"",
        "name=\"go1.98.1.[PLATFORM]\"",
        "<failure message=\"exit code 1\">&lt;bad&gt; &amp; worse</failure>",
        "name=\"go1.99.2.[PLATFORM]\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    world.write("precious", "precious\n");
    fs::remove_file(world.work().join("go.xml")).unwrap();
    symlink("precious", world.work().join("go.xml")).unwrap();
    let output = world.gom(["each", "1.99.2", "--junit", "go.xml", "--", "go", "version"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("go.xml`: it is a link"), "{output}");
    assert_eq!(world.read("precious"), "precious\n");
}

#[test]
fn two_at_once_do_not_share_a_folder_of_logs() {
    let world = World::with(&["1.98.1"]);
    fifo(&world, "hold");
    let alive = fifo(&world, "alive-go1.98.1");
    let running = world.gom(["each", "1.98.1", "--", "sh", "-c", WAITS]).spawn();
    let alive = Alive::wait(&alive);
    let output = world.gom(["each", "1.98.1", "--", "go", "version"]).run();
    assert_eq!(output.code, Some(6), "{output}");
    world.done(["each", "1.98.1", "--logs", "logs", "--", "go", "version"]);
    running.interrupt();
    assert_eq!(running.wait().signal, Some(SIGINT));
    alive.wait_for_end();
}

#[test]
fn ctrl_c_ends_all_commands_and_a_half_log_has_no_final_name() {
    for (send, signal) in [
        (gom_tests::Running::interrupt as fn(&gom_tests::Running), SIGINT),
        (gom_tests::Running::terminate, SIGTERM),
    ] {
        let world = World::with(&["1.97.7", "1.98.1", "1.99.2"]);
        fifo(&world, "hold");
        let alive = ["1.98.1", "1.99.2"].map(|version| fifo(&world, &format!("alive-go{version}")));
        let script = format!("case $(go version) in *go1.97.7*) exit;; esac; {WAITS}");
        let arguments =
            ["each", "1.97.7", "1.98.1", "1.99.2", "-j", "3", "--logs", "logs", "--", "sh", "-c", &script];
        let running = world.gom(arguments).spawn();
        let mut alive = alive.map(|path| Alive::wait(&path));
        running.wait_for_stderr("go1.97.7");
        send(&running);
        let output = running.wait();
        assert_eq!(output.signal, Some(signal), "{output}");
        assert!(output.stderr.contains("error: interrupted\nhint: run the same command again"), "{output}");
        assert!(alive.iter_mut().all(Alive::has_ended), "something goes on");
        assert_eq!(log(&world, "1.97.7", "log").as_deref(), Some(""));
        for version in ["1.98.1", "1.99.2"] {
            assert_eq!(log(&world, version, "log"), None);
            assert_eq!(log(&world, version, "log.part"), Some(format!("go{version} waits\n")));
        }
    }
}

/// A shell ignores SIGINT for what it runs in the background.
#[test]
fn ctrl_c_ends_what_a_command_has_left_in_the_background() {
    let world = World::with(&["1.98.1"]);
    fifo(&world, "hold");
    let path = fifo(&world, "alive-go1.98.1");
    let script = format!("{{ {WAITS}; }} & wait");
    let running = world.gom(["each", "1.98.1", "--json", "--", "sh", "-c", &script]).spawn();
    let mut alive = Alive::wait(&path);
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.signal, Some(SIGINT), "{output}");
    assert!(alive.has_ended(), "something goes on");
    let json = output.json();
    assert_eq!(
        (&json["error"]["kind"], &json["legs"][0]["state"]),
        (&"interrupted".into(), &"stopped".into())
    );
}

#[test]
fn a_second_signal_kills_what_ignores_the_first() {
    let world = World::with(&["1.98.1"]);
    fifo(&world, "hold");
    let path = fifo(&world, "alive-go1.98.1");
    let script = format!("trap '' INT TERM; {WAITS}");
    let running = world.gom(["each", "1.98.1", "--", "sh", "-c", &script]).spawn();
    let alive = Alive::wait(&path);
    // Two of one kind may become one.
    running.interrupt();
    running.terminate();
    let output = running.wait();
    assert!([Some(SIGINT), Some(SIGTERM)].contains(&output.signal), "{output}");
    alive.wait_for_end();
}

#[test]
fn at_a_terminal_each_go_has_a_row_while_it_runs() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    fifo(&world, "hold");
    let path = fifo(&world, "alive-go1.98.1");
    let script = format!("case $(go version) in *go1.99.2*) exit;; esac; {WAITS}");
    let start = |size| {
        let arguments = ["each", "1.98.1", "1.99.2", "-j", "2", "--", "sh", "-c", &script];
        world.terminal(size, world.store().join("bin/gom"), arguments)
    };
    for size in [(80, 24), (40, 24)] {
        let Some(mut terminal): Option<Terminal> = start(size) else {
            skip("no `setsid` of util-linux to make a terminal");
            return;
        };
        let alive = Alive::wait(&path);
        let screen =
            terminal.wait_for("both rows", |screen| screen.contains("running") && screen.contains("passed"));
        for line in screen.lines() {
            assert!(line.chars().count() <= usize::from(size.0) - 3, "{screen}");
        }
        terminal.press("\x03");
        let (_, screen, _) = terminal.end();
        assert!(screen.contains("error: interrupted") && !screen.contains("running"), "{screen}");
        alive.wait_for_end();
    }
}
