//! The npm packages: one with the programs for each platform, and one that depends on all of these optionally, so that
//! npm installs the right one. Its `gom` becomes the one of that; no script runs at installation.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::release::Release;
use super::source::{Archive, File};
use super::template::fill;
use crate::dist::archive::{Entry, pack};

const LAUNCHER: &str = include_str!("../../../../packaging/npm/gom");
const README: &str = include_str!("../../../../packaging/npm/README.md");

/// Makes the packages. Returns their names and bytes, the platforms' first: they have to be published first.
pub(super) fn make(archives: &[Archive], release: &Release) -> Result<Vec<(String, Vec<u8>)>> {
    let version = release.npm_version();
    let mut packages = Vec::new();
    let (mut dependencies, mut time) = (Map::new(), 0);
    for archive in archives {
        let [os, cpu] = archive.platform.npm;
        let name = format!("{}-{os}-{cpu}", release.package);
        let mut about = about(&name, release, &[os], &[cpu]);
        about["description"] = json!(format!("gom's programs for {os} on {cpu}"));
        // Yarn would leave it in an archive, which nothing can be executed from.
        about["preferUnplugged"] = json!(true);
        let mut files = vec![manifest(&about)?, File::text("README.md", README)];
        for program in ["gom", "gom-shim"] {
            files.push(archive.file(program)?.at(&format!("bin/{program}")));
        }
        files.extend(archive.licences().into_iter().cloned());
        packages.push((format!("{name}-{version}.tgz"), packed(files, archive.time)?));
        dependencies.insert(name, json!(version));
        time = archive.time;
    }

    let mut about = about(&release.package, release, &["darwin", "linux"], &["arm64", "x64"]);
    about["bin"] = json!({ "gom": "bin/gom" });
    // With the placeholder npm would ask its registry for a stranger's packages.
    if !release.is_local {
        about["optionalDependencies"] = Value::Object(dependencies);
    }
    let mut files = vec![manifest(&about)?, File::text("README.md", README)];
    files.push(File::program("bin/gom", fill(LAUNCHER, &[("PACKAGE", &release.package)])?));
    if let Some(archive) = archives.first() {
        files.extend(archive.licences().into_iter().filter(|file| !file.name.contains('/')).cloned());
    }
    packages.push((format!("{}-{version}.tgz", release.package), packed(files, time)?));
    Ok(packages)
}

fn about(name: &str, release: &Release, os: &[&str], cpu: &[&str]) -> Value {
    let mut about = json!({
        "name": name,
        "version": release.npm_version(),
        "description": "A Go toolchain manager that proves what it installs",
        "license": "MIT OR Apache-2.0",
        "keywords": ["go", "golang", "toolchain", "version-manager"],
        "os": os,
        "cpu": cpu,
    });
    if release.is_local {
        about["private"] = json!(true);
    }
    if let Some(homepage) = &release.homepage {
        about["repository"] = json!({ "type": "git", "url": format!("git+{homepage}.git") });
    }
    about
}

fn manifest(about: &Value) -> Result<File> {
    Ok(File::text("package.json", serde_json::to_string_pretty(about)? + "\n"))
}

/// npm's archives have everything below `package/`.
fn packed(files: Vec<File>, time: u64) -> Result<Vec<u8>> {
    let entries = files.into_iter().map(|file| Entry::new(&file.name, file.mode, file.content));
    pack("package", entries.collect(), time)
}
