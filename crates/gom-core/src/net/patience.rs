//! How long gom waits for a place, and what it reports meanwhile. Every limit follows from one setting, so a
//! place can't keep gom busy without end: neither by silence, at any point, nor by sending a byte now and
//! then.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::report::{Event, Reporter};

/// After this time the wait is reported to the user.
const NOTICE: Duration = Duration::from_secs(1);

/// The lowest speed in bytes per second; a slower body counts as silence.
pub(super) const LOWEST_SPEED: u64 = 1024;

/// The time limits for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    limit: Duration,
}

impl Patience {
    /// Sets the limit for the head of an answer. The other limits are not longer, except for small files.
    pub fn new(limit: Duration) -> Patience {
        Patience { limit }
    }

    /// Limit until a connection is made: name lookup, TCP, a proxy's tunnel and TLS. Also for an answer that
    /// a server has at hand.
    pub fn connect(self) -> Duration {
        self.limit.min(Duration::from_secs(10))
    }

    /// Limit until the head of an answer. It is long because a company's module proxy may first have to fetch
    /// the file itself.
    pub fn head(self) -> Duration {
        self.limit
    }

    /// Limit between two pieces of a body, if no other place has the file.
    pub fn silence(self) -> Duration {
        self.limit.min(Duration::from_secs(10))
    }

    /// Limit between two pieces of a body, if another place can be asked.
    pub fn silence_among_others(self) -> Duration {
        self.limit.min(Duration::from_secs(4))
    }

    /// Limit for the whole of a small file, such as a list.
    pub fn small_file(self) -> Duration {
        self.limit * 2
    }
}

/// The number of the next wait, which tells waits apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Waits for `work`. After a second it reports that gom waits for this place, and later that the wait is
/// over.
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

/// A reported wait. Dropping it reports its end.
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

/// How often in a row a place may be too slow before it is left for good.
const SLOW_WINDOWS: u32 = 2;

/// How fast a place sends a file, also over several answers. Only the time that gom waits for it counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    waited: Duration,
    bytes: u64,
    /// Windows in a row in which it was too slow.
    slow: u32,
}

impl Pace {
    /// Adds a piece of `bytes` bytes that came after `waited`. Returns whether the place is too slow.
    pub(super) fn is_too_slow(&mut self, bytes: usize, waited: Duration, window: Duration) -> bool {
        self.waited += waited;
        self.bytes += bytes as u64;
        if self.waited < window {
            return false;
        }
        let is_slow = u128::from(self.bytes) * 1000 < u128::from(LOWEST_SPEED) * self.waited.as_millis();
        *self = Pace { slow: if is_slow { self.slow + 1 } else { 0 }, ..Pace::default() };
        is_slow
    }

    /// Adds the time from the break of one answer to the next answer.
    pub fn add_wait(&mut self, waited: Duration) {
        self.waited += waited;
    }

    /// Begins a new window, for another part of the file: many short parts take time without being slow.
    pub fn begin_again(&mut self) {
        *self = Pace { slow: self.slow, ..Pace::default() };
    }

    /// Whether the place has been too slow again and again.
    pub fn is_hopeless(&self) -> bool {
        self.slow >= SLOW_WINDOWS
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
    fn a_place_that_cuts_after_a_few_bytes_is_too_slow() {
        let (pause, window) = (Duration::from_millis(250), Duration::from_secs(10));
        let mut pace = Pace::default();
        let mut slow = 0;
        let answers = (1..=1000).find(|_| {
            pace.add_wait(pause);
            slow += u32::from(pace.is_too_slow(27, Duration::ZERO, window));
            pace.is_hopeless()
        });
        assert_eq!((answers, slow), (Some(80), 2));
        pace.begin_again();
        assert!(pace.is_hopeless());
        assert!(!pace.is_too_slow(1 << 20, window, window) && !pace.is_hopeless());
    }

    #[test]
    fn no_limit_is_longer_than_the_setting() {
        let short = Patience::new(Duration::from_secs(3));
        for limit in [short.connect(), short.head(), short.silence(), short.silence_among_others()] {
            assert_eq!(limit, Duration::from_secs(3));
        }
    }
}
