//! The PATH that start-up files set, read from their lines without running a shell. Only the usual lines of users and
//! installers are understood; lines with other variables or commands are ignored.
//!
//! The files are read in zsh's order (man zsh, STARTUP/SHUTDOWN FILES), and `path_helper` runs where macOS runs it.

use gom_core::shell::Shell;
use gom_core::shell_quote::shell_quote;
use gom_select::layout::Layout;

use super::facts::{FileKind, HostFacts};
use super::lookup::FileLine;

/// The user's own start-up files of every shell, below the home folder.
const OF_USER: &[&str] = &[
    ".zshenv",
    ".zprofile",
    ".zshrc",
    ".zlogin",
    ".profile",
    ".bash_profile",
    ".bash_login",
    ".bashrc",
    ".config/fish/config.fish",
];

/// System-wide start-up files.
pub(crate) const OF_SYSTEM: &[&str] = &[
    "/etc/environment",
    "/etc/profile",
    "/etc/bash.bashrc",
    "/etc/bashrc",
    "/etc/zshenv",
    "/etc/zprofile",
    "/etc/zshrc",
    "/etc/zsh/zshenv",
    "/etc/zsh/zprofile",
    "/etc/zsh/zshrc",
];

/// The PATH before any start-up file is read.
const AT_START: &[&str] = &["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/// The ways to start zsh, and the files that it then reads.
const ZSH_MODES: &[ShellMode] = &[
    ("zsh -c", &[".zshenv"]),
    ("zsh -ic", &[".zshenv", ".zshrc"]),
    ("zsh -lc", &[".zshenv", LOGIN, ".zprofile"]),
    ("zsh -lic", &[".zshenv", LOGIN, ".zprofile", ".zshrc"]),
];

/// The same for bash. An interactive login shell reads `.bashrc` only if its own file does.
const BASH_MODES: &[ShellMode] = &[
    ("bash -ic", &[".bashrc"]),
    ("bash -lc", &["/etc/profile", LOGIN, OF_PROFILE_D, LOGIN_OF_BASH]),
    ("bash -lic", &["/etc/profile", LOGIN, OF_PROFILE_D, LOGIN_OF_BASH]),
];

/// A way to start a shell, and the files that it then reads.
pub(crate) type ShellMode = (&'static str, &'static [&'static str]);

/// Stands for `/etc/zprofile`, which runs `path_helper` on macOS, as `/etc/profile` does for bash.
const LOGIN: &str = "path_helper";

/// Stands for the files that `/etc/profile` reads.
const OF_PROFILE_D: &str = "profile.d";

/// Stands for the first of these files that exists: bash reads only that one.
const LOGIN_OF_BASH: &str = "login";
const LOGIN_FILES_OF_BASH: [&str; 3] = [".bash_profile", ".bash_login", ".profile"];

/// How deep start-up files that read other files are followed.
const DEEPEST: usize = 3;

/// The ways in which editors, agents and terminals start the user's shell. `zsh -c` is not included: it inherits its
/// parent's PATH and reads only `.zshenv`, where installers don't write.
pub(crate) fn modes(facts: &HostFacts) -> &'static [ShellMode] {
    match facts.shell.as_str() {
        "zsh" => &ZSH_MODES[1..],
        "bash" => BASH_MODES,
        _ => &[],
    }
}

/// The paths of the user's start-up files, whether or not they exist.
pub(crate) fn all_user_files(facts: &HostFacts) -> impl Iterator<Item = String> {
    OF_USER.iter().map(|name| start_up_file(facts, name))
}

/// The user's start-up files that exist.
fn user_files(facts: &HostFacts) -> Vec<&str> {
    all_user_files(facts).filter_map(|path| Some(facts.files.get_key_value(&path)?.0.as_str())).collect()
}

/// Every line of the user's start-up files that is not a comment.
pub(crate) fn user_lines(facts: &HostFacts) -> impl Iterator<Item = FileLine<'_>> {
    user_files(facts).into_iter().flat_map(|file| facts.lines(file)).filter(|line| !is_comment(*line))
}

/// Every line of the system-wide start-up files that is not a comment.
pub(crate) fn system_lines(facts: &HostFacts) -> impl Iterator<Item = FileLine<'_>> {
    let of_profile_d = facts.below("/etc/profile.d").map(|(path, _)| path);
    let files = OF_SYSTEM.iter().copied().chain(of_profile_d);
    files.flat_map(|file| facts.lines(file)).filter(|line| !is_comment(*line))
}

