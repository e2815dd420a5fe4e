//! Judges toolchains by the rules of a policy.
//!
//! Owns: what each rule means. Never: asks the network, so that a `go` waits for nobody: what is known about releases and
//! vulnerabilities is what this gom was made with and what its cache has. Invariant: what nobody knows about a toolchain
//! never speaks for it.

use std::cell::OnceCell;
use std::path::Path;

use gom_select::installed;
use gom_select::platform::Platform;
use gom_select::select::floor::{Floor, FloorKind, ToolchainElsewhere};
use gom_select::select::{Selected, Selection};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use gom_vulns::cached::{self, CachedDatabase};
use gom_vulns::database::{Database, DatabaseOrigin, Finding, Scope};
use gom_vulns::embedded;

use super::violation::{Cure, OtherRelease, Violation};
use crate::context::Context;
use crate::error::Result;
use crate::fetch::log;
use crate::files;
use crate::go_command::GoCommand;
use crate::index::{self, Index, is_supported, supported_lines};
use crate::policy::{self, OtherGo, Policy, PolicySource, Rule};
use crate::proof::{Proof, WithoutLog};
use crate::settings::{RequiredProof, SourceName};
use crate::store::receipt::Receipt;

/// Judges by one policy.
pub(super) struct Judge<'a> {
    ctx: &'a Context,
    pub(super) policy: &'a Policy,
    /// The releases that are known here, loaded when a rule first needs them.
    index: OnceCell<Index>,
    /// The vulnerabilities that are known here.
    databases: OnceCell<Vec<Database>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(ctx: &'a Context, policy: &'a Policy) -> Judge<'a> {
        Judge { ctx, policy, index: OnceCell::new(), databases: OnceCell::new() }
    }

    /// Judges what a selection runs.
    pub(super) fn selected(&self, selected: &Selected) -> Result<Option<Violation>> {
        match selected {
            Selected::Installed { id, .. } => self.installed(id),
            Selected::Linked { version, .. } => self.other_go("it is a linked Go", version.as_ref()),
            Selected::System { go } => {
                let version = GoCommand::of_system(go.clone(), &self.ctx.platform).version;
                self.other_go("it is not one of gom's", version.as_ref())
            }
        }
    }

    /// Judges an installed toolchain: its release, what has proven it, and where it came from.
    pub(super) fn installed(&self, id: &ToolchainId) -> Result<Option<Violation>> {
        match self.release(&id.version, &id.platform)? {
            None => Ok(self.kept(id)),
            violation => Ok(violation),
        }
    }

    /// Judges a release, by the rules about versions.
    pub(super) fn release(&self, version: &GoVersion, platform: &Platform) -> Result<Option<Violation>> {
        let Some((rule, reason)) = self.broken(version, platform)? else { return Ok(None) };
        let cure = Cure::Another(self.another(Some(version))?);
        Ok(Some(Violation { rule: Some(rule), reason, cure }))
    }

    /// The rule that a release breaks, and why.
    fn broken(
        &self,
        version: &GoVersion,
        platform: &Platform,
    ) -> Result<Option<((&'static str, usize), String)>> {
        let rules = &self.policy.rules;
        let line = version.line();
        let least = rules.minimum.iter().find(|rule| rule.value.line() == line && *version < rule.value);
        if let Some(Rule { value, line: at }) = least {
            return Ok(Some(((policy::MINIMUM, *at), format!("Go {line} must be {value} or newer"))));
        }
        if let Some(Rule { line: at, .. }) = &rules.supported {
            let index = self.index()?;
            let lines = supported_lines(index, &self.ctx.platform);
            if !is_supported(&lines, version) {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                let (lines, as_of) = (lines.join(" and "), &index.as_of);
                let reason = format!("Go {line} gets no security fixes any more, {lines} do, as of {as_of}");
                return Ok(Some(((policy::SUPPORTED, *at), reason)));
            }
        }
        if let Some(Rule { value: names, line: at }) = &rules.critical {
            let is_named = |finding: &Finding<'_>| is_one_of(finding, names);
            if let Some((database, finding)) = self.findings(version, platform).find(|(_, it)| is_named(it)) {
                let (id, day) = (&finding.vulnerability.id, database.day());
                let reason = format!("it has {id}, which the policy calls critical, as of {day}");
                return Ok(Some(((policy::CRITICAL, *at), reason)));
            }
        }
        if let Some(Rule { line: at, .. }) = &rules.refuse_vulnerable {
            let accepted = rules.accepted.as_ref().map(|rule| rule.value.as_slice()).unwrap_or_default();
            let counts = |finding: &Finding<'_>| finding.fixed.is_some() && !is_one_of(finding, accepted);
            if let Some((database, finding)) = self.findings(version, platform).find(|(_, it)| counts(it)) {
                let (id, day) = (&finding.vulnerability.id, database.day());
                let fixed = finding.fixed.map(|fixed| fixed.to_string()).unwrap_or_default();
                let reason = format!("it has {id}, which {fixed} fixes, as of {day}");
                return Ok(Some(((policy::REFUSE_VULNERABLE, *at), reason)));
            }
        }
        Ok(None)
    }

    /// Judges what has proven an installed toolchain, and where it came from, by its receipt.
    pub(super) fn kept(&self, id: &ToolchainId) -> Option<Violation> {
        let rules = &self.policy.rules;
        let receipt = self.ctx.store.read_receipt(id);
        let is_logged = || log::kept_record(self.ctx, id).is_some();
        if let Some(Rule { value, line }) = &rules.proof {
            let proof = receipt.as_ref().map(|receipt| &receipt.proof);
            let (reason, is_curable) = match (proof, value) {
                (Some(Proof::Log { .. }), _) if is_logged() => ("", false),
                (Some(Proof::Sha256 { .. }), RequiredProof::Any) => ("", false),
                (Some(Proof::Sha256 { log: WithoutLog::Pending, .. }), RequiredProof::Log) => {
                    ("the checksum database has not proven it yet", true)
                }
                (Some(Proof::Sha256 { .. }), RequiredProof::Log) => {
                    ("the checksum database, which was off, has not proven it", true)
                }
                (Some(Proof::Log { .. }) | None, _) => ("its receipt does not prove it", false),
            };
            if !reason.is_empty() {
                let cure = if is_curable { Cure::Verify(self.argument(id)) } else { self.again(id) };
                let rule = Some((policy::PROOF, *line));
                return Some(Violation { rule, reason: reason.to_owned(), cure });
            }
        }
        let Rule { value: allowed, line } = rules.sources.as_ref()?;
        let source = receipt.as_ref().map(|receipt| &receipt.source);
        let reason = match source {
            Some(_) if receipt.as_ref().is_some_and(|receipt| came_from(receipt, allowed)) => return None,
            Some(source) => {
                format!(
                    "it came from {}, which is not one of {}",
                    source.place,
                    policy::words(allowed).join(", ")
                )
            }
            None => "no receipt tells where it came from".to_owned(),
        };
        Some(Violation { rule: Some((policy::SOURCES, *line)), reason, cure: self.again(id) })
    }

    /// Judges a place that a toolchain would come from.
    pub(super) fn source(&self, source: &PolicySource) -> Option<Violation> {
        let Rule { value: allowed, line } = self.policy.rules.sources.as_ref()?;
        if allowed.contains(source) {
            return None;
        }
        let (word, allowed) = (source.word(), policy::words(allowed).join(", "));
        let reason = format!("it would come from {word}, which is not one of {allowed}");
        Some(Violation { rule: Some((policy::SOURCES, *line)), reason, cure: Cure::Download })
    }

    /// Judges a Go that gom did not install.
    pub(super) fn other_go(&self, what: &str, version: Option<&GoVersion>) -> Result<Option<Violation>> {
        let rules = &self.policy.rules;
        let Rule { value, line } = rules.other_go();
        let violation = |rule, reason: String| {
            let cure = Cure::Another(self.another(version)?);
            Ok(Some(Violation { rule: Some(rule), reason, cure }))
        };
        match value {
            OtherGo::Allow => return Ok(None),
            OtherGo::Refuse => return violation((policy::OTHER_GO, line), what.to_owned()),
            OtherGo::Judge => {}
        }
        match version {
            Some(version) => {
                if let Some((rule, reason)) = self.broken(version, &self.ctx.platform)? {
                    return violation(rule, reason);
                }
            }
            None => {
                if let Some(rule) = self.first_rule_of_versions() {
                    return violation(rule, format!("{what}, and its version is not known"));
                }
            }
        }
        if let Some(Rule { line, .. }) = &rules.proof {
            return violation((policy::PROOF, *line), format!("{what}, so nothing has proven it"));
        }
        if let Some(Rule { line, .. }) = &rules.sources {
            return violation(
                (policy::SOURCES, *line),
                format!("{what}, so nothing tells where it came from"),
            );
        }
        Ok(None)
    }

    fn first_rule_of_versions(&self) -> Option<(&'static str, usize)> {
        let rules = &self.policy.rules;
        let of = |name, line: Option<usize>| line.map(|line| (name, line));
        of(policy::MINIMUM, rules.minimum.first().map(|rule| rule.line))
            .or_else(|| of(policy::SUPPORTED, rules.supported.as_ref().map(|rule| rule.line)))
            .or_else(|| of(policy::CRITICAL, rules.critical.as_ref().map(|rule| rule.line)))
            .or_else(|| of(policy::REFUSE_VULNERABLE, rules.refuse_vulnerable.as_ref().map(|rule| rule.line)))
    }

    /// Judges the toolchain that the go command of a selection would get by itself, because nobody looks at it when it has
    /// come. Returns its name and what asks for it.
    pub(super) fn download(&self, selection: &Selection) -> Result<Option<(String, String, Violation)>> {
        if let Some(ToolchainElsewhere { name, asked_by }) = &selection.elsewhere {
            let reason = format!("{asked_by} asks for it, and it is not a release that gom could judge");
            let cure = Cure::Another(self.another(None)?);
            return Ok(Some((name.clone(), asked_by.clone(), Violation { rule: None, reason, cure })));
        }
        let Some(Floor { wants, asked_by, .. }) = &selection.missing else { return Ok(None) };
        let (text, release) = match wants {
            FloorKind::Exact(version) | FloorKind::AtLeast(version) => (version.as_spec(), Some(version)),
            FloorKind::NewestOf(version) => (version.line().to_string(), None),
        };
        let what = format!("Go {text}");
        if let Some(version) = release
            && let Some(violation) = self.release(version, &self.ctx.platform)?
        {
            return Ok(Some((what, asked_by.clone(), violation)));
        }
        let reason = format!(
            "{asked_by} asks for it, it is not installed, and with a policy no go command downloads a toolchain"
        );
        let violation = Violation { rule: None, reason, cure: Cure::Install(text) };
        Ok(Some((what, asked_by.clone(), violation)))
    }

    /// Returns the newest release that may be used: of the same line if there is one. `None` if none is known.
    fn another(&self, version: Option<&GoVersion>) -> Result<Option<OtherRelease>> {
        let (index, platform) = (self.index()?, &self.ctx.platform);
        let published = index.of_platform(platform).map(|id| &id.version);
        let listed: Vec<GoVersion> = published.filter(|version| version.is_stable()).cloned().collect();
        let mut versions = listed.clone();
        // The policy may be newer than what is known here.
        versions.extend(self.policy.rules.minimum.iter().map(|rule| rule.value.clone()));
        versions.sort_by(|a, b| b.cmp(a));
        versions.dedup();
        let line = version.map(GoVersion::line);
        let is_of_line = |version: &GoVersion| line.as_ref().is_some_and(|line| line.contains(version));
        let (same, others): (Vec<GoVersion>, Vec<GoVersion>) = versions.into_iter().partition(is_of_line);
        for version in same.into_iter().chain(others) {
            let id = ToolchainId {
                version: version.canonical(),
                platform: platform.for_release(&version).into_owned(),
            };
            let is_here = installed::tree(self.ctx.store.layout(), &id).is_some();
            if self.broken(&version, &id.platform)?.is_none() && !(is_here && self.kept(&id).is_some()) {
                let is_listed = listed.contains(&version);
                return Ok(Some(OtherRelease { version, is_listed }));
            }
        }
        Ok(None)
    }

    fn again(&self, id: &ToolchainId) -> Cure {
        Cure::Again(self.argument(id))
    }

    fn argument(&self, id: &ToolchainId) -> String {
        id.as_argument(&self.ctx.platform)
    }

    /// The vulnerabilities of a toolchain, each with the database that has it.
    fn findings<'s>(
        &'s self,
        version: &'s GoVersion,
        platform: &'s Platform,
    ) -> impl Iterator<Item = (&'s Database, Finding<'s>)> {
        let databases = self.databases.get_or_init(|| databases(self.ctx));
        databases.iter().flat_map(move |database| {
            let findings = database.findings(version, Scope::of_toolchain(platform)).unwrap_or_default();
            findings
                .into_iter()
                .filter(|finding| !finding.is_elsewhere)
                .map(move |finding| (database, finding))
        })
    }

    fn index(&self) -> Result<&Index> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let index = index::load_known(self.ctx, &self.ctx.platform)?;
        Ok(self.index.get_or_init(|| index))
    }
}

