#!/usr/bin/env bash
# Runs the release for Linux on arm64 as a newcomer would, on any Linux: install.sh, a real Go from the module proxy,
# `gom verify`, and through the shim `go version` and `go run`. `cargo xtask dist` has made the release before.
#
# Every program in there is for arm64: busybox, from Debian's package, is the whole system, in a folder that
# becomes the root. On another processor the kernel starts them by qemu, which binfmt_misc tells it; since Linux 6.7 a
# user namespace has a binfmt_misc of its own, so the machine is left as it is, and root is not needed. On older ones
# root is, and the entry is removed at the end.
set -euo pipefail

# Of a line that gets fixes no more, so that it never changes.
readonly GO=1.22.12
readonly QEMU=/usr/bin/qemu-aarch64-static
readonly BINFMT=/proc/sys/fs/binfmt_misc ENTRY=gom-arm64
# A program for arm64 by its first 20 bytes: ELF, 64 bits, little-endian, executable or shared, EM_AARCH64.
readonly MAGIC='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
readonly MASK='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'

main() {
    if [[ ${1-} == --inside ]]; then
        inside "$2" "$3"
        return
    fi
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    local dist=${CARGO_TARGET_DIR:-target}/dist root
    compgen -G "$dist/gom-*-aarch64-unknown-linux-musl.tar.gz" >/dev/null ||
        fail "$dist has no archive for arm64: run \`just dist-linux\`"
    work=$(mktemp -d)
    # The folders of the machine that are mounted in there are so only in the namespace.
    trap 'rm -rf --one-file-system -- "$work"' EXIT
    root=$work/root
    fill_root "$root" "$dist"
    if has_own_binfmt; then
        unshare --user --map-root-user --mount bash "${BASH_SOURCE[0]}" --inside own "$root"
    elif ((EUID == 0)); then
        unshare --mount bash "${BASH_SOURCE[0]}" --inside shared "$root"
    else
        fail 'this kernel lets only root tell it how to start programs for arm64'
    fi
}

# fill_root ROOT DIST: all that the programs in there may use.
fill_root() {
    local root=$1 dist=$2
    mkdir -p "$root"/{dev,etc/ssl/certs,home,proc,release,tmp,bin}
    download_busybox "$work/apt"
    dpkg-deb --extract "$work"/apt/busybox-static_*_arm64.deb "$root"
    cp "$dist"/gom-*-aarch64-unknown-linux-musl.tar.gz "$dist/install.sh" "$root/release"
    cp /etc/resolv.conf "$root/etc"
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
    touch "$root"/dev/{null,urandom,zero}
    cat >"$root/home/main.go" <<'GO'
package main

import "runtime"

func main() { println("hello, world, from", runtime.GOOS, "on", runtime.GOARCH) }
GO
    printf 'module example.com/hello\n\ngo 1.21\n' >"$root/home/go.mod"
}

# download_busybox FOLDER: with lists of packages of its own, so that the machine's apt stays one for its own processor.
download_busybox() {
    mkdir -p "$1"/{lists,cache/archives}/partial
    local options=(-qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Sandbox::User=root
        -o "Dir::State::lists=$1/lists" -o "Dir::Cache=$1/cache" -o Dir::State::status=/dev/null)
    apt-get "${options[@]}" update
    (cd "$1" && apt-get "${options[@]}" download busybox-static)
}

# Whether a user namespace here has a binfmt_misc of its own.
has_own_binfmt() {
    unshare --user --map-root-user --mount mount -t binfmt_misc none "$BINFMT" 2>/dev/null
}

# inside own|shared ROOT: in the namespace.
inside() {
    root=$2
    [[ $(uname -m) == aarch64 ]] || start_by_qemu "$1"
    local name
    for name in null urandom zero; do
        mount --bind "/dev/$name" "$root/dev/$name"
    done
    mount --rbind /proc "$root/proc"
    chroot "$root" /bin/busybox --install -s /bin
    use_it
}

# The kernel opens qemu at once (F), so it need not be in the other root, and hands argv[0] on as it is (P), by which busybox
# and the shim know what they are.
start_by_qemu() {
    [[ -x $QEMU ]] || fail "$QEMU is missing: bash .ci/tools.sh"
    if [[ $1 == own ]] || ! mountpoint -q "$BINFMT"; then
        mount -t binfmt_misc none "$BINFMT"
    fi
    if [[ $1 == shared ]]; then
        # What another program has registered serves as well.
        ! grep -qs '^magic 7f454c460201010*0200b700' "$BINFMT"/* || return 0
        trap 'echo -1 >"$BINFMT/$ENTRY"' EXIT
    fi
    echo ":$ENTRY:M::$MAGIC:$MASK:$QEMU:FP" >"$BINFMT/register"
}

use_it() {
    expect 'this is arm64' '^aarch64$' uname -m
    expect 'install.sh' '^$' sh /release/install.sh
    expect 'gom runs' '^gom [0-9]' gom --version
    expect "gom install $GO" '^$' gom install "$GO"
    expect 'gom verify' "^go$GO\.linux-arm64  proven by " gom verify "$GO"
    expect 'go version' "^go version go$GO linux/arm64\$" go version
    # println writes to standard error.
    expect 'go run' '^hello, world, from linux on arm64$' sh -c 'cd /home && go run . 2>&1'
}

# expect WHAT PATTERN COMMAND...: runs it in there; its standard output has to have such a line.
expect() {
    local what=$1 pattern=$2 started=$SECONDS output
    shift 2
    output=$(in_root "$@") || fail "$what ended with status $?"
    grep -q "$pattern" <<<"$output" || fail "$what printed: $output"
    printf '%s: ok, %d s\n' "$what" "$((SECONDS - started))"
}

# With nothing of this machine's environment but the way to the network.
in_root() {
    local name kept=()
    for name in HTTPS_PROXY HTTP_PROXY NO_PROXY https_proxy http_proxy no_proxy GOSUMDB; do
        [[ -z ${!name-} ]] || kept+=("$name=${!name}")
    done
    chroot "$root" /bin/env -i -- PATH=/home/.gom/bin:/bin HOME=/home SHELL=/bin/sh GOPROXY="$(module_proxy)" GOM_SOURCES=proxy \
        GOM_DOWNLOAD_BASE=file:///release SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
        ${kept[@]+"${kept[@]}"} "$@"
}

# This machine's.
module_proxy() {
    (cd / && go env GOPROXY)
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
