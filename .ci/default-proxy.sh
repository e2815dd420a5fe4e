#!/usr/bin/env bash
# A gom with a default for GOPROXY, on a machine that has nothing else: an empty home, no go on PATH, no GOPROXY, and
# no way to go.dev. It has to install a toolchain by itself, proven by the checksum database, and say where its
# proxies come from; and what a user sets has to overrule the default.
#
# A release takes the value from the go.env of a proven toolchain (xtask/src/dist/default_proxy.rs). Here it is what
# `go env GOPROXY` says on this machine, which may be another proxy: what is tried is gom with a default, not Go's
# proxy. The build is a debug one, in the usual target folder, so the next build there compiles four crates again.
set -euo pipefail

readonly VERSION=1.26.8
readonly BLOCKED=(go.dev golang.google.cn dl.google.com)

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    proxies=$(go env GOPROXY)
    case $proxies in
    https://* | http://*) ;;
    *) fail "\`go env GOPROXY\` does not start with a proxy: $proxies" ;;
    esac
    world=$(mktemp -d /tmp/gom.XXXXXX)
    trap 'chmod -R u+w -- "$world"; rm -rf -- "$world"' EXIT
    build
    block_go_dev
    check_that_it_says_so
    check_that_it_is_overruled
    check_that_it_installs
}

build() {
    local target=${CARGO_TARGET_DIR:-target}
    GOM_BUILD_GOPROXY=$proxies GOM_BUILD_GOPROXY_FROM=go0.0.0 \
        cargo build --quiet --locked --package gom-cli --package gom-shim
    bin=$world/home/.gom/bin
    mkdir -p "$bin"
    cp "$target/debug/gom" "$target/debug/gom-shim" "$bin"
    HOME=$world/home GOM_HOME='' "$bin/gom" self init
}

# Where a name resolves, a file of hosts in a mount namespace leads it to this machine, where nobody answers.
block_go_dev() {
    local host
    # shellcheck disable=SC2016 # for the shell that mounts
    local mount='mount --bind "$0" /etc/hosts && exec "$@"'
    without_go_dev=()
    cp /etc/hosts "$world/hosts"
    for host in "${BLOCKED[@]}"; do
        if getent hosts "$host" >/dev/null; then
            echo "127.0.0.1 $host" >>"$world/hosts"
            without_go_dev=(unshare --map-root-user --mount sh -c "$mount" "$world/hosts")
            echo "$host resolves here: it is led to 127.0.0.1"
        else
            echo "$host does not resolve here"
        fi
    done
    ${without_go_dev[@]+"${without_go_dev[@]}"} true || fail 'a mount namespace is needed to block go.dev: run it as root'
}

# gom ARGUMENT...: on the machine that has nothing. Only what leads to the network at all is kept.
gom() {
    local name variables=()
    for name in HTTPS_PROXY https_proxy SSL_CERT_FILE SSL_CERT_DIR; do
        [[ -z ${!name-} ]] || variables+=("$name=${!name}")
    done
    # Through an HTTP proxy it would be the proxy that looks names up.
    local direct
    direct=$(IFS=,; echo "${BLOCKED[*]}")
    ${without_go_dev[@]+"${without_go_dev[@]}"} env -i HOME="$world/home" PATH="$world/empty" NO_PROXY="$direct" \
        "${variables[@]}" ${settings[@]+"${settings[@]}"} "$bin/gom" "$@"
}

check_that_it_says_so() {
    local said
    said=$(gom config)
    grep -qF "$proxies  (built into gom, from the go.env of go0.0.0)" <<<"$said" || fail "gom config says: $said"
}

check_that_it_is_overruled() {
    local said
    for settings in GOPROXY=off GOM_SOURCES=go.dev,dl.google.com; do
        if said=$(gom install "$VERSION" 2>&1); then
            fail "with $settings it installs nevertheless: $said"
        fi
        ! grep -q '^  proxy: .http' <<<"$said" || fail "with $settings a proxy was asked: $said"
    done
    grep -qF 'go.dev' <<<"$said" || fail "go.dev is not named: $said"
    settings=()
}

check_that_it_installs() {
    gom install "$VERSION"
    gom receipt "$VERSION" --json >"$world/receipt"
    grep -q '"place": "proxy"' "$world/receipt" || fail "another place served it: $(cat "$world/receipt")"
    [[ $(gom verify "$VERSION") == *'proven by sum.golang.org'* ]] || fail 'it is not proven'
    local answer
    answer=$(env -i HOME="$world/home" PATH="$world/empty" "$bin/go" version)
    [[ $answer == "go version go$VERSION "* ]] || fail "its go says: $answer"
    echo "$answer"
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
