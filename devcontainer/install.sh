#!/bin/sh
# Puts gom into a development container, in a store that belongs to the container's user. The tool for development
# containers calls it as root while it builds the image, with the options as variables, and _REMOTE_USER.
#
# gom-install.sh is the installer of a release: it accepts only the archives whose sums it has. They come from its own
# address, from BASE, or from a folder `archives` next to this file.
set -eu

readonly STORE=/usr/local/share/gom FEATURE=/usr/local/share/gom-feature
user=${_REMOTE_USER:-root}
version=${VERSION:-project}
base=${BASE:-}

main() {
    here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
    [ "$(id -u)" = 0 ] || fail "this runs as root, while the image is built"
    id "$user" >/dev/null 2>&1 || fail "there is no user $user in this image"
    [ -f "$here/gom-install.sh" ] || fail "gom-install.sh is missing: use the feature that \`cargo xtask dist\` makes"
    if [ -d "$here/archives" ]; then
        base=file://$here/archives
        # The user has to read what the tool copied for root.
        chmod -R a+rX "$here"
    else
        need_downloader
    fi
    mkdir -p "$STORE" "$FEATURE"
    chown "$user" "$STORE"
    install_gom
    cp "$here/on-create.sh" "$FEATURE/on-create.sh"
    chmod 755 "$FEATURE/on-create.sh"
    echo "$version" >"$FEATURE/version"
    case $version in
    project | none) ;;
    # In /, where no project asks for another version.
    *) as_user "cd / && '$STORE/bin/gom' install '$version' && '$STORE/bin/gom' use '$version'" ;;
    esac
}

install_gom() {
    # The folder of the feature may be closed to the user.
    installer=$(mktemp)
    cat "$here/gom-install.sh" >"$installer"
    chmod 644 "$installer"
    # What it says about PATH is done by the feature.
    log=$(mktemp)
    as_user "cd / && GOM_HOME='$STORE' GOM_DOWNLOAD_BASE='$base' sh '$installer'" >"$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
    rm -f "$installer" "$log"
}

as_user() {
    if [ "$user" = root ]; then
        sh -c "$1"
    else
        # Not a login: it would reset PATH and the variables for proxies.
        su "$user" -s /bin/sh -c "$1"
    fi
}

# curl or wget, and the authorities for TLS.
need_downloader() {
    ! has curl || return 0
    ! has wget || return 0
    if has apt-get; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends curl ca-certificates
        rm -rf /var/lib/apt/lists/*
    elif has apk; then
        apk add --no-cache curl ca-certificates
    elif has dnf; then
        dnf install -y curl ca-certificates
    else
        fail "curl and wget are both missing"
    fi
}

has() {
    command -v "$1" >/dev/null 2>&1
}

fail() {
    echo "error: $1" >&2
    exit 1
}

main "$@"
