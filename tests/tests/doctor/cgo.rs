//! `gom doctor cgo`: real libraries of this system where they are installed, and what is broken about made-up ones.

use crate::world::Doctored;
use gom_tests::{Output, Run, World};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

fn cgo(home: &World, library: &str) -> Run {
    home.gom(["doctor", "cgo", library, "--json"])
}

fn problems(output: &Output) -> Vec<String> {
    let object = output.json();
    let all = object["problems"].as_array().unwrap().iter();
    all.map(|one| one["message"].as_str().unwrap().to_owned()).collect()
}

fn is_here(program: &str) -> bool {
    let is_here = Path::new(program).exists();
    if !is_here {
        // Past the test harness, which hides what a passing test prints.
        let mut stderr = std::io::stderr();
        writeln!(stderr, "skipped: no {program} here").unwrap();
    }
    is_here
}

/// A made-up library `foo`, with a pkg-config file, whose header says it is for this machine number of ELF's.
fn library(home: &World, machine: u8) -> PathBuf {
    let root = home.home().join("foo");
    std::fs::create_dir_all(root.join("lib")).unwrap();
    let mut elf = vec![0; 64];
    elf[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    elf[16] = 3;
    elf[18] = machine;
    std::fs::write(root.join("lib/libfoo.so"), elf).unwrap();
    let text = format!(
        "prefix={}\nName: foo\nDescription: made up\nVersion: 1.2\nCflags: -I${{prefix}}/include\nLibs: -L${{prefix}}/lib -lfoo\n",
        root.display()
    );
    std::fs::write(root.join("lib/foo.pc"), text).unwrap();
    root
}

/// A compiler that says it is for this machine, and nothing else.
fn compiler(home: &World, machine: &str) -> PathBuf {
    let folder = home.home().join("compilers");
    std::fs::create_dir_all(&folder).unwrap();
    let script = format!(
        "#!/bin/sh\ncase \"$1\" in\n--version) echo made-up cc 1.0;;\n-dumpmachine) echo {machine};;\n-print-file-name=*) echo \"${{1#*=}}\";;\nesac\n"
    );
    std::fs::write(folder.join("cc-made-up"), script).unwrap();
    std::fs::set_permissions(folder.join("cc-made-up"), PermissionsExt::from_mode(0o755)).unwrap();
    folder.join("cc-made-up")
}

fn with(home: &World, compiler: &Path, root: &Path) -> Run {
    let run = cgo(home, "foo").env("CC", compiler).env("GOARCH", "arm64").env("CGO_ENABLED", "1");
    run.env("PKG_CONFIG_PATH", root.join("lib"))
}

const ARM64: u8 = 183;
const AMD64: u8 = 62;

#[test]
fn a_library_for_the_target_has_its_flags() {
    if !is_here("/usr/bin/pkg-config") {
        return;
    }
    let home = World::healthy(&["1.30.1"]);
    let root = library(&home, ARM64);
    let output = with(&home, &compiler(&home, "aarch64-linux-gnu"), &root).run();
    assert_eq!((output.code, problems(&output)), (Some(0), Vec::new()), "{output}");
    let root = root.display();
    let flags = format!("CGO_CFLAGS='-O2 -g -I{root}/include' CGO_LDFLAGS='-O2 -g -L{root}/lib -lfoo'");
    assert_eq!(output.json()["flags"], flags, "{output}");
}

#[test]
fn a_library_or_a_compiler_for_another_architecture_is_found() {
    if !is_here("/usr/bin/pkg-config") {
        return;
    }
    let home = World::healthy(&["1.30.1"]);
    let root = library(&home, AMD64);
    let output = with(&home, &compiler(&home, "x86_64-linux-gnu"), &root).run();
    assert_eq!(output.code, Some(1), "{output}");
    let [compiler, library] = &problems(&output)[..] else { panic!("{output}") };
    assert!(compiler.contains("compiles for x86_64-linux-gnu, but GOARCH is arm64"), "{output}");
    assert!(library.ends_with("libfoo.so is for amd64, but GOARCH is arm64"), "{output}");
}

#[test]
fn without_a_compiler_or_a_library_it_says_what_to_install() {
    let home = World::healthy(&["1.30.1"]);
    let bin = home.home().join("tools");
    std::fs::create_dir(&bin).unwrap();
    symlink("/bin/sh", bin.join("sh")).unwrap();
    let path = format!("{}:{}", home.store().join("bin").display(), bin.display());
    let output = cgo(&home, "foo").env("PATH", path).run();
    assert_eq!(output.code, Some(1), "{output}");
    let found = problems(&output);
    assert!(found[0].contains("cgo has no C compiler"), "{output}");
    assert!(found.contains(&"the linker can't find a library for -lfoo".to_owned()), "{output}");
    assert!(output.json()["flags"].is_null(), "{output}");
}

#[test]
fn it_is_for_people_too() {
    let home = World::healthy(&["1.30.1"]);
    let compiler = compiler(&home, "aarch64-linux-gnu");
    let run = home.gom(["doctor", "cgo"]).env("CC", &compiler).env("GOARCH", "arm64");
    let output = run.env("CGO_ENABLED", "1").run();
    assert_eq!(output.code, Some(0), "{output}");
    for line in ["version      made-up cc 1.0", "compiles for aarch64-linux-gnu"] {
        assert!(output.stdout.lines().any(|one| one == line), "{line}\n{output}");
    }
}

/// The flags that it prints build a program that calls the library.
#[test]
fn a_real_program_links_with_the_flags() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let go = std::env::split_paths(&path).map(|folder| folder.join("go")).find(|go| go.is_file());
    let programs = [
        ("sqlite3", "/usr/include/sqlite3.h", "#include <sqlite3.h>", "sqlite3_libversion_number()"),
        ("libpq", "/usr/include/postgresql/libpq-fe.h", "#include <libpq-fe.h>", "PQlibVersion()"),
    ];
    let home = World::healthy(&["1.30.1"]);
    for (library, header, include, call) in programs {
        let Some(go) = go.as_ref().filter(|_| is_here(header) && is_here("/usr/bin/gcc")) else { continue };
        let output = cgo(&home, library).run();
        assert_eq!((output.code, problems(&output)), (Some(0), Vec::new()), "{output}");
        let flags = output.json()["flags"].as_str().unwrap().to_owned();
        let source = format!(
            "package main\n\n// {include}\nimport \"C\"\n\nfunc main() {{ println(int(C.{call}) > 0) }}\n"
        );
        home.write_home(&format!("{library}/go.mod"), "module example.test/cgo\n\ngo 1.21\n");
        home.write_home(&format!("{library}/main.go"), &source);
        let script = format!("env {flags} \"{}\" run .", go.display());
        let run = home.command("/bin/sh", ["-c", &script]).cwd(home.home().join(library));
        let built = run.env("GOTOOLCHAIN", "local").env("GOFLAGS", "-buildvcs=false").run();
        assert_eq!((built.code, built.stderr.as_str()), (Some(0), "true\n"), "{flags}\n{built}");
    }
}
