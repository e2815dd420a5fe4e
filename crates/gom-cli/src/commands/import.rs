//! `gom import`: takes over the toolchains that other managers put on this machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueHint};
use gom_core::path_text::as_text;
use gom_core::query::guess::nearest;
use gom_core::shell_quote::shell_quote;
use gom_import::found::{self, FoundTree};
use gom_import::manager::Manager;
use gom_import::taking::{self, Taken};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, can_ask, paint};

const MEGABYTE: u64 = 1_000_000;

/// The most differing files that are named.
const MOST_NAMED: usize = 5;

/// Take over the Go toolchains that are on this machine already
///
/// Finds those of goenv, gvm, asdf, mise, g, gobrew, goup, proto, vfox, golang.org/dl and the editors (sdk or ide),
/// Homebrew (brew), /usr/local/go and distributions (system), and the go command's own (modcache). Each is copied into the
/// store, by sharing its blocks where the file system can, and proven by the checksum database like a download; nothing
/// of it is fetched. What is not as published stays where it is, and nothing that is found is changed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom import --dry-run             what is here, and what of it is as published
  gom import
  gom import goenv asdf
  gom import /opt/go1.22.6")]
pub(crate) struct Arguments {
    /// A manager, such as goenv or modcache, or a folder; all managers if omitted
    #[arg(value_name = "FROM", value_hint = ValueHint::DirPath)]
    from: Vec<PathBuf>,
    /// Show what would be taken over, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Give what is not as published a name, such as goenv-1.22.6, as `gom link` does
    #[arg(long, conflicts_with = "dry_run")]
    link_edited: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    dry_run: bool,
    toolchains: Vec<TreeJson>,
    /// Bytes of everything that was found.
    bytes_found: u64,
    /// Bytes of what was taken over; with `--dry-run`, of what would be.
    bytes_taken_over: u64,
    /// Bytes that the commands free.
    bytes_to_free: u64,
    free_with: Vec<String>,
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
    /// The programs in its `bin` that gom did not take over.
    left_behind: Vec<String>,
    /// The name that it was linked under.
    linked: Option<String>,
}

