//! Ctrl-C, SIGTERM and SIGHUP (a closed terminal). The first one asks the command to stop and clean up; a second one ends the process at
//! once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use gom_core::cancel::Cancel;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use tokio::signal::unix::{Signal, SignalKind, signal};

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
    let mut hang_up = hang_ups();
    tokio::spawn(async move {
        let mut is_second = false;
        loop {
            let number = tokio::select! {
                _ = interrupt.recv() => SIGINT,
                _ = terminate.recv() => SIGTERM,
                () = next(&mut hang_up) => SIGHUP,
            };
            if is_second {
                // They are in sessions of their own, so the terminal's Ctrl-C does not reach them.
                cancel.kill_groups();
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

/// SIGHUP, unless it is ignored: then `nohup` or the like has started this process, so that it goes on.
fn hang_ups() -> Option<Signal> {
    if is_ignored(SIGHUP) { None } else { signal(SignalKind::hangup()).ok() }
}

async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Whether this process ignores a signal.
#[expect(
    unsafe_code,
    reason = "std and the crates for signals can set a handler, but can't tell which is set"
)]
fn is_ignored(number: i32) -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action the call only writes the present one into `action`, which is large enough
    // and valid when zeroed.
    let action = unsafe {
        if libc::sigaction(number, std::ptr::null(), action.as_mut_ptr()) != 0 {
            return false;
        }
        action.assume_init()
    };
    action.sa_sigaction == libc::SIG_IGN
}

/// Interrupts this process, as Ctrl-C does while the terminal turns it into a signal.
pub(crate) fn interrupt() {
    let _ = signal_hook::low_level::raise(SIGINT);
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
