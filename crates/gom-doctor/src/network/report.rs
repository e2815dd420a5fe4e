//! The results of all probes, without a judgment.

use gom_core::settings::SourceName;
use serde::Serialize;

/// The kind of thing that a probe tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeKind {
    /// An HTTP or SOCKS proxy.
    Proxy,
    /// The root certificates.
    Roots,
    /// A list of releases.
    List,
    /// An archive of a toolchain.
    Archive,
    /// The checksum database.
    Log,
}

impl ProbeKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            ProbeKind::Proxy => "proxy",
            ProbeKind::Roots => "roots",
            ProbeKind::List => "list",
            ProbeKind::Archive => "archive",
            ProbeKind::Log => "log",
        }
    }
}

/// The result of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeState {
    /// It works.
    Ok,
    /// It answers, but does not have the file.
    Lacks,
    /// It does not work.
    Failed,
    /// It was not tried.
    Skipped,
}

impl ProbeState {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            ProbeState::Ok => "ok",
            ProbeState::Lacks => "lacks",
            ProbeState::Failed => "failed",
            ProbeState::Skipped => "-",
        }
    }
}

/// One probe and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Probe {
    /// Its kind.
    pub kind: ProbeKind,
    /// The name of the server or source.
    pub name: String,
    /// Its address, without credentials.
    pub address: String,
    /// Its result.
    pub state: ProbeState,
    /// The time it took.
    pub milliseconds: u64,
    /// The answer, or why it does not work.
    pub reason: String,
    /// What to run next, if the server is not to blame.
    #[serde(skip)]
    pub hint: Option<String>,
    /// Of an archive: the word of `--source` that allows the source.
    #[serde(skip)]
    pub source: Option<SourceName>,
}

/// All probes, in the order of their kinds and servers.
#[derive(Clone, Debug, Serialize)]
pub struct NetworkReport {
    /// The toolchain whose archive was requested.
    pub toolchain: Option<String>,
    /// The probes.
    pub probes: Vec<Probe>,
    /// Where the setting is that forbids the network.
    pub offline: Option<String>,
}
