//! The platforms that have packages, and what each package manager calls them.
//!
//! Invariant: the programs of a target here need nothing of the system but its kernel, so a package for Linux is good
//! for every distribution, with glibc or musl.

/// A platform with packages.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Platform {
    /// The target of the archive whose programs are packed.
    pub(super) target: &'static str,
    /// The tags of a Python wheel, in the order in which they stand in its name.
    pub(super) wheel: &'static [&'static str],
    /// `os` and `cpu` of package.json.
    pub(super) npm: [&'static str; 2],
    /// Homebrew's blocks: `on_macos`, `on_arm`.
    pub(super) homebrew: [&'static str; 2],
    /// The architecture in Debian's and in container images' names; None where neither is.
    pub(super) linux: Option<&'static str>,
}

/// Every one; a release without an archive for one has no packages for it.
pub(super) const PLATFORMS: [Platform; 4] = [
    Platform {
        target: "aarch64-apple-darwin",
        wheel: &["macosx_11_0_arm64"],
        npm: ["darwin", "arm64"],
        homebrew: ["on_macos", "on_arm"],
        linux: None,
    },
    Platform {
        target: "aarch64-unknown-linux-musl",
        wheel: &["manylinux_2_17_aarch64", "manylinux2014_aarch64", "musllinux_1_1_aarch64"],
        npm: ["linux", "arm64"],
        homebrew: ["on_linux", "on_arm"],
        linux: Some("arm64"),
    },
    Platform {
        target: "x86_64-apple-darwin",
        wheel: &["macosx_11_0_x86_64"],
        npm: ["darwin", "x64"],
        homebrew: ["on_macos", "on_intel"],
        linux: None,
    },
    Platform {
        target: "x86_64-unknown-linux-musl",
        wheel: &["manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"],
        npm: ["linux", "x64"],
        homebrew: ["on_linux", "on_intel"],
        linux: Some("amd64"),
    },
];
