//! The rules of a policy, and the form that they are written in.
//!
//! Invariant: no text makes it panic, and a name or a value that it does not know is an error with its line, so that a typing
//! mistake is never a rule that does not apply.

use gom_select::version::{GoVersion, ReleaseLine};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::redact::redacted_text;
use crate::settings::{RequiredProof, SourceName, line_of, source_name};

/// Whether a policy forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyMode {
    /// What a rule refuses is an error.
    Enforce,
    /// What a rule refuses is a warning.
    Report,
}

impl PolicyMode {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            PolicyMode::Enforce => "enforce",
            PolicyMode::Report => "report",
        }
    }
}

/// A rule, with its 1-based line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule<T> {
    /// What it asks for.
    pub value: T,
    /// Where it stands.
    pub line: usize,
}

/// A place that a toolchain may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicySource {
    /// A place of archives.
    Archives(SourceName),
    /// The tree of another manager, which `gom import` takes over.
    Import,
    /// The tool cache of a CI's runner.
    ToolCache,
}

impl PolicySource {
    /// Its word.
    pub fn word(&self) -> String {
        match self {
            PolicySource::Archives(name) => name.to_string(),
            PolicySource::Import => IMPORT.to_owned(),
            PolicySource::ToolCache => "tool-cache".to_owned(),
        }
    }
}

/// What becomes of a Go that gom did not install: a linked one, and `system`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherGo {
    /// The same rules apply, as far as its version is known; nothing has proven it.
    #[default]
    Judge,
    /// It is allowed.
    Allow,
    /// It is refused.
    Refuse,
}

impl OtherGo {
    fn name(self) -> &'static str {
        match self {
            OtherGo::Judge => "judge",
            OtherGo::Allow => "allow",
            OtherGo::Refuse => "refuse",
        }
    }
}

/// The rules of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The oldest patch of a line.
    pub minimum: Vec<Rule<GoVersion>>,
    /// Lines must get security fixes.
    pub supported: Option<Rule<()>>,
    /// No release with a known vulnerability that a newer release fixes.
    pub refuse_vulnerable: Option<Rule<()>>,
    /// No release with one of these vulnerabilities.
    pub critical: Option<Rule<Vec<String>>>,
    /// Vulnerabilities that `refuse_vulnerable` does not count.
    pub accepted: Option<Rule<Vec<String>>>,
    /// What must have proven a toolchain.
    pub proof: Option<Rule<RequiredProof>>,
    /// The only places that a toolchain may come from.
    pub sources: Option<Rule<Vec<PolicySource>>>,
    /// What becomes of a Go that gom did not install.
    pub other_go: Option<Rule<OtherGo>>,
}

impl Rules {
    /// Whether nothing can be refused.
    pub fn is_empty(&self) -> bool {
        self.judges_none_by_version()
            && self.proof.is_none()
            && self.sources.is_none()
            && self.other_go().value != OtherGo::Refuse
    }

    /// Whether no rule looks at versions.
    pub fn judges_none_by_version(&self) -> bool {
        self.minimum.is_empty()
            && self.supported.is_none()
            && self.refuse_vulnerable.is_none()
            && self.critical.is_none()
    }

    /// What becomes of a Go that gom did not install. The line is 0 if the file does not say.
    pub fn other_go(&self) -> Rule<OtherGo> {
        self.other_go.clone().unwrap_or(Rule { value: OtherGo::default(), line: 0 })
    }

