//! What agreement means for each role of a version: the default, and the project's `gom.toml`.
//!
//! ```toml
//! [sync]
//! exclude = ["examples", "e2e/*/Dockerfile"]
//!
//! [sync.rules]
//! go-line = "line"
//! image = "exact"
//!
//! [bump]
//! min-age = "7d"
//! ```
//!
//! The file only loosens or tightens a comparison, leaves places out, and lets `gom bump` wait: no version, path to write,
//! source or command comes from it. A key that is not known is an error, because a misspelled rule must not pass as the
//! default.

use std::path::Path;

use gom_core::files;
use gom_core::prune::parse_span;
use gom_select::regular_file;

use crate::document::{self, Format, Node, ParseFault, Scalar};
use crate::error::SyncError;
use crate::mention::{Role, line_of};

/// What a place must be, compared with the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The same version; a line or a range must contain it.
    Exact,
    /// Of the same line.
    Line,
    /// The same or newer.
    AtLeast,
    /// The same or older.
    AtMost,
    /// Anything: it is only shown.
    Report,
}

impl Rule {
    const ALL: [Rule; 5] = [Rule::Exact, Rule::Line, Rule::AtLeast, Rule::AtMost, Rule::Report];

    /// The word in gom.toml.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Exact => "exact",
            Rule::Line => "line",
            Rule::AtLeast => "at-least",
            Rule::AtMost => "at-most",
            Rule::Report => "report",
        }
    }
}

/// What agreement means in a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The rules of gom.toml.
    rules: Vec<(Role, Rule)>,
    /// Paths below the root that are left out, with everything below them.
    exclude: Vec<String>,
    /// How old a release must be for `gom bump`.
    min_age: Option<MinAge>,
}

/// How old a release must be for `gom bump`, unless it fixes a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinAge {
    /// The number of days.
    pub days: u64,
    /// What asks for it: `--min-age`, `gom.toml:5`.
    pub origin: String,
}

/// The name of the file, at the project's root.
pub const FILE: &str = "gom.toml";

/// The size limit of the file.
const LIMIT: usize = 64 << 10;

/// The sections of gom.toml: that of `gom check` is read there.
const SECTIONS: [&str; 3] = ["bump", "check", "sync"];

impl Policy {
    /// Reads the policy of a project.
    pub fn read(root: &Path) -> Result<Policy, SyncError> {
        let file = root.join(FILE);
        let bad =
            |line: usize, reason: String, verb| SyncError::Policy { file: file.clone(), line, reason, verb };
        let bytes = match regular_file::read(&file, LIMIT) {
            // A rule that nobody reads must not pass as the default.
            Ok(None) if files::is_taken(&file) => {
                let what = if files::is_folder(&file) {
                    "is a folder"
                } else if files::exists(&file) {
                    "is a FIFO, a socket or a device"
                } else {
                    "is a link that leads nowhere"
                };
                return Err(SyncError::PolicyNotAFile { file, what });
            }
            Ok(None) => return Ok(Policy::default()),
            Ok(Some(bytes)) if bytes.len() > LIMIT => {
                return Err(bad(1, format!("it is larger than {LIMIT} bytes"), "sync"));
            }
            Ok(Some(bytes)) => bytes,
            Err(error) => return Err(bad(1, format!("can't read it: {error}"), "sync")),
        };
        parse(&bytes).map_err(|fault| {
            let line = fault.line.unwrap_or(1);
            bad(line, fault.reason, verb_at(&bytes, line))
        })
    }

    /// The rule for a role.
    pub fn rule(&self, role: Role) -> Rule {
        self.rules.iter().find(|(of, _)| *of == role).map_or(default_rule(role), |(_, rule)| *rule)
    }

    /// How old a release must be for `gom bump`; `None` if the project does not say.
    pub fn min_age(&self) -> Option<&MinAge> {
        self.min_age.as_ref()
    }

    /// Whether a file is left out.
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|pattern| is_below(pattern, path))
    }
}

/// The verb whose help explains a line of the file: that of its section.
fn verb_at(bytes: &[u8], line: usize) -> &'static str {
    let text = String::from_utf8_lossy(bytes);
    let upwards: Vec<&str> = text.lines().take(line).map(str::trim).collect();
    let section = upwards.iter().rev().find(|line| line.starts_with('[')).or(upwards.last());
    match section.map(|section| section.trim_start_matches('[').trim_start()) {
        Some(section) if section.starts_with("bump") => "bump",
        _ => "sync",
    }
}

