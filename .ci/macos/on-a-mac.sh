#!/usr/bin/env bash
# What only a Mac can settle, run by .github/workflows/ci.yml on Apple Silicon after a build in release mode.
#
# What gom promises fails the run when it is not so. What it only has to know, since its messages and its doctor
# rest on it, is printed, and kept in the run's summary. One question no runner answers: the XML that GoLand
# writes for a chosen GOROOT.
set -euo pipefail

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/../.."
    [[ $(uname -s) == Darwin ]] || fail "this is no Mac"
    home=$(mktemp -d)
    trap 'rm -rf -- "$home"' EXIT
    export GOM_HOME=$home/gom GOPATH=$home/gopath GOFLAGS=-modcacherw
    ./install.sh
    export PATH=$GOM_HOME/bin:$PATH
    promises
    facts | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"
}

# ---- what gom promises -----------------------------------------------------------------------------------

promises() {
    cargo xtask check-macho "$GOM_HOME/bin/gom" "$GOM_HOME/bin/gom-shim"
    gom use latest
    expect arm64 go env GOHOSTARCH
    if xattr -r "$GOM_HOME/toolchains" | grep quarantine; then
        fail "what gom unpacked is in quarantine"
    fi
    codesign --verify --strict "$(gom which go)" || fail "the signature of go does not hold"
    if has_rosetta; then
        expect arm64 arch -x86_64 /bin/sh -c 'go env GOHOSTARCH'
    fi
}

# expect ANSWER COMMAND...
expect() {
    local wanted=$1 answer
    shift
    answer=$("$@")
    [[ $answer == "$wanted" ]] || fail "$*: $answer, not $wanted"
}

has_rosetta() {
    arch -x86_64 /usr/bin/true 2>/dev/null
}

# ---- what gom has to know --------------------------------------------------------------------------------

facts() {
    echo "## $(sw_vers -productName) $(sw_vers -productVersion) on $(sysctl -n machdep.cpu.brand_string)"
    show "extended attributes after a download and unpacking" xattr -r "$GOM_HOME/toolchains"
    show "how long the shim's first start takes" first_start
    show "the order that path_helper makes" env PATH="$GOM_HOME/bin:/usr/bin:/bin" /usr/libexec/path_helper -s
    show "natively: uname, arch, hw.machine, translated" names_of_this_machine
    if has_rosetta; then
        show "under Rosetta: the same" arch -x86_64 /bin/bash -c "$(declare -f names_of_this_machine); names_of_this_machine"
    fi
    local version
    for version in 1.21.13 1.22.12 1.23.12; do
        show "Go $version and a program that it builds" old_toolchain "$version"
    done
    show "DYLD_ variables through a go with hardened runtime" dyld_variables
    show "where a program for Intel goes that an arm64 go installs" where_intel_goes
}

# show TITLE COMMAND...: its first lines and its status, whatever they are.
show() {
    local status=0
    printf '\n%s\n\n' "$1"
    shift
    { "$@" 2>&1 || status=$?; ((!status)) || echo "status $status"; } | head -n 20 | sed 's/^/    /'
}

names_of_this_machine() {
    uname -m
    arch
    sysctl -n hw.machine
    sysctl -n sysctl.proc_translated
}

# A copy is a program that macOS has not seen yet.
first_start() {
    cp "$GOM_HOME/bin/gom-shim" "$GOM_HOME/bin/gom-shim.new"
    mv "$GOM_HOME/bin/gom-shim.new" "$GOM_HOME/bin/gom-shim"
    time go version
    time go version
}

old_toolchain() {
    gom install --quiet "$1"
    a_module "$home/old-$1"
    (cd "$home/old-$1" && gom exec "$1" -- go version && gom exec "$1" -- go test ./...)
}

dyld_variables() {
    a_module "$home/dyld"
    (cd "$home/dyld" && DYLD_LIBRARY_PATH=/seen DYLD_PRINT_VERSION=1 go run .)
}

where_intel_goes() {
    a_module "$home/intel"
    (
        cd "$home/intel"
        GOARCH=amd64 go install .
        find "$GOPATH/bin"
        GOARCH=amd64 GOBIN=$home/bin go install .
    )
}

# a_module FOLDER: a program that says what it sees of DYLD_LIBRARY_PATH, and a test.
a_module() {
    mkdir -p "$1"
    printf 'module example.com/m\n\ngo 1.21\n' >"$1/go.mod"
    cat >"$1/main.go" <<'GO'
package main

import "os"

func main() { println("DYLD_LIBRARY_PATH=" + os.Getenv("DYLD_LIBRARY_PATH")) }
GO
    cat >"$1/main_test.go" <<'GO'
package main

import "testing"

func TestIt(t *testing.T) { main() }
GO
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
