//! `gom tools install`: builds and proves programs, and makes their commands.

use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_core::resolve::Query;
use gom_tools::error::ToolError;
use gom_tools::for_project::ProjectGo;
use gom_tools::install::{self, InstallRequest, InstalledTool, PlannedTool};
use gom_tools::project::{ProjectTool, ProjectTools, project_tools};
use serde::Serialize;

use super::list;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{can_ask, counted};

/// Build programs and make their commands
///
/// The go command that runs here finds the version, by your GOPROXY, and builds it for this line of Go. If the program
/// needs a newer Go, gom builds it with the nearest newer one and says so. The command then runs in every folder whose
/// Go is of this line, and in those of an older line.
///
/// Nothing is installed unless each module in the program has the sum that the checksum database recorded. Modules
/// that GOPRIVATE names can't be proven so, and need --allow-unproven.
///
/// gopls, dlv, staticcheck and golangci-lint are short for their packages, and so is the name of any installed tool.
///
/// Without PKG, in a project whose go.mod has `tool` lines: shows them, asks, and builds them by the Go and the versions of
/// the project into Go's build cache, so that `go tool` starts them at once. No command is made for them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom tools install gopls
  gom tools install github.com/go-delve/delve/cmd/dlv@v1.22.1
  gom tools install gopls --go 1.22    for the projects of Go 1.22
  gom tools install gopls --dry-run
  gom tools install                    the `tool` lines of go.mod, for `go tool`")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Arguments {
    /// Packages of programs; @VERSION may follow each
    #[arg(value_name = "PKG")]
    packages: Vec<String>,
    /// Build for the line of this Go, which is installed if need be
    #[arg(long, value_name = "SPEC", requires = "packages")]
    go: Option<String>,
    /// Make the command even if it hides another program on PATH
    #[arg(long, requires = "packages")]
    shadow: bool,
    /// Accept modules that nothing can prove, such as private ones
    #[arg(long, requires = "packages")]
    allow_unproven: bool,
    /// Build again what is installed
    #[arg(long, requires = "packages")]
    rebuild: bool,
    /// Do not ask about the tools of a project
    #[arg(long, short)]
    yes: bool,
    /// Show what would be built, and install nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    dry_run: bool,
    tools: Vec<ToolJson>,
    /// The tools of the project, if no package was named.
    project: Vec<ProjectToolJson>,
}

/// A tool of a project that was built, or would be.
#[derive(Serialize)]
struct ProjectToolJson {
    #[serde(flatten)]
    tool: list::ProjectToolJson,
    /// The program in Go's build cache; null in a dry run.
    program: Option<String>,
    outcome: &'static str,
}

/// One tool that was installed, or would be.
#[derive(Serialize)]
struct ToolJson {
    name: String,
    package: String,
    /// Null in a dry run if the Go that could tell is not installed.
    version: Option<String>,
    line: String,
    /// The Go that builds it.
    go: String,
    program: String,
    /// Modules that nothing proves.
    unproven: Vec<String>,
    outcome: &'static str,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    if arguments.packages.is_empty() {
        return build_project(&arguments, app).await;
    }
    install_all(&arguments.requests(app)?, arguments.dry_run, app).await
}

