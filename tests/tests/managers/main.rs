//! `gom import` of what real managers have laid out themselves.
//!
//! It runs only with `GOM_TEST_MANAGERS=DIR`, and says so otherwise: DIR has the managers' programs, which
//! `.ci/managers.sh` puts there. They fetch made-up toolchains from the test kit's internet, so no byte comes from
//! outside and each runs in seconds. A manager that is not in DIR is skipped, with a word about it.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

use gom_tests::{FakeToolchain, Route, Run, Site, World, say};
use serde_json::Value;
use std::env;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Published for the managers. Real versions: some managers know which ones there are.
const OLD: &str = "1.25.4";
const NEW: &str = "1.26.0";

/// A home in which a manager runs.
struct Home {
    world: World,
    program: PathBuf,
}

impl Home {
    /// `None`, and a word about it, if there is no such program.
    fn with(name: &str) -> Option<Home> {
        let folder = env::var_os("GOM_TEST_MANAGERS").map(PathBuf::from);
        let program = folder.map(|folder| folder.join(name)).filter(|program| program.exists());
        let Some(program) = program else {
            say(&format!("skipped: {name} is not in GOM_TEST_MANAGERS"));
            return None;
        };
        let mut world = World::publishing(&[OLD, NEW]);
        world.open_go_dev();
        let path = format!("{}:/usr/bin:/bin", world.store().join("bin").display());
        world.set("PATH", path);
        // curl and others do not look for it where the kit's programs do.
        let authority = world.internet.ca_file().to_path_buf();
        for name in ["CURL_CA_BUNDLE", "NIX_SSL_CERT_FILE"] {
            world.set(name, &authority);
        }
        Some(Home { world, program })
    }

    fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.world.set(name, value);
    }

    fn home(&self) -> PathBuf {
        self.world.home()
    }

    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Run {
        self.world.command(&self.program, arguments)
    }

    /// Runs a script with this variable as the program.
    fn shell(&self, script: &str) -> Run {
        self.world.command("bash", ["-c", script, self.program.to_str().unwrap()])
    }

    /// Imports what the manager has, without a download, and returns what gom says.
    #[track_caller]
    fn imported(&self, manager: &str) -> Value {
        self.world.internet.forget_requests();
        let output = self.world.done(["import", manager, "--yes", "--json"]);
        let requests = self.world.internet.requests();
        let archives: Vec<&String> = requests
            .iter()
            .map(|request| &request.path)
            .filter(|path| [".zip", ".gz"].iter().any(|ending| path.ends_with(ending)))
            .collect();
        assert!(archives.is_empty(), "{archives:?}");
        self.world.done(["verify"]);
        output.json()
    }

    /// The version that a manager uses, as gom's default.
    #[track_caller]
    fn assert_default(&self, imported: &Value, version: &str) {
        assert_eq!(imported["default"]["result"], "taken-over", "{imported:#}");
        assert_eq!(self.world.default(), format!("{version}\n"), "{imported:#}");
        assert!(self.world.go(["version"]).done().stdout.contains(version));
    }
}

/// The versions that were taken over.
#[track_caller]
fn assert_taken(imported: &Value, versions: &[&str]) {
    let trees = imported["toolchains"].as_array().unwrap();
    let taken: Vec<&str> = trees
        .iter()
        .filter(|tree| tree["result"] == "taken-over")
        .map(|tree| tree["toolchain"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = versions.iter().map(|version| FakeToolchain::here(version).name()).collect();
    assert_eq!(taken, expected, "{imported:#}");
}

#[test]
fn mise() {
    let Some(mut home) = Home::with("mise") else { return };
    let versions =
        [OLD, NEW].map(|version| format!("\"{version}\" = {{ created_at = 2026-01-01T00:00:00Z }}\n"));
    let list = Site::new();
    list.route("/data/go.toml", Route::ok("application/toml", format!("[versions]\n{}", versions.concat())));
    home.world.internet.host("mise-versions.jdx.dev", &list);
    home.set("MISE_YES", "1");
    home.run(["install", &format!("go@{OLD}")]).done();
    home.run(["use", "--global", &format!("go@{NEW}")]).done();
    let imported = home.imported("mise");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, NEW);
}

#[test]
fn goenv_2() {
    let Some(mut home) = Home::with("goenv") else { return };
    let checkout = home.program.clone();
    let root = home.home().join(".goenv");
    home.shell("cp -R \"$0/.\" ~/.goenv").done();
    home.set("GOENV_ROOT", &root);
    let path = format!("{}/bin:/usr/bin:/bin", root.display());
    home.set("PATH", path);
    for version in [OLD, NEW] {
        // Its own definitions have the sums of the real archives.
        let archive = FakeToolchain::here(version).archive_name();
        let definition = home.home().join(version);
        fs::write(&definition, format!("install_linux_64bit \"Go {version}\" \"{archive}\"\n")).unwrap();
        home.world.command("goenv", ["install", definition.to_str().unwrap()]).done();
    }
    home.world.command("goenv", ["global", OLD]).done();
    let imported = home.imported("goenv");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, OLD);
    assert!(checkout.is_dir());
}

