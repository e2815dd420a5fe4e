//! Several stores: those that gom makes, those of others that are read after the user's own, and what is a
//! store no more.

use gom_tests::{FakeToolchain, Output, World, copy_program, skip};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

fn name(version: &str) -> String {
    FakeToolchain::here(version).name()
}

/// A store that somebody set up for others, with these versions.
fn shared(world: &World, versions: &[&str]) -> PathBuf {
    let store = world.home().join("shared");
    for version in versions {
        let output = world.gom(["install", version]).env("GOM_HOME", &store).run();
        assert_eq!(output.code, Some(0), "{output}");
    }
    store
}

/// A namespace in which the sandbox's own folder is all that is left of the folder for temporary files, so
/// that no folder on the way to it can be written by everybody.
fn private(world: &World, program: &Path, args: &[&str], variables: &[(&str, &Path)]) -> Option<Output> {
    let root = world.home().parent().unwrap().to_path_buf();
    let script = r#"
mkdir -p /mnt && mount -t tmpfs -o mode=755 none /mnt && mkdir /mnt/kept && mount --bind "$ROOT" /mnt/kept || exit 99
mount -t tmpfs -o mode=755 none "${ROOT%/*}" && mkdir "$ROOT" && mount --bind /mnt/kept "$ROOT" || exit 99
cd "$ROOT/work" && exec "$@"
"#;
    let mut words =
        vec!["--mount".to_owned(), "/bin/sh".to_owned(), "-c".to_owned(), script.to_owned(), "sh".to_owned()];
    words.push(program.display().to_string());
    words.extend(args.iter().map(|&arg| arg.to_owned()));
    let path = format!("{}:/usr/bin:/bin", world.path());
    let run = world.command("unshare", words).env("ROOT", &root).env("PATH", path);
    let output = variables.iter().fold(run, |run, (name, value)| run.env(name, value)).run();
    if output.code == Some(99) || output.stderr.contains("unshare") {
        skip("no file system can be mounted here");
        return None;
    }
    Some(output)
}

// K5.2
#[test]
fn a_store_that_gom_makes_is_complete() {
    let world = World::publishing(&["1.98.1"]);
    let store = shared(&world, &["1.98.1"]);
    let mut links: Vec<String> = world.tree(store.join("bin"));
    links.retain(|link| !link.starts_with("gom"));
    assert_eq!(links, ["go -> gom-shim", "go1.98.1 -> gom-shim", "gofmt -> gom-shim"]);
    // Each program finds the store that it is in, by its path or by PATH.
    let path = format!("{}:{}", store.join("bin").display(), world.path());
    for run in [
        world.command(store.join("bin/go1.98.1"), ["version"]),
        world.command("/bin/sh", ["-c", "go version"]).env("PATH", &path),
    ] {
        let output = run.run();
        assert!(output.stdout.starts_with("go version go1.98.1 "), "{output}");
    }
    let goroot = store.join("toolchains").join(name("1.98.1")).display().to_string();
    for run in [
        world.command(store.join("bin/gom"), ["which", "1.98.1", "--goroot"]),
        world.command("/bin/sh", ["-c", "gom which 1.98.1 --goroot"]).env("PATH", &path),
    ] {
        let output = run.run();
        assert_eq!(output.stdout.trim_end(), goroot, "{output}");
    }
}

// K5.2
#[test]
fn a_link_of_one_store_finds_its_toolchain_whatever_gom_home_says() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::here("1.98.2"));
    let other = shared(&world, &["1.98.2"]);
    let by_hand = world.linked("go1.98.1", ["version"]).env("GOM_HOME", &other).run();
    assert!(by_hand.stdout.starts_with("go version go1.98.1 "), "{by_hand}");
    let by_go = world.linked("go1.98.1", ["version"]).env("GOM_HOME", &other);
    let by_go = by_go.env("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.98.1").run();
    assert!(by_go.stdout.starts_with("go version go1.98.1 "), "{by_go}");
    // A version that neither store has is an error.
    let missing = world.linked("go1.98.1", ["version"]).env("GOM_HOME", &other);
    assert_eq!(missing.env("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.98.7").run().code, Some(127));
}

