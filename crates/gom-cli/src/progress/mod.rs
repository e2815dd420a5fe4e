//! Draws the library's events: a bar per toolchain on a terminal, otherwise plain lines.

mod line;
pub(crate) mod rows;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use gom_core::report::{Event, Reporter, Step};
use indicatif::{HumanBytes, ProgressBar, ProgressState, ProgressStyle};

use crate::output::Output;
use crate::terminal;
use line::{TICK, Unit, View};

/// Draws the events of one command.
pub(crate) struct Progress {
    /// Prints lines above the bars.
    output: Output,
    running: Mutex<HashMap<String, Bar>>,
    /// The notes and warnings so far, so that several installs print each once.
    said: Mutex<HashSet<String>>,
    /// The places that gom waits for.
    waits: Mutex<BTreeMap<u64, String>>,
}

/// The key of the bar that names these places; no toolchain has this name.
const WAITS: &str = "waits";

/// A bar, and the data that indicatif does not keep.
struct Bar {
    bar: ProgressBar,
    row: Arc<Mutex<Row>>,
}

struct Row {
    name: String,
    unit: Unit,
    step: Option<(&'static str, Instant)>,
    /// Bytes that were there at the start. Bytes that are read again don't decrease the count.
    have: u64,
}

impl Progress {
    pub(crate) fn new(output: Output) -> Progress {
        Progress { output, running: Mutex::default(), said: Mutex::default(), waits: Mutex::default() }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Bar>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_new(&self, text: &str) -> bool {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned())
    }

    fn download(&self, name: &str, url: &str, total: Option<u64>, have: u64) {
        let is_drawn = self.with_bar(name, Unit::Bytes, |bar| {
            bar.row().step = None;
            bar.row().have = have;
            if let Some(total) = total {
                bar.bar.set_length(total);
            }
            bar.bar.set_position(have);
            bar.bar.reset_eta();
        });
        if !is_drawn {
            let size = total.map_or_else(String::new, |total| format!(" ({})", HumanBytes(total)));
            let verb = if have > 0 { "resuming" } else { "downloading" };
            self.output.say(&format!("{verb} {name}{size} from {url}"));
        }
    }

    /// Changes a bar, which is created if it does not exist. Returns `false` if no bars are drawn.
    fn with_bar(&self, name: &str, unit: Unit, change: impl FnOnce(&Bar)) -> bool {
        let Some(bars) = self.output.bars() else { return false };
        let mut running = self.running();
        let bar = running.entry(name.to_owned()).or_insert_with(|| {
            let row = Arc::new(Mutex::new(Row { name: name.to_owned(), unit, step: None, have: 0 }));
            let bar = bars.add(ProgressBar::no_length().with_style(style(Arc::clone(&row))));
            // indicatif panics where it gets no thread; without one the bar moves with each piece that arrives.
            if std::thread::Builder::new().spawn(|| ()).is_ok() {
                bar.enable_steady_tick(TICK);
            }
            self.output.bar_begins();
            Bar { bar, row }
        });
        change(bar);
        true
    }

    fn change(&self, name: &str, change: impl FnOnce(&Bar)) {
        if let Some(bar) = self.running().get(name) {
            change(bar);
        }
    }

    fn step(&self, name: &str, step: Step) {
        if self.output.bars().is_none() {
            return self.output.detail(&format!("{name}: {}", says(step)));
        }
        self.change(name, |bar| {
            bar.row().step = Some((says(step), Instant::now()));
            bar.bar.tick();
        });
    }

    fn deleting(&self, id: &str, files: Option<u64>) {
        self.with_bar(id, Unit::Files, |bar| {
            // This may be the bar of the download that replaces these files.
            *bar.row() = Row { name: format!("deleting {id}"), unit: Unit::Files, step: None, have: 0 };
            bar.bar.set_position(0);
            match files {
                Some(files) => bar.bar.set_length(files),
                None => bar.bar.unset_length(),
            }
        });
    }

    fn checking(&self, tree: &str, done: u64, files: u64) {
        self.with_bar(tree, Unit::Files, |bar| {
            bar.row().name = format!("checking {tree}");
            bar.bar.set_length(files);
            bar.bar.set_position(done);
        });
    }

