//! The span for which a toolchain was not used that is removed, as a user writes it.

use gom_select::used::Day;

/// The number of seconds in a day.
const DAY: u64 = 24 * 3600;

/// Reads a span such as `60d` or `8w`, and returns its number of days, rounded up.
pub fn parse_span(text: &str) -> Result<Day, String> {
    let reason = || "write a number of days or weeks, such as 60d or 8w".to_owned();
    let span = humantime::parse_duration(text).map_err(|_| reason())?;
    let days = span.as_secs().div_ceil(DAY).max(u64::from(span.subsec_nanos() > 0));
    Day::try_from(days).map_err(|_| reason())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_of_whole_days() {
        for (text, days) in
            [("60d", 60), ("0d", 0), ("8w", 56), ("1h", 1), ("1ns", 1), ("25h", 2), ("1y", 366)]
        {
            assert_eq!(parse_span(text), Ok(days), "{text}");
        }
        for text in ["", "60", "-1d", "d", "60 parsecs", "99999999999999999999d", "5000000000d"] {
            assert!(parse_span(text).is_err(), "{text}");
        }
    }
}
