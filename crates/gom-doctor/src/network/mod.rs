//! `gom doctor --network`: fetches a few bytes from every server that an install may use, all at the same time and
//! with a time limit, and reports the results. `judge` finds the problems in them. Nothing is stored.

mod judge;
mod report;

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use gom_select::toolchain::ToolchainId;
use tokio::net::TcpStream;
use url::Url;

use gom_core::context::Context;
use gom_core::error::Result;
use gom_core::fetch::log;
use gom_core::go::proxies::proxy_addresses;
use gom_core::go::settings::{ChecksumDatabase, TOOLCHAIN_MODULE};
use gom_core::index::{self, Freshness, GODEV_HOSTS, PublishedToolchain};
use gom_core::net::proxies::Proxy;
use gom_core::net::proxy_fault::{ProxyError, ProxyFault};
use gom_core::net::{ByteRange, Get, NetError};
use gom_core::redact::redacted;
use gom_core::settings::SourceName;
use gom_core::source::{self, Source};
use gom_core::unpack::ArchiveFormat;

pub use judge::NetworkProblem;
pub use report::{NetworkReport, Probe, ProbeKind, ProbeState};

/// The size limit of files that are read as a whole.
const SMALL: u64 = 1 << 20;

/// How one probe ended: state, reason, hint.
type Ending = (ProbeState, String, Option<String>);

/// A probe before it ran.
struct PlannedProbe<'a> {
    kind: ProbeKind,
    name: String,
    address: String,
    /// The URL that is fetched.
    url: Option<Url>,
    /// Of an archive: the word of `--source` that allows the source.
    source: Option<SourceName>,
    work: BoxFuture<'a, Ending>,
}

/// Runs all probes. Fails only if Go's settings can't be read.
pub async fn probe(ctx: &Context) -> Result<NetworkReport> {
    let (newest, published) = newest(ctx).await.unzip();
    let mut planned: Vec<PlannedProbe<'_>> = Vec::new();
    let mut skipped = Vec::new();
    if let Some(script) = ctx.client.proxies().script() {
        let reason = "a proxy script (PAC) in macOS's network settings, which gom can't run".to_owned();
        skipped.push(not_asked(ProbeKind::Proxy, script, reason));
    }
    planned.push(of_roots(ctx));
    for host in GODEV_HOSTS {
        if let Ok(url) = Url::parse(&format!("https://{host}/dl/?mode=json")) {
            planned.push(of_url(ctx, ProbeKind::List, host, Get { compressed: true, ..Get::new(url) }));
        }
    }
    let proxies = proxy_addresses(&ctx.go_settings)?;
    for proxy in &proxies {
        if let Some(url) = below(&proxy.url, &format!("{TOOLCHAIN_MODULE}/@v/list")) {
            let get = Get { compressed: true, ..Get::new(url) };
            planned.push(of_url(ctx, ProbeKind::List, &place_name(&proxy.url), get));
        }
    }
    if let (Some(id), Some(published)) = (&newest, &published) {
        let sources = source::sources(ctx, id, published)?;
        skipped.extend(
            sources.skipped.into_iter().map(|one| not_asked(ProbeKind::Archive, &one.label, one.reason)),
        );
        planned.extend(sources.places.iter().flat_map(|place| of_place(ctx, place)));
    }
    if let Some(log) = ctx.go_settings.log()? {
        planned.extend(of_log(ctx, &log)?);
    } else {
        let reason = format!("GOSUMDB is `off` ({})", ctx.go_settings.sumdb.origin);
        skipped.push(not_asked(ProbeKind::Log, "checksum database", reason));
    }
    let is_used = |proxy: &&Proxy| {
        let mut urls = planned.iter().filter_map(|one| one.url.as_ref());
        urls.any(|url| ctx.client.proxies().for_url(url) == Some(*proxy))
    };
    let used: Vec<&Proxy> = ctx.client.proxies().all().filter(is_used).collect();
    planned.extend(used.into_iter().map(|proxy| of_proxy(ctx, proxy)));
    let limit = ctx.client.patience().connect() * 2;
    let mut probes = join_all(planned.into_iter().map(|one| run(one, limit))).await;
    ctx.cancel.check()?;
    probes.extend(skipped);
    probes.sort_by_key(|probe| probe.kind);
    let offline = ctx.client.is_offline().then(|| ctx.settings.offline.origin.to_string());
    Ok(NetworkReport { toolchain: newest.map(|id| id.to_string()), probes, offline })
}

/// The newest known release for this machine.
async fn newest(ctx: &Context) -> Option<(ToolchainId, PublishedToolchain)> {
    let index = index::load(ctx, Freshness::Local, &ctx.platform).await.ok()?;
    let id = index.of_platform(&ctx.platform).filter(|id| id.version.is_stable()).last()?.clone();
    let published = index.get(&id)?.clone();
    Some((id, published))
}

async fn run(planned: PlannedProbe<'_>, limit: Duration) -> Probe {
    let PlannedProbe { kind, name, address, source, work, .. } = planned;
    let begun = Instant::now();
    let (state, reason, hint) = match tokio::time::timeout(limit, work).await {
        Ok(ending) => ending,
        Err(_) => (ProbeState::Failed, format!("no answer in {} s", limit.as_secs()), None),
    };
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Probe { kind, name, address, state, milliseconds, reason, hint, source }
}

fn not_asked(kind: ProbeKind, name: &str, reason: String) -> Probe {
    let (name, address) = (name.to_owned(), String::new());
    let state = ProbeState::Skipped;
    Probe { kind, name, address, state, milliseconds: 0, reason, hint: None, source: None }
}

