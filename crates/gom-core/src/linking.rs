//! Links a GOROOT that gom did not install under a name, for `gom link`: a checkout, a fork, a distribution's Go.
//!
//! Owns: which names and which trees are accepted. Never: proves a tree, or changes one. Invariant: a linked tree has
//! an executable `bin/go`, and its name is no SPEC.

use std::path::{Path, PathBuf};

use gom_select::explain::{ErrorKind, Explain};
use gom_select::link_name::{self, LinkName};
use gom_select::linked::{self, LinkedTree};
use gom_select::path_search;
use gom_select::spec::PlatformSpec;
use gom_select::version::GoVersion;

use crate::admission::{self, Asked};
use crate::context::Context;
use crate::error::Error;
use crate::files;
use crate::shell_quote::shell_quote;
use crate::store::StoreError;
use crate::tree::goroot;

/// Names that would be mistaken for something else.
const RESERVED: [&str; 9] = ["go", "gofmt", "gom", "gom-shim", "auto", "local", "path", "default", "none"];

/// A GOROOT that can be linked, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPlan {
    /// The name.
    pub name: LinkName,
    /// The GOROOT: an absolute path without links.
    pub goroot: PathBuf,
    /// Its version, if it is known.
    pub version: Option<GoVersion>,
    /// The GOROOT that has the name now.
    pub before: Option<PathBuf>,
}

