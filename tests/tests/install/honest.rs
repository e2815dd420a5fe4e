//! Archives by the usual packing programs, in every format that these can write: all of them install. None has
//! anything that [`super::hostile`] and [`super::kits_tar`] refuse.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, World};
use std::fs;
use std::path::Path;
use std::process::Command;

const PACK_GO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/install/testdata/pack.go");

const PACK_PY: &str = "import sys, tarfile
form = {'default': tarfile.DEFAULT_FORMAT, 'ustar': tarfile.USTAR_FORMAT, 'pax': tarfile.PAX_FORMAT,
        'gnu': tarfile.GNU_FORMAT}[sys.argv[1]]
with tarfile.open(sys.argv[3], 'w:gz', format=form) as archive:
    archive.add(sys.argv[2], 'go')";

/// Packs a GOROOT with the program, once for each of its formats, and installs what comes out. `command`
/// gets a format, the folder `go`, and the archive to write.
fn install_all(formats: &[&str], command: impl Fn(&str, &Path, &Path) -> Command) {
    // Go's own tests have a name that is not ASCII; only PAX headers and raw bytes can hold it.
    let toolchain =
        FakeToolchain::here(VERSION).file("test/fixedbugs/issue27836.dir/Þfoo.go", "package Þfoo\n");
    let mut world = World::of_one(toolchain);
    world.ask_mirror();
    let folder = world.sandbox.work().join("pack/go");
    for (name, content) in world.toolchain.files() {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    let archive = world.sandbox.work().join("packed.tar.gz");
    for format in formats {
        let output = command(format, &folder, &archive).output().unwrap();
        assert!(output.status.success(), "{format}: {output:?}");
        world.publish_bytes(&fs::read(&archive).unwrap());
        let output = world.installs(world.sandbox.gom(["install", "--force", VERSION]));
        let receipt = world.receipt();
        assert_eq!(
            receipt["archive"]["sha256"], receipt["archive"]["published"]["sha256"],
            "{format}\n{output}"
        );
        assert!(world.sandbox.goroot(&world.toolchain.name()).join("test").is_dir(), "{format}\n{output}");
    }
}

/// Whether the program is here and says these words of itself.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn is_here(program: &str, version: &str, words: &str) -> bool {
    let output = Command::new(program).arg(version).output();
    let is_here = output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(words));
    if !is_here {
        eprintln!("skipped: no `{program}` on PATH that says `{words}`");
    }
    is_here
}

/// `tar -cz` with some more words; both programs know these.
fn tar(program: &str, more: &[String], folder: &Path, archive: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(more).arg("-czf").arg(archive).arg("-C").arg(folder.parent().unwrap()).arg("go");
    // Without files of macOS's own.
    command.env("COPYFILE_DISABLE", "1");
    command
}

#[test]
fn archives_of_gnu_tar_install() {
    if is_here("tar", "--version", "GNU tar") {
        install_all(&["gnu", "oldgnu", "pax", "posix", "ustar"], |format, folder, archive| {
            tar("tar", &[format!("--format={format}"), "--sort=name".to_owned()], folder, archive)
        });
    }
}

#[test]
fn archives_of_bsdtar_install() {
    if is_here("bsdtar", "--version", "bsdtar") {
        install_all(&["paxr", "pax", "gnutar", "ustar"], |format, folder, archive| {
            tar("bsdtar", &[format!("--format={format}")], folder, archive)
        });
    }
}

#[test]
fn archives_of_gos_own_library_install() {
    if is_here("go", "version", "go version") {
        // Go's ustar has no names beyond ASCII.
        install_all(&["any", "pax", "gnu"], |format, folder, archive| {
            let mut command = Command::new("go");
            command.args(["run", PACK_GO, format]).args([folder, archive]);
            command
        });
    }
}

#[test]
fn archives_of_pythons_own_library_install() {
    if is_here("python3", "--version", "Python 3") {
        install_all(&["default", "ustar", "pax", "gnu"], |format, folder, archive| {
            let mut command = Command::new("python3");
            command.args(["-c", PACK_PY, format]).args([folder, archive]);
            command
        });
    }
}
