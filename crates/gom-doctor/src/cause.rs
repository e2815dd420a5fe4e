//! The causes of findings. A host has few causes and many symptoms, so findings with one cause are shown together.
//! The cause often depends on which installer or manager owns the file or folder.

use serde::Serialize;

use super::facts::HostFacts;

/// What has to change to fix a finding, in the order in which causes block each other: see `rank`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The terminal, gom or the selected Go runs under Rosetta.
    Rosetta,
    /// gom's own settings can't be used.
    Settings,
    /// The machine's policy.
    Policy,
    /// The store is damaged.
    Store,
    /// No Go is selected here.
    Selection,
    /// A setting keeps gom offline.
    Offline,
    /// PATH, or a start-up file of the shell.
    Path,
    /// Variables, or what `go env -w` wrote.
    GoEnvironment,
    /// The selected Go does not support this system.
    OldGo,
    /// There are newer releases than the selected Go.
    Releases,
    /// The compiler for cgo.
    Compiler,
    /// Programs that `go install` built.
    Tools,
    /// Visual Studio Code and its forks.
    VsCode,
    /// GoLand.
    GoLand,
    /// The project in this folder, by its files.
    Project,
    /// Where modules are downloaded from and how they are verified.
    Modules,
    /// Disk, limits, speed.
    Resources,
    /// Installed toolchains that nothing needs, or that have copies of equal files.
    Unused,
    /// Another installer or manager of Go is still set up. In JSON its name alone.
    #[serde(untagged)]
    Other(Owner),
}

/// The installer or manager that a Go, or a start-up line, belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Homebrew for Intel on a Mac with Apple Silicon.
    IntelHomebrew,
    /// gvm.
    Gvm,
    /// asdf.
    Asdf,
    /// mise.
    Mise,
    /// goenv.
    Goenv,
    /// Go's own installer, or an archive that was unpacked by hand.
    UsrLocalGo,
    /// Homebrew.
    Homebrew,
    /// `MacPorts`.
    MacPorts,
    /// The Linux distribution.
    Distribution,
    /// snap.
    Snap,
    /// Windows, seen from the Windows Subsystem for Linux.
    Windows,
    /// `golang.org/dl`.
    GolangDl,
    /// A toolchain that the go command itself downloaded.
    ModuleCache,
    /// Unknown.
    Unknown,
}

/// Parts of a path that tell its owner, in this order.
const MARKS: &[(&str, Owner)] = &[
    ("/.gvm", Owner::Gvm),
    ("/.asdf", Owner::Asdf),
    ("/mise/installs", Owner::Mise),
    ("/mise/shims", Owner::Mise),
    ("/.goenv", Owner::Goenv),
    ("/golang.org/toolchain@", Owner::ModuleCache),
    ("/usr/local/go/", Owner::UsrLocalGo),
    ("/home/linuxbrew/", Owner::Homebrew),
    ("/opt/homebrew/", Owner::Homebrew),
    ("/opt/local/", Owner::MacPorts),
    ("/snap/", Owner::Snap),
    ("/mnt/", Owner::Windows),
    ("/sdk/go", Owner::GolangDl),
    ("/usr/bin/", Owner::Distribution),
    ("/usr/lib/", Owner::Distribution),
    ("/usr/share/", Owner::Distribution),
];

impl Owner {
    /// The owner of a path, by the path itself and by where its links lead.
    pub fn of(facts: &HostFacts, path: &str) -> Owner {
        let real = facts.file(path).and_then(|file| file.real.as_deref()).unwrap_or(path);
        // The target of a link tells more than the place of the link, unless it is a manager's own program.
        Owner::by_marks(facts, path)
            .filter(|owner| *owner != Owner::Distribution)
            .or_else(|| Owner::by_marks(facts, real))
            .or_else(|| Owner::by_marks(facts, path))
            .unwrap_or(Owner::Unknown)
    }

