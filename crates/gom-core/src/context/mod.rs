//! One value that holds everything a command needs. The caller builds it once from the environment; no
//! other module of the library reads the environment, the working directory or the arguments.

pub(crate) mod unkept;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gom_select::go_settings::UserSettings;
use gom_select::hardware;
use gom_select::installed;
use gom_select::layout::Layout;
use gom_select::loader;
use gom_select::platform::Platform;
use gom_select::policy::POLICY_FILE;
use gom_select::select::command_line::CommandLine;
use gom_select::select::{Purpose, Situation};
use gom_select::store_path::{SkippedStore, StorePath};
use gom_select::toolchain::ToolchainId;
use gom_select::{path_search, select::SelectError};

use crate::cancel::Cancel;
use crate::environment::Environment;
use crate::files;
use crate::go::default_proxy;
use crate::go::settings::GoSettings;
use crate::machine::fitness::{self, Unfit};
use crate::machine::mac::Mac;
use crate::net::Client;
use crate::net::client::ClientSettings;
use crate::net::health::Health;
use crate::net::netrc::Netrc;
use crate::net::patience::Patience;
use crate::net::proxies::ProxyVariables;
use crate::net::tls::RootsFrom;
use crate::policy::{MachinePolicy, Rule};
use crate::report::Reporter;
use crate::settings::{BadSetting, RecordUse, RequiredProof, Setting, SettingFlags, SettingOrigin, Settings};
use crate::store::{Store, StoreError, StoreWork, leftovers};
use crate::tree::goroot;

use unkept::UnsavedLists;

/// Everything a command needs.
pub struct Context {
    /// The environment as it was at the start.
    pub environment: Environment,
    /// The store.
    pub store: Store,
    /// The entries of `GOM_STORE_PATH` or the setting `store_path` that are not used.
    skipped_entries: Vec<SkippedStore>,
    /// The platform of toolchains that are named without one.
    pub platform: Platform,
    /// More about the machine, if it is a Mac.
    pub mac: Option<Mac>,
    /// The user's settings.
    pub settings: Settings,
    /// The machine's policy. What it asks of a proof is in the settings already.
    pub policy: MachinePolicy,
    /// Go's own settings.
    pub go_settings: GoSettings,
    /// The one HTTP client.
    pub client: Client,
    /// Where events go.
    pub reporter: Arc<dyn Reporter>,
    /// Cancelled when the user cancels.
    pub cancel: Cancel,
    /// Release lists that could not be written into the cache.
    pub(crate) unkept: UnsavedLists,
}

impl Context {
    /// The other stores, and the toolchains in them, that gom does not use, with the reason. Checks every
    /// tree in those stores.
    pub fn skipped_stores(&self) -> Vec<SkippedStore> {
        let mut skipped = self.skipped_entries.clone();
        skipped.extend(installed::skipped(self.store.layout()));
        skipped
    }

    /// Resolves the settings and builds what the commands share. Uses no network and writes nothing.
    pub fn new(
        environment: Environment,
        layout: Layout,
        flags: &SettingFlags,
        reporter: Arc<dyn Reporter>,
        cancel: Cancel,
    ) -> Result<Context, BadSetting> {
        let env = |name: &str| environment.var(name);
        let default_cache = environment.cache_dir.clone().unwrap_or_else(|| layout.root().join("cache"));
        let settings = Settings::resolve(flags, &env, &layout, default_cache)?;
        Ok(Context::with_settings(environment, layout, settings, reporter, cancel))
    }

    /// Like `new`, with default settings, so that the doctor runs when the real ones are invalid.
    pub fn with_defaults(
        environment: Environment,
        layout: Layout,
        reporter: Arc<dyn Reporter>,
        cancel: Cancel,
    ) -> Context {
        let default_cache = environment.cache_dir.clone().unwrap_or_else(|| layout.root().join("cache"));
        Context::with_settings(environment, layout, Settings::defaults(default_cache), reporter, cancel)
    }

