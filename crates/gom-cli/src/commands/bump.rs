//! `gom bump`: moves every place of a project to a newer Go, and prints what that fixes.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use gom_audit::database::Scope;
use gom_audit::known::{self, KnownDatabase};
use gom_audit::source::DatabaseSource;
use gom_audit::vulnerability::Vulnerability;
use gom_core::files;
use gom_core::index::Freshness;
use gom_core::index::dates::ReleaseDate;
use gom_core::lockfile;
use gom_core::prune::parse_span;
use gom_core::shell_quote::shell_quote;
use gom_project::bump::{
    self, BumpLevel, BumpMessage, BumpPlan, BumpRequest, NamedVulnerability, PatchOnTheWay, ReleaseChange,
    SkippedRelease, TidyGo, VulnerabilityKnowledge,
};
use gom_project::policy::MinAge;
use gom_project::printable::printable;
use gom_select::explain::Explain;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use serde::Serialize;

use super::edits::{self, EditsJson};
use super::release::SecurityJson;
use super::sync::{self, TargetJson};
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, can_ask, counted};

/// Move every file of a project to a newer Go
///
/// Moves every place that `gom sync` knows to one release at once: with `patch`, the newest patch of the line that the
/// project's own files select; with `minor`, that of the newest line; else what SPEC means, which alone may be older. A place
/// keeps its precision, and one that is newer stays. A go line that names the version which the project had moves too;
/// an older one is the oldest Go that works, and stays. Shows the edits, then asks; without a terminal it needs --yes. Then
/// it prints what the release fixes, for a pull request.
///
/// A release that is younger than --min-age is left out, unless it fixes a vulnerability that no older one fixes. The
/// section `bump` of gom.toml may set `min-age`, and its section `sync` counts as for `gom sync`. A version that is named
/// does not wait.
///
/// The exit code is 0 if nothing is to move, 10 if a place is left to do by hand, and 2 if a file is not valid.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom bump                         the newest patch of the project's line
  gom bump minor --dry-run         the edits, and write nothing
  gom bump 1.26.7 --yes
  gom bump --min-age 7d            no release of the last week
  gom bump --yes --commit-message | git commit -a -F -")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    /// `patch`, `minor`, or a version, line or range
    #[arg(value_name = "LEVEL", default_value = "patch")]
    level: String,
    /// Leave out releases that are younger, such as 7d, unless they fix a vulnerability
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    min_age: Option<u32>,
    /// Run `go mod tidy` in each module afterwards, with the new Go, which must be installed
    #[arg(long)]
    tidy: bool,
    /// Print only the text for a commit or a pull request: a subject, an empty line, a body
    #[arg(long, conflicts_with = "json")]
    commit_message: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Show the edits, and write nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// The object of `--json`. A failure after the plan has it too.
#[derive(Serialize)]
struct Json<'a> {
    level: &'a str,
    /// What the project asked for; null if it names no version.
    present: Option<TargetJson<'a>>,
    from: Option<String>,
    to: String,
    supported: bool,
    support_ends_with: Option<String>,
    min_age: MinAgeJson<'a>,
    /// Whether the release is younger than that, and taken for a security fix.
    waived: bool,
    skipped: Vec<SkippedJson<'a>>,
    change: Option<ChangeJson<'a>>,
    message: Option<MessageJson>,
    /// The modules in which `go mod tidy` ran; with `--dry-run`, in which it would.
    tidied: Vec<&'a str>,
    /// The modules in which it should have run, but failed or did not begin.
    not_tidied: Vec<&'a str>,
    #[serde(flatten)]
    edits: EditsJson<'a>,
}

#[derive(Serialize)]
struct MinAgeJson<'a> {
    days: u64,
    origin: &'a str,
}

/// A newer release that is too young.
#[derive(Serialize)]
struct SkippedJson<'a> {
    version: String,
    released: Option<&'a ReleaseDate>,
    days: Option<u64>,
    has_known_fixes: bool,
}

