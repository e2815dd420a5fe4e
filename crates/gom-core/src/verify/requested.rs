//! Selects the toolchains that a command verifies, and ranks its failures.

use gom_select::explain::{ErrorKind, Explain};
use gom_select::platform::Platform;
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::query::error::QueryError;
use crate::resolve::{self, Query, QueryKind};

/// A request that names nothing gom can verify.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// It names a Go that gom does not manage.
    #[error("`system` is a Go that gom does not manage")]
    System,
    /// It names several versions, but a tree has one.
    #[error("`{text}` must be an exact version")]
    NotOneVersion {
        /// The request.
        text: String,
    },
    /// No installed toolchain matches it.
    #[error(transparent)]
    NotInstalled(QueryError),
    /// The store can't be read.
    #[error(transparent)]
    Core(#[from] Error),
}

impl Explain for RequestError {
    fn kind(&self) -> ErrorKind {
        match self {
            RequestError::System | RequestError::NotOneVersion { .. } => ErrorKind::Usage,
            RequestError::NotInstalled(error) => error.kind(),
            RequestError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            RequestError::System => Some("system".to_owned()),
            RequestError::NotOneVersion { text } => Some(text.clone()),
            RequestError::NotInstalled(error) => error.value(),
            RequestError::Core(error) => error.value(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            RequestError::NotInstalled(error) => error.guess(),
            RequestError::Core(error) => error.guess(),
            RequestError::System | RequestError::NotOneVersion { .. } => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            RequestError::System => "run `gom verify --path \"$(go env GOROOT)\"`".to_owned(),
            RequestError::NotOneVersion { .. } => "name it in full, such as `--version 1.22.6`".to_owned(),
            RequestError::NotInstalled(error) => error.hint(),
            RequestError::Core(error) => error.hint(),
        }
    }
}

/// Lists the installed toolchains, newest first. If a platform is named, only those for it.
pub fn all_installed(ctx: &Context, platform: Option<&Platform>) -> Result<Vec<ToolchainId>> {
    let mut ids = ctx.installed()?;
    ids.retain(|id| platform.is_none_or(|platform| id.platform == *platform));
    Ok(ids)
}

/// Lists the installed toolchains that one of these queries matches, each once.
pub fn requested(ctx: &Context, queries: &[Query]) -> std::result::Result<Vec<ToolchainId>, RequestError> {
    let mut ids: Vec<ToolchainId> = Vec::new();
    for query in queries {
        if query.is_system() {
            return Err(RequestError::System);
        }
        query.refuse_linked(ctx).map_err(Error::from)?;
        let found = resolve::installed(ctx, query)?;
        if found.is_empty() {
            return Err(RequestError::NotInstalled(resolve::not_installed(query)));
        }
        for id in found {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    Ok(ids)
}

/// Returns the version that a tree must have.
pub fn one_version(query: &Query) -> std::result::Result<GoVersion, RequestError> {
    match &query.what {
        QueryKind::Spec(Spec::Exact(version)) => Ok(version.clone()),
        _ => Err(RequestError::NotOneVersion { text: query.text.clone() }),
    }
}

/// Ranks the failures of one command: the exit code is that of the first. A tree that is wrong comes before
/// one that could not be verified.
pub fn rank_of_failure(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Interrupted => 0,
        ErrorKind::Integrity => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_outranks_what_could_not_be_told() {
        let mut kinds =
            [ErrorKind::Network, ErrorKind::Failure, ErrorKind::Integrity, ErrorKind::Interrupted];
        kinds.sort_by_key(|kind| rank_of_failure(*kind));
        assert_eq!(kinds[..2], [ErrorKind::Interrupted, ErrorKind::Integrity]);
    }

    #[test]
    fn a_tree_is_of_one_version() {
        let version = |text: &str| one_version(&Query::parse(text, None).unwrap());
        assert_eq!(version("1.22.6").unwrap().to_string(), "1.22.6");
        for text in ["1.22", "latest", ">=1.21", "system"] {
            assert!(matches!(version(text), Err(RequestError::NotOneVersion { .. })), "{text}");
        }
    }
}
