//! Locks between gom processes: one file per toolchain, locked in the kernel, so that a killed gom holds no
//! lock. A wait is reported and has a limit. Lock files are never deleted: two processes could lock a deleted
//! one at once.
//!
//! Some network volumes have no locks, and on others each gom gets the same lock, so a lock counts only if a second try at
//! it fails. Without one, a second file stands for the lock, from its creation to its removal. A killed gom leaves that
//! file. The next gom removes it if its process is known to be dead; else only the user does, because a gom on another
//! machine may be alive: the error names the file and the process that made it.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gom_select::toolchain::ToolchainId;
use rustix::io::Errno;
use rustix::process::Pid;

use super::error::StoreError;
use super::root::Store;
use crate::cancel::{Cancel, Cancelled};
use crate::files;
use crate::report::{Event, Reporter};

/// The pause between two tries at a lock that another gom holds.
pub(super) const RETRY: Duration = Duration::from_millis(50);

/// A lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    held: Option<HeldFile>,
}

/// The file that stands for a lock on a volume without locks. Removed when dropped.
#[derive(Debug)]
struct HeldFile(PathBuf);

impl Drop for HeldFile {
    fn drop(&mut self) {
        // If this fails, the next gom reports who holds the lock.
        let _ = fs_err::remove_file(&self.0);
    }
}

/// Whether an error means that this volume has no locks.
pub(crate) fn lacks_locks(error: &io::Error) -> bool {
    // On Linux the first two are equal.
    const NONE: [Errno; 4] = [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS];
    let number = error.raw_os_error().map(Errno::from_raw_os_error);
    error.kind() == io::ErrorKind::Unsupported || number.is_some_and(|number| NONE.contains(&number))
}

/// The result of one try at a lock.
enum LockAttempt {
    Locked(Lock),
    Busy,
    /// Locked by the process that this file names.
    Held(PathBuf),
}

/// Tries once; `lock` calls the kernel.
fn try_once(path: &Path, lock: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<LockAttempt> {
    let file = open(path)?;
    let failed = |error: &io::Error| {
        Err(io::Error::new(error.kind(), format!("can't lock `{}`: {error}", path.display())))
    };
    match lock(&file) {
        // Nobody else can have the lock now.
        Ok(()) => match lock(&open(path)?) {
            Err(TryLockError::WouldBlock) => Ok(LockAttempt::Locked(Lock { _file: file, held: None })),
            Err(TryLockError::Error(error)) if !lacks_locks(&error) => failed(&error),
            _ => try_held(path.with_extension("held"), file),
        },
        Err(TryLockError::WouldBlock) => Ok(LockAttempt::Busy),
        Err(TryLockError::Error(error)) if lacks_locks(&error) => try_held(path.with_extension("held"), file),
        Err(TryLockError::Error(error)) => failed(&error),
    }
}

/// Tries to create the file that stands for the lock.
fn try_held(held: PathBuf, file: File) -> io::Result<LockAttempt> {
    let create = || create_new(&held);
    let created = match create() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && remove_dead(&held)? => create(),
        created => created,
    };
    match created {
        Ok(mut by) => {
            let guard = HeldFile(held);
            writeln!(by, "{}", this_process())?;
            Ok(LockAttempt::Locked(Lock { _file: file, held: Some(guard) }))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(LockAttempt::Held(held)),
        Err(error) => Err(error),
    }
}

fn create_new(path: &Path) -> io::Result<fs_err::File> {
    fs_err::OpenOptions::new().create_new(true).write(true).open(path)
}

/// Removes the file that stands for a lock, if the gom that made it is dead. Another file lets only one gom do so at a
/// time: else one could remove what the next has just made.
fn remove_dead(held: &Path) -> io::Result<bool> {
    if !is_of_dead(held) {
        return Ok(false);
    }
    let alone = held.with_extension("dead");
    let created = match create_new(&alone) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && remove_dead_guard(&alone)? => {
            create_new(&alone)
        }
        created => created,
    };
    let mut by = match created {
        Ok(by) => by,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    };
    let _alone = HeldFile(alone);
    writeln!(by, "{}", this_process())?;
    if is_of_dead(held) {
        fs_err::remove_file(held)?;
    }
    Ok(true)
}

