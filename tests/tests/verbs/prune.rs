//! `gom prune`: what it removes, what it keeps and why, and what it never touches.

use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of the toolchain of this machine.
pub(crate) fn here(version: &str) -> String {
    FakeToolchain::here(version).name()
}

fn today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / (24 * 3600)
}

fn record(world: &World) -> PathBuf {
    world.store().join("used/record.json")
}

/// Makes everything in the store as old as the record, which began that many days ago.
pub(crate) fn aged(world: &World, days: u64, uses: &[(&str, Option<&str>, u64)]) {
    for receipt in fs::read_dir(world.store().join("receipts")).unwrap() {
        let path = receipt.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let mut receipt: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            receipt["installed_at"] = "2020-01-02T03:04:05Z".into();
            fs::write(path, receipt.to_string()).unwrap();
        }
    }
    for link in fs::read_dir(world.store().join("used")).unwrap() {
        fs::remove_file(link.unwrap().path()).unwrap();
    }
    let uses = uses.iter().map(|(version, file, ago)| {
        let file = file.map(|file| world.work().join(file));
        json!({"toolchain": here(version), "file": file, "day": today() - ago})
    });
    let uses: Vec<Value> = uses.collect();
    let begun = today() - days;
    let content = json!({"schema": 1, "since": begun, "collected": begun, "uses": uses});
    fs::write(record(world), content.to_string()).unwrap();
}

/// Replaces dates, which differ from day to day.
fn undated(text: &str) -> String {
    let is_date = |text: &str| {
        text.bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
    };
    let mut text = text.to_owned();
    while let Some(at) = (0..text.len()).find(|at| text.get(*at..at + 10).is_some_and(is_date)) {
        text.replace_range(at..at + 10, "YYYY-MM-DD");
    }
    text
}

/// What a dry run would remove, and the kinds of the reasons why each of the others stays.
fn planned(world: &World, options: &[&str]) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let report = world.done(["prune", "--dry-run", "--json"].iter().chain(options)).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let removed = report["removed"].as_array().unwrap().iter().map(|one| text(&one["toolchain"]));
    let kept = report["kept"].as_array().unwrap().iter().map(|one| {
        let reasons = one["reasons"].as_array().unwrap().iter().map(|reason| text(&reason["kind"]));
        (text(&one["toolchain"]), reasons.collect())
    });
    (removed.collect(), kept.collect())
}

fn reasons(world: &World, version: &str, options: &[&str]) -> Vec<String> {
    let (_, kept) = planned(world, options);
    kept.into_iter().find(|(name, _)| *name == here(version)).map(|(_, reasons)| reasons).unwrap_or_default()
}

