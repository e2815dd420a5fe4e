//! What a check finds: how bad it is, where it stands, what it comes from, and what mends it.

use std::fmt;

use serde::Serialize;

use super::cause::Cause;

/// How bad it is. Ordered: an error is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Something will go wrong some day, or goes wrong unseen.
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

/// Where something stands, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// `file:line`, a path, a variable, or a command.
    pub place: String,
    /// The value there, or what it was found to be.
    pub value: String,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check's own unless the check says otherwise.
    #[serde(skip)]
    pub severity: Option<Severity>,
    /// What has to change so that it goes away.
    #[serde(skip)]
    pub cause: Cause,
    /// One sentence without a full stop.
    pub message: String,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// What mends it.
    pub fix: Fix,
}

/// What mends a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What to run, in order: each is a whole command line.
    pub commands: Vec<String>,
    /// What no command does, for people.
    pub advice: Option<String>,
    /// What `gom doctor --fix` does by itself.
    pub edits: Vec<Edit>,
}

/// A change of one text file of the user's, which keeps a copy of it and so can be undone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "edit", rename_all = "kebab-case")]
pub enum Edit {
    /// Makes a comment of a line that still says what it said.
    CommentOut {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// What the line says.
        text: String,
    },
    /// Puts one text in the place of another in a line that still says what it said.
    Replace {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// What the line says.
        text: String,
        /// What goes.
        old: String,
        /// What comes in its place.
        new: String,
    },
    /// Adds a line at the end; makes the file if need be.
    Append {
        /// The file.
        file: String,
        /// The line.
        text: String,
    },
}

impl Finding {
    /// Something that goes away with its cause.
    pub fn new(cause: Cause, message: impl Into<String>) -> Finding {
        let (message, evidence) = (message.into(), Vec::new());
        Finding { severity: None, cause, message, evidence, fix: Fix::default() }
    }

    /// With what shows it.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>, value: impl Into<String>) -> Finding {
        self.evidence.push(Evidence { place: place.into(), value: value.into() });
        self
    }

    /// With a command that mends it.
    #[must_use]
    pub fn run(mut self, command: impl Into<String>) -> Finding {
        self.fix.commands.push(command.into());
        self
    }

    /// With what to do where no command does it.
    #[must_use]
    pub fn advice(mut self, text: impl Into<String>) -> Finding {
        self.fix.advice = Some(text.into());
        self
    }

    /// With a change that gom can make and undo.
    #[must_use]
    pub fn edit(mut self, edit: Edit) -> Finding {
        self.fix.edits.push(edit);
        self
    }

    /// Worse or better than its check says.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = Some(severity);
        self
    }
}

impl Edit {
    /// Makes a comment of this line.
    pub fn comment_out(line: &super::lookup::FileLine<'_>) -> Edit {
        Edit::CommentOut { file: line.file.to_owned(), line: line.number, text: line.text.to_owned() }
    }

    /// Changes a part of this line.
    pub fn replace(line: &super::lookup::FileLine<'_>, old: &str, new: &str) -> Edit {
        let (file, text) = (line.file.to_owned(), line.text.to_owned());
        Edit::Replace { file, line: line.number, text, old: old.to_owned(), new: new.to_owned() }
    }

    /// The file it changes.
    pub fn file(&self) -> &str {
        match self {
            Edit::CommentOut { file, .. } | Edit::Replace { file, .. } | Edit::Append { file, .. } => file,
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edit::CommentOut { file, line, text } => {
                write!(f, "make a comment of {file}:{line}: {}", text.trim())
            }
            Edit::Replace { file, line, text, old, new } => {
                write!(f, "change {file}:{line} to: {}", text.replacen(old.as_str(), new, 1).trim())
            }
            Edit::Append { file, text } => write!(f, "add to the end of {file}: {text}"),
        }
    }
}
