//! Why a tool can't be built, installed or removed, and what to run next.

use std::io;
use std::path::PathBuf;

use gom_core::cancel::Cancelled;
use gom_core::error::Error as CoreError;
use gom_core::path_text::as_text;
use gom_core::proof::hint_of_log;
use gom_core::shell_quote::shell_quote;
use gom_core::store::StoreError;
use gom_select::explain::{ErrorKind, Explain, with_causes};
use gom_select::select::SelectError;
use gom_select::tool_name;
use gom_select::toolchain::ToolchainId;
use gom_sumdb::LogError;

/// The result of this crate's fallible functions.
pub type Result<T> = std::result::Result<T, ToolError>;

/// Why a command about tools failed.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The text names no package.
    #[error("`{text}` can't be installed: {reason}")]
    BadPackage {
        /// The text.
        text: String,
        /// Why not.
        reason: String,
    },
    /// The program has a name that no tool may have.
    #[error("the program of `{package}` is called `{name}`: {}", why_not(*is_reserved))]
    BadName {
        /// The name.
        name: String,
        /// The package.
        package: String,
        /// Whether gom or Go has a command of this name.
        is_reserved: bool,
    },
    /// Another program on PATH has the tool's name.
    #[error("`{name}` is on PATH already: `{}`", .file.display())]
    Shadows {
        /// The name.
        name: String,
        /// The program.
        file: PathBuf,
        /// The command with the option that allows it.
        command: String,
    },
    /// Something that gom did not make has the tool's name in the store's `bin`.
    #[error("`{}` is not gom's, and stays", .file.display())]
    Taken {
        /// The file.
        file: PathBuf,
    },
    /// The Go that is selected is not one of gom's.
    #[error("the Go that is selected here, `{}`, is not one of gom's, and only such a Go builds tools", as_text(.go))]
    NotOurs {
        /// Its go command or its tree.
        go: PathBuf,
        /// What was asked for, for the hint.
        command: String,
    },
    /// The Go can't build a package at a version, or does not write into the program what is in it.
    #[error("Go {version} can't build tools: that needs Go 1.18 or newer")]
    TooOld {
        /// Its version.
        version: String,
        /// The command with a newer Go.
        command: String,
    },
    /// The package needs a newer Go, again and again.
    #[error("`{package}` needs Go {needed}, and Go {tried} is not enough for it")]
    NeedsGo {
        /// The package.
        package: String,
        /// The Go that it needs.
        needed: String,
        /// The Go that was tried.
        tried: String,
    },
    /// The package is a library.
    #[error("`{package}` is not a program: it is package {name}")]
    NotAProgram {
        /// The package.
        package: String,
        /// The name in its package clause.
        name: String,
    },
    /// The go command failed.
    #[error("Go {version} can't {what} {package}:\n{text}")]
    Go {
        /// The version of the Go.
        version: String,
        /// `find` or `build`.
        what: &'static str,
        /// The package and its version.
        package: String,
        /// What the go command said.
        text: String,
    },
    /// The program does not tell what is in it, or is another one.
    #[error("Go {version} built `{package}`, but {reason}")]
    BuildInfo {
        /// The version of the Go.
        version: String,
        /// The package.
        package: String,
        /// What is wrong.
        reason: String,
    },
    /// The go command can't be started.
    #[error("can't run `{}`: {error}", .program.display())]
    NotStarted {
        /// The go command.
        program: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The checksum database records another sum for a module in the program.
    #[error(
        "{module}@{version} has the sum {found}, but the checksum database {log} records {recorded}: this is not what was published"
    )]
    WrongSum {
        /// The module.
        module: String,
        /// Its version.
        version: String,
        /// The sum in the program.
        found: String,
        /// The recorded sum.
        recorded: String,
        /// The name of the database.
        log: String,
    },
    /// The checksum database does not prove a module, and nothing allows that.
    #[error("{module}@{version} is not proven: {}", with_causes(source))]
    Log {
        /// The module.
        module: String,
        /// Its version.
        version: String,
        /// The name of the database.
        log: String,
        /// Why.
        source: Box<LogError>,
    },
    /// Modules that no checksum database knows, and nothing allows that.
    #[error("{} of `{package}` can't be proven: {reason}", named(modules))]
    Unproven {
        /// The package.
        package: String,
        /// Such modules with their versions.
        modules: Vec<String>,
        /// Why not.
        reason: String,
        /// The command with the option that allows it.
        command: String,
    },
    /// No tool of this name is installed.
    #[error("no tool `{name}` is installed{of}")]
    NotInstalled {
        /// The name.
        name: String,
        /// For which line, as the end of the sentence.
        of: String,
    },
    /// No package was named, and the folder is not in a module with `tool` lines.
    #[error("no package is named, and no go.mod here has a `tool` line")]
    NoToolLines,
    /// The Go that is selected reads no `tool` lines.
    #[error("Go {version} reads no `tool` lines: that needs Go 1.24 or newer")]
    NoGoTool {
        /// Its version.
        version: String,
    },
    /// The go command can't build a tool of the project.
    #[error("Go {version} can't build {package}, a tool of this project:\n{text}")]
    ProjectTool {
        /// The version of the Go.
        version: String,
        /// The package.
        package: String,
        /// What the go command said.
        text: String,
    },
    /// An error of the library.
    #[error(transparent)]
    Core(#[from] Box<CoreError>),
}

