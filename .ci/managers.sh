#!/usr/bin/env bash
# Lets the real managers of Go lay out toolchains, and imports them: `just managers`. Each is fetched from where it can be
# had here: mise from npm, goup-rs from crates, golang.org/dl from the module proxy, Debian's Go from Debian. MANAGERS is a
# folder with checkouts or programs of others, which are built if need be: goenv, goenv3, asdf, asdf-golang, gobrew, g,
# goup-go. What can't be had is skipped, and the tests say so.
set -euo pipefail

readonly MISE_VERSION=2026.9.15 GOUP_VERSION='^0.16' DL=go1.25.4

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    folder=$PWD/target/managers
    mkdir -p "$folder"
    attempt mise mise
    attempt goup goup
    attempt "$DL" dl
    attempt debian debian
    attempt go ln -s "$(command -v go)" "$folder/go"
    local name
    for name in goenv goenv3 asdf asdf-golang gobrew g goup-go; do
        attempt "$name" other "$name"
    done
    cargo test --workspace --no-run
    GOM_TEST_MANAGERS=$folder cargo test --workspace --test managers
}

# attempt PROGRAM COMMAND...: unless it is there already.
attempt() {
    local program=$1
    shift
    [[ ! -e $folder/$program ]] || return 0
    (set -e; "$@") || echo "can't be had here: $program"
}

mise() {
    npm install --silent --no-save --prefix "$folder/npm" "@jdxcode/mise-linux-x64@$MISE_VERSION"
    ln -s npm/node_modules/@jdxcode/mise-linux-x64/bin/mise "$folder/mise"
}

goup() {
    cargo install --quiet --locked --version "$GOUP_VERSION" --root "$folder/cargo" goup-rs
    ln -s cargo/bin/goup "$folder/goup"
}

dl() {
    GOBIN=$folder go install "golang.org/dl/$DL@latest"
}

# The package itself, not installed.
debian() {
    local package
    package=$(apt-cache depends golang-go | sed -n 's/.*Depends: \(golang-[0-9.]*-go\)$/\1/p' | head -n 1)
    (cd "$folder" && apt-get download --quiet=2 "$package" "${package%-go}-src")
    mkdir "$folder/debian.part"
    for package in "$folder"/golang-*.deb; do
        dpkg -x "$package" "$folder/debian.part"
    done
    mv "$folder/debian.part" "$folder/debian"
}

# other NAME: from MANAGERS. Programs in Go are built, others are taken as they are.
other() {
    local from=${MANAGERS:?not set}/$1
    [[ -e $from ]]
    if [[ ! -f $from/go.mod ]]; then
        ln -s "$from" "$folder/$1"
        return
    fi
    local package=.
    [[ ! -d $from/cmd/${1%-go} ]] || package=./cmd/${1%-go}
    (cd "$from" && go build -o "$folder/$1" "$package")
}

main "$@"
