//! `cargo xtask bench-shell`: what gom adds to the start of an interactive shell, beside its rivals.
//!
//! Owns: the start-up files that are compared. Never: compares numbers of different runs; all cases of a shell take
//! turns in one run, as in [`crate::bench_shim`]. A rival that is not on PATH is skipped, and the report says so.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::bench_shim::measure::{self, Case, Group, on_path};
use crate::bench_shim::report;

/// The number of runs of each case without `--runs`.
const RUNS: usize = 300;

/// What a shell prints after its start, which shows that its file was read.
const PRINT: &str = "echo \"$PATH $MISE_SHELL\"";

/// PATH before the start-up file is read.
const PATH: &str = "/usr/bin:/bin";

/// A rival, and the line that its documentation gives for the start-up file.
struct Rival {
    name: &'static str,
    line: &'static str,
    /// What it leaves in PATH or in its own variable.
    leaves: fn(&str) -> String,
}

const RIVALS: [Rival; 2] = [
    Rival { name: "mise", line: "eval \"$(mise activate SHELL)\"", leaves: str::to_owned },
    Rival { name: "goenv", line: "eval \"$(goenv init -)\"", leaves: |_| "shims".to_owned() },
];

/// The folder of all homes, which is removed when it is dropped.
struct World(PathBuf);

impl World {
    fn new() -> Result<World> {
        let root = std::env::temp_dir().join(format!("gom-bench-shell-{}", std::process::id()));
        fs::create_dir(&root).with_context(|| format!("can't create {}", root.display()))?;
        Ok(World(root))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // What is left in the temporary folder does not change the numbers.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Measures bash and zsh, and prints a table for each.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (mut runs, mut gom) = (RUNS, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
        match *argument {
            "--runs" => runs = value()?.parse().context("--runs needs a number")?,
            "--gom" => gom = Some(std::path::absolute(value()?)?),
            _ => bail!("usage: cargo xtask bench-shell [--runs N] [--gom FILE]"),
        }
    }
    let gom = gom.map_or_else(build, Ok)?;
    let world = World::new()?;
    let mut out = io::stdout();
    for name in ["bash", "zsh"] {
        let Some(shell) = on_path(name) else {
            crate::shell::say(&format!("skipped: there is no {name} on PATH"));
            continue;
        };
        let group = group(name, &shell, &gom, &world.0)?;
        for case in &group.cases {
            case.check()?;
        }
        let samples = measure::in_turns(&group.cases, runs)?;
        report::print(&mut out, &group, &samples, runs)?;
    }
    Ok(())
}

/// gom itself only writes the script, and runs in one case; the shells run the script.
fn build() -> Result<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let status = Command::new("cargo")
        .args(["build", "--release", "--package", "gom-cli"])
        .current_dir(root)
        .status()?;
    ensure!(status.success(), "building gom failed: {status}");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/gom"))
}

fn group(name: &str, shell: &Path, gom: &Path, world: &Path) -> Result<Group> {
    let rc = format!(".{name}rc");
    let home = |case: &str| -> Result<PathBuf> {
        let home = world.join(name).join(case);
        fs::create_dir_all(&home)?;
        fs::write(home.join(&rc), "")?;
        Ok(home)
    };
    let case = |label: &str, home: PathBuf, path: &str, prints: &str| {
        let case = Case::new(label, shell.to_owned(), home.clone(), prints);
        case.arguments(["-ic", PRINT]).env("HOME", home).env("PATH", path).env("SHELL", shell)
    };
    let mut cases = vec![case("an empty start-up file", home("nothing")?, PATH, PATH)];

    let set_up = home("gom-setup")?;
    let installed = set_up.join(".gom/bin/gom");
    fs::create_dir_all(set_up.join(".gom/bin"))?;
    fs::copy(gom, &installed)?;
    let mut command = Command::new(&installed);
    command.args(["setup", "--yes", "--shell", name]).env_clear().env("HOME", &set_up).env("PATH", PATH);
    let output = command.output().with_context(|| format!("can't run {}", installed.display()))?;
    ensure!(output.status.success(), "gom setup failed: {}", String::from_utf8_lossy(&output.stderr));
    cases.push(case("gom setup", set_up, PATH, "/.gom/bin:"));

    let evaluated = home("gom-init")?;
    fs::write(evaluated.join(&rc), format!("eval \"$('{}' init {name})\"\n", installed.display()))?;
    cases.push(case("eval \"$(gom init)\"", evaluated, PATH, "/.gom/bin:"));

    let mut skipped = Vec::new();
    for Rival { name: rival, line, leaves } in RIVALS {
        let Some(program) = on_path(rival) else {
            skipped.push(format!("{rival}: it is not on PATH"));
            continue;
        };
        let home = home(rival)?;
        let line = line.replace("SHELL", name);
        fs::write(home.join(&rc), format!("{line}\n"))?;
        let folder = program.parent().unwrap_or(Path::new("/")).display().to_string();
        let case = case(&line, home, &format!("{folder}:{PATH}"), &leaves(name));
        warm(&case)?;
        cases.push(case);
    }
    Ok(Group {
        title: format!("The start of an interactive {name}"),
        column: "the start-up file has",
        cases,
        skipped,
    })
}

/// Lets a rival make its folders, so that its first start is not measured.
fn warm(case: &Case) -> Result<()> {
    case.command().stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(())
}