#[test]
fn what_nothing_needs_is_shown_with_the_reasons_of_the_rest() {
    let world = World::with(&["1.97.1", "1.98.1", "1.99.0", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.write("app/.go-version", "1.98.1\n");
    aged(&world, 100, &[("1.97.1", None, 70), ("1.98.1", Some("app/.go-version"), 80)]);
    let before = world.tree("home/.gom");
    assert_snapshot!(undated(&world.say(["prune", "--dry-run"])), @r"
    exit: 0
    --- stdout
    ACTION  WHAT                  SIZE  LAST USE    REASON
    remove  go1.99.0.[PLATFORM]  [SIZE]              no use since YYYY-MM-DD
    remove  go1.97.1.[PLATFORM]  [SIZE]  YYYY-MM-DD  not used for 70 days
    keep    go1.99.2.[PLATFORM]  [SIZE]              the default, [HOME]/.gom/default:1
    keep    go1.98.1.[PLATFORM]  [SIZE]  YYYY-MM-DD  pinned in [WORK]/app/.go-version:1
    --- stderr
    hint: run the same command without `--dry-run` to free [SIZE]
    ");
    assert_eq!(world.tree("home/.gom"), before);
    let report = world.done(["prune", "--dry-run", "--json"]).json();
    assert_eq!((&report["dry_run"], &report["unused_for_days"]), (&true.into(), &60.into()));
    assert_eq!(report["removed"][0]["toolchain"], here("1.99.0"));
    assert_eq!(report["removed"][0]["last_used"], Value::Null);
    assert!(report["bytes_freed"].as_u64().is_some_and(|bytes| bytes > 0), "{report:#}");
    let pin =
        &report["kept"].as_array().unwrap().iter().find(|kept| kept["toolchain"] == here("1.98.1")).unwrap();
    let place = format!("{}:1", world.work().join("app/.go-version").display());
    assert_eq!(
        pin["reasons"],
        json!([{"kind": "pin", "place": place, "text": format!("pinned in {place}")}])
    );
}

#[test]
fn it_needs_an_answer_and_then_removes_as_uninstall_does() {
    let world = World::with(&["1.98.1", "1.99.0", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    assert_snapshot!(world.say(["prune"]), @r"
    exit: 2
    --- stdout
    --- stderr
    error: 2 toolchains would be removed, and nobody can be asked
    hint: run `gom prune --dry-run` to see them, then the same command with `--yes`
    ");
    assert_eq!(world.gom(["prune", "--json"]).run().code, Some(2));
    assert_eq!(world.installed().len(), 3);
    assert_snapshot!(world.say(["prune", "--yes"]), @r"
    exit: 0
    --- stdout
    --- stderr
    removed go1.99.0.[PLATFORM]
    removed go1.98.1.[PLATFORM]
    freed [SIZE]
    ");
    assert_eq!(world.installed(), ["go1.99.2.[PLATFORM]"]);
    assert_eq!(world.tree(world.store().join("lines")).len(), 1);
    world.assert_clean();
    assert_snapshot!(world.say(["prune", "--yes"]), @r"
    exit: 0
    --- stdout
    --- stderr
    nothing to remove; `gom prune --dry-run` shows why each toolchain stays
    ");
}

#[test]
fn a_person_is_asked_once_and_no_keeps_everything() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    for (answer, left) in [("n\r", 2), ("y\r", 1)] {
        let gom = world.store().join("bin/gom");
        let Some(mut terminal) = world.terminal((160, 40), gom, ["prune"]) else { return };
        terminal
            .wait_for("the question", |screen| screen.contains("Remove 1 toolchain, which frees 0.00 GB?"));
        terminal.press(answer);
        let shown = terminal.end();
        assert_eq!(world.installed().len(), left, "{shown:?}");
    }
}

#[test]
fn nothing_is_unused_before_use_was_recorded_for_that_long() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 59, &[]);
    assert_eq!(planned(&world, &[]).0, Vec::<String>::new());
    assert_eq!(reasons(&world, "1.98.1", &[]), ["too-soon"]);
    let said = world.say(["prune", "--yes"]);
    assert!(said.contains("nothing counts as unused for 60 days before "), "{said}");
    assert_eq!(world.installed().len(), 2);
    assert_eq!(planned(&world, &["--unused-for", "59d"]).0, [here("1.98.1")]);
    aged(&world, 60, &[]);
    assert_eq!(planned(&world, &[]).0, [here("1.98.1")]);
}

#[test]
fn what_was_used_or_installed_in_the_span_stays() {
    let world = World::with(&["1.97.1", "1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[("1.97.1", None, 59), ("1.98.1", None, 60)]);
    assert_eq!(planned(&world, &[]).0, [here("1.98.1")]);
    assert_eq!(reasons(&world, "1.97.1", &[]), ["used"]);
    // A `go` today is a use, by whatever it was chosen.
    let used: [(&str, &[&str]); 3] =
        [("go1.98.1", &["version"]), ("go", &["+1.98.1", "version"]), ("gofmt", &["-h"])];
    for (program, arguments) in used {
        aged(&world, 100, &[]);
        world
            .command(world.store().join("bin").join(program), arguments)
            .env("GOM_TOOLCHAIN", "1.98.1")
            .run();
        assert_eq!(reasons(&world, "1.98.1", &[]), ["used"], "{program}");
    }
    aged(&world, 100, &[]);
    world.done(["exec", "1.98.1", "go", "version"]);
    assert_eq!(reasons(&world, "1.98.1", &[]), ["used"]);
    aged(&world, 100, &[]);
    world.done(["install", "1.97.1", "--force"]);
    assert_eq!(reasons(&world, "1.97.1", &[]), ["young"]);
}

#[test]
fn a_project_is_known_by_the_file_that_chose_and_counts_as_it_is_now() {
    let world = World::with(&["1.96.1", "1.97.1", "1.98.1", "1.99.2"]);
    world.done(["use", "1.96.1"]);
    world.write("pin/.go-version", "1.97.1\n");
    world.write("tools/.tool-versions", "golang 1.97\n");
    world.write("module/go.mod", "module m\n\ngo 1.98.0\n");
    for folder in ["pin", "tools", "module/"] {
        world.go(["version"]).cwd(world.work().join(folder)).done();
    }
    let links = fs::read_dir(world.store().join("used")).unwrap().map(|link| link.unwrap().path());
    let links: Vec<PathBuf> = links.filter(|path| path.is_symlink()).collect();
    assert_eq!(links.len(), 3, "{links:?}");
    // Collected and forgotten as uses, the projects stay known.
    let uses = [
        ("1.97.1", Some("pin/.go-version"), 90),
        ("1.97.1", Some("tools/.tool-versions"), 90),
        ("1.98.1", Some("module/go.mod"), 90),
    ];
    aged(&world, 100, &uses);
    assert_eq!(reasons(&world, "1.97.1", &[]), ["pin", "pin"]);
    assert_eq!(reasons(&world, "1.98.1", &[]), ["go-line"]);
    assert_eq!(planned(&world, &[]).0, [here("1.99.2")]);
    // The pin names another one now, the folder of tools is gone, and so is the go line.
    world.write("pin/.go-version", "1.99.2\n");
    fs::remove_dir_all(world.work().join("tools")).unwrap();
    world.write("module/go.mod", "module m\n");
    assert_eq!(planned(&world, &[]).0, [here("1.98.1"), here("1.97.1")]);
    // A file that can't be read is not one that is gone.
    world.write("module/.go-version", "not a version\n");
    assert_eq!(reasons(&world, "1.98.1", &[]), ["unreadable"]);
}

#[test]
fn a_pin_stays_that_go_mod_outranks() {
    let world = World::with(&["1.97.1", "1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.write("m/go.mod", "module m\n\ngo 1.98.0\n");
    world.write("m/sub/.go-version", "1.97.1\n");
    let said = world.go(["version"]).cwd(world.work().join("m/sub")).done().stdout;
    assert!(said.contains("1.98.1"), "{said}");
    let mut link = fs::read_dir(world.store().join("used")).unwrap().map(|link| link.unwrap().path());
    let link = link.find_map(|path| fs::read_link(path).ok()).unwrap();
    let file = world.work().join("m/sub/.go-version");
    assert_eq!(link, Path::new(&format!("{}\t{}", here("1.98.1"), file.display())));
    aged(&world, 100, &[("1.98.1", Some("m/sub/.go-version"), 90)]);
    assert_eq!(reasons(&world, "1.97.1", &[]), ["pin"]);
    assert_eq!(reasons(&world, "1.98.1", &[]), ["go-line"]);
}

#[test]
fn a_line_keeps_what_it_means_and_keep_last_the_newest() {
    let world = World::with(&["1.97.1", "1.98.1", "1.98.2", "1.99.0", "1.99.2"]);
    fs::write(world.store().join("default"), "1.98\n").unwrap();
    aged(&world, 100, &[]);
    assert_eq!(planned(&world, &[]).0, ["1.99.2", "1.99.0", "1.98.1", "1.97.1"].map(here));
    assert_eq!(planned(&world, &["--keep-last", "1"]).0, ["1.99.0", "1.98.1"].map(here));
    assert_eq!(planned(&world, &["--keep-last", "2"]).0, Vec::<String>::new());
    assert_eq!(reasons(&world, "1.97.1", &["--keep-last", "1"]), ["keep-last"]);
}

#[test]
fn without_a_default_the_newest_stays_which_runs() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    aged(&world, 100, &[]);
    assert_eq!(planned(&world, &[]).0, [here("1.98.1")]);
    assert_eq!(reasons(&world, "1.99.2", &[]), ["newest-installed"]);
}

#[test]
fn what_this_shell_or_this_folder_needs_stays() {
    let world = World::with(&["1.97.1", "1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    world.write(".go-version", "1.97.1\n");
    assert_eq!(reasons(&world, "1.97.1", &[]), ["pin"]);
    let run = world.gom(["prune", "--dry-run", "--json"]).env("GOM_TOOLCHAIN", "1.98.1");
    let report = run.done().json();
    assert_eq!(report["removed"], json!([]));
    world.write(".go-version", "nonsense\n");
    assert_eq!(world.gom(["prune", "--yes"]).run().code, Some(2));
    assert_eq!(world.installed().len(), 3);
}

#[test]
fn a_linked_go_keeps_the_tree_that_it_leads_into() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    // gom refuses such a link, but what it leads to may become one.
    fs::create_dir_all(world.store().join("linked/mine")).unwrap();
    symlink(world.goroot(&here("1.98.1")), world.store().join("linked/mine/goroot")).unwrap();
    aged(&world, 100, &[]);
    assert_eq!(reasons(&world, "1.98.1", &[]), ["linked"]);
}

#[test]
fn recording_that_is_off_is_said_and_nothing_is_recorded() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    world.go(["version"]).env("GOM_RECORD_USE", "never").done();
    assert_eq!(fs::read_dir(world.store().join("used")).unwrap().count(), 1);
    let run = world.gom(["prune", "--yes"]).env("GOM_RECORD_USE", "never");
    assert_snapshot!(world.shown(run), @r"
    exit: 1
    --- stdout
    --- stderr
    error: the use of toolchains is not recorded (environment variable GOM_RECORD_USE), so gom can't tell what is unused
    hint: run `env -u GOM_RECORD_USE gom prune`, or run `gom prune --unused-for 0d` to remove what no pin and no default needs, used or not
    ");
    // For one process alone, the record itself stays.
    assert!(record(&world).exists());
    world.write_home(".gom/config.toml", "record_use = \"never\"\n");
    assert_snapshot!(world.say(["prune", "--yes"]), @r"
    exit: 1
    --- stdout
    --- stderr
    error: the use of toolchains is not recorded ([HOME]/.gom/config.toml:1), so gom can't tell what is unused
    hint: run `gom prune --unused-for 0d` to remove what no pin and no default needs, used or not
    ");
    world.done(["use", "1.99.2"]);
    assert!(!world.store().join("used").exists());
    world.go(["version"]).done();
    assert!(!world.store().join("used").exists());
    // Without the question of use, what nothing needs goes.
    world.done(["prune", "--unused-for", "0d", "--yes"]);
    assert_eq!(world.installed(), ["go1.99.2.[PLATFORM]"]);
    // Once it is on again, the record begins again.
    fs::remove_file(world.store().join("config.toml")).unwrap();
    world.done(["install", "1.98.1"]);
    let kept: Value = serde_json::from_slice(&fs::read(record(&world)).unwrap()).unwrap();
    assert!(kept["since"].as_u64().is_some_and(|since| since.abs_diff(today()) <= 1), "{kept}");
}

#[test]
fn what_cannot_be_recorded_stops_no_go() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    fs::remove_dir_all(world.store().join("used")).unwrap();
    fs::write(world.store().join("used"), "a file").unwrap();
    world.go(["version"]).done();
    world.done(["use", "1.99.2"]);
    assert_snapshot!(world.say(["prune", "--yes"]), @r"
    exit: 1
    --- stdout
    --- stderr
    error: the use of toolchains is not recorded: `[HOME]/.gom/used` is not a folder
    hint: run `ls -ld [HOME]/.gom/used` to see what it is, then remove it and run `gom self init`, or run `gom prune --unused-for 0d` to remove what no pin and no default needs, used or not
    ");
    fs::remove_file(world.store().join("used")).unwrap();
    let said = world.gom(["prune", "--yes"]).run();
    assert!(said.stderr.contains("run `gom self init` to begin the record"), "{said}");
    world.done(["self", "init"]);
    world.done(["prune", "--yes"]);
    assert_eq!(world.installed().len(), 2);
}

#[test]
fn a_hostile_record_keeps_everything_or_says_what_it_is() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    aged(&world, 100, &[]);
    let used = world.store().join("used");
    let long = format!("{}\t/{}", here("1.98.1"), "x".repeat(4000));
    for (number, target) in [
        "nonsense",
        "\n",
        "../../../etc\t/etc/passwd",
        "go1.98.1.nowhere-none\t/x",
        "go1.98.1\n.linux-amd64\t/x",
        long.as_str(),
        &format!("{}\t/etc/passwd", here("1.99.2")),
        &format!("{}\t/dev/zero", here("1.99.2")),
    ]
    .into_iter()
    .enumerate()
    {
        symlink(target, used.join(format!("{}-{number:04x}", today()))).unwrap();
    }
    // A link in the future, and one of 1970.
    symlink(here("1.98.1"), used.join(format!("{}-ffff", today() + 4000))).unwrap();
    symlink(here("1.98.1"), used.join("0-ffff")).unwrap();
    fs::create_dir(used.join(format!("{}-aaaa", today()))).unwrap();
    // The path of the long one can't be looked at.
    assert_eq!(reasons(&world, "1.98.1", &[]), ["unreadable", "used"]);
    world.done(["prune", "--yes"]);
    assert_eq!(world.installed().len(), 2);
    for content in ["", "{\"schema\": 1", "[1]", "{\"since\": -5}"] {
        fs::write(record(&world), content).unwrap();
        let said = world.gom(["prune", "--dry-run"]).done();
        assert!(said.stderr.contains("the record of use can't be read and begins again"), "{said}");
        assert_eq!(planned(&world, &[]).0, Vec::<String>::new(), "{content}");
    }
}

/// As an uninstall on a full disk may leave it.
#[test]
fn what_lacks_files_is_removed() {
    let world = World::with(&["1.98.1", "1.98.2", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    fs::remove_file(world.goroot(&here("1.98.1")).join("bin/go")).unwrap();
    let plan = world.done(["prune", "--dry-run", "--json"]).json();
    assert_eq!(plan["removed"][0]["toolchain"], here("1.98.1"), "{plan:#}");
    assert_eq!(plan["removed"].as_array().map(Vec::len), Some(1), "{plan:#}");
    world.done(["prune", "--yes"]);
    assert!(!world.goroot(&here("1.98.1")).exists());
    assert!(world.goroot(&here("1.98.2")).join("bin/go").exists());
}

#[test]
fn bad_spans_are_refused() {
    let world = World::with(&[]);
    for span in ["60", "x", "-1d", ""] {
        let said = world.gom(["prune", &format!("--unused-for={span}")]).run();
        assert_eq!(said.code, Some(2), "{said}");
        assert!(said.stderr.contains("such as 60d or 8w"), "{said}");
    }
    assert_snapshot!(world.say(["prune"]), @r"
    exit: 0
    --- stdout
    --- stderr
    nothing to remove; `gom prune --dry-run` shows why each toolchain stays
    ");
}

#[test]
fn many_links_are_collected_by_any_verb_that_writes() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    let used = world.store().join("used");
    for number in 0..300 {
        let target = format!("{}\t/p/{number}/go.mod", here("1.98.1"));
        symlink(target, used.join(format!("{}-{number:04x}", today()))).unwrap();
    }
    // A verb that only reads changes nothing.
    world.done(["list"]);
    assert_eq!(fs::read_dir(&used).unwrap().count(), 301);
    world.done(["use", "1.99.2"]);
    assert_eq!(fs::read_dir(&used).unwrap().count(), 1);
    let kept: Value = serde_json::from_slice(&fs::read(record(&world)).unwrap()).unwrap();
    assert_eq!(kept["uses"].as_array().map(Vec::len), Some(300));
}

#[test]
fn a_store_that_others_can_use_has_a_warning() {
    let world = World::publishing(&["1.98.1"]);
    let store = world.work().join("shared");
    let root = world.home().parent().unwrap().to_path_buf();
    let run = |arguments: &[&str]| world.gom(arguments).env("GOM_HOME", &store);
    run(&["install", "1.98.1"]).done();
    let warning = "other users can run the toolchains of `";
    let prune = ["prune", "--unused-for", "0d", "--dry-run"];
    let set = |mode: u32| fs::set_permissions(&store, fs::Permissions::from_mode(mode)).unwrap();
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
    let is_reachable = |folder: &Path| fs::metadata(folder).unwrap().permissions().mode() & 0o001 != 0;
    if !root.ancestors().all(is_reachable) {
        gom_tests::say("skipped: other users can't reach the folder of the tests");
        return;
    }
    set(0o755);
    assert!(run(&prune).done().stderr.contains(warning));
    let json = ["prune", "--unused-for", "0d", "--dry-run", "--json"];
    assert_eq!(run(&json).done().json()["shared"], true);
    set(0o700);
    assert!(!run(&prune).done().stderr.contains(warning));
    // What is in the home folder is for its owner alone.
    world.done(["install", "1.98.1"]);
    assert!(!world.done(prune).stderr.contains(warning));
}
