//! The start-up files of each shell: which of them a login shell and an interactive shell read.
//!
//! Owns: their paths. It only looks which exist, and reads `ZDOTDIR` from `.zshenv`. Invariant: for every shell, the
//! files of [`files`] are among those of [`every_place`], so what was set up can always be found again.

use std::path::{Path, PathBuf};

use gom_core::environment::Environment;
use gom_core::files;
use gom_core::shell::Shell;

/// The largest start-up file that gom reads. Longer ones are not written by people.
pub(crate) const LARGEST: usize = 8 << 20;

/// bash reads only the first of these as a login shell.
const LOGIN_FILES_OF_BASH: [&str; 3] = [".bash_profile", ".bash_login", ".profile"];

/// Where the start-up files are.
#[derive(Clone, Debug)]
pub(crate) struct Home<'a> {
    folder: &'a Path,
    /// The folder of most configuration files: `XDG_CONFIG_HOME`, else `~/.config`.
    config: PathBuf,
    /// Whether `XDG_CONFIG_HOME` is set.
    has_own_config: bool,
    /// The folder of zsh's files.
    zsh: PathBuf,
    is_macos: bool,
}

/// One start-up file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartUpFile {
    pub(crate) shell: Shell,
    pub(crate) path: PathBuf,
}

impl<'a> Home<'a> {
    /// Reads the variables that move start-up files. `None` without a home folder.
    pub(crate) fn new(environment: &'a Environment, is_macos: bool) -> Option<Home<'a>> {
        let home = environment.home.as_deref().filter(|home| home.is_absolute())?;
        let folder = |name: &str| environment.var(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let own_config = folder("XDG_CONFIG_HOME");
        let config = own_config.clone().unwrap_or_else(|| home.join(".config"));
        // zsh itself need not export it.
        let zsh = folder("ZDOTDIR").or_else(|| zdotdir(home, &config)).unwrap_or_else(|| home.to_owned());
        Some(Home { folder: home, config, has_own_config: own_config.is_some(), zsh, is_macos })
    }

    /// The files that gom writes to for a shell: all that its login shells and its interactive shells need. If the user
    /// does not use the shell as far as gom knows, only those that exist.
    pub(crate) fn files(&self, shell: Shell, is_used: bool) -> Vec<StartUpFile> {
        let paths = match shell {
            Shell::Bash => vec![self.folder.join(".bashrc"), self.login_file_of_bash()],
            // On macOS `path_helper` reorders PATH between .zshenv and .zprofile, and a login shell that is not
            // interactive, as editors and agents start it, does not read .zshrc.
            Shell::Zsh => vec![self.zsh.join(".zprofile"), self.zsh.join(".zshrc")],
            Shell::Fish => vec![self.config.join("fish/config.fish")],
            Shell::Nushell => vec![self.nushell().join("config.nu")],
            Shell::PowerShell => vec![self.config.join("powershell/profile.ps1")],
            Shell::Xonsh => vec![self.file_of_xonsh()],
            Shell::Sh => vec![self.folder.join(".profile")],
        };
        let wanted = paths.into_iter().filter(|path| is_used || files::is_taken(path));
        wanted.map(|path| StartUpFile { shell, path }).collect()
    }

    /// Whether the user seems to use a shell: a start-up file of its own exists.
    pub(crate) fn has_files_of(&self, shell: Shell) -> bool {
        let is_own = |file: &StartUpFile| shell != Shell::Sh && files::is_taken(&file.path);
        self.every_place_of(shell).iter().any(is_own)
    }

    /// Every file that gom may have written to, also with other variables than now.
    pub(crate) fn every_place(&self) -> Vec<StartUpFile> {
        let mut all: Vec<StartUpFile> = Vec::new();
        for file in Shell::ALL.into_iter().flat_map(|shell| self.every_place_of(shell)) {
            if all.iter().all(|one| one.path != file.path) {
                all.push(file);
            }
        }
        all
    }

    fn every_place_of(&self, shell: Shell) -> Vec<StartUpFile> {
        let in_home = |names: &[&str]| names.iter().map(|name| self.folder.join(name)).collect::<Vec<_>>();
        let default_config = self.folder.join(".config");
        let in_config = |name: &str| vec![self.config.join(name), default_config.join(name)];
        let paths = match shell {
            Shell::Bash => in_home(&[&[".bashrc"][..], &LOGIN_FILES_OF_BASH].concat()),
            Shell::Zsh => {
                let names = [".zprofile", ".zshrc"];
                names.iter().map(|name| self.zsh.join(name)).chain(in_home(&names)).collect()
            }
            Shell::Fish => in_config("fish/config.fish"),
            Shell::Nushell => {
                let support = self.folder.join("Library/Application Support/nushell/config.nu");
                [in_config("nushell/config.nu"), vec![support]].concat()
            }
            Shell::PowerShell => in_config("powershell/profile.ps1"),
            Shell::Xonsh => [in_home(&[".xonshrc"]), in_config("xonsh/rc.xsh")].concat(),
            Shell::Sh => in_home(&[".profile"]),
        };
        paths.into_iter().map(|path| StartUpFile { shell, path }).collect()
    }

    /// Uses the file that exists, because a new `.bash_profile` would hide an existing `.profile`.
    fn login_file_of_bash(&self) -> PathBuf {
        let mut paths = LOGIN_FILES_OF_BASH.iter().map(|name| self.folder.join(name));
        let new = if self.is_macos { ".bash_profile" } else { ".profile" };
        paths.find(|path| files::is_taken(path)).unwrap_or_else(|| self.folder.join(new))
    }

    fn nushell(&self) -> PathBuf {
        if self.is_macos && !self.has_own_config {
            return self.folder.join("Library/Application Support/nushell");
        }
        self.config.join("nushell")
    }

    /// xonsh reads both of its files, `.xonshrc` last.
    fn file_of_xonsh(&self) -> PathBuf {
        let (old, new) = (self.folder.join(".xonshrc"), self.config.join("xonsh/rc.xsh"));
        if !files::is_taken(&old) && files::is_taken(&new) { new } else { old }
    }
}

/// The ZDOTDIR that `~/.zshenv` sets, if it is written with no more than the home folder's and the configuration
/// folder's variables.
fn zdotdir(home: &Path, config: &Path) -> Option<PathBuf> {
    let content = files::read_regular(&home.join(".zshenv"), LARGEST).ok()?;
    let text = String::from_utf8(content).ok()?;
    let assigned = |line: &str| {
        let line = line.trim_start();
        let line = ["export ", "typeset -gx ", "typeset -x "]
            .iter()
            .find_map(|word| line.strip_prefix(word))
            .unwrap_or(line);
        let value = line.trim_start().strip_prefix("ZDOTDIR=")?;
        let value = value.split(" #").next()?.trim().trim_end_matches(';');
        Some(value.trim_matches(['"', '\'']).to_owned())
    };
    let value = text.lines().filter_map(assigned).next_back()?;
    expanded(&value, home, config)
}

fn expanded(value: &str, home: &Path, config: &Path) -> Option<PathBuf> {
    const CONFIG: &[&str] = &[
        "${XDG_CONFIG_HOME:-$HOME/.config}",
        "${XDG_CONFIG_HOME:-${HOME}/.config}",
        "${XDG_CONFIG_HOME:-~/.config}",
        "${XDG_CONFIG_HOME}",
        "$XDG_CONFIG_HOME",
    ];
    let after = |start: &str| value.strip_prefix(start).map(|rest| rest.trim_start_matches('/'));
    let path = if let Some(below) = CONFIG.iter().find_map(|start| after(start)) {
        config.join(below)
    } else if let Some(below) = ["${HOME}", "$HOME", "~"].into_iter().find_map(after) {
        home.join(below)
    } else {
        PathBuf::from(value)
    };
    (path.is_absolute() && !value.trim_start_matches(['$', '{']).contains(['`', '(']))
        .then_some(path)
        .filter(|path| !path.to_string_lossy().contains('$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(home: &Path, variables: &[(&str, &str)]) -> Environment {
        Environment {
            variables: variables.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            home: Some(home.to_owned()),
            ..Environment::default()
        }
    }

    /// The files of a shell, relative to the home folder.
    fn files_of(
        shell: Shell,
        variables: &[(&str, &str)],
        existing: &[(&str, &str)],
        is_macos: bool,
    ) -> Vec<String> {
        let temporary = tempfile::tempdir().unwrap();
        let home = temporary.path();
        for (name, text) in existing {
            let file = home.join(name);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(file, text).unwrap();
        }
        let environment = environment(home, variables);
        let places = Home::new(&environment, is_macos).unwrap();
        let found = places.files(shell, true);
        let every = places.every_place();
        for file in &found {
            assert!(every.iter().any(|one| one.path == file.path), "{file:?} can't be found again");
        }
        found
            .iter()
            .map(|file| file.path.strip_prefix(home).unwrap_or(&file.path).display().to_string())
            .collect()
    }

    #[test]
    fn a_login_bash_reads_the_first_of_three_files() {
        let of = |existing: &[&str], is_macos| {
            let existing: Vec<(&str, &str)> = existing.iter().map(|name| (*name, "")).collect();
            files_of(Shell::Bash, &[], &existing, is_macos)
        };
        assert_eq!(of(&[], false), [".bashrc", ".profile"]);
        assert_eq!(of(&[], true), [".bashrc", ".bash_profile"]);
        assert_eq!(of(&[".profile"], true), [".bashrc", ".profile"]);
        assert_eq!(of(&[".profile", ".bash_login"], false), [".bashrc", ".bash_login"]);
        assert_eq!(of(&[".profile", ".bash_login", ".bash_profile"], false), [".bashrc", ".bash_profile"]);
    }

    #[test]
    fn variables_move_the_files() {
        let config = [("XDG_CONFIG_HOME", "/c"), ("ZDOTDIR", "/z")];
        for (shell, moved, usual) in [
            (Shell::Zsh, "/z/.zprofile /z/.zshrc", ".zprofile .zshrc"),
            (Shell::Fish, "/c/fish/config.fish", ".config/fish/config.fish"),
            (Shell::Nushell, "/c/nushell/config.nu", ".config/nushell/config.nu"),
            (Shell::PowerShell, "/c/powershell/profile.ps1", ".config/powershell/profile.ps1"),
            (Shell::Xonsh, ".xonshrc", ".xonshrc"),
            (Shell::Sh, ".profile", ".profile"),
        ] {
            assert_eq!(files_of(shell, &config, &[], false).join(" "), moved);
            assert_eq!(files_of(shell, &[("XDG_CONFIG_HOME", "relative")], &[], false).join(" "), usual);
        }
        assert_eq!(
            files_of(Shell::Nushell, &[], &[], true),
            ["Library/Application Support/nushell/config.nu"]
        );
        assert_eq!(files_of(Shell::Nushell, &config, &[], true), ["/c/nushell/config.nu"]);
        assert_eq!(
            files_of(Shell::Xonsh, &[], &[(".config/xonsh/rc.xsh", "")], false),
            [".config/xonsh/rc.xsh"]
        );
    }

    #[test]
    fn zshenv_may_move_the_files_of_zsh() {
        for (line, folder) in [
            ("ZDOTDIR=~/.zsh", ".zsh/"),
            ("export ZDOTDIR=\"$HOME/.config/zsh\" # mine", ".config/zsh/"),
            ("export ZDOTDIR=\"${XDG_CONFIG_HOME:-$HOME/.config}/zsh\"", ".config/zsh/"),
            ("ZDOTDIR='/else where'", "/else where/"),
            ("ZDOTDIR=$(pwd)", ""),
            ("ZDOTDIR=$OTHER/zsh", ""),
            ("# ZDOTDIR=/x", ""),
        ] {
            let found = files_of(Shell::Zsh, &[], &[(".zshenv", line)], false);
            assert_eq!(found, [format!("{folder}.zprofile"), format!("{folder}.zshrc")], "{line}");
        }
    }

    #[test]
    fn a_shell_that_is_not_used_gets_no_new_file() {
        let temporary = tempfile::tempdir().unwrap();
        let home = temporary.path();
        fs_err::write(home.join(".profile"), "").unwrap();
        let environment = environment(home, &[]);
        let places = Home::new(&environment, false).unwrap();
        let found = places.files(Shell::Bash, false);
        assert_eq!(found, [StartUpFile { shell: Shell::Bash, path: home.join(".profile") }]);
        assert!(places.has_files_of(Shell::Bash) && !places.has_files_of(Shell::Zsh));
        // Other shells read `.profile` too, so it does not mean that somebody uses one.
        assert!(!places.has_files_of(Shell::Sh));
    }
}
