//! Whether a toolchain runs on this machine, and notes about it for the user.
//!
//! Owns: the decisions, as pure functions over the machine and the tables of [`crate::machine::releases`].
//! Never: asks the system. Invariant: each refusal has a hint with a command that helps.

use gom_select::explain::{ErrorKind, Explain};
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::ReleaseLine;

use crate::machine::mac::Mac;
use crate::machine::releases;

/// Why a toolchain does not run here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is for another system or processor.
    #[error("{id} is built for {} and does not run here ({here})", id.platform)]
    Foreign {
        /// The toolchain.
        id: ToolchainId,
        /// This machine's platform.
        here: Platform,
    },
    /// It is for Intel, and this Mac lacks Rosetta.
    #[error("{id} is built for Intel and needs Rosetta, which this Mac does not have")]
    NoRosetta {
        /// The toolchain.
        id: ToolchainId,
    },
    /// macOS is too old for it.
    #[error("{id} needs macOS {needs} or newer, and this Mac runs {has}")]
    OldMacos {
        /// The toolchain.
        id: ToolchainId,
        /// The oldest macOS for it.
        needs: &'static str,
        /// This Mac's.
        has: String,
    },
    /// It is linked with glibc, and this system lacks glibc's loader.
    #[error(
        "{id} needs glibc, whose loader {loader} is not on this system; Go {} and newer do not need it",
        releases::FIRST_WITHOUT_GLIBC
    )]
    NoGlibc {
        /// The toolchain.
        id: ToolchainId,
        /// The loader that its programs name.
        loader: String,
    },
}

impl Unfit {
    /// The toolchain.
    pub fn id(&self) -> &ToolchainId {
        match self {
            Unfit::Foreign { id, .. }
            | Unfit::NoRosetta { id }
            | Unfit::OldMacos { id, .. }
            | Unfit::NoGlibc { id, .. } => id,
        }
    }
}

impl Explain for Unfit {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Failure
    }

    fn value(&self) -> Option<String> {
        Some(self.id().to_string())
    }

    fn hint(&self) -> String {
        match self {
            Unfit::Foreign { id, .. } => {
                format!("run `gom install {}` for this machine", id.version.as_spec())
            }
            Unfit::NoRosetta { id } => {
                let first = releases::FIRST_ON_ARM64_MACS;
                let is_before = releases::is_older(&id.version, first);
                let native = if is_before { first.to_owned() } else { id.version.as_spec() };
                format!(
                    "run `softwareupdate --install-rosetta --agree-to-license`, or `gom install {native}` for \
                     Apple Silicon"
                )
            }
            Unfit::NoGlibc { .. } => {
                format!("run `gom install {}`, or use a system with glibc", releases::FIRST_WITHOUT_GLIBC)
            }
            Unfit::OldMacos { has, .. } => match releases::newest_line_for_macos(has) {
                Some(line) => format!("run `gom install {line}`, or update macOS"),
                None => "update macOS".to_owned(),
            },
        }
    }
}

/// Checks whether a toolchain runs on a machine of this platform, which may be a Mac.
pub fn check(here: &Platform, mac: Option<&Mac>, id: &ToolchainId) -> Result<(), Unfit> {
    if !here.runs(&id.platform) {
        return Err(Unfit::Foreign { id: id.clone(), here: here.clone() });
    }
    let Some(mac) = mac else { return Ok(()) };
    if id.platform != *here && !mac.has_rosetta {
        return Err(Unfit::NoRosetta { id: id.clone() });
    }
    match releases::minimum_macos(&id.version, id.platform.arch()) {
        Some(needs) if !releases::is_at_least(&mac.version, needs) => {
            Err(Unfit::OldMacos { id: id.clone(), needs, has: mac.version.clone() })
        }
        _ => Ok(()),
    }
}

/// Checks whether the programs of a toolchain can start, judged by its version. `exists` returns whether this
/// machine has a file.
pub fn check_loader(id: &ToolchainId, exists: impl Fn(&str) -> bool) -> Result<(), Unfit> {
    match releases::loader(&id.version, &id.platform) {
        Some(loader) if !exists(loader) => Err(Unfit::NoGlibc { id: id.clone(), loader: loader.to_owned() }),
        _ => Ok(()),
    }
}

