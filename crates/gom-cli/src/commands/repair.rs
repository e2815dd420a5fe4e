//! `gom repair`: finishes what a killed gom left in the store, and names what is not gom's.

use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_core::repair::{self, Finding, FindingKind};
use gom_core::shell_quote::shell_quote;
use gom_select::explain::ErrorKind;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, paint};

/// Finish what a killed gom left in the store
///
/// Puts finished toolchains in their places, deletes the files of unfinished and uninstalled ones, makes missing links,
/// and removes receipts without a toolchain and temporary files, also in the project here. What another gom works on now is left alone. A broken
/// toolchain, and what gom has no name for, is only named. Each of these is also done by the next install or uninstall
/// of the same toolchain.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom repair --dry-run             exit code 10 if there is something to mend
  gom repair

Exit code 10 if something is left that a command mends; each is named with the command.")]
pub(crate) struct Arguments {
    /// Show what would be mended, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    dry_run: bool,
    /// What was mended; with `--dry-run`, what would be.
    mended: Vec<FindingJson>,
    /// What stays as it is.
    left: Vec<FindingJson>,
}

/// Something in the store.
#[derive(Serialize)]
struct FindingJson {
    kind: &'static str,
    path: String,
    toolchain: Option<String>,
    hint: Option<String>,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let found = repair::examine(&app.ctx).map_err(gom_core::Error::from)?;
    let left = if arguments.dry_run {
        found.iter().filter(|finding| !finding.kind.is_mended()).cloned().collect()
    } else {
        repair::repair(&app.ctx).await.map_err(gom_core::Error::from)?;
        repair::examine(&app.ctx).map_err(gom_core::Error::from)?
    };
    let mended: Vec<Finding> = found.into_iter().filter(|finding| !left.contains(finding)).collect();
    let object = || Json {
        dry_run: arguments.dry_run,
        mended: mended.iter().map(|finding| of(finding, None)).collect(),
        left: left.iter().map(|finding| of(finding, hint(finding, app))).collect(),
    };
    let code = app.output.result(object, |output| print(&mended, &left, arguments.dry_run, app, output));
    let is_waiting = arguments.dry_run && !mended.is_empty();
    let needs_action = is_waiting || left.iter().any(|finding| hint(finding, app).is_some());
    Ok(if needs_action { ExitCode::from(ErrorKind::ActionNeeded.exit_code()) } else { code })
}

fn of(finding: &Finding, hint: Option<String>) -> FindingJson {
    FindingJson {
        kind: finding.kind.name(),
        path: as_text(&finding.path),
        toolchain: finding.toolchain.as_ref().map(ToString::to_string),
        hint,
    }
}

fn print(mended: &[Finding], left: &[Finding], dry_run: bool, app: &App, output: &Output) {
    for finding in mended {
        let action = if dry_run { "would be mended" } else { "mended" };
        output.data(&format!("{}  {}", paint(Tone::Good, action), line(finding)));
    }
    for finding in left {
        let tone = if hint(finding, app).is_some() { Tone::Bad } else { Tone::Faint };
        output.data(&format!("{}  {}", paint(tone, "left"), line(finding)));
        if let Some(hint) = hint(finding, app) {
            output.hint(&hint);
        }
    }
    if mended.is_empty() && left.is_empty() {
        output.say(&format!("nothing to mend in `{}`", app.ctx.store.layout().root().display()));
    }
}

fn line(finding: &Finding) -> String {
    let path = finding.path.display();
    let id = finding.toolchain.as_ref().map(ToString::to_string).unwrap_or_default();
    match finding.kind {
        FindingKind::Waiting => format!("`{path}`: the finished {id} waits for its place"),
        FindingKind::Unfinished => format!("`{path}`: left by a gom that was killed, from {id}"),
        FindingKind::Tool => format!("`{path}`: left by a gom that was killed, from a tool"),
        FindingKind::Links => format!("`{path}`: a link that is missing or wrong"),
        FindingKind::Receipt => format!("`{path}`: a receipt without {id}"),
        FindingKind::Temporary => format!("`{path}`: a temporary file that nobody writes any more"),
        FindingKind::Broken => format!("`{path}`: {id} has no go program or no VERSION"),
        FindingKind::Held => format!("`{path}`: stands for a lock, on a volume without locks"),
        FindingKind::DeadLock => format!("`{path}`: a lock of a gom that was killed"),
        FindingKind::Unknown => format!("`{path}`: not gom's"),
    }
}

/// The command that mends what `gom repair` does not.
fn hint(finding: &Finding, app: &App) -> Option<String> {
    let path = shell_quote(&finding.path);
    match (finding.kind, &finding.toolchain) {
        (FindingKind::Broken, Some(id)) => {
            let spec = id.as_argument(&app.ctx.platform);
            Some(format!("run `gom install {spec}` to replace it, or `gom uninstall {spec}`"))
        }
        (FindingKind::Held, _) => {
            Some(format!("if the gom that `cat {path}` names does not run any more, run `rm {path}`"))
        }
        (FindingKind::Unknown, _) => None,
        _ => {
            Some("run `gom repair` again when no other gom runs; `gom repair --verbose` says more".to_owned())
        }
    }
}
