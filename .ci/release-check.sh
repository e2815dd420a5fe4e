#!/usr/bin/env bash
# Installs gom in each way that docs/packages.md has, from the files in target/dist, as a person does it, to `go version`
# of a Go that gom fetched and proved. Then it removes the package, and that Go still has to answer. With debootstrap each
# way has a bare Debian with its package manager and no more; elsewhere an empty home.
#
#     .ci/release-check.sh [WAY...]      by default every way that this machine has the tools for
#
# It prints the time of each way, and the bytes that came: those of the package and of Go's archive. No package registry
# is asked for gom, whose name there may be somebody else's; where a way needs a registry, a small one answers on this
# machine (.ci/registry.py). DIST is another folder with the archives and packages.
set -euo pipefail

readonly WAYS=(installer curl wget module update pip pipx uv npm registry brew binstall deb image devcontainer)
readonly GO=1.26
readonly ANSWER='^go version go1\.26(\.[0-9]+)? [a-z]+/[a-z0-9]+$'
# The path that the release has as a Go module here.
readonly MODULE=example.com/gom
# pip can fetch both where they are missing.
readonly PIPX_VERSION=1.8.0 UV_VERSION=0.13.9

main() {
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
    dist=${DIST:-$root/target/dist}
    packages=$dist/packages
    [[ -d $packages ]] || fail "there is no $packages: run \`cargo xtask dist\`"
    # The runner of a workflow keeps no modes.
    chmod -R u+rwX,go+rX "$dist"
    chmod 755 "$packages"/image/*/gom "$packages"/image/*/gom-shim "$packages"/devcontainer/*.sh 2>/dev/null || true
    work=$(mktemp -d)
    trap clean_up EXIT
    unset GOM_HOME GOM_DOWNLOAD_BASE GOM_CACHE_DIR GOM_TOOLCHAIN XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME GOROOT GOPATH
    # Where go.dev is out of reach; a program of a release knows Go's own default.
    if command -v go >/dev/null; then
        GOPROXY=$(go env GOPROXY)
        export GOPROXY
    fi
    passed=0 skipped=0 report=''
    local way
    for way in "${@:-${WAYS[@]}}"; do
        check "$way"
    done
    printf '\nway          seconds   package bytes   Go bytes\n%s' "$report"
    printf '\n%d passed, 0 failed, %d skipped\n' "$passed" "$skipped"
}

# check WAY: in a home of its own.
check() {
    local way=$1 started ended reason
    printf '\n==> %s\n' "$way"
    home=$work/$way
    mkdir -p "$home"
    package_bytes=0 go_bytes=0 place=''
    if declare -F "needs_$way" >/dev/null && ! reason=$("needs_$way"); then
        echo "not tried: $reason"
        skipped=$((skipped + 1))
        report+=$(printf '%-12s not tried: %s' "$way" "$reason")$'\n'
        return
    fi
    ! declare -F "prepare_$way" >/dev/null || "prepare_$way"
    started=$(tenths)
    "way_$way"
    ended=$(tenths)
    report+=$(printf '%-12s %5d.%d %15d %10d' "$way" $(((ended - started) / 10)) $(((ended - started) % 10)) \
        "$package_bytes" "$go_bytes")$'\n'
    passed=$((passed + 1))
    as_root rm -rf "$home" "$home.place"
}

# The time in tenths of a second; a Mac's date and bash know only whole ones.
tenths() {
    python3 -c 'import time; print(int(time.time() * 10))'
}

# ---- what all of them do -------------------------------------------------------------------------------

# as_user COMMAND...: in the way's own home, with the folders where package managers put programs first on PATH.
as_user() {
    local first=$home/.gom/bin:$home/bin:$home/.local/bin
    if [[ -n $place ]]; then
        # shellcheck disable=SC2016 # for the inner shell
        as_root unshare --mount sh -c '
            place=$1 count=$2
            shift 2
            mount -t proc proc "$place/proc"
            while [ "$count" -gt 0 ]; do
                mkdir -p "$place$1"
                mount --bind "$1" "$place$1"
                shift
                count=$((count - 1))
            done
            exec chroot "$place" "$@"
        ' sh "$place" 4 "$home" "$dist" "$work/wheel" "$root/.ci" env -i HOME="$home" \
            PATH="$first:/usr/local/bin:/usr/bin:/bin" ${GOPROXY:+GOPROXY="$GOPROXY"} "$@"
    else
        HOME=$home PATH=$first:$PATH "$@"
    fi
}

# bare [PACKAGE...]: where there is debootstrap, the way's place is a Debian with these packages, and the files of the
# release, this folder's scripts and the way's home are there under the same paths as here.
bare() {
    needs_debian >/dev/null || return 0
    local base="debian.${*:-base}"
    base=$work/${base// /+}
    if [[ ! -d $base ]]; then
        debian "$base.new"
        if (($#)); then
            in_debian "$base.new" sh -c 'apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"' sh "$@" \
                >"$work/apt.log" 2>&1 || fail "apt-get install $*: $(tail -n 3 "$work/apt.log")"
        fi
        as_root mv "$base.new" "$base"
    fi
    mkdir -p "$work/wheel"
    place=$home.place
    as_root cp -a --reflink=auto "$base" "$place"
}

# gom_gives_go GOM: what somebody types after the package is there.
gom_gives_go() {
    as_user "$1" --version
    as_user "$1" install "$GO"
    answers
    count_go "$home/.gom"
}

# The go that a person would get.
answers() {
    local answer
    answer=$(cd / && as_user go version)
    echo "$answer"
    [[ $answer =~ $ANSWER ]] || fail "this is not Go $GO of gom: $answer"
    [[ $(as_user sh -c 'command -v go') == "$home/.gom/bin/go" ]] || fail 'another go came first'
}

# After the package is removed.
still_answers() {
    [[ -L $home/.gom/bin/gom ]] || fail 'gom in the store is not a link to the gom of the package'
    [[ ! -e $home/.gom/bin/gom ]] || fail 'the package was not removed'
    answers >/dev/null
    local refusal
    refusal=$(cd / && as_user go '+>=1.20' version 2>&1) && fail "without gom a range was answered: $refusal"
    [[ $refusal == *'install gom again, because'*'which was removed'* ]] || fail "this does not say what is gone: $refusal"
    echo "removed: go still answers, and says when it needs gom"
}

# count FILE...: the bytes of the package.
count() {
    local file
    for file in "$@"; do
        package_bytes=$((package_bytes + $(wc -c <"$file")))
    done
}

# The bytes that gom fetched of Go's archive, from its receipt.
count_go() {
    go_bytes=$(sed -n '/"archive"/,/}/s/.*"size": *\([0-9]*\).*/\1/p' "$1"/receipts/*.json | head -n 1)
    [[ -n $go_bytes ]] || fail "no size in $1/receipts"
}

