//! The pause before a request is sent again. Everything that retries waits here.

use std::time::Duration;

use crate::cancel::{Cancel, Cancelled};

const FIRST: Duration = Duration::from_millis(250);
/// After this many failed tries the pause grows no more: 4 s.
const LONGEST: u32 = 5;

/// Waits after `failed` failed tries, twice as long after each. Ends early if the user cancels.
pub async fn pause(cancel: &Cancel, failed: u32) -> Result<(), Cancelled> {
    tokio::select! {
        () = tokio::time::sleep(after(failed)) => Ok(()),
        () = cancel.cancelled() => Err(Cancelled),
    }
}

fn after(failed: u32) -> Duration {
    FIRST * 2_u32.pow(failed.clamp(1, LONGEST) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_four_seconds() {
        let pauses: Vec<u128> = [0, 1, 2, 3, 4, 5, 6, 1000].map(|failed| after(failed).as_millis()).to_vec();
        assert_eq!(pauses, [250, 250, 500, 1000, 2000, 4000, 4000, 4000]);
    }

    #[test]
    fn a_cancelled_command_does_not_wait() {
        let cancel = Cancel::default();
        cancel.cancel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(pause(&cancel, 5)), Err(Cancelled));
    }
}
