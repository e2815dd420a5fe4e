//! A file of a known kind, with the versions in it.

use std::path::Path;

use gom_select::regular_file;

use crate::document::ParseFault;
use crate::mention::Mention;
use crate::places::{Kind, ProjectFile};

/// The size limit of a file. A larger one is an error: nobody writes such a file by hand.
pub const FILE_LIMIT: usize = 4 << 20;

/// A file that was read.
#[derive(Debug)]
pub struct ReadFile {
    /// Its path as the caller names it: below the root, with `/`.
    pub path: String,
    /// Its kind.
    pub kind: &'static Kind,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The versions in it.
    pub mentions: Vec<Mention>,
    /// Where it leads if it is a link, as the link says.
    pub link: Option<String>,
    /// Whether it is a link to another file that is read too.
    pub leads_to_another: bool,
}

/// Reads a file, which its [`ReadFile`] calls `path`. `None` if it vanished.
pub fn read(
    file: &Path,
    path: &str,
    kind: &'static Kind,
    limit: usize,
) -> Result<Option<ReadFile>, ParseFault> {
    let bytes = match regular_file::read(file, limit) {
        Ok(None) => return Ok(None),
        Ok(Some(bytes)) if bytes.len() > limit => {
            return Err(ParseFault::whole_file(format!("it is larger than {limit} bytes")));
        }
        Ok(Some(bytes)) => bytes,
        Err(error) => return Err(ParseFault::whole_file(format!("it can't be read: {error}"))),
    };
    let mentions = (kind.read)(&ProjectFile { path, bytes: &bytes })?;
    Ok(Some(ReadFile { path: path.to_owned(), kind, bytes, mentions, link: None, leads_to_another: false }))
}
