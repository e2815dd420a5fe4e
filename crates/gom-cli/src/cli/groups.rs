//! The page of `gom --help`: the verbs in groups, by what people do with them.
//!
//! clap lists all verbs under one heading, so the page has its own template, in which clap wraps no lines. Invariant:
//! every visible verb is on the page once; one that no group names is in the last group.

use std::fmt::Write as _;

use clap::Command;

use super::look::{MAX_WIDTH, STYLES};
use crate::terminal;

/// The headings, and the verbs below each.
const GROUPS: [(&str, &[&str]); 10] = [
    ("Install Go", &["install", "uninstall", "prune", "list", "list-remote"]),
    ("Move in", &["takeover", "import", "link", "unlink"]),
    ("Choose the version", &["use", "local", "shell", "current", "which", "find", "why"]),
    ("Keep a project in step", &["sync", "bump", "ide", "docker"]),
    ("Stay current", &["outdated", "upgrade", "audit", "info", "compare"]),
    ("Run a command", &["exec", "each", "bisect", "tools", "x"]),
    ("Verify", &["verify", "receipt", "lock"]),
    ("Find problems", &["doctor", "repair", "env", "check", "cache"]),
    ("Go in CI and agents", &["ci", "agents"]),
    (OWN, &[]),
];

/// The heading of verbs about gom itself.
const OWN: &str = "gom itself";

/// Returns the heading that a verb is listed under.
pub(crate) fn group_of(verb: &str) -> &'static str {
    GROUPS.iter().find(|(_, verbs)| verbs.contains(&verb)).map_or(OWN, |(heading, _)| heading)
}

/// The visible verbs below their headings, in the order of the page.
pub(crate) fn grouped(gom: &Command) -> Vec<(&'static str, Vec<&Command>)> {
    let groups = GROUPS.iter().map(|(heading, order)| {
        let verbs = gom.get_subcommands().filter(|verb| !verb.is_hide_set());
        let mut below: Vec<&Command> = verbs.filter(|verb| group_of(verb.get_name()) == *heading).collect();
        below.sort_by_key(|verb| order.iter().position(|name| *name == verb.get_name()));
        (*heading, below)
    });
    groups.collect()
}

/// Makes the page of gom itself list its verbs in groups.
pub(super) fn with_groups(gom: Command) -> Command {
    let (header, literal) = (STYLES.get_header(), STYLES.get_literal());
    let mut page = "{about-with-newline}\n{usage-heading} {usage}\n\n".to_owned();
    let groups = grouped(&gom);
    let columns = terminal::width().min(MAX_WIDTH);
    let verbs = groups.iter().flat_map(|(_, verbs)| verbs);
    let width = verbs.map(|verb| verb.get_name().len()).max().unwrap_or_default();
    for (heading, below) in groups {
        let _ = writeln!(page, "{header}{heading}:{header:#}");
        for verb in below {
            let name = verb.get_name();
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            let about = wrapped(&about, columns, 2 + width + 2);
            let _ = writeln!(page, "  {literal}{name}{literal:#}{:1$}  {about}", "", width - name.len());
        }
        page.push('\n');
    }
    let _ = write!(page, "{header}Options:{header:#}\n{{options}}{{after-help}}");
    gom.help_template(page)
}

/// Breaks a text into lines of at most `columns` columns, of which `indent` are in front of each.
fn wrapped(text: &str, columns: usize, indent: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().filter(|line| {
            line.is_empty() || indent + line.chars().count() + 1 + word.chars().count() <= columns
        });
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    lines.join(&format!("\n{:indent$}", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_wrapped_below_itself() {
        assert_eq!(wrapped("Show which toolchain runs", 80, 4), "Show which toolchain runs");
        assert_eq!(wrapped("Show which toolchain runs", 18, 4), "Show which\n    toolchain runs");
        assert_eq!(wrapped("Show which toolchain runs", 3, 1), "Show\n which\n toolchain\n runs");
    }

    #[test]
    fn every_verb_of_a_group_exists() {
        let gom = crate::cli::command();
        for name in GROUPS.iter().flat_map(|(_, verbs)| *verbs) {
            assert!(gom.find_subcommand(name).is_some_and(|verb| !verb.is_hide_set()), "{name}");
        }
    }

    #[test]
    fn every_verb_is_on_the_page_once() {
        let mut gom = crate::cli::command();
        let page = gom.render_help().to_string();
        for verb in gom.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            let line = format!("\n  {} ", verb.get_name());
            assert_eq!(page.matches(&line).count(), 1, "{}\n{page}", verb.get_name());
        }
    }
}
