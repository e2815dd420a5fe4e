//! Reads and writes the facts of a machine: `--facts` and `--save-facts`.

use std::path::Path;
use std::process::ExitCode;

use gom_core::files;
use gom_doctor::facts::{HostFacts, OLDEST_SCHEMA, SCHEMA};

use crate::app::App;
use crate::failure::Failure;

pub(super) fn read(file: &Path) -> Result<HostFacts, Failure> {
    let name = file.display().to_string();
    let hint = "run `gom doctor --save-facts FILE` on the machine to judge";
    let text =
        files::read_text(file).map_err(|error| Failure::usage(error.to_string(), hint).about(&name))?;
    let facts: HostFacts = serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{name}: {error}"), hint).about(&name))?;
    if !(OLDEST_SCHEMA..=SCHEMA).contains(&facts.schema) {
        let message = format!(
            "{name}: unsupported facts schema {}; this gom reads {OLDEST_SCHEMA} to {SCHEMA}",
            facts.schema
        );
        return Err(Failure::usage(message, "run `gom self update`").about(&name));
    }
    Ok(facts)
}

/// Warns of files that an older gom recorded in a form that no check reads.
pub(super) fn warn_of_old(facts: &HostFacts, file: &Path, app: &App) {
    let unread = facts.recorded_as_lines();
    let Some((first, others)) = unread.split_first() else { return };
    let named = match others.len() {
        0 => format!("`{first}` names"),
        others => format!("`{first}` and {others} more name"),
    };
    app.output.warn(&format!("{}: an older gom saved it, so the Go that {named} is unknown", file.display()));
    app.output.hint("run `gom doctor --save-facts FILE` on the machine to judge");
}

pub(super) fn save(facts: &HostFacts, file: &Path, app: &App) -> Result<ExitCode, Failure> {
    let text = serde_json::to_string_pretty(facts).map_err(|error| {
        Failure::other(
            format!("the facts can't be written: {error}"),
            "run `gom doctor --verbose`, and report what it prints",
        )
    })?;
    if file == Path::new("-") {
        app.output.data(&text);
        return Ok(ExitCode::SUCCESS);
    }
    files::write(file, (text + "\n").as_bytes()).map_err(|error| {
        Failure::other(error.to_string(), "name another file").about(file.display().to_string())
    })?;
    app.output.say(&format!("wrote {}; read it before you share it", file.display()));
    Ok(ExitCode::SUCCESS)
}
