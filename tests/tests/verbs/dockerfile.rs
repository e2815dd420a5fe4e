//! `gom docker`: the Dockerfile of a module, printed and written. That it builds is shown by tests/tests/consumers.

use std::os::unix::fs::symlink;

use gom_tests::World;
use insta::assert_snapshot;

/// A module with one program, and Go 1.26.3 as the default: a release that the table of image tags has.
fn world() -> World {
    let world = World::with(&["1.26.3"]);
    world.done(["use", "1.26.3"]);
    world.write("go.mod", "module example.test/shop\n\ngo 1.26\n");
    world.write("cmd/shop/main.go", "package main\n\nfunc main() {}\n");
    world
}

#[test]
fn a_module_has_a_static_program_built_for_every_platform() {
    let world = world();
    assert_snapshot!(world.say(["docker"]), @r#"
    exit: 0
    --- stdout
    # syntax=docker/dockerfile:1
    # Made by `gom docker`; yours to change. `gom sync` keeps the version of Go in step with this project.

    FROM --platform=$BUILDPLATFORM golang:1.26.3 AS build
    WORKDIR /src
    COPY go.mod ./
    RUN --mount=type=cache,target=/go/pkg/mod \
        go mod download
    COPY . .
    ARG TARGETOS TARGETARCH
    RUN --mount=type=cache,target=/go/pkg/mod \
        --mount=type=cache,target=/root/.cache/go-build \
        CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -o /out/shop ./cmd/shop

    FROM scratch
    COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
    COPY --from=build /out/shop /usr/local/bin/shop
    # Not root. A number, because an image from scratch has no list of users.
    USER 65532:65532
    ENTRYPOINT ["/usr/local/bin/shop"]
    --- stderr
    Go 1.26.3 (set by the default, [HOME]/.gom/default:1), ./cmd/shop as shop
    "#);
    assert!(!world.work().join("Dockerfile").exists());
}

#[test]
fn cgo_is_seen_and_can_be_said() {
    let world = world();
    world.write("cmd/shop/db.go", "package main\n\n// int x;\nimport \"C\"\n");
    let found = world.done(["docker", "--json"]).json();
    assert_eq!((&found["cgo"], &found["cgo_use"]["files"][0]), (&true.into(), &"cmd/shop/db.go:4".into()));
    assert_eq!(found["image"], "golang:1.26.3-trixie");
    assert_eq!(found["image_is_known"], true);
    let text = found["dockerfile"].as_str().unwrap();
    assert!(
        text.contains("FROM golang:1.26.3-trixie AS build") && text.contains("FROM debian:trixie-slim"),
        "{text}"
    );
    let without = world.done(["docker", "--no-cgo"]).stdout;
    assert!(without.contains("FROM scratch") && without.contains("CGO_ENABLED=0"), "{without}");
    assert_eq!(world.gom(["docker", "--cgo", "--no-cgo"]).run().code, Some(2));
}

#[test]
fn what_is_written_is_in_step_and_written_once() {
    let world = world();
    world.write(".git/HEAD", "");
    assert_snapshot!(world.say(["docker", "--write", "--dry-run"]), @"
    exit: 0
    --- stdout
    --- stderr
    Go 1.26.3 (set by the default, [HOME]/.gom/default:1), ./cmd/shop as shop
    would write Dockerfile
    would write .dockerignore
    ");
    assert!(!world.work().join("Dockerfile").exists());
    world.write(".go-version", "1.26.3\n");
    let printed = world.done(["docker"]).stdout;
    world.done(["docker", "--write"]);
    assert_eq!(world.read("Dockerfile"), printed);
    assert!(world.read(".dockerignore").lines().any(|line| line == ".git"));
    world.done(["sync", "--check"]);
    let again = world.done(["docker", "--write", "--json"]).json();
    assert_eq!(
        (&again["files"][0]["action"], &again["files"][1]["action"]),
        (&"keep".into(), &"keep".into())
    );
}

#[test]
fn a_file_that_is_there_is_not_replaced_unasked() {
    let world = world();
    world.write("Dockerfile", "FROM golang:1.26.3\n");
    world.write(".dockerignore", "mine\n");
    for options in [&["docker", "--write"][..], &["docker", "--write", "--dry-run"]] {
        let output = world.gom(options.iter().chain(&["--json"])).run();
        assert_eq!((output.code, &output.json()["error"]["kind"]), (Some(2), &"usage".into()), "{output}");
    }
    assert_eq!(world.read("Dockerfile"), "FROM golang:1.26.3\n");
    let hint = world.gom(["docker", "--write"]).run().stderr;
    assert!(hint.contains("`gom docker --write --force`"), "{hint}");
    world.done(["docker", "--write", "--force"]);
    assert!(world.read("Dockerfile").contains("AS build"));
    assert!(world.read(".dockerignore").contains(".git\n"));

    world.write(".dockerignore", "mine\n");
    std::fs::remove_file(world.work().join("Dockerfile")).unwrap();
    let kept = world.done(["docker", "--write"]);
    assert!(kept.stderr.contains(".dockerignore is there already, and stays"), "{kept}");
    assert_eq!(world.read(".dockerignore"), "mine\n");
}

/// A cloned project is hostile: a link in it leads to a file of the user's.
#[test]
fn nothing_is_written_through_a_link() {
    let world = world();
    let victim = world.write_home("victim", "mine\n");
    symlink(&victim, world.work().join("Dockerfile")).unwrap();
    assert_eq!(world.gom(["docker", "--write"]).run().code, Some(2));
    let forced = world.gom(["docker", "--write", "--force"]).run();
    assert!(forced.code == Some(1) && forced.stderr.contains("is a link"), "{forced}");
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine\n");
    assert!(!world.work().join(".dockerignore").exists());
}

#[test]
fn what_there_is_no_dockerfile_for_is_said_with_a_way_out() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    assert_snapshot!(world.say(["docker"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: there is no go.mod here or above
    hint: run it in the folder of a module, or `go mod init NAME` first
    ");
    world.write("go.mod", "module example.test/shop\n");
    assert_eq!(world.gom(["docker"]).run().code, Some(3));
    world.write("a/main.go", "package main\n");
    world.write("b/main.go", "package main\n");
    assert_snapshot!(world.say(["docker"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: there are 2 programs here: ./a, ./b
    hint: run `gom docker --package ./a`, or with another of them
    ");
    let output = world.done(["docker", "--package", "./a"]);
    assert!(output.stderr.contains("whether there is an image golang:1.98.1 is not known"), "{output}");
}

#[test]
fn gom_brings_go_by_the_lock() {
    let world = world();
    let text = world.done(["docker", "--with-gom"]).stdout;
    assert!(text.contains("RUN gom install 1.26.3\n") && text.contains("GOM_TOOLCHAIN=1.26.3"), "{text}");
    world.write(".go-version", "1.26.3\n");
    world.done(["lock"]);
    let text = world.done(["docker", "--with-gom"]).stdout;
    assert!(text.contains("COPY gom.lock go.mod .go-version ./\nRUN gom install --locked\n"), "{text}");
}
