//! `go mod tidy` in the modules of a project, by the Go that it moves to.
//!
//! Never: switches to another toolchain, or lets the go command write through a link of the project.

use std::path::Path;

use gom_core::Context;
use gom_core::admission::{Asked, check_installed};
use gom_core::go_command::{GoCommand, run_to_end};
use gom_core::project::Project;
use gom_select::env_vars::go;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use super::error::BumpError;
use crate::error::SyncError;

/// More of its complaint is not shown.
const LONGEST: usize = 2000;

/// The go command that tidies.
#[derive(Clone, Debug)]
pub struct TidyGo {
    command: GoCommand,
    version: GoVersion,
}

impl TidyGo {
    /// Finds the go command of a release, which must be installed.
    pub fn find(ctx: &Context, version: &GoVersion) -> Result<TidyGo, BumpError> {
        let version = version.canonical();
        let platform = ctx.platform.for_release(&version).into_owned();
        let id = ToolchainId { version, platform };
        let installed = ctx.installed().map_err(|error| SyncError::from(gom_core::Error::from(error)))?;
        if !installed.contains(&id) {
            return Err(BumpError::NotInstalled { version: id.version });
        }
        check_installed(ctx, &id, Asked::Verb("bump")).map_err(SyncError::from)?;
        ctx.can_start(&id).map_err(|error| SyncError::from(gom_core::Error::from(error)))?;
        Ok(TidyGo { command: GoCommand::of_installed(ctx, &id), version: id.version })
    }

    /// Fails if the go command would write through a link in a module, whose folder is below the project's root.
    pub fn check(root: &Path, module: &str) -> Result<(), BumpError> {
        let project = Project::around(root).map_err(SyncError::from)?;
        for name in ["go.mod", "go.sum"] {
            project.check(&root.join(module).join(name), |_, _| false).map_err(SyncError::from)?;
        }
        Ok(())
    }

    /// Tidies the module in a folder below the project's root. Returns what the go command said.
    pub async fn tidy(&self, ctx: &Context, root: &Path, module: &str) -> Result<String, BumpError> {
        let folder = if module.is_empty() { root.to_path_buf() } else { root.join(module) };
        TidyGo::check(root, module)?;
        let mut command = self.command.command(ctx);
        command.args(["mod", "tidy"]).current_dir(&folder).env("PWD", &folder).env(go::GOTOOLCHAIN, "local");
        if ctx.settings.offline.value {
            command.env(go::GOPROXY, "off");
        }
        let output = run_to_end(ctx, command).await;
        ctx.cancel.check()?;
        let program = self.command.program.clone();
        let output = output.map_err(|error| BumpError::NotStarted { program, error })?;
        let said = shown(&output.stderr);
        if output.status.success() {
            return Ok(said);
        }
        let offline = ctx.settings.offline.value && said.contains("GOPROXY=off");
        let offline = offline.then(|| ctx.settings.offline.origin.to_string());
        Err(BumpError::Tidy { folder, version: self.version.clone(), text: said, offline })
    }
}

/// What the go command said, without control characters: a module's author writes parts of it.
fn shown(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let text = said.trim_end().chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control());
    text.take(LONGEST).collect()
}
