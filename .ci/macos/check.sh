#!/usr/bin/env bash
# Type-checks gom and its shim for Apple Silicon on Linux: `cargo check` for aarch64-apple-darwin.
#
# The target's standard library is built from the source that Debian ships (rustc-web, cargo-web,
# rust-web-src), since not every machine can fetch a rustup target; C code (ring's) is compiled by zig,
# which carries macOS's headers and comes as the Python package `ziglang`. Nothing is linked, and nothing
# can be run here: what a Mac does with the program is for a Mac to say.
#
# Cold this takes about two minutes on two cores, warm a few seconds. It has a target folder of its own,
# below cargo's: another compiler writes it, and sharing would make each throw away the other's work.
set -euo pipefail

readonly ZIG_VERSION=0.14.1
readonly DEBIAN_CARGO=/usr/bin/cargo DEBIAN_RUSTC=/usr/bin/rustc
readonly STD_SOURCE=/usr/lib/rustlib/src/rust/library

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/../.."
    require_debian_rust
    provide_zig "${XDG_CACHE_HOME:-$HOME/.cache}/gom-ci/ziglang-$ZIG_VERSION"
    check "${CARGO_TARGET_DIR:-$PWD/target}/macos-check"
}

require_debian_rust() {
    if [[ ! -x $DEBIAN_CARGO || ! -x $DEBIAN_RUSTC || ! -d $STD_SOURCE ]]; then
        echo "error: Rust with the source of its standard library is missing: $STD_SOURCE" >&2
        echo "hint: apt-get install rustc-web cargo-web rust-web-src" >&2
        exit 1
    fi
}

# A virtual environment outside the checkout, so that the next clone finds zig there. One that answers
# with the right version is complete; anything else is what an interrupted run left.
provide_zig() {
    local venv=$1
    export GOM_ZIG_PYTHON=$venv/bin/python
    if [[ $("$GOM_ZIG_PYTHON" -m ziglang version 2>/dev/null) != "$ZIG_VERSION" ]]; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$GOM_ZIG_PYTHON" -m pip install --quiet --disable-pip-version-check "ziglang==$ZIG_VERSION"
    fi
}

# RUSTC_BOOTSTRAP lets Debian's stable compiler take -Zbuild-std. Optimising build scripts and macros,
# as the dev profile does for the tests' sake, would double the time of a check.
check() {
    local target_dir=$1
    mkdir -p "$target_dir"
    export CARGO_TARGET_DIR=$target_dir
    export ZIG_GLOBAL_CACHE_DIR=$target_dir/zig ZIG_LOCAL_CACHE_DIR=$target_dir/zig
    export CC_aarch64_apple_darwin=$PWD/.ci/macos/zig-cc AR_aarch64_apple_darwin=$PWD/.ci/macos/zig-ar
    RUSTC=$DEBIAN_RUSTC RUSTC_BOOTSTRAP=1 "$DEBIAN_CARGO" check --locked \
        -Zbuild-std=std,panic_abort --target aarch64-apple-darwin \
        --config 'profile.dev.package."*".opt-level=0' \
        --package gom-cli --package gom-shim
}

main "$@"
