#!/usr/bin/env bash
# Compiles gom for macOS on Linux, with every warning an error: lints the workspace for Intel, which
# type-checks it, macOS-only code and tests too; builds and links gom and the shim for Apple Silicon; reads
# what came out, since nothing here can run it. What a Mac does with it is for .github/workflows/ci.yml.
#
# Linting for one architecture and linking for the other is what makes each need a single pass.
set -euo pipefail

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/../.."
    # Nothing of it runs here.
    local fast=(--config 'profile.dev.debug=false')
    .ci/cross/cargo clippy --target x86_64-apple-darwin "${fast[@]}" --workspace --all-targets -- -D warnings
    # As in a release, and half the work for the compiler.
    fast+=(--config 'profile.dev.panic="abort"')
    .ci/cross/cargo build --target aarch64-apple-darwin "${fast[@]}" -Zwarnings --config 'build.warnings="deny"' \
        --package gom-cli --package gom-shim
    local built=${CARGO_TARGET_DIR:-target}/cross/aarch64-apple-darwin/debug
    cargo xtask sign-macho "$built/gom" "$built/gom-shim"
    cargo xtask check-macho "$built/gom" "$built/gom-shim"
    cargo xtask check-paths "$built/gom" "$built/gom-shim"
}

main "$@"
