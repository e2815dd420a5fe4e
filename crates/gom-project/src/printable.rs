//! Text of a project as gom shows it.

/// Returns the text without control characters, which must reach neither the terminal nor the text of a commit.
pub fn printable(text: &str) -> String {
    if text.contains(|c: char| c.is_control() && c != '\t') {
        text.escape_debug().to_string()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("a\tb \u{e9}/Dockerfile"), "a\tb \u{e9}/Dockerfile");
        assert_eq!(printable("a\u{1b}[31m\n"), "a\\u{1b}[31m\\n");
    }
}
