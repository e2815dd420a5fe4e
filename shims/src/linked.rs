//! Linked Gos that can't run. gom did not make these trees, so installing again helps with none of them.

use std::io;
use std::path::Path;

use gom_select::link_name::LinkName;
use gom_select::path_search;
use gom_select::regular_file;

use crate::refusal::{CANT_RUN, NOT_THERE, ShimRefusal};

/// Whether the `go` of a tree is a script, or has become gom's shim. Either may start the shim again.
pub(crate) fn may_start_the_shim(goroot: &Path) -> bool {
    let go = goroot.join("bin/go");
    let head = regular_file::read(&go, 1).ok().flatten();
    head.is_some_and(|head| head == b"#!") || path_search::is_gom_shim(&go)
}

pub(crate) fn endless_loop(name: &LinkName, goroot: &Path) -> ShimRefusal {
    let go = goroot.join("bin/go");
    ShimRefusal {
        message: format!(
            "`{}` of the linked Go `{name}` starts gom's shim, which starts it again and again",
            go.display()
        ),
        hint: format!(
            "run `gom unlink {name}`, or write the whole path of a go program into that script instead of `go`"
        ),
        code: CANT_RUN,
    }
}

/// Why a program of a linked Go did not start.
#[cold]
#[expect(clippy::disallowed_methods, reason = "a look at a tree whose program did not start")]
pub(crate) fn not_started(name: &LinkName, goroot: &Path, program: &str, error: &io::Error) -> ShimRefusal {
    let file = goroot.join("bin").join(program);
    if error.kind() != io::ErrorKind::NotFound || file.exists() {
        return ShimRefusal {
            message: format!("can't run `{}` of the linked Go `{name}`: {error}", file.display()),
            hint: format!("run `gom link {name} DIR` with a GOROOT that runs here, or `gom unlink {name}`"),
            code: CANT_RUN,
        };
    }
    let has_source = goroot.join("src/cmd").join(program).is_dir();
    ShimRefusal {
        message: format!("the linked Go `{name}`, `{}`, has no bin/{program}", goroot.display()),
        hint: if program == "go" {
            format!("run `gom link {name} DIR` with a GOROOT that is built, or `gom unlink {name}`")
        } else if has_source {
            format!("run `go +{name} install cmd/{program}` to build it")
        } else {
            format!("run `gom exec latest {program}` to use that of the newest Go here")
        },
        code: NOT_THERE,
    }
}
