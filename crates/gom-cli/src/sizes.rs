//! Sizes as they are printed.

const MEGABYTE: u64 = 1_000_000;

/// In whole megabytes, rounded up.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(MEGABYTE))
}

/// In gigabytes with two digits, rounded down.
pub(crate) fn gigabytes(bytes: u64) -> String {
    format!("{}.{:02} GB", bytes / (1000 * MEGABYTE), bytes % (1000 * MEGABYTE) / (10 * MEGABYTE))
}
