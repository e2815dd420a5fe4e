//! Cancellation by the user (Ctrl-C): a flag that long loops look at. Work stops at the next look, and
//! every guard on the way out removes what it had begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gom_select::explain::{ErrorKind, Explain};
use tokio::sync::Notify;

/// A flag shared by everything one command does. Once set it stays set.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    inner: Arc<Inner>,
    /// Cancelled with it.
    parent: Option<Arc<Cancel>>,
}

#[derive(Debug, Default)]
struct Inner {
    cancelled: AtomicBool,
    notify: Notify,
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
    /// A flag for part of the work: it is set when this one is, and can be set alone.
    #[must_use]
    pub fn child(&self) -> Cancel {
        Cancel { inner: Arc::default(), parent: Some(Arc::new(self.clone())) }
    }

    /// Asks everything that holds this flag to stop.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::SeqCst);
        self.inner.notify.notify_waiters();
    }

    /// Whether to stop.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::SeqCst)
            || self.parent.as_ref().is_some_and(|parent| parent.is_cancelled())
    }

    /// Fails if the user cancelled; for loops that do not await.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Ends when this flag itself is set; its parent is not waited for.
    pub async fn cancelled(&self) {
        // Registered before the look at the flag, so that a cancel in between is not missed.
        let notified = self.inner.notify.notified();
        if !self.is_cancelled() {
            notified.await;
        }
    }
}