/// Whether a finding has one of these names.
fn is_one_of(finding: &Finding<'_>, names: &[String]) -> bool {
    let vulnerability = finding.vulnerability;
    names.iter().any(|name| name == vulnerability.id.as_str() || vulnerability.aliases.contains(name))
}

/// What the binary and the cache know, of each database that was ever asked: one that a variable names adds to Go's own, and
/// replaces nothing.
fn databases(ctx: &Context) -> Vec<Database> {
    const OWN: &str = "vulndb.json";
    let folder = ctx.cache_path("index");
    let read =
        |name: &Path| CachedDatabase::parse(&files::read_regular(&folder.join(name), cached::LIMIT).ok()?);
    let own = read(Path::new(OWN));
    let mut all = vec![cached::newer(own.as_ref(), embedded::PLACE, DatabaseOrigin::Cached)];
    let names = files::names_in(&folder).unwrap_or_default();
    let others = names.iter().filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("vulndb-") && name.ends_with(".json")
    });
    all.extend(others.filter_map(|name| {
        let database = read(Path::new(name))?;
        database.to_database(&name.to_string_lossy(), DatabaseOrigin::Cached)
    }));
    all
}

/// Whether a toolchain came from one of these places, by its receipt.
fn came_from(receipt: &Receipt, allowed: &[PolicySource]) -> bool {
    let source = &receipt.source;
    allowed.iter().any(|place| match place {
        PolicySource::Archives(SourceName::GoDev) => index::GODEV_HOSTS.contains(&source.place.as_str()),
        PolicySource::Archives(SourceName::Mirror) => source.place.starts_with("mirror"),
        PolicySource::Archives(SourceName::Url(url)) => {
            source.url.starts_with(&SourceName::Url(url.clone()).to_string())
        }
        PolicySource::Archives(name @ (SourceName::Storage | SourceName::Proxy)) => {
            source.place == name.to_string()
        }
        PolicySource::Import => source.place == policy::IMPORT,
        // A tree of that kind is used in its place, and has no receipt.
        PolicySource::ToolCache => false,
    })
}
