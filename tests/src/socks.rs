//! A SOCKS5 proxy before an internet (RFC 1928, RFC 1929): it takes names and addresses, requires a login if
//! the test wants one, and records the connections that it is asked for.
//!
//! It connects only to that internet. Invariant: when it is dropped, it accepts nothing more and its
//! connections are closed.

use crate::internet::Internet;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NONE_GOOD: u8 = 0xff;

/// A SOCKS5 proxy; see the module's documentation.
pub struct SocksProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    internet: u16,
    login: Option<(String, String)>,
    stopped: AtomicBool,
    asked: Mutex<Vec<String>>,
    open: Mutex<Vec<TcpStream>>,
}

impl SocksProxy {
    /// Starts a proxy without a login.
    pub fn before(internet: &Internet) -> Self {
        Self::start(internet, None)
    }

    /// Starts a proxy that requires this user and password.
    pub fn with_login(internet: &Internet, user: &str, password: &str) -> Self {
        Self::start(internet, Some((user.to_owned(), password.to_owned())))
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requested connections in order: `go.dev:443`, or an address that the client resolved itself.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.shared.asked).clone()
    }

    fn start(internet: &Internet, login: Option<(String, String)>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("the port's number");
        let shared = Arc::new(Shared {
            internet: internet.port(),
            login,
            stopped: AtomicBool::new(false),
            asked: Mutex::default(),
            open: Mutex::default(),
        });
        let for_thread = Arc::clone(&shared);
        let accepting = std::thread::spawn(move || accept(&listener, &for_thread));
        Self { address, shared, accepting: Some(accepting) }
    }
}

impl Drop for SocksProxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // The accepting thread is asleep in accept(): this connection wakes it, and it sees the end.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads = Vec::new();
    for client in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            break;
        }
        let Ok(client) = client else { continue };
        let shared = Arc::clone(shared);
        threads.push(std::thread::spawn(move || {
            // An error ends only this connection.
            let _ = shared.serve(&client);
            let _ = client.shutdown(Shutdown::Both);
        }));
    }
    for stream in lock(&shared.open).drain(..) {
        let _ = stream.shutdown(Shutdown::Both);
    }
    for thread in threads {
        let _ = thread.join();
    }
}

impl Shared {
    fn serve(&self, mut client: &TcpStream) -> io::Result<()> {
        lock(&self.open).push(client.try_clone()?);
        if !self.greet(client)? {
            return Ok(());
        }
        let target = read_target(client)?;
        lock(&self.asked).push(target.clone());
        let internet = TcpStream::connect((Ipv4Addr::LOCALHOST, self.internet))?;
        lock(&self.open).push(internet.try_clone()?);
        (&internet).write_all(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").as_bytes())?;
        let status = if read_head(&internet)?.starts_with("HTTP/1.1 200") { 0 } else { 4 };
        client.write_all(&[VERSION, status, 0, 1, 0, 0, 0, 0, 0, 0])?;
        if status == 0 { splice(client, &internet) } else { Ok(()) }
    }

    /// Agrees on the way to log in, and checks the login. Returns `false` if the client is refused.
    fn greet(&self, mut client: &TcpStream) -> io::Result<bool> {
        let [_, count] = read::<2>(client)?;
        let mut methods = vec![0; count.into()];
        client.read_exact(&mut methods)?;
        let wanted = if self.login.is_some() { LOGIN } else { NO_LOGIN };
        if !methods.contains(&wanted) {
            client.write_all(&[VERSION, NONE_GOOD])?;
            return Ok(false);
        }
        client.write_all(&[VERSION, wanted])?;
        let Some((user, password)) = &self.login else { return Ok(true) };
        let [_] = read::<1>(client)?;
        let given = (read_text(client)?, read_text(client)?);
        let is_right = given == (user.clone(), password.clone());
        client.write_all(&[1, u8::from(!is_right)])?;
        Ok(is_right)
    }
}

fn read_target(client: &TcpStream) -> io::Result<String> {
    let [_, _, _, kind] = read::<4>(client)?;
    let host = match kind {
        1 => Ipv4Addr::from(read::<4>(client)?).to_string(),
        4 => format!("[{}]", Ipv6Addr::from(read::<16>(client)?)),
        _ => read_text(client)?,
    };
    Ok(format!("{host}:{}", u16::from_be_bytes(read(client)?)))
}

/// Reads a text after its length.
fn read_text(mut client: &TcpStream) -> io::Result<String> {
    let [length] = read::<1>(client)?;
    let mut text = vec![0; length.into()];
    client.read_exact(&mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// Reads to the empty line, and not a byte further.
fn read_head(stream: &TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let [byte] = read::<1>(stream)?;
        head.push(byte);
    }
    String::from_utf8(head).map_err(io::Error::other)
}

fn read<const N: usize>(mut stream: &TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Carries bytes both ways until both sides have ended.
fn splice(client: &TcpStream, internet: &TcpStream) -> io::Result<()> {
    std::thread::scope(|scope| {
        let there = scope.spawn(|| carry(client, internet));
        carry(internet, client)?;
        there.join().map_err(|_| io::Error::other("a thread panicked"))?
    })
}

fn carry(mut from: &TcpStream, mut to: &TcpStream) -> io::Result<()> {
    io::copy(&mut from, &mut to)?;
    to.shutdown(Shutdown::Write)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
