//! The signature of a Mach-O program: a list of blobs, of which one, the code directory, has a hash of each
//! page. All numbers are big-endian (xnu's `osfmk/kern/cs_blobs.h`).
//!
//! Owns: reading the parts that an ad-hoc signature has. Invariant: a page that differs from the signed one
//! is a problem, because the kernel kills a program at such a page. It happens if a program is stripped and
//! not signed again.

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

const SUPER_BLOB: u32 = 0xfade_0cc0;
const CODE_DIRECTORY: u32 = 0xfade_0c02;
/// The number of the code directory in the list of blobs.
const CODE_DIRECTORY_SLOT: u32 = 0;
const FLAG_AD_HOC: u32 = 0x2;
const HASH_SHA256: u8 = 2;

/// The parts of a signature that are checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signature {
    flags: u32,
    /// The pages whose hash differs, counted from 0.
    changed_pages: Vec<usize>,
}

impl Signature {
    /// Reads the signature that begins at `start` of the program.
    pub(super) fn read(program: &[u8], start: usize) -> Result<Self> {
        let blobs = program.get(start..).context("the signature lies beyond the end")?;
        ensure!(number(blobs, 0)? == SUPER_BLOB, "the signature is no list of blobs");
        let count = number(blobs, 8)? as usize;
        let slots = (0..count).map(|index| 12 + 8 * index);
        for slot in slots {
            if number(blobs, slot)? == CODE_DIRECTORY_SLOT {
                let offset = number(blobs, slot + 4)? as usize;
                let directory = blobs.get(offset..).context("the code directory lies beyond the end")?;
                return Self::of_directory(program, directory);
            }
        }
        anyhow::bail!("the signature has no code directory")
    }

    fn of_directory(program: &[u8], directory: &[u8]) -> Result<Self> {
        ensure!(number(directory, 0)? == CODE_DIRECTORY, "the code directory is something else");
        let hashes = number(directory, 16)? as usize;
        let pages = number(directory, 28)? as usize;
        let signed =
            program.get(..number(directory, 32)? as usize).context("more is signed than there is")?;
        let header = directory.get(36..40).context("the code directory ends early")?;
        let (hash_size, hash_type, page_bits) = (usize::from(header[0]), header[1], u32::from(header[3]));
        ensure!(hash_type == HASH_SHA256 && hash_size == 32, "the pages' hashes are not SHA-256");
        let page_size = 1usize.checked_shl(page_bits).context("the pages are too large")?;
        ensure!(pages == signed.len().div_ceil(page_size), "the number of signed pages is not that of pages");
        let mut changed_pages = Vec::new();
        for (index, page) in signed.chunks(page_size).enumerate() {
            let at = hashes + index * hash_size;
            let hash = directory.get(at..at + hash_size).context("a page's hash lies beyond the end")?;
            if Sha256::digest(page)[..] != *hash {
                changed_pages.push(index);
            }
        }
        Ok(Self { flags: number(directory, 12)?, changed_pages })
    }

    /// Returns the reason why a Mac would not run the program, if there is one.
    pub(super) fn problem(&self) -> Option<String> {
        if self.flags & FLAG_AD_HOC == 0 {
            Some(format!("its signature is not ad hoc: flags {:#x}", self.flags))
        } else if self.changed_pages.is_empty() {
            None
        } else {
            Some(format!("changed after it was signed, in pages {:?}", self.changed_pages))
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Result<u32> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk()).context("the signature ends early")?;
    Ok(u32::from_be_bytes(*four))
}
