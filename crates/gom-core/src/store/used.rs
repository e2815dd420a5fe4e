//! The record of use of a store: the links that each `go` makes ([`gom_select::used`]), collected in one file.
//!
//! Owns: `used/` of the store. Never: decides what is unused ([`crate::usage`] and [`crate::prune`] do). Invariants: a
//! use that was read is removed only after the file that has it was written; a day that can't be right, because a
//! clock was wrong, counts as today; and the record begins again wherever it can't be told that it is complete. So a
//! fault makes nothing older than it is.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use gom_select::layout::USE_RECORD;
use gom_select::used::{Day, Use, UsedToolchain, day_of, today};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::lock::try_lock;
use super::root::Store;
use crate::cancel::Cancel;
use crate::files::{self, replace_file};

/// How many links may be there before any verb that writes collects them.
const MAX_LINKS: usize = 256;

/// How many uses are kept.
const MAX_USES: usize = 10_000;

/// The recorded use of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UseRecord {
    /// The day since which each use was recorded.
    pub since: Day,
    /// The uses, each once.
    pub uses: Vec<RecordedUse>,
    /// Why the collected uses could not be read, if there are some. The record then begins again.
    pub damage: Option<String>,
}

/// A use and its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedUse {
    /// The use.
    pub used: Use,
    /// The last day on which it was recorded.
    pub last: Day,
}

/// The content of `used/record.json`.
#[derive(Default, Serialize, Deserialize)]
struct RecordFile {
    schema: u32,
    since: Day,
    /// The day on which it was written.
    collected: Day,
    uses: Vec<UseJson>,
}

#[derive(Serialize, Deserialize)]
struct UseJson {
    toolchain: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<PathJson>,
    day: Day,
}

/// A path; its bytes, if it is not UTF-8.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum PathJson {
    Text(String),
    Bytes(Vec<u8>),
}

/// What `used/` has.
#[derive(Default)]
struct Collected {
    since: Day,
    /// When the file was written. A link is younger than that.
    written: Day,
    uses: BTreeMap<Use, Day>,
    damage: Option<String>,
}

impl Store {
    /// Reads what was recorded; `None` if nothing is recorded in this store. Changes nothing.
    pub fn recorded_use(&self) -> io::Result<Option<UseRecord>> {
        let folder = self.layout().used();
        if !files::is_folder(&folder) {
            if files::is_there(&folder)? {
                let text = format!("`{}` is not a folder", folder.display());
                return Err(io::Error::new(io::ErrorKind::NotADirectory, text));
            }
            return Ok(None);
        }
        let (record, _) = self.read_used(today())?;
        let uses = record.uses.into_iter().map(|(used, last)| RecordedUse { used, last });
        Ok(Some(UseRecord { since: record.since, uses: uses.collect(), damage: record.damage }))
    }

    /// Collects the links in one file.
    pub async fn collect_uses(&self, cancel: &Cancel) -> Result<(), StoreError> {
        if !files::is_folder(&self.layout().used()) {
            return Ok(());
        }
        let _lock = self.lock_used(cancel).await?;
        Ok(self.collect()?)
    }

    /// Follows the setting `record_use`: makes the folder without which no `go` records anything, or removes it with
    /// what was recorded. Collects the links if there are many.
    pub(super) fn keep_use_record(&self) -> Result<(), StoreError> {
        match self.records_use {
            // Use is advice: where it can't be recorded, `gom prune` says so, and no other verb fails.
            Some(true) => {
                let _ = self.begin_use_record();
                Ok(())
            }
            Some(false) => Ok(self.forget_use()?),
            None => Ok(()),
        }
    }

    fn begin_use_record(&self) -> io::Result<()> {
        let folder = self.layout().used();
        fs_err::create_dir_all(&folder)?;
        let is_begun = files::is_there(&self.layout().use_record())?;
        if is_begun && fs_err::read_dir(&folder)?.count() <= MAX_LINKS {
            return Ok(());
        }
        // Another gom that has the lock does the same.
        let Some(_lock) = try_lock(&self.layout().used_lock())? else { return Ok(()) };
        self.collect()
    }

