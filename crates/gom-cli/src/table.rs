//! Formats rows in columns, for a terminal of any width and for a pipe.
//!
//! Owns: the width of each column, and which columns a narrow terminal omits. Never: decides the text of a
//! cell. Invariant: a line is at most as wide as the terminal if the columns that are never omitted fit into
//! it.

use anstyle::Style;

use crate::output::Tone;

/// The space between two columns.
const GAP: &str = "  ";

/// A text and its colour, which never carries meaning alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::from(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell { text, style: Style::new() }
    }
}

impl Cell {
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Cell {
        Cell { text: text.into(), style: tone.style() }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// A column's title and alignment, and its rank for narrow terminals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// Numbers are aligned to the right.
    pub(crate) is_number: bool,
    /// Columns with a higher number are omitted first; 0 is never omitted.
    pub(crate) gives_way: u8,
}

/// Returns the lines of a table: the titles, then the rows. A column whose cells are all empty is omitted.
pub(crate) fn lines(columns: &[Column], rows: &[Vec<Cell>], width: Option<usize>) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let titles: Vec<Cell> = columns.iter().map(|column| Cell::from(column.title)).collect();
    let is_used = |at: usize| rows.iter().any(|row| !row[at].text.is_empty());
    let mut shown: Vec<usize> = (0..columns.len()).filter(|at| is_used(*at)).collect();
    let all: Vec<&Vec<Cell>> = std::iter::once(&titles).chain(rows).collect();
    let widest = |at: usize| all.iter().map(|row| row[at].width()).max().unwrap_or_default();
    let total = |shown: &[usize]| {
        shown.iter().map(|at| widest(*at)).sum::<usize>() + GAP.len() * shown.len().saturating_sub(1)
    };
    while width.is_some_and(|width| total(&shown) > width) {
        let first = shown.iter().copied().filter(|at| columns[*at].gives_way > 0);
        let Some(goes) = first.max_by_key(|at| columns[*at].gives_way) else { break };
        shown.retain(|at| *at != goes);
    }
    let line = |row: &&Vec<Cell>| {
        let cells = shown.iter().map(|at| {
            let Cell { text, style } = &row[*at];
            let blanks = " ".repeat(widest(*at) - row[*at].width());
            if columns[*at].is_number {
                format!("{blanks}{style}{text}{style:#}")
            } else {
                format!("{style}{text}{style:#}{blanks}")
            }
        });
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { title: "NAME", is_number: false, gives_way: 0 },
        Column { title: "SIZE", is_number: true, gives_way: 2 },
        Column { title: "STATE", is_number: false, gives_way: 1 },
    ];

    fn shown(rows: &[[&str; 3]], width: Option<usize>) -> String {
        let rows: Vec<Vec<Cell>> =
            rows.iter().map(|row| row.iter().map(|text| Cell::from(*text)).collect()).collect();
        lines(&COLUMNS, &rows, width).join("\n")
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a", "9 MB", "old"], ["longer", "10 MB", ""]];
        assert_eq!(shown(&rows, None), "NAME     SIZE  STATE\na        9 MB  old\nlonger  10 MB");
        assert_eq!(shown(&rows, Some(20)), shown(&rows, None));
    }

    #[test]
    fn a_narrow_terminal_goes_without_some() {
        let rows = [["a", "9 MB", "old"], ["longer", "10 MB", ""]];
        assert_eq!(shown(&rows, Some(19)), "NAME    STATE\na       old\nlonger");
        assert_eq!(shown(&rows, Some(10)), "NAME\na\nlonger");
        assert_eq!(shown(&rows, Some(2)), "NAME\na\nlonger");
    }

    #[test]
    fn an_empty_column_is_not_shown() {
        assert_eq!(shown(&[["a", "", "old"]], None), "NAME  STATE\na     old");
        assert_eq!(shown(&[], None), "");
    }
}
