//! `cargo xtask reference`: the pages below `docs/reference`, from gom's own command line, settings and constants; and
//! the parts of the documents that name a release, from `release.toml`.
//!
//! With `--check` it writes nothing and fails if a page is stale; `just book` runs that. Invariant: nothing on these
//! pages is written by hand.

mod commands;
mod markdown;
mod names;
mod settings;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::dist::Identity;
use crate::help::{self, Help};
use crate::shell::say;

/// The command line.
pub(crate) const USAGE: &str = "cargo xtask reference [--check]";

/// Writes or checks the pages.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let check = match options {
        [] => false,
        ["--check"] => true,
        _ => bail!("usage: {USAGE}"),
    };
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let gom = help::build(&repository)?;
    let help = Help::of(&mut Command::new(&gom))?;
    let mut pages = vec![
        ("docs/reference/commands.md", commands::page(&help)),
        ("docs/reference/settings.md", settings::page(&repository, &gom)?),
    ];
    let identity = Identity::read(&repository)?;
    for name in names::DOCUMENTS {
        let text = fs::read_to_string(repository.join(name)).with_context(|| format!("can't read {name}"))?;
        pages.push((name, names::filled(name, &text, &identity)?));
    }
    for (name, text) in pages {
        let file = repository.join(name);
        let is_current = fs::read_to_string(&file).is_ok_and(|old| old == text);
        if is_current {
            continue;
        }
        if check {
            bail!("{name} is stale: run `cargo xtask reference` and commit the result");
        }
        fs::write(&file, text).with_context(|| format!("can't write {name}"))?;
        say(name);
    }
    Ok(())
}
