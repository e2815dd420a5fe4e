#!/usr/bin/env bash
# Runs real workflows against the action: act (github.com/nektos/act) is the runner and has the service for caches,
# the toolchains and modules are real ones. `tests/act/run.sh [SCENARIO...]`, by default all of them.
#
# Each run has an empty home folder, so that what is there came from the caches or was downloaded. Every job prints
# lines `RESULT NAME VALUE`, which are compared; the times of its steps are printed. GOM is the gom to use (default:
# the debug build). It needs act, node, git, zstd and a Go that knows a module proxy.
set -euo pipefail

readonly SCENARIOS=(go_mod go_version matrix failed changed_sum edited two policies tool_cache store plain)
# What the scenarios install.
readonly VERSIONS=(1.21.13 1.22.6 1.23.4)

main() {
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
    gom=${GOM:-$root/target/debug/gom}
    work=$(mktemp -d)
    trap 'empty "$work"; rmdir "$work"' EXIT
    prepare
    local scenario
    for scenario in "${@:-${SCENARIOS[@]}}"; do
        printf '\n==> %s\n' "$scenario"
        "scenario_$scenario"
        empty "$work/caches"
    done
    printf '\n%d passed, 0 failed\n' "$checks"
}

# ---- the scenarios -------------------------------------------------------------------------------------

scenario_go_mod() {
    project go_mod basic
    # Once over the real network, whose time is worth knowing.
    GOPROXY=$network job cold
    expect 'go 1.22.6' 'source download' 'toolchain-cache-hit false' 'cache-hit false' 'build-cache-hit false'
    job warm
    expect 'go 1.22.6' 'source cache' 'toolchain-cache-hit true' 'cache-hit true' 'build-cache-hit true'
}

scenario_go_version() {
    project go_version basic
    write .go-version 1.23.4
    job cold
    expect 'go 1.23.4' 'source download' 'toolchain-cache-hit false'
    job warm
    expect 'go 1.23.4' 'source cache' 'toolchain-cache-hit true' 'cache-hit true' 'build-cache-hit true'
}

scenario_matrix() {
    project matrix matrix
    write .go-version 1.23.4
    # One after the other, as each has a runner of its own: only the first finds no modules.
    local version modules=false
    for version in "${VERSIONS[@]}"; do
        job cold --matrix "go:$version"
        expect "runs go$version" 'source download' "cache-hit $modules"
        modules=true
    done
    for version in "${VERSIONS[@]}"; do
        job warm --matrix "go:$version"
        expect "runs go$version" 'source cache' 'cache-hit true'
    done
}

scenario_failed() {
    project failed failed
    job_fails cold
    expect 'source download'
    expect_line 'modules: not kept'
    job_fails warm
    expect 'source download'
    [ -z "$(entries)" ] || fail 'a failed job kept a cache'
    passed
}

scenario_changed_sum() {
    project changed_sum basic
    job cold
    (cd "$project" && GOFLAGS=-modcacherw GOMODCACHE=$work/modules go get rsc.io/sampler@v1.3.1 2>/dev/null)
    git -C "$project" commit --quiet --all --message 'another go.sum'
    job changed
    expect 'source cache' 'cache-hit false' 'build-cache-hit true'
    expect_line 'restored gom1-modules-'
    job warm
    expect 'source cache' 'cache-hit true' 'build-cache-hit true'
}

scenario_edited() {
    project edited basic
    job cold
    edit_toolchains
    job edited
    expect 'go 1.22.6' 'source download' 'toolchain-cache-hit false'
    expect_line 'src/fmt/print.go'
}

scenario_two() {
    project two two
    job cold
    expect 'first go1.22.6' 'second go1.21.13' 'toolchain-cache-hit false'
    job warm
    expect 'first go1.22.6' 'second go1.21.13' 'toolchain-cache-hit true'
}

scenario_policies() {
    project policies policy
    write .go-version 1.21.13
    local hit=false
    export POLICY
    for POLICY in local auto inherit; do
        job "$POLICY"
        case $POLICY in
        local) expect 'GOTOOLCHAIN local' 'runs go1.21.13' ;;
        auto) expect 'GOTOOLCHAIN auto' 'runs go1.22.6' ;;
        # Then go takes the default of its own, which is auto.
        inherit) expect 'GOTOOLCHAIN unset' 'runs go1.22.6' ;;
        esac
        expect 'set-up 1.21.13' "toolchain-cache-hit $hit"
        hit=true
    done
}

