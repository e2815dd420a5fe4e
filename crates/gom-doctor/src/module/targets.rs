//! The platforms that a module is built for: `--target`, else `gom.toml` in the module's folder, else this machine's.
//!
//! ```toml
//! [check]
//! targets = ["darwin/arm64", "linux/amd64"]
//! ```
//!
//! The file only selects platforms: no program, path or flag comes from it.

use std::path::{Path, PathBuf};

use gom_select::explain::{ErrorKind, Explain};
use gom_select::platform::Platform;
use serde::Deserialize;

use gom_core::files;

/// The name of the file.
pub const FILE: &str = "gom.toml";

/// Platforms that Go builds for but has no toolchain for (`go tool dist list`).
const WITHOUT_TOOLCHAIN: &[(&str, &str)] = &[
    ("android", "386"),
    ("android", "amd64"),
    ("android", "arm"),
    ("android", "arm64"),
    ("ios", "amd64"),
    ("ios", "arm64"),
    ("js", "wasm"),
    ("wasip1", "wasm"),
];

/// Invalid targets.
#[derive(Debug, thiserror::Error)]
pub enum BadTargets {
    /// Go does not have this platform.
    #[error("{place}: Go has no platform `{text}`")]
    Unknown {
        /// `--target`, or the file.
        place: String,
        /// The target as written.
        text: String,
    },
    /// The file can't be read.
    #[error("{}: {reason}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why, with the line.
        reason: String,
    },
}

impl Explain for BadTargets {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hint(&self) -> String {
        match self {
            BadTargets::Unknown { .. } => "run `go tool dist list` to see the platforms".to_owned(),
            BadTargets::File { file, .. } => {
                format!("write `[check]` and `targets = [\"linux/amd64\"]` into {}", file.display())
            }
        }
    }
}

#[derive(Deserialize)]
struct ModuleFile {
    #[serde(default)]
    check: Check,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    #[serde(default)]
    targets: Vec<String>,
}

/// The targets, each once, in the order of the list.
pub fn find(flags: &[String], folder: &Path, host: &Platform) -> Result<Vec<Platform>, BadTargets> {
    let file = folder.join(FILE);
    let (place, texts) = if flags.is_empty() {
        (file.display().to_string(), in_file(&file)?)
    } else {
        ("--target".to_owned(), flags.to_vec())
    };
    let mut targets: Vec<Platform> = Vec::new();
    for text in texts {
        let platform = text.split_once('/').and_then(|(os, arch)| Platform::from_user(os, arch).ok());
        match platform.filter(is_target) {
            Some(platform) if targets.contains(&platform) => {}
            Some(platform) => targets.push(platform),
            None => return Err(BadTargets::Unknown { place, text }),
        }
    }
    if targets.is_empty() {
        targets.push(host.clone());
    }
    Ok(targets)
}

fn is_target(platform: &Platform) -> bool {
    platform.is_known() || WITHOUT_TOOLCHAIN.contains(&(platform.os(), platform.arch()))
}

fn in_file(file: &Path) -> Result<Vec<String>, BadTargets> {
    let text = match files::read_text(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BadTargets::File { file: file.to_path_buf(), reason: error.to_string() }),
    };
    let parsed: Result<ModuleFile, _> = toml::from_str(&text);
    let reason = |error: toml::de::Error| {
        let line = 1 + error.span().map_or(0, |span| text[..span.start].matches('\n').count());
        format!("line {line}: {}", error.message())
    };
    let parsed =
        parsed.map_err(|error| BadTargets::File { file: file.to_path_buf(), reason: reason(error) })?;
    Ok(parsed.check.targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_comes_before_the_file_and_the_file_before_this_machine() {
        let folder = tempfile::tempdir().unwrap();
        let host = Platform::host();
        let names = |flags: &[&str]| {
            let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
            let found =
                find(&flags, folder.path(), &host).map_err(|error| format!("{error}; {}", error.hint()))?;
            Ok::<_, String>(found.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap(), [host.to_string()]);
        let file = folder.path().join(FILE);
        fs_err::write(&file, "[check]\ntargets = [\"macos/arm64\", \"linux/amd64\", \"linux/x86_64\"]\n")
            .unwrap();
        assert_eq!(names(&[]).unwrap(), ["darwin-arm64", "linux-amd64"]);
        assert_eq!(names(&["windows/arm64", "js/wasm"]).unwrap(), ["windows-arm64", "js-wasm"]);
        assert!(
            names(&["linux"]).unwrap_err().starts_with("--target: Go has no platform `linux`; run `go tool")
        );
        fs_err::write(&file, "[check]\ntarget = []\n").unwrap();
        assert!(
            names(&[]).unwrap_err().contains("gom.toml: line 2: unknown field `target`"),
            "{:?}",
            names(&[])
        );
        fs_err::write(&file, "[other]\nx = 1\n").unwrap();
        assert_eq!(names(&[]).unwrap(), [host.to_string()]);
    }
}
