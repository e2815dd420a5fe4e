//! Queries: what a person asks for, and the installed toolchains that match it. [`crate::published`] finds
//! the published one.
//!
//! A query is one of gom-select's specs (shared with the shim), or a range, which only commands take; see
//! [`VersionRange`].

use gom_select::go_mod;
use gom_select::go_project::{GoProject, Surroundings};
use gom_select::link_name::LinkName;
use gom_select::linked::{self, LinkedTree};
use gom_select::platform::Platform;
use gom_select::select::floor::FloorKind;
use gom_select::select::{self, Refusal, SelectError, Selection, VersionOrigin, WantedToolchain};
use gom_select::spec::{InvalidSpec, PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::error::Result;
use crate::go::work;
use crate::query::error::QueryError;
use crate::query::range::{VersionRange, without_wildcards};
use crate::shell_quote::shell_quote;

/// A request for a Go version, with its text.
#[derive(Clone, Debug)]
pub struct Query {
    /// The text as typed.
    pub text: String,
    /// What it means.
    pub what: QueryKind,
    /// The platform, if one was named.
    pub platform: Option<Platform>,
}

/// The meaning of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryKind {
    /// A version, a line or a keyword.
    Spec(Spec),
    /// A range such as `>=1.21, <1.23`.
    Range(VersionRange),
}

impl Query {
    /// Parses a SPEC. `platform` is that of `--os` and `--arch`; a platform in the text must not contradict
    /// it.
    pub fn parse(text: &str, platform: Option<&Platform>) -> Result<Query> {
        let text = text.trim();
        let bad = |reason: String| QueryError::BadSpec { text: text.to_owned(), reason };
        if VersionRange::is_one(text) {
            let what = QueryKind::Range(VersionRange::parse(text).map_err(bad)?);
            return Ok(Query { text: text.to_owned(), what, platform: platform.cloned() });
        }
        let request = parse_request(text).map_err(|error| bad(error.reason))?;
        let platform = match (request.platform, platform) {
            (Some(one), Some(other)) if one != *other => {
                return Err(bad(format!("it names {one}, and --os and --arch name {other}")).into());
            }
            (one, other) => one.or_else(|| other.cloned()),
        };
        Ok(Query { text: text.to_owned(), what: QueryKind::Spec(request.spec), platform })
    }

    /// Like [`parse`](Query::parse); a text that is no SPEC may be the name of a linked toolchain.
    pub fn read(ctx: &Context, text: &str, platform: Option<&Platform>) -> Result<Query> {
        match linked::known(ctx.store.layout(), text.trim()) {
            Some(name) => Ok(Query::from_request(&name.into())),
            None => Query::parse(text, platform),
        }
    }

    /// Makes a query from a request in a version file.
    pub fn from_request(request: &PlatformSpec) -> Query {
        let (what, platform) = (QueryKind::Spec(request.spec.clone()), request.platform.clone());
        Query { text: request.to_string(), what, platform }
    }

    /// Whether such a release can exist: all versions of Go are 1.something so far.
    fn may_exist(&self) -> bool {
        let is_of_go_1 = |text: String| text.split('.').next() == Some("1");
        match &self.what {
            QueryKind::Spec(Spec::Exact(version)) => is_of_go_1(version.to_string()),
            QueryKind::Spec(Spec::Line(line)) => is_of_go_1(line.to_string()),
            QueryKind::Spec(Spec::Major(digits)) => digits == "1",
            QueryKind::Spec(Spec::Latest | Spec::OldStable | Spec::System) | QueryKind::Range(_) => true,
            QueryKind::Spec(Spec::Linked(_)) => false,
        }
    }

    /// The query as arguments of a gom command, to be pasted into a shell.
    pub fn arguments(&self) -> String {
        let text = shell_quote(&self.text);
        match &self.platform {
            Some(platform) if !self.text.contains(&platform.to_string()) => {
                format!("{text} --os {} --arch {}", platform.os(), platform.arch())
            }
            _ => text,
        }
    }

