//! The facts about a host: plain data, gathered once, and the only input of the checks. It can be saved as JSON and
//! read back, so that a host can be judged on another machine.
//!
//! Never: looks at the machine. Invariant: to a check, a path that is not in [`HostFacts::files`] does not exist, and
//! about one of an unknown kind it says nothing; fields are only added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::other_pins::OtherPin;

/// The version of this format.
///
/// Up to version 1, files that name Go versions and the settings of editors were recorded as lines; since version 2, as
/// what these lines say.
pub const SCHEMA: u32 = 2;

/// The oldest version that is read.
pub const OLDEST_SCHEMA: u32 = 1;

/// All facts that the checks may use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostFacts {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The system and the machine.
    pub system: SystemFacts,
    /// gom's own state.
    pub gom: GomFacts,
    /// The user's home folder.
    pub home: String,
    /// The user's login shell: `zsh`.
    pub shell: String,
    /// The folder of the project's go.mod or go.work here, and its files in [`HostFacts::files`].
    pub project: Option<String>,
    /// The working folder.
    #[serde(skip_serializing_if = "is_default")]
    pub cwd: Option<String>,
    /// The active go.work, and the modules it uses in [`HostFacts::files`].
    #[serde(skip_serializing_if = "is_default")]
    pub workspace: Option<String>,
    /// Versions that other tools are set to use here.
    #[serde(skip_serializing_if = "is_default")]
    pub other_pins: Vec<OtherPin>,
    /// The file that `go env -w` writes.
    pub go_env_file: Option<String>,
    /// The environment variables that matter to Go, without credentials.
    pub env: BTreeMap<String, String>,
    /// The files and folders that were looked at and exist, by path.
    pub files: BTreeMap<String, FileFacts>,
    /// The results of outside commands, by command line.
    pub commands: BTreeMap<String, CommandFacts>,
    /// Measurements of `--probe`.
    pub measured: ProbeTimes,
}

/// The system and the machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemFacts {
    /// Go's name: `darwin`, `linux`.
    pub os: String,
    /// Go's name of the hardware's architecture, even if this process runs under Rosetta.
    pub arch: String,
    /// The architecture this gom was built for.
    pub gom_arch: String,
    /// The processor: `Apple M1`.
    pub cpu: Option<String>,
    /// The version of macOS, or of the distribution with its name.
    pub version: Option<String>,
    /// The version of the kernel.
    pub kernel: Option<String>,
    /// This process runs under Rosetta.
    pub is_translated: bool,
    /// The shell that started it runs under Rosetta.
    pub is_shell_translated: bool,
    /// `musl` or `glibc`.
    pub libc: Option<String>,
    /// The kind of container: `docker`, `podman`, `lxc`.
    pub container: Option<String>,
    /// This is the Windows Subsystem for Linux.
    pub is_wsl: bool,
    /// The soft limit on open files.
    pub open_files: Option<u64>,
}

/// gom's own state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GomFacts {
    /// The entries of `GOM_STORE_PATH` or the setting `store_path` that are not used, each with the reason.
    pub skipped_stores: Vec<(String, String)>,
    /// The store.
    pub home: String,
    /// The file system the store is on.
    pub volume: VolumeFacts,
    /// gom is installed, but the file that marks its folder as a store is missing, so the shim does not recognize it.
    #[serde(skip_serializing_if = "is_default")]
    pub is_unmarked: bool,
    /// The first folder of the store that is not writable.
    #[serde(skip_serializing_if = "is_default")]
    pub unwritable: Option<UnwritableFacts>,
    /// The installed toolchains, newest first.
    pub toolchains: Vec<ToolchainFacts>,
    /// The toolchain that runs here.
    pub selected: Option<SelectedFacts>,
    /// The machine's policy, if it has one.
    #[serde(skip_serializing_if = "is_default")]
    pub policy: Option<PolicyFacts>,
    /// The installed toolchains that nothing needs, as `gom prune` decides it.
    #[serde(skip_serializing_if = "is_default")]
    pub unused: UnusedFacts,
    /// Why the installed toolchains can't be listed.
    #[serde(skip_serializing_if = "is_default")]
    pub unlisted: Option<String>,
    /// Why no toolchain runs here, and the command that helps.
    pub selection_error: Option<(String, String)>,
    /// Why gom's settings are invalid: with such settings every other verb fails.
    pub bad_setting: Option<BadSettingFacts>,
    /// The settings that are not at their default: name, value, origin.
    pub settings: Vec<(String, String, String)>,
    /// The lines of Go that get security fixes, newest first, as far as this gom knows.
    pub supported_lines: Vec<String>,
    /// The newest release of each line that has an installed toolchain.
    pub newest_patches: BTreeMap<String, String>,
}

