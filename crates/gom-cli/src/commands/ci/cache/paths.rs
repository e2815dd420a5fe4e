//! `gom ci cache paths`: prints the paths to keep of each cache.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use gom_ci::cache::{CacheKind, paths};
use gom_core::path_text::as_text;
use serde::Serialize;

use super::options::KindArgs;
use crate::app::App;
use crate::failure::Failure;

/// Print what to keep of each cache
///
/// The go command makes the trees of modules read-only, and tar can't replace what is in a read-only folder:
/// use --prepare where modules are restored over others.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci cache paths modules build
  gom ci cache paths modules --prepare && tar -xf modules.tar -P")]
pub(super) struct Arguments {
    #[command(flatten)]
    kinds: KindArgs,
    /// Make the folders that are there writable, so that an archive can be unpacked over them
    #[arg(long)]
    prepare: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    caches: Vec<CacheJson>,
}

/// One cache.
#[derive(Serialize)]
struct CacheJson {
    cache: CacheKind,
    paths: Vec<String>,
    made_writable: usize,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let (mut caches, mut lines): (Vec<CacheJson>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    for kind in arguments.kinds.kinds() {
        let paths = paths::of_kind(&app.ctx, kind)?;
        let mut made_writable = 0;
        if arguments.prepare && kind == CacheKind::Modules {
            for path in &paths {
                made_writable += paths::make_writable(path)?;
            }
        }
        let texts = paths.iter().map(|path| as_text(path)).collect();
        caches.push(CacheJson { cache: kind, paths: texts, made_writable });
        lines.extend(paths);
    }
    Ok(app.output.result(|| Json { caches }, |output| lines.iter().for_each(|path| output.data_path(path))))
}
