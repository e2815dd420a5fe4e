#!/usr/bin/env bash
# The steps of .github/workflows/release.yml that are more than one line, so that each can be run by hand too.
#
#     .ci/release.sh check TAG      the tag fits the version, and release.toml says whose release it is
#     .ci/release.sh build          makes everything in target/dist, on Debian 12 or in a folder with Debian 12
#     .ci/release.sh sbom           writes target/dist/sbom/*.cdx.json, what is linked into gom and its shim
#     .ci/release.sh module-tag     makes the tag that publishes target/dist/gomod, and prints its name
#     .ci/release.sh module-check   compares the module in the checksum database with target/dist
#     .ci/release.sh sign PROGRAM   signs a program for macOS, if there are secrets to do so; `dist` calls it
#     .ci/release.sh notarise       lets Apple look at the programs for macOS in target/dist, likewise
#     .ci/release.sh value NAME     prints a value of release.toml
set -euo pipefail

readonly DEBIAN=bookworm DEBIAN_ROOT=/var/tmp/gom-release-debian
readonly CYCLONEDX_VERSION=0.5.9 RCODESIGN_VERSION=0.29.0

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    case ${1:-} in
    check) check_tag "${2:?the tag}" ;;
    build) build ;;
    build-here) build_here ;;
    sbom) sbom ;;
    module-tag) module_tag ;;
    module-check) module_check ;;
    sign) sign "${2:?the program}" ;;
    notarise) notarise ;;
    value) value "${2:?the name}" ;;
    *) fail 'usage: .ci/release.sh check TAG | build | sbom | module-tag | module-check | sign PROGRAM | notarise | value NAME' ;;
    esac
}

check_tag() {
    local tag=$1 version repository
    version=$(version)
    [[ $tag == "v$version" ]] || fail "the tag $tag is not v$version, the version in Cargo.toml"
    repository=$(value repository)
    [[ -n $repository ]] || fail 'release.toml names no repository: fill it in before the first release'
    [[ -n $(value base) ]] || fail 'release.toml names no base: fill it in before the first release'
    # Without it gom could never update itself.
    [[ -n $(value module) ]] || fail 'release.toml names no module: fill it in before the first release'
    module_folder >/dev/null
    [[ -z ${GITHUB_REPOSITORY:-} || $GITHUB_REPOSITORY == "$repository" ]] ||
        fail "release.toml says $repository, and this is ${GITHUB_REPOSITORY:-}"
    echo "gom $version of $repository"
}

version() {
    sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1
}

value() {
    sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" release.toml
}

# ---- building ------------------------------------------------------------------------------------------

# The compilers are Debian 12's, pinned by their versions. Elsewhere Debian is put into a folder by debootstrap, which
# checks its signatures, and the build runs in there.
build() {
    if is_debian; then
        build_here
        return
    fi
    as_root apt-get install -y -qq --no-install-recommends debootstrap debian-archive-keyring
    local keys=/usr/share/keyrings/debian-archive-keyring.gpg
    [[ -x $DEBIAN_ROOT/usr/bin/git ]] || as_root debootstrap --variant=minbase --keyring="$keys" \
        --include=build-essential,ca-certificates,curl,git,python3,python3-venv "$DEBIAN" "$DEBIAN_ROOT"
    # Rust for xtask, and its lld, are the runner's.
    local folder
    for folder in "$PWD" "${RUSTUP_HOME:-$HOME/.rustup}" "${CARGO_HOME:-$HOME/.cargo}"; do
        as_root mkdir -p "$DEBIAN_ROOT$folder"
        as_root mount --bind "$folder" "$DEBIAN_ROOT$folder"
    done
    as_root mount -t proc proc "$DEBIAN_ROOT/proc"
    as_root cp /etc/resolv.conf "$DEBIAN_ROOT/etc/resolv.conf"
    as_root chroot "$DEBIAN_ROOT" env HOME="$HOME" PATH="${CARGO_HOME:-$HOME/.cargo}/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
        APPLE_P12="${APPLE_P12:-}" APPLE_P12_PASSWORD="${APPLE_P12_PASSWORD:-}" SOURCE_DATE_EPOCH="$(time_of_commit)" \
        bash "$PWD/.ci/release.sh" build-here
    as_root chown -R "$(id -u):$(id -g)" target
}

build_here() {
    bash .ci/tools.sh packages
    if [[ -n ${APPLE_P12:-} ]]; then
        install_crate apple-codesign "$RCODESIGN_VERSION" rcodesign
        export GOM_SIGN_MACOS=$PWD/.ci/release.sh
    fi
    cargo xtask dist
    # The workflow takes the files from here.
    [[ -z ${CARGO_TARGET_DIR:-} ]] || ln -sfn "$CARGO_TARGET_DIR" target
    (cd target/dist && sha256sum --check SHA256SUMS)
}

is_debian() {
    # shellcheck disable=SC1091 # its names are known
    [[ -r /etc/os-release ]] && (. /etc/os-release && [[ ${ID:-} == debian && ${VERSION_CODENAME:-} == "$DEBIAN" ]])
}

