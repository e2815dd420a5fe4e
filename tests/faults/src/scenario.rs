//! The commands that the campaign breaks: every verb that changes something.
//!
//! Owns: the list of scenarios, each with the state that it starts from. Invariant: a scenario without a fault ends
//! with exit code 0, and the same command once more ends with one of `again`.

/// What the home and the project hold before a scenario; `stage` makes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// The two programs alone.
    Bare,
    /// A store without toolchains, and a project.
    Fresh,
    /// The same with a pin of 1.99.0, which is not installed.
    Wanting,
    /// 1.97.0, as a module.
    Neighbour,
    /// 1.98.1 and 1.99.0; 1.98.1 is the default and the project's pin.
    Two,
    /// The same with the pin in a `.tool-versions`.
    Tools,
    /// The same with what goms left that were killed.
    Left,
    /// The same with gom in the start-up files of bash.
    SetUp,
    /// The same with a GOROOT of the user's own, which has a name.
    Linked,
    /// The same with a build cache, half of which a job used that began in 2023.
    Job,
    /// The same with 1.97.0 in Go's module cache.
    Cached,
    /// The same with 1.97.0 in the folder of another manager.
    Goenv,
    /// The same, whose GOROOT Go's own settings name, and no start-up file.
    Astray,
    /// Two with a module of programs, which the go command of 1.98.1 builds.
    Modules,
    /// The same with one of its programs as a tool.
    Tool,
    /// The same after the module had a newer version.
    OldTool,
    /// Two with the project's gom.lock, without the toolchain that it names.
    Locked,
    /// Two with settings of VS Code, in the project and of the user, that name a Go.
    Edited,
    /// The same after `gom ide vscode`, with and without `--user`.
    Written,
    /// 1.99.0, which the checksum database could not be asked about.
    Pending,
}

/// Which program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// The store's gom.
    Gom,
    /// The store's `go`.
    Go,
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) state: State,
    pub(crate) program: Program,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// With which exit codes the same command may end once its work is done.
    pub(crate) again: &'static [i32],
}

const MIRROR: &[(&str, &str)] = &[("GOM_SOURCES", "mirror")];
const PROXY: &[(&str, &str)] = &[("GOM_SOURCES", "proxy")];
const DONE: &[i32] = &[0];
/// A package of the module of [`State::Modules`].
pub(crate) const TOOL: &str = "example.test/tools/cmd/hello";

