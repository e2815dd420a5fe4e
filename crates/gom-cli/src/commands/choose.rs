//! Shared by `use`, `local` and `shell`: makes a choice and prints what was done for it.

use gom_core::choice::{self, Choice, ChoiceOptions};
use gom_core::resolve::Query;

use crate::announce::say_installed;
use crate::app::App;
use crate::failure::Failure;

/// Chooses a toolchain, and reports what was installed for it and what could not be checked.
pub(super) async fn choose(app: &App, query: &Query, options: ChoiceOptions) -> Result<Choice, Failure> {
    let choice = choice::choose(&app.ctx, query, options).await?;
    if let (Some(id), Some(outcome)) = (&choice.id, &choice.outcome) {
        say_installed(app, id, outcome);
    }
    if let Some(why) = &choice.unchecked {
        app.output.warn(&format!("Go {} is pinned unchecked: {why}", query.text));
    }
    Ok(choice)
}
