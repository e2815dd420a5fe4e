//! `gom setup`: what it shows, asks, writes and refuses. What shells do with it is in `tests/shells`.

use gom_tests::{Output, Run, Sandbox, contents, skip};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

/// A home with the files that Debian puts into it.
fn home() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.set("SHELL", "/bin/bash");
    sandbox.write_home(".bashrc", "HISTSIZE=1000\n");
    sandbox.write_home(".profile", "umask 022");
    sandbox
}

fn setup(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    sandbox.gom(["setup"].iter().chain(arguments))
}

/// The output without the sums, which depend on the path of the home.
fn shown(output: &Output, sandbox: &Sandbox) -> String {
    const BEFORE: &str = "`gom setup --undo` [";
    let text = output.snapshot(sandbox);
    let mut parts = text.split(BEFORE);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}{BEFORE}SUM{}", &part[8..]))
}

#[test]
fn a_dry_run_shows_the_change_and_makes_none() {
    let sandbox = home();
    let before = contents(&sandbox.home());
    assert_snapshot!(shown(&setup(&sandbox, &["--dry-run"]).run(), &sandbox), @r"
    exit: 10
    --- stdout
    --- [HOME]/.bashrc
    +++ [HOME]/.bashrc
    @@ -1 +1,4 @@
     HISTSIZE=1000
    +# >>> gom >>> written by `gom setup`, removed by `gom setup --undo` [SUM]
    +if [ -r '[HOME]/.gom/env' ]; then . '[HOME]/.gom/env'; fi
    +# <<< gom <<<
    --- [HOME]/.profile
    +++ [HOME]/.profile
    @@ -1 +1,4 @@
    -umask 022
    \ No newline at end of file
    +umask 022
    +# >>> gom >>> written by `gom setup`, removed by `gom setup --undo` [SUM, newline added]
    +if [ -r '[HOME]/.gom/env' ]; then . '[HOME]/.gom/env'; fi
    +# <<< gom <<<
    --- stderr
    ");
    assert_eq!(contents(&sandbox.home()), before);
}

#[test]
fn what_is_done_is_said_and_a_second_time_there_is_nothing_to_do() {
    let sandbox = home();
    assert_snapshot!(shown(&setup(&sandbox, &["--yes"]).run(), &sandbox), @"
    exit: 0
    --- stdout
    --- stderr
    added gom's lines to [HOME]/.bashrc
    added gom's lines to [HOME]/.profile
    new shells find gom's go first; in a bash that is open, run:
        . '[HOME]/.gom/env'
    ");
    let after = contents(&sandbox.home());
    assert_snapshot!(shown(&setup(&sandbox, &["--yes"]).run(), &sandbox), @"
    exit: 0
    --- stdout
    --- stderr
    bash: set up already
    new shells find gom's go first; in a bash that is open, run:
        . '[HOME]/.gom/env'
    ");
    assert_eq!(setup(&sandbox, &["--dry-run"]).run().code, Some(0));
    assert_eq!(contents(&sandbox.home()), after);
}

#[test]
fn undoing_leaves_every_byte_as_it_was() {
    let sandbox = home();
    let before = contents(&sandbox.home());
    assert_eq!(
        setup(&sandbox, &["--yes", "--shell", "bash", "--shell", "zsh", "--shell", "fish"]).run().code,
        Some(0)
    );
    assert!(contents(&sandbox.home()).len() > before.len());
    assert_eq!(setup(&sandbox, &["--undo", "--dry-run"]).run().code, Some(10));
    assert_snapshot!(shown(&setup(&sandbox, &["--undo", "--yes"]).run(), &sandbox), @"
    exit: 0
    --- stdout
    --- stderr
    took gom's lines out of [HOME]/.bashrc
    took gom's lines out of [HOME]/.profile
    removed [HOME]/.zprofile
    removed [HOME]/.zshrc
    removed [HOME]/.config/fish/config.fish
    open shells keep their PATH; new ones start without gom
    ");
    assert_eq!(contents(&sandbox.home()), before);
    assert!(!sandbox.home().join(".config").exists());
    assert_snapshot!(shown(&setup(&sandbox, &["--undo"]).run(), &sandbox), @"
    exit: 0
    --- stdout
    --- stderr
    no start-up file has lines of gom's
    ");
}

#[test]
fn without_a_terminal_nothing_is_changed_unless_yes_is_given() {
    let sandbox = home();
    let before = contents(&sandbox.home());
    assert_snapshot!(setup(&sandbox, &["--json"]).run().json()["error"], @r#"{"code":1,"hint":"run `gom setup --yes` to change it without a question","kind":"failure","message":"nothing was changed","value":null}"#);
    let output = setup(&sandbox, &[]).run();
    assert!(output.stderr.contains("+# >>> gom >>>"), "{output}");
    assert!(
        output.stderr.contains("hint: run `gom setup --yes` to change it without a question"),
        "{output}"
    );
    assert_eq!(output.code, Some(1));
    assert_eq!(contents(&sandbox.home()), before);
}

#[test]
fn at_a_terminal_the_answer_decides() {
    let sandbox = home();
    let before = contents(&sandbox.home());
    let gom = sandbox.store().join("bin/gom");
    for (answer, is_yes) in [("n\n", false), ("\n", false), ("\u{4}", false), ("y\n", true)] {
        let Some(mut terminal) = sandbox.terminal((100, 40), &gom, ["setup"]) else {
            skip("no setsid here");
            return;
        };
        terminal.wait_for("the question", |screen| screen.contains("[y/N]"));
        terminal.press(answer);
        let (code, screen, _) = terminal.end();
        assert_eq!(code, Some(i32::from(!is_yes)), "{screen}");
        assert_eq!(contents(&sandbox.home()) != before, is_yes, "{screen}");
    }
}

#[test]
fn the_object_names_every_file() {
    let sandbox = home();
    let report = setup(&sandbox, &["--dry-run", "--json"]).run().json();
    assert_eq!(report["changed"], false);
    assert_eq!(report["shells"], serde_json::json!(["bash"]));
    let files = report["files"].as_array().unwrap();
    let actions: Vec<&str> = files.iter().map(|file| file["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["add", "add"]);
    assert!(files[0]["diff"].as_str().unwrap().contains("+# >>> gom >>>"));
    assert_eq!(setup(&sandbox, &["--yes", "--json"]).run().json()["changed"], true);
    let again = setup(&sandbox, &["--yes", "--json"]).run().json();
    assert_eq!((&again["changed"], &again["files"][0]["action"]), (&false.into(), &"keep".into()));
    let undone = setup(&sandbox, &["--undo", "--yes", "--json"]).run().json();
    assert_eq!(undone["files"].as_array().unwrap().len(), 2);
}

/// A script of a store is not a file of the user's, but the lines that call it are.
#[test]
fn lines_that_somebody_changed_are_shown_and_nothing_is_changed() {
    let sandbox = home();
    assert_eq!(setup(&sandbox, &["--yes"]).run().code, Some(0));
    let file = sandbox.home().join(".bashrc");
    let content = fs::read_to_string(&file).unwrap().replace("; fi\n", "; fi\nalias mine=yours\n");
    fs::write(&file, content).unwrap();
    let before = contents(&sandbox.home());
    assert_snapshot!(shown(&setup(&sandbox, &["--undo", "--yes"]).run(), &sandbox), @"
    exit: 1
    --- stdout
    --- stderr
    error: `[HOME]/.bashrc` lines 2 to 5: gom's lines were changed:
        # >>> gom >>> written by `gom setup`, removed by `gom setup --undo` [SUM]
        if [ -r '[HOME]/.gom/env' ]; then . '[HOME]/.gom/env'; fi
        alias mine=yours
        # <<< gom <<<
    hint: keep what you need of them elsewhere, remove them with `sed -i.bak 2,5d [HOME]/.bashrc`, and run the command again
    ");
    assert_eq!(setup(&sandbox, &["--yes"]).run().code, Some(1));
    assert_eq!(contents(&sandbox.home()), before);
    // The hint ends the problem.
    let hint = format!("sed -i.bak 2,5d '{}'", file.display());
    assert_eq!(sandbox.command("/bin/sh", ["-c", &hint]).run().code, Some(0));
    assert_eq!(setup(&sandbox, &["--undo", "--yes"]).run().code, Some(0));
    assert_eq!(fs::read_to_string(&file).unwrap(), "HISTSIZE=1000\n");
}

#[test]
fn a_broken_block_is_an_error_with_its_place() {
    for (content, line, reason) in [
        ("a\n# >>> gom >>>\nb\n", 2, "a block begins that does not end"),
        ("a\n# <<< gom <<<\n", 2, "a block ends that has not begun"),
        ("# >>> gom >>>\n# <<< gom <<<\n# >>> gom >>>\n# <<< gom <<<\n", 3, "there is a second block"),
    ] {
        let sandbox = home();
        let file = sandbox.write_home(".bashrc", content);
        let before = contents(&sandbox.home());
        for arguments in [&["--yes"][..], &["--undo", "--yes"]] {
            let output = setup(&sandbox, arguments).run();
            let message = format!("error: `{}` line {line}: {reason}\nhint: run `grep -n ", file.display());
            assert!(output.stderr.starts_with(&message), "{output}");
            assert_eq!(output.code, Some(1));
        }
        assert_eq!(contents(&sandbox.home()), before);
    }
}

#[test]
fn a_dotfile_that_is_a_link_stays_one() {
    let sandbox = home();
    fs::remove_file(sandbox.home().join(".bashrc")).unwrap();
    let real = sandbox.write_home("dotfiles/bashrc", "mine\n");
    symlink("dotfiles/bashrc", sandbox.home().join(".bashrc")).unwrap();
    assert_eq!(setup(&sandbox, &["--yes"]).run().code, Some(0));
    assert!(sandbox.home().join(".bashrc").symlink_metadata().unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().starts_with("mine\n# >>> gom >>>"));
    assert_eq!(setup(&sandbox, &["--undo", "--yes"]).run().code, Some(0));
    assert_eq!(fs::read_to_string(&real).unwrap(), "mine\n");

    fs::remove_file(&real).unwrap();
    assert_snapshot!(shown(&setup(&sandbox, &["--yes"]).run(), &sandbox), @"
    exit: 1
    --- stdout
    --- stderr
    error: `[HOME]/.bashrc` is a link to `dotfiles/bashrc`, which does not exist
    hint: create its target, or remove the link with `rm [HOME]/.bashrc`
    ");
}

/// `sudo gom setup`, a file that the system's administrator made read-only, and a home on a read-only disk.
#[test]
fn a_file_that_gom_may_not_write_is_named_with_a_hint() {
    let sandbox = home();
    let folder = sandbox.home();
    // As another user than root, who may write anywhere.
    let run = |home: &Path| {
        let gom = sandbox.store().join("bin/gom");
        let words =
            ["--reuid=4242", "--regid=4242", "--clear-groups", gom.to_str().unwrap(), "setup", "--yes"];
        sandbox
            .command("/usr/bin/setpriv", words)
            .env("HOME", home)
            .env("GOM_HOME", sandbox.work().join("store"))
    };
    let open = |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    for path in [folder.parent().unwrap(), &folder, &sandbox.work()] {
        open(path, 0o755);
    }
    let is_there = Path::new("/usr/bin/setpriv").exists();
    if !is_there
        || chown(sandbox.work(), Some(4242), Some(4242)).is_err()
        || run(&folder).run().stderr.contains("setpriv")
    {
        skip("no program can run here as somebody else");
        return;
    }
    let before = contents(&folder);
    let owner = run(&folder).run();
    assert!(
        owner
            .stderr
            .contains("belongs to user 0, and gom runs as user 4242\nhint: run gom as user 0, without sudo"),
        "{owner}"
    );

    for name in [".bashrc", ".profile"] {
        chown(folder.join(name), Some(4242), Some(4242)).unwrap();
    }
    let read_only_home = run(&folder).run();
    let message =
        format!("error: `{}` can't be written: Permission denied (os error 13)\n", folder.display());
    assert!(read_only_home.stderr.starts_with(&message), "{read_only_home}");

    chown(&folder, Some(4242), Some(4242)).unwrap();
    open(&folder.join(".bashrc"), 0o444);
    let read_only_file = run(&folder).run();
    let file = folder.join(".bashrc");
    let message = format!("error: `{}` can't be written: Permission denied (os error 13)\n", file.display());
    assert!(read_only_file.stderr.starts_with(&message), "{read_only_file}");
    assert_eq!(contents(&folder), before);

    open(&file, 0o644);
    let done = run(&folder).run();
    assert_eq!(done.code, Some(0), "{done}");
}

#[test]
fn another_gom_on_path_is_named_with_its_place() {
    let sandbox = home();
    sandbox.write("other/gom", "#!/bin/sh\n");
    let other = sandbox.work().join("other");
    fs::set_permissions(other.join("gom"), PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", other.display(), sandbox.store().join("bin").display());
    let output = setup(&sandbox, &["--yes"]).env("PATH", path).run();
    let warning = format!("warning: another gom is on PATH: `{}`, before ", other.join("gom").display());
    assert!(output.stderr.contains(&warning), "{output}");
}

#[test]
fn a_shell_that_gom_does_not_know_is_asked_for() {
    let mut sandbox = Sandbox::new();
    sandbox.set("SHELL", "/bin/tcsh");
    assert_snapshot!(shown(&setup(&sandbox, &["--yes"]).run(), &sandbox), @"
    exit: 2
    --- stdout
    --- stderr
    error: gom does not know which shell you use: SHELL is `/bin/tcsh`
    hint: name it: `gom setup --shell bash`
    ");
    assert_eq!(setup(&sandbox, &["--shell", "tcsh"]).run().code, Some(2));
    assert_eq!(setup(&sandbox, &["--shell", "fish", "--yes"]).run().code, Some(0));
}

/// The lines of a store that is still used stay if another one is undone.
#[test]
fn the_lines_of_another_store_are_left() {
    let sandbox = home();
    assert_eq!(setup(&sandbox, &["--yes"]).run().code, Some(0));
    let before = contents(&sandbox.home());
    let other = sandbox.work().join("other store");
    let output = setup(&sandbox, &["--undo", "--yes"]).env("GOM_HOME", &other).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stderr.contains("these lines are of another gom"), "{output}");
    assert_eq!(contents(&sandbox.home()), before);
}

/// What can't be looked at is not taken for gone. root may look at everything, so somebody else has to try.
#[test]
fn an_undo_that_can_not_look_at_a_completion_says_so_and_changes_nothing() {
    let sandbox = home();
    setup(&sandbox, &["--yes", "--shell", "bash"]).done();
    let (gom, completions) = (sandbox.store().join("bin/gom"), sandbox.store().join("completions"));
    let Some(run) = sandbox.as_user(42_424, [gom.to_str().unwrap(), "setup", "--undo", "--yes"]) else {
        skip("no program can run here as somebody else");
        return;
    };
    fs::set_permissions(&completions, PermissionsExt::from_mode(0o000)).unwrap();
    let before = fs::read(sandbox.home().join(".bashrc")).unwrap();
    let output = run.run();
    fs::set_permissions(&completions, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains(completions.to_str().unwrap()), "{output}");
    assert!(output.stderr.contains("hint: "), "{output}");
    assert_eq!(fs::read(sandbox.home().join(".bashrc")).unwrap(), before);
}