/// Whether the proxy accepts a connection. The other probes show what it lets through.
fn of_proxy<'a>(ctx: &'a Context, proxy: &'a Proxy) -> PlannedProbe<'a> {
    let limit = ctx.client.patience().connect();
    let work = async move {
        let fault = match proxy.address() {
            Ok(url) => connect(url, limit).await.err().map(ProxyFault::Unreachable),
            Err(reason) => Some(ProxyFault::Unusable(reason.to_owned())),
        };
        match fault {
            None => (ProbeState::Ok, "accepts connections".to_owned(), None),
            Some(fault) => {
                let error = ProxyError { proxy: proxy.clone(), fault };
                (ProbeState::Failed, error.to_string(), Some(error.hint()))
            }
        }
    };
    let (name, address) = (proxy.origin.to_string(), proxy.shown().to_owned());
    let (kind, work) = (ProbeKind::Proxy, work.boxed());
    PlannedProbe { kind, name, address, url: None, source: None, work }
}

async fn connect(url: &Url, limit: Duration) -> std::result::Result<(), String> {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(1080);
    match tokio::time::timeout(limit, TcpStream::connect((host, port))).await {
        Ok(connected) => connected.map(drop).map_err(|error| error.to_string()),
        Err(_) => Err(format!("no connection in {} s", limit.as_secs())),
    }
}

fn of_roots(ctx: &Context) -> PlannedProbe<'_> {
    let work = async {
        match ctx.client.roots().await {
            Ok(in_use) => (ProbeState::Ok, in_use.to_string(), None),
            Err(error) => failed(&error),
        }
    };
    let name = "TLS".to_owned();
    let (kind, work) = (ProbeKind::Roots, work.boxed());
    PlannedProbe { kind, name, address: String::new(), url: None, source: None, work }
}

/// A file for which the head of the response, and the first bytes with it, are enough.
fn of_url<'a>(ctx: &'a Context, kind: ProbeKind, name: &str, get: Get) -> PlannedProbe<'a> {
    let (address, url) = (redacted(&get.url), Some(get.url.clone()));
    let get = Get { head_limit: Some(ctx.client.patience().connect()), ..get };
    let work = async move {
        match ctx.client.get(&get).await {
            Ok(answer) if matches!(answer.status, 404 | 410) => {
                (ProbeState::Lacks, format!("HTTP {}", answer.status), None)
            }
            Ok(answer) => {
                let status = answer.status;
                match answer.into_ok().and_then(|answer| answer.refuse_html("a file")) {
                    Ok(_) => (ProbeState::Ok, format!("HTTP {status}"), None),
                    Err(error) => failed(&error),
                }
            }
            Err(error) => failed(&error),
        }
    };
    PlannedProbe { kind, name: name.to_owned(), address, url, source: None, work: work.boxed() }
}

/// Two bytes of the archive at each address of the source. From a module proxy it fetches the list instead, because
/// the proxy may have to download the archive first; for a proxy in a folder it looks for the file.
fn of_place<'a>(ctx: &'a Context, place: &Source) -> Vec<PlannedProbe<'a>> {
    let is_module = place.format == ArchiveFormat::ModuleZip;
    let asked = place.addresses.iter().map(|address| {
        let mut get = Get { span: ByteRange::Between(0, 2), ..Get::new(address.url.clone()) };
        let name = if is_module { place_name(&address.url) } else { place.label.clone() };
        if is_module
            && address.url.scheme() != "file"
            && let Some((folder, _)) = address.url.as_str().rsplit_once('/')
            && let Ok(list) = Url::parse(&format!("{folder}/list"))
        {
            get = Get { compressed: true, ..Get::new(list) };
        }
        let source = Some(place.name.clone());
        PlannedProbe { source, ..of_url(ctx, ProbeKind::Archive, &name, get) }
    });
    asked.collect()
}

/// Every address that may serve the checksum database: those of the module proxies, and its own.
fn of_log<'a>(ctx: &'a Context, log: &ChecksumDatabase) -> Result<Vec<PlannedProbe<'a>>> {
    let mut planned = Vec::new();
    for (base, is_proxy) in log::addresses(ctx, log)? {
        let name = if is_proxy { place_name(&base) } else { log.key.name().to_owned() };
        let Some(latest) = below(&base, "latest") else { continue };
        let (address, url, log) = (redacted(&latest), Some(latest.clone()), log.clone());
        let get = Get { head_limit: Some(ctx.client.patience().connect()), ..Get::new(latest) };
        let work = async move {
            match ctx.client.get_small(&get, SMALL).await {
                Ok(Some(head)) => match log::size_of_head(&head, &log) {
                    Ok(size) => (ProbeState::Ok, format!("{size} records"), None),
                    Err(reason) => (ProbeState::Failed, reason, None),
                },
                Ok(None) if is_proxy => {
                    (ProbeState::Lacks, "does not serve the checksum database".to_owned(), None)
                }
                Ok(None) => (
                    ProbeState::Failed,
                    "does not serve `latest` of the checksum database (HTTP 404)".to_owned(),
                    None,
                ),
                Err(error) => failed(&error),
            }
        };
        let (kind, work) = (ProbeKind::Log, work.boxed());
        planned.push(PlannedProbe { kind, name, address, url, source: None, work });
    }
    Ok(planned)
}

fn failed(error: &NetError) -> Ending {
    (ProbeState::Failed, error.to_string(), error.own_hint())
}

fn below(base: &Url, path: &str) -> Option<Url> {
    Url::parse(&format!("{}/{path}", base.as_str().trim_end_matches('/'))).ok()
}

fn place_name(url: &Url) -> String {
    match url.host_str() {
        Some(host) => format!("proxy {host}"),
        None => "proxy in a folder".to_owned(),
    }
}
