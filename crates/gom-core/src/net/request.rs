//! A request: the URL, and the bytes that are wanted.

use std::time::Duration;

use url::Url;

/// A request.
#[derive(Clone, Debug)]
pub struct Get {
    /// The URL.
    pub url: Url,
    /// The bytes that are wanted.
    pub span: ByteRange,
    /// The server may answer 304 if the file still has this ETag.
    pub if_none_match: Option<String>,
    /// Whether the body may come compressed. Only for lists: an archive is wanted as it was published.
    pub compressed: bool,
    /// The time limit for the head, if it differs from the usual one.
    pub head_limit: Option<Duration>,
}

impl Get {
    /// Requests the whole file.
    pub fn new(url: Url) -> Get {
        Get { url, span: ByteRange::From(0), if_none_match: None, compressed: false, head_limit: None }
    }
}

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// From this offset to the end; from 0, the whole file.
    From(u64),
    /// From the first offset up to, not including, the second.
    Between(u64, u64),
    /// This many bytes at the end.
    Last(u64),
}

impl ByteRange {
    /// The value of a `Range` header (RFC 9110, 14.2); `None` for the whole file.
    pub(super) fn header(self) -> Option<String> {
        match self {
            ByteRange::From(0) => None,
            ByteRange::From(from) => Some(format!("bytes={from}-")),
            ByteRange::Between(from, end) => Some(format!("bytes={from}-{}", end.saturating_sub(1))),
            ByteRange::Last(count) => Some(format!("bytes=-{count}")),
        }
    }

    /// Returns the range's first byte and end in a file of this size; `None` if the file has none of the
    /// bytes.
    pub(super) fn within(self, size: u64) -> Option<(u64, u64)> {
        match self {
            ByteRange::From(from) => (from <= size).then_some((from, size)),
            ByteRange::Between(from, end) => (from < size).then_some((from, end.min(size))),
            ByteRange::Last(count) => Some((size.saturating_sub(count), size)),
        }
    }
}
