//! Builds the tools of a project ahead of `go tool`, which the user asked for: by the Go that is selected in the project,
//! with its go.mod and go.sum, into Go's build cache.
//!
//! A cloned project names these packages, so no command is made for them: only `go tool` runs them, in that project.

use std::path::PathBuf;

use gom_core::admission::allowed_go;
use gom_core::context::Context;
use gom_core::go_command::GoCommand;
use gom_select::env_vars::go;
use gom_select::version::GoVersion;

use crate::error::{Result, ToolError};
use crate::go::run;
use crate::package::check_import_path;
use crate::project::ProjectTool;

/// The first Go that reads `tool` lines.
const FIRST: &str = "1.24rc1";

/// The Go that builds the tools of the project here.
#[derive(Clone, Debug)]
pub struct ProjectGo {
    go: GoCommand,
    version: String,
}

impl ProjectGo {
    /// Finds it.
    pub fn new(ctx: &Context) -> Result<ProjectGo> {
        let go = allowed_go(ctx)?;
        let version = go.version.as_ref().map_or_else(|| "(unknown)".to_owned(), ToString::to_string);
        if let Some(old) = &go.version
            && GoVersion::parse(FIRST).is_ok_and(|first| *old < first)
        {
            return Err(ToolError::NoGoTool { version });
        }
        Ok(ProjectGo { go, version })
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Builds a tool, unless Go's cache has it, and returns the program there.
    pub async fn build(&self, ctx: &Context, tool: &ProjectTool) -> Result<PathBuf> {
        // Anybody may have written it.
        check_import_path(&tool.package).map_err(|reason| ToolError::BadPackage {
            text: tool.package.escape_debug().to_string(),
            reason: reason.to_owned(),
        })?;
        let mut command = self.go.command(ctx);
        command.args(["tool", "-n", &tool.package]);
        if ctx.settings.offline.value {
            command.env(go::GOPROXY, "off");
        }
        let built = run(ctx, &self.go.program, command).await?;
        match built.stdout.lines().next().filter(|_| built.is_done) {
            Some(program) => Ok(PathBuf::from(program.trim())),
            None => Err(ToolError::ProjectTool {
                version: self.version.clone(),
                package: tool.package.clone(),
                text: built.complaint(),
            }),
        }
    }
}
