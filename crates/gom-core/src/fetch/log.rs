//! Access to the checksum database: the addresses that serve it, in the order of the go command
//! (cmd/go/internal/modfetch/sumdb.go), and how its files are fetched. Nothing that arrives is trusted:
//! [`gom_sumdb`] proves it.

use std::path::PathBuf;

use futures_util::future::join_all;
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
use crate::proof::{LogAnswer, LogFailure, Proof};
use gom_sumdb::{
    Agreement, GO_DATABASE_KEY, LogClient, LogError, LogRecord, LogState, LogTransport, TransportError,
    VerifierKey, verify_offline,
};

/// How often a file of the log is requested when the failure may be temporary.
const TRIES: u32 = 3;

/// The result of asking the checksum database for a toolchain.
#[derive(Debug)]
pub enum LogLookup {
    /// The proven record.
    Record {
        /// The database's name.
        log: String,
        /// The record.
        record: LogRecord,
    },
    /// The database could not be asked, or does not know the toolchain.
    Unknown {
        /// The database's name.
        log: String,
        /// Why.
        error: LogError,
    },
    /// The database is off (`GOSUMDB=off`); the text says where that is set.
    Off(String),
}

impl LogLookup {
    /// Converts to the form that [`crate::proof`] takes.
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

/// The checksum database's answer about any module.
#[derive(Debug)]
pub enum ModuleAnswer {
    /// Its answer: the proven record, or why there is none.
    Asked {
        /// The database's name.
        log: String,
        /// The answer.
        answer: std::result::Result<LogRecord, LogError>,
    },
    /// The database is off (`GOSUMDB=off`); the text says where that is set.
    Off(String),
}

/// Asks the checksum database for a toolchain's record. A wrong answer is an error; a missing answer is not,
/// because a published sha256 may be enough.
pub async fn ask(ctx: &Context, id: &ToolchainId) -> Result<LogLookup> {
    match ask_about(ctx, TOOLCHAIN_MODULE, &id.module_version()).await? {
        ModuleAnswer::Off(origin) => Ok(LogLookup::Off(origin)),
        ModuleAnswer::Asked { log, answer: Ok(record) } => Ok(LogLookup::Record { log, record }),
        ModuleAnswer::Asked { log, answer: Err(error) } if error.is_no_answer() => {
            Ok(LogLookup::Unknown { log, error })
        }
        ModuleAnswer::Asked { log, answer: Err(source) } => {
            Err(LogFailure { id: id.clone(), log, source }.into())
        }
    }
}

/// Asks the checksum database for the record of a module version. Only GOSUMDB decides whether and where:
/// GOPRIVATE and GONOSUMDB exempt no module here.
pub async fn ask_about(ctx: &Context, module: &str, version: &str) -> Result<ModuleAnswer> {
    let Some(log) = ctx.go_settings.log()? else {
        return Ok(ModuleAnswer::Off(ctx.go_settings.sumdb.origin.to_string()));
    };
    let transport = HttpLog { ctx, places: places(ctx, &log).await? };
    let client = LogClient::new(log.key.clone(), transport, state(ctx, &log));
    let answer = client.lookup(module, version).await;
    ctx.cancel.check()?;
    Ok(ModuleAnswer::Asked { log: log.key.name().to_owned(), answer })
}

/// How many records are asked for at once.
const AT_ONCE: usize = 8;

/// Like [`ask_about`], for several module versions, whose answers are in the same order.
pub async fn ask_about_all(ctx: &Context, modules: &[(&str, &str)]) -> Result<Vec<ModuleAnswer>> {
    let Some(log) = ctx.go_settings.log()? else {
        let off = || ModuleAnswer::Off(ctx.go_settings.sumdb.origin.to_string());
        return Ok(modules.iter().map(|_| off()).collect());
    };
    let transport = HttpLog { ctx, places: places(ctx, &log).await? };
    let client = LogClient::new(log.key.clone(), transport, state(ctx, &log));
    let mut answers = Vec::new();
    for some in modules.chunks(AT_ONCE) {
        let asked = some.iter().map(|(module, version)| client.lookup(module, version));
        answers.extend(join_all(asked).await);
        ctx.cancel.check()?;
    }
    let log = log.key.name();
    Ok(answers.into_iter().map(|answer| ModuleAnswer::Asked { log: log.to_owned(), answer }).collect())
}

/// Returns a database by its name. The key of Go's own is in the binary, whatever GOSUMDB sets for this name; any other
/// key comes only from GOSUMDB.
pub(crate) fn known_database(ctx: &Context, name: &str) -> Option<ChecksumDatabase> {
    let set = ctx.go_settings.log().ok().flatten().filter(|log| log.key.name() == name);
    if name != PUBLIC_LOG {
        return set;
    }
    let key = VerifierKey::parse(GO_DATABASE_KEY).ok()?;
    Some(ChecksumDatabase { key, url: set.and_then(|log| log.url) })
}

/// Returns the database's name and the record from a toolchain's receipt, if the key has signed it and it is of the receipt's
/// tree.
pub(crate) fn kept_record(ctx: &Context, id: &ToolchainId) -> Option<(String, LogRecord)> {
    let receipt = ctx.store.read_receipt(id)?;
    let Proof::Log { log, record } = receipt.proof else { return None };
    let database = known_database(ctx, &log)?;
    verify_offline(&database.key, TOOLCHAIN_MODULE, &id.module_version(), &record).ok()?;
    (record.h1 == receipt.tree.h1).then_some((log, record))
}

/// Proves a toolchain's record that somebody else kept, with the key of the database, and compares its head with those
/// seen before. With `GOSUMDB=off` nobody is asked for that.
pub(crate) async fn check(
    ctx: &Context,
    log: &ChecksumDatabase,
    id: &ToolchainId,
    record: &LogRecord,
) -> Result<std::result::Result<Agreement, LogError>> {
    let is_asked = ctx.go_settings.log()?.is_some();
    let places = if is_asked { places(ctx, log).await? } else { LogPlaces::default() };
    let transport = HttpLog { ctx, places };
    let client = LogClient::new(log.key.clone(), transport, state(ctx, log));
    let checked = client.check(TOOLCHAIN_MODULE, &id.module_version(), record).await;
    ctx.cancel.check()?;
    Ok(checked)
}

/// Returns the addresses that may serve the log, in order, each with whether it is a proxy's.
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
        // With `direct`, modules come from their origin, and so does the log.
        GoProxyKind::Direct | GoProxyKind::Off => None,
    });
    let of_proxies = proxies.map(|proxy| format!("{}/sumdb/{name}", proxy.as_str().trim_end_matches('/')));
    let hosts: &[&str] = if name == PUBLIC_LOG { &[PUBLIC_LOG, PUBLIC_LOG_CN] } else { &[name] };
    let own = hosts.iter().map(|host| (format!("https://{host}"), false));
    let all = of_proxies.map(|base| (base, true)).chain(own);
    Ok(all.filter_map(|(base, is_proxy)| Some((Url::parse(&base).ok()?, is_proxy))).collect())
}

