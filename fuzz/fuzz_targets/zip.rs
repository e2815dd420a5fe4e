//! A zip, on any bytes: unpacked as it arrives, its end first, and out of a file. It is a module's where it
//! names the module, else go.dev's. What is wrong with the sums of its entries is also put right first.
//!
//! Owns: the check that both ways give the same, that what was unpacked is what was reported, regular files in
//! folders and nothing beside the tree, and that a naive reader finds the same files in the same bytes.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use bytes::Bytes;
use gom_core::fuzzing;
use gom_core::tree::FileSum;
use gom_core::unpack::{ArchiveFormat, UnpackError};
use gom_fuzz::scratch::{Files, Scratch};
use gom_fuzz::zip::{directory, read, with_sums};
use gom_select::toolchain::ToolchainId;
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::new);
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("no runtime"));
static ID: LazyLock<ToolchainId> =
    LazyLock::new(|| ToolchainId::parse("go1.22.6.linux-amd64").expect("a toolchain"));

const MODULE: &[u8] = b"golang.org/toolchain@";

fuzz_target!(|data: &[u8]| {
    unpacks_as_naively(data);
    if let Some(directory) = directory(data) {
        let mended = with_sums(data, &directory);
        if mended != data {
            unpacks_as_naively(&mended);
        }
    }
});

fn unpacks_as_naively(archive: &[u8]) {
    let is_module = archive.windows(MODULE.len()).any(|window| window == MODULE);
    let (format, prefix) = if is_module {
        (ArchiveFormat::ModuleZip, ID.module_prefix())
    } else {
        (ArchiveFormat::Zip, "go/".to_owned())
    };
    let directory = directory(archive);
    let from_file = out_of_a_file(archive, format);
    let tail = directory.as_ref().map_or(0, |directory| directory.start);
    for (tail, piece) in [(tail, 7), (0, usize::MAX)] {
        let arriving = arriving(archive, format, tail, piece);
        if tail > 0 && matches!(arriving, Err(UnpackError::Damaged { .. })) {
            // The reader may want more than the directory; gom takes the whole file then.
            continue;
        }
        assert_eq!(arriving.is_ok(), from_file.is_ok(), "{arriving:?} arriving, {from_file:?} out of a file");
        assert_eq!(arriving.ok(), from_file.as_ref().ok().cloned());
    }
    if let (Ok(files), Some(directory)) = (from_file, directory)
        && let Some(read) = read(archive, &directory, &prefix)
    {
        assert_eq!(files, read);
    }
}

fn out_of_a_file(archive: &[u8], format: ArchiveFormat) -> Result<Files, UnpackError> {
    let path = SCRATCH.path("archive");
    fs::write(&path, archive).expect("no file for the archive");
    let unpacked = RUNTIME.block_on(fuzzing::zip_file(&path, format, &ID, &SCRATCH.path("tree")));
    taken(unpacked)
}

fn arriving(archive: &[u8], format: ArchiveFormat, tail: usize, piece: usize) -> Result<Files, UnpackError> {
    let (bytes, piece) = (Bytes::copy_from_slice(archive), piece.min(archive.len()).max(1));
    let tree = SCRATCH.path("tree");
    taken(RUNTIME.block_on(fuzzing::zip(&bytes, format, &ID, tail, piece, &tree)))
}

fn taken(unpacked: Result<Vec<FileSum>, UnpackError>) -> Result<Files, UnpackError> {
    let files = unpacked.map(|reported| SCRATCH.take_tree("tree", &reported, &["archive"]));
    if let Err(error) = &files {
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
        SCRATCH.clear("tree");
    }
    files
}
