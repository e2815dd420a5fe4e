# What developers and CI run, by name. `.ci/run` calls these recipes and no others.

# List the recipes
default:
    @just --list

# Run the tests, as the README says
test:
    cargo test --workspace

# Build what one test needs and run it. TARGET: a folder of tests/tests, or a crate; NAME: a part of the test's name
one TARGET NAME="":
    bash .ci/one.sh {{TARGET}} {{quote(NAME)}}

# Cargo.lock fits the manifests (install.sh builds with --locked)
lock:
    cargo metadata --locked --format-version 1 > /dev/null
    cargo metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml > /dev/null

# The code is formatted
fmt:
    cargo fmt --all --check
    cargo fmt --check --manifest-path fuzz/Cargo.toml

# Format the code
fmt-fix:
    cargo fmt --all
    cargo fmt --manifest-path fuzz/Cargo.toml

# Lint, with warnings as errors
clippy:
    cargo clippy --workspace --all-targets -- -D warnings

# The modules of every crate import each other in one direction only (xtask/src/layers)
layers:
    cargo xtask layers

# Licences, banned crates and where crates come from (deny.toml)
deny:
    cargo deny --locked check --hide-inclusion-graph licenses bans sources

# Lint the shell scripts; install.sh must also parse in the smallest shells
shellcheck:
    shellcheck install.sh .ci/run .ci/*.sh .ci/cross/* .ci/macos/*.sh tests/act/*.sh tests/tests/installer/stubs/* \
        packaging/npm/gom devcontainer/*.sh
    dash -n install.sh
    busybox sh -n install.sh

# No crate is listed that no code uses
unused:
    cargo machete .

# Build the API docs, with warnings as errors
docs:
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps

# The whole workspace, as in `test`: so the programs under test are built, and no crate is built twice.
# Run the tests that need the real module proxy
live:
    cargo test --workspace --no-run
    GOM_TEST_LIVE=1 cargo test --workspace --test live
    cargo xtask embed-vulns --check
    GOM_TEST_LIVE=1 cargo test -p xtask gomod

# Build a real release of Go and prove its archive, and others both as module and as archive: 1 GB and 15 minutes
distpack:
    cargo test --workspace --no-run
    GOM_TEST_DISTPACK=1 cargo test --workspace --test live the_same_sum

# Let real managers of Go lay out toolchains, and import them: minutes; not in CI
managers:
    bash .ci/managers.sh

# Run programs of others with gom's Go: pre-commit, buildah. Needs the module proxy and PyPI; minutes; not in CI
consumers:
    bash .ci/consumers.sh

# Break gom's runs at system calls, and check what docs/reliability.md promises: `--minutes N` for long; `--help`
faults *OPTIONS:
    cargo test --workspace --no-run
    "${CARGO_TARGET_DIR:-target}"/debug/faults {{OPTIONS}}

# Run the README's first command for real, in an empty home
readme:
    bash .ci/readme.sh

# The shim as it is shipped is static and small, and makes no system call more than .ci/syscalls.txt says
syscalls:
    bash .ci/syscalls.sh

# The shim, and gom unpacking a fixed archive, take as many instructions as .ci/instructions.txt says
instructions: dist-linux
    bash .ci/instructions.sh

# Run every fuzz target that long, starting from its seeds; SEED 0 for other inputs each time (fuzz/README.md)
fuzz SECONDS="10" SEED="1":
    bash .ci/fuzz.sh {{SECONDS}} {{SEED}}

# Lint GitHub's workflows and the scripts in them
workflows:
    actionlint
    actionlint tests/act/workflows/*.yml docs/guides/*.yml

# Lint the GitHub action, test it, and compare the committed bundle with a new one
action:
    bash .ci/action.sh

# Bundle the action anew, to be committed
action-bundle:
    npm --prefix action ci --ignore-scripts
    npm --prefix action run build

# Real workflows against the action, with act: `go install github.com/nektos/act@v0.2.89`
act *SCENARIOS:
    bash tests/act/run.sh {{SCENARIOS}}

# For a Mac, on Linux: lint, compile, link, and read what came out
macos:
    bash .ci/macos/check.sh

# A gom with a default for GOPROXY installs by itself where go.dev is blocked and nothing is set: needs a module proxy
default-proxy:
    bash .ci/default-proxy.sh

# Make a release's archives, sums and installer in target/dist: --target TARGET, --base URL
dist *OPTIONS:
    cargo xtask dist {{OPTIONS}}

# Make the release for Linux alone, in target/dist, for the recipes that run its programs
dist-linux:
    cargo xtask dist --target x86_64-unknown-linux-musl --target aarch64-unknown-linux-musl

# Run the release for Linux on arm64, by qemu: install.sh, a real Go, verify, go run
arm64: dist-linux
    bash .ci/arm64.sh

# Build a release in two folders, for two users, and compare the bytes: some minutes; not in CI
reproduce *TARGETS:
    bash .ci/reproduce.sh {{TARGETS}}

# Make the packages of the archives that are in target/dist
packages *OPTIONS:
    cargo xtask packages {{OPTIONS}}

# Install gom in every way of docs/packages.md, from the files in target/dist, to `go version`: minutes; not in CI
release-check *WAYS:
    bash .ci/release-check.sh {{WAYS}}

# The book of the documents in target/book/html, with every link checked; the reference must be what gom says
book:
    bash .ci/book.sh

# The pages below docs/reference, from gom itself, to be committed
reference:
    cargo xtask reference

# The picture in the README, from a real terminal and the real network
picture:
    cargo build --workspace --bins --examples
    "${CARGO_TARGET_DIR:-target}"/debug/examples/terminal-picture

# Everything that needs no network
check: lock fmt unused shellcheck clippy test docs deny

# Everything, as CI does it
ci:
    bash .ci/run
