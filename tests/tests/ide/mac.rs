//! The files of editors on described Macs, laid out in a home here: what `gom doctor` offers for such a Mac does there what it says.
//!
//! gom is the one for this system, so it looks for the user's settings where `XDG_CONFIG_HOME` says, and that is
//! `Library/Application Support`. Only a Mac can show the rest: that gom looks there by itself (a unit test of `places`), the PATH of
//! launchd, developer mode and signatures (unit tests of `check`), and a running GoLand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gom_tests::{Output, World};
use serde_json::Value;

/// The home folder on every described Mac.
const HOME: &str = "/Users/ada";

struct Mac {
    world: World,
    facts: PathBuf,
    project: PathBuf,
}

impl Mac {
    /// Lays out the files of a described host whose lines are recorded.
    fn lay_out(host: &str) -> Mac {
        let world = World::with(&["1.98.1"]);
        world.done(["use", "1.98.1"]);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor/hosts");
        let file = folder.join(format!("{host}.json"));
        let facts: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        for (path, facts) in facts["files"].as_object().unwrap() {
            let place = path.strip_prefix(HOME).filter(|place| !place.starts_with("/.gom"));
            let lines = facts["lines"].as_array().filter(|lines| !lines.is_empty());
            if let Some((place, lines)) = place.zip(lines) {
                let text = whole(place, lines).replace(HOME, world.home().to_str().unwrap());
                world.write_home(place.trim_start_matches('/'), text);
            }
        }
        let project = facts["project"].as_str().unwrap().strip_prefix(HOME).unwrap();
        let project = world.home().join(project.trim_start_matches('/'));
        Mac { world, facts: file, project }
    }

    fn gom(&self, words: &[&str]) -> Output {
        let config = self.world.home().join("Library/Application Support");
        self.world.gom(words).cwd(&self.project).env("XDG_CONFIG_HOME", config).run()
    }

    /// What `gom doctor` offers for this host about editors.
    fn offered(&self) -> Vec<String> {
        let said = self.gom(&["doctor", "--json", "--facts", self.facts.to_str().unwrap()]).json();
        let causes = said["causes"].as_array().unwrap().iter();
        let findings = causes.flat_map(|cause| cause["findings"].as_array().unwrap());
        let commands = findings.flat_map(|finding| finding["fix"]["commands"].as_array().unwrap());
        let mut found: Vec<String> = commands.map(|one| one.as_str().unwrap().to_owned()).collect();
        found.retain(|command| command.starts_with("gom ide "));
        found.sort();
        found.dedup();
        found
    }
}

/// A file with these lines, each at its number, and lines between them that say nothing.
fn whole(place: &str, lines: &[Value]) -> String {
    let known: BTreeMap<u64, &str> =
        lines.iter().map(|line| (line[0].as_u64().unwrap(), line[1].as_str().unwrap())).collect();
    let (open, nothing, close) = match Path::new(place).extension().and_then(|ending| ending.to_str()) {
        Some("json") => ("{", "  // nothing", "}\n"),
        Some("xml") => ("<project version=\"4\">", "  <!-- nothing -->", "</project>\n"),
        _ => ("", "", ""),
    };
    let last = *known.keys().last().unwrap();
    let text = |number: u64| known.get(&number).copied().unwrap_or(if number == 1 { open } else { nothing });
    let lines: Vec<&str> = (1..=last).map(text).collect();
    format!("{}\n{close}", lines.join("\n"))
}

#[test]
fn what_the_doctor_offers_for_a_mac_takes_out_what_it_found() {
    let mac = Mac::lay_out("mac-editors");
    assert_eq!(mac.offered(), ["gom ide goland --write", "gom ide vscode", "gom ide vscode --user"]);
    let home = mac.world.home().display().to_string();

    let own = mac.world.home().join("Library/Application Support/Code/User/settings.json");
    let before = fs::read_to_string(&own).unwrap();
    let output = mac.gom(&["ide", "vscode", "--user", "--dry-run"]);
    assert_eq!(output.code, Some(10), "{output}");
    assert!(
        output.stdout.contains("-  \"go.goroot\": \"/opt/homebrew/Cellar/go/1.20/libexec\",\n"),
        "{output}"
    );
    assert!(output.stdout.contains(&format!("    \"go\": \"{home}/.gom/bin/go\"\n")), "{output}");
    assert_eq!(fs::read_to_string(&own).unwrap(), before);
    assert_eq!(mac.gom(&["ide", "vscode", "--user", "--yes"]).code, Some(0));
    let after = fs::read_to_string(&own).unwrap();
    assert!(
        !after.contains("homebrew") && after.contains(&format!("{home}/.gom/lines/1.98/bin/go")),
        "{after}"
    );
    assert_eq!(mac.gom(&["ide", "vscode", "--user", "--undo", "--yes"]).code, Some(0));
    assert_eq!(fs::read_to_string(&own).unwrap(), before);

    let output = mac.gom(&["ide", "vscode", "--dry-run"]);
    assert_eq!(output.code, Some(10), "{output}");
    let line = format!("-  \"go.goroot\": \"{home}/sdk/go1.24.0\",\n");
    assert!(output.stdout.contains(&line) && !output.stdout.contains("\n+  "), "{output}");

    let output = mac.gom(&["ide", "goland", "--write", "--dry-run"]);
    assert_eq!(output.code, Some(10), "{output}");
    let [old, new] = ["$USER_HOME$/sdk/go1.24.0".to_owned(), format!("{home}/.gom/lines/1.98")]
        .map(|path| format!("  <component name=\"GOROOT\" url=\"file://{path}\" />\n"));
    assert!(output.stdout.contains(&format!("-{old}+{new}")), "{output}");

    // Of what the files name, gom starts nothing.
    let report = mac.gom(&["ide", "check", "--json"]).json();
    let lines: Vec<&Value> =
        report["unsafe_paths"].as_array().unwrap().iter().map(|one| &one["line"]).collect();
    assert_eq!(lines, [2, 31]);
}

#[test]
fn a_shim_as_the_goroot_of_goland_becomes_a_folder() {
    let mac = Mac::lay_out("mac-wrong-archive");
    assert_eq!(mac.offered(), ["gom ide goland --write"]);
    let output = mac.gom(&["ide", "goland", "--write", "--dry-run"]);
    assert_eq!(output.code, Some(10), "{output}");
    let home = mac.world.home().display().to_string();
    for line in [
        format!("-  <component name=\"GOROOT\" url=\"file://{home}/.gom/bin/go\" />"),
        format!("{home}/.gom/lines/1.98\" />"),
    ] {
        assert!(output.stdout.contains(&line), "{line}\n{output}");
    }
}
