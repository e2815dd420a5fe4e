//! The threads and sockets of the internet: accepting, tunnels, TLS, the list of requests, and a clean end.
//!
//! It never looks at content, and waits only with its [`Clock`].

use super::answer::Answer;
use super::authority::Authority;
use super::clock::Clock;
use super::head::Head;
use super::request::Request;
use super::site::Site;
use super::wire;
use rustls::{ServerConnection, StreamOwned};
use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

/// How a host name behaves.
#[derive(Clone)]
pub(super) enum Door {
    Site(Site),
    Blackhole,
    Refused,
    /// The tunnel opens, and then nothing is sent: no TLS.
    MuteTunnel,
}

/// The running server; ends when dropped.
pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    authority: Authority,
    doors: Mutex<Doors>,
    clock: Clock,
}

#[derive(Default)]
struct Doors {
    hosts: HashMap<String, Door>,
    /// The login that a client of the proxy must send.
    login: Option<String>,
    prefixes: Vec<(String, Site)>,
}

impl Server {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("the port's number");
        let shared = Arc::new(Shared {
            authority: Authority::new(),
            doors: Mutex::default(),
            clock: Clock::default(),
        });
        let for_thread = Arc::clone(&shared);
        let accepting = std::thread::spawn(move || accept(&listener, &for_thread));
        Self { address, shared, accepting: Some(accepting) }
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(super) fn ca_file(&self) -> &Path {
        self.shared.authority.file()
    }

    pub(super) fn open(&self, host: &str, door: Door) {
        self.shared.doors().hosts.insert(host.to_owned(), door);
    }

    pub(super) fn require_proxy_login(&self, login: String) {
        self.shared.doors().login = Some(login);
    }

    pub(super) fn open_prefix(&self, prefix: &str, site: Site) {
        let prefix = format!("/{}", prefix.trim_matches('/'));
        let prefixes = &mut self.shared.doors().prefixes;
        prefixes.retain(|(known, _)| *known != prefix);
        prefixes.push((prefix, site));
        prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.shared.clock.events().requests.clone()
    }

    pub(super) fn forget_requests(&self) {
        self.shared.clock.events().requests.clear();
    }

    pub(super) fn wait_for(&self, enough: impl Fn(&[Request]) -> bool) {
        self.shared.clock.wait("requests", |events| enough(&events.requests));
    }

    pub(super) fn wait_for_held(&self, count: usize) {
        self.shared.clock.wait("held connections", |events| events.held >= count);
    }

