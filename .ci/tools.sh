#!/usr/bin/env bash
# Installs what .ci/run needs on a bare Debian 12 machine that has Rust, a C compiler and Python: Debian's
# packages by apt-get, `just` and `cargo deny` by cargo. What is there already is left alone, so a
# second run takes no time.
set -euo pipefail

readonly PACKAGES=(
    # install.sh is read by shellcheck and run by both small shells.
    shellcheck dash busybox
    # For .ci/fuzz.sh: libFuzzer is C++.
    g++
    # bsdtar, whose archives the tests install.
    libarchive-tools
    # For .ci/syscalls.sh.
    strace
    # The compiler and the standard library's source for .ci/macos/check.sh.
    rustc-web cargo-web rust-web-src
)

main() {
    require_rust
    install_packages
    install_crate just '^1.40' just --version
    install_crate cargo-deny '^0.20' cargo deny --version
}

require_rust() {
    local tool
    for tool in 'cargo --version' 'cargo fmt --version' 'cargo clippy --version' 'cc --version'; do
        if ! $tool >/dev/null; then
            echo "error: \`$tool\` does not run; CI needs Rust with rustfmt and clippy, and a C compiler" >&2
            exit 1
        fi
    done
}

install_packages() {
    local missing=() package
    for package in "${PACKAGES[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]})); then
        echo "installing ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
    fi
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# install_crate NAME REQUIREMENT PROBE...: by cargo, unless PROBE runs.
install_crate() {
    local name=$1 requirement=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        echo "installing $name $requirement"
        cargo install --quiet --locked --version "$requirement" "$name"
    fi
}

main "$@"
