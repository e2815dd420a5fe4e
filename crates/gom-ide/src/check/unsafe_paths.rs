//! Programs that files of the project name. A cloned project may name anything, so none of them is started: the file and line
//! are reported, and of the program the header alone is read.

use std::path::{Path, PathBuf};

use gom_core::files;
use gom_core::machine::program::{HEAD, ProgramHeader};
use gom_core::path_text;
use gom_select::regular_file;
use serde::Serialize;

use crate::error::IdeError;
use crate::jsonc;
use crate::places;

/// A program that a file of the project names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnsafePath {
    /// The file.
    #[serde(serialize_with = "path_text::serialize")]
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
    /// The setting.
    pub setting: String,
    /// The path as the file has it.
    pub value: String,
    /// The architectures of the program there; none if there is no program.
    pub archs: Vec<&'static str>,
}

/// The largest file that is read, in bytes.
const LARGEST: usize = 8 << 20;

/// Variables by which another program is started.
const VARIABLES: [&str; 5] = ["PATH", "GOROOT", "GOBIN", "CC", "CXX"];

/// The file of a project of GoLand that has the GOROOT.
const GOLAND: &str = ".idea/workspace.xml";

/// Lists them: settings and launch configurations of VS Code, and the GOROOT of GoLand. A file that can't be read names
/// nothing.
pub(super) fn find(root: &Path, cwd: &Path) -> Result<Vec<UnsafePath>, IdeError> {
    let mut found = Vec::new();
    let settings = places::of_workspace(cwd, root)?;
    let launch = root.join(".vscode/launch.json");
    for file in settings.iter().chain([&launch]) {
        let Some(text) = read(file) else { continue };
        for one in jsonc::located(&text) {
            let named = one.value.contains(['/', '\\']) && names_program(&one.keys);
            if named {
                found.push(unsafe_path(root, file, one.line, &one.keys.join("."), &one.value, ""));
            }
        }
    }
    let goland = root.join(GOLAND);
    if let Some(text) = read(&goland) {
        found.extend(
            goroots(&text).map(|(line, url)| unsafe_path(root, &goland, line, "GOROOT", &url, "bin/go")),
        );
    }
    Ok(found)
}

/// Whether a setting names a program that the editor starts.
fn names_program(keys: &[String]) -> bool {
    let keys: Vec<&str> = keys.iter().map(String::as_str).filter(|key| *key != "settings").collect();
    match keys[..] {
        ["go.toolsEnvVars", name] => VARIABLES.contains(&name),
        ["go.goroot" | "go.toolsManagement.go" | "go.delvePath"]
        | ["go.alternateTools", _]
        | [.., "dlvToolPath"] => true,
        _ => false,
    }
}

/// The GOROOT in a file of GoLand, with its line.
fn goroots(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let (_, rest) = line.split_once("<component name=\"GOROOT\"")?;
        let url = rest.split_once("url=\"")?.1.split('"').next()?;
        Some((index + 1, url.strip_prefix("file://").unwrap_or(url).to_owned()))
    })
}

fn read(file: &Path) -> Option<String> {
    let bytes = regular_file::read(file, LARGEST).ok()??;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn unsafe_path(root: &Path, file: &Path, line: usize, setting: &str, value: &str, below: &str) -> UnsafePath {
    let folder = root.to_string_lossy();
    let text = value.replace("${workspaceFolder}", &folder).replace("$PROJECT_DIR$", &folder);
    let below = if setting.ends_with("go.goroot") { "bin/go" } else { below };
    let mut program = root.join(text);
    if !below.is_empty() {
        program.push(below);
    }
    let header = files::read_head(&program, HEAD).ok().and_then(|head| ProgramHeader::of(&head));
    let archs = header.map(|header| header.archs).unwrap_or_default();
    UnsafePath { file: file.to_owned(), line, setting: setting.to_owned(), value: value.to_owned(), archs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_goroot_of_a_recorded_goland_project_is_found() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n  \
                    <component name=\"GOROOT\" url=\"file:///opt/homebrew/opt/go/libexec\" />\n  \
                    <component name=\"Git.Settings\">\n";
        assert_eq!(goroots(text).collect::<Vec<_>>(), [(3, "/opt/homebrew/opt/go/libexec".to_owned())]);
    }

    #[test]
    fn every_setting_that_names_a_program_counts() {
        let keys = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        for named in [
            "go.goroot",
            "settings|go.alternateTools|gopls",
            "go.toolsEnvVars|PATH",
            "configurations|[0]|dlvToolPath",
        ] {
            assert!(names_program(&keys(named)), "{named}");
        }
        for other in ["go.testEnvVars|PATH", "go.toolsEnvVars|GOFLAGS", "a|go.goroot"] {
            assert!(!names_program(&keys(other)), "{other}");
        }
    }
}
