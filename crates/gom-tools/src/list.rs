//! The tools that are installed.

use gom_core::context::Context;
use gom_select::select::{self, Selected};
use gom_select::tool_name::ToolPlace;
use gom_select::tools::{self, ToolChoice};
use gom_select::version::ReleaseLine;

use crate::error::Result;
use crate::receipt::ToolReceipt;

/// A tool that is installed.
#[derive(Clone, Debug)]
pub struct ListedTool {
    /// Where.
    pub place: ToolPlace,
    /// What, or why that is not known.
    pub receipt: std::result::Result<ToolReceipt, String>,
    /// Whether it is what its name runs in this folder.
    pub runs_here: bool,
}

/// Lists the tools, by name and line.
pub fn list(ctx: &Context) -> Result<Vec<ListedTool>> {
    let layout = ctx.store.layout();
    let here = line_here(ctx);
    let mut found = Vec::new();
    for place in tools::all(layout)? {
        let runs_here = match &here {
            Some((line, platforms)) => {
                let [first, second] = platforms;
                let choice = tools::choose(layout, line.as_ref(), [first, second], &place.name)?;
                choice == ToolChoice::Of(place.of.clone())
            }
            None => false,
        };
        found.push(ListedTool { receipt: ToolReceipt::read(ctx, &place), runs_here, place });
    }
    found.sort_by(|a, b| (&a.place.name, &a.place.of).cmp(&(&b.place.name, &b.place.of)));
    Ok(found)
}

/// The line and the platforms whose tools run here. `None` if no Go is selected, so that no tool runs either.
type LineHere = (Option<ReleaseLine>, [gom_select::platform::Platform; 2]);

fn line_here(ctx: &Context) -> Option<LineHere> {
    let selection = ctx.with_situation(select::select).ok()?;
    let line = selection.toolchain.tree().map(|(version, _)| version.line());
    let platform = match selection.toolchain {
        Selected::Installed { id, .. } => id.platform,
        Selected::Linked { .. } | Selected::System { .. } => ctx.platform.clone(),
    };
    Some((line, [platform, ctx.platform.clone()]))
}
