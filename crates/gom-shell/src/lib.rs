//! gom in the user's shells: one guarded block in each start-up file, which runs a script in the store.
//!
//! The script puts gom's folder first on PATH and the folder of `go install` last, defines the function for
//! `gom shell`, and loads the completions. It starts no program. [`Setup::plan`] finds what has to change and writes
//! nothing, so a front end can show the [diff](FileChange::diff) and ask; [`SetupPlan::make`] changes all files or none.
//! [`Setup::plan_undo`] is the way back: it takes out what gom wrote, byte for byte, and names what it leaves, with the
//! reason.
//!
//! # Take gom out of the start-up files
//!
//! ```no_run
//! use gom_core::environment::Environment;
//! use gom_select::explain::Explain;
//! use gom_select::layout::Layout;
//! use gom_shell::Setup;
//!
//! # fn run(environment: Environment) -> Result<(), Box<dyn std::error::Error>> {
//! let layout = Layout::new("/home/gopher/.gom");
//! let setup = Setup { environment: &environment, layout: &layout, is_macos: false };
//! let plan = setup.plan_undo(&[])?;
//! for file in &plan.files {
//!     println!("{}\n{}", file.path.display(), file.diff());
//! }
//! for left in &plan.left {
//!     println!("{left}\nhint: {}", left.hint());
//! }
//! plan.make()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`setup`]: what `gom setup` and its undoing change, and the writing of it
//! - `edit`: the change of one start-up file
//! - [`env_script`]: the code that a shell runs at its start
//! - `start_up`: the start-up files of each shell
//! - [`error`]: why a file was not changed
//! - `block`: the block of lines in a start-up file

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod block;
mod edit;
pub mod env_script;
pub mod error;
pub mod setup;
mod start_up;

pub use edit::{Action, FileChange};
pub use error::ShellError;
pub use gom_core::shell::Shell;
pub use setup::{Setup, SetupPlan, UndoPlan};
