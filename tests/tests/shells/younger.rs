//! Nushell and xonsh.

use crate::world::{Home, program};
use std::fs;
use std::path::Path;

const NUSHELL: &str = "print -n $'<<($env.PATH | str join (char esep))>>'";
const XONSH: &str = "print('<<' + ':'.join(str(x) for x in $PATH) + '>>')";

#[test]
fn gom_is_first_in_nushell_until_it_is_undone() {
    let Some(shell) = program("nu") else { return };
    let home = Home::new("nu", &[]);
    home.set_up(&[]);
    let interactive = format!("{NUSHELL}; exit");
    for (options, print) in [(&["-l", "-c"][..], NUSHELL), (&["-e"], &interactive)] {
        let path = home.path(&shell, options, print);
        home.assert_first(&path, &format!("nu {options:?}"));
        assert_eq!(path.last().unwrap(), &home.sandbox.home().join("go/bin").display().to_string());
    }
    gone(&home, &shell, &["-l", "-c"], NUSHELL);
    home.set_up(&["--undo"]);
    assert!(!home.sandbox.home().join(".config/nushell/config.nu").exists());
}

#[test]
fn gom_shell_sets_a_variable_in_nushell() {
    let Some(shell) = program("nu") else { return };
    let home = Home::new("nu", &[]);
    home.set_up(&[]);
    let script =
        "$env.GOM_TOOLCHAIN = '1.2'; gom shell --unset; print -n $'<<($env.GOM_TOOLCHAIN? | default none)>>'";
    let (value, rest) = home.said(&shell, &["-l", "-c", script]);
    assert_eq!(value, "none", "{rest}");
    let version = "print -n $'<<(gom --version | str trim)>>'";
    assert!(home.said(&shell, &["-l", "-c", version]).0.starts_with("gom "));
}

#[test]
fn gom_is_first_in_xonsh_until_it_is_undone() {
    let Some(shell) = program("xonsh") else { return };
    let home = Home::new("xonsh", &[]);
    home.set_up(&[]);
    let path = home.path(&shell, &["-i", "-c"], XONSH);
    home.assert_first(&path, "xonsh");
    assert_eq!(path.last().unwrap(), &home.sandbox.home().join("go/bin").display().to_string());
    gone(&home, &shell, &["-i", "-c"], XONSH);
    home.set_up(&["--undo"]);
    assert!(!home.sandbox.home().join(".xonshrc").exists());
}

/// A store that was removed by hand is no error.
fn gone(home: &Home, shell: &Path, options: &[&str], print: &str) {
    let (store, gone) = (home.sandbox.store(), home.sandbox.work().join("gone"));
    fs::rename(&store, &gone).unwrap();
    home.assert_absent(&home.path(shell, options, print), "without the store");
    fs::rename(&gone, &store).unwrap();
}
