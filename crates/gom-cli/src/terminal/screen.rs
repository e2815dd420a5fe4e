//! The terminal for indicatif's bars. It writes each line separately and clears what it drew before, even if
//! the terminal was made narrower and has wrapped those lines.
//!
//! By itself indicatif fills each line up to the margin and lets the terminal wrap it. To the terminal all
//! bars are then one long line, and a resize leaves parts of it behind.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::TermLike;
use rustix::termios::tcgetwinsize;

/// The size for a terminal that does not report one.
const SIZE: (u16, u16) = (80, 24);

/// The standard error of this process, which is a terminal.
#[derive(Debug)]
pub(super) struct Screen {
    /// Whether the terminal wraps lines when it is made narrower.
    wraps_on_resize: bool,
    drawing: Mutex<Drawing>,
}

/// The lines on the screen and the lines of the next drawing.
#[derive(Debug, Default)]
struct Drawing {
    /// The widths of the lines on the screen.
    shown: Vec<usize>,
    /// The widths of the lines being written.
    next: Vec<usize>,
    text: String,
}

impl Screen {
    pub(super) fn new() -> Screen {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        let (term, is_xterm) = (variable("TERM"), !variable("XTERM_VERSION").is_empty());
        let keeps = |name: &str| term.starts_with(name);
        let is_screen = keeps("screen") && variable("TMUX").is_empty();
        let wraps_on_resize = !(is_xterm || is_screen || keeps("rxvt") || keeps("linux"));
        Screen { wraps_on_resize, drawing: Mutex::default() }
    }

    fn drawing(&self) -> MutexGuard<'_, Drawing> {
        self.drawing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The columns and rows of the terminal at standard error.
pub(crate) fn size() -> (u16, u16) {
    match tcgetwinsize(io::stderr()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
        _ => SIZE,
    }
}

impl Drawing {
    /// Moves to the first shown line and clears from there on.
    fn clear(&mut self, width: usize, wraps: bool) {
        let rows = |line: &usize| if wraps { line.div_ceil(width.max(1)).max(1) } else { 1 };
        let rows: usize = self.shown.iter().map(rows).sum();
        if rows > 1 {
            let _ = write!(self.text, "\x1b[{}A", rows - 1);
        }
        self.text.push_str("\r\x1b[J");
        self.shown.clear();
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        size().0
    }

    fn height(&self) -> u16 {
        size().1
    }

    /// indicatif begins each drawing with this call. It clears and moves the cursor, so that the calls after
    /// it need not.
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        let mut drawing = self.drawing();
        if !drawing.shown.is_empty() {
            drawing.clear(usize::from(size().0), self.wraps_on_resize);
        }
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        // indicatif's padding of a line up to the margin.
        if text.trim_matches(' ').is_empty() {
            return Ok(());
        }
        let mut drawing = self.drawing();
        if !drawing.next.is_empty() {
            drawing.text.push_str("\r\n");
        }
        drawing.text.push_str(text);
        drawing.next.push(columns(text));
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut drawing = self.drawing();
        drawing.shown = std::mem::take(&mut drawing.next);
        let text = std::mem::take(&mut drawing.text);
        drop(drawing);
        io::stderr().write_all(text.as_bytes())
    }
}

/// Counts a text's characters without colours.
fn columns(text: &str) -> usize {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().chars().count();
    let after = |part: &str| part.split_once('m').map_or(0, |(_, text)| text.chars().count());
    first + parts.map(after).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_no_width() {
        for (text, expected) in [("", 0), ("go 1%", 5), ("go \x1b[36m\u{2588}\u{2588}\x1b[0m 1%", 8)] {
            assert_eq!(columns(text), expected, "{text:?}");
        }
    }

    // K8: a resize.
    #[test]
    fn what_a_narrower_terminal_has_wrapped_is_cleared() {
        // Two lines of 77 columns are three rows of 30 each. The cursor is in the last one.
        for (wraps, expected) in [(true, "\x1b[5A\r\x1b[J"), (false, "\x1b[1A\r\x1b[J")] {
            let mut drawing = Drawing { shown: vec![77, 77], ..Drawing::default() };
            drawing.clear(30, wraps);
            assert_eq!(drawing.text, expected);
        }
    }
}
