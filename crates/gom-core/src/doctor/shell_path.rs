//! What start-up files make of PATH, read from their lines: no shell is run. Only the lines that people and
//! installers write are understood; a line with other variables or commands in it changes nothing here.
//!
//! The order of the files is zsh's (man zsh, STARTUP/SHUTDOWN FILES), and of `path_helper` that of macOS.

use super::facts::{FileKind, HostFacts};
use super::finding::Edit;
use super::lookup::Line;

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

/// Those of the machine.
pub(super) const OF_SYSTEM: &[&str] = &[
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

/// What a process gets before any start-up file.
const AT_START: &[&str] = &["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/// How zsh is started, and which of its files it then reads.
pub(super) const ZSH_MODES: &[(&str, &[&str])] = &[
    ("zsh -c", &[".zshenv"]),
    ("zsh -ic", &[".zshenv", ".zshrc"]),
    ("zsh -lc", &[".zshenv", LOGIN, ".zprofile"]),
    ("zsh -lic", &[".zshenv", LOGIN, ".zprofile", ".zshrc"]),
];

/// Stands for `/etc/zprofile`, which runs `path_helper` on macOS.
const LOGIN: &str = "path_helper";

/// Where the user's start-up files would be.
pub(super) fn all_user_files(facts: &HostFacts) -> impl Iterator<Item = String> {
    OF_USER.iter().map(|name| start_up_file(facts, name))
}

/// Those that are there.
fn user_files(facts: &HostFacts) -> Vec<&str> {
    all_user_files(facts).filter_map(|path| Some(facts.files.get_key_value(&path)?.0.as_str())).collect()
}

/// Every line of the user's start-up files that is no comment.
pub(super) fn user_lines(facts: &HostFacts) -> impl Iterator<Item = Line<'_>> {
    user_files(facts).into_iter().flat_map(|file| facts.lines(file)).filter(|line| !is_comment(*line))
}

/// Every line of the machine's start-up files that is no comment.
pub(super) fn system_lines(facts: &HostFacts) -> impl Iterator<Item = Line<'_>> {
    let of_profile_d = facts.below("/etc/profile.d").map(|(path, _)| path);
    let files = OF_SYSTEM.iter().copied().chain(of_profile_d);
    files.flat_map(|file| facts.lines(file)).filter(|line| !is_comment(*line))
}

/// `ZDOTDIR` moves zsh's own files.
fn start_up_file(facts: &HostFacts, name: &str) -> String {
    let folder = facts.var("ZDOTDIR").filter(|_| name.starts_with(".z")).unwrap_or(&facts.home);
    format!("{folder}/{name}")
}

fn is_comment(line: Line<'_>) -> bool {
    line.text.trim_start().starts_with('#')
}

