//! gom's own state: the installed toolchains and their proofs, the selected one, the settings, and the releases in
//! the embedded index.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use gom_select::explain::Explain;
use gom_select::select::{self, Selected, Selection};
use rustix::fs::Access;
use rustix::io::Errno;

use super::native;
use crate::facts::{
    BadSettingFacts, GomFacts, PolicyFacts, SelectedFacts, ToolchainFacts, UnusedFacts, UnusedToolchainFacts,
    UnwritableFacts, VolumeFacts,
};
use crate::redact;
use gom_core::Context;
use gom_core::admission;
use gom_core::clock::date_of;
use gom_core::files::read_text;
use gom_core::index::Index;
use gom_core::index::supported_lines;
use gom_core::policy::{MachinePolicy, PolicyError, PolicyMode};
use gom_core::proof::Proof;
use gom_core::prune::{self, PruneOptions, UnusedToolchain};
use gom_core::redact::redacted_text;
use gom_core::settings::{BadSetting, SettingOrigin};

pub(super) fn state(ctx: &Context) -> GomFacts {
    let layout = ctx.store.layout();
    let (whole, broken) = (ctx.installed(), ctx.broken());
    let unlisted = whole.as_ref().err().or(broken.as_ref().err()).map(ToString::to_string);
    let (mut whole, broken) = (whole.unwrap_or_default(), broken.unwrap_or_default());
    // The doctor repairs only this store.
    whole.retain(|id| ctx.other_store(id).is_none());
    let toolchains = whole.into_iter().chain(broken).map(|id| {
        let proof = match ctx.store.read_receipt(&id).map(|receipt| receipt.proof) {
            Some(Proof::Log { .. }) => "log",
            Some(Proof::Sha256 { .. }) => "sha256",
            None => "unproven",
        };
        ToolchainFacts { name: id.to_string(), proof: proof.to_owned(), repeated: None }
    });
    let selection = ctx.with_situation(select::select);
    let policy = policy(ctx, selection.as_ref().ok());
    GomFacts {
        policy,
        home: layout.root().display().to_string(),
        volume: volume(layout.root(), ctx.environment.home.as_deref()),
        is_unmarked: layout.shim().exists() && matches!(layout.layout_version_file().try_exists(), Ok(false)),
        unlisted,
        unwritable: unwritable(ctx),
        toolchains: toolchains.collect(),
        selection_error: selection.as_ref().err().map(|error| (error.to_string(), error.hint())),
        selected: selection.ok().map(selected),
        settings: settings(ctx),
        skipped_stores: (ctx.skipped_stores().iter())
            .map(|skipped| (skipped.entry.display().to_string(), skipped.reason.clone()))
            .collect(),
        bad_setting: ctx.bad_setting().as_ref().map(bad_setting),
        ..GomFacts::default()
    }
}

/// The machine's policy, and what it says against what is here.
fn policy(ctx: &Context, selection: Option<&Selection>) -> Option<PolicyFacts> {
    let told = |error: PolicyError| (error.to_string(), error.hint());
    let facts = |file: &Path, mode: PolicyMode| PolicyFacts {
        file: file.display().to_string(),
        mode: mode.name().to_owned(),
        ..PolicyFacts::default()
    };
    match &ctx.policy {
        MachinePolicy::Absent => None,
        MachinePolicy::Unusable(bad) => Some(PolicyFacts {
            problem: Some((bad.to_string(), bad.hint.clone())),
            ..facts(&bad.file, bad.mode)
        }),
        MachinePolicy::Applies(policy) => {
            let selected = selection.and_then(|one| admission::selection_refusal(ctx, one).ok().flatten());
            let refused = admission::all_refusals(ctx).unwrap_or_default();
            Some(PolicyFacts {
                selected: selected.map(told),
                refused: refused.into_iter().map(told).collect(),
                ..facts(&policy.file, policy.mode)
            })
        }
    }
}

fn selected(selection: Selection) -> SelectedFacts {
    let missing = selection.missing.map(|floor| (floor.wants.version().to_string(), floor.asked_by));
    let (origin, asked) = (selection.origin.to_string(), selection.asked);
    match selection.toolchain {
        Selected::Installed { id, goroot } => SelectedFacts {
            version: Some(id.version.to_string()),
            platform: Some(id.platform.to_string()),
            go: goroot.join("bin/go").display().to_string(),
            goroot: Some(goroot.display().to_string()),
            origin,
            asked,
            missing,
        },
        Selected::Linked { goroot, version, .. } => SelectedFacts {
            version: version.map(|version| version.to_string()),
            go: goroot.join("bin/go").display().to_string(),
            goroot: Some(goroot.display().to_string()),
            origin,
            asked,
            missing,
            ..SelectedFacts::default()
        },
        Selected::System { go } => {
            SelectedFacts { go: go.display().to_string(), origin, asked, missing, ..SelectedFacts::default() }
        }
    }
}

