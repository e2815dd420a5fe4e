//! What came of asking every place: the answers, without a judgment.

use serde::Serialize;

/// What a probe is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeKind {
    /// An HTTP or SOCKS proxy on the way.
    Proxy,
    /// What judges certificates.
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

/// How a probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeState {
    /// It answers as it should.
    Ok,
    /// It answers and does not have what was asked for.
    Lacks,
    /// It can't be used.
    Failed,
    /// It is not asked at all.
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

/// One place that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Probe {
    /// What it is about.
    pub kind: ProbeKind,
    /// What the place is called.
    pub name: String,
    /// Its address, without credentials.
    pub address: String,
    /// How it ended.
    pub state: ProbeState,
    /// How long it took.
    pub milliseconds: u64,
    /// What it answered, or why it can't be used.
    pub reason: String,
    /// What to run next, where the fault is not the place's.
    #[serde(skip)]
    pub hint: Option<String>,
}

/// Everything that was asked, in the order of the kinds and the places.
#[derive(Clone, Debug, Serialize)]
pub struct NetworkReport {
    /// The toolchain whose archive was asked for.
    pub toolchain: Option<String>,
    /// The probes.
    pub probes: Vec<Probe>,
    /// Where the setting stands that forbids the network.
    pub offline: Option<String>,
}
