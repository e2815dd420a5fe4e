//! The paths in the store: every path under the root is made here and nowhere else. Pure joins; only
//! [`StoreRoot::find`] looks at the disk.
//!
//! ```text
//! bin/            gom, gom-shim, and relative links to the shim: go, gofmt, go1.22.6 ...
//! toolchains/     go1.22.6.linux-amd64/   a plain GOROOT that holds only what Go ships
//! receipts/       go1.22.6.linux-amd64.json   where it came from and how it was proven
//!                 go1.22.6.linux-amd64.files.gz   its files with their sums
//! evidence/       reports about refused toolchains
//! linked/         NAME/goroot -> a GOROOT that gom did not install; NAME/files: where `gom local NAME` was run
//! lines/          1.22 -> ../toolchains/go1.22.6.linux-amd64   the newest installed patch
//! tools/          1.22.linux-amd64/gopls/  a program that `gom tools` built, receipt.json, and reads-go if it reads Go
//! locks/          one lock file per toolchain; never deleted
//! staging/        unpacking and removing happen here; anything in it may be deleted
//! sumdb/          NAME/latest: the newest signed head seen of each checksum database
//! ide/            what `gom ide` wrote into which settings, for its `--undo`
//! notices/        notices that the shim has printed
//! used/           DAY-NUMBER: a link that records one use of a toolchain; record.json: the uses of earlier days
//! default         the version that runs if nothing else decides
//! config.toml     settings
//! policy-verdict  which toolchains the machine's policy allows; made anew if it is missing
//! env env.fish env.nu env.ps1 env.xsh   what the user's shells read at their start; written by `gom setup`
//! completions/    the completions that they load; written by `gom setup`
//! share/man/man1/ man pages; written by the installer of a release and `gom self update`
//! layout-version  the number of this layout; its second line lists the stores that are read after this one
//! ```
//!
//! gom creates a directory `toolchains/X` only after the toolchain was verified and unpacked completely: the
//! rename that does so is the last step of an install. Two dot folders may be in `toolchains/` too: `.next`,
//! where a finished tree waits until an old one that can't be renamed is removed, and `.staging`, which
//! replaces `staging/` if that is on another file system. Nothing in the store contains the store's own path, except the
//! files for shells, which `gom setup` writes again.

#![expect(clippy::disallowed_methods, reason = "looks for the mark of a store")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::env_vars;
use crate::link_name::LinkName;
use crate::marker::{MARKER, Marker};
use crate::regular_file::AfterRead;
use crate::tool_name::{ToolLine, ToolPlace};
use crate::toolchain::ToolchainId;
use crate::version::ReleaseLine;

/// File name of the shim that every command link in `bin/` points to.
pub const SHIM_NAME: &str = "gom-shim";

/// File name of the collected record of use.
pub const USE_RECORD: &str = "record.json";

/// File names of the scripts that shells read at their start.
pub const ENV_SCRIPTS: [&str; 5] = ["env", "env.fish", "env.nu", "env.ps1", "env.xsh"];

/// File name of what gom has decided about the toolchains by the machine's policy.
pub const POLICY_VERDICT: &str = "policy-verdict";

/// The settings of the whole machine, below those of the store.
pub const SYSTEM_CONFIG: &str = "/etc/gom/config.toml";

/// Looks up a variable of the environment; an empty one is `None`.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Every path of one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    root: PathBuf,
    others: Vec<PathBuf>,
    user: Option<u32>,
}

