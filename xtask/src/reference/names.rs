//! The parts of the documents that name a release: how to get gom, and from where. They follow from `release.toml`.
//!
//! A part stands between `<!-- NAME -->` and `<!-- /NAME -->`. Invariant: while a name is not set, no document shows one,
//! because a name that is not ours would send people to a stranger.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use crate::dist::Identity;

/// The documents with such parts.
pub(super) const DOCUMENTS: [&str; 4] =
    ["README.md", "README.zh-CN.md", "docs/start.md", "docs/start.zh-CN.md"];

/// The command of a checkout, before the version that it installs.
const INSTALL: &str = "./install.sh --go ";

/// Fills in the parts of one document.
pub(super) fn filled(name: &str, text: &str, identity: &Identity) -> Result<String> {
    let language = if name.ends_with(".zh-CN.md") { &CHINESE } else { &ENGLISH };
    let (_, rest) = text.split_once(INSTALL).with_context(|| format!("{name} has no `{INSTALL}`"))?;
    let version = rest.lines().next().unwrap_or_default();
    let get = get(language, identity, version);
    let text = replaced(text, "get-gom", &get).with_context(|| format!("in {name}"))?;
    if text.contains("<!-- clone -->") {
        replaced(&text, "clone", &clone(language, identity))
    } else {
        Ok(text)
    }
}

/// The texts of one language.
struct Language {
    /// What stands above the commands.
    one_line: &'static str,
    /// What stands above the command for those who have Go.
    with_go: &'static str,
    /// A `{}` stands for the address.
    clone: &'static str,
    /// The address where it is not known yet.
    clone_of_owner: &'static str,
}

const ENGLISH: Language = Language {
    one_line: "One line, without a compiler:",
    with_go: "Or, where there is a Go, through your module proxy:",
    clone: "Or clone this repository (`git clone {}`), and in the checkout, with Rust 1.90 or newer and a C compiler:",
    clone_of_owner: "Clone this repository (`git clone https://github.com/OWNER/gom`, where OWNER is the account that this \
                     page belongs to),\nand in the checkout, with Rust 1.90 or newer and a C compiler:",
};

const CHINESE: Language = Language {
    one_line: "只要一行，不需要编译器：",
    with_go: "已经有 Go 的话，也可以通过你的模块代理安装：",
    clone: "或者克隆这个仓库（`git clone {}`）。需要 Rust 1.90 以上和一个 C 编译器。在源码目录里：",
    clone_of_owner: "先克隆这个仓库（`git clone https://github.com/OWNER/gom`，OWNER 是本页面所属的账号）。需要 Rust 1.90 以上和一个 \
                     C 编译器。在源码目录里：",
};

fn get(language: &Language, identity: &Identity, version: &str) -> String {
    let mut text = String::new();
    if let Some(base) = &identity.base {
        let line = format!("curl -fsSL {base}/install.sh | sh -s -- --go {version}");
        let _ = write!(text, "{}\n\n```sh\n{line}\n```\n\n", language.one_line);
    }
    if let Some(module) = &identity.module {
        let _ = write!(text, "{}\n\n```sh\ngo run {module}@latest\n```\n\n", language.with_go);
    }
    text
}

fn clone(language: &Language, identity: &Identity) -> String {
    let text = match &identity.repository {
        Some(repository) => language.clone.replace("{}", &format!("https://github.com/{repository}")),
        None => language.clone_of_owner.to_owned(),
    };
    format!("{text}\n")
}

/// Replaces what stands between the two comments of a part.
fn replaced(text: &str, part: &str, content: &str) -> Result<String> {
    let (start, end) = (format!("<!-- {part} -->\n"), format!("<!-- /{part} -->\n"));
    let (before, rest) = text.split_once(&start).with_context(|| format!("there is no {start}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("there is no {end}"))?;
    ensure!(!after.contains(&start), "{start} is there twice");
    let space = if content.is_empty() { "" } else { "\n" };
    Ok(format!(
        "{before}{start}{space}{}{space}{end}{after}",
        content.trim_end().to_owned() + if content.is_empty() { "" } else { "\n" }
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# gom\n\n<!-- get-gom -->\n<!-- /get-gom -->\n\n<!-- clone -->\n<!-- /clone -->\n\n```sh\n./install.sh --go 1.27\n```\n";

    fn identity(base: Option<&str>, module: Option<&str>, repository: Option<&str>) -> Identity {
        let owned = |value: Option<&str>| value.map(str::to_owned);
        Identity { repository: owned(repository), module: owned(module), base: owned(base), package: None }
    }

    #[test]
    fn without_names_only_the_checkout_is_shown() {
        let text = filled("README.md", PAGE, &identity(None, None, None)).unwrap();
        assert!(!text.contains("curl") && !text.contains("go run"), "{text}");
        assert!(text.contains("https://github.com/OWNER/gom"), "{text}");
    }

    #[test]
    fn with_names_the_one_line_stands_first_and_can_be_taken_back() {
        let set = identity(Some("https://example.com/gom"), Some("example.com/gom"), Some("ada/gom"));
        let text = filled("README.md", PAGE, &set).unwrap();
        let lines = [
            "curl -fsSL https://example.com/gom/install.sh | sh -s -- --go 1.27",
            "go run example.com/gom@latest",
            "git clone https://github.com/ada/gom",
            "./install.sh --go 1.27",
        ];
        let places: Vec<usize> = lines.iter().map(|line| text.find(line).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
        assert_eq!(filled("README.md", &text, &set).unwrap(), text);
        let none = identity(None, None, None);
        assert_eq!(filled("README.md", &text, &none).unwrap(), filled("README.md", PAGE, &none).unwrap());
    }
}
