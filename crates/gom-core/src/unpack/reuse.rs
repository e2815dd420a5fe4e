//! Reuses files of an installed toolchain that a zip holds too. They are found by size and CRC-32, cloned or copied
//! into the tree and hashed there, so that only the rest must be fetched. These bytes are proven like all others:
//! if somebody edited the installed toolchain, that costs another download and never brings in a wrong file.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use flate2::CrcReader;
use fs_err::File;

use super::error::UnpackError;
use super::zips::{ZipFile, ZipPlan};
use crate::cancel::Cancel;
use crate::threads::share;
use crate::tree::FileSum;
use crate::unpack::tree::{TreeWriter, sum_of};

/// Copies equal files from the tree `neighbour`, and removes them from the plan.
pub(super) fn take_same(
    plan: &mut ZipPlan,
    neighbour: &Path,
    threads: usize,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let files = Mutex::new(plan.take_files().into_iter());
    let take_some = || {
        let (mut buffer, mut same, mut rest) = (vec![0; 128 << 10], Vec::new(), Vec::new());
        loop {
            let next = files.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(planned) = next else { return Ok::<_, UnpackError>((same, rest)) };
            match copy_same(&planned, neighbour, &plan.tree, cancel, &mut buffer)? {
                Some(file) => same.push(file),
                None => rest.push(planned),
            }
        }
    };
    let (mut same, mut rest) = (Vec::new(), Vec::new());
    for taken in share(threads, take_some) {
        let (some_same, some_rest) = taken?;
        same.extend(some_same);
        rest.extend(some_rest);
    }
    plan.put_files(rest);
    Ok(same)
}

/// Clones or copies one file if the neighbour has the same. An unreadable file counts as different.
fn copy_same(
    planned: &ZipFile,
    neighbour: &Path,
    tree: &TreeWriter,
    cancel: &Cancel,
    buffer: &mut [u8],
) -> Result<Option<FileSum>, UnpackError> {
    let (path, name) = (neighbour.join(&planned.name), &planned.name);
    let is_candidate =
        path.symlink_metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == planned.size());
    let Some(file) = is_candidate.then(|| File::open(&path).ok()).flatten() else { return Ok(None) };
    let clone = tree.cloned(name, &file)?;
    let is_cloned = clone.is_some();
    let mut content = CrcReader::new(clone.unwrap_or(file));
    let written = if is_cloned {
        sum_of(&mut content, name, cancel, buffer)
    } else {
        tree.file(name, &mut content, planned.size(), cancel, buffer)
    };
    match written {
        Ok(sha256) if content.crc().sum() == planned.crc32() => {
            Ok(Some(FileSum { name: name.clone(), sha256 }))
        }
        Ok(_) | Err(UnpackError::Damaged { .. }) => {
            tree.remove(name)?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
