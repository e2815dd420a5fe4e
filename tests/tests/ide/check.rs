//! `gom ide check`: what an editor would run in each poor environment, and that nothing of a hostile clone is ever started.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use gom_tests::{Sandbox, World, go_program};
use serde_json::Value;

use crate::world::OWN;

/// Writes a program.
fn program(path: &Path, script: &str) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    path.to_owned()
}

/// A home with a go, a gopls and a dlv of the user's, in a folder that no PATH names, and settings that name them. Each
/// writes its environment to `seen`.
fn home() -> Sandbox {
    let sandbox = Sandbox::new();
    let (own, seen) = (sandbox.home().join("own"), sandbox.home().join("seen"));
    let log = format!("{{ echo \"== $0 $1\"; env; }} >> '{}'", seen.display());
    let goroot = own.join("goroot");
    program(&goroot.join("bin/go"), "exit 9");
    let said = format!(
        "echo '{{\"GOROOT\": \"{}\", \"GOVERSION\": \"go1.22.6\", \"GOBIN\": \"\", \"GOPATH\": \"{}\"}}'",
        goroot.display(),
        sandbox.home().join("go").display()
    );
    program(&own.join("go"), &format!("{log}\n{said}"));
    program(&own.join("gopls"), &format!("{log}\necho 'golang.org/x/tools/gopls v0.16.1'"));
    program(&own.join("dlv"), &format!("{log}\necho 'Delve Debugger'; echo 'Version: 1.22.1'"));
    let tools: Vec<String> = ["go", "gopls", "dlv"]
        .iter()
        .map(|name| format!("\"{name}\": \"{}\"", own.join(name).display()))
        .collect();
    sandbox
        .write_home(OWN, format!("{{\n  // mine\n  \"go.alternateTools\": {{ {}, }}\n}}", tools.join(", ")));
    sandbox.write("go.mod", "module example.test/m\n\ngo 1.22\n");
    sandbox
}

fn check(sandbox: &Sandbox, code: i32) -> Value {
    let output = sandbox.gom(["ide", "check", "vscode", "--json"]).run();
    assert_eq!(output.code, Some(code), "{output}");
    output.json()
}

/// The programs of one environment.
fn programs<'a>(report: &'a Value, name: &str) -> Vec<&'a Value> {
    let environments = report["environments"].as_array().unwrap();
    let one =
        environments.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}: {report}"));
    one["programs"].as_array().unwrap().iter().collect()
}

#[test]
fn the_programs_of_the_users_settings_are_started_with_the_poor_environment() {
    let sandbox = home();
    let report = check(&sandbox, 0);
    let own = sandbox.home().join("own");
    for name in ["terminal", "desktop", "remote", "empty"] {
        let found = programs(&report, name);
        let versions: Vec<&str> = found.iter().map(|one| one["version"].as_str().unwrap()).collect();
        assert_eq!(versions, ["go1.22.6", "v0.16.1", "1.22.1"], "{name}");
        assert!(found.iter().all(|one| one["state"] == "ok"), "{name}: {found:#?}");
        assert_eq!(found[0]["path"], own.join("go").to_str().unwrap());
        assert_eq!(found[0]["found_by"], format!("{}:3", sandbox.home().join(OWN).display()));
        assert_eq!(found[0]["program"], own.join("goroot/bin/go").to_str().unwrap());
    }
    // With no variable, but for those by which gom keeps a go from downloading.
    let seen = fs::read_to_string(sandbox.home().join("seen")).unwrap();
    let last = seen.split("== ").last().unwrap();
    for variable in ["HOME=", "USER=", "GOM_HOME=", "SSL_CERT_FILE="] {
        assert!(!last.lines().any(|line| line.starts_with(variable)), "{variable}: {last}");
    }
    assert!(last.lines().any(|line| line == "GOPROXY=off"), "{last}");
    assert_eq!(report["unsafe_paths"], serde_json::json!([]));
}

#[test]
fn an_editor_without_settings_finds_programs_by_path_alone() {
    let sandbox = home();
    let path = format!("{}:relative:.", sandbox.home().join("own").display());
    let output = sandbox.gom(["ide", "check", "helix", "--json"]).env("PATH", path).run();
    let found = output.json();
    let terminal = programs(&found, "terminal");
    assert!(terminal.iter().all(|one| one["found_by"] == "PATH"), "{output}");
    assert_eq!(terminal[2]["version"], "1.22.1");
}

