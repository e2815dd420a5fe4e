//! A client of Go's [checksum database](https://go.dev/ref/mod#checksum-database). It returns the `h1:` sum that the
//! log recorded for a module version, with a proof that can be checked again offline.
//!
//! The crate contains no HTTP client and reads no settings. The caller implements [`LogTransport`] to fetch bytes, and
//! names the files in which the client remembers the log ([`LogState`]).
//!
//! Every sum comes from the text of a record. The record's hash is proven, tile by tile, to be in the tree of a head.
//! The given key signed that head, and it extends every head seen before.
//!
//! # Look up a module version
//!
//! ```
//! use gom_sumdb::{GO_DATABASE_KEY, LogClient, LogState, LogTransport, TransportError, VerifierKey};
//!
//! /// A log in a folder, with the files that Go's module cache has in `cache/download/sumdb`.
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
//!     // The head that the go command has seen: the log must agree with it.
//!     other_heads: vec!["testdata/sumdb/sum.golang.org/latest".into()],
//! };
//!
//! let record = LogClient::new(key.clone(), folder, state).lookup("golang.org/x/mod", "v0.42.0").await?;
//! assert_eq!(record.h1, "h1:ICeL3t2L30ljSPHHxDnR4fqVcBt/zR2zJAb9juavmQg=");
//!
//! // The record is enough to prove the sum again, years later and offline.
//! gom_sumdb::verify_offline(&key, "golang.org/x/mod", "v0.42.0", &record)?;
//! # Ok(())
//! # }
//! ```
//!
//! `examples/lookup.rs` does the same over HTTP.
//!
//! # Modules
//!
//! From the top; imports point down:
//!
//! - `proof_text`: a record and its proof as a text for other programs
//! - `client`: a lookup and the proof of its answer
//! - `state`: the newest head seen, and proven tiles
//! - `head`: a tree head with its signed note
//! - `error`: why a lookup failed
//! - `transport`: the trait that fetches from a log
//! - [`tile`]: files of up to 256 hashes, and the check of each against its parent
//! - [`note`]: signed notes and the keys that verify them
//! - [`tlog`]: the arithmetic of the Merkle tree
//! - `excerpt`: quotes foreign text in messages

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod client;
mod error;
mod excerpt;
mod head;
pub mod note;
mod proof_text;
mod state;
pub mod tile;
pub mod tlog;
mod transport;

#[cfg(test)]
mod tests;

pub use client::{Agreement, LogClient, LogRecord, verify_offline};
pub use error::{HeadOrigin, LogError};
pub use note::VerifierKey;
pub use proof_text::ProofTextError;
pub use state::LogState;
pub use transport::{LogTransport, TransportError};

/// The key of Go's public checksum database, `sum.golang.org` (source: `cmd/go/internal/modfetch/key.go`).
pub const GO_DATABASE_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// The number of records in a signed tree head. Fails unless this key signed it.
pub fn size_of_head(note: &[u8], key: &VerifierKey) -> Result<u64, LogError> {
    let origin = HeadOrigin::Lookup("/latest".to_owned());
    head::SignedHead::open(note, key, &origin).map(|signed| signed.head.size)
}
