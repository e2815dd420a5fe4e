//! Builds the module for a platform, and reads the header of each program.

use std::path::Path;

use gom_select::platform::Platform;

use super::check::{Checker, ModuleReport, run};
use gom_core::files;
use gom_core::machine::program::ProgramHeader;

/// The first bytes of a WebAssembly module (WebAssembly core specification, 5.5.16).
const WASM: &[u8] = b"\0asm";

const MAINS: &str = "{{if eq .Name \"main\"}}{{.ImportPath}}{{end}}";

impl Checker<'_> {
    /// cgo is off for other platforms than this one, because the C compiler rarely builds for them.
    pub fn build(&self, target: &Platform) -> ModuleReport {
        let name = format!("{}/{}", target.os(), target.arch());
        match self.try_build(target) {
            Ok(programs) => judge(&name, target, &programs),
            Err(said) => {
                let hint = format!("run `GOOS={} GOARCH={} go build ./...`", target.os(), target.arch());
                ModuleReport::failed(&name, "the build fails").with(said).hint(hint)
            }
        }
    }

    /// Builds the module, and returns the programs.
    fn try_build(&self, target: &Platform) -> Result<Vec<Program>, Vec<String>> {
        let command = || {
            let mut command = self.command();
            command.env("GOOS", target.os()).env("GOARCH", target.arch());
            if *target != self.ctx.platform {
                command.env("CGO_ENABLED", "0");
            }
            command
        };
        let text = |error: std::io::Error| vec![error.to_string()];
        let mut list = command();
        list.args(["list", "-f", MAINS, "./..."]);
        let has_programs = run(list)?.lines().any(|line| !line.is_empty());
        let folder = files::temporary_folder().map_err(text)?;
        let mut build = command();
        build.arg("build");
        if has_programs {
            // go writes several programs only into a folder.
            build.arg("-o").arg(folder.path());
        }
        build.arg("./...");
        run(build)?;
        programs_in(folder.path(), target).map_err(text)
    }
}

/// A program that a build made.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Program {
    name: String,
    /// `ELF amd64`.
    is: String,
    /// `None` if this platform's format is not known.
    fits: Option<bool>,
}

fn programs_in(folder: &Path, target: &Platform) -> std::io::Result<Vec<Program>> {
    let mut programs = Vec::new();
    for name in files::names_in(folder)? {
        let path = folder.join(&name);
        let name = name.to_string_lossy().into_owned();
        let (is, fits) = match ProgramHeader::of_file(&path)? {
            Some(header) => (header.to_string(), header.fits(target)),
            None if files::read_head(&path, WASM.len() as u64)? == WASM => {
                ("WebAssembly".to_owned(), Some(target.arch() == "wasm"))
            }
            None => ("unknown format".to_owned(), None),
        };
        programs.push(Program { name, is, fits });
    }
    programs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(programs)
}

fn judge(name: &str, target: &Platform, programs: &[Program]) -> ModuleReport {
    let details = programs.iter().map(|program| format!("{}: {}", program.name, program.is)).collect();
    let wrong = programs.iter().filter(|program| program.fits == Some(false)).count();
    if wrong > 0 {
        let summary = format!("{wrong} of {} programs are not for {target}", programs.len());
        return ModuleReport::failed(name, summary).with(details).hint("run `gom env GOFLAGS GOARCH GOOS`");
    }
    let summary = match programs {
        [] => "builds; it has no main package".to_owned(),
        [one] => format!("1 program: {}", one.is),
        [first, ..] => format!("{} programs: {}", programs.len(), first.is),
    };
    ModuleReport::ok(name, summary).with(details)
}

#[cfg(test)]
mod tests {
    use super::super::check::CheckStatus;
    use super::*;

    #[test]
    fn programs_must_be_for_the_target() {
        let folder = files::temporary_folder().unwrap();
        fs_err::write(folder.path().join("app.wasm"), b"\0asm\x01\0\0\0").unwrap();
        fs_err::copy(std::env::current_exe().unwrap(), folder.path().join("native")).unwrap();
        let host = Platform::host();
        let check = |target: &Platform| judge("x", target, &programs_in(folder.path(), target).unwrap());
        let native = check(&host);
        assert_eq!(
            (native.status, native.summary.as_str()),
            (CheckStatus::Failed, format!("1 of 2 programs are not for {host}").as_str())
        );
        assert!(native.details[0].starts_with("app.wasm: WebAssembly"), "{native:?}");
        fs_err::remove_file(folder.path().join("native")).unwrap();
        let wasm = check(&Platform::parse("js-wasm").unwrap());
        assert_eq!((wasm.status, wasm.summary.as_str()), (CheckStatus::Ok, "1 program: WebAssembly"));
        assert_eq!(judge("x", &host, &[]).summary, "builds; it has no main package");
    }
}
