//! Why a policy stops a command.

use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::policy::PolicyIdentity;

use super::rules::PolicyMode;

/// Why a policy stops a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A rule refuses a toolchain.
    #[error(transparent)]
    Refused(Box<RefusedByPolicy>),
    /// There is a policy, and it can't be used.
    #[error(transparent)]
    Unusable(Box<BadPolicy>),
}

/// A toolchain that a rule refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is refused by this machine's policy: {reason} ({})", self.place())]
pub struct RefusedByPolicy {
    /// The toolchain, or the Go that is meant.
    pub what: String,
    /// Why, as a clause.
    pub reason: String,
    /// The policy.
    pub file: PathBuf,
    /// The rule, with its 1-based line; `None` for what holds under each policy.
    pub rule: Option<(&'static str, usize)>,
    /// What to run.
    pub hint: String,
}

impl RefusedByPolicy {
    fn place(&self) -> String {
        match self.rule {
            Some((rule, line)) => format!("{}:{line}: {rule}", self.file.display()),
            None => self.file.display().to_string(),
        }
    }
}

/// A policy that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this machine's policy can't be used: {}: {reason}", self.place())]
pub struct BadPolicy {
    /// The file.
    pub file: PathBuf,
    /// The 1-based line, if it is about one.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
    /// What to run.
    pub hint: String,
    /// Which file it is, if that can be told from any other.
    pub identity: Option<PolicyIdentity>,
    /// What the file says of its mode; [`PolicyMode::Enforce`] if it can't be told.
    pub mode: PolicyMode,
}

impl BadPolicy {
    /// The file, and the line if there is one.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file.display()),
            None => self.file.display().to_string(),
        }
    }
}

impl From<RefusedByPolicy> for PolicyError {
    fn from(refused: RefusedByPolicy) -> PolicyError {
        PolicyError::Refused(Box::new(refused))
    }
}

impl From<BadPolicy> for PolicyError {
    fn from(bad: BadPolicy) -> PolicyError {
        PolicyError::Unusable(Box::new(bad))
    }
}

impl Explain for PolicyError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Refused
    }

    fn value(&self) -> Option<String> {
        Some(match self {
            PolicyError::Refused(refused) => refused.what.clone(),
            PolicyError::Unusable(bad) => bad.place(),
        })
    }

    fn hint(&self) -> String {
        match self {
            PolicyError::Refused(refused) => refused.hint.clone(),
            PolicyError::Unusable(bad) => bad.hint.clone(),
        }
    }
}
