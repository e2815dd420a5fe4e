//! K6.5: every fix that the doctor offers must work. For each check with a fix, the test creates the problem in a home
//! folder; after `--fix` and the printed commands the finding is gone, and a second `--fix` changes nothing.

use crate::world::{Doctored, findings};
use gom_tests::{Output, World};
use serde_json::Value;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A home with one trouble.
struct Case {
    id: &'static str,
    /// What is published and, but for the last one, installed.
    versions: &'static [&'static str],
    /// Makes the trouble.
    make: fn(&mut World),
    /// What the shell has done before.
    shell: &'static str,
}

const fn case(id: &'static str, make: fn(&mut World)) -> Case {
    Case { id, versions: &["1.30.1", "1.29.3"], make, shell: "" }
}

/// PATH with these folders first.
fn path_after(home: &World, first: &str) -> String {
    format!("{first}:{}/bin:/usr/bin:/bin", home.store().display())
}

fn go_env(home: &World, line: &str) {
    home.write_home(".config/go/env", format!("{line}\n"));
}

fn module(home: &World, go: &str) {
    home.write("go.mod", format!("module example.test/app\n\ngo {go}\n"));
}

fn goroot(home: &World, version: &str) -> std::path::PathBuf {
    home.goroot(&gom_tests::FakeToolchain::here(version).name())
}

