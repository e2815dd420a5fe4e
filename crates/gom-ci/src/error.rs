//! Errors that only occur in a CI job.

use std::io;
use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::platform::Platform;
use gom_select::select::SelectError;
use gom_select::toolchain::ToolchainId;

use gom_core::Error;
use gom_core::shell_quote::shell_quote;

/// Why `gom ci` failed.
#[derive(Debug, thiserror::Error)]
pub enum CiError {
    /// A version that YAML has probably cut: an unquoted `1.20` is the number 1.2.
    #[error("YAML reads {text}0 without quotes as `{text}`")]
    CutByYaml {
        /// The version that gom was given.
        text: String,
    },
    /// A version file that was named can't be used.
    #[error("{place}: {reason}")]
    VersionFile {
        /// File, and line if there is one.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The toolchain is for another machine, or is broken.
    #[error("`{program} version` does not run here: {reason}")]
    DoesNotRun {
        /// The go program.
        program: String,
        /// The reason.
        reason: String,
    },
    /// Other goms uninstall the toolchain again and again.
    #[error("{id} was uninstalled twice while gom set it up: `{}` is gone", goroot.display())]
    Removed {
        /// The toolchain.
        id: ToolchainId,
        /// Where it was.
        goroot: PathBuf,
    },
    /// The job requests toolchains for a platform that does not run here.
    #[error("this machine ({here}) can't run programs for {platform}")]
    OtherPlatform {
        /// The requested platform.
        platform: Platform,
        /// This machine's.
        here: Platform,
    },
    /// A value that CI files can't contain.
    #[error("`{what}` contains a newline or invalid UTF-8, which CI files can't contain")]
    NotALine {
        /// The value.
        what: String,
    },
    /// Finding, downloading, verifying or storing a toolchain failed.
    #[error(transparent)]
    Core(Box<Error>),
    /// A file of the CI or of a cache can't be read or written. The message names it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The folder of a cache is unknown.
    #[error("the folder of {what} is unknown: neither {variable} nor HOME is set")]
    NoFolder {
        /// The cache.
        what: &'static str,
        /// The variable that names it.
        variable: &'static str,
    },
    /// The toolchain of the build cache is not set up.
    #[error("Go {text} is not set up, but the key of the build cache needs its build id")]
    NotSetUp {
        /// The requested version.
        text: String,
    },
    /// The go program in a GOROOT has no build id.
    #[error("`{}` has no Go build id", .0.display())]
    NoBuildId(PathBuf),
    /// The start time of the job is unknown.
    #[error("GOM_CI_STARTED is not set, so gom can't tell what this job used")]
    NoStart,
}

impl From<Error> for CiError {
    fn from(error: Error) -> CiError {
        CiError::Core(Box::new(error))
    }
}

impl From<SelectError> for CiError {
    fn from(error: SelectError) -> CiError {
        Error::from(error).into()
    }
}

impl Explain for CiError {
    fn kind(&self) -> ErrorKind {
        match self {
            CiError::CutByYaml { .. }
            | CiError::VersionFile { .. }
            | CiError::OtherPlatform { .. }
            | CiError::NotALine { .. }
            | CiError::NoFolder { .. }
            | CiError::NoStart => ErrorKind::Usage,
            CiError::Core(error) => error.kind(),
            CiError::NotSetUp { .. } => ErrorKind::NotFound,
            CiError::DoesNotRun { .. } | CiError::Removed { .. } | CiError::Io(_) | CiError::NoBuildId(_) => {
                ErrorKind::Failure
            }
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            CiError::CutByYaml { text } | CiError::NotSetUp { text } => Some(text.clone()),
            CiError::Core(error) => error.value(),
            CiError::OtherPlatform { platform, .. } => Some(platform.to_string()),
            CiError::Removed { id, .. } => Some(id.to_string()),
            CiError::NoBuildId(goroot) => Some(goroot.display().to_string()),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            CiError::CutByYaml { text } => {
                format!(
                    "write `go-version: '{text}0'` with quotes; for Go {text} itself, name a patch such as {text}.1"
                )
            }
            CiError::VersionFile { place, .. } => {
                format!("correct {place}, or name the version: `gom ci setup 1.22`")
            }
            CiError::DoesNotRun { program, .. } => {
                let program = shell_quote(program);
                format!("run `file {program}` and `uname -m`, and name the architecture with `--arch`")
            }
            CiError::Removed { id, .. } => {
                format!("run `gom ci setup {}` again when no other job uninstalls it", id.version.as_spec())
            }
            CiError::OtherPlatform { .. } => "omit --os and --arch".to_owned(),
            CiError::NotALine { .. } => "set GOM_HOME or GOPATH to a folder with a plain name".to_owned(),
            CiError::Core(error) => error.hint(),
            CiError::Io(_) => {
                "run `gom config` and `go env` to see the folders in use, and make them writable".to_owned()
            }
            CiError::NoFolder { variable, .. } => format!("set {variable} to an absolute path"),
            CiError::NotSetUp { text } => format!("run `gom ci setup {text}` first"),
            CiError::NoBuildId(_) => "pass the folder that `go env GOROOT` prints".to_owned(),
            CiError::NoStart => {
                "run `gom ci setup` first, or pass the start time of the job to `--since`, as `date +%s` prints it"
                    .to_owned()
            }
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            CiError::Core(error) => error.guess(),
            _ => None,
        }
    }
}
