//! The published toolchains, and the sha256 sums that go.dev publishes for their archives.
//!
//! The index has three sources: the list in the binary, go.dev's JSON (cached with its ETag), and the version
//! list of the user's module proxy. New lists add versions; a published sum never changes, so two sources
//! that disagree on one are an integrity error. The place an archive comes from never adds a sum.

pub mod dates;
mod embedded;
mod error;
mod godev;
mod kept;
mod lines;
mod load;
mod proxy_list;
mod security;
mod toolchains;

pub use error::IndexError;
pub use godev::GODEV_HOSTS;
pub(crate) use godev::{ListError, add as add_release_list};
pub use lines::{LineSupport, is_supported, newer_patch, newest_of_line, support_of, supported_lines};
pub use load::{Freshness, load, load_all, load_known, load_quietly};
pub use security::{SecurityFixes, fixes_between, security_fix_after};
pub use toolchains::{Index, PublishedToolchain, ReleaseArchive, SumConflict};