const CASES: &[Case] = &[
    case("shim-not-on-path", |home| home.set("PATH", "/usr/bin:/bin")),
    case("other-go-first", |home| {
        let go = home.program("other/bin/go", "echo other");
        let path = path_after(home, go.parent().unwrap().to_str().unwrap());
        home.set("PATH", path);
    }),
    // K6.2: a line's tree, and a tree named by a start-up file.
    case("other-go-first", |home| {
        let line = home.store().join("lines/1.29/bin");
        let path = path_after(home, line.to_str().unwrap());
        home.set("PATH", path);
        home.write_home(".bashrc", "export PATH=$HOME/.gom/lines/1.29/bin:$PATH\n");
    }),
    case("other-go-first", |home| {
        let own = goroot(home, "1.30.1").join("bin");
        let path = path_after(home, own.to_str().unwrap());
        home.set("PATH", path);
        home.write_home(".bashrc", format!("export PATH={}:$PATH\n", own.display()));
    }),
    case("path-entries", |home| {
        let path = path_after(home, "~/bin:relative:/usr/bin");
        home.set("PATH", path);
        std::fs::create_dir(home.home().join("bin")).unwrap();
        home.write_home(".bashrc", "export PATH=\"~/bin:$PATH\"\n");
    }),
    case("go-bin-not-on-path", |home| {
        home.program("go/bin/tool", "");
    }),
    case("go-in-gobin", |home| {
        home.program("go/bin/go", "");
    }),
    case("go-alias", |home| {
        home.write_home(".bashrc", "alias go=/nowhere/go\n");
    }),
    case("gvm", |home| {
        home.write_home(
            ".bashrc",
            "[[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"\n",
        );
        home.set("GVM_ROOT", "/nowhere/gvm");
    }),
    case("other-manager", |home| {
        home.write_home(".bashrc", "export GOENV_ROOT=$HOME/.goenv\neval \"$(goenv init -)\"\n");
        home.write_home(".goenv/versions/1.2.3/VERSION", "go1.2.3\n");
    }),
    case("goroot-set", |home| {
        home.set("GOROOT", "/nowhere/go");
        go_env(home, "GOROOT=/nowhere/go");
        home.write_home(".bashrc", "export GOROOT=/nowhere/go\nexport PATH=$PATH:$GOROOT/bin:$HOME/bin\n");
    }),
    case("goos-goarch-set", |home| go_env(home, "GOARCH=riscv64")),
    case("goos-goarch-set", |home| home.set("GOOS", "plan9")),
    case("gopath-misplaced", |home| {
        let inside = goroot(home, "1.30.1").join("x");
        home.set("GOPATH", inside);
    }),
    case("go-env-file", |home| go_env(home, "GOMYSELF=1")),
    case("gotoolchain-named", |home| home.set("GOTOOLCHAIN", "go1.30.1")),
    // K3.1
    case("gotoolchain-named", |home| go_env(home, "GOTOOLCHAIN=go1.29.3+auto")),
    // K3.3
    case("gotoolchain-refused", |home| go_env(home, "GOTOOLCHAIN=go1.30")),
    case("gotoolchain-refused", |home| home.set("GOTOOLCHAIN", "latest")),
    case("go111module-set", |home| home.set("GO111MODULE", "off")),
    case("goflags-vendor", |home| {
        module(home, "1.29.0");
        go_env(home, "GOFLAGS=-mod=vendor");
    }),
    case("gocache-off", |home| home.set("GOCACHE", "off")),
    case("sumdb-off", |home| go_env(home, "GOSUMDB=off")),
    case("proxy-in-the-clear", |home| go_env(home, "GOPROXY=http://proxy.example.test")),
    case("slow-builds", |home| home.set("GOFLAGS", "-p=1")),
    case("cgo-off-but-needed", |home| {
        module(home, "1.29.0");
        home.write("c.go", "package c\n\nimport \"C\"\n");
        go_env(home, "CGO_ENABLED=0");
    }),
    case("other-compiler", |home| home.set("CC", "/nowhere/cc")),
    case("nothing-selected", |home| {
        home.done(["uninstall", "1.29.3", "--yes"]);
        home.write(".go-version", "1.29.3\n");
    }),
    case("gotoolchain-switches", |home| {
        home.done(["use", "1.29.3"]);
        home.done(["uninstall", "1.30.1", "--yes"]);
        module(home, "1.30.1");
    }),
    case("module-cache-go", |home| {
        home.done(["use", "1.29.3"]);
        home.done(["uninstall", "1.30.1", "--yes"]);
        module(home, "1.30.1");
        let name = gom_tests::FakeToolchain::here("1.30.1").module_version();
        home.write_home(&format!("go/pkg/mod/golang.org/toolchain@{name}/VERSION"), "go1.30.1\n");
    }),
    case("project-needs-newer-go", |home| {
        home.done(["use", "1.29.3"]);
        home.set("GOTOOLCHAIN", "local");
        module(home, "1.30.1");
    }),
    case("gom-settings", |home| {
        home.write_home(".gom/config.toml", "mirrors = []\n");
    }),
    case("gom-settings", |home| home.set("GOM_SYNC", "perhaps")),
    case("gom-offline", |home| home.set("GOM_OFFLINE", "1")),
    case("toolchain-incomplete", |home| std::fs::remove_dir_all(goroot(home, "1.29.3").join("src")).unwrap()),
    case("toolchain-misnamed", |home| {
        std::fs::write(goroot(home, "1.29.3").join("VERSION"), "go1.29.0\n").unwrap();
    }),
    case("toolchain-modes", |home| {
        std::fs::set_permissions(goroot(home, "1.29.3"), PermissionsExt::from_mode(0o777)).unwrap();
    }),
    case("toolchain-modes", |home| {
        std::fs::set_permissions(goroot(home, "1.29.3").join("bin/go"), PermissionsExt::from_mode(0o644))
            .unwrap();
    }),
    case("toolchain-does-not-start", |home| {
        std::fs::write(goroot(home, "1.30.1").join("bin/go"), "#!/bin/sh\nkill -9 $$\n").unwrap();
    }),
    case("toolchain-unproven", |home| {
        let name = gom_tests::FakeToolchain::here("1.29.3").name();
        std::fs::remove_file(home.store().join(format!("receipts/{name}.json"))).unwrap();
    }),
    case("shim-links", |home| {
        let gofmt = home.store().join("bin/gofmt");
        std::fs::remove_file(&gofmt).unwrap();
    }),
    // K5.4
    case("store-unmarked", |home| {
        std::fs::remove_file(home.store().join("layout-version")).unwrap();
    }),
    Case { shell: "ulimit -S -n 200\n", ..case("open-files", |_| {}) },
    case("vscode-goroot-set", |home| {
        let other = goroot(home, "1.29.3");
        let text = format!("{{\n  \"go.goroot\": \"{}\"\n}}\n", other.display());
        home.write_home(".config/Code/User/settings.json", text);
    }),
    case("vscode-go-missing", |home| {
        home.write_home(".config/Code/User/settings.json", "{\n  \"go.goroot\": \"/nowhere/go\"\n}\n");
    }),
    // What `--fix` can't comment out.
    case("vscode-go-missing", |home| {
        home.write_home(
            ".config/Code/User/settings.json",
            "{\"go.alternateTools\": {\"go\": \"/nowhere/bin/go\"}}",
        );
    }),
    case("vscode-go-missing", |home| {
        module(home, "1.29.0");
        home.write(".vscode/settings.json", "{\"go.goroot\": \"/nowhere/go\", \"a\": 1}");
    }),
    case("vscode-goroot-set", |home| {
        module(home, "1.29.0");
        let other = goroot(home, "1.29.3");
        home.write(".vscode/settings.json", format!("{{\"go.goroot\": \"{}\"}}", other.display()));
    }),
];

