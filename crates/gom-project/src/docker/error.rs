//! Why there is no Dockerfile, and what to run next.

use std::io;
use std::path::PathBuf;

use gom_core::project::ProjectError;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};

/// Why there is no Dockerfile.
#[derive(Debug, thiserror::Error)]
pub enum DockerError {
    /// There is no module here.
    #[error("there is no go.mod here or above")]
    NoModule,
    /// The working directory does not exist.
    #[error("the working directory no longer exists")]
    NoFolder,
    /// The version of the selected Go is unknown.
    #[error("`{}` has no VERSION file, so no image is known for it", go.display())]
    NoVersion {
        /// Its program.
        go: PathBuf,
    },
    /// The module has no program.
    #[error("no package below `{}` is a program: none has `package main`", root.display())]
    NoProgram {
        /// The module's folder.
        root: PathBuf,
    },
    /// The module has several programs.
    #[error("there are {} programs here: {}", packages.len(), packages.join(", "))]
    SeveralPrograms {
        /// Their packages.
        packages: Vec<String>,
    },
    /// The named package is not a program.
    #[error("`{package}` is not a program: no file of that folder has `package main`")]
    NotAProgram {
        /// The package.
        package: String,
        /// One that is.
        other: Option<String>,
    },
    /// A folder's name can't be written into a Dockerfile.
    #[error("the folder `{}` has characters that gom does not write into a Dockerfile", package.escape_debug())]
    OddName {
        /// The package.
        package: String,
    },
    /// A Dockerfile is there.
    #[error("`{}` exists already, with another content", file.display())]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// A file can't be read.
    #[error("can't read `{}`: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file can't be written.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// An error of gom-core, such as that nothing is selected.
    #[error(transparent)]
    Core(#[from] Box<gom_core::Error>),
}

impl Explain for DockerError {
    fn kind(&self) -> ErrorKind {
        match self {
            DockerError::NoModule | DockerError::NoVersion { .. } | DockerError::NoProgram { .. } => {
                ErrorKind::NotFound
            }
            DockerError::SeveralPrograms { .. }
            | DockerError::NotAProgram { .. }
            | DockerError::OddName { .. }
            | DockerError::Exists { .. } => ErrorKind::Usage,
            DockerError::NoFolder | DockerError::Io { .. } => ErrorKind::Failure,
            DockerError::Project(error) => error.kind(),
            DockerError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            DockerError::NotAProgram { package, .. } | DockerError::OddName { package } => {
                Some(package.clone())
            }
            DockerError::NoVersion { go: path }
            | DockerError::NoProgram { root: path }
            | DockerError::Exists { file: path }
            | DockerError::Io { path, .. } => Some(path.display().to_string()),
            DockerError::Project(error) => error.value(),
            DockerError::Core(error) => error.value(),
            DockerError::NoModule | DockerError::NoFolder | DockerError::SeveralPrograms { .. } => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            DockerError::NoModule => {
                "run it in the folder of a module, or `go mod init NAME` first".to_owned()
            }
            DockerError::NoFolder => "run `cd ~` and try again".to_owned(),
            DockerError::NoVersion { .. } => "run `gom use latest`".to_owned(),
            DockerError::NoProgram { .. } => {
                "name the folder of the program: `gom docker --package ./cmd/app`".to_owned()
            }
            DockerError::SeveralPrograms { packages } => {
                format!("run `gom docker --package {}`, or with another of them", shell_quote(&packages[0]))
            }
            DockerError::NotAProgram { other: Some(other), .. } => {
                format!("run `gom docker --package {}`", shell_quote(other))
            }
            DockerError::NotAProgram { other: None, .. } => "run `gom docker --package ./cmd/app`".to_owned(),
            DockerError::OddName { .. } => {
                "rename the folder: letters, digits and `._+-` are written".to_owned()
            }
            DockerError::Exists { .. } => {
                "run `gom docker` to see the other one, and `gom docker --write --force` to replace it"
                    .to_owned()
            }
            DockerError::Io { path, .. } => {
                format!("run `ls -ld {}` and make it readable", shell_quote(path))
            }
            DockerError::Project(error) => error.hint(),
            DockerError::Core(error) => error.hint(),
        }
    }
}
