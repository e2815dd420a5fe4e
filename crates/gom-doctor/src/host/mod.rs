//! Gathers the facts about this machine: several threads look at files and folders while outside commands run, each
//! with a time limit. Never: uses the network, writes a file, or runs a program of a project.

#![expect(clippy::disallowed_methods, reason = "looks at the files and folders of this machine")]

mod binary;
mod build_info;
mod cgo;
mod commands;
mod files;
mod gom;
mod kinds;
mod lines;
mod linux;
mod mach_o;
mod macos;
mod native;
pub mod new_shell;
mod places;
mod probe;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use gom_select::go_env;
use gom_select::go_project::{self, GoProject, Surroundings};
use gom_select::platform::Platform;

use super::facts::{CommandFacts, FileFacts, HostFacts, SCHEMA, SystemFacts};
use super::redact;
use crate::other_pins;
use files::Place;
use gom_core::Context;
use gom_core::go_command::set_goroot;
use gom_core::threads::start_or_run;
use gom_project::nearby::{self, NearbyFile};

pub use cgo::gather as gather_cgo;

/// The time limit of a go command: the first run of a new toolchain on macOS takes seconds.
const PATIENCE_FOR_GO: Duration = Duration::from_secs(5);

/// What to gather.
#[derive(Clone, Copy, Debug, Default)]
pub struct GatherOptions {
    /// Also measure the start of the shell and of a new program, and run `go mod verify`.
    pub probe: bool,
}

/// Gathers all facts that the checks may use.
pub fn gather(ctx: &Context, wanted: GatherOptions) -> HostFacts {
    let nearby = ctx.environment.cwd.as_deref().map(nearby::find).unwrap_or_default();
    let mut facts = start(ctx, &nearby);
    std::thread::scope(|scope| {
        let commands = command_lines(ctx, &facts);
        let running = commands
            .into_iter()
            .map(|(name, command, limit)| (name, start_or_run(scope, move || commands::run(command, limit))));
        let running: Vec<_> = running.collect();
        let gom = start_or_run(scope, || gom::releases(ctx));
        let unused = start_or_run(scope, || gom::unused(ctx));
        let project = facts.project.clone().map(PathBuf::from);
        let cgo =
            start_or_run(scope, move || project.map(|project| files::with_cgo(&project)).unwrap_or_default());
        look_around(&mut facts, &nearby);
        // A thread that panicked contributes no facts.
        facts.files.extend(cgo.join().unwrap_or_default());
        if let Some((supported_lines, newest_patches)) = gom.join() {
            (facts.gom.supported_lines, facts.gom.newest_patches) = (supported_lines, newest_patches);
        }
        facts.gom.unused = unused.join().unwrap_or_default();
        for (name, thread) in running {
            facts.commands.insert(name, thread.join().unwrap_or_default());
        }
    });
    facts.system = system(&facts.commands);
    if facts.is_macos() {
        // The hardware is known now, so there may be more paths to look at.
        look_around(&mut facts, &nearby);
    }
    if wanted.probe {
        probe::measure(ctx, &mut facts);
    }
    facts
}

/// The facts that need no waiting: the environment and gom's own state.
fn start(ctx: &Context, nearby: &[NearbyFile]) -> HostFacts {
    let environment = &ctx.environment;
    let env = |name: &str| environment.var(name);
    let text = |path: &Path| path.display().to_string();
    let variables = environment.variables.iter().filter_map(|(name, value)| {
        let (name, value) = (name.to_str()?, value.to_string_lossy());
        Some((name.to_owned(), redact::variable(name, &value)?))
    });
    let shell = env("SHELL").map(PathBuf::from);
    let mut facts = HostFacts {
        schema: SCHEMA,
        home: environment.home.as_deref().map(text).unwrap_or_default(),
        shell: shell.as_deref().and_then(Path::file_name).map(text_of).unwrap_or_default(),
        project: environment.cwd.as_deref().and_then(|cwd| project_of(cwd, &env)).as_deref().map(text),
        go_env_file: go_env::user_file(&env).as_deref().map(text),
        cwd: environment.cwd.as_deref().map(text),
        workspace: environment.cwd.as_deref().and_then(|cwd| workspace_of(cwd, &env)).as_deref().map(text),
        other_pins: other_pins::of(environment, nearby),
        env: variables.filter(|(_, value)| !value.is_empty()).collect(),
        gom: gom::state(ctx),
        ..HostFacts::default()
    };
    // Enough for the first round; the commands give the rest.
    ctx.platform.os().clone_into(&mut facts.system.os);
    facts
}

