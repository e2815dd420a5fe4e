//! Files of variables for one run of a command (`.env`), read by the crate `dotenvy`.
//!
//! Owns: which variables such a file may not set, and on which line each stands. Never: sets a variable, or puts
//! a line of the file into a message: it may hold a secret. Invariant: `$A` and `${A}` are replaced by what the
//! command will see, the environment's value where there is one, else the last one above in the file. The crate
//! asks the process environment for that, which is the one place where the library does so; no one changes it.

#![expect(clippy::disallowed_methods, reason = "reads the one kind of file that it parses")]

use gom_select::explain::{ErrorKind, Explain};

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What chooses the program that runs, or what is loaded into it: not a matter for a file in a project.
const REFUSED: &[&str] = &["GOROOT", "GOTOOLCHAIN", "PATH"];

/// The same, for whole families: the loaders of Linux and macOS.
const REFUSED_PREFIXES: &[&str] = &["LD_", "DYLD_"];

/// One variable of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotEnvVariable {
    /// Its name.
    pub name: String,
    /// Its value, with other variables put in.
    pub value: String,
    /// The line it ends on, from 1.
    pub line: usize,
}

/// A file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DotEnvError {
    /// It can't be read.
    #[error("can't read `{}`: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is no variable.
    #[error("{}:{line}: this is no `NAME=VALUE`", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// From 1.
        line: usize,
    },
    /// It sets what chooses the program.
    #[error("{}:{line} sets {name}, which a file may not do: it chooses what runs", file.display())]
    Refused {
        /// The file.
        file: PathBuf,
        /// From 1.
        line: usize,
        /// The variable.
        name: String,
    },
}

impl Explain for DotEnvError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn value(&self) -> Option<String> {
        let (DotEnvError::Unreadable { file, .. }
        | DotEnvError::Line { file, .. }
        | DotEnvError::Refused { file, .. }) = self;
        Some(file.display().to_string())
    }

    fn hint(&self) -> String {
        match self {
            DotEnvError::Unreadable { file, .. } => format!("run `ls -l {}`", file.display()),
            DotEnvError::Line { file, line } => {
                format!("put the value of line {line} of {} in quotes, or `#` before it", file.display())
            }
            DotEnvError::Refused { name, .. } if name == "GOROOT" || name == "GOTOOLCHAIN" => {
                "take the line out: the SPEC of `gom exec` says which Go runs".to_owned()
            }
            DotEnvError::Refused { name, .. } => {
                format!("take the line out, or run `export {name}=...` yourself")
            }
        }
    }
}

/// Reads a file; of two lines with one name the later counts, and both are listed.
pub fn read(file: &Path) -> Result<Vec<DotEnvVariable>, DotEnvError> {
    let unreadable = |source| DotEnvError::Unreadable { file: file.to_path_buf(), source };
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let lines = LineByLine::new(text.trim_start_matches('\u{feff}'));
    let count = lines.count.clone();
    let mut variables = Vec::new();
    for item in dotenvy::from_read_iter(lines) {
        let line = count.load(Ordering::Relaxed);
        let (name, value) = match item {
            Ok(variable) => variable,
            Err(dotenvy::Error::Io(source)) => return Err(unreadable(source)),
            Err(_) => return Err(DotEnvError::Line { file: file.to_path_buf(), line }),
        };
        if REFUSED.contains(&name.as_str()) || REFUSED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        {
            return Err(DotEnvError::Refused { file: file.to_path_buf(), line, name });
        }
        variables.push(DotEnvVariable { name, value, line });
    }
    Ok(variables)
}

/// Hands out at most one line at a time: so the number of those handed out is that of the line being read.
struct LineByLine {
    text: Vec<u8>,
    at: usize,
    count: Arc<AtomicUsize>,
}

impl LineByLine {
    fn new(text: &str) -> LineByLine {
        LineByLine { text: text.as_bytes().to_vec(), at: 0, count: Arc::default() }
    }
}

impl Read for LineByLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.text[self.at..];
        let line = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let length = line.min(buffer.len());
        let is_start = self.at == 0 || self.text[self.at - 1] == b'\n';
        if length > 0 && is_start {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<(String, String, usize)>, DotEnvError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".env");
        std::fs::write(&file, text).unwrap();
        let variables = read(&file)?;
        Ok(variables.into_iter().map(|one| (one.name, one.value, one.line)).collect())
    }

    #[test]
    fn variables_are_put_in_and_lines_are_counted() {
        let text = "\u{feff}# a comment\nHOST=db.example # here\n\nexport URL=\"pg://${HOST}/x\"\nALL='$HOST'\n\
                    TWICE=${URL}?${URL}\nTEXT=\"two\nlines\"\nLAST=$HOST";
        let is = |name: &str, value: &str, line| (name.to_owned(), value.to_owned(), line);
        assert_eq!(
            of(text).unwrap(),
            [
                is("HOST", "db.example", 2),
                is("URL", "pg://db.example/x", 4),
                is("ALL", "$HOST", 5),
                is("TWICE", "pg://db.example/x?pg://db.example/x", 6),
                is("TEXT", "two\nlines", 8),
                is("LAST", "db.example", 9),
            ]
        );
    }

    #[test]
    fn a_long_line_is_one_line() {
        let text = format!("A={}\nB=2\n", "x".repeat(20_000));
        assert_eq!(of(&text).unwrap()[1], ("B".to_owned(), "2".to_owned(), 2));
    }

    #[test]
    fn what_chooses_the_program_is_refused_with_its_line() {
        for name in ["GOROOT", "GOTOOLCHAIN", "PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH"] {
            let error = of(&format!("A=1\nexport {name}=secret\n")).unwrap_err();
            let says = format!(".env:2 sets {name}, which a file may not do");
            assert!(error.to_string().contains(&says), "{error}");
            assert!(!error.to_string().contains("secret") && !error.hint().is_empty());
        }
        assert_eq!(of("GOFLAGS=-v\nMY_PATH=/x\n").unwrap().len(), 2);
    }

    #[test]
    fn a_line_that_is_none_is_an_error_without_its_text() {
        let error = of("A=1\n\nsecret word\n").unwrap_err();
        assert!(error.to_string().ends_with(".env:3: this is no `NAME=VALUE`"), "{error}");
    }
}