/// A folder that gom must write to but can't.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnwritableFacts {
    /// The folder.
    pub path: String,
    /// Its file system is mounted read-only.
    pub is_read_only: bool,
    /// It belongs to the user.
    pub is_own: bool,
}

/// A gom setting that is invalid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BadSettingFacts {
    /// What is wrong.
    pub message: String,
    /// Where it is set, as `gom config` shows it.
    pub origin: String,
    /// If it is set by a line of a file: the file, the line number and its text.
    pub line: Option<(String, usize, String)>,
}

/// An installed toolchain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolchainFacts {
    /// `go1.22.6.linux-amd64`.
    pub name: String,
    /// `log`, `sha256` or `unproven`.
    pub proof: String,
    /// With `--probe`: the bytes in copies of files that an older installed toolchain has, if the file system tells which
    /// files share their blocks.
    #[serde(skip_serializing_if = "is_default")]
    pub repeated: Option<u64>,
}

/// The machine's policy. Each text comes with what to run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyFacts {
    /// Its file.
    pub file: String,
    /// `enforce` or `report`.
    pub mode: String,
    /// Why it can't be used.
    #[serde(skip_serializing_if = "is_default")]
    pub problem: Option<(String, String)>,
    /// What it says against the toolchain that runs here.
    #[serde(skip_serializing_if = "is_default")]
    pub selected: Option<(String, String)>,
    /// What it says against installed and linked toolchains.
    #[serde(skip_serializing_if = "is_default")]
    pub refused: Vec<(String, String)>,
}

/// The installed toolchains that nothing needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnusedFacts {
    /// For how many days they were not used at least.
    pub days: u32,
    /// They, newest first.
    pub toolchains: Vec<UnusedToolchainFacts>,
}

/// An installed toolchain that nothing needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnusedToolchainFacts {
    /// `go1.22.6.linux-amd64`.
    pub name: String,
    /// The date of its last use; `None` if none was recorded.
    pub last_used: Option<String>,
    /// The size of its files; `None` if its receipt does not tell.
    pub bytes: Option<u64>,
}

/// The toolchain that runs here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SelectedFacts {
    /// Its version; `None` for a Go outside gom's store.
    pub version: Option<String>,
    /// `linux-amd64`; `None` for a Go outside gom's store.
    pub platform: Option<String>,
    /// Its tree; `None` for a Go outside gom's store.
    pub goroot: Option<String>,
    /// The program.
    pub go: String,
    /// What selected it.
    pub origin: String,
    /// The version or line that is written there, if any.
    #[serde(skip_serializing_if = "is_default")]
    pub asked: Option<String>,
    /// The version that Go's own rules need but the store lacks, and the line that names it.
    pub missing: Option<(String, String)>,
}

/// A file system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VolumeFacts {
    /// Its kind: `nfs`, `smb`, `9p`, `fuse`, or the system's name for another one.
    pub kind: Option<String>,
    /// Free bytes.
    pub free: Option<u64>,
    /// Names that differ only in case are different files.
    pub is_case_sensitive: Option<bool>,
    /// It is the volume of the home folder.
    pub is_home_volume: Option<bool>,
}

