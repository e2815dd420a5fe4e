//! How the process ends: the one place that turns a failure into text (or JSON) and an exit code.

use std::process::ExitCode;

use clap::error::ErrorKind as ArgumentError;
use gom_core::ErrorKind;

use crate::cli::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::signals::Received;

/// For arguments that clap did not accept; help and version are such "errors" too.
pub(crate) fn for_arguments(error: &clap::Error) -> ExitCode {
    let is_talk = matches!(
        error.kind(),
        ArgumentError::DisplayHelp
            | ArgumentError::DisplayVersion
            | ArgumentError::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if wants_json && !is_talk {
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let failure = Failure::usage(message, "run `gom --help`");
        return for_command(
            Err(failure),
            &Output::new(&Global { json: true, ..Global::default() }),
            &Received::default(),
        );
    }
    // A broken pipe is no failure of ours.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// For a verb that ran.
pub(crate) fn for_command(
    ended: Result<ExitCode, Failure>,
    output: &Output,
    received: &Received,
) -> ExitCode {
    let failure = match ended {
        Ok(code) => return code,
        Err(failure) => failure,
    };
    output.failure(&failure);
    if failure.kind == ErrorKind::Interrupted {
        // The shell must see that a signal ended us, or a loop round us would go on.
        received.die();
    }
    ExitCode::from(failure.code())
}
