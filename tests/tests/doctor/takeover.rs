//! `gom takeover`: described hosts are laid out as homes, and after it the doctor of a new shell finds nothing.

use crate::world::{Doctored, host_file};
use gom_tests::{FakeToolchain, Output, Run, World};
use insta::assert_snapshot;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// The described hosts whose homes hold another manager, old variables or a shell without gom.
const MESSY: [&str; 8] = [
    "linux-not-on-path",
    "linux-old-habits",
    "mac-asdf",
    "mac-goenv",
    "mac-gvm",
    "mac-mise",
    "mac-stale-goroot",
    "mac-variables",
];

/// A described host as a home of this machine.
struct Host {
    home: World,
    /// The host's variables, which a new shell does not have unless a file sets them.
    variables: Vec<String>,
    shell: String,
}

impl Host {
    /// Lays out the start-up files, Go's settings, the toolchains and the variables of a described host.
    fn lay_out(name: &str) -> Host {
        let facts: Value = serde_json::from_str(&fs::read_to_string(host_file(name)).unwrap()).unwrap();
        let mut home = World::healthy(&["1.30.1"]);
        home.use_proxy();
        let old = facts["home"].as_str().unwrap().to_owned();
        let store = home.store().display().to_string();
        let here = home.home().display().to_string();
        let moved = |text: &str| {
            let text = text.replace("Library/Application Support/go/env", ".config/go/env");
            let text = text.replace("$HOME/.gom", &store).replace(&format!("{old}/.gom"), &store);
            text.replace(&old, &here)
        };
        for (path, file) in facts["files"].as_object().unwrap() {
            let Some(place) =
                path.strip_prefix(&format!("{old}/")).filter(|place| !place.starts_with(".gom/"))
            else {
                continue;
            };
            if let Some(lines) = file["lines"].as_array() {
                let place = moved(path).strip_prefix(&format!("{here}/")).unwrap().to_owned();
                home.write_home(&place, moved(&text_of(lines)));
            }
            if file["kind"] == "folder" {
                fs::create_dir_all(home.home().join(place)).unwrap();
            }
            let goroot = place.strip_suffix("/bin/go").filter(|_| file["binary"].is_object());
            if goroot.is_none() && file["is_executable"] == true {
                home.program(place, "echo a program of another manager");
            }
            if let Some(goroot) = goroot {
                let version = goroot.rsplit('/').next().unwrap().trim_start_matches("go");
                let toolchain = FakeToolchain::here(version);
                home.publish(&toolchain);
                toolchain.lay_out(&home.home().join(goroot));
            }
        }
        let shell = facts["shell"].as_str().unwrap().to_owned();
        let mut variables = Vec::new();
        for (name, value) in facts["env"].as_object().unwrap() {
            let value =
                if name == "SHELL" { format!("/bin/{shell}") } else { moved(value.as_str().unwrap()) };
            home.set(name, value);
            variables.push(name.clone());
        }
        Host { home, variables, shell }
    }

    /// Runs a command in a new login shell.
    fn in_new_shell(&self, command: &str) -> Output {
        let shell = self.home.command(&self.shell, ["-lic", command]);
        let shell = self.variables.iter().fold(shell, Run::env_remove);
        shell.env("PATH", "/usr/bin:/bin").env("SHELL", format!("/bin/{}", self.shell)).run()
    }
}

/// The text of recorded lines with their numbers.
fn text_of(lines: &[Value]) -> String {
    let last = lines.last().map_or(0, |line| line[0].as_u64().unwrap());
    let line = |number: u64| {
        let found = lines.iter().find(|line| line[0].as_u64() == Some(number));
        found.map_or("", |line| line[1].as_str().unwrap())
    };
    (1..=last).flat_map(|number| [line(number), "\n"]).collect()
}

