//! Builds one program in staging and proves it.
//!
//! The Go is that of the line which the tool is for. If the package's module asks for a newer one, the nearest newer
//! line builds it; gom installs that line if it is missing, and says so. What is built is not run before it is proven.

use gom_core::admission::check_selection;
use gom_core::clock;
use gom_core::context::Context;
use gom_core::digest::Sha256Digest;
use gom_core::files;
use gom_core::install::InstallOptions;
use gom_core::obtain::obtain;
use gom_core::report::Event;
use gom_core::resolve::Query;
use gom_core::store::tools::ToolStaging;
use gom_select::select::{self, Selected};
use gom_select::tool_name::ToolName;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::build_info::BuildInfo;
use crate::error::{Result, ToolError};
use crate::go::ToolGo;
use crate::module_cache;
use crate::package::PackageRequest;
use crate::proof::{ToolProof, prove};
use crate::receipt::{SCHEMA, ToolReceipt};
use crate::resolve::{Resolution, ResolvedPackage, resolve};

/// How often a package may ask for a newer Go.
const TRIES: usize = 3;

/// What to build, and what is allowed.
#[derive(Clone, Debug)]
pub(crate) struct BuildOrder<'a> {
    pub(crate) request: &'a PackageRequest,
    pub(crate) name: &'a ToolName,
    /// Accept modules that nothing can prove.
    pub(crate) may_be_unproven: bool,
    /// The same command with an option, for hints.
    pub(crate) command: &'a dyn CommandWith,
}

/// The command that the user ran, with other options.
pub(crate) trait CommandWith: std::fmt::Debug {
    /// Adds an option.
    fn with(&self, option: &str) -> String;
}

/// A package, the version that was found, and the Go that builds it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) go: ToolGo,
    pub(crate) package: ResolvedPackage,
}

/// Whether a missing Go is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MissingGo {
    Install,
    /// For a dry run: the search ends with the version that would be installed.
    Tell,
}

/// The end of a search.
#[derive(Clone, Debug)]
pub(crate) enum Search {
    Found(Box<Found>),
    /// This Go would be installed first.
    Missing(GoVersion),
}

/// The toolchain of the line that tools are for: the named one, else that which `go` runs here.
pub(crate) async fn base_toolchain(
    ctx: &Context,
    named: Option<&Query>,
    command: &dyn CommandWith,
) -> Result<ToolchainId> {
    if let Some(query) = named {
        let not_ours =
            || ToolError::NotOurs { go: query.text.clone().into(), command: command.with("--go latest") };
        if query.is_system() || query.linked().is_some() {
            return Err(not_ours());
        }
        return Ok(obtain(ctx, query, InstallOptions::default()).await?.0);
    }
    let not_ours = |go| ToolError::NotOurs { go, command: command.with("--go latest") };
    let selection = ctx.with_situation(select::select)?;
    check_selection(ctx, &selection)?;
    match selection.toolchain {
        Selected::Installed { id, .. } => Ok(id),
        Selected::Linked { goroot, .. } => Err(not_ours(goroot)),
        Selected::System { go } => Err(not_ours(go)),
    }
}

/// Finds the version of a package, and the Go that can build it.
pub(crate) async fn search(
    ctx: &Context,
    order: &BuildOrder<'_>,
    base: ToolchainId,
    staging: &ToolStaging,
    missing: MissingGo,
) -> Result<Search> {
    let newer = || order.command.with("--go latest");
    let mut go = ToolGo::new(ctx, base, newer)?;
    let mut last = None;
    for _ in 0..TRIES {
        let needed = match resolve(ctx, &go, order.request, staging).await? {
            Resolution::Found(package) => return Ok(Search::Found(Box::new(Found { go, package }))),
            Resolution::NeedsGo(needed) => needed,
        };
        let id = match (nearest_installed(ctx, &go.id, &needed)?, missing) {
            (Some(id), _) => id,
            (None, MissingGo::Tell) => return Ok(Search::Missing(needed)),
            (None, MissingGo::Install) => {
                let note =
                    format!("{} needs Go {needed}, which is not installed; installing it", order.request);
                ctx.reporter.event(Event::Note(note));
                let query = Query::parse(&needed.line().to_string(), Some(&go.id.platform))?;
                obtain(ctx, &query, InstallOptions::default()).await?.0
            }
        };
        last = Some(needed);
        go = ToolGo::new(ctx, id, newer)?;
    }
    Err(ToolError::NeedsGo {
        package: order.request.to_string(),
        needed: last.map(|needed| needed.to_string()).unwrap_or_default(),
        tried: go.version(),
    })
}

