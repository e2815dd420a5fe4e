//! The record of a request.

/// A request as it reached the server, in the order of arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The host asked for, without a port; `127.0.0.1` for a plain request.
    pub host: String,
    /// The method: `GET`, `HEAD`, or `CONNECT` for a tunnel without a request (host unknown, refused or
    /// silent, or the client gave up first).
    pub method: String,
    /// Path and query; `host:port` for a `CONNECT`.
    pub path: String,
    /// The `Range` header.
    pub range: Option<String>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The `Accept-Encoding` header.
    pub encoding: Option<String>,
    /// The status of the answer; `None` if no headers were sent.
    pub status: Option<u16>,
}
