//! A file of PGP keys, on any bytes; then real signatures are checked with what was read.
//!
//! Owns: the check that no key file makes anybody else the signer of an archive, or a signature right that is
//! over a weak hash or of another archive.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use gom_core::openpgp::{Keyring, Witness};
use gom_fuzz::pgp::{ARCHIVE, KEYS, SIGNATURES};
use gom_fuzz::scratch::Scratch;
use libfuzzer_sys::fuzz_target;

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::new);

/// Who signed what, by the key files as they are: the number of the signature, the fingerprint, the time.
static SIGNERS: LazyLock<Vec<(usize, String, std::time::SystemTime)>> = LazyLock::new(|| {
    let rings = KEYS.iter().filter_map(|key| ring(key));
    rings.flat_map(|ring| signers(&ring, ARCHIVE)).map(|(at, name, _, time)| (at, name, time)).collect()
});

fuzz_target!(|data: &[u8]| {
    let Some(ring) = ring(data) else { return };
    for (at, fingerprint, user_id, made_at) in signers(&ring, ARCHIVE) {
        let signer = (at, fingerprint, made_at);
        // A revocation that is cut off leaves a key that counts: that signature has no signer here.
        let is_known = SIGNERS.iter().any(|(known, ..)| *known == at);
        assert!(!is_known || SIGNERS.contains(&signer), "{signer:?}");
        assert!(!SIGNATURES[at].0.contains("weak"), "{signer:?}");
        assert!(!user_id.unwrap_or_default().contains(char::is_control));
    }
    assert_eq!(signers(&ring, b"another archive"), []);
});

fn ring(keys: &[u8]) -> Option<Keyring> {
    let path = SCRATCH.path("keys");
    fs::write(&path, keys).expect("no key file");
    match Keyring::read(&path) {
        Ok(ring) => Some(ring),
        Err(error) => {
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
            None
        }
    }
}

type Signed = (usize, String, Option<String>, std::time::SystemTime);

fn signers(ring: &Keyring, archive: &[u8]) -> Vec<Signed> {
    let mut found = Vec::new();
    for (at, (_, signature)) in SIGNATURES.iter().enumerate() {
        let Ok(mut witness) = Witness::new(ring, signature) else { continue };
        witness.update(archive);
        if let Ok(signer) = witness.finish() {
            found.push((at, signer.fingerprint, signer.user_id, signer.made_at));
        }
    }
    found
}
