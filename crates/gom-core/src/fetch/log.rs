//! The way to the checksum database: which addresses serve it, in the order of the go command
//! (cmd/go/internal/modfetch/sumdb.go), and how its files are fetched. What comes back is trusted by
//! nobody: [`gom_sumdb`] proves it.

use std::path::PathBuf;

use url::Url;

use gom_select::explain::with_causes;
use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::error::Result;
use crate::go::paths::GoPaths;
use crate::go::settings::{
    BadGoSetting, ChecksumDatabase, GoProxyKind, PUBLIC_LOG, PUBLIC_LOG_CN, TOOLCHAIN_MODULE,
};
use crate::net::race::{Address, Contender, PlaceFailure, first_whole};
use crate::net::{ByteRange, Get, NetError, retry};
use crate::proof::{LogAnswer, LogFailure};
use gom_sumdb::{LogClient, LogError, LogRecord, LogState, LogTransport, TransportError};

/// Tries at one file of the log when the failure may pass.
const TRIES: u32 = 3;

/// What came of asking the checksum database about a toolchain.
#[derive(Debug)]
pub enum LogLookup {
    /// Its record, proven.
    Record {
        /// The database's name.
        log: String,
        /// The record.
        record: LogRecord,
    },
    /// It could not be asked, or knows no such toolchain.
    Unknown {
        /// The database's name.
        log: String,
        /// Why.
        error: LogError,
    },
    /// `GOSUMDB=off`, and where that stands.
    Off(String),
}

impl LogLookup {
    /// In the form that [`crate::proof`] reads.
    pub fn answer(&self) -> LogAnswer<'_> {
        match self {
            LogLookup::Record { log, record } => LogAnswer::Record(log, record),
            LogLookup::Unknown { log, error } => LogAnswer::Unknown(log, error),
            LogLookup::Off(origin) => LogAnswer::Off(origin),
        }
    }

    /// The record, if there is one.
    pub fn record(&self) -> Option<&LogRecord> {
        match self {
            LogLookup::Record { record, .. } => Some(record),
            LogLookup::Unknown { .. } | LogLookup::Off(_) => None,
        }
    }
}

/// Asks the checksum database for a toolchain's record. An answer that is wrong in any way is an error:
/// only one that did not come may be done without.
pub async fn ask(ctx: &Context, id: &ToolchainId) -> Result<LogLookup> {
    let Some(log) = ctx.go_settings.log()? else {
        return Ok(LogLookup::Off(ctx.go_settings.sumdb.origin.to_string()));
    };
    let transport = HttpLog { ctx, bases: bases(ctx, &log).await? };
    let client = LogClient::new(log.key.clone(), transport, state(ctx, &log));
    let answer = client.lookup(TOOLCHAIN_MODULE, &id.module_version()).await;
    ctx.cancel.check()?;
    let log = log.key.name().to_owned();
    match answer {
        Ok(record) => Ok(LogLookup::Record { log, record }),
        Err(error) if error.is_no_answer() => Ok(LogLookup::Unknown { log, error }),
        Err(source) => Err(LogFailure { id: id.clone(), log, source }.into()),
    }
}

/// The addresses that may serve the log, in order, and whether each is a proxy's.
pub fn addresses(
    ctx: &Context,
    log: &ChecksumDatabase,
) -> std::result::Result<Vec<(Url, bool)>, BadGoSetting> {
    if let Some(url) = &log.url {
        return Ok(vec![(url.clone(), false)]);
    }
    let name = log.key.name();
    let proxies = ctx.go_settings.proxies()?.into_iter().map_while(|proxy| match proxy.place {
        GoProxyKind::Url(proxy) => Some(proxy),
        // Where modules come from directly, the log does too.
        GoProxyKind::Direct | GoProxyKind::Off => None,
    });
    let of_proxies = proxies.map(|proxy| format!("{}/sumdb/{name}", proxy.as_str().trim_end_matches('/')));
    let hosts: &[&str] = if name == PUBLIC_LOG { &[PUBLIC_LOG, PUBLIC_LOG_CN] } else { &[name] };
    let own = hosts.iter().map(|host| (format!("https://{host}"), false));
    let all = of_proxies.map(|base| (base, true)).chain(own);
    Ok(all.filter_map(|(base, is_proxy)| Some((Url::parse(&base).ok()?, is_proxy))).collect())
}

/// How many records the log has, by the tree head that one of the addresses served; else why it is not this log's.
pub fn size_of_head(head: &[u8], log: &ChecksumDatabase) -> std::result::Result<u64, String> {
    gom_sumdb::size_of_head(head, &log.key).map_err(|error| with_causes(&error))
}