    pub(super) fn release(&self) {
        self.shared.clock.change(|events| events.releases += 1);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.clock.change(|events| {
            events.stopped = true;
            for stream in events.open.values() {
                // The peer may have disconnected already; then there is nothing to close.
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        // The accepting thread is asleep in accept(): this connection wakes it, and it sees the end.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads = Vec::new();
    for (id, stream) in listener.incoming().enumerate() {
        let Ok(stream) = stream else { continue };
        if !shared.clock.enter(id, &stream) {
            break;
        }
        // A thread that nobody joins keeps its stack, and a long campaign makes more connections than there can be stacks.
        threads.retain(|thread: &JoinHandle<()>| !thread.is_finished());
        let shared = Arc::clone(shared);
        threads.push(std::thread::spawn(move || {
            // An error ends only this connection: clients may disconnect, and faults cut connections.
            let _ = shared.serve(&stream);
            close(&stream);
            shared.clock.leave(id);
        }));
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// Ends this side, then waits for the client to end its own. Closing with unread bytes would send a reset,
/// which may overtake the answer.
fn close(mut stream: &TcpStream) {
    if stream.shutdown(Shutdown::Write).is_ok() {
        let _ = io::copy(&mut stream, &mut io::sink());
    }
}

impl Shared {
    fn serve(&self, mut stream: &TcpStream) -> io::Result<()> {
        let head = Head::read(&mut stream)?;
        let is_for_proxy = head.method == "CONNECT" || absolute(&head.target).is_some();
        if is_for_proxy && !self.doors().admits(&head) {
            return self.ask_for_login(&head, stream);
        }
        if head.method == "CONNECT" {
            return self.tunnel(&head, stream);
        }
        if let Some((host, path)) = absolute(&head.target) {
            let door = self.doors().hosts.get(host_name(host)).cloned();
            return match door {
                Some(Door::Site(site)) => self.answer(&head, host_name(host), path, &site, &mut stream),
                other => self.closed_door(other.as_ref(), host_name(host), &head, stream),
            };
        }
        let (site, path) = self.doors().below_prefix(&head.target);
        self.answer(&head, "127.0.0.1", &path, &site, &mut stream)
    }

    /// Answers a `CONNECT`. The client takes this server for the host behind the tunnel.
    fn tunnel(&self, head: &Head, mut stream: &TcpStream) -> io::Result<()> {
        let host = host_name(&head.target).to_owned();
        let door = self.doors().hosts.get(&host).cloned();
        let Some(Door::Site(site)) = door else {
            return self.closed_door(door.as_ref(), &host, head, stream);
        };
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        let connection = ServerConnection::new(self.authority.config_for(&host)).map_err(io::Error::other)?;
        let mut secure = StreamOwned::new(connection, stream);
        let inner =
            Head::read(&mut secure).inspect_err(|_| self.clock.log(&host, head, &head.target, None))?;
        self.answer(&inner, &host, &inner.target, &site, &mut secure)?;
        secure.conn.send_close_notify();
        secure.flush()
    }

    fn ask_for_login(&self, head: &Head, mut stream: &TcpStream) -> io::Result<()> {
        let host = absolute(&head.target).map_or(head.target.as_str(), |(host, _)| host);
        self.clock.log(host_name(host), head, &head.target, Some(407));
        stream.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n\
              Content-Length: 0\r\nConnection: close\r\n\r\n",
        )
    }

    fn closed_door(
        &self,
        door: Option<&Door>,
        host: &str,
        head: &Head,
        mut stream: &TcpStream,
    ) -> io::Result<()> {
        let status = if door.is_none() { Some(502) } else { None };
        self.clock.log(host, head, &head.target, status);
        match door {
            Some(Door::Blackhole) => self.clock.hang(),
            Some(Door::MuteTunnel) => {
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
                self.clock.hang()
            }
            Some(_) => Ok(()),
            None => {
                let text = format!("no such host in this test: {host}\n");
                let head = format!("HTTP/1.1 502 Bad Gateway\r\nContent-Length: {}\r\n", text.len());
                stream.write_all(format!("{head}Connection: close\r\n\r\n{text}").as_bytes())
            }
        }
    }

    /// Answers one request. `path` is what the site sees; the list of requests has the path that the client
    /// sent.
    fn answer<S: Write>(
        &self,
        head: &Head,
        host: &str,
        path: &str,
        site: &Site,
        stream: &mut S,
    ) -> io::Result<()> {
        let answer = Answer::to(head, path, site);
        let logged = absolute(&head.target).map_or(head.target.as_str(), |(_, path)| path);
        self.clock.log(host, head, logged, (!answer.manners.silent).then_some(answer.status));
        wire::play(&answer, stream, &self.clock)
    }

    fn doors(&self) -> MutexGuard<'_, Doors> {
        self.doors.lock().expect("no panic while doors are opened")
    }
}

impl Doors {
    fn admits(&self, head: &Head) -> bool {
        self.login.as_deref().is_none_or(|login| head.header("Proxy-Authorization") == Some(login))
    }

    fn below_prefix(&self, target: &str) -> (Site, String) {
        for (prefix, site) in &self.prefixes {
            let prefix = prefix.trim_end_matches('/');
            if let Some(rest) = target.strip_prefix(prefix).filter(|rest| rest.starts_with('/')) {
                return (site.clone(), rest.to_owned());
            }
        }
        (Site::new(), target.to_owned())
    }
}

/// Splits the target of a proxy request for a plain address into host and path.
fn absolute(target: &str) -> Option<(&str, &str)> {
    let rest = target.strip_prefix("http://")?;
    Some(rest.split_at(rest.find('/').unwrap_or(rest.len())))
}

fn host_name(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}
