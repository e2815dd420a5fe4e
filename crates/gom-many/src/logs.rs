//! What the commands print: one file for each Go.
//!
//! A command writes into `NAME.log.part`, which becomes `NAME.log` once the command has ended by itself. So a log with
//! that name is whole, and what a stopped one has printed is still there. One gom at a time writes into a folder. Nothing
//! is written through a link.

#![expect(clippy::disallowed_methods, reason = "owns the folder of the logs")]

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use gom_core::context::Context;
use gom_core::digest::Sha256Digest;
use gom_core::files;

use crate::error::ManyError;

/// How much of a log's end is read for people, in bytes.
const TAIL: u64 = 16 << 10;

/// A folder of logs, which no other gom writes into as long as this lives.
#[derive(Debug)]
pub struct LogFolder {
    folder: PathBuf,
    _lock: File,
}

/// The log of a command that runs.
#[derive(Debug)]
pub(crate) struct UnfinishedLog {
    file: File,
    path: PathBuf,
    finished: PathBuf,
}

/// Returns the folder in gom's cache for a command that is told by these words.
pub fn folder_in_cache<'a>(ctx: &Context, verb: &str, words: impl IntoIterator<Item = &'a OsStr>) -> PathBuf {
    let mut text = Vec::new();
    for word in words {
        text.extend(word.as_bytes());
        // No word has one.
        text.push(0);
    }
    let sum = Sha256Digest::of(&text).to_string();
    ctx.cache_path(verb).join(&sum[..16])
}

impl LogFolder {
    /// Opens a folder, which is made if it is missing.
    pub fn open(folder: &Path) -> Result<LogFolder, ManyError> {
        let failed = |error| ManyError::Logs { folder: folder.to_path_buf(), error };
        fs_err::create_dir_all(folder).map_err(failed)?;
        let lock = File::open(folder).map_err(failed)?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => Err(ManyError::LogsInUse { folder: folder.to_path_buf() }),
            // Some volumes have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => {
                Ok(LogFolder { folder: folder.to_path_buf(), _lock: lock })
            }
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Removes the logs that an earlier command has left under a name.
    pub fn forget(&self, name: &str) -> Result<(), ManyError> {
        let (unfinished, finished) = self.names(name);
        let removed = files::remove_if_there(&unfinished).and_then(|()| files::remove_if_there(&finished));
        removed.map_err(|error| ManyError::Logs { folder: self.folder.clone(), error })
    }

    /// Begins a log in place of an earlier one of this name.
    pub(crate) fn begin(&self, name: &str) -> Result<UnfinishedLog, ManyError> {
        self.forget(name)?;
        let (path, finished) = self.names(name);
        // Two programs write into it: each write goes to the end.
        let file = fs_err::OpenOptions::new().append(true).create_new(true).open(&path);
        let file = file.map_err(|error| ManyError::Logs { folder: self.folder.clone(), error })?;
        Ok(UnfinishedLog { file: file.into_file(), path, finished })
    }

    fn names(&self, name: &str) -> (PathBuf, PathBuf) {
        (self.folder.join(format!("{name}.log.part")), self.folder.join(format!("{name}.log")))
    }
}

impl UnfinishedLog {
    /// The file as the output of a program.
    pub(crate) fn stream(&self) -> io::Result<Stdio> {
        Ok(self.file.try_clone()?.into())
    }

    /// Where it is until its end.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line of gom's.
    pub(crate) fn say(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.file, "{line}")
    }

    /// Gives it its final name.
    pub(crate) fn finish(self) -> io::Result<PathBuf> {
        fs_err::rename(&self.path, &self.finished)?;
        Ok(self.finished)
    }
}

/// Returns the last lines of a log, without control characters. A log that can't be read has none.
pub fn last_lines(log: &Path, count: usize) -> Vec<String> {
    let text = tail(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.chars().filter(|c| *c == '\t' || !c.is_control()).collect::<String>())
        .collect();
    let first = lines.len().saturating_sub(count);
    lines.into_iter().skip(first).collect()
}

fn tail(log: &Path) -> io::Result<Vec<u8>> {
    let mut file = files::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut text = Vec::new();
    file.take(TAIL).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_its_name_once_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        let logs = LogFolder::open(&folder).unwrap();
        fs_err::write(folder.join("go1.log"), "old").unwrap();
        let mut log = logs.begin("go1").unwrap();
        assert!(!folder.join("go1.log").exists());
        log.say("new").unwrap();
        assert_eq!(log.path(), folder.join("go1.log.part"));
        assert_eq!(log.finish().unwrap(), folder.join("go1.log"));
        assert_eq!(fs_err::read_to_string(folder.join("go1.log")).unwrap(), "new\n");
        drop(logs.begin("go1").unwrap());
        assert!(!folder.join("go1.log").exists() && folder.join("go1.log.part").exists());
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        fs_err::write(&victim, "precious").unwrap();
        for name in ["go1.log", "go1.log.part"] {
            fs_err::os::unix::fs::symlink(&victim, dir.path().join(name)).unwrap();
        }
        let logs = LogFolder::open(dir.path()).unwrap();
        let mut log = logs.begin("go1").unwrap();
        log.say("text").unwrap();
        log.finish().unwrap();
        assert_eq!(fs_err::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(fs_err::read_to_string(dir.path().join("go1.log")).unwrap(), "text\n");
    }

    #[test]
    fn one_gom_at_a_time_writes_into_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let first = LogFolder::open(dir.path()).unwrap();
        assert!(matches!(LogFolder::open(dir.path()), Err(ManyError::LogsInUse { .. })));
        drop(first);
        assert!(LogFolder::open(dir.path()).is_ok());
    }

    #[test]
    fn the_last_lines_are_plain_text() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        fs_err::write(&log, b"one\ntwo\n\x1b[31mthree\x1b[0m\tx\xff\n").unwrap();
        assert_eq!(last_lines(&log, 2), ["two", "[31mthree[0m\tx\u{fffd}"]);
        assert_eq!(last_lines(&log, 9).len(), 3);
        let many: Vec<String> = (0..9000).map(|number| format!("line {number}")).collect();
        fs_err::write(&log, many.join("\n")).unwrap();
        assert_eq!(last_lines(&log, 1), ["line 8999"]);
        assert!(last_lines(&dir.path().join("none"), 3).is_empty());
    }
}
