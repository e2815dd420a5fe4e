//! GOROOT for the program that the shim becomes, by the rules of [`gom_select::exec_env`].

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use gom_select::env_vars::go;
use gom_select::exec_env::{Goroot, StaleGoroot, goroot_for_child};
use gom_select::layout::Layout;
use gom_select::notices::Notices;
use gom_select::select::Situation;
use gom_select::version::GoVersion;

use crate::environment::variable;

/// Sets or removes GOROOT.
pub(crate) fn set_goroot(
    command: &mut Command,
    goroot: &Path,
    version: Option<&GoVersion>,
    situation: &Situation<'_>,
) {
    match goroot_for_child(goroot, version, situation.user) {
        Goroot::Keep => {}
        Goroot::Needed => {
            command.env(go::GOROOT, goroot);
        }
        Goroot::Unset => {
            command.env_remove(go::GOROOT);
        }
        Goroot::Override(stale) => {
            command.env(go::GOROOT, goroot);
            say_once(&stale, situation.layout);
        }
    }
}

/// Prints that the user's `go/env` names another GOROOT, once per value.
fn say_once(stale: &StaleGoroot, layout: &Layout) {
    const NAME: &str = "stale-goroot";
    let notices = Notices { layout, env: &variable };
    let text = format!("{}:{}: GOROOT={}\n", stale.file.display(), stale.line, stale.value);
    if notices.was_said(NAME, &text) {
        return;
    }
    let _ = write!(
        io::stderr(),
        "warning: {}:{} sets GOROOT to `{}`, which is not the selected toolchain; it is overridden\n\
         hint: run `go env -u GOROOT`\n",
        stale.file.display(),
        stale.line,
        stale.value
    );
    notices.remember(NAME, &text);
}
