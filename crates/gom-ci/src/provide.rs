//! From a request to a proven GOROOT, from the nearest place that has it: the store, a store that was restored from a
//! CI's cache, the runner's tool cache, or a download. A toolchain from a cache or a runner is hashed and compared with
//! the checksum database's record first; if it is not as published, it is not used, and its wrong files are named.

use std::path::{Path, PathBuf};
use std::time::Instant;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::installed;
use gom_select::linked::LinkedTree;
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use super::asked::RequestedToolchain;
use super::tool_cache;
use gom_core::admission::{self, Asked};
use gom_core::context::Context;
use gom_core::error::Result;
use gom_core::files;
use gom_core::index::PublishedToolchain;
use gom_core::install::{InstallOptions, InstallOutcome, finish, install};
use gom_core::policy::PolicySource;
use gom_core::published::{InstallPlan, InstallTarget, UncheckedTarget, plan, say_unrefreshed};
use gom_core::query::error::QueryError;
use gom_core::report::Event;
use gom_core::resolve::{self, Query, QueryKind};
use gom_core::settings::RequiredProof;
use gom_core::store::StoreError;
use gom_core::verify::{
    PathRequest, ProofStatus, Verified, VerifyOutcome, status, verify_installed, verify_path,
};

/// What a hint names with another version.
const VERB: &str = "ci setup";

/// The most differing files that are named.
const MOST_NAMED: usize = 20;

/// Where to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchPlaces<'a> {
    /// The store was restored from a cache, so its toolchains are proven again.
    pub restored: bool,
    /// The runner's tool cache.
    pub tool_cache: Option<&'a Path>,
    /// Look for the newest release, even if an older one that matches is there.
    pub check_latest: bool,
}

/// The place that a toolchain was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToolchainOrigin {
    /// The store.
    Store,
    /// The store, restored from a CI's cache.
    Cache,
    /// The runner's tool cache; it is used in place.
    ToolCache,
    /// It was downloaded.
    Download,
    /// It is the user's own, under a name of `gom link`, and is used in place.
    Linked,
}

impl ToolchainOrigin {
    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            ToolchainOrigin::Store => "store",
            ToolchainOrigin::Cache => "cache",
            ToolchainOrigin::ToolCache => "tool-cache",
            ToolchainOrigin::Download => "download",
            ToolchainOrigin::Linked => "linked",
        }
    }
}

/// A toolchain that is ready.
#[derive(Clone, Debug)]
pub struct Provided {
    /// The toolchain.
    pub id: ToolchainId,
    /// Its tree.
    pub goroot: PathBuf,
    /// Where it was found.
    pub origin: ToolchainOrigin,
    /// How it was proven, in words.
    pub proof: String,
    /// The number of bytes that were downloaded for it.
    pub bytes: u64,
    /// The time it took, in milliseconds.
    pub millis: u64,
    /// The toolchains that were refused before it, and why.
    pub refused: Vec<String>,
}

/// Finds or downloads one toolchain.
pub async fn provide(
    ctx: &Context,
    asked: &RequestedToolchain,
    places: SearchPlaces<'_>,
) -> Result<Provided> {
    let started = Instant::now();
    if let Some(linked) = linked(ctx, asked)? {
        return Ok(linked);
    }
    let target = target(ctx, asked, places).await?;
    let mut finder = Finder { ctx, id: &target.id, places, refused: Vec::new(), refused_tool: None };
    let found = match finder.in_store().await? {
        Some(found) => Some(found),
        None => finder.in_tool_cache().await?,
    };
    let found = match found {
        Some(found) => found,
        None => finder.download(target.published).await?,
    };
    let refused = finder.refused;
    check_admission(ctx, &target.id, found.origin)?;
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let FoundToolchain { goroot, origin, proof, bytes } = found;
    Ok(Provided { id: target.id, goroot, origin, proof, bytes, millis, refused })
}

/// Fails if the machine's policy does not let a toolchain be used from there.
fn check_admission(ctx: &Context, id: &ToolchainId, origin: ToolchainOrigin) -> Result<()> {
    let asked = Asked::Verb(VERB);
    match origin {
        ToolchainOrigin::ToolCache => {
            admission::check_release(ctx, id, asked)?;
            admission::check_source(ctx, id, &PolicySource::ToolCache)
        }
        // It was looked at before it was installed.
        ToolchainOrigin::Download => Ok(()),
        ToolchainOrigin::Store | ToolchainOrigin::Cache | ToolchainOrigin::Linked => {
            admission::check_installed(ctx, id, asked)
        }
    }
}

