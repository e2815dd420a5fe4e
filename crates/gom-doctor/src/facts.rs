//! What is known of a host: plain data, gathered once, that every check reads and nothing else. It can be
//! saved as JSON and read again, so that a host can be judged anywhere.
//!
//! Never: looks at the machine. Invariant: a path that is not in [`HostFacts::files`] is not there, as far
//! as a check may know; fields are only ever added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::other_pins::OtherPin;

/// The number of this form of facts.
pub const SCHEMA: u32 = 1;

/// Everything the checks may know.
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
    /// The go.work that is in force here, and the modules it uses in [`HostFacts::files`].
    #[serde(skip_serializing_if = "is_default")]
    pub workspace: Option<String>,
    /// Versions that other tools are told to use here.
    #[serde(skip_serializing_if = "is_default")]
    pub other_pins: Vec<OtherPin>,
    /// Where `go env -w` writes.
    pub go_env_file: Option<String>,
    /// The variables that matter to Go, without credentials.
    pub env: BTreeMap<String, String>,
    /// What was looked at and is there, by path.
    pub files: BTreeMap<String, FileFacts>,
    /// What outside commands said, by the command as it was typed.
    pub commands: BTreeMap<String, CommandFacts>,
    /// What only `--probe` measures.
    pub measured: ProbeTimes,
}

/// The system and the machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemFacts {
    /// Go's name: `darwin`, `linux`.
    pub os: String,
    /// The hardware's architecture by Go's name, whatever this process is told.
    pub arch: String,
    /// The architecture this gom was built for.
    pub gom_arch: String,
    /// The processor: `Apple M1`.
    pub cpu: Option<String>,
    /// The version of macOS, or of the distribution with its name.
    pub version: Option<String>,
    /// The version of the kernel.
    pub kernel: Option<String>,
    /// Rosetta translates this process.
    pub is_translated: bool,
    /// Rosetta translates the shell that started it.
    pub is_shell_translated: bool,
    /// `musl` or `glibc`.
    pub libc: Option<String>,
    /// What kind of container this is: `docker`, `podman`, `lxc`.
    pub container: Option<String>,
    /// The kernel is that of the Windows Subsystem for Linux.
    pub is_wsl: bool,
    /// How many files a process may open (soft limit).
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
    /// gom is there, and the file that marks a folder as a store is not: the shim does not know it.
    #[serde(skip_serializing_if = "is_default")]
    pub is_unmarked: bool,
    /// The first folder of the store that can't be written.
    #[serde(skip_serializing_if = "is_default")]
    pub unwritable: Option<UnwritableFacts>,
    /// What is installed, newest first.
    pub toolchains: Vec<ToolchainFacts>,
    /// What runs here.
    pub selected: Option<SelectedFacts>,
    /// Why nothing runs here, and the command that helps.
    pub selection_error: Option<(String, String)>,
    /// Why gom's settings can't be used: with such settings every other verb stops.
    pub bad_setting: Option<BadSettingFacts>,
    /// The settings that are not at their default: name, value, origin.
    pub settings: Vec<(String, String, String)>,
    /// The lines of Go that get security fixes, newest first, as far as this gom knows.
    pub supported_lines: Vec<String>,
    /// The newest release of each line of which something is installed.
    pub newest_patches: BTreeMap<String, String>,
}

/// A folder that gom has to write to and can't.
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

/// A setting of gom's that can't be used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BadSettingFacts {
    /// What is wrong.
    pub message: String,
    /// What sets it, as `gom config` says it.
    pub origin: String,
    /// Where that is a line of a file: the file, the line's number, its text.
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
}

