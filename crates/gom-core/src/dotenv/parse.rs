//! Parses the text of a `.env` file by the rules of the crate `dotenvy` 0.15 and its Ruby ancestor.
//!
//! Owns: the grammar. Never: reads a file or the process environment. Invariant: every line belongs to a variable,
//! is blank, is a comment, or is an error with its number.
//!
//! - `NAME=VALUE`, optionally with spaces around `=` and `export` before it. NAME has letters, digits, `_`
//!   and `.`.
//! - In `'...'` every character stands for itself. In `"..."` and outside of quotes, `\` removes the meaning
//!   of `\`, quotes, `$` and a space, and `\n` is a line break. Both kinds of quotes may hold line breaks.
//! - `${NAME}` is replaced by the variable, and so is `$NAME`, whose name has only letters and digits.
//! - A `#` at the start of a line or after a space begins a comment. Only a comment may follow a space.

use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Chars;

/// The 1-based number of an invalid line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadLine(pub(super) usize);

/// A variable, and the 1-based line on which it ends.
pub(super) type Parsed = (String, String, usize);

/// Parses the variables in order. `lookup` returns a variable of the environment, which beats the file.
pub(super) fn parse(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Parsed>, BadLine> {
    let mut known: HashMap<String, String> = HashMap::new();
    let mut parsed = Vec::new();
    let (mut rest, mut number) = (text, 0);
    while !rest.is_empty() {
        let entry = Entry::next(rest);
        number += entry.lines;
        rest = &rest[entry.length..];
        let variable = |name: &str| lookup(name).or_else(|| known.get(name).cloned()).unwrap_or_default();
        let bad = || BadLine(number);
        if !entry.is_closed {
            return Err(bad());
        }
        if is_blank(entry.text) {
            continue;
        }
        let (name, value) = assignment(entry.text, &variable).ok_or_else(bad)?;
        known.insert(name.clone(), value.clone());
        parsed.push((name, value, number));
    }
    Ok(parsed)
}

/// One line, or the lines that a quoted value joins.
struct Entry<'a> {
    /// The text without the comment at its end.
    text: &'a str,
    /// The length in bytes, up to the next entry.
    length: usize,
    lines: usize,
    /// Whether its quotes are closed.
    is_closed: bool,
}

impl Entry<'_> {
    fn next(rest: &str) -> Entry<'_> {
        let (mut length, mut lines) = (0, 0);
        let mut state = State::Plain;
        for line in rest.split_inclusive('\n') {
            let start = length;
            length += line.len();
            lines += 1;
            if rest[..length].trim_start().starts_with('#') {
                return Entry { text: "", length, lines, is_closed: true };
            }
            for (at, letter) in line.char_indices() {
                if state == State::Space && letter == '#' {
                    return Entry { text: &rest[..start + at], length, lines, is_closed: true };
                }
                state = state.after(letter);
            }
            if !state.is_in_quotes() {
                return Entry { text: &rest[..length], length, lines, is_closed: true };
            }
        }
        Entry { text: &rest[..length], length, lines, is_closed: false }
    }
}

/// The state at the end of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    /// After a space, where a comment may begin.
    Space,
    /// After a `\`.
    Escape,
    Single,
    SingleEscape,
    Double,
    DoubleEscape,
}

impl State {
    fn after(self, letter: char) -> State {
        match (self, letter) {
            (State::Single, '\\') => State::SingleEscape,
            (State::Double, '\\') => State::DoubleEscape,
            (State::Single, '\'') | (State::Double, '"') | (State::Escape, _) => State::Plain,
            (State::Single | State::SingleEscape, _) => State::Single,
            (State::Double | State::DoubleEscape, _) => State::Double,
            (State::Plain | State::Space, letter) => State::outside_quotes(letter),
        }
    }

    fn outside_quotes(letter: char) -> State {
        match letter {
            '\\' => State::Escape,
            '"' => State::Double,
            '\'' => State::Single,
            letter if letter.is_whitespace() && !matches!(letter, '\n' | '\r') => State::Space,
            _ => State::Plain,
        }
    }

    fn is_in_quotes(self) -> bool {
        matches!(self, State::Single | State::SingleEscape | State::Double | State::DoubleEscape)
    }
}

fn is_blank(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || text.starts_with('#')
}

/// Parses the variable of one entry.
fn assignment(text: &str, variable: &dyn Fn(&str) -> String) -> Option<(String, String)> {
    let (mut name, mut rest) = name(text.trim())?;
    if name == "export" && !rest.starts_with('=') {
        (name, rest) = self::name(rest)?;
    }
    let value = rest.strip_prefix('=')?.trim_start();
    let value = if value.starts_with('#') { String::new() } else { self::value(value, variable)? };
    Some((name.to_owned(), value))
}

/// Splits off a name at the start of `text`, and the space after it.
fn name(text: &str) -> Option<(&str, &str)> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    let (name, rest) = text.split_at(text.find(|letter| !is_part(letter)).unwrap_or(text.len()));
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    is_name.then_some((name, rest.trim_start()))
}

