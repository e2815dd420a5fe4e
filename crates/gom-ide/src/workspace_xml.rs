//! The GOROOT in `.idea/workspace.xml` of GoLand: one component on a line of its own, as GoLand writes it.
//!
//! Works on text alone, and reads nothing else of the file. Invariant: an edit changes the component and no other byte.

use std::ops::Range;

use crate::jsonc::{Fault, Leaf, Piece};

/// How the component begins.
const COMPONENT: &str = "<component name=\"GOROOT\"";

/// The end of the file, before which a new component is put.
const END: &str = "</project>";

/// The keys of the value.
pub(crate) const KEY: &str = "GOROOT";

/// The URL of the GOROOT as the file has it, with escapes.
pub(crate) fn raw(text: &str) -> Option<String> {
    url(text).map(|url| text[url].to_owned())
}

/// Its line, from 1.
pub(crate) fn line(text: &str) -> Option<usize> {
    Some(text[..component(text)?.start].matches('\n').count() + 1)
}

/// The URL, and everything else as one text.
pub(crate) fn leaves(text: &str) -> Result<Vec<Leaf>, Fault> {
    if text.matches(COMPONENT).count() > 1 || !text.contains(END) {
        let reason = "it is not a workspace of GoLand with at most one GOROOT".to_owned();
        return Err(Fault { line: 1, reason });
    }
    let rest = match component(text) {
        Some(range) => format!("{}{}", &text[..range.start], &text[range.end..]),
        None => text.to_owned(),
    };
    let url = raw(text).map(|url| (vec![KEY.to_owned()], url));
    Ok(url.into_iter().chain([(vec!["rest".to_owned()], rest)]).collect())
}

/// Sets the URL, whose special characters are escaped already.
pub(crate) fn set(text: &str, value: &str) -> Option<Vec<Piece>> {
    if let Some(url) = url(text) {
        let (at, removed) = (url.start, text[url].to_owned());
        return Some(vec![Piece { at, removed, inserted: value.to_owned() }]);
    }
    if component(text).is_some() {
        return None;
    }
    let at = text.rfind(END)?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let inserted = format!("  {COMPONENT} url=\"{value}\" />{newline}");
    Some(vec![Piece { at, removed: String::new(), inserted }])
}

/// Removes the component with its line.
pub(crate) fn remove(text: &str) -> Vec<Piece> {
    let piece = |range: Range<usize>| Piece {
        at: range.start,
        removed: text[range].to_owned(),
        inserted: String::new(),
    };
    component(text).map(piece).into_iter().collect()
}

/// A path as a URL in an attribute.
pub(crate) fn escaped(path: &str) -> String {
    let escape = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        c => c.to_string(),
    };
    format!("file://{}", path.chars().map(escape).collect::<String>())
}

/// The bytes of the component, with its line if nothing else is on it.
fn component(text: &str) -> Option<Range<usize>> {
    let start = text.find(COMPONENT)?;
    let end = start + text[start..].find("/>")? + 2;
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = end + text[end..].find('\n').map_or(text.len() - end, |newline| newline + 1);
    let is_alone = text[line_start..start].trim().is_empty() && text[end..line_end].trim().is_empty();
    Some(if is_alone { line_start..line_end } else { start..end })
}

/// The bytes of the URL.
fn url(text: &str) -> Option<Range<usize>> {
    let range = component(text)?;
    let inside = &text[range.clone()];
    let start = inside.find("url=\"")? + 5;
    let end = start + inside[start..].find('"')?;
    Some(range.start + start..range.start + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonc::apply;

    /// As GoLand writes it on a Mac with Homebrew's Go.
    const MAC: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n  \
        <component name=\"ChangeListManager\">\n    <option name=\"SHOW_DIALOG\" value=\"false\" />\n  </component>\n  \
        <component name=\"GOROOT\" url=\"file:///opt/homebrew/opt/go/libexec\" />\n  \
        <component name=\"Git.Settings\">\n    <option name=\"RECENT_GIT_ROOT_PATH\" value=\"$PROJECT_DIR$\" />\n  </component>\n</project>";

    #[test]
    fn the_url_is_replaced_added_and_removed_and_nothing_else() {
        assert_eq!(raw(MAC).as_deref(), Some("file:///opt/homebrew/opt/go/libexec"));
        assert_eq!(line(MAC), Some(6));
        let new = escaped("/Users/a&b/.gom/lines/1.26");
        let set_text = apply(MAC, &set(MAC, &new).unwrap()).unwrap();
        assert_eq!(set_text, MAC.replace("/opt/homebrew/opt/go/libexec", "/Users/a&amp;b/.gom/lines/1.26"));
        let without = apply(MAC, &remove(MAC)).unwrap();
        assert_eq!(
            without,
            MAC.replace("  <component name=\"GOROOT\" url=\"file:///opt/homebrew/opt/go/libexec\" />\n", "")
        );
        let added = apply(&without, &set(&without, &new).unwrap()).unwrap();
        assert!(added.ends_with("</component>\n  <component name=\"GOROOT\" url=\"file:///Users/a&amp;b/.gom/lines/1.26\" />\n</project>"));
        assert_eq!(apply(&added, &remove(&added)).unwrap(), without);
        assert!(leaves("{}").is_err());
        assert!(leaves(&MAC.replace("Git.Settings", "GOROOT")).is_err());
    }
}
