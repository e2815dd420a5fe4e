//! The throw-away certificate authority: one per internet, kept only in memory and in one PEM file.
//!
//! It owns the TLS side of the server. ALPN offers only HTTP/1.1.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Signs a certificate for any requested host name.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    configs: Mutex<HashMap<String, Arc<ServerConfig>>>,
    file: PathBuf,
    _dir: TempDir,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Test authority of one run");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("an authority key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority certificate");
        let dir = TempDir::new().expect("a temporary directory");
        let file = dir.path().join("authority.pem");
        std::fs::write(&file, issuer.pem()).expect("writing the authority's certificate");
        Self { issuer, configs: Mutex::default(), file, _dir: dir }
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the TLS settings for one host. The certificate is made once.
    pub(super) fn config_for(&self, host: &str) -> Arc<ServerConfig> {
        let mut configs = self.configs.lock().expect("no panic while certificates are made");
        Arc::clone(configs.entry(host.to_owned()).or_insert_with(|| Arc::new(self.certify(host))))
    }

    fn certify(&self, host: &str) -> ServerConfig {
        let key = KeyPair::generate().expect("a host key");
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a host name");
        params.distinguished_name.push(DnType::CommonName, host);
        let certificate = params.signed_by(&key, &self.issuer).expect("a host certificate");
        let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key in PKCS #8");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .expect("key and certificate belong together");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config
    }
}
