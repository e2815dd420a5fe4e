//! The caches of a job: for each its keys and paths, and whether to restore it at all.

use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;

use super::key::{self, BuildFacts, CacheKey, ExtraKey};
use super::kind::CacheKind;
use super::{dependencies, paths};
use crate::asked::RequestedToolchain;
use crate::error::CiError;
use crate::job::Job;
use crate::provide::{SearchPlaces, ToolchainOrigin, goroot_near, target};
use gom_core::Error;
use gom_core::context::Context;
use gom_core::digest::Sha256Digest;

use gom_core::settings::RequiredProof;

/// Everything that the keys depend on.
#[derive(Clone, Copy, Debug)]
pub struct CacheRequest<'a> {
    /// The caches.
    pub kinds: &'a [CacheKind],
    /// The requested toolchains; may be empty if only modules are cached.
    pub asked: &'a [RequestedToolchain],
    /// Where toolchains may be.
    pub places: SearchPlaces<'a>,
    /// The workflow's own parts of the keys of modules and builds. Modules are the same in every entry of a matrix.
    pub own: ExtraKey<'a>,
    /// Whether the CI caches toolchains.
    pub toolchains: ToolchainCaching,
    /// Globs of the files that name the modules; empty for go.sum and the like.
    pub dependencies: &'a [String],
}

/// Whether to keep toolchains in the CI's cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolchainCaching {
    /// Only on machines that the CI does not host: a hosted machine downloads a toolchain faster than it unpacks the
    /// cache (docs/ci.md has the times).
    #[default]
    Auto,
    /// Always.
    Yes,
    /// Never.
    No,
}

impl ToolchainCaching {
    fn in_job(self, job: &Job) -> bool {
        match self {
            ToolchainCaching::Auto => !job.is_hosted,
            ToolchainCaching::Yes => true,
            ToolchainCaching::No => false,
        }
    }
}

/// One cache of a job.
#[derive(Clone, Debug)]
pub struct PlannedCache {
    /// The kind of cache.
    pub kind: CacheKind,
    /// The toolchain in it.
    pub toolchain: Option<ToolchainId>,
    /// Its keys.
    pub key: CacheKey,
    /// The paths in it.
    pub paths: Vec<PathBuf>,
    /// Whether to restore it: a toolchain may be there already, or faster to download.
    pub needed: bool,
    /// Whether to save it, if the job has made it.
    pub pays: bool,
}

impl PlannedCache {
    /// Whether the CI must save it: only a toolchain that the job has downloaded.
    pub fn is_to_be_saved(&self, origin: ToolchainOrigin) -> bool {
        self.pays && origin == ToolchainOrigin::Download
    }
}

/// The caches. Each toolchain has its own.
pub async fn plan(ctx: &Context, job: &Job, request: CacheRequest<'_>) -> Result<Vec<PlannedCache>, CiError> {
    let mut ids: Vec<ToolchainId> = Vec::new();
    for asked in request.asked {
        let id = target(ctx, asked, request.places).await?.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut all = Vec::new();
    for kind in request.kinds {
        match kind {
            CacheKind::Toolchains => {
                for id in &ids {
                    all.push(of_toolchain(ctx, job, id, request.places.tool_cache, request.toolchains)?);
                }
            }
            CacheKind::Modules => {
                let key = key::of_modules(&ctx.platform, request.own.suffix, &sum(ctx, request)?);
                all.push(planned(ctx, *kind, key)?);
            }
            CacheKind::Build => {
                let key = of_build(ctx, job, request, &ids)?;
                all.push(planned(ctx, *kind, key)?);
            }
        }
    }
    Ok(all)
}

/// The cache of one toolchain.
pub fn of_toolchain(
    ctx: &Context,
    job: &Job,
    id: &ToolchainId,
    tool_cache: Option<&Path>,
    pays: ToolchainCaching,
) -> Result<PlannedCache, CiError> {
    let pays = pays.in_job(job);
    Ok(PlannedCache {
        kind: CacheKind::Toolchains,
        toolchain: Some(id.clone()),
        key: key::of_toolchain(id, &proof(ctx)?),
        paths: paths::of_toolchain(ctx, id),
        needed: pays && goroot_near(ctx, id, tool_cache).is_none(),
        pays,
    })
}

fn planned(ctx: &Context, kind: CacheKind, key: CacheKey) -> Result<PlannedCache, CiError> {
    Ok(PlannedCache {
        kind,
        toolchain: None,
        key,
        paths: paths::of_kind(ctx, kind)?,
        needed: true,
        pays: true,
    })
}

/// The proof that a toolchain needs: the checksum database's name, or `any`.
fn proof(ctx: &Context) -> Result<String, CiError> {
    let required = ctx.settings.proof.value == RequiredProof::Log;
    let log = if required { ctx.go_settings.log().map_err(Error::from)? } else { None };
    Ok(log.map_or_else(|| RequiredProof::Any.to_string(), |log| log.key.name().to_owned()))
}

fn of_build(
    ctx: &Context,
    job: &Job,
    request: CacheRequest<'_>,
    ids: &[ToolchainId],
) -> Result<CacheKey, CiError> {
    let mut toolchains = Vec::new();
    for id in ids {
        let goroot = goroot_near(ctx, id, request.places.tool_cache);
        let goroot = goroot.ok_or_else(|| CiError::NotSetUp { text: id.version.as_spec() })?;
        toolchains.push((id.clone(), goroot));
    }
    let toolchains: Vec<(ToolchainId, &Path)> =
        toolchains.iter().map(|(id, goroot)| (id.clone(), goroot.as_path())).collect();
    let facts = BuildFacts::read(ctx, job, &toolchains, request.own, sum(ctx, request)?)?;
    Ok(key::of_build(&facts))
}

fn sum(ctx: &Context, request: CacheRequest<'_>) -> Result<Sha256Digest, CiError> {
    let root = ctx.environment.cwd.as_deref().unwrap_or(Path::new("."));
    dependencies::sum(root, &dependencies::files(root, request.dependencies)?)
}
