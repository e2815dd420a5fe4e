//! Signed notes: a text and the Ed25519 signatures under it.
//!
//! It owns the format of verifier keys and notes (rules: `golang.org/x/mod/sumdb/note`). It never interprets the text
//! of a note and never signs one.
//!
//! Invariant: an [`OpenedNote`] exists only for a text that the given key has signed.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

/// The most signature lines of a note, so that a hostile note can't use up time (x/mod has the same limit).
const MAX_SIGNATURES: usize = 100;
/// The largest accepted note, in bytes. Go has the same limit, but only for the tree text inside it.
pub(crate) const MAX_NOTE_BYTES: usize = 1_000_000;
/// The only key type (x/mod: `algEd25519`).
const ALGORITHM_ED25519: u8 = 1;
const ED25519_KEY_BYTES: usize = 32;
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// A public key that verifies notes, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    hash: u32,
    key: [u8; ED25519_KEY_BYTES],
}

impl VerifierKey {
    /// Parses `NAME+HASH+KEY`: the hash in eight hexadecimal digits, the key (its type, then its bytes) in base64.
    /// Fails if a part is malformed, the type is unknown or the hash does not match the key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed { value: text.to_owned() };
        let (name, rest) = text.split_once('+').ok_or_else(malformed)?;
        let (hash, key) = rest.split_once('+').ok_or_else(malformed)?;
        if hash.len() != 8 || !hash.bytes().all(|digit| digit.is_ascii_hexdigit()) || !is_valid_name(name) {
            return Err(malformed());
        }
        let hash = u32::from_str_radix(hash, 16).map_err(|_| malformed())?;
        let encoded = BASE64_STANDARD.decode(key).map_err(|_| malformed())?;
        let (&algorithm, key) = encoded.split_first().ok_or_else(malformed)?;
        let computed = key_hash(name, &encoded);
        if computed != hash {
            return Err(KeyError::HashMismatch { value: text.to_owned(), computed });
        }
        if algorithm != ALGORITHM_ED25519 {
            return Err(KeyError::UnknownAlgorithm { value: text.to_owned(), algorithm });
        }
        let key = key.try_into().map_err(|_| malformed())?;
        Ok(Self { name: name.to_owned(), hash, key })
    }

    /// The name of the key; for a checksum database `host[/path]`, its base URL without the scheme.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes, big endian, of the SHA-256 of the name and the key.
    pub fn hash(&self) -> u32 {
        self.hash
    }

    fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.key).verify(text.as_bytes(), signature).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = [&[ALGORITHM_ED25519], self.key.as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.hash, BASE64_STANDARD.encode(encoded))
    }
}

/// The text of a note whose signature was verified, with its final newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedNote {
    /// The signed text. Readers should ignore unknown lines.
    pub text: String,
}

/// Verifies a signed note and returns its text.
///
/// The first signature that names `key` must be valid. Signatures of other keys are ignored; a note without a
/// signature of `key` is refused. This is stricter than Go in two ways: Go accepts line breaks and loose trailing bits
/// in base64, and control characters above ASCII. No signer writes these, and notes are shown on terminals.
pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<OpenedNote, NoteError> {
    let (text, signatures) = split(bytes)?;
    let mut verified = false;
    for (index, line) in signatures.lines().enumerate() {
        let signature = SignatureLine::parse(line)?;
        if index == MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        if verified || signature.name != key.name || signature.hash != key.hash {
            continue;
        }
        if !key.verifies(text, &signature.bytes) {
            return Err(NoteError::InvalidSignature { name: key.name.clone(), hash: key.hash });
        }
        verified = true;
    }
    if !verified {
        return Err(NoteError::NotSigned { name: key.name.clone(), hash: key.hash });
    }
    Ok(OpenedNote { text: text.to_owned() })
}

/// Splits at the last blank line: the text may contain blank lines, the signatures can't.
fn split(bytes: &[u8]) -> Result<(&str, &str), NoteError> {
    if bytes.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLong { bytes: bytes.len() });
    }
    let malformed = |what| NoteError::Malformed { what, value: crate::excerpt::excerpt(bytes) };
    let note = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
    if note.contains(|c: char| c.is_control() && c != '\n') {
        return Err(malformed("it contains a control character"));
    }
    let blank = note.rfind("\n\n").ok_or_else(|| malformed("it has no blank line before the signatures"))?;
    let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
    if !signatures.ends_with('\n') {
        return Err(malformed("it does not end in a signature line"));
    }
    Ok((text, signatures))
}

struct SignatureLine<'a> {
    name: &'a str,
    hash: u32,
    bytes: Vec<u8>,
}

impl<'a> SignatureLine<'a> {
    fn parse(line: &'a str) -> Result<Self, NoteError> {
        let malformed = || NoteError::Malformed {
            what: "a signature line is not `\u{2014} NAME BASE64`",
            value: crate::excerpt::excerpt(line.as_bytes()),
        };
        let (name, encoded) = line
            .strip_prefix(SIGNATURE_PREFIX)
            .and_then(|rest| rest.split_once(' '))
            .ok_or_else(malformed)?;
        let decoded = BASE64_STANDARD.decode(encoded).map_err(|_| malformed())?;
        let (hash, bytes) = decoded.split_first_chunk::<4>().ok_or_else(malformed)?;
        if !is_valid_name(name) || bytes.is_empty() {
            return Err(malformed());
        }
        Ok(Self { name, hash: u32::from_be_bytes(*hash), bytes: bytes.to_vec() })
    }
}

/// Without this rule, a name could not be told from the hash or the signature after it.
fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

fn key_hash(name: &str, encoded_key: &[u8]) -> u32 {
    let digest: [u8; 32] =
        Sha256::new().chain_update(name).chain_update(b"\n").chain_update(encoded_key).finalize().into();
    let [a, b, c, d, ..] = digest;
    u32::from_be_bytes([a, b, c, d])
}

/// Why a verifier key is invalid.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// A part is missing or malformed.
    #[error("verifier key is not `NAME+HASH+KEY`: `{value}`")]
    Malformed {
        /// The key as given.
        value: String,
    },
    /// The hash in the key belongs to another name or key: a part was changed or cut off.
    #[error("verifier key does not match its own hash, which would be {computed:08x}: `{value}`")]
    HashMismatch {
        /// The key as given.
        value: String,
        /// The hash of its name and key bytes.
        computed: u32,
    },
    /// Only Ed25519 (type 1) is supported.
    #[error("verifier key has the unknown type {algorithm}: `{value}`")]
    UnknownAlgorithm {
        /// The key as given.
        value: String,
        /// The type byte.
        algorithm: u8,
    },
}

/// Why a note is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoteError {
    /// It is not in the format of a signed note.
    #[error("malformed signed note, {what}: {value}")]
    Malformed {
        /// The broken rule.
        what: &'static str,
        /// A quoted excerpt of the malformed part.
        value: String,
    },
    /// It is longer than any real note.
    #[error("signed note is too long: {bytes} bytes")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It has more than 100 signature lines.
    #[error("signed note has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// A signature names our key, but the key did not make it.
    #[error("signed note has an invalid signature of key {name}+{hash:08x}")]
    InvalidSignature {
        /// The key's name.
        name: String,
        /// The key's hash.
        hash: u32,
    },
    /// No signature names our key.
    #[error("signed note is not signed by key {name}+{hash:08x}")]
    NotSigned {
        /// The key's name.
        name: String,
        /// The key's hash.
        hash: u32,
    },
}
