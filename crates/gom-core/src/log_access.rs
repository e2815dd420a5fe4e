//! The way to the checksum database: which addresses serve it, in the order of the go command
//! (cmd/go/internal/modfetch/sumdb.go), and how its files are fetched. What comes back is trusted by
//! nobody: [`crate::sumdb`] proves it.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::evidence;
use crate::go_paths::GoPaths;
use crate::go_settings::{Log, PUBLIC_LOG, PUBLIC_LOG_CN, ProxyPlace, TOOLCHAIN_MODULE};
use crate::net::client::HEAD_LIMIT;
use crate::net::race::{Address, Contender, first_answer};
use crate::net::{NetError, Span};
use crate::proof::LogAnswer;
use crate::sumdb::{LogClient, LogError, LogRecord, LogState, LogTransport, TransportError};

/// Tries at one file of the log when the failure may pass.
const TRIES: u32 = 3;

/// What came of asking the checksum database about a toolchain.
#[derive(Debug)]
pub enum LogSays {
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

impl LogSays {
    /// In the form that [`crate::proof`] reads.
    pub fn answer(&self) -> LogAnswer<'_> {
        match self {
            LogSays::Record { log, record } => LogAnswer::Record(log, record),
            LogSays::Unknown { log, error } => LogAnswer::Unknown(log, error),
            LogSays::Off(origin) => LogAnswer::Off(origin),
        }
    }

    /// The record, if there is one.
    pub fn record(&self) -> Option<&LogRecord> {
        match self {
            LogSays::Record { record, .. } => Some(record),
            LogSays::Unknown { .. } | LogSays::Off(_) => None,
        }
    }
}

/// Asks the checksum database for a toolchain's record. An answer that is wrong in any way is an error:
/// only one that did not come may be done without.
pub async fn ask(ctx: &Context, id: &ToolchainId) -> Result<LogSays> {
    let Some(log) = ctx.go_settings.log()? else {
        return Ok(LogSays::Off(ctx.go_settings.sumdb.origin.to_string()));
    };
    let transport = HttpLog { ctx, bases: bases(ctx, &log).await? };
    let client = LogClient::new(log.key.clone(), transport, state(ctx, &log));
    let answer = client.lookup(TOOLCHAIN_MODULE, &id.module_version()).await;
    ctx.cancel.check()?;
    let log = log.key.name().to_owned();
    match answer {
        Ok(record) => Ok(LogSays::Record { log, record }),
        Err(error) if error.is_no_answer() => Ok(LogSays::Unknown { log, error }),
        Err(source) => {
            evidence::keep_fork(ctx, id, &source);
            Err(Error::Log { id: id.clone(), log, source })
        }
    }
}

/// The addresses that serve the log. A proxy that says it serves it is the only one then; otherwise the
/// log is asked itself.
async fn bases(ctx: &Context, log: &Log) -> Result<Vec<Url>> {
    if let Some(url) = &log.url {
        return Ok(vec![url.clone()]);
    }
    let name = log.key.name();
    for proxy in ctx.go_settings.proxies()? {
        // Where modules come from directly, the log does too.
        let ProxyPlace::Url(proxy) = proxy.place else { break };
        let base = format!("{}/sumdb/{name}", proxy.as_str().trim_end_matches('/'));
        let (Ok(base), Ok(supported)) = (Url::parse(&base), Url::parse(&format!("{base}/supported"))) else {
            continue;
        };
        // Whatever goes wrong here, the log itself can still be asked: nothing depends on who answers.
        if let Ok(Some(_)) = ctx.client.get_small(&supported, 1 << 16).await {
            return Ok(vec![base]);
        }
        ctx.cancel.check()?;
    }
    let hosts: &[&str] = if name == PUBLIC_LOG { &[PUBLIC_LOG, PUBLIC_LOG_CN] } else { &[name] };
    Ok(hosts.iter().filter_map(|host| Url::parse(&format!("https://{host}")).ok()).collect())
}

fn state(ctx: &Context, log: &Log) -> LogState {
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
type Missing = (TransportError, bool);

/// Reads the log's files over the one client; several addresses of the log race for each.
struct HttpLog<'a> {
    ctx: &'a Context,
    bases: Vec<Url>,
}

impl LogTransport for HttpLog<'_> {
    async fn get(&self, path: &str, limit: u64) -> std::result::Result<Option<Vec<u8>>, TransportError> {
        let mut pause = Duration::from_millis(200);
        for _ in 1..TRIES {
            match self.get_once(path, limit).await {
                Err((_, true)) if !self.ctx.cancel.is_cancelled() => tokio::time::sleep(pause).await,
                Err((error, _)) => return Err(error),
                Ok(body) => return Ok(body),
            }
            pause *= 2;
        }
        self.get_once(path, limit).await.map_err(|(error, _)| error)
    }
}

impl HttpLog<'_> {
    async fn get_once(&self, path: &str, limit: u64) -> std::result::Result<Option<Vec<u8>>, Missing> {
        let contenders: Vec<Contender> = self.bases.iter().filter_map(|base| contender(base, path)).collect();
        match first_answer(&self.ctx.client, &contenders, HEAD_LIMIT).await {
            Ok((winner, _)) => match winner.answer.bytes(limit).await {
                Ok(bytes) => Ok(Some(bytes.into())),
                // The log did answer: this must not pass for one that is out of reach.
                Err(NetError::TooLarge { .. }) => Err((TransportError::TooLong, false)),
                Err(error) => Err((TransportError::new(error.to_string()), error.is_transient())),
            },
            Err(failures) if failures.iter().any(|failure| failure.error.is_not_found()) => Ok(None),
            Err(failures) => {
                let transient = failures.iter().any(|failure| failure.error.is_transient());
                let reasons: Vec<String> =
                    failures.into_iter().map(|failure| failure.error.to_string()).collect();
                Err((TransportError::new(reasons.join("; ")), transient))
            }
        }
    }
}

fn contender(base: &Url, path: &str) -> Option<Contender> {
    let url = Url::parse(&format!("{}{path}", base.as_str().trim_end_matches('/'))).ok()?;
    Some(Contender {
        label: base.host_str().unwrap_or("checksum database").to_owned(),
        addresses: vec![Address { url, next_on_any_failure: false }],
        span: Span::From(0),
        expected: "a record of the checksum database",
        if_none_match: None,
    })
}
