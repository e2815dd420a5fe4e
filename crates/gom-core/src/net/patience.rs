//! How long gom waits for a place, and what a person is told meanwhile. Every limit follows from one setting, so
//! no place can keep gom busy for ever: neither by silence, at whatever point, nor by a byte now and then.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::report::{Event, Reporter};

/// After this long a person is told what is waited for.
const NOTICE: Duration = Duration::from_secs(1);

/// A body that arrives more slowly than so many bytes a second counts as silence.
pub(super) const LOWEST_SPEED: u64 = 1024;

/// How long gom waits for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    limit: Duration,
}

impl Patience {
    /// Waits at most so long for the head of an answer; everything else is shorter.
    pub fn new(limit: Duration) -> Patience {
        Patience { limit }
    }

    /// Until a connection is made: name, TCP, a proxy's tunnel and TLS. Also for an answer that needs no work.
    pub fn connect(self) -> Duration {
        self.limit.min(Duration::from_secs(10))
    }

    /// Until the head of an answer. Long, because a company's module proxy may have to fetch the file itself
    /// first.
    pub fn head(self) -> Duration {
        self.limit
    }

    /// Between two pieces of a body, where no other place has it.
    pub fn silence(self) -> Duration {
        self.limit.min(Duration::from_secs(10))
    }

    /// The same where another place can be asked.
    pub fn silence_among_others(self) -> Duration {
        self.limit.min(Duration::from_secs(4))
    }

    /// For the whole of a small file, such as a list.
    pub fn small_file(self) -> Duration {
        self.limit * 2
    }
}

/// The number of the next wait; only used to tell them apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Waits for `work`, and after a second reports that this place is waited for, until it is done or given up.
pub(super) async fn watched<T>(
    reporter: &Arc<dyn Reporter>,
    place: &str,
    work: impl Future<Output = T>,
) -> T {
    tokio::pin!(work);
    if let Ok(done) = tokio::time::timeout(NOTICE, &mut work).await {
        return done;
    }
    let _reported = Wait::begin(reporter, place);
    work.await
}

/// A reported wait; dropping it reports its end.
struct Wait<'a> {
    reporter: &'a Arc<dyn Reporter>,
    number: u64,
}

impl<'a> Wait<'a> {
    fn begin(reporter: &'a Arc<dyn Reporter>, place: &str) -> Wait<'a> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        reporter.event(Event::WaitBegins { number, place: place.to_owned() });
        Wait { reporter, number }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.reporter.event(Event::WaitEnds(self.number));
    }
}

/// How fast a body arrives, counted only while it is waited for.
#[derive(Default)]
pub(super) struct Pace {
    waited: Duration,
    bytes: u64,
}

impl Pace {
    /// A piece of so many bytes came after so long. Says whether the place is too slow.
    pub(super) fn is_too_slow(&mut self, bytes: usize, waited: Duration, window: Duration) -> bool {
        self.waited += waited;
        self.bytes += bytes as u64;
        if self.waited < window {
            return false;
        }
        let is_slow = u128::from(self.bytes) * 1000 < u128::from(LOWEST_SPEED) * self.waited.as_millis();
        *self = Pace::default();
        is_slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_a_second_is_too_slow_and_a_slow_line_is_not() {
        // K7.3
        let (second, window) = (Duration::from_secs(1), Duration::from_secs(10));
        let slow_after = |bytes: usize| {
            let mut pace = Pace::default();
            (1..=60).find(|_| pace.is_too_slow(bytes, second, window))
        };
        assert_eq!(slow_after(1), Some(10));
        assert_eq!(slow_after(1023), Some(10));
        assert_eq!(slow_after(1024), None);
    }

    #[test]
    fn no_limit_is_longer_than_the_setting() {
        let short = Patience::new(Duration::from_secs(3));
        for limit in [short.connect(), short.head(), short.silence(), short.silence_among_others()] {
            assert_eq!(limit, Duration::from_secs(3));
        }
    }
}
