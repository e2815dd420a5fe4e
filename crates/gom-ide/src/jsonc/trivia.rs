//! What stands between values: white space, comments and commas.

/// The offset of the comma that follows, behind comments. `None` if there is none before `limit`.
pub(super) fn comma_after(text: &str, from: usize, limit: usize) -> Option<usize> {
    let at = skip(text, from, limit, true);
    (at < limit && text[at..].starts_with(',')).then_some(at)
}

/// The end of the last comment on the line; `from` if there is none.
pub(super) fn end_of_line_comments(text: &str, from: usize, limit: usize) -> usize {
    let end = skip(text, from, limit, false);
    let trivia = text[from..end].trim_end_matches([' ', '\t', '\r']);
    from + trivia.len()
}

/// The last newline between two places that have only white space and comments between them. One in a comment does not
/// count.
pub(super) fn last_newline(text: &str, from: usize, to: usize) -> Option<usize> {
    let (mut at, mut last) = (from, None);
    while at < to {
        let line_end = skip(text, at, to, false);
        if line_end == to {
            break;
        }
        let next = skip_one(text, line_end, to)?;
        if text[line_end..].starts_with('\n') {
            last = Some(line_end);
        }
        at = line_end + next;
    }
    last
}

/// Skips white space and comments, up to `limit`. Without `is_across`, stops before the end of the line, and before a
/// comment that goes beyond it.
fn skip(text: &str, from: usize, limit: usize, is_across: bool) -> usize {
    let mut at = from;
    while at < limit {
        match skip_one(text, at, limit) {
            Some(length) if is_across || !text[at..at + length].contains('\n') => at += length,
            _ => return at,
        }
    }
    at
}

/// The length of the comment or of the one white space character at a place. `None` if neither is there.
fn skip_one(text: &str, at: usize, limit: usize) -> Option<usize> {
    let rest = &text[at..limit];
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    rest.chars().next().filter(|c| c.is_whitespace()).map(char::len_utf8)
}

/// The newline of a text's lines.
pub(super) fn newline_of(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The white space that a line begins with.
pub(super) fn indent_at(text: &str, at: usize) -> String {
    let line = &text[line_start(text, at)..at];
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

/// Whether only white space stands before a place on its line.
pub(super) fn is_first_on_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim_start_matches([' ', '\t']).is_empty()
}