    /// Stops the record, and removes what was recorded. Where somebody else put something into the folder, that stays.
    pub fn forget_use(&self) -> io::Result<()> {
        let folder = self.layout().used();
        let names = match files::names_in(&folder) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            names => names?,
        };
        for name in names {
            let is_ours = name.to_str().is_some_and(|name| name == USE_RECORD || day_of(name).is_some());
            if is_ours {
                files::remove_if_there(&folder.join(name))?;
            }
        }
        match fs_err::remove_dir(&folder) {
            Err(error)
                if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// Writes the file, and then removes the links that it has. The caller has the lock.
    fn collect(&self) -> io::Result<()> {
        let today = today();
        let (mut record, links) = self.read_used(today)?;
        if record.uses.len() > MAX_USES {
            shorten(&mut record.uses, MAX_USES);
        }
        let uses = record.uses.iter().map(|(used, day)| UseJson::of(used, *day));
        let file = RecordFile { schema: 1, since: record.since, collected: today, uses: uses.collect() };
        let content = serde_json::to_vec(&file).map_err(io::Error::other)?;
        replace_file(&self.layout().use_record(), &content)?;
        for link in links {
            files::remove_if_there(&link)?;
        }
        Ok(())
    }

    /// Reads the file and the links. Returns the links too.
    fn read_used(&self, today: Day) -> io::Result<(Collected, Vec<PathBuf>)> {
        let mut record = Collected::read(&self.layout().use_record(), today);
        let folder = self.layout().used();
        let mut links = Vec::new();
        for name in files::names_in(&folder)? {
            let Some(day) = name.to_str().and_then(day_of) else { continue };
            let link = folder.join(&name);
            // Another gom may have collected it meanwhile; and what is not a link is not gom's.
            let Ok(target) = files::link_target(&link) else { continue };
            if let Some(used) = Use::parse(target.as_os_str()) {
                record.add(used, day, today);
            }
            links.push(link);
        }
        Ok((record, links))
    }
}

impl Collected {
    /// Reads the file. A missing or damaged one is a record that begins today.
    fn read(path: &Path, today: Day) -> Collected {
        let begins = |damage| Collected { since: today, written: today, damage, ..Collected::default() };
        let read = match files::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return begins(None),
            read => read.and_then(|content| Ok(serde_json::from_slice::<RecordFile>(&content)?)),
        };
        let file = match read {
            Ok(file) => file,
            Err(error) => return begins(Some(error.to_string())),
        };
        let uses = file.uses.into_iter().filter_map(UseJson::parse);
        // A day in the future comes from a clock that was wrong.
        let uses = uses.map(|(used, day)| (used, day.min(today)));
        Collected {
            since: file.since.min(today),
            written: file.collected,
            uses: uses.collect(),
            damage: None,
        }
    }

    /// Adds a link. It was made after the file was written, and not in the future: on any other day a clock was wrong,
    /// and it counts as made today.
    fn add(&mut self, used: Use, day: Day, today: Day) {
        let day = if (self.written..=today).contains(&day) { day } else { today };
        let last = self.uses.entry(used).or_insert(day);
        *last = day.max(*last);
    }
}

impl UseJson {
    fn of(used: &Use, day: Day) -> UseJson {
        use std::os::unix::ffi::OsStrExt;
        let file = used.file.as_ref().map(|file| match file.to_str() {
            Some(text) => PathJson::Text(text.to_owned()),
            None => PathJson::Bytes(file.as_os_str().as_bytes().to_vec()),
        });
        UseJson { toolchain: used.toolchain.to_string(), file, day }
    }

