//! `gom use`: sets the default, the toolchain that runs if nothing else decides.

use std::process::ExitCode;

use clap::Args;
use gom_audit::known;
use gom_audit::secure::{self, SecureChoice};
use gom_audit::source::DatabaseSource;
use gom_core::candidates::RowKind;
use gom_core::choice::ChoiceOptions;
use gom_core::index::Freshness;
use gom_core::outranked::above_default;
use gom_core::path_text::as_text;
use gom_core::pin;
use gom_core::resolve::Query;
use serde::Serialize;

use super::choose::choose;
use super::pick::pick;
use crate::announce::{say_default, say_no_shim, say_notes, say_outranked};
use crate::app::App;
use crate::failure::Failure;

/// Set the default toolchain
///
/// Writes the resolved version into the store's `default` file, so no patch changes without a command.
/// Installs it if nothing installed answers to SPEC. Without SPEC, opens a list to choose from at a terminal.
///
/// With --secure, takes the newest published release that SPEC could mean without a known vulnerability; a version with
/// some is raised to such a patch of its line. If there is none, the default stays, and the exit code is 7. `gom audit`
/// has the list of vulnerabilities.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom use 1.22.6
  gom use                          choose from a list
  gom use latest                   the newest installed or published one
  gom use --secure 1.26            the newest 1.26 without known vulnerabilities
  gom use 1.22 --line              always the newest installed Go 1.22
  gom use system                   the next go on PATH that is not gom's")]
pub(crate) struct Arguments {
    /// A version, line or range
    #[arg(value_name = "SPEC")]
    spec: Option<String>,
    /// Keep the line: the newest installed patch of it
    #[arg(long, requires = "spec")]
    line: bool,
    /// Take a release without known vulnerabilities
    #[arg(long, requires = "spec", conflicts_with = "line")]
    secure: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    default: &'a str,
    toolchain: Option<String>,
    file: String,
    outranked_by: Vec<&'a str>,
}

/// The query for the release without known vulnerabilities that this one could mean.
async fn secured(app: &App, query: Query) -> Result<Query, Failure> {
    let source = DatabaseSource::find(&app.ctx, None)?;
    let known = known::load(&app.ctx, &source, Freshness::Current).await?;
    let Some(SecureChoice { version, instead_of }) = secure::find(&app.ctx, &known.database, &query).await?
    else {
        return Ok(query);
    };
    let day = known.database.day();
    if let Some((other, number)) = instead_of {
        let plural = if number == 1 { "y" } else { "ies" };
        app.output.say(&format!(
            "Go {other} has {number} known vulnerabilit{plural} as of {day}, Go {version} has none"
        ));
    }
    Ok(Query::parse(&version.to_string(), query.platform.as_ref())?)
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let spec = match arguments.spec {
        Some(spec) => spec,
        None => pick(app, "use", RowKind::Selectable, "Default Go:").await?,
    };
    let mut query = Query::read(&app.ctx, &spec, None)?;
    if arguments.secure {
        query = secured(app, query).await?;
    }
    let options = ChoiceOptions { keeps_line: arguments.line, installs: true, verb: "use" };
    let choice = choose(app, &query, options).await?;
    pin::set_default(&app.ctx, &choice.text)?;
    say_default(app, &choice.text);
    if let Some(id) = &choice.id {
        say_notes(app, id).await?;
    }
    say_no_shim(app);
    let above = above_default(&app.ctx, choice.id.as_ref());
    say_outranked(app, &above);
    let object = || Json {
        default: &choice.text,
        toolchain: choice.id.as_ref().map(ToString::to_string),
        file: as_text(&app.ctx.store.layout().default_file()),
        outranked_by: above.iter().map(|above| above.text.as_str()).collect(),
    };
    Ok(app.output.result(object, |_| ()))
}
