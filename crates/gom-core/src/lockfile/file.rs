//! The form of the file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gom_select::platform::Platform;
use gom_select::regular_file;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use gom_sumdb::LogRecord;
use serde::{Deserialize, Serialize};

use super::error::LockfileError;
use crate::digest::Sha256Digest;
use crate::go::settings::TOOLCHAIN_MODULE;

/// Its name, at the root of the project.
pub const FILE_NAME: &str = "gom.lock";
/// The version of the form that this gom writes.
const VERSION: i64 = 1;
/// The largest file that is read, in bytes: one for all platforms has a tenth of it.
const LIMIT: usize = 2 << 20;
const HEADER: &str = "\
# The Go of this project, with Go's checksum database's proof of it. Made by `gom lock`; do not edit.
# `gom install --locked` follows it, `gom lock --check` compares it with the version files.

";

/// What a `gom.lock` says. Nothing of it is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockfile {
    /// The file.
    pub file: PathBuf,
    /// The version of Go.
    pub go: GoVersion,
    /// The name of the checksum database.
    pub log: String,
    /// The only platforms that the user wants locked; empty for all of the release.
    pub platforms: Vec<Platform>,
    /// The toolchains with a proof, in the order of their platforms.
    pub toolchains: Vec<LockedToolchain>,
    /// The platforms without one.
    pub unproven: Vec<Unproven>,
}

/// A toolchain in a `gom.lock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedToolchain {
    /// The toolchain.
    pub id: ToolchainId,
    /// The name of go.dev's archive, if a list has it.
    pub archive: Option<String>,
    /// Its sum, if one is published.
    pub sha256: Option<Sha256Digest>,
    /// The checksum database's record, with its proof.
    pub record: LogRecord,
}

/// A platform of the release that has no proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproven {
    /// The platform.
    pub platform: Platform,
    /// The name of go.dev's archive, if a list has it.
    pub archive: Option<String>,
    /// Its sum, if one is published.
    pub sha256: Option<Sha256Digest>,
    /// Why there is no proof.
    pub reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    version: i64,
    go: String,
    log: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    platforms: Vec<String>,
    #[serde(rename = "toolchain", default, skip_serializing_if = "Vec::is_empty")]
    toolchains: Vec<ToolchainForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unproven: Vec<UnprovenForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolchainForm {
    platform: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<Sha256Digest>,
    h1: String,
    proof: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnprovenForm {
    platform: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<Sha256Digest>,
    reason: String,
}

/// Reads the `gom.lock` of a project, whose root this is. `None` if it has none.
pub fn read(root: &Path) -> Result<Option<Lockfile>, LockfileError> {
    let file = root.join(FILE_NAME);
    let malformed = |reason: String| LockfileError::Malformed { file: file.clone(), reason };
    match regular_file::read(&file, LIMIT).map_err(|error| malformed(error.to_string()))? {
        None => Ok(None),
        Some(bytes) if bytes.len() > LIMIT => Err(malformed(format!("it has more than {LIMIT} bytes"))),
        Some(bytes) => {
            let text = String::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8".to_owned()))?;
            Lockfile::parse(&text, &file).map(Some)
        }
    }
}

impl Lockfile {
    /// Reads the text of a file.
    pub fn parse(text: &str, file: &Path) -> Result<Lockfile, LockfileError> {
        let malformed = |reason: String| LockfileError::Malformed { file: file.to_path_buf(), reason };
        let of_toml = |error: &toml::de::Error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            malformed(format!("{line}{}", error.message()))
        };
        let table: toml::Table = toml::from_str(text).map_err(|error| of_toml(&error))?;
        match table.get("version").and_then(toml::Value::as_integer) {
            Some(version) if version > VERSION => {
                return Err(LockfileError::Newer { file: file.to_path_buf(), version });
            }
            _ => {}
        }
        let form: FileForm = toml::from_str(text).map_err(|error| of_toml(&error))?;
        let go = GoVersion::parse(&form.go)
            .map_err(|_| malformed(format!("`go` is `{}`, which is no version of Go", form.go)))?
            .canonical();
        let platform =
            |text: &str| Platform::parse(text).map_err(|_| malformed(format!("`{text}` is no platform")));
        let platforms = form.platforms.iter().map(|text| platform(text)).collect::<Result<_, _>>()?;
        let mut toolchains = Vec::new();
        for toolchain in form.toolchains {
            let id = ToolchainId { version: go.clone(), platform: platform(&toolchain.platform)? };
            let record = LogRecord::from_proof_text(&toolchain.proof, TOOLCHAIN_MODULE, &id.module_version())
                .map_err(|error| malformed(format!("{}: {error}", toolchain.platform)))?;
            if record.h1 != toolchain.h1 {
                return Err(malformed(format!(
                    "{}: `h1` is {}, and the record in the proof has {}",
                    toolchain.platform, toolchain.h1, record.h1
                )));
            }
            let (archive, sha256) = (toolchain.archive, toolchain.sha256);
            toolchains.push(LockedToolchain { id, archive, sha256, record });
        }
        let mut unproven = Vec::new();
        for UnprovenForm { platform: text, archive, sha256, reason } in form.unproven {
            unproven.push(Unproven { platform: platform(&text)?, archive, sha256, reason });
        }
        Ok(Lockfile { file: file.to_path_buf(), go, log: form.log, platforms, toolchains, unproven })
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        let toolchains = self.toolchains.iter().map(|toolchain| ToolchainForm {
            platform: toolchain.id.platform.to_string(),
            archive: toolchain.archive.clone(),
            sha256: toolchain.sha256,
            h1: toolchain.record.h1.clone(),
            proof: toolchain.record.to_proof_text(),
        });
        let unproven = self.unproven.iter().map(|unproven| UnprovenForm {
            platform: unproven.platform.to_string(),
            archive: unproven.archive.clone(),
            sha256: unproven.sha256,
            reason: unproven.reason.clone(),
        });
        let form = FileForm {
            version: VERSION,
            go: self.go.to_string(),
            log: self.log.clone(),
            platforms: self.platforms.iter().map(ToString::to_string).collect(),
            toolchains: toolchains.collect(),
            unproven: unproven.collect(),
        };
        let mut text = HEADER.to_owned();
        // Of texts and numbers alone, it can always be written.
        let _ = write!(text, "{}", toml::to_string_pretty(&form).unwrap_or_default());
        text
    }

    /// The toolchain for a platform.
    pub fn toolchain(&self, platform: &Platform) -> Result<&LockedToolchain, LockfileError> {
        if let Some(toolchain) = self.toolchains.iter().find(|toolchain| toolchain.id.platform == *platform) {
            return Ok(toolchain);
        }
        let unproven = self.unproven.iter().find(|unproven| unproven.platform == *platform);
        Err(LockfileError::NotLocked {
            file: self.file.clone(),
            id: ToolchainId { version: self.go.clone(), platform: platform.clone() },
            reason: unproven
                .map_or_else(|| "it does not have this platform".to_owned(), |one| one.reason.clone()),
        })
    }
}
