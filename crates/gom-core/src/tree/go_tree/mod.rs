//! What a folder with a Go tree says about itself: where the GOROOT is in it, its version and platform, and
//! the files that the tool that put it there adds. None of this is trusted: it only names the record that the
//! tree is compared with.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use gom_select::explain::{ErrorKind, Explain};
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use super::file_sum::FileSum;
use super::goroot;
use super::h1::is_covered;
use super::manifest::Manifest;
use super::on_disk::{self, TreeError, TreeOnDisk};
use crate::cancel::Cancel;
use crate::digest::Sha256Digest;
use crate::machine::program::ProgramHeader;
use crate::shell_quote::shell_quote;

/// The file that golang.org/dl adds to a tree after unpacking it (`internal/version/version.go` there).
const SDK_MARKER: &str = ".unpacked-success";

/// The folders of a GOPATH that managers put into a GOROOT, which no release has: vfox's `packages`, goenv's `gopath`, and
/// the module cache where GOPATH is the GOROOT itself, as gobrew's help page says.
const OF_GOPATH: [&str; 4] = ["packages/", "gopath/", "pkg/mod/", "pkg/sumdb/"];

/// A Go tree on disk.
pub(crate) struct GoTree {
    /// The GOROOT, with links resolved.
    pub(crate) root: PathBuf,
    /// The toolchain that it should be.
    pub(crate) id: ToolchainId,
    /// The version in its VERSION, if the user named another one.
    pub(crate) other_version: Option<GoVersion>,
}

/// A file of a tree that belongs to a release: its name in the folder, and its name in the release, with slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileToCopy {
    /// The name in the folder.
    pub(crate) from: String,
    /// The name in the release.
    pub(crate) name: String,
}

/// Why gom can't verify a folder.
#[derive(Debug, thiserror::Error)]
pub enum GoTreeError {
    /// There is no Go tree, or the folder can't be read.
    #[error("`{}` has no Go tree: {error}", path.display())]
    NotATree {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        error: io::Error,
    },
    /// Its VERSION names no release.
    #[error("the VERSION file of `{}` names no Go release: `{found}`", path.display())]
    NoVersion {
        /// The GOROOT.
        path: PathBuf,
        /// The first line of VERSION.
        found: String,
    },
    /// No file in it tells its platform.
    #[error("nothing in `{}` says which platform it is for", path.display())]
    NoPlatform {
        /// The GOROOT.
        path: PathBuf,
    },
}

impl GoTreeError {
    /// The folder.
    pub fn path(&self) -> &Path {
        let (GoTreeError::NotATree { path, .. }
        | GoTreeError::NoVersion { path, .. }
        | GoTreeError::NoPlatform { path }) = self;
        path
    }
}

impl Explain for GoTreeError {
    fn kind(&self) -> ErrorKind {
        match self {
            GoTreeError::NotATree { .. } => ErrorKind::NotFound,
            GoTreeError::NoVersion { .. } | GoTreeError::NoPlatform { .. } => ErrorKind::Usage,
        }
    }

    fn value(&self) -> Option<String> {
        Some(self.path().display().to_string())
    }

    fn hint(&self) -> String {
        let path = shell_quote(self.path());
        match self {
            GoTreeError::NotATree { .. } => "give the folder that `go env GOROOT` prints".to_owned(),
            GoTreeError::NoVersion { .. } => {
                format!("run `gom verify --path {path} --version 1.22.6` with the version that it should be")
            }
            GoTreeError::NoPlatform { .. } => {
                format!("run `gom verify --path {path} --os linux --arch amd64` with the platform it is for")
            }
        }
    }
}