/// `ZDOTDIR` moves zsh's own files.
fn start_up_file(facts: &HostFacts, name: &str) -> String {
    if name.starts_with('/') {
        return name.to_owned();
    }
    let folder = facts.var("ZDOTDIR").filter(|_| name.starts_with(".z")).unwrap_or(&facts.home);
    format!("{folder}/{name}")
}

fn is_comment(line: FileLine<'_>) -> bool {
    line.text.trim_start().starts_with('#')
}

/// Whether a line assigns this variable, in any shell.
pub(crate) fn assigns(line: FileLine<'_>, variable: &str) -> bool {
    let text = line.text.trim_start();
    let text = ["export ", "declare -x ", "typeset -x "]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text)
        .trim_start();
    if text.strip_prefix(variable).is_some_and(|rest| rest.starts_with('=')) {
        return true;
    }
    let mut words = text.split_whitespace();
    words.next() == Some("set") && words.any(|word| word == variable)
}

/// Whether `gom setup` has to change a start-up file of a shell: one in which gom's lines are missing, or are not the
/// last that change PATH.
pub(crate) fn needs_setup(facts: &HostFacts, shell: Shell) -> bool {
    let names = files_of(facts, shell);
    names.is_empty() || names.iter().any(|name| last_line_of_gom(facts, name).is_none())
}

/// The line that puts gom's folder first in a shell that is open, once that shell is set up.
pub(crate) fn line_for_open_shell(facts: &HostFacts, shell: Shell) -> String {
    let is_written_by_hand = |line: &FileLine<'_>| !runs_script(facts, *line);
    let by_hand = files_of(facts, shell)
        .first()
        .filter(|_| !needs_setup(facts, shell))
        .and_then(|name| last_line_of_gom(facts, name))
        .filter(is_written_by_hand);
    match by_hand {
        Some(line) if runs_init(line) => init_line(facts, shell),
        Some(line) => line.text.trim().to_owned(),
        None => shell.refreshing_command(&Layout::new(&facts.gom.home)),
    }
}

/// The start-up files that put gom's folder first in every new shell. None for a shell whose files are not read here.
///
/// zsh on macOS needs two: non-interactive login shells don't read `.zshrc`, and non-login shells don't read
/// `.zprofile`.
fn files_of(facts: &HostFacts, shell: Shell) -> Vec<&'static str> {
    match (shell, facts.is_macos()) {
        (Shell::Zsh, true) => vec![".zprofile", ".zshrc"],
        (Shell::Zsh, false) => vec![".zshrc"],
        (Shell::Bash, true) => vec![login_file_of_bash(facts)],
        (Shell::Bash, false) => vec![".bashrc"],
        (Shell::Fish, _) => vec![".config/fish/config.fish"],
        (Shell::Sh, _) => vec![".profile"],
        (Shell::Nushell | Shell::PowerShell | Shell::Xonsh, _) => Vec::new(),
    }
}

/// The line of a start-up file that puts gom's folder first on PATH, if no later line may change PATH.
fn last_line_of_gom<'a>(facts: &'a HostFacts, name: &str) -> Option<FileLine<'a>> {
    let (file, _) = facts.files.get_key_value(&start_up_file(facts, name))?;
    let is_gom =
        |line: &FileLine<'_>| is_gom_init(facts, *line) || line.text.trim() == line_of_installer(facts);
    let lines: Vec<FileLine<'_>> = facts.lines(file).filter(|line| !is_comment(*line)).collect();
    lines.into_iter().rfind(|line| changes_path(*line) || is_gom(line)).filter(is_gom)
}

