//! Starts a program that was found, and judges whether it fits the machine and the Go of the project.

use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::files;
use gom_core::go_command::GoCommand;
use gom_core::machine::go_program::GoBuild;
use gom_core::machine::program::{ProgramFormat, ProgramHeader};
use gom_core::path_text::as_text;
use gom_select::path_search;
use gom_select::platform::Platform;
use gom_select::tool_name::{ToolName, ToolPlace};
use gom_select::tools::{self, ToolChoice};
use gom_select::version::GoVersion;

use super::find::Folders;
use super::mach_o;
use super::report::{Found, ProgramReport, State};
use super::start::{self, Limits, Outcome};
use super::surroundings::Surroundings;

/// Judges programs in one environment.
pub(super) struct Judge<'a> {
    pub(super) ctx: &'a Context,
    pub(super) surroundings: &'a Surroundings,
    pub(super) cwd: &'a Path,
    pub(super) limits: Limits,
    /// The Go that gom selects here.
    pub(super) selected: Option<&'a GoCommand>,
}

/// The report about `go`, and what it says of itself.
pub(super) struct GoReport {
    pub(super) report: ProgramReport,
    /// Its version: `go1.22.6`.
    pub(super) version: Option<String>,
    /// Where it puts programs.
    pub(super) folders: Option<Folders>,
}

/// The first delve that is named after the Go that it supports: since 1.20 both have the same number.
const FIRST_NAMED_AFTER_GO: u32 = 20;