/// What lies between the two releases.
#[derive(Serialize)]
struct ChangeJson<'a> {
    from_released: Option<&'a ReleaseDate>,
    to_released: Option<&'a ReleaseDate>,
    days_between: Option<u64>,
    patches: Vec<PatchJson<'a>>,
    security: Option<SecurityJson>,
    fixed: Option<Vec<VulnerabilityJson<'a>>>,
    added: Option<Vec<VulnerabilityJson<'a>>>,
    database: &'a str,
    pages: PagesJson<'a>,
}

#[derive(Serialize)]
struct PatchJson<'a> {
    version: String,
    released: Option<&'a ReleaseDate>,
    security: Option<bool>,
    issues: Option<&'a str>,
}

#[derive(Serialize)]
struct VulnerabilityJson<'a> {
    id: &'a str,
    aliases: &'a [String],
    packages: &'a [String],
    summary: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct PagesJson<'a> {
    line: &'a str,
    history: Option<&'a str>,
}

#[derive(Serialize)]
struct MessageJson {
    subject: String,
    body: String,
}

/// What the vulnerability database knows.
struct Known<'a>(&'a KnownDatabase);

impl VulnerabilityKnowledge for Known<'_> {
    fn only_in(&self, release: &GoVersion, other: &GoVersion) -> Option<Vec<NamedVulnerability>> {
        let found = self.0.database.only_in(release, other, Scope::ALL)?;
        Some(found.into_iter().map(named).collect())
    }

    fn source(&self) -> String {
        let database = &self.0.database;
        format!("{}, as of {}", database.place, database.day())
    }

    fn is_current(&self) -> bool {
        self.0.silence.is_none()
    }
}

fn named(vulnerability: &Vulnerability) -> NamedVulnerability {
    NamedVulnerability {
        id: vulnerability.id.to_string(),
        aliases: vulnerability.aliases.clone(),
        packages: vulnerability.packages().into_iter().map(str::to_owned).collect(),
        summary: vulnerability.summary.clone(),
        page: vulnerability.page(),
    }
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let root = sync::root(app)?;
    let source = DatabaseSource::find(&app.ctx, None)?;
    let database = known::load(&app.ctx, &source, Freshness::Current).await?;
    let request = BumpRequest {
        level: BumpLevel::parse(&arguments.level),
        min_age: arguments
            .min_age
            .map(|days| MinAge { days: u64::from(days), origin: "--min-age".to_owned() }),
    };
    let plan = bump::plan(&app.ctx, &root, &request, &Known(&database)).await?;
    edits::warn_if_cut(&plan.report, app);
    say_skipped(&arguments, &plan, &app.output);
    let modules = if arguments.tidy { plan.tidied_modules() } else { Vec::new() };
    if plan.report.edits.is_empty() && modules.is_empty() {
        return nothing(&arguments, &plan, app);
    }
    let tidy = (!modules.is_empty()).then(|| TidyGo::find(&app.ctx, &plan.to)).transpose();
    if arguments.dry_run {
        if let Err(error) = &tidy {
            app.output.warn(&error.to_string());
            app.output.hint(&error.hint());
        }
        return dry_run(&arguments, &plan, &modules, app);
    }
    let tidy = tidy?;
    // A module that can't be tidied is named before any version moves.
    for module in &modules {
        TidyGo::check(&root, module)?;
    }
    if !arguments.yes {
        confirm(&arguments, &plan, &modules, app).await?;
    }
    if plan.report.edits.is_empty() {
        say_nothing(&plan, &app.output);
    }
    let again = whole_command(&arguments);
    let count = plan.report.edits.len();
    edits::make(&plan.report, &again, app, |changed| to_json(&plan, changed, false, &[], &modules))?;
    if let Some(go) = &tidy {
        for (done, module) in modules.iter().enumerate() {
            let said = go.tidy(&app.ctx, &root, module).await.map_err(|error| {
                let (tidied, left) = modules.split_at(done);
                let names: Vec<String> = left.iter().map(|module| printable(folder(module))).collect();
                app.output.say(&format!("not tidied: {}", names.join(", ")));
                let hint = error.hint_after(&again);
                Failure::from(error).with_hint(hint).with_partial(to_json(&plan, count, false, tidied, left))
            })?;
            app.output.detail(&said);
            app.output.say(&format!("tidied {}", printable(folder(module))));
        }
    }
    let object = to_json(&plan, count, false, &modules, &[]);
    let print = |output: &Output| {
        print_message(&plan, output);
        say_next(&arguments, &plan, app);
    };
    edits::finish(&plan.report, app, edits::by_hand_code(&plan.report), object, print)
}

