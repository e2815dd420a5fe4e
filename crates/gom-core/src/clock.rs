//! The time, as gom writes it into files.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gom_select::used::Day;

/// 9999-12-31T23:59:59Z, in seconds since 1970: RFC 3339 has no later time.
const LAST: u64 = 253_402_300_799;

/// The number of seconds in a day.
const DAY: u64 = 24 * 3600;

/// Returns the current time in UTC as RFC 3339, to the second.
pub fn now() -> String {
    written(SystemTime::now())
}

/// A clock before 1970 or after 9999 is wrong, but no reason to fail: the nearest time of that range is written.
fn written(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(since.min(LAST))).to_string()
}

/// The date of a day since 1970: `2026-11-29`.
pub fn date_of(day: Day) -> String {
    let time = written(UNIX_EPOCH + Duration::from_secs(u64::from(day) * DAY));
    time.get(..10).unwrap_or(&time).to_owned()
}

/// The day of a time; `None` before 1970.
pub(crate) fn day_of(time: SystemTime) -> Option<Day> {
    Day::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs() / DAY).ok()
}

/// The day of a time as [`now`] writes it. `None` for any other text.
pub fn day_of_time(text: &str) -> Option<Day> {
    day_of(humantime::parse_rfc3339(text).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_date_and_a_time_has_a_day() {
        assert_eq!(date_of(0), "1970-01-01");
        assert_eq!(date_of(20_786), "2026-11-29");
        assert_eq!(date_of(Day::MAX), "9999-12-31");
        assert_eq!(day_of_time("2026-11-29T23:59:59Z"), Some(20_786));
        for text in ["", "yesterday", "2026-11-29", "1960-01-01T00:00:00Z"] {
            assert_eq!(day_of_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_wrong_clock_gives_a_time_too() {
        let day = Duration::from_secs(86_400);
        assert_eq!(written(UNIX_EPOCH), "1970-01-01T00:00:00Z");
        assert_eq!(written(UNIX_EPOCH - day), "1970-01-01T00:00:00Z");
        assert_eq!(written(UNIX_EPOCH + Duration::from_secs(LAST) + day), "9999-12-31T23:59:59Z");
        assert_eq!(written(UNIX_EPOCH + 20_786 * day), "2026-11-29T00:00:00Z");
    }
}
