//! `gom completions`: what bash, zsh and fish offer with the scripts that gom prints, asked of the real shells.
//! A person's Tab is in `completions_by_tab`.
//!
//! A shell that is not on this machine is said to be skipped; .ci/tools.sh installs all three.

use gom_tests::World;
use std::io::Write;
use std::path::{Path, PathBuf};

const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

/// Calls the function that the script has registered, as readline does.
const BASH: &str = r#"
source ./gom.bash
compopt() { :; }
COMP_WORDS=($LINE)
[[ $LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_gom gom "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

/// The editor's own completion, asked when it is ready; what it would offer is written down instead.
const ZSHRC: &str = r#"
PS1= PROMPT_EOL_MARK=
fpath=($PWD $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-[OAD]\ * ]]; then builtin compadd "$@"; return; fi
  local -a offered
  builtin compadd -O offered "$@"
  print -rl -- $offered >>offered
  builtin compadd "$@"
}
zle-line-init() {
  BUFFER=$LINE CURSOR=$#LINE
  zle complete-word
  exit
}
zle -N zle-line-init
"#;

struct Shells {
    world: World,
    found: Vec<(&'static str, PathBuf)>,
}

impl Shells {
    fn new() -> Shells {
        Shells::of(World::publishing(&[]))
    }

    fn of(world: World) -> Shells {
        let mut found = Vec::new();
        for name in SHELLS {
            let places = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];
            match places.iter().map(|folder| Path::new(folder).join(name)).find(|program| program.exists()) {
                Some(program) => found.push((name, program)),
                None => {
                    let _ = writeln!(std::io::stderr(), "skipped: no {name} here");
                }
            }
        }
        for (name, file) in [("bash", "gom.bash"), ("zsh", "_gom"), ("fish", "gom.fish")] {
            world.write(file, world.done(["completions", name]).stdout);
        }
        world.write("bash.sh", BASH);
        world.write(".zshrc", ZSHRC);
        world.write("a-file", "");
        Shells { world, found }
    }

    /// What each shell offers at the end of the line, sorted.
    fn offered(&self, line: &str) -> Vec<(&'static str, Vec<String>)> {
        self.found.iter().map(|(name, program)| (*name, self.by(name, program, line))).collect()
    }

    fn by(&self, name: &str, program: &Path, line: &str) -> Vec<String> {
        let path = format!("{}:/usr/bin:/bin", self.world.store().join("bin").display());
        let run = match name {
            "bash" => self.world.command(program, ["--norc", "./bash.sh"]),
            "fish" => {
                let script = "source ./gom.fish; complete --do-complete $LINE";
                self.world.command(program, ["--no-config", "-c", script])
            }
            _ => {
                let _ = std::fs::remove_file(self.world.work().join("offered"));
                let command = format!("{} -d -i", program.display());
                let arguments = if cfg!(target_os = "macos") {
                    ["-q", "/dev/null", "sh", "-c", &command].map(str::to_owned).to_vec()
                } else {
                    ["-qec", &command, "/dev/null"].map(str::to_owned).to_vec()
                };
                self.world.command("/usr/bin/script", arguments).env("ZDOTDIR", self.world.work())
            }
        };
        let output =
            run.env("PATH", path).env("LINE", line).env("TERM", "xterm").env("SHELL", "/bin/sh").run();
        let text = match name {
            "zsh" => std::fs::read_to_string(self.world.work().join("offered")).unwrap_or_default(),
            _ => output.stdout.clone(),
        };
        // fish explains behind a tab, zsh behind a colon.
        let word = |line: &str| line.split(['\t', ':']).next().unwrap_or_default().trim().to_owned();
        let mut words: Vec<String> = text.lines().map(word).filter(|word| !word.is_empty()).collect();
        words.sort();
        words.dedup();
        words
    }
}

// K9.4
#[test]
fn the_verbs_are_offered_and_no_hidden_one() {
    for (shell, offered) in Shells::new().offered("gom ") {
        for verb in ["install", "list-remote", "ci", "help"] {
            assert!(offered.iter().any(|word| word == verb), "{shell} does not offer {verb}: {offered:?}");
        }
        for hidden in ["provide", "a-file"] {
            assert!(!offered.iter().any(|word| word == hidden), "{shell} offers {hidden}: {offered:?}");
        }
    }
    for (shell, offered) in Shells::new().offered("gom self ") {
        for verb in ["update", "uninstall"] {
            assert!(offered.iter().any(|word| word == verb), "{shell} does not offer {verb}: {offered:?}");
        }
        for hidden in ["init", "provide", "exec"] {
            assert!(!offered.iter().any(|word| word == hidden), "{shell} offers {hidden}: {offered:?}");
        }
    }
}

