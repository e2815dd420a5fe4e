//! The test kit: a make-believe internet, made-up Go toolchains, a checksum database with a test key, and a
//! sandbox that runs the shipped `gom` and `gom-shim`.
//!
//! It never uses a crate of gom: what it serves and expects is written from Go's own rules, so a mistake in
//! gom cannot hide behind the same mistake here. Nothing in it reaches the real network, and no test needs a
//! sleep: whoever has to wait, waits for an event.
//!
//! ```no_run
//! use gom_tests::{FakeToolchain, GoDev, Internet, Sandbox};
//!
//! let internet = Internet::new();
//! let godev = GoDev::new();
//! godev.publish(&FakeToolchain::new("1.22.6", "linux-amd64"));
//! godev.online(&internet);
//! let sandbox = Sandbox::on(&internet);
//! let output = sandbox.gom(["install", "1.22.6"]).run();
//! assert_eq!(output.code, Some(0), "{output}");
//! ```
#![expect(
    clippy::expect_used,
    reason = "a kit for tests reports its own troubles by a panic in the test that has them"
)]

pub mod godev;
pub mod internet;
pub mod modproxy;
pub mod sandbox;
pub mod sumdb;
pub mod toolchain;

pub use godev::{GoDev, Mirror};
pub use internet::{Fault, Internet, Request, Route, Site, SocksProxy, Source};
pub use modproxy::ModProxy;
pub use sandbox::{Output, Run, Running, Sandbox, Terminal};
pub use sumdb::TestLog;
pub use toolchain::raw_tar::{RawTar, TarEntry};
pub use toolchain::raw_zip::{RawZip, ZipEntry};
pub use toolchain::{FakeToolchain, TarStyle, ZipModes};

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

/// `bytes` compressed by gzip.
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
