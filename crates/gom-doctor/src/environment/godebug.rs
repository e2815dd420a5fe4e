//! The names that are valid in GODEBUG. Go silently ignores unknown ones.

use std::collections::BTreeSet;
use std::path::Path;

use gom_core::files;

/// The table of settings (Go 1.21 and newer).
const TABLE: &str = "src/internal/godebugs/table.go";

/// The runtime's own names, which are in no other table.
const RUNTIME: &str = "src/runtime/runtime1.go";

/// Names that the go command and the standard library read without an entry in a table: in Go's source, those that
/// are read as `#NAME`, those of cmd/go/internal/cache, and one that the runtime reads by itself.
const UNLISTED: &[&str] = &[
    "cmdgonetlimit",
    "execwait",
    "fuzzdebug",
    "gocachehash",
    "gocachetest",
    "gocacheverify",
    "gofsystrace",
    "gofsystracelog",
    "gofsystracestack",
    "goindex",
    "gotoolchainexec",
    "memprofilerate",
    "multipartfiles",
    "netdns",
    "toolchaintrace",
];

/// Every name that the Go of this tree knows; `None` if it has no table.
pub(crate) fn known(goroot: &Path) -> Option<BTreeSet<String>> {
    let table = files::read_text(&goroot.join(TABLE)).ok()?;
    let runtime = files::read_text(&goroot.join(RUNTIME)).ok()?;
    let listed = names(&table, "{Name: \"").chain(names(&runtime, "{name: \""));
    Some(listed.chain(UNLISTED.iter().copied()).map(str::to_owned).collect())
}

fn names<'a>(source: &'a str, before: &'static str) -> impl Iterator<Item = &'a str> {
    source.lines().filter_map(move |line| line.trim_start().strip_prefix(before)?.split('"').next())
}

/// The parts of a value that have no effect: not `NAME=VALUE`, or an unknown name.
pub(crate) fn idle<'a>(value: &'a str, known: &BTreeSet<String>) -> Vec<&'a str> {
    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .filter(|part| match part.split_once('=') {
            // The names of processor features differ by architecture.
            Some((name, _)) => !known.contains(name) && !name.starts_with("cpu."),
            None => true,
        })
        .collect()
}