/// The command that runs `gom init`, even if gom is not on PATH.
fn init_line(facts: &HostFacts, shell: Shell) -> String {
    let gom = shell_quote(format!("{}/gom", facts.gom_bin()));
    match shell {
        Shell::Fish => format!("{gom} init fish | source"),
        shell => format!("eval \"$({gom} init {})\"", shell.name()),
    }
}

/// The line that the installer prints for users who do not want `gom setup`.
fn line_of_installer(facts: &HostFacts) -> String {
    let bin = facts.gom_bin();
    let bin = match bin.strip_prefix(&format!("{}/", facts.home)) {
        Some(below) => format!("$HOME/{below}"),
        None => bin,
    };
    format!("export PATH=\"{bin}:$PATH\"")
}

/// Uses the file that exists, because a new `.bash_profile` would hide an existing `.profile`.
fn login_file_of_bash(facts: &HostFacts) -> &'static str {
    let there = LOGIN_FILES_OF_BASH.iter().find(|name| facts.exists(&start_up_file(facts, name)));
    there.copied().unwrap_or(if facts.is_macos() { ".bash_profile" } else { ".profile" })
}

/// A `~` in double quotes in a line that assigns PATH, which the shell does not expand: the text and its replacement.
pub(crate) fn quoted_tilde(line: FileLine<'_>) -> Option<(String, String)> {
    if !assigns(line, "PATH") {
        return None;
    }
    let marks = ["\"~/", ":~/"];
    let is_quoted = |at: usize| line.text[..at].matches('"').count() % 2 == 1;
    marks.iter().find_map(|mark| {
        let at = line.text.match_indices(mark).map(|(at, _)| at + 1).find(|at| is_quoted(*at))?;
        let before = &line.text[at - 1..at];
        Some((format!("{before}~/"), format!("{before}$HOME/")))
    })
}

/// Whether a line runs `gom init`, or the script that `gom setup` has written.
pub(crate) fn is_gom_init(facts: &HostFacts, line: FileLine<'_>) -> bool {
    runs_init(line) || runs_script(facts, line)
}

fn runs_init(line: FileLine<'_>) -> bool {
    without_quotes(line).contains("gom init ")
}

fn runs_script(facts: &HostFacts, line: FileLine<'_>) -> bool {
    let script = format!("{}/env", facts.gom.home);
    without_quotes(line).split([' ', ';']).any(|word| word.starts_with(&script))
}

fn without_quotes(line: FileLine<'_>) -> String {
    line.text.replace(['"', '\''], "")
}

fn changes_path(line: FileLine<'_>) -> bool {
    const CHANGES: &[&str] = &["PATH", "path", "source ", ". ", "eval "];
    CHANGES.iter().any(|word| line.text.contains(word)) || line.text.trim_end().ends_with("| source")
}

/// The PATH of a shell that is started in this mode.
pub(crate) fn path_in_mode(facts: &HostFacts, (how, files): ShellMode) -> Vec<String> {
    let is_interactive = how.rsplit('-').next().is_some_and(|flags| flags.contains('i'));
    let mut path: Vec<String> = AT_START.iter().map(ToString::to_string).collect();
    for name in files {
        match *name {
            // On other systems these files don't exist, and nothing changes.
            LOGIN => path = after_path_helper(facts, path),
            OF_PROFILE_D => {
                for (file, _) in facts.below("/etc/profile.d") {
                    read(facts, file, is_interactive, DEEPEST, &mut path);
                }
            }
            LOGIN_OF_BASH => {
                let file = start_up_file(facts, login_file_of_bash(facts));
                read(facts, &file, is_interactive, DEEPEST, &mut path);
            }
            name => read(facts, &start_up_file(facts, name), is_interactive, DEEPEST, &mut path),
        }
    }
    path
}