fn value(text: &str, variable: &dyn Fn(&str) -> String) -> Option<String> {
    let mut value = String::new();
    let mut letters = text.chars().peekable();
    let mut is_double = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' => is_double = !is_double,
            '\\' => push_escaped(&mut letters, &mut value)?,
            '$' => value.push_str(&variable(&referred(&mut letters)?)),
            '\'' if !is_double => single_quoted(&mut letters, &mut value)?,
            ' ' | '\t' if !is_double => {
                let behind = letters.find(|letter| !matches!(letter, ' ' | '\t'));
                return behind.is_none_or(|letter| letter == '#').then_some(value);
            }
            letter => value.push(letter),
        }
    }
    (!is_double).then_some(value)
}

/// Appends the character that `\` and the next character stand for: none at the end of the value.
fn push_escaped(letters: &mut Peekable<Chars<'_>>, value: &mut String) -> Option<()> {
    match letters.next() {
        Some('n') => value.push('\n'),
        Some(letter @ ('\\' | '\'' | '"' | '$' | ' ')) => value.push(letter),
        Some(_) => return None,
        None => {}
    }
    Some(())
}

fn single_quoted(letters: &mut Peekable<Chars<'_>>, value: &mut String) -> Option<()> {
    loop {
        match letters.next()? {
            '\'' => return Some(()),
            letter => value.push(letter),
        }
    }
}

/// Reads the name after a `$`, in braces or not.
fn referred(letters: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut name = String::new();
    if letters.next_if_eq(&'{').is_none() {
        name.extend(std::iter::from_fn(|| letters.next_if(|letter| letter.is_alphanumeric())));
        return Some(name);
    }
    loop {
        match letters.next()? {
            '}' => return Some(name),
            letter => name.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        let parsed = parse(text, &|_| None).unwrap_or_else(|bad| panic!("{bad:?} in {text:?}"));
        parsed.into_iter().map(|(name, value, _)| (name, value)).collect()
    }

    fn value_of(assignment: &str) -> Option<String> {
        Some(parse(assignment, &|_| None).ok()?.pop()?.1)
    }

    #[test]
    fn names_and_spaces_around_them() {
        let text =
            "\nKEY=1\n  A_b.9  =  2\nexport=3\nexport   SHELL=4\nEMPTY=\nSPACES=     \nNOTE=   # no value\n";
        let expected = [
            ("KEY", "1"),
            ("A_b.9", "2"),
            ("export", "3"),
            ("SHELL", "4"),
            ("EMPTY", ""),
            ("SPACES", ""),
            ("NOTE", ""),
        ];
        assert_eq!(values(text), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn quotes_escapes_and_comments() {
        for (text, value) in [
            ("A=\"2\"", "2"),
            ("A='fo ur'", "fo ur"),
            ("A=s\\ ix", "s ix"),
            ("A=\"a\\nb\\\"c\\$d\\\\\"", "a\nb\"c$d\\"),
            ("A='a\\nb$C'", "a\\nb$C"),
            ("A=one'two'\"three\"", "onetwothree"),
            ("A=v # comment", "v"),
            ("A=v  # comment", "v"),
            ("A=v#none", "v#none"),
            ("A=\"v # none\" # comment", "v # none"),
            ("A=\"it's\"", "it's"),
            ("A='two\nlines'", "two\nlines"),
            ("A=\"two\nlines\"", "two\nlines"),
            ("A=v ", "v"),
            ("A=v\r\n", "v"),
            ("A=v\\", "v"),
            ("A=a=b", "a=b"),
        ] {
            assert_eq!(value_of(text).as_deref(), Some(value), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_assignment_is_an_error_with_its_line() {
        for text in [
            "word",
            "A",
            "1A=x",
            "=x",
            "A-B=x",
            "export A",
            "A=two words",
            "A=\\x",
            "A='open",
            "A=\"open",
            "A=${open",
            "A='it\\'s'",
            "export export A=1",
        ] {
            assert_eq!(parse(&format!("X=1\n{text}\n"), &|_| None), Err(BadLine(2)), "{text:?}");
        }
        assert_eq!(parse("A='two\nlines' and more\n", &|_| None), Err(BadLine(2)));
        assert_eq!(parse("A='open\n\n\n", &|_| None), Err(BadLine(3)));
    }

    #[test]
    fn variables_of_the_environment_beat_those_above() {
        let lookup = |name: &str| match name {
            "HOST" => Some("environment".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let text =
            "HOST=file\nEMPTY=file\nA=a\nB=b\nA=c\nALL=$HOST,${EMPTY},$A$B,${A}x,$none,\\$A,'$A',\"$A\"\n";
        let all = parse(text, &lookup).unwrap().pop().unwrap();
        assert_eq!(all, ("ALL".to_owned(), "environment,,cb,cx,,$A,$A,c".to_owned(), 6));
        // A name without braces ends before the first character that is not a letter or digit.
        assert_eq!(value_of("A=1\nA_B=2\nC=$A_B").as_deref(), Some("1_B"));
        assert_eq!(value_of("A=1\nA_B=2\nC=${A_B}").as_deref(), Some("2"));
    }

    #[test]
    fn a_variable_is_put_in_as_it_is() {
        assert_eq!(value_of("A='\"\\$B #'\nB=b\nC=$A").as_deref(), Some("\"\\$B #"));
    }
}