#[test]
fn goenv_3() {
    let Some(mut home) = Home::with("goenv3") else { return };
    let root = home.home().join(".goenv");
    home.set("GOENV_ROOT", &root);
    for version in [OLD, NEW] {
        home.run(["install", version]).done();
    }
    home.run(["global", NEW]).done();
    home.run(["alias", "work", OLD]).done();
    let imported = home.imported("goenv");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, NEW);
    assert_eq!(imported["aliases"][0]["name"], "work", "{imported:#}");
    assert_eq!(imported["aliases"][0]["version"], OLD, "{imported:#}");
}

#[test]
fn asdf() {
    let Some(home) = Home::with("asdf") else { return };
    let plugin = home.program.with_file_name("asdf-golang");
    home.run(["plugin", "add", "golang", plugin.to_str().unwrap()]).done();
    fs::write(home.home().join(".default-golang-pkgs"), "").unwrap();
    for version in [OLD, NEW] {
        home.run(["install", "golang", version]).done();
    }
    home.run(["set", "--home", "golang", NEW]).done();
    let imported = home.imported("asdf");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, NEW);
}

#[test]
fn goup_rs() {
    let Some(mut home) = Home::with("goup") else { return };
    home.set("GOUP_GO_REGISTRY", "https://dl.google.com/go");
    for version in [OLD, NEW] {
        home.run(["install", &format!("={version}")]).done();
    }
    home.run(["set", NEW]).done();
    let imported = home.imported("goup");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, NEW);
}

#[test]
fn goup() {
    let Some(home) = Home::with("goup-go") else { return };
    home.run(["install", OLD]).done();
    home.run(["install", NEW]).done();
    let imported = home.imported("goup");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, NEW);
}

#[test]
fn gobrew() {
    let Some(home) = Home::with("gobrew") else { return };
    let tags = format!("[{{\"ref\": \"refs/tags/go{OLD}\"}}, {{\"ref\": \"refs/tags/go{NEW}\"}}]");
    let list = Site::new();
    list.route("/kevincobain2000/gobrew/json/golang-tags.json", Route::ok("application/json", tags));
    home.world.internet.host("raw.githubusercontent.com", &list);
    home.run(["install", OLD]).done();
    home.run(["install", NEW]).done();
    home.run(["use", OLD]).done();
    let imported = home.imported("gobrew");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, OLD);
}

#[test]
fn g() {
    let Some(mut home) = Home::with("g") else { return };
    home.world.internet.host("mirror.example.test", &listing(&[OLD, NEW]));
    home.set("G_MIRROR", "autoindex|https://mirror.example.test/golang/");
    for version in [OLD, NEW] {
        // The list has no sums, so it asks.
        home.run(["install", version]).stdin("y\n").done();
    }
    home.run(["use", OLD]).done();
    let imported = home.imported("g");
    assert_taken(&imported, &[OLD, NEW]);
    home.assert_default(&imported, OLD);
}

#[test]
fn golang_org_dl() {
    let Some(home) = Home::with(&format!("go{OLD}")) else { return };
    home.run(["download"]).done();
    let imported = home.imported("sdk");
    assert_taken(&imported, &[OLD]);
    assert_eq!(imported["default"], Value::Null, "{imported:#}");
}

/// The go command keeps what it switches to in the module cache.
#[test]
fn go_itself() {
    let Some(home) = Home::with("go") else { return };
    for version in [OLD, NEW] {
        home.run(["version"]).env("GOTOOLCHAIN", format!("go{version}")).done();
    }
    let imported = home.imported("modcache");
    assert_taken(&imported, &[OLD, NEW]);
}

/// A mirror with a page that lists its files, as nginx makes it.
fn listing(versions: &[&str]) -> Site {
    let site = Site::new();
    let mut lines = String::new();
    for version in versions {
        let toolchain = FakeToolchain::here(version);
        let (name, archive) = (toolchain.archive_name(), toolchain.archive());
        site.route(&format!("/golang/{name}"), Route::bytes(&archive));
        let _ = writeln!(lines, "<a href=\"{name}\">{name}</a> 01-Jan-2026 00:00 {}", archive.len());
    }
    site.route("/golang/", Route::ok("text/html", format!("<html><body><pre>{lines}</pre></body></html>")));
    site
}

/// A distribution builds other bytes than Go's team, and splits the tree into packages.
#[test]
fn debians_golang() {
    let Some(home) = Home::with("debian") else { return };
    let trees = fs::read_dir(home.program.join("usr/lib")).unwrap();
    let tree = trees.map(|entry| entry.unwrap().path()).find(|path| is_goroot(path)).unwrap();
    let output = home.world.gom(["import", tree.to_str().unwrap(), "--yes", "--json"]).run();
    let imported = output.json();
    let result = &imported["toolchains"][0]["result"];
    assert!(*result == "edited" || *result == "no-release", "{imported:#}");
    assert!(home.world.installed().is_empty());
    let folder = tree.to_str().unwrap();
    home.world.done(["link", "debian", folder]);
    let version = home.world.go(["+debian", "version"]).done().stdout;
    assert!(version.starts_with("go version go1."), "{version}");
}

fn is_goroot(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("go-"))
        && path.join("bin/go").exists()
}
