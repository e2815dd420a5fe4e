//! The database in the cache: one file for each place. gom-vulns knows its form.

use std::path::PathBuf;

use gom_core::Context;
use gom_core::files::{self, replace_file};
use gom_vulns::cached::{CachedDatabase, LIMIT};

use crate::source::DatabaseSource;

/// Reads the file of a place. `None` if there is none that can be used.
pub(crate) fn read(ctx: &Context, source: &DatabaseSource) -> Option<CachedDatabase> {
    CachedDatabase::parse(&files::read_regular(&path(ctx, source), LIMIT).ok()?)
}

/// Writes the file of a place.
pub(crate) fn write(
    ctx: &Context,
    source: &DatabaseSource,
    database: &CachedDatabase,
) -> std::io::Result<()> {
    replace_file(&path(ctx, source), &serde_json::to_vec(database)?)
}

fn path(ctx: &Context, source: &DatabaseSource) -> PathBuf {
    ctx.cache_path("index").join(source.cache_name())
}
