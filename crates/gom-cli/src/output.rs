//! Talking to the user: data and JSON on standard output, everything else on standard error. Colours
//! only on a terminal and never alone: anstream drops them for NO_COLOR and pipes.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// How a state is coloured. The words say the same: anstream drops colours for NO_COLOR and pipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// To be looked at.
    Caution,
    /// Wrong.
    Bad,
    /// Of less interest than the rest.
    Faint,
}

/// The text in a colour. What is aligned is filled up before, since colours have no width.
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

/// The object of a verb that failed.
#[derive(Serialize)]
struct FailureJson<'a> {
    #[serde(flatten)]
    partial: Option<&'a Value>,
    error: ErrorJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more_errors: Vec<ErrorJson<'a>>,
}

/// Where the verbs write.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    is_json: bool,
    is_quiet: bool,
    is_verbose: bool,
    /// Bars that lines go above.
    bars: Option<MultiProgress>,
    /// How many there are.
    shown: Arc<AtomicUsize>,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Output {
        Output {
            is_json: global.json,
            is_quiet: global.quiet,
            is_verbose: global.verbose,
            bars: terminal::bars(global),
            shown: Arc::default(),
        }
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
    pub(crate) fn data(&self, line: &str) {
        self.above_bars(|| {
            let _ = writeln!(anstream::stdout(), "{line}");
        });
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
    pub(crate) fn json(&self, object: impl Serialize) {
        // As a Value, so that the fields are sorted.
        let mut object = json!(object);
        if let Some(fields) = object.as_object_mut() {
            fields.insert("schema".to_owned(), json!(1));
        }
        self.data(&format!("{object:#}"));
    }

    /// The result of a verb: the object, or the lines that `text` gives.
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

    /// What was done, for people.
    pub(crate) fn say(&self, line: &str) {
        if !self.is_quiet {
            self.talk(line);
        }
    }

    /// Detail for `--verbose`.
    pub(crate) fn detail(&self, line: &str) {
        if self.is_verbose {
            self.talk(line);
        }
    }

    /// Something is not as it should be. Said also to who asked for quiet.
    pub(crate) fn warn(&self, text: &str) {
        self.talk(&format!("{WARNING}warning:{WARNING:#} {text}"));
    }

    /// A command that may help.
    pub(crate) fn hint(&self, text: &str) {
        if !self.is_quiet {
            self.talk(&format!("{HINT}hint:{HINT:#} {text}"));
        }
    }

    /// Why a verb failed. With `--json` the object says it all.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.is_json {
            return self.json(FailureJson {
                partial: failure.partial.as_ref(),
                error: failure.to_json(),
                more_errors: failure.others.iter().map(Failure::to_json).collect(),
            });
        }
        // Ctrl-C ends several installs in the same words.
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
    /// Where progress is drawn, if it is.
    pub(crate) fn bars(&self) -> Option<&MultiProgress> {
        self.bars.as_ref()
    }

    /// Counts the bars that are shown.
    pub(crate) fn bar_begins(&self) {
        self.shown.fetch_add(1, Ordering::Relaxed);
    }

    /// One of them is gone.
    pub(crate) fn bar_ends(&self) {
        self.shown.fetch_sub(1, Ordering::Relaxed);
    }

    /// Leaves the line where a terminal shows `^C` for the key. Behind a bar, it is cleared with the bar.
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

    /// What is written while bars are shown would land in the middle of them.
    fn above_bars(&self, write: impl FnOnce()) {
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
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