// K9.4
#[test]
fn behind_an_alias_is_what_its_verb_has() {
    let shells = Shells::new();
    for (alias, verb) in
        [("ls", "list"), ("rm", "uninstall"), ("global", "use"), ("ls-remote", "list-remote")]
    {
        let of_alias = shells.offered(&format!("gom {alias} --"));
        assert_eq!(of_alias, shells.offered(&format!("gom {verb} --")), "{alias}");
        for (shell, offered) in of_alias {
            assert!(offered.iter().any(|word| word == "--json"), "{shell}, {alias}: {offered:?}");
        }
        for (shell, offered) in shells.offered(&format!("gom {alias} ")) {
            assert!(!offered.iter().any(|word| word == "install"), "{shell}, {alias}: {offered:?}");
        }
    }
}

// K9.4
#[test]
fn values_are_offered_and_files_only_where_one_is_taken() {
    let shells = Shells::new();
    for (line, expected) in [
        ("gom install --os d", vec!["darwin", "dragonfly"]),
        ("gom install --arch arm", vec!["arm", "arm64"]),
        ("gom list-remote --os win", vec!["windows"]),
        ("gom ci setup --toolchain a", vec!["auto"]),
        ("gom completions z", vec!["zsh"]),
        ("gom help unin", vec!["uninstall"]),
        ("gom doctor --facts a-f", vec!["a-file"]),
        ("gom use a-f", vec![]),
        ("gom doctor --only a-f", vec![]),
    ] {
        for (shell, offered) in shells.offered(line) {
            // bash gives back what has been typed where there is nothing to offer.
            let offered: Vec<String> = offered
                .into_iter()
                .filter(|word| !line.ends_with(word.as_str()) || expected.contains(&word.as_str()))
                .collect();
            assert_eq!(offered, expected, "{shell}: {line}");
        }
    }
}

#[test]
fn installed_and_published_versions_are_offered_where_they_are_taken() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.write(".tool-versions", "golang 1.97.5 1.98.1\n");
    let shells = Shells::of(world);
    for (line, expected) in [
        ("gom uninstall ", vec!["1.98.1", "1.99.2"]),
        ("gom rm 1.98", vec!["1.98.1"]),
        ("gom verify 1.9", vec!["1.98.1", "1.99.2"]),
        ("gom exec 1.99", vec!["1.99", "1.99.2"]),
        ("gom each 1.98.1 1.99.", vec!["1.99.2"]),
        ("gom each sy", vec!["system"]),
        ("gom bisect --good 1.98.1 --bad 1.99.", vec!["1.99.2"]),
        ("gom install 1.99.", vec!["1.99.2"]),
        ("gom install 1.98", vec!["1.98", "1.98.1"]),
        // A pin and its fallback, whatever is known of it.
        ("gom use 1.97", vec!["1.97.5"]),
        ("gom use sy", vec!["system"]),
        ("gom list-remote old", vec!["oldstable"]),
        ("gom uninstall 1.27", vec![]),
        ("gom install sy", vec![]),
    ] {
        for (shell, offered) in shells.offered(line) {
            let typed = line.rsplit(' ').next().unwrap_or_default();
            let is_echo = |word: &String| word == typed && !expected.contains(&word.as_str());
            let offered: Vec<String> = offered.into_iter().filter(|word| !is_echo(word)).collect();
            assert_eq!(offered, expected, "{shell}: {line}");
        }
    }
}

/// All releases at once would hide the lines.
#[test]
fn patches_are_offered_when_their_line_is_typed() {
    for (shell, offered) in Shells::of(World::with(&["1.99.2"])).offered("gom install ") {
        assert!(offered.len() < 60, "{shell}: {} values", offered.len());
        for value in ["latest", "oldstable", "1.27", "1.99", "1.99.2"] {
            assert!(offered.iter().any(|word| word == value), "{shell} does not offer {value}: {offered:?}");
        }
        assert!(!offered.iter().any(|word| word == "1.27.0" || word == "--force"), "{shell}: {offered:?}");
    }
}
