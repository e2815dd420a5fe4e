#!/bin/sh
# Runs once in the workspace, as the container's user, when the container is created.
set -eu

[ "$(cat /usr/local/share/gom-feature/version)" = project ] || exit 0

# 2 and 3: no file here names a version. All else, such as no network, is an error.
gom install </dev/null || {
    status=$?
    case $status in
    2 | 3) ;;
    *) exit "$status" ;;
    esac
    echo "no file in $PWD names a Go that can be installed: installing the latest"
    gom install latest
}
