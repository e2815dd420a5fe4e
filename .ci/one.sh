#!/usr/bin/env bash
# Builds what one test needs and runs it: `just one TARGET [NAME]`.
#
# TARGET is a folder of tests/tests, such as verbs, or a crate, such as gom-select; NAME is a part of the test's
# name. A name that no test has is an error: cargo calls it a success.
set -euo pipefail

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    local target=${1:?usage: just one TARGET [NAME]} name=${2:-}
    if [[ -f tests/tests/$target/main.rs ]]; then
        # Cargo builds no program for a test of another crate, and the kit refuses to run old ones. These are tests of
        # the programs' own crates; with the whole workspace's features, no crate is built twice.
        cargo test --workspace --no-run --test commands --test names
        run "$target" "$name" --workspace --test "$target"
    elif grep -qsx "name = \"$target\"" crates/*/Cargo.toml shims/Cargo.toml tests/Cargo.toml xtask/Cargo.toml; then
        run "$target" "$name" --package "$target"
    else
        printf 'no tests are called %s: name a folder of tests/tests (%s) or a crate, such as gom-core\n' "$target" \
            "$(cd tests/tests && printf '%s ' */ | tr -d /)" >&2
        exit 2
    fi
}

# run TARGET NAME OPTION...: prints what cargo prints, and fails if no test has the name.
run() {
    local target=$1 name=$2 log
    shift 2
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    cargo test "$@" -- "$name" 2>&1 | tee "$log"
    if ! grep -q '^running [1-9]' "$log"; then
        echo "no test of $target has '$name' in its name" >&2
        exit 1
    fi
}

main "$@"
