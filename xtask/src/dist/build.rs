//! The targets of a release, and how gom and the shim are built for each.
//!
//! Never: decides the flags for the shim on the machine at hand; `install.sh --build-shim` does.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};

use super::default_proxy::DefaultProxy;
use super::identity::Identity;
use super::paths::{self, target_dir};
use crate::macho;
use crate::shell::{answer_of, succeed};

/// The target of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// `aarch64-apple-darwin`
    MacArm,
    /// `aarch64-unknown-linux-musl`
    LinuxArm,
    /// `x86_64-apple-darwin`
    MacIntel,
    /// `x86_64-unknown-linux-musl`
    LinuxIntel,
}

impl Target {
    pub(super) const ALL: [Self; 4] = [Self::MacArm, Self::LinuxArm, Self::MacIntel, Self::LinuxIntel];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MacArm => "aarch64-apple-darwin",
            Self::LinuxArm => "aarch64-unknown-linux-musl",
            Self::MacIntel => "x86_64-apple-darwin",
            Self::LinuxIntel => "x86_64-unknown-linux-musl",
        }
    }

    pub(super) fn is_mac(self) -> bool {
        matches!(self, Self::MacArm | Self::MacIntel)
    }

    /// Whether the programs run on this machine.
    pub(super) fn runs_here(self) -> bool {
        self.name().starts_with(std::env::consts::ARCH) && self.is_mac() == cfg!(target_os = "macos")
    }

    /// Whether the machine's own tools build the programs, and not those of `.ci/cross`.
    pub(super) fn is_built_by_own_tools(self) -> bool {
        self.is_mac() && cfg!(target_os = "macos")
    }

    /// Builds the two programs, gom and the shim.
    pub(super) fn build(self, repository: &Path, variables: &Variables) -> Result<[PathBuf; 2]> {
        crate::shell::say(&format!("building for {self}"));
        let programs = if self.is_built_by_own_tools() {
            build_here(repository, self, variables)?
        } else if self.is_mac() {
            cross_build(repository, self, &[], variables)?
        } else {
            // As install.sh does: static is the default there, but a fixed address is not.
            cross_build(repository, self, &["-C", "relocation-model=static"], variables)?
        };
        for program in &programs {
            paths::check(program, repository)?;
            if self.is_mac() {
                macho::sign(program)?;
                macho::check(program)?;
                sign_for_apple(program)?;
            }
        }
        Ok(programs)
    }
}

/// What gom is told at build time, by `option_env!`; a variable without a value is not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variables(Vec<(&'static str, Option<String>)>);

impl Variables {
    pub(super) fn new(identity: &Identity, base: Option<&str>, proxy: &DefaultProxy) -> Self {
        let [value, from] = proxy.variables();
        let (module, base) = (identity.module.clone(), base.map(str::to_owned));
        Self(vec![("GOM_BUILD_MODULE", module), ("GOM_BUILD_BASE", base), value, from])
    }

    pub(super) fn set(&self, command: &mut Command) {
        for (name, value) in &self.0 {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
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

/// Lets the program that `GOM_SIGN_MACOS` names sign for a certificate of Apple's, by `sign FILE`.
fn sign_for_apple(program: &Path) -> Result<()> {
    match std::env::var_os("GOM_SIGN_MACOS").filter(|signer| !signer.is_empty()) {
        Some(signer) => succeed(Command::new(signer).arg("sign").arg(program)),
        None => Ok(()),
    }
}

/// Builds on a machine of the target, as install.sh does.
fn build_here(repository: &Path, target: Target, variables: &Variables) -> Result<[PathBuf; 2]> {
    let rustc = answer_of(Command::new("rustc").arg("-vV"))?;
    ensure!(
        rustc.lines().any(|line| line == format!("host: {target}")),
        "on a Mac, {target} has to be built on such a Mac; Linux builds it anywhere"
    );
    let flags = ("CARGO_ENCODED_RUSTFLAGS", paths::remapped(repository)?);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "--release", "--package", "gom-cli"]).env(flags.0, &flags.1);
    variables.set(&mut cargo);
    answer_of(cargo.current_dir(repository))?;
    let mut installer = Command::new("sh");
    installer.arg(repository.join("install.sh")).arg("--build-shim").env(flags.0, &flags.1);
    let shim = answer_of(&mut installer)?;
    Ok([target_dir(repository).join("release/gom"), PathBuf::from(shim)])
}

/// Builds for another target, with the standard library from source.
fn cross_build(
    repository: &Path,
    target: Target,
    shim_flags: &[&str],
    variables: &Variables,
) -> Result<[PathBuf; 2]> {
    let cargo = |subcommand: &str| {
        let mut cargo = Command::new(repository.join(".ci/cross/cargo"));
        cargo.current_dir(repository).args([subcommand, "--release", "--target", target.name()]);
        variables.set(&mut cargo);
        cargo
    };
    answer_of(cargo("build").args(["--package", "gom-cli"]))?;
    // Not by its own profile: that would build the standard library once more.
    let small = ["--config", "profile.release.package.gom-shim.opt-level='s'"];
    let shim = ["--package", "gom-shim", "--bin", "gom-shim", "--"];
    answer_of(cargo("rustc").args(small).args(shim).args(shim_flags))?;
    let built = target_dir(repository).join("cross").join(target.name()).join("release");
    Ok([built.join("gom"), built.join("gom-shim")])
}