    /// Whether it names the Go that gom does not manage (`system`).
    pub fn is_system(&self) -> bool {
        self.what == QueryKind::Spec(Spec::System)
    }

    /// The linked toolchain that it names.
    pub fn linked(&self) -> Option<&LinkName> {
        match &self.what {
            QueryKind::Spec(Spec::Linked(name)) => Some(name),
            _ => None,
        }
    }

    /// Fails if it names a linked toolchain, which gom does not install, remove or prove.
    pub fn refuse_linked(&self, ctx: &Context) -> std::result::Result<(), QueryError> {
        match self.linked() {
            Some(name) => Err(QueryError::Linked { goroot: ctx.store.linked_to(name), name: name.clone() }),
            None => Ok(()),
        }
    }

    /// The line that it names, for pins that follow the newest installed patch.
    pub fn as_line(&self) -> Option<&Spec> {
        match &self.what {
            QueryKind::Spec(spec @ Spec::Line(_)) => Some(spec),
            _ => None,
        }
    }

    /// Whether a version matches. Keywords match every stable release; see [`Query::newest`].
    pub fn matches(&self, version: &GoVersion) -> bool {
        match &self.what {
            QueryKind::Spec(spec) => spec.matches(version),
            QueryKind::Range(range) => range.matches(version),
        }
    }

    /// Returns the newest of the toolchains that matches.
    pub fn newest(&self, ids: impl Iterator<Item = ToolchainId>) -> Option<ToolchainId> {
        match &self.what {
            QueryKind::Spec(spec) => spec.newest(ids, |id| &id.version),
            QueryKind::Range(_) => ids.filter(|id| self.matches(&id.version)).max(),
        }
    }

    /// Whether a toolchain is for the platform of the query, else for `host`.
    pub(crate) fn is_for(&self, host: &Platform, id: &ToolchainId) -> bool {
        match &self.platform {
            Some(named) => id.platform == *named,
            None => id.is_for(host),
        }
    }

    pub(crate) fn platform_or<'a>(&'a self, host: &'a Platform) -> &'a Platform {
        self.platform.as_ref().unwrap_or(host)
    }
}

/// Returns the installed toolchains that match the query, newest first.
pub fn installed(ctx: &Context, query: &Query) -> Result<Vec<ToolchainId>> {
    let ids = ctx.installed()?.into_iter().filter(|id| query.is_for(&ctx.platform, id));
    Ok(match &query.what {
        // A keyword names one toolchain, not every stable one.
        QueryKind::Spec(Spec::Latest | Spec::OldStable) => query.newest(ids).into_iter().collect(),
        _ => ids.filter(|id| query.matches(&id.version)).collect(),
    })
}

/// Returns the toolchains that an uninstall of the query removes: the installed ones that match, and broken
/// ones.
pub fn removable(ctx: &Context, query: &Query) -> Result<Vec<ToolchainId>> {
    let mut ids = installed(ctx, query)?;
    let is_meant = |id: &ToolchainId| query.is_for(&ctx.platform, id) && query.matches(&id.version);
    ids.extend(ctx.broken()?.into_iter().chain(ctx.half_removed()?).filter(is_meant));
    ids.sort_by(|a, b| b.cmp(a));
    ids.dedup();
    Ok(ids)
}

/// Returns the newest installed toolchain that matches the query.
pub fn newest_installed(ctx: &Context, query: &Query) -> Result<Option<ToolchainId>> {
    Ok(query.newest(ctx.installed()?.into_iter().filter(|id| query.is_for(&ctx.platform, id))))
}

