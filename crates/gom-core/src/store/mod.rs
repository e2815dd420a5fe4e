//! The store on disk: opening it, and the few ways in which it changes. Every change is a rename of something
//! finished; unfinished work lies in a staging folder and may be deleted at any time.
//!
//! `root` is the store itself. Only `place` moves trees into and out of `toolchains/`; `leftovers` finishes
//! the work of a killed gom there.

#![expect(clippy::disallowed_methods, reason = "owns the store on disk")]

mod covered;
pub(crate) mod deletion;
pub(crate) mod durable;
mod error;
pub(crate) mod leftovers;
mod linked;
pub mod links;
pub mod lock;
mod migration;
pub mod names;
pub mod old_programs;
pub(crate) mod place;
mod programs;
pub mod receipt;
pub(crate) mod room;
mod root;
pub(crate) mod staging;
pub mod tools;
pub mod used;

pub use error::StoreError;
pub use root::Store;
pub(crate) use root::StoreWork;
