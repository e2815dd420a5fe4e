//! The places that may have a toolchain's archive, in order: go.dev, its other host, the host to which both
//! redirect, the user's mirrors, the module proxies. No place is trusted, because [`crate::proof`] proves what arrives. So a place is left out
//! only if its archive could not be proven at all.

pub mod error;

use gom_select::toolchain::ToolchainId;
use url::Url;

use crate::context::Context;
use crate::digest::{Sha256Digest, SumOrigin};
use crate::go::proxies::proxy_addresses;
use crate::go::settings::{BadGoSetting, TOOLCHAIN_MODULE};
use crate::index::{GODEV_HOSTS, PublishedToolchain};
use crate::net::race::Address;
use crate::policy::{self, Policy, PolicySource, Rule};
use crate::settings::SourceName;
use crate::unpack::ArchiveFormat;

pub use error::{SkippedSource, WhySkipped};

/// The folder to which go.dev redirects every download (x/website/internal/dl/server.go), for networks that
/// block go.dev. It has no list of its files.
const STORAGE: &str = "https://dl.google.com/go/";

/// A place that may have the archive.
#[derive(Clone, Debug)]
pub struct Source {
    /// The word of `--source` that allows it.
    pub name: SourceName,
    /// Its name in messages and receipts.
    pub label: String,
    /// Its addresses, in order.
    pub addresses: Vec<Address>,
    /// The format of its archive.
    pub format: ArchiveFormat,
    /// The file's name. Sources with the same name serve the same bytes.
    pub filename: String,
    /// The published sum; `None` for module zips, and for archives without one: only the checksum database
    /// can prove these.
    pub sha256: Option<(Sha256Digest, SumOrigin)>,
}

/// The places for one toolchain.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The places to ask, in order.
    pub places: Vec<Source>,
    /// The places left out.
    pub skipped: Vec<SkippedSource>,
    /// The size of go.dev's archive in bytes, if it is known.
    pub size: Option<u64>,
}

/// Lists the places for a toolchain, limited to those that `--source` and `GOM_SOURCES` allow.
pub fn sources(
    ctx: &Context,
    id: &ToolchainId,
    published: &PublishedToolchain,
) -> Result<Sources, BadGoSetting> {
    let size = published.archive.as_ref().and_then(|archive| archive.size);
    let mut sources = Sources { size, ..Sources::default() };
    let limits = &limits(ctx);
    let allowed = |name: &SourceName| limits.is_empty() || limits.contains(name);
    if allowed(&SourceName::GoDev) {
        let bases = GODEV_HOSTS
            .iter()
            .filter_map(|host| Some(((*host).to_owned(), Url::parse(&format!("https://{host}/dl/")).ok()?)));
        sources.add_flat(ctx, id, published, &SourceName::GoDev, bases)?;
    }
    if allowed(&SourceName::Storage) {
        let base = Url::parse(STORAGE).ok().map(|base| (SourceName::Storage.to_string(), base));
        sources.add_flat(ctx, id, published, &SourceName::Storage, base.into_iter())?;
    }
    if limits.contains(&SourceName::Mirror) && ctx.settings.mirror.value.is_empty() {
        let reason = "GOM_MIRROR is not set".to_owned();
        sources.skipped.push(SkippedSource { label: "mirror".to_owned(), reason, why: WhySkipped::Unset });
    }
    if allowed(&SourceName::Mirror) {
        let mirrors = &ctx.settings.mirror.value;
        let bases = mirrors.iter().map(|url| (mirror_label(url, mirrors), url.clone()));
        sources.add_flat(ctx, id, published, &SourceName::Mirror, bases)?;
    }
    if allowed(&SourceName::Proxy) {
        sources.add_proxy(ctx, id)?;
    }
    for limit in limits {
        if let SourceName::Url(url) = limit {
            let base = (mirror_label(url, &ctx.settings.mirror.value), url.clone());
            sources.add_flat(ctx, id, published, limit, std::iter::once(base))?;
        }
    }
    if let Some((policy, rule)) = policy_rule(ctx) {
        sources.keep_allowed(policy, rule);
        if ctx.settings.sources.value.is_empty() {
            sources.name_left_out(ctx, policy, rule);
        }
    }
    Ok(sources)
}

/// The rule of the machine's policy about places, if there is one that forbids.
fn policy_rule(ctx: &Context) -> Option<(&Policy, &Rule<Vec<PolicySource>>)> {
    let policy = ctx.policy.enforced()?;
    Some((policy, policy.rules.sources.as_ref()?))
}

/// The places that the user allows; if the user names none, those that the machine's policy does.
fn limits(ctx: &Context) -> Vec<SourceName> {
    let limits = &ctx.settings.sources.value;
    match policy_rule(ctx) {
        Some((_, rule)) if limits.is_empty() => {
            let archives = rule.value.iter().filter_map(|source| match source {
                PolicySource::Archives(name) => Some(name.clone()),
                PolicySource::Import | PolicySource::ToolCache => None,
            });
            archives.collect()
        }
        _ => limits.clone(),
    }
}

/// A place that the policy does not allow.
fn by_policy(label: String, policy: &Policy, rule: &Rule<Vec<PolicySource>>) -> SkippedSource {
    let (file, line) = (policy.file.display(), rule.line);
    let reason = format!("{file}:{line} allows {} alone", policy::words(&rule.value).join(", "));
    SkippedSource { label, reason, why: WhySkipped::ByPolicy }
}

