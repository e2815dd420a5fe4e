//! Fetches a toolchain's archive from the first place that has it, and unpacks and hashes it in staging while
//! it arrives, so that nothing is written or read twice. Nothing here is proven: the result is the tree, the
//! list of its files, and what is known about the archive.

#![expect(clippy::disallowed_methods, reason = "keeps the part of an archive that has arrived")]

pub mod log;
mod part;
mod room;
pub mod transfer;

use std::ops::Range;
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use gom_select::installed;
use gom_select::toolchain::ToolchainId;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::cancel::Cancel;
use crate::context::Context;
use crate::digest::Sha256Digest;
use crate::error::{Error, Result};
use crate::report::{Event, Step};
use crate::source::{Source, Sources};
use crate::store::StoreError;
use crate::store::staging::Staging;
use crate::tree::{FileSum, Manifest, is_covered};
use crate::unpack::{self, ArchiveFormat, Cutter, Feed, UnpackError, Unpacked, Unpacking, ZipPlan, ZipTail};

use room::KnownSize;
use transfer::{TAIL, Transfer, TransferContext};

/// A tree in staging.
pub(crate) struct Fetched {
    staging: Staging,
    /// Its files.
    pub(crate) manifest: Manifest,
    /// The archive that it came from.
    pub(crate) archive: FetchedArchive,
}

/// An archive that was fetched.
pub(crate) struct FetchedArchive {
    /// The place that had it.
    pub(crate) source: Source,
    /// Its URL there, without credentials.
    pub(crate) url: String,
    /// How many bytes of it were fetched.
    pub(crate) size: u64,
    /// Its sum; `None` if it was not needed.
    pub(crate) sha256: Option<Sha256Digest>,
    /// Whether some of it came from an earlier try, another place or an installed toolchain.
    pub(crate) resumed: bool,
    /// A note for the user about how it was fetched.
    pub(crate) note: Option<String>,
}

/// Returns the installed toolchain that has the most files in common with this one: the nearest release of
/// its line.
pub(crate) fn neighbour(ctx: &Context, id: &ToolchainId) -> Option<ToolchainId> {
    let is_near = |other: &ToolchainId| {
        other.platform == id.platform && other.version.line() == id.version.line() && other != id
    };
    let installed = installed::all(ctx.store.layout()).unwrap_or_default();
    // Newest first.
    let installed = installed.into_iter().map(|tree| tree.id);
    let (newer, older): (Vec<_>, Vec<_>) = installed.filter(is_near).partition(|other| other > id);
    older.into_iter().next().or_else(|| newer.into_iter().next_back())
}

/// Returns the GOROOT whose blocks a new tree may share: of the neighbour, else of any installed toolchain that is near.
fn shared_with(ctx: &Context, id: &ToolchainId) -> Option<PathBuf> {
    let nearest = || {
        let installed = installed::all(ctx.store.layout()).unwrap_or_default();
        let others = installed.into_iter().map(|tree| tree.id).filter(|other| other != id);
        // A patch for another platform has the same sources.
        others.max_by_key(|other| {
            let same_line = other.version.line() == id.version.line();
            (same_line, other.platform == id.platform, other.version.clone())
        })
    };
    neighbour(ctx, id).or_else(nearest).map(|other| ctx.goroot(&other))
}

/// Fetches and unpacks an archive. With a neighbour, fetches only the files that the neighbour does not have. An
/// archive that can't be unpacked counts as a failure of its place, and the next place is asked.
pub(crate) async fn fetch(
    ctx: &Context,
    id: &ToolchainId,
    sources: &Sources,
    mut neighbour: Option<&ToolchainId>,
    cancel: &Cancel,
) -> Result<Fetched> {
    if let Some(size) = sources.size {
        room::check(ctx, id, KnownSize::Archive(size))?;
    }
    let request = TransferContext { ctx, id, cancel, skipped: &sources.skipped };
    let (mut places, mut failures) = (sources.places.clone(), Vec::new());
    let mut is_second_try = false;
    loop {
        let mut transfer = Transfer::open(request, &places, failures).await?;
        note_bundled_roots(ctx);
        match stage(request, neighbour, &mut transfer).await {
            Ok(fetched) => return Ok(fetched),
            // No place has the rest of this file, but another place may have a different file.
            Err(Error::NoSource(lost)) => {
                places.retain(|place| place.filename != transfer.source().filename);
                if places.is_empty() {
                    return Err(lost.into());
                }
                failures = lost.failures;
            }
            Err(Error::Unpack(error)) if error.is_about_content() => {
                transfer.discard();
                if transfer.is_resumed() && !is_second_try {
                    // A part from an earlier try or from another place may be the damaged one.
                    ctx.reporter.event(Event::Detail(format!("{error}; fetching it again")));
                    (is_second_try, neighbour) = (true, None);
                    failures = transfer.into_failures();
                    continue;
                }
                let label = transfer.source().label.clone();
                places.retain(|place| place.label != label);
                if places.is_empty() && transfer.is_only_failure() {
                    return Err(error.into());
                }
                let text = format!("{label}: {error}");
                failures = transfer.into_failures_with(&error);
                if places.is_empty() {
                    return Err(transfer::no_source(request, failures));
                }
                ctx.reporter.event(Event::Warning(format!("{text}; another source is used")));
            }
            Err(error) => return Err(error),
        }
    }
}

