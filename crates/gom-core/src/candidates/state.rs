//! What a person should know about a release before they choose it, in a few words.

use std::fmt;

use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use super::known::KnownToolchains;
use crate::index::{is_supported, security_fix_after};
use crate::install::uninstall::removal::Role;

/// Whether a release still gets fixes, and which it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// Its line gets security fixes, and it is the newest release of the line.
    Supported,
    /// Its line gets security fixes, and this later patch fixes a vulnerability.
    SecurityFix(GoVersion),
    /// Its line gets security fixes, and this later patch is known.
    Newer(GoVersion),
    /// Its line gets no more fixes.
    EndOfLife,
    /// It is a beta or a release candidate.
    Prerelease,
}

/// How a release is kept here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is not installed.
    Absent,
    /// It is installed.
    Installed,
    /// The default means it.
    Default,
    /// The version file of this folder means it.
    Pinned,
    /// Its folder lacks the go command or the VERSION file.
    Broken,
}

impl fmt::Display for Support {
    /// At most 17 characters, so that it fits into the picker on a narrow terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Support::Supported => f.write_str("supported"),
            Support::SecurityFix(version) => write!(f, "security: {version}"),
            Support::Newer(version) => write!(f, "newer: {version}"),
            Support::EndOfLife => f.write_str("end of life"),
            Support::Prerelease => f.write_str("prerelease"),
        }
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Presence::Absent => "",
            Presence::Installed => "installed",
            Presence::Default => "default",
            Presence::Pinned => "pinned",
            Presence::Broken => "broken",
        })
    }
}

impl KnownToolchains {
    /// Returns whether a version still gets fixes, by what is known here.
    pub(super) fn support(&self, version: &GoVersion) -> Support {
        if version.is_prerelease() {
            return Support::Prerelease;
        }
        if !is_supported(&self.supported, version) {
            return Support::EndOfLife;
        }
        if let Some(fix) = security_fix_after(version) {
            return Support::SecurityFix(fix);
        }
        match self.newest_of(&version.line()) {
            Some(newest) if newest > version => Support::Newer(newest.clone()),
            _ => Support::Supported,
        }
    }

    /// Returns how a toolchain is kept here.
    pub(super) fn presence(&self, id: &ToolchainId) -> Presence {
        let role = |role: Role| self.in_use.iter().any(|used| used.role == role && used.id == *id);
        if role(Role::Pin) {
            Presence::Pinned
        } else if role(Role::Default) {
            Presence::Default
        } else if self.installed.contains(id) {
            Presence::Installed
        } else if self.broken.contains(id) {
            Presence::Broken
        } else {
            Presence::Absent
        }
    }
}
