//! Words of a Dockerfile's instruction, whose bytes remember their place in the file also after variables were expanded.

use std::ops::Range;

/// A text whose bytes each have a place in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Placed {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Placed {
    /// Adds bytes that follow each other in the file.
    pub(super) fn extend(&mut self, bytes: &[u8], start: usize) {
        self.bytes.extend_from_slice(bytes);
        self.places.extend(start..start + bytes.len());
    }

    fn push(&mut self, byte: u8, place: usize) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    fn append(&mut self, other: &Placed) {
        self.bytes.extend_from_slice(&other.bytes);
        self.places.extend_from_slice(&other.places);
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(super) fn part(&self, range: Range<usize>) -> Placed {
        Placed { bytes: self.bytes[range.clone()].to_vec(), places: self.places[range].to_vec() }
    }

    pub(super) fn starts_with(&self, start: &[u8]) -> bool {
        self.bytes.starts_with(start)
    }

    pub(super) fn first(&self) -> usize {
        self.places.first().copied().unwrap_or_default()
    }

    pub(super) fn last(&self) -> usize {
        self.places.last().copied().unwrap_or_default()
    }

    /// The bytes of the file that a part of the text is. `None` if they do not follow each other there.
    pub(super) fn bytes_of(&self, range: Range<usize>) -> Option<Range<usize>> {
        let places = self.places.get(range)?;
        let (first, last) = (places.first()?, places.last()?);
        places.windows(2).all(|pair| pair[1] == pair[0] + 1).then(|| *first..last + 1)
    }

    /// Splits `KEY=VALUE`.
    pub(super) fn split_at_equals(&self) -> Option<(String, Placed)> {
        let at = self.bytes.iter().position(|byte| *byte == b'=')?;
        let key = self.part(0..at).text();
        (!key.is_empty()).then(|| (key, self.part(at + 1..self.bytes.len())))
    }

    /// The rest of the part of a list with commas that begins with this text.
    pub(super) fn after_in_list(&self, start: &str) -> Option<Placed> {
        let mut begin = 0;
        for part in self.bytes.split(|byte| *byte == b',') {
            if part.starts_with(start.as_bytes()) {
                return Some(self.part(begin + start.len()..begin + part.len()));
            }
            begin += part.len() + 1;
        }
        None
    }
}

/// Splits a text into words at white space outside quotes.
pub(super) fn split(text: &Placed, escape: u8) -> Vec<Placed> {
    let (mut words, mut word) = (Vec::new(), Placed::default());
    let mut quote = None;
    let mut is_escaped = false;
    for (byte, place) in text.bytes.iter().copied().zip(text.places.iter().copied()) {
        if quote.is_none() && !is_escaped && byte.is_ascii_whitespace() {
            if !word.bytes.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        match (byte, quote) {
            _ if is_escaped => is_escaped = false,
            (byte, _) if byte == escape && quote != Some(b'\'') => is_escaped = true,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
        word.push(byte, place);
    }
    if !word.bytes.is_empty() {
        words.push(word);
    }
    words
}

/// Expands the variables of a word and removes its quotes. `None` if a variable has no known value, or in forms whose value
/// is not a part of the file (`${X%.*}`).
pub(super) fn expand(word: &Placed, escape: u8, value_of: &dyn Fn(&str) -> Option<Placed>) -> Option<Placed> {
    let bytes = &word.bytes;
    let mut expanded = Placed::default();
    let (mut at, mut quote) = (0, None);
    while let Some(byte) = bytes.get(at) {
        match (*byte, quote) {
            (b'"' | b'\'', None) => quote = Some(*byte),
            (byte, Some(open)) if byte == open => quote = None,
            (byte, _) if byte == escape && quote != Some(b'\'') => {
                at += 1;
                if let Some(byte) = bytes.get(at) {
                    expanded.push(*byte, word.places[at]);
                }
            }
            (b'$', quote) if quote != Some(b'\'') => {
                let (variable, end) = Variable::at(word, at)?;
                expanded.append(&variable.value(escape, value_of)?);
                at = end;
                continue;
            }
            (byte, _) => expanded.push(byte, word.places[at]),
        }
        at += 1;
    }
    Some(expanded)
}

/// `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`.
struct Variable {
    name: String,
    /// The operator and what follows it.
    rest: Option<(Operator, Placed)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    /// `:-` and `-`
    Default,
    /// `:+` and `+`
    Other,
    /// `:?` and `?`
    Required,
}

impl Variable {
    /// Reads the variable at a `$`, and returns the byte after it.
    fn at(word: &Placed, dollar: usize) -> Option<(Variable, usize)> {
        let bytes = &word.bytes;
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let begin = dollar + 1;
        if bytes.get(begin) != Some(&b'{') {
            let len = bytes[begin..].iter().take_while(|byte| is_name(byte)).count();
            let name = word.part(begin..begin + len).text();
            return (len > 0).then_some((Variable { name, rest: None }, begin + len));
        }
        let begin = begin + 1;
        let len = bytes[begin..].iter().take_while(|byte| is_name(byte)).count();
        let name = word.part(begin..begin + len).text();
        let after = begin + len;
        if bytes.get(after) == Some(&b'}') {
            return Some((Variable { name, rest: None }, after + 1));
        }
        let colon = usize::from(bytes.get(after) == Some(&b':'));
        let operator = match bytes.get(after + colon)? {
            b'-' => Operator::Default,
            b'+' => Operator::Other,
            b'?' => Operator::Required,
            _ => return None,
        };
        let start = after + colon + 1;
        let mut depth = 1;
        let end = bytes[start..].iter().position(|byte| {
            depth += i32::from(*byte == b'{') - i32::from(*byte == b'}');
            depth == 0
        })?;
        let rest = word.part(start..start + end);
        Some((Variable { name, rest: Some((operator, rest)) }, start + end + 1))
    }

    fn value(&self, escape: u8, value_of: &dyn Fn(&str) -> Option<Placed>) -> Option<Placed> {
        let value = value_of(&self.name).filter(|value| !value.bytes.is_empty());
        match (&self.rest, value) {
            (None | Some((Operator::Required | Operator::Default, _)), Some(value)) => Some(value),
            (None | Some((Operator::Required, _)), None) => None,
            (Some((Operator::Default, default)), None) => expand(default, escape, value_of),
            (Some((Operator::Other, other)), Some(_)) => expand(other, escape, value_of),
            (Some((Operator::Other, _)), None) => Some(Placed::default()),
        }
    }
}