    fn by_marks(facts: &HostFacts, path: &str) -> Option<Owner> {
        let path = format!("{path}/");
        let intel_brew = ["/usr/local/Cellar/", "/usr/local/opt/", "/usr/local/Homebrew/"];
        if intel_brew.iter().any(|folder| path.starts_with(folder)) {
            return Some(if facts.is_apple_silicon() { Owner::IntelHomebrew } else { Owner::Homebrew });
        }
        let variables = [
            ("GVM_ROOT", Owner::Gvm),
            ("ASDF_DATA_DIR", Owner::Asdf),
            ("MISE_DATA_DIR", Owner::Mise),
            ("GOENV_ROOT", Owner::Goenv),
        ];
        let by_variable = variables.into_iter().find(|(name, _)| {
            facts.var(name).is_some_and(|root| path.starts_with(&format!("{}/", root.trim_end_matches('/'))))
        });
        let owner = by_variable
            .or_else(|| MARKS.iter().copied().find(|(mark, _)| path.contains(mark)))
            .map(|(_, owner)| owner);
        // Only WSL mounts Windows drives there, and only Linux has /snap.
        owner.filter(|owner| match owner {
            Owner::Windows => facts.system.is_wsl && path.starts_with("/mnt/"),
            Owner::Snap => path.starts_with("/snap/"),
            Owner::Distribution => !facts.is_macos() && path.starts_with("/usr/"),
            _ => true,
        })
    }

    /// The name that users know.
    pub fn name(self) -> &'static str {
        match self {
            Owner::IntelHomebrew => "Homebrew for Intel",
            Owner::Gvm => "gvm",
            Owner::Asdf => "asdf",
            Owner::Mise => "mise",
            Owner::Goenv => "goenv",
            Owner::UsrLocalGo => "the Go in /usr/local/go",
            Owner::Homebrew => "Homebrew",
            Owner::MacPorts => "MacPorts",
            Owner::Distribution => "the system's own Go",
            Owner::Snap => "snap",
            Owner::Windows => "a Go for Windows",
            Owner::GolangDl => "golang.org/dl",
            Owner::ModuleCache => "a toolchain in the module cache",
            Owner::Unknown => "another Go",
        }
    }
}

impl Cause {
    /// The most blocking cause comes first: a terminal under Rosetta makes everything else wrong, and another Go
    /// hides problems of gom's Go.
    pub(crate) fn rank(&self) -> (u8, &Cause) {
        let rank = match self {
            Cause::Rosetta => 0,
            Cause::Other(_) => 1,
            _ => 2,
        };
        (rank, self)
    }

    /// The cause of a finding about this path.
    pub fn of_path(facts: &HostFacts, path: &str) -> Cause {
        Cause::Other(Owner::of(facts, path))
    }

    /// The cause in one line.
    pub fn title(&self) -> String {
        match self {
            Cause::Rosetta => "programs run under Rosetta that could run natively".to_owned(),
            Cause::Other(Owner::Unknown) => "another Go is set up next to gom".to_owned(),
            Cause::Other(Owner::ModuleCache) => {
                "the go command runs a toolchain from the module cache".to_owned()
            }
            Cause::Other(owner @ (Owner::IntelHomebrew | Owner::Gvm | Owner::Goenv)) => {
                format!("{} is still set up", owner.name())
            }
            Cause::Other(owner) => format!("{} is set up next to gom", owner.name()),
            Cause::Settings => {
                "gom's settings are invalid, so every command except the doctor fails".to_owned()
            }
            Cause::Policy => "this machine has a policy about Go".to_owned(),
            Cause::Store => "gom's store is damaged".to_owned(),
            Cause::Offline => "gom is set to work offline".to_owned(),
            Cause::Selection => "no Go can be selected here".to_owned(),
            Cause::Path => "PATH or a shell start-up file needs a change".to_owned(),
            Cause::GoEnvironment => "Go's own settings cause problems".to_owned(),
            Cause::OldGo => "the selected Go does not support this system".to_owned(),
            Cause::Releases => "newer releases than the selected Go are available".to_owned(),
            Cause::Compiler => "cgo has no usable C compiler or libraries".to_owned(),
            Cause::Tools => "programs built by Go need a rebuild".to_owned(),
            Cause::VsCode => "Visual Studio Code uses another Go".to_owned(),
            Cause::GoLand => "GoLand uses another Go".to_owned(),
            Cause::Project => "this project's files disagree or are out of date".to_owned(),
            Cause::Modules => "modules are not fully verified".to_owned(),
            Cause::Resources => "the machine's disk or limits cause problems".to_owned(),
            Cause::Unused => "installed toolchains take more room than they need".to_owned(),
        }
    }
}
