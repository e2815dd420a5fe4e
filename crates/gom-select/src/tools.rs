//! The tools in the store: programs that `gom tools install` built, one folder for each line of Go and tool.
//!
//! Owns: which program runs under a tool's name where the line of the selected Go does not have it. Never: reads a
//! receipt, or runs anything.
//!
//! A tool that reads Go code, such as gopls, can't read a language newer than the Go that built it (go.dev/issue/56986),
//! so it never stands in for one of a newer line. A newer one reads older code.

#![expect(clippy::disallowed_methods, reason = "reads which tools are in the store")]

use std::fs;
use std::io;
use std::path::Path;

use crate::layout::Layout;
use crate::platform::Platform;
use crate::tool_name::{ToolLine, ToolName, ToolPlace};
use crate::version::ReleaseLine;

/// The program that runs under a tool's name for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolChoice {
    /// The tool of this line.
    Of(ToolLine),
    /// No line that could stand in has it; the newest line that does, if any.
    Nothing(Option<ToolLine>),
}

/// Lists the tools in the user's own store, by line and name. A folder without the program is none.
pub fn all(layout: &Layout) -> io::Result<Vec<ToolPlace>> {
    let mut found = Vec::new();
    for of in lines(layout)? {
        for name in names_in(&layout.tools_of(&of))? {
            let Ok(name) = ToolName::parse(&name) else { continue };
            let place = ToolPlace { of: of.clone(), name };
            if is_there(layout, &place)? {
                found.push(place);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the store has a tool. A program that can't be looked at is an error: it is not gone.
pub fn is_there(layout: &Layout, place: &ToolPlace) -> io::Result<bool> {
    let program = layout.tool_program(place);
    match fs::metadata(&program) {
        Ok(metadata) => Ok(metadata.is_file()),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(error) => {
            Err(io::Error::new(error.kind(), format!("can't look at `{}`: {error}", program.display())))
        }
    }
}

/// Chooses the program for a line: its own, else that of the nearest newer line, else that of the nearest older line which
/// does not read Go code or was built by a Go that is new enough. Without a line (a Go of unknown version) the newest. Only tools for one of `platforms`
/// count, those for the first one first.
pub fn choose(
    layout: &Layout,
    line: Option<&ReleaseLine>,
    platforms: [&Platform; 2],
    name: &ToolName,
) -> io::Result<ToolChoice> {
    let place = |of: &ToolLine| ToolPlace { of: of.clone(), name: name.clone() };
    let mut having = Vec::new();
    for of in lines(layout)? {
        if platforms.contains(&&of.platform) && is_there(layout, &place(&of))? {
            having.push(of);
        }
    }
    having.sort_by_key(|of| (of.line.clone(), of.platform == *platforms[0]));
    let newest = having.last().cloned();
    let Some(line) = line else {
        return Ok(newest.map_or(ToolChoice::Nothing(None), ToolChoice::Of));
    };
    if let Some(nearest) = having.iter().map(|of| &of.line).find(|other| *other >= line).cloned() {
        let of_nearest = having.into_iter().rfind(|of| of.line == nearest);
        return Ok(of_nearest.map_or(ToolChoice::Nothing(None), ToolChoice::Of));
    }
    let older = having.into_iter().rfind(|of| can_read(layout, &place(of), line));
    Ok(older.map_or(ToolChoice::Nothing(newest), ToolChoice::Of))
}

/// Whether a tool of an older line can read what a project of this line has: it reads no Go code, or the Go that built it
/// was new enough. A tool whose module asks for a newer Go is built by that one. The mark of a tool that an older gom
/// installed is empty.
fn can_read(layout: &Layout, place: &ToolPlace, line: &ReleaseLine) -> bool {
    match fs::read_to_string(layout.tool_mark(place)) {
        Ok(mark) => ReleaseLine::parse(mark.trim()).is_ok_and(|built_by| built_by >= *line),
        // What can't be looked at must not read a newer language by mistake.
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

fn lines(layout: &Layout) -> io::Result<Vec<ToolLine>> {
    Ok(names_in(&layout.tools())?.iter().filter_map(|name| ToolLine::parse(name)).collect())
}

/// The names in a folder that are text; none if there is no such folder.
fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let of_folder = |error: io::Error| {
        io::Error::new(error.kind(), format!("can't read `{}`: {error}", folder.display()))
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(of_folder)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(of_folder)?.file_name().into_string());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_line_stands_in_and_an_older_one_only_for_what_reads_no_code() {
        let root = std::env::temp_dir().join(format!("gom-tools-{}", std::process::id()));
        let layout = Layout::new(&root);
        let add = |of: &str, name: &str, mark: Option<&str>| {
            let place = ToolPlace::parse(&format!("{of}@{name}")).unwrap();
            fs::create_dir_all(layout.tool(&place)).unwrap();
            fs::write(layout.tool_program(&place), "").unwrap();
            if let Some(mark) = mark {
                fs::write(layout.tool_mark(&place), mark).unwrap();
            }
        };
        add("1.9.linux-amd64", "gopls", Some(""));
        add("1.22.linux-amd64", "gopls", Some(""));
        add("1.24.linux-amd64", "gopls", Some("1.24\n"));
        add("1.24.linux-arm64", "gopls", Some(""));
        add("1.26.linux-arm64", "gopls", Some(""));
        add("1.22.linux-amd64", "hey", None);
        // Built by the Go that its module asks for.
        add("1.21.linux-amd64", "dlv", Some("1.24\n"));
        add("1.22.linux-amd64", "dlv", Some("1.22\n"));
        // Neither of these is a tool.
        fs::create_dir_all(layout.tools().join("1.22.linux-amd64/empty")).unwrap();
        fs::create_dir_all(layout.tools().join("latest/gopls")).unwrap();

        let [amd64, arm64] = ["amd64", "arm64"].map(|arch| Platform::new("linux", arch).unwrap());
        let chosen = |name: &str, at: Option<&str>, platforms| {
            let name = ToolName::parse(name).unwrap();
            let line = at.map(|text| ReleaseLine::parse(text).unwrap());
            match choose(&layout, line.as_ref(), platforms, &name).unwrap() {
                ToolChoice::Of(of) => of.to_string(),
                ToolChoice::Nothing(newest) => {
                    format!("not {}", newest.map_or("any".to_owned(), |of| of.to_string()))
                }
            }
        };
        for (name, at, expected) in [
            ("gopls", Some("1.22"), "1.22.linux-amd64"),
            ("gopls", Some("1.23"), "1.24.linux-amd64"),
            ("gopls", Some("1.10"), "1.22.linux-amd64"),
            ("gopls", Some("1.25"), "not 1.24.linux-amd64"),
            ("gopls", None, "1.24.linux-amd64"),
            ("hey", Some("1.25"), "1.22.linux-amd64"),
            ("hey", Some("1.21"), "1.22.linux-amd64"),
            ("dlv", Some("1.22"), "1.22.linux-amd64"),
            ("dlv", Some("1.24"), "1.21.linux-amd64"),
            ("dlv", Some("1.25"), "not 1.22.linux-amd64"),
            ("empty", Some("1.22"), "not any"),
        ] {
            assert_eq!(chosen(name, at, [&amd64, &amd64]), expected, "{name} {at:?}");
        }
        assert_eq!(chosen("gopls", Some("1.23"), [&arm64, &amd64]), "1.24.linux-arm64");
        assert_eq!(chosen("gopls", Some("1.22"), [&arm64, &amd64]), "1.22.linux-amd64");
        let all: Vec<String> = all(&layout).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            all,
            [
                "1.9.linux-amd64@gopls",
                "1.21.linux-amd64@dlv",
                "1.22.linux-amd64@dlv",
                "1.22.linux-amd64@gopls",
                "1.22.linux-amd64@hey",
                "1.24.linux-amd64@gopls",
                "1.24.linux-arm64@gopls",
                "1.26.linux-arm64@gopls"
            ]
        );
        fs::remove_dir_all(root).unwrap();
    }
}
