#!/usr/bin/env bash
# Counts the system calls of the shim as it is shipped, from its start to the exec of the selected program,
# and compares them with .ci/syscalls.txt: each one costs every `go` of every day, so none comes unseen.
#
# A C program that only calls execv has some too: the C library's start-up. They are counted here and left
# out of the numbers, so that those do not change with the library. docs/performance.md says what the others
# are. With --write the table is made anew.
#
# The machine of a case has a policy or none, whatever the real one has: its /etc is a folder of this script,
# mounted where nothing else sees it. Where nothing can be mounted, the case with a policy is left out.
set -euo pipefail

readonly TABLE=.ci/syscalls.txt
# In bytes: what a start has to page in.
readonly LARGEST=1300000

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    local shim
    shim=$(./install.sh --build-shim)
    check_build "$shim"
    make_world "$shim"
    make_policy
    find_namespace
    build_wrapper
    count_all >"$world/counts"
    if [[ ${1-} == --write ]]; then
        { grep '^#' "$TABLE" && cat "$world/counts"; } >"$world/table"
        cp "$world/table" "$TABLE"
    fi
    compare
}

check_build() {
    local size
    size=$(stat -c %s "$1")
    ((size <= LARGEST)) || fail "the shim has $size bytes, more than $LARGEST"
    local headers
    headers=$(LC_ALL=C readelf -hl "$1")
    grep -q '^ *Type: *EXEC ' <<<"$headers" || fail "the shim has no fixed address"
    ! grep -q INTERP <<<"$headers" || fail "the shim is not static: is libc.a there?"
}

# At a fixed depth, since folders are searched upward.
make_world() {
    world=$(mktemp -d /tmp/gom.XXXXXX)
    trap 'rm -rf -- "$world"' EXIT
    local store=$world/store name
    mkdir -p "$store/bin" "$store/used" "$world"/{home,version-file/a/b/c,go-mod/a/b/c,default/a/b/c}
    cp "$1" "$store/bin/gom-shim"
    for name in go1.22.6 go1.23.4; do
        mkdir -p "$store/toolchains/$name.$(platform)/bin"
        cp /bin/true "$store/toolchains/$name.$(platform)/bin/go"
        echo GOTOOLCHAIN=auto >"$store/toolchains/$name.$(platform)/go.env"
        echo "$name" >"$store/toolchains/$name.$(platform)/VERSION"
    done
    ln -s gom-shim "$store/bin/go"
    ln -s gom-shim "$store/bin/go1.22.6"
    mkdir -p "$store/tools/1.22.$(platform)/gopls"
    cp /bin/true "$store/tools/1.22.$(platform)/gopls/gopls"
    ln -s gom-shim "$store/bin/gopls"
    echo 1 >"$store/layout-version"
    echo 1.22.6 >"$store/default"
    echo 1.22.6 >"$world/version-file/.go-version"
    printf 'module example.com/m\n\ngo 1.22.0\n' >"$world/version-file/go.mod"
    printf 'module example.com/m\n\ngo 1.22.0\n\ntoolchain go1.23.4\n' >"$world/go-mod/go.mod"
}

# A folder for a machine's /etc without a policy, and one with.
make_policy() {
    local policy=$world/etc/policy/gom/policy.toml
    mkdir -p "$world"/etc/{plain,policy/gom}
    chmod 755 "$world"/etc/{plain,policy,policy/gom}
    printf '[minimum]\n"1.22" = "1.22.6"\n' >"$policy"
    chmod 644 "$policy"
}

# What gom keeps in the store of that machine: the policy's file, as it is seen there, and what may run.
write_verdict() {
    local file
    file=$(on_machine policy stat -c '%d %i %s %.9Y %.9Z %u %f' /etc/gom/policy.toml)
    printf '%s\n' 'gom policy verdict 1' "file $file" "day $(($(date +%s) / 86400))" 'mode enforce' \
        'downloads refused' "allowed go1.22.6.$(platform)" end >"$world/store/policy-verdict"
}

