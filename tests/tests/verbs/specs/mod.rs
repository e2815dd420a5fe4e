//! What a SPEC means for each verb: the table of docs/specs.md, one test per cell.
//!
//! It owns [`TABLE`], which names the test of every cell; a cell without a test does not compile. Invariant:
//! the page has exactly these rows and columns.

mod cell;
mod changing;
mod files;
mod grammar;
mod reading;

use cell::Cell;
use std::path::Path;

/// The columns: a patch, a line, a range, a keyword.
const COLUMNS: [&str; 4] =
    ["a patch: `1.98.1`", "a line: `1.98`", "a range: `>=1.98, <1.99`", "a keyword: `latest`"];

/// The rows with the tests of their cells, in the order of [`COLUMNS`].
const TABLE: [(&str, [Cell; 4]); 10] = [
    ("`install`", changing::INSTALL),
    ("`uninstall`", changing::UNINSTALL),
    ("`use`", changing::USE),
    ("`local`", changing::LOCAL),
    ("`list-remote`", reading::LIST_REMOTE),
    ("`which`", reading::WHICH),
    ("`exec`", reading::EXEC),
    ("go.mod's lines", files::GO_MOD),
    ("`.go-version`", files::GO_VERSION),
    ("`GOM_TOOLCHAIN`", files::GOM_TOOLCHAIN),
];

#[test]
fn the_page_has_the_table_that_is_tested() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/specs.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows: Vec<Vec<&str>> = page
        .lines()
        .skip_while(|line| *line != "## What it means for each verb")
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").map(str::trim).collect())
        .collect();
    let [header, rows @ ..] = rows.as_slice() else { panic!("no table in docs/specs.md") };
    assert_eq!(header[1..], COLUMNS);
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), TABLE.map(|(verb, _)| verb));
    for row in rows {
        assert!(row.len() == 1 + COLUMNS.len() && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}
