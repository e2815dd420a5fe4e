//! Signatures and keys that `gpg` made (testdata/README.md), and damage of every kind.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use pgp::composed::{Deserializable as _, SignedPublicKey};
use pgp::ser::Serialize as _;

use super::{KeyFault, Keyring, MAX_KEY_FILE_BYTES, OpenPgpError, Signer, Witness};
use crate::error::ErrorKind;

/// 2020-06-01, 2021-01-01 and 2024-06-01, as the clock was set for `gpg`.
const EARLIER: u64 = 1_590_969_600;
const REVOKED: u64 = 1_609_459_200;
const SIGNED: u64 = 1_717_200_000;

fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/openpgp/testdata").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs_err::read(file(name)).unwrap()
}

fn keyring(name: &str) -> Keyring {
    Keyring::read(&file(name)).unwrap()
}

/// What the keyring says of the archive, which arrives in two pieces.
fn check_bytes(keyring: &Keyring, signature: &[u8]) -> Result<Signer, OpenPgpError> {
    let mut witness = Witness::new(keyring, signature)?;
    let archive = bytes("archive");
    let (start, rest) = archive.split_at(7);
    witness.update(start);
    witness.update(rest);
    witness.finish()
}

fn check(keys: &str, signature: &str) -> Result<Signer, OpenPgpError> {
    check_bytes(&keyring(keys), &bytes(signature))
}

fn key_of(content: &[u8]) -> Result<Keyring, OpenPgpError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    fs_err::write(&path, content).unwrap();
    Keyring::read(&path)
}

fn certificate(name: &str) -> SignedPublicKey {
    SignedPublicKey::from_reader_single(bytes(name).as_slice()).unwrap().0
}

#[test]
fn a_subkey_signs_for_its_owner() {
    let signer = check("ed25519.pub", "ed25519.asc").unwrap();
    assert_eq!(
        signer,
        Signer {
            fingerprint: "F0B14BC5C50ED9623FFA23BBFD093E0D1B33FEC2".to_owned(),
            user_id: Some("Ed <ed@example.org>".to_owned()),
            made_at: time(SIGNED),
        }
    );
}

#[test]
fn a_primary_key_signs_with_any_strong_hash() {
    for signature in ["rsa-sha256.asc", "rsa-sha512.asc"] {
        let signer = check("rsa.gpg", signature).unwrap();
        assert_eq!(signer.fingerprint, "F2E2667E12ACDE1BE9699B7D77CF99DC613D8079");
        assert_eq!(signer.user_id.as_deref(), Some("Rsa <rsa@example.org>"));
    }
}

#[test]
fn a_weak_hash_is_refused_by_name() {
    for (signature, name) in [("rsa-sha1.asc", "SHA1"), ("rsa-sha224.asc", "SHA224")] {
        let error = check("rsa.gpg", signature).unwrap_err();
        assert!(matches!(&error, OpenPgpError::WeakHash { hash } if hash == name), "{error}");
        assert_eq!(error.kind(), ErrorKind::Integrity);
    }
}

#[test]
fn another_file_is_not_what_was_signed() {
    for (keys, signature) in [("ed25519.pub", "ed25519.asc"), ("rsa.gpg", "rsa-sha256.asc")] {
        for content in [&b""[..], b"a Go archive\nwould be shorter\n"] {
            let mut witness = Witness::new(&keyring(keys), &bytes(signature)).unwrap();
            witness.update(content);
            let error = witness.finish().unwrap_err();
            assert!(matches!(error, OpenPgpError::WrongSignature { .. }), "{error}");
        }
    }
}

#[test]
fn a_foreign_signature_names_its_key_and_the_key_file() {
    let error = check("ed25519.pub", "rsa-sha256.asc").unwrap_err();
    let path = file("ed25519.pub").display().to_string();
    assert_eq!(
        error.to_string(),
        format!(
            "the OpenPGP signature is by F2E2667E12ACDE1BE9699B7D77CF99DC613D8079, which is no signing key of `{path}`"
        )
    );
    assert_eq!(
        error.hint(),
        format!(
            "if you trust that key, add it with `gpg --export --armor F2E2667E12ACDE1BE9699B7D77CF99DC613D8079 >> {path}`"
        )
    );
}

#[test]
fn a_text_signature_is_refused() {
    let error = check("ed25519.pub", "text.asc").unwrap_err();
    assert!(matches!(error, OpenPgpError::Unsupported { .. }), "{error}");
}

#[test]
fn a_signature_can_expire() {
    let error = check("ed25519.pub", "expired-signature.asc").unwrap_err();
    assert_eq!(error.to_string(), "the OpenPGP signature expired on 2024-06-02T00:00:00Z");
}

#[test]
fn what_a_key_signed_while_it_was_valid_counts_for_ever() {
    for signature in ["expired-earlier.asc", "retired-earlier.asc"] {
        assert_eq!(check("rotating.pub", signature).unwrap().made_at, time(EARLIER));
    }
}

