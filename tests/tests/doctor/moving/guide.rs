//! Reads a guide: the commands of its examples, in their order, and what it says of each.

use std::fs;
use std::path::{Path, PathBuf};

/// One thing that a guide has its reader do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// What to do.
    pub(crate) what: Action,
    /// Whether a new terminal was opened before it.
    pub(crate) in_new_terminal: bool,
}

/// What a guide has its reader do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Run a command of an `sh` example. The comment behind it says how it ends.
    Run {
        /// The command.
        command: String,
        /// The text behind `#`.
        comment: String,
    },
    /// Delete a line, which a `text` example quotes, from a start-up file.
    Delete(String),
}

/// The file of a guide.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides").join(name)
}

/// The text of a guide.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap()
}

/// The steps of a guide in English.
pub(crate) fn steps(text: &str) -> Vec<Step> {
    let (mut steps, mut fence, mut in_new_terminal) = (Vec::new(), None, false);
    for line in text.lines() {
        let line = line.trim();
        if let Some(language) = line.strip_prefix("```") {
            fence = if fence.is_none() { Some(language) } else { None };
            continue;
        }
        let what = match fence {
            None => {
                in_new_terminal |= line.contains("new terminal");
                continue;
            }
            Some("sh") if !line.is_empty() && !line.starts_with('#') => {
                let (command, comment) = line.split_once(" # ").unwrap_or((line, ""));
                Action::Run { command: command.trim().to_owned(), comment: comment.trim().to_owned() }
            }
            Some("text") if !line.is_empty() => Action::Delete(line.to_owned()),
            Some(_) => continue,
        };
        steps.push(Step { what, in_new_terminal });
    }
    steps
}

/// The commands of gom that a guide mentions outside its examples, in backquotes, in their order.
pub(crate) fn mentioned(text: &str) -> Vec<String> {
    let prose = text.split("```").step_by(2);
    let quoted = prose.flat_map(|part| part.split('`').skip(1).step_by(2));
    quoted.filter(|command| command.starts_with("gom ")).map(str::to_owned).collect()
}

/// The exit code that a comment leads one to expect.
pub(crate) fn exit_code(comment: &str) -> i32 {
    let (_, code) = comment.split_once("exit code ").unwrap_or(("", "0"));
    let digits: String = code.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no exit code in `{comment}`"))
}
