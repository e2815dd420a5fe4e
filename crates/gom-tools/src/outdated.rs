//! Which tools have a newer version, and which are too old for the Go that is selected here.
//!
//! The go command is asked for the newest versions, by the user's GOPROXY. A tool that reads Go code and is only installed
//! for older lines than the selected one is too old here: the modules in it tell that it reads Go code.

use std::collections::BTreeMap;

use gom_core::context::Context;
use gom_core::report::Event;
use gom_core::resolve::Query;
use gom_core::store::tools::ToolStaging;
use gom_select::select::{self, Selected};
use gom_select::tool_name::{ToolLine, ToolName, ToolPlace};
use gom_select::toolchain::ToolchainId;
use gom_select::tools::{self, ToolChoice};
use serde::Deserialize;

use crate::error::Result;
use crate::go::ToolGo;
use crate::install::InstallRequest;
use crate::list::{ListedTool, list};
use crate::package::PackageRequest;

/// The state of a tool.
#[derive(Clone, Debug)]
pub struct ToolState {
    /// The line and name that it is for: for a tool that is too old, the line that lacks it.
    pub place: ToolPlace,
    /// The tool that is installed.
    pub tool: ListedTool,
    /// The newest version; `None` if that is unknown.
    pub newest: Option<String>,
    /// Whether a Go of its line is installed, without which nothing is built for it.
    pub has_go: bool,
    /// Whether the newest version is newer than the installed one.
    pub has_newer: bool,
    /// Whether the selected line lacks it, and the installed one reads only older Go code.
    pub is_too_old: bool,
}

impl ToolState {
    /// Whether `gom tools upgrade` without a name changes it: one that was installed at a version stays at it.
    pub fn is_outdated(&self) -> bool {
        let is_held = self.tool.receipt.as_ref().is_ok_and(crate::receipt::ToolReceipt::is_held);
        self.is_too_old || (self.has_go && self.has_newer && !is_held)
    }
}

/// What `go list -m -json` prints about a module.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedModule {
    path: String,
    version: Option<String>,
}

/// The states of all tools, by name and line.
pub async fn outdated(ctx: &Context) -> Result<Vec<ToolState>> {
    let listed = list(ctx)?;
    let newest = newest(ctx, &listed).await?;
    let installed = ctx.installed()?;
    let mut states: Vec<ToolState> =
        listed.iter().map(|tool| state(tool, tool.place.clone(), &newest, false)).collect();
    for (place, tool) in too_old(ctx, &listed)? {
        states.push(state(tool, place, &newest, true));
    }
    for state in &mut states {
        state.has_go = installed.iter().any(|id| id.version.line() == state.place.of.line);
    }
    states.sort_by(|a, b| (&a.place.name, &a.place.of).cmp(&(&b.place.name, &b.place.of)));
    Ok(states)
}

/// The names of the tools that are too old for the Go that is selected here. Asks no network.
pub fn too_old_here(ctx: &Context) -> Result<Vec<ToolName>> {
    let listed = list(ctx)?;
    Ok(too_old(ctx, &listed)?.into_iter().map(|(place, _)| place.name).collect())
}

fn state(
    tool: &ListedTool,
    place: ToolPlace,
    newest: &BTreeMap<String, String>,
    is_too_old: bool,
) -> ToolState {
    let receipt = tool.receipt.as_ref().ok();
    let newest = receipt.and_then(|receipt| newest.get(&receipt.module.path)).cloned();
    let has_newer =
        receipt.zip(newest.as_ref()).is_some_and(|(receipt, newest)| is_newer(newest, receipt.version()));
    ToolState { place, tool: tool.clone(), newest, has_go: true, has_newer, is_too_old }
}

/// The tools that the selected line lacks and no other line's stands in for, with the newest that is installed.
fn too_old<'a>(ctx: &Context, listed: &'a [ListedTool]) -> Result<Vec<(ToolPlace, &'a ListedTool)>> {
    let Some(id) = selected(ctx) else { return Ok(Vec::new()) };
    let of = ToolLine { line: id.version.line(), platform: id.platform };
    let mut found = Vec::new();
    for tool in listed {
        let name = &tool.place.name;
        let choice = tools::choose(ctx.store.layout(), Some(&of.line), [&of.platform, &ctx.platform], name)?;
        if choice == ToolChoice::Nothing(Some(tool.place.of.clone())) {
            found.push((ToolPlace { of: of.clone(), name: name.clone() }, tool));
        }
    }
    Ok(found)
}

