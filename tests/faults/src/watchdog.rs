//! Ends a run that takes too long.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The processes of one run, and the time that they have.
pub(crate) struct Watchdog {
    tasks: Arc<Mutex<BTreeSet<i32>>>,
    fired: Arc<AtomicBool>,
    /// Dropped at the end of the run.
    _running: Sender<()>,
}

impl Watchdog {
    /// Starts the time of a run.
    pub(crate) fn new(limit: Duration) -> Watchdog {
        let (running, ended) = channel::<()>();
        let (tasks, fired) = (Arc::<Mutex<BTreeSet<i32>>>::default(), Arc::<AtomicBool>::default());
        let (seen, flag) = (Arc::clone(&tasks), Arc::clone(&fired));
        std::thread::spawn(move || {
            if ended.recv_timeout(limit) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            flag.store(true, Ordering::SeqCst);
            for task in seen.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let _ = kill(Pid::from_raw(*task), Signal::SIGKILL);
            }
        });
        Watchdog { tasks, fired, _running: running }
    }

    /// A task that is to be ended. Returns whether the time is up.
    pub(crate) fn add(&self, task: Pid) -> bool {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).insert(task.as_raw());
        self.has_fired()
    }

    /// A task that has ended; its number may belong to another one now.
    pub(crate) fn remove(&self, task: Pid) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).remove(&task.as_raw());
    }

    /// Whether the time is up.
    pub(crate) fn has_fired(&self) -> bool {
        self.fired.load(Ordering::SeqCst)
    }
}
