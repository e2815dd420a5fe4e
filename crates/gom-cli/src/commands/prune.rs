//! `gom prune`: removes the toolchains that nothing needs, after it has shown them.

use std::process::ExitCode;

use clap::Args;
use gom_core::clock::date_of;
use gom_core::install::uninstall::UninstallLeftovers;
use gom_core::path_text::as_text;
use gom_core::prune::{
    self, CachedPlan, CachedProgram, KeepReason, ProgramPlan, PruneOptions, PrunePlan, UnusedToolchain,
};
use gom_core::repair;
use gom_core::usage::Recording;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Tone, can_ask, counted};
use crate::sizes::{gigabytes, megabytes};
use crate::table::{self, Cell, Column};

/// Remove the toolchains that nothing needs
///
/// Keeps what the default, a pin, a go.mod or go.work of a known project, a linked Go or a running program needs, and
/// what was used or installed in the last 60 days. Projects are known by the files that a `go` was selected through.
/// Shows what would be removed and why the rest stays, then asks; without a terminal it needs --yes. Nothing counts as
/// unused before use has been recorded for that long. The toolchains that Go itself put into its module cache are listed,
/// and pruned too with --go-modcache; Go fetches them again when it needs them. Programs that `gom x` left in gom's cache
/// are pruned like toolchains.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom prune --dry-run              what would be removed, and why the rest stays
  gom prune
  gom prune --unused-for 30d --keep-last 1
  gom prune --go-modcache --yes")]
pub(crate) struct Arguments {
    /// Keep the newest N toolchains of each line too
    #[arg(long, value_name = "N")]
    keep_last: Option<usize>,
    /// Keep what was used or installed in this time, such as 60d or 8w; with 0d, use does not matter
    #[arg(long, value_name = "TIME", default_value = prune::DEFAULT_SPAN, value_parser = prune::parse_span)]
    unused_for: u32,
    /// Remove also the toolchains in Go's module cache that no known project needs
    #[arg(long)]
    go_modcache: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Show what would be removed, and remove nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// The columns. A narrow terminal omits the date and the size.
const COLUMNS: [Column; 6] = [
    Column { title: "ACTION", is_number: false, gives_way: 0 },
    Column { title: "WHAT", is_number: false, gives_way: 0 },
    Column { title: "WHERE", is_number: false, gives_way: 0 },
    Column { title: "SIZE", is_number: true, gives_way: 2 },
    Column { title: "LAST USE", is_number: false, gives_way: 1 },
    Column { title: "REASON", is_number: false, gives_way: 0 },
];

/// The object of `--json`. A failure has it too.
#[derive(Serialize)]
struct Json {
    dry_run: bool,
    unused_for_days: u32,
    /// The date since which use is recorded; null if it is not.
    recorded_since: Option<String>,
    /// What was removed; with `--dry-run`, what would be.
    removed: Vec<ToolchainJson>,
    kept: Vec<ToolchainJson>,
    /// The programs of `gom x` that were removed; with `--dry-run`, that would be.
    removed_programs: Vec<ProgramJson>,
    kept_programs: Vec<ProgramJson>,
    /// Other users can run what is in the store, and their use is not recorded.
    shared: bool,
    bytes_freed: u64,
}

/// One program of `gom x`.
#[derive(Serialize)]
struct ProgramJson {
    name: String,
    package: Option<String>,
    version: Option<String>,
    path: String,
    bytes: u64,
    last_used: String,
    reasons: Vec<ReasonJson>,
}

/// One toolchain.
#[derive(Serialize)]
struct ToolchainJson {
    toolchain: String,
    place: PlaceJson,
    path: String,
    bytes: Option<u64>,
    last_used: Option<String>,
    /// Why it stays, the most important reason first; empty if nothing needs it.
    reasons: Vec<ReasonJson>,
}

/// Where a toolchain is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum PlaceJson {
    Store,
    Modcache,
}

/// A reason.
#[derive(Clone, Serialize)]
struct ReasonJson {
    kind: &'static str,
    place: Option<String>,
    text: String,
}