time_of_commit() {
    git log -1 --format=%ct
}

as_root() {
    if ((EUID)); then sudo "$@"; else "$@"; fi
}

install_crate() {
    command -v "$3" >/dev/null || cargo install --quiet --locked --version "$2" "$1"
}

# ---- what is in it -------------------------------------------------------------------------------------

# One list of components for each target: what is linked in differs.
sbom() {
    install_crate cargo-cyclonedx "$CYCLONEDX_VERSION" cargo-cyclonedx
    mkdir -p target/dist/sbom
    local archive target
    for archive in target/dist/gom-*.tar.gz; do
        target=${archive##*/gom-"$(version)"-}
        target=${target%.tar.gz}
        # It writes one for each program of the workspace.
        SOURCE_DATE_EPOCH=$(time_of_commit) cargo cyclonedx --quiet --format json --target "$target" \
            --no-build-deps --describe binaries
        python3 .ci/sbom.py "${archive##*/}" crates/gom-cli/gom_bin.cdx.json shims/gom-shim_bin.cdx.json \
            >"target/dist/sbom/gom-$target.cdx.json"
        find crates shims tests xtask -name '*.cdx.json' -delete
    done
}

# ---- the Go module -------------------------------------------------------------------------------------

# Where the module lies in the repository, as the go command reads its path: `get` of github.com/OWNER/REPO/get. A module
# of another host is not published here: its web server has to serve target/dist/goproxy.
module_folder() {
    local module repository folder
    module=$(value module) repository=$(value repository)
    [[ $module == github.com/* ]] || return 0
    folder=${module#"github.com/${repository,,}/"}
    # At the root it would be a module of the whole repository, which has other files.
    [[ $folder != "$module" && $folder != "${module%/*}" ]] ||
        fail "the module $module has to lie in a folder of github.com/${repository,,}, such as github.com/${repository,,}/get"
    echo "$folder"
}

# A commit of its own, without a parent, that holds the module's files alone: `FOLDER/vVERSION` is the tag that the go
# command looks for. The archives are in no branch.
module_tag() {
    local folder tag commit index
    folder=$(module_folder)
    [[ -n $folder ]] || return 0
    tag=$folder/v$(version)
    index=$(mktemp -d)
    export GIT_INDEX_FILE=$index/index
    git --work-tree=target/dist/gomod add --all --force .
    commit=$(git write-tree)
    git read-tree --empty
    git read-tree --prefix="$folder/" "$commit"
    commit=$(git commit-tree -m "gom $(version) as a Go module" "$(git write-tree)")
    git tag "$tag" "$commit"
    unset GIT_INDEX_FILE
    rm -r "$index"
    echo "$tag"
}

# Asks for the module as a user does, which makes the checksum database's record if there is none yet: it has to be the
# hash of the files that were built, attested and tested.
module_check() {
    local module version hash found
    module=$(value module) version=$(version)
    hash=h1:$(openssl dgst -sha256 -binary "target/dist/gom-$version-module.txt" | base64)
    found=$(cd / && GOFLAGS=-mod=mod GOTOOLCHAIN=local GOMODCACHE=$(mktemp -d) go mod download -json "$module@v$version" |
        sed -n 's/^\t"Sum": "\(.*\)",$/\1/p')
    [[ $found == "$hash" ]] || fail "the go command has $module v$version with the hash ${found:-(none)}, and the files have $hash"
    echo "$module v$version $hash"
}

# ---- Apple ---------------------------------------------------------------------------------------------

# With a certificate of Apple's; without, the linker's own signature stays, which arm64 programs need to run.
sign() {
    [[ -n ${APPLE_P12:-} ]] || return 0
    local key
    key=$(mktemp)
    base64 --decode >"$key" <<<"$APPLE_P12"
    rcodesign sign --p12-file "$key" --p12-password-file <(printf %s "${APPLE_P12_PASSWORD:-}") \
        --code-signature-flags runtime --binary-identifier "${1##*/}" "$1"
    rm -f "$key"
}

# A program alone can't hold Apple's ticket: macOS asks Apple for it when the program first starts.
notarise() {
    if [[ -z ${APPLE_API_KEY:-} ]]; then
        echo 'no APPLE_API_KEY: the programs for macOS are not notarised'
        return 0
    fi
    install_crate apple-codesign "$RCODESIGN_VERSION" rcodesign
    local work archive
    work=$(mktemp -d)
    printf %s "$APPLE_API_KEY" >"$work/key.json"
    for archive in target/dist/gom-*-apple-darwin.tar.gz; do
        tar -xzf "$archive" -C "$work"
        (cd "$work/$(basename "$archive" .tar.gz)" && python3 -m zipfile -c "$work/programs.zip" gom gom-shim)
        rcodesign notary-submit --api-key-file "$work/key.json" --wait "$work/programs.zip"
    done
    rm -rf "$work"
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
