//! Makes the index that is compiled into gom from go.dev's release list (`?mode=json&include=all`).
//!
//! The file has one line per release, newest first, and below it one line per archive: the platform as the
//! file name spells it, and the sha256 in base64 without padding, or `-` if go.dev has none.
//!
//! ```text
//! # as of 2026-09-01
//! go1.22.6
//!  linux-amd64 mZv...
//! ```

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;

const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/gom-core/src/index/embedded.txt");

#[derive(Deserialize)]
struct Release {
    version: String,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    sha256: String,
    kind: String,
}

/// Reads the list in `file` and writes the index. `day` is the date of the list.
pub(crate) fn run(file: &str, day: &str) -> Result<()> {
    let is_day = day.len() == 10 && day.chars().all(|digit| digit.is_ascii_digit() || digit == '-');
    ensure!(is_day, "`{day}` is not a day such as 2026-09-01");
    let json = std::fs::read_to_string(file).with_context(|| format!("can't read `{file}`"))?;
    let releases: Vec<Release> =
        serde_json::from_str(&json).with_context(|| format!("can't parse `{file}`"))?;
    let mut text =
        format!("# as of {day}\n# Made by `cargo xtask embed-index`; see xtask/src/embed_index.rs.\n");
    for release in &releases {
        writeln!(text, "{}", release.version)?;
        for file in release.files.iter().filter(|file| file.kind == "archive") {
            writeln!(text, " {} {}", platform(release, file)?, sum(file)?)?;
        }
    }
    std::fs::write(TARGET, &text).with_context(|| format!("can't write `{TARGET}`"))
}

/// Returns the sum in gom's index for a release's archive, as it is written there.
pub(crate) fn sum_of(version: &str, platform: &str) -> Result<&'static str> {
    const TEXT: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/gom-core/src/index/embedded.txt"));
    let archives = TEXT.lines().skip_while(|line| *line != version).skip(1);
    let mut archives =
        archives.take_while(|line| line.starts_with(' ')).filter_map(|line| line[1..].split_once(' '));
    let (_, sum) = archives
        .find(|(name, _)| *name == platform)
        .with_context(|| format!("the index in gom has no {version} for {platform}"))?;
    Ok(sum)
}

/// Returns the platform of a file name: `go1.22.6.linux-amd64.tar.gz` without version and extension. The
/// extension must follow from the platform, because the index does not store it.
fn platform<'a>(release: &Release, file: &'a File) -> Result<&'a str> {
    let rest = file.filename.strip_prefix(&release.version).and_then(|rest| rest.strip_prefix('.'));
    let rest = rest.with_context(|| format!("`{}` is not named after {}", file.filename, release.version))?;
    let (platform, is_zip) = match (rest.strip_suffix(".tar.gz"), rest.strip_suffix(".zip")) {
        (Some(platform), _) => (platform, false),
        (_, Some(platform)) => (platform, true),
        _ => bail!("`{}` is neither a .tar.gz nor a .zip", file.filename),
    };
    ensure!(is_zip == platform.starts_with("windows-"), "`{}` has an unexpected extension", file.filename);
    Ok(platform)
}

fn sum(file: &File) -> Result<String> {
    if file.sha256.is_empty() {
        return Ok("-".to_owned());
    }
    in_base64(&file.sha256).with_context(|| format!("sum of `{}`", file.filename))
}

/// Converts a sha256 in hexadecimal digits to the form in the index.
pub(crate) fn in_base64(sha256: &str) -> Result<String> {
    ensure!(sha256.len() == 64 && sha256.is_ascii(), "`{sha256}` is no sha256");
    let digits = (0..32).map(|at| u8::from_str_radix(&sha256[2 * at..2 * at + 2], 16));
    Ok(STANDARD_NO_PAD.encode(digits.collect::<Result<Vec<u8>, _>>()?))
}
