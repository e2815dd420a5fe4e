//! Ctrl-C and SIGTERM. The first one asks the command to stop and clean up; a second one ends the process at
//! once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use gom_core::cancel::Cancel;
use signal_hook::consts::{SIGINT, SIGTERM};
use tokio::signal::unix::{SignalKind, signal};

use crate::output::Output;

/// The signal that ended the command, if any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received(Arc<AtomicI32>);

/// Makes signals cancel the command from now on.
pub(crate) fn cancel_on_signal(cancel: Cancel, received: Received, output: Output) {
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
            if number == SIGINT {
                output.end_echoed_line();
            }
            received.0.store(number, Ordering::SeqCst);
            cancel.cancel();
            is_second = true;
        }
    });
}

impl Received {
    /// Ends the process as the signal would have done without a handler.
    pub(crate) fn die(&self) {
        let number = self.0.load(Ordering::SeqCst);
        if number != 0 {
            let _ = signal_hook::low_level::emulate_default_handler(number);
        }
    }
}
