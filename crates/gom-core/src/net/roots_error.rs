//! The error for certificates that the user named and gom can't use.

/// Certificates that the user named and gom can't use.
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
        let wanted = if self.variable == "SSL_CERT_FILE" { "a PEM file" } else { "folders of PEM files" };
        format!(
            "run `unset {0}` to use the system's roots, or set {0} to {wanted} with certificates",
            self.variable
        )
    }
}
