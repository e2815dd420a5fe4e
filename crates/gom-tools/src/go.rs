//! The go command that builds a tool, and its environment.
//!
//! Owns: which variables a build of a tool sets. The user's GOPATH, GOMODCACHE, GOCACHE, GOPROXY and the like count as
//! they do for `go install`. What would make a program of something else than the named modules is left out: a
//! workspace, `-mod`, `-modfile`, `-overlay`, `-toolexec` and the like in GOFLAGS; and Go never switches to another
//! toolchain by itself. Never: reads what is built.

use std::path::Path;
use std::process::Command;

use gom_core::admission::{Asked, check_installed};
use gom_core::context::Context;
use gom_core::go_command::{GoCommand, run_to_end};
use gom_core::shell_quote::shell_quote;
use gom_select::env_vars::go;
use gom_select::go_settings::GoEnvironment;
use gom_select::toolchain::ToolchainId;

use crate::error::{Result, ToolError};

/// The first Go whose programs tell all modules and sums in a form that every later Go reads.
const FIRST: &str = "1.18";

/// Flags in GOFLAGS that replace a source, a tool or a check, or that do something else than building.
const LEFT_OUT: [&str; 9] =
    ["mod", "modfile", "overlay", "toolexec", "insecure", "C", "n", "json", "buildmode"];

/// One of gom's toolchains, as the builder of tools.
#[derive(Clone, Debug)]
pub(crate) struct ToolGo {
    pub(crate) id: ToolchainId,
    go: GoCommand,
}

/// What a go command printed, and whether it worked.
pub(crate) struct GoOutput {
    pub(crate) is_done: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl ToolGo {
    /// Makes a builder of an installed toolchain. `command` is what the user can run with a newer one.
    pub(crate) fn new(ctx: &Context, id: ToolchainId, command: impl FnOnce() -> String) -> Result<ToolGo> {
        let first = gom_select::version::GoVersion::parse(FIRST);
        if first.is_ok_and(|first| id.version < first) {
            return Err(ToolError::TooOld { version: id.version.to_string(), command: command() });
        }
        check_installed(ctx, &id, Asked::Argument)?;
        ctx.can_start(&id).map_err(gom_core::Error::from)?;
        let go = GoCommand::of_installed(ctx, &id);
        Ok(ToolGo { id, go })
    }

    /// The version as text.
    pub(crate) fn version(&self) -> String {
        self.id.version.to_string()
    }

    /// Builds a go command that works in `dir` and reads no project.
    pub(crate) fn command(&self, ctx: &Context, dir: &Path) -> Command {
        let mut command = self.go.command(ctx);
        let env = |name: &str| ctx.environment.var(name);
        let goroot = ctx.goroot(&self.id);
        let flags = GoEnvironment::new(&env, &goroot).get("GOFLAGS").map(|setting| setting.value);
        command
            .current_dir(dir)
            .env("PWD", dir)
            .env(go::GOTOOLCHAIN, "local")
            .env("GO111MODULE", "on")
            .env("GOWORK", "off")
            .env("GOOS", self.id.platform.os())
            .env("GOARCH", self.id.platform.arch())
            .env("GOFLAGS", kept_flags(&flags.unwrap_or_default()));
        if ctx.settings.offline.value {
            command.env(go::GOPROXY, "off");
        }
        command
    }

    /// Runs a go command to its end.
    pub(crate) async fn run(&self, ctx: &Context, command: Command) -> Result<GoOutput> {
        run(ctx, &self.go.program, command).await
    }
}

/// Runs a go command to its end. If the user cancels, the go command is interrupted, so that it removes its own
/// unfinished files.
pub(crate) async fn run(ctx: &Context, program: &Path, command: Command) -> Result<GoOutput> {
    ctx.cancel.check()?;
    let output = run_to_end(ctx, command).await;
    ctx.cancel.check()?;
    let output = output.map_err(|error| ToolError::NotStarted { program: program.to_path_buf(), error })?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(GoOutput {
        is_done: output.status.success(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    })
}

impl GoOutput {
    /// What went wrong, without the lines about progress.
    pub(crate) fn complaint(&self) -> String {
        const LONGEST: usize = 4000;
        let lines = self.stderr.lines().filter(|line| !line.starts_with("go: downloading "));
        let text: String = lines.collect::<Vec<_>>().join("\n").chars().take(LONGEST).collect();
        // A module's author writes parts of it.
        text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
    }
}

/// The flags of GOFLAGS that count for tools.
fn kept_flags(flags: &str) -> String {
    let name = |flag: &str| {
        let flag = flag.trim_start_matches(['\'', '"']).trim_start_matches('-');
        flag.split('=').next().unwrap_or_default().trim_end_matches(['\'', '"']).to_owned()
    };
    let words = words(flags);
    words.into_iter().filter(|word| !LEFT_OUT.contains(&name(word).as_str())).collect::<Vec<_>>().join(" ")
}

/// Splits GOFLAGS as Go does (internal/quoted): at white space, except in a word that begins with a quote.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |at| at + 2),
            _ => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}

/// A command that installs a package, for a hint.
pub(crate) fn install_command(package: &impl ToString, options: &str) -> String {
    format!("gom tools install {}{options}", shell_quote(package.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_change_what_is_built_are_left_out() {
        for (flags, kept) in [
            ("", ""),
            ("-v -trimpath", "-v -trimpath"),
            ("-mod=vendor -modcacherw", "-modcacherw"),
            ("--mod=mod '-ldflags=-s -w' -tags=x", "'-ldflags=-s -w' -tags=x"),
            ("\"-overlay=/a b/x.json\" -toolexec=/x -v", "-v"),
            ("-insecure", ""),
            ("'-v", "'-v"),
        ] {
            assert_eq!(kept_flags(flags), kept, "{flags}");
        }
    }
}
