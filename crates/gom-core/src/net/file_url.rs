//! Opens the file of a `file://` URL.

#![expect(clippy::disallowed_methods, reason = "a file:// URL is read from the disk")]

use std::io;
use std::path::Path;

use tokio::fs::File;

/// Opens the file and returns it with its size in bytes. Links are followed. `None` if it is missing or not a
/// regular file. There is no limit here: the reader stops where a server's answer would be too large.
pub(super) async fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    let file = match File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let metadata = file.metadata().await?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
}