impl Judge<'_> {
    /// Judges `go`.
    pub(super) fn go(&self, found: Option<Found>) -> GoReport {
        let mut report = blank("go", found.as_ref());
        let none = |report| GoReport { report, version: None, folders: None };
        let Some(found) = found else {
            report.problem = Some("it is not on this PATH".to_owned());
            report.hint = Some("run `gom ide` to see how an editor is given gom's programs".to_owned());
            return none(report);
        };
        if found.is_in_project {
            self.not_started(&mut report, &found.path);
            return none(report);
        }
        let names = ["env", "-json", "GOROOT", "GOVERSION", "GOBIN", "GOPATH"];
        let printed = match self.start(&found.path, &names) {
            Outcome::Printed(printed) => printed,
            Outcome::Failed(reason) => {
                bad(&mut report, reason, "gom why");
                return none(report);
            }
        };
        let said: serde_json::Value = serde_json::from_str(&printed).unwrap_or_default();
        let text = |name: &str| said[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let (Some(goroot), Some(version)) = (text("GOROOT"), text("GOVERSION")) else {
            bad(&mut report, "it does not answer to `go env -json`".to_owned(), "gom doctor");
            return none(report);
        };
        report.version = Some(version.clone());
        let program = Path::new(&goroot).join("bin/go");
        self.fit(&mut report, &program);
        if report.state == State::Ok
            && let Some(problem) = self.other_than_selected(Path::new(&goroot))
        {
            bad(&mut report, problem, "gom ide");
        }
        report.program = Some(program);
        let folders =
            Folders { gobin: text("GOBIN").map(PathBuf::from), gopath: text("GOPATH").map(Into::into) };
        GoReport { report, version: Some(version), folders: Some(folders) }
    }

    /// Judges gopls or dlv, for the Go that runs in the same environment.
    pub(super) fn tool(
        &self,
        name: &'static str,
        found: Option<Found>,
        go: Option<&GoVersion>,
    ) -> ProgramReport {
        let mut report = blank(name, found.as_ref());
        let Some(found) = found else {
            let package =
                if name == "dlv" { "github.com/go-delve/delve/cmd/dlv" } else { "golang.org/x/tools/gopls" };
            report.problem = Some("it is not found".to_owned());
            report.hint = Some(format!("run `gom tools install {package}@latest`"));
            return report;
        };
        if found.is_in_project {
            self.not_started(&mut report, &found.path);
            return report;
        }
        let program = if path_search::is_gom_shim(&found.path) {
            self.behind_shim(name, go)
        } else {
            Some(found.path.clone())
        };
        match self.start(&found.path, &["version"]) {
            Outcome::Printed(printed) => report.version = version_in(&printed),
            Outcome::Failed(reason) => {
                bad(&mut report, reason, &format!("gom tools install {name}"));
                return report;
            }
        }
        let Some(program) = program else { return report };
        self.fit(&mut report, &program);
        let build = GoBuild::of_file(&program).ok().flatten();
        report.built_by = build.as_ref().map(|build| build.go.clone());
        report.program = Some(program);
        if report.state == State::Ok
            && let Some((build, go)) = build.zip(go)
            && let Some(problem) = cannot_serve(name, &build, go)
        {
            bad(&mut report, problem, &format!("gom tools install {name}"));
        }
        report
    }

    /// What is wrong with a go of another GOROOT than gom's choice.
    fn other_than_selected(&self, goroot: &Path) -> Option<String> {
        let selected = self.selected?;
        let (own, real) = (files::real_path(selected.goroot.as_ref()?).ok()?, files::real_path(goroot).ok()?);
        let version = selected.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        (own != real).then(|| format!("it is another Go than gom selects here, which is Go{version}"))
    }

    fn start(&self, program: &Path, arguments: &[&str]) -> Outcome {
        start::run(start::command(program, arguments, self.surroundings, self.cwd), self.limits)
    }

    /// A program of the project: its header is read, and nothing else.
    fn not_started(&self, report: &mut ProgramReport, path: &Path) {
        self.fit(report, path);
        report.state = State::Unsafe;
        report.problem = Some("it is in the project, so it was not started".to_owned());
        report.hint = Some("take that folder out of PATH or of the setting".to_owned());
    }

    /// The program that gom's shim becomes, by the rule of the shim.
    fn behind_shim(&self, name: &str, go: Option<&GoVersion>) -> Option<PathBuf> {
        let (layout, platform) = (self.ctx.store.layout(), &self.ctx.platform);
        let name = ToolName::parse(name).ok()?;
        let line = go.map(GoVersion::line);
        match tools::choose(layout, line.as_ref(), [platform, platform], &name).ok()? {
            ToolChoice::Of(of) => Some(layout.tool_program(&ToolPlace { of, name })),
            ToolChoice::Nothing(_) => None,
        }
    }

    /// Checks the header of a program against this machine.
    fn fit(&self, report: &mut ProgramReport, program: &Path) {
        let Ok(Some(header)) = ProgramHeader::of_file(program) else { return };
        report.archs.clone_from(&header.archs);
        if let Some(problem) = misfit(&header, &self.ctx.platform) {
            let hint = match report.name {
                "go" => "gom doctor arch".to_owned(),
                name => format!("gom tools install {name}"),
            };
            bad(report, problem, &hint);
        } else if header.format == ProgramFormat::MachO
            && self.ctx.platform.arch() == "arm64"
            && files::read_head(program, 64 << 10).is_ok_and(|head| mach_o::is_signed(&head) == Some(false))
        {
            let problem = "it is not signed: macOS kills it when it starts".to_owned();
            let command = format!("gom tools install {}", report.name);
            bad(report, problem, &command);
        }
    }
}

fn blank(name: &'static str, found: Option<&Found>) -> ProgramReport {
    ProgramReport {
        name,
        state: if found.is_some() { State::Ok } else { State::Missing },
        path: found.map(|found| found.path.clone()),
        found_by: found.map(|found| found.origin.text()),
        program: None,
        archs: Vec::new(),
        version: None,
        built_by: None,
        problem: None,
        hint: None,
    }
}

fn bad(report: &mut ProgramReport, problem: String, command: &str) {
    report.state = State::Problem;
    report.problem = Some(problem);
    report.hint = Some(format!("run `{command}`"));
}

/// What is wrong with a program for another machine.
fn misfit(header: &ProgramHeader, platform: &Platform) -> Option<String> {
    if header.format == ProgramFormat::Script || header.fits(platform) != Some(false) {
        return None;
    }
    let archs = header.archs.join(", ");
    Some(if platform.os() == "darwin" && header.format == ProgramFormat::MachO {
        format!("it is built for {archs}, so it runs under Rosetta, where it can't debug")
    } else {
        format!("it is a program for {} on {archs}, and this machine is {platform}", header.format)
    })
}

