//! Replaces what differs between runs: sizes, speeds and times, and the times in names of folders.
//!
//! It never changes a number without a unit, and never one inside a word, a version or a hash.

const SIZES: [&str; 8] = ["B", "bytes", "kB", "KiB", "MB", "MiB", "GB", "GiB"];
const TIMES: [&str; 9] = ["ms", "µs", "s", "sec", "secs", "m", "min", "h", "seconds"];

/// Replaces `12.5 MiB` by `[SIZE]`, `3 MB/s` by `[SPEED]`, and `1.2s` and `1m 3s` by `[TIME]`.
pub(super) fn quantities(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let inside = redacted.ends_with(|last: char| last.is_alphanumeric() || "._-+/:=".contains(last));
        if let Some((name, length)) = quantity(rest).filter(|_| !inside) {
            // `1m 3s` is a single time.
            if name == "[TIME]" && redacted.ends_with("[TIME] ") {
                redacted.pop();
            } else {
                redacted.push_str(name);
            }
            rest = &rest[length..];
        } else {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            redacted.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    redacted
}

/// Replaces the time and the process id in the name of a folder, `2026-11-23T120951Z.27119`, by `[MOMENT]`.
pub(super) fn moments(text: &str) -> String {
    let pattern = b"0000-00-00T000000Z.0";
    let is_moment = |window: &[u8]| {
        window.iter().zip(pattern).all(|(found, expected)| match expected {
            b'0' => found.is_ascii_digit(),
            mark => found == mark,
        })
    };
    let mut redacted = text.to_owned();
    while let Some(start) = redacted.as_bytes().windows(pattern.len()).position(is_moment) {
        let process = start + pattern.len() - 1;
        let digits = redacted[process..].bytes().take_while(u8::is_ascii_digit).count();
        redacted.replace_range(start..process + digits, "[MOMENT]");
    }
    redacted
}

/// Replaces the number of an error, which differs between systems: `(os error 61)` becomes `(os error [N])`.
pub(super) fn error_numbers(text: &str) -> String {
    const BEFORE: &str = "(os error ";
    let mut parts = text.split(BEFORE);
    let mut redacted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        redacted.push_str(BEFORE);
        redacted.push_str(if digits > 0 { "[N]" } else { "" });
        redacted.push_str(&part[digits..]);
    }
    redacted
}

/// Returns the kind and the length of the quantity that `text` starts with.
fn quantity(text: &str) -> Option<(&'static str, usize)> {
    let number = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    if !text.starts_with(|first: char| first.is_ascii_digit()) || text[..number].matches('.').count() > 1 {
        return None;
    }
    let blank = usize::from(text[number..].starts_with(' '));
    let unit = &text[number + blank..];
    let length = unit.find(|letter: char| !letter.is_alphabetic()).unwrap_or(unit.len());
    let (unit, after) = unit.split_at(length);
    let end = number + blank + length;
    let word_goes_on = after.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    if SIZES.contains(&unit) && !word_goes_on {
        let per_second =
            after.strip_prefix("/s").is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        return Some(if per_second { ("[SPEED]", end + 2) } else { ("[SIZE]", end) });
    }
    // `3 m` is ambiguous, `3m` is three minutes.
    let is_time = TIMES.contains(&unit) && (blank == 0 || unit.len() > 1 || unit == "s");
    // `1m3s` has no blank between its parts.
    let goes_on = if after.starts_with(|next: char| next.is_ascii_digit()) { quantity(after)?.1 } else { 0 };
    (is_time && (!word_goes_on || goes_on > 0)).then_some(("[TIME]", end + goes_on))
}

#[cfg(test)]
mod tests {
    use super::{error_numbers, moments, quantities};

    /// K13.3: the number is 111 on Linux and 61 on macOS.
    #[test]
    fn an_error_has_the_number_of_no_system() {
        let linux = "Connection refused (os error 111), and No such file (os error 2)";
        let mac = "Connection refused (os error 61), and No such file (os error 2)";
        assert_eq!(error_numbers(linux), error_numbers(mac));
        assert_eq!(error_numbers("(os error 2)"), "(os error [N])");
        assert_eq!(error_numbers("os error 2 (os error "), "os error 2 (os error ");
    }

    #[test]
    fn a_moment_goes_with_its_process() {
        let text = "in evidence/go1.99.0.2026-11-23T120951Z.27119 and 2026-11-23";
        assert_eq!(moments(text), "in evidence/go1.99.0.[MOMENT] and 2026-11-23");
    }

    #[test]
    fn quantities_go_and_everything_else_stays() {
        for (text, expected) in [
            ("downloaded 66.1 MiB in 3.2s", "downloaded [SIZE] in [TIME]"),
            ("12 MB/s, 1m 3s left", "[SPEED], [TIME] left"),
            ("took 1m3s.", "took [TIME]."),
            ("(0 B) 250ms", "([SIZE]) [TIME]"),
            ("Go 1.22.6 needs 3 things", "Go 1.22.6 needs 3 things"),
            ("go1.22.6.linux-amd64 h1:3s9s/4B+5h=", "go1.22.6.linux-amd64 h1:3s9s/4B+5h="),
            ("sha256 0a3b4s5m", "sha256 0a3b4s5m"),
            ("status 404 might be 3 more", "status 404 might be 3 more"),
            ("exit: 4", "exit: 4"),
            ("größer 7 µs", "größer [TIME]"),
        ] {
            assert_eq!(quantities(text), expected);
        }
    }
}
