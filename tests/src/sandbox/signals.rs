//! Gives the programs under test the default action of signals that a shell ignores for background jobs.
//!
//! A shell without job control starts a job such as `cargo test &` with SIGINT and SIGQUIT ignored, and `nohup` one with
//! SIGHUP ignored. Every child inherits that, and then no test could interrupt a program. But a signal with a handler is
//! reset to its default in each program that is started, so the tests' own process gets a handler.

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT};
use signal_hook::flag::register_conditional_default;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};

/// Makes every program that is started from now on react to SIGINT, SIGQUIT and SIGHUP. These signals still end the
/// tests themselves.
pub(super) fn pass_on_defaults() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [SIGINT, SIGQUIT, SIGHUP] {
            register_conditional_default(signal, Arc::new(AtomicBool::new(true)))
                .expect("a handler of a signal");
        }
    });
}
