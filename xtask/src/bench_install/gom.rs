//! gom's own installs.
//!
//! Owns: gom's settings in each, and the gom that knows the repacked archive's sum. The released one knows
//! go.dev's; without the checksum database it refuses any other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::cache::Cache;
use super::measure::{self, Archive, Case, timed};
use super::toolchain::Toolchain;
use super::world::World;
use crate::embed_index;
use crate::shell::host;

/// The gom to run and its settings, in a value that a case can own.
#[derive(Clone)]
pub(super) struct Gom {
    program: PathBuf,
    mirror: String,
    proxy: String,
}

impl Gom {
    pub(super) fn new(world: &World) -> Gom {
        let (mirror, proxy) = (world.server.mirror(), world.server.proxy());
        Gom { program: world.gom.clone(), mirror, proxy }
    }

    /// Returns it with another module proxy.
    pub(super) fn through(&self, proxy: String) -> Gom {
        Gom { proxy, ..self.clone() }
    }

    /// Returns it with the sum of this toolchain's archive in place of the published one.
    fn knowing(&self, toolchain: &Toolchain, cache: &Cache) -> Result<Gom> {
        let published = embed_index::sum_of(&format!("go{}", toolchain.version), &host().join("-"))?;
        let repacked = embed_index::in_base64(&toolchain.sum()?)?;
        let mut program = fs::read(&self.program)?;
        let mut places = (0..program.len()).filter(|at| program[*at..].starts_with(published.as_bytes()));
        let (Some(place), None) = (places.next(), places.next()) else {
            bail!("gom does not hold the sum of go{} once", toolchain.version);
        };
        program[place..][..repacked.len()].copy_from_slice(repacked.as_bytes());
        let place = cache.path("gom-with-the-sum");
        cache.write_once(&place, |new| {
            fs::copy(&self.program, new)?; // for its mode
            Ok(fs::write(new, program)?)
        })?;
        Ok(Gom { program: place, ..self.clone() })
    }

    /// Prepares gom with its store, its cache and all of its sources in the run's folder or on loopback.
    pub(super) fn command(&self, folder: &Path) -> Command {
        let mut command = measure::command(&self.program, folder);
        command.env("GOM_HOME", folder.join("store")).env("GOM_CACHE_DIR", folder.join("cache"));
        command.env("GOM_MIRROR", &self.mirror).env("GOPROXY", &self.proxy);
        command
    }

    /// `gom install` from one source.
    pub(super) fn install(&self, folder: &Path, archive: Archive, versions: &[&str]) -> Command {
        let source = match archive {
            Archive::TarGz => "mirror",
            Archive::ModuleZip => "proxy",
        };
        let mut command = self.command(folder);
        command.env("GOM_SOURCES", source).arg("install").args(versions);
        command
    }

    /// Installs outside of the measured time.
    pub(super) fn install_now(&self, folder: &Path, archive: Archive, version: &str) -> Result<()> {
        timed(&mut self.install(folder, archive, &[version]), &folder.join("output")).map(drop)
    }
}

/// Returns the plain installs, with which all others are compared.
pub(super) fn installs(world: &World) -> Vec<Case> {
    let install = |label: &str, archive: Archive| {
        let (gom, version) = (Gom::new(world), world.toolchain.version.clone());
        let start = move |folder: &Path| gom.install(folder, archive, &[&version]);
        with_tree(Case::new(label, archive, start), &world.toolchain)
    };
    vec![
        install("gom install, flat mirror", Archive::TarGz),
        install("gom install, module proxy", Archive::ModuleZip),
    ]
}

/// Returns installs that find something in the store or cache, and installs without a part of the proof.
pub(super) fn variants(world: &World) -> Result<Vec<Case>> {
    let gom = Gom::new(world);
    let (mirror, proxy) = (Archive::TarGz, Archive::ModuleZip);
    Ok(vec![
        without_log(world, &gom)?,
        with_warm_log(world, &gom, mirror),
        with_warm_log(world, &gom, proxy),
        without_sync(world, &gom),
        with_archive(world, &gom, mirror),
        with_archive(world, &gom, proxy),
        already(world, &gom),
    ])
}

fn with_tree(case: Case, toolchain: &Toolchain) -> Case {
    case.leaves(tree(toolchain), &toolchain.version)
}

pub(super) fn tree(toolchain: &Toolchain) -> PathBuf {
    Path::new("store/toolchains").join(toolchain.archive_name().trim_end_matches(".tar.gz"))
}

