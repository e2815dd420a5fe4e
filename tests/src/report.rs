//! Lines for the person who runs the tests, past the test harness, which hides what a passing test prints.

use std::io::Write;

/// Prints a line.
pub fn say(line: &str) {
    // A closed standard error is no reason to fail a test.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Says why a test proves nothing on this machine.
pub fn skip(why: &str) {
    say(&format!("skipped: {why}"));
}
