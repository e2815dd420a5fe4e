//! Quotes paths and values as words of a shell command, for the commands in hints. std has no such function, and
//! this crate uses std alone; every other crate takes it from here.

use std::ffi::OsStr;

/// Quotes `word` for a POSIX shell, if the shell would not read it literally.
pub fn shell_quote(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref().to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._+-@%:".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.into_owned();
    }
    in_quotes(&word)
}

/// Quotes `text` for a POSIX shell, always.
pub fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn words_are_quoted_where_the_shell_would_read_something_else() {
        for (word, quoted) in [
            ("/usr/local/go", "/usr/local/go"),
            ("golang.org/x/tools/gopls@latest", "golang.org/x/tools/gopls@latest"),
            ("/Users/a b/x", "'/Users/a b/x'"),
            ("/it's", r"'/it'\''s'"),
            ("$HOME/`x`", "'$HOME/`x`'"),
            ("~/go", "'~/go'"),
            (">=1.21, <1.23", "'>=1.21, <1.23'"),
            ("1.22.*", "'1.22.*'"),
            ("", "''"),
        ] {
            assert_eq!(shell_quote(word), quoted);
            assert_eq!(shell_quote(std::path::Path::new(word)), quoted);
        }
    }

    #[test]
    fn a_shell_reads_back_each_word() {
        for word in ["", "a b", "it's", "''", "\\", "\"$HOME\"", "*", "#", "a\nb", "é", "!x", "{a,b}"] {
            let script = format!("printf %s {}", shell_quote(word));
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word, "{script}");
        }
    }
}
