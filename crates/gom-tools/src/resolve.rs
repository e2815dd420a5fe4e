//! Which module and version a package means: the go command finds it, by the user's GOPROXY, in a module of its own
//! that requires nothing else. There is no module resolver here.

use gom_core::context::Context;
use gom_core::files;
use gom_core::store::tools::ToolStaging;
use gom_select::version::GoVersion;
use serde::Deserialize;

use crate::error::{Result, ToolError};
use crate::go::{GoOutput, ToolGo};
use crate::package::PackageRequest;

/// The module that the package is looked up from. No module proxy has a module of this name.
const GO_MOD: &[u8] = b"module gom.invalid/tools\n";

/// A package that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResolvedPackage {
    /// The path of its module.
    pub(crate) module: String,
    /// The version.
    pub(crate) version: String,
}

/// The result of looking for a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resolution {
    /// It was found, and this Go can build it.
    Found(ResolvedPackage),
    /// Its module asks for a newer Go.
    NeedsGo(GoVersion),
}

/// What `go list -json` prints about a package.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedPackage {
    name: String,
    module: Option<ListedModule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedModule {
    path: String,
    #[serde(default)]
    version: String,
    go_version: Option<String>,
}

/// Finds a package with this Go.
pub(crate) async fn resolve(
    ctx: &Context,
    go: &ToolGo,
    request: &PackageRequest,
    staging: &ToolStaging,
) -> Result<Resolution> {
    let dir = staging.work();
    files::write(&dir.join("go.mod"), GO_MOD)?;
    let asked = format!("{}@{}", request.path, request.query());
    let mut get = go.command(ctx, &dir);
    get.args(["get", "--", &asked]);
    let got = go.run(ctx, get).await?;
    let failed = |output: &GoOutput| ToolError::Go {
        version: go.version(),
        what: "find",
        package: asked.clone(),
        text: output.complaint(),
    };
    if !got.is_done {
        return match needed(&got.stderr) {
            Some(version) if version > go.id.version => Ok(Resolution::NeedsGo(version)),
            _ => Err(failed(&got)),
        };
    }
    let mut list = go.command(ctx, &dir);
    list.args(["list", "-find", "-json", "--", &request.path]);
    let listed = go.run(ctx, list).await?;
    let Some(package) = serde_json::from_str::<ListedPackage>(&listed.stdout).ok().filter(|_| listed.is_done)
    else {
        return Err(failed(&listed));
    };
    let Some(module) = package.module else { return Err(failed(&listed)) };
    if package.name != "main" {
        return Err(ToolError::NotAProgram { package: request.path.clone(), name: package.name });
    }
    // Before 1.21 the go command builds what asks for a newer Go, and fails on the first new thing in it.
    let asks = module.go_version.as_deref().and_then(|text| GoVersion::parse(text).ok());
    match asks.filter(|asks| asks.line() > go.id.version.line()) {
        Some(version) => Ok(Resolution::NeedsGo(version)),
        None => Ok(Resolution::Found(ResolvedPackage { module: module.path, version: module.version })),
    }
}

/// The Go that a module asks for, as the go command says it (cmd/go/internal/gover, `TooNewError`).
fn needed(text: &str) -> Option<GoVersion> {
    let versions = text.match_indices("requires go >= ").filter_map(|(at, words)| {
        let rest = &text[at + words.len()..];
        GoVersion::parse(rest.split([' ', '\n', ')', ',']).next()?).ok()
    });
    versions.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_needed_go_is_read_from_what_go_says() {
        let text = "go: downloading golang.org/x/tools/gopls v0.24.0\n\
            go: golang.org/x/tools/gopls@latest: golang.org/x/tools/gopls@v0.24.0 requires go >= 1.27.0 (running go \
            1.26.8; GOTOOLCHAIN=local)\n";
        assert_eq!(needed(text).unwrap().to_string(), "1.27.0");
        for text in ["", "go: module x: not found", "requires go >= ../../x (running go 1.26.8)"] {
            assert_eq!(needed(text), None, "{text}");
        }
    }
}