/// The linked toolchain that a request names first. Nobody proved it, so it is refused where the log has to.
fn linked(ctx: &Context, asked: &RequestedToolchain) -> Result<Option<Provided>> {
    let Some(tree) = resolve::linked(ctx, &asked.queries[0])? else { return Ok(None) };
    admission::check_linked(ctx, &tree, Asked::Verb(VERB))?;
    if ctx.settings.proof.value == RequiredProof::Log {
        return Err(QueryError::LinkedUnproven { name: tree.name, goroot: tree.goroot }.into());
    }
    let LinkedTree { name, goroot, version, .. } = tree;
    let Some(version) = version else {
        return Err(QueryError::LinkedWithoutVersion { name, goroot }.into());
    };
    let id = ToolchainId { version, platform: ctx.platform.clone() };
    let (origin, proof) = (ToolchainOrigin::Linked, ProofStatus::Unproven.name().to_owned());
    Ok(Some(Provided { id, goroot, origin, proof, bytes: 0, millis: 0, refused: Vec::new() }))
}

/// The toolchain for a request, before it is there.
pub struct ResolvedToolchain {
    /// The toolchain.
    pub id: ToolchainId,
    /// What is published about it, if that was looked up.
    published: Option<PublishedToolchain>,
}

/// Finds the toolchain for a request. An older release on this machine is used, as in most CI set-ups, unless the
/// newest is requested by name or by `check_latest`.
pub async fn target(
    ctx: &Context,
    asked: &RequestedToolchain,
    places: SearchPlaces<'_>,
) -> Result<ResolvedToolchain> {
    for query in &asked.queries {
        let wants_newest = places.check_latest || is_keyword(query);
        if (!wants_newest || ctx.settings.offline.value)
            && let Some(id) = near(ctx, query, places.tool_cache)?
        {
            return Ok(ResolvedToolchain { id, published: None });
        }
    }
    let query = asked.queries.iter().find(|query| !query.is_system()).unwrap_or(&asked.queries[0]);
    match plan(ctx, query, near(ctx, query, places.tool_cache)?).await? {
        InstallPlan::Here(id) => Ok(ResolvedToolchain { id, published: None }),
        InstallPlan::Fetch(target) => match *target {
            // If the network fails, use the release on this machine.
            InstallTarget { doubt: Some(UncheckedTarget::OrHere(here, silence)), .. } => {
                say_unrefreshed(ctx, query, &here, &silence.reason);
                Ok(ResolvedToolchain { id: here, published: None })
            }
            InstallTarget { id, published, .. } => Ok(ResolvedToolchain { id, published: Some(published) }),
        },
    }
}

fn is_keyword(query: &Query) -> bool {
    matches!(query.what, QueryKind::Spec(Spec::Latest | Spec::OldStable))
}

/// The newest match in the store and the tool cache.
fn near(ctx: &Context, query: &Query, tool_cache: Option<&Path>) -> Result<Option<ToolchainId>> {
    let platform = query.platform.as_ref().unwrap_or(&ctx.platform);
    let runners = tool_cache.map(|folder| tool_cache::toolchains(folder, platform)).unwrap_or_default();
    let in_store = resolve::newest_installed(ctx, query)?;
    // If the machine's policy refuses it, a newer one may do.
    let is_refused = match &in_store {
        Some(id) => admission::refusal(ctx, id, Asked::Verb(VERB))?.is_some(),
        None => false,
    };
    let in_store = in_store.filter(|_| !is_refused);
    Ok(query.newest(in_store.into_iter().chain(runners.into_iter().map(|(id, _)| id))))
}

/// The GOROOT of a toolchain on this machine, proven or not.
pub fn goroot_near(ctx: &Context, id: &ToolchainId, tool_cache: Option<&Path>) -> Option<PathBuf> {
    let in_store = installed::tree(ctx.store.layout(), id).map(|tree| tree.goroot);
    in_store.or_else(|| in_tool_cache(id, tool_cache?))
}

fn in_tool_cache(id: &ToolchainId, tool_cache: &Path) -> Option<PathBuf> {
    let all = tool_cache::toolchains(tool_cache, &id.platform);
    all.into_iter().find(|(other, _)| other == id).map(|(_, goroot)| goroot)
}

struct FoundToolchain {
    goroot: PathBuf,
    origin: ToolchainOrigin,
    proof: String,
    bytes: u64,
}

struct Finder<'a> {
    ctx: &'a Context,
    id: &'a ToolchainId,
    places: SearchPlaces<'a>,
    refused: Vec<String>,
    /// The runner's tree, if it is not as published.
    refused_tool: Option<PathBuf>,
}

