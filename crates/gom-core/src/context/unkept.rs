//! Release lists that were fetched but could not be written into the cache folder. They are kept in memory
//! until the command ends.

use std::sync::OnceLock;

use bytes::Bytes;

/// The release lists of this command that are only in memory.
#[derive(Debug, Default)]
pub(crate) struct UnsavedLists {
    godev: OnceLock<Bytes>,
    proxy: OnceLock<Bytes>,
    said: OnceLock<()>,
}

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnsavedList {
    GoDev,
    Proxy,
}

impl UnsavedLists {
    /// Returns a list that this command fetched and could not write into the cache.
    pub(crate) fn get(&self, list: UnsavedList) -> Option<&[u8]> {
        self.place(list).get().map(Bytes::as_ref)
    }

    /// Remembers a list. Returns whether it is the first one of this command.
    pub(crate) fn put(&self, list: UnsavedList, bytes: Bytes) -> bool {
        let _ = self.place(list).set(bytes);
        self.said.set(()).is_ok()
    }

    fn place(&self, list: UnsavedList) -> &OnceLock<Bytes> {
        match list {
            UnsavedList::GoDev => &self.godev,
            UnsavedList::Proxy => &self.proxy,
        }
    }
}
