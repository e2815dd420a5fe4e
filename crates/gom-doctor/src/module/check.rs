//! Checks the module here: its Go version, its modules, its vendor folder. Runs go commands and judges their output;
//! `cgo` and `build` add the use of cgo and builds for other platforms.
//!
//! Never: changes the module, or leaves files behind except in go's own caches. Invariant: if its go command can't do
//! its work, a check fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gom_select::go_mod;
use gom_select::go_project::{GoProject, Surroundings, find_mod};
use gom_select::select::{self, Refusal};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use serde::Serialize;

use gom_core::Context;
use gom_core::files;
use gom_core::go::work;
use gom_core::go_command::GoCommand;
use gom_core::outranked::{OutrankedBy, above_pin};

/// The most lines of a go command's output that are shown.
const MOST_LINES: usize = 12;

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckStatus {
    /// It passed.
    Ok,
    /// It failed.
    Failed,
    /// There is nothing to check.
    Skipped,
}

/// A check and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModuleReport {
    /// `go`, `modules`, `vendor`, `cgo`, or a target such as `linux/amd64`.
    pub name: String,
    /// Its result.
    pub status: CheckStatus,
    /// The result in a few words.
    pub summary: String,
    /// More lines about it.
    pub details: Vec<String>,
    /// The command that helps.
    pub hint: Option<String>,
}

impl ModuleReport {
    pub(super) fn new(
        name: impl Into<String>,
        status: CheckStatus,
        summary: impl Into<String>,
    ) -> ModuleReport {
        ModuleReport { name: name.into(), status, summary: summary.into(), details: Vec::new(), hint: None }
    }

    pub(super) fn ok(name: impl Into<String>, summary: impl Into<String>) -> ModuleReport {
        ModuleReport::new(name, CheckStatus::Ok, summary)
    }

    pub(super) fn failed(name: impl Into<String>, summary: impl Into<String>) -> ModuleReport {
        ModuleReport::new(name, CheckStatus::Failed, summary)
    }

    pub(super) fn with(self, details: Vec<String>) -> ModuleReport {
        ModuleReport { details, ..self }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> ModuleReport {
        ModuleReport { hint: Some(hint.into()), ..self }
    }
}

/// The module here, and the go command that checks it.
pub struct Checker<'a> {
    pub(super) ctx: &'a Context,
    go: &'a GoCommand,
    /// The folder of its go.mod.
    folder: PathBuf,
    /// The go.work, or else the go.mod, which names the needed Go.
    project: GoProject,
}

