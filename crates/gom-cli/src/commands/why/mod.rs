//! `gom why`: shows every place that the selection read, in order, what decided, and other Go programs and
//! pins.

mod deps;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use gom_core::admission::selection_refusal;
use gom_core::go::switching::{GoSwitch, SwitchMode};
use gom_core::install::ownership;
use gom_core::outranked::{before_gom, path_hint};
use gom_core::path_text::as_text;
use gom_core::policy::{MachinePolicy, PolicyError, PolicyMode};
use gom_doctor::other_pins::{self, OtherPin};
use gom_project::printable::printable;
use gom_select::explain::Explain;
use gom_select::select::trace::TraceStep;
use gom_select::select::{self, Refusal, SelectError, Selected, Selection, VersionOrigin};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, paint};

/// Explain, step by step, which toolchain runs here
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom why
  gom why --json
  gom why --deps                   which required modules need the newest Go")]
pub(crate) struct Arguments {
    /// Show which required modules raise go.mod's floor, and how they came in
    #[arg(long)]
    deps: bool,
}

/// The whole answer.
struct Answer {
    selection: Selection,
    /// Every place that was read.
    trace: Vec<TraceStep>,
    /// What the go command will do about GOTOOLCHAIN when it runs.
    go_will: String,
    /// Its store and what names that store, if it is not the user's own.
    store: Option<(PathBuf, String)>,
    not_followed: Vec<OtherPin>,
    /// Other programs than the shim that may run as `go` here.
    not_in_charge: Vec<String>,
    /// The `go` that runs because it is before gom's on PATH.
    first_on_path: Option<PathBuf>,
    /// What the machine's policy says, if it has one.
    policy: Option<PolicyWord>,
}

/// What the machine's policy says of the toolchain that runs here.
struct PolicyWord {
    file: PathBuf,
    mode: PolicyMode,
    /// What it says against it.
    refusal: Option<PolicyError>,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    if arguments.deps {
        return deps::run(app);
    }
    let (selection, mut trace) = app.ctx.with_situation(select::explain);
    let selection = match selection {
        Ok(selection) => selection,
        Err(error) => return Err(explained(app, &trace, error)),
    };
    trace.extend(strangers_file(app, &selection.origin));
    trace.extend(skipped_stores(app));
    let first = before_gom(&app.ctx, &selection);
    let answer = Answer {
        go_will: go_will(app, &selection),
        store: store_of(app, &selection).map(|store| (store, app.ctx.settings.store_path.origin.to_string())),
        not_followed: other_pins::find(&app.ctx.environment, app.ctx.environment.cwd.as_deref()),
        not_in_charge: not_in_charge(first.as_deref()),
        first_on_path: first,
        policy: policy(app, &selection)?,
        trace,
        selection,
    };
    let code = app.output.result(|| answer.to_json(), |output| answer.print(output));
    if let Some(Refusal { cure, .. }) = &answer.selection.refused {
        app.output.hint(cure);
    } else if let Some(PolicyWord { refusal: Some(refusal), .. }) = &answer.policy {
        app.output.hint(&refusal.hint());
    } else if answer.first_on_path.is_some() {
        app.output.hint(&path_hint(&app.ctx));
    }
    Ok(code)
}

/// Prints the places that were read, which explain why nothing is selected, and the pins of other tools,
/// which the user may have expected to count.
fn explained(app: &App, trace: &[TraceStep], error: SelectError) -> Failure {
    for TraceStep { place, outcome } in trace {
        app.output.say(&format!("looked at {place}: {outcome}"));
    }
    for pin in other_pins::find(&app.ctx.environment, app.ctx.environment.cwd.as_deref()) {
        app.output.say(&format!("not followed: {}", shown(&pin)));
    }
    if let SelectError::NotInstalled { wanted } = &error
        && let Some(TraceStep { place, outcome }) = strangers_file(app, &wanted.entries[0].origin)
    {
        app.output.say(&format!("{place}: {outcome}"));
    }
    error.into()
}

/// Both texts may be from a cloned project.
fn shown(pin: &OtherPin) -> String {
    format!("{} says {} ({})", printable(&pin.place), printable(&pin.value), pin.tool)
}

