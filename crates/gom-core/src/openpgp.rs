//! A further witness: whether an archive is signed, in a detached PGP signature, by a key the user trusts.
//!
//! It owns which signatures and keys count. It fetches nothing, never decides whether a signature is needed,
//! and stands beside the proof by the checksum database, never in its place. The format is the crate
//! `pgp`'s; its `Signature::verify` wants a reader to the end, so the same steps are taken here one by one.
//!
//! Invariant: a [`Signer`] exists only for the bytes that were given to its [`Witness`], and only if the key
//! was bound to sign and valid at the time the signature names.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use digest::DynDigest;
use pgp::armor::{BlockType, Dearmor};
use pgp::composed::{Deserializable as _, DetachedSignature, SignedPublicKey};
use pgp::packet::{Signature, SignatureConfig, SignatureType, SignatureVersion};
use pgp::types::SignatureBytes;

use self::key::SigningKey;

pub use self::error::OpenPgpError;
pub use self::key::KeyFault;

mod error;
mod key;
#[cfg(test)]
mod tests;

/// The largest `.asc` that is looked at, in bytes. One of Go's has under 1 KB.
const MAX_SIGNATURE_BYTES: usize = 64 << 10;
/// The largest key file, in bytes. The one with Go's keys has 15 KB.
const MAX_KEY_FILE_BYTES: u64 = 1 << 20;

/// The keys a user trusts to sign archives: those that may sign, of one file.
#[derive(Debug)]
pub struct Keyring {
    path: PathBuf,
    keys: Vec<SigningKey>,
}

impl Keyring {
    /// Reads public keys with their subkeys, armored (also several blocks in a row) or binary. Fails when
    /// the file can't be read, has more than 1 MiB, is damaged, or holds no key that may sign.
    ///
    /// Only PGP v4 keys count, as Go's are.
    pub fn read(path: &Path) -> Result<Keyring, OpenPgpError> {
        let malformed =
            |source| OpenPgpError::MalformedKeyFile { path: path.to_owned(), source: innermost(source) };
        let packets = dearmored(&read_key_file(path)?, BlockType::PublicKey).map_err(malformed)?;
        let certificates: Vec<SignedPublicKey> = SignedPublicKey::from_bytes_many(packets.as_slice())
            .and_then(Iterator::collect)
            .map_err(malformed)?;
        let keys: Vec<SigningKey> = certificates.iter().flat_map(key::signing_keys).collect();
        if keys.is_empty() {
            return Err(OpenPgpError::NoSigningKey { path: path.to_owned() });
        }
        Ok(Keyring { path: path.to_owned(), keys })
    }

    fn issuer_of(&self, signature: &Signature) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.is_named_in(signature))
    }
}

/// Listens to an archive as it streams by, and says in the end whether the signature is of it.
pub struct Witness {
    key: SigningKey,
    config: SignatureConfig,
    value: SignatureBytes,
    made_at: SystemTime,
    hasher: Box<dyn DynDigest + Send>,
}

/// Who signed, as the signature and the key file say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The fingerprint of the very key that signed, often a subkey: 40 upper-case hex digits.
    pub fingerprint: String,
    /// The name that the owner bound to the primary key, if the file has one; without control characters.
    pub user_id: Option<String>,
    /// When it was signed, by the signer's clock, to the second.
    pub made_at: SystemTime,
}

impl Witness {
    /// Reads a detached signature (`.asc`, or its binary form) and finds the key that claims it, before a
    /// byte of the archive is there. Fails when no key of the ring does, or when the signature could not
    /// count even if it were right.
    ///
    /// Of several signatures the first by a key of the ring decides; the others may be anybody's.
    pub fn new(keyring: &Keyring, signature: &[u8]) -> Result<Witness, OpenPgpError> {
        let signatures = read_signatures(signature)?;
        let Some((signature, key)) =
            signatures.iter().find_map(|signature| Some((signature, keyring.issuer_of(signature)?)))
        else {
            let issuer = signatures.first().and_then(key::issuer_name);
            return Err(OpenPgpError::UnknownSigner { issuer, path: keyring.path.clone() });
        };
        let (config, value, made_at) = parts(signature)?;
        check_rules(config, signature, made_at)?;
        if let Some(fault) = key.fault_at(made_at) {
            return Err(OpenPgpError::KeyNotValid { fingerprint: key.fingerprint(), made_at, fault });
        }
        let hasher = config.hash_alg.new_hasher().map_err(|_| weak_hash(config))?;
        Ok(Witness { key: key.clone(), config: config.clone(), value: value.clone(), made_at, hasher })
    }

