//! One request: what to fetch, and how much of it.

use std::time::Duration;

use url::Url;

/// One request.
#[derive(Clone, Debug)]
pub struct Get {
    /// What to fetch.
    pub url: Url,
    /// Which bytes of it.
    pub span: ByteRange,
    /// Answer 304 if the file still has this ETag.
    pub if_none_match: Option<String>,
    /// The body may come compressed. For lists alone: an archive is wanted as it was published.
    pub compressed: bool,
    /// How long to wait for the head, where it is to be less than usual.
    pub head_limit: Option<Duration>,
}

impl Get {
    /// The whole file.
    pub fn new(url: Url) -> Get {
        Get { url, span: ByteRange::From(0), if_none_match: None, compressed: false, head_limit: None }
    }
}

/// Which bytes of a file are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// Those from here on; from 0, the whole file.
    From(u64),
    /// Those from the first to before the second.
    Between(u64, u64),
    /// So many at its end.
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

    /// The first and the end of these bytes in a file of this size; `None` where it has none of them.
    pub(super) fn within(self, size: u64) -> Option<(u64, u64)> {
        match self {
            ByteRange::From(from) => (from <= size).then_some((from, size)),
            ByteRange::Between(from, end) => (from < size).then_some((from, end.min(size))),
            ByteRange::Last(count) => Some((size.saturating_sub(count), size)),
        }
    }
}
