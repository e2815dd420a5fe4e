//! The known vulnerabilities in the binary, as they were when this gom was made. `cargo xtask embed-vulns` writes the
//! file; this module reads it.

use serde::Deserialize;

use crate::database::{Database, DatabaseOrigin};
use crate::entry::Entry;

/// The address of Go's own database.
pub const PLACE: &str = "https://vuln.go.dev";

const TEXT: &str = include_str!("embedded.json");

#[derive(Deserialize)]
struct File {
    place: String,
    as_of: String,
    entries: Vec<Entry>,
}

/// Returns the database in the binary.
pub fn database() -> Database {
    // We make and test the file, so an error leaves an empty one and a date that shows it.
    let read = || {
        let File { place, as_of, entries } = serde_json::from_str(TEXT).ok()?;
        Database::of(&entries, as_of, place, DatabaseOrigin::Built).ok()
    };
    read().unwrap_or_else(|| {
        let (place, as_of) = ("this gom".to_owned(), "0001-01-01T00:00:00Z".to_owned());
        Database::empty(place, as_of)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_understood() {
        let File { place, as_of, entries } = serde_json::from_str(TEXT).unwrap();
        assert_eq!(place, PLACE);
        assert!(humantime::parse_rfc3339(&as_of).is_ok(), "{as_of}");
        let database = database();
        let withdrawn = entries.iter().filter(|entry| entry.withdrawn.is_some()).count();
        assert!(entries.len() > 200);
        assert_eq!(database.all().len() + withdrawn, entries.len());
        for one in database.all() {
            assert!(!one.summary.is_empty() && !one.packages().is_empty(), "{}", one.id);
            assert!(one.aliases.iter().any(|alias| alias.starts_with("CVE-")), "{}", one.id);
            assert!(one.places.iter().all(|place| !place.spans.is_empty()), "{}", one.id);
        }
    }

    #[test]
    fn it_holds_no_more_than_gom_needs() {
        let all: Vec<Entry> = serde_json::from_str::<File>(TEXT).unwrap().entries;
        let again = serde_json::to_value(&all).unwrap();
        let file: serde_json::Value = serde_json::from_str(TEXT).unwrap();
        assert_eq!(file["entries"], again);
        assert!(all.iter().flat_map(|entry| &entry.affected).all(crate::entry::Affected::is_of_go));
    }
}
