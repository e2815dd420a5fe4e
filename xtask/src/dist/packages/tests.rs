//! The files of each package as its package manager reads them, made of small archives.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::platform::PLATFORMS;
use super::release::Release;
use super::source::{Archive, File, sum};
use super::template::fill;
use super::{all, make};
use crate::dist::archive::{Entry, PROGRAM, TEXT, pack};
use crate::dist::identity::Identity;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The time 2026-01-02.
const TIME: u64 = 1_767_312_000;

fn bytes_of(target: &str) -> Vec<u8> {
    let text = |name: &str| Entry::new(name, TEXT, format!("{name} of {target}\n").into_bytes());
    let mut entries = vec![
        Entry::new("gom", PROGRAM, format!("gom for {target}").into_bytes()),
        Entry::new("gom-shim", PROGRAM, format!("the shim for {target}").into_bytes()),
    ];
    entries
        .extend(["LICENSE-MIT", "LICENSE-APACHE", "licenses/crates.txt", "README.md", "man/gom.1"].map(text));
    entries.extend(["completions/gom.bash", "completions/gom.fish", "completions/_gom"].map(text));
    pack(&format!("gom-{VERSION}-{target}"), entries, TIME).unwrap()
}

fn archives() -> Vec<Archive> {
    let parse = |platform: &'static super::platform::Platform| {
        let name = format!("gom-{VERSION}-{}.tar.gz", platform.target);
        Archive::parse(platform, &name, &bytes_of(platform.target)).unwrap()
    };
    PLATFORMS.iter().map(parse).collect()
}

fn unnamed() -> Identity {
    Identity { repository: None, module: None, base: None, package: None }
}

fn named() -> Identity {
    Identity { repository: Some("ada/gom".to_owned()), package: Some("gom-go".to_owned()), ..unnamed() }
}

fn packages(identity: &Identity, version: &str) -> BTreeMap<String, File> {
    let files = all(&archives(), &Release::new(identity, version), b"the installer".to_vec()).unwrap();
    files.into_iter().map(|file| (file.name.clone(), file)).collect()
}

fn text(file: &File) -> &str {
    std::str::from_utf8(&file.content).unwrap()
}

/// Name, mode and content of each file of a zip.
fn unzipped(bytes: &[u8]) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = zip.len();
    let entry = |index| {
        let mut entry = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.name().unwrap().into_owned(), (entry.unix_mode().unwrap(), content))
    };
    (0..count).map(entry).collect()
}

/// Name, mode and content of each entry of a `.tar.gz`; a link has its target as content.
fn untarred(bytes: &[u8]) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut tar = tar::Archive::new(GzDecoder::new(bytes));
    let entry = |entry: std::io::Result<tar::Entry<'_, GzDecoder<&[u8]>>>| {
        let mut entry = entry.unwrap();
        let header = entry.header().clone();
        assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()), (0, 0, TIME));
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if let Some(target) = entry.link_name_bytes() {
            content = target.into_owned();
        }
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        (name, (header.mode().unwrap(), content))
    };
    tar.entries().unwrap().map(entry).collect()
}

#[test]
fn a_release_has_every_package_for_every_platform() {
    let names: Vec<String> = packages(&named(), "0.2.0").into_keys().collect();
    let files = names.iter().filter(|name| !name.starts_with("image/")).map(String::as_str);
    assert_eq!(
        files.collect::<Vec<_>>(),
        [
            "action/release.json",
            "binstall/Cargo.toml",
            "binstall/refuse.rs",
            "debian/gom-go_0.2.0_amd64.deb",
            "debian/gom-go_0.2.0_arm64.deb",
            "devcontainer/devcontainer-feature.json",
            "devcontainer/gom-install.sh",
            "devcontainer/install.sh",
            "devcontainer/on-create.sh",
            "homebrew/gom-go.rb",
            "npm/gom-go-0.2.0.tgz",
            "npm/gom-go-darwin-arm64-0.2.0.tgz",
            "npm/gom-go-darwin-x64-0.2.0.tgz",
            "npm/gom-go-linux-arm64-0.2.0.tgz",
            "npm/gom-go-linux-x64-0.2.0.tgz",
            "pypi/gom_go-0.2.0-py3-none-macosx_11_0_arm64.whl",
            "pypi/gom_go-0.2.0-py3-none-macosx_11_0_x86_64.whl",
            "pypi/gom_go-0.2.0-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
            "pypi/gom_go-0.2.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64.whl",
        ]
    );
}

