//! A file of the tree, with the versions in it.

use std::path::Path;

use gom_select::regular_file;

use crate::document::ParseFault;
use crate::mention::Mention;
use crate::places::{Kind, ProjectFile};

/// The size limit of a file. A larger one is an error: nobody writes such a file by hand.
pub(super) const FILE_LIMIT: usize = 4 << 20;

/// A file that was read.
#[derive(Debug)]
pub(super) struct ReadFile {
    /// Below the root, with `/`.
    pub(super) path: String,
    pub(super) kind: &'static Kind,
    pub(super) bytes: Vec<u8>,
    pub(super) mentions: Vec<Mention>,
}

/// Reads a file. `None` if it vanished.
pub(super) fn read(root: &Path, path: &str, kind: &'static Kind) -> Result<Option<ReadFile>, ParseFault> {
    let bytes = match regular_file::read(&root.join(path), FILE_LIMIT) {
        Ok(None) => return Ok(None),
        Ok(Some(bytes)) if bytes.len() > FILE_LIMIT => {
            return Err(ParseFault::whole_file(format!("it is larger than {FILE_LIMIT} bytes")));
        }
        Ok(Some(bytes)) => bytes,
        Err(error) => return Err(ParseFault::whole_file(format!("it can't be read: {error}"))),
    };
    let mentions = (kind.read)(&ProjectFile { path, bytes: &bytes })?;
    Ok(Some(ReadFile { path: path.to_owned(), kind, bytes, mentions }))
}
