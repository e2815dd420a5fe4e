//! The `go` line of the project here that a Go is too old for.
//!
//! A Go that a command names never switches to another one, so for a module that needs a newer one it stops. Only the
//! `go` line counts: Go follows a `toolchain` line only where it may switch.

use std::fmt;
use std::path::PathBuf;

use gom_core::context::Context;
use gom_core::resolve::project_here;
use gom_select::version::GoVersion;

/// A `go` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoLine {
    /// The oldest Go that it allows.
    pub version: GoVersion,
    /// The go.mod or go.work.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

impl GoLine {
    /// Returns the `go` line of the project here; `None` if there is no project, or its line names no Go.
    pub fn here(ctx: &Context) -> Option<GoLine> {
        let project = project_here(ctx)?;
        let (value, line) = project.lines.go?;
        Some(GoLine { version: GoVersion::parse(&value).ok()?, file: project.file, line })
    }

    /// Whether this Go is too old for it.
    pub fn is_above(&self, version: &GoVersion) -> bool {
        *version < self.version
    }
}

impl fmt::Display for GoLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} asks for Go {}", self.file.display(), self.line, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_go_line_allows_the_versions_that_go_allows() {
        for (line, version, is_above) in [
            ("1.22", "1.21.13", true),
            ("1.22", "1.22rc1", false),
            ("1.22", "1.22.0", false),
            ("1.22.3", "1.22.2", true),
            ("1.22.3", "1.22.3", false),
            ("1.20", "1.20", false),
            ("1.20", "1.20rc1", true),
            ("1.24rc1", "1.23.9", true),
        ] {
            let line =
                GoLine { version: GoVersion::parse(line).unwrap(), file: "/src/go.mod".into(), line: 3 };
            assert_eq!(line.is_above(&GoVersion::parse(version).unwrap()), is_above, "{line}, {version}");
        }
    }
}