fn default_rule(role: Role) -> Rule {
    match role {
        Role::GoLine => Rule::AtMost,
        Role::Image => Rule::AtLeast,
        Role::ToolchainLine | Role::Pin | Role::Ci | Role::Tool | Role::Editor => Rule::Exact,
        Role::Matrix | Role::Constraint => Rule::Report,
    }
}

fn parse(bytes: &[u8]) -> Result<Policy, ParseFault> {
    let mut policy = Policy::default();
    for root in document::parse(Format::Toml, bytes)? {
        for (section, value) in pairs(&root) {
            if !SECTIONS.contains(&section.text.as_str()) {
                return Err(unknown(bytes, section, "section", SECTIONS.iter().copied()));
            }
            match section.text.as_str() {
                "sync" => read_section(bytes, section, value, &mut policy)?,
                "bump" => policy.min_age = read_bump(bytes, section, value)?,
                _ => {}
            }
        }
    }
    Ok(policy)
}

fn read_section(bytes: &[u8], name: &Scalar, section: &Node, policy: &mut Policy) -> Result<(), ParseFault> {
    let Node::Map(keys) = section else { return Err(wrong(bytes, name, "a table")) };
    for (key, value) in keys {
        match (key.text.as_str(), value) {
            ("exclude", Node::List(paths)) => {
                for path in paths {
                    let path = path.as_scalar().ok_or_else(|| wrong(bytes, key, "a list of paths"))?;
                    let is_inside =
                        !path.text.starts_with('/') && path.text.split('/').all(|part| part != "..");
                    if !is_inside || path.text.is_empty() {
                        let line = line_of(bytes, path.range.start);
                        return Err(ParseFault::at(
                            line,
                            format!("`{}` is not a path below the root", path.text),
                        ));
                    }
                    policy.exclude.push(path.text.trim_end_matches('/').to_owned());
                }
            }
            ("rules", Node::Map(rules)) => {
                for (role, rule) in rules {
                    policy.rules.push(read_rule(bytes, role, rule)?);
                }
            }
            ("exclude", _) => return Err(wrong(bytes, key, "a list of paths")),
            ("rules", _) => return Err(wrong(bytes, key, "a table")),
            _ => return Err(unknown(bytes, key, "key", ["exclude", "rules"].into_iter())),
        }
    }
    Ok(())
}

fn read_bump(bytes: &[u8], name: &Scalar, section: &Node) -> Result<Option<MinAge>, ParseFault> {
    let Node::Map(keys) = section else { return Err(wrong(bytes, name, "a table")) };
    let mut min_age = None;
    for (key, value) in keys {
        if key.text != "min-age" {
            return Err(unknown(bytes, key, "key", ["min-age"].into_iter()));
        }
        let text = value.as_scalar().map(|value| value.text.as_str()).unwrap_or_default();
        let days =
            parse_span(text).map_err(|_| wrong(bytes, key, "a number of days or weeks, such as \"7d\""))?;
        let origin = format!("{FILE}:{}", line_of(bytes, key.range.start));
        min_age = Some(MinAge { days: u64::from(days), origin });
    }
    Ok(min_age)
}

fn read_rule(bytes: &[u8], key: &Scalar, value: &Node) -> Result<(Role, Rule), ParseFault> {
    let Some(role) = Role::ALL.into_iter().find(|one| one.name() == key.text) else {
        return Err(unknown(bytes, key, "role", Role::ALL.into_iter().map(Role::name)));
    };
    let text = value.as_scalar().map(|value| value.text.as_str()).unwrap_or_default();
    let found = Rule::ALL.into_iter().find(|one| one.name() == text);
    found.map(|found| (role, found)).ok_or_else(|| {
        let words: Vec<&str> = Rule::ALL.into_iter().map(Rule::name).collect();
        wrong(bytes, key, &format!("one of {}", words.join(", ")))
    })
}

fn pairs(node: &Node) -> &[(Scalar, Node)] {
    match node {
        Node::Map(pairs) => pairs,
        Node::Scalar(_) | Node::List(_) => &[],
    }
}

fn unknown<'a>(bytes: &[u8], key: &Scalar, what: &str, known: impl Iterator<Item = &'a str>) -> ParseFault {
    let known: Vec<&str> = known.collect();
    let line = line_of(bytes, key.range.start);
    ParseFault::at(line, format!("unknown {what} `{}`; known: {}", key.text.escape_debug(), known.join(", ")))
}

