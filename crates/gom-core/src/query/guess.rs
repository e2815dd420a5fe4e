//! Guesses what a person meant by a word that gom does not know: a typo, or another tool's spelling.
//!
//! Never: acts on a guess. It goes into a hint, and the person decides. Invariant: a guessed SPEC parses.

use std::cmp::Reverse;

use gom_select::spec::{PlatformSpec, Spec};

/// The keywords of SPEC.
pub const KEYWORDS: [&str; 4] = ["latest", "stable", "oldstable", "system"];

/// Words of other tools, with gom's keyword for each.
const SYNONYMS: [(&str, &str); 6] = [
    ("newest", "latest"),
    ("last", "latest"),
    ("current", "latest"),
    ("lts", "oldstable"),
    ("previous", "oldstable"),
    ("prev", "oldstable"),
];

/// Prefixes of versions in names of packages, images, archives and links.
const PREFIXES: [&str; 3] = ["golang", "go", "v"];

/// How many digits the number of a line has in Go's newest lines: `122` is `1.22`, not a major number.
const DIGITS_OF_LINE: usize = 2;

/// Guesses the SPEC for a text that is not valid, or that no release can match.
pub fn spec(text: &str) -> Option<String> {
    match PlatformSpec::parse(text) {
        Ok(PlatformSpec { spec: Spec::Major(digits), .. }) => with_dots(&digits),
        Ok(_) => None,
        Err(_) => of_another_form(text),
    }
    .filter(|guess| PlatformSpec::parse(guess).is_ok())
}

fn of_another_form(text: &str) -> Option<String> {
    let is_quote = |letter: char| matches!(letter, '"' | '\'' | '`' | '“' | '”');
    let text = text.trim_matches(|letter: char| is_quote(letter) || letter.is_whitespace()).to_lowercase();
    let text =
        [".tar.gz", ".zip", ".pkg", ".msi"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(&text);
    let known = SYNONYMS.iter().find(|(word, _)| *word == text).map(|(_, keyword)| (*keyword).to_owned());
    known.or_else(|| nearest(text, KEYWORDS).map(str::to_owned)).or_else(|| version(text))
}

/// Reads a version after a name, with other separators or none.
fn version(text: &str) -> Option<String> {
    let is_separator =
        |letter: char| matches!(letter, '@' | ':' | '=' | '-' | '_' | ' ' | '/' | '.' | '+' | '#');
    let mut rest = text.trim_matches(is_separator);
    for prefix in PREFIXES {
        rest = rest.strip_prefix(prefix).unwrap_or(rest).trim_start_matches(is_separator);
    }
    if PlatformSpec::parse(rest).is_ok() {
        return spec(rest).or_else(|| Some(rest.to_owned()));
    }
    if let Some(keyword) = nearest(rest, KEYWORDS) {
        return Some(keyword.to_owned());
    }
    let numbers: Vec<&str> = rest
        .split(|letter: char| is_separator(letter) || letter == ',')
        .filter(|part| !part.is_empty())
        .collect();
    let is_version = (2..=3).contains(&numbers.len()) && numbers.iter().all(|part| is_number(part));
    is_version.then(|| numbers.join("."))
}

/// Adds the dots: `122` is `1.22`, `1226` is `1.22.6`.
fn with_dots(digits: &str) -> Option<String> {
    let minor = digits.strip_prefix('1').filter(|minor| minor.len() >= DIGITS_OF_LINE && minor.len() <= 4)?;
    let (line, patch) = minor.split_at(DIGITS_OF_LINE);
    Some(if patch.is_empty() { format!("1.{line}") } else { format!("1.{line}.{patch}") })
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the candidate nearest to a typo: one letter lost, added, swapped or replaced, in longer words two.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase();
    let near = candidates.into_iter().filter_map(|candidate| {
        let distance = strsim::osa_distance(&text, candidate);
        // Two changes would turn a short word into another one.
        let allowed = if candidate.len() <= 6 { 1 } else { 2 };
        // Among equally near ones: people lose and swap letters more often than they replace them, and rarely
        // add any.
        let key = (distance, strange_letters(&text, candidate), Reverse(candidate.len()));
        (distance <= allowed).then_some((key, candidate))
    });
    near.min_by_key(|(key, _)| *key).map(|(_, candidate)| candidate)
}

/// Counts the letters that one of the words has and the other lacks.
fn strange_letters(one: &str, other: &str) -> usize {
    let mut left: Vec<char> = other.chars().collect();
    let mut strange = 0;
    for letter in one.chars() {
        match left.iter().position(|candidate| *candidate == letter) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => strange += 1,
        }
    }
    strange + left.len()
}

/// The most common typos of a word: each letter dropped, doubled, and swapped with the next.
#[cfg(test)]
pub(crate) fn typos(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut typos = Vec::new();
    for at in 0..letters.len() {
        let (mut dropped, mut doubled, mut swapped) = (letters.clone(), letters.clone(), letters.clone());
        dropped.remove(at);
        doubled.insert(at, letters[at]);
        swapped.swap(at, (at + 1).min(letters.len() - 1));
        typos.extend([dropped, doubled, swapped].map(|letters| letters.into_iter().collect::<String>()));
    }
    typos.retain(|typo| typo != word);
    typos
}

#[cfg(test)]
mod tests {
    use super::*;

    // K9.3
    #[test]
    fn what_other_tools_write_is_understood_well_enough_to_guess() {
        for (text, guess) in [
            ("lastest", "latest"),
            ("Latest", "latest"),
            ("newest", "latest"),
            ("old-stable", "oldstable"),
            ("sytem", "system"),
            ("go@1.22.6", "1.22.6"),
            ("golang@1.22", "1.22"),
            ("golang:1.22", "1.22"),
            ("go@latest", "latest"),
            ("golang-1.22.6", "1.22.6"),
            ("go_1.22", "1.22"),
            ("@1.22", "1.22"),
            ("go 1.22.6", "1.22.6"),
            ("GO1.22.6", "1.22.6"),
            ("V1.22.6", "1.22.6"),
            ("\"1.22.6\"", "1.22.6"),
            ("122", "1.22"),
            ("1226", "1.22.6"),
            ("12212", "1.22.12"),
            ("go122", "1.22"),
            ("1_22_6", "1.22.6"),
            ("1-22-6", "1.22.6"),
            ("1..22", "1.22"),
            ("1.22.", "1.22"),
            ("1 22", "1.22"),
            ("go1.22.6.linux-amd64.tar.gz", "1.22.6.linux-amd64"),
        ] {
            assert_eq!(spec(text).as_deref(), Some(guess), "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed_from_what_is_right_or_far_off() {
        for text in
            ["1.22", "1", "1.22.6", "latest", "go1.22", "abc", "", "../../x", "main", "tip", "22", "1.2.3.4"]
        {
            assert_eq!(spec(text), None, "{text}");
        }
    }

    #[test]
    fn every_typo_of_a_keyword_gives_the_keyword() {
        for keyword in KEYWORDS {
            for typo in typos(keyword) {
                assert_eq!(spec(&typo).as_deref(), Some(keyword), "{typo}");
            }
        }
    }
}
