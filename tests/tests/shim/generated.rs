//! Generated projects (K2): whatever `gom install` installs for a project runs there without a network, and no
//! hint leads back to itself.
//!
//! A project is drawn from a seed: its files, the settings, what is installed and the default. Invariant: every
//! seed gives the same project on every machine, and a failure names it.

use gom_tests::{Output, Run, World};
use std::fmt::Write;

/// So many projects are drawn.
const PROJECTS: u64 = 60;

const PUBLISHED: &[&str] =
    &["1.96.1", "1.97.3", "1.97.5", "1.98.0", "1.98.1", "1.98.4", "1.99rc1", "1.100.2"];

const INSTALLED: &[&[&str]] = &[
    &[],
    &["1.96.1"],
    &["1.97.3"],
    &["1.97.3", "1.98.4"],
    &["1.98.1", "1.100.2"],
    &["1.99rc1"],
    &["1.96.1", "1.98.0"],
];
const DEFAULTS: &[&str] = &["", "", "1.97.3", "1.98.4", "1.98", "1.100.2", "latest"];
const PINS: &[&str] = &["", "", "", "1.97.3", "1.98", "1.98.1", "1.100.2 1.97.5", "go1.96.1"];
/// What go lines name and nobody publishes; 1.99 has prereleases alone.
const NO_RELEASES: &[&str] = &["1.98.2", "1.99", "1.100.0"];
const GO_LINES: &[&str] =
    &["", "1.96", "1.97", "1.97.5", "1.98", "1.98.0", "1.98.2", "1.98.4", "1.99rc1", "1.99", "1.100.0"];
const TOOLCHAIN_LINES: &[&str] = &["", "", "", "default", "go1.97.3", "go1.98.1", "go1.100.2"];
const GOTOOLCHAINS: &[&str] =
    &["", "", "", "auto", "path", "local", "go1.98.1", "go1.97.5+auto", "go1.98.0+path"];

/// A project and what is around it.
#[derive(Debug)]
struct Project {
    installed: &'static [&'static str],
    default: &'static str,
    /// A version file and its content.
    pin: Option<(&'static str, String)>,
    go_mod: Option<String>,
    go_work: Option<String>,
    gotoolchain: &'static str,
}

/// splitmix64: the same numbers for the same seed.
struct Draw(u64);

impl Draw {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.number() % choices.len() as u64).unwrap()]
    }

    fn lines(&mut self) -> String {
        let mut text = String::new();
        for (keyword, value) in [("go", self.one_of(GO_LINES)), ("toolchain", self.one_of(TOOLCHAIN_LINES))] {
            if !value.is_empty() {
                writeln!(text, "{keyword} {value}\n").unwrap();
            }
        }
        text
    }

    fn project(&mut self) -> Project {
        let pin = self.one_of(PINS);
        let pin = match self.number() % 3 {
            _ if pin.is_empty() => None,
            0 => Some((".tool-versions", format!("nodejs 20\ngolang {pin}\n"))),
            _ => Some((".go-version", format!("{pin}\n"))),
        };
        let go_mod = (!self.number().is_multiple_of(4)).then(|| format!("module m\n\n{}", self.lines()));
        let go_work = (self.number().is_multiple_of(5)).then(|| format!("{}use .\n", self.lines()));
        let (installed, default) = (self.one_of(INSTALLED), self.one_of(DEFAULTS));
        Project { installed, default, pin, go_mod, go_work, gotoolchain: self.one_of(GOTOOLCHAINS) }
    }
}

/// A store in which exactly this is installed, and this project as the working folder.
fn set_up(world: &World, project: &Project) {
    for folder in ["toolchains", "receipts", "lines"] {
        let folder = world.store().join(folder);
        if folder.exists() {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
    for entry in std::fs::read_dir(world.work()).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    if !project.installed.is_empty() {
        world.done(["install"].iter().chain(project.installed));
    }
    let default = world.store().join("default");
    let _ = std::fs::remove_file(&default);
    if !project.default.is_empty() {
        std::fs::write(default, format!("{}\n", project.default)).unwrap();
    }
    let files = [("go.mod", &project.go_mod), ("go.work", &project.go_work)];
    for (name, content) in files.into_iter().filter_map(|(name, content)| Some((name, content.as_ref()?))) {
        world.write(name, content);
    }
    if let Some((name, content)) = &project.pin {
        world.write(name, content);
    }
}

fn with(run: Run, project: &Project) -> Output {
    let run = run.env("GOM_SYNC", "never");
    if project.gotoolchain.is_empty() { run.run() } else { run.env("GOTOOLCHAIN", project.gotoolchain).run() }
}

/// The gom command of a hint.
fn hinted(output: &Output) -> Option<Vec<String>> {
    let hint = output.stderr.lines().rev().find_map(|line| line.strip_prefix("hint: "))?;
    let command = hint.split('`').nth(1)?.strip_prefix("gom ")?;
    Some(command.split(' ').map(str::to_owned).collect())
}

#[test]
fn what_is_installed_for_a_project_runs_there_without_a_network() {
    let world = World::publishing(PUBLISHED);
    let mut installs = 0;
    for seed in 0..PROJECTS {
        let project = Draw(seed).project();
        set_up(&world, &project);
        let installed = with(world.gom(["install"]), &project);
        let names_no_release = NO_RELEASES
            .iter()
            .any(|name| installed.stderr.contains(&format!("no Go release matches `{name}`")));
        match installed.code {
            Some(0) => {}
            Some(2) => {
                assert!(installed.stderr.contains("no version was given"), "{seed} {project:?}: {installed}");
                continue;
            }
            _ => {
                assert!(names_no_release, "{seed} {project:?}: {installed}");
                continue;
            }
        }
        installs += 1;
        let cut = |run: Run| run.env("GOPROXY", "off").env("HTTPS_PROXY", "http://127.0.0.1:1");
        let ran = with(cut(world.go(["version"])), &project);
        assert_eq!(ran.code, Some(0), "{seed} {project:?}: {installed}\n{ran}");
        let why = with(cut(world.gom(["why", "--json"])), &project).json();
        assert!(
            why["missing"].is_null() && why["refused"].is_null(),
            "{seed} {project:?}: {installed}\n{why}"
        );
    }
    assert!(installs > PROJECTS / 3, "only {installs} projects ask for something");
}

#[test]
fn no_hint_leads_back_to_itself() {
    let world = World::publishing(PUBLISHED);
    let mut hints = 0;
    for seed in 1000..1000 + PROJECTS {
        let project = Draw(seed).project();
        set_up(&world, &project);
        let mut followed: Vec<Vec<String>> = Vec::new();
        let mut said = String::new();
        let mut ran = with(world.go(["version"]), &project);
        while ran.code != Some(0) {
            // A hint of a command that fails is followed in its turn.
            let Some(command) = hinted(&ran) else { panic!("{seed} {project:?}: no command\n{said}{ran}") };
            assert!(!followed.contains(&command), "{seed} {project:?}: in a circle\n{said}{ran}");
            writeln!(said, "{ran}").unwrap();
            let output = with(world.gom(&command), &project);
            followed.push(command);
            ran = if output.code == Some(0) { with(world.go(["version"]), &project) } else { output };
        }
        hints += followed.len();
    }
    assert!(hints > 5, "only {hints} hints were followed");
}
