#!/bin/sh
# Installs gom and its shim into $GOM_HOME/bin (default ~/.gom/bin); with --go also installs a Go and makes it
# the default. In a checkout it builds them; in an unpacked release it takes those beside it; on its own, as a
# release has it, it downloads that release's archive for this platform and takes no other bytes.
#
# It needs no root; running it again brings the same folder up to date. At a terminal it asks whether `gom setup`
# may put gom into the shells' start-up files; --setup and --no-setup answer that, and without a terminal it edits no
# file. Standard output gets the answer of `go version` (and --help) alone, standard error all talk.
# Exit codes: 0 done, 1 failed, 2 wrong use; where cargo or gom fails, theirs.
#
# Lines for the user's shell are printed with their variables in them, hence single quotes around `$`.
# shellcheck disable=SC2016

set -eu

# What a release fills in (cargo xtask dist), empty in a checkout: its version, where its archives are unless
# GOM_DOWNLOAD_BASE is set, and a line `SHA256  ARCHIVE` for each.
release_version=''
release_base=''
release_sums=''

main() {
    # What the user's shell searches; PATH itself is changed on the way.
    users_path=${PATH:-}
    spec=''
    only_shim=no
    verbose=no
    setup=ask
    watcher=''
    work=''
    staged=''
    trap 'remove_temporary' EXIT
    trap_signals

    parse_arguments "$@"
    find_folders
    if [ "$only_shim" = yes ]; then
        [ "$origin" = checkout ] || fail "there is no checkout of gom to build the shim from: $folder_of_script"
        check_tools
        build_shim
        echo "$shim"
        return
    fi
    check_writable "$store/bin"
    ask_for_setup
    case $origin in
    checkout)
        check_tools
        build
        ;;
    release) download ;;
    esac
    install_programs
    [ -z "$spec" ] || install_go
    setup_status=0
    [ "$setup" = no ] || set_up_shells
    advise
    exit "$setup_status"
}

trap_signals() {
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

usage() {
    cat <<'TEXT'
Install gom into $GOM_HOME/bin (default ~/.gom/bin): built from this checkout, or else downloaded.

Usage: ./install.sh [--go SPEC] [--setup | --no-setup] [--verbose]

Options:
  --go SPEC     Also install this Go and make it the default: 1.22.6, 1.22, latest
  --setup       Put gom into your shells' start-up files (gom setup --yes), without a question
  --no-setup    Edit no start-up file, and do not ask; what to add is printed
  --build-shim  Install nothing: build the shim alone from this checkout, and print where it is
  -v, --verbose Show what cargo says; else it goes to install.log in the folder that cargo builds in
  -h, --help    Print this help

Environment:
  GOM_HOME           Where gom keeps itself and its toolchains: an absolute path
  GOM_DOWNLOAD_BASE  Where a release's archives are: https://, http:// or file:///folder
  CARGO_TARGET_DIR   Where cargo builds (default: target in the checkout)

Examples:
  ./install.sh
  ./install.sh --go 1.27
  GOM_HOME=/opt/gom ./install.sh --go latest
TEXT
}

# ---- what is asked for ---------------------------------------------------------------------------------

parse_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
        --go)
            [ $# -gt 1 ] || misuse "--go needs a version" "./install.sh --go 1.27"
            spec=$2
            shift
            ;;
        --go=*) spec=${1#--go=} ;;
        --setup | --no-setup)
            [ "$setup" = ask ] || misuse "one of --setup and --no-setup is enough" "./install.sh --setup"
            [ "$1" = --setup ] && setup=yes || setup=no
            shift
            continue
            ;;
        --build-shim)
            [ "$# $spec$setup" = "1 ask" ] || misuse "--build-shim stands alone" "./install.sh --build-shim"
            only_shim=yes
            return
            ;;
        -v | --verbose)
            verbose=yes
            shift
            continue
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) misuse "unexpected argument: $1" "./install.sh --help" ;;
        esac
        case $spec in
        '' | -*) misuse "--go needs a version, not \`$spec\`" "./install.sh --go 1.27" ;;
        esac
        shift
    done
}

