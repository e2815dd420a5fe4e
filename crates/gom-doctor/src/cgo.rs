//! Whether cgo can use a C library here: the facts, and the problems that follow from them. Pure over the facts that
//! [`host::gather_cgo`](super::host::gather_cgo) gathers.

use serde::Serialize;

use super::facts::BinaryFacts;
use crate::environment::SettingProblem;
use gom_core::shell_quote::shell_quote;

/// The names of a C library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Library {
    /// Its name for pkg-config.
    pub pkg_config: String,
    /// Its formula in Homebrew.
    pub formula: String,
    /// The Debian package with its header.
    pub debian: Option<String>,
    /// One of its headers; `None` if gom knows none.
    pub header: Option<String>,
    /// Its names for the linker: `-lNAME`.
    pub links: Vec<String>,
}

impl Library {
    /// The library with this common name. A name that gom does not know is used for all tools.
    pub fn named(name: &str) -> Library {
        let (pkg_config, formula, debian, header, links): (_, _, _, _, &[&str]) = match name {
            "sqlite" | "sqlite3" => ("sqlite3", "sqlite", "libsqlite3-dev", "sqlite3.h", &["sqlite3"]),
            "pq" | "libpq" => ("libpq", "libpq", "libpq-dev", "libpq-fe.h", &["pq"]),
            "openssl" | "ssl" => ("openssl", "openssl@3", "libssl-dev", "openssl/ssl.h", &["ssl", "crypto"]),
            name => {
                let links = vec![name.strip_prefix("lib").unwrap_or(name).to_owned()];
                let (pkg_config, formula) = (name.to_owned(), name.to_owned());
                return Library { pkg_config, formula, debian: None, header: None, links };
            }
        };
        Library {
            pkg_config: pkg_config.to_owned(),
            formula: formula.to_owned(),
            debian: Some(debian.to_owned()),
            header: Some(header.to_owned()),
            links: links.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The facts about cgo here.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CgoFacts {
    /// `GOOS` of the builds.
    pub os: String,
    /// `GOARCH` of the builds.
    pub arch: String,
    /// `CGO_ENABLED`: `1` or `0`.
    pub enabled: String,
    /// The C compiler from the settings, and its path.
    pub compiler: FoundProgram,
    /// The first line of its `--version`.
    pub compiler_version: Option<String>,
    /// The platform that it compiles for: `x86_64-linux-gnu`.
    pub machine: Option<String>,
    /// Whether Apple's command-line tools are installed; `None` on other systems.
    pub has_developer_tools: Option<bool>,
    /// pkg-config from the settings, and its path.
    pub pkg_config: FoundProgram,
    /// The requested library.
    pub library: Option<LibraryFacts>,
}

/// A program and its path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FoundProgram {
    /// The command from the settings.
    pub name: String,
    /// The path of the program; `None` if it is not found.
    pub path: Option<String>,
}

/// The facts about a library.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LibraryFacts {
    /// Its names.
    pub names: Library,
    /// The version and flags that pkg-config reports.
    pub by_pkg_config: Option<PkgConfigFlags>,
    /// Its folder in Homebrew.
    pub brew_prefix: Option<String>,
    /// The path of its header.
    pub header: Option<String>,
    /// For each name for the linker: the file and the facts in its header.
    pub files: Vec<LibraryFile>,
}

/// The version and flags that pkg-config reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PkgConfigFlags {
    /// The library's version.
    pub version: String,
    /// Flags for the compiler.
    pub cflags: String,
    /// Flags for the linker.
    pub libs: String,
}

/// The file that the linker would use.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LibraryFile {
    /// `sqlite3` for `-lsqlite3`.
    pub link: String,
    /// The path; `None` if the linker finds no file.
    pub path: Option<String>,
    /// The facts in its header; `None` for a linker script.
    pub binary: Option<BinaryFacts>,
}

impl CgoFacts {
    /// The problems, the most blocking first.
    pub fn problems(&self) -> Vec<SettingProblem> {
        let general = [self.cgo_off(), self.no_compiler(), self.other_machine()];
        let library = self.library.iter().flat_map(|library| self.of_library(library));
        general.into_iter().flatten().chain(library).collect()
    }

