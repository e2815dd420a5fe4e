//! The kernel's values by `sysctlbyname`, as Go's cmd/dist and rustup ask for them. A value that this machine
//! lacks is an error of the call, and so is one that does not fit. The other version is `native_linux.rs`.

#![expect(unsafe_code, reason = "std has no way to ask for these values, and this crate uses std alone")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

unsafe extern "C" {
    /// sys/sysctl.h, in libSystem.
    fn sysctlbyname(
        name: *const c_char,
        old: *mut c_void,
        old_length: *mut usize,
        new: *mut c_void,
        new_length: usize,
    ) -> c_int;
}

/// Whether a number exists and is not 0.
pub(super) fn flag(name: &CStr) -> bool {
    let mut number = [0; size_of::<c_int>()];
    read(name, &mut number).is_some_and(|bytes| bytes.iter().any(|byte| *byte != 0))
}

/// Returns a text of at most 63 bytes.
pub(super) fn text(name: &CStr) -> Option<String> {
    let mut buffer = [0; 64];
    let text = CStr::from_bytes_until_nul(read(name, &mut buffer)?).ok()?;
    text.to_str().ok().map(str::to_owned)
}

/// Returns the value: the part of the buffer that it fills.
fn read<'a>(name: &CStr, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut length = buffer.len();
    // SAFETY: the name ends in a NUL, and the kernel writes at most `length` bytes into the buffer; with no
    // new value it changes nothing else.
    let status = unsafe {
        sysctlbyname(name.as_ptr(), buffer.as_mut_ptr().cast(), &raw mut length, ptr::null_mut(), 0)
    };
    if status == 0 { buffer.get(..length) } else { None }
}
