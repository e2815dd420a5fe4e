//! The go command that runs here, and how to start it as the shim would.
//!
//! Owns: its program, tree and version, and how a command that gom waits for is run. Invariant: the command that is built
//! here has its own tree first on PATH and no GOROOT of another tree, so every go that it starts is the same.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use gom_select::env_vars::go;
use gom_select::exec_env::{Goroot, goroot_for_child};
use gom_select::go_settings::{GoEnvironment, UserSettings};
use gom_select::platform::Platform;
use gom_select::policy;
use gom_select::select::command_line::CommandLine;
use gom_select::select::{self, Selected, Selection};
use gom_select::tool_name::{ToolName, ToolPlace};
use gom_select::toolchain::ToolchainId;
use gom_select::tools::{self, ToolChoice};
use gom_select::version::GoVersion;
use rustix::process::{Pid, Signal, kill_process};

use crate::context::Context;
use crate::error::Result;
use crate::redact::redacted_text;
use crate::report::Event;
use crate::store::StoreError;
use crate::tree::goroot;

/// The go command that runs here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoCommand {
    /// The program.
    pub program: PathBuf,
    /// Its tree; `None` if a Go that gom does not manage hides it.
    pub goroot: Option<PathBuf>,
    /// Its version; `None` if its tree names none.
    pub version: Option<GoVersion>,
    /// The platform that it runs on.
    pub platform: Platform,
}

impl GoCommand {
    /// Returns the go command that is selected in the working directory.
    pub fn selected(ctx: &Context) -> Result<GoCommand> {
        Ok(GoCommand::of(&ctx.with_situation(select::select)?, &ctx.platform))
    }

    /// Returns the go command of a selection; `host` is the platform of a Go that gom did not install.
    pub fn of(selection: &Selection, host: &Platform) -> GoCommand {
        match &selection.toolchain {
            Selected::Installed { id, goroot } => GoCommand {
                program: goroot.join("bin/go"),
                goroot: Some(goroot.clone()),
                version: Some(id.version.clone()),
                platform: id.platform.clone(),
            },
            Selected::Linked { goroot, version, .. } => GoCommand {
                program: goroot.join("bin/go"),
                goroot: Some(goroot.clone()),
                version: version.clone(),
                platform: host.clone(),
            },
            Selected::System { go } => GoCommand::of_system(go.clone(), host),
        }
    }

    /// Describes the go command of an installed toolchain.
    pub fn of_installed(ctx: &Context, id: &ToolchainId) -> GoCommand {
        let goroot = ctx.goroot(id);
        GoCommand {
            program: goroot.join("bin/go"),
            goroot: Some(goroot),
            version: Some(id.version.clone()),
            platform: id.platform.clone(),
        }
    }

    /// Describes a Go that gom does not manage, by its tree.
    pub fn of_system(program: PathBuf, host: &Platform) -> GoCommand {
        let goroot = goroot::of_program(&program).filter(|tree| goroot::has_version(tree));
        let version = goroot.as_deref().and_then(|tree| goroot::version_line(tree).ok());
        let version = version.as_deref().and_then(GoVersion::from_toolchain_name);
        GoCommand { program, goroot, version, platform: host.clone() }
    }

    /// Builds the command without arguments, with the environment that it needs.
    pub fn command(&self, ctx: &Context) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(bin) = self.program.parent() {
            put_first(&mut command, bin, ctx);
        }
        if let Some(goroot) = &self.goroot {
            set_goroot(&mut command, goroot, self.version.as_ref(), ctx);
        }
        keep_from_downloading(&mut command, self.goroot.as_deref(), ctx);
        command
    }
}

/// Runs a command to its end, without input. If the user cancels, the command is interrupted, so that it removes its own
/// unfinished files; whether that happened is for the caller to check.
pub async fn run_to_end(ctx: &Context, mut command: Command) -> io::Result<Output> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    let words: String =
        words.collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(120).collect();
    let child = command.spawn()?;
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let ended = tokio::task::spawn_blocking(move || child.wait_with_output());
    tokio::pin!(ended);
    let mut is_long = false;
    let output = loop {
        tokio::select! {
            output = &mut ended => break output,
            () = ctx.cancel.cancelled() => {
                if let Some(id) = id {
                    // It may have ended just now.
                    let _ = kill_process(id, Signal::INT);
                }
                break ended.await;
            }
            () = tokio::time::sleep(LONG), if !is_long => {
                is_long = true;
                ctx.reporter.event(Event::Note(still_runs(ctx, &words)));
            }
        }
    };
    output.map_err(io::Error::other)?
}

