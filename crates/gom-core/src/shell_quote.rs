//! Quotes paths and values as words for a shell: in commands that gom prints, and in code that a shell evaluates.
//!
//! Owns: the quoting for every shell that gom writes for. Invariant: the shell reads each word as the
//! original text, and code for a shell keeps a path's bytes even if they are not UTF-8.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use gom_select::shell_quote::in_quotes;

pub use gom_select::shell_quote::shell_quote;

/// The quoting rules of a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellSyntax {
    /// sh; for a path that is not UTF-8, bash and zsh.
    Posix,
    /// fish, in which `\\` and `\'` are escapes inside of single quotes.
    Fish,
}

/// Quotes a path as one word of shell code, always: in single quotes, or with escapes if it is not UTF-8.
pub fn path_in_code(syntax: ShellSyntax, path: &Path) -> String {
    match (syntax, path.to_str()) {
        (ShellSyntax::Posix, Some(text)) => in_quotes(text),
        (ShellSyntax::Posix, None) => format!("$'{}'", escaped(path, 'x')),
        (ShellSyntax::Fish, Some(text)) => {
            format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
        }
        (ShellSyntax::Fish, None) => escaped(path, 'X'),
    }
}

fn escaped(path: &Path, letter: char) -> String {
    path.as_os_str().as_bytes().iter().fold(String::new(), |mut word, byte| {
        // Writing to a string does not fail.
        let _ = write!(word, "\\{letter}{byte:02x}");
        word
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::process::Command;

    use super::*;

    /// Checks that each installed shell reads the word back.
    #[test]
    fn each_shell_reads_back_what_was_quoted() {
        for bytes in [
            &b"/plain"[..],
            b"/a b/it's",
            b"/back\\slash\\",
            b"/two\\\\",
            b"/$HOME/`x`/\"y\"/*?[z]",
            b"/\\'",
            b"/line\nbreak",
            b"/not\xff\xfeutf8",
        ] {
            let path = Path::new(OsStr::from_bytes(bytes));
            for (shell, syntax) in
                [("bash", ShellSyntax::Posix), ("zsh", ShellSyntax::Posix), ("fish", ShellSyntax::Fish)]
            {
                let script = format!("printf %s {}", path_in_code(syntax, path));
                let run = Command::new(shell).args(["-c", &script]).env("LC_ALL", "C.UTF-8").output();
                let Ok(output) = run else { continue };
                assert_eq!(output.stdout, bytes, "{shell}: {script}");
            }
        }
    }

    #[test]
    fn fish_has_rules_of_its_own() {
        let word = |syntax| path_in_code(syntax, Path::new(r"/it's \"));
        assert_eq!(word(ShellSyntax::Posix), r"'/it'\''s \'");
        assert_eq!(word(ShellSyntax::Fish), r"'/it\'s \\'");
    }
}