    /// Shell assignments that tell cgo where the library is; `None` if a part of it is missing.
    pub fn flags(&self) -> Option<String> {
        let library = self.library.as_ref()?;
        let (cflags, libs) = match &library.by_pkg_config {
            Some(flags) => (flags.cflags.clone(), flags.libs.clone()),
            None => library.found_flags()?,
        };
        // A value that is set replaces Go's own `-O2 -g`.
        let line =
            |name: &str, flags: &str| format!("{name}={}", shell_quote(format!("-O2 -g {flags}").trim()));
        Some(format!("{} {}", line("CGO_CFLAGS", &cflags), line("CGO_LDFLAGS", &libs)))
    }

    fn is_macos(&self) -> bool {
        self.os == "darwin"
    }

    fn cgo_off(&self) -> Option<SettingProblem> {
        let has_reason = self.compiler.path.is_none();
        (self.enabled == "0" && !has_reason).then(|| {
            problem("CGO_ENABLED is 0: files that use cgo are left out", "run `gom env CGO_ENABLED`")
        })
    }

    fn no_compiler(&self) -> Option<SettingProblem> {
        if self.has_developer_tools == Some(false) {
            let message = "Apple's command-line tools are not installed: cgo has no C compiler";
            return Some(problem(message, "run `xcode-select --install`"));
        }
        let hint = "install a C compiler: on Debian `sudo apt-get install gcc libc6-dev`";
        let message = || format!("PATH has no {}: cgo has no C compiler", self.compiler.name);
        self.compiler.path.is_none().then(|| problem(message(), hint))
    }

    /// Apple's compiler builds for both kinds of Mac.
    fn other_machine(&self) -> Option<SettingProblem> {
        let machine = self.machine.as_deref().filter(|_| !self.is_macos())?;
        let arch = arch_of(machine)?;
        let message = format!("{} compiles for {machine}, but GOARCH is {}", self.compiler.name, self.arch);
        let hint = format!("set CC to a compiler for {}, or run `unset GOARCH`", self.arch);
        (arch != self.arch).then(|| problem(message, hint))
    }

    fn of_library(&self, library: &LibraryFacts) -> Vec<SettingProblem> {
        let mut found = Vec::new();
        let install = self.install(library);
        if let (Some(header), None) = (&library.names.header, &library.header) {
            found.push(problem(format!("the compiler can't find {header}"), install.clone()));
        }
        for file in &library.files {
            match (&file.path, &file.binary) {
                (None, _) => {
                    found.push(problem(
                        format!("the linker can't find a library for -l{}", file.link),
                        install.clone(),
                    ));
                }
                (Some(path), Some(binary))
                    if !binary.archs.is_empty() && !binary.archs.contains(&self.arch) =>
                {
                    let archs = binary.archs.join(", ");
                    let message = format!("{path} is for {archs}, but GOARCH is {}", self.arch);
                    found.push(problem(message, install.clone()));
                }
                _ => {}
            }
        }
        found
    }

    fn install(&self, library: &LibraryFacts) -> String {
        let Library { formula, debian, pkg_config, .. } = &library.names;
        if self.is_macos() {
            let brew = if self.arch == "arm64" { "/opt/homebrew/bin/brew" } else { "/usr/local/bin/brew" };
            return format!("run `{brew} install {formula}`");
        }
        match debian {
            Some(package) => {
                format!("install it for {}: on Debian `sudo apt-get install {package}`", self.arch)
            }
            None => format!("install {pkg_config} with its headers for {}", self.arch),
        }
    }
}

impl LibraryFacts {
    /// The flags for a library that was found without pkg-config.
    fn found_flags(&self) -> Option<(String, String)> {
        let header = match (&self.header, &self.names.header) {
            (Some(path), Some(name)) => Some(path.strip_suffix(name.as_str())?.trim_end_matches('/')),
            (None, Some(_)) => return None,
            _ => None,
        };
        let cflags = header.filter(|folder| *folder != "/usr/include").map(|folder| format!("-I{folder}"));
        let mut libs: Vec<String> = Vec::new();
        for file in &self.files {
            let (folder, _) = file.path.as_deref()?.rsplit_once('/')?;
            let flag = format!("-L{folder}");
            if !libs.contains(&flag) {
                libs.push(flag);
            }
        }
        libs.extend(self.files.iter().map(|file| format!("-l{}", file.link)));
        Some((cflags.unwrap_or_default(), libs.join(" ")))
    }
}

fn problem(message: impl Into<String>, hint: impl Into<String>) -> SettingProblem {
    SettingProblem { message: message.into(), hint: hint.into() }
}

