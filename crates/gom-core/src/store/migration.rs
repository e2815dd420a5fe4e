//! Brings a store of an older layout to the layout of this gom, in place, one layout after the other.
//!
//! Invariant: a step can be done again, and the number of the layout is written after the last one. So a gom that is
//! killed in between leaves a store of the older layout, and the next gom that writes to it does the steps again. A lock
//! lets one gom do them at a time. Verbs that only read do not migrate: every older layout can be read.

use std::time::Instant;

use gom_select::marker::LAYOUT_VERSION;

use super::error::StoreError;
use super::lock::{Lock, RETRY, try_lock};
use super::root::Store;

/// A change from one layout to the next.
type Step = fn(&Store) -> Result<(), StoreError>;

/// The steps, from the layout with the number of the step's index. A store without a number has the number 0: it was made
/// by a gom that was killed before it wrote the number, or somebody removed the file.
const STEPS: [Step; LAYOUT_VERSION as usize] = [Store::create_folders];

impl Store {
    /// Does the steps that the store needs. Its folders exist.
    pub(super) fn migrate(&self) -> Result<(), StoreError> {
        if self.is_of_this_layout()? {
            return Ok(());
        }
        let _lock = self.lock_layout()?;
        // Another gom may have done it meanwhile.
        let number = self.layout_number()?.unwrap_or_default();
        if number == LAYOUT_VERSION {
            return Ok(());
        }
        for step in STEPS.iter().skip(number as usize) {
            step(self)?;
        }
        self.mark()
    }

    /// Whether the store has the layout of this gom, so that no step is left to do.
    pub(super) fn is_of_this_layout(&self) -> Result<bool, StoreError> {
        Ok(self.layout_number()? == Some(LAYOUT_VERSION))
    }

    /// Takes the lock for a change of the layout. It is held for a moment, so waiting blocks the thread.
    fn lock_layout(&self) -> Result<Lock, StoreError> {
        let since = Instant::now();
        let file = self.layout().layout_lock();
        loop {
            if let Some(lock) = try_lock(&file)? {
                return Ok(lock);
            }
            if since.elapsed() >= self.lock_timeout {
                let seconds = self.lock_timeout.as_secs();
                return Err(StoreError::Locked { name: "the layout of the store".to_owned(), seconds, file });
            }
            std::thread::sleep(RETRY);
        }
    }
}
