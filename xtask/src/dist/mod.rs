//! `cargo xtask dist`: makes a release below `target/dist`.
//!
//! An archive for each target (the programs, completions, the documents and licences that must go with them),
//! SHA256SUMS over the archives, an `install.sh` that knows the same sums, and the packages of them. Invariant: the
//! same programs give the same bytes, whenever and by whichever user it is run.

mod archive;
mod build;
mod default_proxy;
mod gomod;
mod identity;
mod installer;
mod licenses;
pub(crate) mod packages;
mod paths;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::help::Help;
use crate::man;
use crate::shell::{answer_of, output_of, say};
use archive::{Entry, PROGRAM, TEXT};
use build::{Target, Variables};
use default_proxy::DefaultProxy;
pub(crate) use identity::Identity;
use installer::Release;

pub(crate) use gomod::USAGE as MODULE_USAGE;

/// The command line.
pub(crate) const USAGE: &str = "cargo xtask dist [--target TARGET]... [--out FOLDER] [--base URL]";

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The files of the repository that go into every archive.
const DOCUMENTS: [&str; 4] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "README.zh-CN.md"];

/// The shells that gom has completions for, and the name of each one's file.
const COMPLETIONS: [(&str, &str); 6] = [
    ("bash", "gom.bash"),
    ("elvish", "gom.elv"),
    ("fish", "gom.fish"),
    ("nushell", "gom.nu"),
    ("powershell", "gom.ps1"),
    ("zsh", "_gom"),
];

struct Options {
    targets: Vec<Target>,
    out: PathBuf,
    /// The address of the archives, if it is not that of `release.toml`: install.sh and gom use it unless
    /// `GOM_DOWNLOAD_BASE` is set.
    base: Option<String>,
}

/// Builds the programs and packs the archives.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let repository = repository();
    let mut identity = Identity::read(&repository)?;
    fs::create_dir_all(&options.out)?;
    let time = time_of_release(&repository)?;
    identity.base = options.base.clone().or(identity.base);
    let archives = options.base.clone().or_else(|| identity.archives_of(VERSION)).unwrap_or_default();
    let proxy = DefaultProxy::prove(&repository)?;
    let variables = Variables::new(&identity, identity.base.as_deref(), &proxy);
    let mut built = Vec::new();
    for target in &options.targets {
        built.push((*target, target.build(&repository, &variables)?));
    }
    let common = common_entries(&repository, &built)?;
    let mut release = Release::new(VERSION, &archives);
    for (target, [gom, shim]) in &built {
        let mut entries = common.clone();
        entries.push(Entry::from_file("gom", PROGRAM, gom)?);
        entries.push(Entry::from_file("gom-shim", PROGRAM, shim)?);
        entries.extend(licenses::entries(&repository, *target)?);
        let folder = format!("gom-{VERSION}-{target}");
        let bytes = archive::pack(&folder, entries, time)?;
        let name = format!("{folder}.tar.gz");
        write(&options.out.join(&name), &bytes)?;
        release.add(&name, &bytes);
    }
    write(&options.out.join("SHA256SUMS"), release.sums().as_bytes())?;
    let installer = options.out.join("install.sh");
    let script = fs::read_to_string(repository.join("install.sh"))?;
    write(&installer, release.fill_in(&script)?.as_bytes())?;
    archive::make_executable(&installer)?;
    packages::make(&options.out, &identity)?;
    let Some(path) = &identity.module else {
        say(&format!("no Go module: {} has no path for it", identity::FILE));
        return Ok(());
    };
    gomod::make(&gomod::Release { repository: &repository, version: VERSION, time }, &options.out, path)
}

/// Makes the Go module of a release from its archives alone.
pub(crate) fn module(arguments: &[&str]) -> Result<()> {
    let repository = repository();
    let release =
        gomod::Release { repository: &repository, version: VERSION, time: time_of_release(&repository)? };
    gomod::run(arguments, &release, paths::target_dir(&repository).join("dist"))
}

/// Fails if one of the programs holds a path of this machine.
pub(crate) fn check_paths(programs: &[&str]) -> Result<()> {
    ensure!(!programs.is_empty(), "usage: cargo xtask check-paths PROGRAM...");
    programs.iter().try_for_each(|program| paths::check(Path::new(program), &repository()))
}

impl Options {
    fn parse(arguments: &[&str]) -> Result<Self> {
        let out = paths::target_dir(&repository()).join("dist");
        let mut options = Self { targets: Vec::new(), out, base: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
            match *argument {
                "--target" => options.targets.push(value()?.parse()?),
                "--out" => options.out = std::path::absolute(value()?)?,
                "--base" => options.base = Some((*value()?).to_owned()),
                _ => bail!("usage: {USAGE}"),
            }
        }
        if options.targets.is_empty() {
            options.targets = Target::ALL.to_vec();
        }
        options.targets.sort();
        options.targets.dedup();
        Ok(options)
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the time of every file in an archive, in seconds since 1970: `SOURCE_DATE_EPOCH`, else the time of
/// the last commit.
fn time_of_release(repository: &Path) -> Result<u64> {
    let time = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(time) => time,
        Err(_) => answer_of(Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(repository))?,
    };
    time.trim().parse().with_context(|| format!("not a time in seconds: {time}"))
}

/// Returns the files that every archive has.
fn common_entries(repository: &Path, built: &[(Target, [PathBuf; 2])]) -> Result<Vec<Entry>> {
    let mut entries = vec![Entry::from_file("install.sh", PROGRAM, &repository.join("install.sh"))?];
    for name in DOCUMENTS {
        entries.push(Entry::from_file(name, TEXT, &repository.join(name))?);
    }
    let runs_here = built.iter().find(|(target, _)| target.runs_here());
    // Every target's gom says the same, so one that runs here spares a build of another.
    let gom = || {
        if let Some((_, [gom, _])) = runs_here {
            return Command::new(gom);
        }
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--package", "gom-cli", "--"]).current_dir(repository);
        cargo
    };
    let help = Help::of(&mut gom())?;
    for (shell, name) in completions(&help)? {
        let script = output_of(gom().args(["completions", shell]))?;
        entries.push(Entry::new(&format!("completions/{name}"), TEXT, script.into_bytes()));
    }
    for page in man::pages(&help)? {
        entries.push(Entry::new(&format!("man/{}", page.name), TEXT, page.content));
    }
    Ok(entries)
}

/// Returns the shells that `gom completions` knows, each with its file's name. Fails if one has none here.
fn completions(help: &Help) -> Result<Vec<(&str, &'static str)>> {
    let verb = help.verbs.iter().find(|verb| verb.name == "completions");
    let shells = verb.and_then(|verb| verb.arguments.first()).map_or(&[][..], |shell| &shell.values);
    ensure!(!shells.is_empty(), "`gom help --json` names no shell of `gom completions`");
    let name_of = |shell: &String| {
        let found = COMPLETIONS.into_iter().find(|(known, _)| known == shell);
        found.with_context(|| format!("{shell} has no name for its completions in xtask/src/dist/mod.rs"))
    };
    shells.iter().map(name_of).collect()
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("can't write {}", file.display()))?;
    say(&format!("{} ({} bytes)", file.display(), bytes.len()));
    Ok(())
}
