//! The architecture of everything that has to do with Go here: the machine, the shell, gom, each go on PATH, and the
//! tools that `go install` built. Pure over the facts.

use gom_select::version::GoVersion;
use serde::Serialize;

use super::checks::tools::{reads_go_up_to, rebuild_command, tools};
use super::facts::{BinaryFacts, FileFacts, HostFacts};

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArchReport {
    /// The machine's architecture, by Go's name.
    pub machine: String,
    /// The processor.
    pub cpu: Option<String>,
    /// `GOHOSTARCH`: the architecture of the selected go itself.
    pub gohostarch: Option<String>,
    /// `GOARCH`: the architecture that it builds for.
    pub goarch: Option<String>,
    /// The shell, gom, the selected go, and every go on PATH in its order (`which -a go`).
    pub programs: Vec<ArchProgram>,
    /// Programs that a go built.
    pub tools: Vec<ArchTool>,
}

/// A program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArchProgram {
    /// `shell`, `gom`, `selected` or `on PATH`.
    pub role: &'static str,
    /// Its path; for the shell, its name.
    pub path: String,
    /// The architectures that it contains code for; a universal program has several, a script none.
    pub archs: Vec<String>,
    /// The Go that built it; for a go command, its own version.
    pub go: Option<String>,
    /// It is gom's shim, which starts the selected go.
    pub is_shim: bool,
    /// What is wrong.
    pub problem: Option<String>,
}

/// A tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArchTool {
    /// Its path.
    pub path: String,
    /// The architectures that it contains code for.
    pub archs: Vec<String>,
    /// The Go that built it.
    pub go: String,
    /// Its module with the version.
    pub module: Option<String>,
    /// What is wrong.
    pub problem: Option<String>,
    /// The command that rebuilds it.
    pub rebuild: Option<String>,
}

impl ArchReport {
    /// Makes the report from the facts of a host.
    pub fn of(facts: &HostFacts) -> ArchReport {
        let selected = facts.selected_go().and_then(|(_, file)| file.binary.as_ref()?.archs.first().cloned());
        let set = facts.go_setting("GOARCH").map(|setting| setting.value.to_owned());
        let cpu = facts.system.cpu.clone();
        ArchReport {
            machine: facts.system.arch.clone(),
            cpu,
            goarch: set.or_else(|| selected.clone()),
            gohostarch: selected,
            programs: programs(facts),
            tools: tools(facts).into_iter().map(|(path, binary)| tool(facts, path, binary)).collect(),
        }
    }

    /// Whether anything is wrong.
    pub fn has_problems(&self) -> bool {
        let programs = self.programs.iter().filter_map(|program| program.problem.as_ref());
        programs.chain(self.tools.iter().filter_map(|tool| tool.problem.as_ref())).next().is_some()
    }
}

fn programs(facts: &HostFacts) -> Vec<ArchProgram> {
    let system = &facts.system;
    let shell = if system.is_shell_translated { "amd64" } else { &system.arch };
    let own = |role, path: String, arch: &str| {
        let archs = vec![arch.to_owned()];
        let problem = mismatch(facts, &archs);
        ArchProgram { role, path, archs, problem, ..ArchProgram::default() }
    };
    let mut found = vec![
        own("shell", facts.shell.clone(), shell),
        own("gom", format!("{}/gom", facts.gom_bin()), &system.gom_arch),
    ];
    found.extend(facts.selected_go().map(|(path, file)| program(facts, "selected", path, file)));
    let on_path = facts
        .on_path("go")
        .into_iter()
        .map(|go| ArchProgram { is_shim: facts.is_shim(go), ..program(facts, "on PATH", go.path, go.file) });
    found.extend(on_path);
    found
}

fn program(facts: &HostFacts, role: &'static str, path: &str, file: &FileFacts) -> ArchProgram {
    let binary = file.binary.clone().unwrap_or_default();
    let problem = mismatch(facts, &binary.archs);
    ArchProgram { role, path: path.to_owned(), archs: binary.archs, go: binary.go, is_shim: false, problem }
}

/// What is wrong with a program for these architectures.
fn mismatch(facts: &HostFacts, archs: &[String]) -> Option<String> {
    let own = &facts.system.arch;
    if archs.is_empty() || own.is_empty() || archs.contains(own) {
        return None;
    }
    let is_translated = facts.is_apple_silicon() && archs.iter().any(|arch| arch == "amd64");
    Some(if is_translated {
        "built for Intel: runs under Rosetta".to_owned()
    } else {
        format!("not built for this machine, which is {own}")
    })
}

fn tool(facts: &HostFacts, path: &str, binary: &BinaryFacts) -> ArchTool {
    let problem = mismatch(facts, &binary.archs).or_else(|| too_old(facts, path, binary));
    let rebuild = problem.as_ref().and_then(|_| rebuild_command(binary));
    ArchTool {
        path: path.to_owned(),
        archs: binary.archs.clone(),
        go: binary.go.clone().unwrap_or_default(),
        module: binary.module.clone(),
        problem,
        rebuild,
    }
}

/// What is wrong with a tool that is too old to read this project's Go code.
fn too_old(facts: &HostFacts, path: &str, binary: &BinaryFacts) -> Option<String> {
    let built_by = reads_go_up_to(path, binary)?;
    let (needed, what) = needed(facts)?;
    (built_by.line() < needed.line())
        .then(|| format!("built by Go {built_by}: can't read code for Go {}, which {what}", needed.line()))
}