/// One tree, and what became of it.
struct Row {
    tree: FoundTree,
    taken: Taken,
    /// The name that it was linked under.
    linked: Option<String>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let trees = find(&arguments.from, app)?;
    let is_new =
        |tree: &&FoundTree| tree.toolchain.as_ref().is_ok_and(|id| !taking::is_installed(&app.ctx, id));
    let new = trees.iter().filter(is_new).count();
    if !arguments.dry_run && !arguments.yes && new > 0 {
        confirm(&trees, new, app).await?;
    }
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for tree in trees {
        app.ctx.cancel.check()?;
        match taking::take(&app.ctx, &tree, arguments.dry_run).await {
            Ok(taken) => {
                let is_left = matches!(taken, Taken::Edited(_) | Taken::NoRelease(_));
                let linked = if is_left && arguments.link_edited {
                    taking::link(&app.ctx, &tree).await.map(|name| Some(name.to_string()))
                } else {
                    Ok(None)
                };
                match linked {
                    Ok(linked) => rows.push(Row { tree, taken, linked }),
                    Err(error) => failures.push(Failure::from(error).about(as_text(&tree.goroot))),
                }
            }
            Err(error) => failures.push(Failure::from(error).about(as_text(&tree.goroot))),
        }
    }
    let object = to_json(&rows, arguments.dry_run);
    if !app.output.is_json() && (failures.is_empty() || !rows.is_empty()) {
        print(&rows, &object, app);
    }
    if failures.is_empty() {
        return Ok(app.output.result(|| object, |_| ()));
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Err(first.with_partial(object))
}

fn find(from: &[PathBuf], app: &App) -> Result<Vec<FoundTree>, Failure> {
    if from.is_empty() {
        return Ok(found::of_managers(&app.ctx, &Manager::NAMED));
    }
    let mut trees: Vec<FoundTree> = Vec::new();
    for one in from {
        let found = match one.to_str().and_then(Manager::named) {
            Some(manager) => found::of_managers(&app.ctx, &[manager]),
            None => vec![folder(one, app)?],
        };
        trees.extend(
            found
                .into_iter()
                .filter(|tree| trees.iter().all(|other| other.goroot != tree.goroot))
                .collect::<Vec<_>>(),
        );
    }
    Ok(trees)
}

fn folder(path: &Path, app: &App) -> Result<FoundTree, Failure> {
    let absolute = app.ctx.environment.cwd.as_deref().unwrap_or(Path::new("/")).join(path);
    let tree = found::tree(Manager::Folder, &absolute).ok_or_else(|| {
        let message =
            format!("`{}` is neither a manager that gom knows nor a folder with a bin/go", path.display());
        let names = Manager::NAMED.map(Manager::name);
        let meant = path.to_str().and_then(|text| nearest(text, names));
        let hint = meant.map_or_else(
            || "run `gom import --help` for the names".to_owned(),
            |name| format!("did you mean `gom import {name}`?"),
        );
        Failure::usage(message, hint).about(as_text(path))
    })?;
    if found::is_own(&app.ctx, &tree.goroot) {
        let message = format!("`{}` is in gom's own store", path.display());
        return Err(Failure::usage(message, "run `gom list` to see what is installed").about(as_text(path)));
    }
    Ok(tree)
}

/// Shows what would be taken over, and asks.
async fn confirm(trees: &[FoundTree], new: usize, app: &App) -> Result<(), Failure> {
    if !can_ask() || app.output.is_json() {
        let message = format!("{} would be taken over, and nobody can be asked", counted(new, "toolchain"));
        return Err(Failure::usage(
            message,
            "run `gom import --dry-run` to see them, then `gom import --yes`",
        ));
    }
    for tree in trees {
        app.output.say(&line(tree));
    }
    if app.ask(format!("Take over {}, each if it is as published?", counted(new, "toolchain"))).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was taken over", "run `gom import FROM` to take over some of them"))
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn line(tree: &FoundTree) -> String {
    let FoundTree { manager, goroot, toolchain, bytes } = tree;
    let name = toolchain.as_ref().map_or_else(|_| "unknown".to_owned(), ToString::to_string);
    format!("{name}  {manager}  {}  {} MB", plain(&goroot.to_string_lossy()), bytes.div_ceil(MEGABYTE))
}

/// A text that was found on the disk, for a terminal.
fn plain(text: &str) -> String {
    let escaped = |character: char| match character {
        character if character.is_control() => character.escape_debug().to_string(),
        character => character.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn print(rows: &[Row], object: &Json, app: &App) {
    let output = &app.output;
    for row in rows {
        let (tone, text) = row.verdict(object.dry_run);
        output.data(&format!("{}  {}", line(&row.tree), paint(tone, &text)));
        if let Taken::Edited(differences) = &row.taken {
            print_differences(differences.iter().map(|one| one.name.as_str()), differences.len(), output);
            if differences.is_empty() {
                let path = shell_quote(&row.tree.goroot);
                output.hint(&format!("run `gom verify --path {path}` to name the files that differ"));
            }
        }
        for program in row.left_behind() {
            output.data(&format!("    left there: {}", plain(program)));
        }
        if let Some(name) = &row.linked {
            output.data(&format!("    linked as {name}"));
        }
    }
    if rows.is_empty() {
        output.say("no Go of another manager was found");
        return;
    }
    let verb = if object.dry_run { "would be taken over" } else { "taken over" };
    output.say(&format!(
        "found {} MB in {}; {} MB {verb}, without a download",
        object.bytes_found.div_ceil(MEGABYTE),
        counted(rows.len(), "tree"),
        object.bytes_taken_over.div_ceil(MEGABYTE)
    ));
    if !object.free_with.is_empty() {
        let size = object.bytes_to_free.div_ceil(MEGABYTE);
        output.say(&format!("gom has these too; {size} MB can be freed, when nothing else uses them:"));
        for command in &object.free_with {
            output.say(&format!("  {command}"));
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

fn to_json(rows: &[Row], dry_run: bool) -> Json {
    let sum =
        |is_of: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is_of(row)).map(|row| row.tree.bytes).sum();
    let is_doubled = |row: &Row| matches!(row.taken, Taken::Over(_) | Taken::Already(Some(_)));
    let is_removable =
        |row: &Row| !dry_run && is_doubled(row) && taking::removing_command(&row.tree).is_some();
    Json {
        dry_run,
        bytes_found: sum(&|_| true),
        bytes_taken_over: sum(&|row| matches!(row.taken, Taken::Over(_))),
        bytes_to_free: sum(&is_removable),
        free_with: rows
            .iter()
            .filter(|row| is_removable(row))
            .filter_map(|row| taking::removing_command(&row.tree))
            .collect(),
        toolchains: rows.iter().map(|row| row.to_json(dry_run)).collect(),
    }
}

impl Row {
    /// The programs in its `bin` that gom did not take over.
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
        }
    }
}
