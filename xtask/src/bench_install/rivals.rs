//! Other ways to get the same toolchain from the same server: the plain tools, other managers, Go itself.
//!
//! A manager is installed once, with its usual package manager, into the cache folder. If that fails, the
//! report has the reason.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::measure::{self, Archive, Case};
use super::toolchain::Toolchain;
use super::world::World;
use crate::shell::{answer_of, say};

/// Returns the cases that can be measured, and why the others can't.
pub(super) fn cases(world: &World) -> (Vec<Case>, Vec<String>) {
    let (mut cases, mut missing) = (vec![plain_tools(world)], Vec::new());
    for (name, case) in
        [("goup-rs", goup(world)), ("mise", mise(world)), ("go mod download", go_mod_download(world))]
    {
        match case {
            Ok(case) => cases.push(case),
            Err(error) => missing.push(format!("{name}: {error:#}")),
        }
    }
    (cases, missing)
}

/// The commands that an instruction page tells people to type.
fn plain_tools(world: &World) -> Case {
    let script = "curl -fsSO $1/$2 && curl -fsS $1/$2.sha256 >sum && echo \"$(cat sum)  $2\" | sha256sum -c && \
                  mkdir tree && tar -C tree -xzf $2";
    let (mirror, name) = (world.server.mirror(), world.toolchain.archive_name());
    let start = move |folder: &Path| {
        let mut command = measure::command("sh", folder);
        command.args(["-c", script, "sh", &mirror, &name]);
        command
    };
    let case = Case::new("curl, sha256sum, tar xzf in turn", Archive::TarGz, start);
    case.leaves("tree/go", &world.toolchain.version)
}

fn goup(world: &World) -> Result<Case> {
    let root = world.cache.path("rivals/goup-rs");
    let program = root.join("bin/goup");
    if !program.exists() {
        say("installing goup-rs");
        let mut cargo = Command::new("cargo");
        cargo.args(["install", "goup-rs", "--version", "^0.16", "--locked", "--root"]).arg(&root);
        answer_of(&mut cargo)?;
    }
    let label = format!("goup-rs {}", version_of(&program, "--version")?);
    let (mirror, version) = (world.server.mirror(), world.toolchain.version.clone());
    let start = move |folder: &Path| {
        let mut command = measure::command(&program, folder);
        command.env("GOUP_GO_REGISTRY", &mirror).args(["install", "--use-raw-version", &version]);
        command
    };
    let tree = format!("home/.goup/go{}", world.toolchain.version);
    Ok(Case::new(&label, Archive::TarGz, start).leaves(tree, &world.toolchain.version))
}

fn mise(world: &World) -> Result<Case> {
    let os = if cfg!(target_os = "macos") { "macos" } else { "linux" };
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    // The package `@jdxcode/mise` only selects one of these.
    let package = format!("@jdxcode/mise-{os}-{arch}");
    let root = world.cache.path("rivals/mise");
    let program = root.join("node_modules").join(&package).join("bin/mise");
    if !program.exists() {
        say("installing mise");
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-save", "--prefix"]).arg(&root).arg(format!("{package}@2026.9"));
        answer_of(&mut npm)?;
    }
    let label = format!("mise {}", version_of(&program, "--version")?);
    let (mirror, version) = (world.server.mirror(), world.toolchain.version.clone());
    let repository = tags(world)?;
    let start = move |folder: &Path| {
        let mut command = measure::command(&program, folder);
        command.env("MISE_GO_DOWNLOAD_MIRROR", &mirror).env("MISE_USE_VERSIONS_HOST", "0");
        // mise lists the releases by the tags of Go's repository.
        command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_VALUE_0", "https://github.com/golang/go");
        command.env("GIT_CONFIG_KEY_0", format!("url.{}.insteadOf", repository.display()));
        command.args(["install", &format!("go@{version}")]);
        command
    };
    let tree = format!("home/.local/share/mise/installs/go/{}", world.toolchain.version);
    Ok(Case::new(&label, Archive::TarGz, start).leaves(tree, &world.toolchain.version))
}

/// Makes a repository that has only the release's tag.
fn tags(world: &World) -> Result<PathBuf> {
    let repository = world.cache.path("rivals/go.git");
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(&repository).args(["-c", "user.name=bench", "-c", "user.email=bench@localhost"]);
        answer_of(git.args(arguments))
    };
    if !repository.exists() {
        answer_of(Command::new("git").args(["init", "--quiet", "--bare"]).arg(&repository))?;
    }
    let tree = git(&["hash-object", "-t", "tree", "-w", "/dev/null"])?;
    let commit = git(&["commit-tree", "-m", "no files", &tree])?;
    git(&["update-ref", &format!("refs/tags/go{}", world.toolchain.version), &commit])?;
    Ok(repository)
}

/// Go's own way to get a toolchain. The programs that it leaves are not executable yet.
fn go_mod_download(world: &World) -> Result<Case> {
    let go = PathBuf::from(answer_of(Command::new("go").args(["env", "GOROOT"]))?).join("bin/go");
    let label = format!("go mod download ({})", version_of(&go, "version")?);
    let module = format!("golang.org/toolchain@{}", world.toolchain.module_version());
    let (proxy, same) = (world.server.proxy(), module.clone());
    let start = move |folder: &Path| {
        let mut command = measure::command(&go, folder);
        command.env("GOPROXY", &proxy).env("GOSUMDB", "sum.golang.org").env("GOTOOLCHAIN", "local");
        command.env("GOPATH", folder.join("gopath")).env("GOTELEMETRY", "off").env("GOENV", "off");
        // Makes the folders removable. Making them read-only would only take more time.
        command.env("GOFLAGS", "-modcacherw").args(["mod", "download", &same]);
        command
    };
    let Toolchain { version, .. } = &world.toolchain;
    Ok(Case::new(&label, Archive::ModuleZip, start).leaves(format!("gopath/pkg/mod/{module}"), version))
}

/// Returns the word with the version in a program's answer.
fn version_of(program: &Path, question: &str) -> Result<String> {
    let home = measure::Folder::new(&std::env::temp_dir())?;
    let answer = answer_of(measure::command(program, home.path()).arg(question))?;
    let is_version = |word: &&str| word.trim_start_matches("go").starts_with(|c: char| c.is_ascii_digit());
    let word = answer.split_whitespace().find(is_version);
    Ok(word.with_context(|| format!("{} says no version: {answer}", program.display()))?.to_owned())
}
