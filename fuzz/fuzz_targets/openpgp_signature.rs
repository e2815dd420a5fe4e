//! A detached PGP signature, on any bytes, with real key files.
//!
//! Owns: the check that only what the keys really signed counts, at the time they signed it, and never for
//! another archive.
#![no_main]

use std::fs;
use std::sync::LazyLock;
use std::time::SystemTime;

use gom_core::openpgp::{Keyring, Witness};
use gom_fuzz::pgp::{ARCHIVE, KEYS, SIGNATURES};
use gom_fuzz::scratch::Scratch;
use libfuzzer_sys::fuzz_target;

static RINGS: LazyLock<Vec<Keyring>> = LazyLock::new(|| {
    let scratch = Scratch::new();
    let rings = KEYS.iter().map(|keys| {
        fs::write(scratch.path("keys"), keys).expect("no key file");
        Keyring::read(&scratch.path("keys")).expect("a real key file")
    });
    rings.collect()
});

/// Who signed, and when, by the signatures as they are.
static SIGNERS: LazyLock<Vec<(String, SystemTime)>> = LazyLock::new(|| {
    let pairs = RINGS.iter().flat_map(|ring| SIGNATURES.iter().map(move |(_, signature)| (ring, signature)));
    pairs.filter_map(|(ring, signature)| signer(ring, signature, ARCHIVE)).collect()
});

fuzz_target!(|data: &[u8]| {
    for ring in RINGS.iter() {
        if let Some(signer) = signer(ring, data, ARCHIVE) {
            assert!(SIGNERS.contains(&signer), "{signer:?}");
        }
        assert_eq!(signer(ring, data, b"another archive"), None);
    }
});

fn signer(ring: &Keyring, signature: &[u8], archive: &[u8]) -> Option<(String, SystemTime)> {
    let mut witness = match Witness::new(ring, signature) {
        Ok(witness) => witness,
        Err(error) => {
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
            return None;
        }
    };
    archive.chunks(100).for_each(|piece| witness.update(piece));
    witness.finish().ok().map(|signer| (signer.fingerprint, signer.made_at))
}
