//! The two help pages that are kept whole: `gom --help`, and `gom install --help` for the form of all others.
//!
//! What holds for every page is tested from the command line's definition, in crates/gom-cli/src/cli/tests.rs.

use gom_tests::World;
use insta::assert_snapshot;

#[test]
fn gom_help() {
    assert_snapshot!(World::publishing(&[]).say(["--help"]), @"
    exit: 0
    --- stdout
    Installs Go toolchains, proven against Go's checksum database, and runs the right one

    Usage: gom [OPTIONS] <COMMAND>

    Install Go:
      install      Install toolchains
      uninstall    Remove installed toolchains
      prune        Remove the toolchains that nothing needs
      list         List installed toolchains
      list-remote  List published toolchains

    Move in:
      takeover     Import what is here, set up the shells, and fix what is wrong
      import       Take over the Go toolchains that are on this machine already
      link         Give a Go of your own a name
      unlink       Take back the name of a Go of your own; its folder stays

    Choose the version:
      use          Set the default toolchain
      local        Pin this folder to a toolchain, or show its pin
      shell        Set the toolchain of this shell, above every version file
      current      Show which toolchain runs here, and what decided it
      which        Show the path of the program that runs here
      find         Find an installed Go, for programs that run it
      why          Explain, step by step, which toolchain runs here

    Keep a project in step:
      sync         Keep one Go version in every file of a project
      bump         Move every file of a project to a newer Go
      ide          Make an editor use the Go that gom selects, or undo it
      docker       Print a Dockerfile for this module

    Stay current:
      outdated     List the Go in use that has a newer release
      upgrade      Install the newest patch of each line in use
      audit        Find known vulnerabilities of the Go that is used here
      info         Show what is known about a release
      compare      Compare two releases

    Run a command:
      exec         Run a command with the toolchain that runs here, or with another
      each         Run a command under several Gos
      bisect       Find the Go release that changes the result of a command
      tools        Install programs written in Go, such as gopls and dlv
      x            Run a program written in Go without installing it

    Verify:
      verify       Check that toolchains are still what was published
      receipt      Show where a toolchain came from and what proved it
      lock         Lock this project's Go with its proofs, in gom.lock

    Find problems:
      doctor       Find what is wrong with Go on this machine, and how to fix it
      repair       Finish what a killed gom left in the store
      env          Show Go's settings, where each comes from, and their problems
      check        Check this module: Go, modules, cgo, builds for other platforms
      cache        Show what caches hold, and how much of a build comes from one

    Go in CI and agents:
      ci           Set up Go in a CI job, and keep its caches
      agents       Set up Go in the sandboxes of coding agents

    gom itself:
      setup        Put gom on PATH in your shells, with completions, or undo it
      init         Print shell code: PATH and the function for `gom shell`
      config       Show every setting, its value and where it comes from
      completions  Print a completion script
      self         Update or remove gom itself
      help         Print the help of gom or of a verb

    Options:
          --json             Print one JSON object on standard output
      -q, --quiet            Say only what went wrong
      -v, --verbose          Say more
          --offline          Never use the network
          --no-progress      Show no progress bars
          --source <SOURCE>  Take archives only from here: go.dev, dl.google.com, mirror, proxy or a URL
                             (may be repeated)
      -h, --help             Print help
      -V, --version          Print version

    SPEC is a version (1.22.6, go1.22.6, 1.24rc1), a line (1.22: its newest patch), a range
    ('>=1.21, <1.23'), latest, oldstable, system or a name of `gom link`; with a platform:
    go1.26.0.darwin-arm64, or --os and --arch.

    Examples:
      gom install 1.22.6       fetch, prove and unpack Go 1.22.6
      gom use 1.22             make the newest Go 1.22 the default
      gom local 1.21.13        pin this folder
      gom exec 1.23.4 -- go test ./...
    --- stderr
    ");
}

#[test]
fn gom_alone_shows_its_help_and_fails() {
    let world = World::publishing(&[]);
    let (alone, asked) = (world.gom([""; 0]).run(), world.gom(["--help"]).run());
    assert_eq!((alone.code, alone.stdout.as_str()), (Some(2), ""));
    assert_eq!(alone.stderr, asked.stdout);
}

#[test]
fn the_verb_help_and_the_flag_are_one() {
    let world = World::publishing(&[]);
    assert_eq!(world.say(["help", "install"]), world.say(["install", "--help"]));
}

#[test]
fn install_help() {
    // Not redacted: an example may name the platform of this machine.
    let page = World::publishing(&[]).done(["install", "--help"]).to_string();
    assert_snapshot!(page, @"
    exit: 0
    --- stdout
    Install toolchains

    Installs the newest published match of each SPEC. Without SPEC, installs what this folder asks for:
    its version file, else the newer of the `toolchain` line and the `go` line of go.work or go.mod,
    else the newest patch of that line; where no file names a version, opens a list to choose from at a
    terminal. What go.work, go.mod or GOTOOLCHAIN ask for above a version file is installed too. The
    first SPEC that you install becomes the default (see `gom use`), of several the newest.

    Usage: gom install [OPTIONS] [SPEC]...

    Arguments:
      [SPEC]...
              Versions, lines or ranges

    Options:
          --locked
              Install what gom.lock locks, proven by it; fail if the project asks for another Go

          --force
              Reinstall, replacing the existing tree atomically

          --os <OS>
              Operating system, in Go's or common names (darwin, macos, linux, windows)

          --arch <ARCH>
              Architecture, in Go's or common names (arm64, aarch64, amd64, x86_64)

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --json
              Print one JSON object on standard output

      -q, --quiet
              Say only what went wrong

      -v, --verbose
              Say more

          --offline
              Never use the network

          --no-progress
              Show no progress bars

          --source <SOURCE>
              Take archives only from here: go.dev, dl.google.com, mirror, proxy or a URL (may be
              repeated)

    Examples:
      gom install 1.22.6               exactly this version
      gom install 1.22 1.23            the newest patch of both lines
      gom install '>=1.21, <1.23'      the newest release of a range
      gom install                      what this folder asks for
      gom install --locked             what gom.lock locks
      gom install 1.26.0 --os darwin --arch arm64
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
