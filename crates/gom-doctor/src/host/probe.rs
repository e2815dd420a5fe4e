//! The slow measurements of `--probe`: how long the shell takes to start, how long a program takes that is new to the
//! system, what the installed toolchains have twice, and whether the modules of the project match go.sum.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::commands;
use crate::facts::HostFacts;
use gom_core::Context;
use gom_core::go_command::set_goroot;
use gom_core::sizes;
use gom_select::toolchain::ToolchainId;

const PATIENCE_FOR_SHELL: Duration = Duration::from_secs(15);
const PATIENCE_FOR_MODULES: Duration = Duration::from_secs(120);

pub(super) fn measure(ctx: &Context, facts: &mut HostFacts) {
    facts.measured.shell_start = shell_start(ctx);
    facts.measured.first_and_second_run = first_and_second_run(&ctx.store.layout().gom(), &facts.home);
    let ids = facts.gom.toolchains.iter().filter_map(|one| ToolchainId::parse(&one.name).ok());
    let sizes = sizes::measure(ctx, &ids.collect::<Vec<_>>());
    for one in &mut facts.gom.toolchains {
        let id = ToolchainId::parse(&one.name).ok();
        one.repeated = id.and_then(|id| sizes.get(&id)?.repeated).filter(|bytes| *bytes > 0);
    }
    let selected = facts.gom.selected.as_ref().and_then(|selected| selected.goroot.as_deref());
    if let (Some(goroot), Some(project)) = (selected, facts.project.as_deref()) {
        let said = commands::run(verify(ctx, facts, goroot, project), PATIENCE_FOR_MODULES);
        facts.commands.insert("go mod verify".to_owned(), said);
    }
}

/// An interactive login shell that does nothing, as editors start it.
fn shell_start(ctx: &Context) -> Option<u64> {
    let mut shell = Command::new(ctx.environment.var("SHELL")?);
    shell.args(["-l", "-i", "-c", "exit"]).env("VSCODE_RESOLVING_ENVIRONMENT", "1");
    shell.current_dir(ctx.environment.home.as_ref()?);
    let start = Instant::now();
    commands::run(shell, PATIENCE_FOR_SHELL);
    u64::try_from(start.elapsed().as_millis()).ok()
}

/// Runs a copy of gom twice: a copy is new to the system.
fn first_and_second_run(program: &Path, home: &str) -> Option<(u64, u64)> {
    let folder = tempfile::tempdir().ok()?;
    let copy = folder.path().join("gom");
    fs_err::copy(program, &copy).ok()?;
    let run = || {
        let mut command = commands::bare(&copy, home);
        command.arg("--version");
        let start = Instant::now();
        let said = commands::run(command, PATIENCE_FOR_SHELL);
        let took = u64::try_from(start.elapsed().as_millis()).ok()?;
        (said.code == Some(0)).then_some(took)
    };
    Some((run()?, run()?))
}

/// `go mod verify` reads the module cache and go.sum, and runs no code of the project.
fn verify(ctx: &Context, facts: &HostFacts, goroot: &str, project: &str) -> Command {
    let mut go = Command::new(format!("{goroot}/bin/go"));
    go.args(["mod", "verify"]).current_dir(project);
    set_goroot(&mut go, Path::new(goroot), facts.selected_version().as_ref(), ctx);
    go.env("GOTOOLCHAIN", "local").env("GOPROXY", "off").env("GOFLAGS", "-mod=mod");
    if let Some(home) = &ctx.environment.home {
        go.env("HOME", home);
    }
    go
}