/// Why a tool can't serve a Go, by its build information.
fn cannot_serve(name: &str, build: &GoBuild, go: &GoVersion) -> Option<String> {
    if name == "dlv" {
        let supported = delve_minor(build).filter(|minor| *minor >= FIRST_NAMED_AFTER_GO)?;
        let line = go.line().to_string();
        let selected: u32 = line.strip_prefix("1.")?.parse().ok()?;
        return (supported < selected).then(|| {
            format!("delve 1.{supported} supports Go up to 1.{supported}, and the Go here is {go}")
        });
    }
    let built_by = build.version()?;
    (built_by.line() < go.line())
        .then(|| format!("it was built by Go {built_by}, so it can't read code for Go {}", go.line()))
}

/// The minor number of the delve in a program: 25 of v1.25.2.
fn delve_minor(build: &GoBuild) -> Option<u32> {
    let version = build.modules.lines().find_map(|line| {
        let mut columns = line.split('\t');
        (columns.next() == Some("mod") && columns.next() == Some("github.com/go-delve/delve"))
            .then(|| columns.next())
            .flatten()
    });
    version?.strip_prefix("v1.")?.split('.').next()?.parse().ok()
}

/// The version in what gopls or dlv prints: a word such as `v0.20.0`, or the number behind `Version:`.
fn version_in(printed: &str) -> Option<String> {
    let line = printed.lines().find_map(|line| line.trim().strip_prefix("Version:"));
    let word = line.map(str::trim).or_else(|| {
        let is_version = |word: &&str| {
            word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        printed.split_whitespace().find(is_version)
    });
    word.map(|word| as_text(Path::new(word)).chars().filter(|c| !c.is_control()).take(80).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(text: &str) -> GoVersion {
        GoVersion::parse(text).unwrap()
    }

    fn build(go: &str, module: &str) -> GoBuild {
        GoBuild { go: go.to_owned(), modules: format!("path\tx\nmod\t{module}\th1:x=\nbuild\tGOOS=linux") }
    }

    #[test]
    fn gopls_reads_no_newer_language_than_that_of_the_go_that_built_it() {
        let gopls = build("go1.22.6", "golang.org/x/tools/gopls\tv0.16.1");
        assert_eq!(cannot_serve("gopls", &gopls, &go("1.22.9")), None);
        assert_eq!(cannot_serve("gopls", &gopls, &go("1.21.0")), None);
        let problem = cannot_serve("gopls", &gopls, &go("1.23.0")).unwrap();
        assert_eq!(problem, "it was built by Go 1.22.6, so it can't read code for Go 1.23");
    }

    #[test]
    fn delve_names_the_newest_go_that_it_supports() {
        let dlv = |version: &str| build("go1.26.0", &format!("github.com/go-delve/delve\t{version}"));
        assert_eq!(cannot_serve("dlv", &dlv("v1.25.2"), &go("1.25.9")), None);
        assert!(cannot_serve("dlv", &dlv("v1.25.2"), &go("1.26.1")).unwrap().contains("up to 1.25"));
        assert_eq!(cannot_serve("dlv", &dlv("v1.9.1"), &go("1.26.1")), None);
        assert_eq!(cannot_serve("dlv", &dlv("(devel)"), &go("1.26.1")), None);
    }

    #[test]
    fn versions_are_read_from_what_the_tools_print() {
        let gopls = "golang.org/x/tools/gopls v0.20.0\n    golang.org/x/tools/gopls@v0.20.0 h1:x=\n";
        assert_eq!(version_in(gopls).as_deref(), Some("v0.20.0"));
        assert_eq!(version_in("Delve Debugger\nVersion: 1.25.2\nBuild: $Id$\n").as_deref(), Some("1.25.2"));
        assert_eq!(version_in("very good\n"), None);
    }

    #[test]
    fn a_program_for_another_machine_is_named() {
        let header = |head: &[u8]| ProgramHeader::of(head).unwrap();
        // An Intel program on a Mac with Apple Silicon: facts of a recorded Mac.
        let mut intel = vec![0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1, 3, 0, 0, 0, 2, 0, 0, 0];
        intel.resize(4096, 0);
        let mac = Platform::new("darwin", "arm64").unwrap();
        assert!(misfit(&header(&intel), &mac).unwrap().contains("Rosetta"));
        let linux = Platform::new("linux", "amd64").unwrap();
        assert!(misfit(&header(&intel), &linux).unwrap().contains("Mach-O on amd64"));
        assert_eq!(misfit(&header(b"#!/bin/sh\n"), &linux), None);
    }
}
