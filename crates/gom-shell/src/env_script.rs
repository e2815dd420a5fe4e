//! The code that a shell runs at its start: gom's folder first on PATH, the folder of `go install` last, and the
//! function for `gom shell`. `gom init` prints it, `gom setup` writes it into the store.
//!
//! Owns: that code, in every shell's language. Only makes text. Invariant: the code starts no program, runs at most
//! some dozens of commands, leaves no variable of its own behind, and running it twice changes nothing more.

use std::path::{Path, PathBuf};

use gom_core::environment::Environment;
use gom_core::go::paths::GoPaths;
use gom_core::shell::Shell;
use gom_core::shell_quote::path_in_code;
use gom_select::layout::Layout;
use gom_select::shell_quote::in_quotes;

/// The variable in which the function names its shell when it calls gom.
pub const CALLED_BY: &str = "GOM_INTERNAL_SHELL";

/// What the code depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvScript {
    /// gom's folder for PATH.
    bin: PathBuf,
    /// The folder of the completions; `None` leaves them out.
    completions: Option<PathBuf>,
    /// The folder of `go install`, if neither GOBIN nor GOPATH is set when the code runs; `None` is `~/go/bin`.
    go_bin: Option<PathBuf>,
}

impl EnvScript {
    /// The code for the scripts in a store, which load its completions.
    pub fn of_store(layout: &Layout, environment: &Environment) -> EnvScript {
        EnvScript { completions: Some(layout.completions()), ..EnvScript::to_print(layout, environment) }
    }

    /// The code that `gom init` prints.
    pub fn to_print(layout: &Layout, environment: &Environment) -> EnvScript {
        EnvScript { bin: layout.bin(), completions: None, go_bin: go_bin(environment) }
    }

    /// The code for a shell.
    pub fn code(&self, shell: Shell) -> String {
        match shell {
            Shell::Bash | Shell::Zsh | Shell::Sh => self.posix(),
            Shell::Fish => self.fish(),
            Shell::Nushell => self.nushell(),
            Shell::PowerShell => self.powershell(),
            Shell::Xonsh => self.xonsh(),
        }
    }

    /// For bash, zsh and every POSIX shell: dash reads it from `.profile`, so what only one of them can parse is in
    /// `eval`. The folder moves to the front even if it is on PATH already, for example after a login shell put other
    /// folders before it.
    fn posix(&self) -> String {
        let word = |path: &Path| path_in_code(Shell::Bash.syntax(), path);
        let bin = word(&self.bin);
        let go_bin = self.go_bin.as_deref().map_or_else(|| "${HOME-}/go/bin".to_owned(), word);
        let completions = self.completions.as_deref().map_or_else(String::new, |folder| {
            let evaluated =
                |code: &str| format!("eval {}", in_quotes(&code.replace("{completions}", &word(folder))));
            format!(
                "case $- in\n  *i*)\n    if [ -n \"${{BASH_VERSION-}}\" ]; then\n      {}\n    elif [ -n \
                 \"${{ZSH_VERSION-}}\" ]; then\n      {}\n    fi\n    ;;\nesac\n",
                evaluated(BASH_COMPLETIONS),
                evaluated(ZSH_COMPLETIONS)
            )
        });
        let code =
            POSIX.replace("{bin}", &bin).replace("{go_bin}", &go_bin).replace("{CALLED_BY}", CALLED_BY);
        code + &completions
    }

    fn fish(&self) -> String {
        let word = |path: &Path| path_in_code(Shell::Fish.syntax(), path);
        let go_bin = self.go_bin.as_deref().map_or_else(|| "\"$HOME/go/bin\"".to_owned(), word);
        let completions = self
            .completions
            .as_deref()
            .map_or_else(String::new, |folder| FISH_COMPLETIONS.replace("{completions}", &word(folder)));
        let code = FISH.replace("{bin}", &word(&self.bin)).replace("{go_bin}", &go_bin);
        code.replace("{CALLED_BY}", CALLED_BY) + &completions
    }

    fn nushell(&self) -> String {
        let word = |path: &Path| path_in_code(Shell::Nushell.syntax(), path);
        let go_bin = self.go_bin.as_deref().map_or_else(|| "($env.HOME | path join go bin)".to_owned(), word);
        let code = NUSHELL.replace("{bin}", &word(&self.bin)).replace("{go_bin}", &go_bin);
        code.replace("{CALLED_BY}", CALLED_BY)
    }

