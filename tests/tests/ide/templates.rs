//! `gom ide vscode --launch --tasks`: launch configurations and tasks, only on request; what is there stays, and undoing takes out
//! what gom wrote.

use std::fs;
use std::os::unix::fs::symlink;

use gom_tests::{World, contents};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::Settings;

const LAUNCH: &str = ".vscode/launch.json";
const TASKS: &str = ".vscode/tasks.json";

/// A project with an installed Go and no files of VS Code.
fn project() -> World {
    let world = World::with(&["1.98.1"]);
    world.write("go.mod", "module example.test/m\n\ngo 1.98\n");
    world
}

/// A text as VS Code reads it: without comments and trailing commas.
fn read(text: &str) -> Value {
    let mut plain = String::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => {
                let is_end = |at: &(usize, char)| at.1 == '"' && !rest[..at.0].ends_with('\\');
                1 + rest.char_indices().skip(1).find(is_end).unwrap().0
            }
            '/' if rest.starts_with("//") => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = &rest[rest.find("*/").unwrap() + 2..];
                continue;
            }
            c => c.len_utf8(),
        };
        let (token, left) = rest.split_at(length);
        if matches!(token, "}" | "]") {
            let kept = plain.trim_end().trim_end_matches(',').len();
            plain.truncate(kept);
        }
        plain.push_str(token);
        rest = left;
    }
    serde_json::from_str(&plain).unwrap_or_else(|error| panic!("{error}\n{plain}"))
}