impl GoTree {
    /// Finds the tree in a folder. `version` and `platform` are what it must be, if the user named them.
    pub(crate) fn open(
        dir: &Path,
        version: Option<&GoVersion>,
        platform: Option<&Platform>,
    ) -> Result<GoTree, GoTreeError> {
        let root = root_in(dir)?;
        let said = said_version(&root)?;
        let version = match (version, &said) {
            (Some(version), _) => version.clone(),
            (None, Ok(said)) => said.clone(),
            (None, Err(line)) => return Err(GoTreeError::NoVersion { path: root, found: line.clone() }),
        };
        let platform = platform.cloned().or_else(|| platform_of(&root));
        let platform = platform.ok_or_else(|| GoTreeError::NoPlatform { path: root.clone() })?;
        let other_version = said.ok().filter(|said| *said != version);
        Ok(GoTree { root, id: ToolchainId { version, platform }, other_version })
    }

    /// Returns the tree without the files that known tools add, so that the rest can be compared with what
    /// was published.
    pub(crate) fn as_published(&self, found: TreeOnDisk, notes: &mut Vec<String>) -> TreeOnDisk {
        let TreeOnDisk { files, odd, of_finder } = found;
        let files = if self.is_in_module_cache() { one_go_mod(&files) } else { files };
        TreeOnDisk { files: self.without_sdk_files(files, notes), odd, of_finder }
    }

    /// Lists the regular files that can belong to the release and that the hash covers. Left out are links, the folders of
    /// a GOPATH, and what golang.org/dl, the go command and the Finder add.
    pub(crate) fn files_to_copy(&self, cancel: &Cancel) -> Result<Vec<FileToCopy>, TreeError> {
        let names = on_disk::names(&self.root, cancel)?.files;
        let all: HashSet<&str> = names.iter().map(String::as_str).collect();
        let is_of_cache = self.is_in_module_cache();
        let is_folder = |folder: &str| folder.is_empty() || folder.ends_with('/');
        let file = |from: &String| {
            let name = match from.strip_suffix("go.mod") {
                Some(folder) if is_of_cache && is_folder(folder.strip_suffix('_').unwrap_or(folder)) => {
                    let folder = folder.strip_suffix('_').unwrap_or(folder);
                    let original = format!("{folder}_go.mod");
                    // The copy that the go command made.
                    if *from != original && all.contains(original.as_str()) {
                        return None;
                    }
                    format!("{folder}go.mod")
                }
                _ => from.clone(),
            };
            let is_of_gopath = OF_GOPATH.iter().any(|folder| name.starts_with(folder));
            let is_left_out =
                !is_covered(&name) || name == SDK_MARKER || is_of_gopath || self.is_archive(&name);
            (!is_left_out).then(|| FileToCopy { from: from.clone(), name })
        };
        Ok(names.iter().filter_map(file).collect())
    }

    /// The folders of a GOPATH in it that have something.
    pub(crate) fn of_gopath(&self) -> Vec<String> {
        let has_entries = |folder: &str| {
            fs_err::read_dir(self.root.join(folder)).is_ok_and(|mut names| names.next().is_some())
        };
        OF_GOPATH.into_iter().filter(|folder| has_entries(folder)).map(str::to_owned).collect()
    }

    /// Hashes the files of [`files_to_copy`](GoTree::files_to_copy) where they are. `None` if one is larger than a whole
    /// tree.
    pub(crate) fn sums(&self, cancel: &Cancel) -> Result<Option<Vec<FileSum>>, TreeError> {
        let (from, names): (Vec<String>, Vec<String>) =
            self.files_to_copy(cancel)?.into_iter().map(|file| (file.from, file.name)).unzip();
        let in_release: HashMap<&String, &String> = from.iter().zip(&names).collect();
        let Some(sums) = on_disk::sums(&self.root, &from, cancel)? else { return Ok(None) };
        let renamed = |sum: FileSum| FileSum { name: in_release[&sum.name].clone(), ..sum };
        Ok(Some(sums.into_iter().map(renamed).collect()))
    }

