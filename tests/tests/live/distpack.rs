//! Archives in go.dev's form against Go's own checksum database: repacked from a module, and made by Go's own
//! release build.
//!
//! It needs no go.dev: what a release build makes is what go.dev has. Invariant: an archive comes from a folder that
//! gom is told to use as a mirror, and no sum comes with it.

use crate::common::{Live, fetched};
use crate::proven::{RECORDED, found};
use flate2::{Compression, write::GzEncoder};
use gom_tests::say;
use gom_tests::toolchain::host_platform;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Those whose sums were worked out by other programs than gom: from packages that others had made of go.dev's
/// archives, and by Go's own client.
pub(crate) const BOTH_WAYS: [&str; 9] = [
    "go1.9.7.linux-amd64",
    "go1.19.13.linux-amd64",
    "go1.20.14.linux-amd64",
    "go1.21.13.linux-amd64",
    "go1.22.10.linux-amd64",
    "go1.25.4.linux-amd64",
    "go1.25.4.darwin-arm64",
    "go1.26.6.darwin-arm64",
    "go1.26.8.linux-amd64",
];

/// The release that is built, and the one that builds it: Go 1.26 needs 1.24.6 or newer.
const BUILT: &str = "1.26.8";
const BUILDER: &str = "1.25.4";

/// The tree of the module, packed as go.dev packs, is the same toolchain.
pub(crate) fn repacked_is_proven(live: &Live, name: &str) {
    let h1 = from_module(live, name);
    let (_, recorded) = RECORDED.iter().find(|(known, _)| *known == name).unwrap();
    assert_eq!(h1, *recorded, "{name}");

    let mirror = empty_folder(live, "mirror");
    let encoder =
        GzEncoder::new(fs::File::create(mirror.join(archive_name(name))).unwrap(), Compression::fast());
    let mut archive = tar::Builder::new(encoder);
    archive.append_dir_all("go", live.sandbox.goroot(name)).unwrap();
    archive.into_inner().unwrap().finish().unwrap();

    assert_eq!(from_mirror(live, name, &mirror), h1);
    live.done(["uninstall", name, "--yes"]);
}

/// The binaries of macOS are signed after they are built, so no build of another makes the recorded ones.
pub(crate) fn can_build_a_release() -> bool {
    let can = host_platform().starts_with("linux-");
    if !can {
        say("skipped: only what is built for Linux is the same everywhere");
    }
    can
}

/// What Go's release build makes of the module's sources is the recorded toolchain, though another Go built it.
pub(crate) fn built_is_proven(live: &Live) {
    let [built, builder] = [BUILT, BUILDER].map(|version| format!("go{version}.{}", host_platform()));
    let h1 = from_module(live, &built);
    from_module(live, &builder);
    let tree = live.sandbox.work().join("go");
    live.sandbox
        .command("cp", ["-R".as_ref(), live.sandbox.goroot(&built).as_os_str(), tree.as_os_str()])
        .done();
    for from_before in ["bin", "pkg"] {
        fs::remove_dir_all(tree.join(from_before)).unwrap();
    }
    make(live, &tree, &live.sandbox.goroot(&builder));
    assert_eq!(from_mirror(live, &built, &tree.join("pkg/distpack")), h1);
}

/// An empty environment: GOAMD64, CC and the like would become part of what is built. It takes longer than the
/// kit waits for a program.
fn make(live: &Live, tree: &Path, bootstrap: &Path) {
    let mut command = Command::new("./make.bash");
    command.arg("-distpack").current_dir(tree.join("src")).env_clear();
    command.env("PATH", "/usr/bin:/bin").env("HOME", live.sandbox.work()).env("GOTOOLCHAIN", "local");
    let output = command.env("GOROOT_BOOTSTRAP", bootstrap).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// Installs it from the module proxy; gives the tree's sum.
fn from_module(live: &Live, name: &str) -> String {
    fetched(live.gom(["install", name, "--source", "proxy"]), &[name]);
    let receipt = receipt(live, name);
    assert_eq!(receipt["source"]["place"], "proxy", "{receipt:#}");
    proven_h1(&receipt)
}

/// Installs it again from this folder, which has an archive of it and no sums; gives the tree's sum.
fn from_mirror(live: &Live, name: &str, mirror: &Path) -> String {
    let install = live.gom(["install", name, "--force", "--source", "mirror"]);
    fetched(install.env("GOM_MIRROR", format!("file://{}", mirror.display())), &[name]);
    let receipt = receipt(live, name);
    let place = receipt["source"]["place"].as_str().unwrap();
    assert!(place.starts_with("mirror "), "{receipt:#}");
    let is_noted = receipt["notes"].to_string().contains("was repacked");
    assert_eq!(is_noted, !receipt["archive"]["published"].is_null(), "{receipt:#}");
    assert_eq!(found(live.gom(["verify", name, "--json"])), ("proven".to_owned(), vec![]));
    proven_h1(&receipt)
}

fn proven_h1(receipt: &Value) -> String {
    assert_eq!(receipt["proof"]["kind"], "log", "{receipt:#}");
    assert_eq!(receipt["proof"]["record"]["h1"], receipt["tree"]["h1"], "{receipt:#}");
    receipt["tree"]["h1"].as_str().unwrap().to_owned()
}

fn receipt(live: &Live, name: &str) -> Value {
    let file = live.sandbox.store().join("receipts").join(format!("{name}.json"));
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn archive_name(name: &str) -> String {
    format!("{name}.tar.gz")
}

fn empty_folder(live: &Live, name: &str) -> PathBuf {
    let folder = live.sandbox.work().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    folder
}