/// An install proven by the sha256 alone.
fn without_log(world: &World, gom: &Gom) -> Result<Case> {
    let gom = gom.knowing(&world.toolchain, &world.cache)?;
    let label = "gom install, flat mirror, GOSUMDB=off: sha256 only";
    Ok(with_variable(world, &gom, label, ("GOSUMDB", "off")))
}

/// An install without `syncfs`, which protects from a power cut.
fn without_sync(world: &World, gom: &Gom) -> Case {
    with_variable(world, gom, "gom install, flat mirror, GOM_SYNC=never", ("GOM_SYNC", "never"))
}

fn with_variable(world: &World, gom: &Gom, label: &str, (name, value): (&'static str, &'static str)) -> Case {
    let (gom, version) = (gom.clone(), world.toolchain.version.clone());
    let start = move |folder: &Path| {
        let mut command = gom.install(folder, Archive::TarGz, &[&version]);
        command.env(name, value);
        command
    };
    with_tree(Case::new(label, Archive::TarGz, start), &world.toolchain)
}

/// A second install, after the tree of the first was moved away: the log's head and the tiles that proved it
/// are cached. The tree is not removed, because on disk that would slow down what follows.
fn with_warm_log(world: &World, gom: &Gom, archive: Archive) -> Case {
    let (before, gom) = (gom.clone(), gom.clone());
    let (version, same) = (world.toolchain.version.clone(), world.toolchain.version.clone());
    let tree = tree(&world.toolchain);
    let label = format!("gom install, {}, checksum database seen before", archive.name());
    let start = move |folder: &Path| gom.install(folder, archive, &[&version]);
    let case = Case::new(&label, archive, start).after(move |folder| {
        before.install_now(folder, archive, &same)?;
        Ok(fs::rename(folder.join(&tree), folder.join("aside"))?)
    });
    with_tree(case, &world.toolchain)
}

/// An install that finds the whole archive where an interrupted gom leaves a part.
fn with_archive(world: &World, gom: &Gom, archive: Archive) -> Case {
    let (gom, toolchain) = (gom.clone(), world.toolchain.clone());
    let (label, file, name) = match archive {
        Archive::TarGz => {
            ("gom install, .tar.gz in gom's cache", &toolchain.archive, toolchain.archive_name())
        }
        Archive::ModuleZip => (
            "gom install, module zip in gom's cache",
            &toolchain.module_zip,
            format!("{}.zip", toolchain.module_version()),
        ),
    };
    let (file, version) = (file.clone(), toolchain.version.clone());
    let start = move |folder: &Path| gom.install(folder, archive, &[&version]);
    let case = Case::new(label, archive, start).after(move |folder| {
        let downloads = folder.join("cache/downloads");
        fs::create_dir_all(&downloads)?;
        fs::copy(&file, downloads.join(format!("{name}.part")))?;
        Ok(())
    });
    with_tree(case, &world.toolchain)
}

fn already(world: &World, gom: &Gom) -> Case {
    let (before, gom) = (gom.clone(), gom.clone());
    let (version, same) = (world.toolchain.version.clone(), world.toolchain.version.clone());
    let start = move |folder: &Path| gom.install(folder, Archive::ModuleZip, &[&version]);
    let case = Case::new("gom install, already there", Archive::ModuleZip, start)
        .after(move |folder| before.install_now(folder, Archive::ModuleZip, &same));
    with_tree(case, &world.toolchain)
}

/// Several toolchains with one gom, and one after the other.
pub(super) fn parallel(world: &World, toolchains: &[Toolchain], archive: Archive) -> Vec<Case> {
    let versions: Vec<String> = toolchains.iter().map(|toolchain| toolchain.version.clone()).collect();
    let (gom, count, from) = (Gom::new(world), versions.len(), archive.name());
    let (same, gom_again) = (versions.clone(), gom.clone());
    let at_once = move |folder: &Path| {
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        gom.install(folder, archive, &versions)
    };
    let in_turn = move |folder: &Path| {
        let one = gom_again.install(folder, archive, &[]);
        let mut command = measure::command("sh", folder);
        command.envs(one.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let script = r#"gom=$1; shift; for version; do "$gom" install "$version" || exit; done"#;
        command.args(["-c", script, "sh"]).arg(one.get_program()).args(&same);
        command
    };
    let at_once = Case::new(&format!("{count} at once, {from}"), archive, at_once);
    let in_turn = Case::new(&format!("{count} in turn, {from}"), archive, in_turn);
    [at_once, in_turn].into_iter().map(|case| toolchains.iter().fold(case, with_tree)).collect()
}
