//! GoLand's GOROOT in a project's `.idea/workspace.xml`: written only on request and while no IDE runs, and undone.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use gom_tests::{Sandbox, World, copy_program};
use insta::assert_snapshot;

/// As GoLand writes it on a Mac with Homebrew's Go.
const MAC: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n  <component name=\"FileTemplateManagerImpl\">\n    <option name=\"RECENT_TEMPLATES\">\n      <list>\n        <option value=\"Go File\" />\n      </list>\n    </option>\n  </component>\n  <component name=\"GOROOT\" url=\"file:///opt/homebrew/opt/go/libexec\" />\n  <component name=\"Git.Settings\">\n    <option name=\"RECENT_GIT_ROOT_PATH\" value=\"$PROJECT_DIR$\" />\n  </component>\n</project>";

const WORKSPACE: &str = ".idea/workspace.xml";

fn project() -> World {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.write("go.mod", "module example.test/m\n\ngo 1.98\n");
    world.write(WORKSPACE, MAC);
    world
}

/// An IDE of the developer's own machine would be found too.
fn is_free(sandbox: &Sandbox) -> bool {
    let output = sandbox.gom(["ide", "goland", "--undo", "--yes"]).run();
    output.code == Some(0)
}

#[test]
fn the_folder_is_written_while_no_ide_runs_and_undone() {
    let world = project();
    if !is_free(&world) {
        gom_tests::skip("an IDE runs here");
        return;
    }
    nothing_is_written_while_an_ide_runs(&world);
    assert_snapshot!(world.say(["ide", "goland", "--write", "--dry-run"]), @r#"
    exit: 10
    --- stdout
    --- [WORK]/.idea/workspace.xml
    +++ [WORK]/.idea/workspace.xml
    @@ -9,3 +9,3 @@
       </component>
    -  <component name="GOROOT" url="file:///opt/homebrew/opt/go/libexec" />
    +  <component name="GOROOT" url="file://[HOME]/.gom/lines/1.98" />
       <component name="Git.Settings">
    GOROOT is changed: the Go that gom selects in this project (docs/editors.md#goland)
    --- stderr
    "#);
    assert_eq!(world.read(WORKSPACE), MAC);
    assert_snapshot!(world.say(["ide", "goland", "--write", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    changed [WORK]/.idea/workspace.xml
    ");
    let line = world.store().join("lines/1.98").display().to_string();
    assert_eq!(world.read(WORKSPACE), MAC.replace("/opt/homebrew/opt/go/libexec", &line));
    assert_snapshot!(world.say(["ide", "goland", "--write", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    GoLand has the Go that gom selects here
    ");
    // GoLand has written other settings since.
    let later = world.read(WORKSPACE).replace("Go File", "Go Test");
    world.write(WORKSPACE, &later);
    world.done(["ide", "goland", "--undo", "--yes"]);
    assert_eq!(world.read(WORKSPACE), MAC.replace("Go File", "Go Test"));
    assert!(fs::read_dir(world.store().join("ide")).unwrap().next().is_none());
    // What the user chose since is shown, and stays.
    world.done(["ide", "goland", "--write", "--yes"]);
    let chosen = world.read(WORKSPACE).replace(&line, "/usr/local/go");
    world.write(WORKSPACE, &chosen);
    let output = world.gom(["ide", "goland", "--undo", "--yes"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("GOROOT is `file:///usr/local/go`, gom wrote `file://"), "{output}");
    assert_eq!(world.read(WORKSPACE), chosen);
}

/// In the same test as the writes, because every gom on this machine sees the process.
fn nothing_is_written_while_an_ide_runs(world: &World) {
    let ide = world.home().join("goland/bin/goland");
    fs::create_dir_all(ide.parent().unwrap()).unwrap();
    copy_program("/bin/cat".as_ref(), &ide);
    fs::set_permissions(&ide, PermissionsExt::from_mode(0o755)).unwrap();
    let running = world.command(&ide, ["-"]).spawn();
    let output = world.gom(["ide", "goland", "--write", "--yes"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("error: GoLand runs, and would write its own file"), "{output}");
    assert_eq!(world.read(WORKSPACE), MAC);
    running.wait();
}

#[test]
fn a_project_that_goland_has_not_opened_or_a_link_is_refused() {
    let world = project();
    fs::remove_file(world.work().join(WORKSPACE)).unwrap();
    assert_eq!(world.gom(["ide", "goland", "--write", "--yes"]).run().code, Some(3));
    // GoLand has opened a folder of the repository: that is the one, also from below it.
    world.write(".git/HEAD", "");
    world.write("service/.idea/workspace.xml", MAC);
    world.write("service/cmd/main.go", "package main\n");
    let dry_run = world.gom(["ide", "goland", "--write", "--dry-run"]).cwd(world.work().join("service/cmd"));
    let output = dry_run.run();
    assert_eq!(output.code, Some(10), "{output}");
    assert!(output.stdout.contains("service/.idea/workspace.xml"), "{output}");
    let victim = world.write_home("victim.xml", MAC);
    symlink(&victim, world.work().join(WORKSPACE)).unwrap();
    let output = world.gom(["ide", "goland", "--write", "--yes"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("is a link"), "{output}");
    assert_eq!(fs::read_to_string(victim).unwrap(), MAC);
}
