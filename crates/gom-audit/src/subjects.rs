//! What is audited: the Go that is used here, or what is named.
//!
//! Owns: which of it there is, and the version of each. Never: runs a program or writes. A program is read as it is on the
//! disk. Invariant: what is named and can't be read is an error, never a thing without vulnerabilities.

use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::files;
use gom_core::go::work;
use gom_core::machine::go_program::GoBuild;
use gom_core::machine::program::ProgramHeader;
use gom_core::resolve::project_here;
use gom_core::upkeep::uses::{self, GoInUse, UseKind};
use gom_select::go_mod::{self, GoModLines};
use gom_select::go_project::GoProject;
use gom_select::linked;
use gom_select::platform::Platform;
use gom_select::tools;
use gom_select::version::GoVersion;
use gom_vulns::database::Scope;
use gom_vulns::vulnerability::GoModule;

use crate::error::{AuditError, Result, excerpt, reason};

/// The kind of what is audited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectKind {
    /// An installed toolchain.
    Toolchain,
    /// A linked toolchain, or a GOROOT that is named.
    Goroot,
    /// The default.
    Default,
    /// The pin of this folder.
    Pin,
    /// The `go` or the `toolchain` line of a go.mod or go.work: the oldest Go that may be used.
    Floor,
    /// A program that `gom tools` installed.
    Tool,
    /// A program that is named.
    Program,
}

impl SubjectKind {
    /// Its name in messages and in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            SubjectKind::Toolchain => "toolchain",
            SubjectKind::Goroot => "goroot",
            SubjectKind::Default => "default",
            SubjectKind::Pin => "pin",
            SubjectKind::Floor => "floor",
            SubjectKind::Tool => "tool",
            SubjectKind::Program => "program",
        }
    }
}

/// Something whose Go is audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its Go, as it is written there: `1.26.3`, or `devel go1.27-0123abc`.
    pub go: String,
    /// The release; `None` if it is none that can be looked up.
    pub version: Option<GoVersion>,
    /// The platform that it is for, if that is known.
    pub platform: Option<Platform>,
    /// Its name, where it has one: that of a tool, or the line of a file that asks for it.
    pub name: String,
    /// The file or folder.
    pub path: Option<PathBuf>,
    /// The line in that file.
    pub line: Option<usize>,
}

/// What is audited, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct Subjects {
    /// What is audited.
    pub all: Vec<Subject>,
    /// What could not be read, and why. It may be a program that Go built.
    pub unread: Vec<(PathBuf, String)>,
}

impl Subject {
    /// What of Go it holds.
    pub fn scope(&self) -> Scope<'_> {
        let modules: &[GoModule] = match self.kind {
            SubjectKind::Tool | SubjectKind::Program => &[GoModule::Stdlib],
            _ => &[GoModule::Stdlib, GoModule::Toolchain],
        };
        Scope { modules, platform: self.platform.as_ref() }
    }

    /// Whether a newer Go may be used in its place.
    pub fn is_floor(&self) -> bool {
        self.kind == SubjectKind::Floor
    }
}

/// Returns the Go that is used here: what is installed and linked, the default, the pin of this folder, the lines of its
/// module or workspace, and the installed tools.
pub fn here(ctx: &Context) -> Result<Subjects> {
    let mut subjects = Subjects::default();
    for id in ctx.installed()? {
        subjects.all.push(Subject {
            kind: SubjectKind::Toolchain,
            go: id.version.to_string(),
            name: id.to_string(),
            path: Some(ctx.goroot(&id)),
            line: None,
            version: Some(id.version),
            platform: Some(id.platform),
        });
    }
    let layout = ctx.store.layout();
    let unreadable = |path: PathBuf| |error| AuditError::Unreadable { path, error };
    for tree in linked::all(layout).map_err(unreadable(layout.linked()))? {
        subjects.all.push(goroot(ctx, tree.goroot, tree.version, tree.name.to_string()));
    }
    subjects.all.extend(uses::default_in_use(ctx)?.map(|used| in_use(ctx, used)));
    subjects.all.extend(uses::pin_in_use(ctx)?.map(|used| in_use(ctx, used)));
    subjects.all.extend(floors(ctx));
    for place in tools::all(layout).map_err(unreadable(layout.tools()))? {
        let path = layout.tool_program(&place);
        match GoBuild::of_file(&path) {
            Ok(Some(build)) => {
                subjects.all.push(program(SubjectKind::Tool, path, &build, place.name.to_string()));
            }
            Ok(None) => subjects.unread.push((path, "it has no build information of Go".to_owned())),
            Err(error) => subjects.unread.push((path, reason(&error))),
        }
    }
    Ok(subjects)
}

