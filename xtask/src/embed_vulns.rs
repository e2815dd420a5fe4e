//! Makes the known vulnerabilities of Go itself that are compiled into gom, from the collection that Go's vulnerability
//! database is made of: the module `golang.org/x/vulndb`, which the go command fetches and proves.
//!
//! The file has one line for each entry about the standard library or the tools, in the form in which the database
//! publishes it, without what gom does not need: long texts, symbols, links, people, and other modules. The collection
//! has no times of changes, so the entries have none.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::shell::say;

pub(crate) const USAGE: &str = "cargo xtask embed-vulns VERSION|--check   (of golang.org/x/vulndb; `latest`)";

const MODULE: &str = "golang.org/x/vulndb";
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/gom-vulns/src/embedded.json");

/// Go's database, which the collection is published as.
const PLACE: &str = "https://vuln.go.dev";

/// The licence of the collection's data asks for the first two.
const ABOUT: &str = "Entries of the Go Vulnerability Database, by the Go Authors and contributors, under CC BY 4.0 \
                     (https://creativecommons.org/licenses/by/4.0/). Shortened by `cargo xtask embed-vulns`.";

/// Writes the file for a version of the collection, or checks that it is what its version gives.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    match options {
        ["--check"] => check(),
        [version] if !version.starts_with('-') => {
            let text = make(version)?;
            std::fs::write(TARGET, &text).with_context(|| format!("can't write `{TARGET}`"))?;
            say(&format!("embed-vulns: {} entries", text.lines().count() - 7));
            Ok(())
        }
        _ => bail!("usage: {USAGE}"),
    }
}

fn check() -> Result<()> {
    let committed = std::fs::read_to_string(TARGET).with_context(|| format!("can't read `{TARGET}`"))?;
    let file: Value = serde_json::from_str(&committed).with_context(|| format!("can't parse `{TARGET}`"))?;
    let version = file["version"].as_str().context("the file names no version")?;
    ensure!(
        make(version)? == committed,
        "crates/gom-vulns/src/embedded.json is not what {MODULE}@{version} gives; run `cargo xtask embed-vulns {version}`"
    );
    say(&format!("embed-vulns: the file is what {version} gives"));
    Ok(())
}

/// Makes the text of the file.
fn make(version: &str) -> Result<String> {
    let (version, folder) = fetch(version)?;
    let as_of = time_of(&version)?;
    let entries = entries(&folder.join("data/osv"))?;
    ensure!(entries.len() > 100, "`{}` has {} entries about Go itself", folder.display(), entries.len());
    let mut text = String::from("{\n");
    for (name, value) in [("about", ABOUT), ("place", PLACE), ("version", &version), ("as_of", &as_of)] {
        writeln!(text, "{}: {},", json!(name), json!(value))?;
    }
    text.push_str("\"entries\": [\n");
    let lines: Vec<String> = entries.values().map(Value::to_string).collect();
    text.push_str(&lines.join(",\n"));
    text.push_str("\n]}\n");
    Ok(text)
}

/// Lets the go command fetch and prove the collection. Returns its exact version, and the folder it is in.
fn fetch(version: &str) -> Result<(String, PathBuf)> {
    let output = Command::new("go")
        .args(["mod", "download", "-json", &format!("{MODULE}@{version}")])
        // Outside of every module.
        .current_dir("/")
        .env("GOFLAGS", "-mod=mod")
        .output()
        .context("can't run the go command")?;
    let answer: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("the go command said: {}", String::from_utf8_lossy(&output.stderr).trim())
    })?;
    let text = |name: &str| {
        let value = answer[name].as_str().map(str::to_owned);
        value.with_context(|| format!("the go command did not fetch it: {}", answer["Error"]))
    };
    Ok((text("Version")?, text("Dir")?.into()))
}

/// The time in a version without a release: `v0.0.0-20261105234957-e22db6528018`.
fn time_of(version: &str) -> Result<String> {
    let digits = version.split('-').nth(1).filter(|digits| digits.len() == 14);
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let digits = digits.with_context(|| format!("`{version}` has no time in it"))?;
    let part = |from: usize, to: usize| &digits[from..to];
    Ok(format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    ))
}

