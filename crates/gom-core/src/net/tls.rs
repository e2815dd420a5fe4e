//! The roots that TLS trusts: those in `SSL_CERT_FILE` and `SSL_CERT_DIR` where they are set, else the system's, or
//! the Mozilla roots in the binary where the system has none (a bare container). On macOS and Windows the
//! system's own verifier judges, which knows what the user or a company's policy trusts.
//!
//! Invariant: a certificate is judged by rustls' verifier or by the system's, never by gom. What is ours is when
//! the roots are read: that takes ten milliseconds, which nobody needs who talks to a mirror or proxy by plain
//! http or `file://`. Roots that the user names are never replaced by others.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_native_certs::{CertificateResult, load_certs_from_paths};

use super::NetError;

const FILE: &str = "SSL_CERT_FILE";
const DIR: &str = "SSL_CERT_DIR";

/// Where the user says that the roots are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootsFrom {
    /// `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: folders, separated as in PATH.
    pub dirs: Option<OsString>,
}

/// Roots that the user named and that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no certificate can be read from `{value}` (environment variable {variable}): {reason}")]
pub struct BadRoots {
    /// `SSL_CERT_FILE` or `SSL_CERT_DIR`.
    pub variable: &'static str,
    /// Its value.
    pub value: String,
    /// What is wrong.
    pub reason: String,
}

impl BadRoots {
    /// What to run next.
    pub fn hint(&self) -> String {
        let wanted = if self.variable == FILE { "a PEM file" } else { "folders of PEM files" };
        format!(
            "run `unset {0}` to use the system's roots, or set {0} to {wanted} with certificates",
            self.variable
        )
    }
}

/// What judges a certificate, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootsInUse {
    /// The certificates that these variables name, and how many they are.
    Named(String, usize),
    /// The system's certificates, and how many they are.
    System(usize),
    /// The system's own verifier.
    SystemVerifier,
    /// The Mozilla roots in the binary: the system has none.
    Bundled(usize),
}

impl fmt::Display for RootsInUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RootsInUse::Named(from, count) => write!(f, "{count} certificates of {from}"),
            RootsInUse::System(count) => write!(f, "{count} certificates of the system"),
            RootsInUse::SystemVerifier => f.write_str("the system's own verifier"),
            RootsInUse::Bundled(count) => write!(f, "{count} certificates in gom: the system has none"),
        }
    }
}

/// What judges certificates.
#[derive(Debug)]
pub struct Roots {
    provider: Arc<CryptoProvider>,
    from: RootsFrom,
    read: OnceLock<Result<Read, Unread>>,
}

/// Roots that were read.
#[derive(Debug)]
struct Read {
    verifier: Arc<dyn ServerCertVerifier>,
    in_use: RootsInUse,
}

/// Why there are none.
#[derive(Debug)]
enum Unread {
    Bad(BadRoots),
    Other(Error),
}

/// A configuration that trusts these roots.
pub fn configure(from: &RootsFrom) -> Result<(ClientConfig, Arc<Roots>), NetError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots =
        Arc::new(Roots { provider: Arc::clone(&provider), from: from.clone(), read: OnceLock::new() });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| NetError::Setup { reason: error.to_string() })?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&roots) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, roots))
}

impl RootsFrom {
    /// Reads the two variables; an empty one counts as unset.
    pub fn read(env: &dyn Fn(&str) -> Option<OsString>) -> RootsFrom {
        let set = |name| env(name).filter(|value| !value.is_empty());
        RootsFrom { file: set(FILE).map(PathBuf::from), dirs: set(DIR) }
    }

