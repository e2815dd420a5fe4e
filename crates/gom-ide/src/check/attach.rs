//! What keeps dlv from attaching to a process that runs already: Linux's Yama, and macOS's developer mode.

use std::process::Command;

use gom_core::files;
use gom_select::regular_file;
use serde::Serialize;
use std::path::Path;

use super::start::{self, Limits, Outcome};

/// Something that keeps dlv from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttachProblem {
    /// Where it is set.
    pub place: &'static str,
    /// Its value.
    pub value: String,
    /// What that means.
    pub problem: &'static str,
    /// What to run.
    pub hint: &'static str,
}

/// The setting of Yama (kernel.org, Documentation/admin-guide/LSM/Yama.rst).
const PTRACE_SCOPE: &str = "/proc/sys/kernel/yama/ptrace_scope";

/// The debugservers of Xcode and of its command line tools, one of which dlv starts.
const DEBUGSERVERS: [&str; 2] = [
    "/Library/Developer/CommandLineTools/Library/PrivateFrameworks/LLDB.framework/Versions/A/Resources/debugserver",
    "/Applications/Xcode.app/Contents/SharedFrameworks/LLDB.framework/Versions/A/Resources/debugserver",
];

const DEV_TOOLS_SECURITY: &str = "/usr/sbin/DevToolsSecurity";

/// Finds what keeps dlv from attaching on this machine.
pub(super) fn find(is_macos: bool) -> Vec<AttachProblem> {
    if is_macos {
        let mut command = Command::new(DEV_TOOLS_SECURITY);
        command.arg("-status");
        let said = match start::run(command, Limits::default()) {
            Outcome::Printed(text) => Some(text),
            Outcome::Failed(_) => None,
        };
        let has_server = DEBUGSERVERS.iter().any(|server| files::is_file(Path::new(server)));
        return of_mac(said.as_deref(), has_server);
    }
    let scope = regular_file::read(Path::new(PTRACE_SCOPE), 16).ok().flatten();
    let scope = scope.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    let is_root = rustix::process::geteuid().is_root();
    of_linux(scope.as_deref(), is_root).into_iter().collect()
}

fn of_linux(scope: Option<&str>, is_root: bool) -> Option<AttachProblem> {
    let (problem, hint) = match scope? {
        "1" if !is_root => (
            "dlv can debug what it starts, but not attach to a process that runs already",
            "run `sudo sysctl kernel.yama.ptrace_scope=0`, or let dlv start the program",
        ),
        "2" if !is_root => ("only root can debug", "run `sudo sysctl kernel.yama.ptrace_scope=0`"),
        "3" => (
            "nobody can attach to a process until the next start of the machine",
            "remove the setting from /etc/sysctl.d, and start the machine again",
        ),
        _ => return None,
    };
    Some(AttachProblem { place: PTRACE_SCOPE, value: scope?.to_owned(), problem, hint })
}

fn of_mac(said: Option<&str>, has_server: bool) -> Vec<AttachProblem> {
    let mut problems = Vec::new();
    if said.is_some_and(|said| said.contains("disabled")) {
        problems.push(AttachProblem {
            place: DEV_TOOLS_SECURITY,
            value: "disabled".to_owned(),
            problem: "macOS asks for a password each time that dlv starts a program",
            hint: "run `sudo DevToolsSecurity -enable`",
        });
    }
    if !has_server {
        problems.push(AttachProblem {
            place: DEBUGSERVERS[0],
            value: "missing".to_owned(),
            problem: "dlv needs Apple's debugserver",
            hint: "run `xcode-select --install`",
        });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yama_decides_on_linux() {
        let problem = |scope, is_root| of_linux(scope, is_root).map(|one| one.problem);
        assert_eq!(
            (problem(Some("0"), false), problem(None, false), problem(Some("1"), true)),
            (None, None, None)
        );
        assert!(problem(Some("1"), false).unwrap().contains("not attach"));
        assert!(problem(Some("2"), false).unwrap().contains("root"));
        assert!(problem(Some("3"), true).unwrap().contains("nobody"));
    }

    #[test]
    fn developer_mode_and_the_debugserver_decide_on_a_mac() {
        assert_eq!(of_mac(Some("Developer mode is currently enabled.\n"), true), []);
        let found = of_mac(Some("Developer mode is currently disabled.\n"), false);
        let values: Vec<&str> = found.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(values, ["disabled", "missing"]);
        assert_eq!(of_mac(None, true), []);
    }
}
