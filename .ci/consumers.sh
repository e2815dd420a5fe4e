#!/usr/bin/env bash
# Runs programs of others with gom's Go, as docs/for-tools.md says: `just consumers`. pre-commit comes from PyPI, a toolchain
# from the module proxy; buildah is the machine's. What can't be had is skipped, and the tests say so.
set -euo pipefail

readonly PRE_COMMIT_VERSION=4.7.0

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    folder=$PWD/target/consumers
    mkdir -p "$folder"
    [[ -e $folder/pre-commit ]] || pre_commit || echo "can't be had here: pre-commit"
    [[ -e $folder/buildah ]] || ln -s "$(command -v buildah)" "$folder/buildah" || echo "can't be had here: buildah"
    cargo test --workspace --no-run
    GOM_TEST_CONSUMERS=$folder cargo test --workspace --test consumers
}

pre_commit() {
    python3 -m venv "$folder/venv" &&
        "$folder/venv/bin/pip" install --quiet "pre-commit==$PRE_COMMIT_VERSION" &&
        ln -s venv/bin/pre-commit "$folder/pre-commit"
}

main "$@"
