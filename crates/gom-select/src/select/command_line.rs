//! What a command line tells about the toolchain before any flag is parsed: the name of the program, `+SPEC`
//! as the first argument of `go`, and `-C dir`, which moves the search for version files.

use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::spec::PlatformSpec;
use crate::tool_name::ToolName;
use crate::version::GoVersion;

/// A call of a program of a toolchain.
#[derive(Clone, Copy, Debug)]
pub struct CommandLine<'a> {
    /// The last element of the program's name: `go`, `gofmt`, `go1.22.6`.
    pub name: &'a str,
    /// Its arguments, without the name.
    pub arguments: &'a [OsString],
}

/// A toolchain named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByHand {
    /// `go1.22.6 ...`: the program's name.
    Name(GoVersion),
    /// `go +1.22 ...`
    Plus {
        /// The request.
        request: PlatformSpec,
        /// The text as written, without the plus.
        text: String,
        /// `+1.22+auto`: Go's own rules may ask for more.
        keeps_floor: bool,
    },
    /// `go '+>=1.21' ...`, or a text that is not a SPEC: the name of a linked toolchain, or
    /// left to gom itself, which knows ranges.
    Unknown {
        /// The text as written, without the plus and `+auto`.
        text: String,
        /// `+NAME+auto`: Go's own rules may ask for more.
        keeps_floor: bool,
    },
}

/// Go commands that have subcommands (`go help mod`, `go help work`).
const WITH_COMMANDS: [(&str, &[&str]); 2] = [
    ("mod", &["download", "edit", "graph", "init", "tidy", "vendor", "verify", "why"]),
    ("work", &["edit", "init", "sync", "use", "vendor"]),
];

/// The other commands (`go help`).
const COMMANDS: [&str; 17] = [
    "bug",
    "build",
    "clean",
    "doc",
    "env",
    "fix",
    "fmt",
    "generate",
    "get",
    "install",
    "list",
    "run",
    "telemetry",
    "test",
    "tool",
    "version",
    "vet",
];

impl<'a> CommandLine<'a> {
    /// Returns the toolchain that this command line names, if any.
    pub fn by_hand(&self) -> Option<ByHand> {
        if self.name != "go" {
            return GoVersion::from_toolchain_name(self.name).map(ByHand::Name);
        }
        let text = self.arguments.first()?.to_str()?.strip_prefix('+')?;
        let (spec, keeps_floor) = match text.strip_suffix("+auto") {
            Some(spec) => (spec, true),
            None => (text, false),
        };
        Some(match PlatformSpec::parse(spec) {
            Ok(request) => ByHand::Plus { request, text: spec.to_owned(), keeps_floor },
            Err(_) => ByHand::Unknown { text: spec.to_owned(), keeps_floor },
        })
    }

    /// Whether this is a go command, whose arguments may name a folder; not `gofmt`, and not a tool.
    fn is_go(&self) -> bool {
        self.tool().is_none() && self.name != "gofmt"
    }

    /// The tool that this is a call of, if it is called neither by a name of gom or Go nor by an odd one.
    pub fn tool(&self) -> Option<ToolName> {
        ToolName::parse(self.name).ok()
    }

    /// The arguments for the toolchain's program: all except a `+SPEC`.
    pub fn passed_on(&self) -> &'a [OsString] {
        let is_plus = |argument: &OsString| argument.as_encoded_bytes().starts_with(b"+");
        match self.arguments.first() {
            Some(first) if self.name == "go" && is_plus(first) => &self.arguments[1..],
            _ => self.arguments,
        }
    }

    /// Returns the folder that `-C dir` names, relative to `cwd`. It is not cleaned: the system resolves
    /// links and `..`. The go command obeys the flag only directly after the words of the command
    /// (cmd/go/main.go, `handleChdirFlag`).
    pub fn directory(&self, cwd: &Path) -> Option<PathBuf> {
        self.chdir().map(|chdir| cwd.join(chdir.dir))
    }

    /// Whether the go command leaves this command line to the toolchain that is there, so that it can show or
    /// fix its own settings (cmd/go/internal/toolchain/select.go). The go command removes `-C dir` first.
    pub fn stays(&self) -> bool {
        if !self.is_go() {
            return false;
        }
        let arguments = self.passed_on();
        let taken_out = self.chdir().map_or(0..0, |chdir| chdir.words);
        let words: Vec<&[u8]> = arguments
            .iter()
            .enumerate()
            .filter(|(index, _)| !taken_out.contains(index))
            .map(|(_, argument)| argument.as_encoded_bytes())
            .collect();
        match words.as_slice() {
            [b"env", b"GOTOOLCHAIN" | b"GOMOD" | b"GOWORK"] => true,
            [b"env", b"-w", setting] => setting.starts_with(b"GOTOOLCHAIN="),
            _ => false,
        }
    }

    fn chdir(&self) -> Option<Chdir<'a>> {
        use std::os::unix::ffi::OsStrExt;
        if !self.is_go() {
            return None;
        }
        let arguments = self.passed_on();
        let at = command_words(arguments);
        let flag = arguments.get(at)?.as_bytes();
        if matches!(flag, b"-C" | b"--C") {
            return Some(Chdir { words: at..at + 2, dir: arguments.get(at + 1)? });
        }
        let dir = flag.strip_prefix(b"-C=").or_else(|| flag.strip_prefix(b"--C="))?;
        Some(Chdir { words: at..at + 1, dir: OsStr::from_bytes(dir) })
    }
}