fn selected(ctx: &Context) -> Option<ToolchainId> {
    match ctx.with_situation(select::select).ok()?.toolchain {
        Selected::Installed { id, .. } => Some(id),
        Selected::Linked { .. } | Selected::System { .. } => None,
    }
}

/// The newest versions of the modules, by path, as far as the go command finds them.
async fn newest(ctx: &Context, listed: &[ListedTool]) -> Result<BTreeMap<String, String>> {
    let mut modules: Vec<String> = listed
        .iter()
        .filter_map(|tool| Some(format!("{}@latest", tool.receipt.as_ref().ok()?.module.path)))
        .collect();
    modules.sort();
    modules.dedup();
    // Newest first: it understands every module.
    let id = ctx.installed()?.into_iter().find(|id| id.is_for(&ctx.platform));
    let (Some(id), false) = (id, modules.is_empty()) else { return Ok(BTreeMap::new()) };
    let go = ToolGo::new(ctx, id, || "gom use latest".to_owned())?;
    let staging = ToolStaging::temporary()?;
    let mut command = go.command(ctx, &staging.work());
    command.args(["list", "-m", "-e", "-json", "--"]).args(&modules);
    let output = go.run(ctx, command).await?;
    if !output.is_done && output.stdout.trim().is_empty() {
        ctx.reporter
            .event(Event::Warning(format!("the newest versions are unknown: {}", output.complaint())));
    }
    let objects = serde_json::Deserializer::from_str(&output.stdout).into_iter::<ListedModule>();
    let known = objects.map_while(std::result::Result::ok);
    Ok(known.filter_map(|module| Some((module.path, module.version?))).collect())
}

/// Whether a version is newer than another, by Go's order of versions, which is that of semantic versions.
fn is_newer(version: &str, than: &str) -> bool {
    let parse = |text: &str| {
        let text = text.strip_prefix('v')?;
        semver::Version::parse(text.split('+').next().unwrap_or(text)).ok()
    };
    match (parse(version), parse(than)) {
        (Some(version), Some(than)) => version > than,
        _ => false,
    }
}

/// What to install so that these tools are up to date. A tool that was named loses the version that it was held at.
pub fn upgrades(states: &[ToolState], names: &[String]) -> Vec<InstallRequest> {
    let is_meant = |state: &&ToolState| {
        if names.is_empty() {
            state.is_outdated()
        } else {
            let is_named = names.iter().any(|name| name == state.place.name.as_str());
            is_named && state.has_go && (state.has_newer || state.is_too_old)
        }
    };
    let request = |state: &ToolState| {
        let receipt = state.tool.receipt.as_ref().ok()?;
        let is_kept = receipt.is_held() && names.is_empty();
        Some(InstallRequest {
            package: PackageRequest {
                path: receipt.package.clone(),
                version: receipt.asked.clone().filter(|_| is_kept),
            },
            go: Query::parse(&state.place.of.line.to_string(), None).ok(),
            // What was allowed once.
            may_be_unproven: !receipt.unproven.is_empty(),
            may_shadow: true,
            rebuild: false,
        })
    };
    states.iter().filter(is_meant).filter_map(request).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_gos_order() {
        for (version, than, expected) in [
            ("v1.10.0", "v1.9.0", true),
            ("v1.9.0", "v1.9.0", false),
            ("v2.0.0+incompatible", "v1.9.0", true),
            ("v1.0.0", "v1.0.1-0.20260901195035-4393e4265563", false),
            ("v1.0.1", "v1.0.1-0.20260901195035-4393e4265563", true),
            ("main", "v1.0.0", false),
            ("v1.0.0", "(devel)", false),
        ] {
            assert_eq!(is_newer(version, than), expected, "{version} {than}");
        }
    }
}
