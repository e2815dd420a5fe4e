//! The result of `gom each` in the XML of `JUnit`, which CI services read: one test case for each Go.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::Duration;

use gom_core::files;
use gom_core::shell_quote::shell_quote;

use crate::command::CommandRun;
use crate::each::{EachReport, Leg, LegState};
use crate::error::ManyError;
use crate::logs::last_lines;

/// How many lines of a failed command are in the file.
const LINES: usize = 200;

/// Writes the file in place of what is there; a device or a pipe gets the text. A link is an error: a cloned project may
/// have put it there.
pub fn write(file: &Path, report: &EachReport, command: &[OsString]) -> Result<(), ManyError> {
    let text = document(report, command);
    let written = match files::metadata_itself(file) {
        Ok(found) if found.is_symlink() => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "it is a link, and nothing is written through one",
        )),
        Ok(found) if !found.is_file() => files::write(file, text.as_bytes()),
        _ => files::replace_file(file, text.as_bytes()),
    };
    written.map_err(|error| ManyError::Result { file: file.to_path_buf(), error })
}

fn document(report: &EachReport, command: &[OsString]) -> String {
    let legs = &report.legs;
    let count = |is: fn(&LegState) -> bool| legs.iter().filter(|leg| is(&leg.state)).count();
    let time: Duration = legs.iter().filter_map(|leg| leg.state.run()).map(|run| run.elapsed).sum();
    let numbers = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
        legs.len(),
        count(|state| matches!(state, LegState::Failed(_))),
        count(|state| matches!(state, LegState::Unavailable(_))),
        count(|state| matches!(state, LegState::TooOld(_) | LegState::Waiting | LegState::Stopped(_))),
        seconds(time)
    );
    let command: Vec<String> = command.iter().map(shell_quote).collect();
    let name = escaped(&command.join(" "));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string does not fail.
    let _ = writeln!(text, "<testsuites name=\"gom each\" {numbers}>");
    let _ = writeln!(text, "  <testsuite name=\"{name}\" {numbers}>");
    for leg in legs {
        let elapsed = leg.state.run().map_or(Duration::ZERO, |run| run.elapsed);
        let (go, time) = (escaped(&leg.name), seconds(elapsed));
        let _ = write!(text, "    <testcase classname=\"{name}\" name=\"{go}\" time=\"{time}\"");
        match inside(leg) {
            Some(inside) => {
                let _ = writeln!(text, ">\n      {inside}\n    </testcase>");
            }
            None => text.push_str("/>\n"),
        }
    }
    text + "  </testsuite>\n</testsuites>\n"
}

/// What a test case holds; `None` for a command that succeeded.
fn inside(leg: &Leg) -> Option<String> {
    let reason = escaped(&leg.state.reason().unwrap_or_default());
    match &leg.state {
        LegState::Passed(_) => None,
        LegState::Failed(CommandRun { log, .. }) => {
            let said = escaped(&last_lines(log, LINES).join("\n"));
            Some(format!("<failure message=\"{reason}\">{said}</failure>"))
        }
        LegState::Unavailable(_) => Some(format!("<error message=\"{reason}\"/>")),
        LegState::TooOld(_) => Some(format!("<skipped message=\"{reason}\"/>")),
        LegState::Waiting | LegState::Stopped(_) => {
            Some(format!("<skipped message=\"{}\"/>", leg.state.name()))
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}

/// The text as XML 1.0 can hold it, between tags and between quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use gom_select::version::GoVersion;

    use super::*;
    use crate::command::CommandEnd;
    use crate::floor::GoLine;

    fn report(dir: &Path) -> EachReport {
        let log = dir.join("go1.22.6.log");
        fs_err::write(&log, "--- FAIL: TestX <1>\n\x1b[31mred & \"blue\"\x1b[0m\n]]>").unwrap();
        let run = |end, millis| CommandRun { end, elapsed: Duration::from_millis(millis), log: log.clone() };
        let line = GoLine { version: GoVersion::parse("1.22").unwrap(), file: "/a&b/go.mod".into(), line: 3 };
        let leg = |name: &str, state| Leg { name: name.to_owned(), go: None, version: None, state };
        EachReport {
            legs: vec![
                leg("go1.23.4", LegState::Passed(run(CommandEnd::Code(0), 1234))),
                leg("go1.22.6", LegState::Failed(run(CommandEnd::Code(2), 66))),
                leg("go1.21.0", LegState::TooOld(line)),
                leg("go1.20", LegState::Waiting),
                leg("1.99", LegState::Unavailable(Box::new(ManyError::NoSystemGo))),
            ],
            jobs: 2,
            logs: dir.to_path_buf(),
            is_cancelled: false,
        }
    }

    #[test]
    fn each_go_is_a_test_case() {
        let dir = tempfile::tempdir().unwrap();
        let command = ["go", "test", "./a b"].map(OsString::from);
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="gom each" tests="5" failures="1" errors="1" skipped="2" time="1.300">
  <testsuite name="go test './a b'" tests="5" failures="1" errors="1" skipped="2" time="1.300">
    <testcase classname="go test './a b'" name="go1.23.4" time="1.234"/>
    <testcase classname="go test './a b'" name="go1.22.6" time="0.066">
      <failure message="exit code 2">--- FAIL: TestX &lt;1&gt;
[31mred &amp; &quot;blue&quot;[0m
]]&gt;</failure>
    </testcase>
    <testcase classname="go test './a b'" name="go1.21.0" time="0.000">
      <skipped message="/a&amp;b/go.mod:3 asks for Go 1.22"/>
    </testcase>
    <testcase classname="go test './a b'" name="go1.20" time="0.000">
      <skipped message="not-run"/>
    </testcase>
    <testcase classname="go test './a b'" name="1.99" time="0.000">
      <error message="PATH has no `go` other than gom's"/>
    </testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(document(&report(dir.path()), &command), expected);
    }

    #[test]
    fn a_file_is_replaced_and_a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("report.xml"), dir.path().join("link.xml"));
        let report = report(dir.path());
        fs_err::write(&file, "old").unwrap();
        write(&file, &report, &[]).unwrap();
        assert!(fs_err::read_to_string(&file).unwrap().starts_with("<?xml"));
        fs_err::write(&file, "precious").unwrap();
        fs_err::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(matches!(write(&link, &report, &[]), Err(ManyError::Result { .. })));
        assert_eq!(fs_err::read_to_string(&file).unwrap(), "precious");
        assert!(write(dir.path(), &report, &[]).is_err());
    }
}