impl Layout {
    /// Makes the layout of the store at `root`, an absolute folder that need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Layout { root: root.into(), others: Vec::new(), user: None }
    }

    /// Adds other stores that are read after this one. Root and `user` may own the programs in these.
    #[must_use]
    pub fn over(self, others: Vec<PathBuf>, user: Option<u32>) -> Self {
        Layout { others, user, ..self }
    }

    /// The user who, besides root, may own the programs in the other stores.
    pub(crate) fn user(&self) -> Option<u32> {
        self.user
    }

    /// The stores that are read after this one, in order. gom never writes to them.
    pub fn others(&self) -> impl Iterator<Item = Layout> + '_ {
        self.others.iter().map(Layout::new)
    }

    /// The store's own folder, `GOM_HOME`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder for PATH: gom, the shim and its links.
    pub fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// The shim.
    pub fn shim(&self) -> PathBuf {
        self.bin().join(SHIM_NAME)
    }

    /// The gom program.
    pub fn gom(&self) -> PathBuf {
        self.bin().join("gom")
    }

    /// The folder of all installed toolchains.
    pub fn toolchains(&self) -> PathBuf {
        self.root.join("toolchains")
    }

    /// The GOROOT of one toolchain.
    pub fn toolchain(&self, id: &ToolchainId) -> PathBuf {
        self.toolchains().join(id.to_string())
    }

    /// The folder of finished trees that wait until their places are free.
    pub fn next_toolchains(&self) -> PathBuf {
        self.toolchains().join(".next")
    }

    /// The finished tree of one toolchain, while it waits for its place.
    pub fn next_toolchain(&self, id: &ToolchainId) -> PathBuf {
        self.next_toolchains().join(id.to_string())
    }

    /// The folder of all receipts.
    pub fn receipts(&self) -> PathBuf {
        self.root.join("receipts")
    }

    /// The receipt of one toolchain: where it came from and how it was proven.
    pub fn receipt(&self, id: &ToolchainId) -> PathBuf {
        self.receipts().join(format!("{id}.json"))
    }

    /// The list of one toolchain's files with their sums.
    pub fn manifest(&self, id: &ToolchainId) -> PathBuf {
        self.receipts().join(format!("{id}.files.gz"))
    }

    /// The folder of reports about refused toolchains.
    pub fn evidence(&self) -> PathBuf {
        self.root.join("evidence")
    }

    /// The folder of the lock files.
    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }

    /// The lock that is held while one toolchain is installed or removed.
    pub fn toolchain_lock(&self, id: &ToolchainId) -> PathBuf {
        self.locks().join(format!("{id}.lock"))
    }

    /// The lock that is held while `lines/` and the links in `bin/` are updated.
    pub fn links_lock(&self) -> PathBuf {
        self.locks().join("links.lock")
    }

    /// The lock that is held while gom replaces or removes itself.
    pub fn programs_lock(&self) -> PathBuf {
        self.locks().join("gom.lock")
    }

    /// The lock that is held while the store is brought to another layout.
    pub fn layout_lock(&self) -> PathBuf {
        self.locks().join("layout.lock")
    }

    /// The folder for unfinished work, if it is on the same file system as `toolchains/`.
    pub fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// The folder for unfinished work if [`Layout::staging`] is on another file system than `toolchains/`.
    pub fn near_staging(&self) -> PathBuf {
        self.toolchains().join(".staging")
    }

    /// The folder of the stable per-line GOROOT links.
    pub fn lines(&self) -> PathBuf {
        self.root.join("lines")
    }

    /// The link to the newest installed patch of a line.
    pub fn line(&self, line: &ReleaseLine) -> PathBuf {
        self.lines().join(line.to_string())
    }

    /// The folder of the tools that `gom tools` built.
    pub fn tools(&self) -> PathBuf {
        self.root.join("tools")
    }

    /// The folder of the tools of one line.
    pub fn tools_of(&self, line: &ToolLine) -> PathBuf {
        self.tools().join(line.to_string())
    }

    /// The folder of one tool.
    pub fn tool(&self, place: &ToolPlace) -> PathBuf {
        self.tools_of(&place.of).join(place.name.as_str())
    }

    /// The program of one tool.
    pub fn tool_program(&self, place: &ToolPlace) -> PathBuf {
        self.tool(place).join(place.name.as_str())
    }

    /// The receipt of one tool: what it was built from, and what proved that.
    pub fn tool_receipt(&self, place: &ToolPlace) -> PathBuf {
        self.tool(place).join("receipt.json")
    }

    /// The file that marks a tool that reads Go code.
    pub fn tool_mark(&self, place: &ToolPlace) -> PathBuf {
        self.tool(place).join("reads-go")
    }

    /// The lock that is held while one tool is built, replaced or removed.
    pub fn tool_lock(&self, place: &ToolPlace) -> PathBuf {
        self.locks().join(format!("tool@{place}.lock"))
    }

    /// The folder of the linked toolchains.
    pub fn linked(&self) -> PathBuf {
        self.root.join("linked")
    }

    /// The folder of one linked toolchain.
    pub fn linked_toolchain(&self, name: &LinkName) -> PathBuf {
        self.linked().join(name.as_str())
    }

    /// The link to the GOROOT of a linked toolchain.
    pub fn linked_goroot(&self, name: &LinkName) -> PathBuf {
        self.linked_toolchain(name).join("goroot")
    }

    /// The list of the projects' files where the name of a linked toolchain counts, one path in each line.
    pub fn linked_files(&self, name: &LinkName) -> PathBuf {
        self.linked_toolchain(name).join("files")
    }

    /// The folder of the state kept for one checksum database.
    pub fn sumdb(&self, name: &str) -> PathBuf {
        self.root.join("sumdb").join(name)
    }

    /// The folder of the records of what `gom ide` wrote.
    pub fn ide(&self) -> PathBuf {
        self.root.join("ide")
    }

    /// The folder of the markers for notices that are shown once.
    pub fn notices(&self) -> PathBuf {
        self.root.join("notices")
    }

    /// The folder of the record of use.
    pub fn used(&self) -> PathBuf {
        self.root.join("used")
    }

    /// The file in which recorded uses are collected.
    pub fn use_record(&self) -> PathBuf {
        self.used().join(USE_RECORD)
    }

    /// The lock that is held while recorded uses are collected.
    pub fn used_lock(&self) -> PathBuf {
        self.locks().join("used.lock")
    }

    /// The file that names the default.
    pub fn default_file(&self) -> PathBuf {
        self.root.join("default")
    }

    /// The file of the user's settings.
    pub fn config_file(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// What gom has decided about the toolchains by the machine's policy: see [`crate::policy`].
    pub fn policy_verdict(&self) -> PathBuf {
        self.root.join(POLICY_VERDICT)
    }

    /// One of [`ENV_SCRIPTS`].
    pub fn env_script(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The folder of the completions for shells.
    pub fn completions(&self) -> PathBuf {
        self.root.join("completions")
    }

    /// The folder of the man pages: `man` looks for it next to each `bin` on PATH.
    pub fn man_pages(&self) -> PathBuf {
        self.root.join("share/man/man1")
    }

    /// The file that makes a folder a store: see [`crate::marker`].
    pub fn layout_version_file(&self) -> PathBuf {
        self.root.join(MARKER)
    }
}

/// The store that a process uses, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreRoot {
    /// Absolute path of the store.
    pub path: PathBuf,
    /// Why it is this one.
    pub origin: RootOrigin,
    /// Its mark, if that was read.
    pub marker: Option<Marker>,
}

