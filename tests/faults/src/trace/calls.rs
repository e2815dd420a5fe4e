//! The system calls that count: those about files, folders, locks, sockets and processes.
//!
//! Owns: which calls these are, which of them change something that another process can see, and which errors the
//! kernel may give for each. Calls about memory, time and futexes do not count.

use nix::errno::Errno;
use nix::libc;

/// What a call is about; it decides which errors it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// Opening without creating.
    Open,
    /// Opening, which may create or empty the file.
    Create,
    /// Reading a file.
    Read,
    /// Writing to a file.
    Write,
    /// Writing to standard output.
    Print,
    /// Looking at a path or an open file.
    Look,
    /// Listing a folder.
    List,
    /// Making a folder or a link.
    Make,
    /// Renaming.
    Rename,
    /// Removing a file or a folder.
    Remove,
    /// Changing mode, owner or times.
    Mode,
    /// Making a file longer or shorter.
    Resize,
    /// Flushing to disk.
    Flush,
    /// Locking.
    Lock,
    /// A new socket, pipe or event.
    Handle,
    /// Connecting.
    Connect,
    /// Sending and receiving.
    Transfer,
    /// A new thread or process.
    Spawn,
    /// Another program.
    Exec,
}

use CallKind::{
    Connect, Create, Exec, Flush, Handle, List, Lock, Look, Make, Mode, Open, Print, Read, Remove, Rename,
    Resize, Spawn, Transfer, Write,
};

/// By number: the name, the kind, and which argument is the address of a path, if one is.
const TABLE: &[(i64, &str, CallKind, Option<usize>)] = &[
    (libc::SYS_open, "open", Open, Some(0)),
    (libc::SYS_openat, "openat", Open, Some(1)),
    (libc::SYS_openat2, "openat2", Open, Some(1)),
    (libc::SYS_creat, "creat", Create, Some(0)),
    (libc::SYS_read, "read", Read, None),
    (libc::SYS_pread64, "pread64", Read, None),
    (libc::SYS_readv, "readv", Read, None),
    (libc::SYS_write, "write", Write, None),
    (libc::SYS_pwrite64, "pwrite64", Write, None),
    (libc::SYS_writev, "writev", Write, None),
    (libc::SYS_copy_file_range, "copy_file_range", Write, None),
    (libc::SYS_sendfile, "sendfile", Write, None),
    (libc::SYS_ftruncate, "ftruncate", Resize, None),
    (libc::SYS_truncate, "truncate", Resize, Some(0)),
    (libc::SYS_fallocate, "fallocate", Resize, None),
    (libc::SYS_stat, "stat", Look, Some(0)),
    (libc::SYS_lstat, "lstat", Look, Some(0)),
    (libc::SYS_fstat, "fstat", Look, None),
    (libc::SYS_newfstatat, "newfstatat", Look, Some(1)),
    (libc::SYS_statx, "statx", Look, Some(1)),
    (libc::SYS_access, "access", Look, Some(0)),
    (libc::SYS_faccessat, "faccessat", Look, Some(1)),
    (libc::SYS_faccessat2, "faccessat2", Look, Some(1)),
    (libc::SYS_readlink, "readlink", Look, Some(0)),
    (libc::SYS_readlinkat, "readlinkat", Look, Some(1)),
    (libc::SYS_statfs, "statfs", Look, Some(0)),
    (libc::SYS_fstatfs, "fstatfs", Look, None),
    (libc::SYS_getcwd, "getcwd", Look, None),
    (libc::SYS_lseek, "lseek", Read, None),
    (libc::SYS_getdents64, "getdents64", List, None),
    (libc::SYS_mkdir, "mkdir", Make, Some(0)),
    (libc::SYS_mkdirat, "mkdirat", Make, Some(1)),
    (libc::SYS_symlink, "symlink", Make, Some(1)),
    (libc::SYS_symlinkat, "symlinkat", Make, Some(2)),
    (libc::SYS_link, "link", Make, Some(1)),
    (libc::SYS_linkat, "linkat", Make, Some(3)),
    (libc::SYS_rename, "rename", Rename, Some(1)),
    (libc::SYS_renameat, "renameat", Rename, Some(3)),
    (libc::SYS_renameat2, "renameat2", Rename, Some(3)),
    (libc::SYS_unlink, "unlink", Remove, Some(0)),
    (libc::SYS_unlinkat, "unlinkat", Remove, Some(1)),
    (libc::SYS_rmdir, "rmdir", Remove, Some(0)),
    (libc::SYS_chmod, "chmod", Mode, Some(0)),
    (libc::SYS_fchmod, "fchmod", Mode, None),
    (libc::SYS_fchmodat, "fchmodat", Mode, Some(1)),
    (libc::SYS_chown, "chown", Mode, Some(0)),
    (libc::SYS_fchown, "fchown", Mode, None),
    (libc::SYS_fchownat, "fchownat", Mode, Some(1)),
    (libc::SYS_utimensat, "utimensat", Mode, Some(1)),
    (libc::SYS_fsync, "fsync", Flush, None),
    (libc::SYS_fdatasync, "fdatasync", Flush, None),
    (libc::SYS_syncfs, "syncfs", Flush, None),
    (libc::SYS_flock, "flock", Lock, None),
    (libc::SYS_socket, "socket", Handle, None),
    (libc::SYS_socketpair, "socketpair", Handle, None),
    (libc::SYS_pipe2, "pipe2", Handle, None),
    (libc::SYS_eventfd2, "eventfd2", Handle, None),
    (libc::SYS_epoll_create1, "epoll_create1", Handle, None),
    (libc::SYS_connect, "connect", Connect, None),
    (libc::SYS_sendto, "sendto", Transfer, None),
    (libc::SYS_recvfrom, "recvfrom", Transfer, None),
    (libc::SYS_clone, "clone", Spawn, None),
    (libc::SYS_clone3, "clone3", Spawn, None),
    (libc::SYS_fork, "fork", Spawn, None),
    (libc::SYS_vfork, "vfork", Spawn, None),
    (libc::SYS_execve, "execve", Exec, Some(0)),
];

