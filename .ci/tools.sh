#!/usr/bin/env bash
# Installs what .ci/run needs on a bare Debian 12 machine that has Rust, a C compiler, Python and Go: Debian's
# packages by apt-get, `just`, `cargo deny`, `cargo machete` and mdBook by cargo, actionlint by go. What is there already
# is left alone, so a second run takes no time. What the action needs from npm is installed by .ci/action.sh.
set -euo pipefail

readonly RUST_WEB='1.96.0+dfsg1-1~deb12u2'
readonly LLVM='1:22.1.8-1~deb12u1'
readonly PACKAGES=(
    # install.sh is read by shellcheck and run by both small shells.
    shellcheck dash busybox
    # For .ci/fuzz.sh: libFuzzer is C++.
    g++
    # bsdtar, whose archives the tests install.
    libarchive-tools
    # Their completions, gom setup and the code of gom init are tested in them.
    zsh fish elvish xonsh bash-completion
    # For .ci/syscalls.sh.
    strace
    # For .ci/instructions.sh.
    valgrind
    # Runs programs for arm64: .ci/arm64.sh.
    qemu-user-static
    # The compiler, its lints and the standard library's source for .ci/cross/cargo, which wants this version.
    "rustc-web=$RUST_WEB" "cargo-web=$RUST_WEB" "rust-web-src=$RUST_WEB" "rust-web-clippy=$RUST_WEB"
    # Its linker for macOS, and what strips what it links.
    "lld-22=$LLVM" "llvm-22=$LLVM"
)

# With the argument `packages` only Debian's, which are all that a release is built with.
main() {
    if [[ ${1:-} == packages ]]; then
        install_packages
        return
    fi
    require_compilers
    install_packages
    install_crate just '^1.40' just --version
    install_crate cargo-deny '^0.20' cargo deny --version
    install_crate cargo-machete '^0.9' cargo machete --version
    # Without its web server, which CI does not need.
    install_crate mdbook '^0.5' mdbook --version -- --no-default-features --features search
    install_nushell 0.108.0
    install_go_program github.com/rhysd/actionlint/cmd/actionlint v1.7.12
}

require_compilers() {
    local tool
    for tool in 'cargo --version' 'cargo fmt --version' 'cargo clippy --version' 'cc --version' 'go version'; do
        if ! $tool >/dev/null; then
            echo "error: \`$tool\` does not run; CI needs Rust with rustfmt and clippy, a C compiler, and Go" >&2
            exit 1
        fi
    done
}

install_packages() {
    local missing=() package
    for package in "${PACKAGES[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    # Node.js that somebody installed in another way may be of no package, or of one that brings npm along.
    node --version >/dev/null 2>&1 || missing+=(nodejs)
    npm --version >/dev/null 2>&1 || missing+=(npm)
    if ((${#missing[@]})); then
        echo "installing ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
    fi
}

# is_installed NAME[=VERSION]
is_installed() {
    local state
    state=$(dpkg-query --show --showformat='${db:Status-Status}=${Version}' "${1%%=*}" 2>/dev/null) || return 1
    [[ $state == installed=* && ($1 != *=* || $state == "installed=${1#*=}") ]]
}

# install_crate NAME REQUIREMENT PROBE... [-- OPTION...]: by cargo with these options, unless PROBE runs. Not optimised:
# compiling them takes longer than they run.
install_crate() {
    local name=$1 requirement=$2 probe=()
    shift 2
    while (($#)) && [[ $1 != -- ]]; do
        probe+=("$1")
        shift
    done
    if ! "${probe[@]}" >/dev/null 2>&1; then
        echo "installing $name $requirement"
        cargo install --quiet --locked --debug --version "$requirement" "${@:2}" "$name"
    fi
}

# install_nushell VERSION: Debian 12 has none. The npm package of its platform is the program alone.
install_nushell() {
    local bin=${CARGO_HOME:-$HOME/.cargo}/bin home=${CARGO_HOME:-$HOME/.cargo}/nushell
    if ! command -v nu >/dev/null; then
        echo "installing nushell $1"
        npm install --silent --no-audit --no-fund --prefix "$home" "nushell@$1"
        ln -sf "$home"/node_modules/@nushell/*/bin/nu "$bin/nu"
    fi
}

# install_go_program PACKAGE VERSION: beside cargo's programs, which .ci/run has on PATH.
install_go_program() {
    if ! command -v "${1##*/}" >/dev/null; then
        echo "installing $1 $2"
        GOBIN=${CARGO_HOME:-$HOME/.cargo}/bin go install "$1@$2"
    fi
}

main "$@"