/// The newest patch of the nearest installed line that is at least `needed`.
fn nearest_installed(ctx: &Context, than: &ToolchainId, needed: &GoVersion) -> Result<Option<ToolchainId>> {
    let fits =
        |id: &ToolchainId| id.platform == than.platform && id.version >= *needed && id.version > than.version;
    let newer: Vec<ToolchainId> = ctx.installed()?.into_iter().filter(|id| fits(id)).collect();
    let line = newer.iter().map(|id| id.version.line()).min();
    // Newest first.
    Ok(newer.into_iter().find(|id| Some(id.version.line()) == line))
}

/// Builds the program and proves it. Its receipt is returned; the program is in the staging's `bin`.
pub(crate) async fn build(
    ctx: &Context,
    order: &BuildOrder<'_>,
    found: &Found,
    staging: &ToolStaging,
) -> Result<ToolReceipt> {
    let Found { go, package } = found;
    let exact = format!("{}@{}", order.request.path, package.version);
    ctx.reporter.event(Event::Note(format!("building {exact} with Go {}", go.version())));
    let dir = staging.work();
    let mut install = go.command(ctx, &dir);
    install.args(["install", "--", &exact]).env("GOBIN", staging.bin());
    let built = go.run(ctx, install).await?;
    if !built.is_done {
        let (version, text) = (go.version(), built.complaint());
        return Err(ToolError::Go { version, what: "build", package: exact, text });
    }
    let program = staging.bin().join(order.name.as_str());
    let info = info(ctx, go, order, &program, staging).await?;
    check_info(go, order, package, &info)?;
    let proof = prove(ctx, &info, order.may_be_unproven, || order.command.with("--allow-unproven")).await?;
    Ok(receipt(order, go, info, proof, (module_cache::sum(&program)?, size(&program)?)))
}

async fn info(
    ctx: &Context,
    go: &ToolGo,
    order: &BuildOrder<'_>,
    program: &std::path::Path,
    staging: &ToolStaging,
) -> Result<BuildInfo> {
    let unusable = |reason: String| ToolError::BuildInfo {
        version: go.version(),
        package: order.request.path.clone(),
        reason,
    };
    if !files::is_file(program) {
        return Err(unusable(format!("there is no program `{}`", order.name)));
    }
    let mut command = go.command(ctx, &staging.work());
    command.args(["version", "-m"]).arg(program);
    let output = go.run(ctx, command).await?;
    BuildInfo::parse(&output.stdout)
        .filter(|_| output.is_done)
        .ok_or_else(|| unusable(format!("its program does not tell what is in it: {}", output.complaint())))
}

/// Fails unless the program is what was asked for.
fn check_info(
    go: &ToolGo,
    order: &BuildOrder<'_>,
    package: &ResolvedPackage,
    info: &BuildInfo,
) -> Result<()> {
    let is = (info.package.as_str(), info.module.path.as_str(), info.module.version.as_str());
    let asked = (order.request.path.as_str(), package.module.as_str(), package.version.as_str());
    if is == asked {
        return Ok(());
    }
    let reason = format!("the program is {} of {}@{}", is.0, is.1, is.2);
    Err(ToolError::BuildInfo { version: go.version(), package: order.request.path.clone(), reason })
}

fn receipt(
    order: &BuildOrder<'_>,
    go: &ToolGo,
    info: BuildInfo,
    proof: ToolProof,
    (sha256, bytes): (Sha256Digest, u64),
) -> ToolReceipt {
    let reads_go = info.reads_go();
    ToolReceipt {
        schema: SCHEMA,
        name: order.name.to_string(),
        package: info.package,
        asked: order.request.version.clone(),
        module: info.module,
        modules: info.others,
        toolchain: go.id.to_string(),
        settings: info.settings,
        bytes,
        sha256,
        reads_go,
        log: proof.log,
        unproven: proof.unproven,
        installed_at: clock::now(),
        gom: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn size(program: &std::path::Path) -> Result<u64> {
    Ok(files::open(program)?.metadata()?.len())
}