/// The lines that assign this variable, in any shell.
pub(super) fn assigns(line: Line<'_>, variable: &str) -> bool {
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

/// The line for the user's start-up file that puts gom's folder first.
pub(super) fn init_line(facts: &HostFacts) -> String {
    let bin = facts.gom_bin();
    let gom = match bin.strip_prefix(&format!("{}/", facts.home)) {
        Some(below) => format!("\"$HOME/{below}/gom\""),
        None => format!("'{bin}/gom'"),
    };
    match facts.shell.as_str() {
        "fish" => format!("{gom} init fish | source"),
        "zsh" => format!("eval \"$({gom} init zsh)\""),
        _ => format!("eval \"$({gom} init bash)\""),
    }
}

/// What puts gom's folder first in every new shell: a last line in the files that do not have it last.
///
/// zsh on macOS needs two: login shells that are not interactive read no `.zshrc`, and terminals that are no
/// login shells no `.zprofile`.
pub(super) fn init_edits(facts: &HostFacts) -> Vec<Edit> {
    let names: &[&str] = match (facts.shell.as_str(), facts.is_macos()) {
        ("zsh", true) => &[".zprofile", ".zshrc"],
        ("zsh", false) => &[".zshrc"],
        ("bash", true) => &[".bash_profile"],
        ("bash", false) => &[".bashrc"],
        ("fish", _) => &[".config/fish/config.fish"],
        _ => &[],
    };
    let files = names.iter().map(|name| start_up_file(facts, name));
    let is_last = |file: &String| {
        let changes = facts.lines(file).filter(|line| !is_comment(*line) && changes_path(*line));
        changes.last().is_some_and(is_gom_init)
    };
    let append = |file| Edit::Append { file, text: init_line(facts) };
    files.filter(|file| !is_last(file)).map(append).collect()
}

/// Whether a line runs `gom init`.
pub(super) fn is_gom_init(line: Line<'_>) -> bool {
    let words = line.text.replace(['"', '\''], "");
    words.contains("gom init ")
}

fn changes_path(line: Line<'_>) -> bool {
    const CHANGES: &[&str] = &["PATH", "path", "source ", ". ", "eval ", "gom init"];
    CHANGES.iter().any(|word| line.text.contains(word))
}

/// PATH as zsh has it when it is started in this mode.
pub(super) fn zsh_path(facts: &HostFacts, files: &[&str]) -> Vec<String> {
    let mut path: Vec<String> = AT_START.iter().map(ToString::to_string).collect();
    for name in files {
        if *name == LOGIN {
            // Elsewhere there are no such files, and nothing changes.
            path = after_path_helper(facts, path);
            continue;
        }
        let file = start_up_file(facts, name);
        for line in facts.lines(&file).filter(|line| !is_comment(*line)) {
            apply(facts, line, &mut path);
        }
    }
    path
}

/// The first `go` on such a PATH.
pub(super) fn first_go(facts: &HostFacts, path: &[String]) -> Option<String> {
    path.iter()
        .map(|folder| format!("{folder}/go"))
        .find(|go| facts.file(go).is_some_and(|file| file.kind == FileKind::File && file.is_executable))
}

/// `path_helper` puts what the machine's files name in front of what is there.
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

fn apply(facts: &HostFacts, line: Line<'_>, path: &mut Vec<String>) {
    if is_gom_init(line) {
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
        // Another variable: what it holds is not known here.
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
    use crate::doctor::facts::FileFacts;

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
    fn path_helper_demotes_what_zshenv_put_first() {
        let facts = mac(&[
            ("/etc/paths", "/usr/local/bin\n/usr/bin\n/bin"),
            ("/etc/paths.d/go", "/usr/local/go/bin"),
            ("/Users/ada/.zshenv", "eval \"$(\"$HOME/.gom/bin/gom\" init zsh)\""),
        ]);
        let first = |mode: usize| zsh_path(&facts, ZSH_MODES[mode].1)[0].clone();
        assert_eq!(first(0), "/Users/ada/.gom/bin");
        assert_eq!(first(2), "/usr/local/bin");
        assert!(zsh_path(&facts, ZSH_MODES[2].1).ends_with(&["/usr/sbin".to_owned(), "/sbin".to_owned()]));
    }

    #[test]
    fn lines_that_assign_path_are_read_as_a_shell_reads_them() {
        let facts = mac(&[(
            "/Users/ada/.zshrc",
            "# export PATH=/no:$PATH\nexport PATH=\"$HOME/go/bin:~/x:${PATH}:/back\" # why\nPATH=$FOO/bin:$PATH",
        )]);
        let path = zsh_path(&facts, ZSH_MODES[1].1);
        assert_eq!(path[..3], ["/Users/ada/go/bin", "/Users/ada/x", "/usr/bin"]);
        assert_eq!(path.last().unwrap(), "/back");
    }

    #[test]
    fn the_line_goes_only_where_it_is_not_the_last_word_on_path() {
        let line = "eval \"$(\"$HOME/.gom/bin/gom\" init zsh)\"";
        let after = format!("{line}\nexport PATH=/x:$PATH");
        let facts = mac(&[("/Users/ada/.zshrc", &after), ("/Users/ada/.zprofile", line)]);
        let append = Edit::Append { file: "/Users/ada/.zshrc".to_owned(), text: line.to_owned() };
        assert_eq!(init_edits(&facts), [append]);
    }

    #[test]
    fn a_variable_is_assigned_in_many_ways() {
        let assigned = |text| assigns(Line { file: "f", number: 1, text }, "GOROOT");
        for text in ["GOROOT=/x", "export GOROOT=/x", "  export  GOROOT=", "set -gx GOROOT /x"] {
            assert!(assigned(text), "{text}");
        }
        for text in ["GOROOT_BOOTSTRAP=/x", "echo GOROOT=", "unset GOROOT"] {
            assert!(!assigned(text), "{text}");
        }
    }
}