    /// Each rule for people: its name, its value without credentials, and its line.
    pub fn rows(&self) -> Vec<(&'static str, String, usize)> {
        // A new field does not compile until it has a row.
        let Rules { minimum, supported, refuse_vulnerable, critical, accepted, proof, sources, other_go } =
            self;
        let mut rows: Vec<(&'static str, String, usize)> =
            minimum.iter().map(|rule| (MINIMUM, rule.value.to_string(), rule.line)).collect();
        let mut add = |name, rule: Option<(String, usize)>| {
            rows.extend(rule.map(|(value, line)| (name, value, line)));
        };
        add(SUPPORTED, supported.as_ref().map(|rule| ("true".to_owned(), rule.line)));
        add(REFUSE_VULNERABLE, refuse_vulnerable.as_ref().map(|rule| ("true".to_owned(), rule.line)));
        add(CRITICAL, critical.as_ref().map(|rule| (rule.value.join(","), rule.line)));
        add(ACCEPTED, accepted.as_ref().map(|rule| (rule.value.join(","), rule.line)));
        add(PROOF, proof.as_ref().map(|rule| (rule.value.to_string(), rule.line)));
        add(SOURCES, sources.as_ref().map(|rule| (words(&rule.value).join(","), rule.line)));
        add(OTHER_GO, other_go.as_ref().map(|rule| (rule.value.name().to_owned(), rule.line)));
        rows
    }
}

/// The place in the receipt of a toolchain that was taken over from another manager.
pub const IMPORT: &str = "import";

/// The words of these places.
pub(crate) fn words(sources: &[PolicySource]) -> Vec<String> {
    sources.iter().map(PolicySource::word).collect()
}

pub(crate) const MINIMUM: &str = "minimum";
pub(crate) const SUPPORTED: &str = "supported";
pub(crate) const REFUSE_VULNERABLE: &str = "refuse_vulnerable";
pub(crate) const CRITICAL: &str = "critical";
pub(crate) const ACCEPTED: &str = "accepted";
pub(crate) const PROOF: &str = "proof";
pub(crate) const SOURCES: &str = "sources";
pub(crate) const OTHER_GO: &str = "other_go";
const MODE: &str = "mode";

/// Every name at the top of a policy.
const NAMES: [&str; 9] =
    [MODE, MINIMUM, SUPPORTED, REFUSE_VULNERABLE, CRITICAL, ACCEPTED, PROOF, SOURCES, OTHER_GO];

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) reason: String,
    /// What the text says of the mode, as far as it can be read.
    pub(super) mode: PolicyMode,
}

impl Fault {
    /// The fault of a file that is text only up to here.
    pub(super) fn of_bytes(text: &[u8]) -> Fault {
        let line = text.split(|byte| *byte == b'\n').count();
        Fault { line, reason: "it is not UTF-8".to_owned(), mode: PolicyMode::Enforce }
    }
}

/// A value that can't be used: its place in the text, and why.
type Wrong = (usize, String);

/// Reads a policy.
pub(super) fn parse(text: &str) -> Result<(PolicyMode, Rules), Fault> {
    let fault = |mode, (at, reason): Wrong| Fault { line: line_of(text, at), reason, mode };
    let table = DeTable::parse(text).map_err(|error| {
        let reason = error.message().lines().next().unwrap_or_default().to_owned();
        fault(PolicyMode::Enforce, (error.span().map_or(0, |span| span.start), reason))
    })?;
    // Read first, so that a mistake in a policy that only reports stops nobody.
    let mode = mode(table.get_ref()).map_err(|wrong| fault(PolicyMode::Enforce, wrong))?;
    rules(table.get_ref(), text).map(|rules| (mode, rules)).map_err(|wrong| fault(mode, wrong))
}

fn mode(table: &DeTable<'_>) -> Result<PolicyMode, Wrong> {
    let Some(value) = table.get(MODE) else { return Ok(PolicyMode::Enforce) };
    match string(MODE, value)? {
        "enforce" => Ok(PolicyMode::Enforce),
        "report" => Ok(PolicyMode::Report),
        other => {
            Err((value.span().start, format!("`{MODE}` is `{}`: write enforce or report", shown(other))))
        }
    }
}

fn rules(table: &DeTable<'_>, text: &str) -> Result<Rules, Wrong> {
    let mut rules = Rules::default();
    for (name, value) in table {
        let line = line_of(text, name.span().start);
        let at = |(value, line)| Rule { value, line };
        match name.get_ref().as_ref() {
            MODE => {}
            MINIMUM => rules.minimum = minimum(value, text)?,
            SUPPORTED => rules.supported = switch(SUPPORTED, value)?.map(|()| at(((), line))),
            REFUSE_VULNERABLE => {
                rules.refuse_vulnerable = switch(REFUSE_VULNERABLE, value)?.map(|()| at(((), line)));
            }
            CRITICAL => rules.critical = Some(Rule { value: entries(CRITICAL, value)?, line }),
            ACCEPTED => rules.accepted = Some(Rule { value: entries(ACCEPTED, value)?, line }),
            PROOF => {
                let proof = string(PROOF, value)?.parse::<RequiredProof>();
                let proof = proof.map_err(|reason| wrong(PROOF, value, &reason))?;
                rules.proof = Some(Rule { value: proof, line });
            }
            SOURCES => rules.sources = Some(Rule { value: sources(value)?, line }),
            OTHER_GO => {
                let all = [OtherGo::Judge, OtherGo::Allow, OtherGo::Refuse];
                let word = string(OTHER_GO, value)?;
                let found = all.into_iter().find(|one| one.name() == word);
                let found = found.ok_or_else(|| wrong(OTHER_GO, value, "write judge, allow or refuse"))?;
                rules.other_go = Some(Rule { value: found, line });
            }
            other => {
                let known = NAMES.join(", ");
                return Err((name.span().start, format!("`{}` is not one of {known}", shown(other))));
            }
        }
    }
    Ok(rules)
}