impl Sources {
    /// Leaves out the places and addresses that the machine's policy does not allow.
    fn keep_allowed(&mut self, policy: &Policy, rule: &Rule<Vec<PolicySource>>) {
        let is_url = |url: &Url| {
            rule.value.iter().any(|source| {
                matches!(source, PolicySource::Archives(SourceName::Url(base)) if url.as_str().starts_with(base.as_str()))
            })
        };
        let places = std::mem::take(&mut self.places);
        for mut place in places {
            if !rule.value.contains(&PolicySource::Archives(place.name.clone())) {
                place.addresses.retain(|address| is_url(&address.url));
            }
            if place.addresses.is_empty() {
                self.skipped.push(by_policy(place.label, policy, rule));
            } else {
                self.places.push(place);
            }
        }
    }

    /// Names the places that gom asks on a machine without a policy, and not on this one.
    fn name_left_out(&mut self, ctx: &Context, policy: &Policy, rule: &Rule<Vec<PolicySource>>) {
        let usual = [SourceName::GoDev, SourceName::Storage, SourceName::Mirror, SourceName::Proxy];
        for name in usual {
            let is_set = name != SourceName::Mirror || !ctx.settings.mirror.value.is_empty();
            if is_set && !rule.value.contains(&PolicySource::Archives(name.clone())) {
                self.skipped.push(by_policy(name.to_string(), policy, rule));
            }
        }
    }

    fn add_flat(
        &mut self,
        ctx: &Context,
        id: &ToolchainId,
        published: &PublishedToolchain,
        name: &SourceName,
        bases: impl Iterator<Item = (String, Url)>,
    ) -> Result<(), BadGoSetting> {
        let format = if id.platform.os() == "windows" { ArchiveFormat::Zip } else { ArchiveFormat::TarGz };
        let (filename, sha256) = match &published.archive {
            Some(archive) => (archive.filename.clone(), archive.sha256.map(|sum| (sum, archive.sum_origin))),
            None => (usual_filename(id, format), None),
        };
        let is_provable = sha256.is_some() || ctx.go_settings.log()?.is_some();
        for (label, base) in bases {
            match base.join(&filename) {
                Ok(url) if is_provable => self.places.push(Source {
                    name: name.clone(),
                    label,
                    addresses: vec![Address { url, next_on_any_failure: false }],
                    format,
                    filename: filename.clone(),
                    sha256,
                }),
                _ => {
                    // The end of this text is the go command's words, which people search for.
                    let reason = format!(
                        "no sha256 is published for an archive of {id}, and checksum database disabled by \
                         GOSUMDB=off ({})",
                        ctx.go_settings.sumdb.origin
                    );
                    self.skipped.push(SkippedSource { label, reason, why: WhySkipped::NeedsLog });
                }
            }
        }
        Ok(())
    }

    fn add_proxy(&mut self, ctx: &Context, id: &ToolchainId) -> Result<(), BadGoSetting> {
        let filename = format!("{}.zip", id.module_version());
        let path = format!("{TOOLCHAIN_MODULE}/@v/{filename}");
        let addresses: Vec<Address> = proxy_addresses(&ctx.go_settings)?
            .into_iter()
            .filter_map(|address| {
                let url = format!("{}/{path}", address.url.as_str().trim_end_matches('/'));
                Some(Address { url: Url::parse(&url).ok()?, ..address })
            })
            .collect();
        let label = "proxy".to_owned();
        if addresses.is_empty() {
            let reason = match &ctx.go_settings.proxy {
                None => "GOPROXY is not set".to_owned(),
                Some(setting) => format!("GOPROXY is `off` ({})", setting.origin),
            };
            self.skipped.push(SkippedSource { label, reason, why: WhySkipped::Unset });
        } else if ctx.go_settings.log()?.is_none() {
            let reason =
                format!("checksum database disabled by GOSUMDB=off ({})", ctx.go_settings.sumdb.origin);
            self.skipped.push(SkippedSource { label, reason, why: WhySkipped::NeedsLog });
        } else {
            self.places.push(Source {
                name: SourceName::Proxy,
                label,
                addresses,
                format: ArchiveFormat::ModuleZip,
                filename,
                sha256: None,
            });
        }
        Ok(())
    }
}

/// Returns the file name that go.dev gives an archive, for a release that the index lacks. Only `linux-arm`
/// has another name there (x/build/internal/releasetargets).
fn usual_filename(id: &ToolchainId, format: ArchiveFormat) -> String {
    let (version, os, arch) = (id.version.toolchain_name(), id.platform.os(), id.platform.arch());
    let arch = if (os, arch) == ("linux", "arm") { "armv6l" } else { arch };
    let extension = if format == ArchiveFormat::Zip { "zip" } else { "tar.gz" };
    format!("{version}.{os}-{arch}.{extension}")
}

/// Returns `mirror HOST`, with the path if several mirrors have the same host, because failures are told
/// apart by label.
fn mirror_label(url: &Url, others: &[Url]) -> String {
    let is_like = |other: &Url| other != url && other.host_str() == url.host_str();
    match url.host_str() {
        Some(host) if others.iter().any(is_like) => {
            format!("mirror {host}{}", url.path().trim_end_matches('/'))
        }
        Some(host) => format!("mirror {host}"),
        None => format!("mirror {}", url.path().trim_end_matches('/')),
    }
}
