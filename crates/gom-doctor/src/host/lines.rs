//! The lines of a text file that are recorded, and how much of a file is read for them.

use crate::redact;

/// The most that is read of a text file, in bytes.
pub(super) const MAX_TEXT: u64 = 1 << 20;

/// Whether a line or a name matters.
pub(super) type Filter = fn(&str) -> bool;

/// The lines that matter, by their number and text, as they may be recorded.
pub(super) fn lines(text: &str, matters: impl Fn(usize, &str) -> bool) -> Vec<(usize, String)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let chosen = numbered.filter(|(number, line)| matters(*number, line));
    chosen.map(|(number, line)| (number, redact::line(line))).collect()
}