fn text_of(name: &std::ffi::OsStr) -> String {
    name.to_string_lossy().into_owned()
}

/// The folder of the module here, or of the workspace.
fn project_of(cwd: &Path, env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let surroundings = Surroundings::of_environment(env);
    let module = go_project::find_mod(cwd, &surroundings);
    let file = module.or_else(|| Some(GoProject::find(cwd, &surroundings)?.file))?;
    Some(file.parent()?.to_path_buf())
}

/// The active go.work.
fn workspace_of(cwd: &Path, env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let surroundings = Surroundings::of_environment(env);
    let file = GoProject::find(cwd, &surroundings)?.file;
    // GOWORK may give it any name.
    let is_module = go_project::find_mod(cwd, &surroundings).is_some_and(|module| module == file);
    (!is_module).then_some(file)
}

/// Looks at every relevant path, in rounds, because files that are found may name other paths.
fn look_around(facts: &mut HostFacts, nearby: &[NearbyFile]) {
    /// The most rounds.
    const ROUNDS: usize = 5;
    let mut seen: BTreeSet<String> = facts.files.keys().cloned().collect();
    for _ in 0..ROUNDS {
        let places = places::all(facts, nearby);
        let new: Vec<Place> = places.into_iter().filter(|place| seen.insert(place.path.clone())).collect();
        if new.is_empty() {
            break;
        }
        facts.files.extend(look_at(&new));
    }
}

fn look_at(places: &[Place]) -> Vec<(String, FileFacts)> {
    const THREADS: usize = 8;
    let share = places.len().div_ceil(THREADS);
    std::thread::scope(|scope| {
        let threads: Vec<_> = places
            .chunks(share)
            .map(|places| {
                let look = |place: &Place| Some((place.path.clone(), files::look(place)?));
                start_or_run(scope, move || places.iter().filter_map(look).collect::<Vec<_>>())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

/// The commands to run, with the names under which checks find them and their time limits.
fn command_lines(ctx: &Context, facts: &HostFacts) -> Vec<(String, Command, Duration)> {
    let mut commands = Vec::new();
    if let Some(selected) = facts.gom.selected.as_ref().filter(|selected| selected.goroot.is_some()) {
        let mut command = commands::bare(&selected.go, &facts.home);
        command.arg("version").env("GOTOOLCHAIN", "local");
        as_the_shim_does(&mut command, ctx, facts);
        let is_ours = selected.platform.as_deref() == Some(&ctx.platform.to_string());
        if is_ours {
            commands.push((format!("{} version", selected.go), command, PATIENCE_FOR_GO));
        }
    }
    if cfg!(target_os = "macos") {
        let parent = std::os::unix::process::parent_id();
        for line in [macos::SYSCTL.to_owned(), macos::XCODE_SELECT.to_owned(), macos::flags_of(parent)] {
            let mut words = line.split(' ');
            let mut command = commands::bare(words.next().unwrap_or_default(), &facts.home);
            command.args(words);
            commands.push((line.clone(), command, commands::PATIENCE));
        }
    }
    commands
}

/// Go reads the user's settings, but a GOROOT in them has no effect, as if the shim had started it.
fn as_the_shim_does(command: &mut Command, ctx: &Context, facts: &HostFacts) {
    for name in ["GOENV", "XDG_CONFIG_HOME"] {
        if let Some(value) = ctx.environment.var(name) {
            command.env(name, value);
        }
    }
    if let Some(goroot) = facts.gom.selected.as_ref().and_then(|selected| selected.goroot.as_deref()) {
        set_goroot(command, Path::new(goroot), facts.selected_version().as_ref(), ctx);
    }
}

fn system(commands: &BTreeMap<String, CommandFacts>) -> SystemFacts {
    let built_for = Platform::host();
    let arch = built_for.arch();
    let mut system = if cfg!(target_os = "macos") {
        macos::system(commands, &macos::flags_of(std::os::unix::process::parent_id()), arch)
    } else {
        let read = |path: &str| fs_err::read_to_string(path).ok();
        let names = |folder: &str| {
            let entries = fs_err::read_dir(folder).into_iter().flatten();
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
        };
        linux::system(&read, &names, arch)
    };
    system.open_files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    system
}