/// The first folder of the store that changes need but that is not writable. For a folder that does not exist yet,
/// this checks the nearest parent that exists.
fn unwritable(ctx: &Context) -> Option<UnwritableFacts> {
    let layout = ctx.store.layout();
    let needed = [
        layout.root().to_path_buf(),
        layout.bin(),
        layout.toolchains(),
        layout.receipts(),
        layout.locks(),
        layout.staging(),
    ];
    let path = needed
        .iter()
        .filter_map(|path| path.ancestors().find(|folder| folder.exists()))
        .find(|folder| is_refused(rustix::fs::access(*folder, Access::WRITE_OK | Access::EXEC_OK)))?;
    let refused = rustix::fs::access(path, Access::WRITE_OK).err();
    let uid = path.metadata().ok().map(|metadata| metadata.uid());
    Some(UnwritableFacts {
        path: path.display().to_string(),
        is_read_only: refused == Some(Errno::ROFS),
        is_own: uid == Some(rustix::process::geteuid().as_raw()),
    })
}

/// Whether the system refused it, and did not just fail to tell.
fn is_refused(asked: rustix::io::Result<()>) -> bool {
    asked.is_err_and(|error| matches!(error, Errno::ACCESS | Errno::PERM | Errno::ROFS))
}

/// The settings that are not at their default.
fn settings(ctx: &Context) -> Vec<(String, String, String)> {
    let set = ctx.settings.rows().into_iter().filter(|(_, _, origin)| **origin != SettingOrigin::Default);
    set.map(|(name, value, origin)| (name.to_owned(), redacted_text(&value), origin.to_string())).collect()
}

/// The invalid setting, with the line that sets it if a file does.
fn bad_setting(bad: &BadSetting) -> BadSettingFacts {
    let place =
        bad.origin.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse::<usize>().ok()?)));
    let line = place.and_then(|(file, number)| {
        let text = read_text(Path::new(file)).ok()?;
        let line = text.lines().nth(number.checked_sub(1)?)?;
        Some((file.to_owned(), number, redact::line(line)))
    });
    BadSettingFacts { message: bad.to_string(), origin: bad.origin.clone(), line }
}

fn volume(store: &Path, home: Option<&Path>) -> VolumeFacts {
    // A store that does not exist yet will be on its parent's volume.
    let Some(there) = store.ancestors().find(|folder| folder.is_dir()) else { return VolumeFacts::default() };
    let device = |path: &Path| path.metadata().ok().map(|metadata| metadata.dev());
    VolumeFacts {
        kind: native::volume_kind(there),
        free: rustix::fs::statvfs(there).ok().map(|volume| volume.f_bavail.saturating_mul(volume.f_frsize)),
        is_case_sensitive: is_case_sensitive(there),
        is_home_volume: home.and_then(device).map(|home| device(there) == Some(home)),
    }
}

/// Whether names that differ only in case are different files; `None` for a name without letters.
fn is_case_sensitive(folder: &Path) -> Option<bool> {
    let name = folder.file_name()?.to_str()?;
    let other = name.to_uppercase();
    (other != name).then(|| !folder.with_file_name(other).is_dir())
}

/// The installed toolchains that `gom prune` would remove. None where that can't be told: use is not recorded for long
/// enough, a file is invalid, or others use the store.
pub(super) fn unused(ctx: &Context) -> UnusedFacts {
    let options = PruneOptions::default();
    let Ok(plan) = prune::plan_installed(ctx, options) else { return UnusedFacts::default() };
    if plan.is_shared || plan.unused.is_empty() {
        return UnusedFacts::default();
    }
    let of = |UnusedToolchain { id, bytes, last_used, .. }: UnusedToolchain| UnusedToolchainFacts {
        name: id.to_string(),
        last_used: last_used.map(date_of),
        bytes,
    };
    UnusedFacts { days: options.unused_for, toolchains: plan.unused.into_iter().map(of).collect() }
}

/// The supported lines, newest first, and the newest patch of each line that has an installed toolchain.
pub(super) fn releases(ctx: &Context) -> (Vec<String>, BTreeMap<String, String>) {
    let index = Index::embedded();
    let stable =
        || index.of_platform(&ctx.platform).map(|id| &id.version).filter(|version| version.is_stable());
    let supported = supported_lines(&index, &ctx.platform).iter().map(ToString::to_string).collect();
    let installed = ctx.installed().unwrap_or_default();
    let newest = installed.iter().map(|id| id.version.line()).filter_map(|line| {
        let newest = stable().filter(|version| line.contains(version)).max()?;
        Some((line.to_string(), newest.to_string()))
    });
    (supported, newest.collect())
}
