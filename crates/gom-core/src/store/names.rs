//! The names that gom gives to what it makes, folder by folder. Everything else in these folders is somebody else's.

use std::path::Path;

use gom_select::layout::{ENV_SCRIPTS, POLICY_VERDICT, SHIM_NAME, USE_RECORD};
use gom_select::link_name::LinkName;
use gom_select::tool_name::{ToolLine, ToolName, ToolPlace};
use gom_select::toolchain::ToolchainId;
use gom_select::used::day_of;

/// What an entry with one of gom's names is.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A file, or a link, which is removed and not its target.
    File,
    /// A link to this file in the same folder.
    LinkToShim,
    /// A link into `toolchains/`.
    LinkToToolchain,
    /// A folder with everything in it.
    Tree,
    /// A folder that holds only these names.
    Folder(Names),
}

/// How the names of unfinished and old programs of a `gom self update` begin, beside gom.
pub const OF_UPDATE: &str = ".gom-update-";

/// Returns what an entry of this name is; `None` if gom makes none of it.
pub type Names = fn(&str) -> Option<Kind>;

use Kind::{File, Folder, LinkToShim, LinkToToolchain, Tree};

/// The store.
pub fn of_store(name: &str) -> Option<Kind> {
    match name {
        "toolchains" => Some(Folder(toolchains)),
        "receipts" => Some(Folder(receipts)),
        "lines" => Some(Folder(lines)),
        "locks" => Some(Folder(locks)),
        "staging" => Some(Folder(staging)),
        "sumdb" => Some(Folder(sumdb)),
        "linked" => Some(Folder(linked)),
        "tools" => Some(Folder(tool_lines)),
        "default" | "config.toml" | "layout-version" => Some(File),
        name => of_store_without_toolchains(name),
    }
}

/// What of a store is removed where the toolchains stay.
pub fn of_store_without_toolchains(name: &str) -> Option<Kind> {
    match name {
        "bin" => Some(Folder(bin)),
        "evidence" => Some(Folder(evidence)),
        "notices" => Some(Folder(files)),
        "ide" => Some(Folder(|name| has_ending(name, &["json"]).then_some(File).or_else(|| temporary(name)))),
        "used" => Some(Folder(used)),
        // Where the system has no cache folder.
        "cache" => Some(Folder(of_cache)),
        "completions" => Some(Folder(completions)),
        "share" => Some(Folder(|name| only(name, "man", |name| only(name, "man1", man_pages)))),
        "env" | "env.fish" | "env.nu" | "env.ps1" | "env.xsh" | POLICY_VERDICT => Some(File),
        name => temporary(name),
    }
}

/// The cache.
pub fn of_cache(name: &str) -> Option<Kind> {
    match name {
        "downloads" => Some(Folder(|name| has_ending(name, &["part"]).then_some(File))),
        "index" => Some(Folder(|name| has_ending(name, &["json", "list"]).then_some(File))),
        "sumdb" => Some(Folder(sumdb)),
        "notices" => Some(Folder(files)),
        "silent-hosts.json" => Some(File),
        // The programs of `gom x`.
        "x" => Some(Tree),
        // The logs of `gom each`, and those and the search of `gom bisect`.
        "each" | "bisect" => Some(Folder(of_command)),
        name => temporary(name),
    }
}

/// A folder for each command that runs under several Gos.
fn of_command(name: &str) -> Option<Kind> {
    let is_sum = name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_sum.then_some(Tree)
}

fn bin(name: &str) -> Option<Kind> {
    match name {
        "gom" | SHIM_NAME => Some(File),
        "go" | "gofmt" => Some(LinkToShim),
        name if name.starts_with("go1") => Some(LinkToShim),
        // What install.sh leaves if it is killed.
        name if name.starts_with("gom.new.") || name.starts_with("gom-shim.new.") => Some(File),
        name if ToolName::parse(name).is_ok() => Some(LinkToShim),
        name => temporary(name),
    }
}

/// A folder for each line of Go, with one for each tool.
fn tool_lines(name: &str) -> Option<Kind> {
    match name {
        ".staging" => Some(Folder(|name| ToolPlace::parse(name.rsplit_once('.')?.0).map(|_| Tree))),
        name => ToolLine::parse(name).map(|_| Folder(|name| ToolName::parse(name).is_ok().then_some(Tree))),
    }
}

