//! `gom check`: a made-up go whose answers are good or bad, and the real one where there is one.

use gom_tests::{FakeToolchain, Output, Run, World};
use insta::assert_snapshot;
use std::path::PathBuf;

/// A go that answers as the real one, unless a file of the module says otherwise. What it builds is a header for
/// GOOS and GOARCH: of Mach-O for darwin, else of ELF.
const GO: &str = r#"
case "$1 $2" in
"mod verify")
    [ -e bad-module ] && { echo "example.test/x v1.0.0: zip has been modified" >&2; exit 1; }
    echo "all modules verified" ;;
"list -mod=vendor")
    [ -e bad-vendor ] && { echo "go: inconsistent vendoring in $PWD:" >&2; exit 1; }
    echo example.test/app ;;
"list -e")
    if [ "$CGO_ENABLED" = 1 ]; then
        printf 'net\ttrue\tcgo_linux.go\tnet.go\nexample.test/db\tfalse\tdb.go\t\nexample.test/app\tfalse\t\tmain.go\n'
    else
        printf 'net\ttrue\t\tnet.go\nexample.test/db\tfalse\t\t\nexample.test/app\tfalse\t\tmain.go\n'
    fi ;;
"list -f") [ -e library ] || echo example.test/app ;;
"build -o")
    [ -e "bad-$GOOS" ] && { echo "main.go:3:8: undefined: $GOOS" >&2; exit 1; }
    [ "$GOOS" = darwin ] && format='\317\372\355\376' || format='\177ELF\002\001'
    if [ "$GOOS" = darwin ]; then
        [ "$GOARCH" = arm64 ] && cpu='\014' || cpu='\007'
        printf "$format$cpu\000\000\001\000\000\000\000\002\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" > "$3/app"
    else
        [ "$GOARCH" = arm64 ] && cpu='\267' || cpu='\076'
        [ -e wrong ] && cpu='\363'
        zeros='\000\000\000\000\000\000\000\000\000\000'
        printf "$format\001$zeros\000$cpu$zeros$zeros$zeros$zeros\000\000\000\000\000\000\000" > "$3/app"
    fi ;;
"build ./...") ;;
*) echo "not expected: $*" >&2; exit 7 ;;
esac
"#;