/// A `-C` flag that the go command obeys.
struct Chdir<'a> {
    /// The positions of its words among the arguments.
    words: Range<usize>,
    /// The folder, as written.
    dir: &'a OsStr,
}

/// Counts the words at the start that name the command: `build` one, `mod tidy` two, `-C d build` none.
fn command_words(arguments: &[OsString]) -> usize {
    let word = |at: usize| arguments.get(at).and_then(|argument| argument.to_str());
    let Some(first) = word(0) else { return 0 };
    if let Some((_, commands)) = WITH_COMMANDS.iter().find(|(name, _)| *name == first) {
        return if word(1).is_some_and(|second| commands.contains(&second)) { 2 } else { 1 };
    }
    usize::from(COMMANDS.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &str) -> Vec<OsString> {
        words.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn the_chdir_flag_counts_only_where_go_reads_it() {
        for (words, dir) in [
            ("-C d build", Some("/p/d")),
            ("build -C d", Some("/p/d")),
            ("mod tidy --C=d", Some("/p/d")),
            ("mod -C d tidy", Some("/p/d")),
            ("build -C /abs ./...", Some("/abs")),
            ("+1.22 build -C d", Some("/p/d")),
            ("+1.22 -C=d build", Some("/p/d")),
            ("build -v -C d", None),
            ("unknown -C d", None),
            ("-C", None),
            ("", None),
        ] {
            let arguments = arguments(words);
            let line = CommandLine { name: "go", arguments: &arguments };
            assert_eq!(line.directory(Path::new("/p")).as_deref(), dir.map(Path::new), "{words}");
        }
    }

    #[test]
    fn only_a_go_command_is_read_as_one() {
        let arguments = arguments("-C d");
        for (name, dir) in [("go", Some("d")), ("go1.22.6", Some("d")), ("gofmt", None), ("gopls", None)] {
            let line = CommandLine { name, arguments: &arguments };
            assert_eq!(line.directory(Path::new("")).as_deref(), dir.map(Path::new), "{name}");
        }
        let stay = [OsString::from("env"), OsString::from("GOMOD")];
        assert!(!CommandLine { name: "gopls", arguments: &stay }.stays());
    }

    #[test]
    fn a_plus_names_a_toolchain_only_as_the_first_argument_of_go() {
        let by_hand = |name, words| CommandLine { name, arguments: &arguments(words) }.by_hand();
        assert!(matches!(by_hand("go", "+1.22 test"), Some(ByHand::Plus { keeps_floor: false, .. })));
        assert!(matches!(by_hand("go", "+1.22+auto test"), Some(ByHand::Plus { keeps_floor: true, .. })));
        assert!(matches!(by_hand("go", "+>=1.21 test"), Some(ByHand::Unknown { .. })));
        assert!(matches!(by_hand("go1.22.6", "version"), Some(ByHand::Name(_))));
        assert_eq!(by_hand("go", "test +1.22"), None);
        assert_eq!(by_hand("gofmt", "+1.22"), None);
        assert_eq!(by_hand("gopls", "+1.22"), None);
    }

    #[test]
    fn what_go_leaves_to_the_toolchain_that_is_there() {
        for (words, stays) in [
            ("env GOTOOLCHAIN", true),
            ("env -w GOTOOLCHAIN=local", true),
            ("-C m env GOMOD", true),
            ("env -C m GOTOOLCHAIN", true),
            ("env -C=m GOTOOLCHAIN GOMOD", false),
            ("env GOMOD", true),
            ("env GOWORK", true),
            ("env", false),
            ("env GOPATH", false),
            ("env -newflag GOTOOLCHAIN", false),
            ("env GOTOOLCHAIN GOMOD", false),
            ("version", false),
        ] {
            let arguments = arguments(words);
            assert_eq!(CommandLine { name: "go", arguments: &arguments }.stays(), stays, "{words}");
        }
    }
}
