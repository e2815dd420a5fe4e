//! go.dev's download pages, and flat mirrors of them.
//!
//! It owns how toolchains are published there; the archives come from [`FakeToolchain`]. Both types are
//! handles: a toolchain published later is served at once. Source: the server of go.dev
//! (`golang.org/x/website/internal/dl`).

use crate::encode::sha256;
use crate::internet::{Internet, Route, Site, Source};
use crate::toolchain::FakeToolchain;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

/// The host of the storage, unless a test moves it.
const STORAGE_HOST: &str = "dl.google.com";

/// go.dev, and the storage that its downloads are redirected to.
#[derive(Clone)]
pub struct GoDev {
    pages: Site,
    storage: Site,
    /// The host of the storage in redirects.
    storage_host: Arc<Mutex<String>>,
    files: Arc<Mutex<Vec<Published>>>,
}

struct Published {
    version: String,
    name: String,
    os: String,
    arch: String,
    /// The sum in the JSON; the right one, unless a test changes it.
    sha256: String,
    size: usize,
    bytes: Vec<u8>,
}

impl GoDev {
    /// A go.dev that has published nothing.
    #[expect(clippy::new_without_default, reason = "servers are no default values")]
    pub fn new() -> Self {
        let files = Arc::default();
        let storage_host = Arc::new(Mutex::new(STORAGE_HOST.to_owned()));
        let pages = Site::of(Pages { storage_host: Arc::clone(&storage_host), files: Arc::clone(&files) });
        let storage = Site::of(Storage { files: Arc::clone(&files) });
        Self { pages, storage, storage_host, files }
    }

    /// Publishes the archive of a toolchain, replacing one of the same name.
    pub fn publish(&self, toolchain: &FakeToolchain) {
        let bytes = toolchain.archive();
        let published = Published {
            version: toolchain.version().to_owned(),
            name: toolchain.archive_name(),
            os: toolchain.os().to_owned(),
            arch: toolchain.download_arch().to_owned(),
            sha256: sha256(&bytes),
            size: bytes.len(),
            bytes,
        };
        let mut files = lock(&self.files);
        files.retain(|file| file.name != published.name);
        files.push(published);
    }

    /// Makes the JSON claim this sum for a published file.
    pub fn claim_sum(&self, file_name: &str, sha256: &str) {
        let mut files = lock(&self.files);
        let file = files.iter_mut().find(|file| file.name == file_name).expect("a published file");
        sha256.clone_into(&mut file.sha256);
    }

    /// Removes a file from the storage; the JSON still lists it.
    pub fn lose(&self, file_name: &str) {
        self.storage.route(&format!("/go/{file_name}"), Route::status(404, "no such object\n"));
    }

    /// `https://go.dev`: `/dl/...`
    pub fn pages(&self) -> &Site {
        &self.pages
    }

    /// `https://dl.google.com`: `/go/...`
    pub fn storage(&self) -> &Site {
        &self.storage
    }

    /// Moves the storage to another host, and closes dl.google.com, so that gom has no other way to it than the
    /// redirects.
    pub fn store_only_at(&self, host: &str, internet: &Internet) {
        host.clone_into(&mut lock(&self.storage_host));
        internet.host(host, &self.storage);
        internet.refuse(STORAGE_HOST);
    }

    /// Registers go.dev, golang.google.cn (the same pages) and dl.google.com.
    pub fn online(&self, internet: &Internet) {
        internet.host("go.dev", &self.pages);
        internet.host("golang.google.cn", &self.pages);
        internet.host(STORAGE_HOST, &self.storage);
    }
}

struct Pages {
    storage_host: Arc<Mutex<String>>,
    files: Arc<Mutex<Vec<Published>>>,
}

impl Source for Pages {
    fn route(&self, path: &str) -> Option<Route> {
        let (page, query) = path.strip_prefix("/dl/")?.split_once('?').unwrap_or((&path[4..], ""));
        let asked = |pair: &str| query.split('&').any(|one| one == pair);
        if page.is_empty() && asked("mode=json") {
            let index = index(&lock(&self.files), asked("include=all"));
            return Some(Route::ok("application/json", index).header("Access-Control-Allow-Origin", "*"));
        }
        let download =
            [".tar.gz", ".tar.gz.asc", ".pkg", ".msi", ".zip"].iter().any(|ending| page.ends_with(ending));
        if page.starts_with("go") && download {
            // The real server redirects without checking whether the file exists.
            return Some(Route::redirect(&format!("https://{}/go/{page}", lock(&self.storage_host))));
        }
        // For every other name, including a checksum file, the answer is a page for people with status 200.
        Some(Route::ok("text/html; charset=utf-8", "<!DOCTYPE html>\n<title>All releases</title>\n"))
    }
}

