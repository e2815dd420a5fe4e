//! The disk, for every module that does not own a part of it: questions about a path, and reading, writing
//! and replacing of files.
//!
//! The documentation of each function tells how it handles a missing file, links, a large file and an error.
//! A function that returns a `bool` returns `false` if it can't look, so the result may decide what is
//! printed or tried, but not what is overwritten. Files of a project are read with [`read_regular`] or
//! [`gom_select::regular_file`].

#![expect(clippy::disallowed_methods, reason = "the module that other modules reach the disk through")]

mod content;
mod look;
mod replace;
mod shared;
mod temporary;
mod walk;

pub use content::{append, create_once, open, read, read_head, read_regular, read_text};
pub use content::{remove, remove_if_there, write};
pub use look::{
    behind_links, check_writable, exists, is_changeable_folder, is_file, is_folder, is_folder_itself,
    is_full, is_readable_by_all, is_taken, is_there, is_younger_than, link_target, metadata_itself,
    nearest_folder, owner, real_path,
};
pub(crate) use replace::sync_file;
pub(crate) use replace::{TEMPORARY, remove_stale_temporaries, replace_file_unsynced, stale_temporaries};
pub(crate) use replace::{abandoned_temporaries, remove_abandoned_temporaries};
pub use replace::{copy_whole, replace_file, sync_folder, without_temporary_name};
pub(crate) use shared::shared_bytes;
pub(crate) use temporary::{Temporary, remove_abandoned};
pub use walk::{NotVisited, WalkLimits, below, names_in, temporary_folder, visit_folders};
