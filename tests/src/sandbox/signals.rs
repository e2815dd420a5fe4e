//! Signals that a shell ignores for its background jobs, as the programs under test get them.
//!
//! A shell without job control starts a job such as `cargo test &` with SIGINT and SIGQUIT ignored. Every child
//! inherits that, and then no test could interrupt a program. But a signal that has a handler is back at its default
//! in each program that is started, so the tests' own process gets a handler.

use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::flag::register_conditional_default;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};

/// Makes every program that is started from here on react to SIGINT and SIGQUIT. The tests themselves still end by
/// them.
pub(super) fn pass_on_defaults() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [SIGINT, SIGQUIT] {
            register_conditional_default(signal, Arc::new(AtomicBool::new(true)))
                .expect("a handler of a signal");
        }
    });
}
