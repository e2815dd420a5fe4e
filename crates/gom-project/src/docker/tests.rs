use std::path::Path;

use super::module::Module;
use super::render::{Parts, dockerfile};
use super::*;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let file = dir.path().join(name);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, content).unwrap();
    }
    dir
}

fn read(dir: &Path, package: Option<&str>) -> Result<Module, DockerError> {
    Module::read(dir, package)
}

const MAIN: &str = "package main\n\nfunc main() {}\n";
const CGO: &str = "package db\n\n// #include <x.h>\nimport \"C\"\n";

#[test]
fn the_only_program_is_built_and_one_of_several_is_named() {
    let one = folder(&[
        ("go.mod", "module example.test/shop/v2\n"),
        ("cmd/shop/main.go", MAIN),
        ("internal/db/db.go", "package db\n"),
        ("testdata/x/main.go", MAIN),
        ("_old/main.go", MAIN),
        ("tools/gen.go", "//go:build ignore\n\npackage main\n"),
        ("other/go.mod", "module example.test/other\n"),
        ("other/main.go", MAIN),
    ]);
    let module = read(one.path(), None).unwrap();
    assert_eq!((module.package.as_str(), module.program.as_str()), ("./cmd/shop", "shop"));
    assert!(module.downloads_first && !module.has_sums && !module.uses_cgo());

    let several = folder(&[("a/main.go", MAIN), ("b/main.go", MAIN)]);
    let error = read(several.path(), None).unwrap_err();
    assert!(
        matches!(&error, DockerError::SeveralPrograms { packages } if *packages == ["./a", "./b"]),
        "{error}"
    );
    for named in ["b", "./b", "b/"] {
        assert_eq!(read(several.path(), Some(named)).unwrap().package, "./b", "{named}");
    }
    assert!(matches!(read(several.path(), Some("c")), Err(DockerError::NotAProgram { other: Some(_), .. })));
    assert!(matches!(read(folder(&[]).path(), None), Err(DockerError::NoProgram { .. })));

    let root =
        folder(&[("go.mod", "module example.test/shop/v2 // x\n"), ("main.go", MAIN), ("b/main.go", MAIN)]);
    let module = read(root.path(), None).unwrap();
    assert_eq!((module.package.as_str(), module.program.as_str()), (".", "shop"));
}

#[test]
fn cgo_is_seen_in_the_source_and_in_go_mod() {
    let dir =
        folder(&[("main.go", MAIN), ("db/db.go", CGO), ("db/db_windows.go", CGO), ("db/x_test.go", CGO)]);
    assert_eq!(read(dir.path(), None).unwrap().cgo.files, ["db/db.go:4"]);
    let lines = "module m\n\nrequire (\n\tgithub.com/mattn/go-sqlite3 v1.14.22\n\tgithub.com/mattn/go-isatty v0.0.20\n)\n";
    let dir = folder(&[("go.mod", lines), ("main.go", MAIN)]);
    let module = read(dir.path(), None).unwrap();
    assert_eq!(
        (module.cgo.modules, module.cgo.files.len()),
        (vec!["github.com/mattn/go-sqlite3".to_owned()], 0)
    );
    let work = folder(&[
        ("go.work", "go 1.26\n\nuse (\n\t./a\n\t./b\n)\n"),
        ("a/go.mod", "module a\n\nrequire github.com/libgit2/git2go/v34 v34.0.0\n"),
        ("a/main.go", MAIN),
        ("b/go.mod", "module b\n"),
    ]);
    let module = read(work.path(), None).unwrap();
    assert_eq!((module.package.as_str(), module.downloads_first), ("./a", false));
    assert_eq!(module.cgo.modules, ["github.com/libgit2/git2go"]);
}

