//! Draws the library's events: a bar per toolchain on a terminal, plain lines elsewhere.

use std::collections::{HashMap, HashSet};
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gom_core::report::{Event, Reporter};
use gom_core::select::toolchain::ToolchainId;
use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};

use crate::cli::Global;
use crate::output::Output;

const BAR: &str = "{prefix:28} {bar:24.cyan/dim} {bytes:>10}/{total_bytes:10} {bytes_per_sec:>12} {eta:>4}";
const SPINNER: &str = "{prefix:28} {spinner} {bytes:>10}";

/// The events of one command, drawn.
pub(crate) struct Progress {
    output: Output,
    /// `None` where bars would be of no use.
    bars: Option<MultiProgress>,
    running: Mutex<HashMap<ToolchainId, ProgressBar>>,
    /// Notes and warnings, so that several installs say each once.
    said: Mutex<HashSet<String>>,
}

impl Progress {
    pub(crate) fn new(output: Output, global: &Global) -> Progress {
        let is_drawn =
            std::io::stderr().is_terminal() && !global.no_progress && !global.quiet && !global.json;
        let bars = is_drawn.then(MultiProgress::new);
        Progress { output, bars, running: Mutex::default(), said: Mutex::default() }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<ToolchainId, ProgressBar>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_new(&self, text: &str) -> bool {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned())
    }

    /// Lines appear above the bars.
    fn print(&self, print: impl FnOnce()) {
        match &self.bars {
            Some(bars) => bars.suspend(print),
            None => print(),
        }
    }

    fn start(&self, id: &ToolchainId, url: &str, total: Option<u64>, have: u64) {
        let Some(bars) = &self.bars else {
            let size = total.map_or_else(String::new, |total| format!(" ({})", HumanBytes(total)));
            let verb = if have > 0 { "resuming" } else { "downloading" };
            self.output.say(&format!("{verb} {id}{size} from {url}"));
            return;
        };
        let mut running = self.running();
        let bar = running.entry(id.clone()).or_insert_with(|| bars.add(ProgressBar::no_length()));
        let template = if total.is_some() { BAR } else { SPINNER };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(id.to_string());
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(have);
        bar.reset_eta();
    }
}

impl Reporter for Progress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Note(text) if self.is_new(&text) => self.print(|| self.output.say(&text)),
            Event::Warning(text) if self.is_new(&text) => self.print(|| self.output.warn(&text)),
            // `gom uninstall` itself says how a deletion ends.
            Event::Note(_) | Event::Warning(_) | Event::Deleting { .. } | Event::Deleted(..) => {}
            Event::Detail(text) => self.print(|| self.output.detail(&text)),
            Event::WaitingForLock(id) => {
                self.print(|| self.output.say(&format!("waiting for another gom that works on {id}")));
            }
            Event::Download { id, url, total, have } => self.start(id, &url, total, have),
            Event::Progress(id, bytes) => {
                if let Some(bar) = self.running().get(id) {
                    bar.set_position(bytes);
                }
            }
            Event::Total(id, bytes) => {
                if let Some(bar) = self.running().get(id) {
                    bar.set_length(bytes);
                }
            }
            Event::Finished(id) => {
                if let Some(bar) = self.running().remove(id) {
                    bar.finish_and_clear();
                }
            }
        }
    }
}
