//! `cargo xtask man FOLDER`: man pages, one for gom and one for each verb, from the program's own command line.
//!
//! Invariant: the bytes depend on the command line alone. Releases contain them (see [`crate::dist`]).

use std::fs;
use std::path::Path;
use std::process;

use anyhow::{Context, Result};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::help::{self, Argument, Help, OptionHelp, Verb};
use crate::shell::say;

/// How the roff crate defines an apostrophe.
const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// A man page: its file's name and content.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

/// Writes all pages into a folder.
pub(crate) fn run(folder: &str) -> Result<()> {
    let folder = Path::new(folder);
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    let gom = help::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
    let pages = pages(&Help::of(&mut process::Command::new(gom))?)?;
    for Page { name, content } in &pages {
        let file = folder.join(name);
        fs::write(&file, content).with_context(|| format!("can't write {}", file.display()))?;
    }
    say(&format!("{} pages in {}", pages.len(), folder.display()));
    Ok(())
}

/// Makes the page of gom and those of all verbs.
pub(crate) fn pages(help: &Help) -> Result<Vec<Page>> {
    let verbs = help.all_verbs();
    let mut pages = vec![main_page(help, &verbs)?];
    for verb in &verbs {
        pages.push(page_of(help, verb)?);
    }
    Ok(pages)
}

fn main_page(help: &Help, verbs: &[&Verb]) -> Result<Page> {
    let gom = Command::new("gom")
        .about("install Go toolchains, proven against Go's checksum database, and run the right one")
        .disable_help_flag(true)
        .args(help.global_options.iter().map(option));
    let man = Man::new(gom);
    let mut roff = section("SYNOPSIS");
    roff.text([bold("gom"), roman(" [OPTIONS] VERB ...")]);
    let description = section_of_text(
        "DESCRIPTION",
        "Go's own builds, unchanged, each proven before it is installed. The program `go` in the same folder as gom selects \
         one for the working directory and runs it. `gom help VERB` prints the text of these pages.",
    );
    let mut list = section("VERBS");
    for verb in verbs {
        list.control("TP", []);
        list.text([bold(format!("{}(1)", page_name(verb)))]);
        list.text([roman(verb.summary.clone())]);
    }
    let files = section_of_text(
        "FILES",
        "~/.gom\n\nThe store: gom, the toolchains, their receipts, and config.toml with the settings.",
    );
    assemble("gom", &man, help, vec![roff, description], vec![list, files])
}

fn page_of(help: &Help, verb: &Verb) -> Result<Page> {
    let name = page_name(verb);
    let about = lower_first(&verb.summary);
    let command =
        Command::new(name.clone()).about(about).disable_help_flag(true).args(verb.options.iter().map(option));
    let man = Man::new(command);
    let mut synopsis = section("SYNOPSIS");
    for (index, line) in verb.usage.lines().map(str::trim).enumerate() {
        if index > 0 {
            synopsis.control("br", []);
        }
        synopsis.text([bold(line)]);
    }
    let mut first = vec![synopsis, section_of_text("DESCRIPTION", &verb.text)];
    if !verb.arguments.is_empty() {
        first.push(arguments(&verb.arguments));
    }
    let mut rest = Vec::new();
    let (title, notes) = match verb.notes.strip_prefix("Examples:\n") {
        Some(examples) => ("EXAMPLES", examples),
        None => ("NOTES", verb.notes.as_str()),
    };
    if !notes.trim().is_empty() {
        let mut examples = section(title);
        examples.control("nf", []);
        for line in notes.lines() {
            examples.text([roman(line)]);
        }
        examples.control("fi", []);
        rest.push(examples);
    }
    let mut see = section("SEE ALSO");
    see.text([bold("gom(1)"), roman(" for the options of every command.")]);
    for below in &verb.verbs {
        see.control("br", []);
        see.text([bold(format!("{}(1)", page_name(below)))]);
    }
    rest.push(see);
    assemble(&name, &man, help, first, rest)
}

fn assemble(name: &str, man: &Man, help: &Help, first: Vec<Roff>, rest: Vec<Roff>) -> Result<Page> {
    let mut content = Vec::new();
    let mut title = Roff::default();
    // The date has to be there, and the same for every build.
    title.control("TH", [name, "1", " ", &format!("gom {}", help.gom), "gom"]);
    title.to_writer(&mut content)?;
    man.render_name_section(&mut content)?;
    for part in first {
        part.to_writer(&mut content)?;
    }
    man.render_options_section(&mut content)?;
    for part in rest {
        part.to_writer(&mut content)?;
    }
    // Each part begins with the same definition of an apostrophe; one is enough.
    let text = String::from_utf8(content)?;
    let content = format!("{APOSTROPHE}{}", text.replace(APOSTROPHE, "")).into_bytes();
    Ok(Page { name: format!("{name}.1"), content })
}

