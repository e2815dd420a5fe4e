//! `gom completions`: prints a completion script for a shell.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, Resettable};
use clap::{Arg, Args, Command, CommandFactory, ValueHint};
use clap_complete::Shell;
use gom_select::platform::KNOWN;

use crate::app::App;
use crate::cli::Cli;

/// Print a completion script
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom completions bash > ~/.local/share/bash-completion/completions/gom
  gom completions zsh > ~/.zfunc/_gom
  gom completions fish > ~/.config/fish/completions/gom.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command_line(), "gom", &mut script);
    if arguments.shell == Shell::Fish {
        script.extend(more_for_fish(&command_line()).into_bytes());
    }
    app.output.data(String::from_utf8_lossy(&script).trim_end());
    ExitCode::SUCCESS
}

/// More lines for fish. It offers files if it knows nothing else, and `clap_complete` does not describe
/// arguments without a name to it. Options that take a file keep offering files.
fn more_for_fish(command_line: &Command) -> String {
    let no_files = "complete -c gom -f\ncomplete -c gom -n \"__fish_gom_using_subcommand exec\" -F\n";
    let of_verb = |verb: &Command| {
        let values = verb.get_positionals().flat_map(Arg::get_possible_values);
        let values: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        let (name, values) = (verb.get_name(), values.join(" "));
        (!values.is_empty())
            .then(|| format!("complete -c gom -n \"__fish_gom_using_subcommand {name}\" -a \"{values}\"\n"))
    };
    let values: String = command_line.get_subcommands().filter_map(of_verb).collect();
    format!("{no_files}{values}")
}

/// The command line for completions: without hidden verbs, and with the values that arguments take.
fn command_line() -> Command {
    let all = Cli::command();
    let verbs = all.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned().map(offered);
    Command::new("gom")
        .disable_help_subcommand(true)
        .version(env!("CARGO_PKG_VERSION"))
        .args(all.get_arguments().cloned().map(with_values))
        .subcommands(verbs.collect::<Vec<_>>())
}

/// Makes aliases visible: the scripts know only visible ones, and after any other alias they would offer all
/// verbs again.
fn offered(verb: Command) -> Command {
    let verb = without_hidden(verb);
    let aliases: Vec<String> = verb.get_all_aliases().map(str::to_owned).collect();
    verb.alias(Resettable::Reset).visible_aliases(aliases).mut_args(with_values).mut_subcommands(offered)
}

/// Makes a verb again without its hidden verbs, which the scripts would offer.
fn without_hidden(verb: Command) -> Command {
    let (hidden, visible): (Vec<&Command>, Vec<&Command>) =
        verb.get_subcommands().partition(|one| one.is_hide_set());
    if hidden.is_empty() {
        return verb;
    }
    Command::new(verb.get_name().to_owned())
        .about(verb.get_about().cloned().unwrap_or_default())
        .args(verb.get_arguments().cloned())
        .subcommands(visible.into_iter().cloned().collect::<Vec<_>>())
}

/// Makes an argument complete its values or nothing, and files only if it takes one.
fn with_values(argument: Arg) -> Arg {
    if !argument.get_action().takes_values() || !argument.get_possible_values().is_empty() {
        return argument;
    }
    let names = argument.get_value_names().unwrap_or_default();
    let name = names.first().map(ToString::to_string).unwrap_or_default();
    let sorted = |names: fn(&(&'static str, &'static str)) -> &'static str| {
        let names: BTreeSet<&str> = KNOWN.iter().map(names).collect();
        PossibleValuesParser::new(names)
    };
    match name.as_str() {
        "OS" => argument.value_parser(sorted(|(os, _)| os)),
        "ARCH" => argument.value_parser(sorted(|(_, arch)| arch)),
        "SOURCE" => argument.value_parser(["go.dev", "mirror", "proxy"]),
        "VERB" => {
            let verbs = Cli::command();
            let names = verbs.get_subcommands().filter(|verb| !verb.is_hide_set()).map(Command::get_name);
            argument.value_parser(PossibleValuesParser::new(names.map(str::to_owned)))
        }
        "PROGRAM] [SPEC" => argument.value_parser(["go", "gofmt"]),
        "FILE" => argument.value_hint(ValueHint::FilePath),
        "DIR" => argument.value_hint(ValueHint::DirPath),
        // The command is another program's.
        "SPEC> <CMD" | "CMD" | "BUILD" => argument,
        _ => argument.value_hint(ValueHint::Other),
    }
}
