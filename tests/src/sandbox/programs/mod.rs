//! The programs under test: where cargo put them, and whether they were built from the current sources.
//!
//! Owns: the comparison of file times, as cargo itself does it. For each crate the compiler leaves a record
//! (`deps/NAME-HASH.d`) of the files it read; a program is stale if one of these is newer than it. A build
//! that finds everything fresh changes no program, and leaves no file newer than one either.
//!
//! Never: builds anything, or looks at a file that is in no record, such as a unit test's.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

/// The programs that tests run.
const PROGRAMS: [&str; 2] = ["gom", "gom-shim"];

/// Returns a program of this workspace. Panics if it, or the other one, was not built from the current
/// sources.
pub(super) fn built(name: &str) -> PathBuf {
    static REFUSAL: OnceLock<Option<String>> = OnceLock::new();
    let test = std::env::current_exe().expect("the path of this test");
    let folder = test.parent().expect("target/PROFILE/deps");
    // A program of this workspace that uses the kit is next to those under test.
    let is_program = PROGRAMS.iter().all(|name| folder.join(name).is_file()) && !folder.ends_with("deps");
    let profile = if is_program { folder } else { folder.parent().expect("target/PROFILE") };
    // Checked once for all tests of a binary: no build runs at the same time.
    let refusal = REFUSAL.get_or_init(|| {
        let build = Build { workspace: workspace(), profile };
        PROGRAMS.iter().find_map(|name| build.refusal(name))
    });
    if let Some(refusal) = refusal {
        panic!("{refusal}");
    }
    profile.join(name)
}

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The build of one profile of a workspace.
struct Build<'a> {
    workspace: &'a Path,
    /// `target/debug`
    profile: &'a Path,
}

impl Build<'_> {
    /// Returns why this program can't be tested, with the command that fixes it.
    fn refusal(&self, name: &str) -> Option<String> {
        let program = self.profile.join(name);
        let profile = match self.profile.file_name().and_then(OsStr::to_str) {
            Some("release") => " --release".to_owned(),
            Some(other) if other != "debug" => format!(" --profile {other}"),
            _ => String::new(),
        };
        let hint = format!("hint: run `cargo test --workspace --no-run{profile}`");
        let Some(built) = modified(&program) else {
            return Some(format!("{} is not built\n{hint}", program.display()));
        };
        let sources = self.sources(name).into_iter();
        let (changed, newest) =
            sources.filter_map(|file| Some((modified(&self.workspace.join(&file))?, file))).max()?;
        let refusal = || format!("{} is older than {}\n{hint}", program.display(), newest.display());
        (changed > built).then(refusal)
    }

    /// Lists the files of this workspace that a program was built from, relative to it.
    fn sources(&self, program: &str) -> BTreeSet<PathBuf> {
        let records = Records::of(self.profile);
        let mut todo = vec![records.of_program(self.profile, program)];
        let mut sources = BTreeSet::new();
        while let Some(files) = todo.pop() {
            let Some(root) = files.first() else { continue };
            if sources.contains(root) {
                continue;
            }
            let dependencies = dependencies(&self.workspace.join(root));
            todo.extend(dependencies.iter().map(|dependency| records.of_library(self.profile, dependency)));
            sources.extend(files);
        }
        sources
    }
}

/// The compiler's records by the crate's name, each with its hash.
struct Records(BTreeMap<String, Vec<PathBuf>>);

impl Records {
    fn of(profile: &Path) -> Records {
        let mut records = BTreeMap::<String, Vec<PathBuf>>::new();
        for entry in fs::read_dir(profile.join("deps")).into_iter().flatten().flatten() {
            let path = entry.path();
            let stem = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
            if let (Some((name, _)), Some("d")) =
                (stem.rsplit_once('-'), path.extension().and_then(OsStr::to_str))
            {
                records.entry(name.to_owned()).or_default().push(path);
            }
        }
        Records(records)
    }

    /// Returns the record of a program. Tests of a program have a record of the same name; the program itself
    /// is a link or a copy of the file next to its own record.
    fn of_program(&self, profile: &Path, name: &str) -> Vec<PathBuf> {
        let length = |path: &Path| fs::metadata(path).map(|found| found.len()).ok();
        let program = length(&profile.join(name));
        self.newest(name, |record| record.with_extension(""), |output| length(output) == program)
    }

    /// Returns the record of a library. Its tests, and a library that was only checked, have a record too,
    /// but no `.rlib`.
    fn of_library(&self, profile: &Path, name: &str) -> Vec<PathBuf> {
        let library = |record: &Path| {
            let stem = record.file_stem().unwrap_or_default().to_string_lossy();
            profile.join("deps").join(format!("lib{stem}.rlib"))
        };
        self.newest(name, library, |_| true)
    }

    /// Returns the sources in the record whose output fits and is the newest: there are several if features
    /// differ.
    fn newest(
        &self,
        name: &str,
        output: impl Fn(&Path) -> PathBuf,
        fits: impl Fn(&Path) -> bool,
    ) -> Vec<PathBuf> {
        let records = self.0.get(&name.replace('-', "_")).into_iter().flatten();
        let built = records.filter_map(|record| {
            let output = output(record);
            Some((modified(&output).filter(|_| fits(&output))?, record))
        });
        built.max().map(|(_, record)| sources(record)).unwrap_or_default()
    }
}

/// Returns the sources that a record names: those of the workspace are relative to it, those of a registry
/// are not.
fn sources(record: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(record).unwrap_or_default();
    let files = text.lines().find_map(|line| line.split_once(": ")).map_or("", |(_, files)| files);
    files.split(' ').map(PathBuf::from).filter(|file| file.is_relative()).collect()
}

/// Returns the names under `[dependencies]` in the manifest above a crate's root.
fn dependencies(root: &Path) -> Vec<String> {
    let manifest =
        root.ancestors().skip(1).map(|folder| folder.join("Cargo.toml")).find(|file| file.is_file());
    let text = manifest.and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
    let mut names = Vec::new();
    let mut counts = false;
    for line in text.lines() {
        if line.starts_with('[') {
            counts = line.ends_with("dependencies]") && !line.contains("dev-") && !line.contains("build-");
        } else if let Some(end) = line.find(['.', ' ', '=']).filter(|_| counts) {
            names.push(line[..end].to_owned());
        }
    }
    names
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|found| found.modified()).ok()
}

#[cfg(test)]
mod tests;
