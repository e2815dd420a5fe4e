//! Go's own default for GOPROXY, which a release has built in (gom-core's `go/default_proxy.rs`).
//!
//! Owns: the pinned toolchain, and the store below `target/` that keeps it. Never: names a proxy. Invariant: the
//! value is a line of a `go.env` that Go's checksum database proves, checked again at each release.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::paths::target_dir;
use crate::shell::{answer_of, say};

/// The Go whose `go.env` counts.
const GO: &str = "go1.26.8";

/// Its toolchain. The file is the same on every platform, so one is enough for all targets.
const PLATFORM: &str = "linux-amd64";

/// The database that has to prove it.
const LOG: &str = "sum.golang.org";

/// The default that a release has built in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DefaultProxy {
    value: String,
}

/// The answer of `gom verify --json`.
#[derive(Deserialize)]
struct Report {
    toolchains: Vec<Verified>,
}

#[derive(Deserialize)]
struct Verified {
    toolchain: String,
    outcome: String,
    goroot: PathBuf,
    record: Option<Record>,
}

#[derive(Deserialize)]
struct Record {
    log: String,
}

impl DefaultProxy {
    /// Installs the pinned toolchain by the gom of this checkout, unless an earlier release did, verifies every
    /// file, and reads its `go.env`.
    pub(super) fn prove(repository: &Path) -> Result<Self> {
        let target = std::path::absolute(target_dir(repository))?;
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--locked", "--package", "gom-cli"]);
        answer_of(cargo.current_dir(repository))?;
        let store = target.join("default-proxy");
        let gom = |verb: &str, flag: &str| {
            let mut gom = Command::new(target.join("debug/gom"));
            gom.args([verb, &format!("{GO}.{PLATFORM}"), flag]).current_dir(repository);
            // No other store, and no proof but the database's.
            gom.env("GOM_HOME", &store).env_remove("GOM_STORE_PATH").env("GOM_REQUIRE", "log");
            answer_of(&mut gom)
        };
        say(&format!("proving {GO}, for GOPROXY's default"));
        gom("install", "--quiet")?;
        let report = gom("verify", "--json")
            .with_context(|| format!("{GO} is not as published; remove {}", store.display()))?;
        let goroot = proven_goroot(&report)?;
        let file = goroot.join("go.env");
        let text = fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        Self::of_go_env(&text).with_context(|| format!("{} has no GOPROXY", file.display()))
    }

    /// The variables for a build of gom.
    pub(super) fn variables(&self) -> [(&'static str, Option<String>); 2] {
        [("GOM_BUILD_GOPROXY", Some(self.value.clone())), ("GOM_BUILD_GOPROXY_FROM", Some(GO.to_owned()))]
    }

    /// Reads a `go.env`: of several lines the first counts.
    pub(super) fn of_go_env(text: &str) -> Option<Self> {
        let value = text.lines().find_map(|line| line.strip_prefix("GOPROXY="))?.trim();
        (!value.is_empty()).then(|| Self { value: value.to_owned() })
    }
}

/// Returns the tree in the answer of `gom verify --json`, if the database proves it.
pub(super) fn proven_goroot(report: &str) -> Result<PathBuf> {
    let report: Report = serde_json::from_str(report)?;
    let name = format!("{GO}.{PLATFORM}");
    let verified = report.toolchains.into_iter().find(|one| one.toolchain == name);
    let verified = verified.with_context(|| format!("gom did not verify {name}"))?;
    let log = verified.record.map(|record| record.log).unwrap_or_default();
    ensure!(
        verified.outcome == "proven" && log == LOG,
        "{name} is not proven by {LOG}: {} by `{log}`",
        verified.outcome
    );
    Ok(verified.goroot)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcome: &str, log: &str) -> String {
        format!(
            r#"{{"schema":1,"toolchains":[{{"toolchain":"{GO}.{PLATFORM}","outcome":"{outcome}",
                "goroot":"/store/go","files":1,"record":{log}}}]}}"#
        )
    }

    #[test]
    fn only_a_tree_that_gos_own_database_proves_counts() {
        let go = r#"{"log":"sum.golang.org","id":1}"#;
        assert_eq!(proven_goroot(&report("proven", go)).unwrap(), Path::new("/store/go"));
        for (outcome, log) in
            [("edited", go), ("pending", "null"), ("proven", r#"{"log":"sum.example.test","id":1}"#)]
        {
            let error = proven_goroot(&report(outcome, log)).unwrap_err().to_string();
            assert!(error.contains("is not proven by sum.golang.org"), "{error}");
        }
        assert!(proven_goroot(&report("proven", go).replace(GO, "go1.1.1")).is_err());
    }

    #[test]
    fn the_first_line_of_a_go_env_is_taken_whole() {
        let lines =
            "# GOPROXY=https://comment.example\nGOSUMDB=off\nGOPROXY=https://a.example,direct\nGOPROXY=off\n";
        let found = DefaultProxy::of_go_env(lines).unwrap();
        assert_eq!(
            found.variables(),
            [("GOM_BUILD_GOPROXY", "https://a.example,direct"), ("GOM_BUILD_GOPROXY_FROM", GO)]
                .map(|(name, value)| (name, Some(value.to_owned())))
        );
        assert_eq!(DefaultProxy::of_go_env("GOPROXY=\nGOPROXY=https://a.example\n"), None);
        assert_eq!(DefaultProxy::of_go_env(""), None);
    }
}