/// Everything by which a clone can name a program, and a PATH that leads into the clone.
#[test]
fn nothing_of_a_hostile_clone_is_started() {
    let sandbox = home();
    let (work, marker) = (sandbox.work(), sandbox.home().join("pwned"));
    let evil = format!("echo \"$0 $*\" >> '{}'; echo v1.0.0", marker.display());
    for name in ["go", "gopls", "dlv"] {
        program(&work.join("tools").join(name), &evil);
    }
    program(&work.join("root/bin/go"), &evil);
    fs::write(work.join("tools/elf"), go_program("go1.22.6", &[])).unwrap();
    sandbox.write(".git/HEAD", "ref: refs/heads/main\n");
    sandbox.write(
        ".vscode/settings.json",
        "{\n  \"go.goroot\": \"${workspaceFolder}/root\",\n  \"go.alternateTools\": {\n    \"go\": \"./tools/go\",\n    \"gopls\": \"${workspaceFolder}/tools/elf\",\n    \"dlv\": \"tools/dlv\"\n  },\n  \"go.toolsEnvVars\": { \"PATH\": \"/tmp/x:/bin\" }\n}\n",
    );
    sandbox.write(".vscode/launch.json", "{\"configurations\": [{\"dlvToolPath\": \"tools/dlv\"}]}");
    sandbox.write("evil.code-workspace", "{\"settings\": {\"go.alternateTools\": {\"go\": \"tools/go\"}}}");
    sandbox.write(
        ".idea/workspace.xml",
        "<project>\n  <component name=\"GOROOT\" url=\"file://$PROJECT_DIR$/root\" />\n</project>\n",
    );
    // A file that never ends, and one that is a pipe, stop nothing.
    symlink("/dev/zero", work.join("endless.code-workspace")).unwrap();
    let report = check(&sandbox, 10);
    let places: Vec<(String, u64, String)> = report["unsafe_paths"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let file = Path::new(one["file"].as_str().unwrap());
            let name = file.strip_prefix(fs::canonicalize(&work).unwrap()).unwrap().display().to_string();
            (name, one["line"].as_u64().unwrap(), one["setting"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        (".vscode/settings.json", 2, "go.goroot"),
        (".vscode/settings.json", 4, "go.alternateTools.go"),
        (".vscode/settings.json", 5, "go.alternateTools.gopls"),
        (".vscode/settings.json", 6, "go.alternateTools.dlv"),
        (".vscode/settings.json", 8, "go.toolsEnvVars.PATH"),
        ("evil.code-workspace", 1, "settings.go.alternateTools.go"),
        (".vscode/launch.json", 1, "configurations.[0].dlvToolPath"),
        (".idea/workspace.xml", 2, "GOROOT"),
    ];
    assert_eq!(places, expected.map(|(file, line, name)| (file.to_owned(), line, name.to_owned())));
    assert_eq!(report["unsafe_paths"][2]["archs"], serde_json::json!(["amd64"]));
    // The user's own programs were started all the same.
    assert_eq!(programs(&report, "desktop")[0]["version"], "go1.22.6");

    // The user's settings and environment lead into the clone: by a path, a link, PATH, and GOBIN.
    let link = sandbox.home().join("own/linked");
    symlink(work.join("tools/gopls"), &link).unwrap();
    let settings = format!(
        "{{\"go.alternateTools\": {{\"go\": \"{}\", \"gopls\": \"{}\", \"dlv\": \"tools/dlv\"}}}}",
        work.join("tools/go").display(),
        link.display()
    );
    sandbox.write_home(OWN, settings);
    let path = format!("{}:.:tools", work.join("tools").display());
    let output =
        sandbox.gom(["ide", "check", "--json"]).env("PATH", &path).env("GOBIN", work.join("tools")).run();
    assert_eq!(output.code, Some(10), "{output}");
    let found = output.json();
    for one in programs(&found, "terminal") {
        assert_eq!((&one["state"], &one["version"]), (&"unsafe".into(), &Value::Null), "{one}");
    }
    assert!(!marker.exists(), "{}", fs::read_to_string(&marker).unwrap());
    // Said to a person, it names the files and lines.
    let said = sandbox.gom(["ide", "check"]).run().stderr;
    assert!(said.contains(".vscode/settings.json:2: go.goroot names `${workspaceFolder}/root`"), "{said}");
    assert!(!marker.exists());
}

#[test]
fn a_go_other_than_the_selected_one_is_a_problem() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let other = world.home().join("other");
    let said = format!("echo '{{\"GOROOT\": \"{}\", \"GOVERSION\": \"go1.97.0\"}}'", other.display());
    program(&other.join("bin/go"), &said);
    let output = world
        .gom(["ide", "check", "helix", "--json"])
        .env("PATH", format!("{}:/usr/bin:/bin", other.join("bin").display()))
        .run();
    assert_eq!(output.code, Some(10), "{output}");
    let found = output.json();
    let go = programs(&found, "terminal")[0].clone();
    assert_eq!(go["problem"], "it is another Go than gom selects here, which is Go 1.98.1");
    assert_eq!(go["version"], "go1.97.0");
}

#[test]
fn a_program_that_fails_or_is_for_another_machine_is_a_problem() {
    let sandbox = home();
    let own = sandbox.home().join("own");
    program(&own.join("gopls"), "echo 'error: no gopls for Go 1.22' >&2; exit 127");
    // A Mach-O for Intel: no machine of the tests runs it, and its header says why.
    let mut intel = vec![0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1, 3, 0, 0, 0, 2, 0, 0, 0];
    intel.resize(4096, 0);
    fs::write(own.join("goroot/bin/go"), intel).unwrap();
    let report = check(&sandbox, 10);
    let found = programs(&report, "empty");
    assert_eq!(found[0]["archs"], serde_json::json!(["amd64"]));
    let problem = found[0]["problem"].as_str().unwrap();
    assert!(problem.contains("it is a program for Mach-O on amd64"), "{problem}");
    assert_eq!(found[1]["problem"], "no gopls for Go 1.22");
    assert_eq!(found[1]["hint"], "run `gom tools install gopls`");
    assert_eq!(found[2]["state"], "ok");
}