/// A cloned project must not write instructions into the file.
#[test]
fn a_name_with_odd_characters_reaches_no_dockerfile() {
    let dir = folder(&[("cmd/a\nRUN evil #/main.go", MAIN)]);
    assert!(matches!(read(dir.path(), None), Err(DockerError::OddName { .. })));
    let dir = folder(&[("cmd/a b/main.go", MAIN), ("cmd/$(x)/main.go", MAIN)]);
    assert!(matches!(read(dir.path(), None), Err(DockerError::NoProgram { .. })));
    for module in ["x\"\nRUN evil", "a/b c", "a/$(x)", "a/.", "", "a/-x"] {
        let dir = folder(&[("go.mod", &format!("module {module}\n")), ("main.go", MAIN)]);
        let program = read(dir.path(), None).unwrap().program;
        assert!(["app", "x"].contains(&program.as_str()), "{module}: {program}");
    }
}

fn rendered(module: &Module, image: Option<&str>, is_cgo: bool, lock_files: &[&'static str]) -> String {
    dockerfile(&Parts { version: "1.26.6", image, suite: "bookworm", lock_files, is_cgo, module })
}

fn module() -> Module {
    let (package, program) = ("./cmd/app".to_owned(), "app".to_owned());
    Module { package, program, has_sums: true, downloads_first: true, ..Module::default() }
}

#[test]
fn without_cgo_the_program_is_static_and_built_on_this_machine_for_any_other() {
    assert_eq!(
        rendered(&module(), Some("1.26.6"), false, &[]),
        "\
# syntax=docker/dockerfile:1
# Made by `gom docker`; yours to change. `gom sync` keeps the version of Go in step with this project.

FROM --platform=$BUILDPLATFORM golang:1.26.6 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \\
    go mod download
COPY . .
ARG TARGETOS TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \\
    --mount=type=cache,target=/root/.cache/go-build \\
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -o /out/app ./cmd/app

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/app /usr/local/bin/app
# Not root. A number, because an image from scratch has no list of users.
USER 65532:65532
ENTRYPOINT [\"/usr/local/bin/app\"]
"
    );
}

#[test]
fn with_cgo_both_stages_are_of_one_debian_and_of_the_platform_of_the_image() {
    let text = rendered(&module(), Some("1.26.6-bookworm"), true, &[]);
    assert!(text.contains("FROM golang:1.26.6-bookworm AS build\n"), "{text}");
    assert!(text.contains("CGO_ENABLED=1 go build"), "{text}");
    assert!(text.contains("\nFROM debian:bookworm-slim\n"), "{text}");
    assert!(!text.contains("BUILDPLATFORM") && !text.contains("TARGETARCH"), "{text}");
}

#[test]
fn gom_brings_go_by_the_lock_if_there_is_one() {
    let text = rendered(&module(), None, false, &[]);
    assert!(text.contains("RUN gom install 1.26.6\n"), "{text}");
    assert!(text.contains("FROM --platform=$BUILDPLATFORM debian:bookworm-slim AS build\n"), "{text}");
    assert!(!text.contains("golang:") && !text.contains("latest"), "{text}");
    let text = rendered(&module(), None, true, &["gom.lock", "go.mod"]);
    assert!(
        text.contains("COPY gom.lock go.mod ./\nRUN gom install --locked\n")
            && text.contains(" gcc libc6-dev "),
        "{text}"
    );
}

#[test]
fn what_can_not_be_downloaded_first_is_not() {
    let text = rendered(
        &Module { downloads_first: false, is_vendored: true, ..module() },
        Some("1.26.6"),
        false,
        &[],
    );
    assert!(!text.contains("go mod download") && !text.contains("/go/pkg/mod"), "{text}");
    let with = |go_mod: &str| {
        let dir = folder(&[("go.mod", go_mod), ("main.go", MAIN)]);
        read(dir.path(), None).unwrap().downloads_first
    };
    assert!(with("module m\n\nreplace a => b v1.0.0\n"));
    assert!(!with("module m\n\nreplace a => ./b\n"));
    assert!(!with("module m\n\nreplace (\n\ta v1 => ../b // x\n)\n"));
}
