//! Lists that were fetched and can't be kept, because the cache folder can't be written: they count for as
//! long as the command runs, and that is said once.

use std::path::Path;

use bytes::Bytes;

use crate::context::Context;
use crate::context::unkept::UnsavedList;
use crate::files::replace_file;
use crate::report::Event;

/// Keeps a list in the cache, or else in memory. Whether it is in the cache.
pub(super) fn keep(ctx: &Context, list: UnsavedList, file: &Path, bytes: Bytes) -> bool {
    let Err(error) = replace_file(file, &bytes) else { return true };
    // A command fetches each list once; a second copy would say the same.
    if ctx.unkept.put(list, bytes) {
        let text = format!(
            "the lists of releases can't be kept, so every command fetches them again ({error}); \
             set GOM_CACHE_DIR to a folder that can be written"
        );
        ctx.reporter.event(Event::Warning(text));
    }
    false
}
