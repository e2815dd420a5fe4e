//! Formats one line of progress for a terminal of any width. The line never reaches the right margin, so that
//! no terminal wraps it, and leaves room for the `^C` that a terminal writes at the cursor.

use std::time::Duration;

use anstyle::{AnsiColor, Effects, Style};
use indicatif::HumanBytes;

const DONE: Style = AnsiColor::Cyan.on_default();
const LEFT: Style = Style::new().effects(Effects::DIMMED);

/// How often a bar is redrawn without an event: the seconds of a step change, and the terminal may be
/// resized.
pub(super) const TICK: Duration = Duration::from_millis(200);

/// `^C`, and one column that stays empty.
pub(super) const MARGIN: usize = 3;
/// The width of a bar: a shorter one shows nothing, and a longer one shows nothing more.
const BAR: std::ops::RangeInclusive<usize> = 10..=30;
/// The column where bars begin if there is room, so that the bars of several toolchains are aligned.
const NAME: usize = 22;

/// The unit that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes,
    Files,
}

/// The content of a line.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    pub(super) name: &'a str,
    pub(super) unit: Unit,
    /// What the install waits for after the last byte, and for how long.
    pub(super) step: Option<(&'a str, Duration)>,
    pub(super) at: u64,
    pub(super) total: Option<u64>,
    pub(super) per_second: f64,
    pub(super) left: Duration,
}

impl View<'_> {
    /// The line for a terminal of `width` columns.
    pub(super) fn render(&self, width: usize, has_color: bool) -> String {
        let room = width.saturating_sub(MARGIN);
        if let Some((step, since)) = self.step {
            let seconds = since.as_secs();
            let since = if seconds > 1 { format!(" ({seconds} s)") } else { String::new() };
            // Drop the text in brackets first, then the time.
            let brief = step.split(" (").next().unwrap_or(step);
            let texts = [(step, since.as_str()), (brief, since.as_str()), (brief, "")];
            let texts = texts.map(|(step, since)| format!("{}  {step}{since}", self.name));
            let fits = texts.iter().find(|text| text.chars().count() <= room);
            return cut(fits.unwrap_or(&texts[2]), room);
        }
        let Some(total) = self.total else {
            return cut(&format!("{}  {}", self.name, self.amount(self.at)), room);
        };
        let sizes = self.sizes(total);
        let percent = format!("{:>3}%", (self.at.min(total) * 100).checked_div(total).unwrap_or(100));
        let speed = match self.unit {
            Unit::Bytes => format!("{sizes} {:>11} {:>5}", self.speed(), short(self.left)),
            Unit::Files => format!("{percent} {sizes}"),
        };
        let names = [format!("{:NAME$}", self.name), self.name.to_owned()];
        for tail in [&speed, &sizes, &percent] {
            for name in &names {
                let bar = room.saturating_sub(name.chars().count() + tail.chars().count() + 2);
                if bar >= *BAR.start() {
                    let bar = self.bar(total, bar.min(*BAR.end()), has_color);
                    return format!("{name} {bar} {tail}");
                }
            }
        }
        cut(&format!("{} {percent}", self.name), room)
    }

    fn sizes(&self, total: u64) -> String {
        match self.unit {
            Unit::Bytes => format!("{:>10}/{:9}", self.amount(self.at), self.amount(total)),
            Unit::Files => {
                let digits = total.to_string().len();
                format!("{:>digits$}/{total} files", self.at)
            }
        }
    }

    fn amount(&self, count: u64) -> String {
        match self.unit {
            Unit::Bytes => HumanBytes(count).to_string(),
            Unit::Files => format!("{count} files"),
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a speed to look at")]
    fn speed(&self) -> String {
        format!("{}/s", HumanBytes(self.per_second.max(0.0) as u64))
    }

    fn bar(&self, total: u64, width: usize, has_color: bool) -> String {
        let done = (self.at.min(total) * width as u64).checked_div(total).unwrap_or(0);
        let done = usize::try_from(done).unwrap_or(width);
        let (full, empty) = ("\u{2588}".repeat(done), "\u{2591}".repeat(width - done));
        if has_color { format!("{DONE}{full}{DONE:#}{LEFT}{empty}{LEFT:#}") } else { full + &empty }
    }
}

/// Shortens a text to `room` columns, with a mark at its end.
pub(super) fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(room.saturating_sub(1)).collect();
    if room > 0 {
        cut.push('\u{2026}');
    }
    cut
}

fn short(left: Duration) -> String {
    match left.as_secs() {
        seconds @ 0..=99 => format!("{seconds}s"),
        seconds @ 100..=5999 => format!("{}m", seconds.div_ceil(60)),
        seconds => format!("{}h", seconds.div_ceil(3600).min(99)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str) -> View<'_> {
        View {
            name,
            unit: Unit::Bytes,
            step: None,
            at: 12 << 20,
            total: Some(67 << 20),
            per_second: 7.5 * 1_048_576.0,
            left: Duration::from_secs(7),
        }
    }

    fn columns(line: &str) -> usize {
        line.chars().count()
    }

    // K8: 80 columns, 44 columns, and any other.
    #[test]
    fn a_line_fits_and_shows_what_there_is_room_for() {
        for name in ["go1.22.6.linux-amd64", "go1.24rc1.windows-arm64", "go1.22.10.linux-mips64le"] {
            let views = [
                view(name),
                View { unit: Unit::Files, at: 8123, total: Some(14_250), ..view(name) },
                View { step: Some(("flushing to disk", Duration::from_secs(3))), ..view(name) },
                View { total: None, ..view(name) },
                View { at: u64::MAX, total: Some(0), per_second: f64::INFINITY, ..view(name) },
                View { left: Duration::MAX, ..view(name) },
            ];
            for view in views {
                for width in 0..200 {
                    let line = view.render(width, false);
                    assert!(columns(&line) <= width.saturating_sub(MARGIN), "{width}: {line}");
                }
            }
            let (wide, narrow) = (view(name).render(80, false), view(name).render(44, false));
            for part in [name, "12.00 MiB/67.00 MiB", "7.50 MiB/s", " 7s"] {
                assert!(wide.contains(part), "{wide}");
            }
            for line in [&wide, &narrow] {
                assert!(line.contains("\u{2588}\u{2591}"), "a bar: {line}");
            }
            assert!(narrow.ends_with(" 17%"), "{narrow}");
        }
    }

    #[test]
    fn the_seconds_of_a_step_are_told_when_it_takes_some() {
        let after = |seconds, width| {
            let step = Some(("waiting (for you)", Duration::from_secs(seconds)));
            View { step, ..view("go1.22.6") }.render(width, true)
        };
        assert_eq!(after(1, 80), "go1.22.6  waiting (for you)");
        assert_eq!(after(2, 80), "go1.22.6  waiting (for you) (2 s)");
        assert_eq!(after(2, 30), "go1.22.6  waiting (2 s)");
        assert_eq!(after(2, 22), "go1.22.6  waiting");
        assert_eq!(after(2, 15), "go1.22.6  w\u{2026}");
    }
}
