//! Stores on several file systems, and in layers of one: real mounts, in a mount namespace that ends with the
//! test. K4: no rename is taken for granted, and a gom that is killed at any moment leaves the old toolchain
//! or the new one.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Output, World, skip};
use std::fmt::Write;
use std::fs;

/// What every script here begins with. `gom` is outside of the store, which some scripts mount over.
const START: &str = r#"
set -u
mkdir -p "$WORK/disk" && mount -t tmpfs none "$WORK/disk" || exit 99
export GOM_SYNC=never

fail() { echo "FAILED $CASE: $1"; cat "$WORK/disk/out"; exit 1; }
gom() { "$GOM" "$@" >"$WORK/disk/out" 2>&1; }
# Prints what readers find: a sum over the names and contents of the tree, or nothing.
found() {
    goroot=$("$GOM" which --goroot "$VERSION" 2>/dev/null) || return 0
    (cd "$goroot" && find . -type f -exec sha256sum {} + | sort -k2 | sha256sum | cut -c1-16)
}
# Fails unless the store holds nothing but toolchains where trees are put together and taken apart.
check_clean() {
    left=$(ls -A "$GOM_HOME/staging" "$GOM_HOME/toolchains/.staging" "$GOM_HOME/toolchains/.next" 2>/dev/null | grep '^go1')
    [ -z "$left" ] || fail "left: $left"
    gom list
    ! grep -q broken "$WORK/disk/out" || fail "a broken toolchain"
}
"#;

/// A toolchain with few files, so that there are few moments.
fn small() -> World {
    let files = ["api/go1.txt", "doc/go_spec.html", "misc/editors", "test/helloworld.go", "codereview.cfg"];
    let more = ["lib/time/zoneinfo.zip", "lib/wasm/go_js_wasm_exec", "src/make.bash", "src/cmd/go.mod"];
    let toolchain = files.into_iter().chain(more).fold(FakeToolchain::here(VERSION), FakeToolchain::without);
    let mut world = World::of_one(toolchain);
    world.ask_mirror();
    world
}

/// Runs a script where it may mount; `None` where that is not allowed.
fn mounting(world: &World, script: &str) -> Option<Output> {
    let gom = world.sandbox.store().join("bin/gom");
    let whole = format!("{START}\n{script}");
    let run = world.sandbox.command("unshare", ["--mount", "/bin/sh", "-c", &whole]);
    let run = run.env("GOM", gom).env("WORK", world.sandbox.work()).env("VERSION", VERSION);
    let output = run.env("NAME", world.toolchain.name()).run();
    let cannot = output.code == Some(99) || output.stderr.contains("unshare");
    if cannot {
        skip("no file system can be mounted here");
    }
    (!cannot).then_some(output)
}

#[track_caller]
fn assert_done(output: &Output, last: &str) {
    assert!(output.code == Some(0) && output.stdout.ends_with(last), "{output}");
}

/// How a folder gets to be somewhere else.
const KINDS: [(&str, &str); 3] = [
    ("a mount", r#"mkdir -p "$AT" && mount -t tmpfs none "$AT""#),
    ("a bind mount", r#"mkdir -p "$AT" "$WORK/bound/$CASE" && mount --bind "$WORK/bound/$CASE" "$AT""#),
    (
        "a link",
        r#"mkdir -p "$WORK/disk/$CASE" "$GOM_HOME" && rm -rf "$AT" && ln -s "$WORK/disk/$CASE" "$AT""#,
    ),
];

// K4.2
#[test]
fn any_two_folders_of_a_store_can_be_on_other_file_systems() {
    const FOLDERS: [&str; 5] = [".", "toolchains", "staging", "locks", "receipts"];
    let mut script = String::new();
    let mut cases = 0;
    for (first, folder) in FOLDERS.iter().enumerate() {
        for other in &FOLDERS[first..] {
            for (kind, (name, command)) in KINDS.iter().enumerate() {
                let (other_name, other_command) = KINDS[(kind + 1) % KINDS.len()];
                // A link in place of the store itself is made before there is a store.
                writeln!(script, "GOM_HOME=$WORK/store{cases}; export GOM_HOME").unwrap();
                writeln!(script, "CASE={cases}a; AT=$GOM_HOME/{folder}; AT=${{AT%/.}}").unwrap();
                writeln!(script, "{{ {command}; }} || exit 99").unwrap();
                if folder != other {
                    writeln!(script, "CASE={cases}b; AT=$GOM_HOME/{other}").unwrap();
                    writeln!(script, "{{ {other_command}; }} || exit 99").unwrap();
                }
                writeln!(script, "CASE='{folder} on {name}, {other} on {other_name}'; round").unwrap();
                cases += 1;
            }
        }
    }
    let round = r#"
round() {
    gom install "$VERSION" || fail install
    new=$(found)
    [ -n "$new" ] || fail "not found"
    echo mine >"$GOM_HOME/toolchains/$NAME/mine"
    gom install --force "$VERSION" || fail "install --force"
    [ "$(found)" = "$new" ] || fail "not as published"
    check_clean
    gom uninstall --yes "$VERSION" || fail uninstall
    [ ! -e "$GOM_HOME/toolchains/$NAME" ] || fail "still there"
    [ -z "$(ls "$GOM_HOME/receipts")" ] || fail "a receipt is left"
    check_clean
}"#;
    let world = small();
    let Some(output) = mounting(&world, &format!("{round}\n{script}echo done {cases}\n")) else { return };
    assert_done(&output, "done 45\n");
}

/// Puts the store `$WORK/lower` into a lower layer; what changes goes into a fresh upper one.
const LAYER: &str = r#"
lay() {
    mountpoint -q "$GOM_HOME" && umount "$GOM_HOME"
    rm -rf "$WORK/disk/upper" "$WORK/disk/work"
    mkdir -p "$WORK/disk/upper" "$WORK/disk/work" "$GOM_HOME"
    mount -t overlay -o "lowerdir=$WORK/lower,upperdir=$WORK/disk/upper,workdir=$WORK/disk/work,redirect_dir=off" none "$GOM_HOME" || exit 99
}
"#;

/// The store, with a toolchain that somebody changed, as the lower layer.
fn with_old_toolchain(world: &World) {
    world.installs(world.install());
    let (store, lower) = (world.sandbox.store(), world.sandbox.work().join("lower"));
    let copied = world.sandbox.command("cp", ["-a".as_ref(), store.as_os_str(), lower.as_os_str()]).run();
    assert_eq!(copied.code, Some(0), "{copied}");
    fs::write(lower.join("toolchains").join(world.toolchain.name()).join("VERSION"), "go1.99.0\nold\n")
        .unwrap();
}

// K4.1
#[test]
fn a_toolchain_of_a_lower_layer_is_replaced_repaired_and_removed() {
    let world = small();
    with_old_toolchain(&world);
    let script = r#"
export GOM_HOME="$WORK/store"
for verb in "install --force $VERSION" "ci setup --restored $VERSION" "uninstall --yes $VERSION"; do
    CASE=$verb
    lay
    old=$(found)
    gom $verb || fail "it fails"
    case $verb in
    uninstall*) [ -z "$(found)" ] || fail "still there" ;;
    *) [ "$(found)" != "$old" ] || fail "still the old one" ;;
    esac
    check_clean
    gom install "$VERSION" || fail "install after it"
    [ -n "$(found)" ] && [ "$(found)" != "$old" ] || fail "not the new one"
    check_clean
done
echo done
"#;
    let Some(output) = mounting(&world, &format!("{LAYER}{script}")) else { return };
    assert_done(&output, "done\n");
}

