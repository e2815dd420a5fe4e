//! Lists that were fetched and can't be kept, because the cache folder can't be written: they count for as
//! long as the command runs, and that is said once.

use std::path::Path;
use std::sync::OnceLock;

use bytes::Bytes;

use crate::context::Context;
use crate::report::Event;
use crate::store::replace_file;

/// The lists of this command that are on no disk.
#[derive(Debug, Default)]
pub struct Unkept {
    godev: OnceLock<Bytes>,
    proxy: OnceLock<Bytes>,
    said: OnceLock<()>,
}

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    GoDev,
    Proxy,
}

impl Unkept {
    /// A list that was fetched by this command and could not be kept.
    pub(super) fn get(&self, list: List) -> Option<&[u8]> {
        self.place(list).get().map(Bytes::as_ref)
    }

    fn place(&self, list: List) -> &OnceLock<Bytes> {
        match list {
            List::GoDev => &self.godev,
            List::Proxy => &self.proxy,
        }
    }
}

/// Keeps a list in the cache, or else in memory. Whether it is in the cache.
pub(super) fn keep(ctx: &Context, list: List, file: &Path, bytes: Bytes) -> bool {
    let Err(error) = replace_file(file, &bytes) else { return true };
    // A command fetches each list once; a second copy would say the same.
    let _ = ctx.unkept.place(list).set(bytes);
    if ctx.unkept.said.set(()).is_ok() {
        let text = format!(
            "the lists of releases can't be kept, so every command fetches them again ({error}); \
             set GOM_CACHE_DIR to a folder that can be written"
        );
        ctx.reporter.event(Event::Warning(text));
    }
    false
}