/// Why a folder is the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootOrigin {
    /// `GOM_HOME` is set to an absolute path.
    Environment,
    /// The running binary lies in the `bin` of a store.
    Binary,
    /// `~/.gom`.
    Home,
}

impl StoreRoot {
    /// Finds the store: `GOM_HOME` if absolute; else the parent of the binary's own folder if it holds
    /// `layout-version`; else `~/.gom`. `None` only when there is no home folder either.
    ///
    /// `binary` is the path of the running program with links resolved; `after` says whether the mark is closed after
    /// it was read.
    pub fn find(
        env: Env<'_>,
        binary: Option<&Path>,
        home: Option<&Path>,
        after: AfterRead,
    ) -> Option<StoreRoot> {
        if let Some(path) = env(env_vars::GOM_HOME).map(PathBuf::from).filter(|path| path.is_absolute()) {
            return Some(StoreRoot { path, origin: RootOrigin::Environment, marker: None });
        }
        if let Some(parent) = binary.and_then(Path::parent).and_then(Path::parent)
            && let Some(marker) = Marker::read(parent, after)
        {
            let path = parent.to_path_buf();
            return Some(StoreRoot { path, origin: RootOrigin::Binary, marker: Some(marker) });
        }
        home.map(|home| StoreRoot { path: home.join(".gom"), origin: RootOrigin::Home, marker: None })
    }
}

/// Whether a folder is a store.
pub fn is_store(root: &Path) -> bool {
    root.join(MARKER).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_gom_home_is_not_a_store() {
        let env = |_: &str| Some(OsString::from("somewhere"));
        let root = StoreRoot::find(&env, None, Some(Path::new("/home/gopher")), AfterRead::Close).unwrap();
        assert_eq!(root.path, Path::new("/home/gopher/.gom"));
        assert_eq!(root.origin, RootOrigin::Home);
    }

    #[test]
    fn an_absolute_gom_home_wins_over_everything() {
        let env = |name: &str| (name == "GOM_HOME").then(|| OsString::from("/srv/gom"));
        let root = StoreRoot::find(
            &env,
            Some(Path::new("/x/bin/gom")),
            Some(Path::new("/home/gopher")),
            AfterRead::Close,
        )
        .unwrap();
        assert_eq!(
            root,
            StoreRoot { path: "/srv/gom".into(), origin: RootOrigin::Environment, marker: None }
        );
    }

    #[test]
    fn a_binary_outside_a_store_does_not_make_its_parent_one() {
        let env = |_: &str| None;
        let root = StoreRoot::find(
            &env,
            Some(Path::new("/usr/local/bin/gom")),
            Some(Path::new("/home/gopher")),
            AfterRead::Close,
        );
        assert_eq!(root.unwrap().origin, RootOrigin::Home);
        assert_eq!(StoreRoot::find(&env, None, None, AfterRead::Close), None);
    }
}
