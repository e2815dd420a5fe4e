#!/usr/bin/env bash
# The release workflow as far as it goes without GitHub, by act on this machine: the jobs `build` and `test` as they are
# started by hand, with stand-ins for the two actions that move files. What needs a tag, Apple or a Mac is not run.
# Arguments go to act: `tests/act/release.sh --job build`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A clone, so that the workflow sees what is committed; what cargo has built serves it too.
git clone --quiet "$root" "$work/gom"
moved=()
for action in upload-artifact download-artifact; do
    used=$(sed -n "s/.*uses: \(actions\/$action@[0-9a-f]*\).*/\1/p" "$root/.github/workflows/release.yml" | head -n 1)
    moved+=(--local-repository "$used=$root/tests/act/stand-ins/$action")
done
cd "$work/gom"
act workflow_dispatch --workflows .github/workflows/release.yml --platform ubuntu-24.04=-self-hosted \
    --matrix os:ubuntu-24.04 --action-cache-path "$work/act" --env "ARTIFACTS=$work/artifacts" \
    --env "CARGO_TARGET_DIR=$root/target" "${moved[@]}" "$@"
