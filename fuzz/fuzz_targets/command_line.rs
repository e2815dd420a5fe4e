//! A command line: the name on the first line, then one argument a line, of any bytes.
//!
//! Owns: the check that only a `+SPEC` is kept from the toolchain's program, that `-C` is obeyed only
//! where it can be Go's, and that reading never panics.
#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use gom_select::select::command_line::{ByHand, CommandLine};
use gom_select::spec::PlatformSpec;
use libfuzzer_sys::fuzz_target;

const CWD: &str = "/home/gopher/src";

fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|byte| *byte == b'\n');
    let Ok(name) = str::from_utf8(lines.next().unwrap_or_default()) else { return };
    let arguments: Vec<OsString> = lines.map(|line| OsString::from_vec(line.to_vec())).collect();
    let command = CommandLine { name, arguments: &arguments };
    all_but_a_plus_is_passed_on(&command);
    by_hand_agrees_with_the_words(&command);
    directory_is_what_a_flag_says(&command);
    only_env_stays(&command);
});

fn all_but_a_plus_is_passed_on(command: &CommandLine<'_>) {
    let plus = command.arguments.first().filter(|first| first.as_encoded_bytes().starts_with(b"+"));
    let kept_back = usize::from(command.name == "go" && plus.is_some());
    assert_eq!(command.passed_on(), &command.arguments[kept_back..]);
}

fn by_hand_agrees_with_the_words(command: &CommandLine<'_>) {
    let kept_back = command.arguments.len() - command.passed_on().len();
    let words = command.arguments.first().and_then(|first| first.to_str()).unwrap_or_default();
    match command.by_hand() {
        None => assert!(command.name != "go" || kept_back == 0 || words.is_empty()),
        Some(ByHand::Name(version)) => {
            assert!(command.name != "go" && !command.name.contains('/'));
            assert!(command.name.starts_with(&format!("go{version}")));
        }
        Some(ByHand::Plus { request, text, keeps_floor }) => {
            let auto = if keeps_floor { "+auto" } else { "" };
            assert_eq!(words, format!("+{text}{auto}"));
            assert_eq!(PlatformSpec::parse(&text), Ok(request));
            assert_eq!(kept_back, 1);
        }
        Some(ByHand::Unknown { text, keeps_floor }) => {
            assert_eq!(words, if keeps_floor { format!("+{text}+auto") } else { format!("+{text}") });
            assert!(PlatformSpec::parse(&text).is_err());
            assert_eq!(kept_back, 1);
        }
    }
}

/// The flag stands after at most two words, and none of those is itself a flag.
fn directory_is_what_a_flag_says(command: &CommandLine<'_>) {
    let Some(found) = command.directory(Path::new(CWD)) else { return };
    assert_ne!(command.name, "gofmt");
    let arguments = command.passed_on();
    let is_flag = |argument: &OsString| argument.as_encoded_bytes().starts_with(b"-");
    let at = arguments.iter().position(is_flag);
    assert!(at.is_some_and(|at| at <= 2), "{arguments:?}");
    let rest = &arguments[at.unwrap_or_default()..];
    assert_eq!(found, Path::new(CWD).join(named_by(rest)), "{arguments:?}");
}

/// Go's exceptions are all of `go env`, where a `-C dir` before it does not count.
fn only_env_stays(command: &CommandLine<'_>) {
    if !command.stays() {
        return;
    }
    let arguments = command.passed_on();
    let at = match arguments[0].as_encoded_bytes() {
        b"-C" | b"--C" => 2,
        flag if flag.starts_with(b"-") => 1,
        _ => 0,
    };
    assert_eq!(arguments[at], "env", "{arguments:?}");
}

/// The folder named by the flag that `rest` starts with.
fn named_by(rest: &[OsString]) -> PathBuf {
    let flag = rest[0].as_encoded_bytes();
    if let Some(dir) = flag.strip_prefix(b"-C=").or_else(|| flag.strip_prefix(b"--C=")) {
        return OsString::from_vec(dir.to_vec()).into();
    }
    assert!(matches!(flag, b"-C" | b"--C"), "{rest:?}");
    PathBuf::from(&rest[1])
}