    /// Returns the use. `None` if somebody else wrote it.
    fn parse(self) -> Option<(Use, Day)> {
        use std::os::unix::ffi::OsStringExt;
        let file = self.file.map(|file| match file {
            PathJson::Text(text) => PathBuf::from(text),
            PathJson::Bytes(bytes) => PathBuf::from(std::ffi::OsString::from_vec(bytes)),
        });
        if file.as_ref().is_some_and(|file| !file.is_absolute()) {
            return None;
        }
        Some((Use { toolchain: UsedToolchain::parse(&self.toolchain)?, file }, self.day))
    }
}

/// Drops uses until `most` are left: first those whose file is gone, then the oldest.
fn shorten(uses: &mut BTreeMap<Use, Day>, most: usize) {
    uses.retain(|used, _| used.file.as_ref().is_none_or(|file| files::is_there(file).unwrap_or(true)));
    let mut days: Vec<Day> = uses.values().copied().collect();
    days.sort_unstable();
    let Some(first) = days.len().checked_sub(most).and_then(|at| days.get(at)).copied() else { return };
    uses.retain(|_, day| *day >= first);
    while uses.len() > most {
        // The rest is of one day.
        let oldest = uses.iter().find(|(_, day)| **day == first).map(|(used, _)| used.clone());
        match oldest {
            Some(first) => uses.remove(&first),
            None => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gom_select::layout::Layout;

    use super::*;

    fn used(toolchain: &str, file: Option<&str>) -> Use {
        Use { toolchain: UsedToolchain::parse(toolchain).unwrap(), file: file.map(PathBuf::from) }
    }

    fn store(root: &Path) -> Store {
        let store = Store::new(Layout::new(root), Duration::from_secs(1));
        fs_err::create_dir_all(store.layout().used()).unwrap();
        fs_err::create_dir_all(store.layout().locks()).unwrap();
        store
    }

    fn link(store: &Store, name: &str, target: &str) {
        fs_err::os::unix::fs::symlink(target, store.layout().used().join(name)).unwrap();
    }

    fn write(store: &Store, since: Day, collected: Day, uses: &[(&str, Day)]) {
        let uses = uses.iter().map(|(toolchain, day)| UseJson::of(&used(toolchain, None), *day));
        let file = RecordFile { schema: 1, since, collected, uses: uses.collect() };
        fs_err::write(store.layout().use_record(), serde_json::to_vec(&file).unwrap()).unwrap();
    }

    fn days(store: &Store, today: Day) -> (Day, Vec<(String, Day)>) {
        let (record, _) = store.read_used(today).unwrap();
        let uses = record.uses.iter().map(|(used, day)| (used.toolchain.to_string(), *day));
        (record.since, uses.collect())
    }

    const A: &str = "go1.22.6.linux-amd64";
    const B: &str = "go1.23.4.linux-amd64";

    #[test]
    fn a_day_that_cannot_be_right_counts_as_today() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        for (since, collected, kept, linked, expected) in [
            // The days are right.
            (90, 95, 95, 97, (90, 97)),
            // A clock in 1970, and one in the future.
            (90, 95, 95, 0, (90, 100)),
            (90, 95, 95, 4000, (90, 100)),
            // The file was written with a clock in the future.
            (90, 4000, 4000, 99, (90, 100)),
            (4000, 4000, 4000, 4001, (100, 100)),
        ] {
            write(&store, since, collected, &[(A, kept)]);
            let name = format!("{linked}-0000");
            link(&store, &name, A);
            let (begins, uses) = days(&store, 100);
            assert_eq!(
                (begins, uses),
                (expected.0, vec![(A.to_owned(), expected.1)]),
                "{since} {collected} {linked}"
            );
            fs_err::remove_file(store.layout().used().join(name)).unwrap();
        }
    }

    #[test]
    fn a_record_that_cannot_be_read_begins_today() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        link(&store, "10-0000", A);
        // Without the file nobody knows how long the folder has been there.
        assert_eq!(days(&store, 100), (100, vec![(A.to_owned(), 100)]));
        for content in ["", "{", "[]", "{\"since\":\"x\"}"] {
            fs_err::write(store.layout().use_record(), content).unwrap();
            assert_eq!(days(&store, 100), (100, vec![(A.to_owned(), 100)]), "{content}");
            assert!(store.recorded_use().unwrap().unwrap().damage.is_some(), "{content}");
        }
        fs_err::remove_file(store.layout().use_record()).unwrap();
        fs_err::create_dir(store.layout().use_record()).unwrap();
        assert_eq!(days(&store, 100).0, 100);
    }

    #[test]
    fn what_is_collected_is_kept_and_its_links_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let today = today();
        write(&store, today - 50, today - 40, &[(A, today - 45), (B, today - 44)]);
        link(&store, &format!("{}-0000", today - 3), A);
        link(&store, &format!("{}-0001", today - 2), &format!("{B}\t/p/\n/go.mod"));
        // Nothing of these is a use, and only the first is a link of gom's.
        link(&store, &format!("{today}-0002"), "nonsense");
        link(&store, "other", A);
        fs_err::write(store.layout().used().join("5-0005"), "").unwrap();
        let before = store.recorded_use().unwrap().unwrap();
        store.collect().unwrap();
        assert_eq!(store.recorded_use().unwrap().unwrap(), before);
        assert_eq!(before.since, today - 50);
        let last = |used: &Use| before.uses.iter().find(|one| one.used == *used).map(|one| one.last);
        assert_eq!(last(&used(A, None)), Some(today - 3));
        assert_eq!(last(&used(B, None)), Some(today - 44));
        assert_eq!(last(&used(B, Some("/p/\n/go.mod"))), Some(today - 2));
        let mut names = files::names_in(&store.layout().used()).unwrap();
        names.sort();
        assert_eq!(names, ["5-0005", "other", "record.json"]);
    }

    #[test]
    fn a_path_that_is_not_utf_8_is_kept() {
        use std::os::unix::ffi::OsStrExt;
        let file = Path::new(std::ffi::OsStr::from_bytes(b"/p\xff/go.mod")).to_path_buf();
        let one = Use { toolchain: UsedToolchain::parse(A).unwrap(), file: Some(file) };
        let json = serde_json::to_string(&UseJson::of(&one, 7)).unwrap();
        assert_eq!(serde_json::from_str::<UseJson>(&json).unwrap().parse(), Some((one, 7)));
    }

    #[test]
    fn too_many_uses_lose_those_without_a_file_and_then_the_oldest() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = dir.path().join(name);
            fs_err::write(&path, "").unwrap();
            path.to_str().unwrap().to_owned()
        };
        let (old, new, newer) = (file("old"), file("new"), file("newer"));
        let mut uses = BTreeMap::from([
            (used(A, Some("/gone/go.mod")), 9),
            (used(A, Some(&old)), 1),
            (used(A, Some(&new)), 5),
            (used(A, Some(&newer)), 5),
            (used(A, None), 6),
        ]);
        shorten(&mut uses, 2);
        assert_eq!(uses.len(), 2);
        assert!(uses.contains_key(&used(A, None)), "{uses:?}");
        assert!(!uses.contains_key(&used(A, Some(&old))), "{uses:?}");
        let mut few = BTreeMap::from([(used(A, None), 1)]);
        shorten(&mut few, 2);
        assert_eq!(few.len(), 1);
    }

    #[test]
    fn forgetting_removes_what_was_recorded_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        write(&store, 1, 1, &[]);
        link(&store, "1-0000", A);
        store.forget_use().unwrap();
        assert!(!store.layout().used().exists());
        assert_eq!(store.recorded_use().unwrap(), None);
        store.forget_use().unwrap();
        fs_err::create_dir_all(store.layout().used().join("mine")).unwrap();
        link(&store, "1-0000", A);
        store.forget_use().unwrap();
        assert_eq!(files::names_in(&store.layout().used()).unwrap(), ["mine"]);
    }
}