    fn powershell(&self) -> String {
        let word = |path: &Path| path_in_code(Shell::PowerShell.syntax(), path);
        let go_bin = self.go_bin.as_deref().map_or_else(|| "\"$HOME/go/bin\"".to_owned(), word);
        let completions = self.completions.as_deref().map_or_else(String::new, |folder| {
            POWERSHELL_COMPLETIONS.replace("{completions}", &word(&folder.join("gom.ps1")))
        });
        POWERSHELL.replace("{bin}", &word(&self.bin)).replace("{go_bin}", &go_bin) + &completions
    }

    fn xonsh(&self) -> String {
        let word = |path: &Path| path_in_code(Shell::Xonsh.syntax(), path);
        let home = "os.path.join(os.path.expanduser('~'), 'go', 'bin')";
        let go_bin = self.go_bin.as_deref().map_or_else(|| home.to_owned(), word);
        XONSH.replace("{bin}", &word(&self.bin)).replace("{go_bin}", &go_bin)
    }
}

/// The line of a start-up file that runs a script of the store. A store that was removed is not an error there.
pub(crate) fn source_line(shell: Shell, script: &Path) -> String {
    let script = path_in_code(shell.syntax(), script);
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("if [ -r {script} ]; then . {script}; fi"),
        Shell::Fish => format!("if test -r {script}; source {script}; end"),
        // Nushell reads the file before it runs a line, so both are constants to it.
        Shell::Nushell => format!("source (if ({script} | path exists) {{ {script} }} else {{ null }})"),
        Shell::PowerShell => format!("if (Test-Path -LiteralPath {script}) {{ . {script} }}"),
        Shell::Xonsh => format!(
            "__import__('os').path.isfile({script}) and execx(open({script}).read(), 'exec', globals(), \
             filename={script})"
        ),
    }
}

/// The line that sets a variable in a shell that is open, to a value that needs no quotes.
pub fn set_line(shell: Shell, variable: &str, value: &str) -> String {
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("export {variable}={value}"),
        Shell::Fish => format!("set -gx {variable} {value}"),
        Shell::Nushell => format!("$env.{variable} = \"{value}\""),
        Shell::PowerShell => format!("$env:{variable} = '{value}'"),
        Shell::Xonsh => format!("${variable} = '{value}'"),
    }
}

/// The line that removes a variable in a shell that is open.
pub fn unset_line(shell: Shell, variable: &str) -> String {
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => format!("unset {variable}"),
        Shell::Fish => format!("set -e {variable}"),
        Shell::Nushell => format!("hide-env {variable}"),
        Shell::PowerShell => format!("Remove-Item Env:{variable}"),
        Shell::Xonsh => format!("del ${variable}"),
    }
}

/// The folder of `go install` that the code has to name: what `go env -w` has set. Variables are read when the code
/// runs, and the default is below the home folder of whoever runs it.
fn go_bin(environment: &Environment) -> Option<PathBuf> {
    let mut without = environment.clone();
    for name in ["GOBIN", "GOPATH"] {
        without.variables.remove(std::ffi::OsStr::new(name));
    }
    let bin = GoPaths::read(&without).bin?;
    let default = environment.home.as_ref().map(|home| home.join("go/bin"));
    (Some(&bin) != default.as_ref()).then_some(bin)
}

const POSIX: &str = r#"gom_bin={bin}
case ":${PATH-}:" in
  ":$gom_bin:"*) ;;
  *)
    gom_path=":${PATH-}:"
    while :; do
      case $gom_path in
        *":$gom_bin:"*) gom_path=${gom_path%%":$gom_bin:"*}:${gom_path#*":$gom_bin:"} ;;
        *) break ;;
      esac
    done
    gom_path=${gom_path#:}
    gom_path=${gom_path%:}
    export PATH="$gom_bin${gom_path:+:$gom_path}"
    ;;
esac
if [ -n "${GOBIN-}" ]; then
  gom_go_bin=$GOBIN
elif [ -n "${GOPATH-}" ]; then
  gom_go_bin=${GOPATH%%:*}/bin
else
  gom_go_bin={go_bin}
fi
case ":$PATH:" in
  *":$gom_go_bin:"*) ;;
  *) export PATH="$PATH:$gom_go_bin" ;;
esac
unset gom_bin gom_path gom_go_bin
gom() {
  if [ "${1-}" = shell ]; then
    case " $* " in
      *' --help '*|*' -h '*|*' --json '*) command gom "$@"; return ;;
    esac
    local gom_line
    gom_line="$({CALLED_BY}=bash command gom "$@")" || return
    eval "$gom_line"
  else
    command gom "$@"
  fi
}
"#;

