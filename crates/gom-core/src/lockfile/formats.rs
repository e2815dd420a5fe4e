//! The lines that other programs want for the toolchains of a lock.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::error::LockfileError;
use super::file::Lockfile;
use crate::digest::Sha256Digest;

/// The program that the lines are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// A Dockerfile: `ADD --checksum`.
    Docker,
    /// MODULE.bazel of `rules_go`: `go_sdk.download`.
    Bazel,
    /// Nix: an attribute set for `fetchurl`.
    Nix,
    /// A comment that Renovate's custom manager reads, and the version.
    Renovate,
}

/// Where go.dev serves its archives.
const DOWNLOADS: &str = "https://go.dev/dl/";

impl Lockfile {
    /// The lines for another program. Toolchains without a published sha256 are left out; fails if none has one.
    pub fn lines(&self, format: LineFormat) -> Result<String, LockfileError> {
        if format == LineFormat::Renovate {
            return Ok(format!("# renovate: datasource=golang-version depName=go\nGO_VERSION={}\n", self.go));
        }
        if self.archives().next().is_none() {
            return Err(LockfileError::NoSums { file: self.file.clone() });
        }
        Ok(match format {
            LineFormat::Bazel => self.bazel(),
            LineFormat::Nix => self.nix(),
            LineFormat::Docker | LineFormat::Renovate => self.docker(),
        })
    }

    /// The archives with their sums, and the platform of each.
    fn archives(&self) -> impl Iterator<Item = (&gom_select::platform::Platform, &str, Sha256Digest)> {
        self.toolchains.iter().filter_map(|toolchain| {
            Some((&toolchain.id.platform, toolchain.archive.as_deref()?, toolchain.sha256?))
        })
    }

    /// Docker builds for Linux only.
    fn docker(&self) -> String {
        let mut lines = String::new();
        for (platform, archive, sum) in self.archives().filter(|(platform, ..)| platform.os() == "linux") {
            let _ = writeln!(lines, "# {platform}");
            let _ = writeln!(lines, "ADD --checksum=sha256:{sum} {DOWNLOADS}{archive} /tmp/");
        }
        lines
    }

    fn bazel(&self) -> String {
        let mut lines = format!("go_sdk.download(\n    version = \"{}\",\n    sdks = {{\n", self.go);
        for (platform, archive, sum) in self.archives() {
            let name = platform.to_string().replace('-', "_");
            let _ = writeln!(lines, "        \"{name}\": [\"{archive}\", \"{sum}\"],");
        }
        lines.push_str("    },\n)\n");
        lines
    }

    fn nix(&self) -> String {
        let mut lines = String::from("{\n");
        for (platform, archive, sum) in self.archives() {
            let sri = BASE64_STANDARD.encode(sum.as_bytes());
            let _ = writeln!(lines, "  \"{platform}\" = {{");
            let _ = writeln!(lines, "    url = \"{DOWNLOADS}{archive}\";");
            let _ = writeln!(lines, "    hash = \"sha256-{sri}\";");
            let _ = writeln!(lines, "  }};");
        }
        lines.push_str("}\n");
        lines
    }
}
