//! TOML, by the spans of the `toml` crate.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Node, ParseFault, Scalar, Style};

pub(super) fn parse(text: &str) -> Result<Vec<Node>, ParseFault> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = crate::mention::line_of(text.as_bytes(), at);
        let reason = error.message().lines().next().unwrap_or_default();
        ParseFault::at(line, format!("invalid TOML: {reason}"))
    })?;
    Ok(vec![map(text, table.get_ref())])
}

fn map(text: &str, table: &DeTable<'_>) -> Node {
    let mut pairs: Vec<(Scalar, Node)> = table
        .iter()
        .map(|(key, value)| {
            let span = key.span();
            let range = unquoted(text, span.start, span.end);
            let is_verbatim = text.get(range.clone()) == Some(key.get_ref().as_ref());
            let key = Scalar { text: key.get_ref().to_string(), range, is_verbatim, style: Style::Quoted };
            (key, node(text, value))
        })
        .collect();
    // The table is sorted by its keys.
    pairs.sort_by_key(|(key, _)| key.range.start);
    Node::Map(pairs)
}

/// The parser limits the depth.
fn node(text: &str, value: &Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let scalar = |content: &str, style: Style| {
        let range = if style == Style::Quoted { unquoted(text, span.start, span.end) } else { span.clone() };
        let is_verbatim = text.get(range.clone()) == Some(content);
        Node::Scalar(Scalar { text: content.to_owned(), range, is_verbatim, style })
    };
    match value.get_ref() {
        DeValue::String(content) => scalar(content, Style::Quoted),
        DeValue::Array(values) => Node::List(values.iter().map(|value| node(text, value)).collect()),
        DeValue::Table(table) => map(text, table),
        _ => scalar(text.get(span.clone()).unwrap_or_default(), Style::Plain),
    }
}

/// The bytes of a text without its quotes, of which there are one or three on each side.
fn unquoted(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let written = text.get(start..end).unwrap_or_default();
    for quotes in ["\"\"\"", "'''", "\"", "'"] {
        if written.len() >= 2 * quotes.len() && written.starts_with(quotes) && written.ends_with(quotes) {
            return start + quotes.len()..end - quotes.len();
        }
    }
    start..end
}
