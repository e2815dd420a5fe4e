//! What the library tells a front end while it works. The library never prints: it sends these events,
//! and the front end draws them or drops them.

use gom_select::toolchain::ToolchainId;

/// Something worth showing.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A fact the user may want to know, once.
    Note(String),
    /// Something is not as it should be, and the command goes on.
    Warning(String),
    /// Detail for `--verbose`.
    Detail(String),
    /// Another gom works on this toolchain; we wait for it.
    WaitingForLock(&'a ToolchainId),
    /// A download begins or goes on after a cut.
    Download {
        /// What is fetched.
        id: &'a ToolchainId,
        /// From where, without credentials.
        url: String,
        /// Size of the whole archive in bytes, if the server told it.
        total: Option<u64>,
        /// Bytes that are there already.
        have: u64,
    },
    /// How many bytes will be fetched, which are less than the archive has.
    Total(&'a ToolchainId, u64),
    /// Bytes arrived; the number of the archive's bytes that are there now.
    Progress(&'a ToolchainId, u64),
    /// A toolchain is uninstalled, or replaced, and the deletion of its files begins.
    Deleting {
        /// Whose files.
        id: &'a ToolchainId,
        /// How many there are, if that is known.
        files: Option<u64>,
    },
    /// The number of those files that are deleted by now.
    Deleted(&'a ToolchainId, u64),
    /// All bytes are there, and something else is waited for.
    Step(&'a ToolchainId, Step),
    /// A place has sent nothing for a second, and is waited for.
    WaitBegins {
        /// Tells the waits apart.
        number: u64,
        /// The host, or the path of a folder.
        place: String,
    },
    /// That wait is over.
    WaitEnds(u64),
    /// Nothing more will come about this toolchain.
    Finished(&'a ToolchainId),
    /// The files of a tree are being hashed.
    Checking {
        /// The name of its folder.
        tree: &'a str,
        /// How many files were begun.
        done: u64,
        /// How many there are.
        files: u64,
    },
    /// That tree is done with.
    Checked(&'a str),
}

/// What an install does after the last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The threads that write have not caught up.
    Unpacking,
    /// The checksum database has not answered.
    Proving,
    /// The file system writes everything to the disk.
    Flushing,
}

/// Receives the events. Called from several threads.
pub trait Reporter: Send + Sync {
    /// One event.
    fn event(&self, event: Event<'_>);
}

/// Drops every event.
pub struct SilentReporter;

impl Reporter for SilentReporter {
    fn event(&self, _: Event<'_>) {}
}
