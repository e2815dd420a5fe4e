//! Cancellation by the user (Ctrl-C). Long loops check the token; work stops at the next check, and the
//! guards that are dropped on the way out remove unfinished files.
//!
//! A command that gom runs in a process group of its own gets no Ctrl-C from the terminal. Whoever waits for it ends it
//! when the token is cancelled; a front end that ends gom at once kills it by [`Cancel::kill_groups`].

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gom_select::explain::{ErrorKind, Explain};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio_util::sync::CancellationToken;

/// A token shared by everything one command does. Once cancelled it stays cancelled.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    token: CancellationToken,
    groups: Groups,
}

/// The process groups that run for a command.
#[derive(Clone, Debug, Default)]
struct Groups(Arc<Mutex<HashSet<Pid>>>);

impl Groups {
    fn lock(&self) -> MutexGuard<'_, HashSet<Pid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A process group that runs, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct RunningGroup {
    groups: Groups,
    group: Pid,
}

impl Drop for RunningGroup {
    fn drop(&mut self) {
        self.groups.lock().remove(&self.group);
    }
}

/// The user cancelled the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Cancelled;

impl Explain for Cancelled {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Interrupted
    }

    fn hint(&self) -> String {
        "run the same command again to go on".to_owned()
    }
}

impl Cancel {
    /// Returns a token for part of the work. It is cancelled with this one, and can be cancelled alone.
    #[must_use]
    pub fn child(&self) -> Cancel {
        Cancel { token: self.token.child_token(), groups: self.groups.clone() }
    }

    /// Notes that a process group runs for this command, as long as the result lives.
    pub fn runs(&self, group: Pid) -> RunningGroup {
        self.groups.lock().insert(group);
        RunningGroup { groups: self.groups.clone(), group }
    }

    /// Kills every process group that runs for this command, for a front end that ends at once.
    pub fn kill_groups(&self) {
        for group in self.groups.lock().iter() {
            // It may have ended just now.
            let _ = kill_process_group(*group, Signal::KILL);
        }
    }

    /// Asks everything that holds this token or a child of it to stop.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// Whether the work should stop.
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Fails if the user cancelled; for loops that do not await.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Ends when the token is cancelled.
    pub async fn cancelled(&self) {
        self.token.cancelled().await;
    }
}