/// Shows what is done, and asks.
async fn confirm(arguments: &Arguments, plan: &BumpPlan, modules: &[&str], app: &App) -> Result<(), Failure> {
    let command = command(arguments);
    if !plan.report.edits.is_empty() {
        return edits::confirm(&plan.report, &command, app).await;
    }
    let modules = counted(modules.len(), "module");
    if !can_ask() || app.output.is_json() {
        let message = format!("`go mod tidy` would run in {modules}, and nobody can be asked");
        return Err(Failure::usage(message, format!("run `{command} --tidy --yes`")));
    }
    if app.ask(format!("Run `go mod tidy` in {modules}?")).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was changed", format!("run `{command} --tidy --dry-run` to see the modules")))
}

/// Reports that no edit is to be made. What is left to do by hand is named all the same.
fn nothing(arguments: &Arguments, plan: &BumpPlan, app: &App) -> Result<ExitCode, Failure> {
    let print = |output: &Output| {
        say_nothing(plan, output);
        say_support(plan, output);
    };
    let object = to_json(plan, 0, arguments.dry_run, &[], &[]);
    edits::finish(&plan.report, app, edits::by_hand_code(&plan.report), object, print)
}

fn dry_run(arguments: &Arguments, plan: &BumpPlan, modules: &[&str], app: &App) -> Result<ExitCode, Failure> {
    edits::check(&plan.report)?;
    for module in modules {
        TidyGo::check(&plan.report.root, module)?;
    }
    let print = |output: &Output| {
        if !arguments.commit_message {
            edits::print_plan(&plan.report, &|line| output.data(line), output);
            output.data("");
        }
        print_message(plan, output);
        for module in modules {
            output.say(&format!("would tidy {}", printable(folder(module))));
        }
        say_support(plan, output);
    };
    let object = to_json(plan, 0, true, modules, &[]);
    edits::finish(&plan.report, app, edits::by_hand_code(&plan.report), object, print)
}

fn say_nothing(plan: &BumpPlan, output: &Output) {
    output.say(&format!(
        "nothing to move: each place that gom edits names Go {}, its line, or a newer Go",
        plan.to
    ));
}

fn print_message(plan: &BumpPlan, output: &Output) {
    if let Some(message) = BumpMessage::of(plan) {
        output.data(&message.text());
    }
}

fn folder(module: &str) -> &str {
    if module.is_empty() { "." } else { module }
}

/// The command without the options that its hints add.
fn command(arguments: &Arguments) -> String {
    match arguments.level.as_str() {
        "patch" => "gom bump".to_owned(),
        level => format!("gom bump {}", shell_quote(level)),
    }
}

/// The command that goes on where this one stopped.
fn whole_command(arguments: &Arguments) -> String {
    let mut command = command(arguments);
    if let Some(days) = arguments.min_age {
        let _ = write!(command, " --min-age {days}d");
    }
    let flags = [
        (arguments.tidy, " --tidy"),
        (arguments.commit_message, " --commit-message"),
        (arguments.yes, " --yes"),
    ];
    command.extend(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag));
    command
}

fn say_skipped(arguments: &Arguments, plan: &BumpPlan, output: &Output) {
    for skipped in &plan.skipped {
        output.say(&format!("left out: {}", skipped.reason(&plan.min_age)));
    }
    if !plan.skipped.is_empty() {
        output.hint(&format!("run `{} --min-age 0d` to take the newest one now", command(arguments)));
    }
}

