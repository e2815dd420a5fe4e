//! The Markdown page of a job: the requests, the toolchains and the caches.

use std::fmt::Write;

use super::cache::stats::{CacheHit, CacheStats};
use super::setup::Setup;

/// The part about the toolchains.
pub fn of_setup(setup: &Setup) -> String {
    let mut text =
        "### Go\n\n| asked | by | selected | runs here | from | proof | downloaded | time |\n".to_owned();
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for ready in &setup.toolchains {
        let provided = &ready.provided;
        let cells = [
            ready.asked.text(),
            ready.asked.place.clone(),
            provided.id.to_string(),
            ready.runs.clone(),
            provided.origin.name().to_owned(),
            provided.proof.clone(),
            size(provided.bytes),
            format!("{} ms", provided.millis),
        ];
        row(&mut text, &cells);
    }
    for warning in &setup.warnings {
        let _ = writeln!(text, "\n> {}", cell(warning));
    }
    text.push('\n');
    text
}

/// The part about the caches.
pub fn of_caches(all: &[CacheStats]) -> String {
    let mut text = "### Go caches\n\n| cache | restored | files | size | used by this job |\n".to_owned();
    text.push_str("|---|---|---|---|---|\n");
    for stats in all {
        let hit = stats.restored.map_or("-", CacheHit::name);
        let used =
            stats.used.map_or("-".to_owned(), |used| format!("{} in {} files", size(used.bytes), used.files));
        let cells = [
            stats.kind.name().to_owned(),
            hit.to_owned(),
            stats.all.files.to_string(),
            size(stats.all.bytes),
            used,
        ];
        row(&mut text, &cells);
    }
    text.push('\n');
    text
}

fn row(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// Escapes characters that would end a cell or start a tag.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}

/// `66.1 MiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_one_digit_after_the_point() {
        for (bytes, text) in [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (69_311_922, "66.1 MiB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn a_cell_is_escaped() {
        assert_eq!(cell(">=1.20 <1.22 || a\nb"), ">=1.20 &lt;1.22 \\|\\| a b");
    }
}