fn page_name(verb: &Verb) -> String {
    format!("gom-{}", verb.name.replace(' ', "-"))
}

fn section(title: &str) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", [title]);
    roff
}

/// A section of paragraphs, which an empty line separates.
fn section_of_text(title: &str, text: &str) -> Roff {
    let mut roff = section(title);
    for (index, paragraph) in text.split("\n\n").enumerate() {
        if index > 0 {
            roff.control("PP", []);
        }
        roff.text([roman(paragraph.replace('\n', " "))]);
    }
    roff
}

/// The arguments, by hand: clap knows no required argument after an optional one, but gom's verbs have some.
fn arguments(arguments: &[Argument]) -> Roff {
    let mut roff = section("ARGUMENTS");
    for Argument { name, text, values, .. } in arguments {
        let values = if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) };
        roff.control("TP", []);
        roff.text([bold(name.replace("] [", " ").replace("> <", " "))]);
        roff.text([roman(format!("{text}{values}"))]);
    }
    roff
}

fn option(option: &OptionHelp) -> Arg {
    let name = option.name.clone().unwrap_or_default();
    let name = name.trim_start_matches("--").to_owned();
    let mut arg = Arg::new(name.clone()).long(name).help(option.text.clone());
    if let Some(short) = option.short.as_deref().and_then(|short| short.chars().nth(1)) {
        arg = arg.short(short);
    }
    let Some(value) = &option.value else { return arg.action(ArgAction::SetTrue) };
    arg = arg.value_name(value.clone());
    if let Some(default) = &option.default {
        arg = arg.default_value(default.clone());
    }
    with_values(arg, &option.values)
}

fn with_values(arg: Arg, values: &[String]) -> Arg {
    if values.is_empty() { arg } else { arg.value_parser(PossibleValuesParser::new(values.to_vec())) }
}

/// The first letter small, as in the NAME section of other man pages, unless the word is a name.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    let is_word = letters.clone().next().is_some_and(char::is_lowercase);
    if is_word { first.to_lowercase().chain(letters).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Help {
        serde_json::from_str(
            r#"{"gom": "1.2.3", "global_options": [
                {"name": "--json", "short": null, "text": "Print JSON", "value": null, "values": [], "default": null,
                 "repeated": false}],
                "verbs": [{"name": "ci", "group": "CI", "aliases": [], "summary": "Set up Go", "text": "Set up Go\n\nMore.",
                "usage": "gom ci <COMMAND>", "effects": null, "arguments": [], "options": [], "notes": "", "verbs": [
                {"name": "ci setup", "aliases": [], "summary": "Get Go", "text": "Get Go", "usage": "gom ci setup [SPEC]...",
                 "effects": ["reads"], "arguments": [{"name": "SPEC", "text": "Versions", "required": false,
                 "repeated": true, "values": []}], "options": [{"name": "--shell", "short": "-s", "text": "The shell",
                 "value": "SHELL", "values": ["bash", "zsh"], "default": "bash", "repeated": false, "effects": []}],
                 "notes": "Examples:\n  gom ci setup 1.22     .dot", "verbs": []}]}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn each_verb_has_a_page_and_gom_lists_them() {
        let pages = pages(&sample()).unwrap();
        let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
        assert_eq!(names, ["gom.1", "gom-ci.1", "gom-ci-setup.1"]);
        let text = |at: usize| String::from_utf8(pages[at].content.clone()).unwrap();
        for part in [".TH gom 1 \" \" \"gom 1.2.3\" gom", "gom\\-ci\\-setup(1)", "\\-\\-json"] {
            assert!(text(0).contains(part), "{part}\n{}", text(0));
        }
        assert_eq!(text(0).matches(APOSTROPHE).count(), 1, "{}", text(0));
        for part in [
            "gom\\-ci\\-setup \\- get Go",
            "SPEC",
            "\\-\\-shell",
            "[default: bash]",
            ".SH EXAMPLES",
            "gom(1)",
        ] {
            assert!(text(2).contains(part), "{part}\n{}", text(2));
        }
    }
}