#[test]
fn a_messy_host_ends_with_a_clean_doctor() {
    for name in MESSY {
        let host = Host::lay_out(name);
        let troubles = host.home.troubles();
        assert!(!troubles.is_empty(), "{name}: nothing was wrong");
        let taken = host.home.gom(["takeover", "goenv", "gvm", "asdf", "mise", "--remove", "--yes"]).run();
        assert_eq!(taken.code, Some(0), "{name}, {troubles:?}\n{taken}");
        let doctor = host.in_new_shell("gom doctor");
        let is_well = doctor.code == Some(0) && doctor.stdout.contains("all is well: ");
        assert!(is_well, "{name}, {troubles:?}\n{taken}\n{doctor}");
        let version = host.in_new_shell("go version");
        assert!(version.stdout.contains("go1.30.1"), "{name}\n{version}");
        // A second time there is nothing to do.
        let plan = host.in_new_shell("gom takeover goenv gvm asdf mise --dry-run");
        assert!(
            plan.code == Some(0) && plan.stderr.contains("there is nothing to take over"),
            "{name}\n{plan}"
        );
    }
}

#[test]
fn the_plan_is_shown_and_nothing_is_changed_by_it() {
    let mut home = World::healthy(&["1.30.1"]);
    home.use_proxy();
    home.publish(&FakeToolchain::here("1.29.3"));
    FakeToolchain::here("1.29.3").lay_out(&home.home().join(".goenv/versions/1.29.3"));
    home.write_home(".goenv/version", "1.29.3\n");
    home.write_home(".bashrc", "# mine\nexport GOROOT=$HOME/old/go\n");
    home.set("GOROOT", "/nowhere/go");
    fs::remove_file(home.store().join("default")).unwrap();
    let before: BTreeSet<String> = home.tree(home.home()).into_iter().collect();
    assert_snapshot!(home.say(["takeover", "goenv", "--dry-run"]), @r"
    exit: 10
    --- stdout
      take over, if it is as published: go1.29.3.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.29.3  [SIZE]
      make 1.29.3 the default, as [HOME]/.goenv/version:1 has it
      comment out [HOME]/.bashrc:2: export GOROOT=$HOME/old/go
      add gom's lines to the end of [HOME]/.bashrc
      add gom's lines to the end of [HOME]/.profile
    --- stderr
    gom would
    ");
    assert_eq!(home.tree(home.home()).into_iter().collect::<BTreeSet<_>>(), before);
    let asked = home.gom(["takeover", "goenv"]).run();
    assert!(asked.code == Some(1) && asked.stderr.contains("gom takeover --yes"), "{asked}");
    assert_eq!(home.tree(home.home()).into_iter().collect::<BTreeSet<_>>(), before);
    let taken = home.gom(["takeover", "goenv", "--yes", "--json"]).run().json();
    assert_eq!(taken["import"]["toolchains"][0]["result"], "taken-over", "{taken:#}");
    assert_eq!(home.default(), "1.29.3\n");
    assert!(home.read_home(".bashrc").contains("# export GOROOT=$HOME/old/go\n"));
    assert!(home.read_home(".bashrc").ends_with("# <<< gom <<<\n"));
}

/// The plan can't be made, so nothing is begun.
#[test]
fn a_broken_block_in_a_start_up_file_stops_it_before_the_first_change() {
    let mut home = World::healthy(&["1.30.1"]);
    home.use_proxy();
    home.publish(&FakeToolchain::here("1.29.3"));
    FakeToolchain::here("1.29.3").lay_out(&home.home().join(".goenv/versions/1.29.3"));
    home.write_home(".bashrc", "# >>> gom >>> a block that somebody cut\n");
    let taken = home.gom(["takeover", "goenv", "--yes"]).run();
    assert!(taken.code == Some(1) && taken.stderr.contains("hint: run `grep "), "{taken}");
    assert_eq!(home.read_home(".bashrc"), "# >>> gom >>> a block that somebody cut\n");
    assert_eq!(home.installed().len(), 1, "{taken}");
}
