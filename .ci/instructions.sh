#!/usr/bin/env bash
# Counts the instructions of the shim as it is shipped, from its start to the exec of the selected program, and
# of gom as it is released while it unpacks a fixed archive, and compares them with .ci/instructions.txt. Time
# depends on the machine and its mood; this number hardly does, so work that nobody meant to add is seen.
#
# Valgrind counts, on a processor of its own with fewer instructions than a real one, so what is left of the
# number for one install says nothing about its time. Another compiler moves it too, which is what the tolerance
# is for: after an update of Rust, or a change that is worth its price, --write makes the table anew.
set -euo pipefail

readonly TABLE=.ci/instructions.txt
readonly VERSION=1.99.0

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    if [[ $(uname -sm) != 'Linux x86_64' ]]; then
        echo 'skipped: the numbers are those of x86-64'
        return
    fi
    world=$(mktemp -d /tmp/gom.XXXXXX)
    trap 'rm -rf -- "$world"' EXIT
    count_shim >"$world/counts"
    count_unpacking >>"$world/counts"
    if [[ ${1-} == --write ]]; then
        write_table
    fi
    compare
}

count_shim() {
    local shim store=$world/store toolchain
    shim=$(./install.sh --build-shim)
    toolchain=$store/toolchains/go1.22.6.linux-amd64
    mkdir -p "$store/bin" "$store/used" "$toolchain/bin" "$world"/{home,project/a/b/c}
    cp "$shim" "$store/bin/go"
    echo 1 >"$store/layout-version"
    echo GOTOOLCHAIN=auto >"$toolchain/go.env"
    echo go1.22.6 >"$toolchain/VERSION"
    # Nobody may execute its `go`: the exec fails, and so it is the shim that ends, with its count.
    : >"$toolchain/bin/go"
    echo 1.22.6 >"$world/project/.go-version"
    printf 'module example.com/m\n\ngo 1.22.0\n' >"$world/project/go.mod"
    (
        cd "$world/project/a/b/c"
        count shim PWD="$PWD" HOME="$world/home" "$store/bin/go" version
    )
}

count_unpacking() {
    local gom
    gom=$(released_gom)
    python3 .ci/archive.py "$VERSION" "$world/mirror"
    # A list of releases that was fetched before: so gom knows the archive's sum.
    mkdir -p "$world/cache/index"
    mv "$world/mirror/list.json" "$world/cache/index/go.dev.json"
    count unpack HOME="$world/home" GOM_HOME="$world/gom" GOM_CACHE_DIR="$world/cache" GOM_OFFLINE=1 \
        GOM_MIRROR="file://$world/mirror" GOM_SOURCES=mirror GOSUMDB=off "$gom" install "$VERSION"
    if [[ ! -f $world/gom/toolchains/go$VERSION.linux-amd64/src/package39/inner4/file19.go ]]; then
        cat "$world/unpack.output" >&2
        fail 'gom did not unpack the archive'
    fi
}

# Prints the path of gom as it is released: `cargo xtask dist` has made the archive before.
released_gom() {
    local dist=${CARGO_TARGET_DIR:-target}/dist archives
    archives=("$dist"/gom-*-x86_64-unknown-linux-musl.tar.gz)
    [[ -f ${archives[0]} ]] || fail "$dist has no archive for x86-64: run \`just dist-linux\`"
    mkdir "$world/release"
    tar -xzf "${archives[0]}" -C "$world/release"
    find "$world/release" -type f -name gom
}

# count NAME VARIABLE... PROGRAM ARGUMENT...: prints the instructions of PROGRAM, whatever its status.
count() {
    local name=$1 output=$world/$1.output number variables=()
    shift
    while [[ $1 == *=* ]]; do
        variables+=("$1")
        shift
    done
    env -i PATH=/usr/bin:/bin "${variables[@]}" \
        valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" >"$output" 2>&1 || true
    number=$(awk '$2 == "Collected" { print $4 }' "$output")
    if [[ -z $number ]]; then
        cat "$output" >&2
        fail "no count of $name"
    fi
    printf '%s %s\n' "$name" "$number"
}

write_table() {
    local name number tolerance
    grep '^#' "$TABLE" >"$world/table"
    while read -r name number; do
        tolerance=$(awk -v name="$name" '$1 == name { print $3 }' "$TABLE")
        printf '%-8s%12d%4d\n' "$name" "$number" "${tolerance:-5}"
    done <"$world/counts" >>"$world/table"
    cp "$world/table" "$TABLE"
}

compare() {
    local name number wanted tolerance difference failed=no
    while read -r name number; do
        read -r wanted tolerance < <(awk -v name="$name" '$1 == name { print $2, $3 }' "$TABLE")
        difference=$(((number - wanted) * 1000 / wanted))
        printf '%s: %d instructions, %d.%d %% off\n' "$name" "$number" "$((difference / 10))" "${difference: -1}"
        if ((difference > tolerance * 10 || difference < -tolerance * 10)); then
            failed=yes
            echo "    the table says $wanted, give or take $tolerance %" >&2
        fi
    done <"$world/counts"
    [[ $failed == no ]] || fail "if this is meant, fewer too: bash .ci/instructions.sh --write"
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
