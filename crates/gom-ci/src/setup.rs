//! `gom ci setup`: gets the requested toolchains, and collects the changes for later steps.
//!
//! The first toolchain is the job's `go`: its `bin` is first on PATH, without a shim, and GOTOOLCHAIN says whether the
//! go command may switch to another one. Nothing is written here; see [`super::changes`].

use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use gom_select::env_vars::{GOM_CI_STARTED, go};
use gom_select::exec_env::{Goroot, goroot_for_child, needs_goroot};
use gom_select::go_settings::{GoEnvironment, UserSettings};
use gom_select::installed;
use gom_select::loader;
use gom_select::policy::without_downloads;
use gom_select::select::floor::floor;
use gom_select::select::trace::Trace;
use gom_select::version::GoVersion;
use serde::Serialize;

use super::asked::RequestedToolchain;
use super::changes::Changes;
use super::job::Job;
use super::provide::{Provided, SearchPlaces, ToolchainOrigin, provide};
use crate::error::CiError;
use gom_core::Error;
use gom_core::context::Context;
use gom_core::go::paths::GoPaths;
use gom_core::machine::fitness::Unfit;
use gom_core::policy::{PolicyError, RefusedByPolicy};
use gom_core::report::Event;
use gom_core::resolve::project_here;

/// Whether the go command may switch to another toolchain, if a file selected the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwitchPolicy {
    /// It may not: `GOTOOLCHAIN=local`.
    #[default]
    Local,
    /// It may switch to the one that go.mod needs: `GOTOOLCHAIN=auto`.
    Auto,
    /// GOTOOLCHAIN stays as it is.
    Inherit,
}

/// The result of a set-up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The toolchains, in the order of the requests.
    pub toolchains: Vec<ReadyToolchain>,
    /// The policy that applies.
    pub policy: SwitchPolicy,
    /// The changes for later steps.
    pub changes: Changes,
    /// Warnings for the user.
    pub warnings: Vec<String>,
    /// The time it took, in milliseconds.
    pub millis: u64,
}

/// A toolchain of a job.
#[derive(Clone, Debug)]
pub struct ReadyToolchain {
    /// The request.
    pub asked: RequestedToolchain,
    /// The selected toolchain, and where it was found.
    pub provided: Provided,
    /// The version that runs here under the policy: the same, or the one that go.mod needs.
    pub runs: String,
}

/// Runs the set-up. `asked` must not be empty.
pub async fn setup(
    ctx: &Context,
    job: &Job,
    asked: &[RequestedToolchain],
    places: SearchPlaces<'_>,
    policy: SwitchPolicy,
) -> Result<Setup, CiError> {
    let started = (Instant::now(), SystemTime::now());
    // Wait for all of them, even if one fails: none may be left half done.
    let provided = join_all(asked.iter().map(|asked| provide(ctx, asked, places))).await;
    let policy = if asked.iter().any(|asked| asked.by_hand) { SwitchPolicy::Local } else { policy };
    let (mut toolchains, mut warnings): (Vec<ReadyToolchain>, Vec<String>) = (Vec::new(), Vec::new());
    for (asked, provided) in asked.iter().zip(provided) {
        let provided = provided?;
        if toolchains.iter().any(|other| other.provided.id == provided.id) {
            continue;
        }
        let provided = checked(ctx, asked, places, provided).await?;
        warnings.extend(provided.refused.iter().map(|why| format!("not used: {why}")));
        let runs = runs_here(ctx, &provided, policy);
        toolchains.push(ReadyToolchain { asked: asked.clone(), provided, runs });
    }
    let mut setup = Setup { toolchains, policy, changes: Changes::default(), warnings, millis: 0 };
    setup.check_switch(ctx)?;
    setup.note_floor(ctx);
    setup.add_changes(ctx, job, started.1)?;
    setup.millis = u64::try_from(started.0.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(setup)
}

/// Checks that the go program runs. If another gom uninstalled the toolchain meanwhile, it is provided once more.
async fn checked(
    ctx: &Context,
    asked: &RequestedToolchain,
    places: SearchPlaces<'_>,
    provided: Provided,
) -> Result<Provided, CiError> {
    match check_runs(&provided) {
        Ok(()) => return Ok(provided),
        Err(error) if !was_removed(&provided) => return Err(error),
        Err(_) => {}
    }
    let text = format!("{} was uninstalled meanwhile, so it is looked for once more", provided.id);
    ctx.reporter.event(Event::Note(text));
    let again = provide(ctx, asked, places).await?;
    match check_runs(&again) {
        Err(_) if was_removed(&again) => Err(CiError::Removed { id: again.id, goroot: again.goroot }),
        checked => checked.map(|()| again),
    }
}

/// Whether a toolchain is no longer where it was found.
fn was_removed(provided: &Provided) -> bool {
    provided.origin != ToolchainOrigin::Linked && !installed::is_whole(&provided.goroot, &provided.id)
}

/// Checks that the go program starts and has the right version.
fn check_runs(provided: &Provided) -> Result<(), CiError> {
    let program = provided.goroot.join("bin/go");
    // A GOROOT of another tree, also one from `go env -w`, must not affect this one.
    let mut command = Command::new(&program);
    command.arg("version").env(go::GOTOOLCHAIN, "local").env(go::GOROOT, &provided.goroot);
    let output = command.output();
    let reason = match output {
        Ok(output) if output.status.success() => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let name = provided.id.version.toolchain_name();
            // A development version has more after its name.
            let is_own = provided.origin == ToolchainOrigin::Linked;
            if said.split_whitespace().any(|word| word == name || (is_own && word.starts_with(&name))) {
                return Ok(());
            }
            format!("it prints `{}`", said.trim())
        }
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => {
            if let Some(loader) = loader::missing(&program) {
                let loader = loader.display().to_string();
                return Err(Error::from(Unfit::NoGlibc { id: provided.id.clone(), loader }).into());
            }
            error.to_string()
        }
    };
    Err(CiError::DoesNotRun { program: program.display().to_string(), reason })
}

