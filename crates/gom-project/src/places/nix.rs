//! Nix files: the packages of nixpkgs that name a line of Go, `go_1_22` and `buildGo122Module`.

use super::file::ProjectFile;
use crate::document::{ParseFault, utf8};
use crate::mention::{Mention, Role, Spelling};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let text = utf8(file.bytes)?;
    let (mut found, mut start) = (Vec::new(), 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let code = line.find('#').map_or(line, |at| &line[..at]);
        found.extend(packages(code, start, index + 1));
        start += line.len();
    }
    Ok(found)
}

fn packages(code: &str, start: usize, line: usize) -> Vec<Mention> {
    let mut found = Vec::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut at = 0;
    for word in code.split(|c: char| !is_word(c)) {
        let begin = at;
        at += word.len() + code[at + word.len()..].chars().next().map_or(0, char::len_utf8);
        let (prefix, suffix, spelling) = match word {
            _ if word.starts_with("go_1_") => ("go_", "", Spelling::Underscores),
            _ if word.starts_with("buildGo1") && word.ends_with("Module") => {
                ("buildGo", "Module", Spelling::Digits)
            }
            _ => continue,
        };
        let name = &word[prefix.len()..word.len() - suffix.len()];
        let minor = match spelling {
            Spelling::Underscores => name.strip_prefix("1_"),
            _ => name.strip_prefix('1'),
        };
        let Some(minor) = minor.filter(|minor| is_number(minor)) else { continue };
        // `go_1_26 = prev.go_1_26.overrideAttrs (...)` changes that package: what is in it belongs to its name.
        let rest = code[begin + word.len()..].trim_start();
        let is_changed = rest.starts_with(".override") || (rest.starts_with('=') && !rest.starts_with("=="));
        let range = start + begin + prefix.len()..start + begin + prefix.len() + name.len();
        found.push(Mention {
            range,
            written: format!("1.{minor}"),
            line,
            role: Role::Tool,
            what: word.to_owned(),
            spelling: if is_changed { Spelling::Fixed } else { spelling },
            image: None,
        });
    }
    found
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