    fn wait_begins(&self, number: u64, place: String) {
        if self.output.bars().is_none() {
            // On a terminal without bars the user is told; otherwise only with `--verbose`.
            let line = format!("waiting for {place}");
            if io::stderr().is_terminal() {
                self.output.say(&line);
            } else {
                self.output.detail(&line);
            }
            return;
        }
        self.change_waits(|places| {
            places.insert(number, place);
        });
    }

    fn change_waits(&self, change: impl FnOnce(&mut BTreeMap<u64, String>)) {
        let mut places = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut places);
        let mut names: Vec<&str> = Vec::new();
        for place in places.values() {
            if !names.contains(&place.as_str()) {
                names.push(place);
            }
        }
        if names.is_empty() {
            return self.finished(WAITS);
        }
        self.with_bar(WAITS, Unit::Bytes, |bar| {
            let mut row = bar.row();
            row.name = format!("waiting for {}", names.join(", "));
            row.step.get_or_insert(("no answer yet", Instant::now()));
        });
    }

    fn finished(&self, name: &str) {
        let bar = self.running().remove(name);
        if let Some(Bar { bar, .. }) = bar {
            bar.finish_and_clear();
            self.output.bar_ends();
        }
    }
}

impl Bar {
    fn row(&self) -> MutexGuard<'_, Row> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The style draws the whole line itself, because indicatif's templates leave no parts out if there is no
/// room.
fn style(row: Arc<Mutex<Row>>) -> ProgressStyle {
    let has_color = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
    let draw = move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        let row = row.lock().unwrap_or_else(PoisonError::into_inner);
        let view = View {
            name: &row.name,
            unit: row.unit,
            step: row.step.map(|(step, since)| (step, since.elapsed())),
            at: state.pos(),
            total: state.len(),
            per_second: state.per_sec(),
            left: state.eta(),
        };
        let _ = text.write_str(&view.render(usize::from(terminal::size().0), has_color));
    };
    let style = ProgressStyle::default_bar().with_key("line", draw);
    style.clone().template("{line}").unwrap_or(style)
}

fn says(step: Step) -> &'static str {
    match step {
        Step::Unpacking => "unpacking",
        Step::Proving => "waiting for proof (of the checksum database)",
        Step::Flushing => "flushing to disk (GOM_SYNC=never skips this)",
    }
}

impl Reporter for Progress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Note(text) if self.is_new(&text) => self.output.say(&text),
            Event::Warning(text) if self.is_new(&text) => self.output.warn(&text),
            Event::Note(_) | Event::Warning(_) => {}
            Event::Detail(text) => self.output.detail(&text),
            Event::WaitingForLock(id) => {
                self.output.say(&format!("waiting for another gom that works on {id}"));
            }
            Event::Download { id, url, total, have } => self.download(&id.to_string(), &url, total, have),
            Event::Progress(id, bytes) => self.change(&id.to_string(), |bar| {
                let have = bar.row().have;
                bar.bar.set_position(bytes.max(have));
            }),
            Event::Total(id, bytes) => self.change(&id.to_string(), |bar| bar.bar.set_length(bytes)),
            Event::FileDownload { name, url, total } => self.download(name, &url, total, 0),
            Event::FileProgress(name, bytes) => self.change(name, |bar| bar.bar.set_position(bytes)),
            Event::FileFinished(name) => self.finished(name),
            Event::Step(id, step) => self.step(&id.to_string(), step),
            Event::WaitBegins { number, place } => self.wait_begins(number, place),
            Event::WaitEnds(number) => self.change_waits(|places| {
                places.remove(&number);
            }),
            Event::Finished(id) => self.finished(&id.to_string()),
            Event::Deleting { id, files } => self.deleting(&id.to_string(), files),
            Event::Deleted(id, files) => self.change(&id.to_string(), |bar| bar.bar.set_position(files)),
            Event::Checking { tree, done, files } => self.checking(tree, done, files),
            Event::Checked(tree) => self.finished(tree),
        }
    }
}
