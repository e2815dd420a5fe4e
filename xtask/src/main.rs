//! Development commands: `embed-index`, `embed-image-tags`, `embed-vulns`, `bench-shim`, `bench-shell`, `bench-install`,
//! `sign-macho`, `check-macho`, `check-paths`, `dist`, `gomod`, `layers`, `man` and `reference`, each in its own module.

mod bench_install;
mod bench_shell;
mod bench_shim;
mod dist;
mod embed_image_tags;
mod embed_index;
mod embed_vulns;
mod help;
mod layers;
mod macho;
mod man;
mod reference;
mod shell;

use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["embed-index", file, day] => embed_index::run(file, day),
        ["embed-image-tags", clone] => embed_image_tags::run(clone),
        ["embed-vulns", ref options @ ..] => embed_vulns::run(options),
        ["bench-shim", ref options @ ..] => bench_shim::run(options),
        ["bench-shell", ref options @ ..] => bench_shell::run(options),
        ["bench-install", ref options @ ..] => bench_install::run(options),
        ["sign-macho", ref files @ ..] => macho::run_sign(files),
        ["check-macho", ref files @ ..] => macho::run(files),
        ["layers", ref options @ ..] => return layers::run(options),
        ["check-paths", ref programs @ ..] => dist::check_paths(programs),
        ["gomod", ref options @ ..] => dist::module(options),
        ["dist", ref options @ ..] => dist::run(options),
        ["packages", ref options @ ..] => dist::packages::run(options),
        ["man", folder] => man::run(folder),
        ["reference", ref options @ ..] => reference::run(options),
        _ => bail!(
            "usage: cargo xtask embed-index FILE DAY   (go.dev's JSON, and the day it is of: 2026-09-01)\n\
             \x20      cargo xtask bench-shim [--runs N] [--shim FILE] [--real]\n\
             \x20      cargo xtask bench-shell [--runs N] [--gom FILE]\n\
             \x20      cargo xtask bench-install [--runs N] [--gom FILE] [--version V] [--disk FOLDER] [--tmpfs]\n\
             \x20          [--installs] [--parallel] [--verbs] [--profile]\n\
             \x20      cargo xtask sign-macho FILE...\n\
             \x20      cargo xtask check-macho FILE...\n\
             \x20      cargo xtask check-paths PROGRAM...\n\
             \x20      cargo xtask layers [--graph]\n\
             \x20      cargo xtask man FOLDER\n\
             \x20      {}\n\
             \x20      {}\n\
             \x20      {}\n\
             \x20      {}\n\
             \x20      {}\n\
             \x20      {}",
            embed_image_tags::USAGE,
            embed_vulns::USAGE,
            reference::USAGE,
            dist::USAGE,
            dist::MODULE_USAGE,
            dist::packages::USAGE
        ),
    }?;
    Ok(ExitCode::SUCCESS)
}