/// Checks without a case here, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("go-for-other-system", "the machine"),
    ("path-differs-by-shell", "the idempotence test below, with zsh"),
    ("brew-go-linked", "Homebrew"),
    ("brew-go-unlinked", "Homebrew"),
    ("usr-local-go", "root's files"),
    ("golang-dl", "the test with the real go command"),
    ("doubled-toolchains", "only advice"),
    ("goroot-in-removed-keg", "Homebrew; its edits are goroot-set's"),
    ("goarm-goamd64-set", "the machine; its edits are goos-goarch-set's"),
    ("no-c-compiler", "the machine"),
    ("library-arch", "Homebrew"),
    ("line-not-supported", "the test with real releases"),
    ("newer-patch", "the test with real releases"),
    ("staging-leftovers", "only advice"),
    ("loader-missing", "the machine"),
    ("kernel-too-old", "the machine"),
    ("snap-go", "snap"),
    ("distribution-go", "only advice"),
    ("windows-go", "only advice"),
    ("files-on-windows-disk", "only advice"),
    ("machine-sets-go", "only advice"),
    ("policy-unusable", "root's files"),
    ("policy-refuses", "root's files; the tests of the policy"),
    ("policy-applies", "nothing is wrong"),
    ("store-path", "only advice"),
    ("store-volume", "only advice"),
    ("store-not-writable", "only advice for what root can make"),
    ("name-not-utf8", "only advice"),
    ("unreadable", "only advice for what root can make"),
    ("free-space", "the machine"),
    ("toolchains-unused", "its command asks; the test below"),
    ("equal-files", "only with --probe, and on a file system that can clone"),
    ("slow-shell", "only advice"),
    ("goland-goroot-missing", "the test below, while no IDE runs"),
    ("goland-goroot-differs", "the test below, while no IDE runs"),
    ("tool-for-other-processor", "a build from the network"),
    ("tool-by-older-go", "a build from the network"),
    ("project-files-differ", "only advice"),
    ("vendor-differs", "the test with the real go command"),
    ("modules-changed", "only with --probe, and from the network"),
    ("dotenv-sets-go", "only advice"),
    ("go-line-without-patch", "the test with the real go command"),
    ("ci-macos", "only advice"),
    ("ci-architecture", "only advice"),
    ("workspace-too-old", "the test with the real go command"),
    ("toolchain-line-refused", "the test with the real go command"),
    ("toolchain-line-ignored", "the test with the real go command"),
    ("other-pins-differ", "only advice"),
    ("yaml-version-number", "only advice"),
    ("old-go-trusts-proxy", "the test with real releases"),
];

pub(crate) fn diagnosis(output: &Output) -> Value {
    let json = output.stdout.find('{').map(|at| &output.stdout[at..]).unwrap_or_default();
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}\n{output}"))
}

pub(crate) fn found<'a>(diagnosis: &'a Value, id: &str) -> Vec<&'a Value> {
    findings(diagnosis).into_iter().filter(|finding| finding["id"] == id).collect()
}

/// The doctor, as a shell with this home's start-up file and these commands has it.
fn doctor_after(home: &World, commands: &str) -> Output {
    let script = format!(
        "shopt -s expand_aliases\n[ -f ~/.bashrc ] && . ~/.bashrc\n{commands}\n{}/bin/gom doctor --json\n",
        home.store().display()
    );
    home.command("bash", ["-c", &script]).run()
}

/// Every file below the home folder but the store and the cache, with its text.
fn texts(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with(".gom") && !path.ends_with(".cache") {
            texts(&path, found);
        } else if path.is_file() {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            found.push((path.display().to_string(), text));
        }
    }
}

fn all_texts(home: &World) -> Vec<(String, String)> {
    let mut found = Vec::new();
    texts(&home.home(), &mut found);
    found
}

/// How many cases are tried at once.
const PARTS: usize = 4;

/// K6.5
#[test]
fn what_is_printed_ends_what_was_found() {
    std::thread::scope(|scope| {
        for part in 0..PARTS {
            let cases = CASES.iter().enumerate().filter(move |(number, _)| number % PARTS == part);
            scope.spawn(move || cases.for_each(|(number, case)| try_cure(number, case)));
        }
    });
}

