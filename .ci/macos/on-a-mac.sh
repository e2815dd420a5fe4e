#!/usr/bin/env bash
# What only a Mac can settle, run by .github/workflows/ci.yml on Apple Silicon, in a job of its own:
# `bash .ci/macos/on-a-mac.sh [FOLDER]`. What `gom doctor` gathers of the machine goes to FOLDER/host.json first, so
# that it is kept whatever comes after.
#
# What gom promises fails the run when it is not so. What it only has to know, since its messages and its doctor
# rest on it, is printed, and kept in the run's summary. One question no runner answers: the XML that GoLand
# writes for a chosen GOROOT.
set -euo pipefail

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/../.."
    [[ $(uname -s) == Darwin ]] || fail "this is no Mac"
    home=$(mktemp -d)
    export home
    trap 'rm -rf -- "$home"' EXIT
    export GOM_HOME=$home/gom GOPATH=$home/gopath GOFLAGS=-modcacherw
    ./install.sh
    export PATH=$GOM_HOME/bin:$PATH
    gom use latest
    if (($#)); then
        mkdir -p "$1"
        gom doctor --probe --save-facts "$1/host.json"
    fi
    promises
    facts | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"
}

# ---- what gom promises -----------------------------------------------------------------------------------

promises() {
    cargo xtask check-macho "$GOM_HOME/bin/gom" "$GOM_HOME/bin/gom-shim"
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
    for version in 1.21.13 1.22.8 1.22.12 1.23.12; do
        show "Go $version and a program with cgo that it builds" old_toolchain "$version"
        show "the same with -B=gobuildid" env GOFLAGS="$GOFLAGS -ldflags=-B=gobuildid" \
            bash -c "$(declare -f old_toolchain a_module); old_toolchain $version"
        show "the same without cgo" env CGO_ENABLED=0 \
            bash -c "$(declare -f old_toolchain a_module); old_toolchain $version"
    done
    show "the versions that this system and a program with an old SDK are told" versions_of_macos
    show "how long it takes to write a toolchain out, and without that" sync_times
    show "which go each way to start zsh finds" ways_to_start_zsh
    show "DYLD_ variables through a go with hardened runtime" dyld_variables
    show "where a program for Intel goes that an arm64 go installs" where_intel_goes
}

# show TITLE COMMAND...: its first lines and its status, whatever they are. All of it is read: a reader that goes away
# would end the command, and with pipefail this script.
show() {
    local status=0
    printf '\n%s\n\n' "$1"
    shift
    { "$@" 2>&1 || status=$?; ((!status)) || echo "status $status"; } | sed -n '1,20s/^/    /p'
}

versions_of_macos() {
    sysctl kern.osrelease kern.osproductversion
    SYSTEM_VERSION_COMPAT=0 sysctl kern.osproductversion
    SYSTEM_VERSION_COMPAT=1 sysctl kern.osproductversion
    cargo xtask check-macho "$GOM_HOME/bin/gom"
}

sync_times() {
    gom install --quiet 1.25.1
    time gom install --quiet --force 1.25.1
    time GOM_SYNC=never gom install --quiet --force 1.25.1
}

# In a home that has gom's line where docs/guides/new-mac.md says.
ways_to_start_zsh() {
    local flags
    mkdir -p "$home/zsh"
    # shellcheck disable=SC2016 # for the shell that reads the file
    printf 'eval "$("%s/bin/gom" init zsh)"\n' "$GOM_HOME" | tee "$home/zsh/.zprofile" >"$home/zsh/.zshrc"
    for flags in -c -ic -lc -lic; do
        echo "zsh $flags: $(env -i HOME="$home/zsh" TERM=dumb zsh "$flags" 'command -v go' 2>&1)"
    done
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
    (
        cd "$home/old-$1"
        gom exec "$1" -- go version
        gom exec "$1" -- go build -o m . && otool -l m | grep -E 'LC_UUID|minos'
        gom exec "$1" -- go test ./...
    )
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

# a_module FOLDER: a program that says what it sees of DYLD_LIBRARY_PATH, and a test. By net it has cgo in it.
a_module() {
    mkdir -p "$1"
    printf 'module example.com/m\n\ngo 1.21\n' >"$1/go.mod"
    cat >"$1/main.go" <<'GO'
package main

import (
	_ "net"
	"os"
)

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
