//! The block of lines that gom keeps in a start-up file: finds it, adds it, changes it, takes it out.
//!
//! Owns: the form of the block. Works on bytes alone and touches no disk. Invariant: no byte outside of the block is
//! ever changed, except the newline that gom itself put before it. The first line of the block holds a sum of its
//! content, so any version of gom can tell whether somebody else has changed it.

use std::fmt::Write;
use std::ops::Range;

use gom_core::digest::Sha256Digest;

const BEGIN: &str = "# >>> gom >>>";
const END: &str = "# <<< gom <<<";
const EXPLAINED: &str = "written by `gom setup`, removed by `gom setup --undo`";

/// What taking out the block has to undo besides its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// gom created the file.
    pub(crate) is_new_file: bool,
    /// gom created so many folders above the file.
    pub(crate) new_folders: usize,
    /// The file had no newline at its end, so gom put one before the block.
    pub(crate) added_newline: bool,
}

/// The block in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Its bytes in the file, with the newline at its end.
    span: Range<usize>,
    /// The number of its first line, from 1.
    pub(crate) first_line: usize,
    /// Its lines as they are in the file, without line ends.
    pub(crate) lines: Vec<String>,
    pub(crate) origin: Origin,
    /// The lines between the first and the last one.
    pub(crate) body: String,
    /// Whether it is as gom wrote it.
    pub(crate) is_intact: bool,
}

/// Why gom's lines in a file can't be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrokenBlock {
    /// The number of the line, from 1.
    pub(crate) line: usize,
    /// What is wrong there.
    pub(crate) reason: &'static str,
}

/// Finds the block in a file.
pub(crate) fn find(content: &[u8]) -> Result<Option<Block>, BrokenBlock> {
    let mut begin: Option<(usize, usize)> = None;
    let mut found: Option<Block> = None;
    let mut at = 0;
    for (index, line) in content.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let broken = |reason| Err(BrokenBlock { line: number, reason });
        if is_marker(line, BEGIN) {
            match (begin, &found) {
                (Some(_), _) => return broken("a second block begins before the first one ends"),
                (None, Some(_)) => return broken("there is a second block"),
                (None, None) => begin = Some((number, at)),
            }
        } else if is_marker(line, END) {
            let Some((first_line, start)) = begin.take() else {
                return broken("a block ends that has not begun");
            };
            found = Some(read(content, start..at + line.len(), first_line));
        }
        at += line.len();
    }
    match begin {
        Some((line, _)) => Err(BrokenBlock { line, reason: "a block begins that does not end" }),
        None => Ok(found),
    }
}

fn is_marker(line: &[u8], marker: &str) -> bool {
    line.trim_ascii_start().starts_with(marker.as_bytes())
}

fn read(content: &[u8], span: Range<usize>, first_line: usize) -> Block {
    let text = String::from_utf8_lossy(&content[span.clone()]).into_owned();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let body = lines[1..lines.len() - 1].join("\n");
    let origin = origin_of(&lines[0]);
    let is_intact =
        lines.first() == Some(&first_line_of(&body, origin)) && lines.last().is_some_and(|last| last == END);
    Block { span, first_line, lines, origin, body, is_intact }
}

/// The first line of a block: the marker, what it is, and in brackets its sum and its origin.
fn first_line_of(body: &str, origin: Origin) -> String {
    let mut notes = String::new();
    if origin.is_new_file {
        notes.push_str(", new file");
    }
    if origin.new_folders > 0 {
        // Writing to a string does not fail.
        let _ = write!(notes, ", new folders: {}", origin.new_folders);
    }
    if origin.added_newline {
        notes.push_str(", newline added");
    }
    let sum = Sha256Digest::of(format!("{notes}\n{body}").as_bytes()).to_string();
    format!("{BEGIN} {EXPLAINED} [{}{notes}]", &sum[..8])
}

/// Reads the notes of a first line. What is not understood makes the line another one than gom's.
fn origin_of(line: &str) -> Origin {
    let mut origin = Origin::default();
    let notes = line.rsplit_once('[').map_or("", |(_, notes)| notes.trim_end_matches(']'));
    for note in notes.split(", ").skip(1) {
        match note {
            "new file" => origin.is_new_file = true,
            "newline added" => origin.added_newline = true,
            _ => {
                let count = note.strip_prefix("new folders: ").and_then(|count| count.parse().ok());
                origin.new_folders = count.unwrap_or_default();
            }
        }
    }
    origin
}

/// Adds a block at the end of a file. Sets in `origin` whether a newline had to be put before it.
pub(crate) fn append(content: &[u8], body: &str, origin: Origin, newline: &str) -> Vec<u8> {
    let added_newline = content.last().is_some_and(|last| *last != b'\n');
    let mut new = content.to_vec();
    if added_newline {
        new.extend_from_slice(newline.as_bytes());
    }
    new.extend_from_slice(&text(body, Origin { added_newline, ..origin }, newline));
    new
}

fn text(body: &str, origin: Origin, newline: &str) -> Vec<u8> {
    let first = first_line_of(body, origin);
    let lines = std::iter::once(first.as_str()).chain(body.lines()).chain([END]);
    lines.flat_map(|line| [line, newline]).collect::<String>().into_bytes()
}

