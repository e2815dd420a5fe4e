//! A toolchain whose programs run is not uninstalled: a `go build` starts the compiler again and again, and would fail
//! in the middle.

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::machine::processes;
use crate::store::StoreError;

/// Fails if a program of one of these toolchains runs, as far as the system tells.
pub fn check_not_running(ctx: &Context, ids: &[ToolchainId]) -> Result<(), StoreError> {
    let places: Vec<_> = ids.iter().map(|id| ctx.store.layout().toolchain(id)).collect();
    let places: Vec<_> = places.iter().map(std::path::PathBuf::as_path).collect();
    let mut programs = processes::running_from(&places);
    let Some(first) = programs.first().map(|program| program.folder) else { return Ok(()) };
    programs.retain(|program| program.folder == first);
    let id = ids[first].clone();
    Err(StoreError::Running { argument: id.as_argument(&ctx.platform), id, programs })
}
