//! The disk, for every module that does not own a part of it: what is at a path, a file's content, a file
//! that is written or replaced.
//!
//! Each function says what it makes of a missing file, of links, of a large file and of an error. A `bool` counts
//! what can't be looked at as a no, so it may decide what is printed or tried, not what is overwritten. What a
//! project holds is read by [`read_regular`] or [`gom_select::regular_file`].

#![expect(clippy::disallowed_methods, reason = "the module that other modules reach the disk through")]

mod content;
mod look;
mod replace;
mod walk;

pub use content::{append, create_once, read, read_head, read_regular, read_text, remove, write};
pub use look::{
    behind_links, exists, is_file, is_folder, is_folder_itself, is_taken, is_younger_than, link_target,
    nearest_folder, owner, real_path,
};
pub use replace::replace_file;
pub(crate) use replace::replace_file_unsynced;
#[cfg(any(test, not(target_os = "linux")))]
pub(crate) use replace::sync_file;
pub use walk::{below, names_in, temporary_folder};
