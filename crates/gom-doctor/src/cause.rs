//! What findings come from. A host has few causes and many symptoms: findings of one cause are shown as
//! one, and what the cause is depends on whose file or folder the finding is about.

use serde::Serialize;

use super::facts::HostFacts;

/// What has to change so that findings go away, in the order in which they block: see `rank`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The terminal, gom or the selected Go runs translated.
    Rosetta,
    /// gom's own settings can't be used.
    Settings,
    /// The store is damaged.
    Store,
    /// Nothing runs here.
    Selection,
    /// A setting keeps gom from the network.
    Offline,
    /// PATH, or a start-up file of the shell.
    Path,
    /// Variables, or what `go env -w` wrote.
    GoEnvironment,
    /// The selected Go does not fit this system.
    OldGo,
    /// There are newer releases than the selected Go.
    Releases,
    /// The compiler for cgo.
    Compiler,
    /// Programs that `go install` built.
    Tools,
    /// Visual Studio Code and its kin.
    VsCode,
    /// GoLand.
    GoLand,
    /// The project in this folder, by its files.
    Project,
    /// Where modules come from and what proves them.
    Modules,
    /// Disk, limits, speed.
    Resources,
    /// Another installer or manager of Go is still set up. In JSON its name alone.
    #[serde(untagged)]
    Other(Owner),
}

/// Whose a Go, or a line that leads to one, is.
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
    /// Go's own installer, or an archive by hand.
    UsrLocalGo,
    /// Homebrew.
    Homebrew,
    /// `MacPorts`.
    MacPorts,
    /// The Linux distribution.
    Distribution,
    /// snap.
    Snap,
    /// Windows, seen from its subsystem for Linux.
    Windows,
    /// `golang.org/dl`.
    GolangDl,
    /// A toolchain that the go command itself downloaded.
    ModuleCache,
    /// Somebody else.
    Unknown,
}

/// What in a path tells whose it is, in this order.
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
    /// Whose a path is, by where it lies and by where its links lead.
    pub fn of(facts: &HostFacts, path: &str) -> Owner {
        let real = facts.file(path).and_then(|file| file.real.as_deref()).unwrap_or(path);
        // What a link leads to says more than where the link lies, unless it leads to a manager's own program.
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
        // Only WSL mounts Windows' disks there, and only Linux has /snap.
        owner.filter(|owner| match owner {
            Owner::Windows => facts.system.is_wsl && path.starts_with("/mnt/"),
            Owner::Snap => path.starts_with("/snap/"),
            Owner::Distribution => !facts.is_macos() && path.starts_with("/usr/"),
            _ => true,
        })
    }

    /// As a person calls it.
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
            Owner::Windows => "the Go of Windows",
            Owner::GolangDl => "golang.org/dl",
            Owner::ModuleCache => "a toolchain in the module cache",
            Owner::Unknown => "another Go",
        }
    }
}

impl Cause {
    /// What blocks most comes first: a translated terminal makes everything else wrong, and another Go hides
    /// whatever is wrong with gom's.
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

    /// One line that says it.
    pub fn title(&self) -> String {
        match self {
            Cause::Rosetta => "Rosetta translates what could run natively".to_owned(),
            Cause::Other(Owner::Unknown) => "another Go is set up beside gom".to_owned(),
            Cause::Other(Owner::ModuleCache) => "the go command runs a toolchain of its own".to_owned(),
            Cause::Other(owner @ (Owner::IntelHomebrew | Owner::Gvm | Owner::Goenv)) => {
                format!("{} is still set up", owner.name())
            }
            Cause::Other(owner) => format!("{} is set up beside gom", owner.name()),
            Cause::Settings => "gom's settings can't be used, and every verb but the doctor stops".to_owned(),
            Cause::Store => "gom's store is not as gom left it".to_owned(),
            Cause::Offline => "gom may not use the network".to_owned(),
            Cause::Selection => "no Go can be selected here".to_owned(),
            Cause::Path => "PATH or a start-up file of the shell is not in order".to_owned(),
            Cause::GoEnvironment => "Go's own settings get in the way".to_owned(),
            Cause::OldGo => "the selected Go does not fit this system".to_owned(),
            Cause::Releases => "there are newer releases than the selected Go".to_owned(),
            Cause::Compiler => "the C compiler for cgo is not in order".to_owned(),
            Cause::Tools => "programs built by Go need to be built again".to_owned(),
            Cause::VsCode => "Visual Studio Code uses another Go".to_owned(),
            Cause::GoLand => "GoLand uses another Go".to_owned(),
            Cause::Project => "the files of this project are not in order".to_owned(),
            Cause::Modules => "modules are not proven as they could be".to_owned(),
            Cause::Resources => "the machine's disk or limits get in the way".to_owned(),
        }
    }
}
