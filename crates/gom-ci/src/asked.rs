//! The toolchains that a job requests: its arguments, else `GOM_TOOLCHAIN`, else a version file, else go.work or
//! go.mod. A toolchain that is named by hand is exact for the whole job; one from a file is subject to a policy.

use std::path::{Path, PathBuf};

use gom_select::go_mod;
use gom_select::go_project::GoProject;
use gom_select::platform::Platform;
use gom_select::regular_file::GO_FILE_LIMIT;
use gom_select::select::{self, FaultyPlace, SelectError, WantedToolchain};
use gom_select::spec::Spec;
use gom_select::version_files::{Pin, PinError, go_version, tool_versions};

use crate::error::CiError;
use gom_core::Error;
use gom_core::context::Context;
use gom_core::files;
use gom_core::query::error::QueryError;
use gom_core::resolve::{Query, QueryKind, asked_by_project, project_here};

/// One toolchain that a job requests.
#[derive(Clone, Debug)]
pub struct RequestedToolchain {
    /// A list of fallbacks, the preferred one first; never empty.
    pub queries: Vec<Query>,
    /// Where it is requested.
    pub place: String,
    /// It is named for this job, not by a file of the project.
    pub by_hand: bool,
}

/// The request of a user or a workflow.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToolchainRequest<'a> {
    /// SPECs; one text may contain several, a line each. Empty ones are ignored.
    pub specs: &'a [String],
    /// A version file, go.mod or go.work; ignored if there are SPECs.
    pub file: Option<&'a Path>,
    /// The platform, if it is not this machine's.
    pub platform: Option<&'a Platform>,
}

impl RequestedToolchain {
    /// The text as it was written.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.queries.iter().map(|query| query.text.as_str()).collect();
        texts.join(", else ")
    }
}

/// Reads a SPEC.
type ReadQuery<'a> = &'a dyn Fn(&str, Option<&Platform>) -> gom_core::Result<Query>;

/// The requested toolchains without duplicates; never empty.
pub fn asked(ctx: &Context, named: ToolchainRequest<'_>) -> Result<Vec<RequestedToolchain>, CiError> {
    if let Some(platform) = named.platform
        && !ctx.platform.runs(platform)
    {
        return Err(CiError::OtherPlatform { platform: platform.clone(), here: ctx.platform.clone() });
    }
    let mut all = by_specs(named, &|text, platform| Query::read(ctx, text, platform))?;
    if all.is_empty() {
        all.push(match named.file {
            Some(file) => by_file(ctx, file)?,
            None => here(ctx)?,
        });
    }
    for asked in &mut all {
        for query in &mut asked.queries {
            query.platform = query.platform.take().or_else(|| named.platform.cloned());
        }
    }
    Ok(all)
}

fn by_specs(named: ToolchainRequest<'_>, read: ReadQuery<'_>) -> Result<Vec<RequestedToolchain>, CiError> {
    let mut all: Vec<RequestedToolchain> = Vec::new();
    let texts = named.specs.iter().flat_map(|spec| spec.lines()).map(str::trim);
    for text in texts.filter(|text| !text.is_empty()) {
        let query = parse(text, named.platform, read)?;
        if !all.iter().any(|asked| asked.queries[0].text == query.text) {
            all.push(RequestedToolchain {
                queries: vec![query],
                place: "argument".to_owned(),
                by_hand: true,
            });
        }
    }
    Ok(all)
}

/// Parses a SPEC, including two forms that only workflows have: `*` for the newest, and numbers that YAML has cut.
fn parse(text: &str, platform: Option<&Platform>, read: ReadQuery<'_>) -> Result<Query, CiError> {
    let is_any = text.split('.').all(|part| matches!(part, "*" | "x" | "X"));
    let meant = if is_any { "latest" } else { text };
    let query = Query { text: text.to_owned(), ..read(meant, platform)? };
    if is_cut_by_yaml(&query) {
        return Err(CiError::CutByYaml { text: text.to_owned() });
    }
    Ok(query)
}

/// `1.10`, `1.20` and `1.30` without quotes. The releases with the cut names are older than Go's checksum database, so
/// they can't be meant.
fn is_cut_by_yaml(query: &Query) -> bool {
    matches!(query.what, QueryKind::Spec(Spec::Line(_)))
        && matches!(query.text.as_str(), "1.1" | "1.2" | "1.3")
}

fn here(ctx: &Context) -> Result<RequestedToolchain, CiError> {
    if let Some(wanted) = ctx.with_situation(select::wanted_by_environment)? {
        return Ok(by_wanted(&wanted, true));
    }
    if let Some(wanted) = ctx.with_situation(select::wanted_by_files)? {
        select::check_links(ctx.store.layout(), &wanted)?;
        return Ok(by_wanted(&wanted, false));
    }
    by_project(&project_here(ctx).ok_or(Error::from(QueryError::NothingAsked))?)
}

