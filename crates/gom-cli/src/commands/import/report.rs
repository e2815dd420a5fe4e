//! What `gom import` prints: the trees and what became of them, and what their managers were told.

use gom_core::path_text::as_text;
use gom_core::shell_quote::shell_quote;
use gom_import::default::DefaultTaken;
use gom_import::found::FoundTree;
use gom_import::manager::Manager;
use gom_import::preferences::{Preference, Told};
use gom_import::removing::Kept;
use gom_import::taking::{self, Taken};
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use crate::output::{Output, Tone, counted, paint};
use crate::sizes::megabytes;

/// The most differing files that are named.
const MOST_NAMED: usize = 5;

/// The whole outcome.
pub(crate) struct Report<'a> {
    pub(crate) dry_run: bool,
    pub(crate) rows: &'a [Row],
    /// The default that decided before, and what became of it.
    pub(crate) default: Option<(&'a Preference, DefaultTaken)>,
    /// What the managers were told.
    pub(crate) told: &'a [Preference],
}

/// One tree, and what became of it.
pub(crate) struct Row {
    pub(crate) tree: FoundTree,
    pub(crate) taken: Taken,
    /// The name that it was linked under.
    pub(crate) linked: Option<String>,
    /// With `--remove`, what becomes of the folder.
    pub(crate) fate: Option<Fate>,
}

/// What `--remove` does with a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is to be removed.
    Goes,
    /// It was removed.
    Gone,
    /// It stays; the reason, if it is not that gom lacks it.
    Stays(Option<Kept>),
}

/// The object of `--json`.
#[derive(Serialize)]
pub(crate) struct Json {
    dry_run: bool,
    toolchains: Vec<TreeJson>,
    /// Bytes of everything that was found.
    bytes_found: u64,
    /// Bytes of what was taken over; with `--dry-run`, of what would be.
    bytes_taken_over: u64,
    /// Bytes of the folders that were removed; with `--dry-run`, of those that would be.
    bytes_removed: u64,
    /// Bytes that the commands free.
    bytes_to_free: u64,
    free_with: Vec<String>,
    default: Option<DefaultJson>,
    aliases: Vec<AliasJson>,
    packages: Vec<PackageJson>,
}

/// One tree.
#[derive(Serialize)]
struct TreeJson {
    manager: &'static str,
    goroot: String,
    toolchain: Option<String>,
    bytes: u64,
    result: &'static str,
    /// The files that differ, as far as gom knows.
    differences: Vec<String>,
    reason: Option<String>,
    /// What gom did not take over: programs in its `bin`, and the folders of a GOPATH in it.
    left_behind: Vec<String>,
    /// The name that it was linked under.
    linked: Option<String>,
    removed: bool,
    /// Why `--remove` leaves it.
    not_removed: Option<String>,
}

/// The default of a manager.
#[derive(Serialize)]
struct DefaultJson {
    manager: &'static str,
    version: String,
    place: String,
    result: &'static str,
    reason: Option<String>,
}

/// Another name for a version.
#[derive(Serialize)]
struct AliasJson {
    manager: &'static str,
    name: String,
    version: String,
    place: String,
}

/// A package that a manager installs with each Go.
#[derive(Serialize)]
struct PackageJson {
    manager: &'static str,
    package: String,
    place: String,
    command: String,
}

/// A tree in one line.
pub(crate) fn line(tree: &FoundTree) -> String {
    let FoundTree { manager, goroot, toolchain, bytes } = tree;
    let name = toolchain.as_ref().map_or_else(|_| "unknown".to_owned(), ToString::to_string);
    format!("{name}  {manager}  {}  {}", plain(&goroot.to_string_lossy()), megabytes(*bytes))
}

