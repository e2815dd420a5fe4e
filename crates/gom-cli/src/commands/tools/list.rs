//! `gom tools list`: shows the tools, and which of them run in this folder.

use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_tools::list::{self, ListedTool};
use gom_tools::project::{self, ProjectTool, ProjectTools};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::table::{self, Cell, Column};

/// List the installed tools
///
/// A tool is listed once for each line of Go that has it. `*` marks those that run in this folder. Then come the `tool`
/// lines of the go.mod here, which `go tool` runs in that project alone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom tools list
  gom tools list --json")]
pub(crate) struct Arguments {}

/// The columns. A narrow terminal omits the package first.
const COLUMNS: [Column; 6] = [
    Column { title: "", is_number: false, gives_way: 0 },
    Column { title: "TOOL", is_number: false, gives_way: 0 },
    Column { title: "VERSION", is_number: false, gives_way: 0 },
    Column { title: "FOR GO", is_number: false, gives_way: 0 },
    Column { title: "BUILT BY", is_number: false, gives_way: 1 },
    Column { title: "PACKAGE", is_number: false, gives_way: 2 },
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    tools: Vec<ToolJson>,
    /// The `tool` lines of the go.mod here.
    project: Vec<ProjectToolJson>,
}

/// A `tool` line.
#[derive(Serialize)]
pub(super) struct ProjectToolJson {
    package: String,
    version: Option<String>,
    file: String,
    line: usize,
}

/// One tool.
#[derive(Serialize)]
struct ToolJson {
    name: String,
    line: String,
    platform: String,
    program: String,
    runs_here: bool,
    package: Option<String>,
    module: Option<String>,
    version: Option<String>,
    h1: Option<String>,
    /// The Go that built it.
    go: Option<String>,
    reads_go: Option<bool>,
    bytes: Option<u64>,
    sha256: Option<String>,
    installed_at: Option<String>,
    /// The checksum database that recorded its modules.
    log: Option<String>,
    unproven: Option<Vec<String>>,
    /// Why there is no receipt that gom can read.
    problem: Option<String>,
}

pub(crate) fn run(Arguments {}: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let tools = list::list(&app.ctx)?;
    let project = project::project_tools(&app.ctx);
    let object = || Json {
        tools: tools.iter().map(|tool| to_json(tool, app)).collect(),
        project: project.as_ref().map(of_project).unwrap_or_default(),
    };
    Ok(app.output.result(object, |output| {
        print(&tools, project.is_some(), output);
        if let Some(project) = &project {
            print_project(project, output);
        }
    }))
}

fn of_project(project: &ProjectTools) -> Vec<ProjectToolJson> {
    project.tools.iter().map(|tool| to_project_json(project, tool)).collect()
}

pub(super) fn to_project_json(project: &ProjectTools, tool: &ProjectTool) -> ProjectToolJson {
    ProjectToolJson {
        package: tool.package.clone(),
        version: tool.version.clone(),
        file: as_text(&project.file),
        line: tool.line,
    }
}

pub(super) fn print_project(project: &ProjectTools, output: &Output) {
    for line in project_lines(project) {
        output.data(&line);
    }
}

/// One line for each tool of a project.
pub(super) fn project_lines(project: &ProjectTools) -> impl Iterator<Item = String> {
    project.tools.iter().map(|tool| {
        // A project that somebody else wrote must not control the terminal.
        let package = tool.package.escape_debug();
        let version = tool.version.as_deref().unwrap_or("of this module").escape_debug();
        format!("{}:{}: {package} {version}: `go tool {package}`", project.file.display(), tool.line)
    })
}

fn print(tools: &[ListedTool], has_project: bool, output: &Output) {
    let rows: Vec<Vec<Cell>> = tools.iter().map(cells).collect();
    for line in table::lines(&COLUMNS, &rows, output.width()) {
        output.data(&line);
    }
    if tools.is_empty() && !has_project {
        output.say("no tools are installed");
        output.hint("run `gom tools install gopls`");
    }
    for tool in tools {
        if let Err(problem) = &tool.receipt {
            output.warn(&format!("{} has no receipt: {problem}", tool.place.name));
            output.hint(&format!("run `gom tools uninstall {}`", tool.place.name));
        }
    }
}

fn cells(tool: &ListedTool) -> Vec<Cell> {
    let place = &tool.place;
    let mark = if tool.runs_here { "*" } else { "" };
    let (version, go, package) = match &tool.receipt {
        Ok(receipt) if receipt.unproven.is_empty() => {
            (Cell::from(receipt.version()), receipt.go_version(), receipt.package.clone())
        }
        Ok(receipt) => {
            let version = format!("{} (unproven)", receipt.version());
            (Cell::toned(version, Tone::Caution), receipt.go_version(), receipt.package.clone())
        }
        Err(_) => (Cell::toned("unknown", Tone::Bad), String::new(), String::new()),
    };
    vec![
        mark.into(),
        place.name.as_str().into(),
        version,
        place.of.line.to_string().into(),
        go.into(),
        package.into(),
    ]
}

fn to_json(tool: &ListedTool, app: &App) -> ToolJson {
    let place = &tool.place;
    let receipt = tool.receipt.as_ref().ok();
    ToolJson {
        name: place.name.to_string(),
        line: place.of.line.to_string(),
        platform: place.of.platform.to_string(),
        program: as_text(&app.ctx.store.layout().tool_program(place)),
        runs_here: tool.runs_here,
        package: receipt.map(|receipt| receipt.package.clone()),
        module: receipt.map(|receipt| receipt.module.path.clone()),
        version: receipt.map(|receipt| receipt.version().to_owned()),
        h1: receipt.and_then(|receipt| receipt.module.h1.clone()),
        go: receipt.map(gom_tools::receipt::ToolReceipt::go_version),
        reads_go: receipt.map(|receipt| receipt.reads_go),
        bytes: receipt.map(|receipt| receipt.bytes),
        sha256: receipt.map(|receipt| receipt.sha256.to_string()),
        installed_at: receipt.map(|receipt| receipt.installed_at.clone()),
        log: receipt.and_then(|receipt| receipt.log.clone()),
        unproven: receipt.map(|receipt| receipt.unproven.clone()),
        problem: tool.receipt.as_ref().err().cloned(),
    }
}
