//! Receipts: for each installed toolchain a JSON file that tells where it came from and what proved it, and
//! the list of its files. Both are written before the tree is published, so a receipt without a tree means
//! nothing and a tree without a receipt is unproven. Fields are only added.
//!
//! A receipt is gom's own note, and anyone who can write to the store can forge it. So what it records from
//! the checksum database is checked again with the database's key wherever it matters ([`crate::verify`]).

use std::io;
use std::path::Path;

use gom_select::installed;
use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::root::Store;
use crate::clock;
use crate::digest::{Sha256Digest, SumOrigin};
use crate::files::{self, replace_file, replace_file_unsynced};
use crate::proof::Proof;
use crate::settings::SyncPolicy;
use crate::tree::Manifest;

/// The version of the receipt format.
pub const SCHEMA: u32 = 1;

/// The record of an install.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The toolchain, such as `go1.22.6.linux-amd64`.
    pub toolchain: String,
    /// The time of the install in UTC: RFC 3339, to the second.
    pub installed_at: String,
    /// The version of gom that installed it.
    pub gom: String,
    /// The place that the archive came from.
    pub source: ReceiptSource,
    /// The archive.
    pub archive: ReceiptArchive,
    /// The tree that was unpacked.
    pub tree: ReceiptTree,
    /// What proved it.
    pub proof: Proof,
    /// What was unusual about it, as sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The place that an archive came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptSource {
    /// Its name: `go.dev`, `golang.google.cn`, `dl.google.com`, `mirror`, `proxy`.
    pub place: String,
    /// The archive's URL, without credentials.
    pub url: String,
}

/// An archive as it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptArchive {
    /// How many bytes of it were fetched.
    pub size: u64,
    /// Its sum; `None` if only parts of it were fetched.
    pub sha256: Option<Sha256Digest>,
    /// The sum published for it, if there is one.
    #[serde(default)]
    pub published: Option<ReceiptSum>,
}

/// A published sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptSum {
    /// The sum.
    pub sha256: Sha256Digest,
    /// Who published it.
    pub by: SumOrigin,
}

/// A tree as it was unpacked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptTree {
    /// Its hash as Go's checksum database records it.
    pub h1: String,
    /// The number of files that the hash covers.
    pub files: usize,
    /// The sum of its `go.env`, the one file that people edit.
    #[serde(default)]
    pub go_env: Option<Sha256Digest>,
    /// The size of all its files in bytes. Receipts of gom before 0.1.0 lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

impl Receipt {
    /// The receipt of a tree that this gom has just proven.
    pub(crate) fn new(
        id: &ToolchainId,
        (source, archive): (ReceiptSource, ReceiptArchive),
        tree: ReceiptTree,
        proof: Proof,
        notes: Vec<String>,
    ) -> Receipt {
        Receipt {
            schema: SCHEMA,
            toolchain: id.to_string(),
            installed_at: clock::now(),
            gom: env!("CARGO_PKG_VERSION").to_owned(),
            source,
            archive,
            tree,
            proof,
            notes,
        }
    }
}

impl ReceiptTree {
    /// The part about a tree with this hash and these files. Its size is added when it is in its place.
    pub(crate) fn new(h1: String, files: &Manifest) -> ReceiptTree {
        ReceiptTree { h1, files: files.covered_files(), go_env: files.sum("go.env"), bytes: None }
    }
}

/// The result of reading a toolchain's receipt. Its content is not proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptReceipt {
    /// A receipt of this toolchain.
    Receipt(Box<Receipt>),
    /// A receipt for another toolchain, which this is the name of.
    OfAnother(String),
    /// A file that can't be read or is not a receipt; the text says why.
    Unreadable(String),
    /// There is no receipt.
    Nothing,
}

/// Writes a file about a toolchain, which is whole also after a power failure. Only a new one, of a toolchain that may not be
/// published yet, is not if the user gave that up.
fn write_whole(path: &Path, content: &[u8], sync: SyncPolicy) -> io::Result<()> {
    if sync == SyncPolicy::Never && !files::is_there(path)? {
        return replace_file_unsynced(path, content);
    }
    replace_file(path, content)
}

impl Store {
    /// Writes a receipt and the list of files. The caller then calls [`super::durable::settle`] and publishes
    /// the tree.
    pub(crate) fn write_receipt(
        &self,
        id: &ToolchainId,
        receipt: &Receipt,
        files: &Manifest,
        sync: SyncPolicy,
    ) -> Result<(), StoreError> {
        self.write_manifest(id, files, sync)?;
        let mut text = serde_json::to_string_pretty(receipt).map_err(io::Error::from)?;
        text.push('\n');
        Ok(write_whole(&self.layout().receipt(id), text.as_bytes(), sync)?)
    }

    /// Writes only the list of a toolchain's files. The caller then calls [`super::durable::settle`].
    pub(crate) fn write_manifest(
        &self,
        id: &ToolchainId,
        files: &Manifest,
        sync: SyncPolicy,
    ) -> Result<(), StoreError> {
        Ok(write_whole(&self.layout().manifest(id), &files.to_gzip()?, sync)?)
    }

    /// The layout of the store that a toolchain is in, which also has its receipt.
    fn layout_with(&self, id: &ToolchainId) -> Layout {
        let tree = installed::tree(self.layout(), id);
        tree.and_then(|tree| tree.other_store).map_or_else(|| self.layout().clone(), Layout::new)
    }

    /// Reads a toolchain's receipt.
    pub fn kept_receipt(&self, id: &ToolchainId) -> KeptReceipt {
        let text = match files::read(&self.layout_with(id).receipt(id)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return KeptReceipt::Nothing,
            Err(error) => return KeptReceipt::Unreadable(error.to_string()),
        };
        match serde_json::from_slice::<Receipt>(&text) {
            Ok(receipt) if receipt.toolchain == id.to_string() => KeptReceipt::Receipt(Box::new(receipt)),
            Ok(receipt) => KeptReceipt::OfAnother(receipt.toolchain),
            Err(error) => KeptReceipt::Unreadable(error.to_string()),
        }
    }

    /// Returns the receipt of a toolchain. `None` if there is none that gom can read: such a tree is
    /// unproven.
    pub fn read_receipt(&self, id: &ToolchainId) -> Option<Receipt> {
        match self.kept_receipt(id) {
            KeptReceipt::Receipt(receipt) => Some(*receipt),
            KeptReceipt::OfAnother(_) | KeptReceipt::Unreadable(_) | KeptReceipt::Nothing => None,
        }
    }

    /// Returns the list of a toolchain's files as installed. `None` if there is none that gom can read.
    pub fn read_manifest(&self, id: &ToolchainId) -> Option<Manifest> {
        Manifest::from_gzip(&files::read(&self.layout_with(id).manifest(id)).ok()?).ok()
    }

    /// Removes a receipt and its list, if they exist.
    pub fn remove_receipt(&self, id: &ToolchainId) -> Result<(), StoreError> {
        for file in [self.layout().receipt(id), self.layout().manifest(id)] {
            files::remove_if_there(&file)?;
        }
        Ok(())
    }
}
