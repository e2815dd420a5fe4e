//! Opens the file of a `file://` URL.

#![expect(clippy::disallowed_methods, reason = "a file:// URL is read from the disk")]

use std::io;
use std::path::Path;

use tokio::fs::{File, OpenOptions};

/// Opens the file and returns it with its size in bytes. Links are followed. `None` if it is missing or not a
/// regular file. There is no limit here: the reader stops where a server's answer would be too large.
pub(super) async fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    // Opening a FIFO would wait for a writer.
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let metadata = file.metadata().await?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
}
