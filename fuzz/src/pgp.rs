//! The key files and signatures that gom's own tests use (gom-core, `openpgp/testdata`).

macro_rules! testdata {
    ($name:literal) => {
        include_bytes!(concat!("../../crates/gom-core/src/openpgp/testdata/", $name))
    };
}

/// What all signatures are of.
pub const ARCHIVE: &[u8] = testdata!("archive");

/// The key files.
pub const KEYS: [&[u8]; 6] = [
    testdata!("ed25519.pub"),
    testdata!("ed25519-compromised.pub"),
    testdata!("rsa.gpg"),
    testdata!("rsa-compromised.gpg"),
    testdata!("rotating.pub"),
    testdata!("bound-by-sha1.pub"),
];

/// The signatures, with what is special about each.
pub const SIGNATURES: [(&str, &[u8]); 14] = [
    ("ed25519", testdata!("ed25519.asc")),
    ("text", testdata!("text.asc")),
    ("expired", testdata!("expired-signature.asc")),
    ("weak hash", testdata!("rsa-sha1.asc")),
    ("weak hash", testdata!("rsa-sha224.asc")),
    ("rsa", testdata!("rsa-sha256.asc")),
    ("rsa", testdata!("rsa-sha512.asc")),
    ("compromised", testdata!("compromised-earlier.asc")),
    ("compromised", testdata!("compromised-later.asc")),
    ("expired key", testdata!("expired-earlier.asc")),
    ("expired key", testdata!("expired-later.asc")),
    ("retired key", testdata!("retired-earlier.asc")),
    ("retired key", testdata!("retired-later.asc")),
    ("subkey bound by SHA-1", testdata!("bound-by-sha1.asc")),
];
