//! Whether Go reads a go.mod or go.work at all: its words, its blocks and its directives, as golang.org/x/mod/modfile reads
//! them for the main module.
//!
//! Never: judges a path or a version, which `go mod tidy` may still correct. Invariant: what this refuses, Go refuses too.

use std::iter::Peekable;
use std::str::Chars;

use crate::document::ParseFault;

/// The directives of a go.mod, and whether each may be a block.
const OF_MODULE: [(&str, bool); 10] = [
    ("module", true),
    ("go", false),
    ("toolchain", false),
    ("godebug", true),
    ("require", true),
    ("exclude", true),
    ("replace", true),
    ("retract", true),
    ("tool", true),
    ("ignore", true),
];

/// Those of a go.work.
const OF_WORKSPACE: [(&str, bool); 5] =
    [("go", false), ("toolchain", false), ("godebug", true), ("use", true), ("replace", true)];

/// The directives of which a file may have one.
const ONCE: [&str; 3] = ["module", "go", "toolchain"];

/// What `git` writes where two sides changed the same lines.
const CONFLICT_MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// Fails with the line of what Go does not read.
pub(super) fn check(bytes: &[u8], is_workspace: bool) -> Result<(), ParseFault> {
    let text = String::from_utf8_lossy(bytes);
    let tokens = Lexer { rest: text.chars().peekable(), line: 1, is_line_empty: true }.tokens()?;
    let directives: &[(&str, bool)] = if is_workspace { &OF_WORKSPACE } else { &OF_MODULE };
    Parser { tokens, next: 0, directives, seen: Vec::new() }.file()
}

fn fault(line: usize, reason: impl AsRef<str>) -> ParseFault {
    ParseFault::at(line, format!("not valid: {}", reason.as_ref()))
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    LineEnd,
    /// A comment that is alone in its line, with the line end.
    Comment,
    /// A comment after something, with the line end.
    CommentAtEnd,
    Open,
    Close,
    Word(String),
    FileEnd,
}

impl Token {
    fn ends_line(&self) -> bool {
        matches!(self, Token::LineEnd | Token::CommentAtEnd | Token::FileEnd)
    }
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    is_line_empty: bool,
}

impl Lexer<'_> {
    /// The tokens of the file, each with its line; the last one is its end.
    fn tokens(mut self) -> Result<Vec<(Token, usize)>, ParseFault> {
        let mut tokens = Vec::new();
        loop {
            let line = self.line;
            let was_line_empty = self.is_line_empty;
            let Some(first) = self.rest.next() else {
                tokens.push((Token::FileEnd, line));
                return Ok(tokens);
            };
            let token = match first {
                ' ' | '\t' | '\r' => continue,
                '\n' => self.line_end(Token::LineEnd),
                '/' if self.rest.peek() == Some(&'/') => {
                    while self.rest.next_if(|next| *next != '\n').is_some() {}
                    self.rest.next();
                    self.line_end(if was_line_empty { Token::Comment } else { Token::CommentAtEnd })
                }
                '/' if self.rest.peek() == Some(&'*') => return Err(wrong_comment(line)),
                '(' => self.in_line(Token::Open),
                ')' => self.in_line(Token::Close),
                '[' | ']' | '{' | '}' | ',' => self.in_line(Token::Word(first.to_string())),
                '"' | '`' => {
                    let word = self.quoted(first)?;
                    self.in_line(Token::Word(word))
                }
                _ if !is_of_word(first) => {
                    return Err(fault(line, format!("unexpected character `{}`", first.escape_unicode())));
                }
                _ => {
                    let word = self.word(first)?;
                    self.in_line(Token::Word(word))
                }
            };
            tokens.push((token, line));
        }
    }

    fn line_end(&mut self, token: Token) -> Token {
        self.line += 1;
        self.is_line_empty = true;
        token
    }

    fn in_line(&mut self, token: Token) -> Token {
        self.is_line_empty = false;
        token
    }

    fn word(&mut self, first: char) -> Result<String, ParseFault> {
        let mut word = first.to_string();
        while let Some(next) = self.rest.next_if(|next| is_of_word(*next)) {
            if next == '/' {
                match self.rest.peek() {
                    // The comment begins with this slash.
                    Some('/') => {
                        while self.rest.next_if(|next| *next != '\n').is_some() {}
                        return Ok(word);
                    }
                    Some('*') => return Err(wrong_comment(self.line)),
                    _ => {}
                }
            }
            word.push(next);
        }
        Ok(word)
    }

    fn quoted(&mut self, quote: char) -> Result<String, ParseFault> {
        let mut word = quote.to_string();
        loop {
            match self.rest.next() {
                None | Some('\n') => return Err(fault(self.line, "a quoted text does not end in its line")),
                Some('\\') if quote == '"' => {
                    word.push('\\');
                    word.extend(self.rest.next_if(|next| *next != '\n'));
                }
                Some(next) => {
                    word.push(next);
                    if next == quote {
                        return Ok(word);
                    }
                }
            }
        }
    }
}

