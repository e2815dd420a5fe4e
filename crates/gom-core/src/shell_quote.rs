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
    /// Nushell, in which only double quotes have escapes. It has none for bytes that are not UTF-8.
    Nushell,
    /// PowerShell, in which a quote is written twice, and some typographic quotes count as one. It has no escape
    /// for bytes that are not UTF-8.
    PowerShell,
    /// xonsh, as a string of Python, which escapes bytes that are not UTF-8 as it gets them from the system.
    Xonsh,
}

/// Quotes a path as one word of shell code, always: in quotes, or with escapes if it is not UTF-8. Where a shell has
/// no such escapes, U+FFFD stands for those bytes.
pub fn path_in_code(syntax: ShellSyntax, path: &Path) -> String {
    match (syntax, path.to_str()) {
        (ShellSyntax::Posix, Some(text)) => in_quotes(text),
        (ShellSyntax::Posix, None) => format!("$'{}'", escaped(path, 'x')),
        (ShellSyntax::Fish, Some(text)) => {
            format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
        }
        (ShellSyntax::Fish, None) => escaped(path, 'X'),
        (ShellSyntax::Nushell, _) => in_double_quotes(&path.to_string_lossy()),
        (ShellSyntax::PowerShell, _) => in_quotes_of_powershell(&path.to_string_lossy()),
        (ShellSyntax::Xonsh, _) => in_python(path),
    }
}

/// `\` and `"` are escaped; everything else stands for itself.
fn in_double_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

fn in_quotes_of_powershell(text: &str) -> String {
    let is_quote = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201b}');
    let doubled = text.chars().flat_map(|c| std::iter::once(c).chain(is_quote(c).then_some(c)));
    format!("'{}'", doubled.collect::<String>())
}

/// Python decodes each byte that is not UTF-8 to a lone surrogate, and encodes it back.
fn in_python(path: &Path) -> String {
    let mut text = String::from("'");
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' | '\'' => text.extend(['\\', c]),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                other => text.push(other),
            }
        }
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\udc{byte:02x}");
        }
    }
    text + "'"
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

    /// Checks the rules of shells that are not everywhere, and of Python for xonsh.
    #[test]
    fn other_shells_have_rules_of_their_own() {
        let word = |syntax, text: &[u8]| path_in_code(syntax, Path::new(OsStr::from_bytes(text)));
        assert_eq!(word(ShellSyntax::Nushell, b"/a\"b\\c $x"), r#""/a\"b\\c $x""#);
        assert_eq!(word(ShellSyntax::PowerShell, "/it's ‘$x’".as_bytes()), "'/it''s ‘‘$x’’'");
        assert_eq!(word(ShellSyntax::Xonsh, b"/it's \\ \n\xff"), r"'/it\'s \\ \n\udcff'");
        for bytes in [&b"/plain"[..], b"/it's \"x\" \\", b"/line\nbreak\r", b"/not\xff\xfeutf8"] {
            let script = "import sys, os; sys.stdout.buffer.write(os.fsencode(";
            let script = format!("{script}{}))", word(ShellSyntax::Xonsh, bytes));
            let run = Command::new("python3").args(["-c", &script]).env("LC_ALL", "C.UTF-8").output();
            let Ok(output) = run else { continue };
            assert_eq!(output.stdout, bytes, "{script}");
        }
    }

    #[test]
    fn fish_has_rules_of_its_own() {
        let word = |syntax| path_in_code(syntax, Path::new(r"/it's \"));
        assert_eq!(word(ShellSyntax::Posix), r"'/it'\''s \'");
        assert_eq!(word(ShellSyntax::Fish), r"'/it\'s \\'");
    }
}
