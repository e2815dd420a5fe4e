//! The programs that `gom x` left in the cache, each in a folder of its own whose time is that of its last run.
//!
//! Never: looks into a program. What is removed here is only built again when somebody runs it.

use std::io;
use std::path::{Path, PathBuf};

use gom_select::used::Day;
use serde::Deserialize;

use super::cached::on_disk_below;
use super::error::PruneError;
use super::options::PruneOptions;
use super::reason::KeepReason;
use crate::clock::day_of;
use crate::context::Context;
use crate::files;
use crate::machine::processes;
use crate::store::tools;

/// A program in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedProgram {
    /// Its name; that of its folder if its receipt can't be read.
    pub name: String,
    /// Its package; `None` if its receipt can't be read.
    pub package: Option<String>,
    /// Its version; `None` if its receipt can't be read.
    pub version: Option<String>,
    /// Its folder.
    pub folder: PathBuf,
    /// The room that it takes on the disk, in bytes.
    pub bytes: u64,
    /// The day of its last run.
    pub last_used: Day,
}

/// A program in the cache, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramPlan {
    /// The program.
    pub program: CachedProgram,
    /// Why it stays; empty if it is removed.
    pub reasons: Vec<KeepReason>,
}

/// What gom-tools writes of a program, as far as it is shown here.
#[derive(Deserialize)]
struct Receipt {
    name: String,
    package: String,
    module: Module,
}

#[derive(Deserialize)]
struct Module {
    version: String,
}

/// Decides about the programs in the cache, by name.
pub(super) fn plan(ctx: &Context, today: Day, options: PruneOptions) -> io::Result<Vec<ProgramPlan>> {
    let folders = tools::in_cache(&ctx.cache_path(tools::CACHE))?;
    let mut plans: Vec<ProgramPlan> = folders
        .iter()
        .filter_map(|folder| look(folder, today, options).transpose())
        .collect::<io::Result<_>>()?;
    plans.sort_by(|a, b| {
        let key = |plan: &ProgramPlan| (plan.program.name.clone(), plan.program.version.clone());
        key(a).cmp(&key(b))
    });
    Ok(plans)
}

/// Decides about one program; `None` if it is gone.
fn look(folder: &Path, today: Day, options: PruneOptions) -> io::Result<Option<ProgramPlan>> {
    let Some(last_run) = tools::last_run(folder)? else { return Ok(None) };
    let receipt = files::read(&folder.join("receipt.json")).ok();
    let receipt: Option<Receipt> = receipt.and_then(|text| serde_json::from_slice(&text).ok());
    let name = receipt.as_ref().map(|receipt| receipt.name.clone());
    let folder_name = || folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let program = CachedProgram {
        name: name.unwrap_or_else(folder_name),
        package: receipt.as_ref().map(|receipt| receipt.package.clone()),
        version: receipt.map(|receipt| receipt.module.version),
        folder: folder.to_path_buf(),
        bytes: on_disk_below(folder),
        last_used: day_of(last_run).unwrap_or(today),
    };
    let mut reasons = Vec::new();
    let programs = processes::running_from(&[folder]);
    if !programs.is_empty() {
        reasons.push(KeepReason::Running { programs });
    }
    if today.saturating_sub(program.last_used) < options.unused_for {
        reasons.push(KeepReason::Used { day: program.last_used, file: None });
    }
    Ok(Some(ProgramPlan { program, reasons }))
}

/// Removes a program, if still nothing needs it. Returns whether it was removed.
pub fn remove_program(
    ctx: &Context,
    program: &CachedProgram,
    today: Day,
    options: PruneOptions,
) -> Result<bool, PruneError> {
    match look(&program.folder, today, options)? {
        Some(plan) if !plan.reasons.is_empty() => Ok(false),
        Some(_) => {
            tools::remove_from_cache(&ctx.cache_path(tools::CACHE), &program.folder)?;
            Ok(true)
        }
        None => Ok(true),
    }
}
