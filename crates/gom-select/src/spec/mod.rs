//! A SPEC as a user writes it (`1.22`, `latest`), and the releases that it matches.
//!
//! Owns: [`Spec`], a request for a version, and [`PlatformSpec`], the same with an optional platform. Never:
//! resolves (callers bring the candidates), and never reads a range: ranges are for commands, while a spec
//! may be in a file. Invariant: a parsed value prints a text that parses to the same value, has no path
//! separator, and is at most as long as the input, platform aside.

use std::fmt;

use crate::link_name::LinkName;
use crate::platform::Platform;
use crate::version::{GoVersion, ReleaseLine, is_decimal, printable};

/// The maximum length of a spec: longer than any version of Go, and short enough for a message.
const MAX_BYTES: usize = 64;

const SHAPE: &str = "a version looks like `1.22.6`, `1.22` or `1.24rc1`";

/// One request for a Go version.
///
/// A bare `1.20` is the line 1.20, although Go also has a release of that name; the first release of
/// a line is always written with its zero, `1.20.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// One release or prerelease, in Go's canonical text: `1.22.6`, `1.24rc1`, and 1.20 for `1.20.0`.
    Exact(GoVersion),
    /// The releases of one line: `1.22`, `1.22.x`.
    Line(ReleaseLine),
    /// The releases of one major number: `1`, `1.x`.
    Major(String),
    /// The newest stable release: `latest`, `stable`.
    Latest,
    /// The newest stable release of the line before the newest one: `oldstable`.
    OldStable,
    /// The Go that is on PATH without gom: `system`.
    System,
    /// A linked toolchain. The parsers here never return it, because only a store tells which names are linked.
    Linked(LinkName),
}

impl GoVersion {
    /// The text by which a person names exactly this release: `1.20.0`, because `1.20` means the line.
    pub fn as_spec(&self) -> String {
        Spec::Exact(self.clone()).to_string()
    }
}

impl Spec {
    /// Parses what a person wrote: a word (`latest`, `stable`, `oldstable`, `system`), or a version
    /// with at most one of the prefixes `go-`, `go` and `v`.
    pub fn parse(text: &str) -> Result<Self, InvalidSpec> {
        let invalid = |reason| InvalidSpec::new(text, reason);
        if let Some(reason) = refusal(text) {
            return Err(invalid(reason));
        }
        match text {
            "latest" | "stable" => return Ok(Self::Latest),
            "oldstable" => return Ok(Self::OldStable),
            "system" => return Ok(Self::System),
            _ => {}
        }
        let version = ["go-", "go", "v"].iter().find_map(|prefix| text.strip_prefix(prefix));
        Self::parse_version(version.unwrap_or(text)).map_err(invalid)
    }

    /// Whether `version` matches this request. Prereleases belong to their line and major number; `latest`
    /// and `oldstable` match any stable release; `system` and a linked toolchain match none.
    pub fn matches(&self, version: &GoVersion) -> bool {
        match self {
            Self::Exact(exact) => exact == version,
            Self::Line(line) => line.contains(version),
            Self::Major(major) => major == version.major(),
            Self::Latest | Self::OldStable => version.is_stable(),
            Self::System | Self::Linked(_) => false,
        }
    }

    /// Returns the candidate that this asks for: the equal one for an exact version, else the newest stable
    /// one that matches, never a prerelease. `oldstable` is relative to the newest line among the candidates.
    /// Of equal candidates the first one is returned.
    pub fn newest<T, I>(&self, candidates: I, version_of: impl Fn(&T) -> &GoVersion) -> Option<T>
    where
        I: IntoIterator<Item = T>,
    {
        let exact = matches!(self, Self::Exact(_));
        let eligible = |version: &GoVersion| self.matches(version) && (exact || version.is_stable());
        let mut eligible: Vec<T> = candidates.into_iter().filter(|c| eligible(version_of(c))).collect();
        if *self == Self::OldStable {
            let newest_line = eligible.iter().map(|c| version_of(c).line()).max()?;
            eligible.retain(|c| version_of(c).line() < newest_line);
        }
        eligible
            .into_iter()
            .reduce(|best, next| if version_of(&next) > version_of(&best) { next } else { best })
    }

    /// Parses a version without a prefix; the error is the reason.
    fn parse_version(text: &str) -> Result<Self, &'static str> {
        if let Some(stem) = text.strip_suffix(".x").or_else(|| text.strip_suffix(".*")) {
            return Self::parse_open(stem).ok_or(SHAPE);
        }
        if let Some(open) = Self::parse_open(text) {
            return Ok(open);
        }
        if let Some((base, prerelease)) = text.split_once('-') {
            return parse_dashed(base, prerelease).map(Self::Exact);
        }
        match GoVersion::parse(text) {
            Ok(version) => Ok(Self::Exact(version.canonical())),
            Err(_) => Err(SHAPE),
        }
    }

    /// Parses a version that leaves its last number open: `1.22` or `1`.
    fn parse_open(text: &str) -> Option<Self> {
        if is_decimal(text) {
            return Some(Self::Major(text.to_owned()));
        }
        ReleaseLine::parse(text).ok().map(Self::Line)
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Go's `1.20` would read back as the line.
            Self::Exact(version) if version.hides_patch_zero() => write!(f, "{}.0", version.line()),
            Self::Exact(version) => version.fmt(f),
            Self::Line(line) => line.fmt(f),
            Self::Major(major) => f.write_str(major),
            Self::Latest => f.write_str("latest"),
            Self::OldStable => f.write_str("oldstable"),
            Self::System => f.write_str("system"),
            Self::Linked(name) => name.fmt(f),
        }
    }
}

