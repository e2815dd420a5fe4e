#!/usr/bin/env bash
# Builds the book of the documents in target/book/html and checks the links in it: `just book`.
#
# mdBook takes pages only from one folder. So the documents and those at the root of the repository are copied into one,
# in the same places, and every link between them works in the book as it does on GitHub. What the reference says must be
# what gom says.
set -euo pipefail

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    cargo xtask reference --check
    local target
    target=$(target_dir)/book
    rm -rf "$target"
    mkdir -p "$target/src"
    gather "$target/src"
    cp .ci/book/book.toml .ci/book/pages.css "$target"
    build "$target"
    python3 .ci/book/links.py "$target/html"
    echo "built $target/html"
}

target_dir() {
    cargo metadata --format-version 1 --no-deps --offline |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])'
}

# gather FOLDER: the pages, as they lie in the repository.
gather() {
    local page
    for page in *.md LICENSE-* docs fuzz/README.md; do
        mkdir -p "$1/$(dirname "$page")"
        cp -R "$page" "$1/$page"
    done
    # mdBook wants the list of pages at the top.
    rm "$1/docs/SUMMARY.md"
    sed -E 's#\]\(\.\./#](#; t; s#\]\(#](docs/#' docs/SUMMARY.md >"$1/SUMMARY.md"
    # It makes index.html of a README.md, but follows no link there.
    find "$1" -name '*.md' -exec sed -i -E 's#(\]\([^)]*)README\.md#\1index.md#g' {} +
    find "$1" -name README.md -execdir mv {} index.md \;
}

# build FOLDER: a warning of mdBook's is an error; it gives one for a page that is not there.
build() {
    local log=$1/mdbook.log
    mdbook build "$1" >"$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
    if grep -E 'WARN|ERROR' "$log" >&2; then
        exit 1
    fi
}

main "$@"
