//! `gom list`: lists the installed toolchains, which one runs here, how each was proven, and what is newer.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use gom_core::index::{self, Freshness, is_supported, newer_patch, supported_lines};
use gom_core::path_text::as_text;
use gom_core::resolve;
use gom_core::sizes::{self, ToolchainSize};
use gom_core::store::receipt::Receipt;
use gom_core::verify::{self, ProofStatus};
use gom_select::explain::Explain;
use gom_select::linked::{self, LinkedTree};
use gom_select::select::{self, Selected, Selection};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use serde::Serialize;

use super::list_used;
use crate::app::App;
use crate::failure::Failure;
use crate::output::Tone;
use crate::sizes::megabytes;
use crate::table::{self, Cell, Column};

/// List installed toolchains
///
/// Newest first. `*` marks the one that runs here. NEWER is the newest patch of the same line that gom knows
/// of, without asking the network; `end of life` says that the line gets no fixes any more.
///
/// `proven` says that the receipt holds the checksum database's signed record; `pending` that the database
/// could not be asked yet, and `log-off` that it was switched off, so the published sha256 proved it;
/// `edited` that go.env was changed since; `unproven` that no receipt proves anything; `broken` that bin/go
/// or VERSION is missing, so it counts as not installed. `linked` is a Go of your own (`gom link`). Only `gom verify` reads every file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom list
  gom list --json
  gom list --json --receipts       with where each came from and what proved it
  gom list --sizes                 with the room on the disk
  gom list --used ~/src            which project uses which, also those in ~/src")]
pub(crate) struct Arguments {
    /// With --json, the whole receipt of each toolchain
    #[arg(long, requires = "json")]
    receipts: bool,
    /// Measure the room on the disk, how much of it is in files that another installed toolchain has too, and how much of
    /// it shares its blocks with other files
    #[arg(long, conflicts_with = "used")]
    sizes: bool,
    /// List which project uses which toolchain: the known projects, and those in and below each DIR
    #[arg(long, value_name = "DIR", num_args = 0.., conflicts_with = "receipts")]
    used: Option<Vec<PathBuf>>,
}

/// The columns. A narrow terminal omits the date and the size.
const COLUMNS: [Column; 10] = [
    Column { title: "  VERSION", is_number: false, gives_way: 0 },
    Column { title: "PLATFORM", is_number: false, gives_way: 1 },
    Column { title: "SIZE", is_number: true, gives_way: 3 },
    Column { title: "ON DISK", is_number: true, gives_way: 0 },
    Column { title: "EQUAL", is_number: true, gives_way: 0 },
    Column { title: "SHARED", is_number: true, gives_way: 0 },
    Column { title: "INSTALLED", is_number: false, gives_way: 4 },
    Column { title: "PROOF", is_number: false, gives_way: 0 },
    Column { title: "NEWER", is_number: false, gives_way: 2 },
    Column { title: "STATE", is_number: false, gives_way: 0 },
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    toolchains: Vec<ToolchainJson<'a>>,
    linked: Vec<LinkedJson<'a>>,
}

/// One linked toolchain.
#[derive(Serialize)]
struct LinkedJson<'a> {
    name: &'a str,
    version: Option<String>,
    goroot: String,
    current: bool,
    default: bool,
    usable: bool,
}

/// One toolchain.
#[derive(Serialize)]
struct ToolchainJson<'a> {
    toolchain: String,
    version: String,
    os: &'a str,
    arch: &'a str,
    goroot: String,
    current: bool,
    default: bool,
    proof: ProofStatus,
    store: String,
    bytes: Option<u64>,
    #[serde(flatten)]
    measured: Option<MeasuredJson>,
    installed_at: Option<&'a str>,
    newer: Option<String>,
    supported: bool,
    #[serde(flatten)]
    receipt: Option<ReceiptJson<'a>>,
}

/// The fields that `--sizes` adds.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names in JSON")]
struct MeasuredJson {
    bytes_on_disk: u64,
    bytes_equal: Option<u64>,
    bytes_shared: Option<u64>,
}

/// The field that `--receipts` adds.
#[derive(Serialize)]
struct ReceiptJson<'a> {
    receipt: Option<&'a Receipt>,
}