fn minimum(value: &Spanned<DeValue<'_>>, text: &str) -> Result<Vec<Rule<GoVersion>>, Wrong> {
    let DeValue::Table(table) = value.get_ref() else {
        return Err(wrong(MINIMUM, value, "write a table: `minimum = { \"1.26\" = \"1.26.3\" }`"));
    };
    let mut rules = Vec::new();
    for (name, value) in table {
        let at = name.span().start;
        if matches!(value.get_ref(), DeValue::Table(_)) {
            let reason = format!("write the line in quotes: `\"{}.N\" = ...`", shown(name.get_ref()));
            return Err((at, reason));
        }
        let line = ReleaseLine::parse(name.get_ref())
            .map_err(|_| (at, format!("`{}` is not a line of Go, as 1.26 is", shown(name.get_ref()))))?;
        let patch = string(MINIMUM, value)?;
        let version = GoVersion::parse(patch).ok().filter(|version| !version.is_language_version());
        let version = version.filter(|version| line.contains(version));
        let version = version.ok_or_else(|| {
            wrong(MINIMUM, value, &format!("write a release of Go {line}, such as {line}.1"))
        })?;
        rules.push(Rule { value: version, line: line_of(text, at) });
    }
    rules.sort_by_key(|rule| rule.line);
    Ok(rules)
}

fn sources(value: &Spanned<DeValue<'_>>) -> Result<Vec<PolicySource>, Wrong> {
    let words = strings(SOURCES, value)?;
    if words.is_empty() {
        return Err(wrong(SOURCES, value, "name at least one place, or leave it out to allow all"));
    }
    let parse = |(at, word): (usize, &str)| match word {
        IMPORT => Ok(PolicySource::Import),
        "tool-cache" => Ok(PolicySource::ToolCache),
        word => source_name(word)
            .map(PolicySource::Archives)
            .map_err(|reason| (at, redacted_text(&format!("`{SOURCES}` has `{}`: {reason}", shown(word))))),
    };
    words.into_iter().map(parse).collect()
}

/// Names of entries of Go's vulnerability database.
fn entries(name: &str, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Wrong> {
    let check = |(at, word): (usize, &str)| {
        let is_name = ["GO-", "CVE-"].iter().any(|start| word.starts_with(start))
            && word.len() <= 40
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let reason =
            || format!("`{name}` has `{}`: write names such as GO-2026-1234 or CVE-2026-1234", shown(word));
        if is_name { Ok(word.to_owned()) } else { Err((at, reason())) }
    };
    strings(name, value)?.into_iter().map(check).collect()
}

fn switch(name: &str, value: &Spanned<DeValue<'_>>) -> Result<Option<()>, Wrong> {
    match value.get_ref() {
        DeValue::Boolean(is_on) => Ok(is_on.then_some(())),
        _ => Err(wrong(name, value, "write true or false")),
    }
}

fn string<'a>(name: &str, value: &'a Spanned<DeValue<'_>>) -> Result<&'a str, Wrong> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.as_ref()),
        _ => Err(wrong(name, value, "write it in quotes")),
    }
}

/// The texts of a list, each with its place.
fn strings<'a>(name: &str, value: &'a Spanned<DeValue<'_>>) -> Result<Vec<(usize, &'a str)>, Wrong> {
    let DeValue::Array(values) = value.get_ref() else {
        return Err(wrong(name, value, "write a list: `[\"...\"]`"));
    };
    values.iter().map(|value| Ok((value.span().start, string(name, value)?))).collect()
}

fn wrong(name: &str, value: &Spanned<DeValue<'_>>, reason: &str) -> Wrong {
    (value.span().start, format!("`{name}`: {reason}"))
}

