//! The page of every verb: usage, arguments, options, effects and examples.

use std::fmt::Write as _;

use super::markdown::{cell, prose};
use crate::help::{Argument, Help, OptionHelp, Verb};

/// What each effect means, in the order of the page.
const EFFECTS: [(&str, &str); 5] = [
    ("reads", "reads files"),
    ("writes", "writes files"),
    ("network", "uses the network"),
    ("runs", "starts other programs"),
    ("destructive", "removes what only a download brings back"),
];

pub(super) fn page(help: &Help) -> String {
    let mut page = "\
# Commands

Every command of gom with its arguments and options. This page is made by `cargo xtask reference` from the program itself.

"
    .to_owned();
    let groups = groups(help);
    page.push_str("| to do | commands |\n|---|---|\n");
    for (group, verbs) in &groups {
        let links: Vec<String> =
            verbs.iter().map(|verb| format!("[{0}](#gom-{1})", verb.name, anchor(&verb.name))).collect();
        let _ = writeln!(page, "| {group} | {} |", links.join(", "));
    }
    page.push_str("\n## Options of every command\n\n");
    page.push_str(&table(&[], &help.global_options));
    for (group, verbs) in &groups {
        let _ = writeln!(page, "\n## {group}");
        for verb in verbs {
            write_verb(&mut page, verb);
        }
    }
    page
}

/// The headings in the order of their first verbs, each with its verbs.
fn groups(help: &Help) -> Vec<(&str, Vec<&Verb>)> {
    let mut groups: Vec<(&str, Vec<&Verb>)> = Vec::new();
    for verb in &help.verbs {
        let group = verb.group.as_deref().unwrap_or("Other");
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, verbs)) => verbs.push(verb),
            None => groups.push((group, vec![verb])),
        }
    }
    groups
}

fn write_verb(page: &mut String, verb: &Verb) {
    let depth = 3 + verb.name.matches(' ').count();
    let _ = writeln!(page, "\n{} gom {}\n", "#".repeat(depth), verb.name);
    for paragraph in verb.text.split("\n\n") {
        let paragraph = prose(&paragraph.replace('\n', " "));
        let end = if paragraph.ends_with(['.', ':', '`']) { "" } else { "." };
        let _ = writeln!(page, "{paragraph}{end}\n");
    }
    let usage: Vec<String> = verb.usage.lines().map(|line| format!("Usage: {}", line.trim())).collect();
    let _ = writeln!(page, "```text\n{}\n```\n", usage.join("\n"));
    let mut facts = Vec::new();
    if !verb.aliases.is_empty() {
        let aliases: Vec<String> = verb.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        facts.push(format!("Also called {}.", aliases.join(", ")));
    }
    if let Some(effects) = &verb.effects {
        facts.push(match words(effects).as_str() {
            "" => "It only prints.".to_owned(),
            words => format!("It {words}."),
        });
    }
    if !facts.is_empty() {
        let _ = writeln!(page, "{}\n", facts.join(" "));
    }
    let table = table(&verb.arguments, &verb.options);
    if !table.is_empty() {
        let _ = writeln!(page, "{table}");
    }
    for paragraph in verb.notes.trim_end().split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let _ = match paragraph.strip_prefix("Examples:\n") {
            Some(examples) => {
                let lines: Vec<String> = examples.lines().map(example).collect();
                writeln!(page, "```sh\n{}\n```\n", lines.join("\n"))
            }
            None => writeln!(page, "```text\n{paragraph}\n```\n"),
        };
    }
    // No blank line at the end, whatever came last.
    page.truncate(page.trim_end().len());
    page.push('\n');
    for verb in &verb.verbs {
        write_verb(page, verb);
    }
}

/// A line of examples: what follows several blanks explains the command, so it becomes a comment.
fn example(line: &str) -> String {
    let line = line.trim();
    let Some((command, text)) = line.split_once("   ") else { return line.to_owned() };
    let text = text.trim_start();
    let blanks = line.len() - command.len() - text.len();
    format!("{command}{:blanks$}# {text}", "")
}

fn table(arguments: &[Argument], options: &[OptionHelp]) -> String {
    if arguments.is_empty() && options.is_empty() {
        return String::new();
    }
    let mut table = "| argument or option | meaning |\n|---|---|\n".to_owned();
    for argument in arguments {
        let dots = if argument.repeated { "..." } else { "" };
        let name = argument.name.replace("] [", " ").replace("> <", " ");
        let name = if argument.required { format!("{name}{dots}") } else { format!("[{name}]{dots}") };
        let _ = writeln!(table, "| `{name}` | {}{} |", cell(&argument.text), values(&argument.values));
    }
    for option in options {
        let short = option.short.as_ref().map(|short| format!("`{short}`, ")).unwrap_or_default();
        let value = option.value.as_ref().map(|value| format!(" {value}")).unwrap_or_default();
        let name = option.name.clone().unwrap_or_default();
        let mut text = cell(&option.text) + &values(&option.values);
        if let Some(default) = &option.default {
            let _ = write!(text, "; default `{default}`");
        }
        if option.repeated && !text.contains("repeated") {
            text.push_str("; may be repeated");
        }
        if !option.effects.is_empty() {
            let _ = write!(text, "; {}", words(&option.effects));
        }
        let _ = writeln!(table, "| {short}`{name}{value}` | {text} |");
    }
    table
}

fn values(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) }
}

/// Effects in words, joined to one sentence.
fn words(effects: &[String]) -> String {
    let known = EFFECTS.iter().filter(|(name, _)| effects.iter().any(|effect| effect == name));
    let words: Vec<&str> = known.map(|(_, words)| *words).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn anchor(name: &str) -> String {
    name.replace(' ', "-")
}
