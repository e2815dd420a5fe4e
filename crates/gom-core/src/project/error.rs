//! Why a file of a project is not written.

use std::io;
use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};

use crate::shell_quote::shell_quote;

/// Why a file of a project is not written.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The file is a link that may not be followed.
    #[error("`{}` is a link to `{}`, and gom does not write there: {reason}", file.display(), target.display())]
    Link {
        /// The link.
        file: PathBuf,
        /// Where it leads, as it says.
        target: PathBuf,
        /// Why it is not followed.
        reason: &'static str,
    },
    /// A folder of the project is a link.
    #[error("`{}` is a link, and gom writes no file of a project through a linked folder", folder.display())]
    LinkedFolder {
        /// The link.
        folder: PathBuf,
    },
    /// The file is not below the project's root.
    #[error("`{}` is not below the project's folder `{}`", file.display(), root.display())]
    Outside {
        /// The file.
        file: PathBuf,
        /// The project's root.
        root: PathBuf,
    },
    /// A file or folder can't be read or written. The message names it.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Explain for ProjectError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Failure
    }

    fn value(&self) -> Option<String> {
        let path = match self {
            ProjectError::Link { file, .. } | ProjectError::Outside { file, .. } => file,
            ProjectError::LinkedFolder { folder } => folder,
            ProjectError::Io(_) => return None,
        };
        Some(path.display().to_string())
    }

    fn hint(&self) -> String {
        match self {
            ProjectError::Link { file: link, .. } | ProjectError::LinkedFolder { folder: link } => {
                let link = shell_quote(link);
                format!(
                    "look at it with `ls -l {link}`; if it is not yours to keep, `rm {link}` and run this again"
                )
            }
            ProjectError::Outside { root, .. } => format!("run it in `{}`", shell_quote(root)),
            ProjectError::Io(_) => {
                "run `ls -ld .` and make the folder writable, or pin the shell with `export \
                                    GOM_TOOLCHAIN=1.22.6`"
                    .to_owned()
            }
        }
    }
}