fn wrong(bytes: &[u8], key: &Scalar, expected: &str) -> ParseFault {
    ParseFault::at(
        line_of(bytes, key.range.start),
        format!("`{}` must be {expected}", key.text.escape_debug()),
    )
}

/// Whether a path is the one that the pattern means, or below it. `*` is any text without a `/`.
fn is_below(pattern: &str, path: &str) -> bool {
    let mut names = path.split('/');
    pattern.split('/').all(|part| names.next().is_some_and(|name| matches_name(part, name)))
}

fn matches_name(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len())
                .filter(|at| rest.is_char_boundary(*at))
                .any(|at| matches_name(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_the_file_comes_before_the_default() {
        let text = "[check]\ntargets = []\n[sync]\nexclude = ['examples/', 'e2e/*/Dockerfile']\n[sync.rules]\nimage = 'exact'\n";
        let policy = parse(text.as_bytes()).unwrap();
        assert_eq!((policy.rule(Role::Image), policy.rule(Role::GoLine)), (Rule::Exact, Rule::AtMost));
        for (path, expected) in [
            ("examples/a/go.mod", true),
            ("examples2/go.mod", false),
            ("e2e/a/Dockerfile", true),
            ("e2e/a/b/Dockerfile", false),
        ] {
            assert_eq!(policy.excludes(path), expected, "{path}");
        }
        assert_eq!(parse(b"").unwrap(), Policy::default());
        let policy = parse(b"[sync]\n\n[bump]\nmin-age = '2w'\n").unwrap();
        assert_eq!(policy.min_age(), Some(&MinAge { days: 14, origin: "gom.toml:4".to_owned() }));
    }

    #[test]
    fn an_error_names_the_verb_of_its_section() {
        for (text, line, verb) in [
            ("[sync]\nx = 1\n[bump]\nmin-age = 7\n", 4, "bump"),
            ("[bump]\nmin-age = '7d'\n[sync.rules]\nx = 'y'\n", 4, "sync"),
            ("bump = { x = 1 }\n", 1, "bump"),
            ("sync = 1\n", 1, "sync"),
        ] {
            assert_eq!(verb_at(text.as_bytes(), line), verb, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_file_is_an_error_with_its_path() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        let fault = || Policy::read(dir.path()).unwrap_err().to_string();
        std::fs::create_dir(&file).unwrap();
        assert_eq!(fault(), format!("`{}` is a folder, and not a file", file.display()));
        std::fs::remove_dir(&file).unwrap();
        std::os::unix::fs::symlink("nowhere", &file).unwrap();
        assert_eq!(fault(), format!("`{}` is a link that leads nowhere, and not a file", file.display()));
        std::fs::remove_file(&file).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        assert_eq!(fault(), format!("`{}` is a FIFO, a socket or a device, and not a file", file.display()));
        std::fs::remove_file(&file).unwrap();
        assert_eq!(Policy::read(dir.path()).unwrap(), Policy::default());
    }

    #[test]
    fn what_is_not_known_is_an_error_with_its_line() {
        for (text, line, reason) in [
            ("[sync]\nsource = 'x'\n", 2, "unknown key `source`; known: exclude, rules"),
            ("[sync.rules]\n\nimages = 'exact'\n", 3, "unknown role `images`; known: go-line,"),
            ("[sync.rules]\nimage = 'newer'\n", 2, "`image` must be one of exact, line,"),
            ("[other]\n", 1, "unknown section `other`; known: bump, check, sync"),
            ("[bump]\nmin-age = 7\n", 2, "`min-age` must be a number of days or weeks"),
            ("[bump]\nmin-age = ['7d']\n", 2, "`min-age` must be a number of days or weeks"),
            ("[bump]\n\nlevel = 'minor'\n", 3, "unknown key `level`; known: min-age"),
            ("\n[sync]\nexclude = 'x'\n", 3, "`exclude` must be a list of paths"),
            ("[sync]\nexclude = ['../x']\n", 2, "`../x` is not a path below the root"),
            ("[sync\n", 1, "invalid TOML"),
            ("sync = 1\n", 1, "`sync` must be a table"),
        ] {
            let fault = parse(text.as_bytes()).unwrap_err();
            assert_eq!(fault.line, Some(line), "{text} {fault}");
            assert!(fault.reason.starts_with(reason), "{text} {fault}");
        }
    }
}