/// The newline of a file's lines.
pub(crate) fn newline_of(content: &[u8]) -> &'static str {
    let first = content.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    if first.ends_with(b"\r\n") { "\r\n" } else { "\n" }
}

impl Block {
    /// Replaces the lines of the block, at its place.
    pub(crate) fn replaced(&self, content: &[u8], body: &str, newline: &str) -> Vec<u8> {
        let text = text(body, self.origin, newline);
        [&content[..self.span.start], &text, &content[self.span.end..]].concat()
    }

    /// Takes the block out.
    pub(crate) fn removed(&self, content: &[u8]) -> Vec<u8> {
        let (before, after) = (&content[..self.span.start], &content[self.span.end..]);
        // If something was added behind the block, the newline separates it from the line before.
        let before =
            if self.origin.added_newline && after.is_empty() { without_newline(before) } else { before };
        [before, after].concat()
    }

    /// What is in the file after the block.
    pub(crate) fn rest<'a>(&self, content: &'a [u8]) -> &'a [u8] {
        &content[self.span.end..]
    }

    /// The number of its last line.
    pub(crate) fn last_line(&self) -> usize {
        self.first_line + self.lines.len() - 1
    }
}

fn without_newline(content: &[u8]) -> &[u8] {
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    content.strip_suffix(b"\r").unwrap_or(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "if [ -r '/x/env' ]; then . '/x/env'; fi";

    fn added(content: &[u8]) -> Vec<u8> {
        append(content, BODY, Origin::default(), newline_of(content))
    }

    #[test]
    fn what_was_before_is_there_again_byte_for_byte() {
        for content in
            [&b""[..], b"\n", b"a", b"a\n", b"a\r\n", b"a\r\nb", b"\n\n\n", b"a\n\xff\xfe\n", b"a\rb\\"]
        {
            let new = added(content);
            assert!(new.starts_with(content));
            let block = find(&new).unwrap().unwrap();
            assert!(block.is_intact, "{}", String::from_utf8_lossy(&new));
            assert_eq!(block.body, BODY);
            assert_eq!(block.removed(&new), content, "{content:?}");
        }
    }

    #[test]
    fn bytes_that_came_later_stay() {
        for content in [&b"a\n"[..], b"a", b""] {
            let mut new = added(content);
            new.extend_from_slice(b"later");
            let left = find(&new).unwrap().unwrap().removed(&new);
            let expected = if content == b"a" { &b"a\nlater"[..] } else { &[content, b"later"].concat() };
            assert_eq!(left, expected);
        }
        // And what was added before it.
        let new = [&b"earlier\n"[..], &added(b"a")].concat();
        assert_eq!(find(&new).unwrap().unwrap().removed(&new), b"earlier\na");
    }

    #[test]
    fn the_block_takes_the_newlines_of_the_file() {
        let new = String::from_utf8(added(b"a\r\nb\r\n")).unwrap();
        assert_eq!(new.matches("\r\n").count(), new.matches('\n').count());
        assert!(find(new.as_bytes()).unwrap().unwrap().is_intact);
    }

    #[test]
    fn every_changed_line_is_noticed() {
        let origin = Origin { is_new_file: true, new_folders: 2, added_newline: false };
        let new = String::from_utf8(append(b"", BODY, origin, "\n")).unwrap();
        let block = find(new.as_bytes()).unwrap().unwrap();
        assert_eq!((block.origin, block.is_intact), (origin, true));
        for changed in [
            new.replace("/x/env", "/y/env"),
            new.replace("; fi\n", "; fi\necho more\n"),
            new.replace(", new file", ""),
            new.replace("folders: 2", "folders: 3"),
            new.replace("removed by", "taken out by"),
            new.replace("# <<<", "  # <<<"),
            new.replace("# <<< gom <<<", "# <<< gom <<< mine"),
        ] {
            assert_ne!(changed, new);
            assert!(!find(changed.as_bytes()).unwrap().unwrap().is_intact, "{changed}");
        }
    }

    #[test]
    fn a_broken_block_is_an_error_with_its_line() {
        let block = String::from_utf8(added(b"")).unwrap();
        let [first, body, last] = block.lines().collect::<Vec<_>>()[..] else { panic!("{block}") };
        for (content, line) in [
            (format!("a\n{first}\n{body}\n"), 2),
            (format!("a\n{last}\n{first}\n{body}\n"), 2),
            (format!("{block}a\n{block}"), 5),
            (format!("{first}\n{block}"), 2),
            (format!("{block}{last}\n"), 4),
        ] {
            assert_eq!(find(content.as_bytes()).unwrap_err().line, line, "{content}");
        }
        assert_eq!(find(b"nothing of gom\n"), Ok(None));
    }

    #[test]
    fn a_new_body_takes_the_place_of_the_old_one() {
        let new = [&added(b"a")[..], b"b"].concat();
        let block = find(&new).unwrap().unwrap();
        let replaced = block.replaced(&new, "other", "\n");
        let again = find(&replaced).unwrap().unwrap();
        assert!(again.is_intact && again.body == "other" && again.origin.added_newline);
        assert_eq!(again.removed(&replaced), b"a\nb");
        assert_eq!((block.first_line, block.last_line(), block.rest(&new)), (2, 4, &b"b"[..]));
    }
}