/// A [`Spec`], possibly for a platform other than the one gom runs on: `1.26.0.darwin-arm64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformSpec {
    /// The version asked for.
    pub spec: Spec,
    /// The platform, if one was written.
    pub platform: Option<Platform>,
}

impl PlatformSpec {
    /// Parses a spec with an optional `.OS-ARCH` after it. What follows the last `.` counts as a
    /// platform only if Go has it, so the `1` of `1.24.0-rc.1` and the `0-rc1` of `1.24.0-rc1` do not.
    pub fn parse(text: &str) -> Result<Self, InvalidSpec> {
        let Some((stem, os, arch)) = split_platform(text) else {
            return Ok(Self { spec: Spec::parse(text)?, platform: None });
        };
        match Platform::from_user(os, arch).ok().filter(Platform::is_known) {
            Some(platform) => {
                let spec =
                    Spec::parse(stem).map_err(|error| InvalidSpec { text: text.to_owned(), ..error })?;
                if spec == Spec::System {
                    return Err(InvalidSpec::new(
                        text,
                        "`system` is the Go of this machine, whatever its platform",
                    ));
                }
                Ok(Self { spec, platform: Some(platform) })
            }
            // Blame the platform only if the rest is valid.
            None if Spec::parse(stem).is_ok() && os.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let reason = format!("Go has no platform `{}-{}`", printable(os), printable(arch));
                Err(InvalidSpec { text: text.to_owned(), reason })
            }
            None => Ok(Self { spec: Spec::parse(text)?, platform: None }),
        }
    }
}

impl From<LinkName> for PlatformSpec {
    fn from(name: LinkName) -> Self {
        Self { spec: Spec::Linked(name), platform: None }
    }
}

impl fmt::Display for PlatformSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.platform {
            Some(platform) => write!(f, "{}.{platform}", self.spec),
            None => self.spec.fmt(f),
        }
    }
}

/// A text that is not a version request, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSpec {
    /// The refused text.
    pub text: String,
    /// What is wrong with it, as a clause for a message.
    pub reason: String,
}

impl InvalidSpec {
    fn new(text: &str, reason: &str) -> Self {
        Self { text: text.to_owned(), reason: reason.to_owned() }
    }
}

impl fmt::Display for InvalidSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid version `{}`: {}", printable(&self.text), self.reason)
    }
}

impl std::error::Error for InvalidSpec {}

/// Returns why `text` can't be any spec, whatever its numbers. Forms that other tools accept get a reason of
/// their own, and characters that could escape from a folder or a message are refused before anything else
/// reads them.
fn refusal(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.len() > MAX_BYTES {
        return Some("it is longer than 64 bytes");
    }
    if text.contains(char::is_control) {
        return Some("it holds a control character");
    }
    if text.contains(char::is_whitespace) {
        return Some("it holds a space");
    }
    if matches!(text, "tip" | "gotip") || text.starts_with("ref:") {
        return Some("gom installs releases, not a state of Go's repository");
    }
    if text.starts_with("path:") {
        return Some("a folder is not a version");
    }
    if text.contains(['/', '\\']) || text.contains("..") {
        return Some("it holds `/`, `\\` or `..`, which no version has");
    }
    if text.contains(['<', '>', '=', '^', '~', ',', '|']) {
        return Some("a range belongs to a command, not to a file");
    }
    None
}

/// Parses a prerelease written with a dash: the base is `1.24` or `1.24.0`, the rest `rc1` or `rc.1`.
fn parse_dashed(base: &str, prerelease: &str) -> Result<GoVersion, &'static str> {
    // Only Go's own kinds: `1.22.0-bigcorp` is a custom build, not a prerelease.
    let Some((kind, number)) = ["alpha", "beta", "rc"]
        .iter()
        .find_map(|kind| {
            prerelease.strip_prefix(kind).map(|rest| (kind, rest.strip_prefix('.').unwrap_or(rest)))
        })
        .filter(|(_, number)| is_decimal(number))
    else {
        return Err(SHAPE);
    };
    let line = ReleaseLine::parse(base)
        .or_else(|error| base.strip_suffix(".0").map_or(Err(error), ReleaseLine::parse));
    let Ok(line) = line else {
        return Err("only the first release of a line has prereleases");
    };
    GoVersion::parse(&format!("{line}{kind}{number}")).map_err(|_| SHAPE)
}

/// Splits a text into the part before the last `.` and the two names after it, if they have the form
/// `OS-ARCH`.
fn split_platform(text: &str) -> Option<(&str, &str, &str)> {
    let (stem, platform) = text.rsplit_once('.')?;
    let (os, arch) = platform.split_once('-')?;
    Some((stem, os, arch))
}

#[cfg(test)]
mod tests;