/// Returns the shortened entries about Go itself, in the order of their numbers.
fn entries(folder: &Path) -> Result<BTreeMap<(String, u64), Value>> {
    let mut entries = BTreeMap::new();
    for file in std::fs::read_dir(folder).with_context(|| format!("can't read `{}`", folder.display()))? {
        let path = file?.path();
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("can't read `{}`", path.display()))?;
        let entry: Value =
            serde_json::from_str(&text).with_context(|| format!("can't parse `{}`", path.display()))?;
        let Some(short) = shortened(&entry) else { continue };
        let id = short["id"].as_str().context("an entry has no id")?;
        let (year, number) = id.rsplit_once('-').with_context(|| format!("`{id}` is not an id"))?;
        entries.insert((year.to_owned(), number.parse()?), short);
    }
    Ok(entries)
}

/// Returns an entry without what gom does not need; `None` if it is not about Go itself. A field that is empty is left
/// out, as gom writes it too.
fn shortened(entry: &Value) -> Option<Value> {
    let affected = entry["affected"]
        .as_array()?
        .iter()
        .filter(|one| matches!(one["package"]["name"].as_str(), Some("stdlib" | "toolchain")));
    let affected: Vec<Value> = affected.map(shortened_module).collect();
    if affected.is_empty() {
        return None;
    }
    let mut short = only(entry, &["id", "withdrawn", "aliases", "summary"]);
    short.insert("affected".to_owned(), affected.into());
    Some(short.into())
}

fn shortened_module(affected: &Value) -> Value {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let ranges = list(&affected["ranges"]);
    let ranges = ranges.iter().map(|range| {
        let mut short = only(range, &["type"]);
        let events = list(&range["events"]);
        short.insert(
            "events".to_owned(),
            events.iter().map(|one| Value::from(only(one, &["introduced", "fixed"]))).collect(),
        );
        short.into()
    });
    let imports = list(&affected["ecosystem_specific"]["imports"]);
    let imports = imports.iter().map(|import| only(import, &["path", "goos", "goarch"]).into());
    let (ranges, imports): (Vec<Value>, Vec<Value>) = (ranges.collect(), imports.collect());
    let specific = if imports.is_empty() { json!({}) } else { json!({ "imports": imports }) };
    let mut short = Map::from_iter([
        ("package".to_owned(), only(&affected["package"], &["name"]).into()),
        ("ecosystem_specific".to_owned(), specific),
    ]);
    if !ranges.is_empty() {
        short.insert("ranges".to_owned(), ranges.into());
    }
    short.into()
}

/// The fields of these names that are there and not empty.
fn only(object: &Value, names: &[&str]) -> Map<String, Value> {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    let fields = names.iter().map(|name| ((*name).to_owned(), object[*name].clone()));
    fields.filter(|(_, value)| !is_empty(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_keeps_what_gom_needs() {
        let entry = json!({
            "schema_version": "1.3.1", "id": "GO-2026-1234", "modified": "0001-01-01T00:00:00Z",
            "aliases": ["CVE-2026-1"], "summary": "S", "details": "long", "credits": [{"name": "A"}],
            "affected": [
                {"package": {"name": "golang.org/x/net", "ecosystem": "Go"}, "ranges": []},
                {"package": {"name": "stdlib", "ecosystem": "Go"},
                 "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.26.10"}]}],
                 "ecosystem_specific": {"imports": [{"path": "os", "goos": ["windows"], "symbols": ["Open"]}]}},
            ],
        });
        assert_eq!(
            shortened(&entry).unwrap(),
            json!({
                "id": "GO-2026-1234", "aliases": ["CVE-2026-1"], "summary": "S",
                "affected": [
                    {"package": {"name": "stdlib"},
                     "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.26.10"}]}],
                     "ecosystem_specific": {"imports": [{"path": "os", "goos": ["windows"]}]}},
                ],
            })
        );
        assert_eq!(shortened(&json!({"id": "GO-2026-1", "affected": []})), None);
    }

    #[test]
    fn the_time_is_in_the_version() {
        assert_eq!(time_of("v0.0.0-20261105234957-e22db6528018").unwrap(), "2026-11-05T23:49:57Z");
        for version in ["v1.2.3", "latest", "v0.0.0-2026-e22db6528018"] {
            assert!(time_of(version).is_err(), "{version}");
        }
    }
}
