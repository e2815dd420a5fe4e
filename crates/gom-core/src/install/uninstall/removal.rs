//! Decides what an uninstall may remove: the toolchains that a command names, and the default or pin that uses them.
//!
//! Owns: these rules. Never: removes, asks or prints. Invariant: a query that matches several toolchains
//! removes nothing unless all are wanted, and a toolchain in another store is never removed. A query that
//! matches nothing does not keep the others: a command that was killed may have done a part of its work.

use std::collections::HashSet;
use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::installed;
use gom_select::select::{self, VersionOrigin, WantedToolchain};
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::error::Error;
use crate::query::error::QueryError;
use crate::resolve::{self, Query};
use crate::settings::SettingOrigin;
use crate::shell_quote::shell_quote;

/// Why no toolchain can be removed.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// The query names a Go that gom does not manage.
    #[error("`system` is a Go that gom does not manage, so gom does not remove it")]
    System,
    /// No installed toolchain matches the query.
    #[error(transparent)]
    NotInstalled(QueryError),
    /// The only match is in a store that is read after the user's own.
    #[error("{id} is in the store `{}` ({named_by}), which gom only reads here", store.display())]
    OtherStore {
        /// The toolchain.
        id: ToolchainId,
        /// Its store.
        store: PathBuf,
        /// The setting that names that store.
        named_by: SettingOrigin,
    },
    /// Several toolchains match the query.
    #[error("`{text}` matches {} installed toolchains:{}", found.len(), listed(found))]
    Several {
        /// The request.
        text: String,
        /// The request as arguments of a command.
        arguments: String,
        /// The toolchains that match it.
        found: Vec<ToolchainId>,
    },
    /// The store can't be read.
    #[error(transparent)]
    Core(#[from] Error),
}

fn listed(found: &[ToolchainId]) -> String {
    found.iter().fold(String::new(), |list, id| list + "\n  " + &id.to_string())
}

impl Explain for RemovalError {
    fn kind(&self) -> ErrorKind {
        match self {
            RemovalError::System | RemovalError::OtherStore { .. } | RemovalError::Several { .. } => {
                ErrorKind::Usage
            }
            RemovalError::NotInstalled(error) => error.kind(),
            RemovalError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            RemovalError::System => Some("system".to_owned()),
            RemovalError::NotInstalled(error) => error.value(),
            RemovalError::OtherStore { id, .. } => Some(id.to_string()),
            RemovalError::Several { text, .. } => Some(text.clone()),
            RemovalError::Core(error) => error.value(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            RemovalError::NotInstalled(error) => error.guess(),
            RemovalError::Core(error) => error.guess(),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            RemovalError::System => "run `gom list` to see what gom installed".to_owned(),
            RemovalError::NotInstalled(_) => "run `gom list` to see what is installed".to_owned(),
            RemovalError::OtherStore { id, store, .. } => format!(
                "run `GOM_HOME={} gom uninstall {}` as the owner of that store",
                shell_quote(store),
                id.version.as_spec()
            ),
            RemovalError::Several { arguments, .. } => {
                format!("run `gom uninstall {arguments} --all`, or name one of them")
            }
            RemovalError::Core(error) => error.hint(),
        }
    }
}

/// What queries remove.
#[derive(Debug, Default)]
pub struct Removal {
    /// The toolchains, each once.
    pub ids: Vec<ToolchainId>,
    /// An error for each query that matches no installed toolchain.
    pub missing: Vec<RemovalError>,
}

/// Returns the toolchains that these queries remove. `all` takes every match of a query.
pub fn removed_by(ctx: &Context, queries: &[Query], all: bool) -> Result<Removal, RemovalError> {
    let mut removal = Removal::default();
    for query in queries {
        match matches(ctx, query, all) {
            Ok(found) => removal.ids.extend(found),
            Err(missing @ RemovalError::NotInstalled(_)) => removal.missing.push(missing),
            Err(error) => return Err(error),
        }
    }
    let mut known = HashSet::new();
    removal.ids.retain(|id| known.insert(id.clone()));
    Ok(removal)
}

fn matches(ctx: &Context, query: &Query, all: bool) -> Result<Vec<ToolchainId>, RemovalError> {
    if query.is_system() {
        return Err(RemovalError::System);
    }
    query.refuse_linked(ctx).map_err(Error::from)?;
    let found = resolve::removable(ctx, query)?;
    let (others, found): (Vec<ToolchainId>, Vec<ToolchainId>) =
        found.into_iter().partition(|id| ctx.other_store(id).is_some());
    match (found.as_slice(), others.first()) {
        ([], None) => Err(RemovalError::NotInstalled(resolve::not_installed(query))),
        ([], Some(id)) => Err(RemovalError::OtherStore {
            id: id.clone(),
            store: ctx.other_store(id).unwrap_or_default(),
            named_by: ctx.settings.store_path.origin.clone(),
        }),
        ([_, _, ..], _) if !all => {
            Err(RemovalError::Several { text: query.text.clone(), arguments: query.arguments(), found })
        }
        _ => Ok(found),
    }
}

/// What uses a toolchain, so that its removal must be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The default.
    Default,
    /// The version file of the working directory or of one above.
    Pin,
}

