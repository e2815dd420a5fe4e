//! Edits of JSON with comments, as VS Code has it: one value is inserted, replaced or removed, and every other byte stays
//! as it is, comments, commas, line ends and a byte order mark included.
//!
//! Works on text alone. Invariant: what comes out reads as what went in with that one change, or nothing comes out.

mod items;
mod trivia;

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use items::{Items, Place};
use trivia::{indent_at, is_first_on_line, newline_of};

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line, from 1.
    pub(crate) line: usize,
    pub(crate) reason: String,
}

/// A piece of a text that is replaced: `at` counts bytes in the text with all earlier pieces replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) at: usize,
    pub(crate) removed: String,
    pub(crate) inserted: String,
}

/// A value without its place in the text: the keys that lead to it, and what it is.
pub(crate) type Leaf = (Vec<String>, String);

/// Returns the text of the value that these keys lead to. The last one of several equal keys counts, as in VS Code.
pub(crate) fn raw(text: &str, keys: &[String]) -> Option<String> {
    let body = without_mark(text).1;
    let root = parse(body).ok()??;
    Some(value_at(&root, keys)?.text(body).to_owned())
}

/// Returns the text that these keys lead to, with its escapes resolved. `None` if the value is not a string.
pub(crate) fn string(text: &str, keys: &[String]) -> Option<String> {
    let root = parse(without_mark(text).1).ok()??;
    Some(value_at(&root, keys)?.as_string_lit()?.value.to_string())
}

/// Returns the keys of the object that these keys lead to, in their order. `None` if the value is not an object.
pub(crate) fn keys_of(text: &str, keys: &[String]) -> Option<Vec<String>> {
    let root = parse(without_mark(text).1).ok()??;
    let Value::Object(object) = value_at(&root, keys)? else { return None };
    Some(object.properties.iter().map(|property| name_of(&property.name).to_owned()).collect())
}

/// Returns the texts of the elements of the list that these keys lead to. `None` if the value is not a list.
pub(crate) fn elements(text: &str, keys: &[String]) -> Option<Vec<String>> {
    let body = without_mark(text).1;
    let root = parse(body).ok()??;
    let Value::Array(array) = value_at(&root, keys)? else { return None };
    Some(array.elements.iter().map(|element| element.text(body).to_owned()).collect())
}

/// Whether there is a comment inside of the value that these keys lead to.
pub(crate) fn has_comment(text: &str, keys: &[String]) -> bool {
    let body = without_mark(text).1;
    let options = CollectOptions { tokens: true, ..CollectOptions::default() };
    let options = CollectOptions { comments: jsonc_parser::CommentCollectionStrategy::AsTokens, ..options };
    let Ok(parsed) = parse_to_ast(body, &options, &strict()) else { return true };
    let Some(range) = parsed.value.as_ref().and_then(|root| value_at(root, keys)).map(Ranged::range) else {
        return false;
    };
    parsed.tokens.unwrap_or_default().iter().any(|token| {
        let is_comment = matches!(
            token.token,
            jsonc_parser::tokens::Token::CommentLine(_) | jsonc_parser::tokens::Token::CommentBlock(_)
        );
        is_comment && range.start <= token.range.start && token.range.end <= range.end
    })
}

/// The line of the value that these keys lead to, from 1.
pub(crate) fn line(text: &str, keys: &[String]) -> Option<usize> {
    let body = without_mark(text).1;
    let root = parse(body).ok()??;
    Some(line_of(body, value_at(&root, keys)?.range().start))
}

/// A text value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    /// The keys that lead to it; an element of a list is `[0]`.
    pub(crate) keys: Vec<String>,
    pub(crate) value: String,
    /// Its line, from 1.
    pub(crate) line: usize,
}

/// Lists every text value. None of a text that is not JSON.
pub(crate) fn located(text: &str) -> Vec<Located> {
    let body = without_mark(text).1;
    let mut found = Vec::new();
    // VS Code reads on behind an error, and so does this, as far as the parser does.
    let parsed = parse_to_ast(body, &CollectOptions::default(), &ParseOptions::default());
    if let Some(root) = parsed.ok().and_then(|parsed| parsed.value) {
        locate(body, &root, &mut Vec::new(), &mut found);
    }
    found
}

/// Lists every value with the keys that lead to it. Formatting does not count: two texts with equal lists say the same.
pub(crate) fn leaves(text: &str) -> Result<Vec<Leaf>, Fault> {
    let body = without_mark(text).1;
    let mut found = Vec::new();
    if let Some(root) = parse(body)? {
        collect(body, &root, &mut Vec::new(), &mut found);
    }
    Ok(found)
}

