//! The instructions of a Dockerfile: parser directives, comments, continued lines and heredocs.

use super::words::{Placed, split};
use crate::document::ParseFault;

/// A Dockerfile.
pub(super) struct Parsed {
    /// The character that continues a line: `\`, unless a directive says it is `` ` ``.
    pub(super) escape: u8,
    pub(super) instructions: Vec<Instruction>,
}

/// An instruction, without the lines of its heredocs.
pub(super) struct Instruction {
    /// In upper case.
    pub(super) name: String,
    /// What follows the name, on all its lines.
    pub(super) rest: Placed,
}

impl Instruction {
    pub(super) fn words(&self, escape: u8) -> Vec<Placed> {
        split(&self.rest, escape)
    }
}

/// A line with its place in the file.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    /// Without its end.
    text: &'a str,
    number: usize,
}

pub(super) fn parse(text: &str) -> Result<Parsed, ParseFault> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut start = text.len() - body.len();
    let lines = body.split_inclusive('\n').enumerate().map(|(index, line)| {
        let text = line.strip_suffix('\n').unwrap_or(line);
        let one = Line { start, text: text.strip_suffix('\r').unwrap_or(text), number: index + 1 };
        start += line.len();
        one
    });
    let lines: Vec<Line<'_>> = lines.collect();
    let escape = escape_of(&lines);
    let mut instructions = Vec::new();
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        next += 1;
        if is_comment(line.text) || line.text.trim().is_empty() {
            continue;
        }
        let number = line.number;
        let mut joined = Placed::default();
        let mut goes_on = add(&mut joined, *line, escape);
        while goes_on && let Some(line) = lines.get(next) {
            next += 1;
            // Comments and empty lines between continued lines are left out.
            if is_comment(line.text) || line.text.trim().is_empty() {
                continue;
            }
            goes_on = add(&mut joined, *line, escape);
        }
        let instruction = named(&joined);
        for heredoc in heredocs(&instruction, escape) {
            let is_end = |line: &Line<'_>| {
                let text = if heredoc.drops_tabs { line.text.trim_start_matches('\t') } else { line.text };
                text == heredoc.name
            };
            let Some(end) = lines[next..].iter().position(is_end) else {
                return Err(ParseFault::at(
                    number,
                    format!("the heredoc `{}` has no end", heredoc.name.escape_debug()),
                ));
            };
            next += end + 1;
        }
        instructions.push(instruction);
    }
    Ok(Parsed { escape, instructions })
}

/// The escape character. Directives stand at the top, before any other line.
fn escape_of(lines: &[Line<'_>]) -> u8 {
    for line in lines {
        let Some(directive) = line.text.trim().strip_prefix('#') else { break };
        let Some((key, value)) = directive.split_once('=') else { break };
        match key.trim().to_ascii_lowercase().as_str() {
            "escape" if value.trim() == "`" => return b'`',
            "escape" | "syntax" | "check" => {}
            _ => break,
        }
    }
    b'\\'
}

fn is_comment(text: &str) -> bool {
    text.trim_start().starts_with('#')
}

/// Adds a line without its continuation mark, and returns whether it has one.
fn add(joined: &mut Placed, line: Line<'_>, escape: u8) -> bool {
    let text = line.text.trim_end_matches([' ', '\t']);
    let bytes = text.as_bytes();
    // A doubled escape character stands for itself.
    let goes_on = bytes.last() == Some(&escape) && (bytes.len() < 2 || bytes[bytes.len() - 2] != escape);
    let kept = if goes_on { &bytes[..bytes.len() - 1] } else { line.text.as_bytes() };
    joined.extend(kept, line.start);
    goes_on
}

fn named(joined: &Placed) -> Instruction {
    let text = joined.text();
    let begin = text.len() - text.trim_start().len();
    let len = text[begin..].find(char::is_whitespace).unwrap_or(text.len() - begin);
    let name = text[begin..begin + len].to_ascii_uppercase();
    let rest = joined.part(begin + len..text.len());
    // The instruction behind ONBUILD may have heredocs, and a FROM can't follow it.
    if name == "ONBUILD" { named(&rest) } else { Instruction { name, rest } }
}

struct Heredoc {
    name: String,
    drops_tabs: bool,
}

/// The heredocs that an instruction begins. Only these instructions can have some.
fn heredocs(instruction: &Instruction, escape: u8) -> Vec<Heredoc> {
    if !matches!(instruction.name.as_str(), "RUN" | "COPY" | "ADD") {
        return Vec::new();
    }
    let words = instruction.words(escape);
    let found = words.iter().filter_map(|word| {
        let text = word.text();
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (drops_tabs, name) = match rest.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, rest),
        };
        let quotes = ['"', '\''];
        let name =
            quotes.iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(name);
        let is_name = !name.is_empty() && !name.contains(['<', '"', '\'', '(', ')', ';']);
        is_name.then(|| Heredoc { name: name.to_owned(), drops_tabs })
    });
    found.collect()
}
