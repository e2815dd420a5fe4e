//! Sums and compression, as Go and its servers use them, written here so that gom's own code is not trusted.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of `bytes` in lowercase hex, 64 digits.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(hex, "{byte:02x}").expect("writing to a string");
    }
    hex
}

/// Compresses `bytes` with gzip.
pub fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes.as_ref()).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

/// The `h1:` hash of a set of files given as (name, content) in any order.
/// Source: `golang.org/x/mod/sumdb/dirhash.Hash1`.
pub fn hash1<'a>(files: impl IntoIterator<Item = (String, &'a [u8])>) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut files: Vec<(String, &[u8])> = files.into_iter().collect();
    files.sort();
    let mut summary = Sha256::new();
    for (name, content) in files {
        summary.update(format!("{}  {name}\n", sha256(content)));
    }
    format!("h1:{}", STANDARD.encode(summary.finalize()))
}