fn by_wanted(wanted: &WantedToolchain, by_hand: bool) -> RequestedToolchain {
    let queries = wanted.entries.iter().map(|entry| Query::from_request(&entry.request)).collect();
    RequestedToolchain { queries, place: wanted.entries[0].origin.to_string(), by_hand }
}

fn by_project(project: &GoProject) -> Result<RequestedToolchain, CiError> {
    let (query, place) = asked_by_project(project)?;
    Ok(RequestedToolchain { queries: vec![query], place, by_hand: false })
}

/// Reads a file as its name says; a file with an unknown name is read as a `.go-version`.
fn by_file(ctx: &Context, file: &Path) -> Result<RequestedToolchain, CiError> {
    let file = absolute(ctx, file);
    let bytes = files::read_regular(&file, GO_FILE_LIMIT)
        .map_err(|error| SelectError::Unreadable { path: file.clone(), error })?;
    let pin = match file.file_name().and_then(|name| name.to_str()) {
        Some("go.mod" | "go.work") => {
            return by_project(&GoProject { lines: go_mod::scan(&bytes), file });
        }
        Some(".tool-versions") => tool_versions::parse(&bytes),
        _ => go_version::parse(&bytes).map(Some),
    };
    by_pin(&file, pin)
}

fn by_pin(file: &Path, pin: Result<Option<Pin>, PinError>) -> Result<RequestedToolchain, CiError> {
    let pin =
        pin.map_err(|error| SelectError::Invalid { place: FaultyPlace::File(file.to_path_buf()), error })?;
    let Some(pin) = pin else {
        let (place, reason) = (file.display().to_string(), "it has no golang line".to_owned());
        return Err(CiError::VersionFile { place, reason });
    };
    let place = format!("{}:{}", file.display(), pin.specs[0].line);
    let queries = pin.specs.iter().map(|pinned| Query::from_request(&pinned.spec)).collect();
    Ok(RequestedToolchain { queries, place, by_hand: false })
}

fn absolute(ctx: &Context, file: &Path) -> PathBuf {
    ctx.environment.cwd.as_ref().map_or_else(|| file.to_path_buf(), |cwd| cwd.join(file))
}

#[cfg(test)]
mod tests {
    use gom_select::explain::Explain;

    use super::*;

    fn by_hand(specs: &[&str]) -> Result<Vec<String>, CiError> {
        let specs: Vec<String> = specs.iter().map(|spec| (*spec).to_owned()).collect();
        let named = ToolchainRequest { specs: &specs, ..ToolchainRequest::default() };
        let all = by_specs(named, &Query::parse)?;
        Ok(all.iter().map(RequestedToolchain::text).collect())
    }

    #[test]
    fn specs_may_be_on_separate_lines_and_count_once() {
        assert_eq!(by_hand(&["1.22\n 1.21.3\n", "1.22", ""]).unwrap(), ["1.22", "1.21.3"]);
        assert!(by_hand(&["", "\n"]).unwrap().is_empty());
    }

    #[test]
    fn the_forms_in_workflows_are_accepted() {
        // K10.4: what actions/setup-go documents, and the rest of node-semver's forms.
        for spec in [
            "stable",
            "oldstable",
            "1.22.x",
            "1.22.X",
            "1.22.*",
            "1.X",
            "1.x.x",
            "^1.21.0",
            "~1.21",
            "~>1.22",
            ">=1.20 <1.22",
            ">=1.20.0-rc.1",
            "1.22 - 1.23",
            "1.20 || 1.22",
            "1.24.0-rc.1",
            "go1.22",
            "*",
            "x",
            "X",
            "x.x",
            "1",
        ] {
            assert_eq!(by_hand(&[spec]).unwrap(), [spec]);
        }
    }

    #[test]
    fn a_number_that_yaml_cut_is_explained() {
        let error = by_hand(&["1.2"]).unwrap_err();
        assert_eq!(error.to_string(), "YAML reads 1.20 without quotes as `1.2`");
        assert!(error.hint().contains("go-version: '1.20'"), "{}", error.hint());
        for spec in ["1.2.2", "1.4", "1.20", "1.22", "1.2.x"] {
            assert!(by_hand(&[spec]).is_ok(), "{spec}");
        }
    }

    #[test]
    fn a_pin_keeps_its_fallbacks_and_its_line() {
        let asked =
            by_pin(Path::new("/p/.go-version"), go_version::parse(b"\n1.22.6 1.21\n").map(Some)).unwrap();
        assert_eq!((asked.text().as_str(), asked.place.as_str()), ("1.22.6, else 1.21", "/p/.go-version:2"));
        assert!(!asked.by_hand);
        let error = by_pin(Path::new("/p/.tool-versions"), Ok(None)).unwrap_err();
        assert!(error.to_string().starts_with("/p/.tool-versions: "), "{error}");
    }
}