const fn gom(name: &'static str, state: State, arguments: &'static [&'static str]) -> Scenario {
    Scenario { name, state, program: Program::Gom, arguments, variables: PROXY, again: DONE }
}

const fn from_mirror(scenario: Scenario) -> Scenario {
    Scenario { variables: MIRROR, ..scenario }
}

const fn again(scenario: Scenario, again: &'static [i32]) -> Scenario {
    Scenario { again, ..scenario }
}

/// All scenarios.
pub(crate) const ALL: &[Scenario] = &[
    from_mirror(gom("install-tar", State::Fresh, &["install", "1.99.0"])),
    gom("install-zip", State::Fresh, &["install", "1.99.0"]),
    gom("install-difference", State::Neighbour, &["install", "1.97.1"]),
    gom("install-several", State::Neighbour, &["install", "1.98.1", "1.99.0"]),
    from_mirror(gom("install-force", State::Two, &["install", "--force", "1.99.0"])),
    again(gom("uninstall", State::Two, &["uninstall", "1.99.0", "--yes"]), &[0, 3]),
    again(gom("uninstall-all", State::Two, &["uninstall", ">=1.98", "--all", "--yes"]), &[0, 3]),
    again(gom("uninstall-several", State::Two, &["uninstall", "1.98.1", "1.99.0", "--yes"]), &[0, 3]),
    gom("use", State::Two, &["use", "1.99.0"]),
    gom("use-missing", State::Fresh, &["use", "1.99.0"]),
    gom("shell-missing", State::Fresh, &["shell", "1.99.0"]),
    gom("local", State::Two, &["local", "1.99.0"]),
    gom("local-missing", State::Wanting, &["local", "1.98.1"]),
    gom("local-tools", State::Tools, &["local", "1.99.0"]),
    again(gom("local-unset", State::Two, &["local", "--unset"]), &[0, 3]),
    gom("upgrade", State::Neighbour, &["upgrade", "1.97"]),
    gom("upgrade-remove-old", State::Neighbour, &["upgrade", "1.97", "--remove-old"]),
    gom("import", State::Linked, &["import", "--yes", "../home/own-go"]),
    gom("import-remove", State::Goenv, &["import", "goenv", "--remove", "--yes"]),
    gom("takeover", State::Astray, &["takeover", "goenv", "--yes"]),
    gom("link", State::Linked, &["link", "fork", "../home/own-go"]),
    again(gom("unlink", State::Linked, &["unlink", "own"]), &[0, 3]),
    gom("repair", State::Left, &["repair"]),
    gom("verify", State::Pending, &["verify", "1.99.0"]),
    gom("lock", State::Two, &["lock"]),
    gom("install-locked", State::Locked, &["install", "--locked"]),
    gom("bump", State::Two, &["bump", "1.99.0", "--yes"]),
    gom("sync", State::Two, &["sync", "--to", "1.99.0", "--yes"]),
    gom("ide", State::Edited, &["ide", "vscode", "--launch", "--tasks", "--yes"]),
    gom("ide-user", State::Edited, &["ide", "vscode", "--user", "--yes"]),
    gom("ide-undo", State::Written, &["ide", "vscode", "--undo", "--yes"]),
    gom("ide-user-undo", State::Written, &["ide", "vscode", "--user", "--undo", "--yes"]),
    gom("prune", State::Two, &["prune", "--unused-for", "0d", "--yes"]),
    gom("prune-modcache", State::Cached, &["prune", "--unused-for", "0d", "--go-modcache", "--yes"]),
    gom("tools-install", State::Modules, &["tools", "install", TOOL]),
    gom("tools-rebuild", State::Tool, &["tools", "install", TOOL, "--rebuild"]),
    gom("tools-upgrade", State::OldTool, &["tools", "upgrade", "hello"]),
    Scenario {
        variables: &[("GOM_SOURCES", "proxy"), ("EXIT_CODE_OF_TOOL", "0")],
        ..gom("x", State::Modules, &["x", "example.test/tools/cmd/hello@v1.2.3"])
    },
    again(gom("tools-uninstall", State::Tool, &["tools", "uninstall", "hello"]), &[0, 3]),
    gom("setup", State::Two, &["setup", "--yes", "--shell", "bash"]),
    gom("setup-undo", State::SetUp, &["setup", "--undo", "--yes"]),
    gom("self-update", State::Two, &["self", "update"]),
    gom("self-init", State::Bare, &["self", "init"]),
    // 7: there is no store.
    again(gom("self-uninstall", State::SetUp, &["self", "uninstall", "--yes"]), &[0, 7]),
    gom("ci-setup", State::Two, &["ci", "setup", "1.99.0"]),
    gom("ci-setup-missing", State::Fresh, &["ci", "setup", "1.99.0"]),
    gom("ci-cache-trim", State::Job, &["ci", "cache", "trim", "build", "--since", "1700000000"]),
    gom("ci-cache-stats", State::Job, &["ci", "cache", "stats", "build", "--summary"]),
    gom("ci-cache-paths", State::Two, &["ci", "cache", "paths", "--prepare"]),
    gom("doctor-fix", State::SetUp, &["doctor", "--fix", "--yes"]),
    Scenario {
        name: "auto-install",
        state: State::Wanting,
        program: Program::Go,
        arguments: &["version"],
        variables: &[("GOM_SOURCES", "proxy"), ("GOM_AUTO_INSTALL", "always")],
        again: DONE,
    },
];