/// Lays gom out as a package manager does: the programs in a folder of this version, and links in another
/// folder.
fn packaged(world: &World, version: &str, links: &[&str]) -> PathBuf {
    let cellar = world.home().join("prefix/Cellar/gom").join(version).join("bin");
    let bin = world.home().join("prefix/bin");
    fs::create_dir_all(&cellar).unwrap();
    fs::create_dir_all(&bin).unwrap();
    for program in ["gom", "gom-shim"] {
        copy_program(&world.store().join("bin").join(program), &cellar.join(program));
    }
    for link in links {
        let _ = fs::remove_file(bin.join(link));
        symlink(format!("../Cellar/gom/{version}/bin/{link}"), bin.join(link)).unwrap();
    }
    bin
}

// K14.1
#[test]
fn a_package_gives_the_store_a_shim_that_survives_its_upgrade() {
    for links in [&["gom", "gom-shim"][..], &["gom"]] {
        let world = World::publishing(&["1.98.1"]);
        let bin = packaged(&world, "0.1.0", links);
        let store = world.home().join("fresh");
        let path = format!("{}:{}:{}", store.join("bin").display(), bin.display(), world.path());
        let gom = |words: &str| {
            let run = world.command("/bin/sh", ["-c".to_owned(), format!("exec {words}")]);
            run.env("GOM_HOME", &store).env("PATH", &path).run()
        };
        let init = gom("gom self init");
        assert_eq!(init.code, Some(0), "{init}");
        for words in ["gom install 1.98.1", "gom use 1.98.1"] {
            let output = gom(words);
            assert_eq!(output.code, Some(0), "{output}");
        }
        let version = gom("go version");
        assert!(version.stdout.starts_with("go version go1.98.1 "), "{version}");

        // The upgrade removes the old version's folder.
        packaged(&world, "0.2.0", links);
        let new_shim = world.home().join("prefix/Cellar/gom/0.2.0/bin/gom-shim");
        let mut bytes = fs::read(&new_shim).unwrap();
        bytes.extend(b"a newer shim");
        let newer = world.home().join("newer-shim");
        fs::write(&newer, &bytes).unwrap();
        copy_program(&newer, &new_shim);
        fs::remove_dir_all(world.home().join("prefix/Cellar/gom/0.1.0")).unwrap();
        let version = gom("go version");
        assert!(version.stdout.starts_with("go version go1.98.1 "), "{version}");
        let init = gom("gom self init");
        assert_eq!(init.code, Some(0), "{init}");
        assert_eq!(fs::read(store.join("bin/gom-shim")).unwrap(), bytes, "the shim stays old");
    }
}

/// Runs a command line with the store `fresh` and the package's programs on PATH.
fn in_fresh_store(world: &World, bin: &Path, words: &str) -> Output {
    let store = world.home().join("fresh");
    let path = format!("{}:{}:{}", store.join("bin").display(), bin.display(), world.path());
    let run = world.command("/bin/sh", ["-c".to_owned(), format!("exec {words}")]);
    run.env("GOM_HOME", &store).env("PATH", &path).run()
}

#[test]
fn a_package_that_is_removed_leaves_a_go_that_runs_and_says_what_is_gone() {
    let world = World::publishing(&["1.98.1"]);
    let bin = packaged(&world, "0.1.0", &["gom"]);
    let run = |words: &str| in_fresh_store(&world, &bin, words);
    let installed = run("gom install 1.98.1");
    assert_eq!(installed.code, Some(0), "{installed}");
    fs::remove_file(bin.join("gom")).unwrap();
    fs::remove_dir_all(world.home().join("prefix/Cellar")).unwrap();

    let version = run("go version");
    assert!(version.stdout.starts_with("go version go1.98.1 "), "{version}");
    let link = world.home().join("fresh/bin/gom");
    let reason =
        format!("because `{}` links to `{}`, which was removed", link.display(), bin.join("gom").display());
    // What names gom in its hint, and what needs gom itself.
    for (words, next) in [
        ("go1.98.7 version", "then run `gom install 1.98.7`"),
        ("go '+>=1.97' version", "then run `gom self init`"),
    ] {
        symlink("gom-shim", world.home().join("fresh/bin/go1.98.7")).ok();
        let refused = run(words);
        assert!(refused.stderr.contains(&format!("hint: install gom again, {reason}; {next}")), "{refused}");
    }

    // The hint ends the problem, also if the package lies elsewhere now.
    let elsewhere = world.home().join("venv/bin");
    fs::create_dir_all(&elsewhere).unwrap();
    for program in ["gom", "gom-shim"] {
        copy_program(&world.store().join("bin").join(program), &elsewhere.join(program));
    }
    let doctor = in_fresh_store(&world, &elsewhere, "gom doctor --offline");
    let said = format!("{}: links to {}, which is gone", link.display(), bin.join("gom").display());
    assert!(doctor.stdout.contains(&said) && doctor.stdout.contains("gom self init"), "{doctor}");
    let init = in_fresh_store(&world, &elsewhere, "gom self init");
    assert_eq!(init.code, Some(0), "{init}");
    assert_eq!(fs::read_link(&link).unwrap(), elsewhere.join("gom"));
}

