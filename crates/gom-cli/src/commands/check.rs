//! `gom check`: checks whether the module here is in order. Prints a progress line for each check on standard
//! error, and a table on standard output.

use std::process::ExitCode;

use clap::Args;
use gom_core::admission::allowed_go;
use gom_core::path_text::as_text;
use gom_doctor::environment::with_view;
use gom_doctor::module::{
    check::{CheckStatus, Checker, ModuleReport},
    targets,
};
use gom_select::explain::ErrorKind;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, paint};

/// Check this module: Go, modules, cgo, builds for other platforms
///
/// The selected Go against go.mod, `go mod verify`, the vendor folder, the packages that use cgo and what
/// `CGO_ENABLED=0` drops, and a build for each target whose programs are read back. Ends with 1 if a check fails.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom check
  gom check --target darwin/arm64,linux/amd64
  gom check --json

Without --target: the list `targets` in the section `check` of gom.toml beside go.mod, else this machine.")]
pub(crate) struct Arguments {
    /// Platforms to build for (may be repeated)
    #[arg(long = "target", value_name = "OS/ARCH", value_delimiter = ',')]
    targets: Vec<String>,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    module: String,
    checks: &'a [ModuleReport],
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let go = allowed_go(&app.ctx)?;
    let checker = Checker::here(&app.ctx, &go).ok_or_else(|| {
        let message = "there is no go.mod here or above";
        Failure::new(ErrorKind::NotFound, message, "run it in a module's folder")
    })?;
    let targets = targets::find(&arguments.targets, checker.folder(), &app.ctx.platform)?;
    let is_cgo_off = with_view(&app.ctx, &go, |view| view.variable("CGO_ENABLED").setting.value == "0");

    let mut done = vec![checker.version()];
    // An older Go would only report the same again, or fetch another Go.
    if done[0].status != CheckStatus::Failed {
        let mut step = |name: String, check: &dyn Fn() -> ModuleReport| -> Result<(), Failure> {
            app.output.say(&format!("checking {name}"));
            done.push(check());
            Ok(app.ctx.cancel.check().map_err(gom_core::Error::from)?)
        };
        step("modules".to_owned(), &|| checker.modules())?;
        step("vendor".to_owned(), &|| checker.vendor())?;
        step("cgo".to_owned(), &|| checker.cgo(is_cgo_off))?;
        for target in &targets {
            step(format!("the build for {}/{}", target.os(), target.arch()), &|| checker.build(target))?;
        }
    }
    let object = || Json { module: as_text(checker.folder()), checks: &done };
    app.output.result(object, |output| done.iter().for_each(|checked| print(checked, output)));
    let has_failed = done.iter().any(|checked| checked.status == CheckStatus::Failed);
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(checked: &ModuleReport, output: &Output) {
    let ModuleReport { name, status, summary, details, hint } = checked;
    let (tone, word) = match status {
        CheckStatus::Ok => (Tone::Good, "ok"),
        CheckStatus::Failed => (Tone::Bad, "failed"),
        CheckStatus::Skipped => (Tone::Faint, "skipped"),
    };
    let word = paint(tone, &format!("{word:8}"));
    output.data(&format!("{name:15} {word} {summary}"));
    let shows_details = *status == CheckStatus::Failed || output.is_verbose() || name == "cgo";
    for line in details.iter().filter(|_| shows_details) {
        output.data(&format!("                         {line}"));
    }
    if let Some(hint) = hint {
        output.data(&format!("                         hint: {hint}"));
    }
}
