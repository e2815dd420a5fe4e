//! What to run so that a refusal ends: by what names the toolchain, since a pin, the default and a variable are changed in
//! different ways.

use gom_select::env_vars::GOM_TOOLCHAIN;
use gom_select::env_vars::go::GOTOOLCHAIN;
use gom_select::select::{self, SelectError, Selected, Selection, VersionOrigin};
use gom_select::version::GoVersion;

use super::violation::{Cure, OtherRelease, Violation};
use crate::context::Context;
use crate::resolve::Query;

/// What asks about a toolchain.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// A command, by its words after `gom`.
    Verb(&'a str),
    /// Whatever selected it here.
    Selection(&'a Selection),
    /// A command that names it among its own words, such as `gom exec 1.22 go build`.
    Argument,
    /// Any `go`: it may be selected in many ways.
    AnyGo,
}

/// What names a release here, if a selection would take that release.
pub(super) fn origin_here(ctx: &Context, version: &GoVersion) -> Option<VersionOrigin> {
    let is_meant = |text: &str| matches!(Query::parse(text, None), Ok(query) if query.matches(version));
    match ctx.with_situation(select::select) {
        Ok(Selection { toolchain, origin, asked, .. }) => {
            let is_it = matches!(&toolchain, Selected::Installed { id, .. } if id.version == *version);
            (is_it || asked.is_some_and(|text| is_meant(&text))).then_some(origin)
        }
        Err(SelectError::NotInstalled { wanted }) => {
            let first = wanted.entries.into_iter().next()?;
            is_meant(&first.text).then_some(first.origin)
        }
        Err(_) => None,
    }
}

/// What to run.
pub(super) fn hint(violation: &Violation, asked: Asked<'_>) -> String {
    match (&violation.cure, asked) {
        (Cure::Verify(argument), _) => format!("run `gom verify {argument}`"),
        (Cure::Again(argument), _) => format!("run `gom install {argument} --force`"),
        (Cure::Install(argument), _) => format!("run `gom install {argument}`"),
        (Cure::Download, _) => "run `gom install` with the same version, which downloads it".to_owned(),
        (Cure::Another(None), _) => {
            "run `gom list-remote` to see what is published, and ask whoever wrote the policy".to_owned()
        }
        (Cure::Another(Some(other)), Asked::Verb(verb)) => {
            other.or_ask(format!("run `gom {verb} {}`", other.version.as_spec()))
        }
        (Cure::Another(Some(other)), Asked::Selection(selection)) => instead(other, &selection.origin),
        (Cure::Another(Some(other)), Asked::Argument) => instead(other, &VersionOrigin::CommandLine),
        // A pin beats the default, and is in most places what selected it.
        (Cure::Another(Some(other)), Asked::AnyGo) => {
            other.or_ask(format!("run `gom local {}`", other.version.as_spec()))
        }
    }
}

impl OtherRelease {
    /// Adds what to do if nobody publishes it, where only the policy names it.
    fn or_ask(&self, hint: String) -> String {
        if self.is_listed {
            return hint;
        }
        let version = self.version.as_spec();
        format!(
            "{hint}; no list known here has {version}: if nobody publishes it, ask whoever wrote the policy"
        )
    }
}

/// What to run if Go's own rules ask for a toolchain that is not in the store.
pub(super) fn of_download(violation: &Violation, asked_by: &str) -> String {
    match &violation.cure {
        Cure::Another(Some(other)) => other.or_ask(by_go(&other.version.as_spec(), asked_by)),
        _ => hint(violation, Asked::Verb("install")),
    }
}

/// What makes this release the one that is selected.
pub(super) fn instead(other: &OtherRelease, origin: &VersionOrigin) -> String {
    let spec = other.version.as_spec();
    other.or_ask(match origin {
        VersionOrigin::Go { asked_by } => by_go(&spec, asked_by),
        VersionOrigin::Environment { variable } if *variable == GOM_TOOLCHAIN => {
            format!("run `gom install {spec} && export {GOM_TOOLCHAIN}={spec}`")
        }
        VersionOrigin::CommandLine => {
            format!("run `gom install {spec}`, and name that one in the same command")
        }
        // A go command that asks for one follows the lines of a project, for which a pin is enough.
        VersionOrigin::File { .. } | VersionOrigin::Environment { .. } => format!("run `gom local {spec}`"),
        VersionOrigin::Default { .. } | VersionOrigin::Path | VersionOrigin::NewestInstalled => {
            format!("run `gom use {spec}`")
        }
    })
}

/// What makes Go's own rules ask for nothing above this release.
fn by_go(spec: &str, asked_by: &str) -> String {
    if !asked_by.starts_with(&format!("{GOTOOLCHAIN}=")) {
        // Newer than what the file asks for, so the file asks for nothing more.
        return format!("run `gom local {spec}`");
    }
    if asked_by.ends_with("(environment)") {
        return format!("run `unset {GOTOOLCHAIN}`, then `gom use {spec}`");
    }
    format!("run `gom use {spec} && gom exec {spec} go env -u {GOTOOLCHAIN}`")
}