/// A text of the file, cut for a message.
fn shown(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_rule_is_read_with_its_line() {
        let text = "\
mode = \"report\"
supported = true
refuse_vulnerable = true
accepted = [\"GO-2026-1111\"]
critical = [\"CVE-2026-2222\", \"GO-2026-3333\"]
proof = \"log\"
sources = [\"proxy\", \"https://me:secret@mirror.example/go\", \"import\", \"tool-cache\"]
other_go = \"refuse\"

[minimum]
\"1.26\" = \"1.26.3\"
\"1.25\" = \"1.25.9\"
";
        let (mode, rules) = parse(text).unwrap();
        assert_eq!(mode, PolicyMode::Report);
        let rows: Vec<String> =
            rules.rows().iter().map(|(name, value, line)| format!("{line} {name} {value}")).collect();
        assert_eq!(
            rows,
            [
                "11 minimum 1.26.3",
                "12 minimum 1.25.9",
                "2 supported true",
                "3 refuse_vulnerable true",
                "5 critical CVE-2026-2222,GO-2026-3333",
                "4 accepted GO-2026-1111",
                "6 proof log",
                "7 sources proxy,https://xxxxx@mirror.example/go/,import,tool-cache",
                "8 other_go refuse",
            ]
        );
        assert!(!rules.is_empty());
    }

    #[test]
    fn what_can_refuse_nothing_is_empty() {
        for text in ["", "supported = false\n", "mode = \"enforce\"\nother_go = \"allow\"\n", "[minimum]\n"] {
            let (mode, rules) = parse(text).unwrap();
            assert!(mode == PolicyMode::Enforce && rules.is_empty(), "{text}");
        }
        for text in ["proof = \"any\"\n", "other_go = \"refuse\"\n", "critical = [\"GO-2026-1234\"]\n"] {
            assert!(!parse(text).unwrap().1.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for (text, line, reason) in [
            ("\nmod = \"report\"\n", 2, "`mod` is not one of mode, minimum, "),
            ("mode = \"enforced\"\n", 1, "`mode` is `enforced`: write enforce or report"),
            ("mode = true\n", 1, "`mode`: write it in quotes"),
            ("\nsupported = \"yes\"\n", 2, "`supported`: write true or false"),
            ("proof = \"all\"\n", 1, "`proof`: write any or log"),
            ("minimum = \"1.26.3\"\n", 1, "`minimum`: write a table"),
            ("[minimum]\n1.26 = \"1.26.3\"\n", 2, "write the line in quotes: `\"1.N\" = ...`"),
            ("[minimum]\n\"1.26\" = 1.26\n", 2, "`minimum`: write it in quotes"),
            (
                "[minimum]\n\"1.26\" = \"1.25.3\"\n",
                2,
                "`minimum`: write a release of Go 1.26, such as 1.26.1",
            ),
            ("[minimum]\n\"1.26\" = \"1.26\"\n", 2, "`minimum`: write a release of Go 1.26"),
            ("[minimum]\n\"latest\" = \"1.26.3\"\n", 2, "`latest` is not a line of Go"),
            ("sources = []\n", 1, "`sources`: name at least one place"),
            ("sources = [\n\"proxy\",\n\"nowhere\"]\n", 3, "`sources` has `nowhere`: "),
            ("critical = [\"2026-1234\"]\n", 1, "`critical` has `2026-1234`: write names such as"),
            ("accepted = \"GO-2026-1234\"\n", 1, "`accepted`: write a list"),
            ("other_go = \"no\"\n", 1, "`other_go`: write judge, allow or refuse"),
            ("x = \n", 1, ""),
            ("supported = true\nsupported = true\n", 2, "duplicate key"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.line, fault.mode), (line, PolicyMode::Enforce), "{text}: {fault:?}");
            assert!(fault.reason.starts_with(reason) && !fault.reason.contains('\n'), "{text}: {fault:?}");
        }
    }

    #[test]
    fn the_mode_counts_even_where_a_rule_is_wrong() {
        for text in ["sorces = []\nmode = \"report\"\n", "mode = \"report\"\nproof = 1\n"] {
            assert_eq!(parse(text).unwrap_err().mode, PolicyMode::Report, "{text}");
        }
        // Text that is not TOML says nothing about its mode.
        assert_eq!(parse("mode = \"report\"\n[\n").unwrap_err().mode, PolicyMode::Enforce);
    }

    #[test]
    fn a_deep_or_strange_text_is_only_a_mistake() {
        for text in ["[".repeat(60_000), "a.".repeat(30_000), format!("x = {}", "{a=".repeat(20_000))] {
            assert!(parse(&text).is_err());
        }
        assert!(parse("\u{feff}supported = true\n").is_ok() || parse("\u{feff}supported = true\n").is_err());
        assert_eq!(Fault::of_bytes(b"a\nb\n").line, 3);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}|(mode|minimum|sources|critical)[ =\\[\\]{}\"a-z0-9.\n]{0,40}") {
            let _ = parse(&text);
        }
    }
}