scenario_tool_cache() {
    project tool_cache basic
    local tree=$work/act/tool_cache/go/1.22.6/x64
    mkdir -p "$tree"
    unzip -q "$shelf/golang.org/toolchain/@v/v0.0.1-go1.22.6.linux-amd64.zip" -d "$work/unpacked"
    mv "$work/unpacked/golang.org"/toolchain@*/* "$tree"
    chmod -R +x "$tree/bin" "$tree/pkg/tool"
    # No module can have a go.mod below its own.
    find "$tree" -name _go.mod -execdir mv {} go.mod \;
    touch "$tree.complete"
    job cold
    expect 'go 1.22.6' 'source tool-cache' 'toolchain-cache-hit false' 'cache-hit false'
    job warm
    expect 'go 1.22.6' 'source tool-cache' 'toolchain-cache-hit false' 'cache-hit true'
    [[ $(entries) != *toolchain* ]] || fail 'a toolchain of the runner was kept'
    passed
    rm -rf "$work/act/tool_cache"
}

scenario_store() {
    project store basic
    job cold
    keep_home=yes job warm
    expect 'go 1.22.6' 'source store' 'toolchain-cache-hit false' 'cache-hit true'
}

scenario_plain() {
    project plain plain
    job plain
    passed
}

# ---- a run ---------------------------------------------------------------------------------------------

prepare() {
    checks=0
    network=$(go env GOPROXY)
    proxy=${network%%[,|]*}
    mkdir -p "$work/bin" "$work/home" "$work/caches" "$work/action/action"
    # Only what a bare runner has, and gom: no Go.
    ln -s "$(command -v act)" "$(command -v node)" "$gom" "$work/bin"
    cp "$root/action.yml" "$work/action"
    cp -R "$root/action/dist" "$root/action/package.json" "$work/action/action"
    fill_shelf
}

# Every toolchain is downloaded once: a folder with the files of a module proxy is one.
fill_shelf() {
    local version file
    shelf=$work/shelf
    for version in "${VERSIONS[@]}"; do
        for file in "golang.org/toolchain/@v/v0.0.1-go$version.linux-amd64".{info,mod,zip}; do
            curl --fail --silent --show-error --create-dirs --output "$shelf/$file" "$proxy/$file"
        done
    done
    GOPROXY=file://$shelf,$network
}

# project NAME WORKFLOW: a repository with a module, and no caches yet.
project() {
    project=$work/projects/$1
    caches=$work/caches/$1
    mkdir -p "$project/.github/workflows"
    cp "$root/tests/act/workflows/$2.yml" "$project/.github/workflows/ci.yml"
    cp "$root"/tests/act/module/* "$project"
    git -C "$project" init --quiet --initial-branch main
    git -C "$project" config user.name act
    git -C "$project" config user.email act@example.com
    git -C "$project" remote add origin https://github.com/example/hello
    git -C "$project" add --all
    git -C "$project" commit --quiet --message "$1"
}

write() {
    printf '%s\n' "$2" >"$project/$1"
    git -C "$project" add "$1"
    git -C "$project" commit --quiet --message "$1"
}

# job NAME ACT-OPTION...: the workflow, from an empty home; sets log.
job() {
    run_act "$@" || fail "the job failed"
    times "$1"
}

job_fails() {
    ! run_act "$@" || fail "the job did not fail"
    times "$1"
}

run_act() {
    log=$work/log
    shift
    if [ -z "${keep_home:-}" ]; then
        empty "$work/home"
    fi
    (cd "$project" && env -i PATH="$work/bin:/usr/bin:/bin" HOME="$work/home" GOPROXY="$GOPROXY" \
        POLICY="${POLICY:-}" PROXY="$proxy" \
        act push --platform ubuntu-latest=-self-hosted --action-cache-path "$work/act" \
        --local-repository "gom/action@v1=$work/action" --action-offline-mode \
        --cache-server-addr 127.0.0.1 --cache-server-path "$caches" "$@" </dev/null >"$log" 2>&1)
}

# Modules are in read-only folders.
empty() {
    chmod -R u+w "$1"
    rm -rf "$1"
    mkdir "$1"
}

# The times of the action's two parts and of the build, as act gives them; of the first, what moving the caches
# took, and gom.
times() {
    local steps='s/.*  (Success|Failure) - (Main|Post) (Go|Build) \[([^]]*)\].*/\2 \3 \4/p'
    local parts='s/.*\| (restored gom1-|no cache for gom1-)([a-z]*).*; ([0-9]+ ms)$/\2 \3/p; s/.*\| (go1[^ ]*) from ([a-z-]*),.*; ([0-9]+ ms)$/gom \3/p'
    printf '    %-8s %s\n' "$1" "$(sed -nE "$steps" "$log" | paste -sd, | sed 's/,/, /g')"
    parts=$(sed -nE "$parts" "$log" | paste -sd, | sed 's/,/, /g')
    [ -z "$parts" ] || printf '             of Main Go: %s\n' "$parts"
}

# ---- caches --------------------------------------------------------------------------------------------

# The keys that act's service has.
entries() {
    [ -f "$caches/bolt.db" ] || return 0
    strings "$caches/bolt.db" | grep -o 'gom1-[a-z]*' | sort -u
}

# Changes one byte of a source file in every archive that has it.
edit_toolchains() {
    local archive edited=0
    while IFS= read -r archive; do
        zstd --quiet --decompress --stdout "$archive" >"$work/plain.tar" 2>/dev/null || continue
        # From a comment in src/fmt/print.go, which is in no other file.
        LC_ALL=C grep -qa '^// Fprintf formats according' "$work/plain.tar" || continue
        LC_ALL=C sed -i 's|^// Fprintf formats according|// Fprintf formatz according|' "$work/plain.tar"
        zstd --quiet --force "$work/plain.tar" -o "$archive"
        edited=$((edited + 1))
    done < <(find "$caches" -type f ! -name bolt.db)
    [ "$edited" = 1 ] || fail "archives with a toolchain: $edited"
}

# ---- what came out -------------------------------------------------------------------------------------

# expect 'NAME VALUE'...
expect() {
    local want
    for want in "$@"; do
        grep -qE "RESULT $want *\$" "$log" || fail "not printed: RESULT $want"
        passed
    done
}

expect_line() {
    grep -qF "$1" "$log" || fail "not printed: $1"
    passed
}

passed() {
    checks=$((checks + 1))
}

fail() {
    cat "$log" >&2
    echo "error: $1" >&2
    exit 1
}

main "$@"