#[test]
fn what_a_key_signed_after_its_time_does_not_count() {
    let on = time(REVOKED);
    let expired = check("rotating.pub", "expired-later.asc").unwrap_err();
    assert!(
        matches!(expired, OpenPgpError::KeyNotValid { fault: KeyFault::Expired { on: at }, .. } if at == on),
        "{expired}"
    );
    let retired = check("rotating.pub", "retired-later.asc").unwrap_err();
    assert!(
        matches!(retired, OpenPgpError::KeyNotValid { fault: KeyFault::Retired { on: at }, .. } if at == on),
        "{retired}"
    );
}

#[test]
fn nothing_of_a_compromised_key_counts() {
    for (keys, signature) in [
        ("rotating.pub", "compromised-earlier.asc"),
        ("rotating.pub", "compromised-later.asc"),
        ("rsa-compromised.gpg", "rsa-sha256.asc"),
        ("ed25519-compromised.pub", "ed25519.asc"),
    ] {
        let error = check(keys, signature).unwrap_err();
        assert!(
            matches!(error, OpenPgpError::KeyNotValid { fault: KeyFault::Compromised, .. }),
            "{signature}: {error}"
        );
    }
}

#[test]
fn a_key_signs_nothing_before_it_is_made() {
    let keyring = keyring("ed25519.pub");
    let before = keyring.keys[0].fault_at(time(REVOKED));
    assert!(matches!(before, Some(KeyFault::NotYetMade { .. })), "{before:?}");
    assert_eq!(keyring.keys[0].fault_at(time(SIGNED)), None);
}

#[test]
fn a_subkey_that_another_key_adopts_signs_for_nobody() {
    let mut thief = certificate("rsa.gpg");
    thief.public_subkeys = certificate("ed25519.pub").public_subkeys;
    let keyring = key_of(&thief.to_bytes().unwrap()).unwrap();
    let error = check_bytes(&keyring, &bytes("ed25519.asc")).unwrap_err();
    assert!(matches!(error, OpenPgpError::UnknownSigner { .. }), "{error}");
}

/// The consent is outside of what the binding signs, so that it can be taken out and others put in.
#[test]
fn a_subkey_without_its_own_consent_signs_for_nobody() {
    let others = certificate("rotating.pub").public_subkeys[0].signatures[0].clone();
    let consent_of_another = others.config().unwrap().unhashed_subpackets.clone();
    for consent in [vec![], consent_of_another] {
        let mut key = certificate("ed25519.pub");
        for binding in key.public_subkeys.iter_mut().flat_map(|subkey| &mut subkey.signatures) {
            while binding.config().is_some_and(|config| !config.unhashed_subpackets.is_empty()) {
                binding.unhashed_subpacket_remove(0).unwrap();
            }
            for subpacket in &consent {
                binding.unhashed_subpacket_push(subpacket.clone()).unwrap();
            }
        }
        let error = key_of(&key.to_bytes().unwrap()).unwrap_err();
        assert!(matches!(error, OpenPgpError::NoSigningKey { .. }), "{error}");
    }
}

#[test]
fn a_subkey_that_its_primary_key_does_not_bind_signs_for_nobody() {
    let mut key = certificate("ed25519.pub").to_bytes().unwrap();
    // The file ends with the value of the signature that binds the signing subkey.
    *key.last_mut().unwrap() ^= 1;
    let error = key_of(&key).unwrap_err();
    assert!(matches!(error, OpenPgpError::NoSigningKey { .. }), "{error}");
}

#[test]
fn several_keys_and_several_signatures_live_in_one_file() {
    let armored = [bytes("ed25519.pub"), bytes("rotating.pub")].concat();
    let binary = [certificate("ed25519.pub").to_bytes().unwrap(), bytes("rsa.gpg")].concat();
    for keys in [armored, binary] {
        let keyring = key_of(&keys).unwrap();
        check_bytes(&keyring, &bytes("ed25519.asc")).unwrap();
    }
    // The first is by nobody the keyring knows.
    let signatures = [bytes("rsa-sha256.asc"), bytes("ed25519.asc")].concat();
    let signer = check_bytes(&keyring("ed25519.pub"), &signatures).unwrap();
    assert_eq!(signer.fingerprint, "F0B14BC5C50ED9623FFA23BBFD093E0D1B33FEC2");
}

/// As two subkeys are in the key file behind Go's own signatures; and its signature has a key id alone.
#[test]
fn a_subkey_bound_by_sha1_signs_with_a_strong_hash() {
    let signer = check("bound-by-sha1.pub", "bound-by-sha1.asc").unwrap();
    assert_eq!(signer.fingerprint, "71EB4F2916958DB442572863802EF5D2F5D76B2C");
    let error = check("rsa.gpg", "bound-by-sha1.asc").unwrap_err();
    assert!(
        matches!(&error, OpenPgpError::UnknownSigner { issuer: Some(id), .. } if id == "802EF5D2F5D76B2C"),
        "{error}"
    );
}