/// The toolchain that runs here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SelectedFacts {
    /// Its version; `None` for a Go that is not gom's.
    pub version: Option<String>,
    /// `linux-amd64`; `None` for a Go that is not gom's.
    pub platform: Option<String>,
    /// Its tree; `None` for a Go that is not gom's.
    pub goroot: Option<String>,
    /// The program.
    pub go: String,
    /// What decided.
    pub origin: String,
    /// What is asked for there, as it is written; `None` where nothing is.
    #[serde(skip_serializing_if = "is_default")]
    pub asked: Option<String>,
    /// What Go's own rules ask for and the store lacks: the version, and the line that asks.
    pub missing: Option<(String, String)>,
}

/// A file system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VolumeFacts {
    /// Its kind where that matters: `nfs`, `smb`, `9p`, `fuse`, else what the system calls it.
    pub kind: Option<String>,
    /// Bytes that are free.
    pub free: Option<u64>,
    /// Names that differ only in case are two files.
    pub is_case_sensitive: Option<bool>,
    /// It is the volume of the home folder.
    pub is_home_volume: Option<bool>,
}

/// A file, a folder or a link, seen through links.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileFacts {
    /// What it is.
    #[serde(skip_serializing_if = "is_default")]
    pub kind: FileKind,
    /// The path with links resolved, where that is another. For a dead link, what it points to.
    #[serde(skip_serializing_if = "is_default")]
    pub real: Option<String>,
    /// Somebody may execute it.
    #[serde(skip_serializing_if = "is_default")]
    pub is_executable: bool,
    /// Everybody may write to it.
    #[serde(skip_serializing_if = "is_default")]
    pub is_writable_by_all: bool,
    /// macOS was told that it came from the internet (`com.apple.quarantine`).
    #[serde(skip_serializing_if = "is_default")]
    pub is_quarantined: bool,
    /// Why it can't be read.
    #[serde(skip_serializing_if = "is_default")]
    pub unreadable: Option<String>,
    /// Of a text: the lines that matter, with their numbers.
    #[serde(skip_serializing_if = "is_default")]
    pub lines: Vec<(usize, String)>,
    /// Of a folder: the names in it that matter.
    #[serde(skip_serializing_if = "is_default")]
    pub entries: Vec<String>,
    /// Of a program or library: what its header says.
    #[serde(skip_serializing_if = "is_default")]
    pub binary: Option<BinaryFacts>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    #[default]
    File,
    /// A folder.
    Folder,
    /// A link to nothing.
    DeadLink,
}

/// What the header of a program or library says. Nothing is run to learn it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BinaryFacts {
    /// `mach-o`, `elf`, `pe` or `script`.
    pub format: String,
    /// Go's names of the architectures it holds code for; a universal file has several.
    pub archs: Vec<String>,
    /// The oldest macOS it runs on.
    #[serde(skip_serializing_if = "is_default")]
    pub min_macos: Option<String>,
    /// It has an `LC_UUID`. `None` where the format has no such thing.
    #[serde(skip_serializing_if = "is_default")]
    pub has_uuid: Option<bool>,
    /// It is signed. `None` where the format has no such thing.
    #[serde(skip_serializing_if = "is_default")]
    pub is_signed: Option<bool>,
    /// The team that signed it.
    #[serde(skip_serializing_if = "is_default")]
    pub team: Option<String>,
    /// The loader it asks for; `None` if static.
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
    /// The version of golang.org/x/tools in it, by which a program reads Go code: `v0.24.0`.
    #[serde(skip_serializing_if = "is_default")]
    pub x_tools: Option<String>,
}

/// What an outside command said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandFacts {
    /// Its exit code; 128 and the signal where one ended it. `None`: it took too long or can't be started.
    pub code: Option<i32>,
    /// What it wrote, both outputs.
    pub output: String,
    /// It took too long and was ended.
    #[serde(skip_serializing_if = "is_default")]
    pub timed_out: bool,
}

/// What only `--probe` measures, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProbeTimes {
    /// Until the login shell was ready.
    pub shell_start: Option<u64>,
    /// The first run of a program that is new to the system, and the second.
    pub first_and_second_run: Option<(u64, u64)>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