/// Sets a value, whose text is `value`; objects above it that are missing are created. An element of a list
/// ([`element_key`]) is added at the end of it. `None` if a value above it is not an object, or for an element not a list.
pub(crate) fn set(text: &str, keys: &[String], value: &str) -> Option<Vec<Piece>> {
    let (mark, body) = without_mark(text);
    let root = parse(body).ok()?;
    let Some(root) = root else {
        if keys.iter().any(|key| is_element_key(key)) {
            return None;
        }
        let (newline, last) = (newline_of(body), body.ends_with('\n') || body.is_empty());
        let inner = nested(keys, value, newline, "", "    ");
        let before = if last { "" } else { newline };
        return Some(vec![inserted(mark.len() + body.len(), format!("{before}{inner}{newline}"))]);
    };
    let known = (0..=keys.len()).rev().find(|count| value_at(&root, &keys[..*count]).is_some())?;
    let found = value_at(&root, &keys[..known])?;
    if known == keys.len() {
        let range = found.range();
        let removed = found.text(body).to_owned();
        return Some(vec![Piece { at: mark.len() + range.start, removed, inserted: value.to_owned() }]);
    }
    let mut pieces = insert(body, &root, found, &keys[known..], value)?;
    for piece in &mut pieces {
        piece.at += mark.len();
    }
    Some(pieces)
}

/// Removes a value with its key, and with its line if that holds nothing else. No pieces if it is not there.
pub(crate) fn remove(text: &str, keys: &[String]) -> Option<Vec<Piece>> {
    let (last, above) = keys.split_last()?;
    let (mark, body) = without_mark(text);
    let root = parse(body).ok()?;
    let above = root.as_ref().and_then(|root| value_at(root, above));
    let found = above.and_then(|above| Some((Items::of(above)?, index_of(above, last)?)));
    let Some((items, index)) = found else { return Some(Vec::new()) };
    let mut cuts = items.cuts(body, index);
    cuts.sort_by_key(|cut| std::cmp::Reverse(cut.0));
    let piece = |(start, end): (usize, usize)| Piece {
        at: mark.len() + start,
        removed: body[start..end].to_owned(),
        inserted: String::new(),
    };
    Some(cuts.into_iter().map(piece).collect())
}

/// Returns the text with the pieces replaced, one after the other. `None` if one does not fit.
pub(crate) fn apply(text: &str, pieces: &[Piece]) -> Option<String> {
    pieces.iter().try_fold(text.to_owned(), |text, piece| {
        let rest = text.get(piece.at..)?.strip_prefix(piece.removed.as_str())?;
        Some(format!("{}{}{rest}", text.get(..piece.at)?, piece.inserted))
    })
}

/// What VS Code accepts without an error.
fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// The value of a text without a byte order mark. `None` if it has none, as an empty file.
fn parse(body: &str) -> Result<Option<Value<'_>>, Fault> {
    let parsed = parse_to_ast(body, &CollectOptions::default(), &strict());
    parsed.map(|parsed| parsed.value).map_err(|error| Fault {
        line: line_of(body, error.range().start),
        reason: format!("invalid JSON: {}", error.kind()),
    })
}