/// bash loads its completions at the first Tab. For `go` only if nothing completes it yet.
const BASH_COMPLETIONS: &str =
    "_gom_load() { . {completions}/gom.bash && return 124; }; complete -F _gom_load gom
complete -p go >/dev/null 2>&1 || complete -F _gom_load go";

/// zsh loads them as soon as its own completion is there. `whence` and not `$functions`, because zsh would load a
/// module for that. `-p` adds to the completion of `go` and replaces none.
const ZSH_COMPLETIONS: &str = "fpath=({completions} ${fpath:#{completions}})
if whence -w compdef >/dev/null; then autoload -Uz _gom; compdef _gom gom -p go; fi";

const FISH: &str = r#"set -l gom_bin {bin}
if test "$PATH[1]" != "$gom_bin"
    set -l gom_path
    for gom_entry in $PATH
        test "$gom_entry" = "$gom_bin"; or set -a gom_path $gom_entry
    end
    set -gx PATH $gom_bin $gom_path
end
set -l gom_go_bin {go_bin}
if test -n "$GOBIN"
    set gom_go_bin $GOBIN
else if test -n "$GOPATH"
    set gom_go_bin (string split -- : $GOPATH)[1]/bin
end
if not contains -- $gom_go_bin $PATH
    set -gx PATH $PATH $gom_go_bin
end
function gom
    if test "$argv[1]" = shell; and not contains -- --help $argv; and not contains -- -h $argv; and not contains -- --json $argv
        set -l gom_line (env {CALLED_BY}=fish gom $argv)
        or return
        eval $gom_line
    else
        command gom $argv
    end
end
"#;

/// What is added for `go` is offered beside what fish itself offers.
const FISH_COMPLETIONS: &str = r#"if status is-interactive; and not contains -- {completions} $fish_complete_path
    set -gp fish_complete_path {completions}
    complete -c go -f -k -n 'string match -q -- "+*" (commandline -ct); and test (count (commandline -opc)) = 1' \
        -a '(GOM_INTERNAL_COMPLETE=last command gom -- exec (string sub -s 2 -- (commandline -ct)) 2>/dev/null | string match -rv "^(files|folders|values)\$" | string replace -r "^" "+")'
end
"#;

const NUSHELL: &str = r#"do --env {
    let bin = {bin}
    let go_bin = if ($env.GOBIN? | is-not-empty) {
        $env.GOBIN
    } else if ($env.GOPATH? | is-not-empty) {
        $env.GOPATH | split row (char esep) | first | path join bin
    } else {
        {go_bin}
    }
    let rest = ($env.PATH | split row (char esep) | where {|entry| $entry != $bin })
    let last = if $go_bin in $rest { [] } else { [$go_bin] }
    $env.PATH = ([$bin] | append $rest | append $last)
}
def --env --wrapped gom [...arguments: string] {
    let asks = ($arguments | any {|one| $one in [--help -h --json] })
    if ($arguments | get --optional 0) == shell and not $asks {
        let line = (with-env { {CALLED_BY}: nushell } { ^gom ...$arguments })
        let found = ($line | parse '$env.GOM_TOOLCHAIN = "{version}"')
        if ($found | is-empty) {
            hide-env --ignore-errors GOM_TOOLCHAIN
        } else {
            $env.GOM_TOOLCHAIN = $found.0.version
        }
    } else {
        ^gom ...$arguments
    }
}
"#;

const POWERSHELL: &str = r"& {
    $bin = {bin}
    $goBin = if ($env:GOBIN) { $env:GOBIN }
        elseif ($env:GOPATH) { ($env:GOPATH -split ':')[0] + '/bin' }
        else { {go_bin} }
    $rest = @($env:PATH -split ':' | Where-Object { $_ -cne $bin })
    $last = if ($rest -ccontains $goBin) { @() } else { @($goBin) }
    $env:PATH = (@($bin) + $rest + $last) -join ':'
}
";

const POWERSHELL_COMPLETIONS: &str = "if (Test-Path -LiteralPath {completions}) { . {completions} }\n";

const XONSH: &str = r"def _gom_env():
    import os
    bin = {bin}
    # To xonsh, each variable whose name ends with PATH is a list.
    gopath = ${...}.get('GOPATH') or ''
    gopath = gopath.split(':')[0] if isinstance(gopath, str) else str(gopath[0])
    go_bin = str(${...}.get('GOBIN') or '') or (os.path.join(gopath, 'bin') if gopath else {go_bin})
    rest = [str(entry) for entry in $PATH if str(entry) != bin]
    $PATH = [bin] + rest + ([] if go_bin in rest else [go_bin])