    fn with_settings(
        environment: Environment,
        layout: Layout,
        settings: Settings,
        reporter: Arc<dyn Reporter>,
        cancel: Cancel,
    ) -> Context {
        let env = |name: &str| environment.var(name);
        let policy = MachinePolicy::load(Path::new(POLICY_FILE));
        let settings = with_required_proof(settings, &policy);
        let entries = settings.store_path.value.iter().cloned();
        let StorePath { stores, skipped: skipped_entries, user } =
            StorePath::checked(entries, &layout, environment.home.as_deref());
        let layout = layout.over(stores, user);
        let platform = hardware::platform();
        let go_settings =
            GoSettings::read(&env, &goroots(&env, &layout, &platform), default_proxy::built_in());
        let health = Health::load(Some(settings.cache_dir.value.join("silent-hosts.json")));
        let client = Client::new(ClientSettings {
            netrc: read_netrc(&environment),
            offline: settings.offline.value,
            patience: Patience::new(settings.timeout.value),
            proxy_variables: ProxyVariables::read(&env),
            roots: RootsFrom::read(&env),
            health,
            reporter: Arc::clone(&reporter),
            cancel: cancel.clone(),
        });
        // A value from the environment is for this process only; the store keeps the value from the files.
        let is_of_files = !matches!(settings.store_path.origin, SettingOrigin::Environment(_));
        let kept = is_of_files.then(|| settings.store_path.value.clone());
        // For one process alone, use may be left out of the record; the record itself stays.
        let records_use = match (settings.record_use.value, &settings.record_use.origin) {
            (RecordUse::Never, SettingOrigin::Environment(_)) => None,
            (policy, _) => Some(policy == RecordUse::Always),
        };
        let store = Store::new(layout, settings.lock_timeout.value);
        let store = store.with(environment.program.clone(), kept, records_use);
        let mac = Mac::here();
        Context {
            environment,
            store,
            skipped_entries,
            platform,
            mac,
            settings,
            policy,
            go_settings,
            client,
            reporter,
            cancel,
            unkept: UnsavedLists::default(),
        }
    }

    /// Returns the error in the settings as they are now, without the command line's flags.
    pub fn bad_setting(&self) -> Option<BadSetting> {
        let env = |name: &str| self.environment.var(name);
        let cache = self.settings.cache_dir.value.clone();
        Settings::resolve(&SettingFlags::default(), &env, self.store.layout(), cache).err()
    }

