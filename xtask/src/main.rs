//! Development commands: `cargo xtask embed-index FILE DAY`.

mod embed_index;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["embed-index", file, day] => embed_index::run(file, day),
        _ => bail!(
            "usage: cargo xtask embed-index FILE DAY   (go.dev's JSON, and the day it is of: 2026-09-01)"
        ),
    }
}
