//! The roots that TLS trusts: the system's (`SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured), or the
//! Mozilla roots in the binary where the system has none (a bare container).
//!
//! Invariant: rustls' own verifier judges every certificate. What is ours is when the roots are read: that
//! takes ten milliseconds, which nobody needs who talks to a mirror or proxy by plain http or `file://`.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::NetError;

/// The system's roots, or those in the binary.
#[derive(Debug)]
pub struct Roots {
    provider: Arc<CryptoProvider>,
    read: OnceLock<Result<Read, Error>>,
}

/// Roots that were read.
#[derive(Debug)]
struct Read {
    verifier: Arc<WebPkiServerVerifier>,
    /// The system has no usable roots.
    is_bundled: bool,
}

/// A configuration that trusts these roots.
pub fn configure() -> Result<(ClientConfig, Arc<Roots>), NetError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = Arc::new(Roots { provider: Arc::clone(&provider), read: OnceLock::new() });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| NetError::Setup { reason: error.to_string() })?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&roots) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, roots))
}

impl Roots {
    /// Whether they are those in the binary; known once a server was asked over TLS.
    pub fn are_bundled(&self) -> bool {
        matches!(self.read.get(), Some(Ok(read)) if read.is_bundled)
    }

    /// Whether they were read.
    pub fn are_read(&self) -> bool {
        self.read.get().is_some()
    }

    /// Reads them, or waits until another thread has.
    pub fn prepare(&self) {
        let _ = self.verifier();
    }

    fn verifier(&self) -> Result<&Arc<WebPkiServerVerifier>, Error> {
        match self.read.get_or_init(|| self.read()) {
            Ok(read) => Ok(&read.verifier),
            Err(error) => Err(error.clone()),
        }
    }

    fn read(&self) -> Result<Read, Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let is_bundled = roots.is_empty();
        if is_bundled {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider)).build();
        let verifier = verifier.map_err(|error| Error::General(error.to_string()))?;
        Ok(Read { verifier, is_bundled })
    }
}

/// As [`WebPkiServerVerifier`] does, to the last.
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