/// Go's name for the processor in a compiler's triple.
fn arch_of(machine: &str) -> Option<&'static str> {
    match machine.split('-').next()? {
        "x86_64" | "amd64" => Some("amd64"),
        "aarch64" | "arm64" => Some("arm64"),
        "i386" | "i486" | "i586" | "i686" => Some("386"),
        "arm" | "armv6l" | "armv7l" => Some("arm"),
        "riscv64" => Some("riscv64"),
        "powerpc64le" => Some("ppc64le"),
        "s390x" => Some("s390x"),
        "loongarch64" => Some("loong64"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linux() -> CgoFacts {
        let names = Library::named("sqlite3");
        let file = LibraryFile {
            link: "sqlite3".into(),
            path: Some("/usr/lib/x86_64-linux-gnu/libsqlite3.so".into()),
            binary: Some(BinaryFacts { archs: vec!["amd64".into()], ..BinaryFacts::default() }),
        };
        CgoFacts {
            os: "linux".into(),
            arch: "amd64".into(),
            enabled: "1".into(),
            compiler: FoundProgram { name: "gcc".into(), path: Some("/usr/bin/gcc".into()) },
            machine: Some("x86_64-linux-gnu".into()),
            library: Some(LibraryFacts {
                names,
                by_pkg_config: None,
                brew_prefix: None,
                header: Some("/usr/include/sqlite3.h".into()),
                files: vec![file],
            }),
            ..CgoFacts::default()
        }
    }

    fn messages(facts: &CgoFacts) -> Vec<String> {
        facts.problems().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_complete_library_has_flags_and_no_problem() {
        let mut facts = linux();
        assert_eq!(facts.problems(), []);
        assert_eq!(
            facts.flags().unwrap(),
            "CGO_CFLAGS='-O2 -g' CGO_LDFLAGS='-O2 -g -L/usr/lib/x86_64-linux-gnu -lsqlite3'"
        );
        let flags = PkgConfigFlags {
            version: "3".into(),
            cflags: "-I/x/include".into(),
            libs: "-L/x/lib -lsqlite3".into(),
        };
        facts.library.as_mut().unwrap().by_pkg_config = Some(flags);
        assert_eq!(
            facts.flags().unwrap(),
            "CGO_CFLAGS='-O2 -g -I/x/include' CGO_LDFLAGS='-O2 -g -L/x/lib -lsqlite3'"
        );
    }

    #[test]
    fn each_missing_part_is_reported_with_its_command() {
        let mut facts = linux();
        let library = facts.library.as_mut().unwrap();
        library.header = None;
        library.files[0].path = None;
        library.files[0].binary = None;
        assert_eq!(
            messages(&facts),
            ["the compiler can't find sqlite3.h", "the linker can't find a library for -lsqlite3"]
        );
        assert!(facts.problems()[0].hint.contains("apt-get install libsqlite3-dev"));
        assert_eq!(facts.flags(), None);
        let mut facts = linux();
        facts.compiler.path = None;
        facts.enabled = "0".into();
        assert_eq!(messages(&facts), ["PATH has no gcc: cgo has no C compiler"]);
        let off = CgoFacts { enabled: "0".into(), ..linux() };
        assert_eq!(messages(&off), ["CGO_ENABLED is 0: files that use cgo are left out"]);
    }

    #[test]
    fn compiler_and_libraries_are_for_the_target() {
        let facts = CgoFacts { arch: "arm64".into(), ..linux() };
        assert_eq!(
            messages(&facts),
            [
                "gcc compiles for x86_64-linux-gnu, but GOARCH is arm64",
                "/usr/lib/x86_64-linux-gnu/libsqlite3.so is for amd64, but GOARCH is arm64",
            ]
        );
        let mac = CgoFacts { os: "darwin".into(), has_developer_tools: Some(true), ..facts };
        assert_eq!(messages(&mac).len(), 1, "Apple's compiler builds for both");
        assert_eq!(mac.problems()[0].hint, "run `/opt/homebrew/bin/brew install sqlite`");
    }

    #[test]
    fn an_unknown_name_is_used_for_all_tools() {
        let library = Library::named("libfoo");
        assert_eq!(
            (library.pkg_config.as_str(), library.links.as_slice()),
            ("libfoo", &["foo".to_owned()][..])
        );
        assert_eq!(Library::named("openssl").links, ["ssl", "crypto"]);
    }
}
