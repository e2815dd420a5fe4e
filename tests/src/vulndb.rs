//! Go's vulnerability database in its published form.
//!
//! It owns how entries are served: `index/db`, `index/modules`, `index/vulns` and `ID/GO-...`, each as `.json` and
//! `.json.gz`. It is a handle: what is published later is served at once. Sources: go.dev/security/vuln/database, and
//! `internal/database` of `golang.org/x/vulndb`.

use crate::encode::gzip;
use crate::internet::{Internet, Route, Site, Source};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

/// The database of one test.
#[derive(Clone)]
pub struct VulnDb {
    site: Site,
    state: Arc<Mutex<State>>,
}

struct State {
    /// When the database was changed, in seconds since 1970.
    changed: u64,
    /// The entries by their names.
    entries: BTreeMap<String, Value>,
}

impl VulnDb {
    /// An empty database, which was changed an hour ago: later than any that a program could have been built with.
    #[expect(clippy::new_without_default, reason = "servers are no default values")]
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs();
        let state = Arc::new(Mutex::new(State { changed: now - 3600, entries: BTreeMap::new() }));
        let site = Site::of(Pages { state: Arc::clone(&state) });
        Self { site, state }
    }

    /// Publishes an entry about one part of Go, `stdlib` or `toolchain`, with the events of its versions: `+0 -1.98.2`
    /// for a vulnerability that 1.98.2 is the first release without. `packages` are separated by blanks.
    pub fn publish(&self, id: &str, module: &str, events: &str, packages: &str) {
        self.publish_on(id, module, events, packages, &[]);
    }

    /// Like [`VulnDb::publish`], for these systems alone.
    pub fn publish_on(&self, id: &str, module: &str, events: &str, packages: &str, systems: &[&str]) {
        let events: Vec<Value> = events
            .split(' ')
            .map(|event| match event.split_at(1) {
                ("+", version) => json!({ "introduced": version }),
                (_, version) => json!({ "fixed": version }),
            })
            .collect();
        let import = |path: &str| match systems {
            [] => json!({ "path": path, "symbols": ["Do"] }),
            systems => json!({ "path": path, "goos": systems, "symbols": ["Do"] }),
        };
        let imports: Vec<Value> = packages.split(' ').map(import).collect();
        self.publish_entry(json!({
            "schema_version": "1.3.1",
            "id": id,
            "published": "2026-01-01T00:00:00Z",
            "aliases": [id.replacen("GO", "CVE", 1)],
            "summary": format!("A fault in {packages}"),
            "details": "A long text.",
            "affected": [{
                "package": { "name": module, "ecosystem": "Go" },
                "ranges": [{ "type": "SEMVER", "events": events }],
                "ecosystem_specific": { "imports": imports },
            }],
            "references": [{ "type": "FIX", "url": "https://go.dev/cl/1" }],
            "database_specific": { "url": format!("https://pkg.go.dev/vuln/{id}"), "review_status": "REVIEWED" },
        }));
    }

    /// Publishes an entry as it is, with the time of its change. It may replace one.
    pub fn publish_entry(&self, mut entry: Value) {
        let mut state = self.state();
        state.changed += 1;
        entry["modified"] = time(state.changed).into();
        let id = entry["id"].as_str().expect("an entry with a name").to_owned();
        state.entries.insert(id, entry);
    }

    /// Removes an entry.
    pub fn remove(&self, id: &str) {
        self.state().entries.remove(id).expect("an entry of this name");
    }

    /// Moves the time of the last change by so many seconds.
    pub fn turn_clock(&self, seconds: i64) {
        let mut state = self.state();
        state.changed = state.changed.checked_add_signed(seconds).expect("a time after 1970");
    }

    /// When the database was changed.
    pub fn modified(&self) -> String {
        time(self.state().changed)
    }

    /// The pages, for routes and faults.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Registers `https://vuln.go.dev`.
    pub fn online(&self, internet: &Internet) {
        internet.host("vuln.go.dev", &self.site);
    }

    /// Writes the database to disk, for `file://`.
    pub fn write_to(&self, dir: &Path) {
        let state = self.state();
        let ids = state.entries.keys().map(|id| format!("ID/{id}"));
        for name in ["index/db", "index/modules", "index/vulns"].map(str::to_owned).into_iter().chain(ids) {
            let file = dir.join(format!("{name}.json"));
            fs::create_dir_all(file.parent().expect("a file in a folder")).expect("making a folder");
            fs::write(file, state.page(&name).expect("a page of the database").to_string())
                .expect("writing it");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it publishes")
    }
}

struct Pages {
    state: Arc<Mutex<State>>,
}

impl Source for Pages {
    fn route(&self, path: &str) -> Option<Route> {
        let path = path.strip_prefix('/')?;
        let state = self.state.lock().expect("no test panics while it publishes");
        if let Some(name) = path.strip_suffix(".json.gz") {
            return Some(Route::ok("application/gzip", gzip(state.page(name)?.to_string())));
        }
        Some(Route::ok("application/json", state.page(path.strip_suffix(".json")?)?.to_string()))
    }
}

impl State {
    /// A page, by its path without the extension.
    fn page(&self, name: &str) -> Option<Value> {
        match name {
            "index/db" => Some(json!({ "modified": time(self.changed) })),
            "index/modules" => Some(self.modules()),
            "index/vulns" => {
                let short = |entry: &Value| json!({ "id": entry["id"], "modified": entry["modified"], "aliases": entry["aliases"] });
                Some(self.entries.values().map(short).collect())
            }
            name => self.entries.get(name.strip_prefix("ID/")?).cloned(),
        }
    }

    /// Each module with its entries. One that is affected twice is listed twice, as in the real database.
    fn modules(&self) -> Value {
        let mut modules: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for entry in self.entries.values() {
            for affected in entry["affected"].as_array().into_iter().flatten() {
                let path = affected["package"]["name"].as_str().expect("a module with a name");
                let mut short = json!({ "id": entry["id"], "modified": entry["modified"] });
                let events = affected["ranges"][0]["events"].as_array();
                if let Some(fixed) =
                    events.and_then(|events| events.last()).and_then(|last| last.get("fixed"))
                {
                    short["fixed"] = fixed.clone();
                }
                modules.entry(path).or_default().push(short);
            }
        }
        modules.into_iter().map(|(path, vulns)| json!({ "path": path, "vulns": vulns })).collect()
    }
}

/// A time since 1970 as RFC 3339, by the days of the Gregorian calendar.
fn time(seconds: u64) -> String {
    let (days, rest) = (seconds / 86400, seconds % 86400);
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut left) = (1970, days);
    while left >= if is_leap(year) { 366 } else { 365 } {
        left -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_772_323_199, "2026-02-28T23:59:59Z"),
            (1_798_761_600, "2027-01-01T00:00:00Z"),
        ] {
            assert_eq!(time(seconds), expected);
        }
    }

    #[test]
    fn an_index_lists_what_is_published() {
        let db = VulnDb::new();
        db.publish("GO-2026-0001", "stdlib", "+0 -1.98.2", "net/http os");
        let state = db.state();
        let modules = state.page("index/modules").unwrap();
        assert_eq!(modules[0]["path"], "stdlib");
        assert_eq!(modules[0]["vulns"][0]["fixed"], "1.98.2");
        assert_eq!(state.page("index/vulns").unwrap()[0]["aliases"][0], "CVE-2026-0001");
        assert_eq!(state.page("ID/GO-2026-0001").unwrap()["modified"], time(state.changed));
        assert_eq!(state.page("ID/GO-2026-0002"), None);
    }
}
