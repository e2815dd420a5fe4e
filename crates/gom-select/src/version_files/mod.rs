//! The files by which a directory pins its Go version.
//!
//! Owns: [`Pin`], the content of such a file, and the readers [`go_version`] and [`tool_versions`]. Never:
//! opens a file or skips an entry it does not understand: an invalid pin is an error with its line, because
//! silently running some other Go is worse. Invariant: a pin names at least one version.

pub mod go_version;
mod pin;
pub mod tool_versions;

pub use pin::{Links, Pin, PinError, PinnedSpec};
