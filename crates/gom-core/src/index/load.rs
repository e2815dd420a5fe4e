//! Loads the index: from the binary and the cache and, if wanted, from go.dev and the module proxy. If they
//! don't answer, a warning is reported and the cached knowledge is used.

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
    /// Use only the binary and the cache.
    Local,
    /// Ask go.dev and the proxy, unless they answered within minutes.
    Current,
    /// Always ask, because somebody names a version that no list has yet.
    Now,
}

/// How long to wait for hosts that drop packets. Such a host is remembered, so this is spent once.
const PATIENCE: Duration = Duration::from_secs(1);

/// Loads the index for one platform; it may hold toolchains of others. Fails only if two sources contradict
/// each other.
pub async fn load(ctx: &Context, want: Freshness, platform: &Platform) -> Result<Index, IndexError> {
    let index = load_quietly(ctx, want, platform).await?;
    say_silence(ctx, &index);
    Ok(index)
}

/// Like [`load`], without the warning, for callers that report themselves that nobody could be asked.
pub async fn load_quietly(ctx: &Context, want: Freshness, platform: &Platform) -> Result<Index, IndexError> {
    let silence = refresh(ctx, want).await?;
    with_cached(ctx, Index { silence, ..Index::embedded_for(platform) }, Some(platform))
}

/// Loads what the binary and the cache know about one platform, without any request. It may hold toolchains of
/// other platforms.
pub fn load_known(ctx: &Context, platform: &Platform) -> Result<Index, IndexError> {
    with_cached(ctx, Index::embedded_for(platform), Some(platform))
}

/// Loads the index of all platforms.
pub async fn load_all(ctx: &Context, want: Freshness) -> Result<Index, IndexError> {
    let silence = refresh(ctx, want).await?;
    let index = with_cached(ctx, Index { silence, ..Index::embedded() }, None)?;
    say_silence(ctx, &index);
    Ok(index)
}

/// Asks for news. Returns the reason if nobody answered.
async fn refresh(ctx: &Context, want: Freshness) -> Result<Option<String>, IndexError> {
    if want == Freshness::Local {
        return Ok(None);
    }
    if ctx.client.is_offline() {
        return Ok(Some(format!("the network is off: {}", ctx.settings.offline.origin)));
    }
    Refresh { ctx, is_forced: want == Freshness::Now }.run().await
}

/// Warns that nobody answered, unless the user asked for no network.
fn say_silence(ctx: &Context, index: &Index) {
    if let Some(problem) = index.silence.as_ref().filter(|_| !ctx.client.is_offline()) {
        ctx.reporter.event(Event::Warning(format!(
            "can't ask for new releases, so only those up to {} are known ({problem})",
            index.as_of
        )));
    }
}

fn with_cached(ctx: &Context, mut index: Index, only: Option<&Platform>) -> Result<Index, IndexError> {
    godev::add_cached(ctx, &mut index, only)?;
    proxy_list::add_cached(ctx, &mut index);
    Ok(index)
}

/// What the module proxies said.
enum ProxyAnswer {
    /// Their list is here.
    Listed,
    /// No proxy is set, or none is asked.
    NotAsked,
    /// Why there is no list.
    Failed(String),
}

/// Asks both sources of news.
struct Refresh<'a> {
    ctx: &'a Context,
    /// Ask even if the cached answers are new.
    is_forced: bool,
}

impl Refresh<'_> {
    /// Asks both. Returns the reason if nobody answered.
    async fn run(&self) -> Result<Option<String>, IndexError> {
        // Checked first, because the requests below may mark the hosts as silent.
        let was_silent = godev::was_silent(self.ctx);
        let (godev, proxy) = if was_silent {
            (Ok(Err("it did not answer a few minutes ago".to_owned())), self.proxy(PATIENCE).await)
        } else {
            tokio::join!(self.godev(PATIENCE), self.proxy(PATIENCE))
        };
        let Err(problem) = godev? else { return Ok(None) };
        if let ProxyAnswer::Listed = proxy {
            // The proxy's list is as new as go.dev's and lacks only the sums of the newest archives.
            self.ctx.reporter.event(Event::Detail(format!("go.dev's release list: {problem}")));
            return Ok(None);
        }
        let (godev, proxy) = if was_silent {
            (Ok(Err(problem)), proxy)
        } else {
            // Nobody answered in time: allow for a slow network.
            let more = self.ctx.client.patience().connect();
            tokio::join!(self.godev(more), self.proxy(more))
        };
        let Err(problem) = godev? else { return Ok(None) };
        Ok(match proxy {
            ProxyAnswer::Listed => None,
            ProxyAnswer::NotAsked => Some(problem),
            ProxyAnswer::Failed(reason) => Some(format!("{problem}; {reason}")),
        })
    }

    /// Asks go.dev. The outer error is fatal, the inner one is not.
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

    /// Asks the proxy.
    async fn proxy(&self, limit: Duration) -> ProxyAnswer {
        if !self.is_forced && proxy_list::is_fresh(self.ctx) {
            return ProxyAnswer::Listed;
        }
        match proxy_list::refresh(self.ctx, limit).await {
            Ok(true) => ProxyAnswer::Listed,
            Ok(false) => ProxyAnswer::NotAsked,
            Err(reason) => {
                self.ctx.reporter.event(Event::Detail(format!("the module proxy's version list: {reason}")));
                let origin = self.ctx.go_settings.proxy.as_ref().map(|setting| &setting.origin);
                let set_by = origin.map(|origin| format!(" ({origin})")).unwrap_or_default();
                ProxyAnswer::Failed(format!("GOPROXY{set_by}: {reason}"))
            }
        }
    }
}
