//! Where the scenarios run: servers, a home, a project, and each state that a scenario starts from.
//!
//! Owns: what each [`State`] consists of. Each is made once, by gom itself, and copied back before every run.

use crate::listing::{self, Listing};
use crate::place::{Place, Said, Words};
use crate::random::Random;
use crate::scenario::{Program, Scenario, State, TOOL};
use gom_tests::{FakeToolchain, OWN_MODULE, OwnRelease, Site, TestLog, ToolModule, World};
use nix::fcntl::AT_FDCWD;
use nix::sys::stat::{UtimensatFlags, utimensat};
use nix::sys::time::TimeSpec;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

/// The versions that all places publish. Each state and each scenario has some of them.
pub(crate) const VERSIONS: [&str; 4] = ["1.97.0", "1.97.1", "1.98.1", "1.99.0"];

/// The files of a job of GitHub's, which the runner makes.
const RUNNER_FILES: [&str; 4] = ["PATH", "ENV", "OUTPUT", "STEP_SUMMARY"];

/// The toolchain of a version. The first two share large files, so that an install of one fetches only what differs.
pub(crate) fn toolchain(version: &str) -> &'static FakeToolchain {
    static ALL: OnceLock<BTreeMap<&'static str, FakeToolchain>> = OnceLock::new();
    let all = ALL.get_or_init(|| VERSIONS.iter().map(|version| (*version, made(version))).collect());
    &all[version]
}

/// The name of a version's folder in the store.
pub(crate) fn name_of(version: &str) -> String {
    format!("go{version}.{}", gom_tests::toolchain::host_platform())
}

fn made(version: &str) -> FakeToolchain {
    if version == "1.98.1" {
        return ToolModule::toolchain(version);
    }
    let plain = FakeToolchain::here(version);
    if !version.starts_with("1.97.") {
        return plain;
    }
    let noise = |seed: u64, length: usize| -> Vec<u8> {
        let mut random = Random::new(seed, "noise");
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&random.next().to_be_bytes());
        }
        bytes
    };
    let own = if version == "1.97.0" { 1 } else { 2 };
    plain
        .file("lib/1", noise(10, 400_000))
        .file("lib/2", noise(own, 60_000))
        .file("lib/3", noise(11, 400_000))
        // More than what is asked for of a zip's end.
        .file("lib/4", noise(12, 2 << 20))
}

/// Servers, a home and a project.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) place: Place,
    /// A second pair of the programs, which no scenario removes.
    pub(crate) other_gom: PathBuf,
    saved: PathBuf,
    states: BTreeMap<State, Listing>,
}

impl Stage {
    /// Starts the servers and makes every state that `wanted` has.
    pub(crate) fn new(wanted: &[State]) -> io::Result<Stage> {
        let mut world = World::of(toolchain("1.99.0").clone(), TestLog::new("sum.test", 1));
        world.open_go_dev();
        world.use_proxy();
        let mirror = world.internet.url("/mirror");
        world.set("GOM_MIRROR", mirror);
        world.set("GITHUB_ACTIONS", "true");
        for version in VERSIONS {
            world.publish(toolchain(version));
        }
        let release = publish_a_gom(&mut world);
        let root = world.home().parent().map(Path::to_path_buf).unwrap_or_default();
        let place = Place::new(&root, &root.join("outputs"), world.variables().clone());
        let elsewhere = root.join("elsewhere");
        fs::create_dir(&elsewhere)?;
        for name in ["gom", "gom-shim"] {
            fs::hard_link(place.store().join("bin").join(name), elsewhere.join(name))?;
        }
        let other_gom = elsewhere.join("gom");
        release.record_in(&world.log);
        let saved = root.join("saved");
        let mut stage = Stage { world, place, other_gom, saved, states: BTreeMap::new() };
        for state in wanted {
            if !stage.states.contains_key(state) {
                stage.make(*state)?;
            }
        }
        Ok(stage)
    }

