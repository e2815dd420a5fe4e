//! Replaces quantities that differ from run to run: sizes, speeds and times.
//!
//! It never touches a number without a unit, and never one inside a word, a version or a hash.

const SIZES: [&str; 8] = ["B", "bytes", "kB", "KiB", "MB", "MiB", "GB", "GiB"];
const TIMES: [&str; 9] = ["ms", "µs", "s", "sec", "secs", "m", "min", "h", "seconds"];

/// `12.5 MiB` is `[SIZE]`, `3 MB/s` is `[SPEED]`, `1.2s` and `1m 3s` are `[TIME]`.
pub(super) fn quantities(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let inside = redacted.ends_with(|last: char| last.is_alphanumeric() || "._-+/:=".contains(last));
        if let Some((name, length)) = quantity(rest).filter(|_| !inside) {
            // `1m 3s` is one time.
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

/// The kind and the length of the quantity that `text` starts with.
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
    // `3 m` may be anything, `3m` is three minutes.
    let is_time = TIMES.contains(&unit) && (blank == 0 || unit.len() > 1 || unit == "s");
    // `1m3s` is written without a blank between its parts.
    let goes_on = if after.starts_with(|next: char| next.is_ascii_digit()) { quantity(after)?.1 } else { 0 };
    (is_time && (!word_goes_on || goes_on > 0)).then_some(("[TIME]", end + goes_on))
}

#[cfg(test)]
mod tests {
    use super::quantities;

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
