//! Prints lines to the person who runs the tests, past the test harness, which hides the output of a passing
//! test.

use std::io::Write;

/// Prints a line.
pub fn say(line: &str) {
    // A closed standard error must not fail a test.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints why a test proves nothing on this machine.
pub fn skip(why: &str) {
    say(&format!("skipped: {why}"));
}