async fn stage(
    request: TransferContext<'_>,
    neighbour: Option<&ToolchainId>,
    transfer: &mut Transfer<'_>,
) -> Result<Fetched> {
    let TransferContext { ctx, id, .. } = request;
    if let Some(total) = transfer.total() {
        room::check(ctx, id, KnownSize::Archive(total))?;
        if !room::may_keep(ctx, total, transfer.kept()) {
            transfer.stop_keeping();
        }
    }
    let staging = Staging::new(&ctx.store, id)?;
    let mut note = None;
    let unpacked = match transfer.source().format {
        ArchiveFormat::TarGz => stage_tar_gz(request, transfer, &staging).await?,
        ArchiveFormat::Zip | ArchiveFormat::ModuleZip => {
            let (unpacked, reused) = stage_zip(request, neighbour, transfer, &staging).await?;
            note = reused;
            unpacked
        }
    };
    unpack::check_version(&staging.tree(), id)?;
    let archive = FetchedArchive {
        source: transfer.source().clone(),
        url: transfer.url().to_owned(),
        size: transfer.received(),
        sha256: unpacked.sha256,
        resumed: transfer.is_resumed() || note.is_some(),
        note,
    };
    transfer.discard();
    Ok(Fetched { staging, manifest: Manifest::new(unpacked.files), archive })
}

async fn stage_tar_gz(
    request: TransferContext<'_>,
    transfer: &mut Transfer<'_>,
    staging: &Staging,
) -> Result<Unpacked> {
    let shared = shared_with(request.ctx, request.id);
    let (feed, unpacking) = unpack::tar_gz(&staging.tree(), shared, request.cancel)?;
    let outcome = feed_all(transfer, feed).await;
    let (sum, mut unpacked) = finish(request, outcome, unpacking).await?;
    unpacked.sha256 = Some(sum);
    Ok(unpacked)
}

/// Sends all bytes to the unpacking threads until these need no more, and returns their sum.
async fn feed_all(transfer: &mut Transfer<'_>, mut feed: Feed) -> Result<Sha256Digest> {
    while let Some(piece) = transfer.next().await? {
        if feed.send(piece, || transfer.stop_keeping()).await.is_err() {
            break;
        }
    }
    Ok(feed.finish())
}

/// Waits for the unpacking threads. If the download failed, that is the cause, whatever error the threads
/// report.
async fn finish<T>(
    request: TransferContext<'_>,
    fed: Result<T>,
    unpacking: Unpacking,
) -> Result<(T, Unpacked)> {
    request.ctx.reporter.event(Event::Step(request.id, Step::Unpacking));
    let unpacked = unpacking.await;
    let fed = fed?;
    Ok((fed, unpacked?))
}

/// Unpacks a zip while it arrives. Also returns a note about what did not need fetching.
async fn stage_zip(
    request: TransferContext<'_>,
    neighbour: Option<&ToolchainId>,
    transfer: &mut Transfer<'_>,
    staging: &Staging,
) -> Result<(Unpacked, Option<String>)> {
    let Some((start, tail)) = read_tail(transfer).await? else {
        return Ok((stage_zip_file(request, transfer, staging).await?, None));
    };
    let (directory, format) = (ZipTail::new(start, tail.clone()), transfer.source().format);
    let plan = match unpack::zip_plan(directory, format, request.id, &staging.tree()) {
        // Either the directory is longer than the tail, or it is damaged: the whole file shows which.
        Err(UnpackError::Damaged { .. }) if start > 0 => {
            transfer.go_to(0, transfer.total());
            return Ok((stage_zip_file(request, transfer, staging).await?, None));
        }
        plan => plan?,
    };
    if let Some(total) = transfer.total() {
        room::check(request.ctx, request.id, KnownSize::Files(&plan, total))?;
    }
    // An archive with a published sum is hashed, which needs every byte of it.
    let mut hasher = transfer.source().sha256.map(|_| Sha256::new());
    let (plan, reused) = match neighbour {
        Some(neighbour) if hasher.is_none() && start > 0 => reuse(request, neighbour, plan).await?,
        _ => (plan, Vec::new()),
    };
    let stretches =
        if hasher.is_some() { std::iter::once(0..start).collect() } else { plan.stretches(start) };
    let note = neighbour.filter(|_| !reused.is_empty()).map(|neighbour| {
        transfer.stop_keeping();
        let wanted =
            tail.len() as u64 + stretches.iter().map(|stretch| stretch.end - stretch.start).sum::<u64>();
        say_reuse(request, transfer, neighbour, reused.len(), wanted)
    });
    // What was reused shares its blocks already, and the rest is different.
    let shared = if reused.is_empty() { shared_with(request.ctx, request.id) } else { None };
    let (cutter, unpacking) = unpack::zip(plan, shared, request.cancel)?;
    let cut = cut_all(transfer, &stretches, cutter, (start, tail), hasher.as_mut()).await;
    let ((), mut unpacked) = finish(request, cut, unpacking).await?;
    unpacked.sha256 = hasher.map(Sha256Digest::from);
    unpacked.files.extend(reused);
    Ok((unpacked, note))
}

