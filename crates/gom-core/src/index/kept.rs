//! Keeps fetched release lists: in the cache folder, or, if that can't be written, in memory until the
//! command ends. Then a warning is reported once.

use std::path::Path;

use bytes::Bytes;

use crate::context::Context;
use crate::context::unkept::UnsavedList;
use crate::files::replace_file;
use crate::report::Event;

/// Keeps a list in the cache, or else in memory. Returns whether it is in the cache.
pub(super) fn keep(ctx: &Context, list: UnsavedList, file: &Path, bytes: Bytes) -> bool {
    let Err(error) = replace_file(file, &bytes) else { return true };
    // Warn once: a command fetches each list once, and a second warning would say the same.
    if ctx.unkept.put(list, bytes) {
        let text = format!(
            "can't cache the release lists, so every command fetches them again ({error}); set GOM_CACHE_DIR \
             to a writable folder"
        );
        ctx.reporter.event(Event::Warning(text));
    }
    false
}
