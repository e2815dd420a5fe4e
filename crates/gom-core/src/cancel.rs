//! Cancellation by the user (Ctrl-C). Long loops check the token; work stops at the next check, and the
//! guards that are dropped on the way out remove unfinished files.

use gom_select::explain::{ErrorKind, Explain};
use tokio_util::sync::CancellationToken;

/// A token shared by everything one command does. Once cancelled it stays cancelled.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    token: CancellationToken,
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
        Cancel { token: self.token.child_token() }
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
