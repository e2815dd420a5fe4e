//! Which keys of a key file may sign, and when.
//!
//! It owns the rules for bindings, expiry and revocation. It knows nothing of archives.
//!
//! Invariant: a [`SigningKey`] is a primary key whose owner says that it signs, or a subkey for which primary
//! key and subkey have each signed that they belong together.

use std::sync::Arc;
use std::time::SystemTime;

use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{PublicKey, RevocationCode, Signature, SignatureType};
use pgp::types::{Duration, KeyDetails, KeyVersion, SignatureBytes, SignedUser, Tag, VerifyingKey};

/// A key that may sign.
#[derive(Clone, Debug)]
pub(super) struct SigningKey {
    key: Arc<dyn VerifyingKey + Send + Sync>,
    /// What the owner calls the primary key.
    pub(super) user_id: Option<String>,
    /// Its own span and, for a subkey, the primary key's: no subkey is worth more than who vouches for it.
    spans: Vec<Span>,
}

impl SigningKey {
    /// In upper-case hex.
    pub(super) fn fingerprint(&self) -> String {
        format!("{:X}", self.key.fingerprint())
    }

    /// Whether the signature claims to be by this key. Only [`Self::verify`] can tell if it is.
    pub(super) fn is_named_in(&self, signature: &Signature) -> bool {
        signature.issuer_fingerprint().contains(&&self.key.fingerprint())
            || signature.issuer_key_id().contains(&&self.key.legacy_key_id())
    }

    /// Why a signature made at that time does not count.
    pub(super) fn fault_at(&self, made_at: SystemTime) -> Option<KeyFault> {
        self.spans.iter().find_map(|span| span.fault_at(made_at))
    }

    pub(super) fn verify(
        &self,
        hash: HashAlgorithm,
        digest: &[u8],
        value: &SignatureBytes,
    ) -> pgp::errors::Result<()> {
        self.key.verify(hash, digest, value)
    }
}

/// Why signatures that a key made at a certain time do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The key is younger than the signature claims to be.
    #[error("it was made only on {}", humantime::format_rfc3339_seconds(*.on))]
    NotYetMade {
        /// When the key was made.
        on: SystemTime,
    },
    /// The key, or the primary key behind it, had expired.
    #[error("it had expired on {}", humantime::format_rfc3339_seconds(*.on))]
    Expired {
        /// When it did.
        on: SystemTime,
    },
    /// The owner had replaced or retired the key.
    #[error("it had been retired on {}", humantime::format_rfc3339_seconds(*.on))]
    Retired {
        /// When that was declared.
        on: SystemTime,
    },
    /// The owner revoked the key because others may have it, or without saying why.
    #[error("it is revoked, and whoever has it could date a signature back")]
    Compromised,
}

/// From when until when signatures of a key count.
///
/// It is the time of the signature that matters, not today's: Google gives its signing subkeys three years
/// and replaces them before, and the archives of Go that an old one signed are never signed again. That time
/// is the signer's own word, which a thief would forge; so a key that may be in other hands never counts.
#[derive(Clone, Debug)]
struct Span {
    created: SystemTime,
    expires: Option<SystemTime>,
    retired: Option<SystemTime>,
    compromised: bool,
}

impl Span {
    /// The span of `key` by the newest statement of its owner, and by every revocation. All are verified.
    fn new(key: &impl KeyDetails, binding: Option<&Signature>, revocations: &[&Signature]) -> Span {
        let created = key.created_at().into();
        let binding_end =
            binding.and_then(|binding| end(binding.created()?.into(), binding.signature_expiration_time()));
        let key_end = binding.and_then(|binding| end(created, binding.key_expiration_time()));
        let (retired, compromised): (Vec<&Signature>, Vec<&Signature>) =
            revocations.iter().partition(|revocation| says_retired(revocation));
        Span {
            created,
            expires: key_end.into_iter().chain(binding_end).min(),
            retired: retired.iter().filter_map(|revocation| revocation.created()).min().map(Into::into),
            compromised: !compromised.is_empty(),
        }
    }

    fn fault_at(&self, time: SystemTime) -> Option<KeyFault> {
        if self.compromised {
            return Some(KeyFault::Compromised);
        }
        if time < self.created {
            return Some(KeyFault::NotYetMade { on: self.created });
        }
        let expired = self.expires.filter(|&on| on <= time).map(|on| KeyFault::Expired { on });
        expired.or_else(|| self.retired.filter(|&on| on <= time).map(|on| KeyFault::Retired { on }))
    }
}