# Sets `namespace` to the words before a program with a /etc of its own.
find_namespace() {
    namespace=(unshare --mount)
    ! on_machine plain true 2>/dev/null || return 0
    namespace=(unshare --user --map-root-user --mount)
    ! on_machine plain true 2>/dev/null || return 0
    namespace=()
    [[ ! -e /etc/gom/policy.toml ]] || fail 'this machine has a policy, and no other /etc can be mounted'
}

# on_machine ETC PROGRAM ARGUMENT...: runs a program where $world/etc/ETC is /etc.
on_machine() {
    local etc=$world/etc/$1
    shift
    if [[ ${#namespace[@]} == 0 ]]; then
        "$@"
        return
    fi
    # shellcheck disable=SC2016 # The inner shell's.
    "${namespace[@]}" /bin/sh -c '/usr/bin/mount --bind "$1" /etc && shift && exec "$@"' sh "$etc" "$@"
}

platform() {
    case $(uname -m) in
    x86_64) echo linux-amd64 ;;
    aarch64) echo linux-arm64 ;;
    *) fail "which toolchain is for $(uname -m)?" ;;
    esac
}

build_wrapper() {
    cat >"$world/wrapper.c" <<'C'
#include <unistd.h>
int main(int argc, char **argv) { (void)argc; return execv(argv[1], argv + 1); }
C
    cc -O2 -static -o "$world/store/bin/wrapper" "$world/wrapper.c"
}

count_all() {
    local go
    go=$world/store/toolchains/go1.22.6.$(platform)/bin/go
    trace start-up default wrapper go1.22.6 "$go"
    start_up=$(wc -l <"$world/start-up.calls")
    count version-file version-file go go1.22.6
    count go-mod go-mod go go1.23.4
    count default default go go1.22.6
    count name version-file go1.22.6 go1.22.6
    count tool version-file gopls go1.22.6
    if [[ ${#namespace[@]} != 0 ]]; then
        write_verdict
        count policy version-file go go1.22.6
    fi
}

# count CASE PROJECT PROGRAM TOOLCHAIN: prints the number of calls beyond the start-up's.
count() {
    trace "$@" version
    printf '%-14s%d\n' "$1" "$(($(wc -l <"$world/$1.calls") - start_up))"
}

# trace CASE PROJECT PROGRAM TOOLCHAIN ARGUMENT: writes the calls up to the exec of TOOLCHAIN's go, or of its line's gopls.
trace() {
    local calls=$world/$1.calls folder=$world/$2/a/b/c etc=plain
    [[ $1 != policy ]] || etc=policy
    (
        cd "$folder"
        on_machine "$etc" env -i HOME="$world/home" PATH=/usr/bin:/bin PWD="$folder" \
            strace -qq -o "$calls" "$world/store/bin/$3" "$5"
    )
    # The first execve is the shim's own, the second what it becomes.
    sed -i '1d; /^execve(/q' "$calls"
    local program=toolchains/$4
    [[ $3 != gopls ]] || program=tools/1.22.$(platform)/gopls
    grep -q "^execve(\"$world/store/${program}[./].* = 0\$" "$calls" || fail "$1 did not run $4"
}

compare() {
    local name number wanted failed=no
    while read -r name number; do
        wanted=$(awk -v name="$name" '$1 == name { print $2 }' "$TABLE")
        if [[ $number == "$wanted" ]]; then
            echo "$name: $number system calls and $start_up to start up"
        else
            failed=yes
            echo "$name: $number system calls, not ${wanted:-any number}:"
            sed 's/^/    /' "$world/$name.calls"
        fi
    done <"$world/counts"
    [[ ${#namespace[@]} != 0 ]] || echo 'policy: left out, as nothing can be mounted here'
    [[ $failed == no ]] || fail "if this is meant: bash .ci/syscalls.sh --write"
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
