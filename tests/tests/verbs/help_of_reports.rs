//! The help pages of the verbs that report or run something.

use crate::help::page;
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn list_help() {
    assert_snapshot!(page(&["list", "--help"]), @"
    exit: 0
    --- stdout
    List installed toolchains

    Newest first. `*` marks the one that runs here. `proven` says that the receipt holds the checksum
    database's signed record; `pending` that the database could not be asked yet, and `log-off` that it
    was switched off, so the published sha256 proved it; `edited` that go.env was changed since;
    `unproven` that no receipt proves anything. Only `gom verify` reads every file.

    Usage: gom list [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom list
      gom list --json
    --- stderr
    ");
}

#[test]
fn list_remote_help() {
    assert_snapshot!(page(&["list-remote", "--help"]), @"
    exit: 0
    --- stdout
    List published toolchains

    Newest first. Without SPEC, the newest release of each line; with SPEC, every release that answers
    to it. --all adds everything else, prereleases too. Knows go.dev's releases and those of your module
    proxy, also offline.

    Usage: gom list-remote [OPTIONS] [SPEC]

    Arguments:
      [SPEC]
              A version, line or range

    Options:
          --all
              Every release, prereleases too

          --os <OS>
              Operating system, in Go's or common names (darwin, macos, linux, windows)

          --arch <ARCH>
              Architecture, in Go's or common names (arm64, aarch64, amd64, x86_64)

      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom list-remote
      gom list-remote 1.22             every release of Go 1.22
      gom list-remote 1.24 --all       its prereleases too
      gom list-remote --os darwin --arch arm64
    --- stderr
    ");
}

#[test]
fn verify_help() {
    assert_snapshot!(page(&["verify", "--help"]), @"
    exit: 0
    --- stdout
    Check that toolchains are still what was published

    Hashes every file again and compares with the record of the checksum database that the receipt
    keeps, which is checked with the database's key: no network is needed, and a forged receipt does not
    help. Without SPEC, every installed toolchain. A receipt that is pending is completed when the
    database can be asked.

    --path checks any Go tree, such as /usr/local/go. Where that differs and gom has no proven list of
    its files, the module is fetched to name them.

    Usage: gom verify [OPTIONS] [SPEC]...

    Arguments:
      [SPEC]...
              Versions, lines or ranges

    Options:
          --path <DIR>
              Check the Go tree in this folder instead

          --version <VERSION>
              The version that the tree must be

          --os <OS>
              Operating system, in Go's or common names (darwin, macos, linux, windows)

          --arch <ARCH>
              Architecture, in Go's or common names (arm64, aarch64, amd64, x86_64)

      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom verify                       everything installed
      gom verify 1.22                  every installed 1.22
      gom verify --path /usr/local/go
      gom verify --path ~/sdk/go1.22.6 --version 1.22.6

    Exit code 5 if anything differs; each file is named.
    --- stderr
    ");
}

#[test]
fn receipt_help() {
    assert_snapshot!(page(&["receipt", "--help"]), @"
    exit: 0
    --- stdout
    Show where a toolchain came from and what proved it

    Of the newest installed match of SPEC. It prints what was written at the install; `gom verify`
    checks it.

    Usage: gom receipt [OPTIONS] <SPEC>

    Arguments:
      <SPEC>
              An installed version or line

    Options:
          --os <OS>
              Operating system, in Go's or common names (darwin, macos, linux, windows)

          --arch <ARCH>
              Architecture, in Go's or common names (arm64, aarch64, amd64, x86_64)

      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom receipt 1.22.6
      gom receipt 1.22 --json          with the record and its proof
    --- stderr
    ");
}

#[test]
fn current_help() {
    assert_snapshot!(page(&["current", "--help"]), @"
    exit: 0
    --- stdout
    Show which toolchain runs here, and what decided it

    Usage: gom current [OPTIONS]

    Options:
          --format <FORMAT>  Print the tag of the image with this version, such as golang:1.26.6
                             [possible values: docker]
      -h, --help             Print help

    [the global options, in short]

    Examples:
      gom current
      gom current --json
      docker build --build-arg GO_IMAGE=$(gom current --format docker) .
    --- stderr
    ");
}

#[test]
fn which_help() {
    assert_snapshot!(page(&["which", "--help"]), @"
    exit: 0
    --- stdout
    Show the path of the program that runs here

    Usage: gom which [OPTIONS] [PROGRAM] [SPEC]...

    Arguments:
      [PROGRAM] [SPEC]...  go or gofmt, and an installed version or line

    Options:
          --goroot  Print the GOROOT instead
      -h, --help    Print help

    [the global options, in short]

    Examples:
      gom which                        the go that runs here
      gom which gofmt
      gom which --goroot 1.22          the GOROOT of the newest installed Go 1.22
    --- stderr
    ");
}

#[test]
fn doctor_help() {
    assert_snapshot!(page(&["doctor", "--help"]), @"
    exit: 0
    --- stdout
    Find what is wrong with Go on this machine, and what mends it

    Looks at files, variables and programs' headers; uses no network, and runs nothing of a project.
    Findings are grouped by what they come from, the worst first. Ends with 1 if there are errors.

    Usage: gom doctor [OPTIONS]
           gom doctor <COMMAND>

    Commands:
      arch  Show which architecture the machine, each go and each tool is for
      cgo   Show whether cgo finds its compiler and a C library

    Options:
          --fix
              Change what can be changed back; each file is copied beside itself first

      -y, --yes
              Do not ask before that

          --only <ID>
              Run one check, by its name or number

          --list
              List the checks

          --probe
              Measure too: the start of your shell and of a new program, and `go mod verify`

          --save-facts [<FILE>]
              Write what the checks would read, without credentials, and check nothing

          --facts <FILE>
              Check the machine that FILE describes

      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom doctor
      gom doctor arch                  which architecture each program is for
      gom doctor cgo sqlite3           whether cgo finds a C library
      gom doctor --fix                 change what can be changed back, after a question
      gom doctor --only goroot-set
      gom doctor --list                every check
      gom doctor --save-facts host.json
      gom doctor --facts host.json     judge another machine
    --- stderr
    ");
}

#[test]
fn exec_help() {
    assert_snapshot!(page(&["exec", "--help"]), @"
    exit: 0
    --- stdout
    Run a command with a given toolchain

    The toolchain must be installed. GOTOOLCHAIN is set to it for the command, so go does not switch to
    another one. Exits with the command's own code.

    With --env-file the command gets the variables of a file, where $A and ${A} stand for others. What
    the environment has already, it keeps. The file may not set GOROOT, GOTOOLCHAIN, PATH, LD_* and
    DYLD_*.

    Usage: gom exec [OPTIONS] <SPEC> <CMD>...

    Arguments:
      <SPEC>
              An installed version or line, or system

      <CMD>...
              The command and its arguments

    Options:
          --env-file <FILE>
              Set the variables of FILE where the environment does not have them (may be repeated; the
              last counts)

      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom exec 1.21.13 -- go version
      gom exec 1.22 -- go test ./...
      gom exec 1.26.0.darwin-amd64 -- go test ./...
      gom exec --env-file .env 1.22 -- go run .
    --- stderr
    ");
}

#[test]
fn config_help() {
    assert_snapshot!(page(&["config", "--help"]), @"
    exit: 0
    --- stdout
    Show every setting, its value and where it comes from

    A flag beats a GOM_ variable, which beats config.toml of the store, which beats
    /etc/gom/config.toml. GOPROXY, GONOPROXY and GOSUMDB are Go's own, found as the go command finds
    them.

    Usage: gom config [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    [the global options]

    Examples:
      gom config
      gom config --json
    --- stderr
    ");
}

#[test]
fn completions_help() {
    assert_snapshot!(page(&["completions", "--help"]), @"
    exit: 0
    --- stdout
    Print a completion script

    Usage: gom completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>  The shell [possible values: bash, elvish, fish, powershell, zsh]

    Options:
      -h, --help  Print help

    [the global options, in short]

    Examples:
      gom completions bash > ~/.local/share/bash-completion/completions/gom
      gom completions zsh > ~/.zfunc/_gom
      gom completions fish > ~/.config/fish/completions/gom.fish
    --- stderr
    ");
}

#[test]
fn version() {
    let world = World::publishing(&[]);
    let output = world.done(["--version"]);
    assert_eq!(output.stdout, format!("gom {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(output.stderr, "");
}