async fn reuse(
    request: TransferContext<'_>,
    neighbour: &ToolchainId,
    plan: ZipPlan,
) -> Result<(ZipPlan, Vec<FileSum>)> {
    let place = request.ctx.goroot(neighbour);
    Ok(unpack::reuse(plan, place, request.cancel).await?)
}

fn say_reuse(
    request: TransferContext<'_>,
    transfer: &Transfer<'_>,
    neighbour: &ToolchainId,
    files: usize,
    wanted: u64,
) -> String {
    let (reporter, id) = (&request.ctx.reporter, request.id);
    let percent = (wanted * 100).div_ceil(transfer.total().unwrap_or(wanted).max(1));
    let note =
        format!("{files} files of {id} are reused from {neighbour}: {percent} percent of its bytes to fetch");
    reporter.event(Event::Note(note.clone()));
    reporter.event(Event::Total(id, wanted));
    note
}

/// Reads the end of a zip, and returns it with its offset. `None` if the place always sends the whole file.
async fn read_tail(transfer: &mut Transfer<'_>) -> Result<Option<(u64, Bytes)>> {
    let start = transfer.at();
    let is_whole = start == 0 && transfer.total().is_none_or(|total| total > TAIL);
    if is_whole {
        return Ok(None);
    }
    let mut tail = BytesMut::new();
    while let Some(piece) = transfer.next().await? {
        tail.extend_from_slice(&piece);
    }
    Ok(Some((start, tail.freeze())))
}

/// Sends the bytes in order to the writing threads until these need no more.
async fn cut_all(
    transfer: &mut Transfer<'_>,
    stretches: &[Range<u64>],
    mut cutter: Cutter,
    (tail_start, tail): (u64, Bytes),
    mut hasher: Option<&mut Sha256>,
) -> Result<()> {
    for stretch in stretches {
        transfer.go_to(stretch.start, Some(stretch.end));
        while let Some(piece) = transfer.next().await? {
            if cutter.is_full() {
                transfer.stop_keeping();
            }
            if let Some(hasher) = &mut hasher {
                hasher.update(&piece);
            }
            if cutter.feed(transfer.at() - piece.len() as u64, piece).await.is_err() {
                return Ok(());
            }
        }
    }
    if let Some(hasher) = hasher {
        hasher.update(&tail);
    }
    // The threads report a failure here.
    let _ = cutter.feed(tail_start, tail).await;
    Ok(())
}

/// Unpacks a zip from a place that can't send ranges: it goes into a file first, because its directory is at
/// its end.
async fn stage_zip_file(
    request: TransferContext<'_>,
    transfer: &mut Transfer<'_>,
    staging: &Staging,
) -> Result<Unpacked> {
    if let Some(total) = transfer.total() {
        room::check(request.ctx, request.id, KnownSize::WholeArchive(total))?;
    }
    let path = staging.archive();
    let disk = |error: std::io::Error| Error::Store(error.into());
    let mut file = fs_err::tokio::File::create(&path).await.map_err(disk)?;
    let mut hasher = Sha256::new();
    while let Some(piece) = transfer.next().await? {
        hasher.update(&piece);
        file.write_all(&piece).await.map_err(disk)?;
    }
    file.flush().await.map_err(disk)?;
    let (format, shared) = (transfer.source().format, shared_with(request.ctx, request.id));
    let unpacking = unpack::zip_file(&path, format, request.id, &staging.tree(), shared, request.cancel)?;
    let mut unpacked = unpacking.await?;
    unpacked.sha256 = Some(hasher.into());
    Ok(unpacked)
}

impl Fetched {
    /// Removes from the tree what the checksum database's hash does not cover. Returns whether there was any.
    pub(crate) fn remove_uncovered(&mut self) -> Result<bool> {
        let uncovered = self.manifest.files().iter().filter(|file| !is_covered(&file.name));
        let mut folders: Vec<&str> = uncovered.filter_map(|file| file.name.split('/').next()).collect();
        folders.dedup();
        for folder in &folders {
            fs_err::remove_dir_all(self.staging.tree().join(folder)).map_err(StoreError::from)?;
        }
        let was_any = !folders.is_empty();
        self.manifest = std::mem::take(&mut self.manifest).into_covered();
        Ok(was_any)
    }

    /// Checks that the tree's `bin/go` is a program for the toolchain's platform.
    pub(crate) fn check_program(&self, id: &ToolchainId) -> Result<()> {
        Ok(unpack::check_program(&self.staging.tree(), id)?)
    }

    /// Returns the tree and the list of its files.
    pub(crate) fn into_staged(self) -> (Staging, Manifest) {
        (self.staging, self.manifest)
    }
}

fn note_bundled_roots(ctx: &Context) {
    if ctx.client.uses_bundled_roots() {
        ctx.reporter.event(Event::Note(
            "this system has no certificate store; using the Mozilla roots in gom".to_owned(),
        ));
    }
}
