//! Reads and parses the head of an HTTP/1.1 request.
//!
//! It never reads past the empty line, so the bytes that follow on the connection (a TLS handshake) stay in
//! the socket.

use std::io::{self, Read};

const LIMIT: usize = 64 * 1024;

/// A request without its body (no client here sends one).
pub(super) struct Head {
    pub(super) method: String,
    /// As sent: `host:port`, `http://host/path` or `/path`.
    pub(super) target: String,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Reads to the empty line. An early end of the stream is an error.
    pub(super) fn read(stream: &mut impl Read) -> io::Result<Self> {
        let mut text = Vec::new();
        let mut byte = [0];
        while !text.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            text.push(byte[0]);
            if text.len() > LIMIT {
                return Err(io::Error::other("the head of the request is too long"));
            }
        }
        let text = String::from_utf8(text).map_err(io::Error::other)?;
        Self::parse(&text).ok_or_else(|| io::Error::other(format!("not an HTTP/1.1 request: {text:?}")))
    }

    /// The value of a header, by its name in any case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether the body may be compressed.
    pub(super) fn accepts_gzip(&self) -> bool {
        self.header("Accept-Encoding").is_some_and(|kinds| kinds.split(',').any(|kind| kind.trim() == "gzip"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || !version.starts_with("HTTP/1.") {
            return None;
        }
        let headers = lines
            .take_while(|line| !line.is_empty())
            .map(|line| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned())))
            .collect::<Option<_>>()?;
        Some(Self { method: method.to_owned(), target: target.to_owned(), headers })
    }
}
