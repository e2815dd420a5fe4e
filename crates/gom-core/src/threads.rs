//! Threads that may be refused: a user may have a limit on them (`ulimit -u`). Work that can be shared takes as many
//! as it gets; work that needs a thread of its own fails with an error.

use std::future::Future;
use std::io;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Builder, Scope, ScopedJoinHandle};

use tokio::sync::oneshot;

/// The hint where the system gives no thread.
pub const NO_THREAD: &str = "run `ulimit -u` to see how many processes and threads you may have, end some or raise it, then run the command again";

/// A thread that ended without a result: it panicked.
#[derive(Debug, thiserror::Error)]
#[error("a thread panicked")]
pub struct Panicked;

/// Starts a thread of its own for the work. Unlike tokio's pool, whose threads may be fewer than its tasks, it can
/// wait for work of other threads.
pub fn start<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(
    work: W,
) -> io::Result<impl Future<Output = Result<T, Panicked>> + Send + use<T, W>> {
    let (sender, receiver) = oneshot::channel();
    let run = move || {
        // Nobody may wait for it any more.
        let _ = sender.send(work());
    };
    Builder::new().spawn(run)?;
    Ok(async { receiver.await.map_err(|_| Panicked) })
}

/// Does the work on up to `count` threads at once, of which this one is the first. Returns a result of each.
pub fn share<T: Send>(count: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let start = |_| Builder::new().spawn_scoped(scope, &work).ok();
        let others: Vec<_> = (1..count).map_while(start).collect();
        let mut results = vec![work()];
        results.extend(
            others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))),
        );
        results
    })
}

/// Work that was started with [`start_or_run`].
pub enum ScopedWork<'scope, T> {
    /// A thread does it.
    Running(ScopedJoinHandle<'scope, Option<T>>),
    /// It is done.
    Done(Option<T>),
}

impl<T> ScopedWork<'_, T> {
    /// Waits for the result; `None` if the work panicked.
    pub fn join(self) -> Option<T> {
        match self {
            ScopedWork::Running(thread) => thread.join().ok().flatten(),
            ScopedWork::Done(result) => result,
        }
    }
}

/// Starts a thread for the work, or does the work here and now if there is no thread for it.
pub fn start_or_run<'scope, T: Send + 'scope, W: FnOnce() -> T + Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: W,
) -> ScopedWork<'scope, T> {
    // What is given to a thread that does not start is lost, so both get a share of it.
    let work = Arc::new(Mutex::new(Some(work)));
    let for_thread = Arc::clone(&work);
    match Builder::new().spawn_scoped(scope, move || run(&for_thread)) {
        Ok(thread) => ScopedWork::Running(thread),
        Err(_) => ScopedWork::Done(run(&work)),
    }
}

fn run<T, W: FnOnce() -> T>(work: &Mutex<Option<W>>) -> Option<T> {
    let work = work.lock().unwrap_or_else(PoisonError::into_inner).take();
    work.map(|work| work())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn work_is_shared_and_every_result_comes_back() {
        let next = AtomicUsize::new(0);
        let work =
            || std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < 100)).count();
        for count in [0, 1, 4] {
            next.store(0, Ordering::Relaxed);
            let results = share(count, work);
            assert_eq!((results.len(), results.iter().sum()), (count.max(1), 100));
        }
    }

    #[test]
    fn a_result_is_waited_for() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(start(|| 7).unwrap()).unwrap(), 7);
        assert_eq!(thread::scope(|scope| start_or_run(scope, || 8).join()), Some(8));
        assert!(runtime.block_on(start(|| panic!("on purpose")).unwrap()).is_err());
    }
}