fn say_support(plan: &BumpPlan, output: &Output) {
    if !plan.support.is_supported && plan.level != BumpLevel::Minor {
        let line = plan.to.line();
        output
            .hint(&format!("Go {line} gets no more fixes; run `gom bump minor` to move to the newest line"));
    }
}

/// Says what may come next.
fn say_next(arguments: &Arguments, plan: &BumpPlan, app: &App) {
    say_support(plan, &app.output);
    if plan.moves_a_go_line() && !arguments.tidy {
        app.output.hint("a go line changed; run `go mod tidy` in its module");
    }
    let id = ToolchainId { version: plan.to.clone(), platform: app.ctx.platform.clone() };
    if !app.ctx.installed().is_ok_and(|installed| installed.contains(&id)) {
        app.output.hint(&format!("Go {0} is not installed here; run `gom install {0}`", plan.to));
    }
    if files::is_file(&plan.report.root.join(lockfile::FILE_NAME)) {
        app.output.hint("run `gom lock`, because gom.lock is about the version before");
    }
}

fn to_json<'a>(
    plan: &'a BumpPlan,
    changed: usize,
    is_dry: bool,
    tidied: &[&'a str],
    not_tidied: &[&'a str],
) -> Json<'a> {
    Json {
        level: plan.level.text(),
        present: plan.present.as_ref().map(TargetJson::of),
        from: plan.names.as_ref().map(|names| names.from.clone()),
        to: plan.to.to_string(),
        supported: plan.support.is_supported,
        support_ends_with: plan.support.ends_with.as_ref().map(ToString::to_string),
        min_age: MinAgeJson { days: plan.min_age.days, origin: &plan.min_age.origin },
        waived: plan.is_waived,
        skipped: plan.skipped.iter().map(SkippedJson::of).collect(),
        change: plan.change.as_ref().map(ChangeJson::of),
        message: BumpMessage::of(plan)
            .map(|message| MessageJson { subject: message.subject, body: message.body }),
        tidied: tidied.to_vec(),
        not_tidied: not_tidied.to_vec(),
        edits: EditsJson::of(&plan.report, changed, is_dry),
    }
}

impl SkippedJson<'_> {
    fn of(skipped: &SkippedRelease) -> SkippedJson<'_> {
        SkippedJson {
            version: skipped.version.to_string(),
            released: skipped.released.as_ref(),
            days: skipped.days,
            has_known_fixes: skipped.has_known_fixes,
        }
    }
}

impl ChangeJson<'_> {
    fn of(change: &ReleaseChange) -> ChangeJson<'_> {
        let [from_released, to_released] = &change.released;
        ChangeJson {
            from_released: from_released.as_ref(),
            to_released: to_released.as_ref(),
            days_between: change.days,
            patches: change.patches.iter().map(PatchJson::of).collect(),
            security: change.security.as_ref().map(SecurityJson::of),
            fixed: change.fixed.as_deref().map(VulnerabilityJson::all),
            added: change.added.as_deref().map(VulnerabilityJson::all),
            database: &change.source,
            pages: PagesJson { line: &change.pages.line, history: change.pages.history.as_deref() },
        }
    }
}

impl PatchJson<'_> {
    fn of(patch: &PatchOnTheWay) -> PatchJson<'_> {
        PatchJson {
            version: patch.version.to_string(),
            released: patch.released.as_ref(),
            security: patch.is_security,
            issues: patch.issues.as_deref(),
        }
    }
}

impl VulnerabilityJson<'_> {
    fn all(all: &[NamedVulnerability]) -> Vec<VulnerabilityJson<'_>> {
        all.iter().map(VulnerabilityJson::of).collect()
    }

    fn of(one: &NamedVulnerability) -> VulnerabilityJson<'_> {
        let NamedVulnerability { id, aliases, packages, summary, page } = one;
        VulnerabilityJson { id, aliases, packages, summary, url: page }
    }
}
