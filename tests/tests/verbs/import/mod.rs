//! `gom import`: what other managers have is taken over, proven, and without a download.

mod home;
mod removing;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;

use home::{lay_out, write};

/// The archives and modules that were fetched.
fn fetched(world: &World) -> Vec<String> {
    let is_archive = |path: &String| [".zip", ".gz"].iter().any(|ending| path.ends_with(ending));
    world.internet.requests().iter().map(|request| request.path.clone()).filter(is_archive).collect()
}

#[test]
fn each_manager_is_found_and_taken_over_without_a_download() {
    let versions = [
        "1.91.1", "1.91.2", "1.91.3", "1.91.4", "1.91.5", "1.91.6", "1.91.7", "1.91.8", "1.91.9", "1.91.10",
        "1.91.11", "1.91.12",
    ];
    let world = World::publishing(&versions);
    let module = FakeToolchain::here(versions[11]).module_version();
    let folders = [
        ".goenv/versions/1.91.1".to_owned(),
        ".gvm/gos/go1.91.2".to_owned(),
        ".asdf/installs/golang/1.91.3/go".to_owned(),
        ".local/share/mise/installs/go/1.91.4".to_owned(),
        ".g/versions/1.91.5".to_owned(),
        ".go/.versions/1.91.6".to_owned(),
        ".gobrew/versions/1.91.7/go".to_owned(),
        ".goup/go1.91.8".to_owned(),
        ".proto/tools/go/1.91.9".to_owned(),
        ".version-fox/cache/golang/v-1.91.10/golang-1.91.10".to_owned(),
        "sdk/go1.91.11".to_owned(),
        format!("go/pkg/mod/golang.org/toolchain@{module}"),
    ];
    for (folder, version) in folders.iter().zip(versions) {
        lay_out(&world, folder, version);
    }
    symlink("1.91.4", world.home().join(".local/share/mise/installs/go/latest")).unwrap();
    world.internet.forget_requests();
    let managers =
        ["goenv", "gvm", "asdf", "mise", "g", "gobrew", "goup", "proto", "vfox", "ide", "modcache"];
    let imported = world.gom(["import", "--yes", "--json"].iter().chain(&managers)).done().json();
    let results: Vec<&str> = imported["toolchains"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tree| tree["result"].as_str().unwrap())
        .collect();
    assert_eq!(results, ["taken-over"; 12], "{imported}");
    assert_eq!(imported["free_with"].as_array().unwrap().len(), 12, "{imported}");
    assert_eq!(imported["bytes_found"], imported["bytes_taken_over"]);
    assert!(fetched(&world).is_empty(), "{:?}", fetched(&world));
    assert_eq!(world.installed().len(), 12);
    assert_eq!(world.gom(["verify"]).run().code, Some(0));
    for (folder, version) in folders.iter().zip(versions) {
        assert!(world.home().join(folder).join("bin/go").is_file());
        assert!(world.go([&format!("+{version}"), "version"]).done().stdout.contains(version));
    }
    let again = world.gom(["import", "--json"].iter().chain(&managers)).done().json();
    assert!(again["toolchains"].as_array().unwrap().iter().all(|tree| tree["result"] == "already-installed"));
}

