//! Development commands: `cargo xtask embed-index FILE DAY`, `cargo xtask bench-shim`, `cargo xtask bench-install`.

mod bench_install;
mod bench_shim;
mod embed_index;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["embed-index", file, day] => embed_index::run(file, day),
        ["bench-shim", ref options @ ..] => bench_shim::run(options),
        ["bench-install", ref options @ ..] => bench_install::run(options),
        _ => bail!(
            "usage: cargo xtask embed-index FILE DAY   (go.dev's JSON, and the day it is of: 2026-09-01)\n\
             \x20      cargo xtask bench-shim [--runs N] [--shim FILE] [--real]\n\
             \x20      cargo xtask bench-install [--runs N] [--gom FILE] [--version V] [--disk FOLDER] [--tmpfs]\n\
             \x20          [--installs] [--parallel] [--verbs] [--profile]"
        ),
    }
}
