//! The one sequence of an update: who may replace this gom, which release, its record in the checksum database, its
//! archive, the exchange of the programs. If anything fails before the last step, nothing has changed.

use std::io;
use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::fetch::log::{self, ModuleAnswer};
use gom_core::files;
use gom_core::install::keep_fork_of;
use gom_core::report::Event;
use gom_core::store::lock::Lock;
use gom_select::path_search;
use gom_sumdb::LogRecord;

use crate::download::{self, ProvenArchive};
use crate::error::SelfError;
use crate::identity::Identity;
use crate::man;
use crate::owner::{self, Owner};
use crate::programs::{self, Places};
use crate::release::{Release, ReleaseVersion};
use crate::versions;

/// What the user asks for.
#[derive(Clone, Debug, Default)]
pub struct UpdateOptions {
    /// The release; `None` for the newest.
    pub version: Option<ReleaseVersion>,
    /// Whether an older release may be installed.
    pub allow_downgrade: bool,
    /// Whether nothing is fetched and changed.
    pub dry_run: bool,
}

/// What `--check` found.
#[derive(Clone, Debug)]
pub struct Availability {
    /// The version of this gom.
    pub current: String,
    /// The release that was asked about: the newest one, or the one that the user named.
    pub release: ReleaseVersion,
    /// Whether that release is newer.
    pub is_newer: bool,
    /// The package manager that has to install it.
    pub owner: Option<Owner>,
}

/// The result of an update.
#[derive(Clone, Debug)]
pub enum UpdateOutcome {
    /// The program on the disk is that release already, or a newer one.
    Current {
        /// Its version.
        current: String,
        /// The release that was considered.
        release: ReleaseVersion,
    },
    /// The programs were replaced, or would be.
    Done(Box<Updated>),
}

/// An update that was made, or would be.
#[derive(Clone, Debug)]
pub struct Updated {
    /// The version before.
    pub from: String,
    /// The version after.
    pub release: Release,
    /// The programs.
    pub places: Places,
    /// The name of the checksum database.
    pub log: String,
    /// The record that proves the release.
    pub record: LogRecord,
    /// Where the archive came from; `None` for a dry run.
    pub source: Option<String>,
    /// How many bytes were fetched.
    pub fetched: u64,
    /// Another gom that comes first on PATH.
    pub outranked_by: Option<PathBuf>,
}

/// Looks for a release, and changes nothing.
pub async fn check(
    ctx: &Context,
    running: &str,
    version: Option<ReleaseVersion>,
) -> Result<Availability, SelfError> {
    let identity = Identity::find(&ctx.environment)?;
    let release = match version {
        Some(version) => version,
        None => versions::newest(ctx, &identity).await?,
    };
    let owner = program(ctx).ok().and_then(|gom| owner::of(&gom));
    Ok(Availability { current: running.to_owned(), is_newer: release.is_newer_than(running), release, owner })
}

/// Replaces gom and its shim by those of a release. `running` is the version of this gom.
pub async fn update(
    ctx: &Context,
    running: &str,
    options: &UpdateOptions,
) -> Result<UpdateOutcome, SelfError> {
    let identity = Identity::find(&ctx.environment)?;
    let gom = program(ctx)?;
    if let Some(owner) = owner::of(&gom) {
        return Err(SelfError::Owned { file: gom, owner });
    }
    let lock = lock(ctx, options.dry_run).await?;
    // Another gom may have replaced the file of this process while this one waited.
    let current = programs::version(&gom).unwrap_or_else(|_| running.to_owned());
    let version = match &options.version {
        Some(version) => version.clone(),
        None => versions::newest(ctx, &identity).await?,
    };
    if !version.is_newer_than(&current) {
        // A gom that was killed after its update has left the old programs.
        if lock.is_some() {
            programs::sweep(&Places::of(&gom));
        }
        if version.is(&current) || options.version.is_none() {
            return Ok(UpdateOutcome::Current { current, release: version });
        }
        if !options.allow_downgrade {
            return Err(SelfError::Downgrade { current, version });
        }
    }
    let release = Release { module: identity.module.clone(), version };
    let (log, record) = record_of(ctx, &release).await?;
    let places = Places::of(&gom);
    let mut updated = Updated {
        from: current,
        release,
        places,
        log,
        record,
        source: None,
        fetched: 0,
        outranked_by: first_on_path(ctx, &gom),
    };
    if !options.dry_run {
        fetch_and_replace(ctx, &identity, &mut updated).await?;
    }
    Ok(UpdateOutcome::Done(Box::new(updated)))
}