/// A default or pin that names a toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InUse {
    /// Whether it is the default or a pin.
    pub role: Role,
    /// The toolchain that it means now.
    pub id: ToolchainId,
    /// The file and line that name it.
    pub place: String,
    /// The first request of that file. The requests after it count if its toolchain is not installed.
    pub text: String,
    /// Its file and line.
    pub text_place: String,
    wanted: WantedToolchain,
}

/// What a default or pin means after its toolchain was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Successor {
    /// Another installed toolchain.
    Toolchain(ToolchainId),
    /// None, so every `go` that it selects fails. This request could be chosen instead.
    Nothing {
        /// The newest installed version, or `latest`.
        instead: String,
    },
}

/// Returns the default and the pin that name one of these toolchains now.
pub fn in_use(ctx: &Context, ids: &[ToolchainId]) -> Vec<InUse> {
    // An unreadable pin protects nothing, and this command is not about it.
    let default = select::wanted_by_default(ctx.store.layout()).unwrap_or_default();
    let pin = ctx.with_situation(select::wanted_by_files).unwrap_or_default();
    let named = [(Role::Default, default), (Role::Pin, pin)].into_iter();
    let used = named.filter_map(|(role, wanted)| {
        let wanted = wanted?;
        let (id, place) = meant(ctx, &wanted)?;
        let first = &wanted.entries[0];
        let (text, text_place) = (first.text.clone(), place_of(&first.origin));
        Some(InUse { role, id, place, text, text_place, wanted })
    });
    used.filter(|used| ids.contains(&used.id)).collect()
}

/// Returns what a default or pin means after toolchains were removed.
pub fn successor(ctx: &Context, used: &InUse) -> Successor {
    if let Some((id, _)) = meant(ctx, &used.wanted) {
        return Successor::Toolchain(id);
    }
    let newest = PlatformSpec { spec: Spec::Latest, platform: None };
    let newest = installed::find(ctx.store.layout(), &newest, &ctx.platform).ok().flatten();
    Successor::Nothing {
        instead: newest.map_or_else(|| "latest".to_owned(), |tree| tree.id.version.as_spec()),
    }
}

/// Returns the installed toolchain that a default or pin means now, and the place that names it.
fn meant(ctx: &Context, wanted: &WantedToolchain) -> Option<(ToolchainId, String)> {
    wanted.entries.iter().find_map(|entry| {
        let id = installed::find(ctx.store.layout(), &entry.request, &ctx.platform).ok()??.id;
        Some((id, place_of(&entry.origin)))
    })
}

fn place_of(origin: &VersionOrigin) -> String {
    match origin {
        VersionOrigin::File { path, line } | VersionOrigin::Default { path, line } => {
            format!("{}:{line}", path.display())
        }
        origin => origin.to_string(),
    }
}
