//! A client of Go's [checksum database](https://go.dev/ref/mod#checksum-database): which `h1:` sum its log
//! recorded for a module version, with a proof that can be checked again without a network.
//!
//! The crate knows no HTTP and reads no settings. Bytes come through a [`LogTransport`], which the caller
//! implements for its own client; the memory of the log lies where a [`LogState`] says.
//!
//! A sum leaves this crate only out of the text of a record whose hash was proven, tile by tile, to lie under a
//! tree head that the given key signed and that extends every head seen before.
//!
//! # Look up a module version
//!
//! ```
//! use gom_sumdb::{GO_DATABASE_KEY, LogClient, LogState, LogTransport, TransportError, VerifierKey};
//!
//! /// The log as files below a folder, as Go's module cache keeps them in `cache/download/sumdb`.
//! struct Folder(std::path::PathBuf);
//!
//! impl LogTransport for Folder {
//!     async fn get(&self, path: &str, _limit: u64) -> Result<Option<Vec<u8>>, TransportError> {
//!         match std::fs::read(self.0.join(path.trim_start_matches('/'))) {
//!             Ok(body) => Ok(Some(body)),
//!             Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
//!             Err(error) => Err(TransportError::new(error)),
//!         }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = VerifierKey::parse(GO_DATABASE_KEY)?;
//! let folder = Folder("testdata/sumdb/sum.golang.org".into());
//! let memory = tempfile::tempdir()?;
//! let state = LogState {
//!     head_file: memory.path().join("latest"),
//!     tile_dir: None,
//!     // The head that the go command has seen: what is served must agree with it.
//!     other_heads: vec!["testdata/sumdb/sum.golang.org/latest".into()],
//! };
//!
//! let record = LogClient::new(key.clone(), folder, state).lookup("golang.org/x/mod", "v0.42.0").await?;
//! assert_eq!(record.h1, "h1:ICeL3t2L30ljSPHHxDnR4fqVcBt/zR2zJAb9juavmQg=");
//!
//! // The record alone is enough to prove the sum again, years later and offline.
//! gom_sumdb::verify_offline(&key, "golang.org/x/mod", "v0.42.0", &record)?;
//! # Ok(())
//! # }
//! ```
//!
//! `examples/lookup.rs` does the same over HTTP.
//!
//! # Modules
//!
//! Order:
//!
//! - `client`: a lookup and the proof of its answer
//! - `state`: the newest head seen, and tiles that were proven once
//! - `head`: a tree head with the note that it was read from
//! - `error`: why nothing was proven
//! - `transport`: the way to a log
//! - [`tile`]: hashes in files of up to 256, and the check of each against its parent
//! - [`note`]: signed notes and the keys that verify them
//! - [`tlog`]: the arithmetic of the Merkle tree
//! - `excerpt`: foreign text in messages

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod client;
mod error;
mod excerpt;
mod head;
pub mod note;
mod state;
pub mod tile;
pub mod tlog;
mod transport;

#[cfg(test)]
mod tests;

pub use client::{LogClient, LogRecord, verify_offline};
pub use error::{HeadOrigin, LogError};
pub use note::VerifierKey;
pub use state::LogState;
pub use transport::{LogTransport, TransportError};

/// The key of Go's public checksum database, `sum.golang.org` (source: `cmd/go/internal/modfetch/key.go`).
pub const GO_DATABASE_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// The number of records of a signed tree head, if this key signed it.
pub fn size_of_head(note: &[u8], key: &VerifierKey) -> Result<u64, LogError> {
    let origin = HeadOrigin::Lookup("/latest".to_owned());
    head::SignedHead::open(note, key, &origin).map(|signed| signed.head.size)
}
