//! A session of its own for a program that gom starts: without a terminal, and as the leader of a process group.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Starts the program in a new session. It has no terminal, so it can't take it over, and a question that it asks there
/// fails instead of waiting for an answer. Its process id is that of its process group.
#[expect(unsafe_code, reason = "std can't start a program in a session of its own")]
pub fn leave_the_terminal(command: &mut Command) {
    // SAFETY: between fork and exec only a system call is made; nothing is allocated and no lock is taken.
    unsafe {
        command.pre_exec(|| {
            rustix::process::setsid()?;
            Ok(())
        });
    }
}
