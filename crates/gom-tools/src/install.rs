//! Installs a tool, in one sequence: lock; find the version; build in staging; prove; publish by one rename; links.

use gom_core::context::Context;
use gom_core::files;
use gom_core::report::Event;
use gom_core::resolve::Query;
use gom_core::store::tools::ToolFiles;
use gom_select::layout::SHIM_NAME;
use gom_select::path_search;
use gom_select::tool_name::{ToolLine, ToolName, ToolPlace};
use gom_select::toolchain::ToolchainId;
use gom_select::tools;

use crate::build::{BuildOrder, CommandWith, Found, MissingGo, Search, base_toolchain, build, search};
use crate::error::{Result, ToolError};
use crate::go::install_command;
use crate::package::PackageRequest;
use crate::receipt::ToolReceipt;

/// What to install, and what is allowed.
#[derive(Clone, Debug)]
pub struct InstallRequest {
    /// The package.
    pub package: PackageRequest,
    /// The Go whose line the tool is for; `None` for the one that runs here.
    pub go: Option<Query>,
    /// Accept modules that nothing can prove.
    pub may_be_unproven: bool,
    /// Make a command that hides another program on PATH.
    pub may_shadow: bool,
    /// Build it even if the same version by the same Go is installed.
    pub rebuild: bool,
}

/// What an install did.
#[derive(Clone, Debug)]
pub struct InstalledTool {
    /// Where.
    pub place: ToolPlace,
    /// What.
    pub receipt: ToolReceipt,
    /// Whether the same was there already.
    pub was_there: bool,
}

/// What an install would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTool {
    /// Where.
    pub place: ToolPlace,
    /// The package.
    pub package: String,
    /// The version that would be built; `None` if the Go that it needs is missing, so that it is not known yet.
    pub version: Option<String>,
    /// The version of Go that would build it.
    pub go: String,
    /// Whether that Go would be installed first.
    pub installs_go: bool,
    /// Whether the same is there already.
    pub was_there: bool,
}

impl CommandWith for PackageRequest {
    fn with(&self, option: &str) -> String {
        install_command(self, &format!(" {option}"))
    }
}

/// Reads what a user names: a package, or the name of a tool that is installed for any line.
pub fn package_of(ctx: &Context, text: &str) -> Result<PackageRequest> {
    if PackageRequest::is_plain_name(text) {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (text, None),
        };
        if let Some(receipt) = known(ctx, name)? {
            let version = version.map(|version| format!("@{version}")).unwrap_or_default();
            return PackageRequest::parse(&format!("{}{version}", receipt.package));
        }
    }
    PackageRequest::parse(text)
}

/// The receipt of the newest line's tool of this name.
fn known(ctx: &Context, name: &str) -> Result<Option<ToolReceipt>> {
    let mut places = tools::all(ctx.store.layout())?;
    places.retain(|place| place.name.as_str() == name);
    Ok(places.iter().rev().find_map(|place| ToolReceipt::read(ctx, place).ok()))
}

/// Installs a tool.
pub async fn install(ctx: &Context, request: &InstallRequest) -> Result<InstalledTool> {
    let name = request.package.name()?;
    check_name(ctx, &name, request)?;
    let base = base_toolchain(ctx, request.go.as_ref(), &request.package).await?;
    let place = place(&base, name);
    ctx.store.create()?;
    let on_wait =
        || ctx.reporter.event(Event::Note(format!("waiting for another gom that works on {}", place.name)));
    let _lock = ctx.store.lock_tool(&place, &ctx.cancel, on_wait).await?;
    let staging = ctx.store.stage_tool(&place)?;
    let order = order(request, &place);
    let found = match search(ctx, &order, base, &staging, MissingGo::Install).await? {
        Search::Found(found) => found,
        Search::Missing(needed) => {
            let (package, tried) = (request.package.to_string(), "(none)".to_owned());
            return Err(ToolError::NeedsGo { package, needed: needed.to_string(), tried });
        }
    };
    if !request.rebuild
        && let Some(receipt) = same(ctx, &place, &order, &found)
    {
        // A gom that was killed may have left the link unmade.
        ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
        return Ok(InstalledTool { place, receipt, was_there: true });
    }
    let receipt = build(ctx, &order, &found, &staging).await?;
    let reads_up_to = receipt.reads_up_to();
    let files = ToolFiles { receipt: &receipt.to_bytes()?, reads_up_to: reads_up_to.as_ref() };
    ctx.cancel.check()?;
    ctx.store.publish_tool(&place, &staging, files, ctx.settings.sync.value)?;
    // The tool is there, so its link is made even if the user cancels now.
    ctx.store.refresh_links(&ctx.platform, &gom_core::cancel::Cancel::default()).await?;
    Ok(InstalledTool { place, receipt, was_there: false })
}

