//! `gom shell` and `gom init`, in real shells where this machine has them.

use gom_tests::{Run, World, skip};
use std::path::{Path, PathBuf};

fn world() -> World {
    let world = World::with(&["1.97.3", "1.98.1"]);
    world.done(["use", "1.97.3"]);
    world
}

/// A shell without anybody's start-up files, and PATH as the system has it: gom's folder comes from
/// `gom init`. `None`, said visibly, where there is no such shell.
fn shell(world: &World, name: &str, script: &str) -> Option<Run> {
    let places = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];
    let program = places.iter().map(|folder| Path::new(folder).join(name)).find(|program| program.exists());
    let Some(program) = program else {
        skip(&format!("no {name} here"));
        return None;
    };
    let quiet = match name {
        "bash" => "--norc",
        "zsh" => "-f",
        _ => "--no-config",
    };
    let gom = world.store().join("bin/gom").display().to_string();
    let init = match name {
        "fish" => format!("'{gom}' init fish | source"),
        _ => format!("eval \"$('{gom}' init {name})\""),
    };
    let script = format!("{init}\n{script}\n");
    Some(world.command(program, [quiet, "-c", &script]).env("PATH", "/usr/bin:/bin"))
}

/// Runs the script in every shell that is here.
fn in_every_shell(world: &World, posix: &str, fish: &str, check: impl Fn(&str, &gom_tests::Output)) {
    for (name, script) in [("bash", posix), ("zsh", posix), ("fish", fish)] {
        if let Some(run) = shell(world, name, script) {
            let output = run.run();
            assert_eq!(output.code, Some(0), "{name}: {output}");
            check(name, &output);
        }
    }
}

#[test]
fn the_function_sets_the_toolchain_of_the_shell_and_takes_it_back() {
    let world = world();
    world.write(".go-version", "1.97.3\n");
    let posix = "go version; gom shell 1.98.1 && go version; echo \"$GOM_TOOLCHAIN\"; gom current; \
                 gom shell --unset && go version";
    let fish = "go version; gom shell 1.98.1; and go version; echo $GOM_TOOLCHAIN; gom current; \
                gom shell --unset; and go version";
    in_every_shell(&world, posix, fish, |name, output| {
        let lines: Vec<&str> = output.stdout.lines().collect();
        let version = |line: &str, version: &str| line.starts_with(&format!("go version go{version} "));
        assert!(version(lines[0], "1.97.3") && version(lines[1], "1.98.1"), "{name}: {output}");
        assert_eq!(lines[2], "1.98.1", "{name}");
        assert!(lines[3].contains("1.98.1"), "{name}: {output}");
        assert!(version(lines[lines.len() - 1], "1.97.3"), "{name}: {output}");
        assert!(output.stderr.contains("this shell now uses Go 1.98.1"), "{name}: {output}");
        assert!(!output.stderr.contains("warning"), "{name}: {output}");
    });
}

#[test]
fn a_refused_version_changes_nothing_in_the_shell() {
    let world = world();
    let posix = "gom shell 1.98.1; gom shell nonsense; echo \"code $?\"; go version";
    let fish = "gom shell 1.98.1; gom shell nonsense; echo \"code $status\"; go version";
    in_every_shell(&world, posix, fish, |name, output| {
        assert!(output.stdout.starts_with("code 2\ngo version go1.98.1 "), "{name}: {output}");
    });
}

#[test]
fn what_is_no_setting_is_printed_and_not_evaluated() {
    let world = world();
    let script =
        "gom shell --help >help.txt; gom shell 1.98.1 --json >shell.json; gom list >/dev/null; go version";
    in_every_shell(&world, script, script, |name, output| {
        assert!(output.stdout.starts_with("go version go1.97.3 "), "{name}: {output}");
        assert!(world.read("help.txt").contains("gom shell --unset"), "{name}");
        assert!(world.read("shell.json").contains("\"toolchain\": \"1.98.1\""), "{name}");
    });
}

#[test]
fn path_has_gom_first_and_what_go_installs_last_once() {
    let world = world();
    let again = |init: &str| format!("{init}\n{init}\necho PATH=$PATH");
    let fish = again("gom init fish | source").replace("$PATH", "(string join : $PATH)");
    for (name, script) in [
        ("bash", again("eval \"$(gom init bash)\"")),
        ("zsh", again("eval \"$(gom init zsh)\"")),
        ("fish", fish),
    ] {
        let Some(run) = shell(&world, name, &script) else { continue };
        let output = run.run();
        let expected = "PATH=[HOME]/.gom/bin:/usr/bin:/bin:[HOME]/go/bin\n";
        assert_eq!(world.redact(&output.stdout), expected, "{name}: {output}");
    }
}

