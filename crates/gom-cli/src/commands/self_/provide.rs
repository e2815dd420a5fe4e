//! `gom self provide`: the shim found no toolchain and asks whether it may be installed. Whatever comes
//! of it, gom becomes the shim again, which then runs the toolchain, its starting point, or says what to do.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Args;
use gom_core::files::replace_file;
use gom_core::install::ownership;
use gom_core::resolve::Query;
use gom_core::settings::AutoInstall;
use gom_select::explain::ErrorKind;
use gom_select::notices::Notices;
use gom_select::shim_guard::Guard;
use rustix::process::getpgrp;
use rustix::termios::tcgetpgrp;

use crate::app::App;
use crate::commands::install;
use crate::failure::Failure;
use crate::output::can_ask;

/// After a Ctrl-C or a no, nothing is started again for this long: a prompt or `make -j` would.
const COOL_DOWN: Duration = Duration::from_secs(60);

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
    let is_there = match refusal(arguments, app) {
        Some(reason) => {
            app.output.detail(&format!("not installing Go {}: {reason}", arguments.spec));
            false
        }
        None => provide(arguments, &query, app).await?,
    };
    Err(become_shim(arguments, app, if is_there { guard } else { guard.give_up() }))
}

/// Why nothing may be installed now.
fn refusal(arguments: &Arguments, app: &App) -> Option<String> {
    let setting = &app.ctx.settings.auto_install;
    let is_attended = is_attended(app);
    match setting.value {
        AutoInstall::Never => return Some(format!("auto_install is never ({})", setting.origin)),
        AutoInstall::Prompt | AutoInstall::Tty if !is_attended => {
            return Some("nobody is at a terminal in front of it".to_owned());
        }
        _ => {}
    }
    let stranger = arguments.file.as_deref().and_then(|file| ownership::stranger(file, &app.ctx.settings));
    if let Some(stranger) = stranger {
        let (file, owner) = (arguments.asked_by.as_str(), stranger.owner);
        app.output.warn(&format!("{file} belongs to user {owner}, so gom installs nothing for it"));
        app.output.hint(&stranger.hint());
        return Some("its file belongs to somebody else".to_owned());
    }
    if let Some(owner) = app.ctx.store.is_of_other() {
        say_read_only(arguments, owner, app);
        return Some("the store belongs to somebody else".to_owned());
    }
    was_declined_lately(app, &arguments.spec).then(|| "it was declined a moment ago".to_owned())
}

/// Says once for a store that this user can't write what to do about that. The same text is not said again.
fn say_read_only(arguments: &Arguments, owner: u32, app: &App) {
    const NAME: &str = "read-only-store";
    let env = |name: &str| app.ctx.environment.var(name);
    let notices = Notices { layout: app.ctx.store.layout(), env: &env };
    let (spec, root) = (&arguments.spec, app.ctx.store.layout().root().display());
    let said = format!("{root}: {spec}\n");
    if notices.was_said(NAME, &said) {
        return;
    }
    let gom = app.ctx.store.layout().gom();
    app.output.warn(&format!(
        "{} asks for Go {spec}, and the store `{root}` belongs to user {owner}, so gom can't install it there",
        arguments.asked_by
    ));
    app.output.hint(&format!(
        "ask its owner to run `gom install {spec}`, or make a store of your own over it: \
         `GOM_HOME=~/.gom GOM_STORE_PATH={root} {} install {spec}`, then put ~/.gom/bin first on PATH",
        gom.display()
    ));
    notices.remember(NAME, &said);
}

/// A person watches: both ends are the terminal whose foreground we are in, and it is no CI.
fn is_attended(app: &App) -> bool {
    app.ctx.environment.var("CI").is_none()
        && can_ask()
        && tcgetpgrp(std::io::stdin()).is_ok_and(|group| group == getpgrp())
}

/// Installs it; `false` if the user said no, or if Go can go on without it.
async fn provide(arguments: &Arguments, query: &Query, app: &App) -> Result<bool, Failure> {
    let Arguments { spec, asked_by, .. } = arguments;
    if app.ctx.settings.auto_install.value == AutoInstall::Prompt {
        let question = format!("gom: {asked_by} asks for Go {spec}, which is not installed. Install it?");
        let answer = app.ask(question).await;
        if !matches!(answer, Ok(true)) {
            decline(app, spec);
            return Ok(answer?);
        }
    } else {
        app.output.say(&format!("gom: {asked_by} asks for Go {spec}, which is not installed; installing it"));
    }
    match install::one(app, query, false).await {
        Ok(_) => Ok(true),
        Err(failure) if failure.kind == ErrorKind::Interrupted => {
            decline(app, spec);
            // The same command would not try again for a moment.
            Err(failure.with_hint(format!("run `gom install {}`", query.arguments())))
        }
        Err(failure) if arguments.floor && failure.kind != ErrorKind::Integrity => {
            app.output.warn(&format!("{}; going on with the starting toolchain", failure.message));
            decline(app, spec);
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}

fn was_declined_lately(app: &App, spec: &str) -> bool {
    let modified = fs_err::metadata(marker(app, spec)).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age < COOL_DOWN))
}

fn decline(app: &App, spec: &str) {
    // A store that can't be written asks again next time.
    let _ = replace_file(&marker(app, spec), b"");
}

fn marker(app: &App, spec: &str) -> PathBuf {
    app.ctx.store.layout().notices().join(format!("declined-{spec}"))
}

fn become_shim(arguments: &Arguments, app: &App, guard: Guard) -> Failure {
    let shim = app.ctx.store.layout().shim();
    let mut command = Command::new(&shim);
    command.arg0(&arguments.command[0]).args(&arguments.command[1..]);
    guard.pass_on(&mut command);
    let error = command.exec();
    Failure::other(format!("can't run `{}`: {error}", shim.display()), "run gom's installer again")
        .with_code(127)
}
