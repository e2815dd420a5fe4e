//! `gom import --remove`: what gom has too goes from the folders of other managers.

use std::fs;

use gom_tests::World;
use insta::assert_snapshot;

use super::home::{lay_out, write};

#[test]
fn remove_shows_what_goes_and_leaves_what_gom_does_not_have() {
    let world = World::publishing(&["1.98.1", "1.98.2", "1.98.3", "1.98.4", "1.98.5"]);
    lay_out(&world, ".goenv/versions/1.98.1", "1.98.1");
    lay_out(&world, ".goenv/versions/1.98.2", "1.98.2");
    lay_out(&world, ".asdf/installs/golang/1.98.3/go", "1.98.3");
    lay_out(&world, ".asdf/installs/golang/1.98.4/go", "1.98.4");
    write(&world, ".asdf/installs/golang/1.98.4/packages/mine", "");
    lay_out(&world, ".local/share/mise/installs/go/1.98.5", "1.98.5");
    write(&world, ".local/share/mise/installs/go/1.98.5/bin/gopls", "a program");
    let edited = world.home().join(".goenv/versions/1.98.2/src/fmt/print.go");
    fs::write(edited, "package fmt // patched\n").unwrap();
    let managers = ["goenv", "asdf", "mise"];
    assert_snapshot!(world.say(["import", "--remove", "--dry-run"].iter().chain(&managers)), @r"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.98.1  [SIZE]  as published: would be taken over
        would be removed there
    go1.98.2.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.98.2  [SIZE]  not as published: left
    go1.98.3.[PLATFORM]  asdf  [HOME]/.asdf/installs/golang/1.98.3/go  [SIZE]  as published: would be taken over
        would be removed there
    go1.98.4.[PLATFORM]  asdf  [HOME]/.asdf/installs/golang/1.98.4/go  [SIZE]  as published: would be taken over
        would be removed there
    go1.98.5.[PLATFORM]  mise  [HOME]/.local/share/mise/installs/go/1.98.5  [SIZE]  as published: would be taken over
        left there: bin/gopls
        stays there: what gom did not take over would go with it
    --- stderr
    hint: run `gom verify --path [HOME]/.goenv/versions/1.98.2` to name the files that differ
    found [SIZE] in 5 trees; [SIZE] would be taken over, without a download
    [SIZE] would be removed
    ");
    world.assert_clean();
    let asked = world.gom(["import", "--remove"].iter().chain(&managers)).run();
    assert_eq!(asked.code, Some(2), "{asked}");
    let removed = world.gom(["import", "--remove", "--yes", "--json"].iter().chain(&managers)).done().json();
    let is_there = |name: &str| world.home().join(name).exists();
    assert!(!is_there(".goenv/versions/1.98.1") && !is_there(".asdf/installs/golang/1.98.3"), "{removed}");
    assert!(!is_there(".asdf/installs/golang/1.98.4/go"), "{removed}");
    assert!(is_there(".asdf/installs/golang/1.98.4/packages/mine"), "{removed}");
    assert!(is_there(".goenv/versions/1.98.2/bin/go"), "{removed}");
    assert!(is_there(".local/share/mise/installs/go/1.98.5/bin/gopls"), "{removed}");
    let went: Vec<bool> = removed["toolchains"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tree| tree["removed"].as_bool().unwrap())
        .collect();
    assert_eq!(went, [true, false, true, true, false], "{removed}");
    assert_eq!(world.gom(["verify"]).run().code, Some(0));
    // Without a question nothing goes, also if there is nothing to take over.
    lay_out(&world, ".asdf/installs/golang/1.98.3/go", "1.98.3");
    let output = world.gom(["import", "asdf", "--remove"]).run();
    assert!(output.code == Some(1) && output.stderr.contains("nothing was removed"), "{output}");
    assert!(is_there(".asdf/installs/golang/1.98.3/go/bin/go"));
}

#[test]
fn a_tree_whose_programs_run_is_not_removed() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, ".goenv/versions/1.98.1", "1.98.1");
    // A program whose file is in the tree, where the store has none.
    let program = world.home().join(".goenv/versions/1.98.1/test/sleep");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    fs::copy("/bin/sleep", &program).unwrap();
    let mut running = std::process::Command::new(&program).arg("600").spawn().unwrap();
    let removed = world.gom(["import", "goenv", "--remove", "--yes", "--json"]).done().json();
    running.kill().unwrap();
    running.wait().unwrap();
    let reason = removed["toolchains"][0]["not_removed"].as_str().unwrap();
    assert!(reason.contains(&format!("process {}", running.id())), "{removed}");
    assert!(world.home().join(".goenv/versions/1.98.1/bin/go").exists());
}

/// A gom was killed while it deleted, also the folder of a version of asdf's.
#[test]
fn a_removal_that_was_killed_is_finished_by_the_next_and_is_no_tree() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, ".goenv/versions/.gom-removed-1.97.1", "1.97.1");
    lay_out(&world, ".asdf/installs/golang/1.97.2/.gom-removed-go", "1.97.2");
    lay_out(&world, ".asdf/installs/golang/1.97.3/.gom-removed-go", "1.97.3");
    write(&world, ".asdf/installs/golang/1.97.3/packages/mine", "");
    let found = world.done(["import", "goenv", "asdf", "--dry-run", "--remove", "--json"]).json();
    assert_eq!(found["toolchains"].as_array().map(Vec::len), Some(0), "{found:#}");
    assert!(world.home().join(".goenv/versions/.gom-removed-1.97.1/bin/go").exists());
    world.done(["import", "goenv", "asdf", "--remove", "--yes"]);
    let is_there = |place: &str| world.home().join(place).exists();
    assert!(!is_there(".goenv/versions/.gom-removed-1.97.1"));
    assert!(is_there(".goenv/versions") && !is_there(".asdf/installs/golang/1.97.2"));
    assert!(!is_there(".asdf/installs/golang/1.97.3/.gom-removed-go"));
    assert!(is_there(".asdf/installs/golang/1.97.3/packages/mine"));
}
