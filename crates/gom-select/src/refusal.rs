//! Values that the go command refuses before it does anything: a GOTOOLCHAIN, GOWORK or `toolchain` line that
//! names no toolchain. Every go command stops there, whichever toolchain starts it.

use std::path::Path;

use crate::go_settings::{GoOrigin, GoSetting};
use crate::shell_quote::shell_quote;
use crate::version::GoVersion;

/// A value that stops every go command here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The place of the value: `GOTOOLCHAIN=latest (environment)`, `/p/go.mod:5`.
    pub place: String,
    /// Why Go stops, as a clause.
    pub reason: String,
    /// How to fix it, as a hint.
    pub cure: String,
}

impl Refusal {
    /// `GOTOOLCHAIN` has a value that no go command accepts.
    pub fn of_gotoolchain(set: &GoSetting, reason: String) -> Refusal {
        let cure = match &set.origin {
            GoOrigin::Environment | GoOrigin::BuiltIn(_) | GoOrigin::Default => {
                "run `unset GOTOOLCHAIN`".to_owned()
            }
            // Without the variable, this command would read the value too and stop.
            GoOrigin::UserFile(..) => "run `GOTOOLCHAIN=local go env -u GOTOOLCHAIN`".to_owned(),
            GoOrigin::Toolchain(..) => "write `GOTOOLCHAIN=auto` in that line".to_owned(),
        };
        Refusal { place: set.described("GOTOOLCHAIN"), reason, cure }
    }

    /// `GOWORK` is a relative path.
    pub(crate) fn of_gowork(set: &GoSetting) -> Refusal {
        let cure = match &set.origin {
            GoOrigin::Environment | GoOrigin::BuiltIn(_) | GoOrigin::Default => {
                "run `unset GOWORK`".to_owned()
            }
            // Go has no command `go env -u GOWORK`.
            GoOrigin::UserFile(..) | GoOrigin::Toolchain(..) => "remove that line".to_owned(),
        };
        Refusal { place: set.described("GOWORK"), reason: "GOWORK is not an absolute path".to_owned(), cure }
    }

    /// The `toolchain` line of `file` names a language version, such as `go1.23`.
    pub(crate) fn of_language_version(place: &str, file: &Path, version: &GoVersion) -> Refusal {
        let verb = if file.ends_with("go.mod") { "mod" } else { "work" };
        let command =
            format!("GOTOOLCHAIN=local go {verb} edit -toolchain=go{version}.0 {}", shell_quote(file));
        Refusal { place: place.to_owned(), reason: no_release(version), cure: format!("run `{command}`") }
    }

    /// The `go` line is not a version.
    pub(crate) fn of_go_line(place: String, value: &str) -> Refusal {
        Refusal {
            place,
            reason: format!("`{value}` is not a Go version"),
            cure: "change that line to a version such as `go 1.23.4`".to_owned(),
        }
    }

    /// The `toolchain` line has a value that can't be a toolchain.
    pub(crate) fn of_toolchain_line(place: &str, name: &str) -> Refusal {
        Refusal {
            place: place.to_owned(),
            reason: format!("`{name}` is not a toolchain name"),
            cure: "change that line to a release such as `toolchain go1.23.4`, or remove it".to_owned(),
        }
    }
}

/// Explains why `go1.23` is not a toolchain.
pub(crate) fn no_release(version: &GoVersion) -> String {
    format!(
        "go{version} is a language version, and Go has no release of that name: the first is go{version}.0"
    )
}