/// The linked toolchain that a query names; `None` if it names none.
pub fn linked(ctx: &Context, query: &Query) -> Result<Option<LinkedTree>> {
    let Some(name) = query.linked() else { return Ok(None) };
    let tree = linked::find(ctx.store.layout(), name).ok_or_else(|| not_installed(query))?;
    if !tree.is_usable {
        let origin = VersionOrigin::CommandLine;
        let (name, goroot) = (tree.name, tree.goroot);
        return Err(SelectError::BrokenLink { name, goroot, origin }.into());
    }
    Ok(Some(tree))
}

/// The error for a query that no installed toolchain matches.
pub fn not_installed(query: &Query) -> QueryError {
    let (text, arguments) = (query.text.clone(), query.may_exist().then(|| query.arguments()));
    let platform = query.platform.clone().filter(|platform| !text.contains(&platform.to_string()));
    QueryError::NotInstalled { text, platform, arguments }
}

/// Returns what the working directory asks for: its version file, else its go.work or go.mod. The text says
/// where.
pub fn asked_here(ctx: &Context) -> Result<(Query, String)> {
    asked_by(ctx.with_situation(select::wanted_by_files)?, || project_here(ctx))
}

/// Returns what a version file asks for, else the project. The text says where.
pub(crate) fn asked_by(
    wanted: Option<WantedToolchain>,
    project: impl FnOnce() -> Option<GoProject>,
) -> Result<(Query, String)> {
    if let Some(wanted) = wanted {
        let first = &wanted.entries[0];
        return Ok((Query::from_request(&first.request), first.origin.to_string()));
    }
    asked_by_project(&project().ok_or(QueryError::NothingAsked)?)
}

/// Returns what the `go` of the working directory lacks although what the folder asks for is installed: a
/// floor above a pin, or the version of GOM_TOOLCHAIN or the default. The text says where it is set.
pub fn lacking_here(ctx: &Context) -> Result<Option<(Query, String)>> {
    match ctx.with_situation(select::select) {
        Ok(Selection { missing: Some(floor), .. }) => {
            let spec = match floor.wants {
                FloorKind::Exact(version) | FloorKind::AtLeast(version) => Spec::Exact(version.canonical()),
                FloorKind::NewestOf(version) => Spec::Line(version.line()),
            };
            Ok(Some((Query::from_request(&PlatformSpec { spec, platform: None }), floor.asked_by)))
        }
        Err(SelectError::NotInstalled { wanted }) => {
            let is_release = |spec: &Spec| !matches!(spec, Spec::System | Spec::Linked(_));
            let entry = wanted.entries.iter().find(|entry| is_release(&entry.request.spec));
            Ok(entry.map(|entry| (Query::from_request(&entry.request), entry.origin.to_string())))
        }
        // No toolchain would fix any other error.
        Ok(_) | Err(_) => Ok(None),
    }
}

/// Returns what a go.work or go.mod asks for. The text says where.
pub fn asked_by_project(project: &GoProject) -> Result<(Query, String)> {
    match project.wanted() {
        Ok(Some((request, line))) => {
            Ok((Query::from_request(&request), format!("{}:{}", project.file.display(), line.line)))
        }
        // If a workspace names no Go, its modules do; `go work use` would write the newest of their versions
        // into it.
        Ok(None) => asked_by_project(&newest_module(project).ok_or(QueryError::NothingAsked)?),
        Err(line) => {
            let Refusal { place, reason, cure } = project.refusal(&line);
            Err(QueryError::BadProject { place, value: line.value, reason, cure }.into())
        }
    }
}

/// Returns the module of a workspace that needs the newest Go; `None` if no module names a Go.
fn newest_module(project: &GoProject) -> Option<GoProject> {
    let text = work::read(&project.file)?;
    let root = project.file.parent()?;
    let modules = work::used(text.lines()).into_iter().filter_map(|module| {
        let file = root.join(module).join("go.mod");
        let lines = go_mod::scan(work::read(&file)?.as_bytes());
        let module = GoProject { file, lines };
        Some((module.floor()?.0, module))
    });
    modules.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, module)| module)
}

