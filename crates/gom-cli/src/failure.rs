//! A failure as the user sees it: what failed, the value, and what to run next.

use gom_select::explain::{ErrorKind, Explain};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a verb failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    /// The exit code, if it is not the kind's: 126.
    code: Option<u8>,
    pub(crate) message: String,
    pub(crate) value: Option<String>,
    pub(crate) hint: String,
    /// A correction of `value`, if the command with it would work.
    pub(crate) guess: Option<String>,
    /// More failures of the same command, for verbs with several tasks.
    pub(crate) others: Vec<Failure>,
    /// The results that succeeded, for `--json`.
    pub(crate) partial: Option<Value>,
}

impl Failure {
    /// A failure because of wrong usage: exit code 2.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::new(ErrorKind::Usage, message, hint)
    }

    /// Any other failure: exit code 1.
    pub(crate) fn other(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::new(ErrorKind::Failure, message, hint)
    }

    /// A failure of a given kind.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Failure {
        let (message, hint) = (message.into(), hint.into());
        Failure {
            kind,
            code: None,
            message,
            value: None,
            hint,
            guess: None,
            others: Vec::new(),
            partial: None,
        }
    }

    /// Sets the value that it is about.
    pub(crate) fn about(self, value: impl Into<String>) -> Failure {
        Failure { value: Some(value.into()), ..self }
    }

    /// Replaces the hint.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Failure {
        Failure { hint: hint.into(), ..self }
    }

    /// Sets the correction of its value.
    pub(crate) fn with_guess(self, guess: Option<String>) -> Failure {
        Failure { guess, ..self }
    }

    /// Replaces the kind, and with it the exit code.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Failure {
        Failure { kind, code: None, ..self }
    }

    /// Sets an exit code other than the kind's.
    pub(crate) fn with_code(self, code: u8) -> Failure {
        Failure { code: Some(code), ..self }
    }

    /// Sets the object of the results that succeeded.
    pub(crate) fn with_partial(self, object: impl Serialize) -> Failure {
        Failure { partial: Some(json!(object)), ..self }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code.unwrap_or_else(|| self.kind.exit_code())
    }

    /// The failure as JSON.
    pub(crate) fn to_json(&self) -> ErrorJson<'_> {
        ErrorJson {
            kind: self.kind.name(),
            code: self.code(),
            message: &self.message,
            value: self.value.as_deref(),
            hint: &self.hint,
        }
    }
}

/// `error` in the object of `--json`.
#[derive(Serialize)]
pub(crate) struct ErrorJson<'a> {
    kind: &'static str,
    code: u8,
    message: &'a str,
    value: Option<&'a str>,
    hint: &'a str,
}

impl<E: Explain> From<E> for Failure {
    fn from(error: E) -> Failure {
        let failure = Failure::new(error.kind(), error.to_string(), error.hint());
        Failure { value: error.value(), guess: error.guess(), ..failure }
    }
}
