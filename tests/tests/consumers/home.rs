//! A home with a real toolchain, and the programs of others.

use gom_tests::{Sandbox, say};
use std::env;
use std::path::PathBuf;

/// The toolchain that they use.
pub(crate) const VERSION: &str = "1.23.4";

/// Port 1 of this machine: nobody listens there.
const CLOSED: &str = "http://127.0.0.1:1";

/// A home with that toolchain, no network any more, and the program of this name. `None`, and a word about it, if the program can't
/// be had.
pub(crate) fn home_with(name: &str) -> Option<(Sandbox, PathBuf)> {
    let folder = env::var_os("GOM_TEST_CONSUMERS").map(PathBuf::from);
    let program = folder.map(|folder| folder.join(name)).filter(|program| program.exists());
    let Some(program) = program else {
        say(&format!("skipped: {name} is not in GOM_TEST_CONSUMERS"));
        return None;
    };
    let mut sandbox = Sandbox::live();
    // Where nothing else names a module proxy, gom asks the Go on PATH.
    let install = sandbox.gom(["install", VERSION]).env("PATH", env::var_os("PATH").unwrap_or_default());
    install.done();
    for key in ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"] {
        sandbox.set(key, CLOSED);
    }
    for key in ["GOPROXY", "GOSUMDB"] {
        sandbox.set(key, "off");
    }
    let path = format!("{}:/usr/bin:/bin", sandbox.store().join("bin").display());
    sandbox.set("PATH", path);
    Some((sandbox, program))
}

/// Prints the Go that it was built by.
pub(crate) const PRINTS_ITS_GO: &str = "package main

import (
\t\"fmt\"
\t\"runtime\"
)

func main() { fmt.Println(\"built by\", runtime.Version()) }
";
