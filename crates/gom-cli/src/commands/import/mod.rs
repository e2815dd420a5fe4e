//! `gom import`: takes over the toolchains that other managers put on this machine.

pub(super) mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueHint};
use gom_core::path_text::as_text;
use gom_core::query::guess::nearest;
use gom_import::default::{self, DefaultTaken};
use gom_import::found::{self, FoundTree, FoundTrees};
use gom_import::manager::Manager;
use gom_import::preferences::{self, Preference, leading_default};
use gom_import::removing::{self, Kept};
use gom_import::taking::{self, Taken};
use gom_select::explain::Explain;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{can_ask, counted};
use crate::sizes::megabytes;
use report::{Fate, Report, Row, line};

/// Take over the Go toolchains that are on this machine already
///
/// Finds those of goenv, gvm, asdf, mise, g, gobrew, goup, proto, vfox, golang.org/dl and the editors (sdk or ide),
/// Homebrew (brew), /usr/local/go and distributions (system), and the go command's own (modcache). Each is copied into the
/// store, by sharing its blocks where the file system can, and proven by the checksum database like a download; nothing
/// of it is fetched. The default of the manager whose go comes first on PATH becomes gom's, if gom has none. What is not
/// as published stays where it is, and without --remove nothing that is found is changed.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  gom import --dry-run             what is here, and what of it is as published
  gom import
  gom import goenv asdf
  gom import --remove              and then remove what gom has too
  gom import /opt/go1.22.6")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    /// A manager, such as goenv or modcache, or a folder; all managers if omitted
    #[arg(value_name = "FROM", value_hint = ValueHint::DirPath)]
    pub(super) from: Vec<PathBuf>,
    /// Show what would be taken over, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Give what is not as published a name, such as goenv-1.22.6, as `gom link` does
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) link_edited: bool,
    /// Remove what is as published from its manager's folder afterwards; shows first what goes
    #[arg(long)]
    pub(super) remove: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let found = look(&arguments.from, app)?;
    let new = found.missing(app).count();
    if !arguments.dry_run && !arguments.yes && new > 0 {
        confirm(&found, new, app).await?;
    }
    let Found { trees, told, has_own_default, failures: unreadable } = found;
    let Outcome { mut rows, mut failures } = take_all(trees, &told, &arguments, app).await?;
    failures.extend(unreadable);
    let default = take_default(&told, has_own_default, &rows, arguments.dry_run, app).await?;
    if arguments.remove {
        failures.extend(remove(&mut rows, &arguments, app).await?);
    }
    let report = Report { dry_run: arguments.dry_run, rows: &rows, default, told: &told };
    if !app.output.is_json() && (failures.is_empty() || !rows.is_empty()) {
        report.print(&app.output);
    }
    match failure_of(failures) {
        None => Ok(app.output.result(|| report.to_json(), |_| ())),
        Some(failure) => Err(failure.with_partial(report.to_json())),
    }
}

/// What there is to take over.
pub(super) struct Found {
    pub(super) trees: Vec<FoundTree>,
    /// What the managers were told.
    pub(super) told: Vec<Preference>,
    pub(super) has_own_default: bool,
    /// Folders of managers that could not be read.
    pub(super) failures: Vec<Failure>,
}

impl Found {
    /// The trees that gom does not have yet.
    pub(super) fn missing<'a>(&'a self, app: &'a App) -> impl Iterator<Item = &'a FoundTree> {
        let is_new = |id: &_| !taking::is_installed(&app.ctx, id);
        self.trees.iter().filter(move |tree| tree.toolchain.as_ref().is_ok_and(is_new))
    }
}

/// The trees, and those that could not be taken over.
pub(super) struct Outcome {
    pub(super) rows: Vec<Row>,
    pub(super) failures: Vec<Failure>,
}

/// Looks for what there is to take over.
pub(super) fn look(from: &[PathBuf], app: &App) -> Result<Found, Failure> {
    let (FoundTrees { trees, unreadable }, told) = (find(from, app)?, preferences_of(from, app));
    let hint = "make that folder readable, and run the command again";
    let failures = unreadable.into_iter().map(|error| Failure::other(error.to_string(), hint)).collect();
    Ok(Found { trees, told, has_own_default: default::has_own(&app.ctx)?, failures })
}

/// Takes over every tree that is as published.
pub(super) async fn take_all(
    trees: Vec<FoundTree>,
    told: &[Preference],
    arguments: &Arguments,
    app: &App,
) -> Result<Outcome, Failure> {
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for tree in trees {
        app.ctx.cancel.check()?;
        let goroot = as_text(&tree.goroot);
        match take(tree, arguments, told, app).await {
            Ok(row) => rows.push(row),
            Err(failure) => failures.push(failure.about(goroot)),
        }
    }
    Ok(Outcome { rows, failures })
}

/// Makes the default that decided before gom's, unless gom had one.
pub(super) async fn take_default<'a>(
    told: &'a [Preference],
    has_own: bool,
    rows: &[Row],
    dry_run: bool,
    app: &App,
) -> Result<Option<(&'a Preference, DefaultTaken)>, Failure> {
    let Some((from, version)) = leading_default(told, &app.ctx.environment) else { return Ok(None) };
    if has_own {
        return Ok(Some((from, DefaultTaken::OwnStays)));
    }
    let coming: Vec<_> = rows.iter().filter_map(Row::coming).collect();
    let coming = dry_run.then_some(coming.as_slice());
    Ok(Some((from, default::take(&app.ctx, version, coming).await?)))
}