/// The minimum version in a go.work or go.mod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFloor {
    /// The oldest version that is enough.
    pub version: GoVersion,
    /// The file and line that ask for it.
    pub place: String,
}

/// Returns the floor of the project here if it is newer than this version: the go command would then switch
/// or refuse.
pub fn floor_above(ctx: &Context, version: &GoVersion) -> Option<ProjectFloor> {
    let project = project_here(ctx)?;
    let (floor, line) = project.floor()?;
    let place = format!("{}:{line}", project.file.display());
    (*version < floor).then_some(ProjectFloor { version: floor, place })
}

/// Returns the installed toolchain that the default means now.
pub fn default_here(ctx: &Context) -> Option<ToolchainId> {
    let layout = ctx.store.layout();
    let wanted = select::wanted_by_default(layout).ok().flatten()?;
    let tree = gom_select::installed::find(layout, &wanted.entries[0].request, &ctx.platform).ok()??;
    Some(tree.id)
}

/// Returns the Go project of the working directory.
pub fn project_here(ctx: &Context) -> Option<GoProject> {
    let env = |name: &str| ctx.environment.var(name);
    GoProject::find(ctx.environment.cwd.as_deref()?, &Surroundings::of_environment(&env))
}

/// Parses a SPEC. Besides what a version file may hold, it takes the wildcards of node-semver: `1.22.X`,
/// `1.x.x`.
fn parse_request(text: &str) -> std::result::Result<PlatformSpec, InvalidSpec> {
    PlatformSpec::parse(text).or_else(|error| {
        let closed = without_wildcards(text).and_then(|closed| PlatformSpec::parse(closed).ok());
        // A full version has no number for the wildcard to stand for: `1.22.6.x`.
        closed.filter(|request| matches!(request.spec, Spec::Line(_) | Spec::Major(_))).ok_or(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(spec: &str, versions: &[&str]) -> Option<String> {
        let ids =
            versions.iter().map(|version| ToolchainId::parse(&format!("go{version}.linux-amd64")).unwrap());
        Query::parse(spec, None).unwrap().newest(ids).map(|id| id.version.to_string())
    }

    /// K10.4
    #[test]
    fn wildcards_of_any_depth_are_a_line_or_a_major_version() {
        let versions = ["1.22.12", "1.23.4"];
        for (text, expected) in [
            ("1.22.x", "1.22.12"),
            ("1.22.X", "1.22.12"),
            ("go1.22.*", "1.22.12"),
            ("1.X", "1.23.4"),
            ("1.x.x", "1.23.4"),
            ("v1.*.*", "1.23.4"),
            (">=1.24rc1 || 1.22", "1.22.12"),
        ] {
            assert_eq!(newest(text, &versions).as_deref(), Some(expected), "{text}");
        }
        for text in ["1.22.6.x", "1.22X", "x", "*", "latest.x", "1.x.3", "1.22.x.y"] {
            assert!(Query::parse(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bare_line_never_matches_the_next_line() {
        assert_eq!(newest("1.22", &["1.22.12", "1.23.4"]).as_deref(), Some("1.22.12"));
        assert_eq!(newest("1.20", &["1.20", "1.20.14"]).as_deref(), Some("1.20.14"));
        assert_eq!(newest("1.20.0", &["1.20", "1.20.14"]).as_deref(), Some("1.20"));
    }

    #[test]
    fn a_platform_may_be_named_once_or_twice_but_not_two() {
        let arm = Platform::parse("darwin-arm64").unwrap();
        let query = Query::parse("go1.26.0.darwin-arm64", Some(&arm)).unwrap();
        assert_eq!(query.platform, Some(arm.clone()));
        assert!(Query::parse("go1.26.0.linux-amd64", Some(&arm)).is_err());
        assert_eq!(Query::parse(">=1.21", Some(&arm)).unwrap().platform, Some(arm));
    }
}
