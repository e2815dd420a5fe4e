//! What goes wrong in a CI job and nowhere else.

use std::io;
use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::platform::Platform;
use gom_select::select::SelectError;

use gom_core::Error;
use gom_core::shell_quote::shell_quote;

/// Why `gom ci` failed.
#[derive(Debug, thiserror::Error)]
pub enum CiError {
    /// A version that YAML has most likely cut: an unquoted `1.20` is the number 1.2.
    #[error("`{text}` is what YAML makes of {text}0 without quotes")]
    CutByYaml {
        /// As gom was given it.
        text: String,
    },
    /// A version file that was named can't be followed.
    #[error("{place}: {reason}")]
    VersionFile {
        /// File, and line if there is one.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The toolchain is for another machine, or broken.
    #[error("`{program} version` does not run here: {reason}")]
    DoesNotRun {
        /// The go program.
        program: String,
        /// What came of it.
        reason: String,
    },
    /// The job asks for toolchains of a platform that does not run here.
    #[error("programs for {platform} do not run here ({here})")]
    OtherPlatform {
        /// The platform that was named.
        platform: Platform,
        /// This machine's.
        here: Platform,
    },
    /// A value that no file of a CI can carry.
    #[error("`{what}` has a line break or is not UTF-8, which the CI can't pass on")]
    NotALine {
        /// What it is.
        what: String,
    },
    /// Finding, fetching, proving or keeping a toolchain failed.
    #[error(transparent)]
    Core(Box<Error>),
    /// A file that the CI gave, or a cache, can't be read or written. The message names it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A cache's folder is not known.
    #[error("there is no folder for {what}: neither {variable} nor HOME is set")]
    NoFolder {
        /// What is kept there.
        what: &'static str,
        /// The variable that names it.
        variable: &'static str,
    },
    /// No toolchain that the build cache could be for is there.
    #[error("Go {text} is not set up, and the key of the build cache needs its build id")]
    NotSetUp {
        /// What was asked for.
        text: String,
    },
    /// A GOROOT without a go program that has a build id.
    #[error("`{}` has no Go build id", .0.display())]
    NoBuildId(PathBuf),
    /// It is not known when the job began.
    #[error("GOM_CI_STARTED is not set, so nothing says what this job used")]
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
            CiError::DoesNotRun { .. } | CiError::Io(_) | CiError::NoBuildId(_) => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            CiError::CutByYaml { text } | CiError::NotSetUp { text } => Some(text.clone()),
            CiError::Core(error) => error.value(),
            CiError::OtherPlatform { platform, .. } => Some(platform.to_string()),
            CiError::NoBuildId(goroot) => Some(goroot.display().to_string()),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            CiError::CutByYaml { text } => {
                format!(
                    "write `go-version: '{text}0'` with quotes; for Go {text} itself name a patch, such as {text}.1"
                )
            }
            CiError::VersionFile { place, .. } => {
                format!("correct {place}, or name the version: `gom ci setup 1.22`")
            }
            CiError::DoesNotRun { program, .. } => {
                let program = shell_quote(program);
                format!("run `file {program}` and `uname -m`, and name the architecture with `--arch`")
            }
            CiError::OtherPlatform { .. } => "leave out --os and --arch".to_owned(),
            CiError::NotALine { .. } => "choose a folder with a plain name, by GOM_HOME or GOPATH".to_owned(),
            CiError::Core(error) => error.hint(),
            CiError::Io(_) => {
                "run `gom config` and `go env` to see the folders in use, and make them writable".to_owned()
            }
            CiError::NoFolder { variable, .. } => format!("set {variable} to an absolute path"),
            CiError::NotSetUp { text } => format!("run `gom ci setup {text}` before"),
            CiError::NoBuildId(_) => "give the folder that `go env GOROOT` prints".to_owned(),
            CiError::NoStart => {
                "run `gom ci setup` first, or give `--since` the time the job began, as `date +%s` prints it"
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
