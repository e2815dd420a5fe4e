//! Puts the index together: what is in the binary and the cache, and, where it matters, what go.dev and
//! the module proxy say now. No answer is never fatal here; it is said, and the older knowledge counts.

use std::time::Duration;

use gom_select::platform::Platform;

use super::error::IndexError;
use super::godev::{self, ListError};
use super::proxy_list;
use super::toolchains::Index;
use crate::context::Context;
use crate::report::Event;

/// How current an index must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// What is in the binary and the cache.
    Local,
    /// Ask go.dev and the proxy, unless that was done within minutes.
    Current,
    /// Ask in any case: somebody names a version that nobody told us of yet.
    Now,
}

/// Hosts that drop packets may cost this much, once; then they are remembered.
const PATIENCE: Duration = Duration::from_secs(1);

/// The index of one platform's toolchains, which may have some of others. Fails only when two sources
/// contradict each other.
pub async fn load(ctx: &Context, want: Freshness, platform: &Platform) -> Result<Index, IndexError> {
    let index = load_quietly(ctx, want, platform).await?;
    say_silence(ctx, &index);
    Ok(index)
}

/// The same for callers that say themselves what it means that nobody could be asked.
pub async fn load_quietly(ctx: &Context, want: Freshness, platform: &Platform) -> Result<Index, IndexError> {
    let silence = refresh(ctx, want).await?;
    with_cached(ctx, Index { silence, ..Index::embedded_for(platform) })
}

/// The index of all toolchains.
pub async fn load_all(ctx: &Context, want: Freshness) -> Result<Index, IndexError> {
    let silence = refresh(ctx, want).await?;
    let index = with_cached(ctx, Index { silence, ..Index::embedded() })?;
    say_silence(ctx, &index);
    Ok(index)
}

/// Asks for news; why nobody answered, if nobody did.
async fn refresh(ctx: &Context, want: Freshness) -> Result<Option<String>, IndexError> {
    if want == Freshness::Local {
        return Ok(None);
    }
    if ctx.client.is_offline() {
        return Ok(Some(format!("the network is off: {}", ctx.settings.offline.origin)));
    }
    Refresh { ctx, is_forced: want == Freshness::Now }.run().await
}

/// Who asked for no network knows that there is no news.
fn say_silence(ctx: &Context, index: &Index) {
    if let Some(problem) = index.silence.as_ref().filter(|_| !ctx.client.is_offline()) {
        ctx.reporter.event(Event::Warning(format!(
            "can't ask for new releases, so only those up to {} are known ({problem})",
            index.as_of
        )));
    }
}

fn with_cached(ctx: &Context, mut index: Index) -> Result<Index, IndexError> {
    godev::add_cached(ctx, &mut index)?;
    proxy_list::add_cached(ctx, &mut index);
    Ok(index)
}

/// Asking both sources of news.
struct Refresh<'a> {
    ctx: &'a Context,
    /// Ask although the cached answers are young.
    is_forced: bool,
}

impl Refresh<'_> {
    /// Why nobody answered, if nobody did.
    async fn run(&self) -> Result<Option<String>, IndexError> {
        // Looked at before the first question, which may be what finds out.
        let was_silent = godev::was_silent(self.ctx);
        let (godev, proxy) = if was_silent {
            (Ok(Err("it did not answer some minutes ago".to_owned())), self.proxy(PATIENCE).await)
        } else {
            tokio::join!(self.godev(PATIENCE), self.proxy(PATIENCE))
        };
        let Err(problem) = godev? else { return Ok(None) };
        if proxy {
            // The proxy's list is as new as go.dev's; only sums of the newest archives are missing.
            self.ctx.reporter.event(Event::Detail(format!("go.dev's release list: {problem}")));
            return Ok(None);
        }
        let (godev, proxy) = if was_silent {
            (Ok(Err(problem)), false)
        } else {
            // When nothing at all answered in time, a slow network gets more.
            let more = self.ctx.client.patience().connect();
            tokio::join!(self.godev(more), self.proxy(more))
        };
        Ok(godev?.err().filter(|_| !proxy))
    }

    /// The outer result is fatal, the inner one is not.
    async fn godev(&self, limit: Duration) -> Result<Result<(), String>, IndexError> {
        if !self.is_forced && godev::is_fresh(self.ctx) {
            return Ok(Ok(()));
        }
        match godev::refresh(self.ctx, limit).await {
            Ok(()) => Ok(Ok(())),
            Err(ListError::Conflict(conflict)) => Err(conflict.into()),
            Err(error) => {
                self.ctx.cancel.check()?;
                Ok(Err(error.to_string()))
            }
        }
    }

    /// Whether the proxy's list is there now.
    async fn proxy(&self, limit: Duration) -> bool {
        if !self.is_forced && proxy_list::is_fresh(self.ctx) {
            return true;
        }
        match proxy_list::refresh(self.ctx, limit).await {
            Ok(answered) => answered,
            Err(reason) => {
                self.ctx.reporter.event(Event::Detail(format!("the module proxy's version list: {reason}")));
                false
            }
        }
    }
}
