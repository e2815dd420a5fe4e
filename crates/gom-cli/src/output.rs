//! Output to the user: data and JSON on standard output, everything else on standard error. Colours appear
//! only on a terminal and never carry meaning alone: anstream drops them for NO_COLOR and pipes.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use anstyle::{AnsiColor, Style};
use indicatif::MultiProgress;
use serde::Serialize;
use serde_json::{Value, json};

use crate::failure::{ErrorJson, Failure};
use crate::options::Global;
use crate::terminal;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// The colour of a state. The text says the same: anstream drops colours for NO_COLOR and pipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// In order.
    Good,
    /// Needs attention.
    Caution,
    /// Wrong.
    Bad,
    /// Less important than the rest.
    Faint,
}

/// A number of things: `1 tree`, `3 trees`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Colours a text. Pad aligned text before, because colours have no width.
pub(crate) fn paint(tone: Tone, text: &str) -> String {
    let style = tone.style();
    format!("{style}{text}{style:#}")
}

impl Tone {
    pub(crate) fn style(self) -> Style {
        match self {
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Caution => AnsiColor::Yellow.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
            Tone::Faint => Style::new().dimmed(),
        }
    }
}

/// The JSON object of a verb that failed.
#[derive(Serialize)]
struct FailureJson<'a> {
    #[serde(flatten)]
    partial: Option<&'a Value>,
    error: ErrorJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more_errors: Vec<ErrorJson<'a>>,
}

