//! The module in the hands of the go command, and its hash computed by the test kit.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use gom_tests::{Run, Sandbox, TestLog, contents, hash1, say, sha256};

use super::hash::FileList;
use super::module::Module;
use super::{Release, make, proxy};
use crate::dist::archive::{Entry, PROGRAM, pack};
use crate::dist::paths::target_dir;
use crate::dist::repository;

const PATH: &str = "gom.example.test/installer";
/// 2026-01-02
const TIME: u64 = 1_767_312_000;
const TARGETS: [&str; 4] = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "x86_64-unknown-linux-musl",
];

/// A release whose programs are scripts: they say for which target they are.
struct Made {
    folder: tempfile::TempDir,
    go_mod: String,
    h1: String,
}

impl Made {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_archives(folder.path());
        let repository = repository();
        let release = Release { repository: &repository, version: "0.1.0", time: TIME };
        make(&release, folder.path(), PATH).unwrap();
        let go_mod = fs::read_to_string(folder.path().join("gomod/go.mod")).unwrap();
        let zip = fs::read(folder.path().join(format!("goproxy/{PATH}/@v/v0.1.0.zip"))).unwrap();
        let h1 = FileList::of_zip(&zip).unwrap().h1();
        Self { folder, go_mod, h1 }
    }

    fn proxy(&self) -> String {
        format!("file://{}", self.folder.path().join("goproxy").display())
    }

    /// Runs a go command that knows only this proxy, and this checksum database.
    fn go(&self, sandbox: &Sandbox, go: &Path, log: &TestLog, arguments: &[&str]) -> Run {
        let folder = sandbox.work().join("log");
        log.write_to(&folder);
        let path = format!("{}:/usr/bin:/bin", go.parent().unwrap().display());
        // It is shared, so that the standard library is compiled once.
        let cache = target_dir(&repository()).join("gomod-gocache");
        let run = sandbox.command(go, arguments).env("PATH", path).env("GOPROXY", self.proxy());
        let run = run.env("GOSUMDB", log.gosumdb(&format!("file://{}", folder.display())));
        let run = run.env("GOTOOLCHAIN", "local").env("GOFLAGS", "-modcacherw").env("GOCACHE", cache);
        run.env("GOPATH", sandbox.home().join("gopath")).env("CGO_ENABLED", "0")
    }
}

fn write_archives(folder: &Path) {
    let file = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    let mut sums = String::new();
    for target in TARGETS {
        let gom = format!("{}echo \"for {target}\" >&2\n", file("tests/tests/installer/stubs/gom"));
        let entries = [
            ("gom", gom),
            ("gom-shim", file("tests/tests/installer/stubs/gom-shim")),
            ("install.sh", file("install.sh")),
        ];
        let entries = entries.map(|(name, text)| Entry::new(name, PROGRAM, text.into_bytes())).to_vec();
        let bytes = pack(&format!("gom-0.1.0-{target}"), entries, TIME).unwrap();
        writeln!(sums, "{}  gom-0.1.0-{target}.tar.gz", sha256(&bytes)).unwrap();
        fs::write(folder.join(format!("gom-0.1.0-{target}.tar.gz")), bytes).unwrap();
    }
    fs::write(folder.join("SHA256SUMS"), sums).unwrap();
}

fn log_with(made: &Made) -> TestLog {
    let log = TestLog::new("sum.example.test", 9);
    log.add_with_go_mod(PATH, "v0.1.0", &made.h1, &made.go_mod);
    log
}

fn is_live() -> bool {
    std::env::var_os("GOM_TEST_LIVE").is_some_and(|value| value == "1")
}

fn go_on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let go = std::env::split_paths(&path).map(|folder| folder.join("go")).find(|go| go.is_file());
    if go.is_none() {
        say("skipped: no go on PATH for the module of a release");
    }
    go
}

fn store(sandbox: &Sandbox) -> Vec<String> {
    sandbox.tree(sandbox.store())
}

#[test]
fn the_list_of_files_has_the_hash_that_the_checksum_database_records() {
    let made = Made::new();
    let module = made.folder.path().join("gomod");
    let files: Vec<(String, Vec<u8>)> = gom_tests::Sandbox::bare()
        .tree(&module)
        .into_iter()
        .map(|name| (format!("{PATH}@v0.1.0/{name}"), fs::read(module.join(&name)).unwrap()))
        .collect();
    let expected = hash1(files.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())));
    assert_eq!(made.h1, expected);
    let list = fs::read_to_string(made.folder.path().join("gom-0.1.0-module.txt")).unwrap();
    assert_eq!(list.lines().count(), files.len());
    assert!(list.contains(&format!("  {PATH}@v0.1.0/archives/gom-0.1.0-x86_64-unknown-linux-musl.tar.gz\n")));
    assert_eq!(fs::read_to_string(made.folder.path().join("gom-latest.txt")).unwrap(), "v0.1.0\n");
    assert!(!list.contains("_test.go"));
}

#[test]
fn the_same_archives_give_the_same_module_wherever_it_is_made() {
    let (one, other) = (Made::new(), Made::new());
    for folder in ["gomod", "goproxy"] {
        assert_eq!(contents(&one.folder.path().join(folder)), contents(&other.folder.path().join(folder)));
    }
}