    /// Takes in the next bytes of the archive.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// Says who signed the bytes that were given. Fails when these are not the bytes the key has signed.
    pub fn finish(self) -> Result<Signer, OpenPgpError> {
        let Witness { key, config, value, made_at, hasher } = self;
        let fingerprint = key.fingerprint();
        match verify(&key, &config, &value, hasher) {
            Ok(()) => Ok(Signer { fingerprint, user_id: key.user_id, made_at }),
            Err(source) => Err(OpenPgpError::WrongSignature { fingerprint, source }),
        }
    }
}

/// The last steps of RFC 9580, 5.2.4: what is signed is the archive, then the signature's own hashed part.
fn verify(
    key: &SigningKey,
    config: &SignatureConfig,
    value: &SignatureBytes,
    mut hasher: Box<dyn DynDigest + Send>,
) -> pgp::errors::Result<()> {
    let length = config.hash_signature_data(&mut hasher)?;
    hasher.update(&config.trailer(length)?);
    key.verify(config.hash_alg, &hasher.finalize(), value)
}

fn read_signatures(bytes: &[u8]) -> Result<Vec<Signature>, OpenPgpError> {
    if bytes.len() > MAX_SIGNATURE_BYTES {
        return Err(OpenPgpError::SignatureTooLong { bytes: bytes.len() });
    }
    let signatures: Vec<DetachedSignature> = dearmored(bytes, BlockType::Signature)
        .and_then(|packets| DetachedSignature::from_bytes_many(packets.as_slice())?.collect())
        .map_err(|source| OpenPgpError::MalformedSignature { source: innermost(source) })?;
    if signatures.is_empty() {
        return Err(OpenPgpError::NoSignature);
    }
    Ok(signatures.into_iter().map(|detached| detached.signature).collect())
}

/// What a signature that can be checked consists of.
fn parts(signature: &Signature) -> Result<(&SignatureConfig, &SignatureBytes, SystemTime), OpenPgpError> {
    match (signature.config(), signature.signature(), signature.created()) {
        (Some(config), Some(value), Some(made_at)) if config.version() == SignatureVersion::V4 => {
            Ok((config, value, made_at.into()))
        }
        _ => Err(OpenPgpError::Unsupported { what: "it is not a signature of version 4 with a time" }),
    }
}

fn check_rules(
    config: &SignatureConfig,
    signature: &Signature,
    made_at: SystemTime,
) -> Result<(), OpenPgpError> {
    if config.typ() != SignatureType::Binary {
        // A text signature holds for other line endings too, and an archive has none.
        return Err(OpenPgpError::Unsupported { what: "it is made over text, not over the bytes of a file" });
    }
    if !key::is_strong(config.hash_alg) {
        return Err(weak_hash(config));
    }
    match key::end(made_at, signature.signature_expiration_time()) {
        Some(at) if at <= SystemTime::now() => Err(OpenPgpError::SignatureExpired { at }),
        _ => Ok(()),
    }
}

fn weak_hash(config: &SignatureConfig) -> OpenPgpError {
    OpenPgpError::WeakHash { hash: config.hash_alg.to_string() }
}

fn read_key_file(path: &Path) -> Result<Vec<u8>, OpenPgpError> {
    let mut bytes = Vec::new();
    fs_err::File::open(path)
        .and_then(|file| file.take(MAX_KEY_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|source| OpenPgpError::KeyFile { path: path.to_owned(), source })?;
    if bytes.len() as u64 > MAX_KEY_FILE_BYTES {
        return Err(OpenPgpError::KeyFileTooLong { path: path.to_owned() });
    }
    Ok(bytes)
}

/// The packets in all blocks of this type; the bytes as they are when they are packets already.
///
/// The crate can read packets out of armor itself, but it stops behind the first block, and a `Dearmor` that
/// is asked for more after it failed panics. So each block is decoded to its end before it is parsed.
fn dearmored(bytes: &[u8], block: BlockType) -> pgp::errors::Result<Vec<u8>> {
    // The highest bit is set in the first byte of a packet, and in no character of armor.
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        return Ok(bytes.to_vec());
    }
    let text = String::from_utf8_lossy(bytes);
    let mut packets = Vec::new();
    for (start, _) in text.match_indices(&format!("-----BEGIN {block}-----")) {
        Dearmor::new(&text.as_bytes()[start..]).read_to_end(&mut packets)?;
    }
    Ok(packets)
}

/// What is wrong with a packet's content: the error around it prints as a dump, with its backtrace if any.
fn innermost(error: pgp::errors::Error) -> pgp::errors::Error {
    match error {
        pgp::errors::Error::InvalidPacketContent { source } => innermost(*source),
        error => error,
    }
}
