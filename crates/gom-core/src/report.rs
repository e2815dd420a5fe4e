//! The events that the library sends to a front end while it works. The library never prints: the front end
//! draws the events or drops them.

use gom_select::toolchain::ToolchainId;

/// An event worth showing.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A fact that the user may want to know. Sent once.
    Note(String),
    /// A problem that does not stop the command.
    Warning(String),
    /// Detail for `--verbose`.
    Detail(String),
    /// Another gom works on this toolchain, and this one waits for it.
    WaitingForLock(&'a ToolchainId),
    /// A download begins or goes on after a cut.
    Download {
        /// The toolchain.
        id: &'a ToolchainId,
        /// The URL, without credentials.
        url: String,
        /// Size of the whole archive in bytes, if the server sent it.
        total: Option<u64>,
        /// Bytes that an earlier try left.
        have: u64,
    },
    /// How many bytes will be fetched, when that is less than the whole archive.
    Total(&'a ToolchainId, u64),
    /// The number of the archive's bytes that are here now.
    Progress(&'a ToolchainId, u64),
    /// The download of something else than a toolchain begins, or begins again.
    FileDownload {
        /// What it is: `gom 0.2.0`.
        name: &'a str,
        /// The URL, without credentials.
        url: String,
        /// Its size in bytes, if the server sent it.
        total: Option<u64>,
    },
    /// The number of its bytes that are here now.
    FileProgress(&'a str, u64),
    /// The last event about this download.
    FileFinished(&'a str),
    /// The files of a toolchain that is uninstalled or replaced are being deleted.
    Deleting {
        /// The toolchain.
        id: &'a ToolchainId,
        /// The number of its files, if that is known.
        files: Option<u64>,
    },
    /// The number of those files that are deleted so far.
    Deleted(&'a ToolchainId, u64),
    /// All bytes have arrived, and the install goes on with this step.
    Step(&'a ToolchainId, Step),
    /// A place has sent nothing for a second, and gom goes on waiting.
    WaitBegins {
        /// The number of this wait; [`Event::WaitEnds`] has the same.
        number: u64,
        /// The host, or the path of a folder.
        place: String,
    },
    /// The wait with this number is over.
    WaitEnds(u64),
    /// The last event about this toolchain.
    Finished(&'a ToolchainId),
    /// The files of a tree are being hashed.
    Checking {
        /// The name of its folder.
        tree: &'a str,
        /// The number of files begun so far.
        done: u64,
        /// The number of all files.
        files: u64,
    },
    /// The tree of this name is checked.
    Checked(&'a str),
}

/// The steps of an install after the last byte arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The writing threads are still busy.
    Unpacking,
    /// The checksum database has not answered yet.
    Proving,
    /// The file system flushes everything to disk.
    Flushing,
}

/// Receives the events. It is called from several threads.
pub trait Reporter: Send + Sync {
    /// Receives one event.
    fn event(&self, event: Event<'_>);
}

/// Drops every event.
pub struct SilentReporter;

impl Reporter for SilentReporter {
    fn event(&self, _: Event<'_>) {}
}
