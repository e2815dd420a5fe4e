//! A Go module proxy that has only toolchains, and a checksum database if asked to.
//!
//! It owns the paths of the GOPROXY protocol; zips come from [`FakeToolchain`], the log from [`TestLog`]. A
//! [`ModProxy`] is a handle: a toolchain published later is served at once.
//! Source: <https://go.dev/ref/mod#goproxy-protocol>.

use crate::internet::{Route, Site, Source};
use crate::sumdb::{TestLog, escape};
use crate::toolchain::FakeToolchain;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

const ROOT: &str = "/golang.org/toolchain/@v/";

/// A GOPROXY.
#[derive(Clone, Default)]
pub struct ModProxy {
    site: Site,
    logs: Arc<Mutex<Vec<TestLog>>>,
    zips: Zips,
}

/// Zips and their dates, by module version.
#[derive(Clone, Default)]
struct Zips {
    zips: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    dates: Arc<Mutex<BTreeMap<String, String>>>,
}

/// The date of a version for which a test sets none, as in every VERSION of a fake toolchain.
const DATE: &str = "2024-07-30T22:17:44Z";

impl ModProxy {
    /// Makes a proxy without any version.
    pub fn new() -> Self {
        let zips = Zips::default();
        Self { site: Site::of(zips.clone()), logs: Arc::default(), zips }
    }

    /// Publishes the module zip of a toolchain, replacing one of the same version.
    pub fn publish(&self, toolchain: &FakeToolchain) {
        self.publish_zip(toolchain, toolchain.module_zip(toolchain.zip_modes()));
    }

    /// Publishes these bytes as the zip of that toolchain.
    pub fn publish_zip(&self, toolchain: &FakeToolchain, zip: Vec<u8>) {
        self.zips.lock().insert(toolchain.module_version(), zip);
    }

    /// Sets the date in the `.info` of a toolchain: `2026-09-01`.
    pub fn set_date(&self, toolchain: &FakeToolchain, day: &str) {
        let mut dates = self.zips.dates.lock().expect("no test panics while it publishes");
        dates.insert(toolchain.module_version(), format!("{day}T20:03:23Z"));
    }

    /// Serves a checksum database below `/sumdb/NAME`.
    pub fn pass_through(&self, log: &TestLog) {
        self.site.mount(&format!("/sumdb/{}", log.name()), log.clone());
        self.logs.lock().expect("no test panics while it publishes").push(log.clone());
    }

    /// Answers 401 without these credentials.
    pub fn require_basic(&self, user: &str, password: &str) {
        self.site.require_basic(user, password);
    }

    /// The path of a toolchain's zip on this proxy, for faults.
    pub fn zip_path(toolchain: &FakeToolchain) -> String {
        format!("{ROOT}{}.zip", escape(&toolchain.module_version()))
    }

    /// The proxy as a site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Writes the proxy to a folder, for `file://`.
    pub fn write_to(&self, dir: &Path) {
        let versions: Vec<String> = self.zips.lock().keys().map(|version| escape(version)).collect();
        let endings = ["info", "mod", "zip"];
        let names = versions.iter().flat_map(|version| endings.map(|ending| format!("{version}.{ending}")));
        let folder = dir.join(ROOT.trim_matches('/'));
        std::fs::create_dir_all(&folder).expect("making the proxy's folder");
        for name in names.chain(["list".to_owned()]) {
            let body = self.zips.file(&name).expect("a name of our own");
            std::fs::write(folder.join(name), body).expect("writing the proxy's files");
        }
        for log in self.logs.lock().expect("no test panics while it publishes").iter() {
            log.write_to(&dir.join("sumdb").join(log.name()));
        }
    }
}

impl Source for Zips {
    fn route(&self, path: &str) -> Option<Route> {
        let name = path.strip_prefix(ROOT)?;
        let kind = match name.rsplit_once('.') {
            Some((_, "info")) => "application/json",
            Some((_, "zip")) => "application/zip",
            _ => "text/plain; charset=UTF-8",
        };
        Some(Route::ok(kind, self.file(name)?))
    }
}

impl Zips {
    fn file(&self, name: &str) -> Option<Vec<u8>> {
        let zips = self.lock();
        if name == "list" {
            return Some(zips.keys().flat_map(|version| format!("{version}\n").into_bytes()).collect());
        }
        let (wanted, ending) = name.rsplit_once('.')?;
        let (version, zip) = zips.iter().find(|(version, _)| escape(version) == wanted)?;
        match ending {
            "info" => Some(self.info(version).into_bytes()),
            "mod" => Some(b"module golang.org/toolchain\n".to_vec()),
            "zip" => Some(zip.clone()),
            _ => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.zips.lock().expect("no test panics while it publishes")
    }

    fn info(&self, version: &str) -> String {
        let dates = self.dates.lock().expect("no test panics while it publishes");
        let time = dates.get(version).map_or(DATE, String::as_str);
        serde_json::json!({ "Version": version, "Time": time }).to_string()
    }
}
