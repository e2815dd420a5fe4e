#!/usr/bin/env bash
# Lints the fuzz targets and runs each with its seeds for some seconds, as many at once as there are cores:
# `bash .ci/fuzz.sh 10 1`.
#
# The second number is libFuzzer's seed. A change is checked with the one that the change before was checked
# with, so that what fails is the change and not the day; 0 takes another each time.
#
# libFuzzer is C++: where nothing compiles that, this says that it is skipped and passes. Linting is done
# here and not by `just clippy` for the same reason. Nightly Rust is not needed, as no sanitizer is used.
set -euo pipefail

# A parser that thinks longer than this about one input of a few kilobytes hangs, in seconds.
export HANGS_AFTER=5

# The buffers of an install and a small tree: what a hostile input may make of it, in megabytes.
export MEMORY=1024

main() {
    local seconds=$1 seed=$2
    cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz"
    if ! c++ --version >/dev/null 2>&1; then
        echo "SKIPPED: fuzzing needs a C++ compiler, and \`c++\` does not run here"
        return
    fi
    require_cargo_fuzz
    logs=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
    trap 'rm -rf -- "$logs"' EXIT
    cargo clippy --quiet --locked -- -D warnings
    build
    # The targets unpack archives: in memory, where there is such a place.
    export logs TMPDIR=$logs
    export -f fuzz fail
    # shellcheck disable=SC2016 # the inner shell expands these
    cargo fuzz list | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I TARGET bash -c 'fuzz "$@"' fuzz TARGET "$seconds" "$seed"
}

require_cargo_fuzz() {
    if ! cargo fuzz --version >/dev/null 2>&1; then
        echo 'installing cargo-fuzz ^0.13'
        cargo install --quiet --locked --debug --version '^0.13' cargo-fuzz
    fi
}

build() {
    local started=$SECONDS
    cargo fuzz build -s none &>"$logs/build" || fail build 'the fuzz targets do not build'
    echo "built in $((SECONDS - started)) s"
}

# fuzz TARGET SECONDS SEED. New inputs go to the first folder named, so the seeds stay as they are.
fuzz() {
    local target=$1 seconds=$2 seed=$3
    mkdir -p "corpus/$target"
    cargo fuzz run -s none "$target" "corpus/$target" "seeds/$target" -- \
        -max_total_time="$seconds" -seed="$seed" -timeout="$HANGS_AFTER" -rss_limit_mb="$MEMORY" -print_final_stats=1 \
        &>"$logs/$target" || fail "$target" "the fuzz target $target failed"
    awk -v target="$target" '/^stat::number_of_executed_units/ { print target ": " $2 " inputs" }' "$logs/$target"
}

# fail LOG MESSAGE. The end of the log says which input it was and how to repeat it.
fail() {
    tail -n 80 "$logs/$1" >&2
    echo "error: $2" >&2
    exit 1
}

main "$@"