/// The first failure, with the others.
pub(super) fn failure_of(mut failures: Vec<Failure>) -> Option<Failure> {
    if failures.is_empty() {
        return None;
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Some(first)
}

/// Takes over one tree, or links it.
async fn take(
    tree: FoundTree,
    arguments: &Arguments,
    told: &[Preference],
    app: &App,
) -> Result<Row, Failure> {
    let taken = taking::take(&app.ctx, &tree, arguments.dry_run).await?;
    let is_left = matches!(taken, Taken::Edited(_) | Taken::NoRelease(_));
    let linked = if is_left && arguments.link_edited {
        Some(taking::link(&app.ctx, &tree, told).await?.to_string())
    } else {
        None
    };
    Ok(Row { tree, taken, linked, fate: None })
}

/// The hint of a folder that could not be removed.
const AGAIN: &str = "run the command again when that is mended; gom has the toolchain in its store";

/// Shows what goes, asks, and removes it. Returns the failures of single trees.
pub(super) async fn remove(
    rows: &mut [Row],
    arguments: &Arguments,
    app: &App,
) -> Result<Vec<Failure>, Failure> {
    for row in rows.iter_mut() {
        row.fate = Some(match removing::check(&row.tree, &row.taken) {
            Ok(()) => Fate::Goes,
            Err(Kept::Needed) => Fate::Stays(None),
            Err(reason) => Fate::Stays(Some(reason)),
        });
    }
    let mut failures = Vec::new();
    if !arguments.dry_run
        && let Err(error) = removing::finish(&app.ctx, &asked_for(&arguments.from))
    {
        failures.push(Failure::from(gom_core::Error::from(error)).with_hint(AGAIN));
    }
    let goes = |row: &&mut Row| row.fate == Some(Fate::Goes);
    let number = rows.iter_mut().filter(goes).count();
    if arguments.dry_run || number == 0 {
        return Ok(failures);
    }
    if !arguments.yes {
        let bytes: u64 = rows.iter_mut().filter(goes).map(|row| row.tree.bytes).sum();
        for row in rows.iter_mut().filter(goes) {
            app.output.say(&format!("goes: {}", line(&row.tree)));
        }
        let question = format!("Remove {}, {}?", counted(number, "folder"), megabytes(bytes));
        let can_ask = can_ask() && !app.output.is_json();
        if !can_ask || !app.ask(question).await? {
            let hint = "run `gom import --remove --yes` to remove them without a question";
            failures.push(Failure::other("nothing was removed", hint));
            return Ok(failures);
        }
    }
    for row in rows.iter_mut().filter(goes) {
        app.ctx.cancel.check()?;
        match removing::remove(&row.tree) {
            Ok(()) => row.fate = Some(Fate::Gone),
            Err(error) => {
                let goroot = as_text(&row.tree.goroot);
                failures.push(
                    Failure::new(error.kind(), format!("can't remove `{goroot}`: {error}"), AGAIN)
                        .about(goroot),
                );
            }
        }
    }
    Ok(failures)
}

/// What the managers that are asked for were told.
fn preferences_of(from: &[PathBuf], app: &App) -> Vec<Preference> {
    let managers = asked_for(from).into_iter();
    managers.flat_map(|manager| preferences::of(manager, &app.ctx.environment)).collect()
}

/// The managers that are asked for: all without a name.
fn asked_for(from: &[PathBuf]) -> Vec<Manager> {
    let is_asked = |manager: &Manager| {
        from.is_empty() || from.iter().any(|one| one.to_str().and_then(Manager::named) == Some(*manager))
    };
    Manager::NAMED.into_iter().filter(is_asked).collect()
}

fn find(from: &[PathBuf], app: &App) -> Result<FoundTrees, Failure> {
    if from.is_empty() {
        return Ok(found::of_managers(&app.ctx, &Manager::NAMED));
    }
    let mut all = FoundTrees::default();
    for one in from {
        let found = match one.to_str().and_then(Manager::named) {
            Some(manager) => found::of_managers(&app.ctx, &[manager]),
            None => FoundTrees { trees: vec![folder(one, app)?], unreadable: Vec::new() },
        };
        for tree in found.trees {
            if all.trees.iter().all(|other| other.goroot != tree.goroot) {
                all.trees.push(tree);
            }
        }
        all.unreadable.extend(found.unreadable);
    }
    Ok(all)
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
async fn confirm(found: &Found, new: usize, app: &App) -> Result<(), Failure> {
    if !can_ask() || app.output.is_json() {
        let message = format!("{} would be taken over, and nobody can be asked", counted(new, "toolchain"));
        return Err(Failure::usage(
            message,
            "run `gom import --dry-run` to see them, then `gom import --yes`",
        ));
    }
    for tree in &found.trees {
        app.output.say(&line(tree));
    }
    if app.ask(format!("Take over {}, each if it is as published?", counted(new, "toolchain"))).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was taken over", "run `gom import FROM` to take over some of them"))
}
