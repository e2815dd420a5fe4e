//! The marked lines of AGENTS.md: put in, or replaced where they are. Every other byte stays.

/// The first line.
pub const BEGIN: &str = "<!-- gom: begin. `gom agents` replaces these lines -->";

/// The last line.
pub const END: &str = "<!-- gom: end -->";

/// The begin has no end: its line, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenBlock(pub usize);

/// Returns the text with these lines between the marks: in place of those that are there, else at the end.
pub fn with_block(text: &str, lines: &str) -> Result<String, OpenBlock> {
    let is_mark = |line: &str, mark: &str| line.trim_end_matches(['\r', '\n']) == mark;
    let block = format!("{BEGIN}\n{}\n{END}\n", lines.trim_end());
    let mut start = None;
    let mut position = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if start.is_none() && is_mark(line, BEGIN) {
            start = Some((position, number));
        } else if let (Some((begin, _)), true) = (start, is_mark(line, END)) {
            return Ok(format!("{}{block}{}", &text[..begin], &text[position + line.len()..]));
        }
        position += line.len();
    }
    if let Some((_, number)) = start {
        return Err(OpenBlock(number));
    }
    let gap = match text {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    Ok(format!("{text}{gap}{block}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_put_at_the_end_and_replaced_where_they_are() {
        let first = with_block("", "one").unwrap();
        assert_eq!(first, format!("{BEGIN}\none\n{END}\n"));
        assert_eq!(with_block(&first, "one\n").unwrap(), first);
        let with = with_block("# App\n", "one").unwrap();
        assert_eq!(with, format!("# App\n\n{first}"));
        let around = format!("{with}\n## Mine\r\n\nlast");
        assert_eq!(with_block(&around, "two").unwrap(), around.replace("one", "two"));
        assert_eq!(with_block("no end", "one").unwrap(), format!("no end\n\n{first}"));
    }

    #[test]
    fn lines_without_an_end_are_left_alone() {
        assert_eq!(with_block(&format!("a\n{BEGIN}\nb\n"), "one"), Err(OpenBlock(2)));
        // An end before the begin is somebody's text.
        assert_eq!(with_block(&format!("{END}\n{BEGIN}\n"), "one"), Err(OpenBlock(2)));
    }
}