_gom_env()
del _gom_env
";

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn script(go_bin: Option<&str>) -> EnvScript {
        EnvScript {
            bin: "/it's/.gom/bin".into(),
            completions: Some("/it's/.gom/completions".into()),
            go_bin: go_bin.map(PathBuf::from),
        }
    }

    /// Runs the code twice in a shell with this PATH, and returns the new one.
    fn path_after(
        shell: Shell,
        path: &str,
        variables: &[(&str, &str)],
        go_bin: Option<&str>,
    ) -> Option<String> {
        let code = script(go_bin).code(shell);
        let (print, options): (&str, &[&str]) = match shell {
            Shell::Fish => ("string join : $PATH", &["--no-config"]),
            Shell::Zsh => ("printf '%s\n' \"$PATH\"", &["-f", "-u"]),
            Shell::Bash => ("printf '%s\n' \"$PATH\"", &["-u", "-e"]),
            _ => ("printf '%s\n' \"$PATH\"", &["-u"]),
        };
        let program = if shell == Shell::Sh { "dash" } else { shell.program() };
        let program = ["/usr/bin/", "/bin/", "/opt/homebrew/bin/"]
            .iter()
            .map(|folder| PathBuf::from(format!("{folder}{program}")))
            .find(|file| file.exists())?;
        let mut command = Command::new(program);
        command.args(options).args(["-c", &format!("{code}\n{code}\n{print}")]);
        let home = tempfile::tempdir().unwrap();
        command.env_clear().env("PATH", path).env("HOME", home.path()).envs(variables.iter().copied());
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{shell:?}: {errors}\n{code}");
        let path = String::from_utf8(output.stdout).unwrap();
        Some(path.trim_end().replace(home.path().to_str().unwrap(), "/h"))
    }

    #[test]
    fn gom_is_first_and_the_folder_of_go_install_last() {
        const BIN: &str = "/it's/.gom/bin";
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Sh] {
            let after = |path: &str, variables: &[(&str, &str)]| path_after(shell, path, variables, None);
            let Some(first) = after("/usr/bin:/bin", &[]) else { continue };
            assert_eq!(first, format!("{BIN}:/usr/bin:/bin:/h/go/bin"), "{shell:?}");
            for path in [format!("/usr/bin:{BIN}:/bin:{BIN}"), format!("{BIN}:/usr/bin:/bin")] {
                assert_eq!(after(&path, &[]).unwrap(), first, "{shell:?} {path}");
            }
            let own = [("GOBIN", "/own")];
            assert_eq!(after("/own:/bin", &own).unwrap(), format!("{BIN}:/own:/bin"));
            assert_eq!(after("/bin", &[("GOPATH", "/g:/h")]).unwrap(), format!("{BIN}:/bin:/g/bin"));
            let both = [("GOPATH", "/g"), ("GOBIN", "/own bin")];
            assert_eq!(after("/bin", &both).unwrap(), format!("{BIN}:/bin:/own bin"));
            let named = path_after(shell, "/bin", &[], Some("/set by/go env")).unwrap();
            assert_eq!(named, format!("{BIN}:/bin:/set by/go env"));
        }
    }

    #[test]
    fn an_entry_that_only_looks_alike_stays() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Sh] {
            let path = "/it's/.gom/bin2:/it's/.gom/bin/x:/[a]*:/usr/bin";
            let Some(after) = path_after(shell, path, &[("GOBIN", "/usr/bin")], None) else { continue };
            assert_eq!(after, format!("/it's/.gom/bin:{path}"), "{shell:?}");
        }
    }

    #[test]
    fn the_folder_of_go_install_is_named_only_if_go_env_w_has_set_it() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("env");
        let of = |lines: &str, variables: &[(&str, &str)]| {
            fs_err::write(&file, lines).unwrap();
            let goenv = [("GOENV", file.to_str().unwrap())];
            let variables = variables.iter().chain(&goenv);
            go_bin(&Environment {
                variables: variables.map(|(name, value)| (name.into(), value.into())).collect(),
                home: Some("/h".into()),
                ..Environment::default()
            })
        };
        assert_eq!(of("", &[("GOBIN", "/x"), ("GOPATH", "/y")]), None);
        assert_eq!(of("GOPATH=/set\n", &[("GOPATH", "/y")]), Some("/set/bin".into()));
    }
}
