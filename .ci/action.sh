#!/usr/bin/env bash
# The action: its packages from the lockfile, lint, tests, and a bundle built anew. A workflow runs the committed
# bundle, so that has to be what the source makes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../action"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# No package needs a script of its own to be installed.
npm ci --ignore-scripts --no-progress
npm run --silent lint
node build.js "$work/dist"
if ! diff --recursive --brief dist "$work/dist"; then
    echo 'error: action/dist is not what action/src makes' >&2
    echo "hint: run 'just action-bundle' and commit action/dist" >&2
    exit 1
fi
npm test