# The package's name: it depends on release.toml.
name() {
    local formula
    formula=$(echo "$packages"/homebrew/*.rb)
    basename "$formula" .rb
}

# The name of this machine in a package: os and processor as npm has them.
npm_platform() {
    case $(uname -sm) in
    'Darwin arm64') echo darwin-arm64 ;;
    'Darwin x86_64') echo darwin-x64 ;;
    'Linux aarch64') echo linux-arm64 ;;
    'Linux x86_64') echo linux-x64 ;;
    esac
}

deb_architecture() {
    case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    esac
}

as_root() {
    if ((EUID)); then sudo "$@"; else "$@"; fi
}

# serve FOLDER [CERTIFICATE KEY]: over HTTP, or TLS, on this machine alone. Sets address.
serve() {
    mkfifo "$home/address"
    python3 "$root/.ci/registry.py" "$@" >"$home/address" &
    server=$!
    # Waits until the server says it, or has ended.
    read -r address <"$home/address" || fail "the server of $1 did not start"
    rm "$home/address"
}

stop_serving() {
    kill "$server"
    server=''
}

# xtask ARGUMENT...
xtask() {
    cargo run --quiet --manifest-path "$root/Cargo.toml" --package xtask -- "$@" 2>/dev/null
}

# copy_release FOLDER: what packages are made of.
copy_release() {
    mkdir -p "$1"
    cp "$dist"/{SHA256SUMS,install.sh} "$dist"/gom-*.tar.gz "$1"
}

clean_up() {
    [[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true
    local mount
    while read -r mount; do
        as_root umount -l "$mount"
    done < <(awk -v work="$work/" 'index($2, work) == 1 { print $2 }' /proc/mounts 2>/dev/null | sort -r)
    as_root rm -rf "$work"
}

fail() {
    echo "error: $1" >&2
    exit 1
}

# ---- the ways ------------------------------------------------------------------------------------------

prepare_installer() { bare; }

# The script with the archives in a folder.
way_installer() {
    as_user env GOM_DOWNLOAD_BASE="file://$dist" sh "$dist/install.sh" --no-setup --go "$GO" >/dev/null
    answers
    count_go "$home/.gom"
    count_release
}

# count_release: what install.sh of a release downloads here, and itself.
count_release() {
    count "$dist/install.sh" "$dist"/gom-*-"$(archive_target)".tar.gz
}

needs_curl() { needs_debian; }
prepare_curl() { debian "$home/debian" curl; }
way_curl() { from_pipe curl -fsSL; }

needs_wget() { needs_debian; }
prepare_wget() { debian "$home/debian" wget; }
way_wget() { from_pipe wget -qO-; }

# from_pipe DOWNLOADER...: the script from a pipe, as it is in a release.
from_pipe() {
    local debian=$home/debian address
    serve "$dist"
    in_debian "$debian" sh -c "$* $address/install.sh | GOM_DOWNLOAD_BASE=$address sh -s -- --no-setup --go $GO" >"$home/answer"
    stop_serving
    [[ $(<"$home/answer") =~ $ANSWER ]] || fail "this is not the Go of gom: $(<"$home/answer")"
    debian_answers
    [[ -s $debian/root/.gom/share/man/man1/gom.1 ]] || fail 'the man pages are not in the store'
    count_release
}

needs_module() {
    needs_debian || return 1
    command -v go >/dev/null || { echo 'go is not here'; return 1; }
    command -v cargo >/dev/null || { echo 'cargo is not here, which makes the module'; return 1; }
}

prepare_module() {
    release_module
    debian "$home/debian"
    as_root cp -a "$(go env GOROOT)" "$home/debian/usr/local/go"
}

# With a go command that is there already, which proves the module by a checksum database.
way_module() {
    local debian=$home/debian address
    serve "$work/go-module"
    in_debian "$debian" env PATH=/usr/local/go/bin:/usr/bin:/bin GOTOOLCHAIN=local GOPROXY="$address/goproxy" \
        GOSUMDB="$(<"$work/go-module/key") $address/sumdb" go run "$MODULE@latest"
    stop_serving
    in_debian "$debian" gom install "$GO"
    debian_answers
    count "$work/go-module/goproxy/$MODULE/@v/v$(version).zip"
}

needs_update() { needs_module; }

# The gom of the release under a version that it is newer than: of the same length, so that nothing in it moves.
prepare_update() {
    release_module
    debian "$home/debian"
    as_root cp -r "$work/go-module" "$home/debian/tmp/release"
    in_debian "$home/debian" env GOM_DOWNLOAD_BASE=file:///tmp/release sh /tmp/release/install.sh
    local gom=$home/debian/root/.gom/bin/gom version
    version=$(version)
    as_root env LC_ALL=C sed -i "s/${version//./\\.}/${version//[0-9]/0}/g" "$gom"
    [[ $(in_debian "$home/debian" gom --version) == "gom ${version//[0-9]/0}" ]] || fail 'this is not an older gom'
}

way_update() {
    local debian=$home/debian address
    serve "$work/go-module"
    in_debian "$debian" env GOM_SELF_MODULE="$MODULE" GOM_DOWNLOAD_BASE="$address" GOPROXY="$address/goproxy" \
        GOSUMDB="$(<"$work/go-module/key") $address/sumdb" gom self update
    stop_serving
    [[ $(in_debian "$debian" gom --version) == "gom $(version)" ]] || fail 'gom was not updated'
    in_debian "$debian" gom install "$GO"
    debian_answers
    count "$dist"/gom-*-"$(archive_target)".tar.gz "$work/go-module/gom-$(version)-module.txt" "$work/go-module/gom-latest.txt"
}

# The release as a Go module, and a checksum database that has it: the real one knows only what is published.
release_module() {
    local folder=$work/go-module
    [[ ! -d $folder ]] || return 0
    copy_release "$folder"
    xtask gomod --module "$MODULE" --archives "$folder"
    cargo run --quiet --manifest-path "$root/Cargo.toml" --package gom-tests --example checksum-database -- \
        "$folder" "$MODULE" >"$folder/key"
}

version() {
    sed -n "s/^release_version='\(.*\)'/\1/p" "$dist/install.sh"
}

# What the user has before is no part of the way, nor is finding out which wheel is counted.
prepare_pip() {
    wheel >/dev/null
    bare python3-venv pipx
}

# pip finds the wheel of this platform itself.
way_pip() {
    as_user python3 -m venv "$home/venv"
    as_user "$home/venv/bin/pip" install --quiet --no-index --find-links "$packages/pypi" "$(name)"
    as_user "$home/venv/bin/pip" check
    count_wheel
    gom_gives_go "$home/venv/bin/gom"
    as_user "$home/venv/bin/pip" uninstall --quiet --yes "$(name)"
    still_answers
}

# wheel: the one that pip takes here.
wheel() {
    local folder=$work/wheel
    [[ -e $(echo "$folder"/*.whl) ]] || python3 -m pip download --quiet --no-index --no-deps --find-links "$packages/pypi" --dest "$folder" \
        "$(name)" >&2
    echo "$folder"/*.whl
}

count_wheel() {
    count "$(wheel)"
}

# tool NAME VERSION: from pip, unless it is there.
tool() {
    if command -v "$1"; then return; fi
    [[ -x $work/tools/bin/$1 ]] || {
        python3 -m venv "$work/tools"
        "$work/tools/bin/pip" install --quiet "$1==$2"
    } >&2
    echo "$work/tools/bin/$1"
}

prepare_pipx() {
    prepare_pip
    [[ -n $place ]] || tool pipx "$PIPX_VERSION" >/dev/null
}

# Debian 12 has no uv.
prepare_uv() {
    prepare_pip
    local uv
    uv=$(tool uv "$UV_VERSION")
    [[ -z $place ]] || as_root cp "$uv" "$place/usr/local/bin/uv"
}

way_pipx() {
    local pipx=pipx
    [[ -n $place ]] || pipx=$(tool pipx "$PIPX_VERSION")
    as_user env PIPX_HOME="$home/pipx" PIPX_BIN_DIR="$home/bin" "$pipx" install "$(wheel)"
    count_wheel
    gom_gives_go "$home/bin/gom"
    as_user env PIPX_HOME="$home/pipx" PIPX_BIN_DIR="$home/bin" "$pipx" uninstall "$(name)"
    still_answers
}

way_uv() {
    local uv=uv
    [[ -n $place ]] || uv=$(tool uv "$UV_VERSION")
    as_user "$uv" tool install --quiet --no-index --find-links "$packages/pypi" "$(name)"
    count_wheel
    gom_gives_go "$home/.local/bin/gom"
    as_user "$uv" tool uninstall "$(name)"
    still_answers
    # The environment of uvx is in a cache that may be emptied: then the store has to have its own gom.
    as_root rm -rf "$home/.gom"
    as_user "$uv" tool run --no-index --find-links "$packages/pypi" --from "$(name)" gom install "$GO"
    as_user "$uv" cache clean --quiet
    answers
    as_user "$home/.gom/bin/gom" list
}

needs_npm() {
    needs_debian >/dev/null || command -v npm >/dev/null || { echo 'neither npm nor debootstrap is here'; return 1; }
}

prepare_npm() { bare npm; }

# Both files at once, as there is no registry to ask for the second.
way_npm() {
    local files=("$packages/npm/$(name)-$(npm_platform)"-*.tgz "$packages/npm/$(name)"-[0-9]*.tgz)
    as_user npm install --global --offline --prefix "$home" "${files[@]}"
    count "${files[@]}"
    gom_gives_go "$home/bin/gom"
    as_user npm uninstall --global --prefix "$home" "$(name)" "$(name)-$(npm_platform)"
    still_answers
}

needs_registry() {
    needs_npm || return 1
    command -v cargo >/dev/null || { echo 'cargo is not here, which makes packages with a name'; return 1; }
}

prepare_registry() { bare npm python3-venv; }

# By a name, as it is in a release: npm fetches the optional dependency of this platform and no other, without a script.
way_registry() {
    local name=gom-release-check folder=$home/dist files address
    copy_release "$folder"
    xtask packages --dist "$folder" --package "$name"
    serve "$folder/packages"
    as_user npm install --global --ignore-scripts --prefix "$home" --registry "$address/npm/" "$name"
    files=$(find "$home/lib/node_modules" -maxdepth 4 -name "$name-*")
    [[ $files == *"/$name-$(npm_platform)" && $files != *$'\n'* ]] || fail "npm did not take one platform: $files"
    count "$folder/packages/npm/$name-$(npm_platform)"-*.tgz "$folder/packages/npm/$name"-[0-9]*.tgz
    gom_gives_go "$home/bin/gom"
    as_user python3 -m venv "$home/venv"
    as_user "$home/venv/bin/pip" install --quiet --index-url "$address/pypi/" "$name"
    as_user "$home/venv/bin/gom" --version
    stop_serving
}

needs_brew() {
    needs_debian >/dev/null || command -v brew >/dev/null || command -v ruby >/dev/null ||
        { echo 'Homebrew, Ruby and debootstrap are not here'; return 1; }
}

prepare_brew() {
    command -v brew >/dev/null || bare ruby
}

# With Homebrew by itself. Elsewhere Ruby reads the formula, and runs it with a stand-in for what Homebrew gives it.
way_brew() {
    local formula
    formula=$(echo "$packages"/homebrew/*.rb)
    if command -v brew >/dev/null; then
        local tap=gom-release-check/files
        brew tap-new --no-git "$tap"
        sed "s|url \".*/\(gom-[^\"]*\)\"|url \"file://$dist/\1\"|" "$formula" >"$(brew --repository "$tap")/Formula/$(name).rb"
        brew install "$tap/$(name)"
        brew test "$tap/$(name)"
        gom_gives_go "$(brew --prefix)/bin/gom"
        brew uninstall "$tap/$(name)"
        brew untap "$tap"
    else
        echo 'Homebrew is not here: only its formula is run, by Ruby'
        as_user ruby -c "$formula"
        as_user ruby "$root/.ci/formula.rb" "$formula" "$home" "$dist"
        gom_gives_go "$home/bin/gom"
        as_root rm -r "${home:?}/bin" "$home/libexec"
    fi
    count "$dist"/gom-*-"$(archive_target)".tar.gz
    still_answers
}

# The target of this machine's archive.
archive_target() {
    case $(npm_platform) in
    darwin-arm64) echo aarch64-apple-darwin ;;
    darwin-x64) echo x86_64-apple-darwin ;;
    linux-arm64) echo aarch64-unknown-linux-musl ;;
    linux-x64) echo x86_64-unknown-linux-musl ;;
    esac
}

