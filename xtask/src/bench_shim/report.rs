//! Prints the table of one group in Markdown, ready for docs/performance.md.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;

use super::measure::{Group, Sample};

/// Prints the table: the first sample is the program itself, the second the yardstick.
pub(crate) fn print(out: &mut impl Write, group: &Group, samples: &[Sample], runs: usize) -> Result<()> {
    writeln!(out, "\n{} (n = {runs} each, in turns; milliseconds)\n", group.title)?;
    for line in &group.skipped {
        writeln!(out, "skipped: {line}\n")?;
    }
    let [direct, yardstick, ..] = samples else { return Ok(()) };
    let (direct, yardstick) = (ms(direct.median()), ms(yardstick.median()) - ms(direct.median()));
    let labels = group.cases.iter().map(|case| case.label.as_str()).chain([group.column]);
    let width = labels.map(|label| label.chars().count()).max().unwrap_or(0);
    writeln!(out, "| {:width$} |  median | p10-p90         | overhead | ratio  |", group.column)?;
    writeln!(out, "|{:-<1$}|---------|-----------------|----------|--------|", "", width + 2)?;
    for (at, (case, sample)) in group.cases.iter().zip(samples).enumerate() {
        let [low, median, high] = [10, 50, 90].map(|percent| ms(sample.percentile(percent)));
        let overhead = median - direct;
        let (overhead, ratio) = match at {
            0 => (String::new(), String::new()),
            _ => (format!("+{overhead:.3}"), format!("{:.2}", overhead / yardstick)),
        };
        let spread = format!("{low:.3}-{high:.3}");
        let label = &case.label;
        writeln!(out, "| {label:width$} | {median:7.3} | {spread:15} | {overhead:>8} | {ratio:>6} |")?;
    }
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
