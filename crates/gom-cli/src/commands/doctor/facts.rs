//! Reads and writes the facts of a machine: `--facts` and `--save-facts`.

use std::path::Path;
use std::process::ExitCode;

use gom_core::files;
use gom_doctor::facts::{HostFacts, SCHEMA};

use crate::app::App;
use crate::failure::Failure;

pub(super) fn read(file: &Path) -> Result<HostFacts, Failure> {
    let name = file.display().to_string();
    let hint = "run `gom doctor --save-facts FILE` on the machine to judge";
    let text =
        files::read_text(file).map_err(|error| Failure::usage(error.to_string(), hint).about(&name))?;
    let facts: HostFacts = serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{name}: {error}"), hint).about(&name))?;
    if facts.schema != SCHEMA {
        let message = format!("{name}: unsupported facts schema {}; this gom reads {SCHEMA}", facts.schema);
        return Err(Failure::usage(message, "run `gom self update`").about(&name));
    }
    Ok(facts)
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