/// Prints for the verbs.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    is_json: bool,
    is_quiet: bool,
    is_verbose: bool,
    /// The progress bars; lines are printed above them.
    bars: Option<MultiProgress>,
    /// The number of bars shown.
    shown: Arc<AtomicUsize>,
    /// The first error of writing data.
    failed: Arc<OnceLock<io::Error>>,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Output {
        Output {
            is_json: global.json,
            is_quiet: global.quiet,
            is_verbose: global.verbose,
            bars: terminal::bars(global),
            shown: Arc::default(),
            failed: Arc::default(),
        }
    }

    /// Whether the result is one JSON object.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Whether `--verbose` is set.
    pub(crate) fn is_verbose(&self) -> bool {
        self.is_verbose
    }

    /// Prints one line of data.
    pub(crate) fn data(&self, line: &str) {
        self.above_bars(|| self.keep_error(writeln!(anstream::stdout(), "{line}")));
    }

    /// The first error of writing data, such as that of a full disk. A closed pipe is not an error: its reader
    /// has read enough.
    pub(crate) fn error_of_data(&self) -> Option<&io::Error> {
        self.failed.get()
    }

    fn keep_error(&self, written: io::Result<()>) {
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            // The first one counts.
            let _ = self.failed.set(error);
        }
    }

    /// Prints a path as data, byte for byte, so that `$(gom which)` also works if a name is not UTF-8.
    pub(crate) fn data_path(&self, path: &Path) {
        let mut stdout = io::stdout().lock();
        self.keep_error(stdout.write_all(path.as_os_str().as_bytes()).and_then(|()| stdout.write_all(b"\n")));
    }

    /// The number of columns for a line of data; `None` if there is no limit, as in a pipe.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn width(&self) -> Option<usize> {
        let stdout = io::stdout();
        let size = stdout.is_terminal().then(|| rustix::termios::tcgetwinsize(&stdout).ok()).flatten()?;
        (size.ws_col > 0).then(|| usize::from(size.ws_col))
    }

    /// Whether data goes to a terminal, and not into a pipe or a file.
    #[expect(clippy::unused_self, reason = "every way to the user goes through an Output")]
    pub(crate) fn is_read_by_a_person(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether a person reads what is said and what is printed: both go to a terminal, in whose foreground gom runs.
    pub(crate) fn is_talking_to_a_person(&self) -> bool {
        let is_asked = !self.is_json && !self.is_quiet;
        is_asked && self.is_read_by_a_person() && io::stderr().is_terminal() && terminal::is_in_foreground()
    }

    /// Prints a help page with its colours.
    pub(crate) fn page(&self, page: &clap::builder::StyledStr) {
        let mut stdout = anstream::stdout();
        self.keep_error(write!(stdout, "{}", page.ansi()).and_then(|()| stdout.flush()));
    }

    /// Prints the object of `--json`. `schema` is added; fields are only added over time.
    pub(crate) fn json(&self, object: impl Serialize) {
        // As a Value, so that the fields are sorted.
        let mut object = json!(object);
        if let Some(fields) = object.as_object_mut() {
            fields.insert("schema".to_owned(), json!(1));
        }
        self.data(&format!("{object:#}"));
    }

    /// Prints the result of a verb: the object, or the lines that `text` prints.
    pub(crate) fn result<T: Serialize>(
        &self,
        object: impl FnOnce() -> T,
        text: impl FnOnce(&Output),
    ) -> ExitCode {
        if self.is_json {
            self.json(object());
        } else {
            text(self);
        }
        ExitCode::SUCCESS
    }

    /// Reports to people what was done.
    pub(crate) fn say(&self, line: &str) {
        if !self.is_quiet {
            self.talk(line);
        }
    }

    /// Prints a detail for `--verbose`.
    pub(crate) fn detail(&self, line: &str) {
        if self.is_verbose {
            self.talk(line);
        }
    }

    /// Prints a warning, also with `--quiet`.
    pub(crate) fn warn(&self, text: &str) {
        self.talk(&format!("{WARNING}warning:{WARNING:#} {text}"));
    }

    /// Prints a command that may help.
    pub(crate) fn hint(&self, text: &str) {
        if !self.is_quiet {
            self.talk(&format!("{HINT}hint:{HINT:#} {text}"));
        }
    }

    /// Prints why a verb failed. With `--json`, only the object is printed, if it can be.
    pub(crate) fn failure(&self, failure: &Failure) {
        // Where standard output takes nothing, the failure is said on standard error.
        if self.is_json && self.failed.get().is_none() {
            return self.json(FailureJson {
                partial: failure.partial.as_ref(),
                error: failure.to_json(),
                more_errors: failure.others.iter().map(Failure::to_json).collect(),
            });
        }
        // Ctrl-C ends several installs with the same message.
        let mut said = HashSet::new();
        for failure in std::iter::once(failure).chain(&failure.others) {
            if !said.insert((&failure.message, &failure.hint)) {
                continue;
            }
            self.talk(&format!("{ERROR}error:{ERROR:#} {}", failure.message));
            self.talk(&format!("{HINT}hint:{HINT:#} {}", failure.hint));
        }
    }
}

impl Output {
    /// The progress bars, if they are drawn.
    pub(crate) fn bars(&self) -> Option<&MultiProgress> {
        self.bars.as_ref()
    }

    /// Counts a bar that is shown.
    pub(crate) fn bar_begins(&self) {
        self.shown.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a bar that is removed.
    pub(crate) fn bar_ends(&self) {
        self.shown.fetch_sub(1, Ordering::Relaxed);
    }

    /// Ends the line on which the terminal shows `^C`. If a bar is on that line, it is cleared with the bar.
    pub(crate) fn end_echoed_line(&self) {
        if self.shown.load(Ordering::Relaxed) == 0
            && !self.is_json
            && io::stdin().is_terminal()
            && io::stderr().is_terminal()
        {
            let _ = writeln!(io::stderr());
        }
    }

    fn talk(&self, line: &str) {
        self.above_bars(|| {
            let _ = writeln!(anstream::stderr(), "{line}");
        });
    }

    /// Writes above the bars, because text written while they are shown would land in them.
    fn above_bars(&self, write: impl FnOnce()) {
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }
}

/// Whether a person can answer a question: standard input and standard error are a terminal.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a yes-or-no question; any answer but yes means no.
pub(crate) fn ask(question: &str) -> bool {
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let _ = io::stdin().read_line(&mut answer);
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}
