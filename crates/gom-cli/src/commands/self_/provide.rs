//! `gom self provide`: the shim found no toolchain and asks gom to install it, if that is allowed. In any
//! case gom then becomes the shim again, which runs the toolchain or its starting point, or prints what to
//! do.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;
use gom_core::install::auto::{self, AfterFailure, Decision, MissingToolchain, Refusal};
use gom_core::resolve::Query;
use gom_core::shell_quote::shell_quote;
use gom_select::shim_guard::Guard;
use rustix::process::getpgrp;
use rustix::termios::tcgetpgrp;

use crate::app::App;
use crate::commands::install;
use crate::failure::Failure;
use crate::output::can_ask;

/// Install what the shim misses, then become the shim again
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What asks for it, with its place
    #[arg(long)]
    asked_by: String,
    /// The file that asks for it
    #[arg(long)]
    file: Option<PathBuf>,
    /// Go's own rules ask for it: without it, the starting toolchain runs
    #[arg(long)]
    floor: bool,
    /// What is missing
    spec: String,
    /// The name the shim was called by, and its arguments
    #[arg(required = true, last = true)]
    command: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let query = Query::parse(&arguments.spec, None)?;
    let env = |name: &str| app.ctx.environment.var(name);
    let guard = Guard::read(&env);
    let is_there = match auto::decide(&app.ctx, &arguments.missing(), is_in_foreground()) {
        Decision::Refuse(refusal) => {
            say_refusal(arguments, &refusal, app);
            false
        }
        Decision::Ask => ask(arguments, app).await? && install(arguments, &query, app).await?,
        Decision::Install => {
            let Arguments { spec, asked_by, .. } = arguments;
            app.output
                .say(&format!("gom: {asked_by} asks for Go {spec}, which is not installed; installing it"));
            install(arguments, &query, app).await?
        }
    };
    Err(become_shim(&arguments.command, app, if is_there { guard } else { guard.give_up() }))
}

impl Arguments {
    fn missing(&self) -> MissingToolchain<'_> {
        MissingToolchain { spec: &self.spec, file: self.file.as_deref(), is_floor: self.floor }
    }
}

/// Whether both standard input and standard error are a terminal, and this process is in its foreground.
fn is_in_foreground() -> bool {
    can_ask() && tcgetpgrp(std::io::stdin()).is_ok_and(|group| group == getpgrp())
}

fn say_refusal(arguments: &Arguments, refusal: &Refusal, app: &App) {
    let Arguments { spec, asked_by, .. } = arguments;
    match refusal {
        Refusal::FileOfOther(stranger) => {
            let owner = stranger.owner;
            app.output.warn(&format!("{asked_by} belongs to user {owner}, so gom installs nothing for it"));
            app.output.hint(&stranger.hint());
        }
        // Otherwise every `go` would repeat it.
        Refusal::StoreOfOther { owner, is_known: false } => {
            say_read_only(arguments, *owner, app);
            auto::remember_refusal(&app.ctx, &arguments.missing());
        }
        Refusal::StoreOfOther { .. } | Refusal::Never(_) | Refusal::Unattended | Refusal::Declined => {}
    }
    app.output.detail(&format!("not installing Go {spec}: {refusal}"));
}

fn say_read_only(arguments: &Arguments, owner: u32, app: &App) {
    let layout = app.ctx.store.layout();
    let (spec, root) = (&arguments.spec, layout.root());
    app.output.warn(&format!(
        "{} asks for Go {spec}, and the store `{}` belongs to user {owner}, so gom can't install it there",
        arguments.asked_by,
        root.display()
    ));
    app.output.hint(&format!(
        "ask its owner to run `gom install {spec}`, or make a store of your own over it: \
         `GOM_HOME=~/.gom GOM_STORE_PATH={} {} install {spec}`, then put ~/.gom/bin first on PATH",
        shell_quote(root),
        shell_quote(layout.gom())
    ));
}

/// Asks the user whether to install it.
async fn ask(arguments: &Arguments, app: &App) -> Result<bool, Failure> {
    let Arguments { spec, asked_by, .. } = arguments;
    let question = format!("gom: {asked_by} asks for Go {spec}, which is not installed. Install it?");
    let answer = app.ask(question).await;
    if !matches!(answer, Ok(true)) {
        auto::decline(&app.ctx, &arguments.missing());
    }
    Ok(answer?)
}

/// Installs it. Returns `false` if that failed and Go can go on without it.
async fn install(arguments: &Arguments, query: &Query, app: &App) -> Result<bool, Failure> {
    let Err(failure) = install::one(app, query, false).await else { return Ok(true) };
    match auto::after_failure(&app.ctx, &arguments.missing(), failure.kind) {
        AfterFailure::GoOn => {
            app.output.warn(&format!("{}; going on with the starting toolchain", failure.message));
            Ok(false)
        }
        // The hint is `gom install`, because the same command would not try again for a moment.
        AfterFailure::Fail { paused: true } => {
            Err(failure.with_hint(format!("run `gom install {}`", query.arguments())))
        }
        AfterFailure::Fail { paused: false } => Err(failure),
    }
}

/// Becomes the shim, called by this name and with these arguments. Returns only if that failed.
pub(super) fn become_shim(call: &[OsString], app: &App, guard: Guard) -> Failure {
    let shim = app.ctx.store.layout().shim();
    let mut command = Command::new(&shim);
    command.arg0(&call[0]).args(&call[1..]);
    guard.pass_on(&mut command);
    let error = command.exec();
    Failure::other(format!("can't run `{}`: {error}", shim.display()), "run gom's installer again")
        .with_code(127)
}
