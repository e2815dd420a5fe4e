//! What can be wrong with a key file or a signature, with the command that gets the user on.

use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use super::key::KeyFault;
use super::{MAX_KEY_FILE_BYTES, MAX_SIGNATURE_BYTES};
use crate::error::ErrorKind;

/// Why the witness said nothing, or no.
#[derive(Debug, thiserror::Error)]
pub enum OpenPgpError {
    /// The key file can't be read.
    #[error("cannot read the OpenPGP key file `{}`", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The key file is larger than any that holds a signer's keys.
    #[error("the OpenPGP key file `{}` has more than {MAX_KEY_FILE_BYTES} bytes", path.display())]
    KeyFileTooLong {
        /// The file.
        path: PathBuf,
    },
    /// The key file is damaged, or no key file.
    #[error("`{}` is not a file of OpenPGP public keys", path.display())]
    MalformedKeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pgp::errors::Error,
    },
    /// The key file has no key, or none that its owner lets sign: only an encryption key or a private one.
    #[error("no OpenPGP public key in `{}` may sign", path.display())]
    NoSigningKey {
        /// The file.
        path: PathBuf,
    },
    /// It is larger than any signature.
    #[error("the OpenPGP signature has {bytes} bytes, more than {MAX_SIGNATURE_BYTES}")]
    SignatureTooLong {
        /// Its length.
        bytes: usize,
    },
    /// It is damaged, cut short, or something else.
    #[error("the OpenPGP signature cannot be read")]
    MalformedSignature {
        /// What is wrong with it.
        source: pgp::errors::Error,
    },
    /// There is none: a web page, an empty file.
    #[error("there is no OpenPGP signature in what should be one")]
    NoSignature,
    /// No key of the ring is named in it.
    #[error(
        "the OpenPGP signature is by {}, which is no signing key of `{}`",
        issuer.as_deref().unwrap_or("a key it does not name"), path.display()
    )]
    UnknownSigner {
        /// The fingerprint or key id it names.
        issuer: Option<String>,
        /// The key file.
        path: PathBuf,
    },
    /// It is of a kind that is not taken.
    #[error("the OpenPGP signature does not count: {what}")]
    Unsupported {
        /// The rule it breaks.
        what: &'static str,
    },
    /// Its hash does not keep others from making a second archive that the same signature fits.
    #[error("the OpenPGP signature does not count: it is made over a weak hash, {hash}")]
    WeakHash {
        /// The hash's name.
        hash: String,
    },
    /// The signer gave it an end.
    #[error("the OpenPGP signature expired on {}", humantime::format_rfc3339_seconds(*.at))]
    SignatureExpired {
        /// When.
        at: SystemTime,
    },
    /// The key did not count when it signed.
    #[error(
        "the OpenPGP signature of {} does not count, for the key {fingerprint}: {fault}",
        humantime::format_rfc3339_seconds(*.made_at)
    )]
    KeyNotValid {
        /// The key that is named as signer.
        fingerprint: String,
        /// When the signature says it was made.
        made_at: SystemTime,
        /// What was wrong with the key then.
        fault: KeyFault,
    },
    /// The archive, or the signature, is not what the signer made.
    #[error("the archive is not what the OpenPGP key {fingerprint} signed")]
    WrongSignature {
        /// The key that is named as signer.
        fingerprint: String,
        /// What the check says.
        source: pgp::errors::Error,
    },
}

impl OpenPgpError {
    /// Its kind: a key file is the user's setting, a signature belongs to what is installed.
    pub fn kind(&self) -> ErrorKind {
        match self {
            OpenPgpError::KeyFile { .. }
            | OpenPgpError::KeyFileTooLong { .. }
            | OpenPgpError::MalformedKeyFile { .. }
            | OpenPgpError::NoSigningKey { .. } => ErrorKind::Usage,
            OpenPgpError::SignatureTooLong { .. }
            | OpenPgpError::MalformedSignature { .. }
            | OpenPgpError::NoSignature
            | OpenPgpError::UnknownSigner { .. }
            | OpenPgpError::Unsupported { .. }
            | OpenPgpError::WeakHash { .. }
            | OpenPgpError::SignatureExpired { .. }
            | OpenPgpError::KeyNotValid { .. }
            | OpenPgpError::WrongSignature { .. } => ErrorKind::Integrity,
        }
    }

    /// The command that gets the user on.
    pub fn hint(&self) -> String {
        match self {
            OpenPgpError::KeyFile { path, .. }
            | OpenPgpError::KeyFileTooLong { path }
            | OpenPgpError::MalformedKeyFile { path, .. }
            | OpenPgpError::NoSigningKey { path } => format!(
                "write the signer's public key into it with `gpg --export --armor FINGERPRINT > {}`",
                path.display()
            ),
            OpenPgpError::UnknownSigner { issuer, path } => format!(
                "if you trust that key, add it with `gpg --export --armor {} >> {}`",
                issuer.as_deref().unwrap_or("FINGERPRINT"),
                path.display()
            ),
            _ => "fetch both files from the signer and see what `gpg --verify ARCHIVE.asc ARCHIVE` says"
                .to_owned(),
        }
    }
}
