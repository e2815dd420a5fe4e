//! Removes the entries that this job did not use from the build cache. Go keeps entries for days; a CI would carry them
//! from job to job forever.
//!
//! The go command updates the time of an entry that it uses, but only if the time is more than an hour old
//! (cmd/go/internal/cache, `mtimeInterval`). So entries that are up to an hour older than the job may have been used and
//! are kept. A trim sets the time of kept entries to two hours ago, so that the go command updates those that the next
//! job uses. An entry is an action (`-a`) that names its output (`-d`), which is a file or, since Go 1.24, a folder. The
//! output of a kept action is kept.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;

use super::size::DiskUsage;
use crate::error::CiError;
use gom_core::files;

/// The go command does not update times that are newer than this.
const GOS_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// The age of kept entries: older than the interval.
const AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// The result of a trim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trimmed {
    /// The entries that are left.
    pub kept: DiskUsage,
    /// The entries that were removed.
    pub dropped: DiskUsage,
    /// The outputs among those left that the job made itself.
    pub built: DiskUsage,
}

/// An action or an output.
struct Entry {
    path: PathBuf,
    /// The name without `-a` or `-d`.
    id: String,
    is_action: bool,
    is_folder: bool,
    modified: SystemTime,
    size: DiskUsage,
}

/// The outputs of the actions that were used.
#[derive(Default)]
struct Outputs {
    /// All of them.
    used: HashSet<String>,
    /// The outputs of actions that the job ran itself.
    built: HashSet<String>,
}

/// Removes entries that can't have been used since `since`, and sets the age of the rest. With `dry_run` it only counts.
/// Other files stay: the fuzzer's corpus, and Go's own notes.
pub fn trim(cache: &Path, since: SystemTime, dry_run: bool) -> Result<Trimmed, CiError> {
    let started = since;
    let since = since.checked_sub(GOS_INTERVAL).unwrap_or(since);
    let entries = entries(cache)?;
    let outputs = outputs(&entries, since, started)?;
    let old = SystemTime::now() - AGE;
    let mut trimmed = Trimmed::default();
    for entry in &entries {
        let is_kept = entry.is_kept(since, &outputs.used);
        let count = if is_kept { &mut trimmed.kept } else { &mut trimmed.dropped };
        count.add_size(entry.size);
        if !entry.is_action && outputs.built.contains(&entry.id) {
            trimmed.built.add_size(entry.size);
        }
        if dry_run {
            continue;
        }
        match is_kept {
            true if entry.modified > old => make_old(&entry.path, old)?,
            true => {}
            false => entry.remove()?,
        }
    }
    Ok(trimmed)
}

/// The entries that a trim would keep.
pub(super) fn used(cache: &Path, since: SystemTime) -> Result<DiskUsage, CiError> {
    Ok(trim(cache, since, true)?.kept)
}

impl Entry {
    fn is_kept(&self, since: SystemTime, used: &HashSet<String>) -> bool {
        self.modified >= since || (!self.is_action && used.contains(&self.id))
    }

    fn remove(&self) -> Result<(), CiError> {
        if self.is_folder {
            fs_err::remove_dir_all(&self.path)?;
        } else {
            fs_err::remove_file(&self.path)?;
        }
        Ok(())
    }
}

/// The outputs of actions that were used since `since`. An action from a restored cache has a time before the job
/// started.
fn outputs(entries: &[Entry], since: SystemTime, started: SystemTime) -> Result<Outputs, CiError> {
    let started = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let mut outputs = Outputs::default();
    for entry in entries.iter().filter(|entry| entry.is_action && entry.modified >= since) {
        // `v1 ACTION OUTPUT SIZE TIME`
        let text = files::read_text(&entry.path)?;
        let mut words = text.split_ascii_whitespace().skip(2);
        let Some(output) = words.next() else { continue };
        let time = words.nth(1).and_then(|time| time.parse::<u128>().ok());
        if time.is_some_and(|time| time >= started) {
            outputs.built.insert(output.to_owned());
        }
        outputs.used.insert(output.to_owned());
    }
    Ok(outputs)
}

/// All entries in the folders `00` to `ff`.
fn entries(cache: &Path) -> Result<Vec<Entry>, CiError> {
    let mut entries = Vec::new();
    for number in 0..=255 {
        let folder = cache.join(format!("{number:02x}"));
        let found = match fs_err::read_dir(folder) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => continue,
            found => found?,
        };
        for found in found {
            entries.extend(entry(&found?)?);
        }
    }
    Ok(entries)
}