#[test]
fn the_same_archives_give_the_same_packages() {
    assert_eq!(packages(&named(), "0.2.0"), packages(&named(), "0.2.0"));
}

#[test]
fn a_wheel_has_both_programs_as_scripts_and_a_record_of_every_file() {
    let packages = packages(&named(), "0.2.0");
    let name =
        "pypi/gom_go-0.2.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64.whl";
    let files = unzipped(&packages[name].content);
    let (mode, gom) = &files["gom_go-0.2.0.data/scripts/gom"];
    assert_eq!((mode & 0o777, gom.as_slice()), (0o755, &b"gom for x86_64-unknown-linux-musl"[..]));
    assert_eq!(files["gom_go-0.2.0.data/scripts/gom-shim"].0 & 0o777, 0o755);

    let of_info =
        |name: &str| String::from_utf8(files[&format!("gom_go-0.2.0.dist-info/{name}")].1.clone()).unwrap();
    let record = of_info("RECORD");
    assert_eq!(record.lines().count(), files.len());
    for line in record.lines() {
        let [name, sum, size] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        if name.ends_with("/RECORD") {
            assert_eq!((sum, size), ("", ""));
            continue;
        }
        let content = &files[name].1;
        let expected = base64_url(&Sha256::digest(content));
        assert_eq!((sum, size), (format!("sha256={expected}").as_str(), content.len().to_string().as_str()));
    }
    let metadata = of_info("METADATA");
    let (head, _) = metadata.split_once("\n\n").unwrap();
    for line in [
        "Metadata-Version: 2.4",
        "Name: gom-go",
        "Version: 0.2.0",
        "License-Expression: MIT OR Apache-2.0",
        "License-File: licenses/crates.txt",
        "Project-URL: Source, https://github.com/ada/gom",
    ] {
        assert!(head.lines().any(|found| found == line), "{line} is missing: {head}");
    }
    assert!(files.contains_key("gom_go-0.2.0.dist-info/licenses/licenses/crates.txt"));
    let tags = of_info("WHEEL");
    let tags: Vec<&str> = tags.lines().filter_map(|line| line.strip_prefix("Tag: ")).collect();
    let platforms = ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"];
    assert_eq!(tags, platforms.map(|platform| format!("py3-none-{platform}")));
}

fn base64_url(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn npm_gets_one_package_that_depends_optionally_on_one_for_each_platform() {
    let packages = packages(&named(), "0.2.0");
    let about = |name: &str| {
        let files = untarred(&packages[name].content);
        let about: Value = serde_json::from_slice(&files["package/package.json"].1).unwrap();
        (files, about)
    };
    let (files, main) = about("npm/gom-go-0.2.0.tgz");
    assert_eq!((&main["name"], &main["version"]), (&"gom-go".into(), &"0.2.0".into()));
    assert_eq!(main["bin"]["gom"], "bin/gom");
    assert_eq!(files["package/bin/gom"].0, 0o755);
    assert!(!files.contains_key("package/bin/gom-shim"));
    for script in ["scripts", "dependencies", "private"] {
        assert_eq!(main[script], Value::Null, "{script}");
    }
    let dependencies = main["optionalDependencies"].as_object().unwrap();
    assert_eq!(dependencies.len(), PLATFORMS.len());
    for (name, version) in dependencies {
        let (files, about) = about(&format!("npm/{name}-0.2.0.tgz"));
        assert_eq!(
            (version, &about["name"], &about["version"]),
            (&"0.2.0".into(), &name.as_str().into(), version)
        );
        let [os, cpu] = ["os", "cpu"].map(|key| about[key][0].as_str().unwrap());
        assert!(name.ends_with(&format!("-{os}-{cpu}")), "{about}");
        assert_eq!((files["package/bin/gom"].0, files["package/bin/gom-shim"].0), (0o755, 0o755));
        assert_eq!(about["scripts"], Value::Null);
        let launcher = String::from_utf8(
            untarred(&packages["npm/gom-go-0.2.0.tgz"].content)["package/bin/gom"].1.clone(),
        );
        assert!(launcher.unwrap().contains(&format!("{os}-{cpu}")), "the launcher does not know {name}");
    }
}

#[test]
fn a_debian_package_is_an_ar_archive_with_the_programs_and_a_link() {
    let packages = packages(&named(), "0.2.0-rc.1");
    let members = ar(&packages["debian/gom-go_0.2.0~rc.1_arm64.deb"].content);
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["debian-binary", "control.tar.gz", "data.tar.gz"]);
    assert_eq!(members[0].1, b"2.0\n");
    let control = untarred(&members[1].1);
    let control = String::from_utf8(control["control"].1.clone()).unwrap();
    for line in ["Package: gom-go", "Version: 0.2.0~rc.1", "Architecture: arm64"] {
        assert!(control.lines().any(|found| found == line), "{line} is missing: {control}");
    }
    assert!(!control.contains("Depends"), "the programs are static");
    let data = untarred(&members[2].1);
    let (mode, gom) = &data["usr/lib/gom-go/gom"];
    assert_eq!((*mode, gom.as_slice()), (0o755, &b"gom for aarch64-unknown-linux-musl"[..]));
    assert_eq!(data["usr/lib/gom-go/gom-shim"].0, 0o755);
    assert_eq!(data["usr/bin/gom"].1, b"../lib/gom-go/gom");
    for file in ["usr/share/man/man1/gom.1.gz", "usr/share/doc/gom-go/copyright"] {
        assert_eq!(data[file].0, 0o644, "{file}");
    }
    // dpkg makes no folder by itself.
    for name in data.keys() {
        if let Some((folder, _)) = name.trim_end_matches('/').rsplit_once('/') {
            assert!(data.contains_key(&format!("{folder}/")) || data.contains_key(folder), "{folder}");
        }
    }
}

