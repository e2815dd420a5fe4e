//! Rows that are redrawn while the tasks of a command run: a name, what it does, and for how long.
//!
//! Only on a terminal with bars; elsewhere nothing is drawn, and the verb prints a line for each end. Invariant: when the
//! value is dropped, no row is left on the screen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::line::{MARGIN, TICK, cut};
use crate::output::Output;
use crate::terminal;

/// The rows of a command.
pub(crate) struct Rows {
    output: Output,
    /// The width of the names.
    width: usize,
    shown: Mutex<BTreeMap<usize, Row>>,
}

/// A row on the screen.
struct Row {
    bar: ProgressBar,
    text: Arc<Mutex<RowText>>,
}

/// The text of a row.
#[derive(Clone, Debug)]
pub(crate) struct RowText {
    pub(crate) name: String,
    pub(crate) text: String,
    /// When the task began, while it runs.
    pub(crate) since: Option<Instant>,
}

impl Rows {
    /// Rows with names of up to this width.
    pub(crate) fn new(output: Output, width: usize) -> Rows {
        Rows { output, width, shown: Mutex::default() }
    }

    /// Whether so many rows can be seen at once; `false` where none are drawn.
    pub(crate) fn fit(&self, count: usize) -> bool {
        // A line for the command itself, one for the cursor, and one for a message.
        self.output.bars().is_some() && count + 3 <= usize::from(terminal::size().1)
    }

    /// Shows a row, or changes it.
    pub(crate) fn set(&self, at: usize, text: RowText) {
        let Some(bars) = self.output.bars() else { return };
        let mut shown = self.shown();
        if let Some(row) = shown.get(&at) {
            *row.text.lock().unwrap_or_else(PoisonError::into_inner) = text;
            row.bar.tick();
            return;
        }
        let text = Arc::new(Mutex::new(text));
        let bar = bars.add(ProgressBar::no_length().with_style(style(Arc::clone(&text), self.width)));
        // indicatif panics where it gets no thread; without one the row changes with each event.
        if std::thread::Builder::new().spawn(|| ()).is_ok() {
            bar.enable_steady_tick(TICK);
        }
        self.output.bar_begins();
        shown.insert(at, Row { bar, text });
    }

    /// Removes a row.
    pub(crate) fn clear(&self, at: usize) {
        let row = self.shown().remove(&at);
        if let Some(row) = row {
            row.bar.finish_and_clear();
            self.output.bar_ends();
        }
    }

    fn shown(&self) -> MutexGuard<'_, BTreeMap<usize, Row>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        let all: Vec<usize> = self.shown().keys().copied().collect();
        for at in all {
            self.clear(at);
        }
    }
}

fn style(row: Arc<Mutex<RowText>>, width: usize) -> ProgressStyle {
    let draw = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
        let row = row.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = text.write_str(&row.render(width, usize::from(terminal::size().0)));
    };
    let style = ProgressStyle::default_bar().with_key("row", draw);
    style.clone().template("{row}").unwrap_or(style)
}

impl RowText {
    fn render(&self, width: usize, columns: usize) -> String {
        let RowText { name, text, since } = self;
        let time = since.map_or_else(String::new, |since| format!("  {}", whole_seconds(since.elapsed())));
        cut(&format!("{name:width$}  {text}{time}"), columns.saturating_sub(MARGIN))
    }
}

fn whole_seconds(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=99 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// A time that something took: `3.2 s`, `2 min 5 s`.
pub(crate) fn took(time: Duration) -> String {
    if time < Duration::from_secs(100) {
        format!("{}.{} s", time.as_secs(), time.subsec_millis() / 100)
    } else {
        whole_seconds(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fits_the_terminal() {
        let row = RowText { name: "go1.22.6".to_owned(), text: "running".to_owned(), since: None };
        assert_eq!(row.render(10, 80), "go1.22.6    running");
        assert_eq!(row.render(10, 17), "go1.22.6    r\u{2026}");
        let row = RowText { since: Some(Instant::now()), ..row };
        assert_eq!(row.render(8, 80), "go1.22.6  running  0 s");
    }

    #[test]
    fn a_time_has_as_many_digits_as_matter() {
        for (millis, text) in [(0, "0.0 s"), (3290, "3.2 s"), (99_999, "99.9 s"), (125_000, "2 min 5 s")] {
            assert_eq!(took(Duration::from_millis(millis)), text);
        }
    }
}