/// A text that was found on the disk, for a terminal.
fn plain(text: &str) -> String {
    let escaped = |character: char| match character {
        character if character.is_control() => character.escape_debug().to_string(),
        character => character.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn command_of(package: &str) -> String {
    format!("gom tools install {}", shell_quote(package))
}

impl Report<'_> {
    pub(crate) fn print(&self, output: &Output) {
        for row in self.rows {
            row.print(self.dry_run, output);
        }
        if self.rows.is_empty() {
            output.say("no Go of another manager was found");
        } else {
            self.print_sizes(output);
        }
        self.print_told(output);
    }

    fn print_sizes(&self, output: &Output) {
        let json = self.to_json();
        let verb = if self.dry_run { "would be taken over" } else { "taken over" };
        output.say(&format!(
            "found {} in {}; {} {verb}, without a download",
            megabytes(json.bytes_found),
            counted(self.rows.len(), "tree"),
            megabytes(json.bytes_taken_over)
        ));
        if json.bytes_removed > 0 {
            let verb = if self.dry_run { "would be removed" } else { "removed" };
            output.say(&format!("{} {verb}", megabytes(json.bytes_removed)));
        }
        if !json.free_with.is_empty() {
            let size = megabytes(json.bytes_to_free);
            output.say(&format!("gom has these too; {size} can be freed, when nothing else uses them:"));
            for command in &json.free_with {
                output.say(&format!("  {command}"));
            }
        }
    }

    /// What the managers were told, and what became of it.
    fn print_told(&self, output: &Output) {
        if let Some(default) = self.default_json() {
            let DefaultJson { manager, version, place, result, reason } = default;
            let (version, place) = (plain(&version), plain(&place));
            let of = format!("{manager}'s default {version} ({place})");
            match (result, reason) {
                ("taken-over", _) => output.say(&format!("{of} is gom's default now")),
                ("would-take-over", _) => output.say(&format!("{of} would be gom's default")),
                (_, Some(reason)) => output.say(&format!("{of} was not taken over: {}", plain(&reason))),
                (_, None) => {
                    let command = format!("gom use {}", shell_quote(&version));
                    output.say(&format!("{of} was not taken over: gom has one; `{command}` changes it"));
                }
            }
        }
        let is_linked = |name: &str| self.rows.iter().any(|row| row.linked.as_deref() == Some(name));
        for AliasJson { manager, name, version, place } in self.aliases() {
            if is_linked(&name) {
                continue;
            }
            let text =
                format!("{manager}'s alias {name} is {version} ({place}); gom takes the version itself");
            output.say(&plain(&text));
        }
        let packages = self.packages();
        if !packages.is_empty() {
            output.say("packages that were installed with each Go; gom can build them:");
        }
        for package in packages {
            output.say(&plain(&format!("  {}", package.command)));
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        let sum = |is_of: &dyn Fn(&Row) -> bool| {
            self.rows.iter().filter(|row| is_of(row)).map(|row| row.tree.bytes).sum()
        };
        let freeing: Vec<(&Row, String)> = if self.dry_run { Vec::new() } else { self.freeing() };
        Json {
            dry_run: self.dry_run,
            bytes_found: sum(&|_| true),
            bytes_taken_over: sum(&|row| matches!(row.taken, Taken::Over(_))),
            bytes_removed: sum(&|row| matches!(row.fate, Some(Fate::Goes | Fate::Gone))),
            bytes_to_free: freeing.iter().map(|(row, _)| row.tree.bytes).sum(),
            free_with: freeing.into_iter().map(|(_, command)| command).collect(),
            toolchains: self.rows.iter().map(|row| row.to_json(self.dry_run)).collect(),
            default: self.default_json(),
            aliases: self.aliases(),
            packages: self.packages(),
        }
    }

    /// The trees that gom has too, with the command that removes each.
    fn freeing(&self) -> Vec<(&Row, String)> {
        let is_doubled = |row: &&Row| {
            let is_same = matches!(row.taken, Taken::Over(_) | Taken::Already(Some(_)));
            // A GOPATH in it may hold somebody's own code.
            let has_gopath = row.left_behind().iter().any(|name| name.ends_with('/'));
            is_same && !has_gopath && row.fate != Some(Fate::Gone)
        };
        let doubled = self.rows.iter().filter(is_doubled);
        doubled.filter_map(|row| Some((row, taking::removing_command(&row.tree)?))).collect()
    }

    fn default_json(&self) -> Option<DefaultJson> {
        let (from, taken) = self.default.as_ref()?;
        let Told::Default(version) = &from.told else { return None };
        let (result, reason) = match taken {
            DefaultTaken::Over(_) if self.dry_run => ("would-take-over", None),
            DefaultTaken::Over(_) => ("taken-over", None),
            DefaultTaken::OwnStays => ("own-stays", None),
            DefaultTaken::NotHere(reason) => ("not-here", Some(reason.clone())),
        };
        let (manager, place) = (from.manager.name(), from.place());
        Some(DefaultJson { manager, version: version.clone(), place, result, reason })
    }

    fn aliases(&self) -> Vec<AliasJson> {
        let aliases = self.told.iter().filter_map(|one| match &one.told {
            Told::Alias { name, version } => Some(AliasJson {
                manager: one.manager.name(),
                name: name.clone(),
                version: version.clone(),
                place: one.place(),
            }),
            Told::Default(_) | Told::Package(_) => None,
        });
        aliases.collect()
    }

    /// The packages, each once.
    fn packages(&self) -> Vec<PackageJson> {
        let mut packages: Vec<PackageJson> = Vec::new();
        for one in self.told {
            let Told::Package(package) = &one.told else { continue };
            if packages.iter().all(|other| other.package != *package) {
                packages.push(PackageJson {
                    manager: one.manager.name(),
                    package: package.clone(),
                    place: one.place(),
                    command: command_of(package),
                });
            }
        }
        packages
    }
}

impl Row {
    /// The toolchain that is taken over, or would be.
    pub(crate) fn coming(&self) -> Option<ToolchainId> {
        matches!(self.taken, Taken::Over(_)).then(|| self.tree.toolchain.as_ref().ok().cloned()).flatten()
    }

    fn print(&self, dry_run: bool, output: &Output) {
        let (tone, text) = self.verdict(dry_run);
        output.data(&format!("{}  {}", line(&self.tree), paint(tone, &text)));
        if let Taken::Edited(differences) = &self.taken {
            print_differences(differences.iter().map(|one| one.name.as_str()), differences.len(), output);
            if differences.is_empty() {
                let path = shell_quote(&self.tree.goroot);
                output.hint(&format!("run `gom verify --path {path}` to name the files that differ"));
            }
        }
        for program in self.left_behind() {
            output.data(&format!("    left there: {}", plain(program)));
        }
        if let Some(name) = &self.linked {
            output.data(&format!("    linked as {name}"));
        }
        match &self.fate {
            Some(Fate::Goes) if dry_run => output.data("    would be removed there"),
            Some(Fate::Gone) => output.data("    removed there"),
            Some(Fate::Stays(Some(kept))) => output.data(&format!("    stays there: {}", self.why(kept))),
            Some(Fate::Goes | Fate::Stays(None)) | None => {}
        }
    }

    /// Why `--remove` leaves the folder.
    fn why(&self, kept: &Kept) -> String {
        match kept {
            Kept::Owned if self.tree.manager == Manager::Modcache => {
                "`gom prune --go-modcache` removes what the go command downloaded".to_owned()
            }
            Kept::Owned => {
                let command = taking::removing_command(&self.tree);
                command.map_or_else(
                    || "the system's packages own it".to_owned(),
                    |command| format!("`{command}` removes it"),
                )
            }
            Kept::Needed => "gom does not have all of it".to_owned(),
            Kept::LeftBehind => "what gom did not take over would go with it".to_owned(),
            Kept::Running(name, process) => format!("`{}` runs from it, process {process}", plain(name)),
        }
    }

    /// What gom did not take over: programs in its `bin`, and the folders of a GOPATH in it.
    fn left_behind(&self) -> &[String] {
        match &self.taken {
            Taken::Over(programs) | Taken::Already(Some(programs)) => programs,
            Taken::Already(None) | Taken::Edited(_) | Taken::NoRelease(_) => &[],
        }
    }

    fn verdict(&self, dry_run: bool) -> (Tone, String) {
        match &self.taken {
            Taken::Over(_) if dry_run => (Tone::Good, "as published: would be taken over".to_owned()),
            Taken::Over(_) => (Tone::Good, "taken over".to_owned()),
            Taken::Already(Some(_)) => (Tone::Faint, "gom has it already".to_owned()),
            Taken::Already(None) => {
                (Tone::Faint, "gom has this version already; can't tell whether it is the same".to_owned())
            }
            Taken::Edited(_) => (Tone::Bad, "not as published: left".to_owned()),
            Taken::NoRelease(reason) => (Tone::Caution, format!("left: {}", plain(reason))),
        }
    }

    fn to_json(&self, dry_run: bool) -> TreeJson {
        let (differences, reason) = match &self.taken {
            Taken::Edited(differences) => (differences.iter().map(|one| one.name.clone()).collect(), None),
            Taken::NoRelease(reason) => (Vec::new(), Some(reason.clone())),
            Taken::Over(_) | Taken::Already(_) => (Vec::new(), None),
        };
        let not_removed = match &self.fate {
            Some(Fate::Stays(kept)) => Some(self.why(kept.as_ref().unwrap_or(&Kept::Needed))),
            Some(Fate::Goes | Fate::Gone) | None => None,
        };
        TreeJson {
            manager: self.tree.manager.name(),
            goroot: as_text(&self.tree.goroot),
            toolchain: self.tree.toolchain.as_ref().ok().map(ToString::to_string),
            bytes: self.tree.bytes,
            result: match &self.taken {
                Taken::Over(_) if dry_run => "would-take-over",
                Taken::Over(_) => "taken-over",
                Taken::Already(_) => "already-installed",
                Taken::Edited(_) => "edited",
                Taken::NoRelease(_) => "no-release",
            },
            differences,
            reason,
            left_behind: self.left_behind().to_vec(),
            linked: self.linked.clone(),
            removed: self.fate == Some(Fate::Gone),
            not_removed,
        }
    }
}

fn print_differences<'a>(names: impl Iterator<Item = &'a str>, count: usize, output: &Output) {
    for name in names.take(MOST_NAMED) {
        output.data(&format!("    differs: {}", name.escape_debug()));
    }
    if count > MOST_NAMED {
        output.data(&format!("    and {} more", count - MOST_NAMED));
    }
}