# Sets origin to where the programs come from: a checkout, an archive that was unpacked, or a release. A
# script that a shell reads from a pipe lies nowhere, so what is in the current folder is not its business.
find_origin() {
    origin=release
    folder_of_script=''
    [ -f "$0" ] || return 0
    folder_of_script=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
    if [ -d "$folder_of_script/crates/gom-cli" ]; then
        origin=checkout
        checkout=$folder_of_script
    elif [ -f "$folder_of_script/gom" ] && [ -f "$folder_of_script/gom-shim" ]; then
        origin=unpacked
        gom=$folder_of_script/gom
        shim=$folder_of_script/gom-shim
    fi
}

# Sets origin, target_dir and store, the last two absolute, and exports GOM_HOME: what gom is told from here on.
find_folders() {
    find_origin
    if [ "$origin" = release ] && [ -z "$release_sums" ]; then
        fail "this install.sh is of no release and in no checkout of gom, so it knows of nothing to install" \
            "run the install.sh of a release, or the one in a checkout"
    fi

    # Relative means relative to where the user stands, not to the checkout that cargo is started in.
    target_dir=${CARGO_TARGET_DIR:-${CARGO_BUILD_TARGET_DIR:-${checkout:-}/target}}
    case $target_dir in
    /*) ;;
    *) target_dir=$PWD/$target_dir ;;
    esac

    store=${GOM_HOME:-}
    if [ -z "$store" ]; then
        [ -n "${HOME:-}" ] || misuse "neither HOME nor GOM_HOME is set" "GOM_HOME=/opt/gom ./install.sh"
        store=${HOME%/}/.gom
    fi
    case $store in
    *:*) misuse "no folder with a colon can be on PATH: $store" "set GOM_HOME to another folder" ;;
    /*[!/]*) ;;
    /*) misuse "GOM_HOME must be a folder of gom's own: $store" "GOM_HOME=/opt/gom ./install.sh" ;;
    *) misuse "GOM_HOME must be an absolute path: $store" "GOM_HOME=\"\$PWD/$store\" ./install.sh" ;;
    esac
    while [ "$store" != "${store%/}" ]; do
        store=${store%/}
    done
    GOM_HOME=$store
    export GOM_HOME
}

# ---- what is needed ------------------------------------------------------------------------------------

# Asked before the build, which takes minutes; nothing is created yet, so a failed build leaves no folder.
check_writable() {
    folder=$1
    while [ ! -e "$folder" ]; do
        folder=$(dirname -- "$folder")
    done
    [ -d "$folder" ] || fail "cannot create $1: not a folder: $folder"
    [ -w "$folder" ] || fail "cannot write into $folder" "set GOM_HOME to a folder that you may write"
}

# Names all that is missing at once, so that one round of installing is enough.
check_tools() {
    # Where rustup puts it; a shell that was open before does not have it on PATH yet.
    cargo_bin=${CARGO_HOME:-${HOME:-}/.cargo}/bin
    has cargo || PATH=$PATH:$cargo_bin
    missing=no
    check_rust
    check_c_compiler
    [ "$missing" = no ] || exit 1
}

check_rust() {
    needed=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' "$checkout/Cargo.toml" | head -n 1)
    for tool in cargo rustc; do
        if ! has "$tool"; then
            miss "$tool is missing: gom is built with Rust $needed or newer" "$(how_to_get_rust)"
        elif ! answer=$(cd "$checkout" && "$tool" --version 2>&1); then
            miss "$tool does not run: $answer" "$(how_to_get_rust)"
        elif [ "$tool" = rustc ] && ! is_new_enough "$(second_word "$answer")" "$needed"; then
            miss "Rust is too old: $answer; gom needs $needed or newer" "$(how_to_get_rust)"
        fi
    done
}

how_to_get_rust() {
    if has rustup; then
        echo "rustup update stable && rustup default stable"
    else
        echo "get Rust from https://rustup.rs"
    fi
}

# Sets compiler to what links. rustc takes `cc`, so where it has another name, cargo must be told.
check_c_compiler() {
    for compiler in cc gcc clang ${CC:+"$CC"}; do
        ! is_stand_in "$compiler" || continue
        if "$compiler" --version </dev/null >/dev/null 2>&1; then
            [ "$compiler" = cc ] || link_with "$compiler"
            return
        fi
    done
    miss "a C compiler is missing: cc, gcc or clang" "$(how_to_get_c_compiler)"
}

# Without Apple's command-line tools, what is in /usr/bin under a compiler's name only opens a window that offers
# to install them. xcode-select itself is always there and opens none.
is_stand_in() {
    [ "$(uname -s)" = Darwin ] || return 1
    case $(command -v "$1") in
    /usr/bin/*) ! xcode-select -p >/dev/null 2>&1 ;;
    *) return 1 ;;
    esac
}

link_with() {
    CC=${CC:-$1}
    export CC
    variable=$(host | tr 'a-z-' 'A-Z_')
    [ -z "$variable" ] || export "CARGO_TARGET_${variable}_LINKER=$1"
}

# The platform that rustc runs on and builds for: x86_64-unknown-linux-gnu.
host() {
    (cd "$checkout" && rustc -vV 2>/dev/null) | sed -n 's/^host: //p'
}

how_to_get_c_compiler() {
    case $(uname -s) in
    Darwin) echo "xcode-select --install" ;;
    *)
        if has apt-get; then
            echo "apt-get install build-essential"
        elif has dnf; then
            echo "dnf install gcc"
        elif has apk; then
            echo "apk add build-base"
        elif has pacman; then
            echo "pacman -S base-devel"
        else
            echo "install gcc with your system's package manager"
        fi
        ;;
    esac
}

# is_new_enough HAVE NEEDED: by major and minor number; the rest (1.95.0-nightly) does not matter.
is_new_enough() {
    have_major=${1%%.*} have_rest=${1#*.}
    need_major=${2%%.*} need_rest=${2#*.}
    have_minor=${have_rest%%.*} need_minor=${need_rest%%.*}
    case $have_major$have_minor in
    '' | *[!0-9]*) return 1 ;;
    esac
    [ "$have_major" -gt "$need_major" ] ||
        { [ "$have_major" -eq "$need_major" ] && [ "$have_minor" -ge "$need_minor" ]; }
}

second_word() {
    # shellcheck disable=SC2086 # split into words on purpose
    set -- $1
    echo "${2:-}"
}

# ---- a release -----------------------------------------------------------------------------------------

# Sets gom and shim to the programs of the release's archive. Nothing is in the store yet: what is wrong with
# the archive is known before.
download() {
    base=${GOM_DOWNLOAD_BASE:-$release_base}
    [ -n "$base" ] || fail "where the archives of gom $release_version are is not known" \
        "GOM_DOWNLOAD_BASE=https://example.com/gom ./install.sh"
    find_archive
    has_sha256 || fail "cannot check the archive: sha256sum, shasum and openssl are all missing"
    work=$(mktemp -d "${TMPDIR:-/tmp}/gom.XXXXXX") || fail "cannot make a temporary folder" "set TMPDIR"

    say "downloading ${base%/}/$archive"
    fetch "${base%/}/$archive" "$work/$archive" || fail "cannot download ${base%/}/$archive" \
        "run it again, or set GOM_DOWNLOAD_BASE to another place that has the archive"
    got=$(sha256 "$work/$archive")
    [ "$got" = "$sum" ] || fail "this is not the released $archive: its sha256 is $got, not $sum" \
        "run it again; if it stays so, the place is not to be trusted: ${base%/}"
    tar -xzf "$work/$archive" -C "$work" || fail "cannot unpack $archive" "is there room in ${TMPDIR:-/tmp}?"
    gom=$work/${archive%.tar.gz}/gom
    shim=$work/${archive%.tar.gz}/gom-shim
}

# Sets archive to the one for this platform, and sum to what its sha256 has to be.
find_archive() {
    archive=gom-$release_version-$(target).tar.gz
    sum=$(printf '%s\n' "$release_sums" | sed -n "s/^\([0-9a-f]*\)  $archive\$/\1/p")
    [ -n "$sum" ] || fail "gom $release_version is not released for $(uname -s) on $(uname -m)" \
        "build it: run ./install.sh in a checkout of gom"
}

# What runs here. Under Rosetta, uname names the processor that is pretended.
target() {
    system=$(uname -s)
    machine=$(uname -m)
    [ "$system" != Darwin ] || [ "$(sysctl -n hw.optional.arm64 2>/dev/null)" != 1 ] || machine=arm64
    case $machine in
    arm64) machine=aarch64 ;;
    amd64) machine=x86_64 ;;
    esac
    case $system in
    Darwin) echo "$machine-apple-darwin" ;;
    Linux) echo "$machine-unknown-linux-musl" ;;
    esac
}

# fetch URL FILE: an answer that is no success is a failure, not a file.
fetch() {
    case $1 in
    file://*) cp -- "${1#file://}" "$2" ;;
    http://* | https://*)
        if has curl; then
            curl --fail --silent --show-error --location --retry 2 --output "$2" "$1"
        elif has wget; then
            # GNU's would try twenty times; busybox's tries once, and knows no such option.
            tries=''
            ! wget --version >/dev/null 2>&1 || tries=--tries=3
            wget -q ${tries:+"$tries"} -O "$2" "$1"
        else
            fail "curl and wget are both missing" "install one of them"
        fi
        ;;
    *) misuse "neither http://, https:// nor file://: $1" "GOM_DOWNLOAD_BASE=https://example.com/gom ./install.sh" ;;
    esac >&2
}

has_sha256() {
    has sha256sum || has shasum || has openssl
}

sha256() {
    if has sha256sum; then
        first_word "$(sha256sum <"$1")"
    elif has shasum; then
        first_word "$(shasum -a 256 <"$1")"
    else
        first_word "$(openssl dgst -sha256 -r <"$1")"
    fi
}

first_word() {
    echo "${1%% *}"
}

# ---- a build -------------------------------------------------------------------------------------------

build() {
    say "building gom; the first time takes some minutes"
    rm -f -- "$target_dir/install.log"
    find_default_proxy
    run_cargo build --profile checkout --package gom-cli
    gom=$target_dir/checkout/gom
    build_shim
}

# Exports what gom takes along as GOPROXY's default, for machines without a Go: Go's own, from the go.env of the
# newest toolchain that the gom in this store proves here and now, without the network. Without one, gom has no
# default. A value that the user sets, an empty one too, stays.
find_default_proxy() {
    [ -z "${GOM_BUILD_GOPROXY+set}" ] && [ -x "$store/bin/gom" ] || return 0
    for toolchain in $(GOM_OFFLINE=1 "$store/bin/gom" list --json 2>/dev/null |
        sed -n 's/^ *"toolchain": "\(go[0-9a-zA-Z.-]*\)".*/\1/p'); do
        go_env=$store/toolchains/$toolchain/go.env
        [ -f "$go_env" ] || continue
        GOM_OFFLINE=1 "$store/bin/gom" verify "$toolchain" >/dev/null 2>&1 || continue
        GOM_BUILD_GOPROXY=$(sed -n 's/^GOPROXY=//p' "$go_env" | head -n 1)
        GOM_BUILD_GOPROXY_FROM=${toolchain%.*}
        export GOM_BUILD_GOPROXY GOM_BUILD_GOPROXY_FROM
        say "taking GOPROXY's default from the go.env of $GOM_BUILD_GOPROXY_FROM, which gom has proven"
        return
    done
}