#[test]
fn an_archive_that_sha256sums_does_not_have_makes_no_module() {
    let folder = tempfile::tempdir().unwrap();
    write_archives(folder.path());
    fs::write(folder.path().join(format!("gom-0.1.0-{}.tar.gz", TARGETS[0])), "other").unwrap();
    let error = Module::new(&repository(), folder.path(), PATH, "0.1.0").err().unwrap();
    assert!(error.to_string().ends_with("has not the sum in SHA256SUMS"), "{error}");
    for path in ["Example.test/gom", "gom", "example.test/a b"] {
        assert!(Module::new(&repository(), folder.path(), path, "0.1.0").is_err(), "{path}");
    }
}

#[test]
fn a_zip_has_the_files_as_the_go_command_wants_them() {
    let folder = tempfile::tempdir().unwrap();
    write_archives(folder.path());
    let module = Module::new(&repository(), folder.path(), PATH, "0.1.0").unwrap();
    let zip = proxy::zip(&module).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(names.iter().all(|name| name.starts_with(&format!("{PATH}@v0.1.0/"))), "{names:?}");
    let mut go_mod = String::new();
    let name = format!("{PATH}@v0.1.0/go.mod");
    archive.by_name(&name).unwrap().read_to_string(&mut go_mod).unwrap();
    assert_eq!(go_mod, format!("module {PATH}\n\ngo 1.16\n"));
}

#[test]
fn go_run_of_the_module_installs_gom_and_passes_arguments_on() {
    let Some(go) = go_on_path() else { return };
    let made = Made::new();
    let (sandbox, log) = (Sandbox::bare(), log_with(&made));
    let module = format!("{PATH}@latest");
    let output = made.go(&sandbox, &go, &log, &["run", &module, "--go", "1.22.6"]).done();
    assert!(output.stdout.starts_with("go version go1.22.6 stub/stub\n"), "{output}");
    let target = format!("for {}-unknown-linux-musl", std::env::consts::ARCH);
    assert!(cfg!(target_os = "macos") || output.stderr.contains(&target), "{output}");
    assert!(output.stderr.contains("gom install <1.22.6>"), "{output}");
    assert_eq!(store(&sandbox), ["bin/go -> gom-shim", "bin/gom", "bin/gom-shim", "default"]);
    assert!(fs::read_dir(sandbox.home().join("../tmp")).unwrap().next().is_none(), "the folder stays");

    // The installer's own exit code.
    let module = format!("{PATH}@v0.1.0");
    let output = made.go(&sandbox, &go, &log, &["run", &module, "--nonsense"]).run();
    assert!(output.code == Some(1) && output.stderr.contains("exit status 2"), "{output}");
}

#[test]
fn the_go_command_refuses_a_module_that_the_log_does_not_have_so() {
    let Some(go) = go_on_path() else { return };
    let (made, sandbox) = (Made::new(), Sandbox::bare());
    let log = TestLog::new("sum.example.test", 9);
    log.add_with_go_mod(PATH, "v0.1.0", &hash1([("x".to_owned(), &b"y"[..])]), &made.go_mod);
    let output = made.go(&sandbox, &go, &log, &["run", &format!("{PATH}@v0.1.0")]).run();
    assert!(output.code != Some(0) && output.stderr.contains("checksum mismatch"), "{output}");
    assert!(store(&sandbox).is_empty());
}

#[test]
fn the_programs_own_tests_pass() {
    let Some(go) = go_on_path() else { return };
    let (made, sandbox) = (Made::new(), Sandbox::bare());
    let module = made.folder.path().join("gomod");
    let test = "archive_test.go";
    fs::copy(repository().join("gomod").join(test), module.join(test)).unwrap();
    let log = log_with(&made);
    for arguments in [&["vet", "."][..], &["test", "."]] {
        made.go(&sandbox, &go, &log, arguments).cwd(&module).done();
    }
    // Slow: the standard library is compiled for each.
    if is_live() {
        for system in ["darwin", "windows"] {
            made.go(&sandbox, &go, &log, &["vet", "."]).cwd(&module).env("GOOS", system).done();
        }
    }
}

/// Needs the real network: the oldest releases of Go with `go run MODULE@VERSION`, and with `go:embed`.
#[test]
fn the_oldest_go_commands_install_gom() {
    if !is_live() {
        say("skipped: old releases of Go need the real network; set GOM_TEST_LIVE=1");
        return;
    }
    let made = Made::new();
    let log = log_with(&made);
    let live = Sandbox::live();
    let path = std::env::var_os("PATH").unwrap_or_default();
    for (version, runs) in [("1.17", true), ("1.16", false), ("latest", true)] {
        live.gom(["install", version]).env("PATH", &path).done();
        let goroot = live.gom(["which", "--goroot", version]).env("PATH", &path).done().stdout;
        let go = Path::new(goroot.trim()).join("bin/go");
        let sandbox = Sandbox::bare();
        if runs {
            made.go(&sandbox, &go, &log, &["run", &format!("{PATH}@latest")]).done();
        } else {
            made.go(&sandbox, &go, &log, &["install", &format!("{PATH}@latest")]).done();
            let program = sandbox.home().join("gopath/bin/installer");
            let output = sandbox.command(&program, [""; 0]).done();
            assert!(output.stderr.contains(&format!("rm '{}'", program.display())), "{output}");
        }
        assert_eq!(store(&sandbox), ["bin/go -> gom-shim", "bin/gom", "bin/gom-shim"], "{version}");
    }
}
