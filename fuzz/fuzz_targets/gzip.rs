//! A `.tar.gz` that arrives in pieces, as the threads of an install unpack it. The sums of the gzip stream are
//! put right first, so that a change does not only break them; bytes that are no gzip file are packed.
//!
//! Owns: the check that a file is taken if and only if it is one whole gzip member with a tar stream that is
//! taken, with the same files whatever the pieces, and that its sum is the sum of its bytes.
#![no_main]

use std::io::{Read, Write};
use std::sync::LazyLock;

use bytes::Bytes;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, Crc, Decompress, FlushDecompress, Status};
use gom_core::fuzzing;
use gom_fuzz::scratch::{Files, Scratch};
use gom_fuzz::tar;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};
use tokio::runtime::{Builder, Runtime};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::new);
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("no runtime"));

/// The first bytes of a gzip file without a name or comment.
const PLAIN: [u8; 4] = [0x1f, 0x8b, 8, 0];
const HEADER: usize = 10;

/// More than the threads' buffers hold, less than would take long, in bytes.
const MOST: u64 = 4 << 20;

fuzz_target!(|data: &[u8]| {
    if data.starts_with(&PLAIN) {
        unpacks_as_naively(data);
        unpacks_as_naively(&with_trailer(data));
    } else {
        unpacks_as_naively(&gzip(&tar::with_sums(data)));
    }
});

fn unpacks_as_naively(archive: &[u8]) {
    let Some(content) = inflated(archive) else {
        assert_eq!(unpacked(archive, 64), None);
        return;
    };
    if content.len() as u64 > MOST {
        return;
    }
    let expected = match fuzzing::tar(content.as_slice(), &SCRATCH.path("tree")) {
        Ok(reported) => Some(SCRATCH.take_tree("tree", &reported, &[])),
        Err(_) => None,
    };
    SCRATCH.clear("tree");
    for piece in [archive.len(), 7] {
        assert_eq!(unpacked(archive, piece), expected, "in pieces of {piece}");
    }
}

fn unpacked(archive: &[u8], piece: usize) -> Option<Files> {
    let bytes = Bytes::copy_from_slice(archive);
    let unpacked = RUNTIME.block_on(fuzzing::tar_gz(&bytes, piece.max(1), &SCRATCH.path("tree")));
    let Ok((reported, sum)) = unpacked else {
        SCRATCH.clear("tree");
        return None;
    };
    assert_eq!(sum.as_bytes()[..], Sha256::digest(archive)[..]);
    Some(SCRATCH.take_tree("tree", &reported, &[]))
}

/// What one gzip member holds, if it is all there is.
fn inflated(archive: &[u8]) -> Option<Vec<u8>> {
    let (mut decoder, mut content) = (GzDecoder::new(archive), Vec::new());
    decoder.by_ref().take(MOST + 1).read_to_end(&mut content).ok()?;
    (content.len() as u64 > MOST || decoder.into_inner().is_empty()).then_some(content)
}

/// Ends the file where its deflate stream ends, with the sums of what that holds.
fn with_trailer(archive: &[u8]) -> Vec<u8> {
    let (mut decoder, mut content) = (Decompress::new(false), Vec::with_capacity(1 << 16));
    let deflated = archive.get(HEADER..).unwrap_or_default();
    while content.len() as u64 <= MOST {
        let read = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        match decoder.decompress_vec(&deflated[read..], &mut content, FlushDecompress::Finish) {
            Ok(Status::StreamEnd) => {
                let end = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
                let mut crc = Crc::new();
                crc.update(&content);
                let sums = [crc.sum().to_le_bytes(), crc.amount().to_le_bytes()].concat();
                return [&archive[..HEADER + end], &sums].concat();
            }
            Ok(_) if content.len() == content.capacity() => content.reserve(1 << 16),
            _ => break,
        }
    }
    archive.to_vec()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(content).expect("memory takes bytes");
    writer.finish().expect("memory takes bytes")
}
