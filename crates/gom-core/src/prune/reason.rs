//! Why a toolchain stays.

use std::path::PathBuf;

use gom_select::link_name::LinkName;
use gom_select::used::Day;

use crate::clock::date_of;
use crate::machine::processes::{RunningProgram, named};

/// Why a toolchain stays. In the order in which they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeepReason {
    /// The default means it.
    Default {
        /// The file and line.
        place: String,
    },
    /// It runs in the working directory.
    Here {
        /// What chose it.
        set_by: String,
    },
    /// It runs where nothing else decides.
    NewestInstalled,
    /// A version file of a known project means it.
    Pin {
        /// The file and line.
        place: String,
    },
    /// A go.work or go.mod of a known project asks for it.
    GoLine {
        /// The file and line.
        place: String,
    },
    /// A known project used it, and its files can't be read now.
    Unreadable {
        /// The file by which the project is known.
        file: PathBuf,
        /// Why it can't be read.
        error: String,
    },
    /// A linked toolchain leads into it.
    Linked {
        /// The name.
        name: LinkName,
    },
    /// It builds a tool of its line.
    Tool {
        /// The name of the tool.
        name: String,
    },
    /// Its programs run now.
    Running {
        /// The programs.
        programs: Vec<RunningProgram>,
    },
    /// It was used in the span.
    Used {
        /// The last day of use.
        day: Day,
        /// The file of the project that used it; `None` if no project did.
        file: Option<PathBuf>,
    },
    /// It was installed in the span, so it can't have been unused for all of it. A toolchain of the module cache was
    /// fetched.
    Young {
        /// The day.
        day: Day,
    },
    /// It is one of the newest of its line, of which some are kept.
    KeepLast,
    /// Use was not recorded for the whole span.
    TooSoon {
        /// The day since which it is recorded.
        since: Day,
    },
}

impl KeepReason {
    /// Its name in `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            KeepReason::Default { .. } => "default",
            KeepReason::Here { .. } => "here",
            KeepReason::NewestInstalled => "newest-installed",
            KeepReason::Pin { .. } => "pin",
            KeepReason::GoLine { .. } => "go-line",
            KeepReason::Unreadable { .. } => "unreadable",
            KeepReason::Linked { .. } => "linked",
            KeepReason::Tool { .. } => "tool",
            KeepReason::Running { .. } => "running",
            KeepReason::Used { .. } => "used",
            KeepReason::Young { .. } => "young",
            KeepReason::KeepLast => "keep-last",
            KeepReason::TooSoon { .. } => "too-soon",
        }
    }

    /// The file and line, or the file, that it is about.
    pub fn place(&self) -> Option<String> {
        match self {
            KeepReason::Default { place } | KeepReason::Pin { place } | KeepReason::GoLine { place } => {
                Some(place.clone())
            }
            KeepReason::Unreadable { file, .. } | KeepReason::Used { file: Some(file), .. } => {
                Some(file.display().to_string())
            }
            _ => None,
        }
    }

    /// Describes it.
    pub fn text(&self) -> String {
        match self {
            KeepReason::Default { place } => format!("the default, {place}"),
            KeepReason::Here { set_by } => format!("runs here, set by {set_by}"),
            KeepReason::NewestInstalled => {
                "runs where nothing is pinned, because no default is set".to_owned()
            }
            KeepReason::Pin { place } => format!("pinned in {place}"),
            KeepReason::GoLine { place } => format!("needed by {place}"),
            KeepReason::Unreadable { file, error } => {
                format!("used by {}, which can't be read now: {error}", file.display())
            }
            KeepReason::Linked { name } => format!("linked as {name}"),
            KeepReason::Tool { name } => format!("builds the tool {name} of its line"),
            KeepReason::Running { programs } => format!("in use by {}", named(programs)),
            KeepReason::Used { day, file: None } => format!("used on {}", date_of(*day)),
            KeepReason::Used { day, file: Some(file) } => {
                format!("used on {} by {}", date_of(*day), file.display())
            }
            KeepReason::Young { day } => format!("here only since {}", date_of(*day)),
            KeepReason::KeepLast => "one of the newest of its line".to_owned(),
            KeepReason::TooSoon { since } => format!("use is recorded only since {}", date_of(*since)),
        }
    }
}
