//! Prints the tables in Markdown, ready for docs/performance.md.

use std::io::{Write, stdout};
use std::time::Duration;

use anyhow::Result;

use super::measure::{Archive, Case, Measured, Sample};
use super::profile::{Part, Split};
use super::upgrade::Upgrade;

/// Prints the times of whole processes. `yardsticks` are the indexes of the cases that others are compared
/// with.
pub(super) fn installs(
    cases: &[Case],
    all: &[Measured],
    yardsticks: &[usize],
    missing: &[String],
) -> Result<()> {
    let mut header = vec![String::new()];
    for Measured { place, .. } in all {
        let of_a_core = "of a core".to_owned();
        header.extend([format!("{place}, s"), "min-max".to_owned(), of_a_core, "gom / it".to_owned()]);
    }
    header.push("peak, MB".to_owned());
    let mut rows = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let mut row = vec![case.label.clone()];
        for Measured { samples, .. } in all {
            let gom = yardstick(cases, yardsticks, case.archive).map(|at| samples[at].median());
            row.extend([seconds(samples[at].median()), spread(&samples[at], seconds)]);
            row.push(if case.times_itself() { String::new() } else { seconds(samples[at].busy()) });
            row.push(gom.map_or_else(String::new, |gom| ratio(gom, samples[at].median())));
        }
        let peak = all.iter().map(|measured| measured.samples[at].peak()).max().unwrap_or_default();
        row.push(if case.times_itself() { String::new() } else { megabytes(peak) });
        rows.push(row);
    }
    if !rows.is_empty() {
        table(&header, &rows)?;
    }
    let mut out = stdout();
    for line in missing {
        writeln!(out, "\nnot measured: {line}")?;
    }
    Ok(())
}

/// Returns gom's install of the same archive; if there is none, of the other.
fn yardstick(cases: &[Case], yardsticks: &[usize], archive: Archive) -> Option<usize> {
    let same = yardsticks.iter().find(|at| cases[**at].archive == archive);
    same.or_else(|| yardsticks.first()).copied()
}

/// Prints the times of verbs. The first sample is the program that does nothing.
pub(super) fn verbs(samples: &[(String, Sample)]) -> Result<()> {
    let Some((_, nothing)) = samples.first() else { return Ok(()) };
    let header = ["", "ms", "min-max", "it / true", "peak, MB"].map(str::to_owned);
    let row = |(label, sample): &(String, Sample)| {
        vec![
            label.clone(),
            millis(sample.median()),
            spread(sample, millis),
            ratio(sample.median(), nothing.median()),
            megabytes(sample.peak()),
        ]
    };
    table(&header, &samples.iter().map(row).collect::<Vec<_>>())
}

/// Prints the processor time by part, one column for each archive.
pub(super) fn profile(splits: &[(Archive, Result<Split>)]) -> Result<()> {
    let mut out = stdout();
    for (archive, split) in splits {
        match split {
            Err(error) => writeln!(out, "\nnot measured: {}: {error:#}", archive.name())?,
            Ok(split) => {
                let whole: f64 = split.values().sum();
                let row = |(part, time): (&Part, &f64)| {
                    vec![
                        part.name().to_owned(),
                        format!("{time:.0}"),
                        format!("{:.0} %", 100.0 * time / whole),
                    ]
                };
                let mut rows: Vec<Vec<String>> = split.iter().map(row).collect();
                rows.push(vec!["together".to_owned(), format!("{whole:.0}"), String::new()]);
                let header = [
                    format!("gom install, {}", archive.name()),
                    "ms of a core".to_owned(),
                    "share".to_owned(),
                ];
                table(&header, &rows)?;
            }
        }
    }
    Ok(())
}

/// Prints the cost of a patch release over a slow link.
pub(super) fn upgrade(rows: &[Upgrade]) -> Result<()> {
    let header = ["", "s", "min-max", "MB fetched", "of the bytes", "of the time"].map(str::to_owned);
    let Some(whole) = rows.first() else { return Ok(()) };
    let row = |Upgrade { label, sample, bytes }: &Upgrade| {
        vec![
            label.clone(),
            seconds(sample.median()),
            spread(sample, seconds),
            megabytes(*bytes),
            format!("{} %", (*bytes * 100).div_ceil(whole.bytes.max(1))),
            ratio(sample.median(), whole.sample.median()),
        ]
    };
    table(&header, &rows.iter().map(row).collect::<Vec<_>>())
}

/// Prints a table whose first column is text and whose others are numbers.
fn table(header: &[String], rows: &[Vec<String>]) -> Result<()> {
    let mut out = stdout();
    let width = |column: usize| {
        let cells = std::iter::once(header).chain(rows.iter().map(Vec::as_slice));
        cells.map(|cells| cells[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &[String]| {
        let pad = |(column, cell): (usize, &String)| match column {
            0 => format!(" {cell:0$} ", widths[column]),
            _ => format!(" {cell:>0$} ", widths[column]),
        };
        format!("|{}|", cells.iter().enumerate().map(pad).collect::<Vec<_>>().join("|"))
    };
    writeln!(out, "\n{}", line(header))?;
    let dashes = |(column, width): (usize, &usize)| match column {
        0 => "-".repeat(width + 2),
        _ => format!("{}:", "-".repeat(width + 1)),
    };
    writeln!(out, "|{}|", widths.iter().enumerate().map(dashes).collect::<Vec<_>>().join("|"))?;
    for row in rows {
        writeln!(out, "{}", line(row))?;
    }
    Ok(())
}

fn spread(sample: &Sample, unit: fn(Duration) -> String) -> String {
    sample.spread().map(unit).join("-")
}

fn ratio(one: Duration, other: Duration) -> String {
    format!("{:.2}", one.as_secs_f64() / other.as_secs_f64())
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

fn millis(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

/// Converts bytes to megabytes of a million bytes.
fn megabytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10)
}
