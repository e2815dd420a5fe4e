//! Gathers the facts for `gom doctor cgo`: runs the compiler and pkg-config, each with a time limit and with the
//! user's environment, as go does, and looks at the files that they name.

use std::path::{Path, PathBuf};
use std::process::Command;

use gom_select::path_search;

use super::{binary, commands};
use crate::cgo::{CgoFacts, FoundProgram, Library, LibraryFacts, LibraryFile, PkgConfigFlags};
use crate::environment::{SettingsView, with_view};
use gom_core::Context;
use gom_core::go_command::GoCommand;

/// The endings of libraries, in the order in which linkers look for them in a folder.
const ENDINGS: [&str; 4] = ["dylib", "tbd", "so", "a"];

/// The facts about cgo here, and about one library.
pub fn gather(ctx: &Context, go: &GoCommand, library: Option<&str>) -> CgoFacts {
    with_view(ctx, go, |view| {
        let value = |name: &str| view.variable(name).setting.value;
        let (compiler, pkg_config) = (found(ctx, &value("CC")), found(ctx, &value("PKG_CONFIG")));
        let (os, arch) = (value("GOOS"), value("GOARCH"));
        let is_mac = cfg!(target_os = "macos");
        let tools = is_mac.then(|| answer("/usr/bin/xcode-select", &["-p"]).is_some());
        let asked = |flag: &str| {
            let path = compiler.path.as_deref().filter(|path| !is_stub(path, tools))?;
            answer(path, &[flag])
        };
        let machine = asked("-dumpmachine");
        let library = library.map(|name| {
            let search = Search {
                ctx,
                view,
                compiler: &compiler,
                pkg_config: &pkg_config,
                machine: machine.as_deref(),
                tools,
            };
            search.library(Library::named(name), is_mac && arch == "arm64")
        });
        CgoFacts {
            compiler_version: asked("--version").and_then(|text| text.lines().next().map(str::to_owned)),
            has_developer_tools: tools,
            enabled: value("CGO_ENABLED"),
            os,
            arch,
            machine,
            compiler,
            pkg_config,
            library,
        }
    })
}

/// Where to look for a library.
struct Search<'a> {
    ctx: &'a Context,
    view: &'a SettingsView<'a>,
    compiler: &'a FoundProgram,
    pkg_config: &'a FoundProgram,
    machine: Option<&'a str>,
    /// Whether Apple's command-line tools are installed; `None` on other systems.
    tools: Option<bool>,
}

/// Whether a program is one of Apple's stubs in `/usr/bin` for a tool that is not installed. Such a stub is never
/// run, because it opens a window that offers to install the tools.
fn is_stub(program: &str, tools: Option<bool>) -> bool {
    tools == Some(false) && Path::new(program).parent() == Some(Path::new("/usr/bin"))
}

/// The folder of a Homebrew formula, next to the folder of `brew`. `brew --prefix` prints the same, but takes seconds
/// when it has not run for a while.
fn opt_folder(brew: &str, formula: &str) -> Option<PathBuf> {
    let prefix = Path::new(brew).parent().filter(|bin| bin.ends_with("bin"))?.parent()?;
    Some(prefix.join("opt").join(formula))
}