/// The members of an `ar` archive.
fn ar(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut rest = bytes.strip_prefix(b"!<arch>\n").unwrap();
    let mut members = Vec::new();
    while !rest.is_empty() {
        let header = std::str::from_utf8(&rest[..60]).unwrap();
        assert!(header.ends_with("`\n"), "{header:?}");
        let size: usize = header[48..58].trim().parse().unwrap();
        members.push((header[..16].trim().to_owned(), rest[60..60 + size].to_vec()));
        rest = &rest[60 + size + size % 2..];
    }
    members
}

#[test]
fn the_formula_has_address_and_sum_of_each_archive() {
    let packages = packages(&named(), VERSION);
    let formula = text(&packages["homebrew/gom-go.rb"]);
    assert!(formula.contains("class GomGo < Formula"), "{formula}");
    for archive in archives() {
        let url = format!("url \"https://github.com/ada/gom/releases/download/v{VERSION}/{}\"", archive.name);
        let (_, after) = formula.split_once(&url).unwrap_or_else(|| panic!("no {url} in {formula}"));
        assert!(after.trim_start().starts_with(&format!("sha256 \"{}\"", archive.sha256)));
    }
}

#[test]
fn the_image_has_the_programs_of_both_architectures() {
    let packages = packages(&named(), VERSION);
    for architecture in ["amd64", "arm64"] {
        for program in ["gom", "gom-shim"] {
            assert_eq!(packages[&format!("image/{architecture}/{program}")].mode, PROGRAM);
        }
        assert!(packages.contains_key(&format!("image/{architecture}/licenses/crates.txt")));
    }
    assert!(text(&packages["image/Containerfile"]).contains("\nFROM scratch\n"));
}

#[test]
fn binstall_learns_where_the_archives_are() {
    let packages = packages(&named(), VERSION);
    let manifest = text(&packages["binstall/Cargo.toml"]);
    let base = format!("https://github.com/ada/gom/releases/download/v{VERSION}");
    let url = format!("pkg-url = \"{base}/gom-{{ version }}-{{ target }}.tar.gz\"");
    assert!(manifest.contains(&url), "{manifest}");
    assert!(manifest.contains(&format!("version = \"{VERSION}\"")));
}

#[test]
fn the_action_knows_address_and_sum_of_each_archive() {
    let packages = packages(&named(), VERSION);
    let known: Value = serde_json::from_slice(&packages["action/release.json"].content).unwrap();
    assert_eq!(known["version"], VERSION);
    assert_eq!(known["base"], format!("https://github.com/ada/gom/releases/download/v{VERSION}"));
    for archive in archives() {
        let about = &known["archives"][archive.platform.npm.join("-")];
        assert_eq!((&about["name"], &about["sha256"]), (&archive.name.into(), &archive.sha256.into()));
    }
    // What a workflow runs from this repository: nothing is known before the release.
    let empty = include_str!("../../../../action/src/release.json");
    assert_eq!(serde_json::from_str::<Value>(empty).unwrap()["version"], "");
}

