//! What a new terminal has: the user's shell is started as a terminal does, and `gom doctor` runs where its prompt
//! would be.
//!
//! It runs the user's own start-up files and nothing of a project: it starts in the home folder.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use gom_core::Context;
use gom_core::files;

use super::commands;
use crate::facts::CommandFacts;

/// What `gom doctor` said in a new shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellReport {
    /// Its exit code.
    pub code: i32,
    /// Its standard output.
    pub text: String,
}

const PATIENCE: Duration = Duration::from_secs(20);

/// PATH before the start-up files.
const FIRST_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What a terminal passes on to its shell. Everything else that is set now may come from the start-up files as they were.
const KEPT: [&str; 14] = [
    "COLORTERM",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LOGNAME",
    "SHELL",
    "SSH_AUTH_SOCK",
    "TERM",
    "TMPDIR",
    "TZ",
    "USER",
    "WAYLAND_DISPLAY",
];
const KEPT_PREFIXES: [&str; 3] = ["GOM_", "LC_", "XDG_"];

/// What the system sets for every session, whatever the shell.
const OF_THE_SESSION: &str = "/etc/environment";

/// The names of the variables by which the script gets its paths.
const PROGRAM: &str = "__gom_program";
const REPORT: &str = "__gom_report";

/// What each shell does before it shows its prompt, then the doctor. Managers change PATH in what runs before the prompt.
const SCRIPTS: [(&str, &str); 5] = [
    ("bash", "for __gom in \"${PROMPT_COMMAND[@]}\"; do eval \"$__gom\"; done; "),
    ("zsh", "for __gom in $chpwd_functions $precmd_functions; do $__gom; done; "),
    ("fish", "emit fish_prompt; "),
    ("sh", ""),
    ("dash", ""),
];

/// Runs `gom doctor` with these options in a new login shell. `None` if that can't be done: the shell is another one, takes
/// too long, or does not come to its prompt.
pub fn doctor(ctx: &Context, options: &[&str]) -> Option<ShellReport> {
    let environment = &ctx.environment;
    let (shell, home) = (environment.var("SHELL")?, environment.home.as_ref()?);
    let shell = Path::new(&shell);
    let name = shell.file_name()?.to_str()?;
    let (_, before) = SCRIPTS.iter().find(|(known, _)| *known == name)?;
    let folder = tempfile::tempdir().ok()?;
    let report = folder.path().join("report");
    let script =
        format!("{before}\"${PROGRAM}\" doctor {} >\"${REPORT}\" 2>/dev/null </dev/null", options.join(" "));
    let mut command = Command::new(shell);
    command.args(["-l", "-i", "-c", &script]).env_clear().env("PATH", FIRST_PATH).current_dir(home);
    let of_session = files::read_text(Path::new(OF_THE_SESSION)).unwrap_or_default();
    for (name, value) in &environment.variables {
        let Some(text) = name.to_str() else { continue };
        let is_kept = KEPT.contains(&text)
            || KEPT_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
            || is_set_in(&of_session, text);
        if is_kept {
            command.env(name, value);
        }
    }
    command.env(PROGRAM, &environment.program.as_ref()?.file).env(REPORT, &report);
    let CommandFacts { code, timed_out, .. } = commands::run(command, PATIENCE);
    let text = files::read_text(&report).ok().filter(|text| !timed_out && !text.is_empty())?;
    Some(ShellReport { code: code?, text })
}

/// Whether a file of lines like `NAME=VALUE` sets a variable. PATH is often set there too, but this process has it with
/// what was put before it since.
fn is_set_in(lines: &str, name: &str) -> bool {
    let names = lines.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim());
    name != "PATH" && names.into_iter().any(|one| one.trim_start_matches("export ").trim() == name)
}

#[cfg(test)]
mod tests {
    use super::is_set_in;

    #[test]
    fn the_session_sets_what_its_file_names() {
        let file = "# a comment: GOFLAGS=x\nPATH=\"/usr/bin\"\nGOROOT=/opt/go\nexport GOBIN=/opt/bin\n";
        assert!(is_set_in(file, "GOROOT") && is_set_in(file, "GOBIN"));
        assert!(!is_set_in(file, "PATH") && !is_set_in(file, "GO") && !is_set_in(file, "GOFLAGS"));
    }
}
