//! The guides about other managers, followed by a test: each command of gom in them runs in a home as that manager leaves
//! it, in the order of the guide, and ends as the guide says.

mod guide;
mod homes;

use std::fs;

use guide::{Action, Step, exit_code, mentioned, steps, text};
use homes::Home;

/// The commands of other managers and of the system in the guides, and a script that does to the home what each does.
const OF_OTHERS: &[(&str, &str)] = &[
    ("asdf plugin remove golang", "rm -rf ~/.asdf/installs/golang ~/.asdf/plugins/golang ~/.asdf/shims/go"),
    ("brew uninstall go", ""),
    ("mise unuse -g go", "sed -i.old '/^go/d' ~/.config/mise/config.toml"),
    ("mise uninstall --all go", "rm -rf ~/.local/share/mise/installs/go"),
    ("proto uninstall go", "rm -rf ~/.proto/tools/go; sed -i.old '/^go/d' ~/.proto/.prototools"),
    // There may be one on the machine that runs the tests.
    ("sudo rm -rf /usr/local/go", ""),
    ("vfox remove golang", "rm -rf ~/.version-fox/cache/golang"),
    ("vfox unuse -g golang", "sed -i.old '/^go/d' ~/.version-fox/.vfox.toml"),
];

/// The guides that are followed: all in which gom takes over.
const GUIDES: [&str; 11] =
    ["asdf", "g", "go-toolchains", "gobrew", "goenv", "goup", "gvm", "homebrew", "mise", "proto", "vfox"];

/// Commands outside the examples that end with another code than 0 after the guide.
const ENDS_WITH: &[(&str, i32)] = &[("gom outdated", 10)];

/// Options that answer a question, because a test has no terminal.
fn answered(command: &str) -> String {
    let asks = ["gom takeover", "gom import", "gom doctor --fix", "gom prune"];
    let is_asking = asks.iter().any(|verb| command.starts_with(verb)) && !command.contains("--dry-run");
    if is_asking { format!("{command} --yes") } else { command.to_owned() }
}

/// Does what a guide says. Each of `instead` is a part of a command, comment or line in the guide, and what another program
/// of the same name needs there.
fn follow(name: &str, home: &Home, instead: &[(&str, &str)]) {
    assert!(GUIDES.contains(&name), "{name}");
    let text = text(&format!("{name}.md"));
    let replaced =
        |text: &str| instead.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
    let steps = steps(&text);
    let own = home.world.store().join("bin/go").display().to_string();
    let first = home.run("type -P go", true);
    assert!(first.code == Some(0) && first.stdout.trim() != own, "{name}: no other go is set up\n{first}");
    assert!(
        matches!(&steps.last().unwrap().what, Action::Run { command, .. } if command == "go version"),
        "{name}"
    );
    for Step { what, in_new_terminal } in &steps {
        match what {
            Action::Delete(line) => home.delete(&replaced(line)),
            Action::Run { command, comment } => {
                run(name, home, &replaced(command), &replaced(comment), *in_new_terminal);
            }
        }
    }
    let first = home.run("type -P go", true);
    assert_eq!(first.stdout.trim(), own, "{name}: another go comes first\n{first}");
    // These guides have the reader install what was compiled here.
    if !matches!(name, "gvm" | "homebrew") {
        assert_eq!(home.world.fetched(), 0, "{name} promises that nothing is downloaded");
    }
    for command in mentioned(&text) {
        let output = home.run(&answered(&command), true);
        let expected = ENDS_WITH.iter().find(|(known, _)| *known == command).map_or(0, |(_, code)| *code);
        assert_eq!(output.code, Some(expected), "{name}: `{command}`\n{output}");
    }
}

