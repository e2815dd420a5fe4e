//! The roots that TLS trusts: the system's (`SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured), or the
//! Mozilla roots in the binary where the system has none (a bare container).

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use super::NetError;

/// A TLS configuration, and whether it had to use the roots in the binary.
pub struct Tls {
    /// For the HTTP client.
    pub config: ClientConfig,
    /// The system has no usable roots.
    pub bundled_roots: bool,
}

/// Reads the roots and builds the configuration.
pub fn configure() -> Result<Tls, NetError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let bundled_roots = roots.is_empty();
    if bundled_roots {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| NetError::Setup { reason: error.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { config, bundled_roots })
}
