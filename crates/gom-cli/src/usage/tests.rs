//! Tests of the messages for arguments that gom does not accept: the kinds of clap's errors, and the guesses.

use clap::Parser;

use super::*;
use crate::cli::Cli;

/// The failure of a command line, which is split at blanks.
fn refused(line: &str) -> Failure {
    let arguments: Vec<OsString> = line.split(' ').skip(1).map(OsString::from).collect();
    let words = std::iter::once(OsString::from("gom")).chain(arguments.iter().cloned());
    match Cli::try_parse_from(words) {
        Ok(_) => panic!("{line} is taken"),
        Err(error) => with_guess(failure(&error, &arguments), &arguments),
    }
}

fn typos(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut typos = Vec::new();
    for at in 0..letters.len() {
        let (mut dropped, mut doubled, mut swapped) = (letters.clone(), letters.clone(), letters.clone());
        dropped.remove(at);
        doubled.insert(at, letters[at]);
        swapped.swap(at, (at + 1).min(letters.len() - 1));
        typos.extend([dropped, doubled, swapped].map(|letters| letters.into_iter().collect::<String>()));
    }
    typos.retain(|typo| typo != word && !typo.is_empty());
    typos
}

// K9.3
#[test]
fn every_typo_of_a_verb_gives_the_verb() {
    let mut root = cli::command();
    root.build();
    let of = |name: &str, command: &Command| {
        let names: Vec<String> = command
            .get_subcommands()
            .filter(|one| !one.is_hide_set() && one.get_name() != "help")
            .map(|one| one.get_name().to_owned())
            .collect();
        for verb in &names {
            for typo in typos(verb).into_iter().filter(|typo| command.find_subcommand(typo).is_none()) {
                let failure = refused(&format!("{name} {typo}"));
                assert_eq!(failure.guess.as_ref(), Some(verb), "{name} {typo}: {}", failure.hint);
                assert_eq!(failure.hint, format!("did you mean `{name} {verb}`?"));
            }
        }
        names.len()
    };
    let ci = root.find_subcommand("ci").unwrap();
    let counts =
        [of("gom", &root), of("gom ci", ci), of("gom ci cache", ci.find_subcommand("cache").unwrap())];
    assert!(counts[0] > 20 && counts[1..] == [2, 4], "{counts:?}");
    of("gom doctor", root.find_subcommand("doctor").unwrap());
}

// K9.3
#[test]
fn every_typo_of_a_long_option_gives_the_option() {
    let mut root = cli::command();
    root.build();
    for verb in
        root.get_subcommands().filter(|verb| !verb.is_hide_set() && !["exec", "x"].contains(&verb.get_name()))
    {
        let options: Vec<&str> = verb.get_arguments().filter_map(Arg::get_long).collect();
        for option in &options {
            for typo in typos(option).into_iter().filter(|typo| !options.contains(&typo.as_str())) {
                // `---json` is not a typo of one letter.
                if typo.starts_with('-') {
                    continue;
                }
                let failure = refused(&format!("gom {} --{typo}", verb.get_name()));
                assert_eq!(failure.guess, Some(format!("--{option}")), "{} --{typo}", verb.get_name());
            }
        }
    }
}

// K9.3
#[test]
fn one_guess_with_the_whole_command() {
    for (line, hint) in [
        ("gom instal 1.22.6", "did you mean `gom install 1.22.6`?"),
        ("gom --offline instal >=1.21", "did you mean `gom --offline install '>=1.21'`?"),
        ("gom version", "did you mean `gom --version`?"),
        ("gom version-name", "did you mean `gom current --short`?"),
        ("gom use --latest", "did you mean `gom use latest`?"),
        ("gom install --forse 1.22.6", "did you mean `gom install --force 1.22.6`?"),
        ("gom verify --paht=/usr/local/go", "did you mean `gom verify --path=/usr/local/go`?"),
        ("gom completions bsh", "did you mean `gom completions bash`?"),
        ("gom ci stup", "did you mean `gom ci setup`?"),
        ("gom lss", "did you mean `gom list`?"),
        ("gom nothing-like-it", "run `gom --help` to see its commands"),
    ] {
        assert_eq!(refused(line).hint, hint, "{line}");
    }
}

// K9.3
#[test]
fn what_is_at_fault_is_in_the_message_and_the_value() {
    for (line, message, value) in [
        ("gom use --line", "`gom use` needs SPEC", "SPEC"),
        ("gom receipt", "`gom receipt` needs SPEC", "SPEC"),
        ("gom list -q -v", "`--quiet` can't be used with `--verbose`", "--quiet"),
        ("gom local 1.22 --unset", "`SPEC` can't be used with `--unset`", "SPEC"),
        ("gom list extra", "`gom list` takes no argument `extra`", "extra"),
        ("gom list --nothing", "`gom list` has no option `--nothing`", "--nothing"),
        ("gom doctor --only", "`--only` needs a value", "--only"),
        ("gom current --format html", "invalid value `html` for `--format`: docker", "html"),
        ("gom verify --version 1.22", "`gom verify` needs --path", "--path"),
        ("gom wat", "`gom` has no command `wat`", "wat"),
        ("gom install --json --json", "`--json` is given twice", "--json"),
    ] {
        let failure = refused(line);
        assert_eq!((failure.message.as_str(), failure.value.as_deref()), (message, Some(value)), "{line}");
        assert_eq!(failure.code(), 2);
    }
}

#[test]
fn a_missing_argument_is_shown_by_an_example() {
    let hint = "run `gom use 1.22.6`, or `gom use --help`";
    assert_eq!(refused("gom use --line").hint, hint);
    assert_eq!(missing("use", "SPEC").hint, hint);
    let hint = "run `gom uninstall 1.21.13`, or `gom uninstall --help`";
    assert_eq!(refused("gom uninstall --all").hint, hint);
    assert_eq!(missing("uninstall", "SPEC").hint, hint);
}