# Sets shim to the program. It runs before every `go`, and most of its time is its own start: so on Linux it
# is static and has a fixed address, which leaves nothing to load or to relocate. With an explicit --target,
# the flags do not reach what runs while building.
build_shim() {
    target=$(host)
    set --
    if is_static_possible; then
        set -- -C target-feature=+crt-static -C relocation-model=static
    fi
    run_cargo rustc --profile shim --package gom-shim --bin gom-shim --target "$target" -- "$@"
    shim=$target_dir/$target/shim/gom-shim
}

# macOS has no static programs.
is_static_possible() {
    [ "$(uname -s)" = Linux ] || return 1
    # With its folder if it is there, else as it was asked for.
    library=$("$compiler" -print-file-name=libc.a)
    case $library in
    /*) [ ! -f "$library" ] || return 0 ;;
    esac
    say "note: libc.a is missing, so the shim is dynamic, and every \`go\` starts a little later" \
        "hint: $(how_to_get_static_libc), then run this again"
    return 1
}

how_to_get_static_libc() {
    if has dnf; then
        echo "dnf install glibc-static"
    else
        echo "install the static C library"
    fi
}

# run_cargo COMMAND ARGUMENTS...: --target-dir outranks every cargo configuration, so what is built is where
# it is looked for.
run_cargo() {
    if [ "$verbose" = yes ]; then
        cargo_in_checkout "$@" >&2
        return
    fi
    log=$target_dir/install.log
    mkdir -p -- "$target_dir" || fail "cannot create $target_dir" "set CARGO_TARGET_DIR"
    status=0
    watch_log
    cargo_in_checkout "$@" >>"$log" 2>&1 || status=$?
    stop_watching
    if [ "$status" -ne 0 ]; then
        tail -n 60 "$log" >&2
        say "error: cargo ended with status $status" "hint: the whole log is $log"
        exit "$status"
    fi
}

cargo_in_checkout() (
    command=$1
    shift
    cd "$checkout"
    unset CARGO_BUILD_TARGET
    cargo "$command" --locked --target-dir "$target_dir" "$@"
)

# At a terminal, one line says how far cargo is. It is the watcher that runs in the background: there, a shell
# would let cargo ignore Ctrl-C.
watch_log() {
    [ -t 2 ] || return 0
    (
        trap 'exit 0' TERM
        while sleep 1; do
            printf '\r%s crates compiled' "$(grep -c '^ *Compiling ' "$log")" >&2
        done
    ) &
    watcher=$!
}

stop_watching() {
    [ -n "$watcher" ] || return 0
    kill "$watcher" 2>/dev/null || :
    wait "$watcher" 2>/dev/null || :
    watcher=''
    printf '\r\033[K' >&2
}

# ---- into the store ------------------------------------------------------------------------------------

# Both are copied beside their places and the copy of gom has answered before either takes its place: so a full
# disk, or a gom that does not run here, changes nothing. A gom that is running keeps its file.
install_programs() {
    mkdir -p -- "$store/bin" || fail "cannot create $store/bin"
    staged=.new.$$
    stage "$shim" "$store/bin/gom-shim"
    stage "$gom" "$store/bin/gom"
    version=$("$store/bin/gom$staged" --version) || fail_to_start
    # From one rename to the other is the one moment that must not be interrupted.
    trap '' HUP INT TERM
    mv -f -- "$store/bin/gom-shim$staged" "$store/bin/gom-shim"
    mv -f -- "$store/bin/gom$staged" "$store/bin/gom"
    trap_signals
    staged=''
    "$store/bin/gom" self init >&2
    install_man_pages || say "warning: cannot write the man pages into $pages" \
        "hint: gom help VERB prints the same text"
    say "installed $version into $store/bin"
}

# An archive has them beside gom; a checkout has none. `man` finds them next to the folder on PATH. Pages of another
# version are removed: they would describe another gom.
install_man_pages() {
    pages=$store/share/man/man1
    rm -f -- "$pages"/gom.1 "$pages"/gom-*.1 || return 1
    [ -f "${gom%/*}/man/gom.1" ] || return 0
    { mkdir -p -- "$pages" && cp -- "${gom%/*}"/man/*.1 "$pages"; } || {
        rm -f -- "$pages"/gom.1 "$pages"/gom-*.1
        return 1
    }
}

# macOS starts no program that it keeps in quarantine, as it does what a browser has downloaded.
fail_to_start() {
    if [ "$(uname -s)" = Darwin ] && xattr -p com.apple.quarantine "$gom" >/dev/null 2>&1; then
        fail "macOS keeps this gom in quarantine, since it was downloaded, and does not start it: $gom" \
            "run \`xattr -d com.apple.quarantine '$gom' '$shim'\`, then this again"
    fi
    fail "this gom does not run here: $gom"
}

stage() {
    [ -f "$1" ] || fail "there is no $1" "is build.target set in a cargo configuration?"
    [ ! -d "$2" ] || fail "a folder is in the way: $2"
    cp -- "$1" "$2$staged" || fail "cannot write $2$staged"
    chmod 755 "$2$staged"
}

install_go() {
    # With gom's folder first on PATH: whether it is so for the user is said once, at the end.
    (
        PATH=$store/bin:$PATH
        # On a store without a default the install makes it the default, and says so.
        had_default=no
        [ ! -e "$store/default" ] || had_default=yes
        "$store/bin/gom" install "$spec"
        if [ "$had_default" = yes ] || ! [ -e "$store/default" ]; then
            "$store/bin/gom" use "$spec"
        fi
    ) >&2
    # What was just made the default has to answer for itself: from /, where no project asks for another Go,
    # and without the variables that make gom's shim or go itself take another. Where the user has set
    # GOM_TOOLCHAIN, `gom use` has said above that it outranks the default.
    (
        cd /
        unset GOM_TOOLCHAIN
        GOTOOLCHAIN=local "$store/bin/go" version
    )
}

# ---- the user's shells ---------------------------------------------------------------------------------

# Before the build, which takes minutes. Where the script itself comes through standard input, the terminal answers.
ask_for_setup() {
    [ "$setup" = ask ] || return 0
    setup=no
    [ -t 2 ] || return 0
    bin=$(CDPATH='' cd -- "$store/bin" 2>/dev/null && pwd -P) || bin=$store/bin
    find_go_on_path
    [ "$go_folder" != "$bin" ] || return 0
    # Opening it fails where there is no terminal, though the file is there.
    (: </dev/tty) 2>/dev/null || return 0
    printf '%s' "Put gom into your shells' start-up files, so that \`go\` is gom's? [Y/n] " >&2
    IFS= read -r answer </dev/tty || {
        say ""
        return 0
    }
    case $answer in
    '' | [yY] | [yY][eE][sS]) setup=yes ;;
    esac
}

# A start-up file that gom does not change is no reason to take back what is installed: then the advice says what to
# do by hand.
set_up_shells() {
    PATH=$users_path "$store/bin/gom" setup --yes >&2 || {
        setup_status=$?
        setup=no
    }
}

# ---- what is left to the user --------------------------------------------------------------------------

advise() {
    bin=$(CDPATH='' cd -- "$store/bin" && pwd -P)
    find_go_on_path
    [ "$setup" = yes ] || advise_on_path
    [ -n "$spec" ] || [ -e "$store/default" ] || say "Then get a Go: gom use latest"
}

advise_on_path() {
    if [ "$go_folder" = "$bin" ]; then
        say "" "gom's \`go\` is the first on PATH already. In shells that are open, run:" ""
    else
        say "" "Add this line to the end of ~/$(shell_file), and run it in shells that are open:" ""
        say "    $(path_line)"
    fi
    case $(shell_name) in
    fish) say "" ;; # remembers no places of commands
    csh | tcsh) say "    rehash" "" ;;
    *) say "    hash -r" "" ;;
    esac
    [ "$go_folder" != "$bin" ] || return 0
    [ "$setup_status" -ne 0 ] || offer_setup
    [ -z "$go_found" ] || warn_of_other_go
}

offer_setup() {
    case $(shell_name) in
    csh | tcsh) ;; # gom setup does not know them
    *) say "Or let gom do it, for login shells too and with completions: $(as_word "$store/bin/gom") setup" ;;
    esac
}

# As a word of a command line.
as_word() {
    case $1 in
    *[!A-Za-z0-9/._+-]*) printf "'%s'\n" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

# Walks PATH as a shell does. Sets go_found to the first executable `go` and go_entry to the number of its
# entry, gom_entry to that of gom's own folder, or leaves them empty; go_folder is where go_found really
# lies, links followed.
find_go_on_path() {
    go_found='' go_folder='' go_entry='' gom_entry=''
    entry=0
    rest=$users_path:
    while [ -n "$rest" ]; do
        folder=${rest%%:*}
        # An empty entry means the current folder.
        folder=${folder:-.}
        rest=${rest#*:}
        entry=$((entry + 1))
        real=$(CDPATH='' cd -- "$folder" 2>/dev/null && pwd -P) || continue
        if [ "$real" = "$bin" ] && [ -z "$gom_entry" ]; then
            gom_entry=$entry
        fi
        if [ -z "$go_found" ] && [ -f "$folder/go" ] && [ -x "$folder/go" ]; then
            go_found=${folder%/}/go go_folder=$real go_entry=$entry
        fi
    done
}

warn_of_other_go() {
    say "warning: another \`go\` comes first: $go_found (entry $go_entry of PATH)"
    if [ -n "$gom_entry" ]; then
        say "hint: gom's folder is entry $gom_entry, too late; the line above, put last, puts it first"
    else
        say "hint: the line above has to come after the one that puts ${go_found%/go} on PATH"
    fi
    say "hint: check with \`command -v go\`; it has to print $store/bin/go"
}

shell_name() {
    name=${SHELL:-sh}
    echo "${name##*/}"
}

