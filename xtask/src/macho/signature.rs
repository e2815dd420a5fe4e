//! The signature of a Mach-O program: a list of blobs, of which one, the code directory, has a hash of each
//! page. All numbers are big-endian (xnu's `osfmk/kern/cs_blobs.h`).
//!
//! Owns: reading the parts that an ad-hoc signature has, and giving it another identifier. Invariant: a page that differs from the signed one
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
    /// The name by which macOS and its users tell signed programs apart.
    pub(super) identifier: String,
    /// The pages whose hash differs, counted from 0.
    changed_pages: Vec<usize>,
}

impl Signature {
    /// Reads the signature that begins at `start` of the program.
    pub(super) fn read(program: &[u8], start: usize) -> Result<Self> {
        let directory = directory_of(program, start)?;
        Self::of_directory(
            program,
            program.get(directory..).context("the code directory lies beyond the end")?,
        )
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
        let identifier = String::from_utf8_lossy(identifier_of(directory)?).into_owned();
        Ok(Self { flags: number(directory, 12)?, identifier, changed_pages })
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

/// Gives the signature that begins at `start` another identifier.
///
/// The linker takes the name of the file that it writes, and cargo's has a hash in it, so each version of gom would be
/// another program to macOS. The signed hashes are of the pages in front of the signature, so none changes; the
/// place of the identifier stays, and what is left of it is zeros.
pub(super) fn rename(program: &mut [u8], start: usize, identifier: &str) -> Result<()> {
    let directory = directory_of(program, start)?;
    let bytes = program.get_mut(directory..).context("the code directory lies beyond the end")?;
    let (at, old) = (number(bytes, 20)? as usize, identifier_of(bytes)?.len());
    ensure!(identifier.len() <= old, "there is no room for the identifier {identifier}");
    let place = bytes.get_mut(at..at + old).context("the identifier lies beyond the end")?;
    place.fill(0);
    place[..identifier.len()].copy_from_slice(identifier.as_bytes());
    Ok(())
}

/// Writes the hashes of all pages anew into the signature that begins at `start`.
pub(super) fn hash_pages(program: &mut [u8], start: usize) -> Result<()> {
    let directory = directory_of(program, start)?;
    let (signed, bytes) =
        program.split_at_mut_checked(directory).context("the code directory lies beyond the end")?;
    let (hashes, page_bits) = (number(bytes, 16)? as usize, bytes.get(39).copied().unwrap_or_default());
    let page_size = 1usize.checked_shl(page_bits.into()).context("the pages are too large")?;
    let signed = signed.get(..number(bytes, 32)? as usize).context("more is signed than there is")?;
    for (index, page) in signed.chunks(page_size).enumerate() {
        let at = hashes + index * 32;
        let hash = bytes.get_mut(at..at + 32).context("a page's hash lies beyond the end")?;
        hash.copy_from_slice(&Sha256::digest(page));
    }
    Ok(())
}

/// Returns where the code directory of the signature that begins at `start` lies in the program.
fn directory_of(program: &[u8], start: usize) -> Result<usize> {
    let blobs = program.get(start..).context("the signature lies beyond the end")?;
    ensure!(number(blobs, 0)? == SUPER_BLOB, "the signature is no list of blobs");
    let count = number(blobs, 8)? as usize;
    for slot in (0..count).map(|index| 12 + 8 * index) {
        if number(blobs, slot)? == CODE_DIRECTORY_SLOT {
            return Ok(start + number(blobs, slot + 4)? as usize);
        }
    }
    anyhow::bail!("the signature has no code directory")
}

/// Returns the identifier without the zero that ends it.
fn identifier_of(directory: &[u8]) -> Result<&[u8]> {
    let rest =
        directory.get(number(directory, 20)? as usize..).context("the identifier lies beyond the end")?;
    let length = rest.iter().position(|byte| *byte == 0).context("the identifier has no end")?;
    Ok(&rest[..length])
}

fn number(bytes: &[u8], at: usize) -> Result<u32> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk()).context("the signature ends early")?;
    Ok(u32::from_be_bytes(*four))
}