/// Reads the number of records from a tree head that one of the addresses served. The error says why it is
/// not a head of this log.
pub fn size_of_head(head: &[u8], log: &ChecksumDatabase) -> std::result::Result<u64, String> {
    gom_sumdb::size_of_head(head, &log.key).map_err(|error| with_causes(&error))
}

/// Where the log is asked.
#[derive(Default)]
struct LogPlaces {
    /// The addresses.
    bases: Vec<Url>,
    /// Why the user's proxies are not among them.
    lost_proxies: Vec<String>,
}

/// Returns the places to ask. If a proxy confirms that it serves the log, it is the only one; otherwise
/// the log's own hosts are asked.
async fn places(ctx: &Context, log: &ChecksumDatabase) -> Result<LogPlaces> {
    let (of_proxies, own): (Vec<_>, Vec<_>) =
        addresses(ctx, log)?.into_iter().partition(|(_, is_proxy)| *is_proxy);
    let is_default = ctx.go_settings.has_default_proxy();
    let mut lost_proxies = Vec::new();
    for (base, _) in of_proxies {
        // Nobody has said that gom's default can be reached here, so gom waits for it only once.
        let default_host = base.host_str().filter(|_| is_default);
        if default_host.is_some_and(|host| ctx.client.health().is_silent(host)) {
            continue;
        }
        let Ok(supported) = Url::parse(&format!("{base}/supported")) else { continue };
        // If this fails, the log itself can still be asked: the proof does not depend on who answers. So a
        // silent proxy gets less time than a place that has no alternative.
        let head_limit = Some(ctx.client.patience().silence_among_others());
        let get = Get { head_limit, ..Get::new(supported) };
        match (ctx.client.get_small(&get, 1 << 16).await, default_host) {
            (Ok(Some(_)), _) => return Ok(LogPlaces { bases: vec![base], lost_proxies }),
            // It serves no log, as a proxy may.
            (Ok(None), _) => {}
            (Err(error), default_host) => {
                if let Some(host) = default_host.filter(|_| error.is_silence()) {
                    ctx.client.health().mark_silent(host);
                }
                lost_proxies.push(format!("GOPROXY: {error}"));
            }
        }
        ctx.cancel.check()?;
    }
    Ok(LogPlaces { bases: own.into_iter().map(|(base, _)| base).collect(), lost_proxies })
}