# Below the home folder; of two the second with its `~/`.
shell_file() {
    case $(shell_name) in
    bash) if [ "$(uname -s)" = Darwin ]; then echo .bash_profile; else echo .bashrc; fi ;;
    # A login shell that is not interactive, as editors and agents start it, reads only the first; a terminal that
    # is no login shell only the second.
    zsh) if [ "$(uname -s)" = Darwin ]; then echo ".zprofile and ~/.zshrc"; else echo .zshrc; fi ;;
    fish) echo .config/fish/config.fish ;;
    csh | tcsh) echo .cshrc ;;
    *) echo .profile ;;
    esac
}

path_line() {
    case $(shell_name) in
    fish) printf 'set -gx PATH "%s" $PATH\n' "$(folder_for_shell)" ;;
    csh | tcsh) printf 'setenv PATH "%s:$PATH"\n' "$(folder_for_shell)" ;;
    *) printf 'export PATH="%s:$PATH"\n' "$(folder_for_shell)" ;;
    esac
}

# gom's folder as it stands between double quotes: from $HOME where it lies there, the rest escaped.
folder_for_shell() {
    home=${HOME:-/nonexistent}
    case $store in
    "${home%/}"/*) printf '$HOME%s/bin\n' "$(escaped "${store#"${home%/}"}")" ;;
    *) printf '%s/bin\n' "$(escaped "$store")" ;;
    esac
}

# Between double quotes, a backtick is a plain letter to fish, and so is a backslash before it.
escaped() {
    case $(shell_name) in
    fish) printf '%s\n' "$1" | sed 's/[\\"$]/\\&/g' ;;
    *) printf '%s\n' "$1" | sed 's/[\\"$`]/\\&/g' ;;
    esac
}

# ---- saying it -----------------------------------------------------------------------------------------

has() {
    command -v "$1" >/dev/null 2>&1
}

say() {
    printf '%s\n' "$@" >&2
}

miss() {
    missing=yes
    say "error: $1" "hint: $2"
}

# fail MESSAGE [HINT]
fail() {
    say "error: $1" ${2:+"hint: $2"}
    exit 1
}

# misuse MESSAGE EXAMPLE
misuse() {
    say "error: $1" "hint: $2"
    exit 2
}

# The folders of a store that did not come to be are left only if something else is in them.
remove_temporary() {
    stop_watching
    [ -z "$work" ] || rm -rf -- "$work"
    [ -n "$staged" ] || return 0
    rm -f -- "$store/bin/gom$staged" "$store/bin/gom-shim$staged"
    rmdir -- "$store/bin" "$store" 2>/dev/null || :
}

main "$@"