/// Applies the lines of a file, and of the files that it reads, to PATH.
fn read(facts: &HostFacts, file: &str, is_interactive: bool, deepest: usize, path: &mut Vec<String>) {
    for line in facts.lines(file).filter(|line| !is_comment(*line)) {
        if !is_interactive && ends_without_terminal(line.text) {
            return;
        }
        match sourced(facts, line.text).and_then(|file| facts.files.get_key_value(&file)) {
            Some((other, _)) if deepest > 0 => read(facts, other, is_interactive, deepest - 1, path),
            _ => apply(facts, line, path),
        }
    }
}

/// `[ -z "$PS1" ] && return`, and `*) return;;` below `case $- in`, at the start of most distributions' `.bashrc`.
fn ends_without_terminal(text: &str) -> bool {
    let text = text.trim();
    let asks = text.contains("$-") || text.contains("PS1") || text.starts_with("*)");
    asks && text.contains("return")
}

/// The file that a line reads: `. "$HOME/.bashrc"`, `[ -f ~/.bashrc ] && source ~/.bashrc`.
fn sourced(facts: &HostFacts, text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    words.find(|word| matches!(*word, "." | "source"))?;
    let file = words.next()?.trim_end_matches(';').trim_matches(['"', '\'']);
    let file = file.replace("${HOME}", "$HOME").replace("$HOME", &facts.home);
    Some(file.strip_prefix('~').map_or(file.clone(), |rest| format!("{}{rest}", facts.home)))
}

/// The first `go` on this PATH.
pub(crate) fn first_go(facts: &HostFacts, path: &[String]) -> Option<String> {
    path.iter()
        .map(|folder| format!("{folder}/go"))
        .find(|go| facts.file(go).is_some_and(|file| file.kind == FileKind::File && file.is_executable))
}

/// `path_helper` puts the folders of `/etc/paths` and `/etc/paths.d` before the others.
fn after_path_helper(facts: &HostFacts, path: Vec<String>) -> Vec<String> {
    let mut files = vec!["/etc/paths"];
    files.extend(facts.below("/etc/paths.d").map(|(path, _)| path));
    let named = files.into_iter().flat_map(|file| facts.lines(file)).map(|line| line.text.trim().to_owned());
    let mut after: Vec<String> = Vec::new();
    for folder in named.filter(|folder| !folder.is_empty()).chain(path) {
        if !after.contains(&folder) {
            after.push(folder);
        }
    }
    after
}

fn apply(facts: &HostFacts, line: FileLine<'_>, path: &mut Vec<String>) {
    if is_gom_init(facts, line) {
        let bin = facts.gom_bin();
        path.retain(|folder| *folder != bin);
        path.insert(0, bin);
    } else if line.text.contains("brew shellenv") {
        let brew = line.text.split(['"', '\'', '(', ' ']).find_map(|word| word.strip_suffix("/bin/brew"));
        if let Some(prefix) = brew {
            path.insert(0, format!("{prefix}/bin"));
        }
    } else if assigns(line, "PATH") {
        assign(facts, line.text, path);
    }
}