#[test]
fn a_gom_that_runs_from_a_cache_is_copied_into_the_store() {
    for cache in
        [".cache/uv/archive-v0/x/bin", ".npm/_npx/x/node_modules/gom-linux-x64/bin", "Library/Caches/x/bin"]
    {
        let world = World::publishing(&["1.98.1"]);
        let bin = world.home().join(cache);
        fs::create_dir_all(&bin).unwrap();
        for program in ["gom", "gom-shim"] {
            copy_program(&world.store().join("bin").join(program), &bin.join(program));
        }
        let installed = in_fresh_store(&world, &bin, "gom install 1.98.1");
        assert_eq!(installed.code, Some(0), "{installed}");
        fs::remove_dir_all(&bin).unwrap();
        let list = in_fresh_store(&world, &bin, "gom list");
        assert!(list.code == Some(0) && list.stdout.contains("1.98.1"), "{cache}: {list}");
    }
}

// K14.1
#[test]
fn a_package_without_the_shim_is_named() {
    let world = World::publishing(&[]);
    packaged(&world, "0.1.0", &["gom"]);
    let cellar = world.home().join("prefix/Cellar/gom/0.1.0/bin");
    fs::remove_file(cellar.join("gom-shim")).unwrap();
    let output =
        world.command(cellar.join("gom"), ["self", "init"]).env("GOM_HOME", world.home().join("fresh")).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("no `gom-shim` next to") && output.stderr.contains("hint: "), "{output}");
}

// K5.4
#[test]
fn a_copied_bin_is_no_store_and_its_shim_is_nobodys_go() {
    let world = World::publishing(&[]);
    let copy = world.home().join("copied/bin");
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    fs::rename(world.store().join("bin"), &copy).unwrap();
    fs::remove_dir_all(world.store()).unwrap();
    let path = copy.display().to_string();
    for (program, arguments) in [("go", ["version"]), ("gom", ["current"])] {
        let output = world.command(copy.join(program), arguments).env("PATH", &path).run();
        assert_eq!(output.code, Some(127), "{output}");
        assert!(output.stderr.contains("there is no store at `"), "{output}");
        assert!(output.stderr.contains("hint: run `gom install latest`"), "{output}");
    }
    let doctor = world.command(copy.join("gom"), ["doctor"]).env("PATH", &path).run();
    assert!(doctor.stdout.contains("there is no store at"), "{doctor}");
}

