//! The client of a Go checksum database: it says which `h1:` sum the log recorded for a module version.
//!
//! It owns the signed notes, the Merkle tree arithmetic, the tiles and the memory of the newest tree head.
//! It never decides whether a sum is needed, reads no settings, and knows no HTTP: bytes come through
//! [`LogTransport`].
//!
//! Invariant: a sum leaves this module only out of the text of a record whose hash was proven, tile by tile,
//! to lie under a tree head that the known key signed and that extends every head seen before.

mod client;
mod error;
mod head;
mod state;

pub mod note;
pub mod tile;
pub mod tlog;

#[cfg(test)]
mod tests;

pub use client::{LogClient, LogRecord, LogTransport, TransportError, verify_offline};
pub use error::{HeadOrigin, LogError};
pub use note::VerifierKey;
pub use state::LogState;

/// The key of Go's public checksum database, `sum.golang.org` (source: `cmd/go/internal/modfetch/key.go`).
pub const GO_DATABASE_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// The number of records of a signed tree head, if this key signed it.
pub fn size_of_head(note: &[u8], key: &VerifierKey) -> Result<u64, LogError> {
    let origin = HeadOrigin::Lookup("/latest".to_owned());
    head::SignedHead::open(note, key, &origin).map(|signed| signed.head.size)
}