/// The addresses that serve the log. A proxy that says it serves it is the only one then; otherwise the
/// log is asked itself.
async fn bases(ctx: &Context, log: &ChecksumDatabase) -> Result<Vec<Url>> {
    let (of_proxies, own): (Vec<_>, Vec<_>) =
        addresses(ctx, log)?.into_iter().partition(|(_, is_proxy)| *is_proxy);
    for (base, _) in of_proxies {
        let Ok(supported) = Url::parse(&format!("{base}/supported")) else { continue };
        // Whatever goes wrong here, the log itself can still be asked: nothing depends on who answers. So a
        // proxy that is silent is not waited for as long as a place that alone has something.
        let head_limit = Some(ctx.client.patience().silence_among_others());
        let get = Get { head_limit, ..Get::new(supported) };
        if let Ok(Some(_)) = ctx.client.get_small(&get, 1 << 16).await {
            return Ok(vec![base]);
        }
        ctx.cancel.check()?;
    }
    Ok(own.into_iter().map(|(base, _)| base).collect())
}

fn state(ctx: &Context, log: &ChecksumDatabase) -> LogState {
    let name = log.key.name();
    LogState {
        head_file: ctx.store.layout().sumdb(name).join("latest"),
        tile_dir: Some(ctx.cache_path("sumdb").join(name)),
        other_heads: go_memory(ctx, name).into_iter().collect(),
    }
}

/// Where the go command keeps the newest head it saw: below the first folder of GOPATH.
fn go_memory(ctx: &Context, name: &str) -> Option<PathBuf> {
    let gopath = GoPaths::read(&ctx.environment).gopath?;
    Some(gopath.join("pkg/sumdb").join(name).join("latest"))
}

/// Why there is no body, and whether that may pass.
type NoBody = (TransportError, bool);

/// Reads the log's files over the one client; several addresses of the log race for each.
struct HttpLog<'a> {
    ctx: &'a Context,
    bases: Vec<Url>,
}

impl LogTransport for HttpLog<'_> {
    async fn get(&self, path: &str, limit: u64) -> std::result::Result<Option<Vec<u8>>, TransportError> {
        let mut failed = 0;
        loop {
            match self.get_once(path, limit).await {
                Ok(body) => return Ok(body),
                Err((error, may_pass)) => {
                    failed += 1;
                    if !may_pass || failed == TRIES || retry::pause(&self.ctx.cancel, failed).await.is_err() {
                        return Err(error);
                    }
                }
            }
        }
    }
}

impl HttpLog<'_> {
    async fn get_once(&self, path: &str, limit: u64) -> std::result::Result<Option<Vec<u8>>, NoBody> {
        let contenders: Vec<Contender> = self.bases.iter().filter_map(|base| contender(base, path)).collect();
        let client = &self.ctx.client;
        // An answer of the log needs no work, unlike a proxy's that fetches an archive first.
        match first_whole(client, &contenders, client.patience().connect(), limit).await {
            Ok((winner, _)) => Ok(Some(winner.answer.bytes.into())),
            // The log did answer: this must not pass for one that is out of reach.
            Err(failures) if failures.iter().any(is_too_large) => Err((TransportError::TooLong, false)),
            Err(failures) if failures.iter().any(|failure| failure.error.is_not_found()) => Ok(None),
            Err(failures) => {
                let may_pass =
                    |failure: &PlaceFailure| failure.error.is_transient() && !failure.error.is_silence();
                let may_pass = failures.iter().any(may_pass);
                Err((no_answer(&failures), may_pass))
            }
        }
    }
}

fn is_too_large(failure: &PlaceFailure) -> bool {
    matches!(failure.error, NetError::TooLarge { .. })
}

/// Why no address of the log answered.
fn no_answer(failures: &[PlaceFailure]) -> TransportError {
    let reasons: Vec<String> = failures.iter().map(|failure| failure.error.to_string()).collect();
    let hint = failures.iter().find_map(|failure| failure.error.own_hint());
    TransportError::new(reasons.join("; ")).with_hint(hint)
}

fn contender(base: &Url, path: &str) -> Option<Contender> {
    let url = Url::parse(&format!("{}{path}", base.as_str().trim_end_matches('/'))).ok()?;
    Some(Contender {
        label: base.host_str().unwrap_or("checksum database").to_owned(),
        addresses: vec![Address { url, next_on_any_failure: false }],
        span: ByteRange::From(0),
        expected: "a record of the checksum database",
        if_none_match: None,
        compressed: false,
    })
}
