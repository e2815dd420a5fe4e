//! The module here: whether it is in order, and which of its requirements raise its Go floor.
//!
//! - [`check`]: starts go commands and judges what they say; `build` and `cgo` are parts of it.
//! - [`targets`]: the platforms for which it is built.
//! - [`floor`]: which required modules raise its Go floor.

mod build;
mod cgo;
pub mod check;
pub mod floor;
pub mod targets;
