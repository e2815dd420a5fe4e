//! What the head of a Go file tells: its package, whether it is built for Linux, and whether it uses cgo.

use gom_select::platform::KNOWN;

/// What the head of a Go file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceFacts {
    /// The name behind `package`.
    pub(super) package: String,
    /// The line with `import "C"`, from 1.
    pub(super) cgo_line: Option<usize>,
    /// Whether a build constraint keeps it out: `ignore`, or a system other than Linux alone.
    pub(super) is_left_out: bool,
}

/// Whether a file of this name is part of a build for Linux: no test, not hidden, and not of another system.
pub(super) fn is_built(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".go") else { return false };
    if stem.starts_with(['.', '_']) || stem.ends_with("_test") {
        return false;
    }
    let is_os = |word: &str| KNOWN.iter().any(|(os, _)| *os == word);
    // `app_windows.go`, `app_windows_amd64.go`; `windows.go` is of every system (go/build, `goodOSArchFile`).
    let words: Vec<&str> = stem.split('_').skip(1).collect();
    let of = words.iter().rev().take(2).find(|word| is_os(word));
    of.is_none_or(|os| *os == "linux")
}

/// Reads the head of a file. `None` if it has no package clause.
pub(super) fn facts(source: &str) -> Option<SourceFacts> {
    let mut facts = SourceFacts::default();
    let mut is_comment = false;
    let mut is_imports = false;
    for (number, line) in (1..).zip(source.lines()) {
        if facts.package.is_empty() && !is_comment {
            facts.is_left_out |= line.strip_prefix("//go:build ").is_some_and(is_not_for_linux);
        }
        let code = without_comments(line, &mut is_comment);
        let code = code.trim();
        match code.split_whitespace().next() {
            None => {}
            Some("package") if facts.package.is_empty() => {
                code["package".len()..].trim().trim_end_matches(';').clone_into(&mut facts.package);
            }
            _ if facts.package.is_empty() => return None,
            Some("func" | "type" | "var" | "const") => break,
            Some("import") => {
                let rest = code["import".len()..].trim();
                is_imports = rest.starts_with('(') && !rest.contains(')');
                if rest.trim_start_matches('(').trim().starts_with("\"C\"") {
                    facts.cgo_line = Some(number);
                }
            }
            Some(")") => is_imports = false,
            Some("\"C\"") if is_imports => facts.cgo_line = Some(number),
            Some(_) => {}
        }
    }
    (!facts.package.is_empty()).then_some(facts)
}

/// Whether a constraint is one that no build for Linux meets, as far as one word tells.
fn is_not_for_linux(constraint: &str) -> bool {
    let constraint = constraint.trim();
    constraint == "ignore"
        || constraint == "!linux"
        || constraint == "!cgo"
        || (constraint != "linux" && KNOWN.iter().any(|(os, _)| *os == constraint))
}

/// The line without its comments; `is_comment` is whether it begins, and then whether it ends, inside of one.
fn without_comments(line: &str, is_comment: &mut bool) -> String {
    let mut code = String::new();
    let mut rest = line;
    loop {
        if *is_comment {
            let Some((_, after)) = rest.split_once("*/") else { return code };
            *is_comment = false;
            rest = after;
        }
        let (begin, end) = (rest.find("/*"), rest.find("//"));
        match (begin, end) {
            (Some(begin), end) if end.is_none_or(|end| begin < end) => {
                code.push_str(&rest[..begin]);
                rest = &rest[begin + 2..];
                *is_comment = true;
            }
            (_, Some(end)) => {
                code.push_str(&rest[..end]);
                return code;
            }
            _ => {
                code.push_str(rest);
                return code;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_file_tells_its_package_and_cgo() {
        for (source, package, line) in [
            ("package main\n\nimport \"fmt\"\n\nfunc main() {}\n", "main", None),
            ("// A package.\npackage db // the database\n\n// #include <a.h>\nimport \"C\"\n", "db", Some(5)),
            ("/* of\npackage x\n*/ package main;\nimport (\n\t\"fmt\"\n\t\"C\"\n)\n", "main", Some(6)),
            ("package a\nimport (\"C\")\n", "a", Some(2)),
            ("package a\n// import \"C\"\n/*\nimport \"C\"\n*/\n", "a", None),
            ("package a\nvar x = `\nimport \"C\"\n`\n", "a", None),
        ] {
            let facts = facts(source).unwrap();
            assert_eq!((facts.package.as_str(), facts.cgo_line), (package, line), "{source}");
        }
        assert_eq!(facts("no go\n"), None);
        assert_eq!(facts(""), None);
    }

    #[test]
    fn a_file_of_another_system_is_left_out() {
        for name in ["main.go", "linux.go", "windows.go", "a_linux.go", "a_linux_arm64.go", "a_amd64.go"] {
            assert!(is_built(name), "{name}");
        }
        for name in ["a_windows.go", "a_darwin_arm64.go", "a_test.go", "_a.go", ".a.go", "a.c", "go.mod"] {
            assert!(!is_built(name), "{name}");
        }
        let is_left_out = |line: &str| facts(&format!("{line}\n\npackage main\n")).unwrap().is_left_out;
        assert!(is_left_out("//go:build ignore"));
        assert!(is_left_out("//go:build windows"));
        assert!(!is_left_out("//go:build linux"));
        assert!(!is_left_out("//go:build linux || darwin"));
        assert!(!is_left_out("// go:build ignore"));
    }
}
