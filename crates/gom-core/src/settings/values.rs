//! The settings whose values are words.

use std::fmt;
use std::str::FromStr;

use gom_select::used;
use url::Url;

/// What the shim may do if a toolchain is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoInstall {
    /// Nothing: print the command to run.
    Never,
    /// Ask the user, if a person can answer (a terminal).
    Prompt,
    /// Install, if a person watches (a terminal).
    Tty,
    /// Always install.
    Always,
}

impl FromStr for AutoInstall {
    type Err = String;

    fn from_str(text: &str) -> Result<AutoInstall, String> {
        match text {
            "never" => Ok(AutoInstall::Never),
            "prompt" => Ok(AutoInstall::Prompt),
            "tty" => Ok(AutoInstall::Tty),
            "always" => Ok(AutoInstall::Always),
            _ => Err("write never, prompt, tty or always".to_owned()),
        }
    }
}

impl fmt::Display for AutoInstall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AutoInstall::Never => "never",
            AutoInstall::Prompt => "prompt",
            AutoInstall::Tty => "tty",
            AutoInstall::Always => "always",
        })
    }
}

/// Whether gom says that the Go in use lacks security fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticePolicy {
    /// At most once a day, at a terminal.
    Daily,
    /// Not at all.
    Never,
}

impl FromStr for NoticePolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<NoticePolicy, String> {
        match text {
            "daily" => Ok(NoticePolicy::Daily),
            "never" => Ok(NoticePolicy::Never),
            _ => Err("write daily or never".to_owned()),
        }
    }
}

impl fmt::Display for NoticePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoticePolicy::Daily => "daily",
            NoticePolicy::Never => "never",
        })
    }
}

/// Whether a `go` records which toolchain it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordUse {
    /// It does.
    Always,
    /// It does not.
    Never,
}

impl FromStr for RecordUse {
    type Err = String;

    fn from_str(text: &str) -> Result<RecordUse, String> {
        match text {
            "always" => Ok(RecordUse::Always),
            used::NEVER => Ok(RecordUse::Never),
            _ => Err("write always or never".to_owned()),
        }
    }
}

impl fmt::Display for RecordUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RecordUse::Always => "always",
            RecordUse::Never => used::NEVER,
        })
    }
}

/// A place that `--source` may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceName {
    /// go.dev and its other address.
    GoDev,
    /// The place to which go.dev redirects downloads.
    Storage,
    /// The folders of `GOM_MIRROR`.
    Mirror,
    /// The proxies of GOPROXY.
    Proxy,
    /// A flat folder given by its URL.
    Url(Url),
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceName::GoDev => f.write_str("go.dev"),
            SourceName::Storage => f.write_str("dl.google.com"),
            SourceName::Mirror => f.write_str("mirror"),
            SourceName::Proxy => f.write_str("proxy"),
            SourceName::Url(url) => f.write_str(&crate::redact::redacted(url)),
        }
    }
}

/// What must prove a toolchain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequiredProof {
    /// The checksum database, or the published sha256 if the database can't be asked.
    Any,
    /// The checksum database, at the time of the install.
    Log,
}

impl FromStr for RequiredProof {
    type Err = String;

    fn from_str(text: &str) -> Result<RequiredProof, String> {
        match text {
            "any" => Ok(RequiredProof::Any),
            "log" => Ok(RequiredProof::Log),
            _ => Err("write any or log".to_owned()),
        }
    }
}

impl fmt::Display for RequiredProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RequiredProof::Any => "any",
            RequiredProof::Log => "log",
        })
    }
}

/// Whether a tree is flushed to disk before it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncPolicy {
    /// Flush: an installed toolchain is whole even after a power cut.
    Auto,
    /// Leave it to the system: an installed toolchain is whole after any process dies, but not after a power
    /// cut.
    Never,
}

impl FromStr for SyncPolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<SyncPolicy, String> {
        match text {
            "auto" => Ok(SyncPolicy::Auto),
            "never" => Ok(SyncPolicy::Never),
            _ => Err("write auto or never".to_owned()),
        }
    }
}

impl fmt::Display for SyncPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SyncPolicy::Auto => "auto",
            SyncPolicy::Never => "never",
        })
    }
}