/// What is removed: a toolchain of the store or of the module cache, or a program of `gom x`.
#[derive(Clone, Copy)]
enum Removed<'a> {
    Store(&'a UnusedToolchain),
    Cached(&'a CachedPlan),
    Program(&'a CachedProgram),
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let options = PruneOptions { unused_for: arguments.unused_for, keep_last: arguments.keep_last };
    let plan = prune::plan(&app.ctx, options)?;
    let wanted = wanted(&plan, &arguments);
    let object = |removed: &[Removed<'_>]| to_json(&plan, removed, &arguments, app);
    if arguments.dry_run {
        let code = app.output.result(
            || object(&wanted),
            |output| {
                for line in table::lines(&COLUMNS, &rows(&plan, &wanted, &arguments), output.width()) {
                    output.data(&line);
                }
            },
        );
        say_notes(&plan, &wanted, &arguments, app);
        return Ok(code);
    }
    repair::finish(&app.ctx).await.map_err(gom_core::Error::from)?;
    if let Err(error) = app.ctx.store.collect_uses(&app.ctx.cancel).await {
        app.output.warn(&format!("the record of use could not be collected: {error}"));
    }
    if wanted.is_empty() {
        app.output.say("nothing to remove; `gom prune --dry-run` shows why each toolchain stays");
        say_notes(&plan, &wanted, &arguments, app);
        return Ok(app.output.result(|| object(&[]), |_| ()));
    }
    if arguments.yes {
        say_shared(&plan, app);
    } else {
        confirm(&plan, &wanted, &arguments, app).await?;
    }
    let (mut removed, mut failures) = (Vec::new(), Vec::new());
    for one in &wanted {
        // What was removed until now is reported, also if the user cancels.
        if let Err(cancelled) = app.ctx.cancel.check() {
            failures.push(cancelled.into());
            break;
        }
        match remove(*one, &plan, options, app).await {
            Ok(true) => removed.push(*one),
            Ok(false) => {}
            Err(failure) => failures.push(failure),
        }
    }
    if !removed.is_empty() {
        app.output.say(&format!("freed {}", size_of(&removed)));
    }
    if failures.is_empty() {
        return Ok(app.output.result(|| object(&removed), |_| ()));
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Err(first.with_partial(object(&removed)))
}

/// Everything that nothing needs, and that these arguments are about.
fn wanted<'a>(plan: &'a PrunePlan, arguments: &Arguments) -> Vec<Removed<'a>> {
    let cached = plan.cached.iter().filter(|one| arguments.go_modcache && one.reasons.is_empty());
    let programs = plan.programs.iter().filter(|one| one.reasons.is_empty());
    let programs = programs.map(|one| Removed::Program(&one.program));
    plan.unused.iter().map(Removed::Store).chain(cached.map(Removed::Cached)).chain(programs).collect()
}

impl Removed<'_> {
    fn bytes(self) -> Option<u64> {
        match self {
            Removed::Store(unused) => unused.bytes,
            Removed::Cached(one) => Some(one.cached.bytes),
            Removed::Program(program) => Some(program.bytes),
        }
    }
}

/// Removes one of them, and reports it. `false` if something needs it now.
async fn remove(
    one: Removed<'_>,
    plan: &PrunePlan,
    options: PruneOptions,
    app: &App,
) -> Result<bool, Failure> {
    match one {
        Removed::Store(UnusedToolchain { id, .. }) => match prune::remove(&app.ctx, id, options).await? {
            None => {
                app.output.say(&format!("{id} stays: something needs it since it was shown"));
                return Ok(false);
            }
            Some(UninstallLeftovers::Nothing) => app.output.say(&format!("removed {id}")),
            Some(UninstallLeftovers::Files) => {
                app.output.say(&format!(
                        "removed {id}; its files remain, and the next `gom install` or `gom uninstall` deletes them"
                    ));
            }
        },
        Removed::Cached(CachedPlan { cached, .. }) => {
            prune::remove_cached(cached)?;
            app.output.say(&format!("removed {} from Go's module cache", cached.id));
        }
        Removed::Program(program) => {
            let title = title_of(program);
            if !prune::remove_program(&app.ctx, program, plan.usage.today, options)? {
                app.output.say(&format!("{title} stays: it ran since it was shown"));
                return Ok(false);
            }
            app.output.say(&format!("removed {title} from gom's cache"));
        }
    }
    Ok(true)
}

/// The name of a program with its version. A receipt in the cache must not control the terminal.
fn title_of(program: &CachedProgram) -> String {
    let version = program.version.iter().map(|version| format!(" {}", version.escape_debug()));
    std::iter::once(program.name.escape_debug().to_string()).chain(version).collect()
}

/// Counts what is removed.
fn count_of(wanted: &[Removed<'_>]) -> String {
    let count = |count: usize, one: &str| (count > 0).then(|| counted(count, one));
    let programs = wanted.iter().filter(|one| matches!(one, Removed::Program(_))).count();
    let parts = [count(wanted.len() - programs, "toolchain"), count(programs, "program")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Shows what would be removed, and asks.
async fn confirm(
    plan: &PrunePlan,
    wanted: &[Removed<'_>],
    arguments: &Arguments,
    app: &App,
) -> Result<(), Failure> {
    let count = count_of(wanted);
    if !can_ask() || app.output.is_json() {
        let message = format!("{count} would be removed, and nobody can be asked");
        return Err(Failure::usage(
            message,
            "run `gom prune --dry-run` to see them, then the same command with `--yes`",
        ));
    }
    for line in table::lines(&COLUMNS, &rows(plan, wanted, arguments), app.output.width()) {
        app.output.say(&line);
    }
    say_notes(plan, wanted, arguments, app);
    if app.ask(format!("Remove {count}, which frees {}?", size_of(wanted))).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was removed", "run `gom prune --dry-run` to see why each toolchain stays"))
}

fn rows(plan: &PrunePlan, wanted: &[Removed<'_>], arguments: &Arguments) -> Vec<Vec<Cell>> {
    let size = |bytes: Option<u64>| bytes.map(megabytes).unwrap_or_default();
    let date = |day: Option<u32>| day.map(date_of).unwrap_or_default();
    let row = |is_removed: bool, cells: [String; 5]| {
        let action =
            if is_removed { Cell::toned("remove", Tone::Caution) } else { Cell::toned("keep", Tone::Good) };
        std::iter::once(action).chain(cells.map(Cell::from)).collect::<Vec<Cell>>()
    };
    let first = |reasons: &[KeepReason]| reasons.first().map(KeepReason::text).unwrap_or_default();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for one in wanted {
        rows.push(match one {
            Removed::Store(UnusedToolchain { id, bytes, last_used, is_broken }) => {
                let why = if *is_broken {
                    "files of it are missing".to_owned()
                } else {
                    why_unused(plan, *last_used, arguments.unused_for)
                };
                row(true, [id.to_string(), String::new(), size(*bytes), date(*last_used), why])
            }
            Removed::Cached(CachedPlan { cached, .. }) => {
                let why = "no known project needs it".to_owned();
                row(
                    true,
                    [cached.id.to_string(), IN_CACHE.to_owned(), megabytes(cached.bytes), String::new(), why],
                )
            }
            Removed::Program(program) => {
                let why = why_unused(plan, Some(program.last_used), arguments.unused_for);
                row(true, cells_of(program, why))
            }
        });
    }
    for kept in &plan.kept {
        let cells = [
            kept.id.to_string(),
            String::new(),
            size(kept.bytes),
            date(kept.last_used),
            first(&kept.reasons),
        ];
        rows.push(row(false, cells));
    }
    for one in &plan.cached {
        let why = match one.reasons.as_slice() {
            [] if arguments.go_modcache => continue,
            [] => "--go-modcache removes it".to_owned(),
            reasons => first(reasons),
        };
        let cells =
            [one.cached.id.to_string(), IN_CACHE.to_owned(), megabytes(one.cached.bytes), String::new(), why];
        rows.push(row(false, cells));
    }
    let kept = plan.programs.iter().filter(|one| !one.reasons.is_empty());
    rows.extend(kept.map(|one| row(false, cells_of(&one.program, first(&one.reasons)))));
    rows
}

/// Where a toolchain is that the go command fetched.
const IN_CACHE: &str = "module cache";

/// Where a program is that `gom x` built.
const OF_X: &str = "gom x";

fn cells_of(program: &CachedProgram, why: String) -> [String; 5] {
    let date = date_of(program.last_used);
    [title_of(program), OF_X.to_owned(), megabytes(program.bytes), date, why]
}

fn why_unused(plan: &PrunePlan, last_used: Option<u32>, span: u32) -> String {
    match (last_used, &plan.usage.recording) {
        _ if span == 0 => "nothing needs it".to_owned(),
        (Some(day), _) => format!("not used for {} days", plan.usage.today.saturating_sub(day)),
        (None, Recording::Since(since)) => format!("no use since {}", date_of(*since)),
        (None, _) => "nothing needs it".to_owned(),
    }
}

fn size_of(removed: &[Removed<'_>]) -> String {
    let known: u64 = removed.iter().filter_map(|one| one.bytes()).sum();
    let least = if removed.iter().all(|one| one.bytes().is_some()) { "" } else { "at least " };
    format!("{least}{}", gigabytes(known))
}

/// Says what the table does not.
fn say_notes(plan: &PrunePlan, wanted: &[Removed<'_>], arguments: &Arguments, app: &App) {
    if app.output.is_json() {
        return;
    }
    say_shared(plan, app);
    if let Some(damage) = &plan.usage.damage {
        app.output.warn(&format!("the record of use can't be read and begins again: {damage}"));
    }
    let is_too_soon =
        |reasons: &[KeepReason]| reasons.iter().any(|reason| matches!(reason, KeepReason::TooSoon { .. }));
    if let Recording::Since(since) = plan.usage.recording
        && plan.kept.iter().any(|kept| is_too_soon(&kept.reasons))
    {
        let from = date_of(since.saturating_add(arguments.unused_for));
        app.output.say(&format!(
            "use is recorded since {}, so nothing counts as unused for {} days before {from}",
            date_of(since),
            arguments.unused_for
        ));
    }
    let cached = plan.cached.iter().filter(|one| one.reasons.is_empty() && !arguments.go_modcache);
    let (count, bytes) = cached.fold((0, 0), |(count, bytes), one| (count + 1, bytes + one.cached.bytes));
    if count > 0 {
        app.output.hint(&format!(
            "add `--go-modcache` to remove {} from Go's module cache too, {}",
            counted(count, "toolchain"),
            gigabytes(bytes)
        ));
    }
    if arguments.dry_run && !wanted.is_empty() {
        app.output.hint(&format!("run the same command without `--dry-run` to free {}", size_of(wanted)));
    }
}

/// Says that others may need what looks unused here.
fn say_shared(plan: &PrunePlan, app: &App) {
    if plan.is_shared {
        let store = app.ctx.store.layout().root();
        app.output.warn(&format!(
            "other users can run the toolchains of `{}`, and their use is not recorded: gom can't tell what they need",
            store.display()
        ));
    }
}

fn to_json(plan: &PrunePlan, removed: &[Removed<'_>], arguments: &Arguments, app: &App) -> Json {
    let path = |id: &ToolchainId| as_text(&app.ctx.store.layout().toolchain(id));
    let reasons = |reasons: &[KeepReason]| {
        let json = |reason: &KeepReason| ReasonJson {
            kind: reason.name(),
            place: reason.place(),
            text: reason.text(),
        };
        reasons.iter().map(json).collect::<Vec<_>>()
    };
    let cached = |one: &CachedPlan| ToolchainJson {
        toolchain: one.cached.id.to_string(),
        place: PlaceJson::Modcache,
        path: as_text(&one.cached.tree),
        bytes: Some(one.cached.bytes),
        last_used: None,
        reasons: reasons(&one.reasons),
    };
    let unused = |one: &UnusedToolchain| ToolchainJson {
        toolchain: one.id.to_string(),
        place: PlaceJson::Store,
        path: path(&one.id),
        bytes: one.bytes,
        last_used: one.last_used.map(date_of),
        reasons: Vec::new(),
    };
    let json = |one: &Removed<'_>| match one {
        Removed::Store(one) => Some(unused(one)),
        Removed::Cached(one) => Some(cached(one)),
        Removed::Program(_) => None,
    };
    let is_removed_program = |program: &ProgramPlan| {
        removed.iter().any(|one| matches!(one, Removed::Program(one) if one.folder == program.program.folder))
    };
    let program = |ProgramPlan { program, reasons: kept }: &ProgramPlan| ProgramJson {
        name: program.name.clone(),
        package: program.package.clone(),
        version: program.version.clone(),
        path: as_text(&program.folder),
        bytes: program.bytes,
        last_used: date_of(program.last_used),
        reasons: reasons(kept),
    };
    let (removed_programs, kept_programs): (Vec<&ProgramPlan>, Vec<&ProgramPlan>) =
        plan.programs.iter().partition(|one| is_removed_program(one));
    let is_removed = |other: &CachedPlan| {
        removed.iter().any(|one| matches!(one, Removed::Cached(one) if one.cached.id == other.cached.id))
    };
    let stays = |other: &&UnusedToolchain| {
        !removed.iter().any(|one| matches!(one, Removed::Store(one) if one.id == other.id))
    };
    let kept = plan.kept.iter().map(|one| ToolchainJson {
        toolchain: one.id.to_string(),
        place: PlaceJson::Store,
        path: path(&one.id),
        bytes: one.bytes,
        last_used: one.last_used.map(date_of),
        reasons: reasons(&one.reasons),
    });
    let kept = kept.chain(plan.unused.iter().filter(stays).map(unused));
    let kept = kept.chain(plan.cached.iter().filter(|one| !is_removed(one)).map(cached));
    Json {
        dry_run: arguments.dry_run,
        unused_for_days: arguments.unused_for,
        recorded_since: match plan.usage.recording {
            Recording::Since(since) => Some(date_of(since)),
            Recording::Off(_) | Recording::Nowhere { .. } => None,
        },
        removed: removed.iter().filter_map(json).collect(),
        kept: kept.collect(),
        removed_programs: removed_programs.into_iter().map(program).collect(),
        kept_programs: kept_programs.into_iter().map(program).collect(),
        shared: plan.is_shared,
        bytes_freed: removed.iter().filter_map(|one| one.bytes()).sum(),
    }
}