/// A file, a folder or a link, seen through links.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileFacts {
    /// Its kind.
    #[serde(skip_serializing_if = "is_default")]
    pub kind: FileKind,
    /// The path with links resolved, if that differs. For a dead link, its target.
    #[serde(skip_serializing_if = "is_default")]
    pub real: Option<String>,
    /// It has an executable bit.
    #[serde(skip_serializing_if = "is_default")]
    pub is_executable: bool,
    /// Every user can write to it.
    #[serde(skip_serializing_if = "is_default")]
    pub is_writable_by_all: bool,
    /// macOS has marked it as downloaded (`com.apple.quarantine`).
    #[serde(skip_serializing_if = "is_default")]
    pub is_quarantined: bool,
    /// Why it can't be read.
    #[serde(skip_serializing_if = "is_default")]
    pub unreadable: Option<String>,
    /// For a text file: the lines that matter, with their numbers.
    #[serde(skip_serializing_if = "is_default")]
    pub lines: Vec<(usize, String)>,
    /// For a file of a kind that `gom sync` reads: the Go versions that it names.
    #[serde(skip_serializing_if = "is_default")]
    pub versions: Vec<VersionFacts>,
    /// For the settings of an editor: those that name the path of a Go.
    #[serde(skip_serializing_if = "is_default")]
    pub settings: Vec<EditorSettingFacts>,
    /// The file is not valid, so nothing is known about what it says.
    #[serde(skip_serializing_if = "is_default")]
    pub invalid: Option<InvalidFacts>,
    /// For a folder: the names in it that matter.
    #[serde(skip_serializing_if = "is_default")]
    pub entries: Vec<String>,
    /// For a program or library: the facts in its header.
    #[serde(skip_serializing_if = "is_default")]
    pub binary: Option<BinaryFacts>,
}

/// A Go version in a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VersionFacts {
    /// The number of its line, from 1.
    pub line: usize,
    /// The version as written, without a `go` before it.
    pub version: String,
    /// What it is for, by the names of `gom sync`: `image`, `ci`, `matrix`.
    pub role: String,
    /// The words for the place: `image golang`, `actions/setup-go`.
    pub what: String,
    /// The file's format reads it as a number that prints differently: `1.20` is the number 1.2.
    #[serde(skip_serializing_if = "is_default")]
    pub is_number: bool,
}

/// A setting of an editor that names the path of a Go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditorSettingFacts {
    /// Its name: `go.goroot`, or `go.alternateTools` for the `go` in it.
    pub name: String,
    /// The path as written, with escapes resolved.
    pub value: String,
    /// The number of the line with the path. Its text is in [`FileFacts::lines`] if the line can be commented out.
    pub line: usize,
}

/// Why a file is not valid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvalidFacts {
    /// The number of the line; `None` if it is the whole file.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

/// The kind of file at a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    #[default]
    File,
    /// A folder.
    Folder,
    /// A link whose target does not exist.
    DeadLink,
    /// Nothing is known, not even whether it exists: the system does not tell. `unreadable` says why.
    Unknown,
}

/// The facts in the header of a program or library. The program is not run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BinaryFacts {
    /// `mach-o`, `elf`, `pe` or `script`.
    pub format: String,
    /// Go's names of the architectures that it contains code for; a universal file has several.
    pub archs: Vec<String>,
    /// The oldest macOS it runs on.
    #[serde(skip_serializing_if = "is_default")]
    pub min_macos: Option<String>,
    /// It has an `LC_UUID`. `None` if the format has none.
    #[serde(skip_serializing_if = "is_default")]
    pub has_uuid: Option<bool>,
    /// It is signed. `None` if the format has no signatures.
    #[serde(skip_serializing_if = "is_default")]
    pub is_signed: Option<bool>,
    /// The team that signed it.
    #[serde(skip_serializing_if = "is_default")]
    pub team: Option<String>,
    /// The dynamic loader that it needs; `None` if it is static.
    #[serde(skip_serializing_if = "is_default")]
    pub loader: Option<String>,
    /// The Go that built it: `1.22.6`.
    #[serde(skip_serializing_if = "is_default")]
    pub go: Option<String>,
    /// The path of its main package.
    #[serde(skip_serializing_if = "is_default")]
    pub package: Option<String>,
    /// Its main module with the version: `golang.org/x/tools/gopls@v0.16.1`.
    #[serde(skip_serializing_if = "is_default")]
    pub module: Option<String>,
    /// The version of golang.org/x/tools in it, which programs use to read Go code: `v0.24.0`.
    #[serde(skip_serializing_if = "is_default")]
    pub x_tools: Option<String>,
}

/// The result of an outside command.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandFacts {
    /// Its exit code, or 128 plus the signal that ended it. `None` if it timed out or could not be started.
    pub code: Option<i32>,
    /// Its standard output and standard error.
    pub output: String,
    /// It timed out and was killed.
    #[serde(skip_serializing_if = "is_default")]
    pub timed_out: bool,
}

/// Measurements of `--probe`, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProbeTimes {
    /// The time until the login shell was ready.
    pub shell_start: Option<u64>,
    /// The times of the first and the second run of a new program.
    pub first_and_second_run: Option<(u64, u64)>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
