//! `gom x`: a program that is run without being installed. It is built and proven as a tool is, and kept in the cache under its
//! package, version, Go and settings, so that a second run builds nothing.

use std::path::PathBuf;
use std::process::Command;

use gom_core::context::Context;
use gom_core::digest::Sha256Digest;
use gom_core::files;
use gom_core::go_command::{keep_from_downloading, put_first, set_goroot};
use gom_core::resolve::Query;
use gom_core::settings::RecordUse;
use gom_core::shell_quote::shell_quote;
use gom_core::store::tools::{CACHE, ToolFiles, ToolStaging, record_run};
use gom_select::go_settings::GoEnvironment;
use gom_select::toolchain::ToolchainId;

use crate::build::{BuildOrder, CommandWith, MissingGo, Search, base_toolchain, build, search};
use crate::error::{Result, ToolError};
use crate::package::PackageRequest;

/// What to run, and what is allowed.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// The package.
    pub package: PackageRequest,
    /// The Go that builds it; `None` for the one that runs here.
    pub go: Option<Query>,
    /// Accept modules that nothing can prove.
    pub may_be_unproven: bool,
}

impl CommandWith for RunRequest {
    fn with(&self, option: &str) -> String {
        format!("gom x {option} {}", shell_quote(self.package.to_string()))
    }
}

/// The settings of Go that change what is built.
const SETTINGS: [&str; 6] = ["GOFLAGS", "CGO_ENABLED", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GOFIPS140"];

/// Returns the command that runs the program, built before if need be.
pub async fn prepare(ctx: &Context, request: &RunRequest) -> Result<Command> {
    let name = request.package.name()?;
    let base = base_toolchain(ctx, request.go.as_ref(), request).await?;
    let root = ctx.cache_path(CACHE);
    let place = |version: &str| root.join(key(ctx, request, version, &base));
    if request.package.is_exact() {
        let program = place(request.package.query()).join(name.as_str());
        if files::is_file(&program) {
            return Ok(command(ctx, program, &base));
        }
    }
    ctx.store.create()?;
    let staging = ToolStaging::in_cache(&root)?;
    let order = BuildOrder {
        request: &request.package,
        name: &name,
        may_be_unproven: request.may_be_unproven,
        command: request,
    };
    let found = match search(ctx, &order, base.clone(), &staging, MissingGo::Install).await? {
        Search::Found(found) => found,
        Search::Missing(needed) => {
            let (package, tried) = (request.package.to_string(), base.version.to_string());
            return Err(ToolError::NeedsGo { package, needed: needed.to_string(), tried });
        }
    };
    let place = place(&found.package.version);
    let program = place.join(name.as_str());
    if !files::is_file(&program) {
        let receipt = build(ctx, &order, &found, &staging).await?;
        let content = receipt.to_bytes()?;
        let reads_up_to = receipt.reads_up_to();
        let files = ToolFiles { receipt: &content, reads_up_to: reads_up_to.as_ref() };
        staging.publish_in_cache(&name, files, &place, ctx.settings.sync.value)?;
    }
    Ok(command(ctx, program, &base))
}

/// The name of the program's folder.
fn key(ctx: &Context, request: &RunRequest, version: &str, base: &ToolchainId) -> String {
    let env = |name: &str| ctx.environment.var(name);
    let goroot = ctx.goroot(base);
    let go = GoEnvironment::new(&env, &goroot);
    let settings = SETTINGS.map(|name| go.get(name).map(|setting| setting.value).unwrap_or_default());
    // What nothing proves is not found by a run that does not allow it.
    let allowed = if request.may_be_unproven { "unproven" } else { "" };
    let text = format!("{}\n{version}\n{base}\n{allowed}\n{}", request.package.path, settings.join("\n"));
    Sha256Digest::of(text.as_bytes()).to_string()
}

/// The program in the environment of the selected Go, as `gom exec` runs it.
fn command(ctx: &Context, program: PathBuf, base: &ToolchainId) -> Command {
    if let Some(folder) = program.parent()
        && ctx.settings.record_use.value != RecordUse::Never
    {
        record_run(folder);
    }
    let goroot = ctx.goroot(base);
    let mut command = Command::new(program);
    put_first(&mut command, &goroot.join("bin"), ctx);
    set_goroot(&mut command, &goroot, Some(&base.version), ctx);
    keep_from_downloading(&mut command, Some(&goroot), ctx);
    command
}
