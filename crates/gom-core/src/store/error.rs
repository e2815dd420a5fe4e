//! The errors of the store.

use std::io;
use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::marker::UnknownLayout;
use gom_select::toolchain::ToolchainId;
use rustix::io::Errno;

use crate::cancel::Cancelled;
use crate::machine::processes::{RunningProgram, named};
use crate::path_text::as_text;
use crate::shell_quote::shell_quote;

/// Why the store can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer gom made this store, or something damaged its mark.
    #[error(transparent)]
    Layout(#[from] UnknownLayout),
    /// Another gom has worked on the same toolchain for too long.
    #[error("another gom has been working on `{name}` for more than {seconds} s (lock file `{file}`)")]
    Locked {
        /// The name of the toolchain.
        name: String,
        /// How long this gom waited.
        seconds: u64,
        /// The lock file.
        file: PathBuf,
    },
    /// A toolchain's folder can be neither replaced nor removed.
    #[error("`{place}` is a mount point, which can't be replaced or removed")]
    MountPoint {
        /// The folder.
        place: PathBuf,
    },
    /// Like [`StoreError::Locked`], on a volume without locks, where a file stands for the lock.
    #[error(
        "`{name}` is locked by gom ({by}) for more than {seconds} s, as `{file}` says; this volume has no locks of its own"
    )]
    Held {
        /// The name of the toolchain.
        name: String,
        /// How long this gom waited.
        seconds: u64,
        /// The file that stands for the lock.
        file: PathBuf,
        /// The process that made it.
        by: String,
    },
    /// The store has no shim, and there is none next to gom to copy.
    #[error("there is no `gom-shim` next to `{}`, so gom can't put `go` into the store", .gom.display())]
    NoShim {
        /// The program of this gom.
        gom: PathBuf,
    },
    /// The store has no shim, and gom does not know in which folder to look for it.
    #[error("gom can't find its own program, so it can't put `go` into the store")]
    UnknownProgram,
    /// Programs of a toolchain run.
    #[error("{id} is in use by {}", named(programs))]
    Running {
        /// The toolchain.
        id: ToolchainId,
        /// The toolchain as the argument of a command.
        argument: String,
        /// Its programs that run.
        programs: Vec<RunningProgram>,
    },
    /// The disk has no room for a toolchain.
    #[error(
        "{id} needs at least {} in `{}`, and {} is free there", shown_up(*needed), place.display(), shown_down(*free)
    )]
    NoRoom {
        /// The toolchain.
        id: ToolchainId,
        /// How many bytes it takes, at least.
        needed: u64,
        /// How many bytes are free.
        free: u64,
        /// The folder that it would be in.
        place: PathBuf,
        /// An installed toolchain, as the argument of a command, whose removal makes enough room, with its size.
        removable: Option<(String, u64)>,
    },
    /// A file or folder can't be read or written. The message names it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Explain for StoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            StoreError::Locked { .. } | StoreError::Held { .. } | StoreError::Running { .. } => {
                ErrorKind::Locked
            }
            StoreError::Cancelled(cancelled) => cancelled.kind(),
            StoreError::Layout(error) => error.kind(),
            StoreError::MountPoint { .. }
            | StoreError::NoShim { .. }
            | StoreError::UnknownProgram
            | StoreError::NoRoom { .. }
            | StoreError::Io(_) => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            StoreError::Layout(error) => error.value(),
            StoreError::NoShim { gom } => Some(as_text(gom)),
            StoreError::NoRoom { id, .. } | StoreError::Running { id, .. } => Some(id.to_string()),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            StoreError::Layout(error) => error.hint(),
            StoreError::Locked { .. } => {
                "run the command again when the other gom has finished, or set GOM_LOCK_TIMEOUT to more seconds".to_owned()
            }
            StoreError::MountPoint { place } => {
                format!("run `umount {}`, then the command again", shell_quote(place))
            }
            StoreError::NoShim { .. } => {
                "reinstall gom: its package must have gom-shim in the same folder".to_owned()
            }
            StoreError::UnknownProgram => {
                "run `mount -t proc proc /proc`, then `gom self init`; or start gom by its whole path".to_owned()
            }
            StoreError::Held { file, .. } => format!(
                "run the command again when that gom has finished; if it was killed, run `rm {}` first",
                shell_quote(file)
            ),
            StoreError::Running { argument, .. } => format!(
                "run the command again when that has ended; `gom uninstall {argument} --force` removes the toolchain now"
            ),
            StoreError::NoRoom { removable: Some((argument, bytes)), .. } => format!(
                "run `gom uninstall {argument}`, which frees {}, then the command again",
                shown_down(*bytes)
            ),
            StoreError::NoRoom { place, .. } => {
                let place = shell_quote(place);
                format!("make room on that disk (`df -h {place}` shows it), then run the command again")
            }
            StoreError::Io(error) => hint_for(error).to_owned(),
            StoreError::Cancelled(cancelled) => cancelled.hint(),
        }
    }
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// A number of bytes that is needed, for people: never less than it is.
fn shown_up(bytes: u64) -> String {
    if bytes < 10 * MIB {
        format!("{} KiB", bytes.div_ceil(KIB))
    } else {
        format!("{} MiB", bytes.div_ceil(MIB))
    }
}

/// A number of bytes that is there, for people: never more than it is.
fn shown_down(bytes: u64) -> String {
    if bytes < 10 * MIB { format!("{} KiB", bytes / KIB) } else { format!("{} MiB", bytes / MIB) }
}

/// Other folders help only where these can't be written.
fn hint_for(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on the disk that is full (`df -h` shows which), then run the command again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "run `gom config` to see the folders in use, and make them writable or choose others with GOM_HOME and GOM_CACHE_DIR"
        }
        _ if error.raw_os_error().is_some_and(|number| TOO_MANY_FILES.contains(&number)) => {
            "run `ulimit -n` to see how many files you may have open, raise it, then run the command again"
        }
        _ => {
            "run `ls -ld` on what the message names, move it away if it should not be there, then run the command again"
        }
    }
}

/// The system's numbers for too many open files, of this process or of the machine.
const TOO_MANY_FILES: [i32; 2] = [Errno::MFILE.raw_os_error(), Errno::NFILE.raw_os_error()];
