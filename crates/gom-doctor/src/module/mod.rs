//! The module here: its checks, and the requirements that raise its Go floor.
//!
//! - [`check`]: runs go commands and judges their output; `build` and `cgo` are parts of it.
//! - [`targets`]: the platforms that it is built for.
//! - [`floor`]: the required modules that raise its Go floor.

mod build;
mod cgo;
pub mod check;
pub mod floor;
pub mod targets;