/// Returns what these paths are: programs, GOROOTs, or folders with programs directly in them.
pub fn named(ctx: &Context, paths: &[PathBuf]) -> Result<Subjects> {
    let mut subjects = Subjects::default();
    for path in paths {
        if !files::is_folder(path) {
            let error = |error| AuditError::Unreadable { path: path.clone(), error };
            let build = GoBuild::of_file(path).map_err(error)?;
            let build = build.ok_or_else(|| AuditError::NotOfGo { path: path.clone() })?;
            subjects.all.push(program(SubjectKind::Program, path.clone(), &build, String::new()));
        } else if linked::has_go_command(path) && files::exists(&path.join("VERSION")) {
            subjects.all.push(goroot(ctx, path.clone(), linked::version(path), String::new()));
        } else {
            add_programs(path, &mut subjects)?;
        }
    }
    Ok(subjects)
}

/// Adds the programs directly in a folder that Go built.
fn add_programs(folder: &Path, subjects: &mut Subjects) -> Result<()> {
    let names = files::names_in(folder);
    let mut names = names.map_err(|error| AuditError::Unreadable { path: folder.to_path_buf(), error })?;
    names.sort();
    let (before, unread) = (subjects.all.len(), subjects.unread.len());
    for path in names.into_iter().map(|name| folder.join(name)).filter(|path| files::is_file(path)) {
        match GoBuild::of_file(&path) {
            Ok(Some(build)) => subjects.all.push(program(SubjectKind::Program, path, &build, String::new())),
            Ok(None) => {}
            Err(error) => subjects.unread.push((path, reason(&error))),
        }
    }
    if subjects.all.len() == before && subjects.unread.len() == unread {
        return Err(AuditError::NothingOfGo { path: folder.to_path_buf() });
    }
    Ok(())
}

fn program(kind: SubjectKind, path: PathBuf, build: &GoBuild, name: String) -> Subject {
    let setting = |name: &str| build.setting(name);
    let platform = setting("GOOS").zip(setting("GOARCH"));
    let platform = platform.and_then(|(os, arch)| Platform::new(os, arch).ok());
    let of_header = || ProgramHeader::of_file(&path).ok()??.platform();
    Subject {
        kind,
        go: excerpt(&build.go),
        version: build.version(),
        platform: platform.or_else(of_header),
        name,
        path: Some(path),
        line: None,
    }
}

fn goroot(ctx: &Context, path: PathBuf, version: Option<GoVersion>, name: String) -> Subject {
    // A development version counts as its language version, which is not a release.
    let release = version.filter(|version| !version.is_language_version() || version.is_stable());
    Subject {
        kind: SubjectKind::Goroot,
        go: release.as_ref().map_or_else(|| "development version".to_owned(), ToString::to_string),
        version: release,
        platform: Some(ctx.platform.clone()),
        name,
        path: Some(path),
        line: None,
    }
}

fn in_use(ctx: &Context, used: GoInUse) -> Subject {
    let version = used.version().cloned();
    let platform = used.id.as_ref().map(|id| &id.platform).or(used.request.platform.as_ref());
    Subject {
        kind: if used.kind == UseKind::Pin { SubjectKind::Pin } else { SubjectKind::Default },
        go: version.as_ref().map_or_else(|| used.text.clone(), ToString::to_string),
        platform: Some(platform.unwrap_or(&ctx.platform).clone()),
        version,
        line: used.place.as_ref().map(|(_, line)| *line),
        path: used.place.map(|(file, _)| file),
        name: used.text,
    }
}

/// The lines of the module here, or of the workspace and its modules.
fn floors(ctx: &Context) -> Vec<Subject> {
    let Some(GoProject { file, lines }) = project_here(ctx) else { return Vec::new() };
    let mut floors = of_lines(ctx, &file, &lines);
    if file.ends_with("go.work")
        && let (Some(text), Some(folder)) = (work::read(&file), file.parent())
    {
        for module in work::used(text.lines()) {
            // Without the `.` of `use ./a`.
            let file: PathBuf = folder.join(module).join("go.mod").components().collect();
            // The go command reports a module that is missing or can't be read.
            let Some(text) = work::read(&file) else { continue };
            floors.extend(of_lines(ctx, &file, &go_mod::scan(text.as_bytes())));
        }
    }
    floors
}

fn of_lines(ctx: &Context, file: &Path, lines: &GoModLines) -> Vec<Subject> {
    let line = |keyword: &str, value: &str, line: usize, version: Option<GoVersion>| Subject {
        kind: SubjectKind::Floor,
        go: version.as_ref().map_or_else(|| excerpt(value), ToString::to_string),
        version,
        platform: Some(ctx.platform.clone()),
        name: keyword.to_owned(),
        path: Some(file.to_path_buf()),
        line: Some(line),
    };
    let of_go = lines.go.iter().map(|(value, at)| line("go", value, *at, GoVersion::parse(value).ok()));
    // `default` asks for nothing.
    let of_toolchain = lines.toolchain.iter().filter(|(value, _)| value != "default");
    let of_toolchain =
        of_toolchain.map(|(value, at)| line("toolchain", value, *at, GoVersion::from_toolchain_name(value)));
    of_go.chain(of_toolchain).collect()
}
