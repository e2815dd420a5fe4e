//! The error of a tree that could not be verified.

use gom_select::explain::{ErrorKind, Explain};

use crate::error::Error;

/// An error of a command that verifies. It explains itself like its cause, but does not mention an install,
/// because the user did not ask for one.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct VerifyError(#[from] pub Error);

impl Explain for VerifyError {
    fn kind(&self) -> ErrorKind {
        self.0.kind()
    }

    fn value(&self) -> Option<String> {
        self.0.value()
    }

    fn guess(&self) -> Option<String> {
        self.0.guess()
    }

    fn hint(&self) -> String {
        self.0.advice()
    }
}

#[cfg(test)]
mod tests {
    use gom_sumdb::LogError;

    use super::*;
    use crate::proof::LogFailure;

    #[test]
    fn only_an_install_says_that_nothing_was_installed() {
        let id = gom_select::toolchain::ToolchainId::parse("go1.22.6.linux-amd64").unwrap();
        let source = LogError::NotFound { module: "m".to_owned(), version: "v1".to_owned() };
        let error = Error::from(LogFailure { id, log: "sum.test".to_owned(), source });
        let install = error.hint();
        let verify = VerifyError(error).hint();
        assert_eq!(install, format!("nothing was installed; {verify}"));
    }
}
