//! Remembers for some minutes which hosts did not answer, across commands, so that a network that
//! drops packets costs its second once. A host in this memory is asked last, never left out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::files;

/// How long a silent host is asked last.
const MEMORY: Duration = Duration::from_secs(5 * 60);

/// The memory, kept in one small file of the cache folder. All failures to keep it are ignored: it only
/// saves time.
pub struct Health {
    file: Option<PathBuf>,
    /// Seconds since 1970 until which the host counts as silent.
    silent: Mutex<BTreeMap<String, u64>>,
}

impl Health {
    /// Reads the memory from `file`; without a file nothing outlives the process.
    pub fn load(file: Option<PathBuf>) -> Health {
        let text = file.as_ref().and_then(|file| files::read_text(file).ok()).unwrap_or_default();
        let silent: BTreeMap<String, u64> = serde_json::from_str(&text).unwrap_or_default();
        Health { file, silent: Mutex::new(silent) }
    }

    /// Whether the host did not answer lately.
    pub fn is_silent(&self, host: &str) -> bool {
        self.locked().get(host).is_some_and(|until| *until > now())
    }

    /// The host did not answer.
    pub fn mark_silent(&self, host: &str) {
        self.update(|silent| silent.insert(host.to_owned(), now() + MEMORY.as_secs()).is_none());
    }

    /// The host answered.
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
