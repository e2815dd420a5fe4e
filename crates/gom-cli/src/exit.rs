//! The end of the process: the one place that turns a failure into text (or JSON) and an exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind as ArgumentError;
use gom_select::explain::ErrorKind;

use crate::failure::Failure;
use crate::options::Global;
use crate::output::Output;
use crate::signals::Received;
use crate::usage;

/// Ends after arguments that clap did not accept; to clap, help and version are such "errors" too.
pub(crate) fn for_arguments(error: &clap::Error) -> ExitCode {
    let arguments = usage::arguments();
    let json = arguments.iter().any(|argument| argument == "--json");
    let is_talk = match error.kind() {
        ArgumentError::DisplayHelp | ArgumentError::DisplayVersion => true,
        ArgumentError::DisplayHelpOnMissingArgumentOrSubcommand => !json,
        _ => false,
    };
    if is_talk {
        let output = Output::new(&Global::default());
        let code = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        return match error.print().and_then(|()| io::stdout().flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                for_command(Err(not_written(&error)), &output, &Received::default())
            }
            _ => code,
        };
    }
    let output = Output::new(&Global { json, ..Global::default() });
    for_command(Err(usage::failure(error, &arguments)), &output, &Received::default())
}

/// Ends after a verb.
pub(crate) fn for_command(
    ended: Result<ExitCode, Failure>,
    output: &Output,
    received: &Received,
) -> ExitCode {
    let failure = match (ended, output.error_of_data()) {
        (Ok(code), None) => return code,
        // The result is what the command was run for, so without it nothing has succeeded.
        (Ok(_), Some(error)) => not_written(error),
        (Err(failure), _) => usage::with_guess(failure, &usage::arguments()),
    };
    output.failure(&failure);
    if failure.kind == ErrorKind::Interrupted {
        // The shell must see that a signal ended this process, or a loop around it would continue.
        received.die();
    }
    ExitCode::from(failure.code())
}

/// What the command prints did not arrive.
fn not_written(error: &io::Error) -> Failure {
    Failure::other(
        format!("can't write the result to standard output: {error}"),
        "make room where it goes, or write it to another place",
    )
}
