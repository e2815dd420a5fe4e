//! The module that an image is made of: its programs, its files, and what of it uses cgo. Read as text; no go command runs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use gom_core::files::{self, WalkLimits};
use gom_core::go::work;
use gom_select::regular_file;

use super::cgo_use::CgoUse;
use super::error::DockerError;
use super::source::{self, SourceFacts};

/// The largest Go file that is read.
const SOURCE_LIMIT: usize = 1 << 20;

/// How deep and how far the search goes.
const DEPTH: usize = 12;
const ENTRIES: usize = 100_000;

/// Modules that are of no use without C. What else needs it, `--cgo` says.
const NEED_C: [&str; 13] = [
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/davidbyttow/govips",
    "github.com/duckdb/duckdb-go",
    "github.com/godror/godror",
    "github.com/h2non/bimg",
    "github.com/libgit2/git2go",
    "github.com/linxGnu/grocksdb",
    "github.com/marcboeker/go-duckdb",
    "github.com/mattn/go-sqlite3",
    "github.com/miekg/pkcs11",
    "github.com/mutecomm/go-sqlcipher",
    "gocv.io/x/gocv",
    "gopkg.in/DataDog/dd-trace-go.v1/contrib/confluentinc",
];

/// The module, or the workspace, that an image is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    /// The program's package: `.` or `./cmd/app`.
    pub(super) package: String,
    /// The program's name.
    pub(super) program: String,
    /// What uses cgo.
    pub(super) cgo: CgoUse,
    /// Whether there is a go.sum.
    pub(super) has_sums: bool,
    /// Whether the modules are downloaded by go.mod alone, before the rest is copied: not in a workspace, with a vendor folder,
    /// or where go.mod replaces a module by a folder.
    pub(super) downloads_first: bool,
    /// Whether the modules are in a vendor folder.
    pub(super) is_vendored: bool,
}

impl Module {
    /// Reads the module in a folder. `package` is the folder of the program, if the user names one.
    pub(super) fn read(root: &Path, package: Option<&str>) -> Result<Module, DockerError> {
        let is_workspace = files::is_file(&root.join("go.work"));
        let is_vendored = files::is_file(&root.join("vendor/modules.txt"));
        let (packages, cgo_files) = packages(root, is_workspace);
        let package = chosen(root, packages, package)?;
        let own = work::read(&root.join("go.mod")).unwrap_or_default();
        let mut texts = vec![own.clone()];
        if is_workspace {
            let text = work::read(&root.join("go.work")).unwrap_or_default();
            texts.extend(work::used(text.lines()).iter().filter_map(|module| {
                let folder = root.join(module);
                work::read(&folder.join("go.mod"))
            }));
        }
        let mut modules: Vec<String> = texts.iter().flat_map(|text| needing_c(text)).collect();
        modules.sort();
        modules.dedup();
        Ok(Module {
            program: program_name(&package, &own),
            package,
            cgo: CgoUse { files: cgo_files, modules },
            has_sums: files::is_file(&root.join("go.sum")),
            downloads_first: !is_workspace && !is_vendored && !replaces_by_folder(&own),
            is_vendored,
        })
    }

    /// Whether something of it uses cgo.
    pub(super) fn uses_cgo(&self) -> bool {
        !self.cgo.files.is_empty() || !self.cgo.modules.is_empty()
    }
}