impl<'a> Checker<'a> {
    /// `None` if there is no go.mod here or above.
    pub fn here(ctx: &'a Context, go: &'a GoCommand) -> Option<Checker<'a>> {
        let env = |name: &str| ctx.environment.var(name);
        let surroundings = Surroundings::of_environment(&env);
        let cwd = ctx.environment.cwd.as_deref()?;
        let folder = find_mod(cwd, &surroundings)?.parent()?.to_path_buf();
        let project = GoProject::find(cwd, &surroundings)?;
        Some(Checker { ctx, go, folder, project })
    }

    /// The folder of its go.mod.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the selected Go is new enough.
    pub fn version(&self) -> ModuleReport {
        const NAME: &str = "go";
        let selection = self.ctx.with_situation(select::select).ok();
        if let Some(Refusal { place, reason, cure }) = selection.and_then(|selection| selection.refused) {
            return ModuleReport::failed(NAME, format!("every go command fails at {place}: {reason}"))
                .hint(cure);
        }
        let file = self.project.file.display();
        if let Some(old) = self.workspace_too_old() {
            return ModuleReport::failed(NAME, old).hint("run `go work use`");
        }
        let Some(selected) = &self.go.version else {
            let summary = format!("the version of {} is unknown", self.go.program.display());
            return ModuleReport::failed(NAME, summary).hint("run `gom use latest`");
        };
        match self.project.floor() {
            None => ModuleReport::ok(NAME, format!("Go {selected}; {file} has no go line")),
            Some((floor, line)) if floor > *selected => {
                let summary = format!("Go {selected} is selected, but {file}:{line} needs {floor}");
                ModuleReport::failed(NAME, summary).hint(self.hint_for(&floor))
            }
            Some((floor, line)) => {
                ModuleReport::ok(NAME, format!("Go {selected}; {file}:{line} needs {floor}"))
            }
        }
    }

    /// What is wrong if the workspace names an older Go than one of its modules: then no go command builds it.
    fn workspace_too_old(&self) -> Option<String> {
        let work = &self.project.file;
        // GOWORK may give it any name.
        if *work == self.folder.join("go.mod") {
            return None;
        }
        let text = work::read(work)?;
        let own = go_line(&text);
        let root = work.parent()?;
        let modules = work::used(text.lines()).into_iter().map(|module| root.join(module).join("go.mod"));
        let newer = modules.filter_map(|file| Some((go_line(&work::read(&file)?)?, file)));
        let newer = newer.filter(|((go, _), _)| work::is_too_old(own.as_ref().map(|(own, _)| own), go));
        let ((go, line), file) = newer.max_by(|a, b| a.0.0.cmp(&b.0.0))?;
        let (work, file) = (work.display(), file.display());
        Some(match own {
            Some((own, number)) => {
                format!("{work}:{number} names Go {own}, but one of its modules needs {go} ({file}:{line})")
            }
            None => {
                format!(
                    "{work} has no go line, which means 1.18, but one of its modules needs {go} ({file}:{line})"
                )
            }
        })
    }

    /// How to run a new enough Go here: a pin has no effect if something takes precedence over it.
    fn hint_for(&self, floor: &GoVersion) -> String {
        let id = ToolchainId { version: floor.clone(), platform: self.go.platform.clone() };
        let mut above = above_pin(self.ctx, Some(&id)).into_iter();
        match above.find(|above| above.by != OutrankedBy::Path) {
            Some(above) => above.hint,
            None => format!("run `gom local {}`", floor_spec(floor)),
        }
    }

    /// Whether the modules in the cache match go.sum: runs `go mod verify`.
    pub fn modules(&self) -> ModuleReport {
        const NAME: &str = "modules";
        let mut command = self.command();
        command.args(["mod", "verify"]);
        match run(command) {
            Ok(_) => ModuleReport::ok(NAME, "all modules match go.sum"),
            Err(said) => {
                let is_changed = said.iter().any(|line| line.contains("has been modified"));
                // Only a changed module is a reason to download all of them again.
                let hint = if is_changed {
                    "run `go clean -modcache`, and then `go mod download`"
                } else {
                    "run `go mod verify` and follow its advice"
                };
                ModuleReport::failed(NAME, "`go mod verify` fails").with(said).hint(hint)
            }
        }
    }

    /// Whether vendor/modules.txt matches go.mod: the go command compares their contents.
    pub fn vendor(&self) -> ModuleReport {
        const NAME: &str = "vendor";
        if !files::is_folder(&self.folder.join("vendor")) {
            return ModuleReport::new(NAME, CheckStatus::Skipped, "there is no vendor folder");
        }
        let mut command = self.command();
        command.args(["list", "-mod=vendor", "./..."]);
        match run(command) {
            Ok(_) => ModuleReport::ok(NAME, "vendor/modules.txt matches go.mod"),
            Err(said) => ModuleReport::failed(NAME, "the vendor folder and go.mod disagree")
                .with(said)
                .hint("run `go mod vendor`"),
        }
    }

    /// A go command in the module's folder.
    pub(super) fn command(&self) -> Command {
        let mut command = self.go.command(self.ctx);
        command.current_dir(&self.folder).env("PWD", &self.folder);
        if self.ctx.settings.offline.value {
            command.env("GOPROXY", "off");
        }
        command
    }
}

/// The go line of a go.mod or go.work, with its number.
fn go_line(text: &str) -> Option<(GoVersion, usize)> {
    let (value, line) = go_mod::scan(text.as_bytes()).go?;
    Some((GoVersion::parse(&value).ok()?, line))
}

/// A go line that names a line of Go is met by its newest patch.
fn floor_spec(floor: &GoVersion) -> String {
    if floor.is_language_version() { floor.to_string() } else { floor.as_spec() }
}

/// A command's output, or why it failed, in a few lines.
pub(super) fn run(mut command: Command) -> Result<String, Vec<String>> {
    match command.output() {
        Ok(Output { status, stdout, .. }) if status.success() => {
            Ok(String::from_utf8_lossy(&stdout).into_owned())
        }
        Ok(Output { stdout, stderr, .. }) => {
            let said = [stdout, stderr].concat();
            let said = String::from_utf8_lossy(&said);
            let mut lines: Vec<String> =
                said.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
            if lines.len() > MOST_LINES {
                let more = lines.len() - MOST_LINES;
                lines.truncate(MOST_LINES);
                lines.push(format!("and {more} more lines"));
            }
            Err(lines)
        }
        Err(error) => Err(vec![format!("can't run {}: {error}", command.get_program().display())]),
    }
}