fn state(ctx: &Context, log: &ChecksumDatabase) -> LogState {
    let name = log.key.name();
    // `gom self update` also runs beside a store that only a newer gom may change.
    let folder = match ctx.store.check_layout() {
        Ok(()) => ctx.store.layout().sumdb(name),
        Err(_) => ctx.cache_path("sumdb").join(name),
    };
    LogState {
        head_file: folder.join("latest"),
        tile_dir: Some(ctx.cache_path("sumdb").join(name)),
        other_heads: go_memory(ctx, name).into_iter().collect(),
    }
}

/// The file in which the go command keeps the newest tree head it saw: below the first folder of GOPATH.
fn go_memory(ctx: &Context, name: &str) -> Option<PathBuf> {
    let gopath = GoPaths::read(&ctx.environment).gopath?;
    Some(gopath.join("pkg/sumdb").join(name).join("latest"))
}

/// Why a request returned no body, and whether the failure may be temporary.
type NoBody = (TransportError, bool);

/// Fetches the log's files with the shared client; if the log has several addresses, they race for each file.
struct HttpLog<'a> {
    ctx: &'a Context,
    places: LogPlaces,
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
        let bases = self.places.bases.iter();
        let contenders: Vec<Contender> = bases.filter_map(|base| contender(base, path)).collect();
        let client = &self.ctx.client;
        // The log answers at once, unlike a proxy that may first fetch an archive, so a short time limit is
        // enough.
        match first_whole(client, &contenders, client.patience().connect(), limit).await {
            Ok((winner, _)) => Ok(Some(winner.answer.bytes.into())),
            // The log did answer, so this must not count as unreachable.
            Err(failures) if failures.iter().any(is_too_large) => Err((TransportError::TooLong, false)),
            Err(failures) if failures.iter().any(|failure| failure.error.is_not_found()) => Ok(None),
            Err(failures) => {
                let may_pass =
                    |failure: &PlaceFailure| failure.error.is_transient() && !failure.error.is_silence();
                let may_pass = failures.iter().any(may_pass);
                Err((no_answer(&failures, &self.places.lost_proxies), may_pass))
            }
        }
    }
}

fn is_too_large(failure: &PlaceFailure) -> bool {
    matches!(failure.error, NetError::TooLarge { .. })
}

/// Collects why no address of the log answered, and no proxy before.
fn no_answer(failures: &[PlaceFailure], lost_proxies: &[String]) -> TransportError {
    let reasons = failures.iter().map(|failure| failure.error.to_string());
    let reasons: Vec<String> = lost_proxies.iter().cloned().chain(reasons).collect();
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