fn run(name: &str, home: &Home, command: &str, comment: &str, in_new_terminal: bool) {
    let program = command.split(' ').next().unwrap();
    let is_own = matches!(program, "gom" | "go" | "go1.25.9");
    let is_plain = matches!(program, "ls" | "chmod" | "rm") && command.contains(" ~/");
    let script = if is_own || is_plain {
        answered(command)
    } else {
        let known = OF_OTHERS.iter().find(|(known, _)| *known == command);
        let known = known
            .unwrap_or_else(|| panic!("{name}: `{command}` is not gom's: say in OF_OTHERS what it does"));
        known.1.to_owned()
    };
    let output = home.run(&script, in_new_terminal);
    assert_eq!(output.code, Some(exit_code(comment)), "{name}: `{command}`\n{output}");
    if command == "go version" {
        assert!(comment.starts_with("go1."), "{name} does not say which version runs");
        assert!(output.stdout.contains(&format!("{comment} ")), "{name}: {comment}\n{output}");
    }
}

#[test]
fn each_guide_about_another_manager_is_followed() {
    let names = fs::read_dir(guide::file("")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap()).filter(|name| !name.contains(".zh-CN."));
    let mut moving: Vec<String> = names
        .filter(|name| text(name).contains("gom takeover"))
        .map(|name| name.trim_end_matches(".md").to_owned())
        .collect();
    moving.sort();
    assert_eq!(moving, GUIDES);
}

/// Follows a guide in a home, and checks what is left of it at the end.
#[track_caller]
fn leaves(name: &str, home: &Home, gone: &[&str], kept: &[&str]) {
    follow(name, home, &[]);
    for place in gone {
        assert!(!home.has(place), "{name}: {place} is still there");
    }
    for place in kept {
        assert!(home.has(place), "{name}: {place} is gone");
    }
}

#[test]
fn from_goenv() {
    leaves("goenv", &homes::goenv(), &[".goenv"], &[]);
}

#[test]
fn from_gvm() {
    leaves("gvm", &homes::gvm(), &[".gvm"], &[]);
}

#[test]
fn from_asdf() {
    leaves("asdf", &homes::asdf(), &[".asdf/installs/golang", ".asdf/plugins/golang"], &[".tool-versions"]);
}

#[test]
fn from_mise() {
    leaves("mise", &homes::mise(), &[".local/share/mise/installs/go"], &[".local/bin/mise"]);
}

#[test]
fn from_both_programs_called_g() {
    leaves("g", &homes::g(), &[".g"], &[]);
    let other = homes::g_of_stefanmaric();
    follow(
        "g",
        &other,
        &[(homes::G_LINE, homes::G_LINE_OF_STEFANMARIC), ("rm -rf ~/.g", "rm -rf ~/.go ~/go/bin/go")],
    );
}

#[test]
fn from_both_programs_called_goup() {
    leaves("goup", &homes::goup(), &[".goup"], &[]);
    let other = homes::goup_of_owenthereal();
    let line = "source \"$HOME/.go/env\"";
    assert!(text("goup.md").contains(&format!("`{line}`")));
    // It sets no GOROOT.
    let rest = [("exit code 1: goup's lines still set GOROOT", ""), ("rm -rf ~/.goup", "rm -rf ~/.go")];
    follow("goup", &other, &[&[(". \"$HOME/.goup/env\"", line)], &rest[..]].concat());
}

#[test]
fn from_gobrew() {
    leaves("gobrew", &homes::gobrew(), &[".gobrew"], &[]);
}

#[test]
fn from_proto() {
    leaves("proto", &homes::proto(), &[".proto/tools/go"], &[".proto/.prototools"]);
}

#[test]
fn from_vfox() {
    leaves("vfox", &homes::vfox(), &[".version-fox/cache/golang"], &[".local/bin/vfox"]);
}

#[test]
fn from_homebrew() {
    leaves("homebrew", &homes::homebrew(), &[], &[]);
}

#[test]
fn from_the_toolchains_of_go_itself() {
    let cache = "go/pkg/mod/golang.org";
    leaves(
        "go-toolchains",
        &homes::go_toolchains(),
        &["sdk/go1.26.6", "sdk/go1.25.9", "go/bin/go1.25.9"],
        &[cache],
    );
}
