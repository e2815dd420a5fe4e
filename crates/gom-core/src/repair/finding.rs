//! What can be wrong in a store.

use std::path::PathBuf;

use gom_select::toolchain::ToolchainId;

/// Something in the store that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What is wrong with it.
    pub kind: FindingKind,
    /// The file or folder.
    pub path: PathBuf,
    /// The toolchain that it belongs to.
    pub toolchain: Option<ToolchainId>,
}

/// What is wrong with a file or a folder of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A finished tree waits for its place in `toolchains/`.
    Waiting,
    /// The work of a gom that was killed: its files are deleted.
    Unfinished,
    /// The same of a tool.
    Tool,
    /// A link in `bin/` or `lines/` is missing, or leads to no installed toolchain or tool.
    Links,
    /// A receipt or a list of files without a toolchain.
    Receipt,
    /// A temporary file that nobody writes any more.
    Temporary,
    /// A toolchain without its go command or its VERSION file. Only an install can replace it.
    Broken,
    /// A file that stands for a lock, on a volume without locks. Its gom may run on another machine.
    Held,
    /// What a killed gom left of such a lock.
    DeadLock,
    /// Nothing that gom has a name for.
    Unknown,
}

impl FindingKind {
    /// Its name in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            FindingKind::Waiting => "waiting",
            FindingKind::Unfinished => "unfinished",
            FindingKind::Tool => "tool",
            FindingKind::Links => "links",
            FindingKind::Receipt => "receipt",
            FindingKind::Temporary => "temporary",
            FindingKind::Broken => "broken",
            FindingKind::Held => "held",
            FindingKind::DeadLock => "dead-lock",
            FindingKind::Unknown => "unknown",
        }
    }

    /// Whether [`super::repair`] mends it.
    pub fn is_mended(self) -> bool {
        !matches!(self, FindingKind::Broken | FindingKind::Held | FindingKind::Unknown)
    }
}