#[test]
fn a_dry_run_shows_it_and_changes_nothing() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "sdk/go1.98.1", "1.98.1");
    assert_snapshot!(world.say(["import", "sdk", "--dry-run"]), @"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  sdk  [HOME]/sdk/go1.98.1  [SIZE]  as published: would be taken over
    --- stderr
    found [SIZE] in 1 tree; [SIZE] would be taken over, without a download
    ");
    assert!(world.installed().is_empty());
    world.assert_clean();
    assert_snapshot!(world.say(["import", "sdk", "--yes"]), @"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  sdk  [HOME]/sdk/go1.98.1  [SIZE]  taken over
    --- stderr
    found [SIZE] in 1 tree; [SIZE] taken over, without a download
    gom has these too; [SIZE] can be freed, when nothing else uses them:
      rm -r [HOME]/sdk/go1.98.1
    ");
    assert_snapshot!(world.say(["import", "sdk"]), @"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  sdk  [HOME]/sdk/go1.98.1  [SIZE]  gom has it already
    --- stderr
    found [SIZE] in 1 tree; [SIZE] taken over, without a download
    gom has these too; [SIZE] can be freed, when nothing else uses them:
      rm -r [HOME]/sdk/go1.98.1
    ");
}

#[test]
fn without_a_terminal_somebody_has_to_agree() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "sdk/go1.98.1", "1.98.1");
    assert_snapshot!(world.say(["import", "sdk"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: 1 toolchain would be taken over, and nobody can be asked
    hint: run `gom import --dry-run` to see them, then `gom import --yes`
    ");
    assert!(world.installed().is_empty());
}

#[test]
fn an_edited_tree_is_left_and_named() {
    let world = World::publishing(&["1.98.1", "1.98.2"]);
    lay_out(&world, "sdk/go1.98.1", "1.98.1");
    lay_out(&world, "sdk/go1.98.2", "1.98.2");
    let file = world.home().join("sdk/go1.98.1/src/fmt/print.go");
    fs::write(&file, "package fmt // patched\n").unwrap();
    let text = world.say(["import", "sdk", "--yes"]);
    assert!(text.contains("not as published: left"), "{text}");
    assert_eq!(world.installed().len(), 1, "{text}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "package fmt // patched\n");
    let dry = world.gom(["import", "sdk", "--dry-run", "--json"]).done().json();
    assert_eq!(dry["toolchains"][0]["result"], "edited", "{dry}");
    world.assert_clean();
    let linked = world.gom(["import", "sdk", "--yes", "--link-edited", "--json"]).done().json();
    assert_eq!(linked["toolchains"][0]["linked"], "sdk-1.98.1", "{linked}");
    assert!(world.go(["+sdk-1.98.1", "version"]).done().stdout.contains("1.98.1"));
}

#[test]
fn programs_beside_go_are_left_behind() {
    let world = World::publishing(&["1.98.1"]);
    let folder = ".local/share/mise/installs/go/1.98.1";
    lay_out(&world, folder, "1.98.1");
    fs::write(world.home().join(folder).join("bin/gopls"), "a program").unwrap();
    let dry = world.gom(["import", "mise", "--dry-run", "--json"]).done().json();
    assert_eq!(dry["toolchains"][0]["result"], "would-take-over", "{dry}");
    world.gom(["import", "mise", "--yes"]).done();
    let name = FakeToolchain::here("1.98.1").name();
    assert!(!world.goroot(&name).join("bin/gopls").exists());
    assert!(world.home().join(folder).join("bin/gopls").exists());
    assert_eq!(world.gom(["verify"]).run().code, Some(0));
    assert!(world.done(["receipt", "1.98.1"]).stdout.contains("bin/gopls"));
    let again = world.gom(["import", "mise", "--json"]).done().json();
    assert_eq!(again["toolchains"][0]["result"], "already-installed", "{again}");
    // Whoever removes the tree loses them.
    assert_eq!(again["toolchains"][0]["left_behind"][0], "bin/gopls", "{again}");
    assert!(world.say(["import", "mise"]).contains("left there: bin/gopls"));
}

#[test]
fn modes_links_and_uncovered_folders_are_not_taken_over() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "opt", "1.98.1");
    let opt = world.home().join("opt");
    fs::set_permissions(opt.join("VERSION"), fs::Permissions::from_mode(0o4777)).unwrap();
    fs::create_dir_all(opt.join("test")).unwrap();
    fs::write(opt.join("test/mine.go"), "package mine\n").unwrap();
    symlink("/etc/passwd", opt.join("src/passwd")).unwrap();
    world.gom(["import", &opt.display().to_string(), "--yes"]).done();
    let goroot = world.goroot(&FakeToolchain::here("1.98.1").name());
    assert_eq!(fs::metadata(goroot.join("VERSION")).unwrap().permissions().mode() & 0o7777, 0o644);
    assert!(!goroot.join("test").exists() && !goroot.join("src/passwd").exists());
    assert_eq!(world.gom(["verify"]).run().code, Some(0));
}

#[test]
fn a_copy_that_is_not_in_the_log_is_never_taken() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "sdk/go1.98.7", "1.98.7");
    lay_out(&world, "sdk/go1.98.1", "1.98.1");
    let text = world.say(["import", "sdk", "--yes"]);
    assert!(text.contains("left: the checksum database") && text.starts_with("exit: 0"), "{text}");
    assert_eq!(world.installed().len(), 1, "{text}");
    let dry = world.gom(["import", "sdk", "--dry-run", "--json"]).done().json();
    assert_eq!(dry["toolchains"][1]["result"], "no-release", "{dry}");
    let off = world.without_log(["import", "sdk", "--yes"]).run();
    assert!(off.code != Some(0) && world.installed().len() == 1, "{off}");
    assert!(!off.stderr.contains("no Go of another manager"), "{off}");
    world.assert_clean();
}

