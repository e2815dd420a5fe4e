//! The settings and files that outrank a choice here: the default, or a folder's version file. Reported when
//! the choice is made, and when the user asks why another Go runs.
//!
//! Owns: the list, the strongest first, with a hint for each. Never: decides what runs; [`select`] does, and
//! its parts are called here one by one. Invariant: everything in the list makes another Go run, or stops the
//! go command.

use std::path::PathBuf;

use gom_select::env_vars::go;
use gom_select::explain::Explain;
use gom_select::go_settings::GoEnvironment;
use gom_select::installed;
use gom_select::path_search;
use gom_select::select::floor::{Floor, FloorAnswer, floor};
use gom_select::select::trace::Trace;
use gom_select::select::{self, Refusal, SelectError, Selected, Selection, WantedToolchain};
use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::files;
use crate::shell::Shell;
use crate::shell_quote::shell_quote;

/// One thing that outranks a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outranking {
    /// Its kind.
    pub by: OutrankedBy,
    /// What it is, and where it is set.
    pub text: String,
    /// What to do about it.
    pub hint: String,
}

/// The kinds of things that outrank a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutrankedBy {
    /// Another `go` comes first on PATH.
    Path,
    /// `GOM_TOOLCHAIN`.
    Variable,
    /// A version file of this folder or one above.
    VersionFile,
    /// `GOTOOLCHAIN`, in the environment or by `go env -w`.
    GoToolchain,
    /// go.work or go.mod.
    Project,
    /// A value at which every go command stops.
    Refusal,
}

/// Lists everything that outranks the default here, if the default is `chosen`.
pub fn above_default(ctx: &Context, chosen: Option<&ToolchainId>) -> Vec<Outranking> {
    let mut found = above_files(ctx, chosen);
    match ctx.with_situation(select::wanted_by_files) {
        Ok(Some(wanted)) if is_of(ctx, &wanted, chosen) => {}
        Ok(Some(wanted)) => found.push(Outranking {
            by: OutrankedBy::VersionFile,
            text: format!(
                "this folder is pinned to {} by {}",
                wanted.entries[0].text, wanted.entries[0].origin
            ),
            hint: "run `gom local SPEC` to change the pin".to_owned(),
        }),
        Ok(None) => {}
        Err(error) => found.push(invalid(OutrankedBy::VersionFile, &error)),
    }
    found.extend(chosen.and_then(|chosen| by_go(ctx, chosen)));
    found
}

/// Lists everything that outranks the version file here, if it pins `chosen`. go.work and go.mod are not in
/// the list: a pin is the starting point of their rules.
pub fn above_pin(ctx: &Context, chosen: Option<&ToolchainId>) -> Vec<Outranking> {
    let by_go = chosen.and_then(|chosen| by_go(ctx, chosen)).filter(|above| above.by != OutrankedBy::Project);
    above_files(ctx, chosen).into_iter().chain(by_go).collect()
}

/// Lists what outranks the default and every version file.
fn above_files(ctx: &Context, chosen: Option<&ToolchainId>) -> Vec<Outranking> {
    let mut found = Vec::new();
    if let Some(go) = first_on_path(ctx) {
        let bin = ctx.store.layout().bin();
        found.push(Outranking {
            by: OutrankedBy::Path,
            text: format!("`{}` comes first on PATH, before gom's `go` in `{}`", go.display(), bin.display()),
            hint: path_hint(ctx),
        });
    }
    match ctx.with_situation(select::wanted_by_environment) {
        Ok(Some(wanted)) if is_of(ctx, &wanted, chosen) => {}
        Ok(Some(wanted)) => found.push(Outranking {
            by: OutrankedBy::Variable,
            text: format!("GOM_TOOLCHAIN is set to {}", wanted.entries[0].text),
            hint: "run `unset GOM_TOOLCHAIN`".to_owned(),
        }),
        Ok(None) => {}
        Err(error) => found.push(invalid(OutrankedBy::Variable, &error)),
    }
    found
}