fn without_mark(text: &str) -> (&str, &str) {
    match text.strip_prefix('\u{feff}') {
        Some(body) => text.split_at(text.len() - body.len()),
        None => ("", text),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn name_of<'a>(name: &'a ObjectPropName<'_>) -> &'a str {
    match name {
        ObjectPropName::String(name) => &name.value,
        ObjectPropName::Word(name) => name.value,
    }
}

fn value_at<'a, 'b>(root: &'a Value<'b>, keys: &[String]) -> Option<&'a Value<'b>> {
    keys.iter().try_fold(root, |value, key| {
        let index = index_of(value, key)?;
        match value {
            Value::Object(object) => object.properties.get(index).map(|property| &property.value),
            Value::Array(array) => array.elements.get(index),
            _ => None,
        }
    })
}

/// The place of a value in the one above it. The last one of equal keys counts, as in VS Code.
fn index_of(above: &Value<'_>, key: &str) -> Option<usize> {
    match above {
        Value::Object(object) => {
            object.properties.iter().rposition(|property| name_of(&property.name) == key)
        }
        Value::Array(array) => {
            let is_it = |element: &Value<'_>| name_of_element(element).is_some_and(|own| own == key);
            array.elements.iter().position(is_it)
        }
        _ => None,
    }
}

/// The words with which VS Code names a launch configuration and a task.
const NAMES: [&str; 2] = ["name", "label"];

/// The key of an element of a list that has a name. Unlike its number it stays the same when others come and go.
pub(crate) fn element_key(name: &str) -> String {
    format!("[{}]", quoted(name))
}

fn is_element_key(key: &str) -> bool {
    key.starts_with("[\"")
}

/// The key of an element by its name, if it has one.
fn name_of_element(element: &Value<'_>) -> Option<String> {
    let Value::Object(object) = element else { return None };
    let name = |word: &&str| object.properties.iter().rfind(|property| name_of(&property.name) == *word);
    let name = NAMES.iter().find_map(|word| name(word)?.value.as_string_lit());
    name.map(|name| element_key(&name.value))
}

fn collect(body: &str, value: &Value<'_>, keys: &mut Vec<String>, found: &mut Vec<Leaf>) {
    match value {
        Value::Object(object) if !object.properties.is_empty() => {
            for property in &object.properties {
                keys.push(name_of(&property.name).to_owned());
                collect(body, &property.value, keys, found);
                keys.pop();
            }
        }
        Value::Array(array) if !array.elements.is_empty() => {
            let mut unnamed = 0..;
            for element in &array.elements {
                let by_number = || unnamed.next().map(|number| format!("[{number}]")).unwrap_or_default();
                keys.push(name_of_element(element).unwrap_or_else(by_number));
                collect(body, element, keys, found);
                keys.pop();
            }
        }
        Value::Object(_) => found.push((keys.clone(), "{}".to_owned())),
        Value::Array(_) => found.push((keys.clone(), "[]".to_owned())),
        Value::StringLit(text) => found.push((keys.clone(), format!("string {}", text.value))),
        other => found.push((keys.clone(), other.text(body).to_owned())),
    }
}

fn locate(body: &str, value: &Value<'_>, keys: &mut Vec<String>, found: &mut Vec<Located>) {
    let mut below = |key: String, value: &Value<'_>| {
        keys.push(key);
        locate(body, value, keys, found);
        keys.pop();
    };
    match value {
        Value::Object(object) => {
            object.properties.iter().for_each(|one| below(name_of(&one.name).to_owned(), &one.value));
        }
        Value::Array(array) => {
            array.elements.iter().enumerate().for_each(|(index, one)| below(format!("[{index}]"), one));
        }
        Value::StringLit(text) => found.push(Located {
            keys: keys.clone(),
            value: text.value.to_string(),
            line: line_of(body, text.range.start),
        }),
        _ => {}
    }
}

fn inserted(at: usize, text: String) -> Piece {
    Piece { at, removed: String::new(), inserted: text }
}

/// The text of an object with one property, or of objects in each other.
fn nested(keys: &[String], value: &str, newline: &str, indent: &str, unit: &str) -> String {
    let Some((first, rest)) = keys.split_first() else { return value.to_owned() };
    let inner = format!("{indent}{unit}");
    let value = nested(rest, value, newline, &inner, unit);
    format!("{{{newline}{inner}{}: {value}{newline}{indent}}}", quoted(first))
}

/// A text as JSON writes it.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Inserts a property at the end of an object, or an element at the end of a list.
fn insert(
    body: &str,
    root: &Value<'_>,
    above: &Value<'_>,
    keys: &[String],
    value: &str,
) -> Option<Vec<Piece>> {
    let (first, rest) = keys.split_first()?;
    let is_list = matches!(above, Value::Array(_));
    // An element goes into a list and nothing else does, and no list is made on the way.
    let is_below = is_list && !rest.is_empty();
    if is_list != is_element_key(first) || is_below || rest.iter().any(|key| is_element_key(key)) {
        return None;
    }
    let (newline, unit) = (newline_of(body), unit_of(body, root));
    let item = |place: &Place<'_>| match (is_list, place.is_one_line) {
        (true, true) => value.lines().map(str::trim).collect::<Vec<_>>().join(" "),
        (true, false) => indented(value, newline, place.indent, &unit),
        (false, _) => format!("{}: {}", quoted(first), nested(rest, value, newline, place.indent, &unit)),
    };
    let texts = Items::of(above)?.insert(body, newline, &unit, &item);
    Some(texts.into_iter().map(|(at, text)| inserted(at, text)).collect())
}

/// A text of several lines, which has four spaces for each step, in the style of the file.
fn indented(text: &str, newline: &str, indent: &str, unit: &str) -> String {
    let lines = text.lines().map(|line| {
        let rest = line.trim_start();
        format!("{}{rest}", unit.repeat((line.len() - rest.len()) / 4))
    });
    lines.collect::<Vec<_>>().join(&format!("{newline}{indent}"))
}

/// One step of indentation: that of the first property, else four spaces, as VS Code has it.
fn unit_of(body: &str, root: &Value<'_>) -> String {
    let first = match root {
        Value::Object(object) => object.properties.first(),
        _ => None,
    };
    let first = first.map(|property| property.range.start).filter(|start| is_first_on_line(body, *start));
    first
        .map(|start| indent_at(body, start))
        .filter(|unit| !unit.is_empty())
        .unwrap_or_else(|| "    ".to_owned())
}

#[cfg(test)]
mod tests;
