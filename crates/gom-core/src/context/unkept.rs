//! Lists of releases that were fetched and can't be kept in the cache folder: they count for as long as the
//! command runs.

use std::sync::OnceLock;

use bytes::Bytes;

/// The lists of this command that are on no disk.
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
    /// A list that was fetched by this command and could not be kept.
    pub(crate) fn get(&self, list: UnsavedList) -> Option<&[u8]> {
        self.place(list).get().map(Bytes::as_ref)
    }

    /// Remembers a list. Whether it is the first one of this command.
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