fn try_cure(number: usize, case: &Case) {
    let Case { id, versions, make, shell } = case;
    let what = format!("case {number}, {id}");
    let mut home = World::healthy(versions);
    make(&mut home);
    let before = doctor_after(&home, shell);
    let before = diagnosis(&before);
    assert!(!found(&before, id).is_empty(), "{what} is not found\n{before:#}");

    home.doctor(&["--fix", "--yes", "--only", id]);
    let once = all_texts(&home);
    let again = home.doctor(&["--fix", "--yes", "--only", id]);
    assert_eq!(once, all_texts(&home), "{what}: --fix changes its own work\n{again}");

    let fixes = found(&before, id).into_iter().flat_map(|one| one["fix"]["commands"].as_array().unwrap());
    let commands: Vec<String> = fixes.map(|command| without_question(command.as_str().unwrap())).collect();
    let has_edits = found(&before, id).iter().any(|one| one["fix"]["edits"] != Value::Array(Vec::new()));
    assert!(!commands.is_empty() || has_edits, "{what} offers nothing\n{before:#}");
    let after = doctor_after(&home, &format!("{shell}{}", commands.join("\n")));
    assert!(found(&diagnosis(&after), id).is_empty(), "{what} is still there\n{commands:#?}\n{after}");
}

/// A command that shows its change and asks is told not to: nobody is there.
fn without_question(command: &str) -> String {
    if command.starts_with("gom ide ") { format!("{command} --yes") } else { command.to_owned() }
}

/// The commands alone, without `--fix`, end what is wrong with the settings of VS Code, and can be undone.
#[test]
fn gom_ide_vscode_ends_what_is_found_in_settings_of_vscode() {
    let home = World::healthy(&["1.30.1", "1.29.3"]);
    module(&home, "1.29.0");
    let (user, project) = (".config/Code/User/settings.json", ".vscode/settings.json");
    let own = format!("{{\n  \"go.goroot\": \"{}\"\n}}\n", goroot(&home, "1.29.3").display());
    let shared = "{\n  // ours\n  \"go.alternateTools\": {\n    \"go\": \"/nowhere/bin/go\"\n  }\n}\n";
    home.write_home(user, &own);
    home.write(project, shared);
    let before = diagnosis(&doctor_after(&home, ""));
    let commands = |id: &str| found(&before, id)[0]["fix"]["commands"][0].as_str().unwrap().to_owned();
    let both = [commands("vscode-goroot-set"), commands("vscode-go-missing")];
    assert_eq!(both, ["gom ide vscode --user", "gom ide vscode"]);
    let script = both.iter().map(|one| without_question(one)).collect::<Vec<_>>().join("\n");
    let after = diagnosis(&doctor_after(&home, &script));
    assert!(found(&after, "vscode-goroot-set").is_empty(), "{after:#}");
    assert!(found(&after, "vscode-go-missing").is_empty(), "{after:#}");
    assert_eq!(home.read(project), "{\n  // ours\n}\n");
    home.done(["ide", "vscode", "--undo", "--yes"]);
    home.done(["ide", "vscode", "--user", "--undo", "--yes"]);
    assert_eq!((home.read(project), home.read_home(user)), (shared.to_owned(), own));
}

#[test]
fn gom_ide_goland_ends_what_is_found_in_a_project_of_goland() {
    let home = World::healthy(&["1.30.1", "1.29.3"]);
    if home.gom(["ide", "goland", "--undo", "--yes"]).run().code != Some(0) {
        gom_tests::skip("an IDE runs here");
        return;
    }
    module(&home, "1.29.0");
    for (id, goroot) in [
        ("goland-goroot-missing", home.store().join("bin/go")),
        ("goland-goroot-missing", "/nowhere/go".into()),
        ("goland-goroot-differs", goroot(&home, "1.29.3")),
    ] {
        let component = format!("<component name=\"GOROOT\" url=\"file://{}\" />", goroot.display());
        home.write(".idea/workspace.xml", format!("<project version=\"4\">\n  {component}\n</project>\n"));
        let before = diagnosis(&doctor_after(&home, ""));
        let finding = found(&before, id);
        assert_eq!(
            finding[0]["fix"]["commands"],
            serde_json::json!(["gom ide goland --write"]),
            "{before:#}"
        );
        let after = doctor_after(&home, &without_question("gom ide goland --write"));
        for id in ["goland-goroot-missing", "goland-goroot-differs"] {
            assert!(found(&diagnosis(&after), id).is_empty(), "{after}");
        }
    }
}

