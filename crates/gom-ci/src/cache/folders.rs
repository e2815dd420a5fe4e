//! The folders of Go's module cache and build cache.

use std::path::PathBuf;

use gom_core::context::Context;
use gom_core::go::paths::GoPaths;

use crate::error::CiError;

/// GOMODCACHE.
pub(crate) fn module_cache(ctx: &Context) -> Result<PathBuf, CiError> {
    let folder = GoPaths::read_surely(&ctx.environment)?.module_cache;
    folder.ok_or(CiError::NoFolder { what: "modules", variable: "GOMODCACHE" })
}

/// GOCACHE.
pub(crate) fn build_cache(ctx: &Context) -> Result<PathBuf, CiError> {
    let folder = GoPaths::read_surely(&ctx.environment)?.build_cache;
    folder.ok_or(CiError::NoFolder { what: "the build cache", variable: "GOCACHE" })
}
