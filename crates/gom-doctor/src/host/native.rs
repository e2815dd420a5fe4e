//! Facts from system calls: one file for macOS and one for Linux, with the same functions.

#[cfg(not(target_os = "macos"))]
#[path = "native_linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "native_macos.rs"]
mod system;

pub(super) use system::*;