// K5
#[test]
fn a_store_below_the_own_one_serves_what_that_one_lacks() {
    let world = World::with(&["1.98.1"]);
    for version in ["1.98.2", "1.99.0"] {
        world.publish(&FakeToolchain::here(version));
    }
    let other = shared(&world, &["1.98.1", "1.98.2"]);
    let variables = [("GOM_STORE_PATH", other.as_path())];
    let gom = world.store().join("bin/gom");
    let run = |program: &Path, args: &[&str]| private(&world, program, args, &variables);

    let Some(listed) = run(&gom, &["list"]) else { return };
    assert_eq!(listed.code, Some(0), "{listed}");
    let lines: Vec<String> = world.redact(&listed.stdout).lines().map(str::to_owned).collect();
    let line = |version: &str| lines.iter().find(|line| line.contains(version)).unwrap();
    assert!(line("1.98.2").contains("in [HOME]/shared"), "{listed}");
    assert!(!line("1.98.1").contains("shared"), "{listed}");
    let tree = other.join("toolchains").join(FakeToolchain::here("1.98.2").name());
    let import = run(&gom, &["import", tree.to_str().unwrap()]).unwrap();
    assert!(import.code == Some(2) && import.stderr.contains("is in gom's own store"), "{import}");

    world.sandbox.write(".go-version", "1.98\n");
    let version = run(&world.store().join("bin/go"), &["version"]).unwrap();
    assert!(version.stdout.starts_with("go version go1.98.2 "), "{version}");
    let why = run(&gom, &["why"]).unwrap();
    assert!(
        world
            .redact(&why.stdout)
            .contains("from the store: [HOME]/shared (environment variable GOM_STORE_PATH)"),
        "{why}"
    );
    let uninstalled = run(&gom, &["uninstall", "1.98.2"]).unwrap();
    assert_eq!(uninstalled.code, Some(2), "{uninstalled}");
    assert!(
        world.redact(&uninstalled.stderr).contains("GOM_HOME=[HOME]/shared gom uninstall 1.98.2"),
        "{uninstalled}"
    );
    let installed = run(&gom, &["install", "1.98.2", "--offline"]).unwrap();
    assert!(installed.stderr.contains("already installed"), "{installed}");

    // The setting does the same for the shim, once gom has run.
    let config = world.store().join("config.toml");
    fs::write(&config, format!("store_path = [\"{}\"]\n", other.display())).unwrap();
    assert_eq!(world.gom(["list"]).run().code, Some(0));
    let version = private(&world, &world.store().join("bin/go"), &["version"], &[]).unwrap();
    assert!(version.stdout.starts_with("go version go1.98.2 "), "{version}");
    fs::remove_file(config).unwrap();
    assert_eq!(world.gom(["list"]).run().code, Some(0));
    assert_eq!(fs::read_to_string(world.store().join("layout-version")).unwrap(), "1\n");
}

// K5
#[test]
fn the_machines_settings_name_a_store_for_every_user() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::here("1.98.2"));
    let other = shared(&world, &["1.98.2"]);
    world.sandbox.write(".go-version", "1.98.2\n");
    let script = r#"
mount -t tmpfs -o mode=755 none /etc && mkdir /etc/gom || exit 99
printf 'store_path = ["%s"]\n' "$OTHER" > /etc/gom/config.toml
gom list && go version && gom why
"#;
    let variables = [("OTHER", other.as_path())];
    let Some(output) = private(&world, Path::new("/bin/sh"), &["-c", script], &variables) else { return };
    assert_eq!(output.code, Some(0), "{output}");
    let said = world.redact(&output.stdout);
    assert!(said.contains("in [HOME]/shared") && said.contains("go version go1.98.2 "), "{output}");
    assert!(said.contains("from the store: [HOME]/shared (/etc/gom/config.toml:1)"), "{output}");
}

type Change = Box<dyn Fn(&Path)>;

// K5
#[test]
fn a_store_that_others_can_change_is_skipped_with_a_reason() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::here("1.98.2"));
    let other = shared(&world, &["1.98.2"]);
    let gom = world.store().join("bin/gom");
    let mode = |mode| move |path: &Path| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    let toolchain = format!("toolchains/{}", name("1.98.2"));
    let [go, version_file] = ["bin/go", "VERSION"].map(|file| format!("{toolchain}/{file}"));
    let cases: [(&str, &str, Change); 7] = [
        ("", "can be written by its group", Box::new(mode(0o775))),
        ("", "can be written by its group", Box::new(mode(0o1777))),
        ("toolchains", "can be written by its group", Box::new(mode(0o757))),
        ("toolchains", "belongs to user 4242", Box::new(|path| chown(path, Some(4242), None).unwrap_or(()))),
        // One tree of a good store.
        (&toolchain, "can be written by its group", Box::new(mode(0o775))),
        (&go, "can be written by its group", Box::new(mode(0o775))),
        (&version_file, "belongs to user 4242", Box::new(|path| chown(path, Some(4242), None).unwrap_or(()))),
    ];
    for (folder, reason, change) in cases {
        let path = if folder.is_empty() { other.clone() } else { other.join(folder) };
        change(&path);
        let variables = [("GOM_STORE_PATH", other.as_path())];
        let Some(listed) = private(&world, &gom, &["list"], &variables) else { return };
        assert!(!listed.stdout.contains("shared"), "{reason}\n{listed}");
        assert!(listed.stderr.contains(reason), "{reason}\n{listed}");
        let why = private(&world, &gom, &["why"], &variables).unwrap();
        assert!(why.stdout.contains(reason), "{reason}\n{why}");
        let doctor = private(&world, &gom, &["doctor"], &variables).unwrap();
        assert!(doctor.stdout.contains(reason), "{reason}\n{doctor}");
        let version = private(&world, &world.store().join("bin/go1.98.1"), &["version"], &variables).unwrap();
        assert!(version.stdout.contains("go1.98.1"), "{version}");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        let _ = chown(&path, Some(0), None);
    }
    // The folder for temporary files is everybody's; a link may lead elsewhere tomorrow.
    if other.ancestors().any(|dir| fs::metadata(dir).unwrap().permissions().mode() & 0o022 != 0) {
        let listed = world.gom(["list"]).env("GOM_STORE_PATH", &other).run();
        assert!(listed.stderr.contains("can be written by its group or by everybody"), "{listed}");
    }
    let link = world.home().join("link");
    symlink(&other, &link).unwrap();
    let listed = world.gom(["list"]).env("GOM_STORE_PATH", &link).run();
    assert!(listed.stderr.contains("it leads through a link"), "{listed}");
    let listed = world.gom(["list"]).env("GOM_STORE_PATH", "shared").run();
    assert!(listed.stderr.contains("it is not an absolute path"), "{listed}");
}