    /// Whether golang.org/dl unpacked the tree from an archive of this name, and left it there.
    fn is_archive(&self, name: &str) -> bool {
        let prefix = format!("{}.{}-", self.id.version.toolchain_name(), self.id.platform.os());
        let rest = name.strip_prefix(&prefix);
        rest.and_then(|rest| rest.strip_suffix(".tar.gz").or_else(|| rest.strip_suffix(".zip")))
            .is_some_and(|arch| arch.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    }

    /// Whether the folder is like `GOMODCACHE/golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64`.
    fn is_in_module_cache(&self) -> bool {
        let name = self.root.file_name().and_then(|name| name.to_str());
        name.and_then(|name| name.strip_prefix("toolchain@"))
            .is_some_and(|version| ToolchainId::from_module_version(version).is_ok())
    }

    /// Leaves out what golang.org/dl leaves in the GOROOT: its empty marker and the archive.
    fn without_sdk_files(&self, files: Manifest, notes: &mut Vec<String>) -> Manifest {
        if files.sum(SDK_MARKER) != Some(Sha256Digest::of(b"")) {
            return files;
        }
        let is_sdks = |name: &str| name == SDK_MARKER || self.is_archive(name);
        let left_out: Vec<&str> =
            files.files().iter().map(|file| file.name.as_str()).filter(|name| is_sdks(name)).collect();
        notes.push(format!("left by golang.org/dl and not compared: {}", left_out.join(", ")));
        Manifest::new(files.files().iter().filter(|file| !is_sdks(&file.name)).cloned().collect())
    }
}

/// The folder itself, or Homebrew's `libexec` in it.
fn root_in(dir: &Path) -> Result<PathBuf, GoTreeError> {
    let not_a_tree = |error| GoTreeError::NotATree { path: dir.to_path_buf(), error };
    // std instead of fs-err, because the error names the folder already.
    let root = std::fs::canonicalize(dir).map_err(not_a_tree)?;
    let homebrew = root.join("libexec");
    if !root.join("VERSION").exists() && homebrew.join("VERSION").exists() {
        return Ok(homebrew);
    }
    Ok(root)
}

/// Reads the release from VERSION; if it names none, returns its first line.
fn said_version(root: &Path) -> Result<Result<GoVersion, String>, GoTreeError> {
    let line = goroot::version_line(root);
    let line = line.map_err(|error| GoTreeError::NotATree { path: root.to_path_buf(), error })?;
    let line: String = line.chars().take(80).collect();
    let version = GoVersion::from_toolchain_name(&line);
    // It is shown, and anybody may have written it.
    let shown = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    let found = || line.chars().map(shown).collect();
    Ok(version.filter(|version| !version.is_language_version()).ok_or_else(found))
}

/// Returns the platform of `pkg/tool/linux_amd64` if that is the only one there, else the one of `bin/go`.
fn platform_of(root: &Path) -> Option<Platform> {
    let entries = fs_err::read_dir(root.join("pkg/tool")).ok().into_iter().flatten().flatten();
    let mut platforms = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let platform = Platform::parse(&name.replace('_', "-")).ok()?;
        platform.is_known().then_some(platform)
    });
    match (platforms.next(), platforms.next()) {
        (Some(platform), None) => Some(platform),
        _ => ["bin/go", "bin/go.exe"]
            .iter()
            .find_map(|program| ProgramHeader::of_file(&root.join(program)).ok()??.platform()),
    }
}

/// Merges `go.mod` with an equal `_go.mod`, and counts a `_go.mod` alone as `go.mod`. The go command copies
/// every `_go.mod` of a toolchain in its module cache to `go.mod` when the toolchain first runs, and keeps
/// both (cmd/go/internal/toolchain/select.go, `Exec`).
fn one_go_mod(files: &Manifest) -> Manifest {
    let one = |file: &FileSum| {
        let Some(folder) =
            file.name.strip_suffix("_go.mod").filter(|rest| rest.is_empty() || rest.ends_with('/'))
        else {
            return Some(file.clone());
        };
        let name = format!("{folder}go.mod");
        match files.sum(&name) {
            None => Some(FileSum { name, sha256: file.sha256 }),
            Some(sum) if sum == file.sha256 => None,
            Some(_) => Some(file.clone()),
        }
    };
    Manifest::new(files.files().iter().filter_map(one).collect())
}

#[cfg(test)]
mod tests;
