//! The help pages of `gom ci`.

use crate::world::World;
use insta::assert_snapshot;

fn help(words: &[&str]) -> String {
    let output = World::new().gom(["ci"].iter().chain(words).chain(&["--help"])).run();
    assert_eq!(output.code, Some(0), "{output}");
    // What every verb has is shown in the pages of the others.
    let (own, _global) = output.stdout.split_once("Global options:").unwrap();
    let (_, examples) = output.stdout.split_once("Examples:").unwrap_or_default();
    format!("{own}Examples:{examples}")
}

#[test]
fn ci() {
    assert_snapshot!(help(&[]), @r#"
    Set up Go in a CI job, and keep its caches

    Works in GitHub Actions, GitLab CI, Buildkite, CircleCI, Azure Pipelines and any shell. A toolchain
    must be proven by the checksum database, unless `GOM_REQUIRE` is `any`.

    Usage: gom ci [OPTIONS] <COMMAND>

    Commands:
      setup  Get Go ready for the steps of this job
      cache  Keys, paths and sizes of what a CI keeps between jobs
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Examples:
      gom ci setup 1.22                      exactly this Go for the whole job
      gom ci setup                           what this folder asks for
      eval "$(gom ci setup 1.22 --print)"    in a shell that no CI knows
      gom ci cache key modules build         the names of the caches of this job
    "#);
}

#[test]
fn ci_setup() {
    assert_snapshot!(help(&["setup"]), @r#"
    Get Go ready for the steps of this job

    Without SPEC: GOM_TOOLCHAIN, else the version file, else go.work or go.mod: its exact `toolchain`
    line, its exact `go` line if that has a patch, else the newest patch of that line. The first SPEC is
    the job's go.

    Looks in the store, then in the runner's tool cache, then downloads. A SPEC is exact: its bin is
    first on PATH, and GOTOOLCHAIN is local. Where a file chose the version, --toolchain says what Go
    may do.

    Usage: gom ci setup [OPTIONS] [SPEC]...

    Arguments:
      [SPEC]...
              Versions, lines or ranges; several may stand on lines of one argument

    Options:
          --version-file <FILE>
              Version file, go.mod or go.work to read, if no SPEC is given

          --check-latest
              Take the newest release also where an older one that matches is there

          --os <OS>
              Operating system, in Go's or common names (darwin, macos, linux, windows)

          --arch <ARCH>
              Architecture, in Go's or common names (arm64, aarch64, amd64, x86_64)

          --toolchain <POLICY>
              What go may do about go.mod where a file chose the version

              Possible values:
              - local:   Stay with the toolchain that was set up
              - auto:    Get what go.mod asks for
              - inherit: Leave GOTOOLCHAIN as it is
              
              [default: local]

          --restored
              The store came out of a CI's cache: prove its toolchains anew

          --no-problem-matchers
              Make no annotations of the go command's errors

          --print
              Print shell lines to evaluate, and write nothing, whatever the CI

          --dotenv <FILE>
              Write the variables and outputs to this file too, for GitLab's dotenv reports

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      gom ci setup 1.22 1.23           two versions; go is 1.22
      gom ci setup --toolchain auto    what this folder asks for, and go may get what go.mod wants
      gom ci setup stable --json
      eval "$(gom ci setup --print)"
    "#);
}

#[test]
fn ci_cache() {
    assert_snapshot!(help(&["cache"]), @"
    Keys, paths and sizes of what a CI keeps between jobs

    There are three caches: toolchains of the store, modules (GOMODCACHE), and the build cache
    (GOCACHE). gom moves no bytes of them; that is the CI's part.

    Usage: gom ci cache [OPTIONS] <COMMAND>

    Commands:
      key    Print the names of the caches
      paths  Print what to keep of each cache
      trim   Drop from the build cache what this job did not use, and say which caches are worth keeping
      stats  Show how much is in the caches
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Examples:
    ");
}

#[test]
fn ci_cache_key() {
    assert_snapshot!(help(&["cache", "key"]), @"
    Print the names of the caches

    One key a line. With --json also the prefixes to restore by, the paths, and whether there is any
    need: a toolchain may be there already. The key of the build cache needs the toolchain, so ask for
    it after `gom ci setup`.

    Usage: gom ci cache key [OPTIONS] [CACHE]...

    Arguments:
      [CACHE]...
              The caches; all of them if none is given

              Possible values:
              - toolchains: Toolchains of the store
              - modules:    GOMODCACHE
              - build:      GOCACHE

    Options:
          --go <SPEC>
              A version, line or range, as `gom ci setup` has it (may be repeated)

          --version-file <FILE>
              Version file, go.mod or go.work to read, if no SPEC is given

          --check-latest
              Take the newest release also where an older one that matches is there

          --os <OS>
              Operating system, in Go's or common names (darwin, macos, linux, windows)

          --arch <ARCH>
              Architecture, in Go's or common names (arm64, aarch64, amd64, x86_64)

          --suffix <TEXT>
              A part of your own for the names of modules and build

          --dependencies <GLOB>
              The files that say which modules are needed, instead of every go.sum and go.work (may be
              repeated)

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      gom ci cache key toolchains --go 1.22
      gom ci cache key modules build --json
    ");
}

#[test]
fn ci_cache_paths() {
    assert_snapshot!(help(&["cache", "paths"]), @"
    Print what to keep of each cache

    The go command makes the trees of modules read-only, and tar can't replace what is in a read-only
    folder: use --prepare where modules are restored over others.

    Usage: gom ci cache paths [OPTIONS] [CACHE]...

    Arguments:
      [CACHE]...
              The caches; all of them if none is given

              Possible values:
              - toolchains: Toolchains of the store
              - modules:    GOMODCACHE
              - build:      GOCACHE

    Options:
          --prepare
              Make the folders that are there writable, so that an archive can be unpacked over them

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      gom ci cache paths modules build
      gom ci cache paths modules --prepare && tar -xf modules.tar -P
    ");
}

#[test]
fn ci_cache_trim() {
    assert_snapshot!(help(&["cache", "trim"]), @"
    Drop from the build cache what this job did not use, and say which caches are worth keeping

    Only a cache that is to be kept is trimmed.

    Usage: gom ci cache trim [OPTIONS] [CACHE]...

    Arguments:
      [CACHE]...
              The caches; all of them if none is given

              Possible values:
              - toolchains: Toolchains of the store
              - modules:    GOMODCACHE
              - build:      GOCACHE

    Options:
          --since <SECONDS>
              When the job began, in seconds since 1970 [default: GOM_CI_STARTED, which `gom ci setup`
              sets]

          --save <POLICY>
              When caches are kept

              Possible values:
              - always:         After every job
              - on-success:     After a job that did not fail
              - default-branch: After a job of the default branch that did not fail
              - never:          Never
              
              [default: on-success]

          --job-status <STATUS>
              How the job ended

              Possible values:
              - success:   Every step did what it should
              - failure:   A step failed
              - cancelled: Somebody stopped it
              
              [default: success]

          --restored <CACHE=HIT>
              What the CI found: exact (its key), prefix or miss (may be repeated)

          --dry-run
              Change nothing

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      gom ci cache trim build
      gom ci cache trim --save default-branch --job-status failure --restored build=prefix --json
    ");
}

#[test]
fn ci_cache_stats() {
    assert_snapshot!(help(&["cache", "stats"]), @"
    Show how much is in the caches

    Of the build cache also how much this job used, if `gom ci setup` ran in it.

    Usage: gom ci cache stats [OPTIONS] [CACHE]...

    Arguments:
      [CACHE]...
              The caches; all of them if none is given

              Possible values:
              - toolchains: Toolchains of the store
              - modules:    GOMODCACHE
              - build:      GOCACHE

    Options:
          --since <SECONDS>
              When the job began, in seconds since 1970 [default: GOM_CI_STARTED, which `gom ci setup`
              sets]

          --restored <CACHE=HIT>
              What the CI found: exact (its key), prefix or miss (may be repeated)

          --summary
              Add a table to the page of the job, in CIs that have one

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      gom ci cache stats
      gom ci cache stats --restored modules=exact --restored build=miss --summary
    ");
}
