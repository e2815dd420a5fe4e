//! The options of `bench-install`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

/// The number of runs of each case without `--runs`.
const RUNS: usize = 7;

/// The version to install without `--version`.
const VERSION: &str = "1.26.6";

const USAGE: &str = "usage: cargo xtask bench-install [--runs N] [--gom FILE] [--version V] [--disk FOLDER] [--tmpfs]\n\
                     \x20          [--installs] [--parallel] [--verbs] [--profile] [--upgrade]   (which tables; --installs alone)";

pub(super) struct Options {
    pub(super) runs: usize,
    /// The gom to measure instead of a fresh build.
    pub(super) gom: Option<PathBuf>,
    pub(super) version: String,
    /// The folder to install in on disk, instead of one in the cache folder.
    pub(super) disk: Option<PathBuf>,
    /// Whether to skip the disk.
    pub(super) only_memory: bool,
    pub(super) tables: Vec<Table>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Installs,
    Parallel,
    Verbs,
    Profile,
    Upgrade,
}

impl Options {
    pub(super) fn parse(arguments: &[&str]) -> Result<Options> {
        let mut options = Options {
            runs: RUNS,
            gom: None,
            version: VERSION.to_owned(),
            disk: None,
            only_memory: false,
            tables: Vec::new(),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
            match *argument {
                "--runs" => options.runs = value()?.parse().context("--runs needs a number")?,
                "--gom" => options.gom = Some(std::path::absolute(value()?)?),
                "--version" => (*value()?).clone_into(&mut options.version),
                "--disk" => options.disk = Some(std::path::absolute(value()?)?),
                "--tmpfs" => options.only_memory = true,
                "--installs" => options.tables.push(Table::Installs),
                "--parallel" => options.tables.push(Table::Parallel),
                "--verbs" => options.tables.push(Table::Verbs),
                "--upgrade" => options.tables.push(Table::Upgrade),
                "--profile" => options.tables.push(Table::Profile),
                _ => bail!(USAGE),
            }
        }
        ensure!(options.runs > 0, "--runs must be at least 1");
        if options.tables.is_empty() {
            options.tables.push(Table::Installs);
        }
        Ok(options)
    }
}
