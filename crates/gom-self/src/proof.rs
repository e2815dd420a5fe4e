//! Decides whether a release of gom is the one that the checksum database records. Nothing else in this crate says that
//! bytes are good, and no setting skips it.
//!
//! The record of a module version is the sha256 of a text with one line per file, sorted: `SHA256  MODULE@VERSION/NAME`
//! (x/mod/sumdb/dirhash, `Hash1`). So that text alone proves every file of the release, wherever it comes from.

use std::collections::BTreeMap;

use gom_core::digest::Sha256Digest;
use gom_sumdb::LogRecord;

use crate::release::Release;

/// The files of a release with their sums, as the checksum database records them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenFiles(BTreeMap<String, Sha256Digest>);

/// Why a release, or a file of it, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The files are not the recorded ones.
    #[error(
        "the list of files of {release} from `{place}` has {found}, the checksum database has {recorded}"
    )]
    List {
        /// The release that was asked for.
        release: String,
        /// Where the list or the zip came from.
        place: String,
        /// The hash of what came.
        found: String,
        /// The recorded hash.
        recorded: String,
    },
    /// The list is the recorded one, but can't be read: a release that was published so.
    #[error("the list of files of {release} is not a list: `{line}`")]
    Form {
        /// The release.
        release: String,
        /// The line.
        line: String,
    },
    /// The archive has another sum than in the list.
    #[error("sha256 mismatch for `{name}` from `{place}`: got {found}, the recorded release has {recorded}")]
    Archive {
        /// The name of the archive.
        name: String,
        /// Where it came from.
        place: String,
        /// The sum of what came.
        found: Sha256Digest,
        /// The recorded sum.
        recorded: Sha256Digest,
    },
}

/// Makes the text that is hashed from a module's files, given in any order.
pub fn list_of(files: &BTreeMap<String, Sha256Digest>) -> String {
    let mut text = String::new();
    for (name, sum) in files {
        text.extend([sum.to_string().as_str(), "  ", name, "\n"]);
    }
    text
}

/// Returns the files of a list that has the recorded hash. `place` is where it came from.
pub fn files(
    release: &Release,
    record: &LogRecord,
    list: &str,
    place: &str,
) -> Result<ProvenFiles, Mismatch> {
    let found = Sha256Digest::of(list.as_bytes()).to_h1();
    if found != record.h1 {
        return Err(Mismatch::List {
            release: release.to_string(),
            place: place.to_owned(),
            found,
            recorded: record.h1.clone(),
        });
    }
    let mut files = BTreeMap::new();
    for line in list.lines() {
        let file = line.split_once("  ").and_then(|(sum, name)| Some((name.to_owned(), sum.parse().ok()?)));
        let (name, sum) = file.ok_or_else(|| Mismatch::Form {
            release: release.to_string(),
            line: line.chars().take(80).flat_map(char::escape_debug).collect(),
        })?;
        files.insert(name, sum);
    }
    Ok(ProvenFiles(files))
}

impl ProvenFiles {
    /// Whether the release has this file.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The archives of a release with their sums, without the folder that they are in.
    pub fn archives(&self, release: &Release) -> Vec<(String, Sha256Digest)> {
        let prefix = format!("{}archives/", release.prefix());
        let named = self.0.iter().filter_map(|(name, sum)| Some((name.strip_prefix(&prefix)?, *sum)));
        named
            .filter(|(name, _)| name.ends_with(".tar.gz"))
            .map(|(name, sum)| (name.to_owned(), sum))
            .collect()
    }

    /// Fails unless these bytes are the recorded file of this name.
    pub fn check(&self, name: &str, bytes: &[u8], place: &str) -> Result<(), Mismatch> {
        let found = Sha256Digest::of(bytes);
        let recorded = self.0.get(name).copied();
        match recorded {
            Some(recorded) if recorded == found => Ok(()),
            // A file that the release does not have has no sum that could match.
            recorded => Err(Mismatch::Archive {
                name: name.to_owned(),
                place: place.to_owned(),
                found,
                recorded: recorded.unwrap_or_else(|| Sha256Digest::of(b"")),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release() -> Release {
        Release { module: "example.test/gom".to_owned(), version: "0.2.0".parse().unwrap() }
    }

    fn record(h1: String) -> LogRecord {
        LogRecord {
            id: 1,
            text: String::new(),
            h1,
            head_note: String::new(),
            tree_size: 2,
            proof: Vec::new(),
        }
    }

    fn list() -> String {
        let names = ["archives/a.tar.gz", "go.mod"].map(|name| format!("{}{name}", release().prefix()));
        list_of(&names.into_iter().map(|name| (name, Sha256Digest::of(b"a"))).collect())
    }

    #[test]
    fn a_list_counts_only_with_the_recorded_hash() {
        let list = list();
        let recorded = record(Sha256Digest::of(list.as_bytes()).to_h1());
        let proven = files(&release(), &recorded, &list, "here").unwrap();
        let name = format!("{}archives/a.tar.gz", release().prefix());
        assert!(proven.has(&name) && proven.check(&name, b"a", "here").is_ok());
        assert!(matches!(proven.check(&name, b"b", "here"), Err(Mismatch::Archive { .. })));
        assert!(matches!(proven.check("other", b"a", "here"), Err(Mismatch::Archive { .. })));
        assert!(matches!(proven.check("other", b"", "here"), Err(Mismatch::Archive { .. })));

        let other = list.replace("  example", "  Example");
        assert!(matches!(files(&release(), &recorded, &other, "here"), Err(Mismatch::List { .. })));
    }

    #[test]
    fn what_is_recorded_and_no_list_is_refused() {
        let text = "<html>\u{1b}\n";
        let recorded = record(Sha256Digest::of(text.as_bytes()).to_h1());
        let error = files(&release(), &recorded, text, "here").unwrap_err();
        assert!(matches!(error, Mismatch::Form { .. }) && !error.to_string().contains('\u{1b}'), "{error}");
    }
}
