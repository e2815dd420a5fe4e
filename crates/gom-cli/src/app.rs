//! The value that every verb gets: the library's context and the output. Built once from the process
//! environment; nothing else in this program reads the environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gom_core::Context;
use gom_core::cancel::{Cancel, Cancelled};
use gom_core::environment::{Environment, RunningGom};
use gom_core::report::SilentReporter;
use gom_core::settings::SettingFlags;
use gom_select::layout::{Layout, RootOrigin, StoreRoot};
use gom_select::regular_file::AfterRead;
use gom_select::working_dir;

use crate::failure::Failure;
use crate::options::Global;
use crate::output::{Output, ask};
use crate::progress::Progress;

/// The running gom.
pub(crate) struct App {
    pub(crate) ctx: Context,
    pub(crate) output: Output,
    /// The store, and why it is this one.
    pub(crate) root: StoreRoot,
}

/// How a verb is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// Whether the checksum database's proof is required if no setting says otherwise.
    pub(crate) log_by_default: bool,
    /// Whether the verb runs, with default settings, if the real ones are invalid.
    pub(crate) allows_bad_settings: bool,
    /// Whether the verb runs beside the store of a newer gom, which it neither reads nor writes.
    pub(crate) allows_newer_store: bool,
}

impl App {
    /// Reads the environment and the settings. Invalid settings are an error unless the verb allows them.
    pub(crate) fn new(global: &Global, start: Start, output: Output) -> Result<App, Failure> {
        let environment = read_environment();
        let root = find_root(&environment, &output)?;
        let layout = Layout::new(&root.path);
        let flags = SettingFlags {
            offline: global.offline,
            sources: global.sources.clone(),
            log_by_default: start.log_by_default,
        };
        let reporter = Arc::new(Progress::new(output.clone()));
        let new =
            Context::new(environment.clone(), layout.clone(), &flags, reporter.clone(), Cancel::default());
        let ctx = match new {
            Err(bad) if start.allows_bad_settings && !bad.is_of_flag() => {
                Context::with_defaults(environment, layout, reporter, Cancel::default())
            }
            new => new?,
        };
        if !(start.allows_newer_store && ctx.store.is_of_newer_gom()) {
            ctx.store.check_layout()?;
        }
        // If the store can't be written, it keeps its list, and the doctor compares the two.
        let _ = ctx.store.keep_store_path();
        Ok(App { ctx, output, root })
    }

    /// Makes a path absolute that was given relative to the working directory.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        self.ctx.environment.cwd.as_ref().map_or_else(|| path.to_path_buf(), |cwd| cwd.join(path))
    }

    /// Asks the user a yes-or-no question; Ctrl-C interrupts it.
    pub(crate) async fn ask(&self, question: String) -> Result<bool, Cancelled> {
        let answer = tokio::task::spawn_blocking(move || ask(&question));
        tokio::select! {
            answer = answer => Ok(answer.unwrap_or(false)),
            () = self.ctx.cancel.cancelled() => Err(Cancelled),
        }
    }
}

/// The variable that a completion script sets.
pub(crate) const COMPLETE: &str = "GOM_INTERNAL_COMPLETE";

/// Returns the value of [`COMPLETE`], if a completion script has called this process.
pub(crate) fn asked_by_completions() -> Option<OsString> {
    std::env::var_os(COMPLETE).filter(|mode| !mode.is_empty())
}

/// Returns the context of a completion: settings that are invalid count as unset, and nothing is reported. `None` if
/// there is no home folder for a store.
pub(crate) fn context_of_completion() -> Option<Context> {
    let environment = read_environment();
    let env = |name: &str| environment.var(name);
    let binary = environment.program.as_ref().map(RunningGom::path_in_store);
    let root = StoreRoot::find(&env, binary.as_deref(), environment.home.as_deref(), AfterRead::Close)?;
    let (layout, flags) = (Layout::new(&root.path), SettingFlags::default());
    let new = Context::new(
        environment.clone(),
        layout.clone(),
        &flags,
        Arc::new(SilentReporter),
        Cancel::default(),
    );
    Some(new.unwrap_or_else(|_| {
        Context::with_defaults(environment, layout, Arc::new(SilentReporter), Cancel::default())
    }))
}

fn read_environment() -> Environment {
    let directories = directories::ProjectDirs::from("", "", "gom");
    Environment {
        variables: std::env::vars_os().collect(),
        cwd: working_dir::logical(std::env::var_os("PWD")),
        // Read as in the shim: without HOME neither of them guesses.
        home: std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from),
        cache_dir: directories.map(|directories| directories.cache_dir().to_path_buf()),
        program: program(),
    }
}

fn program() -> Option<RunningGom> {
    let name = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    let path = std::env::var_os("PATH").unwrap_or_default();
    match std::env::current_exe() {
        Ok(exe) => RunningGom::find(&exe, &name, &path),
        // A chroot or an initramfs without /proc.
        Err(_) => RunningGom::find_by_name(&name, &path),
    }
}

fn find_root(environment: &Environment, output: &Output) -> Result<StoreRoot, Failure> {
    let env = |name: &str| environment.var(name);
    let binary = environment.program.as_ref().map(RunningGom::path_in_store);
    let root = StoreRoot::find(&env, binary.as_deref(), environment.home.as_deref(), AfterRead::Close)
        .ok_or_else(|| {
            Failure::usage(
                "there is no home folder for gom's store",
                "set HOME, or GOM_HOME to an absolute path",
            )
        })?;
    if let Some(value) = env("GOM_HOME")
        && root.origin != RootOrigin::Environment
    {
        output.warn(&format!(
            "GOM_HOME is `{}`, which is not an absolute path; using `{}`",
            value.display(),
            root.path.display()
        ));
    }
    Ok(root)
}