/// After how long gom says that a go command still runs: it has no limit of its own for a server that does not answer.
const LONG: Duration = Duration::from_secs(10);

fn still_runs(ctx: &Context, words: &str) -> String {
    let said = format!("`go {words}` still runs; Ctrl-C ends it");
    match &ctx.go_settings.proxy {
        Some(proxy) if !ctx.settings.offline.value => {
            let value = redacted_text(&proxy.value);
            format!("{said}. What it fetches comes by GOPROXY={value} ({})", proxy.origin)
        }
        _ => said,
    }
}

/// Builds what the shim would become for this selection and call: a program of the toolchain, or a tool of its line.
pub fn as_shim(ctx: &Context, selection: &Selection, call: CommandLine<'_>) -> Result<Command> {
    let go = GoCommand::of(selection, &ctx.platform);
    let (program, name) = match call.tool() {
        Some(name) => (tool(ctx, &go, &name)?, name.as_str().to_owned()),
        None if call.name == "gofmt" => (go.program.with_file_name("gofmt"), "gofmt".to_owned()),
        None => (go.program.clone(), "go".to_owned()),
    };
    let mut command = Command::new(program);
    command.arg0(name).args(call.passed_on());
    keep_from_downloading(&mut command, go.goroot.as_deref(), ctx);
    command.envs(selection.variables());
    if let (Some(goroot), Selected::Installed { .. } | Selected::Linked { .. }) =
        (&go.goroot, &selection.toolchain)
    {
        set_goroot(&mut command, goroot, go.version.as_ref(), ctx);
    }
    if call.tool().is_some() {
        put_first(&mut command, &ctx.store.layout().bin(), ctx);
    }
    Ok(command)
}

/// The program of a tool for this Go. That of its own line if no line has it, so that its name is in the error.
fn tool(ctx: &Context, go: &GoCommand, name: &ToolName) -> Result<PathBuf> {
    let layout = ctx.store.layout();
    let line = go.version.as_ref().map(GoVersion::line);
    let choice = tools::choose(layout, line.as_ref(), [&go.platform, &ctx.platform], name);
    Ok(match choice.map_err(StoreError::from)? {
        ToolChoice::Of(of) => layout.tool_program(&ToolPlace { of, name: name.clone() }),
        ToolChoice::Nothing(_) => layout.bin().join("missing").join(name.as_str()),
    })
}

/// Lets the command take another toolchain from PATH alone, where gom's shim answers, if the machine's policy could refuse
/// what a go command downloads.
pub fn keep_from_downloading(command: &mut Command, goroot: Option<&Path>, ctx: &Context) {
    if ctx.policy.allows_downloads() {
        return;
    }
    let env = |name: &str| ctx.environment.var(name);
    let setting = match goroot {
        Some(goroot) => GoEnvironment::new(&env, goroot).get(go::GOTOOLCHAIN),
        None => UserSettings::new(&env).get(go::GOTOOLCHAIN),
    };
    let value = setting.map_or_else(|| "auto".to_owned(), |setting| setting.value);
    if let Some(value) = policy::without_downloads(&value) {
        command.env(go::GOTOOLCHAIN, value);
    }
}

/// Puts a folder of programs first on the command's PATH.
pub fn put_first(command: &mut Command, bin: &Path, ctx: &Context) {
    let mut path = bin.as_os_str().to_owned();
    if let Some(rest) = ctx.environment.var("PATH") {
        path.push(":");
        path.push(rest);
    }
    command.env("PATH", path);
}

/// Removes a GOROOT of another tree from the command's environment, or sets GOROOT for a Go that can't find
/// its own tree. Returns what it did.
pub fn set_goroot(
    command: &mut Command,
    goroot: &Path,
    version: Option<&GoVersion>,
    ctx: &Context,
) -> Goroot {
    let found =
        goroot_for_child(goroot, version, &UserSettings::new(&|name: &str| ctx.environment.var(name)));
    match found {
        Goroot::Keep => {}
        Goroot::Unset => {
            command.env_remove(go::GOROOT);
        }
        Goroot::Override(_) | Goroot::Needed => {
            command.env(go::GOROOT, goroot);
        }
    }
    found
}
