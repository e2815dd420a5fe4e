//! The help pages of the verbs about Go's settings, caches, a module, and the doctor's topics.

use crate::help::page;
use insta::assert_snapshot;

#[test]
fn env_help() {
    assert_snapshot!(page(&["env", "--help"]), @"
    exit: 0
    --- stdout
    Show Go's settings, where each comes from, and which of them are a problem

    As the go command that runs here finds them: in the environment, else in the file of `go env -w`,
    else in the toolchain's go.env, else Go's default. No go is run. Ends with 0 also where there are
    problems.

    Usage: gom env [OPTIONS] [NAME]...

    Arguments:
      [NAME]...
              Settings to print, one value a line

    Options:
      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom env                          all that go env knows, with its places
      gom env GOPROXY GOFLAGS          the values alone, as go env prints them
      gom env GOARM --json
    --- stderr
    ");
}

#[test]
fn check_help() {
    assert_snapshot!(page(&["check", "--help"]), @"
    exit: 0
    --- stdout
    Check this module: its Go, modules, cgo, and builds for other platforms

    The selected Go against go.mod, `go mod verify`, the vendor folder, the packages that use cgo and
    what `CGO_ENABLED=0` drops, and a build for each target whose programs are read back. Ends with 1 if
    a check fails.

    Usage: gom check [OPTIONS]

    Options:
          --target <OS/ARCH>
              Platforms to build for (may be repeated)

      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom check
      gom check --target darwin/arm64,linux/amd64
      gom check --json

    Without --target: the list `targets` in the section `check` of gom.toml beside go.mod, else this
    machine.
    --- stderr
    ");
}

#[test]
fn cache_stats_help() {
    assert_snapshot!(page(&["cache", "stats", "--help"]), @"
    exit: 0
    --- stdout
    Show what caches hold, and how much of a build comes from one

    Usage: gom cache stats [OPTIONS] [-- <BUILD>...]

    Arguments:
      [BUILD]...  go build, install, test, run or vet with its arguments

    Options:
      -h, --help  Print help

    [the global options, in short]

    Examples:
      gom cache stats
      gom cache stats -- go build ./...
      gom cache stats --json -- go test ./...
    --- stderr
    ");
}

#[test]
fn doctor_arch_help() {
    assert_snapshot!(page(&["doctor", "arch", "--help"]), @"
    exit: 0
    --- stdout
    Show which architecture the machine, each go and each tool is for

    Usage: gom doctor arch [OPTIONS]

    Options:
          --facts <FILE>  Judge the machine that FILE describes
      -h, --help          Print help

    [the global options, in short]

    Examples:
      gom doctor arch
      gom doctor arch --facts host.json    judge another machine
    --- stderr
    ");
}

#[test]
fn doctor_cgo_help() {
    assert_snapshot!(page(&["doctor", "cgo", "--help"]), @"
    exit: 0
    --- stdout
    Show whether cgo finds its compiler and a C library

    Usage: gom doctor cgo [OPTIONS] [NAME]

    Arguments:
      [NAME]  sqlite3, libpq, openssl, or another name that pkg-config knows

    Options:
      -h, --help  Print help

    [the global options, in short]

    Examples:
      gom doctor cgo
      gom doctor cgo sqlite3
      gom doctor cgo libpq --json
    --- stderr
    ");
}
