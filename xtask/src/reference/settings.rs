//! The page of every setting with its default, and of every variable that gom reads.
//!
//! The settings are those that gom prints in an empty home. The variables are the constants of gom-select's `env_vars`,
//! with the comments on them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use syn::{Attribute, Expr, Item, Lit, Meta};

use super::markdown::cell;
use crate::shell::output_of;

const VARIABLES: &str = "crates/gom-select/src/env_vars.rs";

/// The home folder in which gom is asked. It does not exist, so gom finds no settings there.
const HOME: &str = "/home-of-nobody";

#[derive(Deserialize)]
struct Config {
    settings: Vec<Setting>,
}

#[derive(Deserialize)]
struct Setting {
    name: String,
    value: String,
}

/// A constant with the name of a variable.
struct Variable {
    name: String,
    meaning: String,
    /// Whether it is one of Go's own.
    is_of_go: bool,
}

pub(super) fn page(repository: &Path, gom: &Path) -> Result<String> {
    let variables = variables(&fs::read_to_string(repository.join(VARIABLES))?)?;
    let mut page = "\
# Settings and variables

Every setting with its default, and every variable of gom. This page is made by `cargo xtask reference` from the program
itself. What each setting means, and which place takes precedence: [settings.md](../settings.md).

## Settings

As `gom config` prints them if nothing is set, on Linux. All except `home` are keys of `config.toml`.

| name | default |
|---|---|
"
    .to_owned();
    for Setting { name, value } in defaults(gom)? {
        let value = match value.as_str() {
            "" => "none".to_owned(),
            value => format!("`{}`", value.replace(HOME, "~")),
        };
        let _ = writeln!(page, "| `{name}` | {value} |");
    }
    for (heading, is_of_go) in [("Variables of gom", false), ("Variables of Go", true)] {
        let _ = write!(page, "\n## {heading}\n\n| name | meaning |\n|---|---|\n");
        for variable in variables.iter().filter(|variable| variable.is_of_go == is_of_go) {
            let _ = writeln!(page, "| `{}` | {} |", variable.name, cell(&variable.meaning));
        }
    }
    Ok(page)
}

/// Asks gom for its own settings, with nothing set. Go's and the system's, in capitals, depend on the machine.
fn defaults(gom: &Path) -> Result<Vec<Setting>> {
    let text = output_of(Command::new(gom).args(["config", "--json"]).env_clear().env("HOME", HOME))?;
    let config: Config =
        serde_json::from_str(&text).context("can't read the output of `gom config --json`")?;
    let is_own = |setting: &Setting| !setting.name.starts_with(|first: char| first.is_uppercase());
    Ok(config.settings.into_iter().filter(is_own).collect())
}

/// The constants of a Rust file with their doc comments; those in its module `go` are Go's.
fn variables(source: &str) -> Result<Vec<Variable>> {
    let mut found = Vec::new();
    collect(&syn::parse_file(source)?.items, false, &mut found)?;
    Ok(found)
}

fn collect(items: &[Item], is_of_go: bool, found: &mut Vec<Variable>) -> Result<()> {
    for item in items {
        match item {
            Item::Const(constant) => {
                let meaning = comment(&constant.attrs);
                ensure!(!meaning.is_empty(), "{} in {VARIABLES} has no comment", constant.ident);
                if let Some(name) = text(&constant.expr) {
                    found.push(Variable { name, meaning, is_of_go });
                }
            }
            Item::Mod(module) => {
                let items = module.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
                collect(items, true, found)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The lines of a doc comment in one.
fn comment(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => text(&pair.value),
        _ => None,
    });
    lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_has_its_name_and_the_comment_on_it() {
        let source = "/// The folder.\n/// Default: `~`.\npub const A: &str = \"GOM_A\";\n\
                      pub mod go { /// Go's.\n pub const B: &str = \"GOB\"; }";
        let found = variables(source).unwrap();
        let rows: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.meaning.as_str(), one.is_of_go)).collect();
        assert_eq!(rows, [("GOM_A", "The folder. Default: `~`.", false), ("GOB", "Go's.", true)]);
        assert!(variables("pub const A: &str = \"GOM_A\";").is_err());
    }
}