/// How old the file of [`remove_dead`] is that nobody needs any more, whoever made it. It is needed for a moment.
const STALE_GUARD: Duration = Duration::from_secs(3600);

/// Removes the file of [`remove_dead`] that a killed gom left. Only one gom can rename it, and puts it back if another one
/// has replaced it meanwhile.
fn remove_dead_guard(guard: &Path) -> io::Result<bool> {
    if !is_dead_guard(guard) {
        return Ok(false);
    }
    let own = guard.with_extension(format!("{}.dead", std::process::id()));
    match fs_err::rename(guard, &own) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        renamed => renamed?,
    }
    let is_dead = is_dead_guard(&own);
    if !is_dead {
        match fs_err::hard_link(&own, guard) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    fs_err::remove_file(&own)?;
    Ok(is_dead)
}

fn is_dead_guard(guard: &Path) -> bool {
    let is_old = files::is_there(guard).unwrap_or(false) && !files::is_younger_than(guard, STALE_GUARD);
    is_old || is_of_dead(guard)
}

/// Whether the gom that made a file is surely dead.
fn is_of_dead(file: &Path) -> bool {
    files::read_text(file).is_ok_and(|text| is_of_dead_process(&text))
}

/// The files that killed goms left in the folder of the locks, on a volume without locks.
pub(crate) fn abandoned(locks: &Path) -> io::Result<Vec<PathBuf>> {
    let names = match files::names_in(locks) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let is_abandoned = |file: &PathBuf| match file.extension().and_then(|ending| ending.to_str()) {
        Some("held") => is_of_dead(file),
        Some("dead") => is_dead_guard(file),
        _ => false,
    };
    Ok(names.into_iter().map(|name| locks.join(name)).filter(is_abandoned).collect())
}

/// Removes these files.
pub(crate) fn remove_abandoned(locks: &Path) -> io::Result<()> {
    for file in abandoned(locks)? {
        if file.extension().is_some_and(|ending| ending == "held") {
            remove_dead(&file)?;
        } else {
            remove_dead_guard(&file)?;
        }
    }
    Ok(())
}

/// Describes this process: in the first line for a person who looks for it, in the second for [`is_of_dead_process`].
fn this_process() -> String {
    let machine = rustix::system::uname();
    let for_people = format!("process {} on {}", std::process::id(), machine.nodename().to_string_lossy());
    match processes_here() {
        Some(here) => format!("{for_people}\n{} of {here}", std::process::id()),
        None => for_people,
    }
}

/// What distinguishes the processes that this one can see from those of other machines, other containers, and the time
/// before the machine started. `None` if the system does not tell.
fn processes_here() -> Option<String> {
    let boot = files::read_text(Path::new("/proc/sys/kernel/random/boot_id")).ok()?;
    let namespace = files::link_target(Path::new("/proc/self/ns/pid")).ok()?;
    Some(format!("{} {}", boot.trim(), namespace.display()))
}

/// Whether this describes a process that this one would see if it were alive.
fn is_of_dead_process(description: &str) -> bool {
    let Some((id, of)) = description.lines().nth(1).and_then(|line| line.split_once(" of ")) else {
        return false;
    };
    let id = id.parse().ok().and_then(Pid::from_raw);
    let is_of_here = processes_here().is_some_and(|here| here == of);
    is_of_here && id.is_some_and(|id| rustix::process::test_kill_process(id) == Err(Errno::SRCH))
}

/// Takes a lock, if no other gom holds it.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<Lock>> {
    match try_once(path, File::try_lock)? {
        LockAttempt::Locked(lock) => Ok(Some(lock)),
        LockAttempt::Busy | LockAttempt::Held(_) => Ok(None),
    }
}