/// Finds the packages that are programs, and the places that use cgo, both below the root and sorted.
fn packages(root: &Path, is_workspace: bool) -> (Vec<String>, Vec<String>) {
    // The walk asks about folders while it visits others.
    let found: RefCell<BTreeMap<String, bool>> = RefCell::default();
    let mut cgo = Vec::new();
    let is_skipped = |folder: &Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let is_other_module = !is_workspace && files::is_file(&folder.join("go.mod"));
        name.starts_with(['.', '_'])
            || matches!(name.as_ref(), "testdata" | "node_modules" | "vendor")
            || is_other_module
    };
    let limits = WalkLimits { depth: DEPTH, entries: ENTRIES, is_skipped: &is_skipped };
    let mut visit = |folder: &Path, names: &[OsString]| {
        let inside = folder.strip_prefix(root).unwrap_or(folder);
        let package = match inside.to_string_lossy().as_ref() {
            "" => ".".to_owned(),
            inside => format!("./{inside}"),
        };
        for name in names.iter().filter_map(|name| name.to_str()).filter(|name| source::is_built(name)) {
            let text = regular_file::read(&folder.join(name), SOURCE_LIMIT).ok().flatten();
            let facts = text.and_then(|text| source::facts(&String::from_utf8_lossy(&text)));
            let Some(SourceFacts { package: declared, cgo_line, is_left_out: false }) = facts else {
                continue;
            };
            if declared == "main" {
                found.borrow_mut().insert(package.clone(), true);
            }
            if let Some(line) = cgo_line {
                cgo.push(format!("{}:{line}", inside.join(name).display()));
            }
        }
    };
    files::visit_folders(root, limits, &mut visit);
    cgo.sort();
    (found.into_inner().into_keys().collect(), cgo)
}

/// The program to build: the one that is named, else the only one, else that of the root.
fn chosen(root: &Path, packages: Vec<String>, named: Option<&str>) -> Result<String, DockerError> {
    let package = match named {
        Some(named) => {
            let inside = named.trim_start_matches("./").trim_end_matches('/');
            let wanted = if matches!(inside, "" | ".") { ".".to_owned() } else { format!("./{inside}") };
            if !packages.contains(&wanted) {
                let other = packages.into_iter().find(|package| is_plain(package));
                return Err(DockerError::NotAProgram { package: named.to_owned(), other });
            }
            wanted
        }
        None if packages.iter().any(|package| package == ".") => ".".to_owned(),
        None => match <[String; 1]>::try_from(packages) {
            Ok([only]) => only,
            Err(none) if none.is_empty() => return Err(DockerError::NoProgram { root: root.to_path_buf() }),
            Err(packages) => {
                let packages: Vec<String> =
                    packages.into_iter().filter(|package| is_plain(package)).collect();
                if packages.is_empty() {
                    return Err(DockerError::NoProgram { root: root.to_path_buf() });
                }
                return Err(DockerError::SeveralPrograms { packages });
            }
        },
    };
    if is_plain(&package) { Ok(package) } else { Err(DockerError::OddName { package }) }
}

/// Whether a word needs no quotes in a shell and ends no line of a Dockerfile.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-/".contains(&byte))
}

/// The name that `go build` would give the program (cmd/go/internal/load, `DefaultExecName`), or `app`.
fn program_name(package: &str, go_mod: &str) -> String {
    let module = go_mod.lines().find_map(|line| line.trim().strip_prefix("module "));
    let module =
        module.map(|path| path.split_once("//").map_or(path, |(path, _)| path).trim().trim_matches('"'));
    let path = if package == "." { module.unwrap_or_default() } else { package };
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let is_major = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let name = if is_major(last) { parts.next().unwrap_or_default() } else { last };
    let is_good = !name.is_empty() && !name.starts_with(['.', '-']) && is_plain(name);
    if is_good { name.to_owned() } else { "app".to_owned() }
}

/// The required modules that need C.
fn needing_c(go_mod: &str) -> Vec<String> {
    let words =
        go_mod.lines().flat_map(|line| line.split("//").next().unwrap_or_default().split_whitespace());
    let known = |word: &str| {
        NEED_C.iter().find(|module| {
            word.strip_prefix(**module).is_some_and(|rest| rest.is_empty() || rest.starts_with("/v"))
        })
    };
    words.filter_map(known).map(|module| (*module).to_owned()).collect()
}

/// Whether go.mod replaces a module by a folder, which `go mod download` reads.
fn replaces_by_folder(go_mod: &str) -> bool {
    let targets = go_mod.lines().filter_map(|line| line.split("//").next()?.split_once("=>"));
    targets.into_iter().any(|(_, target)| {
        let target = target.trim().trim_matches(['"', '`']);
        target.starts_with("./") || target.starts_with("../") || target.starts_with('/')
    })
}