/// The version that runs here by Go's own rules and the policy.
fn runs_here(ctx: &Context, provided: &Provided, policy: SwitchPolicy) -> String {
    let selected = &provided.id.version;
    let env = |name: &str| match (name, policy) {
        (go::GOTOOLCHAIN, SwitchPolicy::Local) => Some("local".into()),
        (go::GOTOOLCHAIN, SwitchPolicy::Auto) => Some("auto".into()),
        _ => ctx.environment.var(name),
    };
    let go = GoEnvironment::new(&env, &provided.goroot);
    let floor = ctx
        .environment
        .cwd
        .as_deref()
        .and_then(|cwd| floor(selected, &go, cwd, &mut Trace::default()).floor());
    floor.map_or_else(|| selected.to_string(), |floor| floor.wants.version().to_string())
}

impl Setup {
    /// Fails if the go command would switch to a toolchain that the machine's policy could refuse: in a job no shim stands
    /// between.
    fn check_switch(&self, ctx: &Context) -> Result<(), CiError> {
        let (Some(policy), Some(first)) = (ctx.policy.policy(), self.toolchains.first()) else {
            return Ok(());
        };
        let own = first.provided.id.version.to_string();
        if ctx.policy.allows_downloads() || first.runs == own {
            return Ok(());
        }
        let refused = RefusedByPolicy {
            what: format!("Go {}", first.runs),
            reason: "go.mod or GOTOOLCHAIN asks for it here, and with a policy no go command downloads a toolchain"
                .to_owned(),
            file: policy.file.clone(),
            rule: None,
            hint: format!("run `gom ci setup {}`", first.runs),
        };
        Err(Error::from(PolicyError::from(refused)).into())
    }

    /// Warns if a toolchain is older than go.mod allows, as some entries of a matrix are, because the go command's own
    /// error is less clear.
    fn note_floor(&mut self, ctx: &Context) {
        let Some(project) = project_here(ctx).filter(|_| self.policy == SwitchPolicy::Local) else { return };
        let Some((line, number)) = &project.lines.go else { return };
        let Ok(least) = GoVersion::parse(line) else { return };
        for ready in &self.toolchains {
            let version = &ready.provided.id.version;
            if *version < least {
                let place = format!("{}:{number}", project.file.display());
                let warning =
                    format!("{place} asks for Go {line}, but with GOTOOLCHAIN=local only Go {version} runs");
                ctx.reporter.event(Event::Warning(warning.clone()));
                self.warnings.push(warning);
            }
        }
    }

