//! What several fuzz targets share: folders in memory, a log with a key of our own, and naive second
//! implementations of Go's signed notes and inclusion proofs.
//!
//! Nothing here calls the parsers under test, but for the types they take and give.

pub mod log;
pub mod note;
pub mod proof;
pub mod scratch;
pub mod tar;
pub mod zip;