    /// Runs `use_it` with everything that the selection in this process's working directory depends on.
    pub fn with_situation<T>(&self, use_it: impl FnOnce(&Situation<'_>) -> T) -> T {
        self.with_situation_of(CommandLine { name: "go", arguments: &[] }, use_it)
    }

    /// Like [`Context::with_situation`], for this call of a program of a toolchain.
    pub fn with_situation_of<T>(
        &self,
        command: CommandLine<'_>,
        use_it: impl FnOnce(&Situation<'_>) -> T,
    ) -> T {
        let env = |name: &str| self.environment.var(name);
        use_it(&Situation {
            layout: self.store.layout(),
            env: &env,
            user: &UserSettings::new(&env),
            cwd: self.environment.cwd.as_deref(),
            platform: &self.platform,
            command,
            purpose: Purpose::Any,
        })
    }

    /// Checks whether a toolchain runs on this machine, judged by its name.
    pub fn fits(&self, id: &ToolchainId) -> Result<(), Unfit> {
        fitness::check(&self.platform, self.mac.as_ref(), id)?;
        fitness::check_loader(id, |loader| files::exists(Path::new(loader)))
    }

    /// Checks whether the kernel can start an installed toolchain, by its name and by the header of its program.
    pub fn can_start(&self, id: &ToolchainId) -> Result<(), Unfit> {
        self.fits(id)?;
        match loader::missing(&self.goroot(id).join("bin/go")) {
            Some(loader) => Err(Unfit::NoGlibc { id: id.clone(), loader: loader.display().to_string() }),
            None => Ok(()),
        }
    }

    /// The installed toolchains, newest first.
    pub fn installed(&self) -> Result<Vec<ToolchainId>, SelectError> {
        Ok(installed::all(self.store.layout())?.into_iter().map(|tree| tree.id).collect())
    }

    /// Folders with the name of a toolchain that lack the go command or the VERSION file, newest first.
    pub fn broken(&self) -> Result<Vec<ToolchainId>, SelectError> {
        Ok(installed::broken(self.store.layout())?)
    }

    /// Lists the broken toolchains that certainly lack files, as a removal leaves them that can't go on: on a full disk it
    /// can't note what it was about.
    pub fn lacking_files(&self) -> Result<Vec<ToolchainId>, SelectError> {
        let mut broken = self.broken()?;
        broken.retain(|id| {
            let goroot = self.store.layout().toolchain(id);
            let go = goroot.join("bin").join(installed::go_command(id));
            // What can't be looked at is not known to be gone.
            [go, goroot.join("VERSION")].iter().any(|file| matches!(files::is_there(file), Ok(false)))
        });
        Ok(broken)
    }

    /// The toolchains whose removal was interrupted.
    pub fn half_removed(&self) -> Result<Vec<ToolchainId>, StoreError> {
        Ok(leftovers::half_removed(&self.store)?)
    }

    /// The GOROOT of a toolchain; if it is not installed, the GOROOT that it would have.
    pub fn goroot(&self, id: &ToolchainId) -> PathBuf {
        let layout = self.store.layout();
        installed::tree(layout, id).map_or_else(|| layout.toolchain(id), |tree| tree.goroot)
    }

    /// The root of the other store that has the toolchain; `None` if it is not installed or in the user's own
    /// store.
    pub fn other_store(&self, id: &ToolchainId) -> Option<PathBuf> {
        installed::tree(self.store.layout(), id)?.other_store
    }

    /// The store, with the reporter and the token that a long change of it needs.
    pub(crate) fn store_work(&self) -> StoreWork<'_> {
        StoreWork {
            store: &self.store,
            reporter: &*self.reporter,
            cancel: &self.cancel,
            host: &self.platform,
        }
    }

    /// The path of a file in the cache folder.
    pub fn cache_path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.settings.cache_dir.value.join(relative)
    }
}

/// The settings, with what the machine's policy asks of a proof: no other setting outranks that.
fn with_required_proof(settings: Settings, policy: &MachinePolicy) -> Settings {
    let rule = policy.enforced().and_then(|policy| Some((policy, policy.rules.proof.as_ref()?)));
    match rule {
        Some((policy, Rule { value: RequiredProof::Log, line })) => {
            let origin = SettingOrigin::File(policy.file.clone(), *line);
            Settings { proof: Setting { value: RequiredProof::Log, origin }, ..settings }
        }
        _ => settings,
    }
}

/// The trees whose `go.env` counts for Go's settings: gom's newest toolchain, then each Go on PATH.
fn goroots(env: &dyn Fn(&str) -> Option<OsString>, layout: &Layout, platform: &Platform) -> Vec<PathBuf> {
    let ours = installed::all(layout).unwrap_or_default();
    let ours = ours.into_iter().find(|tree| tree.id.platform == *platform).map(|tree| tree.goroot);
    let path = env("PATH").unwrap_or_default();
    let others = path_search::candidates("go", &path).filter_map(|go| goroot::of_program(&go));
    ours.into_iter().chain(others).collect()
}

fn read_netrc(environment: &Environment) -> Netrc {
    let named = environment.var("NETRC").map(PathBuf::from);
    let file = named.or_else(|| environment.home.as_ref().map(|home| home.join(".netrc")));
    file.map(|file| Netrc::load(&file)).unwrap_or_default()
}