    /// The two variables and their values, empty where they are not set.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, String)> {
        let file = self.file.as_ref().map_or_else(String::new, |file| file.display().to_string());
        let dirs = self.dirs.as_ref().map_or_else(String::new, |dirs| dirs.to_string_lossy().into_owned());
        [(FILE, file), (DIR, dirs)].into_iter()
    }

    /// The roots that the variables name, and which of the variables do; `None` where they are not set.
    fn named(&self) -> Option<Result<(RootCertStore, String), BadRoots>> {
        let dirs: Vec<PathBuf> =
            self.dirs.iter().flat_map(|dirs| std::env::split_paths(dirs).collect::<Vec<_>>()).collect();
        let first = dirs.first().map(PathBuf::as_path);
        if self.file.is_none() && first.is_none() {
            return None;
        }
        let mut found = load_certs_from_paths(self.file.as_deref(), first);
        for dir in dirs.iter().skip(1) {
            let more = load_certs_from_paths(None, Some(dir));
            found.certs.extend(more.certs);
            found.errors.extend(more.errors);
        }
        let reason = found.errors.first().map_or_else(|| "it holds none".to_owned(), reason);
        let roots = store(found);
        if !roots.is_empty() {
            let names: Vec<&str> = self.file.iter().map(|_| FILE).chain(first.map(|_| DIR)).collect();
            return Some(Ok((roots, names.join(" and "))));
        }
        let (variable, value) = match &self.file {
            Some(file) => (FILE, file.display().to_string()),
            None => (DIR, self.dirs.as_deref().unwrap_or_default().to_string_lossy().into_owned()),
        };
        Some(Err(BadRoots { variable, value, reason }))
    }
}

/// The innermost cause, without the path, which the message has already.
fn reason(error: &rustls_native_certs::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

impl Roots {
    /// Whether they are those in the binary; known once a server was asked over TLS.
    pub fn are_bundled(&self) -> bool {
        matches!(self.read.get(), Some(Ok(Read { in_use: RootsInUse::Bundled(_), .. })))
    }

    /// Whether they were read.
    pub fn are_read(&self) -> bool {
        self.read.get().is_some()
    }

    /// Reads them, or waits until another thread has.
    pub fn prepare(&self) {
        let _ = self.verifier();
    }

    /// Which they are; reads them if need be.
    pub fn in_use(&self) -> Result<RootsInUse, NetError> {
        match self.read.get_or_init(|| self.read()) {
            Ok(read) => Ok(read.in_use.clone()),
            Err(Unread::Bad(bad)) => Err(NetError::Roots(bad.clone())),
            Err(Unread::Other(error)) => Err(NetError::Setup { reason: error.to_string() }),
        }
    }

    /// Why those that the user named can't be used.
    pub(super) fn problem(&self) -> Option<BadRoots> {
        match self.read.get() {
            Some(Err(Unread::Bad(bad))) => Some(bad.clone()),
            _ => None,
        }
    }

    fn verifier(&self) -> Result<&Arc<dyn ServerCertVerifier>, Error> {
        match self.read.get_or_init(|| self.read()) {
            Ok(read) => Ok(&read.verifier),
            Err(Unread::Bad(bad)) => Err(Error::General(bad.to_string())),
            Err(Unread::Other(error)) => Err(error.clone()),
        }
    }

    fn read(&self) -> Result<Read, Unread> {
        match self.from.named() {
            Some(Ok((roots, from))) => {
                let count = roots.len();
                self.judging(roots, RootsInUse::Named(from, count))
            }
            Some(Err(bad)) => Err(Unread::Bad(bad)),
            None => self.of_system(),
        }
    }

    #[cfg(any(target_os = "macos", windows))]
    fn of_system(&self) -> Result<Read, Unread> {
        let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&self.provider));
        let verifier = Arc::new(verifier.map_err(Unread::Other)?);
        Ok(Read { verifier, in_use: RootsInUse::SystemVerifier })
    }

    #[cfg(not(any(target_os = "macos", windows)))]
    fn of_system(&self) -> Result<Read, Unread> {
        let mut roots = store(rustls_native_certs::load_native_certs());
        if !roots.is_empty() {
            let count = roots.len();
            return self.judging(roots, RootsInUse::System(count));
        }
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let count = roots.len();
        self.judging(roots, RootsInUse::Bundled(count))
    }

    fn judging(&self, roots: RootCertStore, in_use: RootsInUse) -> Result<Read, Unread> {
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider)).build();
        let verifier = verifier.map_err(|error| Unread::Other(Error::General(error.to_string())))?;
        Ok(Read { verifier, in_use })
    }
}

/// Those that rustls can read.
fn store(found: CertificateResult) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    roots
}

/// As the verifier below does, to the last.
impl ServerCertVerifier for Roots {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