fn wrong_comment(line: usize) -> ParseFault {
    fault(line, "a comment begins with `//`, not with `/*`")
}

/// Whether a word may have this character: nothing that is white space or can't be seen, such as a byte order mark.
fn is_of_word(letter: char) -> bool {
    let is_invisible = matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !(is_invisible
        || letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '(' | ')' | '[' | ']' | '{' | '}' | ','))
}

struct Parser<'a> {
    tokens: Vec<(Token, usize)>,
    next: usize,
    directives: &'a [(&'a str, bool)],
    /// Those of [`ONCE`] that the file has.
    seen: Vec<String>,
}

impl Parser<'_> {
    fn file(mut self) -> Result<(), ParseFault> {
        loop {
            match self.peek() {
                Token::LineEnd | Token::Comment | Token::CommentAtEnd => {
                    self.take();
                }
                Token::FileEnd => return Ok(()),
                Token::Open | Token::Close | Token::Word(_) => self.statement()?,
            }
        }
    }

    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::FileEnd, |(token, _)| token)
    }

    /// The line of the next token.
    fn line(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(1, |(_, line)| *line)
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    /// A line, or a block with its lines.
    fn statement(&mut self) -> Result<(), ParseFault> {
        let line = self.line();
        let mut words = Vec::new();
        loop {
            match self.take() {
                Token::Open if !words.is_empty() && self.peek().ends_line() => {
                    return self.block(line, &words);
                }
                Token::Open if !words.is_empty() && *self.peek() == Token::Close => {
                    self.take();
                    if self.peek().ends_line() {
                        self.take();
                        return self.block_name(line, &words).map(drop);
                    }
                    words.extend(["(".to_owned(), ")".to_owned()]);
                }
                token if token.ends_line() => return self.directive(line, &words),
                token => words.push(text_of(token)),
            }
        }
    }

    fn block(&mut self, start: usize, words: &[String]) -> Result<(), ParseFault> {
        let name = self.block_name(start, words)?;
        loop {
            let line = self.line();
            match self.peek() {
                Token::LineEnd | Token::Comment | Token::CommentAtEnd => {
                    self.take();
                }
                Token::FileEnd => return Err(fault(start, format!("the block `{name}` does not end"))),
                Token::Close => {
                    self.take();
                    if !self.peek().ends_line() {
                        return Err(fault(line, "something follows a closing parenthesis"));
                    }
                    self.take();
                    return Ok(());
                }
                Token::Open | Token::Word(_) => {
                    let mut words = vec![name.clone()];
                    loop {
                        match self.take() {
                            token if token.ends_line() => break,
                            token => words.push(text_of(token)),
                        }
                    }
                    self.directive(line, &words)?;
                }
            }
        }
    }

    fn block_name(&self, line: usize, words: &[String]) -> Result<String, ParseFault> {
        match words {
            [name] if self.directives.contains(&(name.as_str(), true)) => Ok(name.clone()),
            words => Err(fault(line, format!("unknown block `{}`", words.join(" ").escape_debug()))),
        }
    }

    fn directive(&mut self, line: usize, words: &[String]) -> Result<(), ParseFault> {
        let Some((verb, arguments)) = words.split_first() else { return Ok(()) };
        let is_mark = |word: &String| CONFLICT_MARKS.contains(&word.as_str());
        if is_mark(verb) || arguments.first().is_some_and(is_mark) {
            return Err(fault(line, "a merge conflict is not resolved"));
        }
        if !self.directives.iter().any(|(name, _)| name == verb) {
            return Err(fault(line, format!("unknown directive `{}`", verb.escape_debug())));
        }
        if ONCE.contains(&verb.as_str()) {
            if self.seen.contains(verb) {
                return Err(fault(line, format!("a second `{verb}` line")));
            }
            self.seen.push(verb.clone());
        }
        let is_complete = match verb.as_str() {
            "require" | "exclude" => arguments.len() == 2,
            "replace" => is_replacement(arguments),
            "retract" => !arguments.is_empty(),
            "godebug" => matches!(arguments, [setting] if setting.contains('=')),
            _ => arguments.len() == 1,
        };
        if is_complete { Ok(()) } else { Err(fault(line, format!("wrong arguments of `{verb}`"))) }
    }
}

