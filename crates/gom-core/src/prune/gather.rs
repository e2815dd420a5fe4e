//! Gathers the reasons to keep toolchains.

use std::collections::BTreeMap;
use std::path::Path;

use gom_select::linked;
use gom_select::select::{self, Selected, Selection, VersionOrigin};
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;
use gom_select::tools;
use gom_select::used::{Day, UsedToolchain};
use gom_select::version::GoVersion;

use super::cached::CachedToolchain;
use super::error::PruneError;
use super::options::PruneOptions;
use super::reason::KeepReason;
use crate::clock::day_of_time;
use crate::context::Context;
use crate::files;
use crate::machine::processes;
use crate::usage::{self, ProjectGo, ProjectState, Recording, Usage};

/// The reasons to keep, by toolchain.
#[derive(Default)]
pub(super) struct Needs {
    /// For installed toolchains.
    pub(super) reasons: BTreeMap<ToolchainId, Vec<KeepReason>>,
    /// The releases that go.mod files ask for and the store lacks, with the place that asks.
    pub(super) missing: Vec<(GoVersion, String)>,
}

impl Needs {
    /// Finds everything that needs one of these toolchains.
    pub(super) fn gather(
        ctx: &Context,
        ids: &[ToolchainId],
        usage: &Usage,
        options: PruneOptions,
    ) -> Result<Needs, PruneError> {
        let mut needs = Needs::default();
        needs.of_default(ctx)?;
        needs.of_here(ctx)?;
        for file in usage.files() {
            needs.of_project(&usage::look_at(ctx, file), usage);
        }
        needs.of_links(ctx, ids)?;
        needs.of_tools(ctx, ids)?;
        needs.of_programs(ctx, ids);
        for id in ids {
            needs.of_use(ctx, id, usage, options.unused_for);
        }
        if let Some(count) = options.keep_last {
            needs.of_line(ids, count);
        }
        if let Recording::Since(since) = usage.recording
            && usage.days() < options.unused_for
        {
            for id in ids {
                needs.add(id, KeepReason::TooSoon { since });
            }
        }
        Ok(needs)
    }

    pub(super) fn of(&self, id: &ToolchainId) -> &[KeepReason] {
        self.reasons.get(id).map_or(&[], Vec::as_slice)
    }

    /// Why a toolchain of the module cache stays.
    pub(super) fn of_cached(
        &self,
        cached: &CachedToolchain,
        usage: &Usage,
        options: PruneOptions,
    ) -> Vec<KeepReason> {
        let asked = self.missing.iter().filter(|(version, _)| *version == cached.id.version);
        let mut reasons: Vec<KeepReason> =
            asked.map(|(_, place)| KeepReason::GoLine { place: place.clone() }).collect();
        if !cached.programs.is_empty() {
            reasons.push(KeepReason::Running { programs: cached.programs.clone() });
        }
        let is_in_span = |day: &Day| usage.today.saturating_sub(*day) < options.unused_for;
        reasons.extend(cached.fetched.filter(is_in_span).map(|day| KeepReason::Young { day }));
        if let Recording::Since(since) = usage.recording
            && usage.days() < options.unused_for
        {
            reasons.push(KeepReason::TooSoon { since });
        }
        reasons
    }

    fn add(&mut self, id: &ToolchainId, reason: KeepReason) {
        let reasons = self.reasons.entry(id.clone()).or_default();
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }

    /// The toolchain that the default means; without a default, the newest one, which runs instead.
    fn of_default(&mut self, ctx: &Context) -> Result<(), PruneError> {
        let Some(wanted) = select::wanted_by_default(ctx.store.layout())? else {
            if let Some(usage::RunningGo {
                toolchain: Some(UsedToolchain::Installed(id)),
                set_by: VersionOrigin::NewestInstalled,
            }) = usage::runs_in(ctx, Path::new("/"))
            {
                self.add(&id, KeepReason::NewestInstalled);
            }
            return Ok(());
        };
        for entry in &wanted.entries {
            if matches!(entry.request.spec, Spec::System | Spec::Linked(_)) {
                return Ok(());
            }
            let tree = gom_select::installed::find(ctx.store.layout(), &entry.request, &ctx.platform)
                .map_err(select::SelectError::from)?;
            if let (Some(tree), VersionOrigin::Default { path, line }) = (tree, &entry.origin) {
                self.add(&tree.id, KeepReason::Default { place: format!("{}:{line}", path.display()) });
                return Ok(());
            }
        }
        Ok(())
    }

