//! A file server on loopback: a flat mirror, a module proxy with its checksum database, go.dev's list.
//!
//! Owns: nothing but files below the cache folder, sent by the kernel (`io::copy` from a file to a socket is
//! `sendfile` on Linux), so that on a machine with few cores the server takes little from the measured
//! program. Invariant: unless it is recording, it asks no other host for anything.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::cache::Cache;

/// The maximum size of a request: more than any client sends.
const MAX_REQUEST: usize = 64 << 10;

/// A server in this process, which ends with it.
pub(super) struct Server {
    address: SocketAddr,
    files: Arc<Files>,
}

/// The files that it serves.
struct Files {
    cache: Cache,
    /// Whether files that the proxy's folder lacks are fetched from the real proxy and kept.
    is_recording: AtomicBool,
    link: Link,
}

/// How fast files are sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Link {
    Loopback,
    /// This many megabits of content per second, on each connection.
    Slow(u32),
}

/// The request of a client.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    is_head: bool,
    /// The path without the query.
    path: String,
    range: Option<Range>,
}

/// The forms of a Range header that downloads use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    From(u64),
    /// Both ends are included.
    Between(u64, u64),
    Last(u64),
}

impl Range {
    /// Returns the first byte and the end of the range in a file of this size.
    fn of(self, size: u64) -> (u64, u64) {
        match self {
            Range::From(first) => (first, size),
            Range::Between(first, last) => (first, last.saturating_add(1).min(size)),
            Range::Last(count) => (size.saturating_sub(count), size),
        }
    }
}

impl Server {
    /// Starts to serve the cache folder.
    pub(super) fn start(cache: Cache, link: Link) -> Result<Server> {
        let listener = TcpListener::bind("127.0.0.1:0").context("can't listen on loopback")?;
        let address = listener.local_addr()?;
        let files = Arc::new(Files { cache, is_recording: AtomicBool::new(false), link });
        let shared = Arc::clone(&files);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let files = Arc::clone(&shared);
                // A client may disconnect at any time.
                thread::spawn(move || drop(serve(stream, &files)));
            }
        });
        Ok(Server { address, files })
    }

    /// Sets whether the proxy's missing files are fetched and kept, or answered as missing.
    pub(super) fn record(&self, is_recording: bool) {
        self.files.is_recording.store(is_recording, Ordering::Relaxed);
    }

    /// The URL of the flat mirror.
    pub(super) fn mirror(&self) -> String {
        format!("http://{}/mirror", self.address)
    }

    /// The URL of the module proxy.
    pub(super) fn proxy(&self) -> String {
        format!("http://{}/proxy", self.address)
    }
}

/// Answers the requests of one connection until the client closes it.
fn serve(mut stream: TcpStream, files: &Files) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut received = Vec::new();
    while let Some(request) = next_request(&mut stream, &mut received)? {
        answer(&mut stream, &request, files)?;
    }
    Ok(())
}

/// Reads up to the end of a request's head; bodies are not expected. `None` if the client closed the
/// connection.
fn next_request(stream: &mut impl Read, received: &mut Vec<u8>) -> Result<Option<Request>> {
    let mut chunk = [0; 4 << 10];
    loop {
        if let Some((request, length)) = Request::parse(received)? {
            received.drain(..length);
            return Ok(Some(request));
        }
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(None);
        }
        received.extend_from_slice(&chunk[..count]);
        if received.len() > MAX_REQUEST {
            bail!("the request is too long");
        }
    }
}

impl Request {
    /// Parses the request at the start of `bytes`, and returns it with its length once it is complete.
    fn parse(bytes: &[u8]) -> Result<Option<(Request, usize)>> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(length) = head.parse(bytes)? else { return Ok(None) };
        let target = head.path.unwrap_or_default();
        let range = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("range"));
        let request = Request {
            is_head: head.method == Some("HEAD"),
            path: target.split('?').next().unwrap_or_default().to_owned(),
            range: range.and_then(|header| parse_range(header.value)),
        };
        Ok(Some((request, length)))
    }
}

