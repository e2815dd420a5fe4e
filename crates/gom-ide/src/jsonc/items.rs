//! What an object or a list holds, and the edits that add one more or remove one.

use jsonc_parser::ast::Value;
use jsonc_parser::common::{Range, Ranged};

use super::trivia::{
    comma_after, end_of_line_comments, indent_at, is_first_on_line, last_newline, line_start,
};

/// The properties of an object, or the elements of a list.
pub(super) struct Items {
    /// The place of the opening bracket.
    start: usize,
    /// The place of the closing bracket.
    end: usize,
    /// Where each of them begins and ends.
    ranges: Vec<(usize, usize)>,
}

/// How a new item is laid out.
pub(super) struct Place<'a> {
    /// The white space that its lines begin with.
    pub(super) indent: &'a str,
    /// Whether it stands on one line with the others.
    pub(super) is_one_line: bool,
}

impl Items {
    /// Those of an object or a list. `None` of any other value.
    pub(super) fn of(value: &Value<'_>) -> Option<Items> {
        let (range, items): (_, Vec<Range>) = match value {
            Value::Object(object) => (object.range, object.properties.iter().map(|one| one.range).collect()),
            Value::Array(array) => (array.range, array.elements.iter().map(Ranged::range).collect()),
            _ => return None,
        };
        let ranges = items.into_iter().map(|one| (one.start, one.end)).collect();
        Some(Items { start: range.start, end: range.end - 1, ranges })
    }

    /// The places and texts that put an item at the end. The later one comes first, so that both count in the same text.
    pub(super) fn insert(
        &self,
        body: &str,
        newline: &str,
        unit: &str,
        item: &dyn Fn(&Place<'_>) -> String,
    ) -> Vec<(usize, String)> {
        let (start, bracket) = (self.start, self.end);
        let outer = indent_at(body, start);
        let Some((last_start, end)) = self.ranges.last().copied() else {
            let inner = format!("{outer}{unit}");
            let line = format!("{newline}{inner}{}", item(&Place { indent: &inner, is_one_line: false }));
            // Behind the comments of one that has lines of its own.
            return match last_newline(body, start + 1, bracket) {
                Some(at) if body[..at].ends_with('\r') => vec![(at - 1, line)],
                Some(at) => vec![(at, line)],
                None => vec![(start + 1, format!("{line}{newline}{outer}"))],
            };
        };
        let comma = comma_after(body, end, bracket);
        if !body[start..bracket].contains('\n') {
            let text = item(&Place { indent: &outer, is_one_line: true });
            return match comma {
                Some(comma) => vec![(comma + 1, format!(" {text},"))],
                None => vec![(end, format!(", {text}"))],
            };
        }
        let indent = indent_at(body, last_start);
        let after = comma.map_or(end, |comma| comma + 1);
        let at = end_of_line_comments(body, after, bracket);
        let tail = if comma.is_some() { "," } else { "" };
        let text = item(&Place { indent: &indent, is_one_line: false });
        let line = format!("{newline}{indent}{text}{tail}");
        match comma {
            Some(_) => vec![(at, line)],
            None if at == end => vec![(at, format!(",{line}"))],
            None => vec![(at, line), (end, ",".to_owned())],
        }
    }

    /// The pieces that go with an item: itself, one comma, and its line if nothing else is on it.
    pub(super) fn cuts(&self, body: &str, index: usize) -> Vec<(usize, usize)> {
        let (start, end) = self.ranges[index];
        let bracket = self.end;
        let mut cuts = Vec::new();
        let mut stop = end;
        let mut begin = start;
        let next = comma_after(body, end, bracket);
        if let Some(comma) = next {
            if body[end..comma].trim().is_empty() {
                stop = comma + 1;
            } else {
                cuts.push((comma, comma + 1));
            }
        } else if let Some((_, previous)) = index.checked_sub(1).and_then(|index| self.ranges.get(index))
            && let Some(comma) = comma_after(body, *previous, start)
        {
            if !body[comma..start].contains('\n') && body[comma + 1..start].trim().is_empty() {
                begin = comma;
            } else {
                cuts.push((comma, comma + 1));
            }
        }
        let after = &body[stop..];
        let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
        let rest = &after[blank..];
        let line_end = ["\r\n", "\n"].iter().find(|end| rest.starts_with(**end)).map(|end| end.len());
        if is_first_on_line(body, begin) {
            match line_end {
                Some(len) => (begin, stop) = (line_start(body, begin), stop + blank + len),
                // A comment stays, where the item was.
                None => stop += blank,
            }
        } else if begin == start && next.is_some() {
            // The next item on the line takes the place.
            stop += blank;
        }
        cuts.push((begin, stop));
        cuts
    }
}
