//! Updates that are refused or fail: the old gom stays, works, and says what to run.

use crate::release::{Own, RUNNING, Release, assert_failed, target};
#[cfg(target_os = "linux")]
use gom_tests::World;
use gom_tests::{Fault, NOBODY, Route, gzip, skip};
use std::fs;

/// Runs an update that has to end with this code and say this, and changes nothing.
#[track_caller]
fn refused(own: &Own, code: i32, said: &str) {
    assert_failed(&own.update(&[]).run(), code, said);
    own.assert_unchanged();
}

#[test]
fn a_gom_from_a_checkout_says_how_to_get_a_newer_one() {
    let (own, _) = Own::with("9.8.7");
    for arguments in [&[][..], &["--check"], &["9.8.7"]] {
        let output = own.update(arguments).env_remove("GOM_SELF_MODULE").run();
        assert_failed(&output, 1, "this gom was built from a checkout");
        assert!(output.stderr.ends_with("hint: run `./install.sh` in a newer checkout of gom\n"), "{output}");
    }
    own.assert_unchanged();
}

#[test]
fn without_the_checksum_database_nothing_is_replaced() {
    let (own, _) = Own::with("9.8.7");
    let output = own.update(&[]).env("GOSUMDB", "off").run();
    insta::assert_snapshot!(output.snapshot(&own.world.sandbox), @"
    exit: 4
    --- stdout
    --- stderr
    error: nothing proves a new gom: checksum database disabled by GOSUMDB=off (environment)
    hint: run `GOSUMDB=sum.golang.org gom self update`; nothing else proves a new gom
    ");
    let output = own.update(&[]).env("GOSUMDB", own.world.log.gosumdb(NOBODY)).run();
    assert_failed(&output, 4, "does not prove gom.example.test/gom@v9.8.7");
    own.assert_unchanged();
}

#[test]
fn a_release_that_is_not_recorded_is_refused() {
    let own = Own::new();
    own.serve(&Release::new(&own.world, "9.8.7"));
    refused(&own, 5, "does not prove gom.example.test/gom@v9.8.7");
}

#[test]
fn no_variable_exempts_gom_from_the_checksum_database() {
    let own = Own::new();
    own.serve(&Release::new(&own.world, "9.8.7"));
    for (name, value) in [
        ("GOPRIVATE", "gom.example.test"),
        ("GONOSUMDB", "gom.example.test/*"),
        ("GONOSUMCHECK", "1"),
        ("GOINSECURE", "*"),
        ("GOFLAGS", "-insecure -mod=mod"),
        ("GOM_REQUIRE", "any"),
    ] {
        let output = own.update(&[]).env(name, value).run();
        assert_failed(&output, 5, "does not prove gom.example.test/gom@v9.8.7");
    }
    own.assert_unchanged();
}

#[test]
fn an_archive_with_another_sum_is_refused() {
    let (own, release) = Own::with("9.8.7");
    own.base.fault(&release.archive_path(), Fault::Flip(40));
    insta::assert_snapshot!(redacted_sums(&own.update(&[]).run().snapshot(&own.world.sandbox)), @"
    exit: 5
    --- stdout
    --- stderr
    downloading gom 9.8.7 ([SIZE]) from http://127.0.0.1:[PORT]/base/gom-9.8.7-[TARGET].tar.gz
    error: sha256 mismatch for `gom.example.test/gom@v9.8.7/archives/gom-9.8.7-[TARGET].tar.gz` from `http://127.0.0.1:[PORT]/base/gom-9.8.7-[TARGET].tar.gz`: got [SUM], the recorded release has [SUM]
    hint: nothing was changed; that place does not have the recorded release: run the command with another GOPROXY or GOM_DOWNLOAD_BASE, and report it to the operator of the place
    ");
    own.assert_unchanged();
}

/// Replaces the sums, which depend on the shim under test, and the target.
fn redacted_sums(text: &str) -> String {
    let is_sum = |word: &str| {
        let word = word.trim_end_matches([',', '.']);
        (word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit())) || word.starts_with("h1:")
    };
    let line = |line: &str| {
        let words = line.split(' ').map(|word| match word.strip_suffix(',') {
            Some(bare) if is_sum(bare) => "[SUM],",
            _ if is_sum(word) => "[SUM]",
            _ => word,
        });
        words.collect::<Vec<_>>().join(" ")
    };
    text.replace(&target(), "[TARGET]").lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_list_of_the_base_that_is_not_the_recorded_one_is_refused() {
    let (own, release) = Own::with("9.8.7");
    let mut other = release.clone();
    other.files[0].1 = gzip(b"another archive");
    own.base.route(&release.list_path(), Route::ok("text/plain", other.list()));
    own.base.route(&release.archive_path(), Route::bytes(&other.files[0].1));
    refused(&own, 5, "the checksum database has h1:");
}

#[test]
fn a_proxy_that_serves_another_version_is_refused() {
    let (own, release) = Own::with("9.8.7");
    own.base.fault("*", Fault::Status(404));
    let older = Release::new(&own.world, "9.8.6");
    own.record(&older);
    own.proxy.route(&release.zip_path(), Route::bytes(older.zip()));
    refused(&own, 5, "the checksum database has h1:");
    // The same files under the names of the right version are not the recorded ones either.
    let renamed = Release { version: release.version.clone(), ..older };
    own.proxy.route(&release.zip_path(), Route::bytes(renamed.zip()));
    refused(&own, 5, "the checksum database has h1:");
    // And what is no zip is none.
    own.proxy.route(&release.zip_path(), Route::bytes("not a zip"));
    refused(&own, 5, "can't be unpacked");
}

#[test]
fn a_proxy_that_hides_the_release_gives_no_other_one() {
    let (own, _) = Own::with("9.8.7");
    for site in [&own.base, &own.proxy] {
        site.fault("*", Fault::Html);
    }
    refused(&own, 4, "no place names a release of gom");
    assert_failed(&own.update(&["9.8.7"]).run(), 4, "no place has gom.example.test/gom@v9.8.7");
    own.assert_unchanged();
}

#[test]
fn an_archive_that_is_cut_off_is_tried_again_and_then_given_up() {
    let (own, release) = Own::with("9.8.7");
    own.proxy.fault(&release.zip_path(), Fault::Status(404));
    own.base.fault(&release.archive_path(), Fault::CutAfter(1000));
    refused(&own, 4, "end of file before message length reached");
    own.base.heal();
    own.base.fault_first(1, &release.archive_path(), Fault::CutAfter(1000));
    own.update(&[]).done();
    assert_eq!(own.version(), "gom 9.8.7");
}

#[test]
fn a_cut_archive_without_a_length_is_refused() {
    let (own, release) = Own::with("9.8.7");
    own.base.route(&release.archive_path(), Route::bytes(&release.files[0].1[..1000]));
    refused(&own, 5, "sha256 mismatch");
}

#[test]
fn a_log_that_lies_is_refused() {
    let (own, _) = Own::with("9.8.7");
    let log = &own.world.log;
    for (lie, name) in [
        (&(|| log.unsigned()) as &dyn Fn(), "unsigned"),
        (&|| log.wrong_key(), "another key"),
        (&|| log.stranger_key(), "a stranger's key"),
        (&|| log.serve_record_of("example.test/padding7@v1.0.0"), "another record"),
    ] {
        lie();
        let output = own.update(&[]).run();
        assert_eq!(output.code, Some(5), "{name}: {output}");
        log.be_honest();
    }
    own.assert_unchanged();
}

#[test]
fn a_release_without_a_program_for_this_machine_says_how_to_build_one() {
    let own = Own::new();
    let mut release = Release::new(&own.world, "9.8.7");
    release.files[0].0 = "archives/gom-9.8.7-riscv64-unknown-linux-musl.tar.gz".to_owned();
    own.publish(&release);
    refused(&own, 3, "gom 9.8.7 is not released for");
}

#[test]
fn a_new_gom_that_does_not_answer_leaves_the_old_one() {
    // The last one answers beside its place, and not in it.
    for (script, reason) in [
        ("exit 3", "it ended with exit status: 3"),
        ("echo gom 9.8.6", "it says that it is 9.8.6, not 9.8.7"),
        ("case $0 in */gom) exit 1 ;; esac; echo gom 9.8.7", "it ended with exit status: 1"),
    ] {
        let own = Own::new();
        own.publish(&Release::with_gom(&own.world, "9.8.7", script));
        refused(&own, 1, &format!("the new gom does not work here: {reason}"));
    }
}

#[test]
fn a_gom_of_a_package_manager_is_left_to_it() {
    let (own, _) = Own::with("9.8.7");
    for (folder, command) in [
        ("homebrew/Cellar/gom-go/0.1.0/bin", "brew upgrade gom-go"),
        ("lib/node_modules/gom-go/bin", "npm install -g gom-go@latest"),
        (".local/share/uv/tools/gom-go/bin", "uv tool upgrade gom-go"),
        (".local/share/pipx/venvs/gom-go/bin", "pipx upgrade gom-go"),
    ] {
        let gom = own.gom_at(folder);
        fs::write(gom.parent().unwrap().parent().unwrap().join("pyvenv.cfg"), "").unwrap();
        let output = own.world.command(&gom, ["self", "update"]).run();
        assert_failed(&output, 7, &format!("hint: run `{command}`"));
        let output = own.world.command(&gom, ["self", "update", "--check"]).run();
        assert_failed(&output, 10, &format!("hint: run `{command}`"));
        assert_eq!(own.world.command(&gom, ["--version"]).done().stdout, format!("gom {RUNNING}\n"));
    }
    own.assert_unchanged();
}

#[test]
fn a_store_whose_gom_is_a_link_to_a_package_is_left_to_the_package() {
    let (own, _) = Own::with("9.8.7");
    let gom = own.gom_at("homebrew/Cellar/gom-go/0.1.0/bin");
    let linked = own.world.store().join("bin/gom");
    fs::remove_file(&linked).unwrap();
    std::os::unix::fs::symlink(&gom, &linked).unwrap();
    assert_failed(&own.update(&[]).run(), 7, "belongs to Homebrew");
    assert_eq!(own.version(), format!("gom {RUNNING}"));
}

#[test]
fn while_another_gom_updates_itself_this_one_waits_and_gives_up() {
    let (own, _) = Own::with("9.8.7");
    let lock = fs::File::create(own.world.store().join("locks/gom.lock")).unwrap();
    lock.lock().unwrap();
    let output = own.update(&[]).env("GOM_LOCK_TIMEOUT", "0").run();
    assert_failed(&output, 6, "another gom has been working on `gom itself`");
    drop(lock);
    own.assert_unchanged();
}

#[test]
fn a_bin_that_can_not_be_written_is_named() {
    let (own, _) = Own::with("9.8.7");
    if is_root() {
        skip("root writes everywhere");
        return;
    }
    let bin = own.world.store().join("bin");
    fs::set_permissions(&bin, std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
    let output = own.update(&[]).run();
    fs::set_permissions(&bin, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    assert_failed(&output, 1, "can't write");
    own.assert_unchanged();
}

fn is_root() -> bool {
    let status = std::process::Command::new("id").arg("-u").output().unwrap();
    status.stdout == b"0\n"
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_leaves_the_old_gom() {
    let own = Own::new();
    own.publish(&Release::with_program(&own.world, "9.8.7", &vec![b'x'; 4_000_000]));
    let script = r#"
set -u
mkdir -p "$WORK/disk" && mount -t tmpfs -o size=$ROOM none "$WORK/disk" || exit 99
cp -a "$STORE" "$WORK/disk/store" || exit 99
"$WORK/disk/store/bin/gom" self update
echo "code: $?"
ls -A "$WORK/disk/store/bin"
"$WORK/disk/store/bin/gom" --version
GOM_HOME=$WORK/disk/store "$WORK/disk/store/bin/go" version
"#;
    let used: u64 = size_of(&own.world);
    let room = (used + 2_000_000).to_string();
    let run = own.world.command("unshare", ["--mount", "/bin/sh", "-c", script]);
    let run = run.env("WORK", own.world.work()).env("STORE", own.world.store()).env("ROOM", room);
    let output = run.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").run();
    if output.code == Some(99) || output.stderr.contains("unshare") {
        skip("no file system can be mounted here");
        return;
    }
    assert!(output.stderr.contains("No space left on device"), "{output}");
    assert!(output.stderr.contains("df -h "), "{output}");
    let expected = format!("code: 1\ngo\ngo1.98.1\ngofmt\ngom\ngom-shim\ngom {RUNNING}\ngo version go1.98.1");
    assert!(output.stdout.starts_with(&expected), "{output}");
}

#[cfg(target_os = "linux")]
fn size_of(world: &World) -> u64 {
    let files = gom_tests::contents(&world.store());
    // A file takes whole blocks.
    files.values().map(|content| (content.len() as u64).div_ceil(4096) * 4096 + 4096).sum()
}

#[test]
fn killed_at_any_rename_one_whole_gom_is_there() {
    let (own, _) = Own::with("9.8.7");
    let script = r#"
set -u
command -v strace >/dev/null || exit 99
bin=$STORE/bin
cp "$bin/gom" "$bin/gom-shim" "$WORK"
fail() { echo "FAILED at rename $number: $1"; cat out; ls -la "$bin"; exit 1; }
number=0
while :; do
    number=$((number + 1))
    for name in gom gom-shim; do
        cp "$WORK/$name" "$bin/x" && mv -f "$bin/x" "$bin/$name"
    done
    strace -f -qq -o /dev/null -e trace=rename,renameat,renameat2 \
        -e "inject=rename,renameat,renameat2:signal=KILL:when=$number" "$bin/gom" self update >out 2>&1
    code=$?
    case $("$bin/gom" --version) in
    "gom $OLD" | "gom 9.8.7") ;;
    *) fail "no whole gom" ;;
    esac
    "$bin/go" version >/dev/null || fail "no go"
    [ "$code" != 0 ] || break
    [ "$code" = 137 ] || fail "exit code $code"
done
[ "$number" -gt 2 ] || fail "only so many renames"
ls -A "$bin"
"#;
    let run = own.world.command("/bin/sh", ["-c", script]).env("STORE", own.world.store());
    let run = run.env("WORK", own.world.work()).env("OLD", RUNNING).env("PATH", "/usr/bin:/bin");
    let output = run.run();
    if output.code == Some(99) {
        skip("strace is not here");
        return;
    }
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(output.stdout, "go\ngo1.98.1\ngofmt\ngom\ngom-shim\n", "{output}");
    assert_eq!(own.version(), "gom 9.8.7");
}
