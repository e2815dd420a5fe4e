//! The terminal on which bars are drawn.

pub(crate) mod picker;
mod screen;

use std::io::{self, IsTerminal};

use gom_core::environment::Environment;
use indicatif::{MultiProgress, ProgressDrawTarget};

use crate::options::Global;
use screen::Screen;

pub(crate) use screen::size;

/// The maximum number of redraws a second.
const RATE: u8 = 20;

/// Returns the place where bars are drawn; `None` if they would be of no use.
pub(crate) fn bars(global: &Global) -> Option<MultiProgress> {
    let is_drawn = io::stderr().is_terminal()
        && !global.no_progress
        && !global.quiet
        && !global.json
        && is_in_foreground();
    is_drawn.then(|| {
        MultiProgress::with_draw_target(ProgressDrawTarget::term_like_with_hz(Box::new(Screen::new()), RATE))
    })
}

/// Whether the cursor can be moved, so that a list can be drawn and cleared.
pub(crate) fn has_cursor(environment: &Environment) -> bool {
    environment.var("TERM").is_some_and(|term| term != "dumb") && is_in_foreground()
}

/// Returns the columns of the terminal at standard output; no limit if that is not a terminal.
pub(crate) fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
    size.filter(|size| size.ws_col > 0).map_or(usize::MAX, |size| size.ws_col.into())
}

/// Whether this process may draw on the terminal. A background job shares it with the shell's prompt and with
/// other programs, and bars that move the cursor would overwrite their lines.
pub(crate) fn is_in_foreground() -> bool {
    rustix::termios::tcgetpgrp(io::stderr()).map_or(true, |group| group == rustix::process::getpgrp())
}