/// One toolchain.
struct Row {
    id: ToolchainId,
    is_current: bool,
    is_default: bool,
    status: ProofStatus,
    receipt: Option<Receipt>,
    /// What was measured, if that was asked for.
    measured: Option<ToolchainSize>,
    /// A later patch of its line.
    newer: Option<GoVersion>,
    is_supported: bool,
    /// The store it is in, if not the user's own.
    other_store: Option<PathBuf>,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    if let Some(folders) = &arguments.used {
        return list_used::run(folders, app);
    }
    let selection = app.ctx.with_situation(select::select);
    let mut rows = rows(app, selection.as_ref().ok()).await?;
    if arguments.sizes {
        let ids: Vec<ToolchainId> = rows.iter().map(|row| row.id.clone()).collect();
        let mut sizes = sizes::measure(&app.ctx, &ids);
        for row in &mut rows {
            row.measured = sizes.remove(&row.id);
        }
    }
    let linked = linked_rows(app, selection.as_ref().ok())?;
    let object = || {
        let all = rows.iter().map(|row| row.to_json(app, arguments.receipts));
        Json { toolchains: all.collect(), linked: linked.iter().map(LinkedRow::to_json).collect() }
    };
    let code = app.output.result(object, |output| {
        let is_mixed = rows.iter().any(|row| row.id.platform != app.ctx.platform);
        let cells = rows.iter().map(|row| row.cells(is_mixed)).chain(linked.iter().map(LinkedRow::cells));
        let cells: Vec<Vec<Cell>> = cells.collect();
        for line in table::lines(&COLUMNS, &cells, output.width()) {
            output.data(&line);
        }
    });
    for skipped in app.ctx.skipped_stores() {
        app.output.warn(&format!("`{}` is not used: {}", skipped.entry.display(), skipped.reason));
    }
    if rows.is_empty() && linked.is_empty() {
        app.output.hint("nothing is installed; run `gom install latest`");
        return Ok(code);
    }
    match selection {
        Ok(selection) if !app.output.is_json() => say_current(&selection, app),
        Ok(_) => {}
        Err(error) => {
            app.output.warn(&error.to_string());
            app.output.hint(&error.hint());
        }
    }
    Ok(code)
}

/// Reports the toolchain that runs here. It is below the table, because a path would not fit into it.
fn say_current(selection: &Selection, app: &App) {
    let name = match &selection.toolchain {
        Selected::Installed { id, .. } => id.version.to_string(),
        Selected::Linked { name, goroot, .. } => format!("{name} ({})", goroot.display()),
        Selected::System { .. } => "a Go that is not gom's".to_owned(),
    };
    app.output.say(&format!("{name} runs here (set by {})", selection.origin));
}

/// One linked toolchain.
struct LinkedRow {
    tree: LinkedTree,
    is_current: bool,
    is_default: bool,
}

fn linked_rows(app: &App, selection: Option<&Selection>) -> Result<Vec<LinkedRow>, Failure> {
    let layout = app.ctx.store.layout();
    let trees = linked::all(layout).map_err(|error| {
        let message = format!("can't read `{}`: {error}", layout.linked().display());
        Failure::other(message, "run `gom doctor`")
    })?;
    let default = select::wanted_by_default(layout).ok().flatten();
    let default = default.map(|wanted| wanted.entries[0].text.clone());
    let row = |tree: LinkedTree| LinkedRow {
        is_current: selection.is_some_and(
            |selection| matches!(&selection.toolchain, Selected::Linked { name, .. } if *name == tree.name),
        ),
        is_default: default.as_deref() == Some(tree.name.as_str()),
        tree,
    };
    Ok(trees.into_iter().map(row).collect())
}

impl LinkedRow {
    fn cells(&self) -> Vec<Cell> {
        let mark = if self.is_current { "*" } else { " " };
        let version = self.tree.version.as_ref().map(|version| format!("Go {version}"));
        let states = [
            Some("linked".to_owned()),
            version,
            self.is_default.then(|| "default".to_owned()),
            (!self.tree.is_usable).then(|| "no bin/go".to_owned()),
        ];
        let states = states.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let tone = if self.tree.is_usable { Tone::Good } else { Tone::Bad };
        vec![
            format!("{mark} {}", self.tree.name).into(),
            String::new().into(),
            String::new().into(),
            String::new().into(),
            String::new().into(),
            String::new().into(),
            String::new().into(),
            Cell::toned(ProofStatus::Unproven.name(), tone_of(ProofStatus::Unproven)),
            String::new().into(),
            Cell::toned(states, tone),
        ]
    }

    fn to_json(&self) -> LinkedJson<'_> {
        LinkedJson {
            name: self.tree.name.as_str(),
            version: self.tree.version.as_ref().map(ToString::to_string),
            goroot: as_text(&self.tree.goroot),
            current: self.is_current,
            default: self.is_default,
            usable: self.tree.is_usable,
        }
    }
}

