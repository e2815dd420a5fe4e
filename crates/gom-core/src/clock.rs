//! The time, as gom writes it into files.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// 9999-12-31T23:59:59Z, in seconds since 1970: RFC 3339 has no later time.
const LAST: u64 = 253_402_300_799;

/// Returns the current time in UTC as RFC 3339, to the second.
pub fn now() -> String {
    written(SystemTime::now())
}

/// A clock before 1970 or after 9999 is wrong, but no reason to fail: the nearest time of that range is written.
fn written(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(since.min(LAST))).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_gives_a_time_too() {
        let day = Duration::from_secs(86_400);
        assert_eq!(written(UNIX_EPOCH), "1970-01-01T00:00:00Z");
        assert_eq!(written(UNIX_EPOCH - day), "1970-01-01T00:00:00Z");
        assert_eq!(written(UNIX_EPOCH + Duration::from_secs(LAST) + day), "9999-12-31T23:59:59Z");
        assert_eq!(written(UNIX_EPOCH + 20_786 * day), "2026-11-29T00:00:00Z");
    }
}