/// What an open file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handled {
    /// A file or a folder.
    File,
    /// A connection to a server.
    Connection,
    /// Anything else: a pipe, an event, a socket between threads.
    Other,
}

/// A call that counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) kind: CallKind,
    /// The address of its path.
    pub(crate) path: Option<u64>,
    /// The file that it is about.
    pub(crate) file: Option<u64>,
}

impl Call {
    /// Returns the call of this number with these arguments, if it counts. `handled` tells what an open file is.
    pub(crate) fn of(number: i64, arguments: [u64; 6], handled: impl Fn(u64) -> Handled) -> Option<Call> {
        let (_, name, kind, path) = TABLE.iter().find(|(known, ..)| *known == number)?;
        let kind = match kind {
            Read | Write => of_transfer(*kind, arguments[0], handled)?,
            Transfer if handled(arguments[0]) != Handled::Connection => return None,
            // With its flags in a structure, whose first number they are; gom opens without creating by it.
            Open if *name != "openat2" => {
                let flags = arguments[if *name == "open" { 1 } else { 2 }];
                let creates = flags & u64::from((libc::O_CREAT | libc::O_TRUNC).cast_unsigned()) != 0;
                if creates { Create } else { Open }
            }
            kind => *kind,
        };
        let path = path.map(|index| arguments[index]);
        let file = path.is_none().then_some(arguments[0]);
        Some(Call { name, kind, path, file })
    }

    /// Whether the call changes something that another process can see, or that is left after a kill.
    pub(crate) fn changes(&self) -> bool {
        matches!(
            self.kind,
            Create | Write | Print | Make | Rename | Remove | Mode | Resize | Flush | Lock | Exec
        )
    }

    /// The errors that the kernel may give.
    pub(crate) fn errors(&self) -> &'static [Errno] {
        match self.kind {
            Open => &[Errno::EACCES, Errno::EMFILE, Errno::ENFILE, Errno::EIO, Errno::EINTR],
            Create => &[Errno::ENOSPC, Errno::EACCES, Errno::EMFILE, Errno::EROFS, Errno::EIO],
            Read => &[Errno::EIO, Errno::EINTR],
            Write => &[Errno::ENOSPC, Errno::EIO, Errno::EDQUOT, Errno::EINTR],
            Print | Resize => &[Errno::ENOSPC, Errno::EIO],
            Look => &[Errno::EACCES, Errno::EIO],
            List => &[Errno::EIO],
            Make => &[Errno::ENOSPC, Errno::EACCES, Errno::EROFS, Errno::EMLINK],
            Rename => &[Errno::ENOSPC, Errno::EACCES, Errno::EIO, Errno::EBUSY],
            Remove => &[Errno::EACCES, Errno::EIO, Errno::EBUSY],
            Mode => &[Errno::EPERM, Errno::EIO],
            Flush => &[Errno::EIO, Errno::ENOSPC],
            Lock => &[Errno::EINTR, Errno::ENOLCK, Errno::EIO],
            Handle => &[Errno::EMFILE, Errno::ENFILE, Errno::ENOBUFS],
            Connect => &[Errno::ECONNREFUSED, Errno::ENETUNREACH, Errno::ETIMEDOUT],
            Transfer => &[Errno::ECONNRESET, Errno::ETIMEDOUT],
            Spawn => &[Errno::EAGAIN, Errno::ENOMEM],
            Exec => &[Errno::EACCES, Errno::ENOENT, Errno::ENOMEM],
        }
    }

    /// Whether the call needs room on a disk.
    pub(crate) fn grows(&self) -> bool {
        matches!(self.kind, Create | Write | Make | Resize)
    }

    /// Whether the call needs a file system that can be written.
    pub(crate) fn writes(&self) -> bool {
        self.grows() || matches!(self.kind, Rename | Remove | Mode)
    }
}

fn of_transfer(kind: CallKind, file: u64, handled: impl Fn(u64) -> Handled) -> Option<CallKind> {
    match (file, kind) {
        (1, Write) => return Some(Print),
        // Standard input is empty, and nobody can be told that standard error fails.
        (0..=2, _) => return None,
        _ => {}
    }
    match handled(file) {
        Handled::File => Some(kind),
        Handled::Connection => Some(Transfer),
        Handled::Other => None,
    }
}
