//! `gom tools install`: builds and proves programs, and makes their commands.

use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_core::resolve::Query;
use gom_tools::install::{self, InstallRequest, InstalledTool, PlannedTool};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;

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
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom tools install gopls
  gom tools install github.com/go-delve/delve/cmd/dlv@v1.22.1
  gom tools install gopls --go 1.22    for the projects of Go 1.22
  gom tools install gopls --dry-run")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Arguments {
    /// Packages of programs; @VERSION may follow each
    #[arg(value_name = "PKG", required = true)]
    packages: Vec<String>,
    /// Build for the line of this Go, which is installed if need be
    #[arg(long, value_name = "SPEC")]
    go: Option<String>,
    /// Make the command even if it hides another program on PATH
    #[arg(long)]
    shadow: bool,
    /// Accept modules that nothing can prove, such as private ones
    #[arg(long)]
    allow_unproven: bool,
    /// Build again what is installed
    #[arg(long)]
    rebuild: bool,
    /// Show what would be built, and install nothing
    #[arg(long)]
    dry_run: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    dry_run: bool,
    tools: Vec<ToolJson>,
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
    install_all(&arguments.requests(app)?, arguments.dry_run, app).await
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
    let object = Json { dry_run, tools };
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