/// Returns a step for a version file of another user, which never starts an install.
fn strangers_file(app: &App, origin: &VersionOrigin) -> Option<TraceStep> {
    let VersionOrigin::File { path, .. } = origin else { return None };
    let stranger = ownership::stranger(path, &app.ctx.settings)?;
    let outcome =
        format!("belongs to user {}, so it never starts an install; {}", stranger.owner, stranger.hint());
    Some(TraceStep { place: path.display().to_string(), outcome })
}

/// Returns a step for each store that is named but not used.
fn skipped_stores(app: &App) -> impl Iterator<Item = TraceStep> + '_ {
    app.ctx.skipped_stores().into_iter().map(|skipped| TraceStep {
        place: skipped.entry.display().to_string(),
        outcome: format!("not used: {}", skipped.reason),
    })
}

/// Returns the store of the selected toolchain, if it is not the user's own.
fn store_of(app: &App, selection: &Selection) -> Option<PathBuf> {
    let Selected::Installed { id, .. } = &selection.toolchain else { return None };
    app.ctx.other_store(id)
}

fn policy(app: &App, selection: &Selection) -> Result<Option<PolicyWord>, Failure> {
    let (file, mode) = match &app.ctx.policy {
        MachinePolicy::Absent => return Ok(None),
        MachinePolicy::Applies(policy) => (policy.file.clone(), policy.mode),
        MachinePolicy::Unusable(bad) => (bad.file.clone(), bad.mode),
    };
    Ok(Some(PolicyWord { file, mode, refusal: selection_refusal(&app.ctx, selection)? }))
}

fn go_will(app: &App, selection: &Selection) -> String {
    let version = match &selection.toolchain {
        Selected::Installed { id, .. } => id.version.to_string(),
        Selected::Linked { version: Some(version), .. } => version.to_string(),
        Selected::Linked { name, .. } => name.to_string(),
        Selected::System { .. } => String::new(),
    };
    match GoSwitch::of(selection, &|name| app.ctx.environment.var(name)) {
        GoSwitch::OfSystem => "it is not gom's, so its own rules apply (go help toolchain)".to_owned(),
        GoSwitch::Stops(place) => format!("it stops at {place}"),
        GoSwitch::LooksFor { asked_by, version } => {
            format!("{asked_by} asks for Go {version}, which is not installed: Go looks for it itself")
        }
        GoSwitch::Stays => format!("GOTOOLCHAIN is not set: Go {version} stays as it is"),
        GoSwitch::ByGotoolchain { mode: SwitchMode::Local, place } => {
            format!("{place}: Go {version} stays as it is")
        }
        GoSwitch::ByGotoolchain { mode: SwitchMode::Auto, place } if !app.ctx.policy.allows_downloads() => {
            format!("{place}: with the machine's policy it takes a newer Go from PATH, and downloads none")
        }
        GoSwitch::ByGotoolchain { mode: SwitchMode::Auto, place } => {
            format!("{place}: it downloads a newer Go only if a command needs one")
        }
        GoSwitch::ByGotoolchain { mode: SwitchMode::Path, place } => {
            format!("{place}: it takes a newer Go from PATH only if a command needs one")
        }
        GoSwitch::ByGotoolchain { mode: SwitchMode::Named, place } => place,
    }
}

fn not_in_charge(first: Option<&Path>) -> Vec<String> {
    let first = first.map(|go| format!("`{}` comes first on PATH", go.display()));
    // The go command does this (cmd/go/internal/base, `AppendPATH`).
    let inside = "inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH";
    first.into_iter().chain([inside.to_owned()]).collect()
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    version: Option<String>,
    go: String,
    goroot: Option<String>,
    origin: String,
    asked: Option<&'a str>,
    store: Option<String>,
    trace: Vec<StepJson<'a>>,
    go_will: &'a str,
    missing: Option<String>,
    refused: Option<RefusalJson<'a>>,
    policy: Option<PolicyJson>,
    first_on_path: Option<String>,
    not_followed: &'a [OtherPin],
    not_in_charge: &'a [String],
}

/// One place that was read.
#[derive(Serialize)]
struct StepJson<'a> {
    place: &'a str,
    outcome: &'a str,
}

/// A value that stops every go command here.
#[derive(Serialize)]
struct RefusalJson<'a> {
    place: &'a str,
    reason: &'a str,
    hint: &'a str,
}