fn why_not(is_reserved: bool) -> &'static str {
    if is_reserved { "gom or Go has commands of this name" } else { tool_name::SHAPE }
}

fn named(modules: &[String]) -> String {
    const NAMED: usize = 3;
    let names = modules.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match modules.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// What the go command says if it does not reach a server.
const OF_NETWORK: [&str; 8] = [
    "dial tcp",
    "no such host",
    "i/o timeout",
    "connection refused",
    "connection reset",
    "TLS handshake",
    "proxyconnect",
    "module lookup disabled by GOPROXY=off",
];

impl Explain for ToolError {
    fn kind(&self) -> ErrorKind {
        match self {
            ToolError::BadPackage { .. }
            | ToolError::BadName { .. }
            | ToolError::Shadows { .. }
            | ToolError::NotAProgram { .. }
            | ToolError::NoToolLines => ErrorKind::Usage,
            ToolError::Go { text, .. } | ToolError::ProjectTool { text, .. }
                if OF_NETWORK.iter().any(|part| text.contains(part)) =>
            {
                ErrorKind::Network
            }
            ToolError::Go { text, .. } | ToolError::ProjectTool { text, .. } if is_wrong_sum(text) => {
                ErrorKind::Integrity
            }
            ToolError::Go { what: "find", .. } | ToolError::NotInstalled { .. } => ErrorKind::NotFound,
            ToolError::NotOurs { .. }
            | ToolError::TooOld { .. }
            | ToolError::NeedsGo { .. }
            | ToolError::NoGoTool { .. } => ErrorKind::NoToolchain,
            ToolError::Unproven { .. } => ErrorKind::Refused,
            ToolError::WrongSum { .. } => ErrorKind::Integrity,
            ToolError::Log { source, .. } => match &**source {
                source if source.is_integrity() || matches!(source, LogError::NotFound { .. }) => {
                    ErrorKind::Integrity
                }
                LogError::Unreachable { .. } | LogError::TileMissing { .. } => ErrorKind::Network,
                _ => ErrorKind::Failure,
            },
            ToolError::NotStarted { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                ErrorKind::NotFound
            }
            ToolError::Taken { .. }
            | ToolError::Go { .. }
            | ToolError::ProjectTool { .. }
            | ToolError::BuildInfo { .. }
            | ToolError::NotStarted { .. } => ErrorKind::Failure,
            ToolError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            ToolError::BadPackage { text, .. } => Some(text.clone()),
            ToolError::BadName { name, .. }
            | ToolError::Shadows { name, .. }
            | ToolError::NotInstalled { name, .. } => Some(name.clone()),
            ToolError::Taken { file } => Some(as_text(file)),
            ToolError::NotOurs { go, .. } => Some(as_text(go)),
            ToolError::TooOld { version, .. } | ToolError::NoGoTool { version } => Some(version.clone()),
            ToolError::NeedsGo { package, .. }
            | ToolError::NotAProgram { package, .. }
            | ToolError::Go { package, .. }
            | ToolError::ProjectTool { package, .. }
            | ToolError::BuildInfo { package, .. }
            | ToolError::Unproven { package, .. } => Some(package.clone()),
            ToolError::NotStarted { program, .. } => Some(as_text(program)),
            ToolError::WrongSum { module, version, .. } | ToolError::Log { module, version, .. } => {
                Some(format!("{module}@{version}"))
            }
            ToolError::NoToolLines => None,
            ToolError::Core(error) => error.value(),
        }
    }

    fn hint(&self) -> String {
        match self {
            ToolError::BadPackage { .. } => {
                "name the package of a program, such as golang.org/x/tools/gopls, or run `gom tools install --help`"
                    .to_owned()
            }
            ToolError::BadName { package, .. } => {
                format!("run `go run {package}@latest`, which makes no command of that name")
            }
            ToolError::Shadows { command, .. } => {
                format!("run `{command}` if gom's is to run instead where gom's folder is first on PATH")
            }
            ToolError::Taken { file } => {
                format!("run `mv {0} {0}.old`, then the command again", shell_quote(file))
            }
            ToolError::NotOurs { command, .. } | ToolError::TooOld { command, .. } => format!("run `{command}`"),
            ToolError::NeedsGo { needed, .. } => format!("run `gom install {needed}`, then the command again"),
            ToolError::NotAProgram { .. } => {
                "name the package of a program, which is often below cmd in its module".to_owned()
            }
            ToolError::Go { text, .. } | ToolError::ProjectTool { text, .. } if is_wrong_sum(text) => {
                "do not use this proxy or network for Go, and report it at https://go.dev/issue".to_owned()
            }
            ToolError::Go { .. } | ToolError::ProjectTool { .. } if self.kind() == ErrorKind::Network => {
                "run `gom doctor --network` to see which places can be reached, then the command again".to_owned()
            }
            ToolError::Go { what: "find", package, .. } => {
                let module = package.split('@').next().unwrap_or_default();
                format!("run `gom tools install {module}@VERSION` with the name and a version that https://pkg.go.dev/{module} shows")
            }
            ToolError::Go { package, .. } => {
                let module = package.split('@').next().unwrap_or_default();
                format!("run `gom tools install {module}@VERSION` with another version, or `gom doctor`")
            }
            ToolError::ProjectTool { .. } => {
                "run `go mod tidy` in case go.mod or go.sum lacks something, then the command again".to_owned()
            }
            ToolError::NoGoTool { .. } => "run `gom local latest`, then the command again".to_owned(),
            ToolError::BuildInfo { package, .. } => {
                format!("run `gom config` and `gom env GOFLAGS` for settings that change a build, then install `{package}` again")
            }
            ToolError::NotStarted { program, error } if error.kind() == io::ErrorKind::NotFound => {
                let id = program.iter().rev().nth(2).and_then(|name| ToolchainId::parse(name.to_str()?).ok());
                let argument = id.map_or_else(|| "SPEC".to_owned(), |id| id.to_string());
                format!("run `gom install {argument}`, which another gom has removed meanwhile, then the same command again")
            }
            ToolError::NotStarted { .. } => {
                "run `gom list` to see what is installed, and `gom install SPEC --force` to repair one".to_owned()
            }
            ToolError::WrongSum { module, version, .. } => format!(
                "run `go clean -modcache` in case a file there was changed, then the command again; if it stays, do not \
                 use this proxy for {module}@{version}, and report it at https://go.dev/issue"
            ),
            ToolError::Log { source, log, .. } => match &**source {
                LogError::NotFound { .. } => "set GOPRIVATE if the module is private, for example by `go env -w GOPRIVATE=HOST/PATH`, \
                     then the command again"
                    .to_owned(),
                source => hint_of_log(source, log),
            },
            ToolError::Unproven { command, .. } => {
                format!("run `{command}` if you trust the places that they come from")
            }
            ToolError::NotInstalled { .. } => "run `gom tools list` to see those that are".to_owned(),
            ToolError::NoToolLines => {
                "name a package, such as `gom tools install gopls`, or run `go get -tool PKG` in a module".to_owned()
            }
            ToolError::Core(error) => error.hint(),
        }
    }
}

/// Whether the go command found that a module is not the recorded one.
fn is_wrong_sum(text: &str) -> bool {
    text.contains("SECURITY ERROR")
}

impl From<CoreError> for ToolError {
    fn from(error: CoreError) -> ToolError {
        ToolError::Core(Box::new(error))
    }
}

impl From<StoreError> for ToolError {
    fn from(error: StoreError) -> ToolError {
        CoreError::from(error).into()
    }
}

impl From<SelectError> for ToolError {
    fn from(error: SelectError) -> ToolError {
        CoreError::from(error).into()
    }
}

impl From<io::Error> for ToolError {
    fn from(error: io::Error) -> ToolError {
        StoreError::from(error).into()
    }
}

impl From<Cancelled> for ToolError {
    fn from(error: Cancelled) -> ToolError {
        CoreError::from(error).into()
    }
}
