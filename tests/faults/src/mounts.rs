//! File systems of the campaign's own. Nobody else sees them: this process has its own mounts, which end with it.

use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::sys::statvfs::statvfs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

static POSSIBLE: OnceLock<bool> = OnceLock::new();

/// Gives this process its own mounts. Called before any other thread starts, so that all have the same.
pub(crate) fn separate() {
    let none = None::<&str>;
    let private = || mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none);
    let is_done = unshare(CloneFlags::CLONE_NEWNS).and_then(|()| private()).is_ok();
    POSSIBLE.get_or_init(|| is_done);
}

/// Whether this process can mount something.
pub(crate) fn are_possible() -> bool {
    POSSIBLE.get().copied().unwrap_or(false)
}

/// A mounted file system, which is unmounted when this is dropped.
pub(crate) struct Mount(PathBuf);

impl Mount {
    /// An empty one in memory.
    pub(crate) fn memory(place: &Path, bytes: u64) -> io::Result<Mount> {
        let size = format!("size={bytes},mode=755");
        mount(Some("none"), place, Some("tmpfs"), MsFlags::empty(), Some(size.as_str()))?;
        Ok(Mount(place.to_path_buf()))
    }

    /// The ext4 file system in a file.
    pub(crate) fn of_image(image: &Path, place: &Path) -> io::Result<Mount> {
        // `mount` finds a free loop device, which goes away with the mount. A replaced file is not flushed by the kernel's
        // own kindness (`auto_da_alloc`), and no commit happens by time.
        let options = "loop,noatime,noauto_da_alloc,commit=300";
        let mut command = Command::new("mount");
        command.args(["-t", "ext4", "-o", options]).arg(image).arg(place);
        done(&mut command)?;
        Ok(Mount(place.to_path_buf()))
    }

    pub(crate) fn make_read_only(&self) -> io::Result<()> {
        let none = None::<&str>;
        let until = Instant::now() + Duration::from_secs(5);
        loop {
            match mount(none, &self.0, none, MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY, none) {
                // The kernel closes the last file that was written a moment after its program.
                Err(Errno::EBUSY) if Instant::now() < until => std::thread::yield_now(),
                done => return Ok(done?),
            }
        }
    }

    /// Makes a file system in memory so small that this many bytes are free.
    pub(crate) fn leave_room(&self, bytes: u64) -> io::Result<()> {
        let now = statvfs(&self.0)?;
        let used = (now.blocks() - now.blocks_free()) * now.fragment_size();
        self.resize(used + bytes.max(4096))
    }

    /// Changes the size of a file system in memory.
    pub(crate) fn resize(&self, bytes: u64) -> io::Result<()> {
        let none = None::<&str>;
        let size = format!("size={bytes}");
        Ok(mount(none, &self.0, none, MsFlags::MS_REMOUNT, Some(size.as_str()))?)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // The kernel closes the last files of a program a moment after its end.
        let until = Instant::now() + Duration::from_secs(5);
        while let Err(error) = umount2(&self.0, MntFlags::empty()) {
            if error != Errno::EBUSY || Instant::now() >= until {
                let _ = umount2(&self.0, MntFlags::MNT_DETACH);
                return;
            }
            std::thread::yield_now();
        }
    }
}

/// Makes an ext4 file system in a new file.
pub(crate) fn make_image(image: &Path, bytes: u64) -> io::Result<()> {
    if image.exists() {
        std::fs::remove_file(image)?;
    }
    std::fs::File::create(image)?.set_len(bytes)?;
    let mut command = Command::new("mkfs.ext4");
    // Everything is written now: later, the kernel would do so in the background.
    command.args(["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", "-N", "2048"]).arg(image);
    done(&mut command)
}

/// Copies an image as it is on the disk now.
pub(crate) fn copy_image(from: &Path, to: &Path) -> io::Result<()> {
    // A new file, never one that a file system may still write to.
    done(Command::new("cp").args(["--sparse=always", "--remove-destination"]).arg(from).arg(to))
}

fn done(command: &mut Command) -> io::Result<()> {
    let path = "/usr/sbin:/usr/bin:/sbin:/bin";
    let output = command.env("PATH", path).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(io::Error::other(format!("{}: {said}", command.get_program().display())))
}