/// Why a GOROOT can't be linked, or a name not unlinked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The name can't be one.
    #[error("`{text}` can't name a linked Go: {reason}")]
    BadName {
        /// The text.
        text: String,
        /// Why not.
        reason: String,
    },
    /// The folder has no executable `bin/go`.
    #[error("`{}` is no GOROOT that can run: it has no executable bin/go", .dir.display())]
    NoGo {
        /// The folder.
        dir: PathBuf,
        /// How to mend it.
        hint: String,
    },
    /// The folder can't be read.
    #[error("can't read `{}`: {error}", .dir.display())]
    NoFolder {
        /// The folder.
        dir: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The folder is one of gom's own toolchains.
    #[error("`{}` is in gom's own store", .dir.display())]
    OfStore {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder's `go` is gom's own.
    #[error("`{}` is no GOROOT: its bin/go is gom's own, which would only start itself", .dir.display())]
    OfShim {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder only has a link to the `go` of a GOROOT.
    #[error("`{}` is no GOROOT: its bin/go is that of `{}`", .dir.display(), .goroot.display())]
    Elsewhere {
        /// The folder.
        dir: PathBuf,
        /// The GOROOT.
        goroot: PathBuf,
        /// How to mend it.
        hint: String,
    },
    /// Nothing is linked under this name.
    #[error("no Go is linked as `{text}`")]
    NotLinked {
        /// The text.
        text: String,
    },
    /// The store can't be changed.
    #[error(transparent)]
    Store(Box<StoreError>),
    /// The machine's policy refuses it.
    #[error(transparent)]
    Core(Box<Error>),
}

impl From<Error> for LinkError {
    fn from(error: Error) -> LinkError {
        LinkError::Core(Box::new(error))
    }
}

impl From<StoreError> for LinkError {
    fn from(error: StoreError) -> LinkError {
        LinkError::Store(Box::new(error))
    }
}

impl Explain for LinkError {
    fn kind(&self) -> ErrorKind {
        match self {
            LinkError::BadName { .. }
            | LinkError::NoGo { .. }
            | LinkError::OfStore { .. }
            | LinkError::OfShim { .. }
            | LinkError::Elsewhere { .. } => ErrorKind::Usage,
            LinkError::NotLinked { .. } => ErrorKind::NotFound,
            LinkError::NoFolder { .. } => ErrorKind::Failure,
            LinkError::Store(error) => error.kind(),
            LinkError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            LinkError::BadName { text, .. } | LinkError::NotLinked { text } => Some(text.clone()),
            LinkError::NoGo { dir, .. }
            | LinkError::NoFolder { dir, .. }
            | LinkError::OfStore { dir }
            | LinkError::Elsewhere { dir, .. }
            | LinkError::OfShim { dir } => Some(dir.display().to_string()),
            LinkError::Store(error) => error.value(),
            LinkError::Core(error) => error.value(),
        }
    }

    fn hint(&self) -> String {
        match self {
            LinkError::BadName { .. } => "choose another name, such as mygo".to_owned(),
            LinkError::NoGo { hint, .. } | LinkError::Elsewhere { hint, .. } => hint.clone(),
            LinkError::NoFolder { dir, .. } => {
                format!("run `ls -ld {}` to see what is there", shell_quote(dir))
            }
            LinkError::OfStore { .. } => {
                "name it by its version; run `gom list` to see what is installed".to_owned()
            }
            LinkError::OfShim { .. } => {
                "name the folder of another Go; run `gom list` to see those that gom has".to_owned()
            }
            LinkError::NotLinked { .. } => "run `gom list` to see what is linked".to_owned(),
            LinkError::Store(error) => error.hint(),
            LinkError::Core(error) => error.hint(),
        }
    }
}

/// Checks a name and a folder, which may be relative to the working directory.
pub fn plan(ctx: &Context, text: &str, dir: &Path) -> Result<LinkPlan, LinkError> {
    let name = name(text)?;
    let dir = ctx.environment.cwd.as_deref().unwrap_or(Path::new("/")).join(dir);
    let goroot = files::real_path(&dir).map_err(|error| LinkError::NoFolder { dir: dir.clone(), error })?;
    if files::real_path(&ctx.store.layout().toolchains()).is_ok_and(|store| goroot.starts_with(store)) {
        return Err(LinkError::OfStore { dir: goroot });
    }
    if path_search::is_gom_shim(&goroot.join("bin/go")) {
        return Err(LinkError::OfShim { dir: goroot });
    }
    if !linked::has_go_command(&goroot) {
        let hint = how_to_mend(text, &goroot);
        return Err(LinkError::NoGo { dir: goroot, hint });
    }
    if let Some(other) = real_goroot(&goroot) {
        let hint = format!("run `gom link {name} {}`", shell_quote(&other));
        return Err(LinkError::Elsewhere { dir: goroot, goroot: other, hint });
    }
    let (version, before) = (linked::version(&goroot), ctx.store.linked_to(&name));
    admission::check_goroot(ctx, &goroot, version.as_ref(), Asked::Verb("use"))?;
    Ok(LinkPlan { before: before.filter(|before| *before != goroot), name, goroot, version })
}

impl LinkPlan {
    /// Links it.
    pub async fn make(&self, ctx: &Context) -> Result<(), LinkError> {
        Ok(ctx.store.link(&self.name, &self.goroot, &ctx.cancel).await?)
    }
}

/// Removes a name. Returns what was linked under it.
pub async fn unlink(ctx: &Context, text: &str) -> Result<LinkedTree, LinkError> {
    let not_linked = || LinkError::NotLinked { text: text.to_owned() };
    let name = linked::name(text).ok_or_else(not_linked)?;
    let tree = linked::find(ctx.store.layout(), &name).ok_or_else(not_linked)?;
    ctx.store.unlink(&name, &ctx.cancel).await?;
    Ok(tree)
}

/// Lets a name count in a project's file, which was just written with it.
pub async fn allow_in(ctx: &Context, name: &LinkName, file: &Path) -> Result<(), LinkError> {
    let place =
        linked::place(file).map_err(|error| LinkError::NoFolder { dir: file.to_path_buf(), error })?;
    Ok(ctx.store.allow_link_in(name, &place, &ctx.cancel).await?)
}

fn name(text: &str) -> Result<LinkName, LinkError> {
    let refused = |reason: &str| LinkError::BadName { text: text.to_owned(), reason: reason.to_owned() };
    if PlatformSpec::parse(text).is_ok() {
        return Err(refused("it is a version or a keyword"));
    }
    if RESERVED.contains(&text) {
        return Err(refused("gom or Go uses this word itself"));
    }
    LinkName::parse(text).ok_or_else(|| refused(link_name::SHAPE))
}

/// The GOROOT whose go program a folder without Go's source has a link to: `/usr` of a distribution, and the folder
/// above `libexec` of Homebrew. As GOROOT, such a folder would break that Go.
fn real_goroot(dir: &Path) -> Option<PathBuf> {
    let other = goroot::of_program(&dir.join("bin/go"))?;
    let has_source = |root: &Path| files::is_folder(&root.join("src/fmt"));
    (other != dir && !has_source(dir) && has_source(&other)).then_some(other)
}

/// How to get a tree that can be linked.
fn how_to_mend(name: &str, dir: &Path) -> String {
    let is_bin = dir.file_name().is_some_and(|last| last == "bin") && files::is_file(&dir.join("go"));
    let instead = dir.parent().filter(|_| is_bin).map(Path::to_path_buf);
    let below = dir.join("go");
    let instead = instead.or_else(|| linked::has_go_command(&below).then_some(below));
    if let Some(instead) = instead {
        return format!("run `gom link {name} {}`", shell_quote(&instead));
    }
    if files::is_file(&dir.join("src/make.bash")) {
        let source = shell_quote(dir.join("src"));
        return format!("run `cd {source} && ./make.bash` to build it, then this again");
    }
    "name the folder that `go env GOROOT` prints with that Go".to_owned()
}