impl Search<'_> {
    fn library(&self, names: Library, is_apple_silicon: bool) -> LibraryFacts {
        let by_pkg_config = self.by_pkg_config(&names.pkg_config);
        let own = if is_apple_silicon { "/opt/homebrew/bin/brew" } else { "brew" };
        let brew = if Path::new(own).exists() { Some(own.to_owned()) } else { found(self.ctx, "brew").path };
        let folder = brew.and_then(|brew| opt_folder(&brew, &names.formula));
        let brew_prefix = folder.filter(|folder| folder.is_dir()).map(|folder| folder.display().to_string());
        let flags = by_pkg_config.clone().unwrap_or_default();
        let prefix = brew_prefix.as_deref();
        let header = names.header.as_ref().and_then(|header| {
            let folders = self.header_folders(&flags.cflags, prefix);
            folders
                .into_iter()
                .map(|folder| format!("{folder}/{header}"))
                .find(|path| Path::new(path).exists())
        });
        let folders = self.library_folders(&flags.libs, prefix);
        let files = names.links.iter().map(|link| self.file(link, &folders)).collect();
        LibraryFacts { names, by_pkg_config, brew_prefix, header, files }
    }

    /// `None` if pkg-config is missing or does not know the library.
    fn by_pkg_config(&self, name: &str) -> Option<PkgConfigFlags> {
        let program = self.pkg_config.path.as_deref().filter(|path| !is_stub(path, self.tools))?;
        let ask = |flag: &str| answer(program, &[flag, name]);
        Some(PkgConfigFlags { version: ask("--modversion")?, cflags: ask("--cflags")?, libs: ask("--libs")? })
    }

    fn header_folders(&self, cflags: &str, prefix: Option<&str>) -> Vec<String> {
        let value = |name: &str| self.view.variable(name).setting.value;
        let set = [cflags.to_owned(), value("CGO_CFLAGS"), value("CGO_CPPFLAGS")].join(" ");
        let mut folders = after(&set, "-I");
        folders.extend(self.list("CPATH"));
        folders.extend(prefix.map(|prefix| format!("{prefix}/include")));
        if self.tools == Some(true) {
            let sdk = answer("/usr/bin/xcrun", &["--show-sdk-path"]);
            folders.extend(sdk.map(|sdk| format!("{sdk}/usr/include")));
        }
        folders.extend(self.machine.map(|machine| format!("/usr/include/{machine}")));
        folders.extend(["/usr/local/include", "/usr/include"].map(str::to_owned));
        folders
    }

    /// The folders that flags name; if none of them has the library, `asked` runs the compiler.
    fn library_folders(&self, libs: &str, prefix: Option<&str>) -> Vec<String> {
        let set = [libs.to_owned(), self.view.variable("CGO_LDFLAGS").setting.value].join(" ");
        let mut folders = after(&set, "-L");
        folders.extend(self.list("LIBRARY_PATH"));
        folders.extend(prefix.map(|prefix| format!("{prefix}/lib")));
        folders
    }

    fn file(&self, link: &str, folders: &[String]) -> LibraryFile {
        let in_folders = folders
            .iter()
            .flat_map(|folder| ENDINGS.iter().map(move |ending| format!("{folder}/lib{link}.{ending}")));
        let path = in_folders.into_iter().find(|path| Path::new(path).exists()).or_else(|| self.asked(link));
        let binary = path.as_deref().and_then(|path| binary::read(Path::new(path)));
        LibraryFile { link: link.to_owned(), path, binary }
    }

    /// The library that the compiler's own linker would find. An answer without a folder means that it finds none.
    fn asked(&self, link: &str) -> Option<String> {
        let compiler = self.compiler.path.as_deref().filter(|path| !is_stub(path, self.tools))?;
        let answers = ENDINGS.iter().filter_map(|ending| {
            let path = answer(compiler, &[&format!("-print-file-name=lib{link}.{ending}")])?;
            let path = Path::new(&path);
            // The linker's name for it, in the folder with links resolved.
            let folder = fs_err::canonicalize(path.parent().filter(|_| path.is_absolute())?).ok()?;
            Some(folder.join(path.file_name()?).display().to_string())
        });
        answers.into_iter().find(|path| Path::new(path).exists())
    }

    fn list(&self, variable: &str) -> Vec<String> {
        let list = self.ctx.environment.var(variable).unwrap_or_default();
        list.to_string_lossy()
            .split(':')
            .filter(|folder| folder.starts_with('/'))
            .map(str::to_owned)
            .collect()
    }
}

/// The folders after a flag, in order.
fn after(flags: &str, flag: &str) -> Vec<String> {
    let words = flags.split_whitespace().filter_map(|word| word.strip_prefix(flag));
    words
        .filter(|folder| folder.starts_with('/'))
        .map(|folder| folder.trim_end_matches('/').to_owned())
        .collect()
}

/// Finds the program of a command line.
fn found(ctx: &Context, command: &str) -> FoundProgram {
    let program = command.split_whitespace().next().unwrap_or_default();
    let path = ctx.environment.var("PATH").unwrap_or_default();
    let path = if program.starts_with('/') {
        Path::new(program).exists().then(|| program.to_owned())
    } else {
        path_search::candidates(program, &path).next().map(|path| path.display().to_string())
    };
    FoundProgram { name: command.to_owned(), path }
}

/// A program's output, if it succeeds.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments);
    let said = commands::run(command, commands::PATIENCE);
    (said.code == Some(0)).then(|| said.output.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    // K13.7
    #[test]
    fn apples_stubs_are_not_run_if_the_tools_are_missing() {
        for (program, tools, is_one) in [
            ("/usr/bin/cc", Some(false), true),
            ("/usr/bin/clang++", Some(false), true),
            ("/usr/bin/cc", Some(true), false),
            ("/opt/homebrew/bin/gcc-15", Some(false), false),
            ("/usr/bin/cc", None, false),
        ] {
            assert_eq!(is_stub(program, tools), is_one, "{program} {tools:?}");
        }
    }

    // K13.7
    #[test]
    fn homebrew_keeps_formulae_next_to_its_own_program() {
        let folder = |brew: &str| opt_folder(brew, "openssl@3").map(|folder| folder.display().to_string());
        assert_eq!(folder("/opt/homebrew/bin/brew").as_deref(), Some("/opt/homebrew/opt/openssl@3"));
        assert_eq!(folder("/usr/local/bin/brew").as_deref(), Some("/usr/local/opt/openssl@3"));
        let linux = folder("/home/linuxbrew/.linuxbrew/bin/brew");
        assert_eq!(linux.as_deref(), Some("/home/linuxbrew/.linuxbrew/opt/openssl@3"));
        assert_eq!(folder("brew"), None);
    }
}
