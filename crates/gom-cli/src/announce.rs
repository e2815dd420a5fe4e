//! Says what outranks a choice, in one voice for all verbs that make one.

use gom_core::outranked::Outranking;

use crate::app::App;

/// Each as a warning, with what to do about it.
pub(super) fn say_outranked(app: &App, above: &[Outranking]) {
    for Outranking { text, hint, .. } in above {
        app.output.warn(&format!("not in effect here: {text}"));
        app.output.hint(hint);
    }
}
