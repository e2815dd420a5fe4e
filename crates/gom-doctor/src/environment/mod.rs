//! Go's own settings as the selected go command reads them: value, place and problem.
//!
//! Owns: Go's defaults, and the rules for problems; gom-select reads the places. Never: runs a go command, or changes
//! anything. Invariant: [`SettingsView::variables`] is pure; only `SettingsView::gather` reads the disk, once.

mod defaults;
mod godebug;
pub mod gotoolchain;
mod problems;
mod view;

use gom_core::Context;
use gom_core::go_command::GoCommand;
use gom_select::go_env;
use gom_select::go_project::{self, GoProject, Surroundings};
use gom_select::go_settings::{EnvFile, GoOrigin, GoSetting};
use gom_select::layout::Env;
use gom_select::path_search;

pub use problems::SettingProblem;
pub use view::SettingsView;

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoVariable {
    /// Its name.
    pub name: String,
    /// Its value and place; the value may hold credentials, see [`gom_core::redact::redacted_text`].
    pub setting: GoSetting,
    /// What is wrong with it.
    pub problem: Option<SettingProblem>,
}

/// Calls `use_it` with the settings of the selected go command in the working directory.
pub fn with_view<T>(ctx: &Context, go: &GoCommand, use_it: impl FnOnce(&SettingsView<'_>) -> T) -> T {
    let env = |name: &str| ctx.environment.var(name);
    let path = env("PATH").unwrap_or_default();
    let is_on_path = |program: &str| path_search::candidates(program, &path).next().is_some();
    use_it(&SettingsView::gather(ctx, go, &env, &is_on_path))
}

impl<'a> SettingsView<'a> {
    /// Reads the files.
    fn gather(
        ctx: &'a Context,
        go: &'a GoCommand,
        env: Env<'a>,
        is_on_path: &'a dyn Fn(&str) -> bool,
    ) -> SettingsView<'a> {
        let surroundings = Surroundings::of_environment(env);
        let cwd = ctx.environment.cwd.as_deref();
        let project = cwd.and_then(|cwd| GoProject::find(cwd, &surroundings)).map(|project| project.file);
        let goroot = go.goroot.as_deref();
        SettingsView {
            env,
            home: ctx.environment.home.as_deref(),
            host: &go.platform,
            version: go.version.clone(),
            goroot: go.goroot.clone(),
            user: go_env::user_file(env).and_then(EnvFile::read),
            toolchain: goroot.and_then(EnvFile::of_toolchain),
            godebugs: goroot.and_then(godebug::known),
            built_in_proxy: goroot.and_then(defaults::proxy_in_source),
            go_mod: cwd.and_then(|cwd| go_project::find_mod(cwd, &surroundings)),
            go_work: project.filter(|file| file.ends_with("go.work")),
            is_on_path,
        }
    }

    /// Every setting that is used here, or is set.
    pub fn variables(&self) -> Vec<GoVariable> {
        let known = defaults::KNOWN.iter();
        known
            .filter_map(|known| {
                let variable = self.variable(known.name);
                let is_shown = known.means_something(self) || variable.setting.origin != GoOrigin::Default;
                is_shown.then_some(variable)
            })
            .collect()
    }

    /// One setting. The value of an unknown name is empty, as with `go env NAME`.
    pub fn variable(&self, name: &str) -> GoVariable {
        let known = defaults::known(name);
        let found = known.is_none_or(|known| known.is_settable).then(|| self.set(name)).flatten();
        let default = || known.map(|known| (known.default)(self)).unwrap_or_default();
        let setting = found.unwrap_or_else(|| GoSetting::default(default()));
        let problem = problems::find(self, name, &setting);
        // gom's go ignores a GOROOT of another tree (`exec_env`), so this does too.
        let setting = match (&self.goroot, name) {
            (Some(goroot), "GOROOT") if setting.origin != GoOrigin::Default => {
                GoSetting { value: goroot.display().to_string(), ..setting }
            }
            _ => setting,
        };
        GoVariable { name: name.to_owned(), setting, problem }
    }

    /// Whether Go has a setting of this name.
    pub fn knows(&self, name: &str) -> bool {
        defaults::known(name).is_some()
    }
}

#[cfg(test)]
mod tests;