#[test]
fn the_feature_has_the_installer_of_the_release_and_json() {
    let packages = packages(&named(), VERSION);
    assert_eq!(packages["devcontainer/gom-install.sh"].content, b"the installer");
    let about: Value =
        serde_json::from_slice(&packages["devcontainer/devcontainer-feature.json"].content).unwrap();
    assert_eq!((&about["id"], &about["version"]), (&"gom".into(), &VERSION.into()));
    assert_eq!(packages["devcontainer/install.sh"].mode, PROGRAM);
}

/// A name that is not ours would send people to a stranger.
#[test]
fn packages_without_a_name_can_not_be_published() {
    let packages = packages(&unnamed(), VERSION);
    assert!(packages.keys().any(|name| name.starts_with(&format!("pypi/gom-{VERSION}+local-py3-none-"))));
    for (name, file) in packages.iter().filter(|(name, _)| name.starts_with("npm/")) {
        let about: Value =
            serde_json::from_slice(&untarred(&file.content)["package/package.json"].1).unwrap();
        assert_eq!(about["private"], true, "{name}");
        assert_eq!(about["optionalDependencies"], Value::Null, "npm would ask its registry for them");
        assert_eq!(about["version"], format!("{VERSION}-local"));
    }
    assert!(packages.contains_key(&format!("debian/gom_{VERSION}~local_amd64.deb")));
    assert!(!packages.keys().any(|name| name.starts_with("binstall/") || name.starts_with("action/")));
    let formula = text(&packages["homebrew/gom.rb"]);
    assert!(formula.contains("url \"file://") && !formula.contains("https://example"), "{formula}");
}

#[test]
fn versions_are_written_as_each_package_manager_orders_them() {
    for (version, python, npm, debian) in [
        ("1.2.3", "1.2.3", "1.2.3", "1.2.3"),
        ("1.2.3-rc.1", "1.2.3rc1", "1.2.3-rc.1", "1.2.3~rc.1"),
        ("1.2.3-beta.2", "1.2.3b2", "1.2.3-beta.2", "1.2.3~beta.2"),
    ] {
        let release = Release::new(&named(), version);
        let found = (release.python_version().unwrap(), release.npm_version(), release.debian_version());
        assert_eq!(found, (python.to_owned(), npm.to_owned(), debian.to_owned()));
    }
    assert!(Release::new(&named(), "1.2.3-nightly").python_version().is_err());
    assert_eq!(Release::new(&unnamed(), "1.2.3-rc.1").npm_version(), "1.2.3-rc.1.local");
}

#[test]
fn packages_are_made_only_of_archives_with_their_sums() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let target = "x86_64-unknown-linux-musl";
    let (name, bytes) = (format!("gom-{VERSION}-{target}.tar.gz"), bytes_of(target));
    let sums =
        format!("{}  {name}\n{}  gom-{VERSION}-x86_64-unknown-linux-gnu.tar.gz\n", sum(&bytes), sum(b"x"));
    std::fs::write(folder.join(&name), &bytes).unwrap();
    std::fs::write(folder.join("SHA256SUMS"), &sums).unwrap();
    std::fs::write(folder.join("install.sh"), "the installer").unwrap();
    make(folder, &unnamed()).unwrap();
    let wheels = || std::fs::read_dir(folder.join("packages/pypi")).unwrap().count();
    assert_eq!(wheels(), 1, "of the archive for musl alone");

    std::fs::write(folder.join(&name), b"other bytes").unwrap();
    let error = make(folder, &unnamed()).unwrap_err().to_string();
    assert!(error.contains("SHA256SUMS has"), "{error}");
}

#[test]
fn a_template_is_filled_in_completely() {
    assert_eq!(fill("@A@-@A@ a@b.c", &[("A", "x")]).unwrap(), "x-x a@b.c");
    assert!(fill("@A@ @B@", &[("A", "x")]).is_err(), "nothing fills in B");
    assert!(fill("a", &[("A", "x")]).is_err(), "the template has no A");
}
