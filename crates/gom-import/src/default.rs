//! Makes another manager's default gom's, if gom has none.

use gom_core::choice::{ChoiceError, ChoiceOptions, choose};
use gom_core::context::Context;
use gom_core::error::Result;
use gom_core::files;
use gom_core::pin;
use gom_core::resolve::{self, Query};
use gom_core::store::StoreError;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::toolchain::ToolchainId;

/// What became of another manager's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultTaken {
    /// It is gom's now, in this form; in a dry run, it would be.
    Over(String),
    /// gom has a default of its own.
    OwnStays,
    /// gom has no such toolchain: the reason.
    NotHere(String),
}

/// Whether gom has a default. An import sets one, so this is asked before.
pub fn has_own(ctx: &Context) -> Result<bool> {
    Ok(files::is_there(&ctx.store.layout().default_file()).map_err(StoreError::from)?)
}

/// Makes a version as another manager writes it the default. In a dry run, `coming` are the toolchains that would be
/// taken over. Nothing is fetched.
pub async fn take(ctx: &Context, version: &str, coming: Option<&[ToolchainId]>) -> Result<DefaultTaken> {
    let query = match Query::read(ctx, version, None) {
        Ok(query) if !query.is_system() => query,
        Ok(_) => return Ok(DefaultTaken::NotHere("it is the system's Go".to_owned())),
        Err(error) => return Ok(DefaultTaken::NotHere(error.to_string())),
    };
    let line = query.as_line().map(ToString::to_string);
    let options = ChoiceOptions { keeps_line: line.is_some(), installs: false, verb: "use" };
    if let Some(coming) = coming {
        let is_here = resolve::newest_installed(ctx, &query)?.is_some();
        let newest = coming.iter().filter(|id| id.is_for(&ctx.platform) && query.matches(&id.version)).max();
        return Ok(match newest {
            Some(id) => DefaultTaken::Over(line.unwrap_or_else(|| id.version.as_spec())),
            None if is_here => DefaultTaken::Over(query.text),
            None => DefaultTaken::NotHere(resolve::not_installed(&query).to_string()),
        });
    }
    match choose(ctx, &query, options).await {
        Ok(choice) if choice.is_installed => {
            pin::set_default(ctx, &choice.text)?;
            Ok(DefaultTaken::Over(choice.text))
        }
        Ok(_) => Ok(DefaultTaken::NotHere(resolve::not_installed(&query).to_string())),
        Err(ChoiceError::Core(error)) if error.kind() != ErrorKind::NotFound => Err(*error),
        Err(error) => Ok(DefaultTaken::NotHere(error.to_string())),
    }
}
