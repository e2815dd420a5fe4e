//! Takes one recorded edit out of a text that may have changed since.
//!
//! Pure. The bytes that gom wrote are found by what is before or after them, or because they are there once. Where they aren't,
//! or something new is beside them, the setting itself is put back, and all other bytes stay too. Invariant: nothing but the setting reads otherwise
//! afterwards.

use gom_core::digest::Sha256Digest;

use crate::format::Format;
use crate::jsonc::{self, Leaf, Piece};
use crate::record::{Edit, RecordedPiece, Write};

/// What undoing an edit leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    /// The text without it.
    Text(String),
    /// The setting is not as gom wrote it: its line, and the text of its value.
    Changed(Option<usize>, Option<String>),
    /// The edit can't be taken out so that the rest reads as before.
    Stuck,
}

/// Applies pieces, and records them.
pub(crate) fn record(
    format: Format,
    text: &str,
    keys: &[String],
    pieces: &[Piece],
) -> Option<(String, Edit)> {
    let mut current = text.to_owned();
    let mut recorded = Vec::new();
    for piece in pieces {
        let head = Sha256Digest::of(current.get(..piece.at)?.as_bytes());
        let tail = current.get(piece.at + piece.removed.len()..)?.to_owned();
        current = jsonc::apply(&current, std::slice::from_ref(piece))?;
        recorded.push(RecordedPiece {
            at: piece.at,
            removed: piece.removed.clone(),
            inserted: piece.inserted.clone(),
            beside: [current[..piece.at].chars().next_back(), tail.chars().next()],
            head,
            tail: Sha256Digest::of(tail.as_bytes()),
            tail_len: tail.len(),
        });
    }
    let (was, now) = (format.raw(text, keys), format.raw(&current, keys));
    Some((current, Edit { keys: keys.to_vec(), was, now, is_frame: false, pieces: recorded }))
}

/// Takes a whole write out of the very text that it left.
pub(crate) fn exactly(text: &str, write: &Write) -> Option<String> {
    let pieces = write.edits.iter().rev().flat_map(|edit| edit.pieces.iter().rev());
    let back: Vec<Piece> = pieces.map(|piece| back(piece, piece.at)).collect();
    let text = jsonc::apply(text, &back)?;
    (Sha256Digest::of(text.as_bytes()) == write.before).then_some(text)
}

/// Takes one edit out of a text.
pub(crate) fn edit(format: Format, text: &str, edit: &Edit) -> Undone {
    let Ok(before) = format.leaves(text) else { return Undone::Stuck };
    let current = format.raw(text, &edit.keys);
    if is_same(current.as_deref(), edit.was.as_deref()) {
        // Somebody did it by hand.
        return Undone::Text(text.to_owned());
    }
    if edit.is_frame && others(&before, &edit.keys).next().is_some() {
        // Without it, what somebody else has written there would not be read as it is meant.
        return Undone::Text(text.to_owned());
    }
    if !is_same(current.as_deref(), edit.now.as_deref()) {
        // It may hold what others have put there.
        if edit.makes_room() && current.is_some() {
            return Undone::Text(text.to_owned());
        }
        return Undone::Changed(format.line(text, &edit.keys), current);
    }
    let by_bytes = || by_bytes(text, edit);
    let by_setting = || {
        let pieces = match &edit.was {
            Some(was) => format.set(text, &edit.keys, was)?,
            None => format.remove(text, &edit.keys)?,
        };
        jsonc::apply(text, &pieces)
    };
    let is_good = |new: &String| reads_as_meant(format, new, edit, &before);
    let found = by_bytes().filter(is_good).or_else(|| by_setting().filter(is_good));
    found.map_or(Undone::Stuck, Undone::Text)
}

fn back(piece: &RecordedPiece, at: usize) -> Piece {
    Piece { at, removed: piece.inserted.clone(), inserted: piece.removed.clone() }
}

fn by_bytes(text: &str, edit: &Edit) -> Option<String> {
    edit.pieces.iter().rev().try_fold(text.to_owned(), |text, piece| {
        let at = find(&text, piece)?;
        let after = text.get(at + piece.inserted.len()..)?.chars().next();
        // Beside something new a comma or a line end may be missing afterwards, or one too many.
        if [text.get(..at)?.chars().next_back(), after] != piece.beside {
            return None;
        }
        jsonc::apply(&text, &[back(piece, at)])
    })
}

/// Where the inserted bytes are now.
fn find(text: &str, piece: &RecordedPiece) -> Option<usize> {
    let is_at = |at: usize| text.get(at..).is_some_and(|rest| rest.starts_with(piece.inserted.as_str()));
    let sum = |part: &str| Sha256Digest::of(part.as_bytes());
    if text.get(..piece.at).is_some_and(|head| sum(head) == piece.head) && is_at(piece.at) {
        return Some(piece.at);
    }
    let tail = text.len().checked_sub(piece.tail_len);
    if let Some(tail) = tail.filter(|tail| text.get(*tail..).is_some_and(|tail| sum(tail) == piece.tail)) {
        return tail.checked_sub(piece.inserted.len()).filter(|at| is_at(*at));
    }
    // A comma or a brace alone may be anywhere.
    let mut found = text.match_indices(piece.inserted.as_str()).map(|(at, _)| at);
    let first = found.next().filter(|_| piece.inserted.contains('"'))?;
    found.next().is_none().then_some(first)
}

/// Whether a text says the same as before, but for the edit's setting, which is as it was.
fn reads_as_meant(format: Format, text: &str, edit: &Edit, before: &[Leaf]) -> bool {
    let Ok(after) = format.leaves(text) else { return false };
    is_same(format.raw(text, &edit.keys).as_deref(), edit.was.as_deref())
        && others(&after, &edit.keys).eq(others(before, &edit.keys))
}

/// The values that are neither the setting, nor in it, nor an empty object or list around it.
pub(crate) fn others<'a>(leaves: &'a [Leaf], keys: &'a [String]) -> impl Iterator<Item = &'a Leaf> {
    leaves.iter().filter(move |(path, value)| {
        let is_around = keys.starts_with(path) && matches!(value.as_str(), "{}" | "[]");
        !path.starts_with(keys) && !is_around
    })
}

/// Whether two texts of values say the same.
pub(crate) fn is_same(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) if a != b => {
            let (a, b) = (jsonc::leaves(a), jsonc::leaves(b));
            a.is_ok() && a == b
        }
        (a, b) => a == b,
    }
}
