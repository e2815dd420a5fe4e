//! bash, zsh, fish and dash: PATH in every way to start them, before, after, and after undoing.

use crate::world::{FISH, Home, POSIX, program};
use gom_tests::contents;
use std::fs;

/// A shell, its options, and the command that prints PATH.
const STARTS: [(&str, &[&str], &str); 10] = [
    ("bash", &["-ic"], POSIX),
    ("bash", &["-lc"], POSIX),
    ("bash", &["-lic"], POSIX),
    ("zsh", &["-ic"], POSIX),
    ("zsh", &["-lc"], POSIX),
    ("zsh", &["-lic"], POSIX),
    ("fish", &["-c"], FISH),
    ("fish", &["-ic"], FISH),
    ("fish", &["-lic"], FISH),
    ("dash", &["-l", "-c"], POSIX),
];

#[test]
fn gom_is_first_in_login_shells_and_in_interactive_ones_until_it_is_undone() {
    for (name, options, print) in STARTS {
        let Some(shell) = program(name) else { continue };
        let how = format!("{name} {options:?}");
        let home = Home::of_debian(name);
        let before = contents(&home.sandbox.home());
        home.assert_absent(&home.path(&shell, options, print), &how);
        for _ in 0..2 {
            home.set_up(&[]);
            let path = home.path(&shell, options, print);
            home.assert_first(&path, &how);
            let go_bin = home.sandbox.home().join("go/bin").display().to_string();
            assert_eq!(path.last(), Some(&go_bin), "{how}");
        }
        home.set_up(&["--undo"]);
        // What a shell itself leaves, such as fish its history, is not gom's.
        let after = contents(&home.sandbox.home());
        for (file, content) in &before {
            assert_eq!(after.get(file), Some(content), "{how}: {file:?}");
        }
        let is_left =
            |file: &String| file.contains("env") || [".zshrc", ".zprofile"].contains(&file.as_str());
        assert!(
            !after.keys().any(|file| !before.contains_key(file) && is_left(file)),
            "{how}: {:?}",
            after.keys()
        );
        home.assert_absent(&home.path(&shell, options, print), &how);
    }
}

/// A script's PATH is the one of the shell that starts it.
#[test]
fn a_script_and_a_shell_in_a_shell_find_gom_first_and_once() {
    for (name, options, print) in STARTS {
        let Some(shell) = program(name) else { continue };
        let home = Home::of_debian(name);
        home.set_up(&[]);
        for inner in [&["-c"][..], options] {
            let quoted = print.replace('\'', r"'\''");
            let command = match name {
                "fish" => format!("{} {} {}", shell.display(), inner.join(" "), fish_word(print)),
                _ => format!("{} {} '{quoted}'", shell.display(), inner.join(" ")),
            };
            home.assert_first(
                &home.path(&shell, options, &command),
                &format!("{name} {options:?} {inner:?}"),
            );
        }
    }
}

fn fish_word(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

#[test]
fn the_go_of_gom_runs_and_gom_shell_sets_a_variable() {
    for (name, options) in
        [("bash", &["-ic"][..]), ("zsh", &["-ic"]), ("fish", &["-ic"]), ("dash", &["-l", "-c"])]
    {
        let Some(shell) = program(name) else { continue };
        let home = Home::of_debian(name);
        home.set_up(&[]);
        let script = match name {
            "fish" => "gom shell --unset; printf '<<%s>>' (type -p go)",
            _ => "gom shell --unset; printf '<<%s>>' \"$(command -v go)\"",
        };
        let (go, rest) = home.said(&shell, &[options, &[script]].concat());
        assert_eq!(go, format!("{}/go", home.bin()), "{name}");
        assert!(
            rest.contains("this shell follows the version files and the default again"),
            "{name}: {rest}"
        );
    }
}

/// A store that was removed by hand must not break the shells of its user.
#[test]
fn a_store_that_is_gone_is_no_error_in_a_shell() {
    for (name, options, print) in STARTS {
        let Some(shell) = program(name) else { continue };
        let home = Home::of_debian(name);
        home.set_up(&[]);
        let bin = home.bin();
        fs::rename(home.sandbox.store(), home.sandbox.work().join("gone")).unwrap();
        let path = home.path(&shell, options, print);
        assert!(!path.contains(&bin), "{name} {options:?}: {path:?}");
    }
}

/// Other tools put themselves before gom by lines at the end of the file.
#[test]
fn gom_setup_again_puts_gom_before_what_came_later() {
    for (name, file) in [("bash", ".bashrc"), ("zsh", ".zshrc")] {
        let Some(shell) = program(name) else { continue };
        let home = Home::of_debian(name);
        home.set_up(&[]);
        let path = home.sandbox.home().join(file);
        let content = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{content}export PATH=\"/other/go/bin:$PATH\"\n")).unwrap();
        assert_eq!(home.path(&shell, &["-ic"], POSIX)[0], "/other/go/bin", "{name}");
        home.set_up(&[]);
        home.assert_first(&home.path(&shell, &["-ic"], POSIX), name);
    }
}
