//! What gom wrote into which file, so that it can be taken out again. The records are in the store, because a project is for
//! everybody who works on it.
//!
//! Owns: their form. A record holds the bytes that gom wrote and removed, and sums of what is around them: nothing else of the
//! user's settings is copied. Invariant: a record is written before the file that it is about, so what a killed gom wrote can
//! be taken back.

use std::path::{Path, PathBuf};

use gom_core::digest::Sha256Digest;
use gom_core::files;
use gom_select::layout::Layout;
use serde::{Deserialize, Serialize};

use crate::editor::Editor;
use crate::error::IdeError;

/// What gom wrote into one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    schema: u32,
    /// The editor whose file it is.
    pub editor: Editor,
    /// The file: an absolute path.
    pub file: String,
    /// The project that the file is in; `None` for a file of the user's.
    pub project: Option<String>,
    /// The writes, the oldest first.
    pub writes: Vec<Write>,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// Whether gom created the file.
    pub is_new_file: bool,
    /// Whether gom created its folder too.
    #[serde(default)]
    pub is_new_folder: bool,
    /// The sum of the content before.
    pub before: Sha256Digest,
    /// The sum of the content after.
    pub after: Sha256Digest,
    /// The edits, in their order.
    pub edits: Vec<Edit>,
}

/// The edit of one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The keys that lead to the setting.
    pub keys: Vec<String>,
    /// The text of its value before; `None` if it was not there.
    pub was: Option<String>,
    /// The text of its value after.
    pub now: Option<String>,
    /// Whether the other values of the file need it, as its version: it stays as long as there are others.
    #[serde(default)]
    pub is_frame: bool,
    /// The bytes that were replaced, one after the other.
    pub pieces: Vec<RecordedPiece>,
}

impl Edit {
    /// Whether it made an object or a list for other edits, and was empty itself.
    pub(crate) fn makes_room(&self) -> bool {
        self.was.is_none() && matches!(self.now.as_deref(), Some("{}" | "[]"))
    }
}

/// Some bytes that were replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedPiece {
    /// Where, in bytes, in the text with all earlier pieces replaced.
    pub at: usize,
    /// The bytes that were there.
    pub removed: String,
    /// The bytes that took their place.
    pub inserted: String,
    /// The characters beside the inserted bytes, the one before and the one after.
    pub beside: [Option<char>; 2],
    /// The sum of the text before that place.
    pub head: Sha256Digest,
    /// The sum of the text after the inserted bytes.
    pub tail: Sha256Digest,
    /// The length of that text in bytes.
    pub tail_len: usize,
}

/// The version of the form.
const SCHEMA: u32 = 1;

impl Record {
    /// Reads the record of a file, or makes an empty one.
    pub(crate) fn of(
        layout: &Layout,
        editor: Editor,
        file: &Path,
        project: Option<&Path>,
    ) -> Result<Record, IdeError> {
        let text =
            |path: &Path| path.to_str().map(str::to_owned).ok_or_else(|| IdeError::NotUtf8(path.to_owned()));
        let empty = Record {
            schema: SCHEMA,
            editor,
            file: text(file)?,
            project: project.map(text).transpose()?,
            writes: Vec::new(),
        };
        let place = place(layout, &empty.file);
        if !files::is_taken(&place) {
            return Ok(empty);
        }
        read(&place)
    }

    /// Writes the record, or removes it if it is empty.
    pub(crate) fn keep(&self, layout: &Layout) -> Result<(), IdeError> {
        let place = place(layout, &self.file);
        let written = if self.writes.is_empty() {
            files::remove_if_there(&place)
        } else {
            let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::other);
            text.and_then(|text| files::replace_file(&place, &text))
        };
        written.map_err(|error| IdeError::Write { file: place, error })
    }

    /// The record of the same file, with nothing in it.
    pub(crate) fn emptied(&self) -> Record {
        Record { writes: Vec::new(), ..self.clone() }
    }

    /// Where it is kept.
    pub fn place(&self, layout: &Layout) -> PathBuf {
        place(layout, &self.file)
    }
}

/// Reads all records of an editor: of the user's files, or of those in a project.
pub(crate) fn all(layout: &Layout, editor: Editor, project: Option<&Path>) -> Result<Vec<Record>, IdeError> {
    let folder = layout.ide();
    let names = match files::names_in(&folder) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(IdeError::BadRecord { record: folder, reason: error.to_string() }),
    };
    let mut records = Vec::new();
    for name in
        names.into_iter().filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "json"))
    {
        let record = read(&folder.join(name))?;
        if record.editor == editor && record.project.as_deref().map(Path::new) == project {
            records.push(record);
        }
    }
    records.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(records)
}

fn place(layout: &Layout, file: &str) -> PathBuf {
    let sum = Sha256Digest::of(file.as_bytes()).to_string();
    layout.ide().join(format!("{}.json", &sum[..32]))
}

fn read(place: &Path) -> Result<Record, IdeError> {
    let bad = |reason: String| IdeError::BadRecord { record: place.to_owned(), reason };
    let bytes = files::read(place).map_err(|error| bad(error.to_string()))?;
    let record: Record = serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
    if record.schema != SCHEMA {
        return Err(bad(format!("its form {} is of a newer gom", record.schema)));
    }
    Ok(record)
}
