//! The `use` lines of a go.work, and the rule that its go line and those of its modules have to follow.
//!
//! Never: decides which go.work is in force (`gom_select::go_project` does). Invariant: what the go command
//! accepts is accepted here (cmd/go/internal/modload/init.go: a module of Go 1.21 or newer may not ask for
//! more than the workspace does, and a workspace without a go line counts as Go 1.18).

use std::path::Path;

use gom_select::regular_file;
use gom_select::version::GoVersion;

/// Reads a file that a project names. `None` also for a device or a named pipe, which may never end, and for
/// a file that is too large: somebody else wrote the project.
pub fn read(file: &Path) -> Option<String> {
    String::from_utf8(regular_file::read_of_go(file)?).ok()
}

/// Returns the modules of a go.work, as its `use` lines name them: absolute paths, or relative to its folder.
pub fn used<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut modules = Vec::new();
    let mut is_inside = false;
    for line in lines {
        let code = line.split_once("//").map_or(line, |(code, _)| code);
        let words: Vec<&str> = code.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        match (is_inside, words.as_slice()) {
            (true, [")"]) => is_inside = false,
            (false, ["use", "("]) => is_inside = true,
            (true, [folder]) | (false, ["use", folder]) => modules.push((*folder).to_owned()),
            _ => {}
        }
    }
    modules
}

/// Whether the go command stops because a module asks for a newer Go than its workspace.
pub fn is_too_old(workspace: Option<&GoVersion>, module: &GoVersion) -> bool {
    /// The version of a go.work without a go line.
    const OLDEST: &str = "1.18";
    /// From this version on, a go line is a minimum.
    const STRICT: &str = "1.21";
    let is_strict = !crate::machine::releases::is_older(module, STRICT);
    is_strict
        && match workspace {
            Some(workspace) => module > workspace,
            None => !crate::machine::releases::is_older(module, OLDEST),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_used_alone_and_in_blocks() {
        let text = "go 1.21\n\nuse ./a // why\nuse (\n\t./b\n\t\"/abs/c\"\n)\nreplace x => ./d\n";
        assert_eq!(used(text.lines()), ["./a", "./b", "/abs/c"]);
    }

    #[test]
    fn what_never_ends_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("go.mod");
        fs_err::write(&file, "go 1.26.0\n").unwrap();
        assert_eq!(read(&file).as_deref(), Some("go 1.26.0\n"));
        let large = fs_err::OpenOptions::new().write(true).open(&file).unwrap();
        large.set_len(regular_file::GO_FILE_LIMIT as u64 + 1).unwrap();
        assert_eq!(read(&file), None);
        // A device stands for everything that is not a regular file; `/dev/null` would be read as empty.
        assert_eq!(read(Path::new("/dev/null")), None);
    }

    /// K6.4
    #[test]
    fn a_workspace_is_too_old_as_the_go_command_says() {
        let version = |text: &str| GoVersion::parse(text).unwrap();
        for (workspace, module, is_old) in [
            (Some("1.21"), "1.25.0", true),
            (Some("1.25"), "1.25.0", true),
            (Some("1.25.0"), "1.25.0", false),
            (Some("1.18"), "1.20", false),
            (None, "1.20", false),
            (None, "1.21", true),
        ] {
            let workspace = workspace.map(version);
            assert_eq!(is_too_old(workspace.as_ref(), &version(module)), is_old, "{workspace:?} {module}");
        }
    }
}