impl Store {
    /// Takes the lock of one toolchain. Reports once if it has to wait.
    pub async fn lock_toolchain(
        &self,
        id: &ToolchainId,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<Lock, StoreError> {
        let file = self.layout().toolchain_lock(id);
        let waits = || reporter.event(Event::WaitingForLock(id));
        let lock = self.lock(&file, &id.to_string(), cancel, waits).await?;
        if lock.held.is_some() && self.is_first_without_locks() {
            let text = format!(
                "the volume of `{}` has no locks that work; gom makes files there instead, and removes them at its end",
                self.layout().locks().display()
            );
            reporter.event(Event::Note(text));
        }
        Ok(lock)
    }

    /// Whether this gom is the first to find that the store's volume has no locks. `false` if that can't be kept: the
    /// note would come with each command.
    fn is_first_without_locks(&self) -> bool {
        let notices = self.layout().notices();
        let created =
            fs_err::create_dir_all(&notices).and_then(|()| files::create_once(&notices.join("no-locks")));
        created.unwrap_or(false)
    }

    /// Takes the lock of one toolchain, if no other gom holds it.
    pub(crate) fn try_lock_toolchain(&self, id: &ToolchainId) -> Result<Option<Lock>, StoreError> {
        Ok(try_lock(&self.layout().toolchain_lock(id))?)
    }

    /// Takes the lock for changes of gom's own programs, if no other gom holds it.
    pub(super) fn try_lock_programs(&self) -> Result<Option<Lock>, StoreError> {
        Ok(try_lock(&self.layout().programs_lock())?)
    }

    /// Takes the lock for changes of `lines/` and the links in `bin/`.
    pub async fn lock_links(&self, cancel: &Cancel) -> Result<Lock, StoreError> {
        self.lock(&self.layout().links_lock(), "the links in bin/ and lines/", cancel, || ()).await
    }

    /// Takes the lock for collecting recorded uses.
    pub(super) async fn lock_used(&self, cancel: &Cancel) -> Result<Lock, StoreError> {
        self.lock(&self.layout().used_lock(), "the record of use", cancel, || ()).await
    }

    /// Takes the lock for changes of gom's own programs. Reports once if it has to wait.
    pub async fn lock_programs(&self, cancel: &Cancel, on_wait: impl FnOnce()) -> Result<Lock, StoreError> {
        self.lock(&self.layout().programs_lock(), "gom itself", cancel, on_wait).await
    }

    pub(super) async fn lock(
        &self,
        path: &Path,
        name: &str,
        cancel: &Cancel,
        on_wait: impl FnOnce(),
    ) -> Result<Lock, StoreError> {
        let since = Instant::now();
        let mut on_wait = Some(on_wait);
        loop {
            let tried = try_once(path, File::try_lock)?;
            let (name, seconds) = (name.to_owned(), self.lock_timeout.as_secs());
            match tried {
                LockAttempt::Locked(lock) => return Ok(lock),
                LockAttempt::Busy if since.elapsed() >= self.lock_timeout => {
                    return Err(StoreError::Locked { name, seconds, file: path.to_path_buf() });
                }
                LockAttempt::Held(file) if since.elapsed() >= self.lock_timeout => {
                    let by = files::read_text(&file).unwrap_or_default();
                    let by = by.lines().next().unwrap_or_default().to_owned();
                    return Err(StoreError::Held { name, seconds, file, by });
                }
                LockAttempt::Busy | LockAttempt::Held(_) => {}
            }
            if let Some(on_wait) = on_wait.take() {
                on_wait();
            }
            tokio::select! {
                () = tokio::time::sleep(RETRY) => {}
                () = cancel.cancelled() => return Err(Cancelled.into()),
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    Ok(fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(path)?.into_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_locks(_: &File) -> Result<(), TryLockError> {
        Err(TryLockError::Error(Errno::NOLCK.into()))
    }

    // K13.8
    #[test]
    fn a_volume_without_locks_is_told_from_one_that_fails() {
        for number in [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS] {
            assert!(lacks_locks(&number.into()), "{number:?}");
        }
        for number in [Errno::IO, Errno::ACCESS, Errno::INTR, Errno::NOENT] {
            assert!(!lacks_locks(&number.into()), "{number:?}");
        }
    }

    // K13.8
    #[test]
    fn where_the_kernel_has_no_locks_a_file_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("go1.22.6.linux-amd64.lock");
        let held = dir.path().join("go1.22.6.linux-amd64.held");
        let LockAttempt::Locked(lock) = try_once(&path, without_locks).unwrap() else { panic!("not locked") };
        let by = fs_err::read_to_string(&held).unwrap();
        assert!(by.starts_with(&format!("process {} on ", std::process::id())), "{by}");
        let LockAttempt::Held(file) = try_once(&path, without_locks).unwrap() else { panic!("locked twice") };
        assert_eq!(file, held);
        drop(lock);
        assert!(!held.exists());
        assert!(matches!(try_once(&path, without_locks).unwrap(), LockAttempt::Locked(_)));
        // Everybody gets this lock.
        let LockAttempt::Locked(lock) = try_once(&path, |_| Ok(())).unwrap() else { panic!("not locked") };
        assert!(matches!(try_once(&path, |_| Ok(())).unwrap(), LockAttempt::Held(_)));
        drop(lock);
        assert!(!held.exists());
        assert!(matches!(try_once(&path, File::try_lock).unwrap(), LockAttempt::Locked(_)));
        assert!(try_once(&path, |_| Err(TryLockError::Error(Errno::IO.into()))).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_the_file_of_a_process_that_is_surely_dead_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("links.lock");
        let held = dir.path().join("links.held");
        let here = processes_here().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let dead = child.id();
        for (content, is_removed) in [
            (format!("process {dead} on here\n{dead} of {here}\n"), true),
            (format!("process 1 on here\n1 of {here}\n"), false),
            (format!("process {dead} on there\n{dead} of other {here}\n"), false),
            (format!("process {dead} on here\n"), false),
            (String::new(), false),
        ] {
            fs_err::write(&held, &content).unwrap();
            let is_locked = matches!(try_once(&path, without_locks).unwrap(), LockAttempt::Locked(_));
            assert_eq!(is_locked, is_removed, "{content}");
            assert_eq!(held.exists(), !is_removed, "{content}");
        }
        // Another gom is about to remove it.
        let dead_gom = format!("process {dead} on here\n{dead} of {here}\n");
        let guard = held.with_extension("dead");
        for alive in [String::new(), format!("process 1 on here\n1 of {here}\n")] {
            fs_err::write(&held, &dead_gom).unwrap();
            fs_err::write(&guard, &alive).unwrap();
            assert!(matches!(try_once(&path, without_locks).unwrap(), LockAttempt::Held(_)));
            remove_abandoned(dir.path()).unwrap();
            assert!(held.exists() && guard.exists());
        }
        // It was killed there.
        fs_err::write(&guard, &dead_gom).unwrap();
        assert!(matches!(try_once(&path, without_locks).unwrap(), LockAttempt::Locked(_)));
        assert!(!held.exists() && !guard.exists());
        // The same for a lock that nobody asks for, and where nothing tells who was killed.
        for content in [dead_gom.as_str(), ""] {
            fs_err::write(&held, &dead_gom).unwrap();
            fs_err::write(&guard, content).unwrap();
            if content.is_empty() {
                let time = std::time::SystemTime::now() - 2 * STALE_GUARD;
                fs_err::File::options().write(true).open(&guard).unwrap().set_modified(time).unwrap();
            }
            assert_eq!(abandoned(dir.path()).unwrap().len(), 2);
            remove_abandoned(dir.path()).unwrap();
            assert!(!held.exists() && !guard.exists());
        }
    }
}
