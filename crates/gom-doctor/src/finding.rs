//! A finding of a check: its severity, its evidence, its cause and its fix.

use std::fmt;

use gom_core::shell::Shell;
use serde::Serialize;

use super::cause::Cause;

/// The severity of a finding. Ordered: an error is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Something may fail later, or already fails silently.
    Warning,
    /// Something does not work.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// A place, and the value that was found there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// `file:line`, a path, a variable, or a command.
    pub place: String,
    /// The value there, or a description of it.
    pub value: String,
}

/// One finding of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Overrides the severity of the check.
    #[serde(skip)]
    pub severity: Option<Severity>,
    /// What has to change to fix it.
    #[serde(skip)]
    pub cause: Cause,
    /// One sentence without a full stop.
    pub message: String,
    /// The places and values that show it.
    pub evidence: Vec<Evidence>,
    /// How to fix it.
    pub fix: Fix,
}

/// How to fix a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// Command lines to run, in order.
    pub commands: Vec<String>,
    /// What the user has to do by hand.
    pub advice: Option<String>,
    /// The edits that `gom doctor --fix` makes.
    pub edits: Vec<Edit>,
}

/// A change of the user's text files that can be undone: by a copy of the file, or by `gom setup --undo`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "edit", rename_all = "kebab-case")]
pub enum Edit {
    /// Comments out a line, if it has not changed.
    CommentOut {
        /// The file.
        file: String,
        /// The line number, from 1.
        line: usize,
        /// The text of the line.
        text: String,
    },
    /// Replaces a part of a line, if the line has not changed.
    Replace {
        /// The file.
        file: String,
        /// The line number, from 1.
        line: usize,
        /// The text of the line.
        text: String,
        /// The part to replace.
        old: String,
        /// Its replacement.
        new: String,
    },
    /// Puts gom's lines into the start-up files of a shell, as `gom setup` does.
    SetUp {
        /// The shell.
        shell: Shell,
    },
}

impl Finding {
    /// A finding without evidence and fix.
    pub fn new(cause: Cause, message: impl Into<String>) -> Finding {
        let (message, evidence) = (message.into(), Vec::new());
        Finding { severity: None, cause, message, evidence, fix: Fix::default() }
    }

    /// Adds evidence.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>, value: impl Into<String>) -> Finding {
        self.evidence.push(Evidence { place: place.into(), value: value.into() });
        self
    }

    /// Adds a command that fixes it.
    #[must_use]
    pub fn run(mut self, command: impl Into<String>) -> Finding {
        self.fix.commands.push(command.into());
        self
    }

    /// Sets what the user has to do by hand.
    #[must_use]
    pub fn advice(mut self, text: impl Into<String>) -> Finding {
        self.fix.advice = Some(text.into());
        self
    }

    /// Adds a change that gom can make and undo.
    #[must_use]
    pub fn edit(mut self, edit: Edit) -> Finding {
        self.fix.edits.push(edit);
        self
    }

    /// Overrides the severity of its check.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = Some(severity);
        self
    }
}

impl Edit {
    /// Comments this line out.
    pub fn comment_out(line: &super::lookup::FileLine<'_>) -> Edit {
        Edit::CommentOut { file: line.file.to_owned(), line: line.number, text: line.text.to_owned() }
    }

    /// Changes a part of this line.
    pub fn replace(line: &super::lookup::FileLine<'_>, old: &str, new: &str) -> Edit {
        let (file, text) = (line.file.to_owned(), line.text.to_owned());
        Edit::Replace { file, line: line.number, text, old: old.to_owned(), new: new.to_owned() }
    }

    /// The file whose lines it changes. `None` if `gom setup` finds the files.
    pub fn file(&self) -> Option<&str> {
        match self {
            Edit::CommentOut { file, .. } | Edit::Replace { file, .. } => Some(file),
            Edit::SetUp { .. } => None,
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edit::CommentOut { file, line, text } => {
                write!(f, "comment out {file}:{line}: {}", text.trim())
            }
            Edit::Replace { file, line, text, old, new } => {
                write!(f, "change {file}:{line} to: {}", text.replacen(old.as_str(), new, 1).trim())
            }
            Edit::SetUp { shell } => {
                write!(f, "put gom's lines at the end of the start-up files of {}", shell.name())
            }
        }
    }
}