fn names(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

const DEBUG: &str = "Debug the package of this file";
const ATTACH: &str = "Attach to a running program";

#[test]
fn they_are_written_only_when_asked_and_read_back_as_the_editor_would() {
    let world = project();
    let before = contents(&world.work());
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    assert_eq!(contents(&world.work()), before);
    assert_snapshot!(world.said(&["--launch", "--dry-run"]), @r#"
    exit: 10
    --- stdout
    --- /dev/null
    +++ [WORK]/.vscode/launch.json
    @@ -0,0 +1,19 @@
    +{
    +    "version": "0.2.0",
    +    "configurations": [
    +        {
    +            "name": "Debug the package of this file",
    +            "type": "go",
    +            "request": "launch",
    +            "mode": "auto",
    +            "program": "${fileDirname}"
    +        },
    +        {
    +            "name": "Attach to a running program",
    +            "type": "go",
    +            "request": "attach",
    +            "mode": "local",
    +            "processId": "${command:pickGoProcess}"
    +        }
    +    ]
    +}
    configurations.Debug the package of this file is added: builds the package of the open file with the project's Go and debugs it, or its tests (docs/editors.md#launch-configurations)
    configurations.Attach to a running program is added: debugs a Go program that runs already and that you choose (docs/editors.md#launch-configurations)
    --- stderr
    "#);
    // Not even the folder is there.
    assert_eq!(contents(&world.work()), before);
    assert_snapshot!(world.said(&["--launch", "--tasks", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    created [WORK]/.vscode/launch.json
    created [WORK]/.vscode/tasks.json
    hint: run `gom ide vscode --undo` to take out again what gom wrote
    ");
    let launch = read(&world.read(LAUNCH));
    let debug = json!({"name": DEBUG, "type": "go", "request": "launch", "mode": "auto", "program": "${fileDirname}"});
    assert_eq!((&launch["version"], &launch["configurations"][0]), (&json!("0.2.0"), &debug));
    assert_eq!(names(&launch["configurations"], "name"), [DEBUG, ATTACH]);
    let tasks = read(&world.read(TASKS));
    assert_eq!(
        tasks["tasks"][1],
        json!({
            "label": "Test all packages", "type": "go", "command": "test", "args": ["./..."],
            "problemMatcher": ["$go"], "group": "test",
        })
    );
    assert_eq!((&tasks["version"], &tasks["tasks"][0]["command"]), (&json!("2.0.0"), &json!("build")));
    // A second time there is nothing to do.
    let after = contents(&world.work());
    assert_snapshot!(world.said(&["--launch", "--tasks", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    nothing is missing in the files that you asked for
    this project has no settings of VS Code: it follows gom by PATH
    ");
    assert_eq!(contents(&world.work()), after);
    // Undone, the folder is gone too.
    assert_eq!(world.vscode(&["--undo", "--yes"]).code, Some(0));
    assert_eq!(contents(&world.work()), before);
    assert!(!world.work().join(".vscode").exists());
    assert_eq!(world.records(), 0);
}

#[test]
fn only_what_is_missing_is_added_and_every_other_byte_stays() {
    let own = "\u{feff}{\r\n\t// ours\r\n\t\"version\": \"0.2.0\",\r\n\t\"configurations\": [\r\n\t\t{ \"name\": \"Server\", \"type\": \"go\", \"request\": \"launch\", \"mode\": \"auto\", \"program\": \"${fileDirname}\", }, // all\r\n\t],\r\n\t\"compounds\": [],\r\n}\r\n";
    let world = project();
    world.write(LAUNCH, own);
    assert_eq!(world.vscode(&["--launch", "--yes"]).code, Some(0));
    let text = world.read(LAUNCH);
    // The one that debugs the package is there under another name.
    let added = "\r\n\t\t{\r\n\t\t\t\"name\": \"Attach to a running program\",\r\n\t\t\t\"type\": \"go\",\r\n\t\t\t\"request\": \"attach\",\r\n\t\t\t\"mode\": \"local\",\r\n\t\t\t\"processId\": \"${command:pickGoProcess}\"\r\n\t\t},";
    assert_eq!(text.replacen(added, "", 1), own);
    assert_eq!(names(&read(&text)["configurations"], "name"), ["Server", ATTACH]);
    let output = world.vscode(&["--undo", "--yes"]);
    assert_eq!((output.code, world.read(LAUNCH).as_str()), (Some(0), own), "{output}");
    // A name that is there is enough, whatever it does.
    let named = format!("{{\"configurations\": [{{\"name\": \"{DEBUG}\"}}, {{\"name\": \"{ATTACH}\"}}]}}");
    world.write(LAUNCH, &named);
    assert_eq!(world.vscode(&["--launch", "--yes"]).code, Some(0));
    assert_eq!(world.read(LAUNCH), named);
}

#[test]
fn undoing_leaves_what_somebody_has_put_there_since() {
    let world = project();
    assert_eq!(world.vscode(&["--launch", "--yes"]).code, Some(0));
    let ours = world.read(LAUNCH);
    let own = "{ \"name\": \"Mine\", \"type\": \"go\", \"request\": \"launch\", \"program\": \"${workspaceFolder}/cmd\" }";
    for place in ["\"configurations\": [", "pickGoProcess}\"\n        }"] {
        let is_first = place.ends_with('[');
        let text =
            if is_first { format!("{place}\n        {own},") } else { format!("{place},\n        {own}") };
        world.write(LAUNCH, ours.replacen(place, &text, 1));
        let output = world.vscode(&["--undo", "--yes"]);
        assert_eq!(output.code, Some(0), "{output}");
        let left = read(&world.read(LAUNCH));
        assert_eq!(names(&left["configurations"], "name"), ["Mine"], "{output}");
        // The rest would not be read without it.
        assert_eq!(left["version"], "0.2.0");
        assert_eq!(world.records(), 0);
        fs::remove_file(world.work().join(LAUNCH)).unwrap();
        assert_eq!(world.vscode(&["--launch", "--yes"]).code, Some(0));
        assert_eq!(world.read(LAUNCH), ours);
    }
    // One that was changed is shown, and nothing is changed.
    let changed = ours.replace("\"mode\": \"auto\"", "\"mode\": \"debug\"");
    world.write(LAUNCH, &changed);
    assert_snapshot!(world.said(&["--undo", "--yes"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `[WORK]/.vscode/launch.json` was changed where gom wrote:
        line 4: configurations.["Debug the package of this file"] is not as gom wrote it
    hint: remove these settings by hand, or write them as gom did, and run the command again
    "#);
    assert_eq!(world.read(LAUNCH), changed);
    // One that somebody took out is added again, and all of it can be undone.
    let end = ours.find(",\n        {\n            \"name\": \"Attach").unwrap();
    world.write(LAUNCH, format!("{}\n    ]\n}}\n", &ours[..end]));
    assert_eq!(world.vscode(&["--launch", "--yes"]).code, Some(0));
    assert_eq!(world.read(LAUNCH), ours);
    assert_eq!(world.vscode(&["--undo", "--yes"]).code, Some(0));
    assert!(!world.work().join(LAUNCH).exists(), "{}", world.read(LAUNCH));
}

#[test]
fn a_link_of_a_hostile_clone_is_never_written_through() {
    let world = project();
    world.write(".git/HEAD", "");
    let victim = "{\"configurations\": []}";
    world.write_home("secret/launch.json", victim);
    fs::create_dir(world.home().join("empty")).unwrap();
    for (link, target) in [
        (".vscode", "secret"),
        (".vscode", "empty"),
        (".vscode", "nowhere"),
        (LAUNCH, "secret/launch.json"),
        (LAUNCH, "nowhere.json"),
    ] {
        let place = world.work().join(link);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        symlink(world.home().join(target), &place).unwrap();
        for option in ["--yes", "--dry-run"] {
            let output = world.vscode(&["--launch", option]);
            assert_eq!(output.code, Some(1), "{link} -> {target}: {output}");
            assert!(output.stderr.contains("is a link"), "{link} -> {target}: {output}");
        }
        fs::remove_file(place).unwrap();
        let _ = fs::remove_dir(world.work().join(".vscode"));
    }
    assert_eq!(fs::read_to_string(world.home().join("secret/launch.json")).unwrap(), victim);
    assert_eq!(fs::read_dir(world.home().join("empty")).unwrap().count(), 0);
    assert!(!world.home().join("nowhere").exists() && !world.home().join("nowhere.json").exists());
    assert_eq!(world.records(), 0);
}

#[test]
fn a_file_of_another_form_is_an_error_with_its_line_and_stays() {
    for (file, option, text, said) in [
        (
            TASKS,
            "--tasks",
            "{\n  \"version\": \"0.1.0\",\n  \"command\": \"go\"\n}\n",
            "tasks.json` line 2: its version is 0.1.0",
        ),
        (
            LAUNCH,
            "--launch",
            "{\n  \"configurations\": {}\n}\n",
            "gom can't edit `[WORK]/.vscode/launch.json`: configurations.",
        ),
        (LAUNCH, "--launch", "{\n  \"configurations\": [\n", "launch.json` line "),
    ] {
        let world = project();
        world.write(file, text);
        let output = world.vscode(&[option, "--yes"]);
        assert_eq!(output.code, Some(1), "{output}");
        assert!(world.redact(&output.stderr).contains(said), "{output}");
        assert_eq!((world.read(file).as_str(), world.records()), (text, 0));
    }
}

#[test]
fn they_are_of_a_project_and_of_vs_code() {
    let world = project();
    for words in [
        &["ide", "vscode", "--launch", "--user"][..],
        &["ide", "vscode", "--tasks", "--undo"],
        &["ide", "goland", "--launch"],
        &["ide", "helix", "--tasks"],
        &["ide", "--launch"],
        // Nobody can be asked.
        &["ide", "vscode", "--launch"],
    ] {
        let output = world.gom(words).run();
        assert_eq!(output.code, Some(2), "{output}");
    }
    let said = world.vscode(&["--launch", "--tasks"]).stderr;
    assert!(said.contains("`gom ide vscode --launch --tasks --dry-run`"), "{said}");
    assert!(!world.work().join(".vscode").exists());
    let report = world.vscode(&["--tasks", "--dry-run", "--json"]).json();
    let file = &report["files"][0];
    assert_eq!((&file["creates_file"], &report["scope"]), (&true.into(), &"workspace".into()));
    assert_eq!(file["settings"][0]["name"], "tasks.Build all packages");
    assert_eq!(file["settings"][0]["docs"], "docs/editors.md#tasks");
}