    /// What runs in the working directory, with the variables of this shell, and what its version file means.
    fn of_here(&mut self, ctx: &Context) -> Result<(), PruneError> {
        // An invalid file is an error, as it is for a `go`.
        ctx.with_situation(select::wanted_by_files)?;
        if let Some(cwd) = &ctx.environment.cwd {
            self.of_needs(&usage::look_in(ctx, cwd, cwd));
        }
        let Ok(Selection { toolchain, origin, missing, .. }) = ctx.with_situation(select::select) else {
            return Ok(());
        };
        if let Some(floor) = missing {
            self.missing.push((floor.wants.version().clone(), floor.asked_by));
        }
        // What the files and the default say is a better reason than that it runs.
        let is_of_shell = matches!(origin, VersionOrigin::Environment { .. } | VersionOrigin::Go { .. });
        if let Selected::Installed { id, .. } = toolchain
            && is_of_shell
            && self.of(&id).is_empty()
        {
            self.add(&id, KeepReason::Here { set_by: origin.to_string() });
        }
        Ok(())
    }

    fn of_project(&mut self, project: &ProjectGo, usage: &Usage) {
        self.of_needs(project);
        if let ProjectState::Unreadable(error) = &project.state {
            for chosen in usage.chosen_by(&project.file) {
                if let UsedToolchain::Installed(id) = chosen {
                    let (file, error) = (project.file.clone(), error.clone());
                    self.add(id, KeepReason::Unreadable { file, error });
                }
            }
        }
    }

    fn of_needs(&mut self, project: &ProjectGo) {
        for need in &project.needs {
            let place = need.place.clone();
            if let Some(version) = &need.missing {
                self.missing.push((version.clone(), place.clone()));
            }
            if let Some(UsedToolchain::Installed(id)) = &need.toolchain {
                let reason =
                    if need.is_pin { KeepReason::Pin { place } } else { KeepReason::GoLine { place } };
                self.add(id, reason);
            }
        }
    }

    /// Linked toolchains that lead into one of these.
    fn of_links(&mut self, ctx: &Context, ids: &[ToolchainId]) -> Result<(), PruneError> {
        for tree in linked::all(ctx.store.layout())? {
            // A link that leads nowhere needs nothing.
            let Ok(real) = files::real_path(&tree.goroot) else { continue };
            for id in ids {
                let place = files::real_path(&ctx.store.layout().toolchain(id));
                if place.is_ok_and(|place| real.starts_with(place)) {
                    self.add(id, KeepReason::Linked { name: tree.name.clone() });
                }
            }
        }
        Ok(())
    }

    /// The newest toolchain of each line that has tools: it built them, and builds them again.
    fn of_tools(&mut self, ctx: &Context, ids: &[ToolchainId]) -> Result<(), PruneError> {
        for place in tools::all(ctx.store.layout())? {
            let of_line = ids
                .iter()
                .filter(|id| id.platform == place.of.platform && place.of.line.contains(&id.version));
            if let Some(newest) = of_line.max() {
                self.add(newest, KeepReason::Tool { name: place.name.as_str().to_owned() });
            }
        }
        Ok(())
    }

    /// Toolchains whose programs run, as far as the system tells.
    fn of_programs(&mut self, ctx: &Context, ids: &[ToolchainId]) {
        let places: Vec<_> = ids.iter().map(|id| ctx.store.layout().toolchain(id)).collect();
        let places: Vec<&Path> = places.iter().map(std::path::PathBuf::as_path).collect();
        let mut programs: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for program in processes::running_from(&places) {
            programs.entry(program.folder).or_default().push(program);
        }
        for (at, programs) in programs {
            self.add(&ids[at], KeepReason::Running { programs });
        }
    }

    /// A toolchain that was used, or installed, in the span.
    fn of_use(&mut self, ctx: &Context, id: &ToolchainId, usage: &Usage, span: Day) {
        let is_in_span = |day: Day| usage.today.saturating_sub(day) < span;
        if let Some(last) = usage.last_of(id).filter(|last| is_in_span(last.last)) {
            self.add(id, KeepReason::Used { day: last.last, file: last.used.file.clone() });
        }
        let receipt = ctx.store.read_receipt(id);
        let installed = receipt.and_then(|receipt| day_of_time(&receipt.installed_at));
        if let Some(day) = installed.filter(|day| is_in_span(*day)) {
            self.add(id, KeepReason::Young { day });
        }
    }

    /// The newest of each line.
    fn of_line(&mut self, ids: &[ToolchainId], count: usize) {
        let mut newest_first: Vec<&ToolchainId> = ids.iter().collect();
        newest_first.sort_by(|a, b| b.cmp(a));
        let mut kept: BTreeMap<(String, String), usize> = BTreeMap::new();
        for id in newest_first {
            let of_line = kept.entry((id.version.line().to_string(), id.platform.to_string())).or_default();
            *of_line += 1;
            if *of_line <= count {
                self.add(id, KeepReason::KeepLast);
            }
        }
    }
}