impl Finder<'_> {
    async fn in_store(&mut self) -> Result<Option<FoundToolchain>> {
        let (ctx, id) = (self.ctx, self.id);
        // Caches only restore this store, not other ones.
        let restored = self.places.restored && ctx.other_store(id).is_none();
        if !restored && installed::tree(ctx.store.layout(), id).is_none() {
            return Ok(None);
        }
        let goroot = ctx.goroot(id);
        // The links are made after the tree, and caches don't contain them.
        if !files::is_taken(&goroot) {
            return Ok(None);
        }
        let origin = if restored { ToolchainOrigin::Cache } else { ToolchainOrigin::Store };
        if restored {
            if !files::is_folder_itself(&goroot) {
                self.refuse(format!("`{}` is not a folder", goroot.display()));
                return Ok(None);
            }
            return self.proven_again(goroot, origin).await;
        }
        finish(ctx, id).await?;
        match status(ctx, id) {
            status @ (ProofStatus::Proven | ProofStatus::Edited) => {
                let proof = log_of(ctx, id);
                let edited = if status == ProofStatus::Edited { ", go.env edited since" } else { "" };
                Ok(Some(FoundToolchain { goroot, origin, proof: format!("{proof}{edited}"), bytes: 0 }))
            }
            other if ctx.settings.proof.value == RequiredProof::Any => {
                Ok(Some(FoundToolchain { goroot, origin, proof: other.name().to_owned(), bytes: 0 }))
            }
            _ => self.proven_again(goroot, origin).await,
        }
    }

    /// Compares the whole tree with the record of the checksum database.
    async fn proven_again(
        &mut self,
        goroot: PathBuf,
        origin: ToolchainOrigin,
    ) -> Result<Option<FoundToolchain>> {
        let (ctx, id) = (self.ctx, self.id);
        let verified = verify_installed(ctx, id).await?;
        if verified.outcome != VerifyOutcome::Proven {
            self.refuse(described(&verified));
            return Ok(None);
        }
        if origin == ToolchainOrigin::Cache {
            ctx.store.remove_uncovered(id, &goroot)?;
            ctx.store.create()?;
            ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
        }
        Ok(Some(FoundToolchain { goroot, origin, proof: verified.summary(), bytes: 0 }))
    }

    async fn in_tool_cache(&mut self) -> Result<Option<FoundToolchain>> {
        let Some(goroot) = self.places.tool_cache.and_then(|folder| in_tool_cache(self.id, folder)) else {
            return Ok(None);
        };
        match self.verified(&goroot).await {
            Ok(verified) if verified.outcome == VerifyOutcome::Proven => {
                let proof = verified.summary();
                Ok(Some(FoundToolchain { goroot, origin: ToolchainOrigin::ToolCache, proof, bytes: 0 }))
            }
            Ok(verified) if verified.outcome == VerifyOutcome::ChangedSomewhere => {
                // Its wrong files are named after the download, when there is a proven list of files.
                self.refused_tool = Some(goroot);
                Ok(None)
            }
            Ok(verified) => {
                self.refuse(described(&verified));
                Ok(None)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.refuse(format!("`{}` can't be proven: {error}", goroot.display()));
                Ok(None)
            }
        }
    }

    async fn verified(&self, goroot: &Path) -> Result<Verified> {
        let (version, platform) = (Some(&self.id.version), Some(&self.id.platform));
        verify_path(self.ctx, PathRequest { dir: goroot, version, platform, may_fetch: false }).await
    }

    async fn download(&mut self, published: Option<PublishedToolchain>) -> Result<FoundToolchain> {
        let (ctx, id) = (self.ctx, self.id);
        let published = match published {
            Some(published) => published,
            None => match plan(ctx, &exactly(id), None).await? {
                InstallPlan::Fetch(target) => target.published,
                InstallPlan::Here(_) => PublishedToolchain::default(),
            },
        };
        // Whatever is there under this name was refused.
        let is_there = files::is_there(&ctx.goroot(id)).map_err(StoreError::from)?;
        let how = InstallOptions { force: is_there, only_covered: true, verb: VERB };
        let bytes = match install(ctx, id, &published, how).await? {
            InstallOutcome::Now(receipt) => receipt.archive.size,
            InstallOutcome::Already => 0,
        };
        if let Some(tree) = self.refused_tool.take() {
            let verified = self.verified(&tree).await?;
            self.refuse(described(&verified));
        }
        Ok(FoundToolchain {
            goroot: ctx.goroot(id),
            origin: ToolchainOrigin::Download,
            proof: log_of(ctx, id),
            bytes,
        })
    }

    fn refuse(&mut self, why: String) {
        self.ctx.reporter.event(Event::Warning(format!("not used: {why}")));
        self.refused.push(why);
    }
}

fn exactly(id: &ToolchainId) -> Query {
    let what = QueryKind::Spec(Spec::Exact(id.version.clone()));
    Query { text: id.version.as_spec(), what, platform: Some(id.platform.clone()) }
}

/// How a toolchain was proven, by its receipt.
fn log_of(ctx: &Context, id: &ToolchainId) -> String {
    use gom_core::proof::Proof;
    match ctx.store.read_receipt(id).map(|receipt| receipt.proof) {
        Some(Proof::Log { log, .. }) => format!("proven by {log}"),
        Some(Proof::Sha256 { .. }) => "sha256 as published by go.dev".to_owned(),
        None => "unproven".to_owned(),
    }
}

/// Describes a tree that is not as published, with the first differing files.
fn described(verified: &Verified) -> String {
    let mut text = format!("`{}`: {}", verified.goroot.display(), verified.summary());
    let names: Vec<String> = verified
        .differences
        .iter()
        .take(MOST_NAMED)
        .map(|difference| difference.name.escape_debug().to_string())
        .collect();
    if !names.is_empty() {
        text.push_str(": ");
        text.push_str(&names.join(", "));
    }
    if verified.differences.len() > MOST_NAMED {
        text.push_str(", ...");
    }
    text
}