struct Storage {
    files: Arc<Mutex<Vec<Published>>>,
}

impl Source for Storage {
    fn route(&self, path: &str) -> Option<Route> {
        let name = path.strip_prefix("/go/")?;
        let files = lock(&self.files);
        if let Some(file) = files.iter().find(|file| file.name == name) {
            return Some(Route::bytes(&file.bytes));
        }
        let file = files.iter().find(|file| Some(file.name.as_str()) == name.strip_suffix(".sha256"))?;
        Some(Route::ok("text/plain", &file.sha256))
    }
}

/// The JSON, newest version first; without `all` only the newest patch of the two newest stable lines.
fn index(files: &[Published], all: bool) -> String {
    let mut versions: Vec<&str> = files.iter().map(|file| file.version.as_str()).collect();
    versions.sort_by_key(|version| std::cmp::Reverse(order(version)));
    versions.dedup();
    if !all {
        versions.retain(|version| order(version).1 == STABLE);
        versions.dedup_by_key(|version| order(version).0);
        versions.truncate(2);
    }
    let releases: Vec<Value> = versions.into_iter().map(|version| release(files, version)).collect();
    serde_json::to_string_pretty(&releases).expect("JSON of plain values")
}

fn release(files: &[Published], version: &str) -> Value {
    let name = format!("go{version}");
    let files: Vec<Value> = files
        .iter()
        .filter(|file| file.version == version)
        .map(|file| {
            json!({
                "filename": file.name, "os": file.os, "arch": file.arch, "version": name,
                "sha256": file.sha256, "size": file.size, "kind": "archive",
            })
        })
        .collect();
    json!({ "version": name, "stable": order(version).1 == STABLE, "files": files })
}

const STABLE: u32 = 3;

/// Sorts versions by line, stage and number: `1.24rc1` is (24, 2, 1) and `1.22.6` is (22, 3, 6).
fn order(version: &str) -> (u32, u32, u32) {
    let rest = version.strip_prefix("1.").unwrap_or(version);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (line, rest) = rest.split_at(digits);
    let (stage, number) = match (rest.strip_prefix("beta"), rest.strip_prefix("rc")) {
        (Some(number), _) => (1, number),
        (_, Some(number)) => (2, number),
        _ => (STABLE, rest.trim_start_matches('.')),
    };
    (line.parse().unwrap_or(0), stage, number.parse().unwrap_or(0))
}

/// A flat folder of archives, as companies and universities serve it.
#[derive(Clone, Default)]
pub struct Mirror {
    site: Site,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Mirror {
    /// An empty mirror.
    pub fn new() -> Self {
        Self::default()
    }

    /// Publishes the archive of a toolchain.
    pub fn publish(&self, toolchain: &FakeToolchain) {
        self.file(&toolchain.archive_name(), &toolchain.archive());
    }

    /// Publishes any bytes under any name.
    pub fn file(&self, name: &str, bytes: &[u8]) {
        lock(&self.files).insert(name.to_owned(), bytes.to_vec());
        self.site.route(&format!("/{name}"), Route::bytes(bytes));
    }

    /// The folder as a site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Writes the folder to disk, for `file://`.
    pub fn write_to(&self, dir: &Path) {
        std::fs::create_dir_all(dir).expect("making the mirror's folder");
        for (name, bytes) in lock(&self.files).iter() {
            std::fs::write(dir.join(name), bytes).expect("writing the mirror's files");
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("no test panics while it publishes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_sorted_and_the_short_one_has_two_stable_lines() {
        let godev = GoDev::new();
        for version in ["1.21.13", "1.22.6", "1.9.7", "1.22.10", "1.24rc1", "1.23.0", "1.23rc2"] {
            godev.publish(&FakeToolchain::new(version, "linux-arm"));
        }
        let versions = |all| -> Vec<String> {
            let index: Value = serde_json::from_str(&index(&lock(&godev.files), all)).unwrap();
            index.as_array().unwrap().iter().map(|one| one["version"].as_str().unwrap().to_owned()).collect()
        };
        let all = ["go1.24rc1", "go1.23.0", "go1.23rc2", "go1.22.10", "go1.22.6", "go1.21.13", "go1.9.7"];
        assert_eq!(versions(true), all);
        assert_eq!(versions(false), ["go1.23.0", "go1.22.10"]);
    }
}