/// `PATH="X:$PATH:Y"`.
fn assign(facts: &HostFacts, text: &str, path: &mut Vec<String>) {
    let Some((_, value)) = text.split_once("PATH=") else { return };
    let value: String = value.chars().filter(|c| !matches!(c, '"' | '\'' | '{' | '}')).collect();
    let value = value.split([' ', ';', '&', '#']).next().unwrap_or_default();
    let (mut front, mut back, mut seen) = (Vec::new(), Vec::new(), false);
    for folder in value.split(':') {
        if folder == "$PATH" {
            seen = true;
            continue;
        }
        let folder = folder.replace("$HOME", &facts.home);
        let folder = match folder.strip_prefix('~') {
            Some(rest) => format!("{}{rest}", facts.home),
            None => folder,
        };
        // The value of another variable is not known here.
        if folder.starts_with('/') && !folder.contains('$') {
            if seen { back.push(folder) } else { front.push(folder) }
        }
    }
    let old = if seen { std::mem::take(path) } else { Vec::new() };
    *path = front.into_iter().chain(old).chain(back).collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FileFacts;

    fn mac(files: &[(&str, &str)]) -> HostFacts {
        let mut facts =
            HostFacts { home: "/Users/ada".to_owned(), shell: "zsh".to_owned(), ..HostFacts::default() };
        facts.system.os = "darwin".to_owned();
        facts.gom.home = "/Users/ada/.gom".to_owned();
        for (path, text) in files {
            let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned())).collect();
            facts.files.insert((*path).to_owned(), FileFacts { lines, ..FileFacts::default() });
        }
        facts
    }

    #[test]
    fn path_helper_moves_entries_of_zshenv_back() {
        let facts = mac(&[
            ("/etc/paths", "/usr/local/bin\n/usr/bin\n/bin"),
            ("/etc/paths.d/go", "/usr/local/go/bin"),
            ("/Users/ada/.zshenv", "eval \"$(\"$HOME/.gom/bin/gom\" init zsh)\""),
        ]);
        let first = |mode: usize| path_in_mode(&facts, ZSH_MODES[mode])[0].clone();
        assert_eq!(first(0), "/Users/ada/.gom/bin");
        assert_eq!(first(2), "/usr/local/bin");
        assert!(path_in_mode(&facts, ZSH_MODES[2]).ends_with(&["/usr/sbin".to_owned(), "/sbin".to_owned()]));
    }

    #[test]
    fn lines_that_assign_path_are_read_as_a_shell_reads_them() {
        let facts = mac(&[(
            "/Users/ada/.zshrc",
            "# export PATH=/no:$PATH\nexport PATH=\"$HOME/go/bin:~/x:${PATH}:/back\" # why\nPATH=$FOO/bin:$PATH",
        )]);
        let path = path_in_mode(&facts, ZSH_MODES[1]);
        assert_eq!(path[..3], ["/Users/ada/go/bin", "/Users/ada/x", "/usr/bin"]);
        assert_eq!(path.last().unwrap(), "/back");
    }

    #[test]
    fn a_shell_is_set_up_if_no_later_line_of_its_files_changes_path() {
        let line = "eval \"$(\"$HOME/.gom/bin/gom\" init zsh)\"";
        let after = format!("{line}\nexport PATH=/x:$PATH");
        let both = |zprofile: &str, zshrc: &str| {
            let facts = mac(&[("/Users/ada/.zprofile", zprofile), ("/Users/ada/.zshrc", zshrc)]);
            needs_setup(&facts, Shell::Zsh)
        };
        assert!(!both(line, line));
        assert!(both(line, &after) && both(&after, line) && both("", line));
        assert!(needs_setup(&mac(&[("/Users/ada/.zshrc", line)]), Shell::Zsh), "no .zprofile");
        // Their files are not read.
        assert!(needs_setup(&mac(&[]), Shell::Nushell));
    }

    #[test]
    fn an_open_shell_runs_what_its_file_runs() {
        let of = |shell, name: &str, line: &str| line_for_open_shell(&mac(&[(name, line)]), shell);
        let bash = |line: &str| of(Shell::Bash, "/Users/ada/.bash_profile", line);
        let script = ". '/Users/ada/.gom/env'; hash -r";
        let path = "export PATH=\"$HOME/.gom/bin:$PATH\"";
        for (line, runs) in [
            ("eval \"$(gom init bash)\"", "eval \"$(/Users/ada/.gom/bin/gom init bash)\""),
            (path, path),
            ("if [ -r '/Users/ada/.gom/env' ]; then . '/Users/ada/.gom/env'; fi", script),
            // These get the script first.
            ("", script),
            ("eval \"$(gom init bash)\"\nexport PATH=/x:$PATH", script),
        ] {
            assert_eq!(bash(line), runs, "{line}");
        }
        let fish = of(Shell::Fish, "/Users/ada/.config/fish/config.fish", "gom init fish | source");
        assert_eq!(fish, "/Users/ada/.gom/bin/gom init fish | source");
    }

    #[test]
    fn the_lines_of_gom_setup_put_gom_first() {
        let block = "# >>> gom >>> [1]\nif [ -r '/Users/ada/.gom/env' ]; then . '/Users/ada/.gom/env'; fi\n# <<< gom <<<";
        let after = format!("export PATH=/x:$PATH\n{block}");
        let facts = mac(&[("/Users/ada/.zshrc", &after), ("/Users/ada/.zprofile", block)]);
        for mode in &ZSH_MODES[1..] {
            assert_eq!(path_in_mode(&facts, *mode)[0], "/Users/ada/.gom/bin", "{}", mode.0);
        }
        assert!(!needs_setup(&facts, Shell::Zsh));
    }

    // K13.8
    #[test]
    fn a_login_bash_reads_one_file_of_its_own_and_the_files_that_it_sources() {
        let guard =
            "case $- in\n    *i*) ;;\n      *) return;;\nesac\neval \"$(\"$HOME/.gom/bin/gom\" init bash)\"";
        let facts = mac(&[
            ("/Users/ada/.bashrc", guard),
            (
                "/Users/ada/.profile",
                "if [ -f \"$HOME/.bashrc\" ]; then\n\t. \"$HOME/.bashrc\"\nfi\nPATH=\"/own:$PATH\"",
            ),
        ]);
        let path = |mode: usize| path_in_mode(&facts, BASH_MODES[mode])[..2].join(":");
        assert_eq!(path(0), "/Users/ada/.gom/bin:/usr/bin", "bash -ic");
        assert_eq!(path(1), "/own:/usr/bin", "bash -lc");
        assert_eq!(path(2), "/own:/Users/ada/.gom/bin", "bash -lic");
        // If a .bash_profile exists, bash does not read .profile.
        let hidden =
            mac(&[("/Users/ada/.bash_profile", "umask 022"), ("/Users/ada/.profile", "PATH=/own:$PATH")]);
        assert_eq!(path_in_mode(&hidden, BASH_MODES[1])[0], "/usr/bin");
    }

    /// K6.6
    #[test]
    fn a_tilde_in_double_quotes_is_replaced() {
        let after = |text: &str| {
            let (old, new) = quoted_tilde(FileLine { file: "f", number: 1, text })?;
            Some(text.replacen(&old, &new, 1))
        };
        for (line, better) in [
            ("export PATH=\"~/go/bin:$PATH\"", Some("export PATH=\"$HOME/go/bin:$PATH\"")),
            ("PATH=\"$PATH:~/bin\"", Some("PATH=\"$PATH:$HOME/bin\"")),
            ("export PATH=~/go/bin:$PATH", None),
            ("alias x=\"~/bin/x\"", None),
        ] {
            assert_eq!(after(line).as_deref(), better, "{line}");
        }
    }

    #[test]
    fn a_variable_is_assigned_in_many_ways() {
        let assigned = |text| assigns(FileLine { file: "f", number: 1, text }, "GOROOT");
        for text in ["GOROOT=/x", "export GOROOT=/x", "  export  GOROOT=", "set -gx GOROOT /x"] {
            assert!(assigned(text), "{text}");
        }
        for text in ["GOROOT_BOOTSTRAP=/x", "echo GOROOT=", "unset GOROOT"] {
            assert!(!assigned(text), "{text}");
        }
    }
}
