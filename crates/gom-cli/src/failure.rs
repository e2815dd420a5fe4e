//! A failure as the user sees it: what failed, the value, and the command that gets on from there.

use gom_select::explain::{ErrorKind, Explain};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a verb failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    /// 126 where the kind's own code is not exact enough.
    code: Option<u8>,
    pub(crate) message: String,
    pub(crate) value: Option<String>,
    pub(crate) hint: String,
    /// What `value` may have been meant for, where the command with it instead ends the problem.
    pub(crate) guess: Option<String>,
    /// More failures of the same command, for verbs that do several things at once.
    pub(crate) others: Vec<Failure>,
    /// What went well all the same, for `--json`.
    pub(crate) partial: Option<Value>,
}

impl Failure {
    /// Wrong usage: exit code 2.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::new(ErrorKind::Usage, message, hint)
    }

    /// Anything else: exit code 1.
    pub(crate) fn other(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::new(ErrorKind::Failure, message, hint)
    }

    /// Of a given kind.
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

    /// About this value.
    pub(crate) fn about(self, value: impl Into<String>) -> Failure {
        Failure { value: Some(value.into()), ..self }
    }

    /// With another command that helps.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Failure {
        Failure { hint: hint.into(), ..self }
    }

    /// With what may have been meant by its value.
    pub(crate) fn with_guess(self, guess: Option<String>) -> Failure {
        Failure { guess, ..self }
    }

    /// With another exit code than its kind's.
    pub(crate) fn with_code(self, code: u8) -> Failure {
        Failure { code: Some(code), ..self }
    }

    /// With the object of what went well all the same.
    pub(crate) fn with_partial(self, object: impl Serialize) -> Failure {
        Failure { partial: Some(json!(object)), ..self }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code.unwrap_or_else(|| self.kind.exit_code())
    }

    /// For `--json`.
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
