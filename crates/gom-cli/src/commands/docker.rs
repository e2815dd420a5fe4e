//! `gom docker`: prints a Dockerfile for the module here, or writes it.

use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_project::docker::{CgoUse, DockerOptions, DockerPlan, FileAction, PlannedFile};
use gom_project::printable::printable;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;

/// Print a Dockerfile for this module
///
/// With the Go that is selected here: the official image by its tag, a build for every platform, caches between builds,
/// and an image that has the program alone and does not run it as root. A module that uses cgo gets an image with a C
/// library.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom docker
  gom docker --package ./cmd/app --write
  gom docker --with-gom            gom brings Go and proves it")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    /// The folder of the program, such as ./cmd/app, if there are several
    #[arg(long, value_name = "DIR")]
    package: Option<String>,
    /// Build with cgo; otherwise it is on if the module uses it
    #[arg(long, conflicts_with = "no_cgo")]
    cgo: bool,
    /// Build without cgo
    #[arg(long)]
    no_cgo: bool,
    /// Let gom bring Go and prove it, by gom.lock if there is one, instead of the official image
    #[arg(long)]
    with_gom: bool,
    /// Write Dockerfile and .dockerignore; a .dockerignore that is there stays
    #[arg(long)]
    write: bool,
    /// Replace files that are there
    #[arg(long, requires = "write")]
    force: bool,
    /// Show what --write would do, and write nothing
    #[arg(long, requires = "write")]
    dry_run: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    root: String,
    version: String,
    origin: &'a str,
    image: Option<&'a str>,
    image_is_known: bool,
    package: &'a str,
    program: &'a str,
    cgo: bool,
    cgo_use: &'a CgoUse,
    dockerfile: &'a str,
    dockerignore: &'a str,
    dry_run: bool,
    files: Vec<FileJson>,
}

/// A file of `--write`.
#[derive(Serialize)]
struct FileJson {
    path: String,
    action: FileAction,
}

pub(crate) fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let cgo = match (arguments.cgo, arguments.no_cgo) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let options = DockerOptions { package: arguments.package, cgo, with_gom: arguments.with_gom };
    let plan = DockerPlan::here(&app.ctx, &options)?;
    let files = if arguments.write { plan.files(arguments.force) } else { Vec::new() };
    if arguments.dry_run {
        plan.check(&files)?;
    } else {
        plan.write(&files)?;
    }
    say(&plan, app);
    let object = || Json {
        root: as_text(&plan.root),
        version: plan.version.to_string(),
        origin: &plan.origin,
        image: plan.image.as_deref(),
        image_is_known: plan.is_known,
        package: &plan.package,
        program: &plan.program,
        cgo: plan.is_cgo,
        cgo_use: &plan.cgo,
        dockerfile: &plan.dockerfile,
        dockerignore: &plan.dockerignore,
        dry_run: arguments.dry_run,
        files: files
            .iter()
            .map(|file| FileJson { path: as_text(&plan.root.join(file.name)), action: file.action })
            .collect(),
    };
    for file in &files {
        app.output.say(&done(file, arguments.dry_run));
    }
    Ok(app.output.result(object, |output| {
        if !arguments.write {
            output.data(plan.dockerfile.trim_end());
        }
    }))
}

/// Says what the Dockerfile was made of.
fn say(plan: &DockerPlan, app: &App) {
    let output = &app.output;
    output
        .say(&format!("Go {} (set by {}), {} as {}", plan.version, plan.origin, plan.package, plan.program));
    let CgoUse { files, modules } = &plan.cgo;
    if let Some(place) = modules.first().or(files.first()) {
        let state = if plan.is_cgo { "on" } else { "off" };
        output.say(&format!("cgo is {state}: {} uses it", printable(place)));
    }
    if let Some(image) = plan.image.as_ref().filter(|_| !plan.is_known) {
        output.warn(&format!("whether there is an image {image} is not known to this gom"));
        output.hint("run `gom sync --online --check` once the file is written, which asks Docker Hub");
    }
}

fn done(file: &PlannedFile, is_dry: bool) -> String {
    let name = file.name;
    match (file.action, is_dry) {
        (FileAction::Create, false) => format!("wrote {name}"),
        (FileAction::Create, true) => format!("would write {name}"),
        (FileAction::Replace, false) => format!("replaced {name}"),
        (FileAction::Replace, true) => format!("would replace {name}"),
        (FileAction::Keep, _) => format!("{name} is so already"),
        (FileAction::Leave, _) => format!("{name} is there already, and stays"),
    }
}