/// Tells what [`install`] would do. Changes nothing but Go's module cache.
pub async fn plan(ctx: &Context, request: &InstallRequest) -> Result<PlannedTool> {
    let name = request.package.name()?;
    check_name(ctx, &name, request)?;
    let base = base_toolchain(ctx, request.go.as_ref(), &request.package).await?;
    let place = place(&base, name);
    let staging = gom_core::store::tools::ToolStaging::temporary()?;
    let order = order(request, &place);
    let package = request.package.path.clone();
    Ok(match search(ctx, &order, base, &staging, MissingGo::Tell).await? {
        Search::Found(found) => PlannedTool {
            was_there: !request.rebuild && same(ctx, &place, &order, &found).is_some(),
            version: Some(found.package.version),
            go: found.go.id.version.to_string(),
            installs_go: false,
            package,
            place,
        },
        Search::Missing(needed) => PlannedTool {
            was_there: false,
            version: None,
            go: needed.to_string(),
            installs_go: true,
            package,
            place,
        },
    })
}

fn order<'a>(request: &'a InstallRequest, place: &'a ToolPlace) -> BuildOrder<'a> {
    BuildOrder {
        request: &request.package,
        name: &place.name,
        may_be_unproven: request.may_be_unproven,
        command: &request.package,
    }
}

pub(crate) fn place(base: &ToolchainId, name: ToolName) -> ToolPlace {
    ToolPlace { of: ToolLine { line: base.version.line(), platform: base.platform.clone() }, name }
}

/// The receipt of the installed tool, if it is this version by this Go.
fn same(ctx: &Context, place: &ToolPlace, order: &BuildOrder<'_>, found: &Found) -> Option<ToolReceipt> {
    let receipt = ToolReceipt::read(ctx, place)
        .ok()
        .filter(|_| tools::is_there(ctx.store.layout(), place).is_ok_and(|is| is))?;
    let is_same = receipt.package == order.request.path
        && receipt.version() == found.package.version
        && receipt.toolchain == found.go.id.to_string()
        && receipt.asked == order.request.version
        && (receipt.unproven.is_empty() || order.may_be_unproven);
    is_same.then_some(receipt)
}

/// Fails if the command would hide another program, unless that is allowed, or if its place in `bin` is not gom's.
fn check_name(ctx: &Context, name: &ToolName, request: &InstallRequest) -> Result<()> {
    let link = ctx.store.layout().bin().join(name.as_str());
    match files::link_target(&link) {
        Ok(target) if target == std::path::Path::new(SHIM_NAME) => return Ok(()),
        _ if files::is_there(&link)? => return Err(ToolError::Taken { file: link }),
        _ => {}
    }
    let path = ctx.environment.var("PATH").unwrap_or_default();
    let other = path_search::candidates(name.as_str(), &path).next();
    match other {
        Some(file) if !request.may_shadow => {
            let command = request.package.with("--shadow");
            Err(ToolError::Shadows { name: name.to_string(), file, command })
        }
        _ => Ok(()),
    }
}