/// What the machine's policy says.
#[derive(Serialize)]
struct PolicyJson {
    file: String,
    mode: &'static str,
    allowed: bool,
    reason: Option<String>,
    hint: Option<String>,
}

impl PolicyWord {
    /// What it says, in words.
    fn text(&self) -> String {
        let (file, mode) = (self.file.display(), self.mode.name());
        match (&self.refusal, self.mode) {
            (None, _) => format!("allowed by {file} ({mode})"),
            (Some(refusal), PolicyMode::Enforce) => refusal.to_string(),
            (Some(refusal), PolicyMode::Report) => format!("{refusal}; it runs, as the policy only reports"),
        }
    }

    fn to_json(&self) -> PolicyJson {
        PolicyJson {
            file: as_text(&self.file),
            mode: self.mode.name(),
            allowed: self.refusal.is_none(),
            reason: self.refusal.as_ref().map(ToString::to_string),
            hint: self.refusal.as_ref().map(Explain::hint),
        }
    }
}

impl Answer {
    fn what_runs(&self) -> (String, String) {
        match &self.selection.toolchain {
            Selected::Installed { id, goroot } => {
                (format!("Go {}", id.version), goroot.join("bin/go").display().to_string())
            }
            Selected::Linked { name, goroot, version } => {
                let version = version.as_ref().map(|version| format!(", Go {version}")).unwrap_or_default();
                (format!("the linked Go {name}{version}"), goroot.join("bin/go").display().to_string())
            }
            Selected::System { go } => ("a Go that is not gom's".to_owned(), go.display().to_string()),
        }
    }

    fn print(&self, output: &Output) {
        let (name, path) = self.what_runs();
        if let Some(Refusal { place, reason, .. }) = &self.selection.refused {
            output.data(&format!("no go command works here: {place}: {reason}"));
            output.data(&format!("{name} starts, and stops there: {path}"));
        } else if let Some(go) = &self.first_on_path {
            output.data(&format!("`{}` runs here: it comes before gom's `go` on PATH", go.display()));
            output.data(&format!("gom's `go` would run {name}: {path}"));
        } else {
            output.data(&format!("{} runs here: {path}", paint(Tone::Good, &name)));
        }
        output.data(&format!("decided by: {}", self.selection.origin));
        if let Some((store, named_by)) = &self.store {
            output.data(&format!("from the store: {} ({named_by})", store.display()));
        }
        if let Some(policy) = &self.policy {
            output.data(&format!("the machine's policy: {}", policy.text()));
        }
        output.data("");
        output.data("looked at, in order:");
        for TraceStep { place, outcome } in &self.trace {
            output.data(&format!("  {place}: {outcome}"));
        }
        output.data("");
        output.data(&format!("then Go itself: {}", self.go_will));
        for pin in &self.not_followed {
            let label = paint(Tone::Caution, "not followed:");
            output.data(&format!("{label} {}", shown(pin)));
        }
        for text in &self.not_in_charge {
            output.data(&format!("{} {text}", paint(Tone::Caution, "not controlled by gom:")));
        }
    }

    fn to_json(&self) -> Json<'_> {
        let selection = &self.selection;
        let (_, go) = self.what_runs();
        let (version, goroot) = match &selection.toolchain {
            Selected::Installed { id, goroot } => (Some(id.version.to_string()), Some(as_text(goroot))),
            Selected::Linked { goroot, version, .. } => {
                (version.as_ref().map(ToString::to_string), Some(as_text(goroot)))
            }
            Selected::System { .. } => (None, None),
        };
        let trace = self.trace.iter().map(|TraceStep { place, outcome }| StepJson { place, outcome });
        let refused = selection.refused.as_ref();
        Json {
            version,
            go,
            goroot,
            origin: selection.origin.to_string(),
            asked: selection.asked.as_deref(),
            store: self.store.as_ref().map(|(store, _)| as_text(store)),
            trace: trace.collect(),
            go_will: &self.go_will,
            missing: selection.missing.as_ref().map(|floor| floor.wants.version().to_string()),
            refused: refused.map(|Refusal { place, reason, cure }| RefusalJson { place, reason, hint: cure }),
            policy: self.policy.as_ref().map(PolicyWord::to_json),
            first_on_path: self.first_on_path.as_deref().map(as_text),
            not_followed: &self.not_followed,
            not_in_charge: &self.not_in_charge,
        }
    }
}
