//! Talking to the user: data and JSON on standard output, everything else on standard error. Colours
//! only on a terminal and never alone: anstream drops them for NO_COLOR and pipes.

use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::cli::Global;
use crate::failure::Failure;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Where the verbs write.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    is_json: bool,
    is_quiet: bool,
    is_verbose: bool,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Output {
        Output { is_json: global.json, is_quiet: global.quiet, is_verbose: global.verbose }
    }

    /// Whether the result is one JSON object.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Whether more was asked for.
    pub(crate) fn is_verbose(&self) -> bool {
        self.is_verbose
    }

    /// One line of data. Nobody reading it is no failure.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn data(&self, line: &str) {
        let _ = writeln!(anstream::stdout(), "{line}");
    }

    /// One path as data: its very bytes, so that `$(gom which)` also works where a name is not UTF-8.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn data_path(&self, path: &Path) {
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(path.as_os_str().as_bytes()).and_then(|()| stdout.write_all(b"\n"));
    }

    /// How many columns a line of data has; `None` where it has no end, as on a pipe.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn width(&self) -> Option<usize> {
        let stdout = io::stdout();
        let size = stdout.is_terminal().then(|| rustix::termios::tcgetwinsize(&stdout).ok()).flatten()?;
        (size.ws_col > 0).then(|| usize::from(size.ws_col))
    }

    /// Whether data goes to a terminal, not into a pipe or a file.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn is_read_by_a_person(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// A help page, with its colours.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn page(&self, page: &clap::builder::StyledStr) {
        let _ = write!(anstream::stdout(), "{}", page.ansi());
    }

    /// The object of `--json`; `schema` is added, and its fields are only ever added to.
    pub(crate) fn json(&self, mut object: Value) {
        if let Some(fields) = object.as_object_mut() {
            fields.insert("schema".to_owned(), json!(1));
        }
        self.data(&format!("{object:#}"));
    }

    /// The result of a verb: the object, or the lines that `text` gives.
    pub(crate) fn result(&self, object: impl FnOnce() -> Value, text: impl FnOnce(&Output)) -> ExitCode {
        if self.is_json {
            self.json(object());
        } else {
            text(self);
        }
        ExitCode::SUCCESS
    }

    /// What was done, for people.
    pub(crate) fn say(&self, line: &str) {
        if !self.is_quiet {
            talk(line);
        }
    }

    /// Detail for `--verbose`.
    pub(crate) fn detail(&self, line: &str) {
        if self.is_verbose {
            talk(line);
        }
    }

    /// Something is not as it should be. Said also to who asked for quiet.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn warn(&self, text: &str) {
        talk(&format!("{WARNING}warning:{WARNING:#} {text}"));
    }

    /// A command that may help.
    pub(crate) fn hint(&self, text: &str) {
        if !self.is_quiet {
            talk(&format!("{HINT}hint:{HINT:#} {text}"));
        }
    }

    /// Why a verb failed. With `--json` the object says it all.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.is_json {
            let mut object = failure.partial.clone().unwrap_or_else(|| json!({}));
            if let Some(fields) = object.as_object_mut() {
                fields.insert("error".to_owned(), failure.to_json());
                if !failure.others.is_empty() {
                    let others: Vec<Value> = failure.others.iter().map(Failure::to_json).collect();
                    fields.insert("more_errors".to_owned(), others.into());
                }
            }
            self.json(object);
            return;
        }
        for failure in std::iter::once(failure).chain(&failure.others) {
            talk(&format!("{ERROR}error:{ERROR:#} {}", failure.message));
            talk(&format!("{HINT}hint:{HINT:#} {}", failure.hint));
        }
    }
}

/// Whether a person can answer a question: both ends are a terminal.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a yes-or-no question; anything but yes is no.
pub(crate) fn ask(question: &str) -> bool {
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let _ = io::stdin().read_line(&mut answer);
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

fn talk(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
