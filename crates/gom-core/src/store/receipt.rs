//! Receipts: for each installed toolchain, where it came from and what proved it, in one JSON file. It
//! is written before the tree is published, so a receipt without a tree means nothing and a tree
//! without a receipt is unproven. Fields are only ever added.

use std::io;
use std::time::SystemTime;

use gom_select::toolchain::ToolchainId;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, replace_file};
use crate::digest::Sha256Digest;
use crate::proof::Proof;

/// The number of this form of receipt.
pub const SCHEMA: u32 = 1;

/// What gom wrote down when it installed a toolchain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The toolchain, such as `go1.22.6.linux-amd64`.
    pub toolchain: String,
    /// When, in UTC: RFC 3339, to the second.
    pub installed_at: String,
    /// The version of gom that installed it.
    pub gom: String,
    /// Where the archive came from.
    pub source: Source,
    /// The archive.
    pub archive: Archive,
    /// The tree that was unpacked.
    pub tree: Tree,
    /// What proved it.
    pub proof: Proof,
}

/// Where an archive came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Source {
    /// What the place is called: `go.dev`, `golang.google.cn`, `mirror`, `proxy`.
    pub place: String,
    /// Its URL, without credentials.
    pub url: String,
}

/// An archive as it arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Archive {
    /// Its size in bytes.
    pub size: u64,
    /// Its sum.
    pub sha256: Sha256Digest,
}

/// A tree as it was unpacked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tree {
    /// Its hash as Go's checksum database records it.
    pub h1: String,
    /// The number of files that the hash covers.
    pub files: usize,
}

/// Now, in the form of [`Receipt::installed_at`].
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

impl Store {
    /// Writes a receipt; the tree is published after it.
    pub fn write_receipt(&self, id: &ToolchainId, receipt: &Receipt) -> Result<(), StoreError> {
        let mut text = serde_json::to_string_pretty(receipt).map_err(io::Error::from)?;
        text.push('\n');
        Ok(replace_file(&self.layout().receipt(id), text.as_bytes())?)
    }

    /// The receipt of a toolchain. `None` where there is none that gom can read: such a tree is unproven.
    pub fn read_receipt(&self, id: &ToolchainId) -> Option<Receipt> {
        let text = fs_err::read_to_string(self.layout().receipt(id)).ok()?;
        let receipt: Receipt = serde_json::from_str(&text).ok()?;
        (receipt.toolchain == id.to_string()).then_some(receipt)
    }

    /// Removes a receipt if there is one.
    pub fn remove_receipt(&self, id: &ToolchainId) -> Result<(), StoreError> {
        match fs_err::remove_file(self.layout().receipt(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}