#[test]
fn a_signature_cut_anywhere_is_refused() {
    for name in ["ed25519.asc", "rsa-sha256.asc"] {
        let keyring = keyring(if name.starts_with("rsa") { "rsa.gpg" } else { "ed25519.pub" });
        let signature = bytes(name);
        let whole = signature.trim_ascii_end().len();
        for length in 0..whole {
            let error = check_bytes(&keyring, &signature[..length]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity, "{length}: {error}");
        }
        check_bytes(&keyring, &signature[..whole]).unwrap();
    }
}

/// Some bits carry nothing (the armor's own sum, the issuer's name twice), so some changes are harmless; none
/// may end the program or name another signer.
#[test]
fn a_flipped_bit_never_panics_and_never_names_another_signer() {
    let keyring = keyring("ed25519.pub");
    let signature = bytes("ed25519.asc");
    let mut refused = 0;
    for index in 0..signature.len() * 8 {
        let mut changed = signature.clone();
        changed[index / 8] ^= 1 << (index % 8);
        match check_bytes(&keyring, &changed) {
            Ok(signer) => assert_eq!(signer, check("ed25519.pub", "ed25519.asc").unwrap()),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > signature.len() * 4, "{refused}");
}

/// So long that the armor breaks while a packet is being read.
#[test]
fn armor_that_breaks_inside_a_packet_never_panics() {
    let mut packet = vec![0xc2, 0xff, 0, 0, 0x75, 0x30];
    packet.resize(30_000, 4);
    let encoded = BASE64_STANDARD.encode(packet);
    for damage in ["", "A", "AAA=", "!!!!", "=AAA="] {
        let body = [&encoded[..19_200], damage].join("\n");
        let armor = format!("-----BEGIN PGP SIGNATURE-----\n\n{body}\n-----END PGP SIGNATURE-----\n");
        let error = Witness::new(&keyring("rsa.gpg"), armor.as_bytes()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{damage}: {error}");
    }
}

#[test]
fn a_damaged_key_file_never_panics() {
    let key = bytes("ed25519.pub");
    for index in 0..key.len() {
        let mut changed = key.clone();
        changed[index] ^= 1 << (index % 8);
        for content in [&changed[..], &key[..index]] {
            if let Ok(keyring) = key_of(content) {
                drop(check_bytes(&keyring, &bytes("ed25519.asc")));
            }
        }
    }
}

#[test]
fn what_is_no_signature_is_told_apart_from_a_wrong_one() {
    let keyring = keyring("ed25519.pub");
    for content in [&b""[..], b"<!DOCTYPE html>", b"-----BEGIN PGP SIGNED MESSAGE-----\n"] {
        let error = Witness::new(&keyring, content).err().unwrap();
        assert!(matches!(error, OpenPgpError::NoSignature), "{error}");
    }
    let error = Witness::new(&keyring, &bytes("ed25519.pub")).err().unwrap();
    assert!(matches!(error, OpenPgpError::NoSignature), "{error}");
    let error = Witness::new(&keyring, &bytes("rsa.gpg")).err().unwrap();
    assert!(matches!(error, OpenPgpError::MalformedSignature { .. }), "{error}");
}

#[test]
fn a_signature_of_a_megabyte_is_not_parsed() {
    for byte in [b'x', 0xff, 0x88] {
        let error = Witness::new(&keyring("rsa.gpg"), &vec![byte; 1_000_000]).err().unwrap();
        assert!(matches!(error, OpenPgpError::SignatureTooLong { bytes: 1_000_000 }), "{error}");
    }
}

#[test]
fn a_key_file_that_is_none_says_so_and_how_to_make_one() {
    let error = Keyring::read(&file("no-such-file")).unwrap_err();
    assert!(matches!(error, OpenPgpError::KeyFile { .. }), "{error}");
    let path = file("no-such-file").display().to_string();
    assert_eq!(
        error.hint(),
        format!("write the signer's public key into it with `gpg --export --armor FINGERPRINT > {path}`")
    );
    for content in [&b""[..], b"ssh-ed25519 AAAA", &bytes("ed25519.asc")] {
        let error = key_of(content).unwrap_err();
        assert!(matches!(error, OpenPgpError::NoSigningKey { .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    let cut = bytes("bound-by-sha1.pub");
    let error = key_of(&cut[..cut.len() / 2]).unwrap_err();
    assert!(matches!(error, OpenPgpError::MalformedKeyFile { .. }), "{error}");
    let endless = vec![b'x'; usize::try_from(MAX_KEY_FILE_BYTES).unwrap() + 1];
    let error = key_of(&endless).unwrap_err();
    assert!(matches!(error, OpenPgpError::KeyFileTooLong { .. }), "{error}");
}
