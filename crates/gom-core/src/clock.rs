//! The time, as gom writes it into files.

use std::time::SystemTime;

/// Returns the current time in UTC as RFC 3339, to the second.
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