/// Whether the wanted toolchain is the chosen one, so that the choice runs.
fn is_of(ctx: &Context, wanted: &WantedToolchain, chosen: Option<&ToolchainId>) -> bool {
    let Some(chosen) = chosen else { return false };
    let request = &wanted.entries[0].request;
    match installed::find(ctx.store.layout(), request, &ctx.platform) {
        Ok(Some(found)) => found.id == *chosen,
        _ => false,
    }
}

/// Returns what Go's own rules run instead of `chosen` here.
fn by_go(ctx: &Context, chosen: &ToolchainId) -> Option<Outranking> {
    let env = |name: &str| ctx.environment.var(name);
    let goroot = ctx.goroot(chosen);
    let settings = GoEnvironment::new(&env, &goroot);
    let set = settings.get(go::GOTOOLCHAIN);
    // A toolchain that is not installed has no `go.env` to say what its Go says by default.
    let is_unknown =
        set.is_none() && !settings.has_line(go::GOTOOLCHAIN) && !files::exists(&goroot.join("go.env"));
    let or_auto = |name: &str| match name {
        go::GOTOOLCHAIN if is_unknown => Some("auto".into()),
        _ => env(name),
    };
    let settings = GoEnvironment::new(&or_auto, &goroot);
    match floor(&chosen.version, &settings, ctx.environment.cwd.as_deref()?, &mut Trace::default()) {
        FloorAnswer::Nothing | FloorAnswer::Elsewhere(_) => None,
        FloorAnswer::Another(Floor { wants, asked_by, file, .. }) => {
            let (by, hint) = if let (None, Some(set)) = (file, set) {
                (OutrankedBy::GoToolchain, Refusal::of_gotoolchain(&set, String::new()).cure)
            } else {
                let spec = chosen.version.as_spec();
                let hint = format!(
                    "run `go +{spec} version` for one command with exactly {spec}, or lower that line"
                );
                (OutrankedBy::Project, hint)
            };
            Some(Outranking { by, text: format!("{asked_by} asks for Go {}", wants.version()), hint })
        }
        FloorAnswer::Refused(Refusal { place, reason, cure }) => Some(Outranking {
            by: OutrankedBy::Refusal,
            text: format!("every go command fails at {place}: {reason}"),
            hint: cure,
        }),
    }
}

/// Returns the first `go` on PATH, unless it is this store's.
pub fn first_on_path(ctx: &Context) -> Option<PathBuf> {
    let path = ctx.environment.var("PATH")?;
    let first = path_search::all("go", &path).next()?;
    let ours = files::real_path(&ctx.store.layout().shim()).ok();
    let is_ours = ours.is_some() && files::real_path(&first).ok() == ours;
    (!is_ours).then_some(first)
}

/// Returns the `go` that is before gom's on PATH, unless gom's would run the same program.
pub fn before_gom(ctx: &Context, selection: &Selection) -> Option<PathBuf> {
    first_on_path(ctx).filter(|first| match &selection.toolchain {
        Selected::System { go } => go != first,
        Selected::Installed { .. } | Selected::Linked { .. } => true,
    })
}

/// Returns the `go` on PATH that no longer runs because a default is set, given what outranks that default.
pub fn displaced_go(ctx: &Context, above: &[Outranking]) -> Option<PathBuf> {
    let comes_first = above.iter().any(|above| above.by == OutrankedBy::Path);
    ctx.with_situation(select::system_go).filter(|_| !comes_first)
}

/// The commands that put gom's `go` first on PATH: in new shells and in this one. If `gom setup` does not know the
/// user's shell, only in this one.
pub fn path_hint(ctx: &Context) -> String {
    let layout = ctx.store.layout();
    match Shell::of_user(&ctx.environment) {
        Some(shell) => format!(
            "run `gom setup`, which puts gom first in new shells, then `{}` in this one",
            shell.refreshing_command(layout)
        ),
        None => format!("run `export PATH={}:\"$PATH\"; hash -r`", shell_quote(layout.bin())),
    }
}

fn invalid(by: OutrankedBy, error: &SelectError) -> Outranking {
    Outranking { by, text: error.to_string(), hint: error.hint() }
}