needs_binstall() {
    command -v cargo-binstall >/dev/null || { echo 'cargo-binstall is not here'; return 1; }
}

# It fetches over TLS alone: from a server of this machine, whose authority it is told.
way_binstall() {
    local folder=$home/dist address
    copy_release "$folder"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$home/key.pem" -out "$home/cert.pem" 2>/dev/null
    serve "$folder" "$home/cert.pem" "$home/key.pem"
    xtask packages --dist "$folder" --base "$address"
    as_user env CARGO_HOME="$home" cargo-binstall --no-confirm --root-certificates "$home/cert.pem" --no-track \
        --disable-telemetry --install-path "$home/bin" --manifest-path "$folder/packages/binstall" "$(name)"
    stop_serving
    count "$dist"/gom-*-"$(archive_target)".tar.gz
    gom_gives_go "$home/bin/gom"
    rm "$home/bin/gom"
    still_answers
}

needs_deb() { needs_debian; }

needs_debian() {
    command -v debootstrap >/dev/null || { echo 'debootstrap is not here'; return 1; }
    [[ -n $(deb_architecture) ]] || { echo 'not for this processor'; return 1; }
}

prepare_deb() {
    debian "$home/debian"
}

# In a Debian with nothing but the base and the authorities for TLS.
way_deb() {
    local debian=$home/debian file
    file=$(echo "$packages"/debian/*_"$(deb_architecture)".deb)
    as_root cp "$file" "$debian/tmp/gom.deb"
    count "$file"
    in_debian "$debian" dpkg -i /tmp/gom.deb
    in_debian "$debian" sh -c "gom --version && gom install $GO"
    debian_answers
    in_debian "$debian" dpkg --verify "$(name)"
    in_debian "$debian" dpkg --purge "$(name)"
    in_debian "$debian" go version
    in_debian "$debian" sh -c "! go '+>=1.20' version 2>&1" | grep 'which was removed'
}

# The go of root in $debian, from its store.
debian_answers() {
    in_debian "$debian" go version | tee "$home/answer"
    [[ $(<"$home/answer") =~ $ANSWER ]] || fail 'this is not the Go of gom'
    count_go "$debian/root/.gom"
}

# debian FOLDER [DOWNLOADER]: a copy of a base that is made once, with this machine's names and authorities, and with no
# other way to download.
debian() {
    local base=$work/debian downloader
    if [[ ! -d $base ]]; then
        as_root debootstrap --variant=minbase --include=ca-certificates,curl,wget bookworm "$base" >"$work/debootstrap.log" ||
            fail "debootstrap failed: $(tail -n 3 "$work/debootstrap.log")"
        as_root rm -rf "$base"/var/cache/apt/* "$base"/var/lib/apt/lists/*
        as_root cp /etc/resolv.conf "$base/etc/resolv.conf"
        as_root cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$base/etc/ssl/certs/ca-certificates.crt"
    fi
    as_root cp -a --reflink=auto "$base" "$1"
    for downloader in curl wget; do
        [[ $downloader == "${2:-}" ]] || as_root rm "$1/usr/bin/$downloader"
    done
}

# in_debian FOLDER COMMAND...: with only what the user of a fresh container has.
in_debian() {
    local folder=$1
    shift
    in_root "$folder" env -i HOME=/root PATH=/root/.gom/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${GOPROXY:+GOPROXY="$GOPROXY"} "$@"
}

# in_root FOLDER CHROOT-OPTION... COMMAND...: with /proc, as a container has it; it goes with the command.
in_root() {
    # shellcheck disable=SC2016 # for the inner shell
    as_root unshare --mount sh -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' sh "$@"
}

needs_image() {
    command -v buildah >/dev/null || { echo 'buildah is not here'; return 1; }
}

# Without a daemon and without namespaces, which a machine for tests may not have.
way_image() {
    local storage=(--root "$home/storage" --runroot "$home/run" --storage-driver vfs)
    local build=(as_root buildah "${storage[@]}" build --isolation chroot --network host --layers=false)
    local certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
    "${build[@]}" --quiet --platform "linux/$(deb_architecture)" --tag gom "$packages/image"
    cp "$certificates" "$home/authorities.pem"
    cat >"$home/Containerfile" <<RECIPE
FROM localhost/gom
COPY authorities.pem /authorities.pem
ENV SSL_CERT_FILE=/authorities.pem GOPROXY=${GOPROXY:-}
RUN ["/usr/local/bin/gom", "install", "$GO"]
RUN ["go", "version"]
RECIPE
    "${build[@]}" --tag with-go --file "$home/Containerfile" "$home" | tee "$home/answer"
    grep -Eq "${ANSWER#^}" "$home/answer" || fail 'this is not the Go of gom'
    cat >"$home/Copying" <<'RECIPE'
FROM scratch
COPY --from=localhost/gom /usr/local/bin/ /usr/local/bin/
RUN ["/usr/local/bin/gom", "--version"]
RECIPE
    "${build[@]}" --file "$home/Copying" "$home"
    count "$packages/image/$(deb_architecture)"/gom{,-shim}
    local container mounted
    container=$(as_root buildah "${storage[@]}" from localhost/with-go)
    mounted=$(as_root buildah "${storage[@]}" mount "$container")
    count_go "$mounted/root/.gom"
    as_root buildah "${storage[@]}" umount "$container" >/dev/null
}

needs_devcontainer() { needs_debian; }

prepare_devcontainer() {
    prepare_deb
    debian "$home/second"
}

# As the tool for development containers does it: install.sh as root with the options as variables, while the image is
# built; then, as the container's user and in the workspace, the feature's command. Two containers: the project's Go, and
# one of a version for root.
way_devcontainer() {
    local debian=$home/debian
    feature "$debian"
    in_debian "$debian" useradd --create-home dev
    in_debian "$debian" env _REMOTE_USER=dev VERSION=project /tmp/feature/install.sh
    as_root mkdir "$debian/workspace"
    printf 'module example.com/app\n\ngo %s\n' "$GO" | as_root tee "$debian/workspace/go.mod" >/dev/null
    as_root chown -R 1000 "$debian/workspace"
    as_dev "$debian" /usr/local/share/gom-feature/on-create.sh
    as_dev "$debian" go version | tee "$home/answer"
    [[ $(<"$home/answer") =~ $ANSWER ]] || fail "this is not the project's Go"
    count_go "$debian/usr/local/share/gom"
    count "$packages"/devcontainer/* "$dist"/gom-*-"$(archive_target)".tar.gz

    debian=$home/second
    feature "$debian"
    in_debian "$debian" env VERSION="$GO" BASE= sh /tmp/feature/install.sh
    in_debian "$debian" env PATH=/usr/local/share/gom/bin:/usr/bin:/bin go version | tee "$home/answer"
    [[ $(<"$home/answer") =~ $ANSWER ]] || fail "this is not the Go of the option"
}

# feature DEBIAN: the feature's folder in the image, with the archives, as nothing is released yet.
feature() {
    as_root cp -r "$packages/devcontainer" "$1/tmp/feature"
    as_root mkdir "$1/tmp/feature/archives"
    as_root cp "$dist"/gom-*-"$(archive_target)".tar.gz "$1/tmp/feature/archives"
    as_root chmod 700 "$1/tmp/feature"
}

# as_dev DEBIAN COMMAND...: in the workspace, with the PATH of the feature.
as_dev() {
    local debian=$1
    shift
    in_root "$debian" su dev -s /bin/sh -c 'cd /workspace && exec env -i "$@"' sh HOME=/home/dev \
        PATH=/usr/local/share/gom/bin:/usr/local/bin:/usr/bin:/bin ${GOPROXY:+GOPROXY="$GOPROXY"} "$@"
}

main "$@"
