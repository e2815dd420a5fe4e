//! Helpers that every command uses: printing a line, running other programs, and this machine in Go's names.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Prints a line about the work on standard error; results go to standard output.
pub(crate) fn say(line: &str) {
    // A closed standard error must not stop a measurement.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Returns a program's output without the end of the last line. The program must succeed.
pub(crate) fn answer_of(command: &mut Command) -> Result<String> {
    Ok(output_of(command)?.trim_end().to_owned())
}

/// Returns all of a program's output. The program must succeed.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("can't run {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs a program that must succeed. Its output goes to standard error.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let status = command.stdout(io::stderr()).status().with_context(|| format!("can't run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed: {status}");
    Ok(())
}

/// The system and the architecture of this machine in Go's names.
pub(crate) fn host() -> [&'static str; 2] {
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    [os, arch]
}
