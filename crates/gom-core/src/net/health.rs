//! Remembers for some minutes, across commands, which hosts did not answer, so that on a network that drops
//! packets only one command waits for them. Such a host is asked last, but never left out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::files;

/// How long a silent host is asked last.
const MEMORY: Duration = Duration::from_secs(5 * 60);

/// The memory, kept in a small file of the cache folder. It only saves time, so failures to write it are
/// ignored.
pub struct Health {
    file: Option<PathBuf>,
    /// For each silent host, the time until it counts as silent, in seconds since 1970.
    silent: Mutex<BTreeMap<String, u64>>,
}

impl Health {
    /// Reads the memory from `file`. Without a file it lasts as long as the process.
    pub fn load(file: Option<PathBuf>) -> Health {
        let text = file.as_ref().and_then(|file| files::read_text(file).ok()).unwrap_or_default();
        let silent: BTreeMap<String, u64> = serde_json::from_str(&text).unwrap_or_default();
        Health { file, silent: Mutex::new(silent) }
    }

    /// Whether the host did not answer in the last minutes.
    pub fn is_silent(&self, host: &str) -> bool {
        self.locked().get(host).is_some_and(|until| *until > now())
    }

    /// Notes that the host did not answer.
    pub fn mark_silent(&self, host: &str) {
        self.update(|silent| silent.insert(host.to_owned(), now() + MEMORY.as_secs()).is_none());
    }

    /// Notes that the host answered.
    pub fn mark_alive(&self, host: &str) {
        self.update(|silent| silent.remove(host).is_some());
    }

    fn update(&self, change: impl FnOnce(&mut BTreeMap<String, u64>) -> bool) {
        let mut silent = self.locked();
        if !change(&mut silent) {
            return;
        }
        silent.retain(|_, until| *until > now());
        if let (Some(file), Ok(text)) = (&self.file, serde_json::to_string(&*silent)) {
            let _ = files::replace_file(file, text.as_bytes());
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, u64>> {
        self.silent.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_host_is_remembered_by_the_next_command() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("silent-hosts.json");
        Health::load(Some(file.clone())).mark_silent("go.dev");
        let next = Health::load(Some(file.clone()));
        assert!(next.is_silent("go.dev"));
        next.mark_alive("go.dev");
        assert!(!Health::load(Some(file)).is_silent("go.dev"));
    }

    #[test]
    fn a_damaged_memory_is_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("silent-hosts.json");
        fs_err::write(&file, "<html>").unwrap();
        assert!(!Health::load(Some(file)).is_silent("go.dev"));
    }
}