// K5.3
#[test]
fn a_folder_of_somebody_else_can_be_trusted() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.publish(&FakeToolchain::here("1.98.2"));
    world.sandbox.write(".go-version", "1.98.2\n");
    if chown(world.work().join(".go-version"), Some(4242), None).is_err() {
        skip("this user can't give files away");
        return;
    }
    let refused = world.go(["version"]).env("GOM_AUTO_INSTALL", "always").run();
    assert_eq!(refused.code, Some(127), "{refused}");
    let work = world.work().display().to_string();
    assert!(refused.stderr.contains("belongs to user 4242"), "{refused}");
    assert!(refused.stderr.contains(&format!("GOM_TRUSTED_FOLDERS={work}`")), "{refused}");
    // Another folder with the same beginning is another folder.
    let other = world.go(["version"]).env("GOM_AUTO_INSTALL", "always");
    assert_eq!(other.env("GOM_TRUSTED_FOLDERS", format!("{work}x:{work}/below")).run().code, Some(127));
    let trusted =
        world.go(["version"]).env("GOM_AUTO_INSTALL", "always").env("GOM_TRUSTED_FOLDERS", &work).run();
    assert!(trusted.stdout.starts_with("go version go1.98.2 "), "{trusted}");

    world.done(["uninstall", "1.98.2", "--yes"]);
    fs::write(world.store().join("config.toml"), "trusted_folders = [\"*\"]\nauto_install = \"always\"\n")
        .unwrap();
    let trusted = world.go(["version"]).run();
    assert!(trusted.stdout.starts_with("go version go1.98.2 "), "{trusted}");
    let relative = world.gom(["list"]).env("GOM_TRUSTED_FOLDERS", "here").run();
    assert_eq!(relative.code, Some(2), "{relative}");
}

// K5.1
#[test]
fn a_store_of_root_says_once_what_to_do() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.sandbox.write("go.mod", "module example.test\n\ngo 1.99.0\n");
    let home = world.home().parent().unwrap().to_path_buf();
    for folder in [home.clone(), world.home()] {
        fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let cache = world.work().join("cache");
    fs::create_dir(&cache).unwrap();
    let run = || {
        let go = world.store().join("bin/go");
        let words = ["--reuid=4242", "--regid=4242", "--clear-groups", go.to_str().unwrap(), "version"];
        world
            .command("/usr/bin/setpriv", words)
            .env("GOM_AUTO_INSTALL", "always")
            .env("GOM_CACHE_DIR", &cache)
            .run()
    };
    let is_there = Path::new("/usr/bin/setpriv").exists();
    if !is_there || chown(&cache, Some(4242), Some(4242)).is_err() || run().stderr.contains("setpriv") {
        skip("no program can run here as somebody else");
        return;
    }
    fs::remove_dir_all(cache.join("notices")).unwrap();
    let first = run();
    assert!(first.stdout.starts_with("go version go1.98.1 "), "{first}");
    assert!(
        first.stderr.contains("belongs to user 0") && first.stderr.contains("GOM_STORE_PATH="),
        "{first}"
    );
    let second = run();
    assert_eq!((second.code, second.stderr.as_str()), (Some(0), ""), "{second}");
}
