#!/usr/bin/env bash
# Runs the README's first command as a newcomer would: in this checkout, with an empty home, for real. Its
# last line has to be the answer of the Go that it installed.
#
# Only Rust is kept from the real home: no newcomer has to install that twice.
set -euo pipefail

readonly FIRST='./install.sh --go 1.27' SECOND='cargo test --workspace'
readonly ANSWER='^go version go1\.27\.[0-9]+ [a-z]+/[a-z0-9]+$'

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    require_commands
    newcomer=$(mktemp -d)
    trap 'rm -rf -- "$newcomer"' EXIT
    run_first_command | tee "$newcomer/answer"
    local last
    last=$(tail -n 1 "$newcomer/answer")
    [[ $last =~ $ANSWER ]] || fail "the last line is not Go's version: $last"
}

# The second is `just test`. Both are read here so that the README cannot come to say something else. The lines that get
# a release stand above them (`cargo xtask reference`).
# shellcheck disable=SC2016 # Markdown's backticks
require_commands() {
    local commands
    commands=$(awk '/^<!-- get-gom/ { skip = 1 } /^<!-- \/get-gom/ { skip = 0 } skip { next }
        /^```/ { inside = !inside; next } inside && ++count <= 2' README.md)
    [[ $commands == "$FIRST"$'\n'"$SECOND" ]] || fail "README.md does not start with \`$FIRST\` and \`$SECOND\`"
}

run_first_command() {
    (
        export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
        export HOME=$newcomer
        unset GOM_HOME XDG_CACHE_HOME XDG_CONFIG_HOME
        sh -c "$FIRST"
    )
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
