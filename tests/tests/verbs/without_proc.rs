//! A machine without /proc, such as a bare chroot: the system does not tell a program which file it runs from.

use gom_tests::{Output, World, copy_program, skip};

/// Runs a script where /proc is empty; `None` where nothing can be mounted. `$BIN` has gom and its shim, and PATH
/// begins with it. The store is `$STORE`.
fn without_proc(world: &World, script: &str) -> Option<Output> {
    const START: &str = "mount -t tmpfs none /proc && [ ! -e /proc/self ] || exit 99\n";
    let package = world.home().join("package");
    std::fs::create_dir_all(&package).unwrap();
    for program in ["gom", "gom-shim"] {
        copy_program(&world.store().join("bin").join(program), &package.join(program));
    }
    let whole = format!("{START}{script}");
    let run = world.command("unshare", ["--mount", "/bin/sh", "-c", &whole]);
    let path = format!("{}:/usr/bin:/bin:/usr/sbin:/sbin", package.display());
    let output =
        run.env("PATH", path).env("BIN", &package).env("STORE", world.home().join("elsewhere/store")).run();
    if output.code == Some(99) || output.stderr.contains("unshare") {
        skip("no file system can be mounted here");
        return None;
    }
    Some(output)
}

#[test]
fn gom_finds_itself_by_its_name_and_the_store_gets_its_go() {
    for gom in ["gom", "\"$BIN/gom\"", "cd \"$BIN\"; ./gom"] {
        let world = World::publishing(&["1.98.1"]);
        let script = format!(
            "(export GOM_HOME=\"$STORE\"; {gom} install 1.98.1) || exit\n\
             # The shim finds the store that it is in, by its path and by PATH.\n\
             \"$STORE/bin/go\" version; PATH=$STORE/bin:$PATH; go version; go1.98.1 version\n\
             gom which go"
        );
        let Some(output) = without_proc(&world, &script) else { return };
        assert_eq!(output.code, Some(0), "{gom}: {output}");
        assert!(!output.stderr.contains("warning:"), "{gom}: {output}");
        let lines: Vec<&str> = output.stdout.lines().collect();
        assert_eq!(lines.len(), 4, "{gom}: {output}");
        assert!(lines[..3].iter().all(|line| line.starts_with("go version go1.98.1 ")), "{gom}: {output}");
        let store = world.home().join("elsewhere/store/toolchains").display().to_string();
        assert!(lines[3].starts_with(&store), "{gom}: {output}");
    }
}

#[test]
fn a_gom_that_cannot_find_itself_says_that_the_store_gets_no_go() {
    let world = World::publishing(&["1.98.1"]);
    // Its first argument is a word that is not on PATH.
    let script = "export GOM_HOME=\"$STORE\"\n\
                  bash -c 'exec -a nothing \"$BIN/gom\" install 1.98.1'; echo \"$?\"\n\
                  bash -c 'exec -a nothing \"$BIN/gom\" self init'; echo \"$?\"\n\
                  gom self init; echo \"$?\"; ls \"$STORE/bin/go\"";
    let Some(output) = without_proc(&world, script) else { return };
    let go = world.home().join("elsewhere/store/bin/go").display().to_string();
    assert_eq!(output.stdout, format!("0\n1\n0\n{go}\n"), "{output}");
    let message = "gom can't find its own program, so it can't put `go` into the store\n\
                   hint: run `mount -t proc proc /proc`, then `gom self init`; or start gom by its whole path\n";
    for kind in ["warning", "error"] {
        assert!(output.stderr.contains(&format!("{kind}: {message}")), "{output}");
    }
}

/// Also where gom knows its file, but its package lacks the shim.
#[test]
fn an_install_by_a_gom_without_a_shim_says_that_the_store_gets_no_go() {
    let world = World::publishing(&["1.98.1"]);
    let gom = world.home().join("lonely/gom");
    std::fs::create_dir_all(gom.parent().unwrap()).unwrap();
    copy_program(&world.store().join("bin/gom"), &gom);
    for verb in ["install", "use"] {
        let run = world.command(&gom, [verb, "1.98.1"]).env("GOM_HOME", world.home().join("fresh"));
        let output = run.run();
        assert_eq!(output.code, Some(0), "{output}");
        let warning = format!("warning: there is no `gom-shim` next to `{}`, so", gom.display());
        assert!(
            output.stderr.contains(&warning) && output.stderr.contains("\nhint: reinstall gom"),
            "{output}"
        );
    }
}
