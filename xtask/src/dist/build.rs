//! The targets of a release, and how gom and the shim are built for each.
//!
//! Never: decides the flags for the shim on the machine at hand; `install.sh --build-shim` does.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail, ensure};

use super::archive::{Entry, PROGRAM};
use super::paths::{self, target_dir};
use crate::macho;
use crate::shell::answer_of;

/// The target of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// `aarch64-apple-darwin`
    MacArm,
    /// `x86_64-unknown-linux-gnu`
    LinuxGnu,
    /// `x86_64-unknown-linux-musl`
    LinuxMusl,
}

impl Target {
    pub(super) const ALL: [Self; 3] = [Self::MacArm, Self::LinuxGnu, Self::LinuxMusl];

    fn name(self) -> &'static str {
        match self {
            Self::MacArm => "aarch64-apple-darwin",
            Self::LinuxGnu => "x86_64-unknown-linux-gnu",
            Self::LinuxMusl => "x86_64-unknown-linux-musl",
        }
    }

    /// Builds the two programs.
    pub(super) fn build(self, repository: &Path) -> Result<[Entry; 2]> {
        crate::shell::say(&format!("building for {self}"));
        let (gom, shim) = match self {
            Self::LinuxGnu => build_here(repository, self)?,
            Self::MacArm if cfg!(target_os = "macos") => build_here(repository, self)?,
            Self::MacArm => cross_build(repository, self, &[])?,
            // As install.sh does: static is the default there, but a fixed address is not.
            Self::LinuxMusl => cross_build(repository, self, &["-C", "relocation-model=static"])?,
        };
        for program in [&gom, &shim] {
            paths::check(program, repository)?;
            if self == Self::MacArm {
                macho::check(program)?;
            }
        }
        Ok([Entry::from_file("gom", PROGRAM, &gom)?, Entry::from_file("gom-shim", PROGRAM, &shim)?])
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|target| target.name() == name);
        let names = Self::ALL.map(Self::name).join(", ");
        found.with_context(|| format!("no release is made for `{name}`, only for {names}"))
    }
}

/// Builds on a machine of the target, as install.sh does.
fn build_here(repository: &Path, target: Target) -> Result<(PathBuf, PathBuf)> {
    let rustc = answer_of(Command::new("rustc").arg("-vV"))?;
    ensure!(
        rustc.lines().any(|line| line == format!("host: {target}")),
        "{target} has to be built there, not here"
    );
    let flags = ("CARGO_ENCODED_RUSTFLAGS", paths::remapped(repository)?);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "--release", "--package", "gom-cli"]).env(flags.0, &flags.1);
    answer_of(cargo.current_dir(repository))?;
    let mut installer = Command::new("sh");
    installer.arg(repository.join("install.sh")).arg("--build-shim").env(flags.0, &flags.1);
    let shim = answer_of(&mut installer)?;
    Ok((target_dir(repository).join("release/gom"), PathBuf::from(shim)))
}

/// Builds for another target, with the standard library from source.
fn cross_build(repository: &Path, target: Target, shim_flags: &[&str]) -> Result<(PathBuf, PathBuf)> {
    let cargo = || {
        let mut cargo = Command::new(repository.join(".ci/cross/cargo"));
        cargo.current_dir(repository);
        cargo
    };
    let target = target.name();
    answer_of(cargo().args(["build", "--release", "--target", target, "--package", "gom-cli"]))?;
    let shim = [
        "rustc",
        "--profile",
        "shim",
        "--target",
        target,
        "--package",
        "gom-shim",
        "--bin",
        "gom-shim",
        "--",
    ];
    answer_of(cargo().args(shim).args(shim_flags))?;
    let built = target_dir(repository).join("cross").join(target);
    Ok((built.join("release/gom"), built.join("shim/gom-shim")))
}

/// The version of this machine's glibc, such as `2.36` of `glibc 2.36`.
pub(super) fn glibc_here() -> Result<String> {
    let words = answer_of(Command::new("getconf").arg("GNU_LIBC_VERSION"))?;
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        ["glibc", version] => Ok(version.to_owned()),
        _ => bail!("not a version of glibc: {words}"),
    }
}
