//! YAML, by the events of granit-parser.

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};

use super::node::{DEPTH, Node, ParseFault, Scalar, Style};

pub(super) fn parse(text: &str) -> Result<Vec<Node>, ParseFault> {
    // A byte order mark is not part of the first document.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        Reader { parser: Parser::new_from_str(body), text: body, before: text.len() - body.len() };
    let mut documents = Vec::new();
    while let Some((event, span)) = reader.next()? {
        match event {
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            Event::StreamEnd => break,
            event => documents.extend(reader.node(event, span, 0)?),
        }
    }
    Ok(documents)
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    text: &'a str,
    /// The bytes before `text` in the file.
    before: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, ParseFault> {
        self.parser
            .next()
            .transpose()
            .map_err(|error| ParseFault::at(error.marker().line(), format!("invalid YAML: {}", error.info())))
    }

    /// Reads the value that begins with an event. `None` for an alias: its value stands elsewhere.
    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Option<Node>, ParseFault> {
        if depth > DEPTH {
            return Err(ParseFault::at(span.start.line(), "it is nested too deeply"));
        }
        match event {
            Event::Scalar(text, style, ..) => Ok(Some(Node::Scalar(self.scalar(&text, style, span)))),
            Event::SequenceStart(..) => {
                let mut nodes = Vec::new();
                while let Some((event, span)) = self.next()? {
                    if event == Event::SequenceEnd {
                        break;
                    }
                    nodes.extend(self.node(event, span, depth + 1)?);
                }
                Ok(Some(Node::List(nodes)))
            }
            Event::MappingStart(..) => {
                let mut pairs = Vec::new();
                while let Some((event, span)) = self.next()? {
                    if event == Event::MappingEnd {
                        break;
                    }
                    let key = self.node(event, span, depth + 1)?;
                    let Some((event, span)) = self.next()? else { break };
                    let value = self.node(event, span, depth + 1)?;
                    if let (Some(Node::Scalar(key)), Some(value)) = (key, value) {
                        pairs.push((key, value));
                    }
                }
                Ok(Some(Node::Map(pairs)))
            }
            _ => Ok(None),
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, span: Span) -> Scalar {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let (mut start, mut end) = (self.byte_of(span.start), self.byte_of(span.end));
        start += properties_len(self.text.get(start..end).unwrap_or_default());
        if style == Style::Quoted {
            (start, end) = (start + 1, end.saturating_sub(1));
        }
        if style == Style::Plain {
            // The span of a plain value may reach over the blanks behind it.
            let written = self.text.get(start..end).unwrap_or_default();
            end = start + written.trim_end().len();
        }
        let is_verbatim = style != Style::Block && self.text.get(start..end) == Some(text);
        Scalar {
            text: text.to_owned(),
            range: start + self.before..end.max(start) + self.before,
            is_verbatim,
            style,
        }
    }

    fn byte_of(&self, marker: Marker) -> usize {
        // A parser of text always knows the byte.
        marker.byte_offset().unwrap_or(self.text.len())
    }
}

/// The length of an anchor and a tag before a value, with the blanks after them: no value begins with `&` or `!`.
fn properties_len(text: &str) -> usize {
    let mut rest = text;
    while rest.starts_with(['&', '!']) {
        rest = rest.find(char::is_whitespace).map_or("", |end| rest[end..].trim_start());
    }
    text.len() - rest.len()
}
