//! macOS's `path_helper`, which `/etc/zprofile` and `/etc/profile` run: it puts the system's folders before all others.
//! Here its work is at the beginning of the user's own login file, which is read right after those.

use crate::world::{Home, POSIX, program};

/// What `path_helper -s` does to PATH, as `/etc/zprofile` evaluates it.
const PATH_HELPER: &str = "for folder in /sbin /usr/sbin /bin /usr/bin /usr/local/bin; do
  case \":$PATH:\" in *\":$folder:\"*)
    PATH=\":$PATH:\"
    PATH=\"${PATH%%:$folder:*}:${PATH#*:$folder:}\"
    PATH=${PATH#:}; PATH=${PATH%:} ;;
  esac
  PATH=\"$folder:$PATH\"
done
";

#[test]
fn gom_is_first_after_path_helper_in_every_login_shell() {
    for (name, login_file) in [("zsh", ".zprofile"), ("bash", ".bash_profile")] {
        let Some(shell) = program(name) else { continue };
        let home = Home::new(name, &[(login_file, PATH_HELPER)]);
        home.set_up(&[]);
        for options in [&["-lc"][..], &["-lic"]] {
            home.assert_first(&home.path(&shell, options, POSIX), &format!("{name} {options:?}"));
            // A terminal in an editor that was started from a shell: gom is on PATH already, and moves back.
            let nested = format!("{} {} '{}'", shell.display(), options[0], POSIX.replace('\'', r"'\''"));
            home.assert_first(&home.path(&shell, options, &nested), &format!("{name} {options:?} in itself"));
        }
    }
}

/// The test would mean nothing if gom's folder stayed first by itself.
#[test]
fn without_gom_in_the_login_file_path_helper_puts_it_behind() {
    for (name, login_file) in [("zsh", ".zprofile"), ("bash", ".bash_profile")] {
        let Some(shell) = program(name) else { continue };
        let home = Home::new(name, &[(login_file, PATH_HELPER)]);
        home.sandbox.gom(["setup", "--yes", "--shell", "sh"]).run();
        let script = format!(
            ". '{}/env'; {} -lc '{}'",
            home.sandbox.store().display(),
            shell.display(),
            POSIX.replace('\'', r"'\''")
        );
        let path = home.path(&program("bash").unwrap(), &["-c"], &script);
        // Debian's /etc/profile sets PATH anew for bash, so there it is gone.
        assert_ne!(path[0], home.bin(), "{name}: {path:?}");
    }
}