    /// Ends the faults of all servers.
    pub(crate) fn heal(&self) {
        self.world.mirror.site().heal();
        self.world.proxy.site().heal();
    }

    /// Puts a state back, and returns what is there.
    pub(crate) fn reset(&self, state: State) -> io::Result<&Listing> {
        self.heal();
        self.reset_at(self.place.root(), state)?;
        self.states.get(&state).ok_or_else(|| io::Error::other("a state that was not made"))
    }

    /// Puts a state below another root.
    pub(crate) fn reset_at(&self, root: &Path, state: State) -> io::Result<()> {
        for folder in ["home", "work", "tmp"] {
            let folder = root.join(folder);
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        fs::create_dir(root.join("tmp"))?;
        listing::copy(&self.saved.join(format!("{state:?}")), root)
    }

    /// What is in the home and in the project now.
    pub(crate) fn now(&self) -> Listing {
        now_at(self.place.root())
    }

    /// The place, and a gom that no scenario removes.
    pub(crate) fn ground(&self) -> (&Place, &Path) {
        (&self.place, &self.other_gom)
    }

    /// The same servers for another home, below `root`.
    pub(crate) fn place_at(&self, root: &Path) -> Place {
        Place::new(root, &self.place.root().join("outputs-elsewhere"), self.world.variables().clone())
    }

    /// The command of a scenario.
    pub(crate) fn words(&self, scenario: &Scenario) -> Words {
        words_at(&self.place, scenario)
    }

    /// Runs gom, which must succeed.
    fn done(&self, arguments: &[&str], variables: &[(&str, &str)]) -> io::Result<Said> {
        let mut words = self.place.gom(arguments);
        words.variables = own(variables);
        let said = self.place.run(&words)?;
        if said.code == Some(0) {
            Ok(said)
        } else {
            Err(io::Error::other(format!("gom {arguments:?}: {said}")))
        }
    }

    fn make(&mut self, state: State) -> io::Result<()> {
        let (home, work) = (self.place.home(), self.place.work());
        let base = match state {
            State::Bare => None,
            State::Fresh => Some(State::Bare),
            State::Wanting | State::Neighbour | State::Two | State::Pending => Some(State::Fresh),
            State::Tools
            | State::Left
            | State::SetUp
            | State::Linked
            | State::Job
            | State::Cached
            | State::Goenv
            | State::Locked
            | State::Edited
            | State::Modules => Some(State::Two),
            State::Tool => Some(State::Modules),
            State::OldTool => Some(State::Tool),
            State::Written => Some(State::Edited),
            State::Astray => Some(State::Goenv),
        };
        match base {
            None => {
                let bin = home.join(".gom/bin");
                fs::remove_dir_all(&home)?;
                fs::create_dir_all(&bin)?;
                for name in ["gom", "gom-shim"] {
                    fs::hard_link(self.other_gom.with_file_name(name), bin.join(name))?;
                }
                fs::create_dir_all(home.join("runner"))?;
                for name in RUNNER_FILES {
                    fs::write(home.join("runner").join(name), "")?;
                }
                fs::write(home.join(".bashrc"), "PS1='$ '\nexport EDITOR=vi\n")?;
                fs::write(home.join(".profile"), "umask 022\nexport GOROOT=/opt/go\n")?;
                fs::create_dir_all(home.join(".config/go"))?;
                fs::write(home.join(".config/go/env"), "GOFLAGS=-trimpath\n")?;
                fs::create_dir_all(work.join(".git"))?;
                fs::write(work.join("go.mod"), "module example.test\n\ngo 1.21\n")?;
                fs::write(work.join("main.go"), "package main\n")?;
                fs::write(work.join("Dockerfile"), "FROM golang:1.98.0-alpine\n")?;
            }
            Some(base) => {
                if !self.states.contains_key(&base) {
                    self.make(base)?;
                }
                self.reset(base)?;
            }
        }
        self.change_to(state)?;
        let saved = self.saved.join(format!("{state:?}"));
        for folder in ["home", "work"] {
            listing::copy(&self.place.root().join(folder), &saved.join(folder))?;
        }
        self.states.insert(state, self.now());
        Ok(())
    }

    fn change_to(&self, state: State) -> io::Result<()> {
        let (home, work) = (self.place.home(), self.place.work());
        let proxy = [("GOM_SOURCES", "proxy")];
        match state {
            State::Bare => {}
            State::Fresh => _ = self.done(&["self", "init"], &[])?,
            State::Wanting => fs::write(work.join(".go-version"), "1.99.0\n")?,
            State::Neighbour => _ = self.done(&["install", "1.97.0"], &proxy)?,
            State::Two => {
                self.done(&["install", "1.98.1"], &proxy)?;
                self.done(&["install", "1.99.0"], &proxy)?;
                fs::write(work.join(".go-version"), "1.98.1\n")?;
            }
            State::Tools => {
                fs::remove_file(work.join(".go-version"))?;
                fs::write(work.join(".tool-versions"), "nodejs 20.1.0\ngolang 1.98.1 # ours\n")?;
            }
            State::Left => leave_something(&home.join(".gom"))?,
            State::SetUp => _ = self.done(&["setup", "--yes", "--shell", "bash"], &[])?,
            State::Edited => {
                for file in [work.join(".vscode/settings.json"), home.join(".config/Code/User/settings.json")]
                {
                    fs::create_dir_all(file.parent().unwrap_or(&work))?;
                    fs::write(file, "{\n  // ours\n  \"go.goroot\": \"/opt/go\",\n  \"a\": 1,\n}\n")?;
                }
            }
            State::Written => {
                self.done(&["ide", "vscode", "--launch", "--tasks", "--yes"], &[])?;
                self.done(&["ide", "vscode", "--user", "--yes"], &[])?;
            }
            State::Linked => {
                toolchain("1.97.0").lay_out(&home.join("own-go"));
                self.done(&["link", "own", "../home/own-go"], &[])?;
            }
            State::Job => make_build_cache(&home)?,
            State::Goenv => toolchain("1.97.0").lay_out(&home.join(".goenv/versions/1.97.0")),
            State::Cached => cache_as_go_does(&home.join("go/pkg/mod"))?,
            State::Modules => _ = ToolModule::new(&home, &self.world.log),
            State::Tool => _ = self.done(&["tools", "install", TOOL], &proxy)?,
            State::Astray => {
                // No file has two steps of `gom takeover`, so each is as before or as after all of it.
                fs::write(home.join(".profile"), "umask 022\n")?;
                fs::write(home.join(".config/go/env"), "GOFLAGS=-trimpath\nGOROOT=/opt/go\n")?;
            }
            State::OldTool => ToolModule::new(&home, &self.world.log).be_version("v1.3.0"),
            State::Locked => {
                self.done(&["lock"], &proxy)?;
                self.done(&["uninstall", "1.98.1", "--yes"], &[])?;
            }
            State::Pending => {
                let nobody = self.world.log.gosumdb(gom_tests::NOBODY);
                self.done(&["install", "1.99.0"], &[("GOM_SOURCES", "mirror"), ("GOSUMDB", &nobody)])?;
            }
        }
        Ok(())
    }
}

/// Publishes a newer gom. It knows its version, and else it is the one in `elsewhere`.
fn publish_a_gom(world: &mut World) -> OwnRelease {
    let base = Site::new();
    world.internet.at("/base", &base);
    let url = world.internet.url("/base");
    world.set("GOM_SELF_MODULE", OWN_MODULE);
    world.set("GOM_DOWNLOAD_BASE", url);
    let script = "case \"$1 $2\" in\n\
                  '--version ') echo 'gom 9.8.7' ;;\n\
                  'self update') echo 'nothing to do' >&2 ;;\n\
                  *) exec \"$HOME/../elsewhere/gom\" \"$@\" ;;\n\
                  esac";
    let release = OwnRelease::with_gom(world, "9.8.7", script);
    release.publish_at(&base);
    release
}

/// 1.97.0 as the go command fetches it.
fn cache_as_go_does(cache: &Path) -> io::Result<()> {
    let name = format!("v0.0.1-{}", name_of("1.97.0"));
    toolchain("1.97.0").lay_out(&cache.join(format!("golang.org/toolchain@{name}")));
    let downloads = cache.join("cache/download/golang.org/toolchain/@v");
    fs::create_dir_all(&downloads)?;
    for ending in ["zip", "ziphash", "info", "mod", "lock"] {
        fs::write(downloads.join(format!("{name}.{ending}")), ending)?;
    }
    Ok(())
}

/// Two actions of the go command with their outputs: one that a job used that began at 1700000000, and one from before.
fn make_build_cache(home: &Path) -> io::Result<()> {
    let cache = home.join("build-cache");
    let settings = fs::read_to_string(home.join(".config/go/env"))?;
    fs::write(home.join(".config/go/env"), format!("{settings}GOCACHE={}\n", cache.display()))?;
    for (digit, time) in [("a", 1_700_000_001), ("b", 1_699_000_000)] {
        let id = digit.repeat(64);
        let folder = cache.join(&id[..2]);
        fs::create_dir_all(&folder)?;
        let action = format!("v1 {id} {id} {:20} {:20}\n", 4, time * 1_000_000_000_u64);
        for (kind, content) in [("a", action.as_str()), ("d", "data")] {
            let file = folder.join(format!("{id}-{kind}"));
            fs::write(&file, content)?;
            let modified = std::time::UNIX_EPOCH + Duration::from_secs(time);
            fs::File::options().append(true).open(&file)?.set_modified(modified)?;
        }
    }
    Ok(())
}

/// What goms leave that were killed: an unpacked tree, a tree that was removed, a missing link, an old temporary
/// file, and a receipt without a tree.
fn leave_something(store: &Path) -> io::Result<()> {
    let (name, gone) = (name_of("1.99.0"), name_of("1.98.1"));
    let staging = store.join("staging");
    fs::create_dir_all(staging.join(format!("{name}.x1Y2z3/tree/bin")))?;
    fs::write(staging.join(format!("{name}.x1Y2z3/tree/bin/go")), "half")?;
    fs::create_dir_all(staging.join(format!("{gone}.a1B2c3")))?;
    fs::write(staging.join(format!("{gone}.a1B2c3/removal")), "")?;
    fs::rename(store.join("toolchains").join(&gone), staging.join(format!("{gone}.a1B2c3/removed")))?;
    fs::remove_file(store.join("bin/go1.99.0"))?;
    let old = store.join("receipts/.gom-AbCdEf");
    fs::write(&old, "{")?;
    make_old(&old)
}

/// Makes a file or a link two hours older than it is.
pub(crate) fn make_old(file: &Path) -> io::Result<()> {
    let since = std::time::UNIX_EPOCH.elapsed().map_err(io::Error::other)?;
    let time = TimeSpec::from_duration(since.saturating_sub(Duration::from_secs(7200)));
    Ok(utimensat(AT_FDCWD, file, &time, &time, UtimensatFlags::NoFollowSymlink)?)
}

/// What is in the home and in the project below a root.
pub(crate) fn now_at(root: &Path) -> Listing {
    let mut all = Listing::new();
    for folder in ["home", "work"] {
        let below = listing::list(&root.join(folder)).into_iter();
        all.extend(below.map(|(name, entry)| (format!("{folder}/{name}"), entry)));
    }
    all
}

/// The command of a scenario in a place.
pub(crate) fn words_at(place: &Place, scenario: &Scenario) -> Words {
    let program = match scenario.program {
        Program::Gom => place.store().join("bin/gom"),
        Program::Go => place.store().join("bin/go"),
    };
    let mut words = Words::new(program, scenario.arguments);
    words.variables = own(scenario.variables);
    let runner = place.home().join("runner");
    for name in RUNNER_FILES {
        words.variables.push((format!("GITHUB_{name}"), runner.join(name).display().to_string()));
    }
    words
}

fn own(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
