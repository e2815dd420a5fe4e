//! `gom doctor arch`: shows the architecture of the machine, of each go and of each tool.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use gom_doctor::arch::{ArchProgram, ArchReport, ArchTool};
use gom_doctor::host::{self, GatherOptions};

use super::facts;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, paint};

/// Show which architecture the machine, each go and each tool is for
///
/// The shell, gom, the selected go, every go on PATH in its order, and the tools that a go built, with the Go and
/// the module that they say they are from. Nothing is run. Ends with 1 if something is for another machine, or a
/// tool is too old for the project here.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom doctor arch
  gom doctor arch --facts host.json    judge another machine")]
pub(crate) struct Arguments {
    /// Judge the machine that FILE describes
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let facts = match &arguments.facts {
        Some(file) => facts::read(file)?,
        None => host::gather(&app.ctx, GatherOptions::default()),
    };
    let report = ArchReport::of(&facts);
    app.output.result(|| &report, |output| print(&report, output));
    Ok(if report.has_problems() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(report: &ArchReport, output: &Output) {
    let row = |what: &str, arch: &str, rest: &str| {
        output.data(format!("{what:10} {arch:12} {rest}").trim_end());
    };
    // Padded before it is coloured. A file without an architecture, such as a script, is neither good nor
    // bad.
    let judged = |archs: &[String], problem: Option<&String>| match problem {
        Some(_) => paint(Tone::Bad, &format!("{:12}", named(archs))),
        None if archs.is_empty() => named(archs),
        None => paint(Tone::Good, &format!("{:12}", named(archs))),
    };
    row("machine", &report.machine, report.cpu.as_deref().unwrap_or_default());
    for ArchProgram { role, path, archs, go, is_shim, problem } in &report.programs {
        let version = match (is_shim, go) {
            (true, _) => "gom's shim".to_owned(),
            (false, Some(go)) => format!("Go {go}"),
            (false, None) => String::new(),
        };
        row(role, &judged(archs, problem.as_ref()), &format!("{path}  {version}"));
    }
    for (name, value) in [("GOHOSTARCH", &report.gohostarch), ("GOARCH", &report.goarch)] {
        row(name, value.as_deref().unwrap_or("-"), "");
    }
    for ArchTool { path, archs, go, module, problem, .. } in &report.tools {
        let module = module.as_deref().unwrap_or_default();
        row("tool", &judged(archs, problem.as_ref()), &format!("{path}  Go {go}  {module}"));
    }
    let programs = report.programs.iter().map(|one| (&one.path, &one.problem, None));
    let tools = report.tools.iter().map(|one| (&one.path, &one.problem, one.rebuild.as_deref()));
    for (path, problem, rebuild) in programs.chain(tools) {
        let Some(problem) = problem else { continue };
        output.data(&format!("{} {path}: {problem}", paint(Tone::Bad, "problem:")));
        if let Some(command) = rebuild {
            output.data(&format!("hint: run `{command}`"));
        }
    }
}

fn named(archs: &[String]) -> String {
    if archs.is_empty() { "-".to_owned() } else { archs.join(",") }
}
