//! Removes tools.

use gom_core::cancel::Cancel;
use gom_core::context::Context;
use gom_core::files;
use gom_core::repair;
use gom_core::report::Event;
use gom_core::store::tools::RemovedTool;
use gom_select::tool_name::ToolPlace;
use gom_select::tools;
use gom_select::version::ReleaseLine;

use crate::error::{Result, ToolError};

/// The tools that these names mean: those of one line, else those of all.
pub fn removed_by(ctx: &Context, names: &[String], line: Option<&ReleaseLine>) -> Result<Vec<ToolPlace>> {
    let all = tools::all(ctx.store.layout())?;
    let mut found: Vec<ToolPlace> = Vec::new();
    for name in names {
        let is_meant = |place: &&ToolPlace| {
            place.name.as_str() == name && line.is_none_or(|line| place.of.line == *line)
        };
        let meant: Vec<&ToolPlace> = all.iter().filter(is_meant).collect();
        if meant.is_empty() {
            let of = line.map(|line| format!(" for Go {line}")).unwrap_or_default();
            return Err(ToolError::NotInstalled { name: name.clone(), of });
        }
        for place in meant {
            if !found.contains(place) {
                found.push(place.clone());
            }
        }
    }
    Ok(found)
}

/// Removes the tools that these names mean, and the commands that then have none.
pub async fn uninstall(
    ctx: &Context,
    names: &[String],
    line: Option<&ReleaseLine>,
) -> Result<Vec<ToolPlace>> {
    repair::finish(ctx).await?;
    let places = match removed_by(ctx, names, line) {
        Err(error) => {
            // On a full disk an earlier gom may have removed the tool and could not remove its command.
            if files::is_folder(&ctx.store.layout().bin()) {
                ctx.store.refresh_links(&ctx.platform, &Cancel::default()).await?;
            }
            return Err(error);
        }
        places => places?,
    };
    let (mut removed, mut files) = (Vec::new(), Vec::new());
    let mut failed = None;
    for place in places {
        match remove(ctx, &place).await {
            Ok(Some(of_tool)) => {
                removed.push(place);
                files.push(of_tool);
            }
            Ok(None) => {}
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    // A command without its tool must not stay, whatever happened.
    if let Err(error) = ctx.store.refresh_links(&ctx.platform, &Cancel::default()).await {
        files.into_iter().for_each(RemovedTool::keep);
        return Err(error.into());
    }
    failed.map_or(Ok(removed), Err)
}

async fn remove(ctx: &Context, place: &ToolPlace) -> Result<Option<RemovedTool>> {
    ctx.cancel.check()?;
    let on_wait =
        || ctx.reporter.event(Event::Note(format!("waiting for another gom that works on {}", place.name)));
    let _lock = ctx.store.lock_tool(place, &ctx.cancel, on_wait).await?;
    Ok(ctx.store.remove_tool(place)?)
}
