//! The shells that `gom setup` knows, and what differs between them besides their files and their code.

use std::path::{Path, PathBuf};

use gom_select::layout::Layout;
use serde::{Serialize, Serializer};

use crate::environment::Environment;
use crate::shell_quote::{ShellSyntax, path_in_code};

/// A shell that gom writes code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shell {
    /// GNU bash.
    Bash,
    /// Z shell.
    Zsh,
    /// fish.
    Fish,
    /// Nushell.
    Nushell,
    /// PowerShell 7.
    PowerShell,
    /// xonsh.
    Xonsh,
    /// dash, busybox or another POSIX shell, which reads `.profile` as a login shell.
    Sh,
}

impl Shell {
    /// Every shell.
    pub const ALL: [Shell; 7] =
        [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Nushell, Shell::PowerShell, Shell::Xonsh, Shell::Sh];

    /// Its name, as users give it.
    pub fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
            Shell::Nushell => "nushell",
            Shell::PowerShell => "powershell",
            Shell::Xonsh => "xonsh",
            Shell::Sh => "sh",
        }
    }

    /// The file name of its program.
    pub fn program(self) -> &'static str {
        match self {
            Shell::Nushell => "nu",
            Shell::PowerShell => "pwsh",
            other => other.name(),
        }
    }

    /// Returns the shell of that name, or with that program.
    pub fn named(name: &str) -> Option<Shell> {
        match name {
            "dash" | "ash" | "ksh" | "mksh" | "busybox" => Some(Shell::Sh),
            _ => Shell::ALL.into_iter().find(|shell| shell.name() == name || shell.program() == name),
        }
    }

    /// Returns the user's login shell, which SHELL names. `None` if gom does not know it.
    pub fn of_user(environment: &Environment) -> Option<Shell> {
        let program = PathBuf::from(environment.var("SHELL")?);
        Shell::named(program.file_name()?.to_str()?)
    }

    /// Its rules for quoting.
    pub fn syntax(self) -> ShellSyntax {
        match self {
            Shell::Bash | Shell::Zsh | Shell::Sh => ShellSyntax::Posix,
            Shell::Fish => ShellSyntax::Fish,
            Shell::Nushell => ShellSyntax::Nushell,
            Shell::PowerShell => ShellSyntax::PowerShell,
            Shell::Xonsh => ShellSyntax::Xonsh,
        }
    }

    /// The file name of its script in the store, one of [`gom_select::layout::ENV_SCRIPTS`].
    pub fn env_script(self) -> &'static str {
        match self {
            Shell::Bash | Shell::Zsh | Shell::Sh => "env",
            Shell::Fish => "env.fish",
            Shell::Nushell => "env.nu",
            Shell::PowerShell => "env.ps1",
            Shell::Xonsh => "env.xsh",
        }
    }

    /// The file name of its completions in the store. `None` for a shell that gom has none for.
    pub fn completions(self) -> Option<&'static str> {
        match self {
            Shell::Bash => Some("gom.bash"),
            // zsh finds a function in a file of that name.
            Shell::Zsh => Some("_gom"),
            Shell::Fish => Some("gom.fish"),
            Shell::PowerShell => Some("gom.ps1"),
            Shell::Nushell | Shell::Xonsh | Shell::Sh => None,
        }
    }

    /// The command that runs its script of the store in a shell that is open, as its start-up files do.
    pub fn source_command(self, layout: &Layout) -> String {
        let script = path_in_code(self.syntax(), &layout.env_script(self.env_script()));
        match self {
            Shell::Bash | Shell::Zsh | Shell::Sh | Shell::PowerShell => format!(". {script}"),
            Shell::Fish | Shell::Nushell => format!("source {script}"),
            Shell::Xonsh => format!("execx(open({script}).read())"),
        }
    }

    /// The same for a shell that has looked for `go` before. POSIX shells remember where they found a program.
    pub fn refreshing_command(self, layout: &Layout) -> String {
        let command = self.source_command(layout);
        if self.syntax() == ShellSyntax::Posix { format!("{command}; hash -r") } else { command }
    }

    /// Whether the shell reads lines that end with `\r\n`.
    pub fn reads_crlf(self) -> bool {
        matches!(self, Shell::Nushell | Shell::PowerShell | Shell::Xonsh)
    }

    /// Whether its code can contain this path. Only some shells can write bytes that are not UTF-8.
    pub fn can_name(self, path: &Path) -> bool {
        path.to_str().is_some() || !matches!(self, Shell::Nushell | Shell::PowerShell)
    }
}

impl Serialize for Shell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_is_known_by_its_name_its_program_and_the_variable() {
        for shell in Shell::ALL {
            assert_eq!(Shell::named(shell.name()), Some(shell));
            assert_eq!(Shell::named(shell.program()), Some(shell));
        }
        let of = |value: &str| {
            let variables = [("SHELL".into(), value.into())].into_iter().collect();
            Shell::of_user(&Environment { variables, ..Environment::default() })
        };
        assert_eq!(of("/usr/local/bin/fish"), Some(Shell::Fish));
        assert_eq!(of("/bin/dash"), Some(Shell::Sh));
        assert_eq!((of("/bin/tcsh"), of("")), (None, None));
    }
}
