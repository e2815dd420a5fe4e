//! The root certificates that TLS trusts: those in `SSL_CERT_FILE` and `SSL_CERT_DIR` if they are set, else
//! the system's, or the Mozilla roots in the binary if the system has none (a bare container). On macOS and
//! Windows the system's own verifier decides, which knows what the user or a company's policy trusts.
//!
//! Invariant: rustls' verifier or the system's judges a certificate, never gom. Roots that the user names are
//! never replaced by others. Reading roots takes ten milliseconds, so the client does it only for the first
//! request over TLS.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_native_certs::{CertificateResult, load_certs_from_paths};

use super::error::NetError;
use super::roots_error::BadRoots;

const FILE: &str = "SSL_CERT_FILE";
const DIR: &str = "SSL_CERT_DIR";

/// The files and folders in which the user says the roots are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootsFrom {
    /// `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: folders, separated as in PATH.
    pub dirs: Option<OsString>,
}

/// What judges certificates, as shown to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootsInUse {
    /// The certificates that these variables name, and their number.
    Named(String, usize),
    /// The system's certificates, and their number.
    System(usize),
    /// The system's own verifier.
    SystemVerifier,
    /// The Mozilla roots in the binary, and their number: the system has none.
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

/// Reads the roots, and returns a configuration that trusts them, with their description.
pub fn configure(from: &RootsFrom) -> Result<(ClientConfig, RootsInUse), NetError> {
    match from.named() {
        Some(Ok((roots, from))) => {
            let count = roots.len();
            Ok((trusting(roots)?, RootsInUse::Named(from, count)))
        }
        Some(Err(bad)) => Err(NetError::Roots(bad)),
        None => of_system(),
    }
}

/// Returns a configuration that trusts no certificate, for a client that makes no TLS connection.
pub fn without_roots() -> Result<ClientConfig, NetError> {
    trusting(RootCertStore::empty())
}

fn trusting(roots: RootCertStore) -> Result<ClientConfig, NetError> {
    Ok(finished(builder()?.with_root_certificates(roots).with_no_client_auth()))
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, NetError> {
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))
}

fn finished(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

fn failed(error: &rustls::Error) -> NetError {
    NetError::Setup { reason: error.to_string() }
}

#[cfg(any(target_os = "macos", windows))]
fn of_system() -> Result<(ClientConfig, RootsInUse), NetError> {
    use rustls_platform_verifier::BuilderVerifierExt;

    let config = builder()?.with_platform_verifier().map_err(|error| failed(&error))?.with_no_client_auth();
    Ok((finished(config), RootsInUse::SystemVerifier))
}

#[cfg(not(any(target_os = "macos", windows)))]
fn of_system() -> Result<(ClientConfig, RootsInUse), NetError> {
    let mut roots = store(rustls_native_certs::load_native_certs());
    if !roots.is_empty() {
        let count = roots.len();
        return Ok((trusting(roots)?, RootsInUse::System(count)));
    }
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let count = roots.len();
    Ok((trusting(roots)?, RootsInUse::Bundled(count)))
}

impl RootsFrom {
    /// Reads the two variables. An empty one counts as unset.
    pub fn read(env: &dyn Fn(&str) -> Option<OsString>) -> RootsFrom {
        let set = |name| env(name).filter(|value| !value.is_empty());
        RootsFrom { file: set(FILE).map(PathBuf::from), dirs: set(DIR) }
    }

    /// The two variables and their values; empty if not set.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, String)> {
        let file = self.file.as_ref().map_or_else(String::new, |file| file.display().to_string());
        let dirs = self.dirs.as_ref().map_or_else(String::new, |dirs| dirs.to_string_lossy().into_owned());
        [(FILE, file), (DIR, dirs)].into_iter()
    }

    /// Reads the roots that the variables name, and returns them with the names of these variables. `None` if
    /// none is set.
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

/// The innermost cause, without the path, which the message already has.
fn reason(error: &rustls_native_certs::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// The certificates that rustls can read.
fn store(found: CertificateResult) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    roots
}