fn entry(found: &fs_err::DirEntry) -> Result<Option<Entry>, CiError> {
    let name = found.file_name().into_string().unwrap_or_default();
    let Some((id, kind @ ("a" | "d"))) = name.rsplit_once('-') else { return Ok(None) };
    if id.len() != 64 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let metadata = found.metadata()?;
    if metadata.is_symlink() {
        return Ok(None);
    }
    let mut size = DiskUsage::default();
    if metadata.is_dir() {
        size.add_below(&found.path())?;
    } else {
        size.add(metadata.len());
    }
    Ok(Some(Entry {
        path: found.path(),
        id: id.to_owned(),
        is_action: kind == "a",
        is_folder: metadata.is_dir(),
        modified: metadata.modified()?,
        size,
    }))
}

fn make_old(path: &Path, time: SystemTime) -> Result<(), CiError> {
    Ok(fs_err::File::open(path)?.into_file().set_modified(time)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Cache(tempfile::TempDir);

    impl Cache {
        fn path(&self, digit: char, kind: &str) -> PathBuf {
            let id: String = std::iter::repeat_n(digit, 64).collect();
            self.0.path().join(&id[..2]).join(format!("{id}-{kind}"))
        }

        fn add(&self, digit: char, kind: &str, content: &str, age: u64) {
            let path = self.path(digit, kind);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(&path, content).unwrap();
            make_old(&path, ago(age)).unwrap();
        }

        fn action(&self, digit: char, output: char, age: u64) {
            self.action_at(digit, output, age, 0);
        }

        fn action_at(&self, digit: char, output: char, age: u64, time: u128) {
            let id = |digit| std::iter::repeat_n(digit, 64).collect::<String>();
            self.add(digit, "a", &format!("v1 {} {} {:20} {:20}\n", id(digit), id(output), 3, time), age);
        }
    }

    fn ago(seconds: u64) -> SystemTime {
        SystemTime::now() - Duration::from_secs(seconds)
    }

    fn age(path: &Path) -> u64 {
        fs_err::metadata(path).unwrap().modified().unwrap().elapsed().unwrap().as_secs()
    }

    #[test]
    fn entries_that_the_job_used_stay_and_become_old() {
        let cache = Cache(tempfile::tempdir().unwrap());
        // Perhaps used: less than an hour old when the job started. Its output is old.
        cache.action('a', 'b', 3000);
        cache.add('b', "d", "out", 90_000);
        // Not used, but another action of this job made its output.
        cache.action('c', 'd', 90_000);
        cache.add('d', "d", "new", 10);
        // Not used at all.
        cache.action('e', 'f', 90_000);
        cache.add('f', "d", "old", 90_000);
        let folder = cache.path('1', "d");
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(folder.join("vet"), "program").unwrap();
        make_old(&folder, ago(90_000)).unwrap();
        for (name, content) in [("trim.txt", "0"), ("README", "x"), ("fuzz/m/x", "corpus"), ("ee/other", "x")]
        {
            let path = cache.0.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(&path, content).unwrap();
            make_old(&path, ago(90_000)).unwrap();
        }

        // Ran in this job, with an output of three bytes.
        cache.add('2', "d", "new", 10);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
        cache.action_at('2', '2', 10, now);

        let since = ago(60);
        let counted = trim(cache.0.path(), since, true).unwrap();
        assert_eq!(trim(cache.0.path(), since, false).unwrap(), counted);
        assert_eq!((counted.kept.files, counted.dropped.files), (5, 4));
        assert_eq!(counted.built, DiskUsage { files: 1, bytes: 3 });
        let left = |digit, kind| cache.path(digit, kind).exists();
        assert!(left('a', "a") && left('b', "d") && left('d', "d"));
        assert!(!left('c', "a") && !left('e', "a") && !left('f', "d") && !folder.exists());
        assert!(age(&cache.path('a', "a")) >= 2 * 60 * 60);
        for name in ["trim.txt", "README", "fuzz/m/x", "ee/other"] {
            assert!(cache.0.path().join(name).exists(), "{name}");
        }
        // The next job used nothing.
        let next = trim(cache.0.path(), since, false).unwrap();
        assert_eq!((next.kept.files, next.dropped.files), (0, 5));
    }

    #[test]
    fn a_missing_cache_is_an_empty_one() {
        assert_eq!(trim(Path::new("/nowhere"), ago(1), false).unwrap(), Trimmed::default());
    }
}
