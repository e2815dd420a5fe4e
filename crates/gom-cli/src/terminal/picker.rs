//! The picker: a list in the terminal, of which the user chooses one row. Typed text filters it.
//!
//! Owns: the look of the list, and the state of the terminal while it is shown. Never: decides which rows there are.
//! Invariant: a row has at most [`WIDTH`] columns and the list [`ROWS`] rows, so that nothing wraps or scrolls on a
//! terminal of 40 columns and 10 rows, whatever size it had before: so a resized window needs no new drawing. When the
//! list is gone, the cursor is visible and the terminal echoes again.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use inquire::list_option::ListOption;
use inquire::ui::RenderConfig;
use inquire::{InquireError, Select};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use super::screen::size;

/// The number of rows that are shown at once. With the question and the help there are two more.
const ROWS: usize = 7;
const QUESTION_AND_HELP: usize = 2;
/// The width of a line of the list, including the mark before it.
const WIDTH: usize = 39;
/// The width of the mark.
const MARK: usize = 2;

const HELP: &str = "type to filter, Enter to choose";

/// What the user chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picked {
    /// The row with this index.
    Row(usize),
    /// Nothing, by Esc.
    Nothing,
    /// Nothing, by Ctrl-C. In the picker it is a key and sends no signal.
    Interrupted,
}

/// The state of the terminal, which is restored when this is dropped.
pub(crate) struct KeptTerminal(Option<Termios>);

impl KeptTerminal {
    pub(crate) fn new() -> KeptTerminal {
        KeptTerminal(tcgetattr(io::stdin()).ok())
    }
}

impl Drop for KeptTerminal {
    fn drop(&mut self) {
        if let Some(state) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Drain, state);
            // A signal leaves the cursor in the list: what follows must not be written over it.
            let _ = io::stderr().write_all(b"\r\x1b[J\x1b[?25h");
        }
    }
}

/// Lets the user choose one of the rows, each in cells. Blocks until they did.
pub(crate) fn pick(question: &str, rows: &[Vec<String>]) -> io::Result<Picked> {
    let rows = lines(rows);
    let list = ListOnScreen::make_room(rows.len())?;
    let score = |typed: &str, row: &Row, _: &str, at: usize| list.count(at, row.score(typed, at));
    let name = |row: ListOption<&Row>| row.value.name.clone();
    let has_colours = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let look = if has_colours { RenderConfig::default_colored() } else { RenderConfig::empty() };
    let picked = Select::new(question, rows)
        .with_page_size(ROWS)
        .with_help_message(HELP)
        .with_scorer(&score)
        .with_formatter(&name)
        .with_render_config(look)
        .raw_prompt();
    match picked {
        Ok(row) => Ok(Picked::Row(row.index)),
        Err(InquireError::OperationCanceled) => Ok(Picked::Nothing),
        Err(InquireError::OperationInterrupted) => list.clear().map(|()| Picked::Interrupted),
        Err(InquireError::IO(error)) => Err(error),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// The list on the screen, which inquire leaves there after Ctrl-C, with the cursor in the line below it.
struct ListOnScreen {
    /// The rows that typed text has left.
    matches: Cell<usize>,
}

impl ListOnScreen {
    /// Scrolls until the whole list and one more line have room below the cursor. Otherwise the cursor can't leave the
    /// last line of the list.
    fn make_room(rows: usize) -> io::Result<ListOnScreen> {
        let list = ListOnScreen { matches: Cell::new(rows) };
        if has_room() {
            let height = list.height();
            write!(io::stderr(), "{}\x1b[{height}A", "\n".repeat(height))?;
        }
        Ok(list)
    }

    /// Counts the rows that a text has left. All rows are scored for each text, in their order.
    fn count(&self, at: usize, score: Option<i64>) -> Option<i64> {
        let before = if at == 0 { 0 } else { self.matches.get() };
        self.matches.set(before + usize::from(score.is_some()));
        score
    }

    fn height(&self) -> usize {
        self.matches.get().min(ROWS) + QUESTION_AND_HELP
    }

    /// Removes the list. In a window that has become too small for it, where it begins is not known, and it stays.
    fn clear(&self) -> io::Result<()> {
        if has_room() { write!(io::stderr(), "\x1b[{}A\r\x1b[J", self.height()) } else { Ok(()) }
    }
}

/// Whether no line wraps, and the largest list and the line below it have room.
fn has_room() -> bool {
    let (columns, rows) = size();
    usize::from(columns) > WIDTH && usize::from(rows) > ROWS + QUESTION_AND_HELP
}

/// One row as it is drawn.
struct Row {
    /// Its first cell.
    name: String,
    /// All cells in lower case, which typed text is compared with.
    text: String,
    line: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl Row {
    /// Returns the rank of the row for the typed text; `None` if a word of it is not in the row. Rows whose name begins
    /// with the text come first, and otherwise the order stays.
    fn score(&self, typed: &str, at: usize) -> Option<i64> {
        let typed = typed.trim().to_lowercase();
        let order = -i64::try_from(at).unwrap_or(i64::MAX);
        let rank = if self.name.starts_with(&typed) { 1 << 32 } else { 0 };
        typed.split_whitespace().all(|word| self.text.contains(word)).then_some(rank + order)
    }
}

/// Aligns the cells of the rows, and cuts what does not fit.
fn lines(rows: &[Vec<String>]) -> Vec<Row> {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let row = |cells: &Vec<String>| {
        let cells_and_widths = cells.iter().zip(&widths);
        let line: Vec<String> = cells_and_widths.map(|(cell, width)| format!("{cell:<width$}")).collect();
        let line: String = line.join(" ").trim_end().chars().take(WIDTH - MARK).collect();
        let text = cells.join(" ").to_lowercase();
        Row { text, name: cells.first().cloned().unwrap_or_default(), line }
    };
    rows.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let cells = [
            ["1.27.0", "supported", ""],
            ["1.26.12", "security: 1.26.13", "installed"],
            ["1.12.1", "end of life", ""],
            ["1.2.1", "end of life", "installed"],
            ["go1.26.0.darwin-arm64", "security: 1.26.13", "installed"],
        ];
        lines(&cells.map(|row| row.map(str::to_owned).to_vec()))
    }

    #[test]
    fn no_line_is_too_wide_for_40_columns() {
        let rows = rows();
        assert!(rows.iter().all(|row| row.line.chars().count() + MARK < 40));
        assert_eq!(rows[0].line, "1.27.0                supported");
        let narrow = lines(&[["1.26.12", "security: 1.26.13", "installed"].map(str::to_owned).to_vec()]);
        assert_eq!(narrow[0].line, "1.26.12 security: 1.26.13 installed");
        assert!(HELP.len() + 2 < 40);
    }

    #[test]
    fn typed_text_filters_and_keeps_the_order() {
        for (typed, expected) in [
            ("", vec!["1.27.0", "1.26.12", "1.12.1", "1.2.1", "go1.26.0.darwin-arm64"]),
            ("1.2", vec!["1.27.0", "1.26.12", "1.2.1", "go1.26.0.darwin-arm64"]),
            ("INST", vec!["1.26.12", "1.2.1", "go1.26.0.darwin-arm64"]),
            ("life inst", vec!["1.2.1"]),
            ("x", vec![]),
        ] {
            let rows = rows();
            let scored =
                rows.iter().enumerate().filter_map(|(at, row)| Some((row.score(typed, at)?, &row.name)));
            let mut scored: Vec<(i64, &String)> = scored.collect();
            scored.sort_by_key(|(score, _)| -score);
            assert_eq!(scored.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), expected, "{typed}");
        }
    }
}