async fn fetch_and_replace(
    ctx: &Context,
    identity: &Identity,
    updated: &mut Updated,
) -> Result<(), SelfError> {
    let Updated { release, places, record, .. } = &*updated;
    let archive = download::archive(ctx, identity, release, record).await?;
    ctx.cancel.check()?;
    let ProvenArchive { target, url, bytes, fetched } = archive;
    let staged = programs::stage(&bytes, &release.folder(&target), places, &url)?;
    // From here on Ctrl-C is too late.
    ctx.cancel.check()?;
    let version = release.version.to_string();
    staged.check(&version)?;
    // Before the programs: a new gom would not do what a killed one left undone, since it is current.
    replace_man_pages(ctx, &bytes, &release.folder(&target), places);
    staged.replace(places, &version)?;
    if let Err(reason) = programs::init(&places.gom, ctx.store.layout().root()) {
        ctx.reporter.event(Event::Warning(format!(
            "the new gom could not complete the store ({reason}); run `gom self init`"
        )));
    }
    (updated.source, updated.fetched) = (Some(url), fetched);
    Ok(())
}

/// Only those in the store of the gom that was replaced: elsewhere gom does not know whose they are.
fn replace_man_pages(ctx: &Context, archive: &[u8], folder: &str, places: &Places) {
    let layout = ctx.store.layout();
    if ctx.store.is_of_newer_gom() {
        return;
    }
    let replaced = match files::real_path(&layout.bin()) {
        Ok(own) if places.gom.parent() == Some(&own) => man::replace(archive, folder, &layout.man_pages()),
        Ok(_) => return,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => Err(error),
    };
    if let Err(error) = replaced {
        ctx.reporter.event(Event::Warning(format!("the man pages are still the old ones ({error})")));
    }
}

/// The file of this process, which is replaced.
fn program(ctx: &Context) -> Result<PathBuf, SelfError> {
    ctx.environment.program.as_ref().map(|program| program.file.clone()).ok_or(SelfError::NoProgram)
}

/// A dry run needs no store and changes none. Nor is the store of a newer gom changed: an update is what it waits for.
async fn lock(ctx: &Context, dry_run: bool) -> Result<Option<Lock>, SelfError> {
    if dry_run || ctx.store.is_of_newer_gom() {
        return Ok(None);
    }
    ctx.store.create()?;
    let on_wait = || {
        ctx.reporter.event(Event::Note("waiting for another gom that updates or removes gom".to_owned()));
    };
    Ok(Some(ctx.store.lock_programs(&ctx.cancel, on_wait).await?))
}

/// Returns the name of the checksum database and its record of the release. There is no update without one.
pub(crate) async fn record_of(ctx: &Context, release: &Release) -> Result<(String, LogRecord), SelfError> {
    match log::ask_about(ctx, &release.module, &release.version.module_version()).await? {
        ModuleAnswer::Off(origin) => Err(SelfError::LogOff { origin }),
        ModuleAnswer::Asked { log, answer: Ok(record) } => Ok((log, record)),
        ModuleAnswer::Asked { log, answer: Err(source) } => {
            keep_fork_of(ctx, &format!("gom-{}", release.version), &source);
            Err(SelfError::Log { release: release.to_string(), log, source })
        }
    }
}

/// The first gom on PATH, if it is another one.
fn first_on_path(ctx: &Context, gom: &Path) -> Option<PathBuf> {
    let path = ctx.environment.var("PATH")?;
    let first = path_search::candidates("gom", &path).next()?;
    (files::real_path(&first).ok()? != gom).then_some(first)
}
