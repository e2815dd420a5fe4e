//! JSON with comments, by jsonc-parser.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::node::{Node, ParseFault, Scalar, Style};

pub(super) fn parse(text: &str) -> Result<Vec<Node>, ParseFault> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let before = text.len() - body.len();
    let parsed =
        parse_to_ast(body, &CollectOptions::default(), &ParseOptions::default()).map_err(|error| {
            let line = crate::mention::line_of(body.as_bytes(), error.range().start);
            ParseFault::at(line, format!("invalid JSON: {}", error.kind()))
        })?;
    let reader = Reader { text: body, before };
    Ok(parsed.value.as_ref().map(|value| reader.node(value)).into_iter().collect())
}

struct Reader<'a> {
    text: &'a str,
    /// The bytes before `text` in the file.
    before: usize,
}

impl Reader<'_> {
    /// The parser limits the depth.
    fn node(&self, value: &Value<'_>) -> Node {
        match value {
            Value::StringLit(text) => {
                let range = text.range();
                self.scalar(&text.value, range.start + 1, range.end.saturating_sub(1), Style::Quoted)
            }
            Value::Array(array) => Node::List(array.elements.iter().map(|node| self.node(node)).collect()),
            Value::Object(object) => {
                let pairs = object.properties.iter().filter_map(|property| {
                    let (name, inset) = match &property.name {
                        ObjectPropName::String(name) => (name.value.to_string(), 1),
                        ObjectPropName::Word(name) => (name.value.to_owned(), 0),
                    };
                    let range = property.name.range();
                    let key = self.scalar(&name, range.start + inset, range.end - inset, Style::Quoted);
                    let Node::Scalar(key) = key else { return None };
                    Some((key, self.node(&property.value)))
                });
                Node::Map(pairs.collect())
            }
            value => {
                let range = value.range();
                let text = self.text.get(range.start..range.end).unwrap_or_default();
                self.scalar(text, range.start, range.end, Style::Plain)
            }
        }
    }

    fn scalar(&self, text: &str, start: usize, end: usize, style: Style) -> Node {
        let is_verbatim = self.text.get(start..end) == Some(text);
        let range = start + self.before..end.max(start) + self.before;
        Node::Scalar(Scalar { text: text.to_owned(), range, is_verbatim, style })
    }
}