/// All that may sign of a primary key and its subkeys. Where neither may, there is none.
pub(super) fn signing_keys(certificate: &SignedPublicKey) -> Vec<SigningKey> {
    let primary = &certificate.primary_key;
    let user = certificate
        .details
        .users
        .iter()
        .filter_map(|user| Some((user, certification(user, primary)?)))
        .max_by_key(|(_, certification)| (certification.is_primary(), certification.created()));
    let user_id = user.map(|(user, _)| printable(user.id.id()));
    // A key without a name says of itself directly what it is for.
    let statement = user.map(|(_, certification)| certification).or_else(|| {
        newest(&certificate.details.direct_signatures, SignatureType::Key, |signature| {
            signature.verify_key(primary)
        })
    });
    let revocations: Vec<&Signature> =
        verified(&certificate.details.revocation_signatures, SignatureType::KeyRevocation, |signature| {
            signature.verify_key(primary)
        })
        .collect();
    let primary_span = Span::new(primary, statement, &revocations);

    let mut keys: Vec<SigningKey> = certificate
        .public_subkeys
        .iter()
        .filter_map(|subkey| {
            let spans = vec![subkey_span(subkey, primary)?, primary_span.clone()];
            Some(SigningKey { key: Arc::new(subkey.key.clone()), user_id: user_id.clone(), spans })
        })
        .collect();
    if statement.is_some_and(|statement| statement.key_flags().sign()) {
        let spans = vec![primary_span];
        keys.push(SigningKey { key: Arc::new(primary.clone()), user_id, spans });
    }
    keys.retain(|key| key.key.version() == KeyVersion::V4);
    keys
}

/// The newest statement of the owner that the user id is theirs, unless they took it back.
fn certification<'a>(user: &'a SignedUser, primary: &PublicKey) -> Option<&'a Signature> {
    let newest_of = |typ| {
        newest(&user.signatures, typ, |signature| {
            signature.verify_certification(primary, Tag::UserId, &user.id)
        })
    };
    let certification = [
        SignatureType::CertGeneric,
        SignatureType::CertPersona,
        SignatureType::CertCasual,
        SignatureType::CertPositive,
    ]
    .into_iter()
    .filter_map(newest_of)
    .max_by_key(|certification| certification.created())?;
    let revocation = newest_of(SignatureType::CertRevocation);
    let stands = revocation.is_none_or(|revocation| revocation.created() < certification.created());
    stands.then_some(certification)
}

/// When the subkey counts, if it may sign at all. It must have signed in turn that it belongs to the primary
/// key, or else anybody could adopt a foreign key, and its signatures with it.
fn subkey_span(subkey: &SignedPublicSubKey, primary: &PublicKey) -> Option<Span> {
    let verify = |signature: &Signature| signature.verify_subkey_binding(primary, &subkey.key);
    let binding = newest(&subkey.signatures, SignatureType::SubkeyBinding, verify)?;
    let signed_back = binding.embedded_signature().is_some_and(|back| {
        is_acceptable(back) && back.verify_primary_key_binding(&subkey.key, primary).is_ok()
    });
    if !binding.key_flags().sign() || !signed_back {
        return None;
    }
    let revocations: Vec<&Signature> =
        verified(&subkey.signatures, SignatureType::SubkeyRevocation, verify).collect();
    Some(Span::new(&subkey.key, Some(binding), &revocations))
}

fn newest(
    signatures: &[Signature],
    typ: SignatureType,
    verify: impl Fn(&Signature) -> pgp::errors::Result<()>,
) -> Option<&Signature> {
    verified(signatures, typ, verify).max_by_key(|signature| signature.created())
}

fn verified(
    signatures: &[Signature],
    typ: SignatureType,
    verify: impl Fn(&Signature) -> pgp::errors::Result<()>,
) -> impl Iterator<Item = &Signature> {
    signatures
        .iter()
        .filter(move |signature| signature.typ() == Some(typ))
        .filter(|signature| signature.created().is_some() && is_acceptable(signature))
        .filter(move |signature| verify(signature).is_ok())
}

/// Whether the hash resists whoever chooses what is signed: an archive is a stranger's work.
pub(super) fn is_strong(hash: HashAlgorithm) -> bool {
    matches!(
        hash,
        HashAlgorithm::Sha256
            | HashAlgorithm::Sha384
            | HashAlgorithm::Sha512
            | HashAlgorithm::Sha3_256
            | HashAlgorithm::Sha3_512
    )
}

/// Inside a key SHA-1 is taken too: there the owner signs only what they wrote themselves, which a collision
/// does not help to forge. Two subkeys of the key behind Go, which signed up to 2020, are bound so.
fn is_acceptable(signature: &Signature) -> bool {
    signature.hash_alg().is_some_and(|hash| is_strong(hash) || hash == HashAlgorithm::Sha1)
}

/// Whether the revocation leaves the older signatures as they are. RFC 9580, 5.2.3.31: so do only these two.
fn says_retired(revocation: &Signature) -> bool {
    matches!(
        revocation.revocation_reason_code(),
        Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired)
    )
}

/// When what was made then is over; a duration of zero means never, as none does.
pub(super) fn end(made: SystemTime, duration: Option<Duration>) -> Option<SystemTime> {
    let duration = duration.filter(|duration| duration.as_secs() > 0)?;
    Some(made + std::time::Duration::from(duration))
}

/// The key that a signature names, in upper-case hex: its fingerprint or else its key id.
pub(super) fn issuer_name(signature: &Signature) -> Option<String> {
    let fingerprint = signature.issuer_fingerprint().first().map(|fingerprint| format!("{fingerprint:X}"));
    fingerprint.or_else(|| Some(signature.issuer_key_id().first()?.to_string().to_uppercase()))
}

fn printable(user_id: &[u8]) -> String {
    String::from_utf8_lossy(user_id).chars().filter(|character| !character.is_control()).collect()
}
