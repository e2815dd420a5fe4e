//! The events of one server, and every wait for them.
//!
//! All waits use one condition variable, so that the end of the server ends every pause and every hang at
//! once.

use super::head::Head;
use super::request::Request;
use std::collections::HashMap;
use std::io;
use std::net::TcpStream;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// How long a test waits for an event before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// The events of one server: requests, holds, releases, the end.
#[derive(Default)]
pub(super) struct Clock {
    events: Mutex<Events>,
    changed: Condvar,
}

#[derive(Default)]
pub(super) struct Events {
    pub(super) requests: Vec<Request>,
    pub(super) held: usize,
    pub(super) releases: usize,
    pub(super) stopped: bool,
    pub(super) open: HashMap<usize, TcpStream>,
}

impl Clock {
    /// Waits for `time`; an error if the server ends first.
    pub(super) fn pause(&self, time: Duration) -> io::Result<()> {
        if time.is_zero() {
            return Ok(());
        }
        let waited = self.changed.wait_timeout_while(self.events(), time, |events| !events.stopped);
        if waited.expect("no panic in a waiting thread").1.timed_out() { Ok(()) } else { Err(stopped()) }
    }

    /// Waits for the end of the server.
    pub(super) fn hang(&self) -> io::Result<()> {
        self.stay(|events| events.stopped)
    }

    /// Waits for a release.
    pub(super) fn hold(&self) -> io::Result<()> {
        let before = self.events().releases;
        self.stay(|events| events.stopped || events.releases != before)
    }

    fn stay(&self, over: impl Fn(&Events) -> bool) -> io::Result<()> {
        self.change(|events| events.held += 1);
        let waited = self.changed.wait_while(self.events(), |events| !over(events));
        let mut events = waited.expect("no panic in a waiting thread");
        events.held -= 1;
        if events.stopped { Err(stopped()) } else { Ok(()) }
    }

    pub(super) fn log(&self, host: &str, head: &Head, path: &str, status: Option<u16>) {
        let request = Request {
            host: host.to_owned(),
            method: head.method.clone(),
            path: path.to_owned(),
            range: head.header("Range").map(str::to_owned),
            authorization: head.header("Authorization").map(str::to_owned),
            encoding: head.header("Accept-Encoding").map(str::to_owned),
            status,
        };
        self.change(|events| events.requests.push(request));
    }

    /// Notes an open connection; `false` once the server has ended.
    pub(super) fn enter(&self, id: usize, stream: &TcpStream) -> bool {
        let mut events = self.events();
        let Ok(copy) = stream.try_clone() else { return false };
        events.open.insert(id, copy);
        !events.stopped
    }

    pub(super) fn leave(&self, id: usize) {
        self.events().open.remove(&id);
    }

    pub(super) fn wait(&self, what: &str, enough: impl Fn(&Events) -> bool) {
        let waited = self.changed.wait_timeout_while(self.events(), PATIENCE, |events| !enough(events));
        let (events, result) = waited.expect("no panic in a waiting thread");
        let requests = events.requests.clone();
        drop(events);
        assert!(!result.timed_out(), "waited {PATIENCE:?} for {what}; requests so far: {requests:#?}");
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Events)) {
        change(&mut self.events());
        self.changed.notify_all();
    }

    pub(super) fn events(&self) -> MutexGuard<'_, Events> {
        // A failing assertion inside a wait must not cause a second panic at the end.
        self.events.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn stopped() -> io::Error {
    io::Error::other("the internet of this test has ended")
}
