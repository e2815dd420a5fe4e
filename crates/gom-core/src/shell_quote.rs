//! Quotes paths and values as words of a shell command, for commands that gom prints.

use std::borrow::Cow;
use std::ffi::OsStr;

use shlex::Quoter;

/// Quotes `word` for a POSIX shell, if the shell would not read it literally.
pub fn shell_quote(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref().to_string_lossy();
    // Only NUL can't be quoted. No path and no variable has one, so it is passed on.
    Quoter::new().allow_nul(true).quote(&word).map_or_else(|_| word.to_string(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn words_are_quoted_where_the_shell_would_read_something_else() {
        for (word, quoted) in [
            ("/usr/local/go", "/usr/local/go"),
            ("golang.org/x/tools/gopls@latest", "golang.org/x/tools/gopls@latest"),
            ("/Users/a b/x", "'/Users/a b/x'"),
            ("/it's", "\"/it's\""),
            ("$HOME/`x`", "'$HOME/`x`'"),
            ("~/go", "'~/go'"),
            ("", "''"),
        ] {
            assert_eq!(shell_quote(word), quoted);
        }
        assert_eq!(shell_quote(Path::new("/a b")), "'/a b'");
    }
}
