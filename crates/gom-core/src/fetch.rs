//! A toolchain's tree in staging, out of the first place that has its archive. Nothing here is proven:
//! what comes out is the tree, the list of its files, and what is known of the archive.

use std::path::Path;

use gom_select::toolchain::ToolchainId;

use crate::cancel::Cancel;
use crate::context::Context;
use crate::digest::Sha256Digest;
use crate::download::{Downloaded, download};
use crate::error::{Error, Result};
use crate::report::Event;
use crate::source::{Source, Sources};
use crate::store::StoreError;
use crate::store::staging::Staging;
use crate::tree::{Manifest, is_covered};
use crate::unpack::unpack;

/// A tree in staging.
pub(crate) struct Fetched {
    staging: Staging,
    /// Its files.
    pub(crate) manifest: Manifest,
    /// What it came out of.
    pub(crate) archive: Archive,
    downloaded: Downloaded,
}

/// An archive that was fetched.
pub(crate) struct Archive {
    /// The place that had it.
    pub(crate) source: Source,
    /// Its URL there, without credentials.
    pub(crate) url: String,
    /// How many bytes of it were fetched.
    pub(crate) size: u64,
    /// Its sum; `None` where only parts of it were fetched.
    pub(crate) sha256: Option<Sha256Digest>,
    /// Who signed it, where that was checked.
    pub(crate) signer: Option<String>,
    /// Some of it came from an earlier try or another place.
    pub(crate) resumed: bool,
}

/// Why there is no tree.
pub(crate) struct Failed {
    pub(crate) error: Error,
    /// Some of the archive came from an earlier try or another place.
    pub(crate) resumed: bool,
}

/// Fetches and unpacks.
pub(crate) async fn fetch(
    ctx: &Context,
    id: &ToolchainId,
    sources: &Sources,
    cancel: &Cancel,
) -> std::result::Result<Fetched, Failed> {
    let failed = |error: Error| Failed { error, resumed: false };
    let downloaded = download(ctx, id, &sources.places, &sources.skipped).await.map_err(failed)?;
    note_bundled_roots(ctx);
    ctx.reporter.event(Event::Unpacking(id));
    let staging = Staging::new(&ctx.store, id).map_err(|error| failed(error.into()))?;
    let resumed = downloaded.resumed;
    let manifest = match unpack_in_thread(id, &downloaded, &staging, cancel).await {
        Ok(manifest) => manifest,
        Err(error) => {
            if error.is_about_content() {
                downloaded.discard();
            }
            return Err(Failed { error, resumed });
        }
    };
    let archive = Archive {
        source: downloaded.source.clone(),
        url: downloaded.url.clone(),
        size: downloaded.size,
        sha256: Some(downloaded.sha256),
        signer: None,
        resumed,
    };
    Ok(Fetched { staging, manifest, archive, downloaded })
}

impl Fetched {
    /// Takes out of the tree what the checksum database's hash does not cover. Says whether there was any.
    pub(crate) fn remove_uncovered(&mut self) -> Result<bool> {
        let mut folders: Vec<&str> = self
            .manifest
            .files()
            .iter()
            .filter(|file| !is_covered(&file.name))
            .filter_map(|file| file.name.split('/').next())
            .collect();
        folders.dedup();
        for folder in &folders {
            fs_err::remove_dir_all(self.staging.tree().join(folder)).map_err(StoreError::from)?;
        }
        let was_any = !folders.is_empty();
        self.manifest = std::mem::take(&mut self.manifest).into_covered();
        Ok(was_any)
    }

    /// Puts the tree to its place by one rename.
    pub(crate) fn publish(self, place: &Path) -> Result<()> {
        self.staging.publish(place)?;
        self.downloaded.discard();
        Ok(())
    }
}

async fn unpack_in_thread(
    id: &ToolchainId,
    downloaded: &Downloaded,
    staging: &Staging,
    cancel: &Cancel,
) -> Result<Manifest> {
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