async fn rows(app: &App, selection: Option<&Selection>) -> Result<Vec<Row>, Failure> {
    let current = match selection.map(|selection| &selection.toolchain) {
        Some(Selected::Installed { id, .. }) => Some(id.clone()),
        _ => None,
    };
    let default = resolve::default_here(&app.ctx);
    // The installed toolchains are listed even if the list of releases is damaged.
    let index = index::load(&app.ctx, Freshness::Local, &app.ctx.platform).await.ok();
    let supported = index.as_ref().map(|index| supported_lines(index, &app.ctx.platform));
    let row = |id: ToolchainId| {
        let (is_current, is_default) = (current.as_ref() == Some(&id), default.as_ref() == Some(&id));
        Row {
            is_current,
            is_default,
            status: verify::status(&app.ctx, &id),
            receipt: app.ctx.store.read_receipt(&id),
            measured: None,
            newer: index.as_ref().and_then(|index| newer_patch(index, &app.ctx.platform, &id.version)),
            is_supported: supported.as_ref().is_none_or(|lines| is_supported(lines, &id.version)),
            other_store: app.ctx.other_store(&id),
            id,
        }
    };
    let mut ids = app.ctx.installed()?;
    ids.extend(app.ctx.broken()?);
    ids.sort_by(|a, b| b.cmp(a));
    Ok(ids.into_iter().map(row).collect())
}

fn tone_of(status: ProofStatus) -> Tone {
    match status {
        ProofStatus::Proven => Tone::Good,
        ProofStatus::Pending | ProofStatus::LogOff | ProofStatus::Edited => Tone::Caution,
        ProofStatus::Unproven | ProofStatus::Broken => Tone::Bad,
    }
}

impl Row {
    /// The row's cells. The platform is omitted if all toolchains are for this machine.
    fn cells(&self, with_platform: bool) -> Vec<Cell> {
        let mark = if self.is_current { "*" } else { " " };
        let platform = if with_platform { self.id.platform.to_string() } else { String::new() };
        let size = self.bytes().map(megabytes).unwrap_or_default();
        let measured = self.measured.as_ref();
        let on_disk = measured.map(|size| megabytes(size.on_disk)).unwrap_or_default();
        let equal = measured.and_then(|size| size.equal).map(megabytes).unwrap_or_default();
        let shared = measured.and_then(|size| size.shared).map(megabytes).unwrap_or_default();
        let date = self.installed_at().and_then(|time| time.get(..10)).unwrap_or_default();
        let newer = self.newer.as_ref().map(ToString::to_string).unwrap_or_default();
        let states = [(self.is_default, "default"), (!self.is_supported, "end of life")];
        let states = states.into_iter().filter(|(is, _)| *is).map(|(_, state)| state.to_owned());
        let store = self.other_store.iter().map(|store| format!("in {}", store.display()));
        let states: Vec<String> = states.chain(store).collect();
        let states = match states.join(", ") {
            text if !self.is_supported => Cell::toned(text, Tone::Caution),
            text if self.is_default => Cell::toned(text, Tone::Good),
            text => text.into(),
        };
        vec![
            format!("{mark} {}", self.id.version).into(),
            platform.into(),
            size.into(),
            on_disk.into(),
            equal.into(),
            shared.into(),
            date.into(),
            Cell::toned(self.status.name(), tone_of(self.status)),
            newer.into(),
            states,
        ]
    }

    /// The size of the unpacked tree. Receipts of older versions of gom lack it.
    fn bytes(&self) -> Option<u64> {
        self.receipt.as_ref()?.tree.bytes
    }

    fn installed_at(&self) -> Option<&str> {
        Some(&self.receipt.as_ref()?.installed_at)
    }

    fn to_json(&self, app: &App, with_receipt: bool) -> ToolchainJson<'_> {
        ToolchainJson {
            toolchain: self.id.to_string(),
            version: self.id.version.to_string(),
            os: self.id.platform.os(),
            arch: self.id.platform.arch(),
            goroot: as_text(&app.ctx.goroot(&self.id)),
            current: self.is_current,
            default: self.is_default,
            proof: self.status,
            store: as_text(self.other_store.as_deref().unwrap_or(app.ctx.store.layout().root())),
            bytes: self.bytes(),
            measured: self.measured.as_ref().map(|size| MeasuredJson {
                bytes_on_disk: size.on_disk,
                bytes_equal: size.equal,
                bytes_shared: size.shared,
            }),
            installed_at: self.installed_at(),
            newer: self.newer.as_ref().map(ToString::to_string),
            supported: self.is_supported,
            receipt: with_receipt.then_some(ReceiptJson { receipt: self.receipt.as_ref() }),
        }
    }
}
