//! Chinese text is set with Chinese punctuation (K12).
//!
//! It never looks into code in the text: between backquotes, in the target of a link, in an address, in an example
//! (but for the comments in it, which are Chinese).

use std::fs;
use std::path::Path;

use crate::pages::{documents, root};

/// What has a full-width form, and that.
const HALF_WIDTH: [(char, char); 7] =
    [(',', '，'), (':', '：'), (';', '；'), ('(', '（'), (')', '）'), ('!', '！'), ('?', '？')];

/// Words that are not used, and those that are.
const WORDS: [(&str, &str); 5] = [
    ("收据", "安装记录"),
    ("谁可能说谎", "威胁模型"),
    ("检出的目录", "源码目录"),
    ("同一棵树", "同一个目录"),
    ("CI 插件", "GitHub action"),
];

#[test]
fn no_half_width_punctuation_stands_beside_a_chinese_character() {
    let mut found = Vec::new();
    let mut chinese = 0;
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let mut is_example = false;
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim_start().starts_with("```") {
                is_example = !is_example;
                continue;
            }
            chinese += usize::from(line.contains(is_chinese));
            let prose =
                if is_example { line.split_once('#').map_or("", |(_, comment)| comment) } else { line };
            found.extend(
                misset(&without_code(prose)).map(|what| format!("{}:{number}: {what}", shown(&file))),
            );
        }
    }
    assert!(chinese > 100, "only {chinese} lines in Chinese");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_misset_is_found() {
    for (line, expected) in [
        ("一致,才会", "`,` is `，`"),
        ("说明:`gom why`", "`:` is `：`"),
        ("`gom list`;两个", "`;` is `；`"),
        ("数据库(sum.golang.org)里", "`(` is `（`"),
        ("[docs](docs/x.md)(英文)", "`(` is `（`"),
        ("最后一步去掉 `a`:", "`:` is `：`"),
    ] {
        assert_eq!(misset(&without_code(line)).next().as_deref(), Some(expected), "{line}");
    }
    for line in [
        "Go, gom and (others): all",
        "一致，才会：`a,b`（见 [docs](docs/x.md)）。",
        "见 https://go.dev/dl/?mode=json 的列表",
        "时间 12:30",
    ] {
        assert_eq!(misset(&without_code(line)).next(), None, "{line}");
    }
}

#[test]
fn the_words_are_the_agreed_ones() {
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for (wrong, right) in WORDS {
            assert!(!text.contains(wrong), "{}: write {right}, not {wrong}", shown(&file));
        }
    }
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

/// Letters, and the marks between them.
fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character) || ('\u{3001}'..='\u{3011}').contains(&character)
}

/// Replaces each piece of code by one `\u{1}`.
fn without_code(line: &str) -> String {
    let mut rest = line;
    let mut text = String::new();
    while let Some(start) = ["`", "](", "http://", "https://"].iter().filter_map(|mark| rest.find(mark)).min()
    {
        let (before, code) = rest.split_at(start);
        text.push_str(before);
        let ending = match code.as_bytes()[0] {
            b'`' => code[1..].find('`').map(|end| end + 2),
            b']' => code.find(')').map(|end| end + 1),
            _ => code.find(|c: char| c.is_whitespace() || is_chinese(c) || "，。）".contains(c)),
        };
        text.push('\u{1}');
        rest = &code[ending.unwrap_or(code.len())..];
    }
    text + rest
}

/// Every mark that should be a full-width one.
fn misset(text: &str) -> impl Iterator<Item = String> {
    let characters: Vec<char> = text.chars().collect();
    // Not the name of a language in an English sentence.
    let is_in_chinese = characters.iter().filter(|&&character| is_chinese(character)).count() > 4;
    let found: Vec<String> = characters
        .iter()
        .enumerate()
        .filter_map(|(at, character)| {
            let (half, full) = HALF_WIDTH.into_iter().find(|(half, _)| half == character)?;
            let before = at.checked_sub(1).and_then(|at| characters.get(at));
            let after = characters.get(at + 1);
            let is_beside = [before, after].into_iter().flatten().any(|&other| is_chinese(other));
            // Behind code that ends a clause.
            let ends =
                is_in_chinese && before == Some(&'\u{1}') && after.is_none_or(|&other| other == '\u{1}');
            (is_beside || ends).then(|| format!("`{half}` is `{full}`"))
        })
        .collect();
    found.into_iter()
}
