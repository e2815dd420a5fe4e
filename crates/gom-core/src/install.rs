//! Installing a toolchain, the one sequence: lock, download, prove, unpack in staging, publish by one
//! rename. Whatever goes wrong before the last step, `toolchains/` is as it was.

use gom_select::toolchain::ToolchainId;

use crate::cancel::Cancel;
use crate::context::Context;
use crate::download::{Downloaded, download};
use crate::error::{Error, Result};
use crate::go_settings::Log;
use crate::index::Published;
use crate::log_access;
use crate::proof::{self, Evidence};
use crate::report::Event;
use crate::source::{Format, Sources, sources};
use crate::store::receipt::{self, Archive, Receipt, Source, Tree};
use crate::store::staging::{self, Staging};
use crate::sumdb::LogRecord;
use crate::unpack::{Unpacked, unpack};

/// What an install did.
#[derive(Clone, Debug)]
pub enum Installed {
    /// The toolchain was there already; nothing changed.
    Already,
    /// It is there now.
    Now(Box<Receipt>),
}

/// Installs a published toolchain. With `force`, one that is there is replaced in one step by a fresh one.
pub async fn install(
    ctx: &Context,
    id: &ToolchainId,
    published: &Published,
    force: bool,
) -> Result<Installed> {
    ctx.store.create()?;
    let place = ctx.store.layout().toolchain(id);
    if !force && place.is_dir() {
        return Ok(Installed::Already);
    }
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    staging::recover(&ctx.store, id)?;
    if !force && place.is_dir() {
        // Another gom installed it while we waited.
        return Ok(Installed::Already);
    }
    let sources = sources(ctx, id, published)?;
    let result = fetch_and_publish(ctx, id, &sources).await;
    ctx.reporter.event(Event::Finished(id));
    let receipt = result?;
    ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
    Ok(Installed::Now(Box::new(receipt)))
}

async fn fetch_and_publish(ctx: &Context, id: &ToolchainId, sources: &Sources) -> Result<Receipt> {
    let downloaded = download(ctx, id, &sources.places, &sources.skipped).await?;
    note_bundled_roots(ctx);
    let resumed = downloaded.resumed;
    match prove_and_publish(ctx, id, downloaded).await {
        // Part of the file came from an earlier try or another place; one clean try tells a damaged part
        // from a lie.
        Err(error) if resumed && error.is_about_content() => {
            ctx.reporter.event(Event::Detail(format!("{error}; fetching it anew")));
            let downloaded = download(ctx, id, &sources.places, &sources.skipped).await?;
            prove_and_publish(ctx, id, downloaded).await
        }
        result => result,
    }
}

/// The archive is removed whether it was right or wrong; only an interrupted gom leaves it for the next.
async fn prove_and_publish(ctx: &Context, id: &ToolchainId, downloaded: Downloaded) -> Result<Receipt> {
    let result = prove(ctx, id, &downloaded).await;
    match result {
        Ok((staging, receipt)) => {
            ctx.cancel.check()?;
            ctx.store.write_receipt(id, &receipt)?;
            staging.publish(&ctx.store.layout().toolchain(id))?;
            downloaded.discard();
            Ok(receipt)
        }
        Err(error) => {
            if error.is_about_content() {
                downloaded.discard();
            }
            Err(error)
        }
    }
}

/// Unpacks the archive in staging and proves it.
async fn prove(ctx: &Context, id: &ToolchainId, downloaded: &Downloaded) -> Result<(Staging, Receipt)> {
    if let Some(published) = downloaded.source.sha256 {
        proof::check_sum(id, downloaded.sha256, published)?;
    }
    ctx.reporter.event(Event::Unpacking(id));
    let staging = Staging::new(&ctx.store, id)?;
    let log = log_for(ctx, downloaded.source.format)?;
    let (unpacked, record) = unpack_and_look_up(ctx, id, downloaded, &staging, log.as_ref()).await?;
    let log_name = log.as_ref().map_or("", |log| log.key.name());
    let proof = proof::decide(&Evidence {
        id,
        format: downloaded.source.format,
        sha256: downloaded.sha256,
        published: downloaded.source.sha256,
        h1: &unpacked.h1,
        record: record.as_ref().map(|record| (log_name, record)),
    })?;
    let receipt = Receipt {
        schema: receipt::SCHEMA,
        toolchain: id.to_string(),
        installed_at: receipt::now(),
        gom: env!("CARGO_PKG_VERSION").to_owned(),
        source: Source { place: downloaded.source.label.clone(), url: downloaded.url.clone() },
        archive: Archive { size: downloaded.size, sha256: downloaded.sha256 },
        tree: Tree { h1: unpacked.h1, files: unpacked.files },
        proof,
    };
    Ok((staging, receipt))
}

/// Module zips are proven by the checksum database.
fn log_for(ctx: &Context, format: Format) -> Result<Option<Log>> {
    match format {
        Format::ModuleZip => Ok(ctx.go_settings.log()?),
        Format::TarGz | Format::Zip => Ok(None),
    }
}

/// Both at once. When the log refuses, the unpacking thread is stopped and waited for: staging may only be
/// removed when nobody writes there any more.
async fn unpack_and_look_up(
    ctx: &Context,
    id: &ToolchainId,
    downloaded: &Downloaded,
    staging: &Staging,
    log: Option<&Log>,
) -> Result<(Unpacked, Option<LogRecord>)> {
    let cancel = ctx.cancel.child();
    let unpacking = unpack_in_thread(id, downloaded, staging, &cancel);
    let looking = async {
        match log {
            Some(log) => log_access::lookup(ctx, id, log).await.map(Some),
            None => Ok(None),
        }
    };
    tokio::pin!(unpacking, looking);
    tokio::select! {
        unpacked = &mut unpacking => Ok((unpacked?, looking.await?)),
        record = &mut looking => {
            if record.is_err() {
                cancel.cancel();
            }
            let unpacked = unpacking.await;
            let record = record?;
            Ok((unpacked?, record))
        }
    }
}

async fn unpack_in_thread(
    id: &ToolchainId,
    downloaded: &Downloaded,
    staging: &Staging,
    cancel: &Cancel,
) -> Result<Unpacked> {
    let (archive, format) = (downloaded.path().to_path_buf(), downloaded.source.format);
    let (id, tree, cancel) = (id.clone(), staging.tree(), cancel.clone());
    let work = move || unpack(&archive, format, &id, &tree, &cancel);
    match tokio::task::spawn_blocking(work).await {
        Ok(unpacked) => Ok(unpacked?),
        // The thread panicked, which is a fault of gom's own.
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

fn note_bundled_roots(ctx: &Context) {
    if ctx.client.uses_bundled_roots() {
        ctx.reporter.event(Event::Note(
            "this system has no certificate store; using the Mozilla roots in gom".to_owned(),
        ));
    }
}
