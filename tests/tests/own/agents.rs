//! `gom agents`: what it writes pins this gom by the sums of its release, and the script that it writes leads from an empty home to
//! the Go of the project, with no other host than those that it names.

use crate::release::{MODULE, Own, RUNNING, Release};
use gom_tests::{Output, Route, Run};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

const SCRIPT: &str = ".agents/setup-go.sh";

/// A project that asks for Go 1.98.1, and a release of the gom under test.
fn own() -> Own {
    let own = Own::new();
    let gom = fs::read(own.world.store().join("bin/gom")).unwrap();
    own.publish(&Release::with_program(&own.world, RUNNING, &gom));
    // Toolchains come from their own proxy again.
    own.world.write(".go-version", "1.98.1\n");
    own
}

fn agents(own: &Own, words: &[&str]) -> Run {
    own.world.gom(["agents"].iter().chain(words))
}

#[test]
fn the_script_leads_from_an_empty_home_to_the_go_of_the_project() {
    let own = own();
    agents(&own, &["codex", "claude"]).done();
    let text = own.world.read(SCRIPT);
    assert!(text.contains(&format!("\nversion={RUNNING}\n")) && !text.contains("latest"), "{text}");
    let home = own.world.home().join("sandbox");
    fs::create_dir(&home).unwrap();
    let environment = home.join("claude-env");
    let script = own.world.work().join(SCRIPT);
    let run = |words: &[&str]| -> Output {
        let run = own.world.command("sh", [&[script.to_str().unwrap()], words].concat());
        run.env("HOME", &home)
            .env("PATH", "/usr/bin:/bin")
            .env("GOPROXY", own.world.internet.url("/proxy"))
            .env("CLAUDE_ENV_FILE", &environment)
            .run()
    };
    let first = run(&["--bashrc"]);
    assert_eq!(first.code, Some(0), "{first}");
    assert!(first.stderr.contains("go1.98.1"), "{first}");
    let line = format!("export PATH=\"{}/.gom/bin:$PATH\"\n", home.display());
    assert_eq!(fs::read_to_string(home.join(".bashrc")).unwrap(), line);
    assert_eq!(fs::read_to_string(&environment).unwrap(), line);

    // A second run downloads nothing of gom again, and leaves one line.
    own.world.internet.forget_requests();
    let second = run(&["--bashrc"]);
    assert_eq!(second.code, Some(0), "{second}");
    let requests = own.world.internet.requests();
    assert!(!requests.iter().any(|request| request.path.contains(".tar.gz")), "{requests:?}");
    assert_eq!(fs::read_to_string(home.join(".bashrc")).unwrap(), line);
}

#[test]
fn other_bytes_than_the_pinned_ones_are_not_installed() {
    let own = own();
    agents(&own, &["codex"]).done();
    let other = Release::new(&own.world, RUNNING);
    own.base.route(&other.archive_path(), Route::bytes(&other.files[0].1));
    let home = own.world.home().join("sandbox");
    fs::create_dir(&home).unwrap();
    let script = own.world.work().join(SCRIPT);
    let output = own.world.command("sh", [script]).env("HOME", &home).env("PATH", "/usr/bin:/bin").run();
    assert!(output.code == Some(1) && output.stderr.contains("error: sha256 mismatch"), "{output}");
    assert!(!home.join(".gom").exists());
}

#[test]
fn files_are_shown_written_once_and_those_of_the_user_stay() {
    let own = own();
    own.world.write("AGENTS.md", "# App\n");
    own.world.write(".cursor/environment.json", "{}\n");
    let shown = agents(&own, &["copilot", "cursor", "--dry-run"]).done();
    assert!(
        shown.stdout.contains("+++ b/AGENTS.md") && shown.stdout.contains("+  copilot-setup-steps:"),
        "{shown}"
    );
    assert!(shown.stderr.contains("by hand: let `install` in .cursor/environment.json"), "{shown}");
    assert!(shown.stderr.contains("the sandbox must reach: 127.0.0.1"), "{shown}");
    assert_eq!(own.world.read("AGENTS.md"), "# App\n");
    assert!(!own.world.work().join(".agents").exists());

    let written = agents(&own, &["copilot", "cursor", "--json"]).done().json();
    let actions: Vec<&str> =
        written["files"].as_array().unwrap().iter().map(|file| file["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["create", "update", "create", "leave"]);
    assert_eq!(written["gom"], RUNNING);
    assert!(
        own.world
            .read(".github/workflows/copilot-setup-steps.yml")
            .contains("- run: sh .agents/setup-go.sh\n")
    );
    assert_eq!(own.world.read(".cursor/environment.json"), "{}\n");
    let text = own.world.read("AGENTS.md");
    assert!(text.starts_with("# App\n\n<!-- gom: begin"), "{text}");

    let again = agents(&own, &["copilot", "cursor", "--json"]).done().json();
    assert!(
        again["files"].as_array().unwrap().iter().all(|file| file["diff"] == "" || file["action"] == "leave")
    );
    assert_eq!(own.world.read("AGENTS.md"), text);
}

#[test]
fn nothing_is_written_without_a_release_or_through_a_link() {
    let own = own();
    let output = agents(&own, &["codex"]).env_remove("GOM_SELF_MODULE").run();
    assert!(
        output.code == Some(1) && output.stderr.contains("this gom was built from a checkout"),
        "{output}"
    );
    let output = agents(&own, &["codex"]).env_remove("GOM_DOWNLOAD_BASE").run();
    assert!(output.code == Some(1) && output.stderr.contains("hint: set GOM_DOWNLOAD_BASE"), "{output}");
    let base = own.world.internet.url("/base").replace("://", "://ada:secret@");
    let output = agents(&own, &["codex"]).env("GOM_DOWNLOAD_BASE", base).run();
    assert!(output.code == Some(2) && !output.to_string().contains("secret"), "{output}");
    assert!(!own.world.work().join(".agents").exists());

    let victim = own.world.write_home("victim", "mine\n");
    symlink(&victim, own.world.work().join("AGENTS.md")).unwrap();
    let output = agents(&own, &["codex"]).run();
    assert!(output.code == Some(1) && output.stderr.contains("is a link"), "{output}");
    assert_eq!(fs::read_to_string(victim).unwrap(), "mine\n");
    assert!(!own.world.work().join(".agents").exists());
}

/// A list that the checksum database does not have pins nothing.
#[test]
fn sums_that_are_not_recorded_are_not_written() {
    let own = own();
    let list = Release::new(&own.world, RUNNING).list();
    own.base.route(&format!("/gom-{RUNNING}-module.txt"), Route::ok("text/plain", list));
    let output = agents(&own, &["codex"]).run();
    assert_eq!(output.code, Some(5), "{output}");
    assert!(output.stderr.contains(MODULE), "{output}");
    assert!(!Path::new(&own.world.work().join(SCRIPT)).exists());
}
