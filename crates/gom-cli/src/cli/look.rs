//! The colours and the width of the help pages.

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;

/// The colours of headings, commands and placeholders.
pub(super) const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Help pages are at most this wide.
pub(super) const MAX_WIDTH: usize = 100;
