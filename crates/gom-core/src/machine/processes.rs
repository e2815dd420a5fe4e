//! The programs that run from a folder, as far as this user may see them. On Linux /proc tells: the file that a process
//! runs, and the files that it has mapped, as an emulator maps a program of another platform. Where there is no /proc,
//! and on other systems, nothing is found: macOS tells through libproc alone, which needs `unsafe`.

#![cfg_attr(target_os = "linux", expect(clippy::disallowed_methods, reason = "reads /proc"))]

#[cfg(target_os = "linux")]
use std::ffi::OsStr;
#[cfg(target_os = "linux")]
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
#[cfg(any(test, target_os = "linux"))]
use std::path::PathBuf;

/// A program that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningProgram {
    /// The id of its process.
    pub id: u32,
    /// The name of its file; of the go command with its verb, such as `go build`.
    pub name: String,
    /// The index of the folder that it runs from.
    pub folder: usize,
}

/// How many programs are named.
const NAMED: usize = 3;

pub(crate) fn named(programs: &[RunningProgram]) -> String {
    let names =
        programs.iter().take(NAMED).map(|program| format!("`{}` (process {})", program.name, program.id));
    let names = names.collect::<Vec<_>>().join(", ");
    match programs.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// Lists the programs that run from one of these folders, by their process ids. This process is none of them.
#[cfg(target_os = "linux")]
pub fn running_from(folders: &[&Path]) -> Vec<RunningProgram> {
    // A folder that is missing has no programs.
    let folders: Vec<Option<PathBuf>> =
        folders.iter().map(|folder| fs_err::canonicalize(folder).ok()).collect();
    let Ok(processes) = fs_err::read_dir("/proc") else { return Vec::new() };
    let mut found = Vec::new();
    for process in processes.flatten() {
        let id = process.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(id) = id.filter(|id| *id != std::process::id()) else { continue };
        let at = process.path();
        let of = |file: &Path| {
            folders.iter().position(|folder| folder.as_ref().is_some_and(|folder| file.starts_with(folder)))
        };
        let file = fs_err::read_link(at.join("exe")).unwrap_or_default();
        let Some(folder) = of(&file).or_else(|| mapped_files(&at).iter().find_map(|file| of(file))) else {
            continue;
        };
        let arguments = fs_err::read(at.join("cmdline")).unwrap_or_default();
        found.push(RunningProgram { id, name: name(&file, &arguments), folder });
    }
    found.sort_by_key(|program| program.id);
    found
}

/// Lists nothing: the system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn running_from(_: &[&Path]) -> Vec<RunningProgram> {
    Vec::new()
}

/// The files that a process has mapped, each once. None if it belongs to another user.
#[cfg(target_os = "linux")]
fn mapped_files(process: &Path) -> Vec<PathBuf> {
    let maps = fs_err::read(process.join("maps")).unwrap_or_default();
    // `ADDRESSES PERMISSIONS OFFSET DEVICE INODE   PATH`
    let paths = maps.split(|byte| *byte == b'\n').filter_map(|line| {
        let start = line.iter().position(|byte| *byte == b'/')?;
        Some(PathBuf::from(OsStr::from_bytes(&line[start..])))
    });
    let mut paths: Vec<PathBuf> = paths.collect();
    paths.dedup();
    paths
}

/// Arguments may have secrets, so only the verb of the go command is shown.
#[cfg(any(test, target_os = "linux"))]
fn name(file: &Path, arguments: &[u8]) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // What the kernel adds to the path of a removed file.
    let name = name.trim_end_matches(" (deleted)");
    let verb = arguments.split(|byte| *byte == 0).nth(1).unwrap_or_default();
    match str::from_utf8(verb) {
        Ok(verb)
            if name == "go" && !verb.is_empty() && verb.bytes().all(|byte| byte.is_ascii_lowercase()) =>
        {
            format!("{name} {verb}")
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_without_its_arguments() {
        for (file, arguments, expected) in [
            ("/g/bin/go", "go\0build\0-ldflags=-X main.token=secret\0", "go build"),
            ("/g/bin/go (deleted)", "go\0test\0./...\0", "go test"),
            ("/g/bin/go", "go\0-C\0/src\0build\0", "go"),
            ("/g/bin/go", "", "go"),
            ("/g/pkg/tool/linux_amd64/compile", "/g/pkg/tool/linux_amd64/compile\0build\0", "compile"),
        ] {
            assert_eq!(name(&PathBuf::from(file), arguments.as_bytes()), expected);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_is_found_below_its_folder_until_it_ends() {
        use std::process::{Command, Stdio};

        let dir = tempfile::tempdir().unwrap();
        let (goroot, other) = (dir.path().join("go1.22.6"), dir.path().join("go1.22.60"));
        for folder in [&goroot, &other] {
            fs_err::create_dir_all(folder.join("bin")).unwrap();
            fs_err::copy("/bin/cat", folder.join("bin/cat")).unwrap();
        }
        let folders = [dir.path().join("missing"), goroot.clone()];
        let running = || running_from(&[&folders[0], &folders[1]]);
        assert_eq!(running(), []);
        let start = |program: &Path| Command::new(program).stdin(Stdio::piped()).spawn().unwrap();
        let mut not_here = start(&other.join("bin/cat"));
        let mut cat = start(&goroot.join("bin/cat"));
        let expected = RunningProgram { id: cat.id(), name: "cat".to_owned(), folder: 1 };
        assert_eq!(running(), [expected]);
        drop(cat.stdin.take());
        cat.wait().unwrap();
        assert_eq!(running(), []);
        drop(not_here.stdin.take());
        not_here.wait().unwrap();
    }
}
