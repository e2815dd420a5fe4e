//! Ctrl-C and SIGTERM: the first one asks the command to stop and clean up; a second one ends the
//! process at once.

use gom_core::cancel::Cancel;
use signal_hook::consts::{SIGINT, SIGTERM};
use tokio::signal::unix::{SignalKind, signal};

/// From here on, a signal cancels the command.
pub(crate) fn cancel_on_signal(cancel: Cancel) {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without handlers a signal ends the process at once, and the next gom cleans up.
        return;
    };
    tokio::spawn(async move {
        let mut is_second = false;
        loop {
            let number = tokio::select! {
                _ = interrupt.recv() => SIGINT,
                _ = terminate.recv() => SIGTERM,
            };
            if is_second {
                let _ = signal_hook::low_level::emulate_default_handler(number);
            }
            cancel.cancel();
            is_second = true;
        }
    });
}

/// Ends the process as an unhandled Ctrl-C does.
pub(crate) fn die_by_signal() {
    let _ = signal_hook::low_level::emulate_default_handler(SIGINT);
}
