#!/usr/bin/env bash
# Lints the fuzz targets and runs each with its seeds for some seconds: `bash .ci/fuzz.sh 10`.
#
# libFuzzer is C++: where nothing compiles that, this says that it is skipped and passes. Linting is done
# here and not by `just clippy` for the same reason. Nightly Rust is not needed, as no sanitizer is used.
set -euo pipefail

# A parser that thinks longer than this about one input of a few kilobytes hangs, in seconds.
readonly HANGS_AFTER=5

main() {
    local seconds=$1 target targets
    cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz"
    if ! c++ --version >/dev/null 2>&1; then
        echo "SKIPPED: fuzzing needs a C++ compiler, and \`c++\` does not run here"
        return
    fi
    require_cargo_fuzz
    log=$(mktemp)
    trap 'rm -f -- "$log"' EXIT
    cargo clippy --quiet --locked -- -D warnings
    build
    targets=$(cargo fuzz list)
    for target in $targets; do
        fuzz "$target" "$seconds"
    done
}

require_cargo_fuzz() {
    if ! cargo fuzz --version >/dev/null 2>&1; then
        echo 'installing cargo-fuzz ^0.13'
        cargo install --quiet --locked --version '^0.13' cargo-fuzz
    fi
}

build() {
    local started=$SECONDS
    cargo fuzz build -s none &>"$log" || fail 'the fuzz targets do not build'
    echo "built in $((SECONDS - started)) s"
}

# fuzz TARGET SECONDS. New inputs go to the first folder named, so the seeds stay as they are.
fuzz() {
    local target=$1 seconds=$2
    mkdir -p "corpus/$target"
    cargo fuzz run -s none "$target" "corpus/$target" "seeds/$target" -- \
        -max_total_time="$seconds" -timeout="$HANGS_AFTER" -print_final_stats=1 &>"$log" ||
        fail "the fuzz target $target failed"
    awk -v target="$target" '/^stat::number_of_executed_units/ { print target ": " $2 " inputs" }' "$log"
}

# The end of the log says which input it was and how to repeat it.
fail() {
    tail -n 80 "$log" >&2
    echo "error: $1" >&2
    exit 1
}

main "$@"
