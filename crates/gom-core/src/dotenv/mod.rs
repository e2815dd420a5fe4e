//! Files of variables for one run of a command (`.env`).
//!
//! Owns: the variables that such a file may not set, and the line of each variable. Never: sets a variable,
//! reads the process environment, or puts a line of the file into a message: the line may hold a secret.
//! Invariant: `$A` and `${A}` are replaced by the value that the command will see: the environment's if it
//! has one, else that of the last line above.

#![expect(clippy::disallowed_methods, reason = "reads the one kind of file that it parses")]

mod parse;

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use gom_select::explain::{ErrorKind, Explain};

use crate::environment::Environment;
use crate::shell_quote::shell_quote;
use parse::{BadLine, parse};

/// Variables that choose the program that runs, or the code that is loaded into it. A file in a project may
/// not set them.
const REFUSED: &[&str] = &["GOROOT", "GOTOOLCHAIN", "PATH"];

/// The prefixes of more such variables: the loaders of Linux and macOS.
const REFUSED_PREFIXES: &[&str] = &["LD_", "DYLD_"];

/// One variable of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotEnvVariable {
    /// Its name.
    pub name: String,
    /// Its value, with references to other variables replaced.
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
    /// A line is not `NAME=VALUE`.
    #[error("{}:{line}: this is no `NAME=VALUE`", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// From 1.
        line: usize,
    },
    /// The file sets a variable that chooses the program.
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
            DotEnvError::Unreadable { file, .. } => format!("run `ls -l {}`", shell_quote(file)),
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

/// Returns the variables that these files add to the environment, in the order in which to set them. The
/// environment beats every file, even with an empty value, and a later file beats an earlier one.
pub fn additions<P: AsRef<Path>>(
    files: &[P],
    environment: &Environment,
) -> Result<Vec<DotEnvVariable>, DotEnvError> {
    let mut variables = Vec::new();
    for file in files {
        variables.extend(read(file.as_ref(), environment)?);
    }
    variables.retain(|one| !environment.variables.contains_key(OsStr::new(&one.name)));
    Ok(variables)
}

/// Reads a file. If two lines set the same name, the later one counts, and both are listed.
pub fn read(file: &Path, environment: &Environment) -> Result<Vec<DotEnvVariable>, DotEnvError> {
    let unreadable = |source| DotEnvError::Unreadable { file: file.to_path_buf(), source };
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    // Also an empty value, because the command sees it.
    let lookup = |name: &str| environment.variables.get(OsStr::new(name))?.to_str().map(str::to_owned);
    let parsed = parse(text.trim_start_matches('\u{feff}'), &lookup)
        .map_err(|BadLine(line)| DotEnvError::Line { file: file.to_path_buf(), line })?;
    let mut variables = Vec::new();
    for (name, value, line) in parsed {
        if REFUSED.contains(&name.as_str()) || REFUSED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        {
            return Err(DotEnvError::Refused { file: file.to_path_buf(), line, name });
        }
        variables.push(DotEnvVariable { name, value, line });
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<(String, String, usize)>, DotEnvError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".env");
        std::fs::write(&file, text).unwrap();
        let variables = read(&file, &Environment::default())?;
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

    #[test]
    fn variables_come_from_the_environment_that_is_passed_in() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("a.env"), folder.path().join("b.env"));
        std::fs::write(&first, "URL=pg://${GOM_TEST_HOST}\nPATH_HERE=${PATH}\nB=first\n").unwrap();
        std::fs::write(&second, "B=later\nGOM_TEST_HOST=file\nEMPTY=file\n").unwrap();
        let variables = [("GOM_TEST_HOST", "passed"), ("EMPTY", "")];
        let environment = Environment {
            variables: variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            ..Environment::default()
        };
        let added = additions(&[first, second], &environment).unwrap();
        let added: Vec<(&str, &str)> =
            added.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
        // The process has a PATH, and it isn't in the environment that was passed in.
        assert!(std::env::var_os("PATH").is_some());
        assert_eq!(added, [("URL", "pg://passed"), ("PATH_HERE", ""), ("B", "first"), ("B", "later")]);
    }
}