/// The Go that the project here needs, else the selected one; and where that comes from.
fn needed(facts: &HostFacts) -> Option<(GoVersion, &'static str)> {
    let go_mod = facts.project.as_ref().map(|project| format!("{project}/go.mod")).unwrap_or_default();
    let line = facts.lines(&go_mod).find_map(|line| {
        GoVersion::parse(line.text.trim().strip_prefix("go ")?.split_whitespace().next()?).ok()
    });
    match line {
        Some(version) => Some((version, "this project needs")),
        None => Some((facts.selected_version()?, "is selected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{FileKind, GomFacts, SelectedFacts, SystemFacts};

    fn binary(arch: &str, go: Option<&str>, package: Option<&str>) -> FileFacts {
        let binary = BinaryFacts {
            format: "mach-o".to_owned(),
            archs: vec![arch.to_owned()],
            go: go.map(str::to_owned),
            package: package.map(str::to_owned),
            module: package.map(|package| format!("{package}@v1.2.3")),
            ..BinaryFacts::default()
        };
        FileFacts { kind: FileKind::File, is_executable: true, binary: Some(binary), ..FileFacts::default() }
    }

    /// A Mac with Apple Silicon whose terminal runs under Rosetta.
    fn mac() -> HostFacts {
        let go = "/Users/ada/.gom/toolchains/go1.26.6.darwin-arm64/bin/go";
        let mut facts = HostFacts {
            system: SystemFacts {
                os: "darwin".into(),
                arch: "arm64".into(),
                gom_arch: "arm64".into(),
                is_shell_translated: true,
                ..SystemFacts::default()
            },
            gom: GomFacts {
                home: "/Users/ada/.gom".into(),
                selected: Some(SelectedFacts {
                    version: Some("1.26.6".into()),
                    go: go.into(),
                    ..SelectedFacts::default()
                }),
                ..GomFacts::default()
            },
            home: "/Users/ada".into(),
            shell: "zsh".into(),
            project: Some("/p".into()),
            ..HostFacts::default()
        };
        facts.env.insert("PATH".into(), "/Users/ada/.gom/bin:/usr/local/bin".into());
        let shim =
            FileFacts { real: Some("/Users/ada/.gom/bin/gom-shim".into()), ..binary("arm64", None, None) };
        let go_mod = FileFacts { lines: vec![(3, "go 1.25".into())], ..FileFacts::default() };
        for (path, file) in [
            (go, binary("arm64", Some("1.26.6"), None)),
            ("/Users/ada/.gom/bin/go", shim),
            ("/usr/local/bin/go", binary("amd64", Some("1.20.5"), None)),
            (
                "/Users/ada/go/bin/dlv",
                binary("amd64", Some("1.26.6"), Some("github.com/go-delve/delve/cmd/dlv")),
            ),
            ("/Users/ada/go/bin/gopls", binary("arm64", Some("1.22.6"), Some("golang.org/x/tools/gopls"))),
            ("/Users/ada/go/bin/hello", binary("arm64", Some("1.20"), Some("example.test/hello"))),
            ("/p/go.mod", go_mod),
        ] {
            facts.files.insert(path.to_owned(), file);
        }
        facts
    }

    #[test]
    fn each_program_has_its_architecture_and_what_is_wrong_with_it() {
        let report = ArchReport::of(&mac());
        let rows: Vec<_> = report
            .programs
            .iter()
            .map(|one| {
                (one.role, one.archs[0].as_str(), one.go.as_deref(), one.is_shim, one.problem.is_some())
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("shell", "amd64", None, false, true),
                ("gom", "arm64", None, false, false),
                ("selected", "arm64", Some("1.26.6"), false, false),
                ("on PATH", "arm64", None, true, false),
                ("on PATH", "amd64", Some("1.20.5"), false, true),
            ]
        );
        assert_eq!((report.gohostarch.as_deref(), report.goarch.as_deref()), (Some("arm64"), Some("arm64")));
        assert!(report.has_problems());
    }

    #[test]
    fn a_tool_is_for_this_machine_and_as_new_as_the_project() {
        let report = ArchReport::of(&mac());
        let rebuild: Vec<_> = report.tools.iter().map(|tool| tool.rebuild.as_deref()).collect();
        assert_eq!(
            rebuild,
            [
                Some("go install github.com/go-delve/delve/cmd/dlv@latest"),
                Some("go install golang.org/x/tools/gopls@latest"),
                None,
            ]
        );
        let gopls = &report.tools[1];
        assert_eq!(gopls.module.as_deref(), Some("golang.org/x/tools/gopls@v1.2.3"));
        assert_eq!(
            gopls.problem.as_deref(),
            Some("built by Go 1.22.6: can't read code for Go 1.25, which this project needs")
        );
    }

    #[test]
    fn a_goarch_that_is_set_is_what_builds_are_for() {
        let mut facts = mac();
        facts.env.insert("GOARCH".into(), "amd64".into());
        let report = ArchReport::of(&facts);
        assert_eq!((report.gohostarch.as_deref(), report.goarch.as_deref()), (Some("arm64"), Some("amd64")));
    }
}