#[test]
fn what_is_no_release_is_named_and_what_is_no_go_is_refused() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "sdk/gotip", "1.98.1");
    fs::write(world.home().join("sdk/gotip/VERSION"), "devel go1.99-abc\n").unwrap();
    let text = world.say(["import", "sdk", "--yes"]);
    assert!(text.contains("names no Go release") && text.starts_with("exit: 0"), "{text}");
    assert_snapshot!(world.say(["import", "nodenv"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `nodenv` is neither a manager that gom knows nor a folder with a bin/go
    hint: run `gom import --help` for the names
    ");
    assert_snapshot!(world.say(["import", "goenv"]), @"
    exit: 0
    --- stdout
    --- stderr
    no Go of another manager was found
    ");
}

// The hash of the checksum database can't tell these two names apart.
#[test]
fn a_go_mod_under_the_name_of_the_module_zip_is_no_release() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "opt", "1.98.1");
    let src = world.home().join("opt/src");
    fs::rename(src.join("go.mod"), src.join("_go.mod")).unwrap();
    let opt = world.home().join("opt").display().to_string();
    for how in ["--dry-run", "--yes"] {
        let imported = world.gom(["import", &opt, how, "--json"]).done().json();
        assert_eq!(imported["toolchains"][0]["result"], "edited", "{how}: {imported}");
    }
    assert!(world.installed().is_empty());
}

#[test]
fn an_edited_tree_of_an_installed_version_is_not_called_a_double() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, ".goenv/versions/1.98.1", "1.98.1");
    lay_out(&world, "sdk/go1.98.1", "1.98.1");
    fs::write(world.home().join("sdk/go1.98.1/src/fmt/print.go"), "package fmt // patched\n").unwrap();
    for how in ["--yes", "--dry-run"] {
        let imported = world.gom(["import", "goenv", "sdk", how, "--json"]).done().json();
        if how == "--yes" {
            assert_eq!(imported["free_with"], serde_json::json!(["goenv uninstall 1.98.1"]), "{imported}");
        }
        assert_eq!(imported["toolchains"][1]["result"], "edited", "{imported}");
        assert_eq!(imported["toolchains"][1]["differences"][0], "src/fmt/print.go", "{imported}");
    }
    // The receipt has the record.
    for offline in [
        world.gom(["import", "goenv", "--json", "--offline"]),
        world.without_log(["import", "goenv", "--json"]),
    ] {
        let offline = offline.done().json();
        assert_eq!(offline["free_with"], serde_json::json!(["goenv uninstall 1.98.1"]), "{offline}");
    }
    fs::remove_file(world.receipt_file()).unwrap();
    let unknown = world.without_log(["import", "goenv", "--json"]).done().json();
    assert_eq!(unknown["toolchains"][0]["result"], "already-installed", "{unknown}");
    assert_eq!(unknown["free_with"], serde_json::json!([]), "{unknown}");
}

#[test]
fn the_store_is_not_imported_and_not_offered_for_removal() {
    let world = World::publishing(&["1.98.1"]);
    world.gom(["install", "1.98.1"]).done();
    let goroot = world.goroot(&FakeToolchain::here("1.98.1").name()).display().to_string();
    let text = world.say(["import", &goroot]);
    assert!(text.starts_with("exit: 2") && text.contains("is in gom's own store"), "{text}");
}

#[test]
fn a_file_larger_than_any_release_is_not_copied() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "opt", "1.98.1");
    let large = fs::File::create(world.home().join("opt/core")).unwrap();
    large.set_len(1 << 40).unwrap();
    let opt = world.home().join("opt").display().to_string();
    for how in ["--dry-run", "--yes"] {
        let imported = world.gom(["import", &opt, how, "--json"]).done().json();
        assert_eq!(imported["toolchains"][0]["result"], "edited", "{how}: {imported}");
    }
    assert!(world.installed().is_empty());
    world.assert_clean();
}