#[test]
fn the_folder_of_go_install_is_the_users_own() {
    let world = world();
    for (key, value, folder) in [("GOBIN", "/my tools", "/my tools"), ("GOPATH", "/a:/b", "/a/bin")] {
        let posix = "echo \"$PATH\"";
        if let Some(run) = shell(&world, "bash", posix) {
            let output = run.env(key, value).run();
            assert!(output.stdout.trim_end().ends_with(&format!(":{folder}")), "{key}: {output}");
        }
    }
}

/// A home with what shells treat specially in its name.
#[test]
fn a_store_in_an_odd_folder_works() {
    let world = world();
    let moved = world.home().join("it's $HOME `x` \"y\" \\ z");
    std::fs::create_dir(&moved).unwrap();
    let store: PathBuf = moved.join("gom");
    std::fs::rename(world.store(), &store).unwrap();
    for name in ["bash", "zsh", "fish"] {
        let code = world.command(store.join("bin/gom"), ["init", name]).run();
        std::fs::write(world.work().join("code"), &code.stdout).unwrap();
        let Some(shell) =
            ["/bin", "/usr/bin"].iter().map(|folder| Path::new(folder).join(name)).find(|p| p.exists())
        else {
            skip(&format!("no {name} here"));
            continue;
        };
        let script = "source ./code; go version; gom shell 1.98.1; go version";
        let output = world.command(shell, ["-c", script]).env("PATH", "/usr/bin:/bin").run();
        let versions: Vec<&str> = output.stdout.lines().filter_map(|line| line.split(' ').nth(2)).collect();
        assert_eq!(versions, ["go1.97.3", "go1.98.1"], "{name}: {output}");
    }
}

// K9.3
#[test]
fn without_the_function_the_line_can_be_evaluated_in_silence() {
    let world = world();
    for (shell, line) in
        [("/bin/bash", "export GOM_TOOLCHAIN=1.98.1"), ("/usr/bin/fish", "set -gx GOM_TOOLCHAIN 1.98.1")]
    {
        let output = world.gom(["shell", "1.98.1"]).env("SHELL", shell).run();
        assert_eq!((output.stdout, output.stderr.as_str()), (format!("{line}\n"), ""), "{shell}");
    }
    let script = "eval \"$(command gom shell 1.98.1)\"; go version";
    in_every_shell(&world, script, "command gom shell 1.98.1 | source; go version", |name, output| {
        assert!(output.stdout.starts_with("go version go1.98.1 "), "{name}: {output}");
        assert_eq!(output.stderr, "", "{name}");
    });
}

/// A person at a terminal who runs it by hand sees why nothing has changed.
#[test]
fn on_a_terminal_nothing_is_pretended_without_the_function() {
    let world = world();
    let gom = world.store().join("bin/gom");
    let command = format!("SHELL=/bin/zsh {} shell --unset", gom.display());
    let arguments = if cfg!(target_os = "macos") {
        ["-q", "/dev/null", "sh", "-c", &command].map(str::to_owned).to_vec()
    } else {
        ["-qec", &command, "/dev/null"].map(str::to_owned).to_vec()
    };
    let shown =
        world.command("/usr/bin/script", arguments).env("SHELL", "/bin/sh").env("NO_COLOR", "1").run();
    let lines: Vec<&str> = shown.stdout.lines().map(str::trim_end).collect();
    assert_eq!(
        lines,
        [
            "warning: nothing has changed yet: a program can't set a variable of its shell",
            "hint: run the line below; shells that start after `gom setup` do that themselves",
            "unset GOM_TOOLCHAIN",
        ]
    );
}

#[test]
fn what_is_published_only_is_installed_first() {
    let world = world();
    world.publish(&gom_tests::FakeToolchain::here("1.98.4"));
    let output = world.gom(["shell", "1.98.4"]).env("SHELL", "/bin/bash").run();
    assert_eq!(output.stdout, "export GOM_TOOLCHAIN=1.98.4\n", "{output}");
    assert_eq!(world.installed().len(), 3);
}

#[test]
fn init_knows_its_shells() {
    let output = world().gom(["init", "tcsh"]).run();
    assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
}
