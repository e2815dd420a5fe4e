//! What `gom help --json` says: every verb with its arguments and options, as clap knows them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::shell::{output_of, succeed};

/// The whole command line.
#[derive(Deserialize)]
pub(crate) struct Help {
    /// The version of gom.
    pub(crate) gom: String,
    pub(crate) global_options: Vec<OptionHelp>,
    pub(crate) verbs: Vec<Verb>,
}

/// One verb, with its full name.
#[derive(Deserialize)]
pub(crate) struct Verb {
    pub(crate) name: String,
    /// The heading of `gom --help`; none below another verb.
    pub(crate) group: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) summary: String,
    pub(crate) text: String,
    pub(crate) usage: String,
    pub(crate) effects: Option<Vec<String>>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) options: Vec<OptionHelp>,
    /// Examples, and what else follows the options.
    pub(crate) notes: String,
    pub(crate) verbs: Vec<Verb>,
}

/// A positional argument.
#[derive(Deserialize)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) required: bool,
    pub(crate) repeated: bool,
    pub(crate) values: Vec<String>,
}

/// A flag, or an option with a value.
#[derive(Deserialize)]
pub(crate) struct OptionHelp {
    pub(crate) name: Option<String>,
    pub(crate) short: Option<String>,
    pub(crate) text: String,
    pub(crate) value: Option<String>,
    pub(crate) values: Vec<String>,
    pub(crate) default: Option<String>,
    pub(crate) repeated: bool,
    #[serde(default)]
    pub(crate) effects: Vec<String>,
}

impl Help {
    /// Asks a gom, which may be `cargo run`.
    pub(crate) fn of(gom: &mut Command) -> Result<Help> {
        let text = output_of(gom.args(["help", "--json"]))?;
        serde_json::from_str(&text).context("can't read the output of `gom help --json`")
    }

    /// Every verb, a verb before those below it.
    pub(crate) fn all_verbs(&self) -> Vec<&Verb> {
        let mut all = Vec::new();
        collect(&self.verbs, &mut all);
        all
    }
}

fn collect<'a>(verbs: &'a [Verb], all: &mut Vec<&'a Verb>) {
    for verb in verbs {
        all.push(verb);
        collect(&verb.verbs, all);
    }
}

/// Builds the programs of this repository, and returns the path of gom.
pub(crate) fn build(repository: &Path) -> Result<PathBuf> {
    // As in .ci/one.sh: cargo builds gom for a test of its crate, with the features that all tests have, so that no crate
    // is built twice.
    let arguments = ["test", "--quiet", "--workspace", "--no-run", "--test", "commands"];
    succeed(Command::new(env!("CARGO")).args(arguments).current_dir(repository))?;
    // Cargo puts it next to this program.
    Ok(std::env::current_exe()?.with_file_name("gom"))
}
