//! The quoted texts of a file in a programming language, each with the call and the word before it. Comments are skipped.

use std::ops::Range;

/// How a language writes comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comments {
    /// `# ...`
    Hash,
    /// `// ...` and `/* ... */`
    Slashes,
}

/// A quoted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal<'a> {
    /// The bytes between the quotes.
    pub(super) range: Range<usize>,
    /// These bytes, as they are written.
    pub(super) text: &'a str,
    /// The call around it: `go_sdk.download`.
    pub(super) call: String,
    /// The word before it: `version` of `version = "1.22"`, `image` of `image 'golang'`.
    pub(super) word: String,
}

/// Finds every quoted text.
pub(super) fn literals(text: &str, comments: Comments) -> Vec<Literal<'_>> {
    let bytes = text.as_bytes();
    let (mut found, mut calls, mut word) = (Vec::new(), Vec::<String>::new(), String::new());
    let mut is_word_complete = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &text[at..];
        if let Some(end) = comment_end(rest, comments) {
            at += end;
            continue;
        }
        match byte {
            b'"' | b'\'' => {
                let (inner, next) = quoted(text, at);
                let call = calls.last().cloned().unwrap_or_default();
                found.push(Literal {
                    text: text.get(inner.clone()).unwrap_or_default(),
                    range: inner,
                    call,
                    word: std::mem::take(&mut word),
                });
                at = next;
                continue;
            }
            b'(' => calls.push(std::mem::take(&mut word)),
            b')' => {
                calls.pop();
                word.clear();
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' => {
                if is_word_complete {
                    word.clear();
                }
                word.push(char::from(*byte));
                is_word_complete = false;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'=' | b':' => is_word_complete = true,
            _ => word.clear(),
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    found
}

/// The length of the comment that a text begins with.
fn comment_end(rest: &str, comments: Comments) -> Option<usize> {
    let line = || Some(rest.find('\n').unwrap_or(rest.len()));
    match comments {
        Comments::Hash if rest.starts_with('#') => line(),
        Comments::Slashes if rest.starts_with("//") => line(),
        Comments::Slashes if rest.starts_with("/*") => {
            Some(rest[2..].find("*/").map_or(rest.len(), |at| at + 4))
        }
        _ => None,
    }
}

/// The bytes inside the quotes that begin at `at`, and the byte after them.
fn quoted(text: &str, at: usize) -> (Range<usize>, usize) {
    let mark = &text[at..=at];
    let triple = mark.repeat(3);
    if text[at..].starts_with(&triple) {
        let start = at + 3;
        let end = text[start..].find(&triple).map_or(text.len(), |end| start + end);
        return (start..end, (end + 3).min(text.len()));
    }
    let start = at + 1;
    let mut escaped = false;
    for (offset, c) in text[start..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // Neither language lets such a text go over the end of a line.
            '\n' => return (start..start + offset, start + offset),
            c if mark.starts_with(c) => return (start..start + offset, start + offset + 1),
            _ => {}
        }
    }
    (start..text.len(), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_call_and_word() {
        let text =
            "# \"no\"\ngo_sdk.download(\n    name = \"x\",\n    version = \"1.22.6\",  # 'é'\n)\nf(['a'])\n";
        let found: Vec<(&str, String, String)> =
            literals(text, Comments::Hash).into_iter().map(|one| (one.text, one.call, one.word)).collect();
        let one = |text, call: &str, word: &str| (text, call.to_owned(), word.to_owned());
        assert_eq!(
            found,
            [
                one("x", "go_sdk.download", "name"),
                one("1.22.6", "go_sdk.download", "version"),
                one("a", "f", "")
            ]
        );
    }

    #[test]
    fn comments_and_escapes_are_skipped() {
        let text = "// 'a'\n/* 'b' */ image 'c\\'d' '''e\n'f''' \"open\n'g";
        let found: Vec<&str> = literals(text, Comments::Slashes).into_iter().map(|one| one.text).collect();
        assert_eq!(found, ["c\\'d", "e\n'f", "open", "g"]);
    }
}
