//! The licences of everything that is linked into the programs of a release: of the crates, from their
//! packages; of Rust's standard library; and of the C library if it is linked in.
//!
//! Invariant: a crate without a licence file stops the release, and the text depends only on the crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::archive::{Entry, TEXT};
use super::build::Target;
use super::paths::target_dir;
use crate::shell::answer_of;

/// The programs of a release.
const PROGRAMS: [&str; 2] = ["gom-cli", "gom-shim"];

/// The prefixes of names of licence files.
const NAMES: [&str; 6] = ["licen", "copying", "copyright", "notice", "unlicense", "patents"];

/// The copyright file of the package that has the standard library's source, whose version `.ci/cross/cargo` checks.
const DEBIAN_COPYRIGHT: &str = "/usr/share/doc/rust-web-src/copyright";

/// Folders of a crate whose content is not linked in, and how deep licence files may lie.
const ELSEWHERE: [&str; 4] = ["tests", "benches", "examples", "fuzz"];
const DEEPEST: usize = 3;

/// The part of `cargo metadata` about linked crates.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    manifest_path: PathBuf,
    /// None for the crates of this repository.
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// None for linked crates, else `build` or `dev`.
    kind: Option<String>,
}

/// Returns the licence files, below `licenses/` of an archive.
pub(super) fn entries(repository: &Path, target: Target) -> Result<Vec<Entry>> {
    let mut all = vec![Entry::new("licenses/crates.txt", TEXT, of_crates(repository, target)?.into_bytes())];
    all.push(of_standard_library(target)?);
    if !target.is_mac() {
        // The C library and the unwinder are linked in.
        let zig = target_dir(repository).join("cross/zig-lib");
        for (name, file) in [("musl", "libc/musl/COPYRIGHT"), ("libunwind", "libunwind/LICENSE.TXT")] {
            all.push(Entry::from_file(&format!("licenses/{name}.txt"), TEXT, &zig.join(file))?);
        }
    }
    Ok(all)
}

/// Returns the licences of the standard library that the programs are linked with: rustup's, or the one that Debian
/// has the source of.
fn of_standard_library(target: Target) -> Result<Entry> {
    if target.is_built_by_own_tools() {
        let sysroot = answer_of(Command::new("rustc").args(["--print", "sysroot"]))?;
        let file = Path::new(&sysroot).join("share/doc/rust/COPYRIGHT-library.html");
        Entry::from_file("licenses/rust-standard-library.html", TEXT, &file)
    } else {
        Entry::from_file("licenses/rust-standard-library.txt", TEXT, Path::new(DEBIAN_COPYRIGHT))
    }
}

/// The licences of crates whose packages have no file of it, as their repositories have them: `NAME.txt`.
const ADDED: &str = "xtask/licenses";

/// Lists every crate with the licence in its manifest, and then the texts, each once.
pub(super) fn of_crates(repository: &Path, target: Target) -> Result<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", &target.to_string()]);
    let metadata: Metadata = serde_json::from_str(&answer_of(cargo.current_dir(repository))?)?;
    let mut crates: BTreeMap<(&str, &str), &Package> = BTreeMap::new();
    for package in linked(&metadata) {
        crates.insert((&package.name, &package.version), package);
    }
    // The crates of each text.
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut list = String::new();
    for ((name, version), package) in crates {
        let folder = package.manifest_path.parent().context("a manifest lies in a folder")?;
        let mut found = texts_below(folder)?;
        let added = repository.join(ADDED).join(format!("{name}.txt"));
        if found.is_empty() && added.is_file() {
            found.push(fs::read_to_string(added)?.trim().to_owned());
        }
        ensure!(!found.is_empty(), "no licence in {}: no release without one", folder.display());
        let license = package.license.as_deref().unwrap_or("see below");
        // Writing to a string does not fail.
        let _ = writeln!(list, "{name} {version}: {license}");
        for text in found {
            texts.entry(text).or_default().insert(format!("{name} {version}"));
        }
    }
    let mut all = format!("gom is linked with these crates:\n\n{list}");
    for (text, crates) in texts {
        let crates: Vec<String> = crates.into_iter().collect();
        let line = "-".repeat(80);
        let _ = write!(all, "\n{line}\n{}\n{line}\n\n{text}\n", crates.join(", "));
    }
    Ok(all)
}

/// Returns the crates from other repositories that the programs are linked with.
fn linked(metadata: &Metadata) -> Vec<&Package> {
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let roots = metadata.packages.iter().filter(|package| PROGRAMS.contains(&package.name.as_str()));
    let mut waiting: Vec<&str> = roots.map(|package| package.id.as_str()).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id)
            && let Some(node) = nodes.get(id)
        {
            let is_linked =
                |dependency: &&Dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
            waiting.extend(node.deps.iter().filter(is_linked).map(|dependency| dependency.pkg.as_str()));
        }
    }
    let is_linked = |package: &&Package| package.source.is_some() && seen.contains(package.id.as_str());
    metadata.packages.iter().filter(is_linked).collect()
}

/// Returns the licence texts of a crate, including those of code that it copied from others.
fn texts_below(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("can't read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().to_lowercase();
            if entry.file_type()?.is_dir() {
                if depth < DEEPEST && !ELSEWHERE.contains(&name.as_str()) {
                    folders.push((entry.path(), depth + 1));
                }
            } else if NAMES.iter().any(|start| name.starts_with(start)) && !is_source(&name) {
                let text = fs::read_to_string(entry.path())
                    .with_context(|| format!("can't read {}", entry.path().display()))?;
                texts.push(text.replace('\r', "").trim().to_owned());
            }
        }
    }
    texts.retain(|text| !text.is_empty());
    texts.sort();
    Ok(texts)
}

fn is_source(name: &str) -> bool {
    [".rs", ".toml", ".json", ".c", ".h"].iter().any(|ending| name.ends_with(ending))
}