fn toolchains(name: &str) -> Option<Kind> {
    match name {
        ".next" => Some(Folder(toolchains)),
        ".staging" => Some(Folder(staging)),
        ".probe" => Some(Tree),
        name => ToolchainId::parse(name).is_ok().then_some(Tree),
    }
}

fn receipts(name: &str) -> Option<Kind> {
    let id = name.strip_suffix(".json").or_else(|| name.strip_suffix(".files.gz"));
    id.map_or_else(|| temporary(name), |id| ToolchainId::parse(id).is_ok().then_some(File))
}

fn lines(name: &str) -> Option<Kind> {
    temporary(name).or(Some(LinkToToolchain))
}

/// A folder for each name, with the link to the GOROOT, which stays.
fn linked(name: &str) -> Option<Kind> {
    LinkName::parse(name).map(|_| {
        Folder(|name| match name {
            "goroot" | "files" => Some(File),
            name => temporary(name),
        })
    })
}

fn locks(name: &str) -> Option<Kind> {
    has_ending(name, &["lock", "held", "dead"]).then_some(File)
}

/// `go1.22.6.linux-amd64.x2Fs9a`: unfinished work.
fn staging(name: &str) -> Option<Kind> {
    let (id, _) = name.rsplit_once('.')?;
    ToolchainId::parse(id).is_ok().then_some(Tree)
}

/// A folder for each database, whose name may have slashes.
fn sumdb(name: &str) -> Option<Kind> {
    match name {
        "latest" | "latest.lock" => Some(File),
        "tile" => Some(Tree),
        // What a killed gom leaves.
        name if name.starts_with(".tmp") => Some(File),
        name => temporary(name).or(Some(Folder(sumdb))),
    }
}

/// A folder for each refusal.
fn evidence(name: &str) -> Option<Kind> {
    let is_ours = name.starts_with("go1") || name.starts_with("gom-");
    is_ours.then_some(Folder(|name| match name {
        "report.json" | "files.gz" | "older-head" | "newer-head" => Some(File),
        name => temporary(name),
    }))
}

/// The record of use: a link for each, and the file in which they are collected.
fn used(name: &str) -> Option<Kind> {
    let is_ours = name == USE_RECORD || day_of(name).is_some();
    if is_ours { Some(File) } else { temporary(name) }
}

/// One file for each shell.
fn completions(name: &str) -> Option<Kind> {
    let is_ours = matches!(name, "_gom" | "gom") || name.starts_with("gom.");
    if is_ours { Some(File) } else { temporary(name) }
}

/// A page for gom and one for each verb.
fn man_pages(name: &str) -> Option<Kind> {
    if is_man_page(name) { Some(File) } else { temporary(name) }
}

/// Whether gom makes a man page of this name: `gom.1`, and `gom-VERB.1` for each verb.
pub fn is_man_page(name: &str) -> bool {
    name == "gom.1" || (name.starts_with("gom-") && name.ends_with(".1"))
}

/// Nothing but a folder of this name.
fn only(name: &str, folder: &str, names: Names) -> Option<Kind> {
    (name == folder).then_some(Folder(names))
}

/// The shim's notes: one file each.
#[expect(clippy::unnecessary_wraps, reason = "has the form of the other lists of names")]
fn files(_: &str) -> Option<Kind> {
    Some(File)
}

/// Whether a name ends with a dot and one of these.
fn has_ending(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

/// What a killed gom leaves beside a file that it was about to replace.
fn temporary(name: &str) -> Option<Kind> {
    name.starts_with(".gom-").then_some(File)
}

/// Whether an entry of a store's root has one of gom's names.
pub fn is_of_store(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| of_store(name).is_some())
}

/// Whether start-up files of shells may name it: a script or its completions.
pub fn is_for_shells(store: &Path, path: &Path) -> bool {
    let is_script = ENV_SCRIPTS.iter().any(|name| store.join(name) == path);
    is_script || path.starts_with(store.join("completions"))
}

/// Whether this is removed last: the mark of a store, the gom in it, and the folder of the lock that it needs.
pub fn is_last(store: &Path, path: &Path) -> bool {
    [store.join("layout-version"), store.join("bin/gom"), store.join("locks")].iter().any(|last| last == path)
}