/// Kills a gom at each rename, then at each removal of a file, of a forced install and of an uninstall. Readers
/// then find one complete tree: the old one or the new one; after an uninstall possibly none. The next install
/// works without a repair.
fn killed_at_every_moment(prepare: &str) {
    let world = small();
    with_old_toolchain(&world);
    let script = r#"
export GOM_HOME="$WORK/store"
command -v strace >/dev/null || exit 99
lay; CASE=before
old=$(found)
gom install --force "$VERSION" || fail "it fails"
new=$(found)
[ "$old" != "$new" ] || fail "nothing to tell the trees apart by"
moments=0
for calls in rename,renameat,renameat2 unlink,unlinkat,rmdir; do
    for verb in "install --force $VERSION" "uninstall --yes $VERSION"; do
        number=0
        while :; do
            number=$((number + 1))
            CASE="$verb, killed at $calls $number"
            lay
            strace -f -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:signal=KILL:when=$number" \
                "$GOM" $verb >"$WORK/disk/out" 2>&1
            code=$?
            is=$(found)
            case $verb,$is in
            *,"$old" | install*,"$new" | uninstall*,) ;;
            *) fail "readers find '$is', neither the old tree '$old' nor the new '$new'" ;;
            esac
            [ "$code" = 0 ] && break
            [ "$code" = 137 ] || fail "exit code $code"
            moments=$((moments + 1))
            # Whatever it was in the middle of, the next gom that writes finishes it.
            gom install "$VERSION" || fail "install after it"
            case $(found) in
            "$old" | "$new") ;;
            *) fail "the next install leaves '$(found)'" ;;
            esac
            gom install --force "$VERSION" || fail "install --force after it"
            [ "$(found)" = "$new" ] || fail "not as published at last"
            check_clean
        done
    done
done
[ "$moments" -gt 20 ] || fail "only $moments moments"
echo done
"#;
    let Some(output) = mounting(&world, &format!("{prepare}{script}")) else { return };
    assert_done(&output, "done\n");
}

// K4.1
#[test]
fn a_kill_at_any_moment_leaves_the_old_or_the_new_in_a_lower_layer() {
    killed_at_every_moment(LAYER);
}

// K4.2
#[test]
fn a_kill_at_any_moment_leaves_the_old_or_the_new_on_a_disk_of_their_own() {
    killed_at_every_moment(
        r#"
lay() {
    mountpoint -q "$GOM_HOME/toolchains" && umount "$GOM_HOME/toolchains"
    rm -rf "$GOM_HOME"
    mkdir -p "$GOM_HOME/toolchains" && mount -t tmpfs none "$GOM_HOME/toolchains" || exit 99
    cp -a "$WORK/lower/." "$GOM_HOME/"
}
"#,
    );
}

// K4.2
#[test]
fn a_toolchain_that_is_a_mount_point_is_named() {
    let world = small();
    world.installs(world.install());
    let script = r#"
place=$HOME/.gom/toolchains/$NAME
mount --bind "$place" "$place" || exit 99
"$GOM" uninstall --yes "$VERSION"
"#;
    let Some(output) = mounting(&world, script) else { return };
    insta::assert_snapshot!(world.show(&output), @"
    exit: 1
    --- stdout
    --- stderr
    error: `[HOME]/.gom/toolchains/go1.99.0.[PLATFORM]` is a mount point, which can't be replaced or removed
    hint: run `umount [HOME]/.gom/toolchains/go1.99.0.[PLATFORM]`, then the command again
    ");
    world.assert_installed(&world.toolchain);
}
