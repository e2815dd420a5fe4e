//! The build information of a program that the go command built, as `go version -m` prints it: the Go, the package,
//! and every module in the program with its sum.
//!
//! gom lets the go command read it, since the one that built the program is there, and knows its own format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The modules whose packages read Go code: what contains one of them can't read a newer language than that of the Go
/// that built it (go.dev/issue/56986).
const READ_GO: [&str; 3] = ["golang.org/x/tools", "honnef.co/go/tools", "github.com/go-delve/delve"];

/// A module in a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleSum {
    /// Its path.
    pub path: String,
    /// Its version.
    pub version: String,
    /// The hash of its content, `h1:...`; `None` if the program does not have it.
    pub h1: Option<String>,
}

/// The build information of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildInfo {
    /// The toolchain that built it: `go1.22.6`.
    pub go: String,
    /// The main package.
    pub package: String,
    /// The module of that package.
    pub module: ModuleSum,
    /// The other modules.
    pub others: Vec<ModuleSum>,
    /// The settings of the build.
    pub settings: BTreeMap<String, String>,
}

impl BuildInfo {
    /// Parses the output of `go version -m` for one program. `None` if it is not complete.
    pub fn parse(text: &str) -> Option<BuildInfo> {
        let mut lines = text.lines();
        let go = lines.next()?.rsplit_once(": ")?.1.to_owned();
        let (mut package, mut module, mut others) = (None, None, Vec::new());
        let mut settings = BTreeMap::new();
        for line in lines {
            let mut columns = line.trim_start_matches('\t').split('\t');
            match columns.next()? {
                "path" => package = columns.next().map(str::to_owned),
                "mod" => module = sum(columns),
                "dep" => others.push(sum(columns)?),
                // What replaces the module before it: a folder, or another module under its name.
                "=>" => others.last_mut()?.h1 = None,
                "build" => {
                    let setting = columns.next().and_then(|setting| setting.split_once('='));
                    settings.extend(setting.map(|(name, value)| (name.to_owned(), value.to_owned())));
                }
                _ => {}
            }
        }
        Some(BuildInfo { go, package: package?, module: module?, others, settings })
    }

    /// All modules, that of the package first.
    pub fn modules(&self) -> impl Iterator<Item = &ModuleSum> {
        std::iter::once(&self.module).chain(&self.others)
    }

    /// Whether the program reads Go code, by the modules in it.
    pub fn reads_go(&self) -> bool {
        self.modules().any(|module| READ_GO.contains(&module.path.as_str()))
    }
}

fn sum<'a>(mut columns: impl Iterator<Item = &'a str>) -> Option<ModuleSum> {
    let (path, version) = (columns.next()?.to_owned(), columns.next()?.to_owned());
    Some(ModuleSum { path, version, h1: columns.next().filter(|h1| !h1.is_empty()).map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATICCHECK: &str = "/x: y/staticcheck: go1.26.8\n\
        \tpath\thonnef.co/go/tools/cmd/staticcheck\n\
        \tmod\thonnef.co/go/tools\tv0.8.2\th1:+jPbCzuYxYrcoOvCecYUFDj+XJQRmzIhJmlbpps21Zk=\n\
        \tdep\tgolang.org/x/tools\tv0.51.0\th1:a=\n\
        \tdep\texample.com/y\tv1.0.0\n\
        \t=>\t../y\t(devel)\t\n\
        \tbuild\t-buildmode=exe\n\
        \tbuild\tCGO_ENABLED=1\n";

    #[test]
    fn a_program_has_its_modules() {
        let info = BuildInfo::parse(STATICCHECK).unwrap();
        assert_eq!((info.go.as_str(), info.module.version.as_str()), ("go1.26.8", "v0.8.2"));
        assert_eq!(info.others.len(), 2);
        assert_eq!(info.others[0].h1.as_deref(), Some("h1:a="));
        assert_eq!(info.others[1].h1, None);
        assert_eq!(info.settings["CGO_ENABLED"], "1");
        assert!(info.reads_go());
    }

    #[test]
    fn a_program_without_modules_has_no_build_information() {
        for text in ["", "/x/y: go1.22.6\n", "/x/y: go1.22.6\n\tpath\tx\n", "/x/y: go1.22.6\n\tmod\tx\n"] {
            assert_eq!(BuildInfo::parse(text), None, "{text:?}");
        }
    }
}