/// Builds the tools of the project here, or shows what would be built. What fails does not stop the others.
async fn build_project(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let project = project_tools(&app.ctx).ok_or(ToolError::NoToolLines)?;
    let go = ProjectGo::new(&app.ctx)?;
    let json = |tool: &ProjectTool, program: Option<String>| ProjectToolJson {
        tool: list::to_project_json(&project, tool),
        outcome: if program.is_some() { "built" } else { "planned" },
        program,
    };
    let object = |project| Json { dry_run: arguments.dry_run, tools: Vec::new(), project };
    if arguments.dry_run {
        return Ok(app.output.result(
            || object(project.tools.iter().map(|tool| json(tool, None)).collect()),
            |output| list::print_project(&project, output),
        ));
    }
    if !arguments.yes {
        confirm(&project, &go, app).await?;
    }
    let (mut built, mut failures): (Vec<ProjectToolJson>, Vec<Failure>) = (Vec::new(), Vec::new());
    for tool in &project.tools {
        app.ctx.cancel.check()?;
        match go.build(&app.ctx, tool).await {
            Ok(program) => {
                app.output.say(&format!("built {}, for `go tool` in this project", tool.package));
                built.push(json(tool, Some(as_text(&program))));
            }
            Err(error) => failures.push(error.into()),
        }
    }
    if failures.is_empty() {
        return Ok(app.output.result(|| object(built), |_| ()));
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Err(first.with_partial(object(built)))
}

/// Shows the tools of a project, and asks.
async fn confirm(project: &ProjectTools, go: &ProjectGo, app: &App) -> Result<(), Failure> {
    let count = counted(project.tools.len(), "tool");
    if !can_ask() || app.output.is_json() {
        let message =
            format!("{count} of `{}` would be built, and nobody can be asked", project.file.display());
        let hint = "run `gom tools list` to see them, then the same command with `--yes`";
        return Err(Failure::usage(message, hint));
    }
    for line in list::project_lines(project) {
        app.output.say(&line);
    }
    if app.ask(format!("Build {count} of this project with Go {}?", go.version())).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was built", "run `gom tools list` to see the tools of this project"))
}

/// Installs tools, or shows what would be installed. What fails does not stop the others.
pub(super) async fn install_all(
    requests: &[InstallRequest],
    dry_run: bool,
    app: &App,
) -> Result<ExitCode, Failure> {
    let mut tools = Vec::new();
    let mut failures: Vec<Failure> = Vec::new();
    for request in requests {
        app.ctx.cancel.check()?;
        let tool = if dry_run {
            install::plan(&app.ctx, request).await.map(|planned| say_planned(&planned, app))
        } else {
            install::install(&app.ctx, request).await.map(|installed| say_installed(&installed, app))
        };
        match tool {
            Ok(tool) => tools.push(tool),
            Err(error) => failures.push(Failure::from(error)),
        }
    }
    let object = Json { dry_run, tools, project: Vec::new() };
    if failures.is_empty() {
        return Ok(app.output.result(|| object, |_| ()));
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Err(first.with_partial(object))
}

impl Arguments {
    /// All are checked before the first is built.
    fn requests(&self, app: &App) -> Result<Vec<InstallRequest>, Failure> {
        let go = self.go.as_ref().map(|text| Query::read(&app.ctx, text, None)).transpose()?;
        let request = |text: &String| {
            let package = install::package_of(&app.ctx, text)?;
            package.name()?;
            Ok(InstallRequest {
                package,
                go: go.clone(),
                may_be_unproven: self.allow_unproven,
                may_shadow: self.shadow,
                rebuild: self.rebuild,
            })
        };
        self.packages.iter().map(request).collect()
    }
}

fn say_installed(installed: &InstalledTool, app: &App) -> ToolJson {
    let InstalledTool { place, receipt, was_there } = installed;
    let (name, version, line) = (&place.name, receipt.version(), &place.of.line);
    if *was_there {
        app.output.say(&format!("{name} {version} is installed for Go {line}"));
    } else {
        app.output.say(&format!("installed {name} {version} for Go {line}"));
        if !receipt.unproven.is_empty() {
            app.output.warn(&format!("nothing proves {}", receipt.unproven.join(", ")));
        }
    }
    ToolJson {
        name: name.to_string(),
        package: receipt.package.clone(),
        version: Some(version.to_owned()),
        line: line.to_string(),
        go: receipt.go_version(),
        program: as_text(&app.ctx.store.layout().tool_program(place)),
        unproven: receipt.unproven.clone(),
        outcome: if *was_there { "already-installed" } else { "installed" },
    }
}

fn say_planned(planned: &PlannedTool, app: &App) -> ToolJson {
    let PlannedTool { place, package, version, go, installs_go, was_there } = planned;
    let (name, line) = (&place.name, &place.of.line);
    let shown = version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    if !app.output.is_json() {
        let first = if *installs_go { ", and that Go first" } else { "" };
        app.output.data(&match was_there {
            true => format!("{name}{shown} is installed for Go {line}"),
            false => format!("would install {name}{shown} for Go {line}, built by Go {go}{first}"),
        });
    }
    ToolJson {
        name: name.to_string(),
        package: package.clone(),
        version: version.clone(),
        line: line.to_string(),
        go: go.clone(),
        program: as_text(&app.ctx.store.layout().tool_program(place)),
        unproven: Vec::new(),
        outcome: if *was_there { "already-installed" } else { "planned" },
    }
}