    fn add_changes(&mut self, ctx: &Context, job: &Job, started: SystemTime) -> Result<(), CiError> {
        let Some(first) = self.toolchains.first() else { return Ok(()) };
        let (goroot, paths) = (first.provided.goroot.clone(), GoPaths::read(&ctx.environment));
        let changes = &mut self.changes;
        changes.add_path(&goroot.join("bin"))?;
        if let Some(bin) = &paths.bin {
            changes.add_path(bin)?;
        }
        let inherited = || {
            let env = |name: &str| ctx.environment.var(name);
            GoEnvironment::new(&env, &goroot).get(go::GOTOOLCHAIN).map(|setting| setting.value)
        };
        let gotoolchain = match self.policy {
            SwitchPolicy::Local => Some("local".to_owned()),
            // A later step may need a newer Go, which nobody would have looked at.
            SwitchPolicy::Auto if !ctx.policy.allows_downloads() => without_downloads("auto"),
            SwitchPolicy::Inherit if !ctx.policy.allows_downloads() => {
                inherited().and_then(|value| without_downloads(&value))
            }
            SwitchPolicy::Auto => Some("auto".to_owned()),
            SwitchPolicy::Inherit => None,
        };
        if let Some(value) = gotoolchain {
            changes.set(go::GOTOOLCHAIN, value)?;
        }
        set_goroot(ctx, changes, &goroot, &first.provided.id.version)?;
        if self.toolchains.len() > 1 {
            for ready in &self.toolchains {
                changes.set(&goroot_variable(&ready.provided.id.version), &ready.provided.goroot)?;
            }
        }
        if job.started.is_none() {
            // One second earlier, because file times on some systems have no fractions.
            let seconds =
                started.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().saturating_sub(1));
            changes.set(GOM_CI_STARTED, seconds.to_string())?;
        }
        add_outputs(changes, &self.toolchains, &goroot, &paths)
    }
}

/// An inherited GOROOT, or one in Go's own settings, would break the toolchain. CIs can't unset a variable for later
/// steps, so it is set to the right folder. Without any GOROOT, Go 1.9 and newer find their own.
fn set_goroot(
    ctx: &Context,
    changes: &mut Changes,
    goroot: &Path,
    version: &GoVersion,
) -> Result<(), CiError> {
    let env = |name: &str| ctx.environment.var(name);
    match goroot_for_child(goroot, Some(version), &UserSettings::new(&env)) {
        // A GOROOT that is right in this step may be missing in later ones.
        Goroot::Keep if !needs_goroot(version) => Ok(()),
        Goroot::Keep | Goroot::Unset | Goroot::Override(_) | Goroot::Needed => {
            changes.set(go::GOROOT, goroot)
        }
    }
}

/// `GOROOT_1_22_6`, for jobs with several toolchains.
fn goroot_variable(version: &GoVersion) -> String {
    format!("GOROOT_{}", version.canonical().to_string().replace('.', "_"))
}

fn add_outputs(
    changes: &mut Changes,
    toolchains: &[ReadyToolchain],
    goroot: &Path,
    paths: &GoPaths,
) -> Result<(), CiError> {
    let versions: Vec<String> =
        toolchains.iter().map(|ready| ready.provided.id.version.to_string()).collect();
    let origin = toolchains[0].provided.origin;
    changes.output("go-version", &versions[0])?;
    changes.output("go-versions", versions.join(" "))?;
    changes.output("GOROOT", goroot)?;
    let folders =
        [("GOPATH", &paths.gopath), ("GOMODCACHE", &paths.module_cache), ("GOCACHE", &paths.build_cache)];
    for (name, folder) in folders {
        if let Some(folder) = folder {
            changes.output(name, folder)?;
        }
    }
    changes.output("toolchain-source", origin.name())?;
    changes.output("toolchain-cache-hit", (origin == ToolchainOrigin::Cache).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_own_variable() {
        for (version, name) in
            [("1.22.6", "GOROOT_1_22_6"), ("1.20", "GOROOT_1_20"), ("1.24rc1", "GOROOT_1_24rc1")]
        {
            assert_eq!(goroot_variable(&GoVersion::parse(version).unwrap()), name);
        }
    }
}
