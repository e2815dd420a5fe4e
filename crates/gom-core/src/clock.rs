//! The time as gom writes it down.

use std::time::SystemTime;

/// Now, in UTC: RFC 3339, to the second.
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