/// `OLD [VERSION] => NEW [VERSION]`.
fn is_replacement(arguments: &[String]) -> bool {
    let arrow = if arguments.get(1).is_some_and(|word| word == "=>") { 1 } else { 2 };
    arguments.get(arrow).is_some_and(|word| word == "=>")
        && (arrow + 2..=arrow + 3).contains(&arguments.len())
}

fn text_of(token: Token) -> String {
    match token {
        Token::Word(word) => word,
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::LineEnd | Token::Comment | Token::CommentAtEnd | Token::FileEnd => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<(), (Option<usize>, String)> {
        check(text.as_bytes(), false).map_err(|fault| (fault.line, fault.reason))
    }

    #[test]
    fn what_go_reads_is_valid() {
        for text in [
            "",
            "module m\n\ngo 1.26.9\n",
            "module \"m\" // why\r\ngo 1.26.9//x\r\n\r\ntoolchain default",
            "// Deprecated: x\nmodule (\n\tm\n)\ngodebug default=go1.21\ngodebug (\n\tpanicnil=1\n)\n",
            "module m\nrequire (\n\t// a\n\n\ta.b/c v1.2.3 // indirect\n\td.e/f master\n) // end\nrequire g.h/i v1.0.0\n",
            "module m\nexclude a v1.0.0\nreplace a => ../a\nreplace (\n a v1.0.0 => b v1.0.0\n a => b v1.0.0\n a v1 => `./b c`\n)\n",
            "module m\nretract v1.0.0 // broken\nretract [v1.1.0, v1.2.0]\nretract (\n v1.3.0\n [v1.4.0,v1.5.0]\n)\n",
            "module m\ntool a/b\ntool (\n c/d\n)\nignore ./x\nignore (\n y\n)\nrequire ()\nexclude ( )\n",
        ] {
            assert_eq!(found(text), Ok(()), "{text}");
        }
        let work = "go 1.26\ntoolchain go1.26.9\ngodebug a=b\nuse .\nuse (\n\t./a // x\n\t./b\n)\nreplace a => b v1\n";
        assert_eq!(check(work.as_bytes(), true), Ok(()));
    }

    #[test]
    fn what_go_refuses_is_an_error_with_its_line() {
        for (text, line, reason) in [
            (
                "module m\n<<<<<<< HEAD\ngo 1.26.9\n=======\ngo 1.26.8\n>>>>>>> b\n",
                2,
                "a merge conflict is not resolved",
            ),
            ("module m\nrequire (\n a v1\n=======\n a v2\n)\n", 4, "a merge conflict is not resolved"),
            ("\u{feff}module m\ngo 1.26.9\n", 1, "unexpected character `\\u{feff}`"),
            ("module m\ngo\u{a0}1.26\n", 2, "unexpected character `\\u{a0}`"),
            ("module m\ngos 1.26\n", 2, "unknown directive `gos`"),
            ("module m\nuse ./a\n", 2, "unknown directive `use`"),
            ("module m\ngo (\n 1.26\n)\n", 2, "unknown block `go`"),
            ("module m\nrequire x (\n)\n", 2, "unknown block `require x`"),
            ("module m\ngo 1.26\n\ngo 1.25\n", 4, "a second `go` line"),
            ("module m\nmodule m\n", 2, "a second `module` line"),
            ("module m\nrequire (\n a v1\n", 2, "the block `require` does not end"),
            ("module m\nrequire (\n a v1\n) x\n", 4, "something follows a closing parenthesis"),
            ("module m\nrequire (\n a v1 x\n)\n", 3, "wrong arguments of `require`"),
            ("module m\nreplace a b\n", 2, "wrong arguments of `replace`"),
            ("module m\ngodebug x\n", 2, "wrong arguments of `godebug`"),
            ("module m /* x */\n", 1, "a comment begins with `//`, not with `/*`"),
            ("module \"m\ngo 1.26\n", 1, "a quoted text does not end in its line"),
            (")\n", 1, "unknown directive `)`"),
        ] {
            assert_eq!(found(text), Err((Some(line), format!("not valid: {reason}"))), "{text}");
        }
        assert!(check(b"go 1.26\nrequire a v1\n", true).is_err());
    }
}
