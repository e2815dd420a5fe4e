//! `gom init`: prints shell code for the user's start-up file: gom's folder first on PATH, the folder of `go
//! install` last, and the function for `gom shell`. It only prints code and changes nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_core::go::paths::GoPaths;
use gom_core::shell_quote::{ShellSyntax, path_in_code};

use crate::app::App;

/// The variable in which the function names its shell when it calls gom.
pub(super) const CALLED_BY: &str = "GOM_INTERNAL_SHELL";

/// Print shell code: PATH and the function for `gom shell`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  eval \"$(gom init bash)\"           in ~/.bashrc
  eval \"$(gom init zsh)\"            in ~/.zshrc
  gom init fish | source            in ~/.config/fish/config.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

/// A shell gom writes code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// GNU bash
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> ExitCode {
    let shell = arguments.shell;
    let (bin, go_bin) = (shell.word(&app.ctx.store.layout().bin()), shell.word(&go_bin(app)));
    let code = match shell {
        Shell::Fish => fish(&bin, &go_bin),
        Shell::Bash | Shell::Zsh => posix(shell, &bin, &go_bin),
    };
    app.output.data(code.trim_end());
    ExitCode::SUCCESS
}

/// Returns the code for bash and zsh. gom's folder moves to the front even if it is on PATH already, for
/// example after a login shell put other folders before it. Evaluating the code twice changes nothing more.
fn posix(shell: Shell, bin: &str, go_bin: &str) -> String {
    let name = shell.name();
    format!(
        "\
case \"$PATH\" in
  {bin}|{bin}:*) ;;
  *) export PATH={bin}:\"$PATH\" ;;
esac
case \":$PATH:\" in
  *:{go_bin}:*) ;;
  *) export PATH=\"$PATH\":{go_bin} ;;
esac
gom() {{
  if [ \"${{1-}}\" = shell ]; then
    case \" $* \" in
      *' --help '*|*' -h '*|*' --json '*) command gom \"$@\"; return ;;
    esac
    local gom_line
    gom_line=\"$({CALLED_BY}={name} command gom \"$@\")\" || return
    eval \"$gom_line\"
  else
    command gom \"$@\"
  fi
}}
"
    )
}

fn fish(bin: &str, go_bin: &str) -> String {
    format!(
        "\
if test \"$PATH[1]\" != {bin}
    set -gx PATH {bin} $PATH
end
if not contains -- {go_bin} $PATH
    set -gx PATH $PATH {go_bin}
end
function gom
    if test \"$argv[1]\" = shell; and not contains -- --help $argv; and not contains -- -h $argv; and not contains -- --json $argv
        set -l gom_line (env {CALLED_BY}=fish gom $argv)
        or return
        eval $gom_line
    else
        command gom $argv
    end
end
"
    )
}

/// The folder into which `go install` puts programs.
fn go_bin(app: &App) -> PathBuf {
    GoPaths::read(&app.ctx.environment).bin.unwrap_or_else(|| PathBuf::from("/usr/local/go/bin"))
}

impl Shell {
    /// Quotes a path as a word of its code.
    fn word(self, path: &Path) -> String {
        let syntax = match self {
            Shell::Bash | Shell::Zsh => ShellSyntax::Posix,
            Shell::Fish => ShellSyntax::Fish,
        };
        path_in_code(syntax, path)
    }

    fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        }
    }

    /// Returns the shell of that name.
    pub(super) fn named(name: &str) -> Option<Shell> {
        [Shell::Bash, Shell::Zsh, Shell::Fish].into_iter().find(|shell| shell.name() == name)
    }

    /// Returns the user's login shell.
    pub(super) fn of_user(app: &App) -> Option<Shell> {
        let shell = PathBuf::from(app.ctx.environment.var("SHELL")?);
        Shell::named(shell.file_name()?.to_str()?)
    }

    /// Returns the line that sets a variable to a version, which needs no quotes.
    pub(super) fn set(self, variable: &str, value: &str) -> String {
        match self {
            Shell::Bash | Shell::Zsh => format!("export {variable}={value}"),
            Shell::Fish => format!("set -gx {variable} {value}"),
        }
    }

    /// Returns the line that removes a variable.
    pub(super) fn unset(self, variable: &str) -> String {
        match self {
            Shell::Bash | Shell::Zsh => format!("unset {variable}"),
            Shell::Fish => format!("set -e {variable}"),
        }
    }

    /// Returns the line of the start-up file that calls `gom init`.
    pub(super) fn init_line(self) -> String {
        match self {
            Shell::Bash | Shell::Zsh => format!("eval \"$(gom init {})\"", self.name()),
            Shell::Fish => "gom init fish | source".to_owned(),
        }
    }
}
