//! Makes editors use the Go that gom selects. Like gom-core it prints nothing and has no global state.
//!
//! An editor that finds gom's `go` on PATH needs no setting. So what gom writes is little: it takes out settings that pin
//! one Go for everybody, and puts absolute paths of gom's programs into the user's own settings only. [`vscode::plan`] finds
//! what has to change and writes nothing, so that a front end can show the [diff](change::FileChange::diff) and ask;
//! [`change::FileChange::make`] writes. [`undo::plan`] is the way back: it takes out what gom wrote, by the record that
//! `make` kept in the store. For the other editors [`advice`] has the settings as text.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`check`]: what an editor would run, in the poor environments in which editors start programs
//! - [`undo`]: takes out what gom wrote
//! - [`goland`]: the folder that GoLand takes as GOROOT
//! - [`vscode`]: what the settings of VS Code should say
//! - [`templates`]: launch configurations and tasks of VS Code
//! - [`advice`]: the settings of editors whose files gom does not write, as text
//! - [`change`]: the change of one file, and the write
//! - `reverse`: takes one recorded edit out of a text
//! - [`record`]: what gom wrote into which file, kept in the store
//! - [`places`]: where the settings of VS Code and its forks are
//! - [`error`]: why nothing is written
//! - [`setting`]: a setting, and why gom writes or removes it
//! - `format`: the formats of the files that gom edits
//! - [`editor`]: the editors that gom knows
//! - `workspace_xml`: the GOROOT in a file of GoLand
//! - `jsonc`: edits of JSON with comments that leave all other bytes as they are

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod advice;
pub mod change;
pub mod check;
pub mod editor;
pub mod error;
mod format;
pub mod goland;
mod jsonc;
pub mod places;
pub mod record;
mod reverse;
pub mod setting;
pub mod templates;
pub mod undo;
pub mod vscode;
mod workspace_xml;
