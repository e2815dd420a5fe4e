//! What a power cut may take. No file of a toolchain is synced by itself, which would cost seconds: the
//! whole file system is, once, before the rename that publishes the tree. So a tree that is there is whole
//! after the death of any process, and after a power cut too unless the user gave that up.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::StoreError;
use crate::context::Context;
use crate::report::Event;
use crate::settings::Sync;

/// Waits until all that was written to the store is on the disk, or does nothing where the setting `sync`
/// is `never`.
pub(crate) async fn settle(ctx: &Context) -> Result<(), StoreError> {
    if ctx.settings.sync.value == Sync::Never {
        return Ok(());
    }
    ctx.reporter
        .event(Event::Detail("waiting until all is on the disk (GOM_SYNC=never does not)".to_owned()));
    let layout = ctx.store.layout();
    // Each of them may be on a file system of its own.
    let folders = [layout.toolchains(), layout.receipts()];
    let synced = spawn_blocking(move || sync_file_systems_of(&folders));
    let synced = tokio::select! {
        synced = synced => synced,
        () = ctx.cancel.cancelled() => return Err(crate::cancel::Cancelled.into()),
    };
    Ok(synced.map_err(io::Error::other)??)
}

fn sync_file_systems_of(folders: &[PathBuf]) -> io::Result<()> {
    let mut synced = BTreeSet::new();
    for folder in folders {
        if synced.insert(fs_err::metadata(folder)?.dev()) {
            sync_file_system_of(folder)?;
        }
    }
    Ok(())
}

/// One call for everything on it.
#[cfg(target_os = "linux")]
fn sync_file_system_of(folder: &Path) -> io::Result<()> {
    let folder = fs_err::File::open(folder)?;
    Ok(rustix::fs::syncfs(folder.file())?)
}

/// macOS can't wait for one file system: `sync` starts to write, and what is written is behind the drive's
/// cache when a full sync of one file returns.
#[cfg(not(target_os = "linux"))]
fn sync_file_system_of(folder: &Path) -> io::Result<()> {
    let folder = fs_err::File::open(folder)?;
    rustix::fs::sync();
    folder.sync_all()
}