#[test]
fn a_gopath_in_a_tree_stays_there_and_keeps_the_tree() {
    let world = World::publishing(&["1.98.1", "1.98.2"]);
    let (gobrew, vfox) = (".gobrew/versions/1.98.1/go", ".version-fox/cache/golang/v-1.98.2/golang-1.98.2");
    lay_out(&world, gobrew, "1.98.1");
    write(&world, &format!("{gobrew}/bin/gopls"), "a program");
    write(&world, &format!("{gobrew}/pkg/mod/example.test/m@v1.0.0/m.go"), "package m\n");
    lay_out(&world, vfox, "1.98.2");
    write(&world, &format!("{vfox}/packages/src/mine/main.go"), "package main\n");
    let import = |how: &[&str]| {
        world.gom(["import", "gobrew", "vfox", "--remove", "--json"].iter().chain(how)).done().json()
    };
    for (how, result) in
        [("--dry-run", "would-take-over"), ("--yes", "taken-over"), ("--yes", "already-installed")]
    {
        let imported = import(&[how]);
        let trees = &imported["toolchains"];
        assert_eq!(
            (&trees[0]["result"], &trees[1]["result"]),
            (&result.into(), &result.into()),
            "{imported:#}"
        );
        assert_eq!(trees[0]["left_behind"], serde_json::json!(["bin/gopls", "pkg/mod/"]), "{imported:#}");
        assert_eq!(trees[1]["left_behind"], serde_json::json!(["packages/"]));
        assert_eq!(imported["free_with"], serde_json::json!([]));
    }
    assert!(world.home().join(vfox).join("packages/src/mine/main.go").exists());
    for (version, left) in [("1.98.1", "pkg/mod"), ("1.98.2", "packages")] {
        let goroot = world.goroot(&FakeToolchain::here(version).name());
        assert!(goroot.join("bin/go").exists() && !goroot.join(left).exists(), "{version}");
    }
    world.done(["verify"]);
    // Code of somebody's own among that of the release is an edit.
    write(&world, &format!("{gobrew}/src/mine/main.go"), "package main\n");
    assert_eq!(import(&["--dry-run"])["toolchains"][0]["result"], "edited");
}

#[test]
fn a_fork_is_left_and_linked_beside_others() {
    let world = World::publishing(&["1.98.1"]);
    for folder in ["a/go", "b/go"] {
        lay_out(&world, folder, "1.98.1");
        fs::write(world.home().join(folder).join("VERSION"), "go1.98.1-bigcorp\n").unwrap();
    }
    let folder = |name: &str| world.home().join(name).display().to_string();
    let linked = world
        .gom(["import", &folder("a/go"), &folder("b/go"), "--yes", "--link-edited", "--json"])
        .done()
        .json();
    let names: Vec<&str> = linked["toolchains"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tree| tree["linked"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["folder-1.98.1", "folder-1.98.1-2"], "{linked}");
    let again = world.gom(["import", &folder("b/go"), "--yes", "--link-edited", "--json"]).done().json();
    assert_eq!(again["toolchains"][0]["linked"], "folder-1.98.1-2", "{again}");
}

#[test]
fn what_a_tree_says_of_itself_does_not_reach_the_terminal_as_it_is() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, "sdk/go\u{1b}[31m", "1.98.1");
    fs::write(world.home().join("sdk/go\u{1b}[31m/VERSION"), "mine\u{1b}[2J\n").unwrap();
    let output = world.gom(["import", "sdk", "--yes"]).run();
    assert!(output.stdout.contains("names no Go release"), "{output}");
    assert!(!output.stdout.contains('\u{1b}') && !output.stderr.contains('\u{1b}'), "{output}");
}

#[test]
fn a_typo_names_the_manager() {
    let world = World::publishing(&["1.98.1"]);
    let text = world.say(["import", "goevn"]);
    assert!(text.contains("did you mean `gom import goenv`?"), "{text}");
}