/// Returns notes for the user about a toolchain that is about to be used here. `supported` are the lines that
/// get security fixes, newest first.
pub fn notes(here: &Platform, mac: Option<&Mac>, id: &ToolchainId, supported: &[ReleaseLine]) -> Vec<String> {
    let mut notes = Vec::new();
    if !here.runs(&id.platform) {
        return notes;
    }
    let (version, line) = (&id.version, id.version.line());
    if here.arch() == "arm64" && id.platform.arch() == "amd64" && id.is_for(here) {
        notes
            .push(format!("Go {version} has no build for Apple Silicon; this one is Intel's, under Rosetta"));
    }
    if let Some(mac) = mac
        && releases::may_end_programs_of(&mac.version, version)
    {
        notes.push(format!(
            "macOS {} may end programs that Go {version} builds with cgo (\"missing LC_UUID load command\"); {}",
            mac.version,
            releases::uuid_advice(version)
        ));
    }
    if supported.last().is_some_and(|oldest| line < *oldest) {
        let supported: Vec<String> = supported.iter().map(ToString::to_string).collect();
        notes.push(format!("Go {line} no longer gets security fixes; {} do", supported.join(" and ")));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mac(version: &str, has_rosetta: bool) -> Mac {
        Mac { version: version.to_owned(), has_rosetta, is_translated: false }
    }

    fn id(name: &str) -> ToolchainId {
        ToolchainId::parse(name).unwrap()
    }

    fn platform(text: &str) -> Platform {
        Platform::parse(text).unwrap()
    }

    /// The message and the hint; empty if it runs.
    fn refused(here: &str, mac: Option<&Mac>, name: &str) -> String {
        match check(&platform(here), mac, &id(name)) {
            Ok(()) => String::new(),
            Err(unfit) => format!("{unfit}: {}", unfit.hint()),
        }
    }

    #[test]
    fn each_machine_runs_its_own_toolchains() {
        assert_eq!(refused("linux-amd64", None, "go1.22.6.linux-amd64"), "");
        assert_eq!(refused("linux-amd64", None, "go1.22.6.linux-386"), "");
        assert_eq!(
            refused("linux-amd64", None, "go1.26.0.darwin-amd64"),
            "go1.26.0.darwin-amd64 is built for darwin-amd64 and does not run here (linux-amd64): \
             run `gom install 1.26.0` for this machine"
        );
    }

    #[test]
    fn apple_silicon_runs_intels_toolchains_where_rosetta_is() {
        let name = "go1.26.0.darwin-amd64";
        assert_eq!(refused("darwin-arm64", Some(&mac("15.1", true)), name), "");
        let without = refused("darwin-arm64", Some(&mac("15.1", false)), name);
        assert!(without.contains("needs Rosetta") && without.contains("softwareupdate"), "{without}");
        assert!(without.ends_with("or `gom install 1.26.0` for Apple Silicon"), "{without}");
        let oldest = refused("darwin-arm64", Some(&mac("15.1", false)), "go1.15.15.darwin-amd64");
        assert!(oldest.ends_with("or `gom install 1.16` for Apple Silicon"), "{oldest}");
        assert_eq!(refused("darwin-amd64", Some(&mac("15.1", false)), name), "");
        let other_way = refused("darwin-amd64", Some(&mac("15.1", false)), "go1.26.0.darwin-arm64");
        assert!(other_way.contains("does not run here"), "{other_way}");
    }

    #[test]
    fn an_old_macos_is_told_the_newest_line_for_it() {
        assert_eq!(
            refused("darwin-arm64", Some(&mac("12.7", false)), "go1.27.1.darwin-arm64"),
            "go1.27.1.darwin-arm64 needs macOS 13 or newer, and this Mac runs 12.7: \
             run `gom install 1.26`, or update macOS"
        );
        assert_eq!(refused("darwin-arm64", Some(&mac("13.0", false)), "go1.27.1.darwin-arm64"), "");
        assert_eq!(refused("darwin-amd64", Some(&mac("10.15.7", false)), "go1.22.6.darwin-amd64"), "");
    }

    /// K10.2
    #[test]
    fn without_glibc_the_releases_before_1_21_are_refused() {
        let glibc = |loader: &str| loader == "/lib64/ld-linux-x86-64.so.2";
        for (name, missing) in [
            ("go1.2.2.linux-amd64", Some("/lib64/ld-linux-x86-64.so.2")),
            ("go1.20.14.linux-amd64", Some("/lib64/ld-linux-x86-64.so.2")),
            ("go1.20.14.linux-arm64", Some("/lib/ld-linux-aarch64.so.1")),
            ("go1.21rc2.linux-amd64", None),
            ("go1.21.0.linux-amd64", None),
            ("go1.26.8.linux-arm64", None),
            ("go1.20.14.darwin-arm64", None),
            ("go1.20.14.freebsd-amd64", None),
        ] {
            let refused = check_loader(&id(name), |_| false);
            let expected = missing.map(|loader| Unfit::NoGlibc { id: id(name), loader: loader.to_owned() });
            assert_eq!(refused.err(), expected, "{name}");
        }
        assert_eq!(check_loader(&id("go1.20.14.linux-amd64"), glibc), Ok(()));
        let unfit = check_loader(&id("go1.20.14.linux-amd64"), |_| false).unwrap_err();
        assert_eq!(
            format!("{unfit}: {}", unfit.hint()),
            "go1.20.14.linux-amd64 needs glibc, whose loader /lib64/ld-linux-x86-64.so.2 is not on this system; Go \
             1.21 and newer do not need it: run `gom install 1.21`, or use a system with glibc"
        );
    }

    #[test]
    fn what_is_to_be_known_is_said() {
        let supported = ["1.27", "1.26"].map(|line| ReleaseLine::parse(line).unwrap());
        let said = |here: &str, mac: Option<&Mac>, name: &str| {
            notes(&platform(here), mac, &id(name), &supported).join("\n")
        };
        assert_eq!(said("linux-amd64", None, "go1.27.1.linux-amd64"), "");
        assert_eq!(said("linux-amd64", None, "go1.28rc1.linux-amd64"), "");
        assert_eq!(
            said("linux-amd64", None, "go1.25.3.linux-amd64"),
            "Go 1.25 no longer gets security fixes; 1.27 and 1.26 do"
        );
        assert_eq!(said("linux-amd64", None, "go1.21.3.darwin-arm64"), "", "it is for somebody else");
        let (old, new) = (mac("15.1", true), mac("26.1", true));
        assert!(!said("darwin-arm64", Some(&old), "go1.22.6.darwin-arm64").contains("LC_UUID"));
        assert!(said("darwin-arm64", Some(&new), "go1.22.6.darwin-arm64").contains("LC_UUID"));
        // K13.1: the flag only where the linker takes it, and never a flag that breaks builds for other
        // systems.
        let uuid = |name: &str| said("darwin-arm64", Some(&new), name).lines().next().unwrap().to_owned();
        assert_eq!(
            uuid("go1.22.9.darwin-arm64"),
            "macOS 26.1 may end programs that Go 1.22.9 builds with cgo (\"missing LC_UUID load command\"); \
             use Go 1.24 or newer, or build with -ldflags=-B=gobuildid"
        );
        assert!(uuid("go1.22.8.darwin-arm64").ends_with("use Go 1.24 or newer"));
        assert_eq!(said("darwin-arm64", Some(&new), "go1.26.0.darwin-amd64"), "");
        let oldest = said("darwin-arm64", Some(&old), "go1.15.15.darwin-amd64");
        assert!(oldest.starts_with("Go 1.15.15 has no build for Apple Silicon"), "{oldest}");
    }

    #[test]
    fn before_the_first_release_nothing_is_out_of_support() {
        assert_eq!(notes(&platform("linux-amd64"), None, &id("go1.4.2.linux-amd64"), &[]), [""; 0]);
    }
}
