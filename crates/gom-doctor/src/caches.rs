//! The contents of Go's and gom's caches, and how much of a build came from the build cache.
//!
//! Never: deletes anything, or follows a link. Invariant: a size is the sum of the file sizes, one for each name;
//! files that can't be read or disappear meanwhile are left out.
//!
//! The build cache does not report hits. The graph that `-debug-actiongraph=FILE` writes (`actionJSON` of the go
//! command's package work) has one action of the mode `build` per package, with the commands that were run for it. A
//! package without a command came from the cache.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::environment::SettingsView;
use gom_core::Context;
use gom_core::files;

/// The size of one cache folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CacheSize {
    /// What it is for: `build`, `modules`, `downloads`, `toolchains`, `gom`.
    pub name: &'static str,
    /// The folder.
    #[serde(serialize_with = "gom_core::path_text::serialize")]
    pub path: PathBuf,
    /// Files in it, at any depth.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The sizes of the cache folders that the selected go command uses. `downloads` is part of `modules`.
pub fn sizes(ctx: &Context, view: &SettingsView<'_>) -> Vec<CacheSize> {
    let modules = PathBuf::from(view.variable("GOMODCACHE").setting.value);
    let folders = [
        ("build", PathBuf::from(view.variable("GOCACHE").setting.value)),
        ("modules", modules.clone()),
        ("downloads", modules.join("cache/download")),
        ("toolchains", ctx.store.layout().toolchains()),
        ("gom", ctx.settings.cache_dir.value.clone()),
    ];
    let absolute = folders.into_iter().filter(|(_, path)| path.is_absolute());
    absolute.map(|(name, path)| size_of(name, path)).collect()
}

fn size_of(name: &'static str, path: PathBuf) -> CacheSize {
    let mut size = CacheSize { name, path, ..CacheSize::default() };
    // Skip entries that can't be read: the size is only shown.
    for entry in files::below(&size.path).filter_map(Result::ok) {
        // This is the metadata of the entry itself; links are not followed.
        let Ok(metadata) = entry.metadata() else { continue };
        if !metadata.is_dir() {
            size.files += 1;
            size.bytes += metadata.len();
        }
    }
    size
}

/// The go commands that build and take the flag that logs the build's steps.
const BUILDING: [&str; 5] = ["build", "install", "test", "run", "vet"];

/// Finds the position of `build` or another verb that builds after `go` and `-C DIR`. `None` for any other command.
pub fn build_verb(words: &[OsString]) -> Option<usize> {
    if Path::new(words.first()?).file_name() != Some(OsStr::new("go")) {
        return None;
    }
    let mut at = 1;
    loop {
        let word = words.get(at)?.to_str()?;
        match word {
            "-C" | "--C" => at += 2,
            _ if word.starts_with("-C=") || word.starts_with("--C=") => at += 1,
            _ => return BUILDING.contains(&word).then_some(at),
        }
    }
}

/// How much of a build came from the build cache.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HitRate {
    /// The packages that the build needed.
    pub packages: usize,
    /// Those that came from the cache.
    pub from_cache: usize,
    /// Those for which a command was run, in order.
    pub compiled: Vec<String>,
}

impl HitRate {
    /// The percentage that came from the cache, rounded down; `None` for a build that needed no package.
    pub fn percent(&self) -> Option<usize> {
        (self.from_cache * 100).checked_div(self.packages)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    mode: String,
    #[serde(default)]
    package: String,
    cmd: Option<Vec<String>>,
}

/// Reads a file that `-debug-actiongraph` wrote.
pub fn hit_rate(file: &Path) -> std::io::Result<HitRate> {
    let actions: Vec<Action> = serde_json::from_slice(&files::read(file)?)?;
    let mut rate = HitRate::default();
    for action in actions.into_iter().filter(|action| action.mode == "build" && !action.package.is_empty()) {
        rate.packages += 1;
        if action.cmd.is_some_and(|commands| !commands.is_empty()) {
            rate.compiled.push(action.package);
        } else {
            rate.from_cache += 1;
        }
    }
    rate.compiled.sort();
    Ok(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_command_came_from_the_cache() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("graph.json");
        let graph = r#"[{"ID":0,"Mode":"link","Package":"m","Cmd":["link"]},
            {"ID":1,"Mode":"build","Package":"m","Cmd":["compile -o x"]},
            {"ID":2,"Mode":"build","Package":"fmt","Cmd":null},
            {"ID":3,"Mode":"build check cache","Package":"fmt"},
            {"ID":4,"Mode":"build","Package":"os"},
            {"ID":5,"Mode":"nop"}]"#;
        fs_err::write(&file, graph).unwrap();
        let rate = hit_rate(&file).unwrap();
        assert_eq!((rate.packages, rate.from_cache, rate.percent()), (3, 2, Some(66)));
        assert_eq!(rate.compiled, ["m"]);
        assert_eq!(HitRate::default().percent(), None);
    }

    #[test]
    fn only_a_go_command_that_builds_has_a_verb() {
        let verb = |line: &str| build_verb(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        for (line, at) in [
            ("go build ./...", Some(1)),
            ("/usr/local/go/bin/go test -v", Some(1)),
            ("go -C dir vet", Some(3)),
            ("go -C=dir run .", Some(2)),
            ("go env", None),
            ("go", None),
            ("make build", None),
        ] {
            assert_eq!(verb(line), at, "{line}");
        }
    }

    #[test]
    fn files_are_counted_and_links_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        fs_err::create_dir_all(&inside).unwrap();
        fs_err::write(inside.join("x"), "12345").unwrap();
        fs_err::write(folder.path().join("y"), "123").unwrap();
        fs_err::os::unix::fs::symlink("/usr", folder.path().join("usr")).unwrap();
        let size = size_of("x", folder.path().to_path_buf());
        assert_eq!((size.files, size.bytes), (3, 8 + 4));
        assert_eq!(size_of("x", folder.path().join("none")).files, 0);
    }
}
