//! `gom why --deps`: shows which required modules need the newest Go, and through which modules the project
//! requires them.

use std::path::Path;
use std::process::ExitCode;

use gom_core::go::paths::GoPaths;
use gom_core::path_text::as_text;
use gom_core::shell_quote::shell_quote;
use gom_doctor::module::floor::{Module, ModuleFloor, Need, module_floor};
use gom_select::go_project::{Surroundings, find_mod};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(app: &App) -> Result<ExitCode, Failure> {
    let env = |name: &str| app.ctx.environment.var(name);
    let cwd = app.ctx.environment.cwd.as_deref();
    let file = cwd.and_then(|cwd| find_mod(cwd, &Surroundings::of_environment(&env))).ok_or_else(|| {
        Failure::new(
            gom_select::explain::ErrorKind::NotFound,
            "there is no go.mod here or above",
            "run it in a module's folder",
        )
    })?;
    let cache = GoPaths::read(&app.ctx.environment).module_cache.unwrap_or_default();
    let floor = module_floor(&file, &cache).map_err(|error| {
        Failure::other(error.to_string(), format!("run `ls -l {}` and make it readable", shell_quote(&file)))
    })?;
    Ok(app.output.result(|| to_json(&file, &floor), |output| print(output, &file, &floor)))
}

fn print(output: &Output, file: &Path, floor: &ModuleFloor) {
    match floor.needs.first() {
        None => output.data(&format!("no required module of {} has a go line", file.display())),
        Some(newest) => {
            output.data(&format!(
                "the newest go line among the modules that {} requires: {}",
                file.display(),
                newest.go
            ));
        }
    }
    for Need { module, go, path } in &floor.needs {
        let way: Vec<String> = path.iter().map(named).collect();
        let way = if path.len() > 1 {
            format!("  by {}", way[..way.len() - 1].join(" -> "))
        } else {
            String::new()
        };
        output.data(&format!("  go {go:8} {}{way}", named(module)));
    }
    if !floor.unknown.is_empty() {
        output.warn(&format!("{} modules are not in the module cache", floor.unknown.len()));
        output.hint("run `go list -m all`, which fetches the go.mod of every module in the graph");
    }
}

fn named(module: &Module) -> String {
    format!("{}@{}", module.path, module.version)
}

/// The object of `--deps --json`.
#[derive(Serialize)]
struct Json<'a> {
    file: String,
    needs: Vec<NeedJson<'a>>,
    unknown: Vec<String>,
}

/// One module that has a go line.
#[derive(Serialize)]
struct NeedJson<'a> {
    module: &'a str,
    version: &'a str,
    go: String,
    path: Vec<String>,
}

fn to_json<'a>(file: &Path, floor: &'a ModuleFloor) -> Json<'a> {
    let need = |need: &'a Need| NeedJson {
        module: &need.module.path,
        version: &need.module.version,
        go: need.go.to_string(),
        path: need.path.iter().map(named).collect(),
    };
    Json {
        file: as_text(file),
        needs: floor.needs.iter().map(need).collect(),
        unknown: floor.unknown.iter().map(named).collect(),
    }
}
