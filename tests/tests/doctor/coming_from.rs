//! What docs/guides says about mise, goenv and g: homes as these managers leave them, and what gom says and does there.
//!
//! The managers themselves do not run: their files and variables are made as their installers make them.

use crate::cures::{diagnosis, found};
use crate::world::{Doctored, texts};
use gom_tests::World;
use std::fs;
use std::path::PathBuf;

const NEW: &str = "1.30.1";
const OLD: &str = "1.29.3";

/// A manager's own copy of a Go below the home folder, whose `go` prints where it is.
fn other_go(home: &World, folder: &str) -> PathBuf {
    let script = format!("echo {folder}");
    home.write_home(&format!("{folder}/VERSION"), format!("go{OLD}\n"));
    home.program(&format!("{folder}/bin/go"), &script)
}

fn go_version(home: &World) -> String {
    home.command("sh", ["-c", "go version"]).done().stdout
}

#[test]
fn mise_pins_are_shown_and_a_pin_of_gom_takes_their_place() {
    let home = World::healthy(&[NEW, OLD]);
    home.done(["use", NEW]);
    home.write("mise.toml", format!("[tools]\ngo = \"{OLD}\"\n"));
    let why = home.done(["why"]).stdout;
    let line = format!("not followed: {}/mise.toml:2 says {OLD} (mise)", home.work().display());
    assert!(why.contains(&line), "{why}");
    assert!(go_version(&home).contains(NEW));
    home.done(["local", OLD]);
    assert!(go_version(&home).contains(OLD));
}

/// `mise activate` puts the folders of its tools first at each prompt.
#[test]
fn a_go_of_mise_that_comes_first_on_path_is_an_error_until_it_is_gone() {
    let mut home = World::healthy(&[NEW, OLD]);
    let go = other_go(&home, ".local/share/mise/installs/go/1.29.3");
    home.write_home(".bashrc", "eval \"$(mise activate bash)\"\n");
    let path = format!("{}:{}", go.parent().unwrap().display(), home.path_after(&home.store().join("bin")));
    let run = home.gom(["doctor", "--json"]).env("PATH", path).run();
    assert_eq!(run.code, Some(1), "{run}");
    let said = diagnosis(&run);
    assert_eq!(found(&said, "other-go-first").len(), 1, "{said:#}");
    let other = found(&said, "other-manager");
    assert_eq!(other[0]["fix"]["commands"][0], "mise uninstall --all go");
    fs::remove_dir_all(home.home().join(".local/share/mise/installs/go")).unwrap();
    home.set("TERM", "dumb");
    assert!(found(&diagnosis(&home.doctor(&["--json"])), "other-manager").is_empty());
}

#[test]
fn goenv_leaves_a_home_by_the_doctor_and_its_version_files_stay() {
    let home = World::healthy(&[NEW, OLD]);
    home.done(["use", NEW]);
    other_go(&home, ".goenv/versions/1.29.3");
    home.write_home(".goenv/version", format!("{OLD}\n"));
    let lines = [
        "export GOENV_ROOT=\"$HOME/.goenv\"",
        "export PATH=\"$GOENV_ROOT/bin:$PATH\"",
        "eval \"$(goenv init -)\"",
        "export EDITOR=vi",
    ];
    let bashrc = home.write_home(".bashrc", lines.join("\n") + "\n");
    home.write(".go-version", format!("{OLD}\n"));
    assert!(go_version(&home).contains(OLD), "the pin counts");
    let why = home.gom(["why"]).env("GOENV_VERSION", "1.28.1").done().stdout;
    assert!(why.contains("not followed: GOENV_VERSION says 1.28.1 (goenv)"), "{why}");
    let finding = diagnosis(&home.doctor(&["--json"]));
    let finding = found(&finding, "other-manager");
    let places = finding[0]["evidence"].as_array().unwrap().iter().collect::<Vec<_>>();
    for line in 1..=3 {
        let place = format!("{}:{line}", bashrc.display());
        assert!(texts(&places, "place").contains(&place.as_str()), "{line}: {places:#?}");
    }
    home.done(["doctor", "--fix", "--yes", "--only", "other-manager"]);
    let text = fs::read_to_string(&bashrc).unwrap();
    let active: Vec<&str> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(active, ["export EDITOR=vi"], "{text}");
}

#[test]
fn the_goroot_of_g_is_found_and_does_no_harm_to_goms_go() {
    let mut home = World::healthy(&[NEW, OLD]);
    home.done(["use", NEW]);
    other_go(&home, ".g/versions/1.29.3");
    std::os::unix::fs::symlink(home.home().join(".g/versions/1.29.3"), home.home().join(".g/go")).unwrap();
    home.write_home(".g/env", "export GOROOT=\"${HOME}/.g/go\"\nexport PATH=\"${GOROOT}/bin:$PATH\"\n");
    let line = "[ -s \"${HOME}/.g/env\" ] && \\. \"${HOME}/.g/env\"  # g shell setup\n";
    let bashrc = home.write_home(".bashrc", line);
    let goroot = home.home().join(".g/go");
    home.set("GOROOT", &goroot);
    let output = home.doctor(&["--only", "goroot-set"]);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stdout.contains(goroot.to_str().unwrap()), "{output}");
    home.doctor(&["--fix", "--yes"]);
    assert!(
        fs::read_to_string(&bashrc).unwrap().contains(line.trim_end()),
        "the guide says that the line stays"
    );
    let run = home.command("sh", ["-c", "go version"]).done();
    assert!(run.stdout.contains(NEW), "{run}");
}
