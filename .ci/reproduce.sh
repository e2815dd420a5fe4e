#!/usr/bin/env bash
# Builds a release twice, as two people would, and compares every file byte by byte: `just reproduce [TARGET...]`.
#
# Once in this checkout. Once in a fresh clone, in another folder, with another home (so with other copies of the
# crates and of zig), in another time zone. What is compared is the last commit.
set -euo pipefail

readonly TARGETS=(x86_64-unknown-linux-musl aarch64-apple-darwin)

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    [[ -z $(git status --porcelain --untracked-files=no) ]] || fail 'commit first: the second build is of the last commit'
    local target options=()
    (($#)) || set -- "${TARGETS[@]}"
    for target in "$@"; do
        options+=(--target "$target")
    done
    work=$(mktemp -d)
    trap 'rm -rf -- "$work"' EXIT
    build 'in this checkout' cargo xtask dist "${options[@]}" --out "$work/one"
    another "$work/another-user"
    compare "$work/one" "$work/two"
}

# another HOME: the second build.
another() {
    local home=$1 rustup=${RUSTUP_HOME:-$HOME/.rustup} cargo=${CARGO_HOME:-$HOME/.cargo} file
    # Where crates come from is this machine's business, and so is its Rust for xtask.
    mkdir -p "$home/.cargo"
    for file in "$cargo"/config{,.toml}; do
        [[ ! -e $file ]] || cp "$file" "$home/.cargo"
    done
    git clone --quiet . "$home/src/elsewhere"
    (
        cd "$home/src/elsewhere"
        unset CARGO_TARGET_DIR CARGO_HOME XDG_CACHE_HOME
        export HOME=$home RUSTUP_HOME=$rustup TZ=Asia/Shanghai
        build 'in another folder, for another user' cargo xtask dist "${options[@]}" --out "$work/two"
    )
}

# build WHERE COMMAND...
build() {
    local where=$1 started=$SECONDS
    shift
    printf '==> %s\n' "$where"
    "$@"
    printf '==> %s: %d s\n' "$where" "$((SECONDS - started))"
}

# compare ONE TWO: every file of a release, the packages too.
compare() {
    local one=$1 two=$2 name differ=no
    while IFS= read -r name; do
        if cmp -s "$one/$name" "$two/$name"; then
            printf 'the same bytes: %s  %s\n' "$(sha256sum <"$one/$name" | cut -c 1-64)" "$name"
        else
            differ=yes
            printf 'differs: %s\n' "$name"
            [[ $name != *.tar.gz ]] || list_differences "$one/$name" "$two/$name"
        fi
    done < <(cd "$one" && find . -type f | sort)
    [[ $differ == no ]] || fail 'the two builds differ'
}

list_differences() {
    local number=0 archive
    for archive in "$@"; do
        number=$((number + 1))
        mkdir -p "$work/unpacked/$number"
        tar -xzf "$archive" -C "$work/unpacked/$number"
    done
    diff -rq "$work/unpacked/1" "$work/unpacked/2" || :
    rm -rf "$work/unpacked"
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
