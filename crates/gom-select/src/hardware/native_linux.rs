//! Systems without Rosetta: the kernel has none of these values. The other version is `native_macos.rs`.

use std::ffi::CStr;

pub(super) fn flag(_: &CStr) -> bool {
    false
}

pub(super) fn text(_: &CStr) -> Option<String> {
    None
}
