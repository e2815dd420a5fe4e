//! Makes the file: asks the checksum database about every platform of a release.

use std::path::Path;

use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use gom_sumdb::{LogError, LogRecord, verify_offline};

use super::asked::Asked;
use crate::context::Context;
use crate::error::Result;
use crate::fetch::log::{self, ModuleAnswer};
use crate::go::settings::TOOLCHAIN_MODULE;
use crate::index::{self, Freshness, Index};
use crate::lockfile::LockfileError;
use crate::lockfile::{FILE_NAME, LockedToolchain, Lockfile, Unproven};
use crate::proof::LogFailure;
use crate::published::{InstallPlan, doubt_about, plan};
use crate::resolve::{Query, QueryKind};
use gom_select::spec::{PlatformSpec, Spec};

/// Returns the version to lock: the newest published one that the project asks for and that its go.mod accepts.
pub async fn locked_version(ctx: &Context, asked: &Asked) -> Result<GoVersion> {
    let newest = newest_published(ctx, &asked.query).await?;
    match &asked.floor {
        Some(floor) if newest < floor.version => Ok(floor.version.canonical()),
        _ => Ok(newest),
    }
}

async fn newest_published(ctx: &Context, query: &Query) -> Result<GoVersion> {
    if let QueryKind::Spec(Spec::Exact(version)) = &query.what {
        return Ok(version.canonical());
    }
    match plan(ctx, query, None).await? {
        InstallPlan::Here(id) => Ok(id.version),
        InstallPlan::Fetch(target) => Ok(target.id.version),
    }
}

/// Makes the lock of a version for these platforms, or for all that the release has. Proofs of an older lock that still
/// hold are kept, so that the file changes only where something changed.
pub async fn make(
    ctx: &Context,
    root: &Path,
    version: &GoVersion,
    platforms: &[Platform],
    old: Option<&Lockfile>,
) -> Result<Lockfile> {
    let off = || LockfileError::NoLog { origin: ctx.go_settings.sumdb.origin.to_string() };
    let database = ctx.go_settings.log()?.ok_or_else(off)?;
    let name = database.key.name().to_owned();
    let index = index_with(ctx, version).await?;
    if !index.iter().any(|(id, _)| id.version == *version) {
        let spec = Spec::Exact(version.clone());
        let query = Query::from_request(&PlatformSpec { spec, platform: None });
        if let Some(doubt) = doubt_about(ctx, &query, &index, "lock").await? {
            return Err(doubt.into());
        }
    }
    let ids = chosen(&index, version, platforms)?;
    let kept = |id: &ToolchainId| {
        let old = old.filter(|old| old.log == name)?;
        let record = &old.toolchains.iter().find(|toolchain| toolchain.id == *id)?.record;
        let is_true = verify_offline(&database.key, TOOLCHAIN_MODULE, &id.module_version(), record).is_ok();
        is_true.then(|| record.clone())
    };
    let mut lock = Lockfile {
        file: root.join(FILE_NAME),
        go: version.clone(),
        log: name.clone(),
        platforms: platforms.to_vec(),
        toolchains: Vec::new(),
        unproven: Vec::new(),
    };
    let mut unknown = Vec::new();
    for id in ids {
        match kept(&id) {
            Some(record) => lock.add(&index, id, Ok(record), &name)?,
            None => unknown.push(id),
        }
    }
    let versions: Vec<String> = unknown.iter().map(ToolchainId::module_version).collect();
    let modules: Vec<(&str, &str)> =
        versions.iter().map(|version| (TOOLCHAIN_MODULE, version.as_str())).collect();
    for (id, answer) in unknown.into_iter().zip(log::ask_about_all(ctx, &modules).await?) {
        match answer {
            ModuleAnswer::Asked { answer, .. } => lock.add(&index, id, answer, &name)?,
            ModuleAnswer::Off(origin) => return Err(LockfileError::NoLog { origin }.into()),
        }
    }
    lock.toolchains.sort_by_key(|toolchain| toolchain.id.platform.to_string());
    lock.unproven.sort_by_key(|unproven| unproven.platform.to_string());
    Ok(lock)
}

/// The index, asked for news if it does not have the version. A module proxy lists only some platforms, and no sums.
async fn index_with(ctx: &Context, version: &GoVersion) -> Result<Index> {
    let known = index::load_all(ctx, Freshness::Local).await?;
    if known.iter().any(|(id, published)| id.version == *version && published.archive.is_some()) {
        return Ok(known);
    }
    Ok(index::load_all(ctx, Freshness::Current).await?)
}

fn chosen(index: &Index, version: &GoVersion, platforms: &[Platform]) -> Result<Vec<ToolchainId>> {
    let all: Vec<ToolchainId> =
        index.iter().map(|(id, _)| id).filter(|id| id.version == *version).cloned().collect();
    if platforms.is_empty() {
        // Of a release that no list has, not even the platforms are known.
        let none = || crate::query::error::QueryError::NoSuchVersion {
            text: version.to_string(),
            platform: None,
            hint: "run `gom list-remote` to see the published versions".to_owned(),
        };
        return if all.is_empty() { Err(none().into()) } else { Ok(all) };
    }
    for platform in platforms {
        if !all.iter().any(|id| id.platform == *platform) {
            let (version, platform) = (version.clone(), platform.clone());
            return Err(LockfileError::NoPlatform { version, platform }.into());
        }
    }
    Ok(all.into_iter().filter(|id| platforms.contains(&id.platform)).collect())
}

impl Lockfile {
    /// Adds the database's answer about one toolchain.
    fn add(
        &mut self,
        index: &Index,
        id: ToolchainId,
        answer: std::result::Result<LogRecord, LogError>,
        log: &str,
    ) -> Result<()> {
        let archive = index.get(&id).and_then(|published| published.archive.as_ref());
        let (archive, sha256) =
            archive.map_or((None, None), |archive| (Some(archive.filename.clone()), archive.sha256));
        match answer {
            Ok(record) => self.toolchains.push(LockedToolchain { id, archive, sha256, record }),
            Err(LogError::NotFound { .. }) => {
                let reason = format!("the checksum database {log} has no record of it");
                self.unproven.push(Unproven { platform: id.platform, archive, sha256, reason });
            }
            Err(source) => return Err(LogFailure { id, log: log.to_owned(), source }.into()),
        }
        Ok(())
    }
}
