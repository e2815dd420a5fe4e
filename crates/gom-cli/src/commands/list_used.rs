//! `gom list --used`: which project uses which toolchain.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gom_core::clock::date_of;
use gom_core::path_text::as_text;
use gom_core::usage::{ProjectState, Recording, SurveyedProject, survey};
use gom_select::used::UsedToolchain;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::Tone;
use crate::table::{self, Cell, Column};

/// The columns. A narrow terminal omits what chose the Go, and the date.
const COLUMNS: [Column; 4] = [
    Column { title: "PROJECT", is_number: false, gives_way: 0 },
    Column { title: "GO", is_number: false, gives_way: 0 },
    Column { title: "LAST USE", is_number: false, gives_way: 1 },
    Column { title: "SET BY", is_number: false, gives_way: 2 },
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    /// The date since which use is recorded; null if it is not.
    recorded_since: Option<String>,
    projects: Vec<ProjectJson>,
    /// The uses that no project's file chose.
    without_project: Vec<UsedJson>,
    searched: Vec<SearchedJson>,
}

/// One project.
#[derive(Serialize)]
struct ProjectJson {
    /// The file that it is known by.
    file: String,
    state: StateJson,
    /// Why it can't be read.
    problem: Option<String>,
    /// What a `go` in its folder runs; null if that fails, or for a Go that gom does not manage.
    toolchain: Option<String>,
    set_by: Option<String>,
    /// A release that go.mod or go.work asks for and that is not installed.
    missing: Option<String>,
    used: Vec<UsedJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum StateJson {
    Read,
    Gone,
    Unreadable,
}

/// One recorded use.
#[derive(Serialize)]
struct UsedJson {
    toolchain: String,
    last_used: String,
}

/// A folder that was searched.
#[derive(Serialize)]
struct SearchedJson {
    folder: String,
    /// Whether all of it was looked at.
    complete: bool,
}

pub(super) fn run(folders: &[PathBuf], app: &App) -> Result<ExitCode, Failure> {
    let folders: Vec<PathBuf> = folders.iter().map(|folder| app.absolute(folder)).collect();
    let found = survey(&app.ctx, &folders).map_err(gom_core::Error::from)?;
    let without_project = || {
        let uses = found.usage.uses.iter().filter(|one| one.used.file.is_none());
        uses.map(|one| used_json(&one.used.toolchain, one.last)).collect::<Vec<_>>()
    };
    let object = || Json {
        recorded_since: match found.usage.recording {
            Recording::Since(since) => Some(date_of(since)),
            Recording::Off(_) | Recording::Nowhere { .. } => None,
        },
        projects: found.projects.iter().map(to_json).collect(),
        without_project: without_project(),
        searched: found
            .searched
            .iter()
            .map(|(folder, left)| SearchedJson {
                folder: as_text(folder),
                complete: !left.is_cut && left.unreadable == 0,
            })
            .collect(),
    };
    let code = app.output.result(object, |output| {
        let mut rows: Vec<Vec<Cell>> = found.projects.iter().map(cells).collect();
        rows.extend(without_project().into_iter().map(|one| {
            let toolchain = UsedToolchain::parse(&one.toolchain).map(|used| name(&used)).unwrap_or_default();
            vec!["(no project)".into(), toolchain.into(), one.last_used.into(), String::new().into()]
        }));
        for line in table::lines(&COLUMNS, &rows, output.width()) {
            output.data(&line);
        }
    });
    for (folder, left) in &found.searched {
        if left.is_cut {
            app.output.warn(&format!("`{}` is too large to be searched whole", folder.display()));
            app.output.hint("run `gom list --used DIR` with folders further in");
        }
        if left.unreadable > 0 {
            app.output.warn(&format!("{} folders in `{}` can't be read", left.unreadable, folder.display()));
        }
    }
    match &found.usage.recording {
        Recording::Since(since) => app.output.say(&format!("use is recorded since {}", date_of(*since))),
        Recording::Off(origin) => app.output.say(&format!("use is not recorded ({origin})")),
        Recording::Nowhere { .. } => app.output.say("use is not recorded yet"),
    }
    Ok(code)
}

fn used_json(toolchain: &UsedToolchain, day: u32) -> UsedJson {
    UsedJson { toolchain: toolchain.to_string(), last_used: date_of(day) }
}

fn name(toolchain: &UsedToolchain) -> String {
    match toolchain {
        UsedToolchain::Installed(id) => id.version.to_string(),
        UsedToolchain::Linked(name) => format!("{name} (linked)"),
    }
}

fn cells(project: &SurveyedProject) -> Vec<Cell> {
    let go = &project.go;
    let used = project.used.iter().max_by_key(|(_, day)| *day).map(|(toolchain, _)| name(toolchain));
    let (runs, set_by) = match (&go.state, &go.runs) {
        (ProjectState::Gone, _) => {
            let used = used.unwrap_or_default();
            (Cell::toned(format!("(gone, used {used})"), Tone::Faint), String::new())
        }
        (ProjectState::Unreadable(problem), None) => {
            (Cell::toned("(fails)", Tone::Bad), problem.lines().next().unwrap_or_default().to_owned())
        }
        (_, Some(runs)) => {
            let text = runs.toolchain.as_ref().map_or_else(|| "(not gom's)".to_owned(), name);
            let missing = go.needs.iter().find_map(|need| Some((need.missing.as_ref()?, &need.place)));
            match missing {
                Some((version, place)) => {
                    (Cell::toned(format!("{text}, needs {version}"), Tone::Caution), place.clone())
                }
                None => (text.into(), runs.set_by.to_string()),
            }
        }
        (_, None) => (Cell::toned("(missing)", Tone::Bad), String::new()),
    };
    let folder = go.file.parent().unwrap_or(Path::new("/"));
    vec![
        as_text(folder).into(),
        runs,
        project.last_used().map(date_of).unwrap_or_default().into(),
        set_by.into(),
    ]
}

fn to_json(project: &SurveyedProject) -> ProjectJson {
    let go = &project.go;
    let (state, problem) = match &go.state {
        ProjectState::Read => (StateJson::Read, None),
        ProjectState::Gone => (StateJson::Gone, None),
        ProjectState::Unreadable(problem) => (StateJson::Unreadable, Some(problem.clone())),
    };
    let runs = go.runs.as_ref();
    ProjectJson {
        file: as_text(&go.file),
        state,
        problem,
        toolchain: runs.and_then(|runs| runs.toolchain.as_ref()).map(ToString::to_string),
        set_by: runs.map(|runs| runs.set_by.to_string()),
        missing: go.needs.iter().find_map(|need| need.missing.as_ref()).map(ToString::to_string),
        used: project.used.iter().map(|(toolchain, day)| used_json(toolchain, *day)).collect(),
    }
}
