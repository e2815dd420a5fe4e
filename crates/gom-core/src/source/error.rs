//! Why no source delivered an archive.

use gom_select::explain::{ErrorKind, Explain};
use gom_select::hardware;
use gom_select::toolchain::ToolchainId;

use crate::hints;
use crate::net::NetError;
use crate::net::race::PlaceFailure;

/// A place that was not asked, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedSource {
    /// Its name in messages.
    pub label: String,
    /// Why it was not asked.
    pub reason: String,
    /// Why, for what follows from it.
    pub why: WhySkipped,
}

/// Why a place is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhySkipped {
    /// No address of it is set.
    Unset,
    /// Only the checksum database could prove its archive, which the user switched off.
    NeedsLog,
    /// The machine's policy does not allow it.
    ByPolicy,
}

/// No source delivered the archive.
#[derive(Debug, thiserror::Error)]
#[error("no source has {id}{}", reasons(.failures, .skipped))]
pub struct NoSource {
    /// The toolchain.
    pub id: ToolchainId,
    /// The places that were asked, with their reasons.
    pub failures: Vec<PlaceFailure>,
    /// The places that were not asked.
    pub skipped: Vec<SkippedSource>,
}

impl Explain for NoSource {
    fn kind(&self) -> ErrorKind {
        if self.is_by_policy() {
            return ErrorKind::Refused;
        }
        let is_bad = |failure: &PlaceFailure| matches!(failure.error, NetError::BadArchive { .. });
        if self.failures.iter().any(is_bad) { ErrorKind::Integrity } else { ErrorKind::Network }
    }

    fn value(&self) -> Option<String> {
        Some(self.id.to_string())
    }

    fn hint(&self) -> String {
        let argument = self.id.as_argument(&hardware::platform());
        if self.failures.iter().any(|failure| matches!(failure.error, NetError::Offline { .. })) {
            return hints::OFFLINE.to_owned();
        }
        // A failure that no other source would fix.
        if let Some(hint) = self.failures.iter().find_map(|failure| failure.error.own_hint()) {
            return hint;
        }
        if self.is_by_policy() {
            return format!(
                "run `gom install {argument}` without --source and GOM_SOURCES, so that the places of the policy are asked"
            );
        }
        if self.failures.is_empty() && self.skipped.iter().any(|skipped| skipped.why == WhySkipped::NeedsLog)
        {
            return format!(
                "run `go env -u GOSUMDB` or unset it where the message says it stands, then `gom install {argument}` again"
            );
        }
        if self.skipped.iter().any(|skipped| skipped.why == WhySkipped::ByPolicy) {
            return format!(
                "run `gom doctor --network` to see what can't be reached, then `gom install {argument}` again; \
                 only who wrote the policy can allow other places"
            );
        }
        format!(
            "set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install {argument}` again; \
             `gom config` shows both"
        )
    }
}

impl NoSource {
    /// Whether places were left out because of the machine's policy, and none that it allows was asked.
    fn is_by_policy(&self) -> bool {
        self.failures.is_empty() && self.skipped.iter().any(|skipped| skipped.why == WhySkipped::ByPolicy)
    }
}

/// Returns one line for each place.
pub(crate) fn reasons(failures: &[PlaceFailure], skipped: &[SkippedSource]) -> String {
    let asked = failures.iter().map(|failure| format!("\n  {}: {}", failure.label, failure.error));
    let skipped =
        skipped.iter().map(|skipped| format!("\n  {}: not asked: {}", skipped.label, skipped.reason));
    asked.chain(skipped).collect()
}