#[test]
fn the_default_of_the_manager_that_leads_comes_along() {
    let world = World::publishing(&["1.98.1", "1.98.2", "1.97.1"]);
    lay_out(&world, ".goenv/versions/1.98.1", "1.98.1");
    lay_out(&world, ".goenv/versions/1.98.2", "1.98.2");
    lay_out(&world, ".goup/go1.97.1", "1.97.1");
    write(&world, ".goenv/version", "1.98.1\n");
    symlink("go1.97.1", world.home().join(".goup/current")).unwrap();
    assert_snapshot!(world.say(["import", "goenv", "goup", "--dry-run"]), @r"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.98.1  [SIZE]  as published: would be taken over
    go1.98.2.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.98.2  [SIZE]  as published: would be taken over
    go1.97.1.[PLATFORM]  goup  [HOME]/.goup/go1.97.1  [SIZE]  as published: would be taken over
    --- stderr
    found [SIZE] in 3 trees; [SIZE] would be taken over, without a download
    goenv's default 1.98.1 ([HOME]/.goenv/version:1) would be gom's default
    ");
    world.assert_clean();
    let text = world.say(["import", "goenv", "goup", "--yes"]);
    assert!(text.contains("goenv's default 1.98.1 ([HOME]/.goenv/version:1) is gom's default now"), "{text}");
    assert_eq!(fs::read_to_string(world.store().join("default")).unwrap(), "1.98.1\n");
    // gom's own stays.
    world.gom(["use", "1.98.2"]).done();
    let again = world.gom(["import", "goenv", "--json"]).done().json();
    assert_eq!(again["default"]["result"], "own-stays", "{again}");
    assert!(world.say(["import", "goenv"]).contains("gom has one; `gom use 1.98.1` changes it"));
    assert_eq!(fs::read_to_string(world.store().join("default")).unwrap(), "1.98.2\n");
}

#[test]
fn a_default_that_gom_lacks_is_said() {
    let world = World::publishing(&["1.98.1"]);
    lay_out(&world, ".goenv/versions/1.98.1", "1.98.1");
    for (version, reason) in [("1.20.1", "is not installed"), ("system", "system's"), ("../../etc", "")] {
        write(&world, ".goenv/version", &format!("{version}\n"));
        let dry = world.gom(["import", "goenv", "--dry-run", "--json"]).done().json();
        assert_eq!(dry["default"]["result"], "not-here", "{dry}");
        assert!(dry["default"]["reason"].as_str().unwrap().contains(reason), "{dry}");
    }
    let imported = world.gom(["import", "goenv", "--yes", "--json"]).done().json();
    assert_eq!(imported["default"]["result"], "not-here", "{imported}");
    assert!(!world.store().join("default").exists());
}

#[test]
fn aliases_and_packages_are_listed() {
    let world = World::publishing(&["1.98.1", "1.98.2"]);
    lay_out(&world, ".goenv/versions/1.98.1", "1.98.1");
    lay_out(&world, ".goenv/versions/1.98.2", "1.98.2");
    let edited = world.home().join(".goenv/versions/1.98.2/src/fmt/print.go");
    fs::write(edited, "package fmt // patched\n").unwrap();
    write(&world, ".goenv/aliases", "patched=1.98.2\nwork=1.98.1\n1.5=1.98.2\n");
    write(&world, ".default-golang-pkgs", "golang.org/x/tools/gopls // editor\nexample.test/a;touch$IFS/x\n");
    write(&world, ".default-go-packages", "golang.org/x/tools/gopls\n");
    assert_snapshot!(world.say(["import", "goenv", "asdf", "mise", "--yes", "--link-edited"]), @r"
    exit: 0
    --- stdout
    go1.98.1.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.98.1  [SIZE]  taken over
    go1.98.2.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.98.2  [SIZE]  not as published: left
        linked as patched
    --- stderr
    hint: run `gom verify --path [HOME]/.goenv/versions/1.98.2` to name the files that differ
    found [SIZE] in 2 trees; [SIZE] taken over, without a download
    gom has these too; [SIZE] can be freed, when nothing else uses them:
      goenv uninstall 1.98.1
    goenv's alias work is 1.98.1 ([HOME]/.goenv/aliases:2); gom takes the version itself
    goenv's alias 1.5 is 1.98.2 ([HOME]/.goenv/aliases:3); gom takes the version itself
    packages that were installed with each Go; gom can build them:
      gom tools install golang.org/x/tools/gopls
      gom tools install 'example.test/a;touch$IFS/x'
    ");
    assert!(world.go(["+patched", "version"]).done().stdout.contains("1.98.2"));
}

/// Five managers, eleven toolchains, three of them edited: nothing is fetched.
#[test]
fn a_whole_home_moves_in_without_a_download() {
    let versions = ["1.91.1", "1.91.2", "1.91.3", "1.91.4", "1.91.5", "1.91.6", "1.91.7", "1.91.8"];
    let world = World::publishing(&versions);
    let folders = [
        (".goenv/versions/1.91.1", "1.91.1", false),
        (".goenv/versions/1.91.2", "1.91.2", false),
        (".goenv/versions/1.91.3", "1.91.3", true),
        (".asdf/installs/golang/1.91.3/go", "1.91.3", false),
        (".asdf/installs/golang/1.91.4/go", "1.91.4", true),
        (".local/share/mise/installs/go/1.91.4", "1.91.4", false),
        (".local/share/mise/installs/go/1.91.5", "1.91.5", false),
        (".g/versions/1.91.6", "1.91.6", false),
        (".g/versions/1.91.1", "1.91.1", false),
        ("sdk/go1.91.7", "1.91.7", false),
        ("sdk/go1.91.8", "1.91.8", true),
    ];
    for (folder, version, is_edited) in folders {
        lay_out(&world, folder, version);
        if is_edited {
            fs::write(world.home().join(folder).join("src/fmt/print.go"), "package fmt // patched\n")
                .unwrap();
        }
    }
    write(&world, ".goenv/version", "1.91.2\n");
    world.internet.forget_requests();
    let managers = ["goenv", "asdf", "mise", "g", "sdk"];
    let text = world.say(["import", "--yes"].iter().chain(&managers));
    assert!(fetched(&world).is_empty(), "{:?}", fetched(&world));
    assert_snapshot!(text, @r"
    exit: 0
    --- stdout
    go1.91.1.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.91.1  [SIZE]  taken over
    go1.91.2.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.91.2  [SIZE]  taken over
    go1.91.3.[PLATFORM]  goenv  [HOME]/.goenv/versions/1.91.3  [SIZE]  not as published: left
    go1.91.3.[PLATFORM]  asdf  [HOME]/.asdf/installs/golang/1.91.3/go  [SIZE]  taken over
    go1.91.4.[PLATFORM]  asdf  [HOME]/.asdf/installs/golang/1.91.4/go  [SIZE]  not as published: left
    go1.91.4.[PLATFORM]  mise  [HOME]/.local/share/mise/installs/go/1.91.4  [SIZE]  taken over
    go1.91.5.[PLATFORM]  mise  [HOME]/.local/share/mise/installs/go/1.91.5  [SIZE]  taken over
    go1.91.1.[PLATFORM]  g  [HOME]/.g/versions/1.91.1  [SIZE]  gom has it already
    go1.91.6.[PLATFORM]  g  [HOME]/.g/versions/1.91.6  [SIZE]  taken over
    go1.91.7.[PLATFORM]  sdk  [HOME]/sdk/go1.91.7  [SIZE]  taken over
    go1.91.8.[PLATFORM]  sdk  [HOME]/sdk/go1.91.8  [SIZE]  not as published: left
    --- stderr
    hint: run `gom verify --path [HOME]/.goenv/versions/1.91.3` to name the files that differ
    hint: run `gom verify --path [HOME]/.asdf/installs/golang/1.91.4/go` to name the files that differ
    hint: run `gom verify --path [HOME]/sdk/go1.91.8` to name the files that differ
    found [SIZE] in 11 trees; [SIZE] taken over, without a download
    gom has these too; [SIZE] can be freed, when nothing else uses them:
      goenv uninstall 1.91.1
      goenv uninstall 1.91.2
      asdf uninstall golang 1.91.3
      mise uninstall go@1.91.4
      mise uninstall go@1.91.5
      rm -r [HOME]/.g/versions/1.91.1
      rm -r [HOME]/.g/versions/1.91.6
      rm -r [HOME]/sdk/go1.91.7
    goenv's default 1.91.2 ([HOME]/.goenv/version:1) is gom's default now
    ");
    assert_eq!(world.installed().len(), 7, "{text}");
    assert_eq!(world.gom(["verify"]).run().code, Some(0));
    assert!(world.go(["version"]).done().stdout.contains("1.91.2"), "{text}");
}
