//! What a search has found so far, in gom's cache, so that the same command goes on after Ctrl-C.
//!
//! Owns: the form of the file, beside the logs of the search. It is replaced as a whole after each run, and removed when
//! the search ends. Invariant: it holds only results of the command itself; a release that could not be had is tried again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use gom_core::files;
use gom_select::toolchain::ToolchainId;
use serde::{Deserialize, Serialize};

use crate::command::{CommandEnd, CommandRun};
use crate::error::ManyError;

/// The name of the file.
const FILE: &str = "search.json";

/// The form that this gom writes.
const FORM: u32 = 1;

/// The largest file that is read, in bytes.
const LIMIT: usize = 1 << 20;

/// A search that was not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSearch {
    /// The good end.
    pub good: ToolchainId,
    /// The bad end.
    pub bad: ToolchainId,
    /// What was run, in its order.
    pub runs: Vec<(ToolchainId, CommandRun)>,
}

#[derive(Serialize, Deserialize)]
struct SearchFile {
    form: u32,
    good: String,
    bad: String,
    runs: Vec<RunFile>,
}

#[derive(Serialize, Deserialize)]
struct RunFile {
    toolchain: String,
    exit_code: Option<i32>,
    signal: Option<i32>,
    elapsed_ms: u64,
    log: String,
}

impl KeptSearch {
    /// Reads the search of a folder. `None` if there is none that this gom understands.
    pub fn read(folder: &Path) -> Option<KeptSearch> {
        let bytes = files::read_regular(&folder.join(FILE), LIMIT).ok()?;
        let file: SearchFile = serde_json::from_slice(&bytes).ok()?;
        if file.form != FORM {
            return None;
        }
        let id = |name: &str| ToolchainId::parse(name).ok();
        let runs = file.runs.into_iter().map(|run| {
            let end = match (run.exit_code, run.signal) {
                (Some(code), None) => CommandEnd::Code(code),
                (None, Some(signal)) => CommandEnd::Signal(signal),
                _ => return None,
            };
            let (elapsed, log) = (Duration::from_millis(run.elapsed_ms), PathBuf::from(run.log));
            Some((id(&run.toolchain)?, CommandRun { end, elapsed, log }))
        });
        Some(KeptSearch { good: id(&file.good)?, bad: id(&file.bad)?, runs: runs.collect::<Option<_>>()? })
    }

    /// Writes it into a folder, in place of what is there.
    pub fn write(&self, folder: &Path) -> Result<(), ManyError> {
        let runs = self.runs.iter().map(|(id, run)| RunFile {
            toolchain: id.to_string(),
            exit_code: run.end.code(),
            signal: run.end.signal(),
            elapsed_ms: millis(run.elapsed),
            log: run.log.to_string_lossy().into_owned(),
        });
        let file = SearchFile {
            form: FORM,
            good: self.good.to_string(),
            bad: self.bad.to_string(),
            runs: runs.collect(),
        };
        let path = folder.join(FILE);
        let written = serde_json::to_vec_pretty(&file).map_err(std::io::Error::from);
        let written = written.and_then(|bytes| files::replace_file(&path, &bytes));
        written.map_err(|error| ManyError::Logs { folder: folder.to_path_buf(), error })
    }

    /// Removes the search of a folder.
    pub fn remove(folder: &Path) -> Result<(), ManyError> {
        let removed = files::remove_if_there(&folder.join(FILE));
        removed.map_err(|error| ManyError::Logs { folder: folder.to_path_buf(), error })
    }
}

/// A time in milliseconds.
pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search() -> KeptSearch {
        let id = |name: &str| ToolchainId::parse(name).unwrap();
        let run = |end, log: &str| CommandRun { end, elapsed: Duration::from_millis(1234), log: log.into() };
        KeptSearch {
            good: id("go1.22.0.linux-amd64"),
            bad: id("go1.23.4.linux-amd64"),
            runs: vec![
                (id("go1.22.0.linux-amd64"), run(CommandEnd::Code(0), "/cache/a b.log")),
                (id("go1.23.4.linux-amd64"), run(CommandEnd::Signal(11), "/cache/c.log")),
            ],
        }
    }

    #[test]
    fn what_is_kept_is_read_back_until_it_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(KeptSearch::read(dir.path()), None);
        search().write(dir.path()).unwrap();
        assert_eq!(KeptSearch::read(dir.path()), Some(search()));
        KeptSearch::remove(dir.path()).unwrap();
        assert_eq!(KeptSearch::read(dir.path()), None);
        KeptSearch::remove(dir.path()).unwrap();
    }

    #[test]
    fn what_is_not_understood_is_no_search() {
        let dir = tempfile::tempdir().unwrap();
        search().write(dir.path()).unwrap();
        let file = dir.path().join(FILE);
        let text = fs_err::read_to_string(&file).unwrap();
        for (old, new) in [
            ("\"form\": 1", "\"form\": 2"),
            ("go1.22.0.linux", "go1x"),
            ("\"exit_code\": 0", "\"exit_code\": null"),
            ("{", ""),
        ] {
            assert_ne!(text.replace(old, new), text);
            fs_err::write(&file, text.replace(old, new)).unwrap();
            assert_eq!(KeptSearch::read(dir.path()), None, "{new}");
        }
    }
}
