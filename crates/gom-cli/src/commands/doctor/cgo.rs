//! `gom doctor cgo`: shows whether cgo finds its compiler and a C library.

use std::process::ExitCode;

use clap::Args;
use gom_core::go_command::GoCommand;
use gom_doctor::cgo::{CgoFacts, LibraryFacts};
use gom_doctor::environment::SettingProblem;
use gom_doctor::host;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::Output;

/// Show whether cgo finds its compiler and a C library
///
/// Asks the compiler, pkg-config and Homebrew where the library is, and reads which architecture its files are
/// for. Ends with 1 if something is missing or for another architecture.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom doctor cgo
  gom doctor cgo sqlite3
  gom doctor cgo libpq --json")]
pub(crate) struct Arguments {
    /// A library: sqlite3, libpq, openssl, or another name that pkg-config knows
    #[arg(value_name = "NAME")]
    library: Option<String>,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    cgo: &'a CgoFacts,
    flags: Option<String>,
    problems: &'a [SettingProblem],
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let go = GoCommand::selected(&app.ctx)?;
    let facts = host::gather_cgo(&app.ctx, &go, arguments.library.as_deref());
    let problems = facts.problems();
    let object = || Json { cgo: &facts, flags: facts.flags(), problems: &problems };
    app.output.result(object, |output| {
        print(&facts, output);
        for problem in &problems {
            output.data(&format!("problem: {}", problem.message));
            output.data(&format!("hint: {}", problem.hint));
        }
    });
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(facts: &CgoFacts, output: &Output) {
    let row = |what: &str, value: &str| output.data(&format!("{what:12} {value}"));
    let or_none = |path: &Option<String>| path.clone().unwrap_or_else(|| "not found".to_owned());
    row("target", &format!("{}/{}, CGO_ENABLED={}", facts.os, facts.arch, facts.enabled));
    row(&format!("CC={}", facts.compiler.name), &or_none(&facts.compiler.path));
    for (what, value) in [("version", &facts.compiler_version), ("compiles for", &facts.machine)] {
        if let Some(value) = value {
            row(what, value);
        }
    }
    row("pkg-config", &or_none(&facts.pkg_config.path));
    if let Some(library) = &facts.library {
        print_library(library, &row);
    }
    if let Some(flags) = facts.flags() {
        row("flags", &flags);
    }
}

fn print_library(library: &LibraryFacts, row: &impl Fn(&str, &str)) {
    let name = &library.names.pkg_config;
    match &library.by_pkg_config {
        Some(flags) => row(name, &format!("{} by pkg-config", flags.version)),
        None => row(name, "pkg-config does not know it"),
    }
    if let Some(prefix) = &library.brew_prefix {
        row("Homebrew", prefix);
    }
    if library.names.header.is_some() {
        row("header", library.header.as_deref().unwrap_or("not found"));
    }
    for file in &library.files {
        let archs = file.binary.as_ref().map(|binary| binary.archs.join(", ")).unwrap_or_default();
        let path = file.path.as_deref().unwrap_or("not found");
        let archs = if archs.is_empty() { archs } else { format!("  ({archs})") };
        row(&format!("-l{}", file.link), &format!("{path}{archs}"));
    }
}
