//! A tar stream, on any bytes; what is wrong with the sums of its headers is also put right first.
//!
//! Owns: the check that what was unpacked is what was reported, regular files in folders and nothing beside the
//! tree, and that a naive reader finds the same files in the same bytes.
#![no_main]

use std::sync::LazyLock;

use gom_core::fuzzing;
use gom_fuzz::scratch::Scratch;
use gom_fuzz::tar;
use libfuzzer_sys::fuzz_target;

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::new);

fuzz_target!(|data: &[u8]| {
    unpacks_as_naively(data);
    let mended = tar::with_sums(data);
    if mended != data {
        unpacks_as_naively(&mended);
    }
});

fn unpacks_as_naively(archive: &[u8]) {
    match fuzzing::tar(archive, &SCRATCH.path("tree")) {
        Ok(reported) => {
            let unpacked = SCRATCH.take_tree("tree", &reported, &[]);
            if let Some(read) = tar::read(archive) {
                assert_eq!(unpacked, read);
            }
        }
        Err(error) => {
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
            SCRATCH.clear("tree");
        }
    }
}