fn world() -> World {
    let mut world = World::publishing(&[]);
    world.publish(&FakeToolchain::here("1.99.2").program("bin/go", GO));
    world.done(["install", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.write("go.mod", "module example.test/app\n\ngo 1.98\n");
    world.set("CGO_ENABLED", "1");
    world
}

#[test]
fn a_module_in_order_passes() {
    let world = world();
    let output =
        world.gom(["check", "--target", "darwin/arm64,linux/arm64", "--target", "linux/amd64"]).run();
    let work = world.work().display().to_string();
    assert_snapshot!(output.to_string().replace(&work, "[WORK]"), @"
    exit: 0
    --- stdout
    go              ok       Go 1.99.2; [WORK]/go.mod:3 needs 1.98
    modules         ok       all modules match go.sum
    vendor          skipped  there is no vendor folder
    cgo             ok       example.test/db uses cgo
                             example.test/db: CGO_ENABLED=0 drops all files, so packages that import it don't build
                             net: standard library, builds without C with CGO_ENABLED=0
    darwin/arm64    ok       1 program: Mach-O arm64
    linux/arm64     ok       1 program: ELF arm64
    linux/amd64     ok       1 program: ELF amd64
    --- stderr
    checking modules
    checking vendor
    checking cgo
    checking the build for darwin/arm64
    checking the build for linux/arm64
    checking the build for linux/amd64
    ");
}

/// The line of a check in the table.
fn line<'a>(output: &'a Output, name: &str) -> &'a str {
    let prefix = format!("{name} ");
    let found = output.stdout.lines().find(|line| line.starts_with(&prefix));
    found.unwrap_or_else(|| panic!("{name}\n{output}"))
}

#[test]
fn each_check_fails_for_its_own_reason() {
    for (file, name, summary, said) in [
        ("bad-module", "modules", "`go mod verify` fails", "zip has been modified"),
        ("vendor/x.go", "vendor", "the vendor folder and go.mod disagree", "inconsistent vendoring"),
        ("bad-linux", "linux/arm64", "the build fails", "undefined: linux"),
        ("wrong", "linux/arm64", "1 of 1 programs are not for linux-arm64", "app: ELF riscv64"),
    ] {
        let world = world();
        world.write(file, "");
        world.write("bad-vendor", "");
        let output = world.gom(["check", "--target", "linux/arm64,darwin/arm64"]).run();
        assert_eq!(output.code, Some(1), "{output}");
        assert!(line(&output, name).contains(&format!("failed   {summary}")), "{output}");
        assert!(output.stdout.contains(said) && output.stdout.contains("hint: run `"), "{output}");
        assert!(line(&output, "darwin/arm64").contains("ok"), "the others go on\n{output}");
    }
}

#[test]
fn a_go_that_is_too_old_is_all_that_is_said() {
    let world = world();
    world.write("go.mod", "module example.test/app\n\ngo 1.99.3\n");
    assert_snapshot!(world.say(["check"]), @"
    exit: 1
    --- stdout
    go              failed   Go 1.99.2 is selected, but [WORK]/go.mod:3 needs 1.99.3
                             hint: run `gom local 1.99.3`
    --- stderr
    ");
}

#[test]
fn cgo_that_is_off_and_needed_fails() {
    let world = world();
    let output = world.gom(["check"]).env("CGO_ENABLED", "0").run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(line(&output, "cgo").ends_with("failed   example.test/db uses cgo, but cgo is off"), "{output}");
}

#[test]
fn a_library_makes_no_program() {
    let world = world();
    world.write("library", "");
    let output = world.gom(["check", "--target", "windows/arm64"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(line(&output, "windows/arm64").ends_with("ok       builds; it has no main package"), "{output}");
}

#[test]
fn targets_come_from_the_modules_own_file() {
    let world = world();
    world.write("gom.toml", "[check]\ntargets = [\"darwin/amd64\"]\n");
    let object = world.done(["check", "--json"]).json();
    let names: Vec<&str> =
        object["checks"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["go", "modules", "vendor", "cgo", "darwin/amd64"]);
    assert_eq!(object["checks"][4]["details"][0], "app: Mach-O amd64");
    world.write("gom.toml", "[check]\ntargets = [\"macos\"]\n");
    assert_snapshot!(world.say(["check"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: [WORK]/gom.toml: Go has no platform `macos`
    hint: run `go tool dist list` to see the platforms
    ");
}

#[test]
fn without_a_module_there_is_nothing_to_check() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    assert_snapshot!(world.say(["check"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: there is no go.mod here or above
    hint: run it in a module's folder
    ");
}

/// The real go command builds for a Mac and for Linux, and what it says of a bad module is shown.
#[test]
fn the_real_go_command_is_understood() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Some(go) = std::env::split_paths(&path).map(|folder| folder.join("go")).find(|go| go.is_file())
    else {
        eprintln!("skipped: no go on PATH");
        return;
    };
    let world = World::publishing(&[]);
    let bin: PathBuf = go.parent().unwrap().to_path_buf();
    let check = |arguments: &[&str]| -> Run {
        let run = world.gom([&["check", "--offline"], arguments].concat());
        let path = format!("{}:{}:/usr/bin:/bin", world.store().join("bin").display(), bin.display());
        run.env("PATH", path)
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-buildvcs=false")
            .env("CGO_ENABLED", "0")
    };
    world.write("go.mod", "module example.test/app\n\ngo 1.21\n");
    world.write(
        "main.go",
        "package main\n\nimport \"example.test/app/db\"\n\nfunc main() { println(db.Name) }\n",
    );
    world.write(
        "db/c.go",
        "package db\n\n// int one(void) { return 1; }\nimport \"C\"\n\nconst Fast = C.int(1)\n",
    );
    world.write("db/go.go", "package db\n\n// Name is what it is called.\nconst Name = \"db\"\n");
    world.write("cmd/other/main.go", "package main\n\nfunc main() {}\n");
    let output = check(&["--target", "darwin/arm64,linux/arm64", "--verbose"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("example.test/app/db: CGO_ENABLED=0 drops c.go"), "{output}");
    assert!(line(&output, "darwin/arm64").ends_with("2 programs: Mach-O arm64"), "{output}");
    assert!(line(&output, "linux/arm64").ends_with("2 programs: ELF arm64"), "{output}");
    assert!(output.stdout.contains("other: ELF arm64"), "{output}");

    world.write("vendor/modules.txt", "# example.test/gone v1.0.0\n## explicit\nexample.test/gone\n");
    world.write("wrong_linux.go", "package main\n\nvar x int = \"text\"\n");
    let output = check(&["--target", "linux/arm64,darwin/arm64"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(line(&output, "vendor").contains("failed"), "{output}");
    assert!(line(&output, "linux/arm64").contains("failed"), "{output}");
}

/// K6.4: the modules of a workspace name a Go where its go.work does not.
#[test]
fn a_workspace_without_a_go_line_asks_for_what_its_modules_need() {
    let world = World::publishing(&["1.98.1", "1.99.2"]);
    world.write("go.work", "use (\n\t./a\n\t./b\n)\n");
    world.write("a/go.mod", "module example.test/a\n\ngo 1.98.1\n");
    world.write("b/go.mod", "module example.test/b\n\ngo 1.99\n");
    let output = world.gom(["install"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stderr.contains("/b/go.mod:3 asks for 1.99"), "{output}");
    assert_eq!(world.installed(), ["go1.99.2.[PLATFORM]"]);
    world.done(["use", "1.99.2"]);
    let why = world.done(["why"]);
    assert!(why.stdout.contains("/go.work: a workspace without a go line"), "{why}");
    // The go command would stop, so a check says what to run.
    let check = world.gom(["check"]).cwd(world.work().join("b")).run();
    assert_eq!(check.code, Some(1), "{check}");
    assert!(check.stdout.contains("hint: run `go work use`"), "{check}");

    let world = World::publishing(&[]);
    world.write("go.work", "use ./a\n");
    world.write("a/go.mod", "module example.test/a\n");
    let nothing = world.gom(["install"]).run();
    assert!(nothing.stderr.contains("no version was given"), "{nothing}");
}