#[test]
fn what_gom_prune_would_remove_is_a_note_until_it_is_removed() {
    let home = World::healthy(&["1.30.1", "1.29.3"]);
    let is_found = || found(&diagnosis(&doctor_after(&home, "")), "toolchains-unused").len();
    assert_eq!(is_found(), 0, "use was not recorded for long");
    let day = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let [here, old] = ["1.30.1", "1.29.3"].map(|version| gom_tests::FakeToolchain::here(version).name());
    for name in [&here, &old] {
        let path = home.store().join(format!("receipts/{name}.json"));
        let mut receipt: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        receipt["installed_at"] = "2020-01-02T03:04:05Z".into();
        std::fs::write(path, receipt.to_string()).unwrap();
    }
    let uses = serde_json::json!([{"toolchain": old, "file": null, "day": day - 70}]);
    let begun = day - 100;
    let record = serde_json::json!({"schema": 1, "since": begun, "collected": begun, "uses": uses});
    std::fs::remove_dir_all(home.store().join("used")).unwrap();
    std::fs::create_dir(home.store().join("used")).unwrap();
    std::fs::write(home.store().join("used/record.json"), record.to_string()).unwrap();
    let output = doctor_after(&home, "");
    let report = diagnosis(&output);
    let [finding] = found(&report, "toolchains-unused").try_into().unwrap();
    assert_eq!(finding["severity"], "note", "{finding:#}");
    assert!(finding["evidence"][0]["place"].as_str().unwrap().ends_with(&old), "{finding:#}");
    assert_eq!(finding["fix"]["commands"], serde_json::json!(["gom prune"]));
    assert_eq!(output.code, Some(0), "{output}");
    let removed = home.done(["prune", "--dry-run", "--json"]).json();
    assert_eq!(removed["removed"][0]["toolchain"], Value::from(old));
    home.done(["prune", "--yes"]);
    assert_eq!(is_found(), 0);
}

#[test]
fn every_check_has_a_cure_that_is_tried_or_a_reason() {
    let home = gom_tests::Sandbox::new();
    let list = home.gom(["doctor", "--list", "--json"]).run().json();
    let here = list["checks"].as_array().unwrap().iter().filter(|check| check["platforms"] != "darwin");
    let here: BTreeSet<&str> = here.map(|check| check["id"].as_str().unwrap()).collect();
    let tried = CASES.iter().map(|case| case.id);
    let known: BTreeSet<&str> = tried.chain(ELSEWHERE.iter().map(|(id, _)| *id)).collect();
    assert_eq!(here, known);
}

/// K6.5: what `--fix` appends once it does not append again, whatever the file has.
#[test]
fn a_second_fix_adds_nothing_in_any_shell() {
    let files = [
        ("bash", ".bashrc"),
        ("zsh", ".zshrc"),
        ("fish", ".config/fish/config.fish"),
        ("sh", ".profile"),
        // The doctor does not read their files; `gom setup` does.
        ("nu", ".config/nushell/config.nu"),
        ("pwsh", ".config/powershell/profile.ps1"),
    ];
    let before = |shell: &str| {
        let path =
            if shell == "fish" { "set -gx PATH $HOME/x $PATH\n" } else { "export PATH=$HOME/x:$PATH\n" };
        let goroot = if shell == "fish" { "set -gx GOROOT /nowhere\n" } else { "export GOROOT=/nowhere\n" };
        [
            String::new(),
            "# mine".to_owned(),
            path.to_owned(),
            format!("{path}{goroot}"),
            format!("{goroot}{path}# end\n"),
        ]
    };
    for (shell, file) in files {
        for text in before(shell) {
            let mut home = World::healthy(&["1.30.1"]);
            home.set("SHELL", format!("/bin/{shell}"));
            home.set("PATH", "/usr/bin:/bin");
            home.write_home(file, &text);
            let first = home.doctor(&["--fix", "--yes"]);
            assert!(home.read_home(file).contains("/.gom/env"), "{shell} {text:?}\n{first}");
            let once = all_texts(&home);
            let second = home.doctor(&["--fix", "--yes"]);
            assert_eq!(once, all_texts(&home), "{shell} {text:?}\n{second}");
            assert!(
                second.stderr.contains("nothing that gom can fix automatically"),
                "{shell} {text:?}\n{second}"
            );
        }
    }
}
