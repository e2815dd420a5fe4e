//! Makes, checks and proves a project's `gom.lock`.
//!
//! Invariant: a file that comes with a clone proves nothing by what it says. A proof in it counts because the log's key has
//! signed it, and its sums can only refuse.

mod asked;
mod check;
mod make;
mod proven;

pub use asked::{Asked, asked};
pub use check::{Checked, check};
pub use make::{locked_version, make};
pub use proven::prove;