/// Parses `bytes=5-`, `bytes=5-9` and `bytes=-5`. For any other form the whole file is a valid answer.
fn parse_range(value: &[u8]) -> Option<Range> {
    let (first, last) = std::str::from_utf8(value).ok()?.strip_prefix("bytes=")?.split_once('-')?;
    Some(match (first, last) {
        ("", count) => Range::Last(count.parse().ok()?),
        (first, "") => Range::From(first.parse().ok()?),
        (first, last) => Range::Between(first.parse().ok()?, last.parse().ok()?),
    })
}

fn answer(stream: &mut TcpStream, request: &Request, files: &Files) -> Result<()> {
    let Some(mut file) = files.open(&request.path) else {
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
        return Ok(());
    };
    let size = file.metadata()?.len();
    let (first, end) = request.range.map_or((0, size), |range| range.of(size));
    if request.range.is_some() && first >= end {
        let head = format!(
            "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{size}\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        return Ok(());
    }
    let status = match request.range {
        None => "200 OK".to_owned(),
        Some(_) => format!("206 Partial Content\r\nContent-Range: bytes {first}-{}/{size}", end - 1),
    };
    let length = end - first;
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nAccept-Ranges: bytes\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    if !request.is_head {
        file.seek(SeekFrom::Start(first))?;
        files.link.copy(&mut file.take(length), stream)?;
    }
    Ok(())
}

impl Link {
    fn copy(self, file: &mut io::Take<File>, stream: &mut TcpStream) -> Result<()> {
        /// How many bytes are sent at once: a fifteenth of a second at 2 megabits.
        const PIECE: u64 = 16 << 10;
        let Link::Slow(megabits) = self else {
            io::copy(file, stream)?;
            return Ok(());
        };
        let (start, mut sent) = (Instant::now(), 0);
        while file.limit() > 0 {
            sent += io::copy(&mut file.by_ref().take(PIECE), stream)?;
            // A bit takes 1000 / megabits nanoseconds.
            let due = Duration::from_nanos(sent * 8 * 1000 / u64::from(megabits));
            thread::sleep(due.saturating_sub(start.elapsed()));
        }
        Ok(())
    }
}

impl Files {
    /// Opens the file of a request's path.
    fn open(&self, path: &str) -> Option<File> {
        let file = self.place(path)?;
        if !file.exists()
            && self.is_recording.load(Ordering::Relaxed)
            && let Some(path) = path.strip_prefix("/proxy/")
        {
            // A file that the real proxy lacks is missing here too.
            self.cache.record(path).ok()?;
        }
        File::open(file).ok().filter(|file| file.metadata().is_ok_and(|metadata| metadata.is_file()))
    }

    fn place(&self, path: &str) -> Option<PathBuf> {
        let path = if path == "/dl/" { "/dl/list.json" } else { path };
        let path = path.strip_prefix('/')?;
        let is_served = ["mirror/", "proxy/", "dl/"].iter().any(|folder| path.starts_with(folder));
        let is_plain = path.split('/').all(|element| !matches!(element, "" | "." | ".."));
        (is_served && is_plain).then(|| self.cache.path(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_however_it_arrives() {
        let bytes = b"GET /mirror/a?b=c HTTP/1.1\r\nrange: bytes=5-\r\n\r\nHEAD /d HTTP/1.1\r\n\r\n";
        let mut received = Vec::new();
        let mut slow = io::Cursor::new(bytes).chain(io::empty());
        let first = next_request(&mut slow, &mut received).unwrap().unwrap();
        let second = next_request(&mut slow, &mut received).unwrap().unwrap();
        assert_eq!(
            first,
            Request { is_head: false, path: "/mirror/a".to_owned(), range: Some(Range::From(5)) }
        );
        assert_eq!(second, Request { is_head: true, path: "/d".to_owned(), range: None });
        assert_eq!(next_request(&mut slow, &mut received).unwrap(), None);
    }

    #[test]
    fn ranges_are_those_that_downloads_use() {
        assert_eq!(parse_range(b"bytes=0-").unwrap().of(100), (0, 100));
        assert_eq!(parse_range(b"bytes=10-19").unwrap().of(15), (10, 15));
        assert_eq!(parse_range(b"bytes=-5").unwrap().of(100), (95, 100));
        for other in [&b"bytes=-"[..], b"bytes=1-2,4-5", b"lines=1-2", b"bytes=a-"] {
            assert_eq!(parse_range(other), None);
        }
    }
}
