//! Puts the index together: what is in the binary and the cache, and, where it matters, what go.dev and
//! the module proxy say now. No answer is never fatal here; it is said, and the older knowledge counts.

use std::time::Duration;

use super::godev::{self, ListError};
use super::{Index, proxy_list};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::report::Event;

/// How current an index must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// What is in the binary and the cache.
    Local,
    /// Ask go.dev and the proxy, unless that was done within minutes.
    Current,
}

/// Hosts that drop packets may cost this much, once; then they are remembered.
const PATIENCE: Duration = Duration::from_secs(1);

/// When nothing at all answered in time, a slow network gets this much.
const MORE_PATIENCE: Duration = Duration::from_secs(10);

/// The index. Fails only when two sources contradict each other.
pub async fn load(ctx: &Context, want: Want) -> Result<Index> {
    let embedded = Index::embedded();
    if want == Want::Current && !ctx.client.is_offline() {
        refresh(ctx, &embedded).await?;
    }
    let mut index = embedded;
    godev::add_cached(ctx, &mut index).map_err(Error::SumConflict)?;
    proxy_list::add_cached(ctx, &mut index);
    Ok(index)
}

async fn refresh(ctx: &Context, embedded: &Index) -> Result<()> {
    let (godev, proxy) = tokio::join!(refresh_godev(ctx, embedded, PATIENCE), refresh_proxy(ctx, PATIENCE));
    let Err(problem) = godev? else { return Ok(()) };
    if proxy {
        // The proxy's list is as new as go.dev's; only sums of the newest archives are missing.
        ctx.reporter.event(Event::Detail(format!("go.dev's release list: {problem}")));
        return Ok(());
    }
    let (godev, proxy) =
        tokio::join!(refresh_godev(ctx, embedded, MORE_PATIENCE), refresh_proxy(ctx, MORE_PATIENCE));
    if let Err(problem) = godev?
        && !proxy
    {
        let mut known = embedded.clone();
        let _ = godev::add_cached(ctx, &mut known);
        ctx.reporter.event(Event::Warning(format!(
            "can't ask for new releases, so only those up to {} are known ({problem})",
            known.as_of
        )));
    }
    Ok(())
}

/// The outer result is fatal, the inner one is not.
async fn refresh_godev(
    ctx: &Context,
    embedded: &Index,
    limit: Duration,
) -> Result<std::result::Result<(), String>> {
    if godev::is_fresh(ctx) {
        return Ok(Ok(()));
    }
    match godev::refresh(ctx, embedded, limit).await {
        Ok(()) => Ok(Ok(())),
        Err(ListError::Conflict(conflict)) => Err(Error::SumConflict(conflict)),
        Err(error) => {
            ctx.cancel.check()?;
            Ok(Err(error.to_string()))
        }
    }
}

/// Whether the proxy's list is there now.
async fn refresh_proxy(ctx: &Context, limit: Duration) -> bool {
    if proxy_list::is_fresh(ctx) {
        return true;
    }
    match proxy_list::refresh(ctx, limit).await {
        Ok(answered) => answered,
        Err(reason) => {
            ctx.reporter.event(Event::Detail(format!("the module proxy's version list: {reason}")));
            false
        }
    }
}
