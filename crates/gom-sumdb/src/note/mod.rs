//! Signed notes: a text and the Ed25519 signatures under it.
//!
//! It owns the form of verifier keys and of notes (rules: `golang.org/x/mod/sumdb/note`). It never looks at
//! what a note says and never signs one.
//!
//! Invariant: an [`OpenedNote`] exists only for a text that the given key has signed.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

/// A note with more signature lines is refused, so that a hostile one cannot keep us busy (x/mod's figure).
const MAX_SIGNATURES: usize = 100;
/// The largest note that is looked at, in bytes. Go bounds only the tree text inside it, at the same figure.
pub(crate) const MAX_NOTE_BYTES: usize = 1_000_000;
/// The only key type there is (x/mod: `algEd25519`).
const ALGORITHM_ED25519: u8 = 1;
const ED25519_KEY_BYTES: usize = 32;
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// A public key that signs notes, with the name it signs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    hash: u32,
    key: [u8; ED25519_KEY_BYTES],
}

impl VerifierKey {
    /// Reads `NAME+HASH+KEY`: the hash in eight hexadecimal digits, the key (its type, then its bytes) in
    /// base64. Fails when a part is malformed, the type is unknown or the hash is not the key's own.
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

    /// The name the key signs under; for a checksum database `host[/path]`, its base URL without the scheme.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes, big endian, of the SHA-256 over name and key.
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
    /// What was signed. Lines a reader does not know are to be ignored.
    pub text: String,
}

/// Verifies a signed note and gives its text.
///
/// The first signature that claims `key` must be right, whatever else is there. Signatures of other keys are
/// ignored, a note without one of `key` is refused. Base64 is read strictly, where Go also takes line breaks
/// and loose trailing bits, and no control character is taken, where Go takes those above ASCII: no signer
/// writes any of these, and notes are shown on terminals.
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

/// Splits at the last blank line: the text may hold blank lines, the signatures cannot.
fn split(bytes: &[u8]) -> Result<(&str, &str), NoteError> {
    if bytes.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLong { bytes: bytes.len() });
    }
    let malformed = |what| NoteError::Malformed { what, value: crate::excerpt::excerpt(bytes) };
    let note = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
    if note.contains(|c: char| c.is_control() && c != '\n') {
        return Err(malformed("it has a control character"));
    }
    let blank = note.rfind("\n\n").ok_or_else(|| malformed("no blank line comes before the signatures"))?;
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

/// Without this rule a name could run into the hash of a key or the signature of a line.
fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

fn key_hash(name: &str, encoded_key: &[u8]) -> u32 {
    let digest: [u8; 32] =
        Sha256::new().chain_update(name).chain_update(b"\n").chain_update(encoded_key).finalize().into();
    let [a, b, c, d, ..] = digest;
    u32::from_be_bytes([a, b, c, d])
}

/// Why a verifier key cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// A part is missing or cannot be read.
    #[error("verifier key is not `NAME+HASH+KEY`: `{value}`")]
    Malformed {
        /// The key as given.
        value: String,
    },
    /// The hash in the key was made of another name or key: a part was changed or cut off.
    #[error("verifier key does not match its own hash, which would be {computed:08x}: `{value}`")]
    HashMismatch {
        /// The key as given.
        value: String,
        /// The hash of its name and key bytes.
        computed: u32,
    },
    /// Only Ed25519 (type 1) is known.
    #[error("verifier key has the unknown type {algorithm}: `{value}`")]
    UnknownAlgorithm {
        /// The key as given.
        value: String,
        /// The type byte.
        algorithm: u8,
    },
}

/// Why a note was not opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoteError {
    /// It has not the form of a signed note.
    #[error("malformed signed note, {what}: {value}")]
    Malformed {
        /// The rule that is broken.
        what: &'static str,
        /// The beginning of the offending part, quoted.
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
    /// A signature claims our key, but the key did not make it.
    #[error("signed note has an invalid signature of key {name}+{hash:08x}")]
    InvalidSignature {
        /// The key's name.
        name: String,
        /// The key's hash.
        hash: u32,
    },
    /// No signature claims our key.
    #[error("signed note is not signed by key {name}+{hash:08x}")]
    NotSigned {
        /// The key's name.
        name: String,
        /// The key's hash.
        hash: u32,
    },
}
