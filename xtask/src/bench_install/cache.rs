//! The cache folder: files that a run fetched or made, so that the next one need not.
//!
//! Owns: the layout of that folder. Invariant: a file in it is complete, because it is renamed to its place,
//! and only the list and gom are ever made again.
//!
//! ```text
//! proxy/   files of the module proxy and of the checksum database behind it, as recorded
//! mirror/  the same toolchains, repacked as go.dev packs them, each with its .sha256
//! dl/      go.dev's list of these
//! rivals/  other managers' programs
//! gom-...  a gom that knows the sum of the archive in mirror/
//! runs/    the runs on disk
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};

use crate::shell::{answer_of, say};

/// The folder, and the proxy that fills it.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    root: PathBuf,
    upstream: String,
}

impl Cache {
    /// Opens `GOM_BENCH_CACHE`, else `target/bench-install`. It is filled from the first module proxy of `go
    /// env GOPROXY`.
    pub(super) fn open() -> Result<Cache> {
        let root = match std::env::var_os("GOM_BENCH_CACHE").filter(|folder| !folder.is_empty()) {
            Some(folder) => std::path::absolute(folder)?,
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-install"),
        };
        for folder in ["proxy", "mirror", "dl", "rivals", "runs"] {
            let path = root.join(folder);
            fs::create_dir_all(&path).with_context(|| format!("can't create {}", path.display()))?;
        }
        let root = root.canonicalize()?;
        let proxies = answer_of(Command::new("go").args(["env", "GOPROXY"]))?;
        let first = proxies.split([',', '|']).next().unwrap_or_default().trim_end_matches('/');
        if !first.starts_with("http") {
            bail!("`go env GOPROXY` names no module proxy first: {proxies}\nhint: set GOPROXY to one");
        }
        Ok(Cache { root, upstream: first.to_owned() })
    }

    /// Returns a path in the folder.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Fetches a file of the module proxy, unless it is there.
    pub(super) fn record(&self, path: &str) -> Result<PathBuf> {
        let place = self.path("proxy").join(path);
        if place.exists() {
            return Ok(place);
        }
        say(&format!("recording {path}"));
        self.write_once(&place, |new| {
            let mut curl = Command::new("curl");
            curl.args(["--fail", "--silent", "--show-error", "--location", "--output"]).arg(new);
            curl.arg(format!("{}/{path}", self.upstream));
            answer_of(&mut curl).map(drop)?;
            // curl creates no file for an empty answer.
            fs::OpenOptions::new().append(true).create(true).open(new).map(drop)?;
            Ok(())
        })?;
        Ok(place)
    }

    /// Makes a file with `write`, which gets a temporary name, and renames it to its place.
    pub(super) fn write_once(&self, place: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let new = self.root.join(format!("new-{}-{number}", std::process::id()));
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        let result = write(&new).and_then(|()| Ok(fs::rename(&new, place)?));
        if result.is_err() {
            // It may not exist.
            let _ = fs::remove_file(&new);
        }
        result.with_context(|| format!("can't make {}", place.display()))
    }
}
